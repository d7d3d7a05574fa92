//! What is said, and how far it is read. The hot path: two statements a message.

use diesel::prelude::*;

use super::keepers::unchanged;
use super::rows::MessageRow;
use crate::dispatch::Written;
use crate::ids::{MemberId, NodeId};
use crate::storage::AnyConnection;
use crate::storage::centre::lines::number;
use crate::storage::engine::prepared::{Open, insert, one};
use crate::storage::schema::{message, room, room_member};
use crate::storage::talk::messages::by_client_id;
use crate::storage::talk::rooms::RoomStatus;

/// The room's sequence decides; the unique client id comes second, and gives the number back.
pub(crate) fn say(conn: &mut AnyConnection, home: NodeId, row: &MessageRow) -> QueryResult<Written> {
    let seq = number(row.seq);
    if !advance(conn, home, row, seq - 1, seq)? {
        return not_next(conn, home, row);
    }
    if insert(conn, row, seq)? {
        return Ok(Written::Done);
    }
    advance(conn, home, row, seq, seq - 1)?;
    not_next(conn, home, row)
}

/// Moves the open room's last sequence number on; `false` if it did not stand at `from`, or is another's.
fn advance(conn: &mut AnyConnection, home: NodeId, row: &MessageRow, from: i32, to: i32) -> QueryResult<bool> {
    let ours = room::table.find(row.room).filter(room::status.eq(Open).and(room::keeper_id.eq(home)));
    let stands = ours.filter(room::last_seq.eq(from));
    let moved = diesel::update(stands).set((room::last_seq.eq(to), room::mod_dttm.eq(row.at)));
    let moved: Option<i32> = one!(conn, moved.returning(room::last_seq)).optional()?;
    Ok(moved.is_some())
}

/// `false` if this sender has used the client id in this room before.
fn insert(conn: &mut AnyConnection, row: &MessageRow, seq: i32) -> QueryResult<bool> {
    let by = row.from.to_string();
    let statement = diesel::insert_into(message::table)
        .values((
            message::room_id.eq(row.room),
            message::seq.eq(seq),
            message::message_id.eq(row.id),
            message::sender_id.eq(row.from),
            message::client_id.eq(&row.client_id),
            message::kind.eq(row.kind),
            message::body.eq(&row.body),
            message::sent_dttm.eq(row.at),
            message::reg_dttm.eq(row.at),
            message::reg_id.eq(&by),
            message::mod_dttm.eq(row.at),
            message::mod_id.eq(&by),
        ))
        .on_conflict((message::room_id, message::sender_id, message::client_id))
        .do_nothing();
    Ok(insert!(conn, statement)? == 1)
}

/// Why a message could not be the next: another's room, said before, room over, or another number's turn.
fn not_next(conn: &mut AnyConnection, home: NodeId, row: &MessageRow) -> QueryResult<Written> {
    if unchanged(conn, home, row.room)? == Written::Fenced {
        return Ok(Written::Fenced);
    }
    if let Some(said) = by_client_id(conn, row.room, row.from, &row.client_id)? {
        let same = said.body == row.body && said.kind == row.kind;
        return Ok(Written::Said { seq: said.seq, id: said.id, at: said.at, same });
    }
    let status: Option<RoomStatus> = room::table.find(row.room).select(room::status).first(conn).optional()?;
    Ok(if status == Some(RoomStatus::Open) { Written::Gap } else { Written::Stale })
}

pub(crate) fn seen(conn: &mut AnyConnection, member: MemberId, seq: u32) -> QueryResult<Written> {
    let seq = number(seq);
    let behind = room_member::table.find(member).filter(room_member::last_seen_seq.lt(seq));
    let read = diesel::update(behind).set(room_member::last_seen_seq.eq(seq));
    let _: Option<i32> = one!(conn, read.returning(room_member::last_seen_seq)).optional()?;
    Ok(Written::Done)
}
