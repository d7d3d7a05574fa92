//! What the matchmaker is told and asked.

use actix::prelude::*;
use serde::Serialize;
use tokio::sync::oneshot;
use utoipa::ToSchema;

use super::{Asker, LineTrend, MoveOutcome, StaffProfile};
use crate::actors::CounsellorPass;
use crate::actors::counsellor::Counsellor;
use crate::actors::desk::Desk;
use crate::actors::door::Door;
use crate::actors::outbox::Outbox;
use crate::actors::room::Seat;
use crate::actors::socket::{News, Peer, Socket};
use crate::ids::{AccountId, DeskId, LineId, MemberId, OfferId, RoomId, SessionId, TicketId};
use crate::journal::{WriteFailed, Written};
use crate::matching::CloseCause;
use crate::protocol::{ClosedReason, ErrorCode, LineInfo};
use crate::storage::codes::Code;
use crate::storage::lines::Line;
use crate::tokens::Claims;

/// The way to the actor of one socket.
pub(in crate::actors) struct Handle<P: Peer> {
    pub(in crate::actors) to: Addr<Socket<P>>,
    pub(in crate::actors) outbox: Outbox,
}

impl<P: Peer> Handle<P> {
    pub(in crate::actors) fn generation(&self) -> u64 {
        self.outbox.generation()
    }

    pub(in crate::actors) fn tell(&self, news: P::News) {
        self.to.do_send(News(news));
    }
}

/// A desk's socket, with the thread it lives on: its room will live there too.
pub(in crate::actors) struct DeskHandle {
    pub(in crate::actors) socket: Handle<Desk>,
    pub(in crate::actors) thread: ArbiterHandle,
}

/// A desk asks.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct Ask {
    pub(in crate::actors) from: DeskHandle,
    pub(in crate::actors) session: SessionId,
    pub(in crate::actors) desk: Option<DeskId>,
    pub(in crate::actors) rehearses: bool,
    /// Whom the request counts for; a rehearsal counts for nobody.
    pub(in crate::actors) asker: Option<Asker>,
    pub(in crate::actors) client_id: String,
    pub(in crate::actors) topic: String,
    pub(in crate::actors) language: Option<String>,
    pub(in crate::actors) nickname: Option<String>,
    pub(in crate::actors) note: Option<String>,
    pub(in crate::actors) priority: u8,
}

/// A desk shows a token that was read and found good.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct ComeBack {
    pub(in crate::actors) from: DeskHandle,
    pub(in crate::actors) claims: Claims,
    pub(in crate::actors) after: Option<u32>,
    /// From where.
    pub(in crate::actors) asker: Option<Asker>,
}

/// From the socket of a desk that has asked.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) enum FromDesk {
    /// The request was repeated: say again where it stands.
    Repeat { generation: u64 },
    /// Give the ticket up.
    Cancel { generation: u64 },
    /// The socket is gone.
    Gone { generation: u64 },
}

/// A counsellor's socket is open.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct Arrive {
    pub(in crate::actors) from: Handle<Counsellor>,
    pub(in crate::actors) pass: CounsellorPass,
}

/// From a counsellor's socket; ignored unless it is the newest of the account.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct FromCounsellor {
    pub(in crate::actors) account: AccountId,
    pub(in crate::actors) generation: u64,
    pub(in crate::actors) what: Wish,
}

/// What a counsellor does.
pub(in crate::actors) enum Wish {
    Open { lines: Option<Vec<String>>, capacity: Option<u16> },
    Pause { reason: Option<String> },
    Accept(OfferId),
    Decline(OfferId),
    WrapUp { room: RoomId, result_code: String, memo: Option<String> },
    Transfer { room: RoomId, to: Receiver, note: Option<String> },
    CancelTransfer { room: RoomId },
    Gone,
}

/// What became of a write.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct Filed {
    pub(in crate::actors) what: Filing,
    pub(in crate::actors) answer: Result<Written, WriteFailed>,
}

/// Which write it was.
pub(in crate::actors) enum Filing {
    Ticket(TicketId),
    Refusal(TicketId, ClosedReason),
    Close(TicketId, CloseCause),
    Match(Box<Proposal>),
    WrapUp { account: AccountId, room: RoomId, generation: Option<u64> },
    Move { ticket: TicketId, line: LineId, told: oneshot::Sender<MoveOutcome> },
}

/// A match on its way to the referee.
pub(in crate::actors) struct Proposal {
    pub(in crate::actors) ticket: TicketId,
    pub(in crate::actors) counsellor: AccountId,
    pub(in crate::actors) room: RoomId,
    pub(in crate::actors) desk_seat: MemberId,
    pub(in crate::actors) counsellor_seat: MemberId,
}

