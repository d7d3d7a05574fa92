//! The one who writes the records, by the journal's contract: writes are put on file in
//! groups and in order, each is answered only after its group is committed, and a condition that
//! does not hold changes nothing, nor does a write of whoever is not the keeper. What is not committed when the
//! process dies is gone.

use std::collections::VecDeque;

use anteroom::dispatch::{self, Keeper, PendingWrite, WriteFailed, Written};
use anteroom::ids::{LineId, RoomId, TicketId};
use anteroom::room;

use super::dice::Dice;
use super::plan::{Broken, Plan};
use super::records::{AccountFile, Tables};

const GROUP_MAX: usize = 8;

#[derive(Clone, Debug)]
pub enum Write {
    Dispatch(dispatch::Write),
    Room(RoomId, room::Write),
    MoveTicket(TicketId, LineId),
}

/// A write, and who decides it.
pub type Decision = (Keeper, Write);

pub type Answer = Result<Written, WriteFailed>;

/// Whom to answer.
#[derive(Clone, Debug)]
pub enum Reply {
    /// In this term.
    Matchmaker(u64, PendingWrite),
    Moved(u64, TicketId, LineId),
    /// Nobody, though it was of this term.
    Nobody(u64),
    Room(RoomId, room::PendingWrite),
    /// Nobody, though it was of this room.
    OfRoom(RoomId),
}

impl Reply {
    /// In which term it was written, if that is what decided.
    pub fn term(&self) -> Option<u64> {
        match self {
            Self::Matchmaker(term, _) | Self::Moved(term, ..) | Self::Nobody(term) => Some(*term),
            Self::Room(..) | Self::OfRoom(_) => None,
        }
    }
}

pub struct Store {
    pub on_file: Tables,
    /// Of each process.
    pub journals: Vec<Journal>,
}

/// The writer of one process.
pub struct Journal {
    queue: VecDeque<(Decision, Reply)>,
    /// The group on its way to the disk, with what is answered early and what was before (only
    /// while deliberately broken).
    group: Vec<(Decision, Reply)>,
    before: Option<Tables>,
    pub fails_until: u64,
    /// It refused the last group, and until a probe succeeds refuses everything at once.
    pub is_failing: bool,
    pub refuse_next: bool,
    broken: Option<Broken>,
}

pub type Answers = Vec<(Reply, Answer)>;

impl Store {
    pub fn new(plan: &Plan, processes: usize) -> Self {
        let mut on_file = Tables::default();
        for staff in &plan.staff {
            let (lines, capacity) = (staff.lines.clone(), staff.capacity);
            on_file.accounts.insert(staff.account, AccountFile { lines, capacity, open: false, rooms_open: 0 });
        }
        Self { on_file, journals: (0..processes).map(|_| Journal::new(plan.broken)).collect() }
    }

    /// Nothing is on its way to the disk.
    pub fn is_at_rest(&self) -> bool {
        self.journals.iter().all(Journal::is_at_rest)
    }

    /// What a process that was replaced still writes; nobody is there to be answered.
    pub fn apply_late(&mut self, write: Decision) {
        // What is over is kept by whoever kept it last, and there is nothing to decide about it.
        let ended = |room| self.on_file.rooms.get(room).is_some_and(|file| file.end.is_some());
        let may = write.0 == Keeper::Anybody || matches!(&write.1, Write::Room(room, _) if ended(room));
        let broken = self.journals[0].broken;
        let answer = self.on_file.apply(write, broken);
        let is_well = may || answer == Written::Fenced || broken.is_some();
        assert!(is_well, "R9: a process that was replaced decided something: {answer:?}");
    }
}

impl Journal {
    fn new(broken: Option<Broken>) -> Self {
        let (queue, group) = Default::default();
        Self { queue, group, before: None, fails_until: 0, is_failing: false, refuse_next: false, broken }
    }

    /// Takes a write. True if a group has to be started.
    pub fn submit(&mut self, write: Decision, reply: Reply) -> bool {
        self.queue.push_back((write, reply));
        self.group.is_empty() && self.queue.len() == 1
    }

    /// Sends the next group off to the disk. True if there was one. What it answers now, it answers
    /// too early.
    pub fn begin(&mut self, on_file: &mut Tables) -> (bool, Answers) {
        let many = self.queue.len().min(GROUP_MAX);
        self.group = self.queue.drain(..many).collect();
        if self.broken != Some(Broken::EarlyAck) {
            return (many > 0, Vec::new());
        }
        self.before = Some(on_file.clone());
        let broken = self.broken;
        let group: Vec<_> = self.group.clone();
        let answers = group.into_iter().map(|(write, reply)| (reply, Ok(on_file.apply(write, broken))));
        let answers = answers.collect();
        (many > 0, answers)
    }

    /// The group has reached the disk, or was refused by it.
    pub fn finish(&mut self, now: u64, on_file: &mut Tables) -> Answers {
        let group = std::mem::take(&mut self.group);
        let refused = self.is_failing || now < self.fails_until;
        self.is_failing = refused;
        let before = self.before.take();
        if self.broken == Some(Broken::EarlyAck) {
            if refused && let Some(before) = before {
                *on_file = before;
            }
            return Vec::new();
        }
        let mut answers = Vec::with_capacity(group.len());
        for (write, reply) in group {
            let answer = if refused || std::mem::take(&mut self.refuse_next) {
                Err(WriteFailed::Storage("the disk is full".into()))
            } else {
                Ok(on_file.apply(write, self.broken))
            };
            answers.push((reply, answer));
        }
        answers
    }

    /// The process dies. The group under way is on file as a whole or not at all; what a process
    /// that is only paused has not written yet is returned.
    pub fn die(&mut self, only_paused: bool, dice: &mut Dice, on_file: &mut Tables) -> Vec<Decision> {
        let group = std::mem::take(&mut self.group);
        let queue = std::mem::take(&mut self.queue);
        let mut late = Vec::new();
        let survives = !only_paused && dice.percent(50);
        if let Some(before) = self.before.take() {
            if !survives {
                *on_file = before;
            }
        } else if survives && !self.is_failing {
            for (write, _) in group {
                on_file.apply(write, self.broken);
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
}
