//! Which rooms are to be taken over, and which are being taken.

use std::collections::{HashMap, HashSet};

use crate::ids::{NodeId, RoomId};

/// What one message asks to take, by whose it was: each is one statement.
#[derive(Default)]
pub(super) struct Wanted(HashMap<Option<NodeId>, Vec<RoomId>>);

impl Wanted {
    pub(super) fn add(&mut self, room: RoomId, from: Option<NodeId>) {
        self.0.entry(from).or_default().push(room);
    }

    pub(super) fn by_keeper(self) -> impl Iterator<Item = (Option<NodeId>, Vec<RoomId>)> {
        self.0.into_iter()
    }
}

/// Rooms that are being taken, and from whom: asked for once more, they are not taken twice.
#[derive(Default)]
pub(super) struct Taking(HashSet<(RoomId, Option<NodeId>)>);

impl Taking {
    /// `false` if it is being taken already.
    pub(super) fn begins(&mut self, room: RoomId, from: Option<NodeId>) -> bool {
        self.0.insert((room, from))
    }

    pub(super) fn ends(&mut self, room: RoomId, from: Option<NodeId>) {
        self.0.remove(&(room, from));
    }
}
