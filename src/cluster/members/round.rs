//! The beat and the look, one behind the other, on one connection.

use std::time::Duration;

use crate::cluster::bounds::Bounds;
use crate::cluster::looks::{after, between};
use crate::time::Mono;

/// What the connection is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Doing {
    /// There is none.
    #[default]
    Nothing,
    /// The next round is awaited.
    Resting,
    /// Since then the row is being inserted.
    Inserting(Mono),
    /// Since then the beat waits for its answer.
    Beating(Mono),
    /// Since then the look does.
    Looking(Mono),
}

/// Whether an answer is the one that is awaited.
pub(super) enum Answer {
    Expected { begun: Mono },
    Stale,
}

#[derive(Debug, Default)]
pub(super) struct Round {
    doing: Doing,
    count: u64,
    begun: Option<Mono>,
    /// When the last good beat began, if no beat has failed since.
    good_beat: Option<Mono>,
    /// The next is not to wait for its time.
    hurries: bool,
    /// The beat that was sent last writes the newest that is to be written.
    is_newest: bool,
}

impl Round {
    pub(super) const fn connected(&mut self) {
        self.doing = Doing::Resting;
    }

    pub(super) const fn disconnected(&mut self) {
        self.doing = Doing::Nothing;
        self.good_beat = None;
    }

    /// What it is to write has changed.
    pub(super) const fn at_once(&mut self) {
        self.hurries = true;
        self.is_newest = false;
        if matches!(self.doing, Doing::Inserting(_)) {
            self.doing = Doing::Resting;
        }
    }

    pub(super) const fn waits_for_row(&mut self, now: Mono) {
        self.doing = Doing::Inserting(now);
    }

    /// Whether a statement has waited too long: then the connection is given up.
    pub(super) fn gives_up(&mut self, now: Mono, wait_max: Duration) -> bool {
        let (Doing::Inserting(since) | Doing::Beating(since) | Doing::Looking(since)) = self.doing else {
            return false;
        };
        let too_long = between(since, now) >= wait_max;
        if too_long {
            self.disconnected();
        }
        too_long
    }

    /// Begins a round if it is time to: its number. `beats`: with a beat, else with the look.
    pub(super) fn begin(&mut self, now: Mono, bounds: Bounds, beats: bool) -> Option<u64> {
        let is_due = self.hurries || self.begun.is_none_or(|begun| between(begun, now) >= bounds.beat());
        if self.doing != Doing::Resting || !is_due {
            return None;
        }
        (self.hurries, self.is_newest) = (false, true);
        self.count += 1;
        self.begun = Some(now);
        self.doing = if beats { Doing::Beating(now) } else { Doing::Looking(now) };
        Some(self.count)
    }

    /// The beat of this round is answered; whether that was awaited.
    pub(super) fn beaten(&mut self, round: u64, now: Mono, good: bool) -> bool {
        if round != self.count || !matches!(self.doing, Doing::Beating(_)) {
            return false;
        }
        self.good_beat = if good { self.begun } else { None };
        self.doing = if good { Doing::Looking(now) } else { Doing::Resting };
        true
    }

    /// The look of this round is answered.
    pub(super) fn looked(&mut self, round: u64) -> Answer {
        match (self.doing, self.begun) {
            (Doing::Looking(_), Some(begun)) if round == self.count => {
                self.doing = Doing::Resting;
                Answer::Expected { begun }
            }
            _ => Answer::Stale,
        }
    }

    /// Whether the beat that was sent last wrote what [`Round::at_once`] was called for.
    pub(super) const fn has_written_newest(&self) -> bool {
        self.is_newest
    }

    pub(super) const fn good_beat(&self) -> Option<Mono> {
        self.good_beat
    }

    /// When a step is wanted; `now` if at once.
    pub(super) fn deadline(&self, now: Mono, bounds: Bounds) -> Option<Mono> {
        match self.doing {
            Doing::Nothing => None,
            Doing::Resting if self.hurries => Some(now),
            Doing::Resting => Some(self.begun.map_or(now, |begun| after(begun, bounds.beat()))),
            Doing::Inserting(since) | Doing::Beating(since) | Doing::Looking(since) => {
                Some(after(since, bounds.unheld()))
            }
        }
    }
}
