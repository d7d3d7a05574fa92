//! What the sockets of desks and counsellors are told.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ids::{MemberId, NodeId, RoomId, TicketId};
use crate::protocol::{Activity, ErrorCode, Intent, LineInfo, ServerFrame};

/// A member's seat in a room, as it was handed out to one socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    pub room: RoomId,
    /// Where the room lives.
    pub home: NodeId,
    /// The consultation it is of.
    pub ticket: TicketId,
    pub member: MemberId,
    /// Counts the times seats were handed out. Two sockets of one member live on two threads
    /// and may reach the room in either order; this order is the true one.
    pub epoch: u64,
}

/// A counsellor's seat, and whether it only waits for the wrap-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub seat: Seat,
    /// The room is over, and is to be written up.
    pub wrap_up: bool,
    /// The ticket's number for people, `A-017`.
    pub number: String,
    /// The topic's code.
    pub line: String,
}

/// What a desk is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskNews {
    /// Its place in line.
    Stands(ServerFrame),
    /// It has a seat: `matched`, and from where to replay.
    Seated { seat: Seat, frame: ServerFrame, after: Option<u32> },
    /// It has its seat back: `matched` is to be said once the room has told how it looks.
    Back { seat: Seat, resume: String, after: Option<u32> },
    /// Its room is over. If the ticket is, too: how long there is still time to rate.
    RoomOver { room: RoomId, rate_for: Option<Duration> },
    /// Its room is over since before this server began: the last frame, and how long there is still
    /// time to rate.
    WasOver { frame: ServerFrame, room: RoomId, member: MemberId, rate_for: Duration },
    /// Its visit is over; the last frame.
    Over(ServerFrame),
    /// Nothing was done; it may ask again if `ask_again`, and after `wait_s` seconds where that is said.
    Refused { code: ErrorCode, detail: String, re: Option<String>, ask_again: bool, wait_s: Option<u32> },
    /// A newer socket of the same visit took over.
    Replaced,
}

/// What a counsellor is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CounsellorNews {
    /// The seats they hold, on arrival.
    Rooms(Vec<Held>),
    /// How they stand.
    State { intent: Intent, reason: Option<String>, activity: Activity, capacity: u16, lines: Vec<LineInfo> },
    /// A frame: an offer, its end, the queues, a refusal.
    Frame(ServerFrame),
    /// A new seat, with its `matched`.
    Seated { held: Held, frame: ServerFrame },
    /// A room is over; `wrap_up` if it waits to be written up.
    RoomOver { room: RoomId, wrap_up: bool },
    /// A room's wrap-up is done, or its time is over.
    WrappedUp { room: RoomId },
    /// A room is gone.
    RoomGone { room: RoomId },
    /// A newer socket of the same account took over.
    Replaced,
}

impl DeskNews {
    /// The seat that it gives: of no use to whoever does not know the way to its room.
    #[must_use]
    pub fn seat(&self) -> Option<&Seat> {
        match self {
            Self::Seated { seat, .. } | Self::Back { seat, .. } => Some(seat),
            _ => None,
        }
    }
}

impl CounsellorNews {
    /// The seats that it gives.
    #[must_use]
    pub fn held(&self) -> &[Held] {
        match self {
            Self::Seated { held, .. } => std::slice::from_ref(held),
            Self::Rooms(held) => held,
            _ => &[],
        }
    }
}
