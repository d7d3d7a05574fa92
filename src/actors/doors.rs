//! The way into a room for who comes by a socket of its own, wherever the room lives.

use actix::prelude::*;
use log::warn;

use super::front::Front;
use super::groups::Groups;
use super::messages::{FindGroup, FindRoom, GroupPlace, RoomHandle};
use crate::ids::RoomId;
use crate::services::Services;
use crate::storage::AnyConnection;
use crate::storage::talk::keepers;

/// What came of looking for a room.
pub enum Door {
    /// It is open, and this leads into it.
    Open(RoomHandle),
    /// There is no such open room.
    Over,
    /// It is open, and nobody that lives has it now; or it could not be found out. Ask again.
    Unknown,
}

/// Into a talk.
///
/// # Errors
///
/// The server ends.
pub async fn talks_door(services: &Services, front: &Addr<Front>, room: RoomId) -> Result<Door, MailboxError> {
    if let Some(here) = front.send(FindRoom { room }).await? {
        return Ok(Door::Open(here));
    }
    if services.joined.is_none() {
        return Ok(Door::Over);
    }
    let (me, front) = (services.settings.node, front.clone().recipient());
    let look = move |conn: &mut AnyConnection| {
        let Some(kept) = keepers::kept_of(conn, &[room])?.pop() else { return Ok(Door::Over) };
        let Some(keeper) = kept.keeper.filter(|keeper| *keeper != me) else { return Ok(Door::Unknown) };
        if !keepers::lives(conn, keeper)? {
            return Ok(Door::Unknown);
        }
        Ok(Door::Open(RoomHandle::there(room, keeper, front)))
    };
    Ok(services.store.answer(look).await.unwrap_or_else(|error| {
        warn!(room:%, error:% = error; "it could not be read where a talk lives");
        Door::Unknown
    }))
}

/// Into a group room.
///
/// # Errors
///
/// The server ends.
pub async fn groups_door(front: &Addr<Front>, groups: &Addr<Groups>, room: RoomId) -> Result<Door, MailboxError> {
    Ok(match groups.send(FindGroup(room)).await? {
        GroupPlace::Here(here) => Door::Open(here),
        GroupPlace::At(home) => Door::Open(RoomHandle::there(room, home, front.clone().recipient())),
        GroupPlace::Nowhere => Door::Over,
        GroupPlace::Unknown => Door::Unknown,
    })
}
