//! What the journal alone puts on file and the core does not know as a row.

use crate::dispatch::SeatRow;
use crate::ids::{LineId, MemberId, MessageId, RoomId, TicketId, WhisperId};
use crate::protocol::MessageKind;
use crate::storage::history::audit::{Actor, NewEntry};
use crate::time::Wall;

/// Somebody who sits down in a room that lives, as it goes on file.
#[derive(Clone, Debug)]
pub struct SitRow {
    /// The room.
    pub room: RoomId,
    /// The seat.
    pub seat: SeatRow,
    /// Where the picture lies.
    pub picture: Option<String>,
    /// Whether it watches.
    pub watching: bool,
    /// For the audit, where it is audited: who, and the entry.
    pub audit: Option<(Actor, NewEntry)>,
    /// When.
    pub at: Wall,
}

/// A seat that is shown to the others, or no longer, as it goes on file.
#[derive(Clone, Debug)]
pub struct ShowRow {
    /// The room.
    pub room: RoomId,
    /// The seat.
    pub member: MemberId,
    /// Whether it watches from here on.
    pub watching: bool,
    /// For the audit, where it is audited: who, and the entry.
    pub audit: Option<(Actor, NewEntry)>,
    /// When.
    pub at: Wall,
}

/// A whisper as it goes on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhisperRow {
    /// The whisper.
    pub id: WhisperId,
    /// The room it is about.
    pub room: RoomId,
    /// Who whispers.
    pub from: MemberId,
    /// The sender's idempotence key in this room.
    pub client_id: String,
    /// The words.
    pub body: String,
    /// When.
    pub at: Wall,
}

/// A ticket that goes to another line, as it goes on file.
#[derive(Clone, Debug)]
pub struct MoveRow {
    /// The ticket.
    pub ticket: TicketId,
    /// Its line from here on.
    pub line: LineId,
    /// Why.
    pub reason: String,
    /// Who, for the audit.
    pub actor: Actor,
    /// The audit's entry.
    pub entry: NewEntry,
    /// When.
    pub at: Wall,
}

/// A message as it goes on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// The message.
    pub id: MessageId,
    /// Its room.
    pub room: RoomId,
    /// 1, 2, 3 … in the room; a room that continues another goes on from its last.
    pub seq: u32,
    /// Who said it.
    pub from: MemberId,
    /// The sender's idempotence key in this room.
    pub client_id: String,
    /// What it is.
    pub kind: MessageKind,
    /// The words.
    pub body: String,
    /// When.
    pub at: Wall,
}
