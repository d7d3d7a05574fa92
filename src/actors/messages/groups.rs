//! To the registry of group rooms.

use actix::prelude::*;

use super::links::ToNode;
use super::room::{RoomHandle, ToRoom};
use crate::found::FoundGroup;
use crate::ids::{NodeId, RoomId};
use crate::storage::talk::groups::Group;

/// A room was opened on file. It lives on the thread of whoever opened it.
#[derive(Message)]
#[rtype(result = "()")]
pub struct GroupOpened {
    /// As it is on file.
    pub group: Group,
    /// Where it lives.
    pub thread: ArbiterHandle,
}

/// What a room is called, or says of itself, was changed on file.
#[derive(Message)]
#[rtype(result = "()")]
pub struct GroupEdited(pub RoomId);

/// A room was ended on file.
#[derive(Message)]
#[rtype(result = "()")]
pub struct GroupEnded(pub RoomId);

/// Where a group room is. One that nobody has is taken, and opened where it is asked for.
#[derive(Message)]
#[rtype(result = "GroupPlace")]
pub struct FindGroup(pub RoomId);

/// Where a group room is.
#[derive(Clone)]
pub enum GroupPlace {
    /// It lives here.
    Here(RoomHandle),
    /// It lives at another node.
    At(NodeId),
    /// There is no such open room.
    Nowhere,
    /// Nobody knows: the records do not answer.
    Unknown,
}

/// From the front.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) enum ForGroups {
    /// These are this node's from here on.
    Taken(Vec<FoundGroup>),
    /// A socket of another node has something for this room; if it is not here, that node is told so.
    Room { room: RoomId, node: NodeId, what: ToRoom, by: Recipient<ToNode> },
    /// Every room is to be told it of this node.
    Every { what: fn(NodeId) -> ToRoom, node: NodeId },
}

/// From a room: it is over.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct GroupOver(pub(in crate::actors) RoomId);
