//! What reaches one socket by two ways, in the order in which it happened.
//!
//! A room tells its members of its end itself; what follows from that end (a state without the room,
//! the next offer, a place in line, the next room) comes from the dispatch. The room may be late: a
//! socket that has not yet taken its seat there hears of the end only when it does. So the dispatch
//! says of every end that what comes next follows from it, and the socket holds that back until the
//! room has spoken. A state lists the rooms of a counsellor as they look, so it waits as well until those
//! rooms have told how.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use crate::dispatch::{CounsellorNews, DeskNews};
use crate::ids::RoomId;

/// A room that has not told of its end by then is gone, and the record says how it ended. Longer than the disk may take to read what a
/// late member missed.
pub(super) const HELD_MAX: Duration = Duration::from_secs(10);

/// What the dispatch tells.
pub trait Follows {
    /// The room whose end this, and what comes after it, follows from.
    fn follows(&self) -> Option<RoomId>;

    /// Whether this says how rooms look.
    fn lists_rooms(&self) -> bool {
        false
    }
}

impl Follows for DeskNews {
    fn follows(&self) -> Option<RoomId> {
        if let Self::RoomOver { room, .. } = self { Some(*room) } else { None }
    }
}

impl Follows for CounsellorNews {
    fn follows(&self) -> Option<RoomId> {
        match self {
            Self::RoomOver { room, .. } | Self::RoomGone { room } => Some(*room),
            _ => None,
        }
    }

    fn lists_rooms(&self) -> bool {
        matches!(self, Self::State { .. })
    }
}

/// For what is waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WaitsFor {
    /// The room's end.
    End(RoomId),
    /// How the room looks.
    Look(RoomId),
}

/// The rooms whose end, or looks, a socket has yet to hear, and what waits for that: for [`HELD_MAX`] at
/// most, which bounds how much it is.
pub(super) struct InOrder<N> {
    unended: BTreeSet<RoomId>,
    unseen: BTreeSet<RoomId>,
    held: VecDeque<N>,
    /// What is waited for, once that was noticed.
    waits_for: Option<WaitsFor>,
}

impl<N> Default for InOrder<N> {
    fn default() -> Self {
        Self { unended: BTreeSet::new(), unseen: BTreeSet::new(), held: VecDeque::new(), waits_for: None }
    }
}

impl<N: Follows> InOrder<N> {
    /// The socket takes a seat in this room.
    pub(super) fn begins(&mut self, room: RoomId) {
        self.unended.insert(room);
    }

    /// The room has told of its end, or is gone.
    pub(super) fn ended(&mut self, room: RoomId) {
        self.unended.remove(&room);
        self.unseen.remove(&room);
    }

    /// The room was asked how it looks.
    pub(super) fn asked(&mut self, room: RoomId) {
        self.unseen.insert(room);
    }

    /// The room has told how it looks, or takes too long.
    pub(super) fn seen(&mut self, room: RoomId) {
        self.unseen.remove(&room);
    }

    /// Whether the room's end was told here.
    pub(super) fn is_ended(&self, room: RoomId) -> bool {
        !self.unended.contains(&room)
    }

    /// The dispatch has news.
    pub(super) fn push(&mut self, news: N) {
        self.held.push_back(news);
    }

    /// The next that may be told now.
    pub(super) fn next(&mut self) -> Option<N> {
        if self.first_waits_for().is_some() {
            return None;
        }
        self.waits_for = None;
        self.held.pop_front()
    }

    /// What is waited for, if that wait has just begun.
    pub(super) fn begins_to_wait(&mut self) -> Option<WaitsFor> {
        let what = self.first_waits_for();
        (std::mem::replace(&mut self.waits_for, what) != what).then_some(what)?
    }

    fn first_waits_for(&self) -> Option<WaitsFor> {
        let first = self.held.front()?;
        let end = first.follows().filter(|room| self.unended.contains(room)).map(WaitsFor::End);
        let look = || self.unseen.first().filter(|_| first.lists_rooms()).copied().map(WaitsFor::Look);
        end.or_else(look)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Eq)]
    enum Told {
        Over(u128),
        State,
        Offer,
    }

    impl Follows for Told {
        fn follows(&self) -> Option<RoomId> {
            match self {
                Self::Over(room) => Some((*room).into()),
                Self::State | Self::Offer => None,
            }
        }

        fn lists_rooms(&self) -> bool {
            *self == Self::State
        }
    }

    #[test]
    fn what_follows_from_an_end_waits_until_the_room_has_told_of_it() {
        let mut order = InOrder::default();
        order.begins(1.into());
        order.push(Told::Offer);
        order.push(Told::Over(1));
        order.push(Told::Offer);
        assert_eq!(order.next(), Some(Told::Offer), "what came before the end");
        assert_eq!(order.next(), None);
        assert_eq!(order.begins_to_wait(), Some(WaitsFor::End(1.into())));
        assert_eq!(order.begins_to_wait(), None, "said once");
        order.ended(1.into());
        assert_eq!((order.next(), order.next(), order.next()), (Some(Told::Over(1)), Some(Told::Offer), None));
    }

    #[test]
    fn a_state_waits_until_its_rooms_have_told_how_they_look() {
        let mut order = InOrder::default();
        for room in [1, 2] {
            order.begins(room.into());
            order.asked(room.into());
        }
        order.push(Told::Offer);
        order.push(Told::State);
        order.push(Told::Offer);
        assert_eq!((order.next(), order.next()), (Some(Told::Offer), None));
        order.seen(1.into());
        assert_eq!((order.next(), order.begins_to_wait()), (None, Some(WaitsFor::Look(2.into()))));
        order.ended(2.into());
        assert_eq!((order.next(), order.next()), (Some(Told::State), Some(Told::Offer)));
        assert!(!order.is_ended(1.into()), "a room that was seen has not ended");
    }

    #[test]
    fn a_room_that_has_told_of_its_end_holds_nothing_back() {
        let mut order = InOrder::default();
        order.begins(1.into());
        order.ended(1.into());
        order.push(Told::Over(1));
        order.push(Told::Over(2));
        assert_eq!((order.next(), order.next()), (Some(Told::Over(1)), Some(Told::Over(2))));
        assert_eq!(order.begins_to_wait(), None);
    }
}
