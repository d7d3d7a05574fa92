//! Everything that will happen by itself, in one ordered set.

use std::collections::BTreeSet;

use crate::ids::{LineId, TicketId};
use crate::time::Mono;

/// What comes due. At one and the same moment it happens in this order: what ends goes first, then
/// what comes back, then what is widened; ties by id. Each carries the place of its line or ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// A fresh ticket of this line has waited too long (R8).
    WaitLine(LineId, u32),
    /// This ticket has (R8).
    WaitTicket(TicketId, u32),
    /// This desk has stayed away too long (R10).
    Grace(TicketId, u32),
    /// Nobody has been there for this line for too long (R8).
    UnstaffedLine(LineId, u32),
    /// The same for a ticket that could not be closed last time.
    UnstaffedTicket(TicketId, u32),
    /// The offer of this ticket has not been answered (R6).
    Expiry(TicketId, u32),
    /// The declines of this ticket may be forgiven (R7).
    Forgive(TicketId, u32),
    /// This ticket may ring from now on (R15).
    Calm(TicketId, u32),
    /// A fresh ticket of this line has waited long enough for the next tier (R3).
    WidenLine(LineId, u32),
    /// This ticket has (R3).
    WidenTicket(TicketId, u32),
}

/// The timer set. A line has at most one entry of each kind, a ticket at most one in all.
#[derive(Default)]
pub(super) struct Timers(BTreeSet<(Mono, Due)>);

impl Timers {
    pub fn arm(&mut self, at: Mono, due: Due) {
        self.0.insert((at, due));
    }

    pub fn disarm(&mut self, at: Mono, due: Due) {
        self.0.remove(&(at, due));
    }

    pub fn first(&self) -> Option<Mono> {
        self.0.first().map(|&(at, _)| at)
    }

    /// Takes the first one that is due.
    pub fn pop(&mut self, now: Mono) -> Option<Due> {
        if self.first()? > now {
            return None;
        }
        self.0.pop_first().map(|(_, due)| due)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn contains(&self, at: Mono, due: Due) -> bool {
        self.0.contains(&(at, due))
    }
}
