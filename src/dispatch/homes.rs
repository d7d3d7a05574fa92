//! Rooms without a home: of a node that is gone, or nobody's. One that lives is asked to take each, and once it has,
//! everybody who has a seat there is told the way.

use std::collections::BTreeSet;

use super::announced::Untold;
use super::news::{CounsellorNews, Held};
use super::parcels::{NodeSocket, ToFront};
use super::{Dispatch, Out};
use crate::ids::{AccountId, NodeId, RoomId};
use crate::matching::{self, Stage};

/// A room that somebody is to take. Until it is named again nobody is given a seat in it.
#[derive(Debug, Default)]
pub(super) struct Taking {
    /// Who was asked; `None` if that came to nothing. The comparison asks the next.
    by: Option<NodeId>,
    /// Whose it was.
    from: Option<NodeId>,
    /// Its desk waits for its seat, and has this last `seq`.
    desk: Option<Option<u32>>,
    /// Its counsellor waits for theirs.
    counsellor: bool,
}

impl Dispatch {
    /// A node is gone, and with it its rooms. Those that were over are left behind; the others are taken.
    pub(super) fn leave_rooms_of(&mut self, node: NodeId, out: &mut Out<'_>) {
        let of_node = self.rooms.iter().filter(|(_, entry)| entry.home == node).map(|(room, _)| *room);
        let rooms: BTreeSet<RoomId> = of_node.collect();
        for room in rooms {
            let untold = self.unnamed.remove(&room).map(|unnamed| unnamed.untold);
            if !self.is_open(room) {
                self.room_gone(room, out);
            } else {
                self.have_told(room, untold.unwrap_or_default());
                self.take_room(room, Some(node), out);
            }
        }
    }

    /// Has a room taken that is nobody's, or this gone node's.
    pub(super) fn take_room(&mut self, room: RoomId, from: Option<NodeId>, out: &mut Out<'_>) {
        if self.rooms.contains_key(&room) {
            self.ask_to_take(room, self.home_for(room), from, out);
        }
    }

    /// Where it is to live: beside its counsellor, else its desk, else wherever it may.
    pub(super) fn home_for(&self, room: RoomId) -> NodeId {
        let account = self.rooms.get(&room).map(|entry| entry.account);
        let counsellor = account.and_then(|account| self.staff.get(&account)?.socket);
        self.home_beside([counsellor, self.desk_in(room)])
    }

    /// Its home was asked to hand it on.
    pub(super) fn is_handed_on(&mut self, room: RoomId, from: NodeId, to: NodeId) {
        let taking = self.taking.entry(room).or_default();
        (taking.by, taking.from) = (Some(to), Some(from));
    }

    /// It is known, and not at this node.
    pub(super) fn lives_elsewhere(&self, room: RoomId, node: NodeId) -> bool {
        self.rooms.get(&room).is_some_and(|entry| entry.home != node)
    }

    /// The same for one of whose match nobody was told.
    pub(super) fn take_untold(&mut self, room: RoomId, from: Option<NodeId>, out: &mut Out<'_>) {
        self.have_told(room, Untold { desk: true, counsellor: true });
        self.take_room(room, from, out);
    }

    /// Has them given their seats when the room is taken.
    fn have_told(&mut self, room: RoomId, untold: Untold) {
        let after = self.rooms.get(&room).and_then(|entry| entry.visit.as_ref()?.after);
        let taking = self.taking.entry(room).or_default();
        // Who waits already goes on waiting.
        if untold.desk {
            taking.desk = Some(after);
        }
        taking.counsellor |= untold.counsellor;
    }

    /// Whoever is asked to take what is theirs already opens it, if it is not there.
    pub(super) fn ask_to_take(&mut self, room: RoomId, by: NodeId, from: Option<NodeId>, out: &mut Out<'_>) {
        let taking = self.taking.entry(room).or_default();
        (taking.by, taking.from) = (Some(by), from);
        out.parcel(by, ToFront::Take { room, from });
    }

    /// Who was asked has not got it. What is on file decides: see `put_right`.
    pub(super) fn not_taken(&mut self, node: NodeId, room: RoomId) {
        if let Some(taking) = self.taking.get_mut(&room).filter(|taking| taking.by == Some(node)) {
            taking.by = None;
        }
    }

    /// Who was asked to take this room, and whose it was.
    pub(super) fn asked_to_take(&self, room: RoomId) -> Option<(Option<NodeId>, Option<NodeId>)> {
        self.taking.get(&room).map(|taking| (taking.by, taking.from))
    }

    /// A room lives at this node.
    pub(super) fn room_is_here(&mut self, node: NodeId, room: RoomId, out: &mut Out<'_>) {
        self.nodes.named(node, room);
        let taking = self.taking.remove(&room);
        let Some(entry) = self.rooms.get_mut(&room) else { return };
        let had_moved = std::mem::replace(&mut entry.home, node) != node;
        let unnamed = self.unnamed.remove(&room);
        if !self.is_open(room) {
            return;
        }
        if taking.is_none() && !had_moved {
            if unnamed.is_some() {
                self.tell_home(room, node, out);
            }
            self.end_lost_hand_over(room, out);
        } else {
            // What was asked of the home before is asked of nobody now; one not yet on file ends with it.
            self.not_transferred(room, out);
            self.tell_home(room, node, out);
        }
        let untold = unnamed.map(|unnamed| unnamed.untold).unwrap_or_default();
        let Taking { desk, counsellor, .. } = taking.unwrap_or_default();
        let after = || self.rooms.get(&room).and_then(|entry| entry.visit.as_ref()?.after);
        let desk = desk.or_else(|| untold.desk.then(after));
        if let Some((from, after)) = desk.and_then(|after| Some((self.desk_in(room)?, after))) {
            self.give_seat_again(room, from, after, out);
        }
        if counsellor || untold.counsellor {
            self.seat_counsellor(room, out);
        }
        self.hand_on(room, out);
    }

