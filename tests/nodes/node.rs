//! A node of the tests: its heart, its bus, and an owner that does the least that a server does.

use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use anteroom::bus::{self, Bus};
use anteroom::clock::Clock;
use anteroom::cluster::Bounds;
use anteroom::cluster::members::{Me, Wires};
use anteroom::ids::NodeId;
use anteroom::nodes::{Cluster, Config, Event, Heartbeat, Input, Term, Ways, join};
use anteroom::storage::{Database, Store};

use crate::support::{PATIENCE, postgres};

pub const WIRES: Wires = Wires { min: 1, max: 1 };

/// A beat of 100 ms, gone after 900: so 300 ms without the lock, and 450 ms on a hold.
pub fn bounds() -> Bounds {
    Bounds::new(Duration::from_millis(100), Duration::from_millis(900)).unwrap()
}

/// A database with our tables.
pub fn records() -> Database {
    let database = postgres::fresh_database();
    Store::open(&database).expect("our tables");
    database
}

/// What was told so far, and a bell for whoever waits for more.
#[derive(Clone, Default)]
struct Told(Arc<(Mutex<Vec<Event>>, Condvar)>);

/// What the owner hears.
enum Heard {
    Node(Event),
    Bus(bus::Event),
    Is(Box<(Cluster, Option<Bus>)>),
}

/// One incarnation.
pub struct Node {
    pub id: NodeId,
    pub cluster: Cluster,
    pub clock: Clock,
    bus: Option<Bus>,
    heartbeat: Option<Heartbeat>,
    told: Told,
    /// While it is held, the heart stands still at its next event.
    gate: Arc<Mutex<()>>,
    hangs: Arc<AtomicBool>,
}

/// What a node is made of.
#[derive(Clone)]
pub struct Making {
    pub name: &'static str,
    pub database: Database,
    pub clock: Clock,
    pub bounds: Bounds,
    pub wires: Wires,
}

impl Making {
    pub fn new(name: &'static str, database: &Database, clock: &Clock) -> Self {
        Self { name, database: database.clone(), clock: clock.clone(), bounds: bounds(), wires: WIRES }
    }

    fn config(&self) -> Config {
        let node = NodeId(self.clock.new_id());
        let me = Me { node, name: self.name.into(), version: "1.0.0".into(), wires: self.wires };
        let Self { bounds, database, clock, .. } = self.clone();
        Config { me, bounds, database, clock }
    }

    /// A node with a bus.
    pub async fn join(self) -> Node {
        let (owner, node) = self.owned();
        let ways = Ways { redis: None, signing_key: vec![7; 32], kinds: &[] };
        let give_up = Instant::now() + PATIENCE;
        let (heartbeat, cluster, bus) = loop {
            let (hear, from_bus, gate) = (owner.clone(), owner.clone(), node.parts.gate.clone());
            let on_node = move |event| {
                drop(gate.lock().unwrap());
                let _ = hear.send(Heard::Node(event));
            };
            let on_bus = move |event| drop(from_bus.send(Heard::Bus(event)));
            match join(node.config.clone(), ways.clone(), on_node, on_bus).await {
                Ok(joined) => break joined,
                // With bounds so short a busy machine may have no answer in time, before anything has begun.
                Err(fault) => assert!(Instant::now() < give_up, "it does not join: {fault}"),
            }
        };
        let _ = owner.send(Heard::Is(Box::new((cluster.clone(), Some(bus.clone())))));
        node.parts.into_node(cluster, Some(bus), heartbeat)
    }

    /// A node that hears nobody: without a bus.
    pub fn join_deaf(self) -> Node {
        let (owner, node) = self.owned();
        let hear = owner.clone();
        let on_node = move |event| drop(hear.send(Heard::Node(event)));
        let (heartbeat, cluster) = Heartbeat::start(node.config, Bus::alone(), on_node).expect("a thread");
        let _ = owner.send(Heard::Is(Box::new((cluster.clone(), None))));
        node.parts.into_node(cluster, None, heartbeat)
    }

    /// The owner's thread: announces nothing to whoever links with it, claims what there is, and answers.
    fn owned(self) -> (Sender<Heard>, Owned) {
        let config = self.config();
        let parts = Parts {
            id: config.me.node,
            clock: self.clock,
            told: Told::default(),
            gate: Arc::default(),
            hangs: Arc::default(),
        };
        let (owner, heard) = channel();
        let (told, hangs) = (parts.told.clone(), parts.hangs.clone());
        std::thread::spawn(move || {
            let mut waiting = Vec::new();
            let mut is = None;
            for heard in heard {
                if let Heard::Is(both) = heard {
                    is = Some(*both);
                } else {
                    waiting.push(heard);
                }
                let Some((cluster, bus)) = &is else { continue };
                for heard in waiting.drain(..) {
                    match (&heard, bus) {
                        (Heard::Bus(bus::Event::Opened { node, session }), Some(bus)) => {
                            bus.announce(*node, *session, Vec::new());
                        }
                        (Heard::Node(Event::Ping), _) if hangs.load(Ordering::SeqCst) => {}
                        (Heard::Node(Event::Ping), _) => cluster.tell(Input::Answered),
                        (Heard::Node(Event::Begin(term)), _) => {
                            cluster.tell(Input::Claimed { term: term.id, up: Vec::new() });
                        }
                        _ => {}
                    }
                    if let Heard::Node(event) = heard {
                        told.0.0.lock().unwrap().push(event);
                        told.0.1.notify_all();
                    }
                }
            }
        });
        (owner, Owned { config, parts })
    }
}

