//! The records and the one who writes them, by the journal's contract: writes are put on file in
//! groups and in order, each is answered only after its group is committed, and a condition that
//! does not hold changes nothing. What is not committed when the process dies is gone.

use std::collections::{BTreeMap, VecDeque};

use anteroom::ids::{AccountId, LineId, MemberId, MessageId, RoomId, TicketId};
use anteroom::protocol::{ClosedReason, EndReason};
use anteroom::room::Said;
use anteroom::time::Wall;

use super::dice::Dice;
use super::hub::Actor;
use super::mail::Filing;
use super::plan::{Broken, Plan};

const GROUP_MAX: usize = 8;

#[derive(Clone, Debug)]
pub struct TicketRow {
    pub ticket: TicketId,
    pub line: LineId,
    pub client_id: String,
    pub priority: u8,
    pub requested_at: Wall,
}

#[derive(Clone, Debug)]
pub enum Write {
    OpenTicket(TicketRow),
    RefuseTicket(TicketRow, ClosedReason),
    CloseTicket(TicketId, ClosedReason),
    Match { ticket: TicketId, room: RoomId, counsellor: AccountId, seats: [MemberId; 2] },
    Say { room: RoomId, said: Said },
    EndRoom { room: RoomId, reason: EndReason, wrap_up: bool },
    ReturnTicket { room: RoomId },
    WrapUp { room: RoomId, counsellor: AccountId },
    SetIntent { account: AccountId, open: bool, capacity: Option<u16> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Done,
    Opened { number: String },
    Duplicate { ticket: TicketId },
    Matched { last_seq: u32 },
    Said { seq: u32, id: MessageId, at: Wall, same: bool },
    Stale,
    Full,
    Gap,
}

/// Whom to answer.
#[derive(Clone, Debug)]
pub enum Reply {
    Matchmaker(Filing),
    Say(RoomId, MessageId),
    End(RoomId),
    Nobody,
}

impl Reply {
    pub fn to(&self) -> Option<Actor> {
        match self {
            Self::Matchmaker(_) => Some(Actor::Matchmaker),
            Self::Say(room, _) | Self::End(room) => Some(Actor::Room(*room)),
            Self::Nobody => None,
        }
    }
}

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

pub struct Store {
    pub on_file: Tables,
    queue: VecDeque<(Write, Reply)>,
    /// The group on its way to the disk, with what is answered early and what was before (only
    /// while deliberately broken).
    group: Vec<(Write, Reply)>,
    before: Option<Tables>,
    pub fails_until: u64,
    /// It refused the last group, and until a probe succeeds refuses everything at once.
    pub is_failing: bool,
    pub refuse_next: bool,
    broken: Option<Broken>,
}

pub type Answers = Vec<(Reply, Result<Answer, ()>)>;

impl Store {
    pub fn new(plan: &Plan) -> Self {
        let mut on_file = Tables::default();
        for staff in &plan.staff {
            let (lines, capacity) = (staff.lines.clone(), staff.capacity);
            on_file.accounts.insert(staff.account, AccountFile { lines, capacity, open: false, rooms_open: 0 });
        }
        Self {
            on_file,
            queue: VecDeque::new(),
            group: Vec::new(),
            before: None,
            fails_until: 0,
            is_failing: false,
            refuse_next: false,
            broken: plan.broken,
        }
    }

    /// Takes a write. True if a group has to be started.
    pub fn submit(&mut self, write: Write, reply: Reply) -> bool {
        self.queue.push_back((write, reply));
        self.group.is_empty() && self.queue.len() == 1
    }

    /// Sends the next group off to the disk. True if there was one. What it answers now, it answers
    /// too early.
    pub fn begin(&mut self) -> (bool, Answers) {
        let many = self.queue.len().min(GROUP_MAX);
        self.group = self.queue.drain(..many).collect();
        if self.broken != Some(Broken::EarlyAck) {
            return (many > 0, Vec::new());
        }
        self.before = Some(self.on_file.clone());
        let broken = self.broken;
        let group: Vec<_> = self.group.clone();
        let answers = group.into_iter().map(|(write, reply)| (reply, Ok(self.on_file.apply(write, broken))));
        let answers = answers.collect();
        (many > 0, answers)
    }

    /// The group has reached the disk, or was refused by it.
    pub fn finish(&mut self, now: u64) -> Answers {
        let group = std::mem::take(&mut self.group);
        let refused = self.is_failing || now < self.fails_until;
        self.is_failing = refused;
        let before = self.before.take();
        if self.broken == Some(Broken::EarlyAck) {
            if refused && let Some(before) = before {
                self.on_file = before;
            }
            return Vec::new();
        }
        let mut answers = Vec::with_capacity(group.len());
        for (write, reply) in group {
            let answer = if refused || std::mem::take(&mut self.refuse_next) {
                Err(())
            } else {
                Ok(self.on_file.apply(write, self.broken))
            };
            answers.push((reply, answer));
        }
        answers
    }

    /// The process dies. The group under way is on file as a whole or not at all; what a process
    /// that is only paused has not written yet is returned.
    pub fn die(&mut self, only_paused: bool, dice: &mut Dice) -> Vec<Write> {
        let group = std::mem::take(&mut self.group);
        let queue = std::mem::take(&mut self.queue);
        let mut late = Vec::new();
        let survives = !only_paused && dice.percent(50);
        if let Some(before) = self.before.take() {
            if !survives {
                self.on_file = before;
            }
        } else if survives && !self.is_failing {
            for (write, _) in group {
                self.on_file.apply(write, self.broken);
            }
        } else {
            late.extend(group.into_iter().map(|(write, _)| write));
        }
        late.extend(queue.into_iter().map(|(write, _)| write));
        self.is_failing = false;
        late
    }

    /// Nothing is on its way to the disk.
    pub fn is_at_rest(&self) -> bool {
        self.group.is_empty() && self.queue.is_empty()
    }

    pub fn apply_late(&mut self, write: Write) {
        self.on_file.apply(write, self.broken);
    }
}

impl Tables {
    fn apply(&mut self, write: Write, broken: Option<Broken>) -> Answer {
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
            Write::WrapUp { room, counsellor } => self.wrap_up(room, counsellor),
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

    fn wrap_up(&mut self, room: RoomId, counsellor: AccountId) -> Answer {
        let file = self.rooms.get(&room).filter(|file| file.end.is_some());
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
