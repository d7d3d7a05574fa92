//! What is on file, and how each write changes it: a write whose condition does not hold changes
//! nothing, and neither does one of whoever does not keep the record.

use std::collections::BTreeMap;

use anteroom::dispatch::{self, Keeper, MatchRow, Past, TicketRow, Written};
use anteroom::ids::{AccountId, LineId, MemberId, NodeId, RoomId, TermId, TicketId};
use anteroom::protocol::{ClosedReason, EndReason, Intent};
use anteroom::room::{self, Said};
use anteroom::time::Wall;

use crate::on_file::Nodes;
use crate::plan::Broken;
use crate::store::{Decision, Write};

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
    /// The line it was asked in; its own may be another by now.
    pub asked: LineId,
    pub number: String,
    pub status: Status,
    /// Whose it is while it waits; `None` is nobody.
    pub keeper: Option<TermId>,
    pub counsellor: Option<AccountId>,
    /// Oldest first.
    pub rooms: Vec<RoomId>,
}

#[derive(Clone, Debug)]
pub struct RoomFile {
    pub ticket: TicketId,
    /// Its home.
    pub keeper: NodeId,
    pub counsellor: AccountId,
    /// The desk's and the counsellor's.
    pub seats: [MemberId; 2],
    pub opened_at: Wall,
    pub end: Option<EndReason>,
    pub closed_at: Option<Wall>,
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
    /// The nodes, and who holds the lease.
    pub nodes: Nodes,
    by_key: BTreeMap<String, TicketId>,
    numbers: u32,
}

impl Tables {
    /// A node begins alone: it has the lease, and keeps all that waits and is open.
    pub fn begin(&mut self, node: NodeId, term: TermId) {
        self.take_lease(node, term);
        let open = self.rooms.values_mut().filter(|file| file.end.is_none());
        open.for_each(|file| file.keeper = node);
    }

    /// A new term has the lease, and keeps all that waits; rooms stay where they are.
    pub fn take_lease(&mut self, node: NodeId, term: TermId) {
        self.nodes.lease.holder = Some((node, term));
        self.claim(term);
    }

    /// All that waits is this term's.
    pub fn claim(&mut self, term: TermId) {
        let waiting = self.tickets.values_mut().filter(|file| file.status == Status::Waiting);
        waiting.for_each(|file| file.keeper = Some(term));
    }

    pub fn apply(&mut self, (by, write): Decision, broken: Option<Broken>) -> Written {
        let blindly =
            broken == Some(Broken::UnconditionalMatch) && matches!(write, Write::Dispatch(dispatch::Write::Match(_)));
        if broken != Some(Broken::NoKeeper) && !blindly && !self.is_theirs(by, &write) {
            return Written::Fenced;
        }
        match write {
            Write::Dispatch(write) => self.apply_dispatched(write, broken),
            Write::Room(room, write) => self.apply_of_room(room, write),
            Write::MoveTicket(ticket, line) => self.move_ticket(ticket, line),
        }
    }

    /// Whether it is theirs to decide: a term's while it holds the lease, which keeps all that waits or takes what is
    /// nobody's; a home's while the room is its own.
    fn is_theirs(&mut self, by: Keeper, write: &Write) -> bool {
        let ticket = match write {
            Write::Dispatch(dispatch::Write::Match(row)) => row.ticket,
            Write::Dispatch(dispatch::Write::CloseTicket { ticket, .. } | dispatch::Write::TakeTicket { ticket })
            | Write::MoveTicket(ticket, _) => *ticket,
            Write::Room(room, room::Write::Seen { .. } | room::Write::Audit { .. }) => {
                return self.rooms.contains_key(room);
            }
            Write::Room(room, _) => {
                return self.rooms.get(room).is_some_and(|file| by == Keeper::Home(file.keeper));
            }
            Write::Dispatch(write) => return self.nodes.term().is_some_and(|term| by == write.keeper(term)),
        };
        let (Keeper::Term(term), true) = (by, self.nodes.term().map(Keeper::Term) == Some(by)) else { return false };
        let waiting = self.tickets.get_mut(&ticket).filter(|file| file.status == Status::Waiting);
        waiting.is_none_or(|file| *file.keeper.get_or_insert(term) == term)
    }

