//! What follows when the members or the lease have been told something: orders to the hands, events to others.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::{Emptying, Heart};
use crate::cluster::Good;
use crate::cluster::lease::{self, End, LeaseRow, Looked};
use crate::cluster::members::{self, NodeRow, State};
use crate::ids::{NodeId, TermId};
use crate::nodes::beater::Order;
use crate::nodes::changer::Change;
use crate::nodes::event::Event;
use crate::nodes::term::Term;
use crate::storage::nodes::lease::Taking;
use crate::time::Mono;

impl Heart {
    pub(super) fn tell(&mut self, event: Event) {
        (self.tell)(event);
    }

    pub(super) fn step_members(&mut self, now: Mono, input: members::Input) {
        let mut effects = Vec::new();
        self.members.step(now, input, &mut effects);
        effects.into_iter().for_each(|effect| self.follow_members(now, effect));
    }

    /// Nothing once the incarnation is over.
    pub(super) fn step_lease(&mut self, now: Mono, input: lease::Input) {
        if self.over {
            return;
        }
        let (mut effects, clock) = (Vec::new(), &self.clock);
        self.lease.step(now, input, &mut || TermId(clock.new_id()), &mut effects);
        effects.into_iter().for_each(|effect| self.follow_lease(now, effect));
    }

    fn follow_members(&mut self, now: Mono, effect: members::Effect) {
        use members::Effect;
        let node = self.shared.me.node;
        match effect {
            Effect::Insert => self.beater.order(Order::Insert(Box::new(self.shared.me.clone()))),
            Effect::Beat { round, state, engine } => {
                self.is_stale = true;
                self.beater.order(Order::Beat { node, round, state, engine });
                self.step_lease(now, lease::Input::Round);
            }
            Effect::Look { round } => self.beater.order(Order::Look { round }),
            Effect::DeclareGone { node, seen_beat } => {
                self.changer.order(now, Change::DeclareGone { node, seen_beat }, &self.hands);
            }
            Effect::Reconnect => {
                self.beater.lost(now, "no answer within a third of the time in which a node is gone");
                self.disconnected(now);
            }
            Effect::There(row) => {
                log::info!("node {} is there: {}, version {}", row.who.name, row.who.node, row.who.version);
                self.bus.there(row.who.node, row.engine);
                self.shows(Event::There(row));
            }
            Effect::Changed(row) => {
                self.bus.there(row.who.node, row.engine);
                self.shows(Event::Changed(row));
            }
            Effect::Gone(node) => self.gone(now, node),
            Effect::Looked { look, lease, holder_is_there } => self.looked(now, look, lease, holder_is_there),
            Effect::Up => {
                log::info!("this node is up");
                self.shows(Event::Up);
            }
            Effect::Refused(row) => {
                let why = refusal(&self.shared.me, &row);
                self.tell(Event::Refused { by: row, why });
            }
            Effect::SayToMyself { count } => self.bus.say_to_myself(count),
            Effect::Deaf(deaf) => self.deaf(now, deaf),
            Effect::SelfGone(why) => {
                log::error!("this node was found gone ({why:?}): it begins anew");
                self.finish(Event::SelfGone(why));
            }
            Effect::Left => self.finish(Event::Left),
        }
    }

    /// An event that changes what there is to show.
    fn shows(&mut self, event: Event) {
        self.is_stale = true;
        self.show();
        self.tell(event);
    }

    fn deaf(&mut self, now: Mono, deaf: bool) {
        if deaf {
            log::warn!("this node hears no other, nor itself: it takes nobody new and matches nobody");
        } else {
            log::info!("this node hears others again");
        }
        self.step_lease(now, lease::Input::Deaf(deaf));
        self.tell(Event::Deaf(deaf));
    }

    fn gone(&mut self, now: Mono, node: NodeId) {
        log::warn!("node {node} is gone");
        self.announcers.broken(node);
        self.step_lease(now, lease::Input::Lost(node));
        self.bus.gone(node);
        self.shared.view().figures.remove(&node);
        if self.matchmaker == Some(node) {
            self.say_matchmaker(None);
        }
        self.shows(Event::Gone(node));
    }

    fn looked(&mut self, now: Mono, look: Good, row: LeaseRow, holder_is_there: bool) {
        self.bus.epoch_on_file(row.epoch);
        self.shared.view().epoch = row.epoch;
        let newest_epoch = self.bus.newest_epoch();
        self.step_lease(now, lease::Input::Look(Looked { look, row, holder_is_there, newest_epoch }));
        // What is ours is said when it begins and when it ends.
        if self.term.is_none() {
            let holder =
                row.holder.map(|(node, _)| node).filter(|node| holder_is_there && *node != self.shared.me.node);
            self.say_matchmaker(holder);
        }
    }

