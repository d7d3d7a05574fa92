//! What a room puts on file, as plain rows, and which write an answer is about.

use serde::{Deserialize, Serialize};

use super::{NewSeat, Said, Whispered};
use crate::ids::{AccountId, LineId, MemberId, MessageId, NodeId, RoomId, WhisperId};
use crate::protocol::{EndReason, SeatState};
use crate::time::Wall;

/// One thing to put on file about a room. What each means on file, and when it is `Stale`, the journal says.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// A message. → `Done`, `Stale`, `Gap` or `Said`
    Say(Said),
    /// Somebody sits down; `account` for staff. → `Done` or `Stale`
    Sit { seat: NewSeat, account: Option<AccountId>, audit: Option<Audit>, at: Wall },
    /// A watcher is shown to the others, or watches again. → `Done` or `Stale`
    Show { member: MemberId, watching: bool, audit: Option<Audit>, at: Wall },
    /// Something said between staff. → `Done`, `Stale` or `Whispered`
    Whisper(Whispered),
    /// A seat's state changed. → `Done`
    Seat { member: MemberId, state: SeatState, at: Wall },
    /// A member has read up to `seq`. → `Done`
    Seen { member: MemberId, seq: u32 },
    /// The room is over. → `Done` or `Stale`
    End { reason: EndReason, by: Option<MemberId>, note: Option<String>, wraps_up: bool, at: Wall },
    /// The room is over, and its ticket waits again (R11). → `Done` or `Stale`
    Return { at: Wall },
    /// The same, as the talk is handed over. → `Done` or `Stale`
    HandOver(Box<HandOverRow>),
    /// Another node keeps the room from here on; `None`: nobody does. → `Done` or `Stale`
    HandOn { to: Option<NodeId>, at: Wall },
    /// Only that something was done. → `Done`
    Audit { audit: Audit, at: Wall },
}

/// Which write it was, where the room waits for the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PendingWrite {
    Say(MessageId),
    /// A new seat.
    Sit(MemberId),
    /// Whether a seat watches.
    Show(MemberId),
    Whisper(WhisperId),
    /// The end, whichever it is.
    End,
    /// That another keeps it.
    HandOn,
}

/// What the audit is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audit {
    /// Who did it.
    pub by: ActsAs,
    /// What: `ROOM_JOINED`, `ROOM_WATCHED`, `ROOM_ENDED`.
    pub action: &'static str,
}

/// As whom the audit names somebody; as they were when they came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActsAs {
    /// The account's id.
    pub id: String,
    pub name: String,
    pub role: String,
    /// The address the request came from.
    pub address: String,
    /// The request's id, as in the log.
    pub request_id: String,
}

/// A talk that is handed over, as it goes on file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOverRow {
    /// The room that ends.
    pub room: RoomId,
    /// The line the consultation is of from here on.
    pub line: LineId,
    /// Who accepted it.
    pub to: AccountId,
    /// Who wished it: the giver, or a manager.
    pub by: AccountId,
    /// What they said about it.
    pub note: Option<String>,
    #[serde(with = "crate::time::exact")]
    pub at: Wall,
}
