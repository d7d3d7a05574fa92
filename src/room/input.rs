//! Everything that can happen to a room, and everything it can ask for: two closed enums.

use serde::{Deserialize, Serialize};

use crate::ids::{MemberId, MessageId, NodeId, RoomId, TicketId, WhisperId};
use crate::protocol::{CloseCode, EndReason, ErrorCode, Member, MessageKind, Role, SeatState, ServerFrame};
use crate::time::Wall;

use super::{Said, Whispered};

/// What a room needs to know of its line and its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomRules {
    /// How long the seat of a dropped socket is held.
    pub grace_s: u32,
    /// Most messages from one seat in [`super::RATE_WINDOW_S`]; one more closes the socket.
    pub messages_max: u32,
}

/// A seat as a room starts with it, or as somebody sits down in one that lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSeat {
    pub member: MemberId,
    /// What they are here.
    pub role: Role,
    /// The name to show.
    pub name: String,
    /// Where the picture lies.
    pub picture: Option<String>,
    /// What they have read, on file.
    pub seen: u32,
    /// `JOINED`: its socket attaches next. `AWAY`: it does not, and the seat is held. `LEFT`: it is
    /// there so that what was said from it has a name.
    pub state: SeatState,
    /// Hears everything, is not shown to the others, and may not speak to them.
    pub watching: bool,
}

/// A room as its members see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glance {
    /// Who is in it, as they are shown.
    pub members: Vec<Member>,
    /// The last sequence number on disk.
    pub last_seq: u32,
}

/// A message as it comes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Say {
    /// Who says it.
    pub from: MemberId,
    /// The sender's idempotence key.
    pub client_id: String,
    /// The words, within their bounds.
    pub body: String,
    /// What it is.
    pub kind: MessageKind,
    /// The id it will have.
    pub id: MessageId,
}

/// A whisper as it comes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whisper {
    /// Who whispers.
    pub from: MemberId,
    /// The sender's idempotence key.
    pub client_id: String,
    /// The words, within their bounds.
    pub body: String,
    /// The id it will have.
    pub id: WhisperId,
}

/// Who ends a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ender {
    Member(MemberId),
    /// A member who opened this group room.
    Creator(MemberId),
    /// Staff, from outside the room.
    Admin,
    /// The talk is handed over and goes on in another room.
    Transfer,
    /// A group room was ended on file, by those who may.
    Outside,
}

/// Something that happened. Between nodes goes what a member says; nothing else of it is anybody's to say there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// A member's socket is here. `after` is the last `seq` it has; without it nothing is replayed.
    #[serde(skip)]
    Attach { member: MemberId, after: Option<u32> },
    /// A member's socket dropped.
    #[serde(skip)]
    Detach { member: MemberId },
    /// A message.
    Say(Say),
    /// What became of a `StoreSay`.
    #[serde(skip)]
    SayStored { id: MessageId, answer: SayStored },
    /// A member writes, or stops.
    Typing { member: MemberId, on: bool },
    /// A member has read up to here.
    Seen { member: MemberId, seq: u32 },
    /// A member wants what came after `after`.
    Replay { member: MemberId, after: u32 },
    /// Somebody comes into the room: a new seat.
    #[serde(skip)]
    Sit(NewSeat),
    /// What became of a `StoreSit`.
    #[serde(skip)]
    SitStored { member: MemberId, answer: SeatStored },
    /// A watcher wants to be seen and heard.
    Join { member: MemberId },
    /// What became of a `StoreShow`.
    #[serde(skip)]
    ShowStored { member: MemberId, answer: SeatStored },
    /// A supervisor watches again; any other member gives the seat up.
    Leave { member: MemberId },
    /// Said between staff.
    Whisper(Whisper),
    /// What became of a `StoreWhisper`.
    #[serde(skip)]
    WhisperStored { id: WhisperId, answer: WhisperStored },
    /// A member wants the whispers so far.
    Recall { member: MemberId },
    /// The talk of this room, handed over, goes on in another; or nobody knows where.
    #[serde(skip)]
    Continued { next: Option<RoomId> },
    /// Somebody ends the room.
    #[serde(skip)]
    End(Ender),
    /// What became of a `StoreEnd`, `StoreReturn` or `StoreTransfer`.
    #[serde(skip)]
    EndStored(EndStored),
    /// This node drains: the room goes to that node, or (`None`) to whoever takes it.
    #[serde(skip)]
    HandOn { to: Option<NodeId> },
    /// What became of a `StoreHandOn`.
    #[serde(skip)]
    HandedOn { done: bool },
    /// The records have it that another node keeps this room.
    #[serde(skip)]
    Fenced,
    /// The moment of [`super::Room::next_deadline`] has come.
    #[serde(skip)]
    Tick,
}

