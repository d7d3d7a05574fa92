//! Everything the journal can be asked to put on file, and what the referee may answer.
//!
//! Each write is one transaction in meaning: all of it or nothing. The journal commits many
//! together, and answers each only after that commit.

pub use crate::dispatch::{HandOverRow, MatchRow, SeatRow, TicketEnd, TicketRow, WriteFailed, Written};
use crate::ids::{AccountId, MemberId, RoomId, SessionId, TicketId, TokenId};
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
    /// A ticket, waiting, with the next number of its line and day. → `Opened`, or `Duplicate` if
    /// this `client_id` (a UUID) is on file already.
    OpenTicket(TicketRow),
    /// A ticket refused on the spot; it has a record but no number. → `Done`
    RefuseTicket(TicketRow, ClosedReason),
    /// The ticket is over without a room. Only if it is `WAITING`. → `Done` or `Stale`
    CloseTicket { ticket: TicketId, status: TicketEnd, reason: ClosedReason, at: Wall },
    /// The match. Only if the ticket is `WAITING` and the counsellor has a place free.
    /// Opens the room with both seats. → `Matched`, `Stale` or `Full`
    Match(Box<MatchRow>),
    /// A message. Only if the room is open and `seq` is its last plus one.
    /// → `Done`, `Stale` (the room is closed), `Gap` (another `seq` is next) or `Said` (this
    /// sender's `client_id` is on file already; nothing is written)
    Say(Box<MessageRow>),
    /// Somebody sits down in a room, with the audit of it. Only if the room is open.
    /// → `Done` or `Stale`
    Sit(Box<SitRow>),
    /// A watcher becomes a member whom the others see, or watches again, with the audit of it. Only
    /// if the room is open. → `Done` or `Stale`
    Show(Box<ShowRow>),
    /// Something said between staff. Only if the room is open.
    /// → `Done`, `Stale` (the room is closed) or `Whispered` (this sender's `client_id` is on file
    /// already; nothing is written)
    Whisper(Box<WhisperRow>),
    /// A seat's state changed. → `Done`
    Seat { member: MemberId, state: SeatState, at: Wall },
    /// A member has read up to `seq`; never goes back. → `Done`
    Seen { member: MemberId, seq: u32 },
    /// The room is over, and the consultation with it: `WRAP_UP` if `wrap_up`, else `DONE`. The
    /// seats become `LEFT`; `note` is what they said about it; without a wrap-up the counsellor's place is free. Only if it is open.
    /// → `Done` or `Stale`
    EndRoom { room: RoomId, reason: EndReason, by: Option<MemberId>, note: Option<String>, at: Wall, wrap_up: bool },
    /// The counsellor is lost: the room is over, the counsellor's place is free, and the
    /// consultation is `WAITING` again at its old moment (R11). → `Done` or `Stale`
    ReturnTicket { room: RoomId, at: Wall },
    /// The talk is handed over: as `ReturnTicket`, and the consultation is of the line that goes with
    /// it, in which its number stays what it was. → `Done` or `Stale`
    HandOver(Box<HandOverRow>),
    /// A ticket goes to another line, with the audit of it. Only if it is `WAITING`. → `Done` or
    /// `Stale`
    MoveTicket(Box<MoveRow>),
    /// The counsellor's wrap-up of a consultation of theirs that has ended; `WRAP_UP` becomes
    /// `DONE` and frees the place. May be sent again later to correct it; what is `None` stays. Of a
    /// room that was handed over it is the giver's part, and stands beside the record.
    /// → `WrappedUp` or `Stale` (not theirs, or not ended)
    WrapUp { room: RoomId, counsellor: AccountId, result_code: Option<String>, memo: Option<String>, at: Wall },
    /// The desk's score, after the end; the same score again is the same rating. → `Done` or `Stale`
    /// (not its room, not ended, rated otherwise)
    Rate { room: RoomId, member: MemberId, score: u8, comment: Option<String>, at: Wall },
    /// Something happened around a consultation that its row does not say. → `Done`
    Happened { what: Box<EventRow>, at: Wall },
    /// What a counsellor wants, and how many rooms at once (`None`: as before). → `Done`
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
