//! A new term over nodes that live: what waits and talks is read from the records, and who is there is told by each
//! node. Until a node has announced itself nothing is known of its people: they are passed over, and no grace runs. The
//! same when a link was broken: an announcement replaces what was known of its node.

use std::collections::BTreeSet;

use super::input::{Opening, Profile};
use super::news::{CounsellorNews, DeskNews};
use super::parcels::{NodeSocket, ToFront};
use super::rooms::matched_frame;
use super::turn::{Arrivals, Turn};
use super::{Defect, Dispatch, Out};
use crate::ids::{NodeId, RoomId, SessionId, TicketId};
use crate::matching;
use crate::protocol::Member;
use crate::room::first_members;

/// An open room that lives at a node which has not named it.
#[derive(Debug)]
pub(super) struct Unnamed {
    /// What it is opened with there, if that node has it not.
    opening: Opening,
    pub(super) untold: Untold,
}

/// Who is here and was not told under an earlier term that they have a seat in a room. Whether there is a way into it
/// is not known yet.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Untold {
    pub(super) desk: bool,
    pub(super) counsellor: bool,
}

impl From<Opening> for Unnamed {
    fn from(opening: Opening) -> Self {
        Self { opening, untold: Untold::default() }
    }
}

impl Dispatch {
    /// Nothing is matched until [`super::Input::Match`].
    pub(super) fn gather(&mut self, out: &mut Out<'_>) {
        self.is_gathering = true;
        self.step_lobby(matching::Input::Suspend, out);
    }

    pub(super) fn begin_matching(&mut self, out: &mut Out<'_>) {
        self.is_gathering = false;
        if self.journal_ok && !self.draining {
            self.step_lobby(matching::Input::Resume, out);
        }
        self.hand_on_all(out);
    }

    pub(super) fn unseen_are_away(&mut self, out: &mut Out<'_>) {
        let unseen: Vec<TicketId> =
            self.visits.iter().filter(|(_, visit)| visit.socket.is_none()).map(|(ticket, _)| *ticket).collect();
        for ticket in unseen.into_iter().filter(|ticket| !self.nodes.hide_desk(*ticket)).collect::<Vec<_>>() {
            self.step_lobby(matching::Input::DeskGone { ticket }, out);
        }
    }

    /// A node begins to name its people: what was known of them is not believed any more.
    fn is_announcing(&mut self, node: NodeId, out: &mut Out<'_>) {
        if !self.nodes.is_unseen(node) {
            self.unsee(node, out);
        }
    }

    /// A node has named all that it has. What was known of it and is not among that is not there.
    pub(super) fn is_announced(&mut self, node: NodeId, out: &mut Out<'_>) {
        self.is_announcing(node, out);
        let unseen = self.nodes.is_announced(node);
        if self.is_broken(Defect::AnnouncementAdds) {
            return self.open_unnamed(node, out);
        }
        if unseen.is_lost {
            self.find_unnamed(node, &unseen.rooms, out);
        }
        self.open_unnamed(node, out);
        self.are_away(&unseen, out);
        // Of what drains there, and to where others drain.
        self.hand_on_all(out);
    }

    /// The link to a node was broken, and these rooms it has. The others were left behind there, or the word that it
    /// opens or takes them was lost.
    fn find_unnamed(&mut self, node: NodeId, named: &BTreeSet<RoomId>, out: &mut Out<'_>) {
        let unnamed: BTreeSet<RoomId> = self
            .rooms
            .keys()
            .filter(|room| !named.contains(room) && !self.unnamed.contains_key(room))
            .copied()
            .collect();
        for room in unnamed {
            let lives_here = self.rooms.get(&room).is_some_and(|entry| entry.home == node);
            match self.asked_to_take(room) {
                // What a node that lives hands on is that one's until it says otherwise.
                Some((_, Some(from))) if from != node && self.lives(from) => {}
                Some((by, from)) if by == Some(node) => self.ask_to_take(room, node, from, out),
                None if lives_here && self.is_open(room) => self.ask_to_take(room, node, Some(node), out),
                None if lives_here => self.room_gone(room, out),
                _ => {}
            }
        }
    }

    /// A node has named all its rooms. Those on file as its own that it has not: nobody was told of the match, as
    /// the term that made it ended before. They are opened now, and both sides told.
    fn open_unnamed(&mut self, node: NodeId, out: &mut Out<'_>) {
        let homes = self.unnamed.keys().filter(|room| self.rooms.get(*room).is_some_and(|entry| entry.home == node));
        let rooms: Vec<RoomId> = homes.copied().collect();
        for room in rooms {
            let Some(Unnamed { opening, .. }) = self.unnamed.remove(&room) else { continue };
            if self.is_broken(Defect::RoomUnopened) {
                continue;
            }
            let (members, last_seq) = (first_members(&opening.seats, &opening.former), opening.last_seq);
            out.parcel(node, ToFront::Open(Box::new(opening)));
            let after = self.rooms.get(&room).and_then(|entry| entry.visit.as_ref()?.after);
            self.seat_both(room, &members, last_seq, after.map(|after| after.min(last_seq)), out);
        }
    }

