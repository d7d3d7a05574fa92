//! Rooms of a node that drains: it is asked to hand each on to a node that may have more, beside somebody who sits
//! there. The home puts that on file behind all else and says so; then the next home is asked to open the room, as it
//! would one that is taken over. A word that is lost is found by the comparison with the records.

use std::collections::BTreeSet;

use super::parcels::ToFront;
use super::{Defect, Dispatch, Out};
use crate::ids::{NodeId, RoomId};

impl Dispatch {
    /// A node drains, or one is there now that may have what others drain of.
    pub(super) fn hand_on_all(&mut self, out: &mut Out<'_>) {
        // Whoever has a seat is not known yet; see `begin_matching`.
        if self.is_gathering || self.is_broken(Defect::DrainKeeps) {
            return;
        }
        let drains = self.rooms.iter().filter(|(_, entry)| self.nodes.drains(entry.home)).map(|(room, _)| *room);
        let rooms: BTreeSet<RoomId> = drains.collect();
        rooms.into_iter().for_each(|room| self.hand_on(room, out));
    }

    /// Nothing, unless the room lives at a node that drains, and there is another for it.
    pub(super) fn hand_on(&mut self, room: RoomId, out: &mut Out<'_>) {
        if self.is_gathering || self.is_broken(Defect::DrainKeeps) || !self.is_open(room) {
            return;
        }
        // Its home has not named it, or it is being taken or handed on already.
        if self.unnamed.contains_key(&room) || self.asked_to_take(room).is_some() {
            return;
        }
        let Some(entry) = self.rooms.get(&room).filter(|entry| self.nodes.drains(entry.home)) else { return };
        let (from, to) = (entry.home, self.home_for(room));
        if self.nodes.drains(to) || self.nodes.is_unseen(from) {
            return;
        }
        self.is_handed_on(room, from, to);
        out.parcel(from, ToFront::HandOn { room, to });
    }

    /// It is on file that the room is that node's.
    pub(super) fn room_handed_on(&mut self, from: NodeId, room: RoomId, to: NodeId, out: &mut Out<'_>) {
        self.nodes.named(from, room);
        let is_open = self.is_open(room);
        let Some(entry) = self.rooms.get_mut(&room).filter(|entry| is_open && entry.home == from) else { return };
        entry.home = to;
        self.unnamed.remove(&room);
        if self.nodes.is_gone(to) {
            self.take_room(room, Some(to), out);
        } else {
            self.ask_to_take(room, to, Some(to), out);
        }
    }
}
