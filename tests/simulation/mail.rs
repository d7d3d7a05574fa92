//! What the server's actors tell each other.

use anteroom::dispatch;
use anteroom::ids::{LineId, MemberId, RoomId, TicketId};
use anteroom::protocol::{ClientFrame, CloseCode, ServerFrame};
use anteroom::room;

use super::hub::SocketNo;

#[derive(Clone, Debug)]
pub enum Mail {
    // To the matchmaker.
    Happens(Box<dispatch::Input>),
    Move { ticket: TicketId, topic: String },
    // To a room.
    Look { member: MemberId, epoch: u64, socket: SocketNo },
    Attach { member: MemberId, epoch: u64, socket: SocketNo, after: Option<u32> },
    Detach { member: MemberId, epoch: u64 },
    Room(room::Input),
    HandOver(LineId),
    // To a socket.
    Hello,
    Heard(ClientFrame),
    PeerGone,
    Told(News),
    Out(Vec<ServerFrame>),
    Looks(RoomId, room::Glance),
    Shut(CloseCode),
}

/// What a socket is told by the matchmaker.
#[derive(Clone, Debug)]
pub enum News {
    Desk(dispatch::DeskNews),
    Counsellor(dispatch::CounsellorNews),
}

impl Mail {
    pub fn happens(what: dispatch::Input) -> Self {
        Self::Happens(Box::new(what))
    }
}
