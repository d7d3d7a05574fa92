//! Nodes over the store: each its members and its lease, driven as a server will drive them. They may be
//! killed, lost with their host, paused, cut off; and what must hold of them all.

use std::collections::BTreeSet;

use super::dice::Dice;
use super::store::{Statement, Store};
use crate::cluster::lease;
use crate::cluster::members::{self, LookResult, Me, Wires};
use crate::cluster::{Bounds, Engine, Epochs, Fault, Lease, Members};
use crate::ids::{NodeId, TermId};
use crate::time::Mono;

/// A look as the world saw it come in; nothing if it failed, or a beat or the connection did.
pub(super) struct SeenLook {
    pub(super) connection: u64,
    pub(super) begun: Mono,
    pub(super) answered: Mono,
    pub(super) found: Option<LookResult>,
}

pub(super) struct Node {
    pub(super) id: NodeId,
    pub(super) members: Members,
    pub(super) lease: Lease,
    pub(super) epochs: Epochs,
    /// Nothing reaches it before.
    pub(super) paused_until: Mono,
    /// No statement of it comes through before.
    pub(super) cut_until: Mono,
    /// Its matchmaker does not answer before.
    pub(super) hangs_until: Mono,
    pub(super) round_begun: Mono,
    /// The round whose answers count.
    pub(super) round: Option<u64>,
    pub(super) connection: u64,
    pub(super) connecting: bool,
    pub(super) looks: Vec<SeenLook>,
    pub(super) clock_off: bool,
    pub(super) drains: bool,
}

pub(super) enum What {
    Members(members::Input),
    Lease(lease::Input),
    /// A statement reaches the store.
    Reaches(Statement),
    /// The connection is made anew.
    Connects,
    /// The matchmaker decides something, if it may.
    Decides,
}

pub(super) struct Event {
    pub(super) at: Mono,
    pub(super) node: NodeId,
    pub(super) what: What,
}

pub(super) struct Nodes {
    pub now: Mono,
    pub store: Store,
    /// By place; a place is empty when its node is dead.
    pub(super) nodes: Vec<Option<Node>>,
    pub(super) events: Vec<Event>,
    pub(super) dice: Dice,
    pub(super) ids: u128,
    /// The store answers nothing before; it fails at once, or lets everybody wait.
    pub away_until: Mono,
    pub away_hangs: bool,
    /// A statement takes up to so long each way.
    pub slow_max_ms: u64,
    /// Whether what a term writes is guarded.
    pub guarded: bool,
    pub(super) fault: Option<Fault>,
    pub gone: u64,
    /// Of whom the records once said that they are gone.
    pub(super) declared: BTreeSet<NodeId>,
    pub terms: u64,
    pub fenced: u64,
}

pub(super) const WIRES: Wires = Wires { min: 1, max: 1 };
/// A matchmaker decides something so often.
const DECIDES_US: u64 = 400_000;

impl Nodes {
    pub(super) fn new(seed: u64, places: usize, guarded: bool, fault: Option<Fault>) -> Self {
        let mut nodes = Self {
            now: Mono(1_000_000),
            store: Store::default(),
            nodes: Vec::new(),
            events: Vec::new(),
            dice: Dice(seed),
            ids: 0,
            away_until: Mono(0),
            away_hangs: false,
            slow_max_ms: 10,
            guarded,
            fault,
            gone: 0,
            declared: BTreeSet::new(),
            terms: 0,
            fenced: 0,
        };
        nodes.nodes.resize_with(places, || None);
        (0..places).for_each(|place| nodes.start(place));
        nodes
    }

    /// A node starts at this place, an incarnation of its own with the place's name.
    pub(super) fn start(&mut self, place: usize) {
        if self.nodes[place].is_some() {
            return;
        }
        self.ids += 1;
        let id = NodeId::from(self.ids);
        let me = Me { node: id, name: format!("node {place}"), version: "1".into(), wires: WIRES };
        let mut members = Members::new(me, Engine::Postgres, Bounds::default());
        if let Some(fault) = self.fault {
            members = members.broken(fault);
        }
        self.nodes[place] = Some(Node {
            id,
            members,
            lease: Lease::new(id, Bounds::default()),
            epochs: Epochs::new(),
            paused_until: self.now,
            cut_until: self.now,
            hangs_until: self.now,
            round_begun: self.now,
            round: None,
            connection: 0,
            connecting: true,
            looks: Vec::new(),
            clock_off: false,
            drains: false,
        });
        let wait = self.dice.below(500_000);
        self.post(wait, id, What::Connects);
        self.post(wait, id, What::Decides);
    }

    /// A process is killed: its lock is gone at once. With its host, the lock stays for long.
    pub(super) fn kill(&mut self, place: usize, with_host: bool) {
        if let Some(node) = self.nodes[place].take()
            && !with_host
        {
            self.store.locks.remove(&node.id);
        }
    }

    pub(super) fn pause(&mut self, place: usize, ms: u64) {
        let until = Mono(self.now.0 + ms * 1_000);
        self.with(place, |node| node.paused_until = until);
    }

    pub(super) fn cut(&mut self, place: usize, ms: u64) {
        let until = Mono(self.now.0 + ms * 1_000);
        self.with(place, |node| node.cut_until = until);
    }

    pub(super) fn hang(&mut self, place: usize, ms: u64) {
        let until = Mono(self.now.0 + ms * 1_000);
        self.with(place, |node| node.hangs_until = until);
    }

    pub(super) fn with(&mut self, place: usize, change: impl FnOnce(&mut Node)) {
        if let Some(node) = &mut self.nodes[place] {
            change(node);
        }
    }