    /// At every node where its desk or its counsellor is: the room lives there now.
    fn tell_home(&self, room: RoomId, home: NodeId, out: &mut Out<'_>) {
        let counsellor = self.rooms.get(&room).and_then(|entry| self.staff.get(&entry.account)?.socket);
        let people = [self.desk_in(room), counsellor];
        let nodes: BTreeSet<NodeId> = people.into_iter().flatten().map(|at| at.node).collect();
        nodes.into_iter().for_each(|node| out.parcel(node, ToFront::Home { room, home }));
    }

    /// Somebody at this node has a seat there, and may have missed where the room lives since. If that is not sure yet,
    /// they are told once it is.
    pub(super) fn say_home(&self, node: NodeId, room: RoomId, out: &mut Out<'_>) {
        let is_sure = !self.unnamed.contains_key(&room) && !self.taking.contains_key(&room);
        if let Some(entry) = self.rooms.get(&room).filter(|entry| is_sure && entry.is_open()) {
            out.parcel(node, ToFront::Home { room, home: entry.home });
        }
    }

    fn desk_in(&self, room: RoomId) -> Option<NodeSocket> {
        self.rooms.get(&room)?.visit.as_ref()?.socket
    }

    /// A counsellor is given the seat they waited for.
    fn seat_counsellor(&mut self, room: RoomId, out: &mut Out<'_>) {
        self.epoch += 1;
        let Some(entry) = self.rooms.get(&room) else { return };
        let (account, held) = (entry.account, entry.held(room, self.epoch, false));
        if let Some(staff) = self.staff.get(&account) {
            staff.tell(CounsellorNews::Rooms(vec![held]), out);
        }
        self.changed.insert(account);
        self.tell_changed(out);
    }

    /// A node names its rooms before its people. One of its own that it has not named by then, behind a broken link, it
    /// has not: it will be asked to open it once it has named all, and until then nobody there is given a seat in it.
    pub(super) fn await_missed(&mut self, room: RoomId, at: NodeId) {
        let is_its_own = self.rooms.get(&room).is_some_and(|entry| entry.home == at && entry.is_open());
        if is_its_own && self.nodes.has_missed(at, room) && !self.unnamed.contains_key(&room) {
            let asked = Taking { by: Some(at), from: Some(at), ..Taking::default() };
            self.taking.entry(room).or_insert(asked);
        }
    }

    /// If this room is being taken, its desk, which is at this node, is given its seat when it is.
    pub(super) fn desk_waits_for_home(&mut self, room: RoomId, at: NodeId, after: Option<u32>) -> bool {
        self.await_missed(room, at);
        let taking = self.taking.get_mut(&room);
        taking.map(|taking| taking.desk = Some(after)).is_some()
    }

    /// Seats in rooms that are being taken are given to a counsellor at this node when they are. The others are given
    /// now.
    pub(super) fn hold_back(&mut self, at: NodeId, held: &mut Vec<Held>) {
        held.retain(|held| {
            self.await_missed(held.seat.room, at);
            if let Some(unnamed) = self.unnamed.get_mut(&held.seat.room) {
                unnamed.untold.counsellor = false;
            }
            let taking = self.taking.get_mut(&held.seat.room);
            taking.map(|taking| taking.counsellor = true).is_none()
        });
    }

    /// Whether this counsellor has yet to be given their seat in a room that is being taken, or that its home has not
    /// named.
    pub(super) fn waits_for_a_home(&self, account: AccountId) -> bool {
        let waits = |room: &RoomId| {
            self.taking.get(room).is_some_and(|taking| taking.counsellor)
                || self.unnamed.get(room).is_some_and(|unnamed| unnamed.untold.counsellor)
        };
        self.rooms_of.get(&account).is_some_and(|rooms| rooms.iter().any(waits))
    }

    /// A home names its room, and was told on a broken link that the talk in it was accepted by another: the word may
    /// be lost.
    fn end_lost_hand_over(&mut self, room: RoomId, out: &mut Out<'_>) {
        let ticket = self.rooms.get(&room).map(|entry| entry.ticket);
        let handing = ticket.filter(|ticket| self.transfers.contains_key(ticket));
        let stage = handing.and_then(|ticket| Some((ticket, self.lobby.ticket(ticket)?.stage)));
        let Some((ticket, Stage::Handing(receiver))) = stage else { return };
        let rings = |account: AccountId| self.rings_at(account).any(|(_, rings)| rings == ticket);
        if !rings(receiver) {
            self.step_lobby(matching::Input::TransferFailed { ticket }, out);
        }
    }
}
