//! What the records say is compared with what is known here: a word between two nodes may be lost, and a record is not.
//! What differs in two looks running is put right, as by then no word about it is on its way any more; what is just
//! being written is left out.

use std::collections::BTreeSet;

use super::comparison::{Comparison, KeptRoom};
use super::input::{Effect, Noted};
use super::restart::FoundRoom;
use super::rows::Write;
use super::{Dispatch, Out};
use crate::ids::{LineId, NodeId, RoomId, TicketId};
use crate::protocol::Member;

/// What is on file about a room.
#[derive(Clone, Debug)]
pub enum RoomOnFile {
    Open(Box<FoundRoom>),
    /// It is over, with who was in it. `returns`: its ticket waits again (R11); `handed_over`: and is of this line.
    Over {
        room: RoomId,
        returns: bool,
        handed_over: Option<LineId>,
        members: Vec<Member>,
    },
}

/// What was put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PutRight {
    /// A waiting ticket that was nobody's is known now.
    TicketTaken,
    /// A room that was nobody's, or a gone node's, is to be taken.
    RoomTaken,
    /// A node that lives is to open a room that is its own on file.
    RoomOpened,
    /// A room is over of whose end nobody had told.
    RoomEnded,
}

/// What differed in a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Differs {
    /// It waits, and is not known.
    Ticket(TicketId),
    /// It is known, and lives elsewhere or nowhere.
    Home(RoomId),
    /// It is open, and not known.
    Unknown(RoomId),
    /// It is known as open, and is not.
    Ended(RoomId),
}

impl PutRight {
    /// Every kind there is, in their order.
    pub const ALL: [Self; 4] = [Self::TicketTaken, Self::RoomTaken, Self::RoomOpened, Self::RoomEnded];

    /// Its name in the metrics.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TicketTaken => "ticket_taken",
            Self::RoomTaken => "room_taken",
            Self::RoomOpened => "room_opened",
            Self::RoomEnded => "room_ended",
        }
    }
}

impl Dispatch {
    pub(super) fn compare(&mut self, found: Comparison, out: &mut Out<'_>) {
        if self.is_gathering {
            return self.differed.clear();
        }
        let differs = self.differences(&found);
        let before = std::mem::replace(&mut self.differed, differs);
        let certain: BTreeSet<Differs> = self.differed.intersection(&before).copied().collect();
        for (ticket, waits_since) in found.unkept {
            let id = ticket.row.ticket;
            if certain.contains(&Differs::Ticket(id)) {
                // Before anything is decided about it.
                out.file_quietly(Write::TakeTicket { ticket: id });
                self.take_up_ticket(ticket, waits_since, out);
                out.note(Noted::PutRight(PutRight::TicketTaken));
            }
        }
        for KeptRoom { room, keeper, .. } in found.rooms {
            if certain.contains(&Differs::Home(room)) {
                self.find_home(room, keeper, out);
            }
        }
        let unread = certain.iter().filter_map(|differs| match *differs {
            Differs::Unknown(room) | Differs::Ended(room) => Some(room),
            Differs::Ticket(_) | Differs::Home(_) => None,
        });
        let unread: Vec<RoomId> = unread.collect();
        if !unread.is_empty() {
            out.push(Effect::ReadRooms(unread));
        }
    }

    fn differences(&self, found: &Comparison) -> BTreeSet<Differs> {
        let is_known = |ticket: TicketId| self.visits.contains_key(&ticket) || self.room_of.contains_key(&ticket);
        let unkept = found.unkept.iter().map(|(ticket, _)| ticket.row.ticket);
        let mut differs: BTreeSet<Differs> = unkept.filter(|ticket| !is_known(*ticket)).map(Differs::Ticket).collect();
        let mut open = BTreeSet::new();
        // Group rooms are no consultations.
        for &KeptRoom { room, ticket, keeper } in &found.rooms {
            let Some(ticket) = ticket else { continue };
            open.insert(room);
            match self.rooms.get(&room) {
                // One that waits here is just being matched, or its next decision meets the referee.
                None if !is_known(ticket) => drop(differs.insert(Differs::Unknown(room))),
                None => {}
                Some(entry) => {
                    let is_well = keeper == Some(entry.home) && self.asked_to_take(room).is_none();
                    let is_unheard = keeper.is_some_and(|keeper| self.nodes.is_unseen(keeper));
                    if entry.is_open() && !is_well && !is_unheard && !self.unnamed.contains_key(&room) {
                        differs.insert(Differs::Home(room));
                    }
                }
            }
        }
        let ended = self.rooms.iter().filter(|(room, entry)| entry.is_open() && !open.contains(room));
        differs.extend(ended.map(|(room, _)| Differs::Ended(*room)));
        differs
    }

    /// A room lives elsewhere on file than is known here, or nowhere.
    fn find_home(&mut self, room: RoomId, keeper: Option<NodeId>, out: &mut Out<'_>) {
        match keeper.filter(|keeper| self.lives(*keeper)) {
            Some(keeper) => {
                self.ask_to_take(room, keeper, Some(keeper), out);
                out.note(Noted::PutRight(PutRight::RoomOpened));
            }
            None => {
                // Whoever was asked may be at it still, and takes it once.
                let asked = self.asked_to_take(room).filter(|(_, from)| *from == keeper).and_then(|(by, _)| by);
                match asked.filter(|by| self.lives(*by)) {
                    Some(by) => self.ask_to_take(room, by, keeper, out),
                    None => self.take_room(room, keeper, out),
                }
                out.note(Noted::PutRight(PutRight::RoomTaken));
            }
        }
    }

    pub(super) fn rooms_are_read(&mut self, rooms: Vec<RoomOnFile>, out: &mut Out<'_>) {
        for read in rooms {
            match read {
                RoomOnFile::Open(found) => self.find_unknown(*found, out),
                RoomOnFile::Over { room, returns, handed_over, members } if self.is_open(room) => {
                    let home = self.rooms.get(&room).map(|entry| entry.home);
                    self.room_over(room, returns, handed_over, members, out);
                    out.note(Noted::PutRight(PutRight::RoomEnded));
                    if !home.is_some_and(|home| self.lives(home)) {
                        self.room_gone(room, out);
                    }
                }
                RoomOnFile::Over { .. } => {}
            }
        }
    }

    /// A room is open on file of which nothing is known here: its match was answered to a term that is over.
    fn find_unknown(&mut self, found: FoundRoom, out: &mut Out<'_>) {
        let ticket = found.ticket.row.ticket;
        let is_known = self.visits.contains_key(&ticket) || self.room_of.contains_key(&ticket);
        if is_known || self.rooms.contains_key(&found.room) {
            return;
        }
        let (room, keeper) = (found.room, found.home);
        self.keep_found_room(found, out);
        self.find_home(room, keeper, out);
    }
}
