//! What the server's actors tell each other.

use anteroom::cluster::link::SessionName;
use anteroom::cluster::members::State;
use anteroom::dispatch::{self, FromFront, Opening, ToFront};
use anteroom::front::{Carried, Passing};
use anteroom::ids::{MemberId, NodeId, NodeSocket, RoomId, SocketId, TermId, TicketId};
use anteroom::protocol::{ClientFrame, CloseCode, ServerFrame};
use anteroom::room::{self, Spoken};

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
    /// Who matches, as far as is known.
    Matches(Option<NodeId>),
    /// That node begins to match, and asks for all that is here.
    Announce(NodeId),
    Opened(NodeId, SessionName),
    /// To rooms, too.
    Broken(NodeId),
    NodeGone(NodeId),
    /// From a socket here to a room at another node.
    ToFar(RoomId, FarWord),
    /// Between a room and a socket at two nodes.
    FromNode(NodeId, Box<Carried>),
    /// A room was taken, or not.
    Took {
        room: RoomId,
        from: NodeId,
        opening: Option<Box<Opening>>,
    },
    // To the neighbours.
    Tells(Box<Heard>),
    ToNode(NodeId, Box<Carried>),
    // To a room.
    Look {
        member: MemberId,
        epoch: u64,
        to: At,
    },
    Room(Box<room::Event<At>>),
    /// Said from a socket at another node.
    Said(NodeSocket, Spoken),
    Named(NodeId),
    // To a socket.
    Hello,
    Heard(ClientFrame),
    PeerGone,
    Told(News),
    Out(Vec<ServerFrame>),
    /// A frame of a room at another node.
    Passed(ServerFrame, Option<Passing>),
    Looks(RoomId, room::Glance),
    Shut(CloseCode),
}

/// What a socket has for a room at another node.
#[derive(Clone, Debug)]
pub enum FarWord {
    Look { from: SocketId, member: MemberId, epoch: u64 },
    Attach { from: SocketId, member: MemberId, epoch: u64, after: Option<u32> },
    Detach { member: MemberId, epoch: u64 },
    Says(Spoken),
    Forgotten(SocketId),
}

/// What the heart of a process and its links tell.
#[derive(Clone, Debug)]
pub enum Heard {
    Begin {
        term: TermId,
        epoch: u64,
    },
    Match(TermId),
    Away(TermId),
    End(TermId),
    Ping,
    Matchmaker(Option<NodeId>),
    EpochOnFile(u64),
    Stands(NodeId, State),
    Gone(NodeId),
    SelfGone,
    Myself(u64),
    Opened {
        node: NodeId,
        session: SessionName,
    },
    /// Whoever matches asks for all that is here.
    Asks(NodeId),
    Arrived(NodeId, Box<Carried>),
    Announced(NodeId),
    Broken(NodeId),
    LinkGone(NodeId),
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
