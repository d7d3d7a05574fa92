//! Everything that can happen to a room, and everything it can ask for: two closed enums.

use crate::ids::{MemberId, MessageId, RoomId, TicketId};
use crate::protocol::{CloseCode, EndReason, MessageKind, Role, SeatState, ServerFrame};
use crate::time::Wall;

use super::Said;

/// What a room needs to know of its line and its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomRules {
    /// How long the seat of a dropped socket is held.
    pub grace_s: u32,
    /// Most messages from one seat in [`super::RATE_WINDOW_S`]; one more closes the socket.
    pub messages_max: u32,
}

/// A seat as a room starts with it; its socket attaches next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSeat {
    /// The seat.
    pub member: MemberId,
    /// What they are here.
    pub role: Role,
    /// The name to show.
    pub name: String,
    /// Where the picture lies.
    pub picture: Option<String>,
    /// What they have read, on file.
    pub seen: u32,
    /// No socket is about to attach: the seat is shown as `AWAY` from the start.
    pub away: bool,
}

/// A message as it comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// Who ends a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ender {
    /// A member.
    Member(MemberId),
    /// Staff, from outside the room.
    Admin,
    /// The talk is handed over and goes on in another room.
    Transfer,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A member's socket is here. `after` is the last `seq` it has; without it nothing is replayed.
    Attach { member: MemberId, after: Option<u32> },
    /// A member's socket dropped.
    Detach { member: MemberId },
    /// A message.
    Say(Say),
    /// What became of a `StoreSay`.
    SayStored { id: MessageId, answer: SayStored },
    /// A member writes, or stops.
    Typing { member: MemberId, on: bool },
    /// A member has read up to here.
    Seen { member: MemberId, seq: u32 },
    /// A member wants what came after `after`.
    Replay { member: MemberId, after: u32 },
    /// Somebody ends the room.
    End(Ender),
    /// What became of a `StoreEnd`, `StoreReturn` or `StoreTransfer`.
    EndStored(EndStored),
    /// The moment of [`super::Room::next_deadline`] has come.
    Tick,
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
    Catch { to: MemberId, missed: Vec<Said> },
    /// To one member, from disk: the messages after `after` up to `upto`.
    CatchFromDisk { to: MemberId, after: u32, upto: u32 },
    /// Close the member's socket.
    Shut { member: MemberId, code: CloseCode },
    /// Put the message on file; answer with `SayStored`. In order.
    StoreSay(Said),
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
    /// Seats or the life of the room changed: whoever shows it should look again.
    Changed,
    /// The room is over, on file, and its members know. `returns`: its ticket waits again.
    Over { room: RoomId, ticket: Option<TicketId>, reason: EndReason, returns: bool },
}
