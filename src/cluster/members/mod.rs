//! PURE. Who is there, who is gone, and what this node is.
//!
//! Once a second a **round**: the node's own beat, and behind it, on the same connection, a look at all.
//! What it promises:
//!
//! - A node is declared gone only if its beat has not moved for 6 s; or for 2 s if its session lock has
//!   been found gone all that time, and this very session of the observer had seen it held before. Both
//!   are counted from the begin of the first round that found it so to that of the last, in looks that
//!   were all good, each behind a good beat of the observer's own, and never more than 2 s between the
//!   reads of two of them. A look that failed or came late starts the count anew, for everybody: while
//!   the database was away nobody could beat.
//! - It is declared by compare and set on the very beat that stood still; so whoever beats in between
//!   stays. [`Effect::Gone`] comes once a node, and never before the records say so.
//! - A node is an incarnation. Another that bears the same name has nothing to do with it.
//! - No wall clock: only the observer's monotonic one, and a counter. A clock that jumps, of a node or of
//!   the database, kills nobody.
//! - Whoever is declared gone finds out by its next beat, which changes no row ([`Effect::SelfGone`]).
//!   Until then it may still speak; the keepers see to it that nothing it writes counts.
//!
//! The lock is only a reason to be quicker: a killed process' lock is gone after some milliseconds, a
//! lost host's hangs until TCP gives up, hence the 6 s. That it must have been gone for all of the 2 s
//! costs nothing then, and leaves a node that only makes its connection anew alone.
//!
//! A node joins if it can talk with everybody who is there, and is `UP` once it is linked to whoever
//! matches, is that itself, or is alone. A node without a good link while others are up sends itself a
//! word each round; one that has not come by the second round makes it deaf.
//!
//! - `input`: what can happen, and what must follow; `other`: another node, as this one has seen it
//! - `round`: the beat and the look, one behind the other

mod input;
mod other;
mod round;

pub use input::{Effect, Gone, Input, LookResult, Me, NodeRow, State, Wires};

use std::collections::BTreeMap;

use super::bounds::Bounds;
use super::engine::Engine;
use super::faults::{Broken, Fault};
use super::looks::{Good, Looks, after};
use crate::ids::NodeId;
use crate::time::Mono;
use other::Other;
use round::{Answer, Round};

/// How far this node has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Not on file: looks whether it may join.
    Arriving,
    /// On file, in this state.
    Present(State),
    /// Nothing follows any more.
    Over,
}

/// Who is there, as one node sees it, and what it is itself.
#[derive(Debug)]
pub struct Members {
    me: Me,
    no: u32,
    bounds: Bounds,
    engine: Engine,
    phase: Phase,
    round: Round,
    looks: Looks,
    others: BTreeMap<NodeId, Other>,
    /// The node that matches, by the last good look since we are on file.
    matchmaker: Option<Option<NodeId>>,
    /// Words to ourselves: how many were said, and the last that came.
    said: u64,
    heard: u64,
    deaf: bool,
    broken: Broken,
}

impl Members {
    /// A node that is about to join.
    #[must_use]
    pub fn new(me: Me, engine: Engine, bounds: Bounds) -> Self {
        let broken = Broken::default();
        Self {
            me,
            no: 0,
            bounds,
            engine,
            phase: Phase::Arriving,
            round: Round::default(),
            looks: Looks::new(bounds.unheld(), broken),
            others: BTreeMap::new(),
            matchmaker: None,
            said: 0,
            heard: 0,
            deaf: false,
            broken,
        }
    }

