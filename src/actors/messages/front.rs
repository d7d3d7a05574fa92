//! To the front of this node: from its sockets and rooms, from whoever matches, and what is asked of it.

use actix::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::news::News;
use super::room::RoomHandle;
use super::sockets::{CounsellorNews, DeskNews};
use crate::cluster::link::SessionName;
use crate::dispatch::{FromFront, SocketId, TicketEvent, ToFront};
use crate::ids::{NodeId, RoomId, TicketId};
use crate::nodes::NoAnswer;

/// A parcel of a socket or a room of this node for whoever matches. With one of a socket that may not be known
/// here yet comes the way to it.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct Handed {
    pub(in crate::actors) parcel: FromFront,
    pub(in crate::actors) at: Option<SocketHandle>,
}

impl Handed {
    pub(in crate::actors) fn new(parcel: FromFront) -> Self {
        Self { parcel, at: None }
    }

    /// From this socket.
    pub(in crate::actors) fn at(handle: SocketHandle, parcel: FromFront) -> Self {
        Self { parcel, at: Some(handle) }
    }
}

/// The way to who sits at a socket.
pub(in crate::actors) enum SocketHandle {
    Desk(SocketId, DeskHandle),
    Counsellor(SocketId, Recipient<News<CounsellorNews>>),
}

/// The way to a desk's socket, with the thread it lives on: its room will live there too.
#[derive(Clone)]
pub(in crate::actors) struct DeskHandle {
    pub(in crate::actors) to: Recipient<News<DeskNews>>,
    pub(in crate::actors) thread: ArbiterHandle,
}

/// From whoever matches, in their order.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct Parcels(pub(in crate::actors) Vec<ToFront>);

/// Whoever matches is there now; `None`: nobody is, as far as is known.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct Matches(pub(in crate::actors) Option<NodeId>);

/// Whoever matches, at this node, asks for all that is here: as the term begins, or behind the beginning of a session
/// in which it was not told.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct Announce(pub(in crate::actors) NodeId);

/// A session with this node begins: it is told all that is here, if it matches.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct Opened {
    pub(in crate::actors) node: NodeId,
    pub(in crate::actors) session: SessionName,
}

/// How many rooms are open here.
#[derive(Message)]
#[rtype(result = "u32")]
pub struct RoomsHere;

/// Answered once no room is open here: all are over, or others'.
#[derive(Message)]
#[rtype(result = "()")]
pub struct RoomsGone;

/// Follow a waiting ticket. `None` if it does not wait (any more) or has [`FOLLOWERS_MAX`] followers at this node
/// already.
#[derive(Message)]
#[rtype(result = "Result<Option<mpsc::Receiver<TicketEvent>>, NoAnswer>")]
pub struct FollowTicket {
    pub ticket: TicketId,
}

/// Most followers of one ticket.
pub const FOLLOWERS_MAX: usize = 4;

/// The way into a room by a socket of its own. `None` if there is no such open room here.
#[derive(Message)]
#[rtype(result = "Option<RoomHandle>")]
pub struct FindRoom {
    pub room: RoomId,
}

/// An admin ends a room. `false` if there is no such open room here.
#[derive(Message, Serialize, Deserialize)]
#[rtype(result = "bool")]
pub struct EndRoom {
    pub room: RoomId,
    /// What they say about it.
    pub note: Option<String>,
}
