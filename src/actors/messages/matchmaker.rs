//! To the matchmaker: what it is told and asked.

use actix::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use crate::dispatch::{
    Colleague, Counts as CountsNow, Input, LineFigures, MoveOutcome, Profile, TransferRefused, Wished,
};
use crate::ids::{AccountId, LineId, NodeId, SessionId, TicketId};
use crate::journal::{WriteFailed, Written};
use crate::storage::centre::codes::Code;
use crate::storage::centre::lines::Line;
use crate::storage::history::audit::Actor;

/// Something happened.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct Happens(pub(in crate::actors) Input);

/// From itself: the other nodes are sent what is for them.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct SendAll;

/// The heart asks whether the matchmaker is there.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct Ping;

/// The term of this matchmaker is over, and it with it.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct TermOver;

/// Somebody at this node follows a waiting ticket: its places go there as parcels, the present one first. `false` if
/// it does not wait (any more).
#[derive(Message, Serialize, Deserialize)]
#[rtype(result = "bool")]
pub(in crate::actors) struct Follow {
    pub(in crate::actors) ticket: TicketId,
    pub(in crate::actors) at: NodeId,
}

/// A talk is to be handed over. `Ok` says whether there is somebody to ask.
#[derive(Message, Serialize, Deserialize)]
#[rtype(result = "Result<bool, TransferRefused>")]
pub struct HandOver(pub Wished);

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

/// Lines were edited at another node: they are to be read again. Answered once what was on file when this was asked is
/// known here; `false` if it could not be read.
#[derive(Message, Serialize, Deserialize)]
#[rtype(result = "bool")]
pub struct ReadLines;

/// Codes as they are on file now; as [`LinesEdited`].
#[derive(Message)]
#[rtype(result = "()")]
pub struct CodesEdited {
    /// Those that changed, or more.
    pub codes: Vec<Code>,
}

/// Live figures of every line, in their order.
#[derive(Message, Serialize, Deserialize)]
#[rtype(result = "Vec<LineFigures>")]
pub struct LineStats {
    /// How far back their trend goes, in minutes.
    pub minutes: u16,
}

/// Everybody who counsels, by name.
#[derive(Message, Serialize, Deserialize)]
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

/// Somebody ended a log-in of theirs. Answered once it is on file that they are paused,
/// or at once if nothing changes by it: somebody who is at work by another log-in goes on working.
#[derive(Message, Serialize, Deserialize)]
#[rtype(result = "()")]
pub struct LoggedOut {
    pub account: AccountId,
    /// The log-in that is no more.
    pub session: SessionId,
}

/// A manager sends a waiting ticket to another line. Answered when it is on file.
#[derive(Message, Serialize, Deserialize)]
#[rtype(result = "MoveOutcome")]
pub struct MoveTicket {
    pub ticket: TicketId,
    /// The topic of the line.
    pub topic: String,
    pub reason: String,
    /// Who, for the audit.
    pub actor: Actor,
}

/// Counts for `/metrics`.
#[derive(Message)]
#[rtype(result = "CountsNow")]
pub struct Counts;