    pub(super) fn tell_lease(&mut self, place: usize, input: lease::Input) -> Result<(), String> {
        let Some(node) = &mut self.nodes[place] else { return Ok(()) };
        match input {
            lease::Input::ClockOff(off) => node.clock_off = off,
            lease::Input::Drain => {
                node.drains = true;
                self.step_members(place, members::Input::Drain)?;
            }
            _ => {}
        }
        self.step_lease(place, input)
    }

    /// The store restarts, for so long, and all sessions with their locks are gone.
    pub(super) fn restart_store(&mut self, away_ms: u64, lost_ms: Option<u64>) -> Result<(), String> {
        self.away_until = Mono(self.now.0 + away_ms * 1_000);
        self.away_hangs = false;
        match lost_ms {
            Some(lost_ms) => self.store.fail_over(self.now, lost_ms),
            None => self.store.locks.clear(),
        }
        for place in 0..self.nodes.len() {
            self.step_members(place, members::Input::Disconnected)?;
            let wait = self.dice.below(1_500_000);
            self.connect_again(place, wait);
        }
        Ok(())
    }

    pub(super) fn connect_again(&mut self, place: usize, wait: u64) {
        let Some(node) = &mut self.nodes[place] else { return };
        let (id, now) = (node.id, self.now);
        node.looks.push(SeenLook { connection: node.connection, begun: now, answered: now, found: None });
        node.round = None;
        node.connection += 1;
        if !std::mem::replace(&mut node.connecting, true) {
            self.post(wait, id, What::Connects);
        }
    }

    pub(super) fn post(&mut self, wait_us: u64, node: NodeId, what: What) {
        self.events.push(Event { at: Mono(self.now.0 + wait_us), node, what });
    }

    pub(super) fn place_of(&self, id: NodeId) -> Option<usize> {
        self.nodes.iter().position(|node| node.as_ref().is_some_and(|node| node.id == id))
    }

    /// When an event happens: what is meant for a paused node waits.
    pub(super) fn moment(&self, event: &Event) -> Mono {
        let reaches = matches!(event.what, What::Reaches(_));
        let paused = self.place_of(event.node).and_then(|place| self.nodes[place].as_ref());
        paused.filter(|_| !reaches).map_or(event.at, |node| event.at.max(node.paused_until))
    }

    pub(super) fn run(&mut self, ms: u64) -> Result<(), String> {
        let (end, mut at_once) = (Mono(self.now.0 + ms * 1_000), 0);
        loop {
            let events = self.events.iter().map(|event| self.moment(event)).enumerate();
            let event = events.min_by_key(|(_, at)| *at).map(|(nth, at)| (at, nth));
            let timers = (0..self.nodes.len()).filter_map(|place| Some((self.deadline(place)?, place)));
            let timer = timers.min();
            let next = event.map(|it| it.0).into_iter().chain(timer.map(|it| it.0)).min();
            let Some(next) = next.filter(|next| *next <= end) else {
                self.now = end;
                return Ok(());
            };
            at_once = if next > self.now { 0 } else { at_once + 1 };
            if at_once > 1_000 {
                return Err(format!("somebody wants to be woken again and again: {event:?}, {timer:?}"));
            }
            self.now = self.now.max(next);
            self.store.remember(self.now);
            match (event, timer) {
                (_, Some((at, place))) if at == next => {
                    self.step_members(place, members::Input::Tick)?;
                    self.step_lease(place, lease::Input::Tick)?;
                }
                (Some((_, nth)), _) => {
                    let event = self.events.swap_remove(nth);
                    self.happen(event)?;
                }
                _ => {}
            }
        }
    }

    pub(super) fn deadline(&self, place: usize) -> Option<Mono> {
        let node = self.nodes[place].as_ref()?;
        let due = [node.members.next_deadline(self.now), node.lease.next_deadline()].into_iter().flatten().min()?;
        Some(due.max(self.now).max(node.paused_until))
    }

    pub(super) fn happen(&mut self, event: Event) -> Result<(), String> {
        if let What::Reaches(statement) = event.what {
            return self.reach(event.node, statement);
        }
        let Some(place) = self.place_of(event.node) else { return Ok(()) };
        match event.what {
            What::Members(input) => self.step_members(place, input),
            What::Lease(input) => self.step_lease(place, input),
            What::Connects => self.connect(place),
            What::Decides => {
                let id = event.node;
                if let Some((term, _)) = self.decides(place) {
                    // Between the look at the lease and the write it may be held up.
                    let held_up = if self.dice.percent(10) { self.dice.below(9_000_000) } else { 1_000 };
                    self.post(held_up, id, What::Reaches(Statement::Write(term)));
                }
                self.post(DECIDES_US, id, What::Decides);
                Ok(())
            }
            What::Reaches(_) => Ok(()),
        }
    }

    pub(super) fn decides(&self, place: usize) -> Option<(TermId, u64)> {
        let node = self.nodes[place].as_ref()?;
        if node.lease.may_match(self.now) { node.lease.holds(self.now) } else { None }
    }

    pub(super) fn connect(&mut self, place: usize) -> Result<(), String> {
        let Some(node) = &self.nodes[place] else { return Ok(()) };
        let id = node.id;
        if self.now < self.away_until || self.now < node.cut_until {
            self.post(300_000, id, What::Connects);
            return Ok(());
        }
        if node.members.state().is_some() {
            self.store.locks.insert(id);
        }
        self.with(place, |node| node.connecting = false);
        self.step_members(place, members::Input::Connected)
    }
}
