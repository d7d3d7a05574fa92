//! Everything that can happen, and everything that can be asked for: two closed enums.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::askers::Asker;
use super::comparison::Comparison;
use super::lines::{Line, ResultCode};
use super::parcels::{FromFront, SocketId, ToFront};
use super::put_right::{PutRight, RoomOnFile};
use super::rows::{TicketRow, Write, WriteFailed, Written};
use super::shown::Shown;
use crate::ids::{AccountId, DeskId, LineId, MemberId, NodeId, OfferId, RoomId, SessionId, TicketId};
use crate::matching::{self, CloseCause, Lobby};
use crate::protocol::{ClosedReason, Intent, LineInfo, Member};
use crate::room::{NewSeat, Purpose, Room, RoomRules, Said, Talk, Whispered};
use crate::time::{Mono, Now, Wall};

/// What a step needs of the world and cannot know by itself.
pub trait Outside {
    /// An id that nobody has.
    fn new_id(&mut self) -> uuid::Uuid;
    /// The token with which a desk takes its ticket back.
    fn token(&self, row: &TicketRow) -> String;
    /// What the lobby knows an asker by: the same for the same asker as long as the process lives.
    fn name(&self, asker: Asker) -> matching::Asker;
    /// The lobby made a step: for who checks it. `was_due`: when it wanted to be woken before.
    fn stepped(&mut self, _lobby: &Lobby, _was_due: Option<Mono>, _effects: &[matching::Effect]) {}
}

/// Something that happened. Each one is a step.
#[derive(Clone, Debug)]
pub enum Input {
    /// Something at a node, told by its front.
    From { node: NodeId, parcel: FromFront },
    /// Somebody who may counsel was edited, or lost their access.
    StaffEdited { profile: Profile, has_access: bool },
    /// What became of a `Store` with a name.
    Filed { what: PendingWrite, answer: Result<Written, WriteFailed> },
    /// A waiting ticket is of another line now, on file.
    Moved { ticket: TicketId, line: LineId },
    /// Lines as they are on file now. What is older than what is known is passed over.
    Lines(Vec<Line>),
    /// Result codes as they are on file now; as `Lines`.
    Results(Vec<ResultCode>),
    /// The disk takes writes again, or refuses them.
    Health(bool),
    /// The node drains: no new tickets, no new matches.
    Drain,
    /// It is to be looked how the lines stand, for their trend.
    Look,
    /// A node takes part: it may be the home of rooms.
    NodeUp(NodeId),
    /// It goes on for a while, but no room is to live there any more.
    NodeDraining(NodeId),
    /// The link to it is broken. Nothing is known of its people until it has announced itself again, or is gone: they
    /// are passed over, and no grace runs.
    NodeLost(NodeId),
    /// The records have it that it is gone, for good: its people are away as of now, its rooms are nobody's, and
    /// nothing that it still says is believed.
    NodeGone(NodeId),
    /// What the records say of what waits and what is open. Every two seconds while several nodes live.
    Compared(Comparison),
    /// What was asked for with [`Effect::ReadRooms`]; a room that is on file no more is left out.
    RoomsRead(Vec<RoomOnFile>),
    /// All nodes have announced who is there, or it was waited long enough: matching begins. For a term that
    /// took up what lives at other nodes.
    Match,
    /// Whether this term has the lease is in doubt: nothing is matched until [`Self::Match`].
    Suspend,
    /// Whoever was not announced by now is away as of now (R10).
    Away,
    /// A write was answered with [`Written::Fenced`] that has no name: another holds the lease.
    TermLost,
    /// The moment of [`super::Dispatch::next_deadline`] has come.
    Tick,
    /// What was asked for with [`Effect::Later`].
    Later(Later),
}

/// A desk asks.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Ask {
    pub from: SocketId,
    /// Drawn at the desk's node: said again, it is the same ticket (R1).
    pub ticket: TicketId,
    pub session: SessionId,
    /// The registered desk, if it is one.
    pub desk: Option<DeskId>,
    /// It plays in a rehearsal.
    pub rehearses: bool,
    /// Whom the request counts for; a rehearsal counts for nobody.
    pub asker: Option<Asker>,
    /// The request's idempotence key.
    pub client_id: String,
    /// What it is about: the code of a topic.
    pub topic: String,
    /// The language wanted.
    pub language: Option<String>,
    /// The visitor's own name for themselves.
    pub nickname: Option<String>,
    /// What it is about, in words.
    pub note: Option<String>,
    /// 0 to 9.
    pub priority: u8,
}

/// What a desk that has asked does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskWish {
    /// The request was repeated: say again where it stands.
    Repeat,
    /// Give the ticket up.
    Cancel,
    /// The socket is gone.
    Gone,
}

/// What a counsellor does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    /// They want work, from the lines with these topics, or from all of theirs.
    Open { lines: Option<Vec<String>>, capacity: Option<u16> },
    /// They want no more work.
    Pause { reason: Option<String> },
    /// They take an offer.
    Accept(OfferId),
    /// They turn an offer down.
    Decline(OfferId),
    /// They write a room up that is over.
    WrapUp { room: RoomId, result_code: String, memo: Option<String> },
    /// They hand a talk over, in which so many messages were said.
    Transfer { room: RoomId, to: Receiver, note: Option<String>, messages: u32 },
    /// They keep it after all.
    CancelTransfer { room: RoomId },
    /// The socket is gone.
    Gone,
}