    fn apply_of_room(&mut self, room: RoomId, write: room::Write) -> Written {
        match write {
            room::Write::Say(said) => self.say(room, said),
            room::Write::End { reason, wraps_up, at, .. } => {
                self.end(room, reason, if wraps_up { Status::WrapUp } else { Status::Done }, at)
            }
            room::Write::Return { at } => self.end(room, EndReason::CounsellorLost, Status::Waiting, at),
            room::Write::HandOver(row) => {
                let answer = self.end(room, EndReason::Transferred, Status::Waiting, row.at);
                if answer == Written::Done {
                    let ticket = self.rooms[&room].ticket;
                    self.move_ticket(ticket, row.line);
                }
                answer
            }
            room::Write::HandOn { to, .. } => {
                let open = self.rooms.get_mut(&room).filter(|file| file.end.is_none());
                match open.zip(to) {
                    Some((file, to)) => {
                        file.keeper = to;
                        Written::Done
                    }
                    None => Written::Stale,
                }
            }
            room::Write::Sit { .. } | room::Write::Show { .. } | room::Write::Whisper(_) => {
                let is_open = self.rooms.get(&room).is_some_and(|file| file.end.is_none());
                if is_open { Written::Done } else { Written::Stale }
            }
            room::Write::Seat { .. } | room::Write::Seen { .. } | room::Write::Audit { .. } => Written::Done,
        }
    }

    fn apply_dispatched(&mut self, write: dispatch::Write, broken: Option<Broken>) -> Written {
        match write {
            dispatch::Write::OpenTicket(row) => self.open_ticket(row),
            dispatch::Write::RefuseTicket(row, reason) => {
                self.put(row, String::new(), Status::Over(reason));
                Written::Done
            }
            dispatch::Write::CloseTicket { ticket, reason, .. } => {
                let waiting = self.tickets.get_mut(&ticket).filter(|file| file.status == Status::Waiting);
                waiting.map_or(Written::Stale, |file| {
                    file.status = Status::Over(reason);
                    Written::Done
                })
            }
            dispatch::Write::Match(row) => self.pair(&row, broken == Some(Broken::UnconditionalMatch)),
            // It is, as everything of a term's that it writes about.
            dispatch::Write::TakeTicket { .. } => Written::Done,
            dispatch::Write::WrapUp { room, counsellor, .. } => self.wrap_up(room, counsellor),
            dispatch::Write::SetIntent { account, intent, capacity, .. } => {
                if let Some(file) = self.accounts.get_mut(&account) {
                    (file.open, file.capacity) = (intent == Intent::Open, capacity.unwrap_or(file.capacity));
                }
                Written::Done
            }
            dispatch::Write::Happened { .. } => Written::Done,
        }
    }

    fn put(&mut self, row: TicketRow, number: String, status: Status) {
        let (asked, keeper, counsellor, rooms) = (row.line, self.nodes.term(), None, Vec::new());
        self.tickets.insert(row.ticket, TicketFile { row, asked, number, status, keeper, counsellor, rooms });
    }

    fn open_ticket(&mut self, row: TicketRow) -> Written {
        if let Some(&ticket) = self.by_key.get(&row.client_id) {
            return Written::Duplicate { ticket };
        }
        self.numbers += 1;
        let (ticket, number) = (row.ticket, format!("A-{:03}", self.numbers));
        self.by_key.insert(row.client_id.clone(), ticket);
        self.put(row, number.clone(), Status::Waiting);
        Written::Opened { number }
    }

    fn pair(&mut self, row: &MatchRow, blindly: bool) -> Written {
        let MatchRow { ticket: id, room, home: keeper, counsellor: who, ref seats, at: opened_at, .. } = *row;
        let seats = [seats[0].member, seats[1].member];
        let Some(ticket) = self.tickets.get_mut(&id) else { return Written::Stale };
        let Some(account) = self.accounts.get_mut(&who) else { return Written::Stale };
        if !blindly && ticket.status != Status::Waiting {
            return Written::Stale;
        }
        if !blindly && account.rooms_open >= account.capacity {
            return Written::Full;
        }
        account.rooms_open += 1;
        let last_seq = ticket.rooms.last().map_or(0, |last| self.rooms[last].last_seq);
        ticket.rooms.push(room);
        (ticket.status, ticket.counsellor) = (Status::Talking, Some(who));
        self.rooms.insert(
            room,
            RoomFile { ticket: id, keeper, counsellor: who, seats, opened_at, end: None, closed_at: None, last_seq },
        );
        let account = &self.accounts[&who];
        assert!(account.rooms_open <= account.capacity, "I2: {who:?} has more rooms than places");
        Written::Matched { last_seq }
    }

