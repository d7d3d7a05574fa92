//! What is on file, and how each write changes it: a write whose condition does not hold changes
//! nothing.

use std::collections::BTreeMap;

use anteroom::ids::{AccountId, LineId, MemberId, RoomId, TicketId};
use anteroom::protocol::{ClosedReason, EndReason};
use anteroom::room::Said;

use crate::plan::Broken;
use crate::store::{Answer, TicketRow, Write};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Waiting,
    Talking,
    WrapUp,
    Done,
    Over(ClosedReason),
}

#[derive(Clone, Debug)]
pub struct TicketFile {
    pub row: TicketRow,
    pub number: String,
    pub status: Status,
    pub counsellor: Option<AccountId>,
    /// Oldest first.
    pub rooms: Vec<RoomId>,
}

#[derive(Clone, Debug)]
pub struct RoomFile {
    pub ticket: TicketId,
    pub counsellor: AccountId,
    /// The desk's and the counsellor's.
    pub seats: [MemberId; 2],
    pub end: Option<EndReason>,
    pub last_seq: u32,
}

#[derive(Clone, Debug)]
pub struct AccountFile {
    pub lines: Vec<(LineId, u8)>,
    pub capacity: u16,
    pub open: bool,
    pub rooms_open: u16,
}

#[derive(Clone, Debug, Default)]
pub struct Tables {
    pub tickets: BTreeMap<TicketId, TicketFile>,
    pub rooms: BTreeMap<RoomId, RoomFile>,
    pub messages: BTreeMap<(RoomId, u32), Said>,
    pub accounts: BTreeMap<AccountId, AccountFile>,
    by_key: BTreeMap<String, TicketId>,
    numbers: u32,
}

impl Tables {
    pub fn apply(&mut self, write: Write, broken: Option<Broken>) -> Answer {
        match write {
            Write::OpenTicket(row) => self.open_ticket(row),
            Write::RefuseTicket(row, reason) => {
                let ticket = row.ticket;
                let (number, status) = (String::new(), Status::Over(reason));
                self.tickets.insert(ticket, TicketFile { row, number, status, counsellor: None, rooms: Vec::new() });
                Answer::Done
            }
            Write::CloseTicket(ticket, reason) => {
                let waiting = self.tickets.get_mut(&ticket).filter(|file| file.status == Status::Waiting);
                waiting.map_or(Answer::Stale, |file| {
                    file.status = Status::Over(reason);
                    Answer::Done
                })
            }
            Write::Match { ticket, room, counsellor, seats } => {
                self.pair(ticket, room, counsellor, seats, broken == Some(Broken::UnconditionalMatch))
            }
            Write::Say { room, said } => self.say(room, said),
            Write::EndRoom { room, reason, wrap_up } => {
                self.end(room, reason, if wrap_up { Status::WrapUp } else { Status::Done })
            }
            Write::ReturnTicket { room } => self.end(room, EndReason::CounsellorLost, Status::Waiting),
            Write::HandOver { room, line } => {
                let answer = self.end(room, EndReason::Transferred, Status::Waiting);
                if answer == Answer::Done {
                    let ticket = self.rooms[&room].ticket;
                    self.move_ticket(ticket, line);
                }
                answer
            }
            Write::MoveTicket(ticket, line) => self.move_ticket(ticket, line),
            Write::WrapUp { room, counsellor } => self.wrap_up(room, counsellor),
            Write::Supervise(room) => {
                let is_open = self.rooms.get(&room).is_some_and(|file| file.end.is_none());
                if is_open { Answer::Done } else { Answer::Stale }
            }
            Write::SetIntent { account, open, capacity } => {
                if let Some(file) = self.accounts.get_mut(&account) {
                    (file.open, file.capacity) = (open, capacity.unwrap_or(file.capacity));
                }
                Answer::Done
            }
        }
    }

    fn open_ticket(&mut self, row: TicketRow) -> Answer {
        if let Some(&ticket) = self.by_key.get(&row.client_id) {
            return Answer::Duplicate { ticket };
        }
        self.numbers += 1;
        let (ticket, number) = (row.ticket, format!("A-{:03}", self.numbers));
        self.by_key.insert(row.client_id.clone(), ticket);
        let (status, opened) = (Status::Waiting, number.clone());
        self.tickets.insert(ticket, TicketFile { row, number, status, counsellor: None, rooms: Vec::new() });
        Answer::Opened { number: opened }
    }

