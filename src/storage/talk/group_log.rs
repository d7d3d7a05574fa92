//! What happened in a group room, in order: opened, who came and went, what was said, ended. All of
//! it is read from the room, its seats and its messages: a seat that was given up is never taken
//! again, so each coming and going has a row of its own.

use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::ids::{AccountId, MemberId, MessageId};
use crate::protocol::Role;
use crate::storage::engine::page::rows;
use crate::storage::schema::{message, room_member};
use crate::storage::talk::groups::Group;
use crate::storage::talk::rooms::Seat;
use crate::storage::{AnyConnection, Cursor, Page};
use crate::time::Wall;

/// Something that happened in a room.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    pub at: Wall,
    /// `OPENED`, `JOINED`, `LEFT`, `SAID` or `ENDED`.
    pub kind: &'static str,
    /// Whose doing it was, if it was somebody with an account.
    pub by: Option<AccountId>,
    /// Who by the name they had in the room, what they said, why it ended.
    pub detail: Value,
    /// Of the row it is read from; decides between two of the same moment.
    id: Uuid,
}

impl Logged {
    fn place(&self) -> Cursor {
        Cursor { at: self.at, id: self.id }
    }
}

/// A page, the oldest first; `after` is where the page before ended. Each page reads what the room
/// has after that moment, a page of each kind.
pub fn list(conn: &mut AnyConnection, group: &Group, after: Option<Cursor>, limit: u32) -> QueryResult<Page<Logged>> {
    // No row is of a moment before everything.
    let since = after.map_or(Wall(0), |after| after.at);
    let mut all = of_room(conn, group)?;
    all.extend(came(conn, group, since, limit)?);
    all.extend(went(conn, group, since, limit)?);
    all.extend(said(conn, group, since, limit)?);
    all.retain(|one| after.is_none_or(|after| one.place() > after));
    all.sort_by_key(Logged::place);
    Ok(Page::of(all, limit, Logged::place))
}

/// That it was opened, and how it ended.
fn of_room(conn: &mut AnyConnection, group: &Group) -> QueryResult<Vec<Logged>> {
    let (room, about) = (&group.room, &group.about);
    let opened = Logged {
        at: room.opened_at,
        kind: "OPENED",
        by: Some(about.creator),
        detail: json!({ "title": room.title }),
        id: room.id.0,
    };
    let Some(at) = room.closed_at else { return Ok(vec![opened]) };
    let by: Option<(Option<AccountId>, String)> = match room.ended_by {
        Some(member) => room_member::table
            .find(member)
            .select((room_member::account_id, room_member::nickname))
            .first(conn)
            .optional()?,
        None => None,
    };
    let (by, name) = by.map_or((None, None), |(account, name)| (account, Some(name)));
    let detail = json!({ "reason": room.end_reason, "note": room.end_note, "member": room.ended_by, "name": name });
    Ok(vec![opened, Logged { at, kind: "ENDED", by, detail, id: room.id.0 }])
}

fn came(conn: &mut AnyConnection, group: &Group, since: Wall, limit: u32) -> QueryResult<Vec<Logged>> {
    let seats: Vec<(Wall, Seat)> = room_member::table
        .filter(room_member::room_id.eq(group.room.id).and(room_member::joined_dttm.ge(since)))
        .order((room_member::joined_dttm, room_member::member_id))
        .limit(rows(limit) + 1)
        .select((room_member::joined_dttm, Seat::as_select()))
        .load(conn)?;
    Ok(seats.into_iter().map(|(at, seat)| of_seat(at, "JOINED", seat)).collect())
}

fn went(conn: &mut AnyConnection, group: &Group, since: Wall, limit: u32) -> QueryResult<Vec<Logged>> {
    let seats: Vec<(Wall, Seat)> = room_member::table
        .filter(room_member::room_id.eq(group.room.id).and(room_member::left_dttm.ge(since)))
        .order((room_member::left_dttm, room_member::member_id))
        .limit(rows(limit) + 1)
        .select((room_member::left_dttm.assume_not_null(), Seat::as_select()))
        .load(conn)?;
    Ok(seats.into_iter().map(|(at, seat)| of_seat(at, "LEFT", seat)).collect())
}

fn of_seat(at: Wall, kind: &'static str, seat: Seat) -> Logged {
    let detail = json!({ "member": seat.member, "role": seat.role, "name": seat.name });
    Logged { at, kind, by: seat.account, detail, id: seat.member.0 }
}

/// Something that was said: its id, place, moment and words, and who said it.
type Said = (MessageId, i32, Wall, String, (MemberId, Role, Option<AccountId>, String));

fn said(conn: &mut AnyConnection, group: &Group, since: Wall, limit: u32) -> QueryResult<Vec<Logged>> {
    let sender = (room_member::member_id, room_member::role, room_member::account_id, room_member::nickname);
    let said: Vec<Said> = message::table
        .inner_join(room_member::table)
        .filter(message::room_id.eq(group.room.id).and(message::sent_dttm.ge(since)))
        .order((message::sent_dttm, message::message_id))
        .limit(rows(limit) + 1)
        .select((message::message_id, message::seq, message::sent_dttm, message::body, sender))
        .load(conn)?;
    let logged = said.into_iter().map(|(id, seq, at, body, (member, role, by, name))| {
        let detail = json!({ "seq": seq, "member": member, "role": role, "name": name, "body": body });
        Logged { at, kind: "SAID", by, detail, id: id.0 }
    });
    Ok(logged.collect())
}