/// A room's end is on file.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct RoomOver {
    pub(in crate::actors) room: RoomId,
    /// Its ticket waits again (R11).
    pub(in crate::actors) returns: bool,
    /// It was handed over: its ticket is of this line now.
    pub(in crate::actors) handed_over: Option<LineId>,
}

/// A room that was to be handed over was not: it ends otherwise, or its end was not stored.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct NotTransferred {
    pub(in crate::actors) room: RoomId,
}

/// A room's actor has stopped.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct RoomGone {
    pub(in crate::actors) room: RoomId,
}

/// A counsellor's seat, and whether it only waits for the wrap-up.
pub(in crate::actors) struct Held {
    pub(in crate::actors) seat: Seat,
    pub(in crate::actors) wrap_up: bool,
}

/// The disk takes writes again, or refuses them.
#[derive(Message)]
#[rtype(result = "()")]
pub struct JournalHealth(pub bool);

/// The node drains: no new tickets, no new matches.
#[derive(Message)]
#[rtype(result = "()")]
pub struct Drain;

/// Lines as they are on file now, because they were made, edited or deleted. What is older than what
/// is known is passed over, so they may come in any order.
#[derive(Message)]
#[rtype(result = "()")]
pub struct LinesEdited {
    /// Those that changed, or more.
    pub lines: Vec<Line>,
}

/// Codes as they are on file now; as [`LinesEdited`].
#[derive(Message)]
#[rtype(result = "()")]
pub struct CodesEdited {
    /// Those that changed, or more.
    pub codes: Vec<Code>,
}

/// The lines as people see them now, in their order.
#[derive(Message)]
#[rtype(result = "Vec<LineInfo>")]
pub struct LinesNow;

/// Live figures of every line, in their order.
#[derive(Message)]
#[rtype(result = "Vec<LineFigures>")]
pub struct LineStats {
    /// How far back their trend goes, in minutes.
    pub minutes: u16,
}

/// Live figures of one line.
#[derive(Clone, Debug, Serialize, ToSchema)]
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

/// Somebody who may counsel was edited, or lost their access.
#[derive(Message)]
#[rtype(result = "()")]
pub struct StaffEdited {
    /// Who they are now.
    pub profile: StaffProfile,
    /// Whether they may log in. If not they get no more offers; their rooms end as if the socket
    /// were lost, once [`crate::actors::Sockets::end`] has closed it.
    pub has_access: bool,
}

/// The way into a room by a socket of its own. `None` if there is no such open room here.
#[derive(Message)]
#[rtype(result = "Option<Door>")]
pub(in crate::actors) struct FindRoom {
    pub(in crate::actors) room: RoomId,
}

/// An admin ends a room. `false` if there is no such open room here.
#[derive(Message)]
#[rtype(result = "bool")]
pub struct EndRoom {
    /// The room.
    pub room: RoomId,
    /// What they say about it.
    pub note: Option<String>,
}

/// To whom a talk is handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// Whoever of the line with this topic can take it.
    Line(String),
    /// This colleague.
    Colleague(AccountId),
}

/// A manager hands a room over. `Ok` says whether there is somebody to ask.
#[derive(Message)]
#[rtype(result = "Result<bool, TransferRefused>")]
pub struct MoveRoom {
    /// The room.
    pub room: RoomId,
    /// To whom.
    pub to: Receiver,
    /// Why; the receiver reads it.
    pub reason: String,
    /// The manager.
    pub by: AccountId,
}

/// Why a talk is not being handed over, with what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferRefused {
    /// What for.
    pub code: ErrorCode,
    /// In words.
    pub detail: String,
}

/// Follow a waiting ticket. `None` if it does not wait here (any more) or has
/// [`FOLLOWERS_MAX`] followers already.
#[derive(Message)]
#[rtype(result = "Option<tokio::sync::mpsc::Receiver<TicketEvent>>")]
pub struct FollowTicket {
    /// The ticket.
    pub ticket: TicketId,
}

/// Most followers of one ticket.
pub const FOLLOWERS_MAX: usize = 4;

/// What a follower of a ticket is told; the field `event` names the SSE event.
#[derive(Clone, Debug, Serialize)]
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

/// Counts for `/metrics`.
#[derive(Message)]
#[rtype(result = "CountsNow")]
pub struct Counts;

/// What [`Counts`] answers.
#[derive(Clone, Copy, Debug, Default, MessageResponse)]
pub struct CountsNow {
    /// Tickets waiting.
    pub waiting: u32,
    /// Offers outstanding.
    pub offers: u32,
    /// Counsellors with a socket.
    pub counsellors: u32,
    /// Open rooms on this node.
    pub rooms: u32,
    /// Matches since start.
    pub matches: u64,
}
