//! What comes in, and what the members and the lease are told of it.

use std::sync::atomic::Ordering;

use super::Heart;
use crate::cluster::{lease, members};
use crate::nodes::beater::Answer;
use crate::nodes::changer::Outcome;
use crate::nodes::event::{Event, FromBus, Input};
use crate::time::{Mono, SECOND};

/// A clock that is further from the database's lets others take the lease first.
const CLOCK_OFF_MAX_S: i64 = 30;

impl Heart {
    pub(super) fn told(&mut self, now: Mono, input: Input) {
        match input {
            Input::Drain => {
                self.step_lease(now, lease::Input::Drain);
                self.step_members(now, members::Input::Drain);
            }
            Input::Leave => {
                self.step_lease(now, lease::Input::Drain);
                self.empty(now);
                self.step_members(now, members::Input::Leave);
            }
            Input::CommitsLost => self.step_members(now, members::Input::CommitsLost),
            Input::Answered => self.step_lease(now, lease::Input::Answered),
            Input::Claimed { term, up } => {
                self.announcers.claimed();
                self.step_lease(now, lease::Input::Claimed { term, up });
            }
            Input::Announcing(node) => self.step_lease(now, lease::Input::Announcing(node)),
            Input::Announced(node) => self.step_lease(now, lease::Input::Announced(node)),
            Input::Fenced(term) => {
                if self.term.as_ref().is_some_and(|mine| mine.id == term) {
                    self.shared.fenced.fetch_add(1, Ordering::Relaxed);
                }
                self.step_lease(now, lease::Input::Fenced(term));
            }
            Input::Written(term) => {
                if self.emptying.is_some_and(|emptying| emptying.term == term) {
                    self.empty(now);
                }
            }
            Input::Figures { node, sockets, rooms } => {
                if node == self.shared.me.node || self.members.others().any(|row| row.who.node == node) {
                    self.shared.view().figures.insert(node, (sockets, rooms));
                }
            }
        }
    }

    pub(super) fn heard_bus(&mut self, now: Mono, heard: FromBus) {
        match heard {
            FromBus::Opened(node) => self.announcers.opened(node),
            FromBus::Announcing(node) => {
                if self.announcers.announces(node) {
                    self.step_lease(now, lease::Input::Announcing(node));
                }
            }
            FromBus::Announced(node) => {
                if self.announcers.announced(node) {
                    self.step_lease(now, lease::Input::Announced(node));
                }
                self.step_members(now, members::Input::Linked { node, good: true });
            }
            FromBus::Broken(node) => {
                self.announcers.broken(node);
                self.step_lease(now, lease::Input::Lost(node));
                self.step_members(now, members::Input::Linked { node, good: false });
            }
            FromBus::HeardMyself(count) => self.step_members(now, members::Input::HeardMyself { count }),
            FromBus::By(engine) => {
                self.engine = engine;
                self.is_stale = true;
                self.step_members(now, members::Input::By(engine));
            }
        }
    }

    pub(super) fn answered(&mut self, now: Mono, answer: Answer) {
        match answer {
            Answer::Connected => {
                self.beater.connected();
                self.step_members(now, members::Input::Connected);
            }
            Answer::Inserted { no } => {
                self.beater.inserted(no);
                self.step_members(now, members::Input::Inserted { no });
            }
            Answer::Beaten { round, found } => {
                if let Some(found) = found {
                    self.weigh_clock(now, found.ahead);
                    self.shared.view().notices = found.notices;
                }
                self.step_members(now, members::Input::Beaten { round, changed: Some(found.is_some()) });
            }
            Answer::LeaseBeaten { count, changed } => {
                self.lease_beats.retain(|beat| *beat != count);
                self.step_lease(now, lease::Input::Beaten { count, changed: Some(changed) });
            }
            Answer::Looked { round, found } => {
                self.step_members(now, members::Input::Looked { round, found: Some(*found) });
            }
            Answer::Lost(why) => {
                self.beater.lost(now, &why);
                self.disconnected(now);
            }
        }
    }

    /// What was on its way on the connection has no answer.
    pub(super) fn disconnected(&mut self, now: Mono) {
        self.step_members(now, members::Input::Disconnected);
        for count in std::mem::take(&mut self.lease_beats) {
            self.step_lease(now, lease::Input::Beaten { count, changed: None });
        }
    }

    pub(super) fn changed(&mut self, now: Mono, outcome: Outcome) {
        match outcome {
            Outcome::Took { term, answer } => self.step_lease(now, lease::Input::Took { term, answer }),
            Outcome::Declared { node, changed } => {
                if changed {
                    self.shared.gone.fetch_add(1, Ordering::Relaxed);
                }
                self.step_members(now, members::Input::Declared { node, changed });
            }
            Outcome::Done => {}
        }
    }

    fn weigh_clock(&mut self, now: Mono, ahead: i64) {
        self.shared.clock_ahead.store(ahead, Ordering::Relaxed);
        let is_off = ahead.abs() > CLOCK_OFF_MAX_S * SECOND as i64;
        if std::mem::replace(&mut self.clock_off, is_off) == is_off {
            return;
        }
        if is_off {
            let (seconds, how) = (ahead.abs() / SECOND as i64, if ahead > 0 { "ahead of" } else { "behind" });
            log::warn!("this node's clock is {seconds} s {how} the database's: set both by the same time server");
        } else {
            log::info!("this node's clock goes with the database's again");
        }
        self.step_lease(now, lease::Input::ClockOff(is_off));
        self.tell(Event::ClockOff(is_off));
    }
}
