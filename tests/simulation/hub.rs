//! What everybody in the simulation shares: the clock, the events to come, the mailboxes of the
//! server's actors, the network and the store.

use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};

use anteroom::dispatch::Later;
use anteroom::front::Due;
use anteroom::ids::{NodeId, RoomId, TermId, TicketId};
use anteroom::protocol::{ClientFrame, CloseCode, ServerFrame};
use anteroom::time::{Mono, Now, Wall};

use super::dice::Dice;
use super::mail::Mail;
use super::plan::{Broken, Fault, Plan};
use super::store::Store;

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
    Probe,
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

impl Event {
    /// Whether it happens inside the process: it waits while that is paused, and dies with it.
    fn is_inside(&self) -> bool {
        matches!(self, Self::Turn(_) | Self::Timer(_) | Self::Commit | Self::Probe | Self::PeerGone(_))
    }
}

/// A connection as the network sees it.
pub struct Wire {
    pub who: Who,
    up_at: u64,
    down_at: u64,
    pub is_dead: bool,
}

pub struct Hub {
    pub now: u64,
    pub dice: Dice,
    pub plan: Plan,
    pub store: Store,
    /// By moment, then in the order in which they were put here; with their process.
    events: BTreeMap<(u64, u64), (u64, Event)>,
    serial: u64,
    pub mail: BTreeMap<Actor, VecDeque<Mail>>,
    pub wires: BTreeMap<SocketNo, Wire>,
    /// Which process runs; events of an earlier one are void.
    pub incarnation: u64,
    /// In which term it matches.
    pub term: u64,
    pub paused_until: u64,
    booted_at: u64,
    /// Where the wall clock of the process last changed its pace, and that pace in thousandths.
    anchor: (u64, i64, i64),
    system_ahead_s: i64,
    last_id: Cell<u128>,
    last_socket: SocketNo,
    /// Since when nothing has happened to the process that delays what it tells.
    pub steady_since: u64,
    pub steps: u64,
    pub trace: Option<Vec<String>>,
}

impl Hub {
    pub fn new(mut dice: Dice, broken: Option<Broken>, traced: bool) -> Self {
        let plan = Plan::new(&mut dice, broken);
        Self {
            now: 0,
            dice,
            store: Store::new(&plan),
            plan,
            events: BTreeMap::new(),
            serial: 0,
            mail: BTreeMap::new(),
            wires: BTreeMap::new(),
            incarnation: 1,
            term: 1,
            paused_until: 0,
            booted_at: 0,
            anchor: (0, EPOCH, 0),
            system_ahead_s: 0,
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

    /// Both clocks of the process that runs.
    pub fn clock(&self) -> Now {
        let (since, wall, lean) = self.anchor;
        let passed = (self.now - since) as i64;
        Now { mono: Mono(MORNING + self.now - self.booted_at), wall: Wall(wall + passed + passed * lean / 1_000) }
    }

    /// The system's clock jumps: the process leans toward it, as its clock does; a new one takes it.
    pub fn jump(&mut self, seconds: i64) {
        self.system_ahead_s += seconds;
        let wall = self.clock().wall.0;
        let behind = EPOCH + self.now as i64 + self.system_ahead_s * S as i64 - wall;
        self.anchor = (self.now, wall, behind.signum() * 100);
    }

    /// A new process: its memory is empty and its clocks begin anew.
    pub fn begin_process(&mut self) {
        self.incarnation += 1;
        self.term += 1;
        self.mail.clear();
        (self.booted_at, self.paused_until, self.steady_since) = (self.now, 0, self.now);
        self.anchor = (self.now, EPOCH + self.now as i64 + self.system_ahead_s * S as i64, 0);
    }

    /// The run of the process, as the records know it.
    pub fn node(&self) -> NodeId {
        NodeId::from(u128::from(self.incarnation))
    }

    /// The term, as the records know it.
    pub fn term_id(&self) -> TermId {
        TermId::from(u128::from(self.term))
    }

    pub fn new_id(&self) -> u128 {
        self.last_id.set(self.last_id.get() + 1);
        self.last_id.get()
    }

    pub fn at(&mut self, moment: u64, event: Event) {
        self.serial += 1;
        self.events.insert((moment.max(self.now), self.serial), (self.incarnation, event));
    }

    pub fn later(&mut self, wait: u64, event: Event) {
        self.at(self.now + wait, event);
    }

    pub fn timer(&mut self, wait: u64, timer: Timer) {
        self.later(wait, Event::Timer(timer));
    }

    /// When the lobby or a room wants to be woken, as the clock of everybody shows it.
    pub fn wake(&mut self, due: Mono, timer: Timer) {
        let at = (due.0 + self.booted_at).saturating_sub(MORNING);
        self.at(at, Event::Timer(timer));
    }

    pub fn next(&mut self) -> Option<Event> {
        loop {
            let ((at, _), (incarnation, event)) = self.events.pop_first()?;
            self.now = at;
            if event.is_inside() && incarnation != self.incarnation {
                continue;
            }
            if event.is_inside() && at < self.paused_until {
                self.at(self.paused_until, event);
                continue;
            }
            self.steps += 1;
            return Some(event);
        }
    }

    /// Puts a message in a mailbox: at once and in order; when it is read is a matter of threads.
    pub fn send(&mut self, to: Actor, mail: Mail) {
        let mailbox = self.mail.entry(to).or_default();
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
        self.wires.insert(socket, Wire { who, up_at: 0, down_at: 0, is_dead: false });
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
            self.later(server_after, Event::PeerGone(socket));
            self.later(client_after, Event::Lost(socket));
        }
    }
}
