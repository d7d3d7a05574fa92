//! What is found on file at start, and how it lives again: waiting tickets at their old places,
//! open rooms with everybody away, wrap-ups with their time.

use super::input::{Effect, Opening, Outside, Profile, Proposal};
use super::lines::{Line, ResultCode};
use super::rooms::Starting;
use super::rows::TicketRow;
use super::visits::Visit;
use super::{Dispatch, Out, ToFront};
use crate::ids::{AccountId, LineId, NodeId, RoomId};
use crate::matching::{self, NewTicket};
use crate::room::{NewSeat, Said, Whispered};
use crate::time::{Mono, Now, Wall};

/// Everything a start needs of the records.
#[derive(Debug, Default)]
pub struct StartRecords {
    /// Every line.
    pub lines: Vec<Line>,
    /// The codes that a wrap-up may carry.
    pub results: Vec<ResultCode>,
    /// Who counsels.
    pub staff: Vec<Profile>,
    /// Those who wait, by the moment they asked; with since when they wait: a ticket that talked
    /// before, since its last room was closed.
    pub waiting: Vec<(FoundTicket, Wall)>,
    /// The open rooms, oldest first.
    pub rooms: Vec<FoundRoom>,
    /// The wrap-ups nobody has sent yet.
    pub wrap_ups: Vec<FoundWrapUp>,
    /// A new term's, if nodes live: they are asked who is there.
    pub new_term: Option<NewTerm>,
}

/// What is known of a term that begins while nodes live.
#[derive(Clone, Debug)]
pub struct NewTerm {
    /// Counts the terms; seats handed out in a later one are newer.
    pub epoch: u64,
    /// The nodes that live; each will announce itself.
    pub nodes: Vec<NodeId>,
}

/// A ticket as it was found on file.
#[derive(Clone, Debug)]
pub struct FoundTicket {
    /// What is on file. Its day is counted here, whatever it says.
    pub row: TicketRow,
    /// The topic it asked for.
    pub topic: String,
    /// Its number as shown.
    pub number: String,
}

/// An open room as it was found on file.
#[derive(Clone, Debug)]
pub struct FoundRoom {
    pub room: RoomId,
    /// Where it lives; `None` if nobody has it.
    pub home: Option<NodeId>,
    pub ticket: FoundTicket,
    pub counsellor: AccountId,
    /// The visitor's seat, and the counsellor's.
    pub seats: [NewSeat; 2],
    /// Supervisors whom the others saw: who joined, and who left again but was heard.
    pub supervisors: Vec<(AccountId, NewSeat)>,
    /// The last sequence number used.
    pub last_seq: u32,
    /// What was said lately, oldest first.
    pub recent: Vec<Said>,
    /// The latest whispers, oldest first.
    pub whispers: Vec<Whispered>,
    /// When it was opened.
    pub opened_at: Wall,
}

/// A wrap-up that was found on file.
#[derive(Clone, Copy, Debug)]
pub struct FoundWrapUp {
    /// The room that is over.
    pub room: RoomId,
    pub line: LineId,
    /// Whose place it takes.
    pub counsellor: AccountId,
    /// When the room was over.
    pub ended_at: Wall,
}

/// Seats are handed out in epochs that begin with that of the term: each term has so many bits of them.
const EPOCH_SHIFT: u32 = 40;

