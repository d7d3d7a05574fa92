//! What others are shown of tickets, counsellors and lines.

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, DeskId, LineId, RoomId, TicketId};
use crate::protocol::{Activity, ClosedReason, Intent};
use crate::time::Wall;

/// Something changed that is shown to whoever watches.
#[derive(Clone, Debug)]
pub enum Shown {
    /// A ticket waits as this; `None`: it waits no more.
    Ticket(TicketId, Option<WaitingTicket>),
    /// A counsellor.
    Counsellor(CounsellorShown),
    /// A room is over.
    RoomDropped(RoomId),
    /// The lines that may be asked for, to everybody.
    Lines(Vec<OfficeLine>),
    /// A number is called, to everybody.
    Call(Call),
}

/// A waiting ticket as the list shows it. Its place follows from `requested_at` and `priority`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct WaitingTicket {
    /// Its number for people.
    pub number: String,
    /// The topic's code.
    pub line: String,
    /// Its line, for who may see it: never told, and read back as none that there is.
    #[serde(skip, default = "no_line")]
    pub line_id: LineId,
    /// The line's language.
    pub language: String,
    /// The visitor's own name for themselves.
    pub nickname: Option<String>,
    /// The registered desk, if it is one.
    pub desk: Option<DeskId>,
    /// The moment that decides its place.
    pub requested_at: Wall,
    /// 0 to 9.
    pub priority: u8,
    /// Its desk has a socket.
    pub here: bool,
    /// Where it stands.
    pub stage: TicketStage,
}

fn no_line() -> LineId {
    LineId::from(0)
}

/// Where a ticket that waits stands, as the list shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum TicketStage {
    /// Nobody was found yet.
    Waiting,
    /// Somebody is asked.
    Offered,
    /// Somebody has taken it, and that goes on file.
    Pairing,
}

/// A counsellor as the list shows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema), schema(as = LiveCounsellor))]
pub struct CounsellorShown {
    /// Who.
    pub account: AccountId,
    /// Their name.
    pub name: String,
    /// They have a socket.
    pub connected: bool,
    /// What they want.
    pub intent: Intent,
    /// Why they paused.
    pub reason: Option<String>,
    /// What they are doing.
    pub activity: Activity,
    /// Rooms at once.
    pub capacity: u16,
    /// Places taken.
    pub held: u32,
    /// The topics they want work from now.
    pub lines: Vec<String>,
    /// All their lines, also those they want no work from now, for who may see them: never told, and read back as none.
    #[serde(skip)]
    pub serves: Vec<LineId>,
}

/// A line as everybody may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct OfficeLine {
    /// The topic's code.
    pub topic: String,
    /// `ko`, `en`.
    pub language: String,
    /// The topic's name in that language.
    pub name: String,
    /// Its name in English, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Inside its opening hours.
    pub open: bool,
    /// Tickets waiting now.
    pub waiting: u32,
    /// Seconds somebody who asked now may expect to wait, from and to (R13); null when it cannot be
    /// said, as nobody is there to take them.
    #[cfg_attr(feature = "server", schema(value_type = Option<Vec<u32>>, min_items = 2, max_items = 2))]
    pub ahead_s: Option<[u32; 2]>,
    /// When it opens next, if it is closed and opens within seven days.
    pub opens_at: Option<Wall>,
}

/// A ticket was matched, and that is on file. A visitor's name is never told with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The room of the match: one that is called twice is called for two.
    pub room: RoomId,
    /// Its number for people.
    pub number: String,
    /// The topic's code.
    pub line: String,
    /// The topic's name.
    pub line_name: String,
    /// Where; `None` at the public desk.
    pub desk: Option<DeskId>,
    /// When.
    pub at: Wall,
}

/// What a follower of a ticket is told; the field `event` names the SSE event.
#[derive(Clone, Debug, Serialize, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TicketEvent {
    /// Its place.
    Position {
        /// The ticket.
        ticket: TicketId,
        /// Its number for people.
        number: String,
        /// Tickets before it.
        ahead: u32,
        /// The wait expected, from and to, in seconds.
        #[cfg_attr(feature = "server", schema(value_type = Option<Vec<u32>>, min_items = 2, max_items = 2))]
        eta_s: Option<[u32; 2]>,
    },
    /// It was matched; the last event.
    Matched {
        /// The ticket.
        ticket: TicketId,
        /// Its number for people.
        number: String,
    },
    /// It is over; the last event.
    Closed {
        /// The ticket.
        ticket: TicketId,
        /// Its number for people.
        number: String,
        /// Why.
        reason: ClosedReason,
    },
}

impl TicketEvent {
    /// The ticket it is about, and whether it is the last event.
    #[must_use]
    pub fn about(&self) -> (TicketId, bool) {
        match self {
            Self::Position { ticket, .. } => (*ticket, false),
            Self::Matched { ticket, .. } | Self::Closed { ticket, .. } => (*ticket, true),
        }
    }
}
