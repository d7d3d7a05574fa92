//! What everybody in the simulation shares: the clock, the events to come, the processes with the mailboxes of their
//! actors, the network and the store. What happens, happens at one process: `here`.

use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};

use anteroom::cluster::link::Envelope;
use anteroom::dispatch::Later;
use anteroom::front::Due;
use anteroom::ids::{NodeId, RoomId, SocketId, TermId, TicketId};
use anteroom::protocol::{ClientFrame, CloseCode, ServerFrame};
use anteroom::time::{Mono, Now, Wall};

use super::dice::Dice;
use super::mail::Mail;
use super::on_file::{FromStore, Statement};
use super::plan::{Broken, Fault, Plan};
use super::store::{Answers, Journal, Store};

pub const MS: u64 = 1_000;
pub const S: u64 = 1_000_000;

/// A process' monotonic clock starts here: people may have waited since before it did.
const MORNING: u64 = 200_000 * S;
/// The wall time at which a simulation begins.
const EPOCH: i64 = 1_750_000_000_000_000;

/// One socket; a later one has a higher number.
pub type SocketNo = u64;

/// Somebody outside the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Visitor(usize),
    Staff(usize),
}

/// Somebody inside it, with a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    Matchmaker,
    Front,
    Neighbours,
    Room(RoomId),
    Socket(SocketNo),
}

/// What an actor asked to be woken for.
#[derive(Clone, Copy, Debug)]
pub enum Timer {
    Lobby(Mono),
    /// In this term.
    Later(u64, Later),
    /// In this term, whoever has not been announced is away.
    Away(u64),
    LookUp(TicketId, SocketNo),
    AskAgain(SocketNo),
    ReadEnd(SocketNo, RoomId),
    Room(RoomId, Mono),
    DiskRead {
        room: RoomId,
        after: u32,
        upto: u32,
    },
    RoomStops(RoomId),
    Supervise(RoomId),
    Socket(SocketNo, Due),
    SocketStops(SocketNo),
    /// The heart is due.
    Heart(Mono),
    /// Its connection is made anew.
    Connect,
    /// The links are.
    Links(Mono),
    /// A new term claims what waits, reads everything, and is open.
    Claim(u64),
    ReadTerm(u64),
    OpenTerm(u64),
    /// The matchmaker of this term compares.
    Compare(u64),
    /// A room is taken from that node.
    Take(RoomId, NodeId),
    /// Who asked by this socket was to be answered by now.
    Unanswered(SocketId),
    /// A room elsewhere is asked again.
    Far(RoomId),
}

#[derive(Clone, Debug)]
pub enum Up {
    Hello,
    Frame(ClientFrame),
    Bye,
}

#[derive(Clone, Debug)]
pub enum Down {
    Frame(ServerFrame),
    Close(CloseCode),
}

#[derive(Clone, Debug)]
pub enum Event {
    /// An actor takes one message from its mailbox.
    Turn(Actor),
    Timer(Timer),
    /// The group under way reaches the disk.
    Commit,
    /// The process hears what came of it.
    Answered(Answers),
    Probe,
    /// A statement of the heart's reaches the store.
    AtStore(Statement),
    /// The heart hears what came of it.
    FromStore(FromStore),
    /// A message of another process comes.
    Message(Vec<Envelope>),
    /// The server learns that a peer is gone.
    PeerGone(SocketNo),
    Up(SocketNo, Up),
    Down(SocketNo, Down),
    /// The client learns that its connection is gone.
    Lost(SocketNo),
    Think(Who),
    Fault(Fault),
    Boot,
    LateWrites,
    Look,
}

/// Where an event happens.
#[derive(PartialEq, Eq)]
enum Place {
    /// Inside a process: it waits while that is paused, and dies with it.
    Process,
    /// At the store, on behalf of a process: it dies with that.
    Store,
    Outside,
}

impl Event {
    fn place(&self, is_alone: bool) -> Place {
        match self {
            Self::Turn(_) | Self::Timer(_) | Self::Probe | Self::PeerGone(_) => Place::Process,
            Self::Answered(_) | Self::FromStore(_) | Self::Message(_) => Place::Process,
            Self::Commit if is_alone => Place::Process,
            Self::Commit | Self::AtStore(_) => Place::Store,
            _ => Place::Outside,
        }
    }
}

/// A place for a process: one runs there, or is dead until the next begins.
pub struct Process {
    /// Which run it is; events of an earlier one are void.
    pub incarnation: u64,
    /// In which term it matches; 0 in none.
    pub term: u64,
    pub paused_until: u64,
    /// Nothing of the bus reaches it, or leaves it, before.
    pub deaf_until: u64,
    /// Until then it may be found gone though it lives.
    pub doubtful_until: u64,
    /// What the store answered last comes not before what it answered earlier.
    pub answered_at: u64,
    booted_at: u64,
    /// Where its wall clock last changed its pace, and that pace in thousandths.
    anchor: (u64, i64, i64),
    system_ahead_s: i64,
}

