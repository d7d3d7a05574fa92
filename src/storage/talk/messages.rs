//! What was said, read. It is written by the journal.
//!
//! A room that continues another of the same consultation goes on from its last sequence number.
//! So a number stands for one message in all the rooms of a consultation, and the history of a
//! room is every message of its consultation up to its own last number.

use diesel::prelude::*;

use crate::ids::{MemberId, MessageId, RoomId, TicketId};
use crate::protocol::{MessageKind, Role};
use crate::storage::AnyConnection;
use crate::storage::centre::lines::number;
use crate::storage::schema::{message, room, room_member};
use crate::time::Wall;

/// A message on file.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = message)]
pub struct StoredMessage {
    #[diesel(column_name = message_id)]
    pub id: MessageId,
    /// The room it was said in.
    #[diesel(column_name = room_id)]
    pub room: RoomId,
    /// 1, 2, 3 … in the room.
    #[diesel(deserialize_as = i32)]
    pub seq: u32,
    /// Who said it.
    #[diesel(column_name = sender_id)]
    pub from: MemberId,
    /// The sender's idempotence key.
    pub client_id: String,
    pub kind: MessageKind,
    pub body: String,
    #[diesel(column_name = sent_dttm)]
    pub at: Wall,
}

/// Messages of a room and of those it continues, `after` < seq ≤ `upto`, in order, at most `limit`.
/// What the visitor said in an earlier room is from the seat they have in this one.
pub fn room_history(
    conn: &mut AnyConnection,
    id: RoomId,
    after: u32,
    upto: u32,
    limit: u32,
) -> QueryResult<Vec<StoredMessage>> {
    let Some((consultation, last)): Option<(Option<TicketId>, i32)> =
        room::table.find(id).select((room::consultation_id, room::last_seq)).first(conn).optional()?
    else {
        return Ok(Vec::new());
    };
    let rooms = match consultation {
        None => vec![id],
        Some(consultation) => rooms_of(conn, consultation)?,
    };
    let mut messages = of_rooms(conn, &rooms, number(after), number(upto).min(last), limit)?;
    if rooms.len() > 1 {
        // The visitor is the same person in all of them, and has a new seat in each.
        let seats: Vec<(RoomId, MemberId)> = room_member::table
            .filter(room_member::room_id.eq_any(rooms).and(room_member::role.eq(Role::Desk)))
            .select((room_member::room_id, room_member::member_id))
            .load(conn)?;
        if let Some((_, here)) = seats.iter().find(|(room, _)| *room == id) {
            let theirs = messages.iter_mut().filter(|message| seats.iter().any(|(_, seat)| *seat == message.from));
            theirs.for_each(|message| message.from = *here);
        }
    }
    Ok(messages)
}

/// Messages of a consultation in all its rooms, from after `after` on, in order, at most `limit`.
pub fn of_consultation(
    conn: &mut AnyConnection,
    id: TicketId,
    after: u32,
    limit: u32,
) -> QueryResult<Vec<StoredMessage>> {
    let rooms = rooms_of(conn, id)?;
    of_rooms(conn, &rooms, number(after), i32::MAX, limit)
}

/// The message this sender sent under this client id.
pub fn by_client_id(
    conn: &mut AnyConnection,
    room: RoomId,
    from: MemberId,
    client_id: &str,
) -> QueryResult<Option<StoredMessage>> {
    message::table
        .filter(message::room_id.eq(room).and(message::sender_id.eq(from)).and(message::client_id.eq(client_id)))
        .select(StoredMessage::as_select())
        .first(conn)
        .optional()
}

fn rooms_of(conn: &mut AnyConnection, id: TicketId) -> QueryResult<Vec<RoomId>> {
    room::table.filter(room::consultation_id.eq(id)).select(room::room_id).load(conn)
}

fn of_rooms(
    conn: &mut AnyConnection,
    rooms: &[RoomId],
    after: i32,
    upto: i32,
    limit: u32,
) -> QueryResult<Vec<StoredMessage>> {
    message::table
        .filter(message::room_id.eq_any(rooms.to_vec()))
        .filter(message::seq.gt(after).and(message::seq.le(upto)))
        .order(message::seq)
        .limit(i64::from(limit))
        .select(StoredMessage::as_select())
        .load(conn)
}
