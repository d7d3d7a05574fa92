//! What is put on file, as plain rows, and what the referee may answer.

use serde_json::Value;

use crate::ids::{
    AccountId, DeskId, LineId, MemberId, MessageId, NodeId, RoomId, SessionId, TermId, TicketId, WhisperId,
};
use crate::protocol::{ClosedReason, Intent, Role};
use crate::time::Wall;

/// Who decides: on whose behalf something is put on file. Of a record that another keeps nothing is changed, and
/// the answer is [`Written::Fenced`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keeper {
    /// Whoever holds the lease in this term: decides about what waits, and who talks to whom.
    Term(TermId),
    /// The home of a room: decides about it as long as it is open.
    Home(NodeId),
    /// Whoever likes: what is written has no keeper, and its own conditions are all there is to it.
    Anybody,
}

/// One thing to put on file. What each means on file, and when it is `Stale`, the journal says.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// A ticket, waiting. → `Opened`, or `Duplicate`
    OpenTicket(TicketRow),
    /// A ticket refused on the spot. → `Done`
    RefuseTicket(TicketRow, ClosedReason),
    /// The ticket is over without a room. → `Done` or `Stale`
    CloseTicket { ticket: TicketId, status: TicketEnd, reason: ClosedReason, at: Wall },
    /// The match. → `Matched`, `Stale` or `Full`
    Match(Box<MatchRow>),
    /// A ticket that came back from a room, and is nobody's, is this term's. → `Done` or `Stale`
    TakeTicket { ticket: TicketId },
    /// The counsellor's wrap-up, or the end of its time. → `WrappedUp` or `Stale`
    WrapUp { room: RoomId, counsellor: AccountId, result_code: Option<String>, memo: Option<String>, at: Wall },
    /// Something happened around a consultation that its row does not say. → `Done`
    Happened { what: Box<EventRow>, at: Wall },
    /// What a counsellor wants, and how many rooms at once (`None`: as before). → `Done`
    SetIntent { account: AccountId, intent: Intent, reason: Option<String>, capacity: Option<u16>, at: Wall },
}

impl Write {
    /// Who is to decide it, in this term: the term, but for a wrap-up that its counsellor has sent.
    #[must_use]
    pub fn keeper(&self, term: TermId) -> Keeper {
        match self {
            Self::WrapUp { result_code: Some(_), .. } => Keeper::Anybody,
            _ => Keeper::Term(term),
        }
    }
}

/// What the referee said about a write that reached the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// Committed.
    Done,
    /// The ticket is on file with this number of its line's day; the shown form is `A-017`.
    Opened { number: String },
    /// The request is on file already under this ticket. Under its own: it was put on file before, and waits no
    /// more.
    Duplicate { ticket: TicketId },
    /// The room is open; its sequence goes on from here: 0, or where the room it continues ended.
    Matched { last_seq: u32 },
    /// The wrap-up is on file; `freed` if it was that which freed a place.
    WrappedUp { freed: bool },
    /// The message is on file already. `same` if the body is the same too.
    Said { seq: u32, id: MessageId, at: Wall, same: bool },
    /// The whisper is on file already. `same` if the body is the same too.
    Whispered { id: WhisperId, at: Wall, same: bool },
    /// The record was not in the state this write needs; nothing changed.
    Stale,
    /// The counsellor has no place free on record; nothing changed.
    Full,
    /// The sequence number is not the next one; nothing changed.
    Gap,
    /// Another keeps the record, or holds the lease; nothing changed. Whoever is told so has nothing to decide any
    /// more, and says nothing more.
    Fenced,
}

/// The write did not reach the disk; nothing changed. The text is for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WriteFailed {
    /// The journal's queue is full (`journal::QUEUE_MAX`).
    #[error("the journal is overloaded")]
    Busy,
    /// The database refused or is not there.
    #[error("not stored: {0}")]
    Storage(String),
}