/// A connection as the network sees it.
pub struct Wire {
    pub who: Who,
    /// At which process it ends, and at which run of it.
    pub process: usize,
    pub incarnation: u64,
    up_at: u64,
    down_at: u64,
    pub is_dead: bool,
}

pub struct Hub {
    pub now: u64,
    pub dice: Dice,
    pub plan: Plan,
    pub store: Store,
    /// By moment, then in the order in which they were put here; with the place of their process, and its run.
    events: BTreeMap<(u64, u64), (usize, u64, Event)>,
    serial: u64,
    pub mail: BTreeMap<(usize, Actor), VecDeque<Mail>>,
    pub wires: BTreeMap<SocketNo, Wire>,
    pub processes: Vec<Process>,
    /// Where what happens now happens.
    pub here: usize,
    last_run: u64,
    last_term: u64,
    /// Between these two processes nothing passes before.
    pub apart: BTreeMap<(usize, usize), u64>,
    last_id: Cell<u128>,
    last_socket: SocketNo,
    /// Since when nothing has happened to the process that delays what it tells.
    pub steady_since: u64,
    pub steps: u64,
    pub trace: Option<Vec<String>>,
}

impl Process {
    const fn new() -> Self {
        let (incarnation, term, paused_until, deaf_until, doubtful_until, answered_at, booted_at) =
            (0, 0, 0, 0, 0, 0, 0);
        let (anchor, system_ahead_s) = ((0, EPOCH, 0), 0);
        Self {
            incarnation,
            term,
            paused_until,
            deaf_until,
            doubtful_until,
            answered_at,
            booted_at,
            anchor,
            system_ahead_s,
        }
    }
}

impl Hub {
    pub fn new(mut dice: Dice, processes: usize, broken: Option<Broken>, traced: bool) -> Self {
        let plan = Plan::new(&mut dice, processes, broken);
        let new = |_| Process::new();
        Self {
            now: 0,
            dice,
            store: Store::new(&plan, processes),
            plan,
            events: BTreeMap::new(),
            serial: 0,
            mail: BTreeMap::new(),
            wires: BTreeMap::new(),
            processes: (0..processes).map(new).collect(),
            here: 0,
            last_run: 0,
            last_term: 0,
            apart: BTreeMap::new(),
            last_id: Cell::new(1 << 64),
            last_socket: 0,
            steady_since: 0,
            steps: 0,
            trace: traced.then(Vec::new),
        }
    }

    pub fn is_broken(&self, how: Broken) -> bool {
        self.plan.broken == Some(how)
    }

    pub fn is_calm(&self) -> bool {
        self.now >= self.plan.calm_at
    }

    pub fn note(&mut self, what: impl FnOnce() -> String) {
        let at = self.now;
        if let Some(trace) = &mut self.trace {
            trace.push(format!("{:>10.4} {}", at as f64 / S as f64, what()));
        }
    }

    /// There is no cluster: the one process matches, and keeps everything.
    pub fn is_alone(&self) -> bool {
        self.processes.len() == 1
    }

    pub fn me(&self) -> &Process {
        &self.processes[self.here]
    }

    pub fn me_mut(&mut self) -> &mut Process {
        &mut self.processes[self.here]
    }

    /// The writer of the records of the process that runs.
    pub fn journal(&mut self) -> &mut Journal {
        &mut self.store.journals[self.here]
    }

    /// Whether statements of this process reach the store.
    pub fn reaches_store(&self) -> bool {
        self.now >= self.store.journals[self.here].fails_until
    }

    /// Both clocks of the process that runs.
    pub fn clock(&self) -> Now {
        let Process { booted_at, anchor: (since, wall, lean), .. } = *self.me();
        let passed = (self.now - since) as i64;
        Now { mono: Mono(MORNING + self.now - booted_at), wall: Wall(wall + passed + passed * lean / 1_000) }
    }

    /// The system's clock jumps: the process leans toward it, as its clock does; a new one takes it.
    pub fn jump(&mut self, seconds: i64) {
        let (now, wall) = (self.now, self.clock().wall.0);
        let me = self.me_mut();
        me.system_ahead_s += seconds;
        let behind = EPOCH + now as i64 + me.system_ahead_s * S as i64 - wall;
        me.anchor = (now, wall, behind.signum() * 100);
    }

    /// A new process: its memory is empty and its clocks begin anew.
    pub fn begin_process(&mut self) {
        self.last_run += 1;
        let (here, now, run) = (self.here, self.now, self.last_run);
        self.mail.retain(|(process, _), _| *process != here);
        let me = self.me_mut();
        (me.incarnation, me.booted_at, me.paused_until, me.term) = (run, now, 0, 0);
        me.anchor = (now, EPOCH + now as i64 + me.system_ahead_s * S as i64, 0);
        if self.is_alone() {
            self.next_term();
            self.steady_since = now;
        }
    }

    /// The process that runs has another term.
    pub fn next_term(&mut self) {
        self.me_mut().term = self.last_term + 1;
        self.last_term += 1;
    }

