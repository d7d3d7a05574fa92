//! A ticket as the lobby keeps it. The common one, fresh and waiting, is small; what only a few
//! need (declines, an absent desk, a failed close) is in a box of its own.

use super::PRIORITY_BONUS_S;
use super::input::{Asker, CloseCause, NewTicket};
use super::place::{Class, Key};
use super::timers::Due;
use crate::ids::TicketId;
use crate::time::{Mono, SECOND, Wall};

/// Where a ticket is in its life. `u32`s are places of counsellors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Not on file yet; stands nowhere. The desk may have given up meanwhile.
    Storing { cancelled: bool },
    /// Stands and may be offered, once its desk is there.
    Waiting,
    /// Rings at this counsellor.
    Offered(u32),
    /// The database is asked for the match with this counsellor.
    Pairing(u32),
    /// The database is asked to end it.
    Closing(CloseCause),
    /// Talks and is being handed over; stands nowhere. Looks for a receiver: only within a step.
    Talking,
    /// Talks, and rings at this counsellor.
    Handing(u32),
    /// Talks, and was accepted by this counsellor; its room is being ended for it.
    Leaving(u32),
}

impl Stage {
    /// In a room, and being handed over.
    pub fn talks(self) -> bool {
        matches!(self, Self::Talking | Self::Handing(_) | Self::Leaving(_))
    }
}

/// One cache line: what is met in the middle of a million is met cold.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Ticket {
    pub id: TicketId,
    /// R2: wall microseconds, priority taken off.
    pub moment: i64,
    pub since: Mono,
    /// When it last began to wait (R8, unstaffed).
    pub stood_at: Mono,
    pub line: u32,
    pub stage: Stage,
    pub priority: u8,
    /// Its desk has a socket.
    pub here: bool,
    pub more: Option<Box<More>>,
}

/// What only some tickets need.
#[derive(Debug, Default)]
pub(super) struct More {
    /// Places of the counsellors who declined it or let it ring out; each counts it in `declines`.
    pub skips: Vec<u32>,
    /// When the declines may be forgiven (R7); meaningful while there are any.
    pub forgive_at: Mono,
    /// While the desk is away: until when its place is held (R10).
    pub away_until: Option<Mono>,
    /// A close that failed, and when it is tried again.
    pub retry: Option<(Mono, CloseCause)>,
    /// Its entry in the timer set while it waits.
    pub timer: Option<(Mono, Due)>,
    /// While it is being handed over.
    pub transfer: Option<Transfer>,
    /// Who asks, if they gave up while it rang before (R15).
    pub asker: Option<Asker>,
    /// Until when it does not ring (R15).
    pub rings_from: Option<Mono>,
    /// It came out of a room to be paired at once: its desk does not know that it stands.
    pub untold: bool,
}

/// Who hands over to whom; places of counsellors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Transfer {
    pub giver: u32,
    /// The one colleague who may take it; `None`: whoever R3 finds.
    pub named: Option<u32>,
}

const _: () = assert!(size_of::<Option<Ticket>>() == 64);

impl Ticket {
    pub fn new(new: &NewTicket, line: u32, stage: Stage, here: bool) -> Self {
        let bonus = i64::from(new.priority) * i64::from(PRIORITY_BONUS_S) * SECOND as i64;
        Self {
            id: new.ticket,
            moment: new.requested_at.0.saturating_sub(bonus),
            since: new.since,
            stood_at: Mono(0),
            line,
            stage,
            priority: new.priority,
            here,
            more: None,
        }
    }

    /// Its place (R2).
    pub fn key(&self) -> Key {
        Key { moment: self.moment, ticket: self.id }
    }

    /// The moment it was requested, as on record.
    pub fn requested_at(&self) -> Wall {
        Wall(self.moment.saturating_add(i64::from(self.priority) * i64::from(PRIORITY_BONUS_S) * SECOND as i64))
    }

    /// What may be done with it; meaningless while it is being stored.
    pub fn class(&self) -> Class {
        match self.stage {
            Stage::Waiting if !self.here || self.rings_from().is_some() => Class::Away,
            Stage::Waiting if self.is_marked() => Class::Marked,
            Stage::Waiting => Class::Fresh,
            _ => Class::Held,
        }
    }

    fn is_marked(&self) -> bool {
        self.more.as_ref().is_some_and(|more| !more.skips.is_empty() || more.retry.is_some())
    }

    pub fn may_be_matched(&self) -> bool {
        self.waits_here() && self.rings_from().is_none()
    }

    /// It waits and its desk is there to be told so.
    pub fn waits_here(&self) -> bool {
        self.here && self.stage == Stage::Waiting
    }

    pub fn rings_from(&self) -> Option<Mono> {
        self.more.as_ref()?.rings_from
    }

    pub fn skips(&self) -> &[u32] {
        self.more.as_ref().map_or(&[], |more| &more.skips)
    }

    /// Who declined it is passed over, and who hands it over.
    pub fn is_skipping(&self, counsellor: u32) -> bool {
        self.skips().contains(&counsellor) || self.transfer().is_some_and(|transfer| transfer.giver == counsellor)
    }

    pub fn transfer(&self) -> Option<Transfer> {
        self.more.as_ref()?.transfer
    }

    /// Whether it has a place in its line.
    pub fn stands(&self) -> bool {
        !matches!(self.stage, Stage::Storing { .. }) && !self.stage.talks()
    }

    pub fn away_until(&self) -> Option<Mono> {
        self.more.as_ref()?.away_until
    }

    /// When a failed close for this cause is tried again.
    pub fn retry_of(&self, cause: CloseCause) -> Option<Mono> {
        self.more.as_ref()?.retry.filter(|retry| retry.1 == cause).map(|retry| retry.0)
    }

    pub fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    /// When it has waited too long, by the rules of its line (R8).
    pub fn too_long_at(&self, wait_s_max: u32) -> Option<Mono> {
        let limit = (wait_s_max > 0).then(|| self.since.plus_s(wait_s_max))?;
        Some(self.retry_of(CloseCause::WaitedTooLong).unwrap_or(limit))
    }

    /// When its desk has stayed away too long (R10).
    pub fn abandoned_at(&self) -> Option<Mono> {
        let limit = self.away_until()?;
        Some(self.retry_of(CloseCause::Abandoned).unwrap_or(limit))
    }
}
