//! What others may ask. Nothing here changes anything but what is kept of the lines' trend.

use serde::{Deserialize, Serialize};

use super::trend::LineTrend;
use super::{Dispatch, Lobby, NodeSocket};
use crate::ids::{AccountId, LineId, OfferId, RoomId, TicketId};
use crate::protocol::LineInfo;
use crate::time::Now;

/// Counts for the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tickets waiting.
    pub waiting: u32,
    /// Offers outstanding.
    pub offers: u32,
    /// Counsellors with a socket.
    pub counsellors: u32,
    /// Open rooms.
    pub rooms: u32,
    /// Matches since start.
    pub matches: u64,
}

/// Live figures of one line.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct LineFigures {
    /// The line.
    pub id: LineId,
    /// The topic's code.
    pub topic: String,
    /// `ko`, `en`.
    pub language: String,
    /// Inside its opening hours.
    pub is_open: bool,
    /// Tickets waiting.
    pub waiting: u32,
    /// Seconds the longest of them has waited.
    pub longest_s: u32,
    /// Open and connected counsellors who serve it.
    pub open: u32,
    /// Rooms talking.
    pub talking: u32,
    /// What a new ticket would be told.
    pub eta_s: Option<[u32; 2]>,
    /// 0 to 1: of those who left the line in the last five minutes, who was matched in time, as the
    /// statistics count it; null for nobody.
    pub service_level: Option<f64>,
    /// The last minutes, the same for everybody who asks. A server that was started anew knows
    /// nothing of before.
    pub trend: LineTrend,
}

impl Dispatch {
    /// How much there is of everything.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Counts {
            waiting: count(self.visits.len()),
            offers: count(self.staff.values().map(|staff| staff.offers.len()).sum()),
            counsellors: count(self.staff.values().filter(|staff| staff.socket.is_some()).count()),
            rooms: count(self.rooms.values().filter(|entry| entry.is_open()).count()),
            matches: self.matches,
        }
    }

    /// Live figures of every line, in their order; their trend goes back so many minutes.
    pub fn line_stats(&mut self, now: Now, minutes: u16) -> Vec<LineFigures> {
        self.keep_trend(now);
        let figures = self.lines.offered().map(|posted| {
            let load = self.lobby.line_load(posted.line.id, now.mono);
            LineFigures {
                id: posted.line.id,
                topic: posted.line.topic.clone(),
                language: posted.line.language.clone(),
                is_open: posted.open,
                waiting: load.waiting,
                longest_s: load.longest_s,
                open: load.open,
                talking: posted.talking,
                eta_s: self.lobby.estimate(posted.line.id, load.waiting),
                service_level: self.trend.service_level(posted.line.id),
                trend: self.trend.read(posted.line.id, minutes),
            }
        });
        figures.collect()
    }

    /// The lines as people see them now, in their order.
    #[must_use]
    pub fn lines(&self) -> Vec<LineInfo> {
        self.lines.infos()
    }

    /// Whether there is such an open room here.
    #[must_use]
    pub fn is_open(&self, room: RoomId) -> bool {
        self.rooms.get(&room).is_some_and(|entry| entry.is_open())
    }

    /// The lobby, to look at.
    #[must_use]
    pub fn lobby(&self) -> &Lobby {
        &self.lobby
    }

    /// Whether the disk takes writes, as far as is known here.
    #[must_use]
    pub fn takes_writes(&self) -> bool {
        self.journal_ok
    }

    /// The room of a ticket that has one, and whether it is open.
    #[must_use]
    pub fn room_of(&self, ticket: TicketId) -> Option<(RoomId, bool)> {
        let room = *self.room_of.get(&ticket)?;
        Some((room, self.is_open(room)))
    }

    /// What rings at a counsellor, with whose ticket it is.
    pub fn rings_at(&self, account: AccountId) -> impl Iterator<Item = (OfferId, TicketId)> {
        let offers = self.staff.get(&account).into_iter().flat_map(|staff| &staff.offers);
        offers.map(|(offer, ringing)| (*offer, ringing.ticket))
    }

    /// The sockets of everybody who waits, counsels or sits in a room.
    pub fn sockets(&self) -> impl Iterator<Item = NodeSocket> {
        let visits = self.visits.values().chain(self.rooms.values().filter_map(|entry| entry.visit.as_ref()));
        visits.filter_map(|visit| visit.socket).chain(self.staff.values().filter_map(|staff| staff.socket))
    }

    /// Whether nobody waits, and no room is in memory.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.visits.is_empty() && self.rooms.is_empty()
    }

    /// The rooms in memory that are over.
    pub fn rooms_over(&self) -> impl Iterator<Item = RoomId> {
        self.rooms.iter().filter(|(_, entry)| !entry.is_open()).map(|(room, _)| *room)
    }
}
