//! What staff said among themselves about a talk, read. It is written by the journal. Nothing that
//! lists, searches or exports messages reads this table.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::ids::{AccountId, MemberId, RoomId, TicketId, WhisperId};
use crate::protocol::Role;
use crate::room::WHISPERS_MAX;
use crate::storage::AnyConnection;
use crate::storage::schema::{room, room_member, whisper};
use crate::time::Wall;

/// A whisper on file.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct StoredWhisper {
    pub id: WhisperId,
    /// The room it is about.
    pub room: RoomId,
    /// Who whispered.
    pub from: MemberId,
    /// The sender's idempotence key.
    pub client_id: String,
    pub body: String,
    pub at: Wall,
    /// The account of whoever whispered.
    pub account: Option<AccountId>,
    /// What they were in the room.
    pub role: Role,
    /// What they were called there.
    pub name: String,
}

macro_rules! whispered {
    () => {
        whisper::table.inner_join(room_member::table).select((
            whisper::whisper_id,
            whisper::room_id,
            whisper::member_id,
            whisper::client_id,
            whisper::body,
            whisper::whispered_dttm,
            room_member::account_id,
            room_member::role,
            room_member::nickname,
        ))
    };
}

/// The latest whispers of every open room, oldest first. For a start.
pub fn of_open_rooms(conn: &mut AnyConnection) -> QueryResult<HashMap<RoomId, Vec<StoredWhisper>>> {
    // A literal: with a bound value SQLite would not use the partial index.
    let open = room::table.filter(sql::<Bool>("ROOM.STATUS = 'OPEN'")).select(room::room_id);
    Ok(latest(whispered!().filter(whisper::room_id.eq_any(open)).load(conn)?))
}

/// The latest whispers of each of these rooms, oldest first.
pub fn of_rooms(conn: &mut AnyConnection, ids: &[RoomId]) -> QueryResult<HashMap<RoomId, Vec<StoredWhisper>>> {
    Ok(latest(whispered!().filter(whisper::room_id.eq_any(ids.to_vec())).load(conn)?))
}

fn latest(mut found: Vec<StoredWhisper>) -> HashMap<RoomId, Vec<StoredWhisper>> {
    found.sort_by_key(|whisper| (whisper.at, whisper.id));
    let mut by_room = HashMap::<RoomId, Vec<StoredWhisper>>::new();
    for whisper in found {
        by_room.entry(whisper.room).or_default().push(whisper);
    }
    for whispers in by_room.values_mut() {
        whispers.drain(..whispers.len().saturating_sub(WHISPERS_MAX));
    }
    by_room
}

/// The whispers of a consultation, in all its rooms, in order. With an account, only those of the
/// rooms in which it counselled: what is whispered is for the counsellor of the room.
pub fn of_consultation(
    conn: &mut AnyConnection,
    id: TicketId,
    counselled_by: Option<AccountId>,
) -> QueryResult<Vec<StoredWhisper>> {
    let mut rooms: Vec<RoomId> = room::table.filter(room::consultation_id.eq(id)).select(room::room_id).load(conn)?;
    if let Some(counsellor) = counselled_by {
        let theirs = room_member::account_id.eq(counsellor).and(room_member::role.eq(Role::Counsellor));
        rooms = room_member::table
            .filter(room_member::room_id.eq_any(&rooms).and(theirs))
            .select(room_member::room_id)
            .load(conn)?;
    }
    whispered!().filter(whisper::room_id.eq_any(rooms)).order((whisper::whispered_dttm, whisper::whisper_id)).load(conn)
}

/// The whisper this sender sent under this client id: its id, its moment, its words.
pub(crate) fn by_client_id(
    conn: &mut AnyConnection,
    room: RoomId,
    from: MemberId,
    client_id: &str,
) -> QueryResult<Option<(WhisperId, Wall, String)>> {
    whisper::table
        .filter(whisper::room_id.eq(room).and(whisper::member_id.eq(from)).and(whisper::client_id.eq(client_id)))
        .select((whisper::whisper_id, whisper::whispered_dttm, whisper::body))
        .first(conn)
        .optional()
}