    fn say(&mut self, room: RoomId, said: Said) -> Written {
        let of_room = self.messages.range((room, 0)..=(room, u32::MAX)).map(|(_, said)| said);
        let known = of_room.rev().find(|other| other.from == said.from && other.client_id == said.client_id);
        let Some(file) = self.rooms.get_mut(&room) else { return Written::Stale };
        if let Some(known) = known {
            let same = known.body == said.body;
            return Written::Said { seq: known.seq, id: known.id, at: known.at, same };
        }
        if file.end.is_some() {
            return Written::Stale;
        }
        if said.seq != file.last_seq + 1 {
            return Written::Gap;
        }
        file.last_seq = said.seq;
        self.messages.insert((room, said.seq), said);
        Written::Done
    }

    fn end(&mut self, room: RoomId, reason: EndReason, then: Status, at: Wall) -> Written {
        let Some(file) = self.rooms.get_mut(&room).filter(|file| file.end.is_none()) else { return Written::Stale };
        (file.end, file.closed_at) = (Some(reason), Some(at));
        if let Some(ticket) = self.tickets.get_mut(&file.ticket).filter(|file| file.status == Status::Talking) {
            ticket.status = then;
            if then == Status::Waiting {
                (ticket.counsellor, ticket.keeper) = (None, None);
            }
            if then != Status::WrapUp {
                self.free_place(self.rooms[&room].counsellor);
            }
        }
        Written::Done
    }

    fn move_ticket(&mut self, ticket: TicketId, line: LineId) -> Written {
        let waiting = self.tickets.get_mut(&ticket).filter(|file| file.status == Status::Waiting);
        waiting.map_or(Written::Stale, |file| {
            file.row.line = line;
            Written::Done
        })
    }

    fn wrap_up(&mut self, room: RoomId, counsellor: AccountId) -> Written {
        let file = self.rooms.get(&room).filter(|file| file.end.is_some());
        if file.is_some_and(|file| file.end == Some(EndReason::Transferred)) {
            // The giver's part; the record is the other's.
            let theirs = file.is_some_and(|file| file.counsellor == counsellor);
            return if theirs { Written::WrappedUp { freed: false } } else { Written::Stale };
        }
        let ticket = file.and_then(|file| self.tickets.get_mut(&file.ticket));
        match ticket.filter(|ticket| ticket.counsellor == Some(counsellor)) {
            Some(ticket) if ticket.status == Status::WrapUp => {
                ticket.status = Status::Done;
                self.free_place(counsellor);
                Written::WrappedUp { freed: true }
            }
            Some(ticket) if ticket.status == Status::Done => Written::WrappedUp { freed: false },
            _ => Written::Stale,
        }
    }

    fn free_place(&mut self, counsellor: AccountId) {
        if let Some(account) = self.accounts.get_mut(&counsellor) {
            account.rooms_open = account.rooms_open.saturating_sub(1);
        }
    }

    /// What the record of a visit says of its end.
    pub fn past(&self, ticket: TicketId) -> Past {
        let Some(file) = self.tickets.get(&ticket) else { return Past::Unknown };
        let last = file.rooms.last().map(|room| (*room, &self.rooms[room]));
        match (file.status, last) {
            (Status::Waiting | Status::Talking, _) => Past::Live,
            (Status::Over(reason), _) => Past::Closed(reason),
            (Status::WrapUp | Status::Done, Some((room, RoomFile { end: Some(reason), closed_at, seats, .. }))) => {
                Past::Ended { room, reason: *reason, closed_at: *closed_at, desk: Some(seats[0]) }
            }
            _ => Past::Untold,
        }
    }

    /// What was said in this consultation, in all its rooms up to this one, in order.
    pub fn history(&self, room: RoomId) -> impl DoubleEndedIterator<Item = &Said> {
        let rooms = self.rooms.get(&room).map(|file| &self.tickets[&file.ticket].rooms[..]).unwrap_or_default();
        let upto = rooms.iter().position(|&other| other == room).map_or(0, |at| at + 1);
        rooms[..upto].iter().flat_map(|&room| self.messages.range((room, 0)..=(room, u32::MAX))).map(|(_, said)| said)
    }
}