    /// A term that may begin.
    pub fn new_term(&mut self) -> TermId {
        self.last_term += 1;
        TermId::from(u128::from(self.last_term))
    }

    pub fn term(&self) -> u64 {
        self.me().term
    }

    /// The run of the process, as the records know it.
    pub fn node(&self) -> NodeId {
        NodeId::from(u128::from(self.me().incarnation))
    }

    /// At which place this run of a process is, if it is still.
    pub fn place_of(&self, node: NodeId) -> Option<usize> {
        self.processes.iter().position(|process| NodeId::from(u128::from(process.incarnation)) == node)
    }

    /// The term, as the records know it.
    pub fn term_id(&self) -> TermId {
        TermId::from(u128::from(self.term()))
    }

    pub fn new_id(&self) -> u128 {
        self.last_id.set(self.last_id.get() + 1);
        self.last_id.get()
    }

    pub fn at(&mut self, moment: u64, event: Event) {
        self.at_process(self.here, moment, event);
    }

    /// The same at another process.
    pub fn at_process(&mut self, process: usize, moment: u64, event: Event) {
        self.serial += 1;
        let incarnation = self.processes[process].incarnation;
        self.events.insert((moment.max(self.now), self.serial), (process, incarnation, event));
    }

    pub fn later(&mut self, wait: u64, event: Event) {
        self.at(self.now + wait, event);
    }

    pub fn timer(&mut self, wait: u64, timer: Timer) {
        self.later(wait, Event::Timer(timer));
    }

    /// When the lobby or a room wants to be woken, as the clock of everybody shows it.
    pub fn wake(&mut self, due: Mono, timer: Timer) {
        let at = (due.0 + self.me().booted_at).saturating_sub(MORNING);
        self.at(at, Event::Timer(timer));
    }

    pub fn next(&mut self) -> Option<Event> {
        loop {
            let ((at, _), (process, incarnation, event)) = self.events.pop_first()?;
            let Process { incarnation: runs, paused_until, .. } = self.processes[process];
            (self.now, self.here) = (at, process);
            let place = event.place(self.is_alone());
            if place != Place::Outside && incarnation != runs {
                continue;
            }
            if place == Place::Process && at < paused_until {
                self.at(paused_until, event);
                continue;
            }
            self.steps += 1;
            return Some(event);
        }
    }

    /// Puts a message in a mailbox: at once and in order; when it is read is a matter of threads.
    pub fn send(&mut self, to: Actor, mail: Mail) {
        let mailbox = self.mail.entry((self.here, to)).or_default();
        mailbox.push_back(mail);
        if mailbox.len() == 1 {
            // A busy thread comes late to an actor, and then takes all there is.
            let is_busy = matches!(to, Actor::Socket(socket) if socket % 7 == 0);
            let wait = self.dice.below(if is_busy { self.plan.busy_mailbox } else { self.plan.mailbox });
            self.later(wait, Event::Turn(to));
        }
    }

    pub fn turn(&mut self, actor: Actor) {
        let wait = self.dice.below(self.plan.mailbox);
        self.later(wait, Event::Turn(actor));
    }

    /// A client opens a connection.
    pub fn dial(&mut self, who: Who) -> SocketNo {
        self.last_socket += 1;
        let socket = self.last_socket;
        let process = if self.is_alone() { 0 } else { self.dice.below(self.processes.len() as u64) as usize };
        let incarnation = self.processes[process].incarnation;
        self.wires.insert(socket, Wire { who, process, incarnation, up_at: 0, down_at: 0, is_dead: false });
        self.note(|| format!("{who:?} opens socket {socket}"));
        self.up(socket, Up::Hello);
        socket
    }

    pub fn up(&mut self, socket: SocketNo, up: Up) {
        let arrives = self.now + self.dice.below(self.plan.network);
        let Some(wire) = self.wires.get_mut(&socket).filter(|wire| !wire.is_dead) else { return };
        wire.up_at = wire.up_at.max(arrives);
        let at = wire.up_at;
        self.at(at, Event::Up(socket, up));
    }

    pub fn down(&mut self, socket: SocketNo, down: Down) {
        let arrives = self.now + self.dice.below(self.plan.network);
        let Some(wire) = self.wires.get_mut(&socket).filter(|wire| !wire.is_dead) else { return };
        wire.down_at = wire.down_at.max(arrives);
        let at = wire.down_at;
        self.at(at, Event::Down(socket, down));
    }

    /// The connection carries nothing any more; each end learns of it after so long.
    pub fn break_wire(&mut self, socket: SocketNo, server_after: u64, client_after: u64) {
        if let Some(wire) = self.wires.get_mut(&socket).filter(|wire| !wire.is_dead) {
            wire.is_dead = true;
            let process = wire.process;
            self.at_process(process, self.now + server_after, Event::PeerGone(socket));
            self.later(client_after, Event::Lost(socket));
        }
    }
}
