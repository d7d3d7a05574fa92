//! What a seed stands for: a small counselling centre, the people who come, and what goes wrong.

use anteroom::dispatch;
use anteroom::ids::{AccountId, LineId};
use anteroom::matching::LineRules;

use super::dice::Dice;
use super::hub::{MS, S, Who};

/// A deliberate fault: the simulation must find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// Answers are given before the commit.
    EarlyAck,
    /// A match is written without asking whether the ticket waits.
    UnconditionalMatch,
    /// Whoever writes, decides: nobody asks whose the record is, or who holds the lease.
    NoKeeper,
    /// What nobody has answered is not said again to a new term.
    NoSecondSay,
    /// The late stop of an old socket removes the new one.
    LateStop,
    /// What follows from a room's end is told before the room has told of it.
    Disorder,
    /// A node that is gone takes with it whoever bears its name.
    GoneByName,
    /// One of the dispatch's own.
    Dispatch(dispatch::Defect),
}

impl Broken {
    /// How the dispatch is broken, if it is.
    pub fn fault(self) -> Option<dispatch::Defect> {
        match self {
            Self::LateStop => Some(dispatch::Defect::LateStop),
            Self::Dispatch(fault) => Some(fault),
            _ => None,
        }
    }
}

pub struct LinePlan {
    pub id: LineId,
    pub topic: String,
    pub rules: LineRules,
    pub wrap_up_s: u32,
}

pub struct StaffPlan {
    pub account: AccountId,
    pub lines: Vec<(LineId, u8)>,
    pub capacity: u16,
    /// Percent of offers answered at all, and of those answered, accepted.
    pub answers: u64,
    pub accepts: u64,
}

pub struct VisitorPlan {
    pub topic: String,
    pub arrives_at: u64,
    pub priority: u8,
    /// Messages to say in all.
    pub says: u32,
    /// Goes away without a word and never comes back, at this moment.
    pub vanishes_at: Option<u64>,
    /// Percent of giving up at each thought while waiting.
    pub impatience: u64,
    /// Ends the talk as soon as it begins: the other side may hear of both at once.
    pub is_hasty: bool,
}

/// Something that goes wrong.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// The connection breaks; both ends notice soon.
    Cut(Who),
    /// The connection carries nothing any more; the server notices by its heartbeat.
    HalfOpen(Who),
    /// The connection breaks and its client is away for so long.
    Away(Who, u64),
    /// The same visit or account opens one more socket and keeps the old.
    SecondSocket(Who),
    /// The process dies; another one starts from the records.
    Kill,
    /// The process is thought dead and replaced while it was only paused; its last writes arrive
    /// late, and change nothing.
    Supersede,
    /// The term ends and a new one begins, while sockets and rooms live.
    NewTerm,
    /// Nothing moves in the process for so long.
    Pause(u64),
    /// The disk takes nothing for so long.
    DiskFails(u64),
    /// One write is refused, the others of its group are not.
    RefuseOne,
    /// The system's wall clock jumps by so many seconds.
    Jump(i64),
    /// Among several processes: this one is killed, or lost with its host, and another begins in its place.
    KillOne(usize),
    LoseHost(usize),
    /// Nothing moves in it for so long.
    PauseOne(usize, u64),
    /// It neither hears nor is heard by the others.
    CutOff(usize, u64),
    /// None of its statements comes through.
    CutFromStore(usize, u64),
    /// Nothing passes between these two.
    Part(usize, usize, u64),
    /// The store answers nobody.
    StoreDown(u64),
    /// It is declared gone, and lives on.
    Outlaw(usize),
    /// No fault: a manager sends the visitor's ticket to the line with this number.
    Move(usize, usize),
}

pub struct Plan {
    pub lines: Vec<LinePlan>,
    pub staff: Vec<StaffPlan>,
    pub visitors: Vec<VisitorPlan>,
    pub faults: Vec<(u64, Fault)>,
    /// When all faults and whims end.
    pub calm_at: u64,
    /// The longest a message takes through the network, through a mailbox, and a commit to the disk.
    pub network: u64,
    pub mailbox: u64,
    /// The same for every seventh socket: its thread is busy.
    pub busy_mailbox: u64,
    pub commit: u64,
    /// Between processes: so many messages of a hundred are lost, and come twice; and the longest that one takes.
    pub lost: u64,
    pub doubled: u64,
    pub between: u64,
    /// After the storm nobody works any more: desks must be told so.
    pub staff_goes_home: bool,
    pub broken: Option<Broken>,
}

impl Plan {
    pub fn new(dice: &mut Dice, processes: usize, broken: Option<Broken>) -> Self {
        let calm_at = dice.between(30, 150) * S;
        let lines: Vec<LinePlan> = (1..=dice.between(1, 3)).map(|n| line(n, dice)).collect();
        let staff: Vec<StaffPlan> = (1..=dice.between(1, 5)).map(|n| counsellor(n, &lines, dice)).collect();
        let visitors: Vec<VisitorPlan> = (0..dice.between(2, 18)).map(|_| visitor(&lines, calm_at, dice)).collect();
        let how_bad = dice.pick(&[0, 3, 10, 25]);
        let mut faults: Vec<(u64, Fault)> = (0..dice.between(how_bad / 2, how_bad))
            .map(|_| (dice.below(calm_at), fault(staff.len(), visitors.len(), lines.len(), dice)))
            .collect();
        let mut network = (0, 0, 0);
        if processes > 1 {
            faults.retain(|(_, fault)| fault.is_of_people());
            let how_bad = dice.pick(&[1, 3, 8]);
            faults.extend((0..how_bad).map(|_| (dice.below(calm_at), fault_among(processes as u64, dice))));
            network = (dice.pick(&[0, 1, 10]), dice.pick(&[0, 5]), dice.pick(&[MS, 20 * MS, 200 * MS]));
        }
        Self {
            lines,
            staff,
            visitors,
            faults,
            calm_at,
            network: dice.pick(&[5 * MS, 50 * MS, 400 * MS]),
            mailbox: dice.pick(&[MS, 5 * MS, 60 * MS]),
            busy_mailbox: dice.pick(&[5 * MS, 60 * MS, S]),
            commit: dice.pick(&[2 * MS, 20 * MS, 300 * MS]),
            lost: network.0,
            doubled: network.1,
            between: network.2,
            staff_goes_home: dice.percent(20),
            broken,
        }
    }
}