    fn say_matchmaker(&mut self, node: Option<NodeId>) {
        if self.matchmaker != node {
            self.matchmaker = node;
            self.shows(Event::Matchmaker(node));
        }
    }

    fn follow_lease(&mut self, now: Mono, effect: lease::Effect) {
        use lease::Effect;
        match effect {
            Effect::Take { seen, seen_beat, term, newest_epoch } => {
                self.noticed = now;
                let taking = Taking { by: self.shared.me.node, term, seen, seen_beat, newest_epoch };
                self.changer.order(now, Change::Take(taking), &self.hands);
            }
            Effect::Beat { term, count } => {
                self.lease_beats.push_back(count);
                self.beater.order(Order::BeatLease { term, count });
            }
            Effect::Empty(term) => {
                let at = Mono(now.0.saturating_add(micros(self.bounds.unheld())));
                self.emptying = Some(Emptying { term, at });
            }
            Effect::Ping => self.tell(Event::Ping),
            Effect::Begin { term, epoch } => self.begin(term, epoch),
            Effect::Match(term) => {
                let takeover = Duration::from_micros(now.0.saturating_sub(self.noticed.0));
                self.shared.view().takeover = takeover;
                log::info!("this node matches, {} ms after it saw that nobody does", takeover.as_millis());
                self.shows(Event::Match(term));
            }
            Effect::Away(term) => self.tell(Event::Away(term)),
            Effect::Suspend(term) => {
                log::warn!("this node's hold on the lease is in doubt: nobody is matched");
                self.tell(Event::Suspend(term));
            }
            Effect::Resume(term) => {
                log::info!("this node holds the lease still, and goes on");
                self.shows(Event::Resume(term));
            }
            Effect::End { term, why } => self.end_term(term, why),
        }
    }

    fn begin(&mut self, id: TermId, epoch: u64) {
        log::info!("this node has the lease: term {id}, epoch {epoch}");
        self.shared.terms.fetch_add(1, Ordering::Relaxed);
        self.bus.epoch_on_file(epoch);
        self.shared.view().epoch = epoch;
        let term = Term::new(id, epoch);
        self.term = Some(term.clone());
        self.say_matchmaker(Some(self.shared.me.node));
        self.shows(Event::Begin(term));
    }

    fn end_term(&mut self, term: TermId, why: End) {
        log::warn!("this node's term {term} is over: {why:?}");
        self.drop_term();
        self.say_matchmaker(None);
        self.shows(Event::End { term, why });
    }

    /// Whoever has it in hand may not decide by it any more.
    fn drop_term(&mut self) {
        if let Some(term) = self.term.take() {
            term.may_until(None);
        }
    }

    fn finish(&mut self, event: Event) {
        self.over = true;
        self.end();
        self.tell(event);
    }

    /// Shows what everybody may ask. Before an event is told that says the same.
    pub(super) fn show(&mut self) {
        if let Some(term) = &self.term {
            term.may_until(self.lease.matches_until());
        }
        let ready_until = self.members.ready_until().map_or(0, |until| until.0);
        self.shared.ready_until.store(ready_until, Ordering::Release);
        if !std::mem::take(&mut self.is_stale) {
            return;
        }
        let mut view = self.shared.view();
        view.state = self.members.state();
        view.engine = self.engine;
        view.wire = self.members.wire();
        view.others = self.members.others().cloned().collect();
        view.matchmaker = self.matchmaker;
        view.term.clone_from(&self.term);
    }

    /// The heart has ended: nobody may do anything by what it knew.
    pub(super) fn end(&mut self) {
        self.drop_term();
        self.shared.ready_until.store(0, Ordering::Release);
        let mut view = self.shared.view();
        (view.state, view.term, view.matchmaker) = (Some(State::Gone), None, None);
        view.others.clear();
    }
}

/// Why this node does not join, and what to do.
fn refusal(me: &members::Me, other: &NodeRow) -> String {
    let (ours, theirs) = (me.wires, other.who.wires);
    let older = if ours.max < theirs.min { &me.name } else { &other.who.name };
    format!(
        "this node ({}) does not join: it talks versions {} to {} of the words between nodes, and {} ({}) talks {} to \
         {}; bring {older} up to date first, one version at a time",
        me.version, ours.min, ours.max, other.who.name, other.who.version, theirs.min, theirs.max
    )
}

fn micros(wait: Duration) -> u64 {
    u64::try_from(wait.as_micros()).unwrap_or(u64::MAX)
}
