//! The heart of a process among others: the real members and lease, and what they want done.

use anteroom::cluster::lease::{self, Looked};
use anteroom::cluster::members::{self, Me, State, Wires};
use anteroom::cluster::{Bounds, Engine, Fault, Lease, Members};
use anteroom::ids::{NodeId, TermId};
use anteroom::time::Mono;

use super::Node;
use crate::hub::{Actor, Event, Hub, MS, S, Timer};
use crate::mail::{Heard, Mail};
use crate::on_file::{Answer, FromStore, OnConnection, Statement};
use crate::plan::Broken;

/// A statement takes so long at most, and so does its answer.
const TAKES: u64 = 20 * MS;

pub struct Heart {
    pub members: Members,
    pub lease: Lease,
    /// The connection that counts.
    connection: u64,
    is_connecting: bool,
    timer: Option<Mono>,
    /// Beats of the lease without an answer.
    lease_beats: Vec<u64>,
    /// Who was last said to match.
    pub matchmaker: Option<NodeId>,
    term: Option<TermId>,
    is_over: bool,
    /// Whose announcement, begun since the claim, is not whole.
    announcers: std::collections::BTreeSet<NodeId>,
}

impl Heart {
    pub fn new(hub: &mut Hub) -> Self {
        let wires = Wires { min: 1, max: 1 };
        let me = Me { node: hub.node(), name: format!("node {}", hub.here), version: "1".into(), wires };
        let wait = hub.dice.below(500 * MS);
        hub.timer(wait, Timer::Connect);
        let (lease, members) =
            (Lease::new(me.node, Bounds::default()), Members::new(me, Engine::Postgres, Bounds::default()));
        let is_broken = hub.is_broken(Broken::GoneByName);
        let members = if is_broken { members.broken(Fault::GoneByName) } else { members };
        Self {
            lease,
            members,
            connection: 0,
            is_connecting: true,
            timer: None,
            lease_beats: Vec::new(),
            matchmaker: None,
            term: None,
            is_over: false,
            announcers: Default::default(),
        }
    }

    /// Its timer is due.
    pub fn wakes(&mut self, at: Mono, hub: &mut Hub) {
        if self.timer != Some(at) {
            return;
        }
        self.timer = None;
        self.step_members(members::Input::Tick, hub);
        self.step_lease(lease::Input::Tick, hub);
        self.arm(hub);
    }

    fn arm(&mut self, hub: &mut Hub) {
        let now = hub.clock().mono;
        let due = [self.members.next_deadline(now), self.lease.next_deadline()].into_iter().flatten().min();
        let due = due.filter(|_| !self.is_over);
        if self.timer != due {
            self.timer = due;
            if let Some(at) = due {
                hub.wake(at, Timer::Heart(at));
            }
        }
    }

    /// The connection is made.
    pub fn connects(&mut self, hub: &mut Hub) {
        if !hub.reaches_store() {
            return hub.timer(300 * MS, Timer::Connect);
        }
        self.is_connecting = false;
        if self.members.state().is_some() {
            let me = hub.node();
            hub.store.on_file.nodes.locks.insert(me);
        }
        self.tell_members(members::Input::Connected, hub);
    }

    pub fn answered(&mut self, answer: FromStore, hub: &mut Hub) {
        match answer {
            FromStore::On(connection, answer) if connection == self.connection => self.answered_on(answer, hub),
            FromStore::On(..) => {}
            FromStore::Declared { node, changed } => {
                self.step_members(members::Input::Declared { node, changed }, hub);
            }
            FromStore::Took { term, answer } => self.step_lease(lease::Input::Took { term, answer }, hub),
        }
        self.arm(hub);
    }

    fn answered_on(&mut self, answer: Answer, hub: &mut Hub) {
        match answer {
            Answer::Inserted { no } => self.step_members(members::Input::Inserted { no }, hub),
            Answer::Beaten { round, changed } => {
                self.step_members(members::Input::Beaten { round, changed: Some(changed) }, hub);
            }
            Answer::Looked { round, found } => {
                self.step_members(members::Input::Looked { round, found: Some(*found) }, hub);
            }
            Answer::LeaseBeaten { count, changed } => {
                self.lease_beats.retain(|beat| *beat != count);
                self.step_lease(lease::Input::Beaten { count, changed: Some(changed) }, hub);
            }
            Answer::Lost => self.loses_connection(hub),
        }
    }