    /// The same, with this defect.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn broken(mut self, fault: Fault) -> Self {
        self.broken = Broken::by(fault);
        self.looks = Looks::new(self.bounds.unheld(), self.broken);
        self
    }

    /// Lets `input` happen at `now` and appends to `effects` what must follow outside. A statement
    /// that has waited too long for its answer is given up first, whatever the input.
    pub fn step(&mut self, now: Mono, input: Input, effects: &mut Vec<Effect>) {
        if self.phase == Phase::Over {
            return;
        }
        if self.round.gives_up(now, self.bounds.unheld()) {
            self.looks.bad();
            effects.push(Effect::Reconnect);
        }
        match input {
            Input::Connected => {
                self.others.values_mut().for_each(Other::forget_lock);
                self.looks.bad();
                self.round.connected();
            }
            Input::Disconnected => {
                self.looks.bad();
                self.round.disconnected();
            }
            Input::Inserted { no } => self.inserted(no),
            Input::Beaten { round, changed } => self.beaten(now, round, changed, effects),
            Input::Looked { round, found } => self.looked(now, round, found, effects),
            Input::Declared { node, changed } => {
                if changed {
                    self.forget(node, effects);
                    // What it held is free, and the lease must not wait a whole round for that.
                    self.round.at_once();
                }
            }
            Input::Linked { node, good } => {
                if let Some(other) = self.others.get_mut(&node) {
                    other.linked = good;
                }
                self.perhaps_up(effects);
            }
            Input::HeardMyself { count } => {
                self.heard = self.heard.max(count.min(self.said));
                self.listen(effects);
            }
            Input::By(engine) => self.engine = engine,
            Input::Drain => self.turn(State::Draining),
            Input::Leave => self.leave(effects),
            Input::CommitsLost => self.self_gone(Gone::CommitsLost, effects),
            Input::Tick => {}
        }
        self.begin_round(now, effects);
    }

    /// When [`Input::Tick`] is wanted next; `now` if at once.
    #[must_use]
    pub fn next_deadline(&self, now: Mono) -> Option<Mono> {
        if self.phase == Phase::Over { None } else { self.round.deadline(now, self.bounds) }
    }

    /// What this node is on file, or is to be with its next beat; nothing before it has joined.
    #[must_use]
    pub const fn state(&self) -> Option<State> {
        match self.phase {
            Phase::Arriving => None,
            Phase::Present(state) => Some(state),
            Phase::Over => Some(State::Gone),
        }
    }

    /// Whether visitors are to be sent here at `now`.
    #[must_use]
    pub fn is_ready(&self, now: Mono) -> bool {
        self.ready_until().is_some_and(|until| now <= until)
    }

    /// Up to when visitors may be sent here without another good beat: up, not deaf, and 3 s from when the
    /// last beat began, which was good. Nothing if they may not.
    #[must_use]
    pub fn ready_until(&self) -> Option<Mono> {
        let may = self.phase == Phase::Present(State::Up) && !self.deaf;
        self.round.good_beat().filter(|_| may).map(|begun| after(begun, self.bounds.hold()))
    }

    /// The version of the wire to be used: the newest that everybody who is there can talk. It rises
    /// once the last old program has gone.
    #[must_use]
    pub fn wire(&self) -> u32 {
        self.others.values().map(|other| other.row.who.wires.max).fold(self.me.wires.max, u32::min)
    }

    /// The others that are there, as the last good look found them.
    pub fn others(&self) -> impl Iterator<Item = &NodeRow> {
        self.others.values().map(|other| &other.row)
    }

    fn inserted(&mut self, no: u32) {
        if self.phase == Phase::Arriving {
            self.no = no;
            self.phase = Phase::Present(State::Joining);
            self.round.at_once();
        }
    }

    /// Goes on to a later state, which the next beat writes; that is now.
    fn turn(&mut self, to: State) {
        let goes_on = match self.phase {
            Phase::Present(State::Joining) => true,
            Phase::Present(State::Up) => to != State::Up,
            Phase::Present(State::Draining) => to == State::Gone,
            _ => false,
        };
        if goes_on {
            self.phase = Phase::Present(to);
            self.round.at_once();
        }
    }

    fn leave(&mut self, effects: &mut Vec<Effect>) {
        if self.phase == Phase::Arriving {
            self.phase = Phase::Over;
            effects.push(Effect::Left);
        } else {
            self.turn(State::Gone);
        }
    }

    fn self_gone(&mut self, why: Gone, effects: &mut Vec<Effect>) {
        self.phase = Phase::Over;
        effects.push(Effect::SelfGone(why));
    }

    fn begin_round(&mut self, now: Mono, effects: &mut Vec<Effect>) {
        let Some(round) = self.round.begin(now, self.bounds, self.phase != Phase::Arriving) else { return };
        match self.phase {
            Phase::Arriving => effects.push(Effect::Look { round }),
            Phase::Present(state) => effects.push(Effect::Beat { round, state, engine: self.engine }),
            Phase::Over => {}
        }
    }

    fn beaten(&mut self, now: Mono, round: u64, changed: Option<bool>, effects: &mut Vec<Effect>) {
        if !self.round.beaten(round, now, changed == Some(true)) {
            return;
        }
        match changed {
            None => self.looks.bad(),
            // Also when it was this node's wish: another was quicker, and its row says the same.
            Some(_) if self.phase == Phase::Present(State::Gone) && self.round.has_written_newest() => {
                self.phase = Phase::Over;
                effects.push(Effect::Left);
            }
            Some(false) => self.self_gone(Gone::Declared, effects),
            Some(true) => effects.push(Effect::Look { round }),
        }
    }

    fn looked(&mut self, now: Mono, round: u64, found: Option<LookResult>, effects: &mut Vec<Effect>) {
        let begun = match self.round.looked(round) {
            Answer::Expected { begun } => begun,
            Answer::Stale => return,
        };
        let Some(found) = found else {
            self.looks.bad();
            return;
        };
        match self.phase {
            Phase::Arriving => self.arrive(now, &found, effects),
            Phase::Present(_) => {
                let look = self.looks.good(begun, now);
                self.take_in(look, found, effects);
            }
            Phase::Over => {}
        }
    }

    /// Whoever cannot talk with somebody who is there does not join.
    fn arrive(&mut self, now: Mono, found: &LookResult, effects: &mut Vec<Effect>) {
        let strangers = |row: &&NodeRow| row.who.wires.common(self.me.wires).is_none();
        if let Some(stranger) = found.nodes.iter().find(strangers) {
            effects.extend([Effect::Refused(Box::new(stranger.clone())), Effect::Left]);
            self.phase = Phase::Over;
        } else {
            self.round.waits_for_row(now);
            effects.push(Effect::Insert);
        }
    }

    fn take_in(&mut self, look: Good, found: LookResult, effects: &mut Vec<Effect>) {
        let LookResult { nodes, lease } = found;
        let holder = lease.holder.map(|(node, _)| node);
        let holder_is_there = nodes.iter().any(|row| Some(row.who.node) == holder);
        self.forget_who_is_not(&nodes, effects);
        let mut still = Vec::new();
        for row in nodes {
            if row.who.node == self.me.node {
                continue;
            }
            if row.who.wires.common(self.me.wires).is_none() {
                self.meet_stranger(row, effects);
            } else if self.see(row.clone(), look, effects) {
                still.push(row);
            }
        }
        still.iter().for_each(|row| self.declare(row, effects));
        self.matchmaker = Some(holder);
        self.perhaps_up(effects);
        self.say_to_myself(effects);
        effects.push(Effect::Looked { look, lease, holder_is_there });
    }

    fn forget_who_is_not(&mut self, nodes: &[NodeRow], effects: &mut Vec<Effect>) {
        let not_there = |node: &NodeId| !nodes.iter().any(|row| row.who.node == *node);
        let gone: Vec<NodeId> = self.others.keys().copied().filter(not_there).collect();
        gone.into_iter().for_each(|node| self.forget(node, effects));
    }

    fn forget(&mut self, node: NodeId, effects: &mut Vec<Effect>) {
        if self.others.remove(&node).is_some() {
            effects.push(Effect::Gone(node));
        }
    }

    /// A good look found this row; whether it has stood still for too long.
    fn see(&mut self, row: NodeRow, look: Good, effects: &mut Vec<Effect>) -> bool {
        if let Some(other) = self.others.get_mut(&row.who.node) {
            let has_changed = (other.row.state, other.row.engine) != (row.state, row.engine);
            if has_changed {
                effects.push(Effect::Changed(Box::new(row.clone())));
            }
            return other.see(row, look, self.bounds);
        }
        effects.push(Effect::There(Box::new(row.clone())));
        let mut other = Other::new(row.clone(), look);
        other.see(row.clone(), look, self.bounds);
        self.others.insert(row.who.node, other);
        false
    }

    fn declare(&self, row: &NodeRow, effects: &mut Vec<Effect>) {
        effects.push(Effect::DeclareGone { node: row.who.node, seen_beat: row.beat });
        if self.broken.is(Fault::GoneByName) {
            let namesakes = self.others().filter(|other| other.who.name == row.who.name && other.who != row.who);
            effects.extend(namesakes.map(|it| Effect::DeclareGone { node: it.who.node, seen_beat: it.beat }));
        }
    }

    /// Both have joined at the same time and cannot talk: whoever came second leaves.
    fn meet_stranger(&mut self, row: NodeRow, effects: &mut Vec<Effect>) {
        let was_first = row.state != State::Joining || row.no < self.no;
        if self.phase == Phase::Present(State::Joining) && was_first {
            effects.push(Effect::Refused(Box::new(row)));
            self.turn(State::Gone);
        }
    }

    fn perhaps_up(&mut self, effects: &mut Vec<Effect>) {
        let Some(matchmaker) = self.matchmaker else { return };
        let linked = |node| node == self.me.node || self.others.get(&node).is_some_and(|other| other.linked);
        if self.phase == Phase::Present(State::Joining) && (self.others.is_empty() || matchmaker.is_some_and(linked)) {
            self.turn(State::Up);
            effects.push(Effect::Up);
        }
    }

    /// Whether this node has to ask itself if it hears anything: others are up and none is linked.
    fn doubts(&self) -> bool {
        self.others.values().any(|other| other.row.state == State::Up) && !self.others.values().any(|it| it.linked)
    }

    fn say_to_myself(&mut self, effects: &mut Vec<Effect>) {
        if self.doubts() {
            self.said += 1;
            effects.push(Effect::SayToMyself { count: self.said });
        } else {
            self.heard = self.said;
        }
        self.listen(effects);
    }

    fn listen(&mut self, effects: &mut Vec<Effect>) {
        // The last word may be on its way; the one before has had a whole round.
        let deaf = self.said > self.heard + 1;
        if std::mem::replace(&mut self.deaf, deaf) != deaf {
            effects.push(Effect::Deaf(deaf));
        }
    }
}
