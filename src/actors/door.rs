//! The way into a room by a socket of its own: who comes in, and where the room is.

use actix::prelude::*;

use super::entrant::Entrant;
use super::groups::FindGroup;
use super::matchmaker::FindRoom;
use super::outbox::Outbox;
use super::room::Room;
use super::socket::Socket;
use crate::app::App;
use crate::ids::{AccountId, MemberId, RoomId};
use crate::protocol::Role;
use crate::storage::history::audit::Actor;

/// A room that is open on this node, as the room socket finds it.
pub struct Door {
    pub(super) room: RoomId,
    pub(super) to: Addr<Room>,
}

/// Who comes in; checked by the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entering {
    /// The account, for staff: one account has one seat in a room.
    pub account: Option<AccountId>,
    /// What they will be in the room.
    pub role: Role,
    /// The name others see.
    pub name: String,
    /// Where the picture lies.
    pub picture: Option<String>,
    /// Whether they only watch, to begin with.
    pub watching: bool,
    /// As whom the audit names them, if it is to.
    pub audited_as: Option<Actor>,
}

/// A seat somebody comes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Back {
    pub(super) member: MemberId,
    /// The last `seq` they have; without it nothing is replayed.
    pub(super) after: Option<u32>,
}

/// Somebody at a room, with their socket.
pub(super) struct Enter {
    pub(super) who: Entering,
    /// A guest's seat, by their token. Staff have theirs by their account.
    pub(super) back: Option<Back>,
    pub(super) outbox: Outbox,
    /// The socket's actor, to be told which seat it has.
    pub(super) socket: Addr<Socket<Entrant>>,
}

/// The open room of a consultation with this id; `None` if there is none here.
pub async fn find_door(app: &App, room: RoomId) -> Result<Option<Door>, MailboxError> {
    app.matchmaker.send(FindRoom { room }).await
}

/// The open group room with this id; `None` if there is none here.
pub async fn find_group(app: &App, room: RoomId) -> Result<Option<Door>, MailboxError> {
    app.groups.send(FindGroup(room)).await
}