    fn loses_connection(&mut self, hub: &mut Hub) {
        self.connection += 1;
        if !std::mem::replace(&mut self.is_connecting, true) {
            let wait = hub.dice.below(S);
            hub.timer(wait, Timer::Connect);
        }
        self.step_members(members::Input::Disconnected, hub);
        for count in std::mem::take(&mut self.lease_beats) {
            self.step_lease(lease::Input::Beaten { count, changed: None }, hub);
        }
    }

    pub fn tell_members(&mut self, input: members::Input, hub: &mut Hub) {
        self.step_members(input, hub);
        self.arm(hub);
    }

    pub fn tell_lease(&mut self, input: lease::Input, hub: &mut Hub) {
        if let lease::Input::Claimed { .. } = input {
            self.announcers.clear();
        }
        self.step_lease(input, hub);
        self.arm(hub);
    }

    /// A session has opened.
    pub fn link_opened(&mut self, node: NodeId) {
        self.announcers.insert(node);
    }

    pub fn parcel_came(&mut self, node: NodeId, hub: &mut Hub) {
        if self.announcers.contains(&node) {
            self.tell_lease(lease::Input::Announcing(node), hub);
        }
    }

    pub fn announced(&mut self, node: NodeId, hub: &mut Hub) {
        if self.announcers.remove(&node) {
            self.step_lease(lease::Input::Announced(node), hub);
        }
        self.tell_members(members::Input::Linked { node, good: true }, hub);
    }

    pub fn link_broke(&mut self, node: NodeId, hub: &mut Hub) {
        self.announcers.remove(&node);
        self.step_lease(lease::Input::Lost(node), hub);
        self.tell_members(members::Input::Linked { node, good: false }, hub);
    }

    fn step_members(&mut self, input: members::Input, hub: &mut Hub) {
        if self.is_over {
            return;
        }
        let mut effects = Vec::new();
        self.members.step(hub.clock().mono, input, &mut effects);
        effects.into_iter().for_each(|effect| self.follow_members(effect, hub));
    }

    fn step_lease(&mut self, input: lease::Input, hub: &mut Hub) {
        if self.is_over {
            return;
        }
        let (mut effects, now) = (Vec::new(), hub.clock().mono);
        self.lease.step(now, input, &mut || hub.new_term(), &mut effects);
        effects.into_iter().for_each(|effect| self.follow_lease(effect, hub));
    }

    fn order(&self, statement: OnConnection, hub: &mut Hub) {
        to_store(Statement::On(self.connection, statement), hub);
    }

    fn follow_members(&mut self, effect: members::Effect, hub: &mut Hub) {
        use members::Effect;
        let node = hub.node();
        match effect {
            Effect::Insert => {
                let wires = Wires { min: 1, max: 1 };
                let me = Me { node, name: format!("node {}", hub.here), version: "1".into(), wires };
                self.order(OnConnection::Insert(Box::new(me)), hub);
            }
            Effect::Beat { round, state, .. } => {
                self.order(OnConnection::Beat { node, round, state }, hub);
                self.step_lease(lease::Input::Round, hub);
            }
            Effect::Look { round } => self.order(OnConnection::Look { round }, hub),
            Effect::DeclareGone { node, seen_beat } => to_store(Statement::Declare { node, seen_beat }, hub),
            Effect::Reconnect => self.loses_connection(hub),
            Effect::There(row) | Effect::Changed(row) => tell(Heard::Stands(row.who.node, row.state), hub),
            Effect::Gone(node) => {
                self.announcers.remove(&node);
                self.step_lease(lease::Input::Lost(node), hub);
                tell(Heard::Gone(node), hub);
                if self.matchmaker == Some(node) {
                    self.say_matchmaker(None, hub);
                }
            }
            Effect::Looked { look, lease: row, holder_is_there } => {
                tell(Heard::EpochOnFile(row.epoch), hub);
                let newest_epoch = row.epoch;
                self.step_lease(lease::Input::Look(Looked { look, row, holder_is_there, newest_epoch }), hub);
                if self.term.is_none() {
                    let holder = row.holder.map(|(holder, _)| holder);
                    self.say_matchmaker(holder.filter(|holder| holder_is_there && *holder != node), hub);
                }
            }
            Effect::SayToMyself { count } => {
                let is_heard = hub.now >= hub.me().deaf_until;
                if is_heard {
                    hub.send(Actor::Neighbours, Mail::Tells(Box::new(Heard::Myself(count))));
                }
            }
            Effect::Deaf(deaf) => self.step_lease(lease::Input::Deaf(deaf), hub),
            Effect::SelfGone(_) => {
                self.is_over = true;
                tell(Heard::SelfGone, hub);
            }
            Effect::Left | Effect::Refused(_) => self.is_over = true,
            Effect::Up => hub.note(|| "  is up".into()),
        }
    }

