//! By which engine each message goes, without a socket.

use std::time::Duration;

use serde_json::{Value, json};

use super::channel::Channel;
use super::event::Event;
use super::links::{Links, Order, Outgoing, Todo};
use crate::cluster::Engine;
use crate::cluster::link::Parcel;
use crate::ids::NodeId;
use crate::time::Mono;

const GOOD_AFTER: Duration = Duration::from_secs(2);

/// Two nodes, and a network between them that carries everything unless told otherwise.
struct Two {
    now: Mono,
    ends: [Links; 2],
    /// Carries nothing by Redis, though it says that it does.
    is_deaf: bool,
    arrived: Vec<u64>,
    told: Vec<Value>,
    by: Vec<Engine>,
}

fn id(at: usize) -> NodeId {
    NodeId::from(at as u128 + 1)
}

impl Two {
    /// In a session, and both by Redis.
    fn new() -> Self {
        let mut two = Self {
            now: Mono(1_000_000),
            ends: [0, 1].map(|at| Links::new(id(at), &["say", "news"], GOOD_AFTER)),
            is_deaf: false,
            arrived: Vec::new(),
            told: Vec::new(),
            by: Vec::new(),
        };
        for at in [0, 1] {
            two.ends[at].engine_is(two.now, Engine::Postgres, true);
            two.ends[at].engine_is(two.now, Engine::Redis, true);
            two.ends[at].order(two.now, Order::There(id(1 - at), Engine::Redis));
        }
        assert!(two.run(1_000).iter().all(|(_, by)| *by == Engine::Postgres), "it is not good for long");
        two.run(1_500);
        assert_eq!(two.by, [Engine::Redis, Engine::Redis]);
        two.run(100);
        two
    }

    fn say(&mut self, number: u64) {
        let parcel = Parcel { kind: "say", body: json!([number]), epoch: None };
        self.ends[0].order(self.now, Order::Send(id(1), parcel));
    }

    /// Lets so many milliseconds pass; gives back who spoke by which engine.
    fn run(&mut self, ms: u64) -> Vec<(usize, Engine)> {
        let mut spoke = Vec::new();
        for _ in 0..=ms {
            for at in [0, 1] {
                let Todo { messages, events } = self.ends[at].turn(self.now);
                events.into_iter().for_each(|event| self.happen(at, event));
                for Outgoing { by, to, text } in messages {
                    spoke.push((at, by));
                    let lost = self.is_deaf && by == Engine::Redis;
                    if !lost && to != Channel::Node(id(at)) {
                        self.ends[1 - at].hear(self.now, &text);
                    }
                }
            }
            self.now.0 += 1_000;
        }
        spoke
    }

    fn happen(&mut self, at: usize, event: Event) {
        match event {
            Event::Opened { node, session } => {
                self.ends[at].order(self.now, Order::Announce(node, session, Vec::new()));
            }
            Event::Arrived { body, .. } => self.arrived.extend(body[0].as_u64()),
            Event::Hint { body, .. } => self.told.push(body),
            Event::By(engine) => self.by.push(engine),
            Event::Announced(_) | Event::HeardMyself(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_nobody_heard_on_redis_goes_by_postgresql_at_once_and_back_after_a_while() {
    let mut two = Two::new();
    two.is_deaf = true;
    two.say(1);
    assert_eq!(two.run(0), [(0, Engine::Redis)]);
    two.ends[0].reached(two.now, Channel::Node(id(1)), 0);
    assert_eq!(two.run(0), [(0, Engine::Postgres)]);
    assert_eq!(two.arrived, [1]);
    two.is_deaf = false;
    two.run(1_900);
    two.say(2);
    assert!(two.run(0).contains(&(0, Engine::Postgres)));
    two.run(200);
    two.say(3);
    assert!(two.run(0).contains(&(0, Engine::Redis)));
    assert_eq!(two.arrived, [1, 2, 3]);
}

#[test]
fn what_nobody_acknowledges_goes_by_postgresql_whatever_redis_says() {
    let mut two = Two::new();
    two.is_deaf = true;
    two.say(1);
    two.run(310);
    assert_eq!(two.arrived, [1], "after 300 ms, and by the other engine");
}

#[test]
fn the_loss_of_redis_sends_what_is_on_its_way_by_postgresql_at_once() {
    let mut two = Two::new();
    two.is_deaf = true;
    two.say(1);
    two.run(0);
    two.ends[0].engine_is(two.now, Engine::Redis, false);
    assert_eq!(two.run(0), [(0, Engine::Postgres)]);
    assert_eq!((two.arrived.as_slice(), two.by.last()), ([1].as_slice(), Some(&Engine::Postgres)));
}

#[test]
fn a_change_to_redis_is_no_sign_that_redis_is_deaf() {
    let mut two = Two::new();
    two.ends[0].order(two.now, Order::There(id(1), Engine::Postgres));
    two.run(100);
    two.say(1);
    two.run(0);
    // On its way as the engine changes: sent again, and that is nobody's fault.
    two.ends[0].order(two.now, Order::There(id(1), Engine::Redis));
    two.run(100);
    two.say(2);
    assert!(two.run(0).contains(&(0, Engine::Redis)));
    assert_eq!(two.arrived, [1, 2]);
}

#[test]
fn a_hint_goes_by_redis_while_everybody_hears_it_there() {
    let mut two = Two::new();
    let tell = |two: &mut Two| {
        two.ends[0].order(two.now, Order::TellAll("news", Value::Null));
        two.run(0)
    };
    assert_eq!(tell(&mut two), [(0, Engine::Redis)]);
    two.ends[0].reached(two.now, Channel::All, 2);
    assert_eq!(tell(&mut two), [(0, Engine::Redis)]);
    two.ends[0].reached(two.now, Channel::All, 1);
    assert_eq!(tell(&mut two), [(0, Engine::Postgres)]);
    assert_eq!(two.told.len(), 3);
    two.run(2_100);
    assert!(tell(&mut two).contains(&(0, Engine::Redis)));
}
