//! Everything the journal can be asked to put on file, and what the referee may answer.
//!
//! Each write is one transaction in meaning: all of it or nothing. The journal commits many
//! together, and answers each only after that commit.
//!
//! Every decision names its keeper: *term* or *home* below says which. It changes nothing of a record
//! that another keeps, nor, if it is a term's, once another holds the lease; then its answer is `Fenced`.

pub use crate::dispatch::{HandOverRow, Keeper, MatchRow, SeatRow, TicketEnd, TicketRow, WriteFailed, Written};
use crate::ids::{AccountId, MemberId, NodeId, RoomId, SessionId, TicketId, TokenId};
use crate::network::Network;
use crate::protocol::{ClosedReason, EndReason, Intent, SeatState};
use crate::storage::history::audit::{Actor, NewEntry};
use crate::storage::people::sessions::{NewSession, Proof};
use crate::storage::talk::events::EventRow;
pub use crate::storage::talk::writes::{MessageRow, MoveRow, ShowRow, SitRow, WhisperRow};
use crate::time::Wall;

/// One thing to put on file.
#[derive(Clone, Debug)]
pub enum Write {
    /// Term. A ticket, waiting, with the next number of its line and day. → `Opened`, or `Duplicate` if
    /// this `client_id` (a UUID) is on file already. If this very ticket is on file already, what its row
    /// says is the answer: waiting, and it is the term's from now on, `Opened` with its number; else
    /// `Duplicate` with its own id.
    OpenTicket(TicketRow),
    /// Term. A ticket refused on the spot; it has a record but no number. → `Done`; or `Duplicate`, if it is on
    /// file already and is more than that
    RefuseTicket(TicketRow, ClosedReason),
    /// Term. The ticket is over without a room. Only if it is `WAITING`. → `Done` or `Stale`
    CloseTicket { ticket: TicketId, status: TicketEnd, reason: ClosedReason, at: Wall },
    /// Term. The match. Only if the ticket is `WAITING` and the counsellor has a place free.
    /// Opens the room with both seats, and with its home. → `Matched`, `Stale` or `Full`
    Match(Box<MatchRow>),
    /// Term. A ticket that waits and is nobody's is the term's from now on. → `Done` or `Stale`
    TakeTicket { ticket: TicketId },
    /// Home. A message. Only if the room is open and `seq` is its last plus one.
    /// → `Done`, `Stale` (the room is closed), `Gap` (another `seq` is next) or `Said` (this
    /// sender's `client_id` is on file already; nothing is written)
    Say(Box<MessageRow>),
    /// Home. Somebody sits down in a room, with the audit of it. Only if the room is open.
    /// → `Done` or `Stale`
    Sit(Box<SitRow>),
    /// Home. A watcher becomes a member whom the others see, or watches again, with the audit of it. Only
    /// if the room is open. → `Done` or `Stale`
    Show(Box<ShowRow>),
    /// Home. Something said between staff. Only if the room is open.
    /// → `Done`, `Stale` (the room is closed) or `Whispered` (this sender's `client_id` is on file
    /// already; nothing is written)
    Whisper(Box<WhisperRow>),
    /// Home. A seat's state changed. → `Done`
    Seat { room: RoomId, member: MemberId, state: SeatState, at: Wall },
    /// A member has read up to `seq`; never goes back. → `Done`
    Seen { member: MemberId, seq: u32 },
    /// Home. The room is over, and the consultation with it: `WRAP_UP` if `wrap_up`, else `DONE`. The
    /// seats become `LEFT`; `note` is what they said about it; without a wrap-up the counsellor's place is free. Only if it is open.
    /// → `Done` or `Stale`
    EndRoom { room: RoomId, reason: EndReason, by: Option<MemberId>, note: Option<String>, at: Wall, wrap_up: bool },
    /// Home. The counsellor is lost: the room is over, the counsellor's place is free, and the
    /// consultation is `WAITING` again at its old moment (R11), and nobody's until a term takes it.
    /// → `Done` or `Stale`
    ReturnTicket { room: RoomId, at: Wall },
    /// Home. The talk is handed over: as `ReturnTicket`, and the consultation is of the line that goes with
    /// it, in which its number stays what it was. → `Done` or `Stale`
    HandOver(Box<HandOverRow>),
    /// Home. Another node keeps the room from here on; `None`: nobody does, and whoever likes may take it. Only if it
    /// is open. → `Done` or `Stale`
    HandOn { room: RoomId, to: Option<NodeId>, at: Wall },
    /// Term. A ticket goes to another line, with the audit of it. Only if it is `WAITING`. → `Done` or
    /// `Stale`
    MoveTicket(Box<MoveRow>),
    /// Term, if its time is over; else anybody. The counsellor's wrap-up of a consultation of theirs that has
    /// ended; `WRAP_UP` becomes `DONE` and frees the place. May be sent again later to correct it; what is `None` stays. Of a
    /// room that was handed over it is the giver's part, and stands beside the record.
    /// → `WrappedUp` or `Stale` (not theirs, or not ended)
    WrapUp { room: RoomId, counsellor: AccountId, result_code: Option<String>, memo: Option<String>, at: Wall },
    /// The desk's score, after the end; the same score again is the same rating. → `Done` or `Stale`
    /// (not its room, not ended, rated otherwise)
    Rate { room: RoomId, member: MemberId, score: u8, comment: Option<String>, at: Wall },
    /// Term. Something happened around a consultation that its row does not say. → `Done`
    Happened { what: Box<EventRow>, at: Wall },
    /// Term. What a counsellor wants, and how many rooms at once (`None`: as before). → `Done`
    SetIntent { account: AccountId, intent: Intent, reason: Option<String>, capacity: Option<u16>, at: Wall },
    /// Somebody logged in, and the audit of it. Only if the password and the account are as they
    /// were found, and what proved the second factor was not used before. → `Done` or `Stale`
    LogIn(Box<LogInRow>),
    /// Sessions were used; written in batches by its caller. → `Done`
    TouchSessions { sessions: Vec<(SessionId, Wall)> },
    /// The same for API tokens. → `Done`
    TouchTokens { tokens: Vec<(TokenId, Wall)> },
    /// Somebody reads personal data, or tried to log in. → `Done`
    Audit { actor: Box<Actor>, entry: Box<NewEntry>, at: Wall },
}

/// The journal takes nothing any more.
pub(super) fn stopped() -> WriteFailed {
    WriteFailed::Storage("the journal has stopped".into())
}

/// A log-in as it goes on file.
#[derive(Clone, Debug)]
pub struct LogInRow {
    pub session: NewSession,
    /// What the password was found to fit.
    pub password_hash: String,
    /// What proved the second factor.
    pub proof: Proof,
    /// From where: known to the account from now on.
    pub network: Network,
    /// The log-in this browser had; it ends.
    pub instead_of: Option<SessionId>,
    /// Who, for the audit.
    pub actor: Actor,
    pub entry: NewEntry,
    pub at: Wall,
}