impl Dispatch {
    /// Takes up everything that was found on file. Called once, before anything else.
    pub fn take_up(&mut self, now: Now, found: StartRecords, outside: &mut dyn Outside, effects: &mut Vec<Effect>) {
        let out = &mut Out { now, outside, effects };
        let StartRecords { lines, results, staff, waiting, rooms, wrap_ups, new_term } = found;
        if let Some(NewTerm { epoch, nodes }) = &new_term {
            self.epoch = epoch << EPOCH_SHIFT;
            nodes.iter().for_each(|node| self.node_is_up(*node, out));
            self.gather(out);
        }
        self.take_lines(lines, out);
        results.into_iter().for_each(|code| self.results.put(code));
        for profile in staff {
            self.know(profile, out);
        }
        for (ticket, waits_since) in waiting {
            self.take_up_ticket(ticket, waits_since, out);
        }
        for room in rooms {
            self.take_up_room(room, new_term.is_some(), out);
        }
        for FoundWrapUp { room, line, counsellor, ended_at } in wrap_ups {
            self.step_lobby(matching::Input::Occupied { counsellor, line }, out);
            // While a server alone was away nobody could write anything up.
            let since = if new_term.is_some() { ended_at } else { now.wall };
            self.go_on_wrapping_up(counsellor, room, line, since, out);
        }
    }

    pub(super) fn take_up_ticket(&mut self, found: FoundTicket, waits_since: Wall, out: &mut Out<'_>) {
        let now = out.now;
        let waited_us = u64::try_from(now.wall.0 - waits_since.0).unwrap_or(0);
        let TicketRow { ticket, line, requested_at, priority, .. } = found.row;
        let visit = self.visit_on_file(found, out);
        self.visits.insert(ticket, visit);
        let since = Mono(now.mono.0.saturating_sub(waited_us));
        let new = NewTicket { ticket, line, requested_at, since, priority, asker: None };
        self.step_lobby(matching::Input::Restore { ticket: new, here: false }, out);
        if self.is_gathering {
            self.step_lobby(matching::Input::DeskUnseen { ticket }, out);
        }
        self.show_ticket(ticket, out);
    }

    fn take_up_room(&mut self, found: FoundRoom, is_new_term: bool, out: &mut Out<'_>) {
        let (room, keeper) = (found.room, found.home);
        let Some(opening) = self.keep_found_room(found, out) else { return };
        match keeper {
            Some(home) if is_new_term && self.lives(home) => drop(self.unnamed.insert(room, opening.into())),
            // Its home takes it by the record, which says by then what else was said in it.
            _ if is_new_term => self.take_room(room, keeper, out),
            // Alone: all that was found is this node's.
            _ => out.parcel(self.settings.node, ToFront::Open(Box::new(opening))),
        }
    }

    /// Keeps a room in the books that was found on file. What it is started with; `None` if its line is unknown.
    pub(super) fn keep_found_room(&mut self, found: FoundRoom, out: &mut Out<'_>) -> Option<Opening> {
        let FoundRoom { room, ticket: of, counsellor, seats: [desk, theirs], supervisors, .. } = found;
        let TicketRow { ticket, line, requested_at, .. } = of.row;
        let home = found.home.unwrap_or(self.settings.node);
        let ids = Proposal { ticket, counsellor, room, home, desk_seat: desk.member, counsellor_seat: theirs.member };
        let starting = Starting {
            ids,
            counsellor_name: theirs.name,
            counsellor_picture: theirs.picture,
            last_seq: found.last_seq,
            recent: found.recent,
            seen: [desk.seen, theirs.seen],
            supervisors,
            whispers: found.whispers,
            opened_at: found.opened_at,
            waited_us: u64::try_from(found.opened_at.0 - requested_at.0).unwrap_or(0),
        };
        let visit = self.visit_on_file(of, out);
        let opening = self.keep_room(starting, visit, out.now);
        self.step_lobby(matching::Input::Occupied { counsellor, line }, out);
        opening
    }

    /// The visit of a ticket on file, with nobody at its socket yet.
    fn visit_on_file(&mut self, found: FoundTicket, out: &mut Out<'_>) -> Visit {
        let FoundTicket { mut row, topic, number } = found;
        row.day = self.lines.day(row.requested_at);
        let token = out.outside.token(&row);
        let visit = Visit::new(row, topic, number, token);
        if let Some(key) = visit.key() {
            self.by_key.insert(key, visit.row.ticket);
        }
        visit
    }
}
