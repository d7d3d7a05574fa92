//! A ticket meets a counsellor, and the end of their room.

use diesel::dsl::max;
use diesel::prelude::*;
use serde_json::json;

use super::seats::take;
use super::tickets::is_waiting;
use crate::ids::{AccountId, MemberId, RoomId, TicketId};
use crate::journal::write::{MatchRow, Written};
use crate::protocol::{EndReason, SeatState};
use crate::storage::events::{self, EventKind, Happening};
use crate::storage::places::{free_place, take_place};
use crate::storage::rooms::RoomStatus;
use crate::storage::schema::{consultation, room, room_member};
use crate::storage::tickets::Status;
use crate::storage::{AnyConnection, SYSTEM, due};
use crate::time::Wall;

/// The place of the counsellor first, then the ticket: what is taken back, if the ticket was not
/// to be had, is then a plain count.
pub(super) fn pair(conn: &mut AnyConnection, row: &MatchRow) -> QueryResult<Written> {
    if !take_place(conn, row.counsellor, row.at)? {
        let waiting = consultation::table.find(row.ticket).filter(is_waiting()).count().get_result::<i64>(conn)?;
        return Ok(if waiting == 1 { Written::Full } else { Written::Stale });
    }
    let by = row.counsellor.to_string();
    let matched = diesel::update(consultation::table.find(row.ticket).filter(is_waiting()))
        .set((
            consultation::status.eq(Status::Talking),
            consultation::counsellor_id.eq(row.counsellor),
            consultation::matched_dttm.eq(row.at),
            consultation::explanation.eq(&row.explanation),
            consultation::mod_dttm.eq(row.at),
            consultation::mod_id.eq(&by),
        ))
        .execute(conn)?;
    if matched == 0 {
        free_place(conn, row.counsellor, row.at)?;
        return Ok(Written::Stale);
    }
    let last: Option<i32> =
        room::table.filter(room::consultation_id.eq(row.ticket)).select(max(room::last_seq)).first(conn)?;
    let last = last.unwrap_or(0);
    diesel::insert_into(room::table)
        .values((
            room::room_id.eq(row.room),
            room::kind.eq("CONSULTATION"),
            room::consultation_id.eq(row.ticket),
            room::status.eq(RoomStatus::Open),
            room::last_seq.eq(last),
            room::opened_dttm.eq(row.at),
            (room::reg_dttm.eq(row.at), room::reg_id.eq(&by), room::mod_dttm.eq(row.at), room::mod_id.eq(&by)),
        ))
        .execute(conn)?;
    for seat in &row.seats {
        take(conn, row.room, seat, row.at)?;
    }
    Ok(Written::Matched { last_seq: u32::try_from(last).unwrap_or(0) })
}

/// How a room ends.
pub(super) struct End<'a> {
    pub(super) reason: EndReason,
    pub(super) by: Option<MemberId>,
    /// What they said about it.
    pub(super) note: Option<&'a str>,
    pub(super) at: Wall,
}

pub(super) fn end(conn: &mut AnyConnection, id: RoomId, end: &End, wrap_up: bool) -> QueryResult<Written> {
    use consultation::dsl;
    let End { reason, at, .. } = *end;
    if !close(conn, id, end)? {
        return Ok(Written::Stale);
    }
    let Some((ticket, counsellor)) = talk_of(conn, id)? else { return Ok(Written::Done) };
    diesel::update(dsl::consultation.find(ticket))
        .set((
            dsl::status.eq(if wrap_up { Status::WrapUp } else { Status::Done }),
            dsl::end_reason.eq(reason.code()),
            dsl::ended_dttm.eq(at),
            dsl::mod_dttm.eq(at),
        ))
        .execute(conn)?;
    if !wrap_up {
        free_place(conn, counsellor, at)?;
    }
    due::mark(conn, ticket, at)?;
    Ok(Written::Done)
}

/// R11.
pub(super) fn give_back(conn: &mut AnyConnection, id: RoomId, at: Wall) -> QueryResult<Written> {
    if !close(conn, id, &End { reason: EndReason::CounsellorLost, by: None, note: None, at })? {
        return Ok(Written::Stale);
    }
    let Some((ticket, counsellor)) = talk_of(conn, id)? else { return Ok(Written::Done) };
    wait_again(conn, ticket, counsellor, at)?;
    let detail = json!({ "counsellor": counsellor, "room": id });
    events::append(conn, &Happening { ticket, kind: EventKind::Returned, by: SYSTEM.to_owned(), detail }, at)?;
    Ok(Written::Done)
}

/// The consultation waits at its old moment, and the counsellor's place is free.
pub(super) fn wait_again(
    conn: &mut AnyConnection,
    ticket: TicketId,
    counsellor: AccountId,
    at: Wall,
) -> QueryResult<()> {
    use consultation::dsl;
    diesel::update(dsl::consultation.find(ticket))
        .set((
            dsl::status.eq(Status::Waiting),
            dsl::counsellor_id.eq(None::<AccountId>),
            dsl::matched_dttm.eq(None::<Wall>),
            dsl::explanation.eq(None::<String>),
            dsl::mod_dttm.eq(at),
        ))
        .execute(conn)?;
    free_place(conn, counsellor, at)
}

/// Ends the room and empties its seats; `false` if it was not open.
pub(super) fn close(conn: &mut AnyConnection, id: RoomId, end: &End) -> QueryResult<bool> {
    let at = end.at;
    let closed = diesel::update(room::table.find(id).filter(room::status.eq(RoomStatus::Open)))
        .set((
            room::status.eq(RoomStatus::Ended),
            room::end_reason.eq(end.reason),
            room::ended_by.eq(end.by),
            room::end_note.eq(end.note),
            room::closed_dttm.eq(at),
            room::mod_dttm.eq(at),
        ))
        .execute(conn)?;
    if closed == 0 {
        return Ok(false);
    }
    use room_member::dsl;
    diesel::update(dsl::room_member.filter(dsl::room_id.eq(id).and(dsl::seat_state.ne(SeatState::Left))))
        .set((dsl::seat_state.eq(SeatState::Left), dsl::left_dttm.eq(at), dsl::mod_dttm.eq(at)))
        .execute(conn)?;
    Ok(true)
}

/// The talking consultation of a room, and whose place it takes.
pub(super) fn talk_of(conn: &mut AnyConnection, id: RoomId) -> QueryResult<Option<(TicketId, AccountId)>> {
    room::table
        .inner_join(consultation::table)
        .filter(room::room_id.eq(id).and(consultation::status.eq(Status::Talking)))
        .select((consultation::consultation_id, consultation::counsellor_id.assume_not_null()))
        .first(conn)
        .optional()
}
