//! What the journal alone puts on file and the core does not know as a row.

use crate::dispatch::SeatRow;
use crate::ids::{LineId, MemberId, MessageId, RoomId, TicketId, WhisperId};
use crate::protocol::MessageKind;
use crate::storage::history::audit::{Actor, NewEntry};
use crate::time::Wall;

/// Somebody who sits down in a room that lives, as it goes on file.
#[derive(Clone, Debug)]
pub struct SitRow {
    pub room: RoomId,
    pub seat: SeatRow,
    /// Where the picture lies.
    pub picture: Option<String>,
    pub watching: bool,
    /// For the audit, where it is audited: who, and the entry.
    pub audit: Option<(Actor, NewEntry)>,
    pub at: Wall,
}

/// A seat that is shown to the others, or no longer, as it goes on file.
#[derive(Clone, Debug)]
pub struct ShowRow {
    pub room: RoomId,
    pub member: MemberId,
    /// Whether it watches from here on.
    pub watching: bool,
    /// For the audit, where it is audited: who, and the entry.
    pub audit: Option<(Actor, NewEntry)>,
    pub at: Wall,
}

/// A whisper as it goes on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhisperRow {
    pub id: WhisperId,
    /// The room it is about.
    pub room: RoomId,
    /// Who whispers.
    pub from: MemberId,
    /// The sender's idempotence key in this room.
    pub client_id: String,
    pub body: String,
    pub at: Wall,
}

/// A ticket that goes to another line, as it goes on file.
#[derive(Clone, Debug)]
pub struct MoveRow {
    pub ticket: TicketId,
    /// Its line from here on.
    pub line: LineId,
    pub reason: String,
    /// Who, for the audit.
    pub actor: Actor,
    pub entry: NewEntry,
    pub at: Wall,
}

/// A message as it goes on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    pub id: MessageId,
    pub room: RoomId,
    /// 1, 2, 3 … in the room; a room that continues another goes on from its last.
    pub seq: u32,
    /// Who said it.
    pub from: MemberId,
    /// The sender's idempotence key in this room.
    pub client_id: String,
    pub kind: MessageKind,
    pub body: String,
    pub at: Wall,
}
