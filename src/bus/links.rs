//! All links of this node, and what goes by which engine. It touches no socket: what is to be sent and
//! told is collected, and `thread` does it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::channel::Channel;
use super::counts::{Counts, name};
use super::event::Event;
use super::peer::Peer;
use crate::cluster::link::{Effect, Envelope, Input, Parcel, SessionName, Unsent, WIRE, read, write};
use crate::cluster::{Engine, Epochs, Hints};
use crate::ids::NodeId;
use crate::time::Mono;

/// The kind of a word to oneself.
const MYSELF: &str = "myself";

/// What the owner of the bus wants.
pub(super) enum Order {
    There(NodeId, Engine),
    Gone(NodeId),
    Send(NodeId, Parcel),
    Announce(NodeId, SessionName, Vec<Parcel>),
    TellAll(&'static str, Value),
    SayToMyself(u64),
    /// A look found this epoch on file.
    OnFile(u64),
}

/// A message to be sealed and sent.
pub(super) struct Outgoing {
    pub by: Engine,
    pub to: Channel,
    pub text: String,
}

/// What is to be done after a turn, in its order.
#[derive(Default)]
pub(super) struct Todo {
    pub messages: Vec<Outgoing>,
    pub events: Vec<Event>,
}

pub(super) struct Links {
    me: NodeId,
    kinds: &'static [&'static str],
    /// Redis is used once it has been good for so long, and a node is spoken to by it again so long
    /// after it did not hear.
    good_after: Duration,
    peers: BTreeMap<NodeId, Peer>,
    epochs: Epochs,
    hints: Hints,
    /// Hints that were sent.
    told: u64,
    /// Since when Redis listens and sends.
    redis_since: Option<Mono>,
    hears_by: Engine,
    /// A hint was not heard by everybody there: until then they go by PostgreSQL.
    hints_distrusted_until: Mono,
    counts: Counts,
    todo: Todo,
    effects: Vec<Effect>,
}

