//! The seats of a room, and how fast each may talk.

use std::collections::VecDeque;

use super::RATE_WINDOW_S;
use super::input::NewSeat;
use crate::ids::MemberId;
use crate::protocol::{Member, Role, SeatState, Whisperer};
use crate::time::Mono;

/// One member's place.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    pub(super) member: MemberId,
    pub(super) role: Role,
    pub(super) name: String,
    picture: Option<String>,
    pub(super) place: Place,
    pub(super) seen: u32,
    /// Hears everything, is not shown to the others, and may not speak to them.
    pub(super) watching: bool,
    /// Whether the others see it, or saw it before.
    pub(super) was_shown: bool,
    /// Whether it is to watch, while that is on its way to the disk.
    pub(super) turning: Option<bool>,
    pace: Pace,
}

/// Whether somebody sits there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A socket is attached.
    Here,
    /// No socket; the seat is held until then.
    Away { until: Mono, was_here: bool },
    /// Given up.
    Left,
}

impl Seat {
    pub(super) fn new(seat: NewSeat, held_until: Mono) -> Self {
        let place = match seat.state {
            SeatState::Left => Place::Left,
            SeatState::Away => Place::Away { until: held_until, was_here: true },
            SeatState::Joined | SeatState::Back => Place::Away { until: held_until, was_here: false },
        };
        Self {
            member: seat.member,
            role: seat.role,
            name: seat.name,
            picture: seat.picture,
            place,
            seen: seat.seen,
            watching: seat.watching,
            was_shown: !seat.watching,
            turning: None,
            pace: Pace::default(),
        }
    }

    pub(super) fn is_here(&self) -> bool {
        self.place == Place::Here
    }

    pub(super) fn is_left(&self) -> bool {
        self.place == Place::Left
    }

    /// Until when it is held, if nobody is there.
    pub(super) fn held_until(&self) -> Option<Mono> {
        match self.place {
            Place::Away { until, .. } => Some(until),
            Place::Here | Place::Left => None,
        }
    }

    /// What it is called, and as what.
    pub(super) fn whisperer(&self) -> Whisperer {
        Whisperer { name: self.name.clone(), role: self.role }
    }

    /// Whether its grace is over at `now`.
    pub(super) fn is_lost(&self, now: Mono) -> bool {
        matches!(self.place, Place::Away { until, .. } if until <= now)
    }

    /// As the others see it, in `state`.
    pub(super) fn shown_as(&self, state: SeatState) -> Member {
        Member { member: self.member, role: self.role, name: self.name.clone(), picture: self.picture.clone(), state }
    }

    /// As the others see it now.
    pub(super) fn shown(&self) -> Member {
        self.shown_as(match self.place {
            _ if self.watching => SeatState::Left,
            Place::Here => SeatState::Joined,
            // A seat nobody has sat in yet is about to be taken: both sides were told `matched`.
            Place::Away { was_here: false, .. } => SeatState::Joined,
            Place::Away { .. } => SeatState::Away,
            Place::Left => SeatState::Left,
        })
    }

    /// Counts one message; false if it is one too many.
    pub(super) fn may_talk(&mut self, now: Mono, messages_max: u32) -> bool {
        self.pace.allows(now, messages_max)
    }

    /// What is said next was counted before.
    pub(super) fn says_again(&mut self) {
        self.pace.lately.pop_back();
    }
}

/// The moments of the latest messages: a sliding window, so the limit holds in every ten seconds
/// and not just on average.
#[derive(Clone, Debug, Default)]
struct Pace {
    lately: VecDeque<Mono>,
}

impl Pace {
    fn allows(&mut self, now: Mono, max: u32) -> bool {
        while self.lately.front().is_some_and(|&then| then.plus_s(RATE_WINDOW_S) <= now) {
            self.lately.pop_front();
        }
        if self.lately.len() >= max as usize {
            return false;
        }
        self.lately.push_back(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::SECOND;

    #[test]
    fn the_limit_holds_in_every_window() {
        let mut pace = Pace::default();
        for second in 0..3 {
            assert!(pace.allows(Mono(second * SECOND), 3));
        }
        assert!(!pace.allows(Mono(9 * SECOND), 3));
        assert!(pace.allows(Mono(10 * SECOND), 3), "the first one is ten seconds old");
        assert!(!pace.allows(Mono(10 * SECOND), 3));
    }
}
