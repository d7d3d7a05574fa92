//! To the matchmaker: what it is told and asked.

use actix::prelude::*;
use tokio::sync::{mpsc, oneshot};

use super::news::News;
use super::room::RoomHandle;
use super::sockets::{CounsellorNews, DeskNews};
use crate::dispatch::{
    Colleague, Counts as CountsNow, Input, LineFigures, MoveOutcome, Profile, Receiver, SocketId, TicketEvent,
    TransferRefused,
};
use crate::ids::{AccountId, LineId, RoomId, SessionId, TicketId};
use crate::journal::{WriteFailed, Written};
use crate::storage::centre::codes::Code;
use crate::storage::centre::lines::Line;
use crate::storage::history::audit::Actor;

/// Something happened. With something at a socket that may not be known there yet comes the way to it.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct Happens {
    pub(in crate::actors) what: Input,
    pub(in crate::actors) at: Option<SocketHandle>,
}

impl Happens {
    pub(in crate::actors) fn new(what: Input) -> Self {
        Self { what, at: None }
    }

    /// At this socket.
    pub(in crate::actors) fn at(handle: SocketHandle, what: Input) -> Self {
        Self { what, at: Some(handle) }
    }
}

/// The way to who sits at a socket.
pub(in crate::actors) enum SocketHandle {
    Desk(SocketId, DeskHandle),
    Counsellor(SocketId, Recipient<News<CounsellorNews>>),
}

/// The way to a desk's socket, with the thread it lives on: its room will live there too.
#[derive(Clone)]
pub(in crate::actors) struct DeskHandle {
    pub(in crate::actors) to: Recipient<News<DeskNews>>,
    pub(in crate::actors) thread: ArbiterHandle,
}

/// What became of sending a ticket to another line.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct MoveFiled {
    pub(in crate::actors) ticket: TicketId,
    pub(in crate::actors) line: LineId,
    pub(in crate::actors) told: oneshot::Sender<MoveOutcome>,
    pub(in crate::actors) answer: Result<Written, WriteFailed>,
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

/// Live figures of every line, in their order.
#[derive(Message)]
#[rtype(result = "Vec<LineFigures>")]
pub struct LineStats {
    /// How far back their trend goes, in minutes.
    pub minutes: u16,
}

/// Everybody who counsels, by name.
#[derive(Message)]
#[rtype(result = "Vec<Colleague>")]
pub struct ColleaguesNow;

/// Somebody who may counsel was edited, or lost their access.
#[derive(Message)]
#[rtype(result = "()")]
pub struct StaffEdited {
    /// Who they are now.
    pub profile: Profile,
    /// Whether they may log in. If not they get no more offers; their rooms end as if the socket
    /// were lost, once [`crate::sockets::Sockets::end`] has closed it.
    pub has_access: bool,
}

/// Somebody ended a log-in of theirs. What comes back is told once it is on file that they are paused,
/// or at once if nothing changes by it: somebody who is at work by another log-in goes on working.
#[derive(Message)]
#[rtype(result = "oneshot::Receiver<()>")]
pub struct LoggedOut {
    pub account: AccountId,
    /// The log-in that is no more.
    pub session: SessionId,
}

/// The way into a room by a socket of its own. `None` if there is no such open room here.
#[derive(Message)]
#[rtype(result = "Option<RoomHandle>")]
pub struct FindRoom {
    pub room: RoomId,
}

/// An admin ends a room. `false` if there is no such open room here.
#[derive(Message)]
#[rtype(result = "bool")]
pub struct EndRoom {
    pub room: RoomId,
    /// What they say about it.
    pub note: Option<String>,
}

/// A manager hands a room over. `Ok` says whether there is somebody to ask.
#[derive(Message)]
#[rtype(result = "Result<bool, TransferRefused>")]
pub struct MoveRoom {
    pub room: RoomId,
    pub to: Receiver,
    /// Why; the receiver reads it.
    pub reason: String,
    /// The manager.
    pub by: AccountId,
}

/// A manager sends a waiting ticket to another line. The outcome comes when it is on file.
#[derive(Message)]
#[rtype(result = "oneshot::Receiver<MoveOutcome>")]
pub struct MoveTicket {
    pub ticket: TicketId,
    /// The topic of the line.
    pub topic: String,
    pub reason: String,
    /// Who, for the audit.
    pub actor: Actor,
}

/// Follow a waiting ticket. `None` if it does not wait here (any more) or has
/// [`FOLLOWERS_MAX`] followers already.
#[derive(Message)]
#[rtype(result = "Option<mpsc::Receiver<TicketEvent>>")]
pub struct FollowTicket {
    pub ticket: TicketId,
}

/// Most followers of one ticket.
pub const FOLLOWERS_MAX: usize = 4;

/// Counts for `/metrics`.
#[derive(Message)]
#[rtype(result = "CountsNow")]
pub struct Counts;
