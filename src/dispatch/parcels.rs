//! What goes between whoever matches and the fronts of the nodes: a front knows the sockets and the rooms of
//! its own node, and nobody else does. On one node parcels go this way too, so there is one way.

use serde::{Deserialize, Serialize};

use super::askers::Asker;
use super::input::{Ask, DeskWish, Opening, Profile, Wish};
use super::news::{CounsellorNews, DeskNews};
use super::shown::TicketEvent;
use super::turn::Turn;
use crate::ids::{AccountId, LineId, NodeId, RoomId, SessionId, TicketId};
pub use crate::ids::{NodeSocket, SocketId};
use crate::protocol::Member;
use crate::room::HandOverRow;

/// From a front, about the sockets and rooms of its node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromFront {
    /// A desk asks.
    Ask(Box<Ask>),
    /// A desk shows a token that was read and found good. `after` is the last `seq` it has; `asker`, from
    /// where it comes.
    Back { from: SocketId, ticket: TicketId, after: Option<u32>, asker: Option<Asker> },
    /// From the socket of a desk that has asked.
    Desk { from: SocketId, what: DeskWish },
    /// A counsellor's socket is open. `session` is the log-in, or API token, it came with.
    Arrive { from: SocketId, profile: Profile, session: SessionId },
    /// From a counsellor's socket; ignored unless it is the newest of the account.
    Wish { from: SocketId, account: AccountId, what: Wish },
    /// A room's end is on file, with who was in it. `returns`: its ticket waits again (R11); `handed_over`: and
    /// is of this line.
    RoomOver { room: RoomId, returns: bool, handed_over: Option<LineId>, members: Vec<Member> },
    /// A room that was to be handed over was not: it ends otherwise, or its end was not stored.
    NotTransferred { room: RoomId },
    /// A room is gone from memory.
    RoomGone { room: RoomId },
    /// A room lives here: announced to a new term, or the answer to [`ToFront::Take`].
    HereRoom { room: RoomId },
    /// The room is not to be had by [`ToFront::Take`]: it is over, or another's.
    NotTaken { room: RoomId },
    /// This room was this node's, and is that one's on file: to be opened there. Also announced to a new term.
    HandedOn { room: RoomId, to: NodeId },
    /// Announced to a new term, or when the link was broken: a desk is here for this ticket, and as far as it was told
    /// has a seat in that room; `after` is the last `seq` it had before, `turn` what it was given.
    HereDesk {
        from: SocketId,
        ticket: TicketId,
        seat: Option<RoomId>,
        after: Option<u32>,
        asker: Option<Asker>,
        turn: Option<Turn>,
    },
    /// The same: a counsellor is here, and as far as they were told has seats in these rooms.
    HereCounsellor { from: SocketId, profile: Profile, session: SessionId, seats: Vec<RoomId>, turn: Option<Turn> },
    /// All that is here was announced: who was here before and was not named is away.
    Announced,
}

/// To the front of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToFront {
    /// Tell a desk.
    Desk { to: SocketId, news: DeskNews },
    /// Tell a counsellor.
    Counsellor { to: SocketId, news: CounsellorNews },
    /// This socket, a desk's or a counsellor's, arrived in this turn: it is announced with it.
    Turn { to: SocketId, turn: Turn },
    /// The visit is not in memory: tell the desk what is on file about it, see [`super::Past`].
    LookUp { ticket: TicketId, to: SocketId },
    /// Start a room.
    Open(Box<Opening>),
    /// Take this room, which is nobody's (`None`) or that gone node's, and open it from the record. Answered with
    /// [`FromFront::HereRoom`] or [`FromFront::NotTaken`].
    Take { room: RoomId, from: Option<NodeId> },
    /// This node drains: hand this room on to that one. Answered with [`FromFront::HandedOn`]; a room that is just
    /// ending, or cannot be handed on, says nothing.
    HandOn { room: RoomId, to: NodeId },
    /// End this room for who accepted its talk; answer with `RoomOver` or `NotTransferred`.
    HandOver(Box<HandOverRow>),
    /// This room lives there now. Whoever of this front's has a seat in it takes that again there, and says again what
    /// nobody has answered.
    Home { room: RoomId, home: NodeId },
    /// Tell this room's supervisors where its talk goes on.
    Continued { before: RoomId, next: RoomId },
    /// Tell whoever follows the ticket.
    Follow(TicketEvent),
    /// Nothing more is told of the ticket: its streams end.
    Unfollow(TicketId),
}

impl FromFront {
    /// What kind of parcel it is, as nodes name it to each other.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Ask(_) => "ask",
            Self::Back { .. } => "back",
            Self::Desk { .. } => "desk",
            Self::Arrive { .. } => "arrive",
            Self::Wish { .. } => "wish",
            Self::RoomOver { .. } | Self::NotTransferred { .. } | Self::RoomGone { .. } => "over",
            Self::HereRoom { .. }
            | Self::NotTaken { .. }
            | Self::HandedOn { .. }
            | Self::HereDesk { .. }
            | Self::HereCounsellor { .. }
            // Not `announced`: so the link itself ends what a session begins with, and that never arrives.
            | Self::Announced => "here",
        }
    }
}

impl ToFront {
    /// What kind of parcel it is, as nodes name it to each other.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Desk { .. } | Self::Counsellor { .. } | Self::Turn { .. } | Self::LookUp { .. } => "news",
            Self::Open(_) | Self::HandOver(_) | Self::Continued { .. } => "open",
            Self::Take { .. } | Self::HandOn { .. } | Self::Home { .. } => "take",
            Self::Follow(_) | Self::Unfollow(_) => "places",
        }
    }
}
