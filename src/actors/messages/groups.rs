//! To the registry of group rooms.

use actix::prelude::*;

use super::room::RoomHandle;
use crate::ids::RoomId;
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

/// The way into a group room; `None` if there is no such open room here.
#[derive(Message)]
#[rtype(result = "Option<RoomHandle>")]
pub struct FindGroup(pub RoomId);

/// From a room: it is over.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct GroupOver(pub(in crate::actors) RoomId);