fn line(n: u64, dice: &mut Dice) -> LinePlan {
    let rules = LineRules {
        accept_s: dice.pick(&[0, 3, 6, 10]),
        wait_s_max: dice.pick(&[20, 60, 120, 600]),
        waiting_max: dice.pick(&[2, 5, 500, 500]),
        grace_s: dice.pick(&[5, 10, 20]),
        misses_max: dice.pick(&[0, 2, 3]),
        widen_s: dice.pick(&[0, 5, 15]),
        retry_s: dice.pick(&[0, 3, 10]),
        unstaffed_s: dice.pick(&[0, 10, 40, 40, 40]),
    };
    let id = LineId::from(u128::from(n));
    LinePlan { id, topic: format!("LINE{n}"), rules, wrap_up_s: dice.pick(&[0, 0, 4, 15]) }
}

fn counsellor(n: u64, lines: &[LinePlan], dice: &mut Dice) -> StaffPlan {
    let mut served: Vec<(LineId, u8)> = Vec::new();
    for line in lines {
        if dice.percent(70) {
            served.push((line.id, dice.pick(&[0, 0, 1, 2])));
        }
    }
    if served.is_empty() {
        served.push((lines[0].id, 0));
    }
    StaffPlan {
        account: AccountId::from(1_000 + u128::from(n)),
        lines: served,
        capacity: dice.pick(&[1, 1, 2, 4]),
        answers: dice.pick(&[100, 90, 50]),
        accepts: dice.pick(&[100, 80, 40]),
    }
}

fn visitor(lines: &[LinePlan], calm_at: u64, dice: &mut Dice) -> VisitorPlan {
    let topic = lines[dice.below(lines.len() as u64) as usize].topic.clone();
    let arrives_at = dice.below(calm_at);
    VisitorPlan {
        topic,
        arrives_at,
        priority: dice.pick(&[0, 0, 0, 1, 9]),
        // Some say more than a room keeps in memory.
        says: if dice.percent(3) { 90 } else { dice.between(0, 6) as u32 },
        vanishes_at: dice.percent(10).then(|| arrives_at + dice.below(40 * S)),
        impatience: dice.pick(&[0, 0, 2, 10]),
        is_hasty: dice.percent(10),
    }
}

fn fault(staff: usize, visitors: usize, lines: usize, dice: &mut Dice) -> Fault {
    let who = if dice.percent(30) {
        Who::Staff(dice.below(staff as u64) as usize)
    } else {
        Who::Visitor(dice.below(visitors as u64) as usize)
    };
    match dice.below(18) {
        0..=2 => Fault::Cut(who),
        14..=15 => Fault::Move(dice.below(visitors as u64) as usize, dice.below(lines as u64) as usize),
        12..=13 => Fault::Away(who, dice.between(2, 40) * S),
        3 => Fault::HalfOpen(who),
        4..=5 => Fault::SecondSocket(who),
        6 => Fault::Kill,
        16..=17 => Fault::NewTerm,
        7 => Fault::Supersede,
        8 => Fault::Pause(dice.pick(&[300 * MS, 3 * S, 20 * S])),
        9 => Fault::DiskFails(dice.pick(&[400 * MS, 4 * S, 15 * S])),
        10 => Fault::RefuseOne,
        _ => Fault::Jump(dice.pick(&[-86_400, -3_600, 3_600, 86_400])),
    }
}

impl Fault {
    /// It happens to people, however many processes there are.
    fn is_of_people(self) -> bool {
        use Fault::{Away, Cut, HalfOpen, Move, SecondSocket};
        matches!(self, Cut(_) | HalfOpen(_) | Away(..) | SecondSocket(_) | Move(..))
    }
}

fn fault_among(processes: u64, dice: &mut Dice) -> Fault {
    let one = dice.below(processes) as usize;
    let so_long = dice.pick(&[400 * MS, 2 * S, 4 * S, 8 * S, 30 * S, 120 * S]);
    // Longer than a socket waits for a room's own word of its end, a client is told what follows without it.
    let not_so_long = so_long.min(4 * S);
    match dice.below(12) {
        0..=2 => Fault::KillOne(one),
        3 => Fault::LoseHost(one),
        4..=5 => Fault::PauseOne(one, so_long),
        6 => Fault::CutOff(one, not_so_long),
        7 => Fault::CutFromStore(one, so_long),
        8..=9 => Fault::Part(one, (one + 1) % processes as usize, not_so_long),
        10 => Fault::StoreDown(so_long.min(30 * S)),
        _ => Fault::Outlaw(one),
    }
}
