//! To a room, and to who comes into one by a socket of its own.

use actix::prelude::*;

use super::links::ToNode;
use super::news::News;
use crate::clock::Clock;
use crate::feeds::RoomSummary;
use crate::ids::{MemberId, NodeId, NodeSocket, RoomId, SocketId};
use crate::journal::HandOverRow;
use crate::protocol::ClientFrame;
use crate::room::{Answer, Back, Ender, Entering, Input, Spoken};
use crate::sockets::Outbox;

/// The way into a room, wherever it lives.
#[derive(Clone)]
pub struct RoomHandle {
    pub(in crate::actors) room: RoomId,
    leads: Leads,
}

#[derive(Clone)]
enum Leads {
    /// To its actor.
    Here(Recipient<ToRoom>),
    /// To the front, which has the way to the node where it lived when this was made, or lives now. In a box, as nearly
    /// every socket with a seat keeps one of these and it is of the other sort.
    There(Box<(NodeId, Recipient<ToFarRoom>)>),
}

impl RoomHandle {
    /// Into a room of this node.
    pub(in crate::actors) fn here(room: RoomId, to: Recipient<ToRoom>) -> Self {
        Self { room, leads: Leads::Here(to) }
    }

    /// Into a room of another node.
    pub(in crate::actors) fn there(room: RoomId, home: NodeId, by: Recipient<ToFarRoom>) -> Self {
        Self { room, leads: Leads::There(Box::new((home, by))) }
    }

    /// Tells the room.
    pub(in crate::actors) fn tell(&self, message: ToRoom) {
        match &self.leads {
            Leads::Here(to) => to.do_send(message),
            Leads::There(there) => {
                let (home, by) = &**there;
                by.do_send(ToFarRoom { room: self.room, home: *home, what: FarWord::Room(message) });
            }
        }
    }

    /// This socket needs nothing of the room any more.
    pub(in crate::actors) fn forget(self, socket: SocketId) {
        if let Leads::There(there) = self.leads {
            let (home, by) = *there;
            by.do_send(ToFarRoom { room: self.room, home, what: FarWord::Forgotten(socket) });
        }
    }

    /// Gives the room what a member of it says.
    pub(in crate::actors) fn say(&self, member: MemberId, frame: ClientFrame, clock: &Clock) {
        if let Some(spoken) = Spoken::by(member, frame, &mut || clock.new_id()) {
            self.tell(spoken.into());
        }
    }
}

impl From<Spoken> for ToRoom {
    fn from(spoken: Spoken) -> Self {
        match spoken {
            Spoken::Input(input) => Self::Input(input),
            Spoken::End { by, note } => Self::End { by, note },
        }
    }
}

/// The way from a room to a socket.
#[derive(Clone)]
pub(in crate::actors) enum ToSocket {
    /// Of this node.
    Near(Outbox),
    /// Of another: by the front of this one.
    Far { at: NodeSocket, by: Recipient<ToNode> },
}

/// Everything a room is told.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) enum ToRoom {
    /// A socket is about to take a seat: it is told how the room looks.
    Look {
        member: MemberId,
        epoch: u64,
        to: ToSocket,
    },
    /// A socket takes a seat.
    Attach {
        member: MemberId,
        epoch: u64,
        to: ToSocket,
        after: Option<u32>,
    },
    /// A socket is gone that had, or was about to take, a seat.
    Detach {
        member: MemberId,
        epoch: u64,
    },
    /// Somebody comes in by a socket of the room.
    Enter(Box<Enter>),
    /// Such a socket is gone.
    ParticipantGone {
        at: NodeSocket,
    },
    /// Somebody at another node speaks, by the socket that has taken their seat.
    Said {
        at: NodeSocket,
        by: Recipient<ToNode>,
        what: Spoken,
        /// To another home, or over a link that broke.
        again: bool,
    },
    /// The link to this node is broken: whether its sockets are there is not known.
    NodeBroken(NodeId),
    /// The link is open again, and whoever is there has taken their seats again.
    NodeNamed(NodeId),
    /// This node is gone, with its sockets.
    NodeGone(NodeId),
    /// A group room has another name from here on; on file already.
    Described {
        title: String,
        info: Option<String>,
        picture: Option<String>,
    },
    /// Somebody ends it, and may say why.
    End {
        by: Ender,
        note: Option<String>,
    },
    /// Somebody else takes the talk: end it for them.
    HandOver(Box<HandOverRow>),
    Input(Input),
}

/// From a socket here, about a room at another node.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct ToFarRoom {
    pub(in crate::actors) room: RoomId,
    /// Where it lived when the socket was told of it.
    pub(in crate::actors) home: NodeId,
    pub(in crate::actors) what: FarWord,
}

/// What it says.
pub(in crate::actors) enum FarWord {
    /// For the room.
    Room(ToRoom),
    /// This socket needs nothing of the room any more.
    Forgotten(SocketId),
}

/// How a room looks now, for who is not in it; the next change is told to the admin feed.
#[derive(Message)]
#[rtype(result = "RoomSummary")]
pub(in crate::actors) struct Look;

/// Somebody at a room, with their socket.
pub(in crate::actors) struct Enter {
    pub(in crate::actors) who: Entering,
    /// A guest's seat, by their token. Staff have theirs by their account.
    pub(in crate::actors) back: Option<Back>,
    pub(in crate::actors) to: ToSocket,
    /// Who sits at the socket, to be told which seat it has, if it is near.
    pub(in crate::actors) news: Option<Recipient<News<ParticipantNews>>>,
}

/// What a participant is told.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) enum ParticipantNews {
    /// By the room: what came of coming in. The frame that says so of a seat comes by itself.
    Entered(Answer),
    /// Whether the picture a guest wants to be shown by is on file; `None`: that could not be read.
    Looked { who: Entering, there: Option<bool> },
}