/// A ticket as it goes on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRow {
    /// Also the consultation's id.
    pub ticket: TicketId,
    pub line: LineId,
    /// The registered desk, if it is one.
    pub desk: Option<DeskId>,
    pub session: SessionId,
    /// The request's idempotence key; unique on file if it is a UUID.
    pub client_id: String,
    /// The language asked for.
    pub language: String,
    /// The visitor's own name for themselves.
    pub nickname: Option<String>,
    /// What it is about.
    pub note: Option<String>,
    /// 0 to 9.
    pub priority: u8,
    /// The moment that decides its place.
    pub requested_at: Wall,
    /// The day its number counts in, `YYYYMMDD` in the office's time zone.
    pub day: u32,
    /// The wait range that was shown, for the error of prediction (R13).
    pub predicted_s: Option<[u32; 2]>,
}

/// A match as it goes on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchRow {
    /// The ticket, also the consultation.
    pub ticket: TicketId,
    /// The new room.
    pub room: RoomId,
    /// Where it will live: its keeper.
    pub home: NodeId,
    pub counsellor: AccountId,
    /// The two seats.
    pub seats: [SeatRow; 2],
    /// Committed moment of the match.
    pub at: Wall,
    /// Why this pair (R14), JSON.
    pub explanation: String,
}

/// A seat as it goes on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatRow {
    pub member: MemberId,
    /// What they are here.
    pub role: Role,
    /// The account, for staff.
    pub account: Option<AccountId>,
    /// The visit, for a desk.
    pub session: Option<SessionId>,
    /// The name to show.
    pub name: String,
}

/// With which status a waiting ticket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketEnd {
    /// `CANCELLED`: the desk gave up.
    Cancelled,
    /// `ABANDONED`: the desk did not come back.
    Abandoned,
    /// `EXPIRED`: waited too long, or nobody was there.
    Expired,
}

/// What may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// It rang at a counsellor's.
    Offered,
    /// They turned it down.
    Declined,
    /// They did not answer in time.
    Missed,
    /// It stopped ringing for another reason.
    Withdrawn,
    /// The counsellor was lost, and it waits again (R11).
    Returned,
    /// It is to be handed over; the detail says to whom.
    TransferAsked,
    /// It was not handed over; the detail says why.
    TransferEnded,
    /// It was handed over; the detail says to whom.
    Transferred,
    /// The ticket went to another line.
    Moved,
    /// Who handed it over wrote up their part.
    WroteUp,
    /// The desk gave a score.
    Rated,
    /// The wrap-up was sent again with other words; the detail has the earlier ones.
    Corrected,
    /// Result or memo were changed afterwards; the detail has the earlier ones.
    Edited,
}

impl EventKind {
    /// The code in the database and in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Offered => "OFFERED",
            Self::Declined => "DECLINED",
            Self::Missed => "MISSED",
            Self::Withdrawn => "WITHDRAWN",
            Self::Returned => "RETURNED",
            Self::TransferAsked => "TRANSFER_ASKED",
            Self::TransferEnded => "TRANSFER_ENDED",
            Self::Transferred => "TRANSFERRED",
            Self::Moved => "MOVED",
            Self::WroteUp => "WROTE_UP",
            Self::Rated => "RATED",
            Self::Corrected => "CORRECTED",
            Self::Edited => "EDITED",
        }
    }
}

/// Something to be put on file.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    /// To which consultation.
    pub ticket: TicketId,
    /// What.
    pub kind: EventKind,
    /// Who: an account's id, or `SYSTEM`.
    pub by: String,
    /// What else there is to say.
    pub detail: Value,
}

/// What makes a request unique on file: the desk it came from and its client id, if that is a
/// UUID. Anything shorter may be a counter that starts again with every page.
#[must_use]
pub fn request_key(desk: Option<DeskId>, client_id: &str) -> Option<String> {
    let id = uuid::Uuid::try_parse(client_id).ok()?;
    Some(desk.map_or_else(|| format!("PUBLIC:{id}"), |desk| format!("{desk}:{id}")))
}