    fn pair(&mut self, id: TicketId, room: RoomId, who: AccountId, seats: [MemberId; 2], blindly: bool) -> Answer {
        let Some(ticket) = self.tickets.get_mut(&id) else { return Answer::Stale };
        let Some(account) = self.accounts.get_mut(&who) else { return Answer::Stale };
        if !blindly && ticket.status != Status::Waiting {
            return Answer::Stale;
        }
        if !blindly && account.rooms_open >= account.capacity {
            return Answer::Full;
        }
        account.rooms_open += 1;
        let last_seq = ticket.rooms.last().map_or(0, |last| self.rooms[last].last_seq);
        ticket.rooms.push(room);
        (ticket.status, ticket.counsellor) = (Status::Talking, Some(who));
        self.rooms.insert(room, RoomFile { ticket: id, counsellor: who, seats, end: None, last_seq });
        let account = &self.accounts[&who];
        assert!(account.rooms_open <= account.capacity, "I2: {who:?} has more rooms than places");
        Answer::Matched { last_seq }
    }

    fn say(&mut self, room: RoomId, said: Said) -> Answer {
        let of_room = self.messages.range((room, 0)..=(room, u32::MAX)).map(|(_, said)| said);
        let known = of_room.rev().find(|other| other.from == said.from && other.client_id == said.client_id);
        let Some(file) = self.rooms.get_mut(&room) else { return Answer::Stale };
        if let Some(known) = known {
            let same = known.body == said.body;
            return Answer::Said { seq: known.seq, id: known.id, at: known.at, same };
        }
        if file.end.is_some() {
            return Answer::Stale;
        }
        if said.seq != file.last_seq + 1 {
            return Answer::Gap;
        }
        file.last_seq = said.seq;
        self.messages.insert((room, said.seq), said);
        Answer::Done
    }

    fn end(&mut self, room: RoomId, reason: EndReason, then: Status) -> Answer {
        let Some(file) = self.rooms.get_mut(&room).filter(|file| file.end.is_none()) else { return Answer::Stale };
        file.end = Some(reason);
        if let Some(ticket) = self.tickets.get_mut(&file.ticket).filter(|file| file.status == Status::Talking) {
            ticket.status = then;
            if then == Status::Waiting {
                ticket.counsellor = None;
            }
            if then != Status::WrapUp {
                self.free_place(self.rooms[&room].counsellor);
            }
        }
        Answer::Done
    }

    fn move_ticket(&mut self, ticket: TicketId, line: LineId) -> Answer {
        let waiting = self.tickets.get_mut(&ticket).filter(|file| file.status == Status::Waiting);
        waiting.map_or(Answer::Stale, |file| {
            file.row.line = line;
            Answer::Done
        })
    }

    fn wrap_up(&mut self, room: RoomId, counsellor: AccountId) -> Answer {
        let file = self.rooms.get(&room).filter(|file| file.end.is_some());
        if file.is_some_and(|file| file.end == Some(EndReason::Transferred)) {
            // The giver's part; the record is the other's.
            let theirs = file.is_some_and(|file| file.counsellor == counsellor);
            return if theirs { Answer::Done } else { Answer::Stale };
        }
        let ticket = file.and_then(|file| self.tickets.get_mut(&file.ticket));
        match ticket.filter(|ticket| ticket.counsellor == Some(counsellor)) {
            Some(ticket) if ticket.status == Status::WrapUp => {
                ticket.status = Status::Done;
                self.free_place(counsellor);
                Answer::Done
            }
            Some(ticket) if ticket.status == Status::Done => Answer::Done,
            _ => Answer::Stale,
        }
    }

    fn free_place(&mut self, counsellor: AccountId) {
        if let Some(account) = self.accounts.get_mut(&counsellor) {
            account.rooms_open = account.rooms_open.saturating_sub(1);
        }
    }

    /// What was said in this consultation, in all its rooms up to this one, in order.
    pub fn history(&self, room: RoomId) -> impl DoubleEndedIterator<Item = &Said> {
        let rooms = self.rooms.get(&room).map(|file| &self.tickets[&file.ticket].rooms[..]).unwrap_or_default();
        let upto = rooms.iter().position(|&other| other == room).map_or(0, |at| at + 1);
        rooms[..upto].iter().flat_map(|&room| self.messages.range((room, 0)..=(room, u32::MAX))).map(|(_, said)| said)
    }
}
