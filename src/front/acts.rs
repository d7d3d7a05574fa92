//! What somebody at a socket may look at, and what is to be done for them.

use std::time::Duration;

use super::in_order::{HELD_MAX, WaitsFor};
use crate::dispatch::{FromFront, Seat, SocketId};
use crate::ids::{DeskId, MemberId, RoomId, SessionId, TicketId};
use crate::protocol::{ClientFrame, CloseCode, ErrorCode, ServerFrame};
use crate::time::Mono;

/// What somebody at a socket may look at.
pub trait Near {
    /// Which socket it is.
    fn socket(&self) -> SocketId;
    /// Now, for what has a time.
    fn now(&self) -> Mono;
    /// An id that nobody has.
    fn new_id(&self) -> uuid::Uuid;
    /// What a resume token says, or why it is not honoured.
    ///
    /// # Errors
    /// The refusal to be told.
    fn read_token(&self, token: &str) -> Result<Token, (ErrorCode, String)>;
}

/// What a frame on its way from a room to a socket says also to who sits there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// So much was said in the room by then.
    Said { room: RoomId, seq: u32 },
    /// The room tells of its end.
    Ended(RoomId),
}

impl Passing {
    /// What this frame says so; `None` of most.
    #[must_use]
    pub fn of(frame: &ServerFrame) -> Option<Self> {
        match frame {
            ServerFrame::Message { room, seq, .. } | ServerFrame::Accepted { room, seq, .. } => {
                Some(Self::Said { room: *room, seq: *seq })
            }
            ServerFrame::Ended { room, .. } => Some(Self::Ended(*room)),
            _ => None,
        }
    }
}

/// What a resume token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// The ticket it gives back.
    pub ticket: TicketId,
    /// The visit it belongs to.
    pub session: SessionId,
    /// The registered desk it was given to; no other desk may use it.
    pub desk: Option<DeskId>,
}

/// What is to be done for who sits at a socket.
#[derive(Debug)]
pub enum Act {
    /// Tell them.
    Say(ServerFrame),
    /// Close the socket; what was said before still arrives.
    Close(CloseCode),
    /// For whoever matches.
    Parcel(FromFront),
    /// The same; nobody may have heard of this socket before.
    Introduce(FromFront),
    /// Ask the room how it looks; answer with `looks`. From here on no older socket gives the seat up.
    Look(Seat),
    /// Take the seat with this socket; `after` is the last `seq` it has.
    Attach { seat: Seat, after: Option<u32> },
    /// The seat has this socket no longer.
    Detach(Seat),
    /// Ask the room for the whispers so far.
    Recall(Seat),
    /// Give the room what is said from this seat.
    Talk { seat: Seat, frame: ClientFrame },
    /// Read how this room ended, as it has not said so here; answer with `end_read`.
    ReadEnd(RoomId),
    /// Nothing of this room is needed any more.
    Forget(RoomId),
    /// Put a score on file; answer with [`super::Desk::rated`].
    Rate { room: RoomId, member: MemberId, score: u8, comment: Option<String> },
    /// Come back with `Due` after so long.
    Later { wait: Duration, due: Due },
}

/// What an [`Act::Later`] was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Something should have been asked.
    Ask,
    /// The time to rate is over.
    TimeToRate,
    /// What is held back for the end of this room waits no longer for its own word: the record is read.
    Held(RoomId),
    /// What is held back for how this room looks is told without.
    Unseen(RoomId),
}

/// Has what is held back told after [`HELD_MAX`] at the latest.
pub(super) fn at_the_latest(waits_for: Option<WaitsFor>, acts: &mut Vec<Act>) {
    let due = match waits_for {
        None => return,
        Some(WaitsFor::End(room)) => Due::Held(room),
        Some(WaitsFor::Look(room)) => Due::Unseen(room),
    };
    acts.push(Act::Later { wait: HELD_MAX, due });
}

pub(super) fn refuse(code: ErrorCode, detail: &str, re: Option<String>, acts: &mut Vec<Act>) {
    acts.push(Act::Say(ServerFrame::refusal(code, detail, re)));
}