    fn say_matchmaker(&mut self, node: Option<NodeId>, hub: &mut Hub) {
        if self.matchmaker != node {
            self.matchmaker = node;
            tell(Heard::Matchmaker(node), hub);
        }
    }

    fn follow_lease(&mut self, effect: lease::Effect, hub: &mut Hub) {
        use lease::Effect;
        match effect {
            Effect::Take { seen, seen_beat, term, newest_epoch } => {
                to_store(Statement::Take { by: hub.node(), seen, seen_beat, term, newest_epoch }, hub);
            }
            Effect::Beat { term, count } => {
                self.lease_beats.push(count);
                self.order(OnConnection::BeatLease { term, count }, hub);
            }
            // Behind its writes, as far as that is waited for.
            Effect::Empty(term) => hub.later(2 * S, Event::AtStore(Statement::Empty(term))),
            Effect::Ping => tell(Heard::Ping, hub),
            Effect::Begin { term, epoch } => {
                self.term = Some(term);
                tell(Heard::Begin { term, epoch }, hub);
                self.say_matchmaker(Some(hub.node()), hub);
            }
            Effect::Match(term) => tell(Heard::Match(term), hub),
            Effect::Away(term) => tell(Heard::Away(term), hub),
            // The matchmaker asks the lease itself.
            Effect::Suspend(_) | Effect::Resume(_) => {}
            Effect::End { term, .. } => {
                self.term = None;
                self.say_matchmaker(None, hub);
                tell(Heard::End(term), hub);
            }
        }
    }
}

fn tell(what: Heard, hub: &mut Hub) {
    hub.note(|| format!("  heart: {what:?}"));
    hub.send(Actor::Neighbours, Mail::Tells(Box::new(what)));
}

fn to_store(statement: Statement, hub: &mut Hub) {
    let takes = hub.dice.below(TAKES);
    hub.later(takes, Event::AtStore(statement));
}

/// A statement of a heart has come to the store. What the store answers comes back; cut off, nothing does, or the
/// connection is found lost.
pub fn at_store(statement: Statement, hub: &mut Hub) {
    let answer = if hub.reaches_store() {
        hub.store.on_file.nodes.run(statement)
    } else {
        match statement {
            Statement::On(connection, _) if hub.dice.percent(50) => Some(FromStore::On(connection, Answer::Lost)),
            Statement::On(..) | Statement::Empty(_) => None,
            Statement::Declare { node, .. } => Some(FromStore::Declared { node, changed: false }),
            Statement::Take { term, .. } => {
                Some(FromStore::Took { term, answer: anteroom::cluster::lease::TakeAnswer::Unknown })
            }
        }
    };
    let takes = hub.dice.below(TAKES);
    if let Some(answer) = answer {
        hub.later(takes, Event::FromStore(answer));
    }
}

impl Node {
    /// Something for the heart, if there is one: a process that is alone has none.
    pub fn heart(&mut self, hub: &mut Hub, what: impl FnOnce(&mut Heart, &mut Hub)) {
        if let Some(joined) = &mut self.joined {
            what(&mut joined.heart, hub);
        }
    }

    /// Whether rooms may live at others, by what this process has seen: itself is not among them.
    pub fn others_there(&self) -> Vec<(NodeId, State)> {
        let others = self.joined.iter().flat_map(|joined| joined.heart.members.others());
        others.map(|row| (row.who.node, row.state)).collect()
    }
}
