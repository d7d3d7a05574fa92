//! A place in a line, what may be done with who stands there, and what many of them add up to.

use crate::ids::TicketId;
use crate::time::Mono;

/// A place in a line (R2): the moment asked, less the priority bonus; ties by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// Microseconds of wall time, priority already taken off.
    pub moment: i64,
    /// The ticket, for ties.
    pub ticket: TicketId,
}

/// What may be done with a standing ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// May be matched with anyone who serves the line; the line's timers are its timers.
    Fresh = 0,
    /// May be matched, but was declined or failed to close: it has deadlines of its own.
    Marked = 1,
    /// Waits while its desk is away, or before it may ring (R15): keeps its place and is passed over.
    Away = 2,
    /// Offered, being paired or being closed.
    Held = 3,
}

const CLASSES: usize = 4;

/// A set of classes to look among.
#[derive(Clone, Copy)]
pub(super) struct Among(u8);

impl Among {
    pub const FRESH: Self = Self(0b0001);
    pub const MATCHABLE: Self = Self(0b0011);
    /// Those whose deadlines are not the line's.
    pub const WITH_TIMER: Self = Self(0b0110);
    pub const WAITING: Self = Self(0b0111);
    pub const ALL: Self = Self(0b1111);

    pub fn has(self, class: usize) -> bool {
        self.0 & (1 << class) != 0
    }
}

/// One standing ticket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub key: Key,
    /// Since when it waits, as deadlines see it.
    pub since: Mono,
    /// Where the lobby keeps the ticket.
    pub slot: u32,
    pub class: Class,
}

/// What stands below a node, class by class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Summary {
    pub count: [u32; CLASSES],
    /// The earliest `since`; `u64::MAX` where there is none.
    pub since: [u64; CLASSES],
}

impl Summary {
    pub const NONE: Self = Self { count: [0; CLASSES], since: [u64::MAX; CLASSES] };

    pub fn add(&mut self, class: Class, since: Mono) {
        let class = class as usize;
        self.count[class] += 1;
        self.since[class] = self.since[class].min(since.0);
    }

    /// Takes one out. True if the earliest of its class may have been that one.
    pub fn take(&mut self, class: Class, since: Mono) -> bool {
        let class = class as usize;
        self.count[class] -= 1;
        self.since[class] == since.0
    }

    pub fn join(&mut self, other: &Self) {
        for class in 0..CLASSES {
            self.count[class] += other.count[class];
            self.since[class] = self.since[class].min(other.since[class]);
        }
    }

    pub fn count(&self, among: Among) -> u32 {
        (0..CLASSES).filter(|&class| among.has(class)).map(|class| self.count[class]).sum()
    }

    pub fn since_min(&self, among: Among) -> u64 {
        (0..CLASSES).filter(|&class| among.has(class)).map(|class| self.since[class]).min().unwrap_or(u64::MAX)
    }
}