/// To whom a talk is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// Whoever of the line with this topic can take it.
    Line(String),
    Colleague(AccountId),
}

/// What is on record about a counsellor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub account: AccountId,
    /// The name others see.
    pub name: String,
    /// Where the picture lies.
    pub picture: Option<String>,
    /// The lines served, with tiers.
    pub lines: Vec<(LineId, u8)>,
    /// Rooms at once.
    pub capacity: u16,
    /// What they want.
    pub intent: Intent,
    /// Why they paused.
    pub reason: Option<String>,
    /// The account's version.
    pub version: i32,
    /// It is test data.
    pub test: bool,
}

/// Which write it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PendingWrite {
    /// A new ticket.
    Ticket(TicketId),
    /// A ticket that was refused.
    Refusal(TicketId, ClosedReason),
    /// The end of a ticket that waited.
    Close(TicketId, CloseCause),
    Match(Box<Proposal>),
    /// A wrap-up; `asked` if the counsellor sent it, else its time was over.
    WrapUp {
        account: AccountId,
        room: RoomId,
        asked: bool,
    },
}

/// A match on its way to the referee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub ticket: TicketId,
    pub counsellor: AccountId,
    /// The room it will be.
    pub room: RoomId,
    /// Where that will live.
    pub home: NodeId,
    /// The visitor's seat.
    pub desk_seat: MemberId,
    /// The counsellor's seat.
    pub counsellor_seat: MemberId,
}

/// What is to be done later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Later {
    /// The time to write this room up is over.
    WrapUp(AccountId, RoomId),
    /// Places and queues are told.
    TellQueues,
    /// Once all that has come in by now is done: whose state changed is told it.
    TellChanged,
    /// A line opens or closes by its hours. There is one at a time: a later one replaces it.
    Hours,
    /// Matching goes on after a write failed, unless the journal is in ill health.
    GoOn,
}

/// Something that must happen outside.
#[derive(Debug)]
pub enum Effect {
    /// Have the front of a node do this.
    Parcel { to: NodeId, parcel: ToFront },
    /// Put it on file; with a name, answer with `Filed`. In order.
    Store { write: Write, what: Option<PendingWrite> },
    /// Another holds the lease: this one decides nothing more, and says so once.
    TermLost,
    /// Read what is on file about these rooms, and answer with [`Input::RoomsRead`].
    ReadRooms(Vec<RoomId>),
    /// Show it to whoever watches.
    Show(Shown),
    /// The lines as people see them now.
    Posted(Vec<LineInfo>),
    /// Something of this account's is on file: what they read next must have it.
    Wrote(AccountId),
    /// Come back with `Later` after so long.
    Later { wait: Duration, what: Later },
    /// For the log.
    Noted(Noted),
}

/// What a room is started with.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Opening {
    pub room: RoomId,
    /// What stays the same for its life.
    pub talk: Talk,
    pub rules: RoomRules,
    /// Who has a seat.
    pub seats: Vec<NewSeat>,
    /// Who had a seat in the rooms it continues, oldest first.
    pub former: Vec<Member>,
    /// The last sequence number used, and what was said lately, oldest first.
    pub last_seq: u32,
    pub recent: Vec<Said>,
    /// The latest whispers, oldest first.
    pub whispers: Vec<Whispered>,
    /// When it was opened.
    #[serde(with = "crate::time::exact")]
    pub opened_at: Wall,
    /// Whether its end is followed by a wrap-up.
    pub wraps_up: bool,
    /// Seats held for supervisors who were there before a restart.
    pub held: Vec<(AccountId, MemberId)>,
    /// It lives on the thread of this socket, if that is there.
    pub beside: Option<SocketId>,
}

impl Opening {
    /// The room as it begins at `now`, and what it is for.
    #[must_use]
    pub fn begin(self, now: Now) -> (Room, Purpose) {
        let Self { room, talk, rules, seats, former, last_seq, recent, whispers, wraps_up, .. } = self;
        let core = Room::new(room, Some(talk.ticket), rules, seats, last_seq, recent, now);
        (core.with_whispers(whispers).with_former(former), Purpose::Talk { talk, wraps_up })
    }
}

/// What an operator may want to read in the log.
#[derive(Clone, Debug)]
pub enum Noted {
    /// A match is on file.
    Matched { ticket: TicketId, room: RoomId, account: AccountId },
    /// A talk goes to who accepted it.
    HandsOver { ticket: TicketId, room: RoomId, to: AccountId },
    /// A waiting ticket is of another line.
    Moved { ticket: TicketId, line: LineId },
    /// R6: a counsellor missed too many offers and is paused.
    Benched { account: AccountId },
    /// A match or a ticket could not be stored: matching waits.
    Holds(WriteFailed),
    /// A refusal did not reach the disk.
    RefusalLost { ticket: TicketId, failed: WriteFailed },
    /// The journal gave an answer that does not fit.
    Odd { ticket: TicketId, answer: Written },
    /// Opening hours that cannot be read: the line is always open.
    BadHours { topic: String, fault: String },
    /// The disk refuses writes, or takes them again.
    Health(bool),
    /// The records differed from what was known here, and were followed.
    PutRight(PutRight),
}