impl Links {
    pub(super) fn new(me: NodeId, kinds: &'static [&'static str], good_after: Duration) -> Self {
        Self {
            me,
            kinds,
            good_after,
            peers: BTreeMap::new(),
            epochs: Epochs::new(),
            hints: Hints::new(),
            told: 0,
            redis_since: None,
            hears_by: Engine::Postgres,
            hints_distrusted_until: Mono(0),
            counts: Counts::default(),
            todo: Todo::default(),
            effects: Vec::new(),
        }
    }

    pub(super) fn order(&mut self, now: Mono, order: Order) {
        match order {
            Order::There(node, _) if node == self.me => {}
            Order::There(node, engine) => {
                let (me, kinds) = (self.me, self.kinds);
                self.hints.there(node);
                self.peers.entry(node).or_insert_with(|| Peer::new(me, node, kinds, engine)).set_hears_by(engine);
            }
            Order::Gone(node) => {
                self.hints.gone(node);
                self.step(now, node, Input::Gone);
                if let Some(peer) = self.peers.remove(&node) {
                    self.counts.keep(peer.link().counts());
                }
            }
            Order::Send(node, parcel) => self.send(now, node, parcel),
            Order::Announce(node, session, parcels) => {
                parcels.iter().for_each(|parcel| self.counts.parcel(parcel.kind).sent += 1);
                self.step(now, node, Input::Announce(session, parcels));
            }
            Order::TellAll(kind, body) => self.tell_all(now, kind, body),
            Order::SayToMyself(count) => {
                let envelope = self.envelope(Some(self.me), count, MYSELF, Value::Null);
                self.put(self.hears_by, Channel::Node(self.me), &[envelope]);
            }
            Order::OnFile(epoch) => self.epochs.found(epoch),
        }
    }

    /// A message came, and its text was sealed by one of this cluster.
    pub(super) fn hear(&mut self, now: Mono, text: &str) {
        let (envelopes, passed_over) = read(text);
        self.counts.passed_over += passed_over;
        for envelope in envelopes {
            let from = envelope.from;
            match (envelope.to, envelope.number) {
                (None, Some(count)) => self.hear_hint(count, envelope),
                (Some(to), Some(count)) if to == self.me && from == self.me => {
                    self.todo.events.push(Event::HeardMyself(count));
                }
                _ if self.peers.contains_key(&from) => self.step(now, from, Input::Heard(Box::new(envelope))),
                // Of one that no look has found yet, it will say it again; or of one that is gone.
                _ => self.counts.passed_over += 1,
            }
        }
    }

    /// An engine listens and can send from now on, or does not.
    pub(super) fn engine_is(&mut self, now: Mono, engine: Engine, up: bool) {
        match engine {
            Engine::Redis => self.redis_since = up.then_some(now),
            // What was on its way as it went is lost, more likely than not.
            Engine::Postgres if up => self.each(|links, node| {
                if links.peers.get(&node).is_some_and(|peer| peer.by() == Engine::Postgres) {
                    links.step(now, node, Input::Again);
                }
            }),
            Engine::Postgres => {}
        }
        self.choose(now);
    }

    /// So many heard what Redis was given for this channel.
    pub(super) fn reached(&mut self, now: Mono, to: Channel, hearers: u64) {
        let until = self.distrust_until(now);
        match to {
            Channel::Node(node) if hearers == 0 => {
                if let Some(peer) = self.peers.get_mut(&node) {
                    peer.distrust(until);
                }
                self.choose(now);
            }
            // Ourselves among them.
            Channel::All if hearers <= self.peers.len() as u64 => self.hints_distrusted_until = until,
            Channel::Node(_) | Channel::All => {}
        }
    }

    /// Does what is due, and hands over what follows from all that happened since the last call.
    pub(super) fn turn(&mut self, now: Mono) -> Todo {
        self.choose(now);
        self.each(|links, node| {
            if links.peers.get(&node).and_then(|peer| peer.link().next_deadline(now)).is_some_and(|due| due <= now) {
                links.step(now, node, Input::Tick);
            }
        });
        let until = self.distrust_until(now);
        for peer in self.peers.values_mut() {
            if peer.was_not_heard() {
                // Once it is chosen, what is not acknowledged goes by the other at once.
                peer.distrust(until);
            }
            if let Some(took) = peer.take_round_trip() {
                self.counts.round_trips.add(took);
            }
        }
        self.choose(now);
        std::mem::take(&mut self.todo)
    }

    /// When [`Self::turn`] is wanted next, if nothing happens before.
    pub(super) fn next_deadline(&self, now: Mono) -> Option<Mono> {
        let good = self.redis_since.map(|since| later(since, self.good_after)).filter(|good| *good > now);
        self.peers.values().filter_map(|peer| peer.deadline(now)).chain(good).min()
    }

    /// Whether all that was to be said has been, and was acknowledged.
    pub(super) fn has_said_all(&self) -> bool {
        self.peers.values().all(|peer| peer.link().toward() == (0, 0))
    }

    pub(super) fn newest_epoch(&self) -> u64 {
        self.epochs.newest()
    }

    /// What was counted, with what the links have counted.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = self.counts.clone();
        for peer in self.peers.values() {
            counts.keep(peer.link().counts());
            let (flying, waiting) = peer.link().toward();
            counts.unacknowledged += (flying + waiting) as u64;
        }
        counts.hears_by = Some(self.hears_by);
        counts
    }

    /// A message that nobody of this cluster has sealed for the channel it came on.
    pub(super) fn forged(&mut self) {
        self.counts.forged += 1;
    }

    fn send(&mut self, now: Mono, node: NodeId, parcel: Parcel) {
        let kind = parcel.kind;
        if self.peers.get(&node).is_some_and(|peer| peer.link().session().is_some()) {
            self.counts.parcel(kind).sent += 1;
            self.step(now, node, Input::Send(parcel));
        } else {
            self.todo.events.push(Event::Unsent { node, kind, why: Unsent::NotOpen });
        }
    }

    fn tell_all(&mut self, now: Mono, kind: &'static str, body: Value) {
        self.told += 1;
        self.counts.parcel(kind).sent += 1;
        let all_by_redis = self.peers.values().all(|peer| peer.by() == Engine::Redis);
        let trusted = self.hints_distrusted_until <= now;
        let by =
            if self.hears_by == Engine::Redis && all_by_redis && trusted { Engine::Redis } else { Engine::Postgres };
        let envelope = self.envelope(None, self.told, kind, body);
        self.put(by, Channel::All, &[envelope]);
    }

    fn hear_hint(&mut self, count: u64, envelope: Envelope) {
        let node = envelope.from;
        if node == self.me || !self.hints.hear(node, count) {
            return;
        }
        match self.kinds.iter().find(|kind| **kind == envelope.kind) {
            Some(&kind) => {
                self.counts.parcel(kind).arrived += 1;
                self.todo.events.push(Event::Hint { node, kind, body: Arc::unwrap_or_clone(envelope.body) });
            }
            None => self.counts.passed_over += 1,
        }
    }

    fn envelope(&self, to: Option<NodeId>, count: u64, kind: &'static str, body: Value) -> Envelope {
        Envelope {
            wire: WIRE,
            from: self.me,
            to,
            session: None,
            number: Some(count),
            heard: None,
            epoch: None,
            kind: kind.into(),
            part: None,
            body: Arc::new(body),
        }
    }

    fn put(&mut self, by: Engine, to: Channel, envelopes: &[Envelope]) {
        self.counts.messages += 1;
        self.todo.messages.push(Outgoing { by, to, text: write(envelopes) });
    }

    /// Each node in turn; a step may not take one away.
    fn each(&mut self, mut what: impl FnMut(&mut Self, NodeId)) {
        let nodes: Vec<NodeId> = self.peers.keys().copied().collect();
        nodes.into_iter().for_each(|node| what(self, node));
    }

    fn step(&mut self, now: Mono, node: NodeId, input: Input) {
        let Some(peer) = self.peers.get_mut(&node) else { return };
        peer.step(now, input, &mut self.epochs, &mut self.effects);
        let by = peer.by();
        for effect in std::mem::take(&mut self.effects) {
            self.perform(node, by, effect);
        }
    }

    fn perform(&mut self, node: NodeId, by: Engine, effect: Effect) {
        let event = match effect {
            Effect::Message(message) => return self.put(by, Channel::Node(node), &message),
            Effect::Opened(session) => Event::Opened { node, session },
            Effect::Arrived { kind, body, epoch } => {
                self.counts.parcel(kind).arrived += 1;
                Event::Arrived { node, kind, body, epoch }
            }
            Effect::Announced => Event::Announced(node),
            Effect::Broken(why) => {
                *self.counts.broken.entry(name(why)).or_default() += 1;
                Event::Broken { node, why }
            }
            Effect::Unsent { kind, why } => Event::Unsent { node, kind, why },
            Effect::Gone => Event::Gone(node),
        };
        self.todo.events.push(event);
    }

    /// By which engine we hear, and each is spoken to, from now on.
    fn choose(&mut self, now: Mono) {
        let good = self.redis_since.is_some_and(|since| later(since, self.good_after) <= now);
        let hears_by = if good { Engine::Redis } else { Engine::Postgres };
        if std::mem::replace(&mut self.hears_by, hears_by) != hears_by {
            self.todo.events.push(Event::By(hears_by));
        }
        self.each(|links, node| {
            if let Some(peer) = links.peers.get_mut(&node)
                && peer.choose(now, hears_by)
            {
                let by = peer.by();
                links.step(now, node, Input::By(by));
            }
        });
    }

    fn distrust_until(&self, now: Mono) -> Mono {
        later(now, self.good_after)
    }
}

pub(super) fn later(from: Mono, by: Duration) -> Mono {
    Mono(from.0.saturating_add(u64::try_from(by.as_micros()).unwrap_or(u64::MAX)))
}
