//! What the server's actors tell each other.

use anteroom::dispatch::{self, FromFront, ToFront};
use anteroom::ids::{MemberId, RoomId, TicketId};
use anteroom::protocol::{ClientFrame, CloseCode, ServerFrame};
use anteroom::room;

use super::hub::SocketNo;
use super::shell::At;

#[derive(Clone, Debug)]
pub enum Mail {
    // To the matchmaker.
    /// In this term.
    Happens(u64, Box<dispatch::Input>),
    Move {
        ticket: TicketId,
        topic: String,
    },
    // To the front.
    Handed(FromFront),
    /// From the matchmaker of this term.
    Parcels(u64, Vec<ToFront>),
    /// A new term begins.
    NewTerm,
    // To a room.
    Look {
        member: MemberId,
        epoch: u64,
        socket: SocketNo,
    },
    Room(Box<room::Event<At>>),
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
    pub fn happens(term: u64, what: dispatch::Input) -> Self {
        Self::Happens(term, Box::new(what))
    }

    pub fn room(event: room::Event<At>) -> Self {
        Self::Room(Box::new(event))
    }
}