struct Owned {
    config: Config,
    parts: Parts,
}

struct Parts {
    id: NodeId,
    clock: Clock,
    told: Told,
    gate: Arc<Mutex<()>>,
    hangs: Arc<AtomicBool>,
}

impl Parts {
    fn into_node(self, cluster: Cluster, bus: Option<Bus>, heartbeat: Heartbeat) -> Node {
        let Self { id, clock, told, gate, hangs } = self;
        Node { id, cluster, clock, bus, heartbeat: Some(heartbeat), told, gate, hangs }
    }
}

impl Node {
    /// Waits for an event that has come, or comes, since `from` events were told.
    pub fn heard_since<T>(&self, from: usize, what: impl Debug, found: impl Fn(&Event) -> Option<T>) -> T {
        let (told, bell) = &*self.told.0;
        let give_up = Instant::now() + PATIENCE;
        let mut told = told.lock().unwrap();
        loop {
            if let Some(found) = told.iter().skip(from).find_map(&found) {
                return found;
            }
            let left = give_up.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "in vain: {what:?}; there was {told:?}");
            told = bell.wait_timeout(told, left).unwrap().0;
        }
    }

    /// Waits for an event.
    pub fn heard<T>(&self, what: impl Debug, found: impl Fn(&Event) -> Option<T>) -> T {
        self.heard_since(0, what, found)
    }

    /// How many events were told.
    pub fn told(&self) -> usize {
        self.told.0.0.lock().unwrap().len()
    }

    /// Whether such an event was told since then.
    pub fn was_told(&self, from: usize, is: impl Fn(&Event) -> bool) -> bool {
        self.told.0.0.lock().unwrap().iter().skip(from).any(is)
    }

    pub fn is_up(&self) {
        self.heard("up", |event| matches!(event, Event::Up).then_some(()));
    }

    /// The term that matches here, once one does.
    pub fn matches_since(&self, from: usize) -> Term {
        let id = self.heard_since(from, "it matches", |event| match event {
            Event::Match(term) => Some(*term),
            _ => None,
        });
        self.heard("its term", |event| match event {
            Event::Begin(term) if term.id == id => Some(term.clone()),
            _ => None,
        })
    }

    pub fn sees_gone(&self, node: NodeId) {
        self.heard("gone", |event| matches!(event, Event::Gone(gone) if *gone == node).then_some(()));
    }

    pub fn may_match(&self) -> bool {
        self.cluster.may_match(self.clock.now().mono)
    }

    /// The heart stands still at its next event, until what this gives is let go.
    pub fn gate(&self) -> Arc<Mutex<()>> {
        self.gate.clone()
    }

    /// From now on its matchmaker says nothing, or answers again.
    pub fn hang(&self, hangs: bool) {
        self.hangs.store(hangs, Ordering::SeqCst);
        if !hangs {
            self.cluster.tell(Input::Answered);
        }
    }

    /// Ends it where it stands: its thread stops, its connections go.
    pub async fn kill(&mut self) {
        drop(self.heartbeat.take());
        if let Some(bus) = self.bus.take() {
            bus.stop().await;
        }
    }
}

/// Watches that at most one of them may match at any moment.
pub struct Watch {
    over: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<u64>>,
}

impl Watch {
    pub fn over(nodes: &[&Node]) -> Self {
        let clusters: Vec<Cluster> = nodes.iter().map(|node| node.cluster.clone()).collect();
        let (clock, over) = (nodes[0].clock.clone(), Arc::new(AtomicBool::new(false)));
        let ends = over.clone();
        let thread = std::thread::spawn(move || {
            let mut looks = 0;
            while !ends.load(Ordering::SeqCst) {
                let now = clock.now().mono;
                let matching = clusters.iter().filter(|cluster| cluster.may_match(now)).count();
                assert!(matching <= 1, "{matching} may match at one moment");
                looks += 1;
                // Leaves the core to whoever is watched.
                std::thread::yield_now();
            }
            looks
        });
        Self { over, thread: Some(thread) }
    }

    /// It held, and somebody looked.
    pub fn held(mut self) {
        self.over.store(true, Ordering::SeqCst);
        let looks = self.thread.take().expect("once").join().expect("never two");
        assert!(looks > 0);
    }
}

/// Asks the thread again and again. For what nobody is told.
pub fn soon<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < give_up, "in vain: {what}");
        // The pace of asking, not a wait: the condition decides.
        std::thread::sleep(Duration::from_millis(5));
    }
}