impl Input {
    /// What a room that is being handed on still hears: what became of what it has put on file, and who is gone.
    /// All else is heard by the next one.
    pub(super) fn comes_in_spite_of_handing(&self) -> bool {
        matches!(
            self,
            Self::Detach { .. }
                | Self::SayStored { .. }
                | Self::SitStored { .. }
                | Self::ShowStored { .. }
                | Self::WhisperStored { .. }
                | Self::HandedOn { .. }
                | Self::Fenced
        )
    }
}

/// What the referee said about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SayStored {
    /// On disk.
    Done,
    /// On disk since earlier, under this `seq`; `same` if with the same body.
    Before { seq: u32, id: MessageId, at: Wall, same: bool },
    /// One before it failed, so its number was not the next.
    Gap,
    /// The room is closed on file.
    Closed,
    /// Not written.
    Failed,
}

/// What the referee said about a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatStored {
    /// On disk.
    Done,
    /// The room is closed on file.
    Closed,
    /// Not written.
    Failed,
}

/// What the referee said about a whisper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhisperStored {
    /// On disk.
    Done,
    /// On disk since earlier; `same` if with the same body.
    Before { id: WhisperId, at: Wall, same: bool },
    /// The room is closed on file.
    Closed,
    /// Not written.
    Failed,
}

/// What the referee said about the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndStored {
    /// On disk.
    Done,
    /// It was closed on file already.
    Stale,
    /// Not written; the room goes on.
    Failed,
}

/// Something that must happen outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// To one member, if a socket is there.
    Send { to: MemberId, frame: ServerFrame },
    /// To every member with a socket, but this one.
    Tell { except: Option<MemberId>, frame: ServerFrame },
    /// To one member, in this order, as one piece.
    SendAll { to: MemberId, frames: Vec<ServerFrame> },
    /// To one member, in this order, as one piece.
    Catch { to: MemberId, missed: Vec<Said> },
    /// To one member, from disk: the messages after `after` up to `upto`.
    CatchFromDisk { to: MemberId, after: u32, upto: u32 },
    /// Close the member's socket.
    Shut { member: MemberId, code: CloseCode },
    /// Put the message on file; answer with `SayStored`. In order.
    StoreSay(Said),
    /// Put the new seat on file; answer with `SitStored`.
    StoreSit(NewSeat),
    /// Put on file whether the seat watches; answer with `ShowStored`.
    StoreShow { member: MemberId, watching: bool },
    /// Put the whisper on file; answer with `WhisperStored`.
    StoreWhisper(Whispered),
    /// The member has the seat, or has it in another way: tell them.
    Seated { member: MemberId, watching: bool },
    /// There is no seat for them: say so and close.
    NotSeated { member: MemberId, code: ErrorCode, detail: &'static str },
    /// The seat is given up: nothing more reaches its socket, which closes with 1000.
    Gone { member: MemberId },
    /// Put the seat's state on file.
    StoreSeat { member: MemberId, state: SeatState },
    /// Put on file how far the member has read.
    StoreSeen { member: MemberId, seq: u32 },
    /// Put the end on file; answer with `EndStored`.
    StoreEnd { reason: EndReason, by: Option<MemberId> },
    /// Put on file that the room is over and its ticket waits again (R11); answer with `EndStored`.
    StoreReturn,
    /// The same because it is handed over; answer with `EndStored`.
    StoreTransfer,
    /// It was to be handed over and is not: it ends otherwise, or its end was not stored.
    NotTransferred,
    /// Put on file, behind all else, that this node keeps the room: `None` is nobody; answer with `HandedOn`.
    StoreHandOn { to: Option<NodeId> },
    /// It was handed on, there or to nobody: this one is gone, and whoever has a socket of this node comes back.
    HandedOn { to: Option<NodeId> },
    /// It was to be handed on and stays. Whoever has a socket of this node is sent away all the same.
    Stays,
    /// Another node has the room: this one is gone, without a word to anybody.
    Stop,
    /// Seats or the life of the room changed: whoever shows it should look again.
    Changed,
    /// To the counsellor, whose state lists the room: how it looks now. Before anything else that says so.
    Glance { to: MemberId, glance: Glance },
    /// The room is over, on file, and its members know. `returns`: its ticket waits again.
    Over { room: RoomId, ticket: Option<TicketId>, reason: EndReason, by: Option<MemberId>, returns: bool },
}
