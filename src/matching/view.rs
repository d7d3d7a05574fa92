//! What others may ask the lobby. Nothing here changes anything.

use super::input::CloseCause;
use super::lobby::Lobby;
use super::place::Among;
use super::ticket;
use crate::ids::{AccountId, LineId, TicketId};
use crate::time::{Mono, Wall};

/// Where a ticket is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not on file yet.
    Storing,
    /// Stands in its line.
    Waiting,
    /// Stands, and rings at this counsellor.
    Offered(AccountId),
    /// Stands, and was taken by this counsellor; the database is deciding.
    Pairing(AccountId),
    /// Stands, and is about to end for this cause; the database is deciding.
    Closing(CloseCause),
    /// In a room, and rings at this counsellor, or was accepted by them: it is handed over.
    Handing(AccountId),
}

/// A ticket as others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketView {
    pub line: LineId,
    /// The moment it was requested, on record.
    pub requested_at: Wall,
    /// Since when it waits, as deadlines see it.
    pub since: Mono,
    /// Its desk has a socket.
    pub here: bool,
    /// Where it is in its life.
    pub stage: Stage,
}

/// A counsellor as others see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounsellorView {
    /// Whether they want work.
    pub open: bool,
    /// They have a socket.
    pub connected: bool,
    /// Most rooms at once.
    pub capacity: u16,
    /// Rooms until they are wrapped up.
    pub held: u32,
    /// Offers that ring.
    pub offers: u32,
    /// Offers they took, on which the database is deciding.
    pub pairing: u32,
    /// The lines they want work from, in the order of their profile.
    pub lines: Vec<LineId>,
}

/// How busy a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadView {
    /// Tickets that stand, offered ones and those of absent desks included.
    pub waiting: u32,
    /// Seconds the one that has waited longest has waited.
    pub longest_s: u32,
    /// Open and connected counsellors who serve it.
    pub open: u32,
}

/// How many tickets there are at each stage, for the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    /// Not on file yet.
    pub storing: u32,
    pub waiting: u32,
    /// Ringing.
    pub offered: u32,
    /// Taken, not yet decided.
    pub pairing: u32,
    /// Ending, not yet decided.
    pub closing: u32,
    /// In a room and being handed over.
    pub handing: u32,
}

impl Stages {
    fn at(&mut self, stage: ticket::Stage) -> &mut u32 {
        match stage {
            ticket::Stage::Storing { .. } => &mut self.storing,
            ticket::Stage::Waiting => &mut self.waiting,
            ticket::Stage::Offered(_) => &mut self.offered,
            ticket::Stage::Pairing(_) => &mut self.pairing,
            ticket::Stage::Closing(_) => &mut self.closing,
            ticket::Stage::Talking | ticket::Stage::Handing(_) | ticket::Stage::Leaving(_) => &mut self.handing,
        }
    }

    pub(super) fn add(&mut self, stage: ticket::Stage) {
        *self.at(stage) += 1;
    }

    pub(super) fn remove(&mut self, stage: ticket::Stage) {
        *self.at(stage) -= 1;
    }

    pub(super) fn swap(&mut self, from: ticket::Stage, to: ticket::Stage) {
        self.remove(from);
        self.add(to);
    }
}

impl Lobby {
    /// How many tickets stand before this one, offered ones and those of absent desks included.
    /// `None` if it does not stand. As cheap anywhere in the line as at its ends.
    #[must_use]
    pub fn ahead(&self, ticket: TicketId) -> Option<u32> {
        let ticket = &self.tickets[self.slot_of(ticket)?];
        ticket.stands().then(|| self.lines[ticket.line as usize].order.rank(&ticket.key(), Among::ALL))
    }

    /// The tickets that stand in a line, in order (R2), each with how many are before it.
    pub fn positions(&self, line: LineId) -> impl Iterator<Item = (TicketId, u32)> {
        let line = self.line_places.get(&line).map(|&place| &self.lines[place as usize]);
        line.into_iter().flat_map(|line| line.order.iter()).map(|entry| entry.key.ticket).zip(0..)
    }

    /// How busy a line is at `now`. All zero for an unknown one.
    #[must_use]
    pub fn line_load(&self, line: LineId, now: Mono) -> LoadView {
        let Some(&place) = self.line_places.get(&line) else { return LoadView::default() };
        let line = &self.lines[place as usize];
        LoadView {
            waiting: line.standing(),
            longest_s: line.order.since_min(Among::ALL).map_or(0, |since| now.seconds_since(since)),
            open: line.serving.len() as u32,
        }
    }

    /// A counsellor who has a profile here.
    #[must_use]
    pub fn counsellor(&self, counsellor: AccountId) -> Option<CounsellorView> {
        let counsellor = &self.counsellors[self.place_of(counsellor)? as usize];
        let offers = counsellor.ringing().count() as u32;
        Some(CounsellorView {
            open: counsellor.open,
            connected: counsellor.connected,
            capacity: counsellor.capacity,
            held: counsellor.held,
            offers,
            pairing: counsellor.outstanding.len() as u32 - offers,
            lines: counsellor.serves.iter().map(|served| self.lines[served.line as usize].id).collect(),
        })
    }

    /// A ticket that is not over.
    #[must_use]
    pub fn ticket(&self, ticket: TicketId) -> Option<TicketView> {
        let ticket = &self.tickets[self.slot_of(ticket)?];
        let account = |place: u32| self.counsellors[place as usize].id;
        Some(TicketView {
            line: self.lines[ticket.line as usize].id,
            requested_at: ticket.requested_at(),
            since: ticket.since,
            here: ticket.here,
            stage: match ticket.stage {
                ticket::Stage::Storing { .. } => Stage::Storing,
                ticket::Stage::Waiting => Stage::Waiting,
                ticket::Stage::Offered(place) => Stage::Offered(account(place)),
                ticket::Stage::Pairing(place) => Stage::Pairing(account(place)),
                ticket::Stage::Closing(cause) => Stage::Closing(cause),
                ticket::Stage::Handing(place) | ticket::Stage::Leaving(place) => Stage::Handing(account(place)),
                ticket::Stage::Talking => return None,
            },
        })
    }

    /// How many tickets there are at each stage.
    #[must_use]
    pub fn stages(&self) -> Stages {
        self.stages
    }

    /// No new offers and pairs are made at the moment.
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        self.suspended
    }
}