    /// A desk that was told before that it has a seat there, or waits, is here. What it was not told it is told now.
    pub(super) fn desk_is_here(
        &mut self,
        from: NodeSocket,
        ticket: TicketId,
        seat: Option<RoomId>,
        after: Option<u32>,
        told: Option<Turn>,
        out: &mut Out<'_>,
    ) {
        self.is_announcing(from.node, out);
        let Some(arrivals) = self.desk_arrivals(ticket) else { return out.look_up(ticket, from) };
        let Some(turn) = self.announced_turn(arrivals, from, told, out) else {
            return out.desk(from, DeskNews::Replaced);
        };
        let Some(&room) = self.room_of.get(&ticket) else { return self.sit_again(ticket, from, turn, after, out) };
        let is_untold = seat != Some(room);
        let is_unnamed = match self.unnamed.get_mut(&room) {
            Some(unnamed) => {
                unnamed.untold.desk = is_untold;
                true
            }
            None if is_untold => return self.sit_again(ticket, from, turn, after, out),
            None => false,
        };
        let Some(visit) = self.rooms.get_mut(&room).and_then(|entry| entry.visit.as_mut()) else { return };
        visit.after = after.filter(|_| is_unnamed);
        visit.sit_at(from, turn, &mut self.desk_at, out);
        self.say_home(from.node, room, out);
    }

    /// A counsellor is here who was told before that they have these seats.
    pub(super) fn counsellor_is_here(
        &mut self,
        from: NodeSocket,
        profile: Profile,
        session: SessionId,
        seats: &[RoomId],
        told: Option<Turn>,
        out: &mut Out<'_>,
    ) {
        let account = profile.account;
        self.is_announcing(from.node, out);
        let arrivals = self.staff.get(&account).map_or_else(Arrivals::default, |staff| staff.arrivals);
        let Some(turn) = self.announced_turn(arrivals, from, told, out) else {
            return out.counsellor(from, CounsellorNews::Replaced);
        };
        self.sit_down(from, turn, profile, session, out);
        let mut held = self.held_by(account);
        let Some(staff) = self.staff.get_mut(&account) else { return };
        for &room in seats {
            if staff.wrap_ups.contains_key(&room) {
                staff.tell(CounsellorNews::RoomOver { room, wrap_up: true }, out);
            } else if !held.iter().any(|held| held.seat.room == room) {
                // Its end is on file. The word of the room may still be on its way, and is waited for.
                staff.tell(CounsellorNews::RoomOver { room, wrap_up: false }, out);
            }
        }
        for held in held.iter().filter(|held| seats.contains(&held.seat.room)) {
            self.say_home(from.node, held.seat.room, out);
        }
        held.retain(|held| !seats.contains(&held.seat.room));
        // Given once its home has named the room.
        held.retain(|held| {
            let unnamed = self.unnamed.get_mut(&held.seat.room);
            unnamed.map(|unnamed| unnamed.untold.counsellor = true).is_none()
        });
        self.hold_back(from.node, &mut held);
        let Some(staff) = self.staff.get_mut(&account) else { return };
        if !held.is_empty() {
            staff.tell(CounsellorNews::Rooms(held), out);
        }
        staff.told_queue = Vec::new();
        self.tell_state(account, out);
        self.step_lobby(matching::Input::CounsellorHere { counsellor: account }, out);
        self.tell_queue(account, out);
    }

    /// Tells both sides of a room, as far as they are there, that they have a seat.
    pub(super) fn seat_both(
        &mut self,
        room: RoomId,
        members: &[Member],
        last_seq: u32,
        after: Option<u32>,
        out: &mut Out<'_>,
    ) {
        self.epoch += 1;
        let Some(entry) = self.rooms.get(&room) else { return };
        if let Some(visit) = &entry.visit {
            let seat = entry.seat(room, entry.desk, self.epoch);
            let frame = matched_frame(&seat, members.to_vec(), last_seq, Some(visit.token.clone()));
            visit.tell(DeskNews::Seated { seat, frame, after }, out);
        }
        let account = entry.account;
        if let Some(staff) = self.staff.get(&account) {
            let held = entry.held(room, self.epoch, false);
            let frame = matched_frame(&held.seat, members.to_vec(), last_seq, None);
            staff.tell(CounsellorNews::Seated { held, frame }, out);
        }
        self.changed.insert(account);
        self.tell_changed(out);
    }
}
