//! A ticket meets a counsellor, and the end of their room.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use serde_json::json;

use super::keepers::unchanged;
use super::seats::take_both;
use crate::broken::{Defect, is_broken};
use crate::dispatch::{MatchRow, Written};
use crate::ids::{AccountId, MemberId, NodeId, RoomId, TermId, TicketId};
use crate::protocol::{EndReason, SeatState};
use crate::storage::engine::prepared::{Left, Open, all, one};
use crate::storage::history::due;
use crate::storage::people::places::{free_place, take_place};
use crate::storage::schema::{consultation, room, room_member};
use crate::storage::talk::events::{self, EventKind, EventRow};
use crate::storage::talk::rooms::RoomStatus;
use crate::storage::talk::tickets::Status;
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;

/// The place of the counsellor first, then the ticket: what is taken back, if the ticket was not
/// to be had, is then a plain count.
pub(crate) fn pair(conn: &mut AnyConnection, term: TermId, row: &MatchRow) -> QueryResult<Written> {
    let from = matched_from(conn, row.ticket)?;
    let is_theirs = consultation::status.eq(from).and(consultation::keeper_id.eq(term));
    let waiting = consultation::table.find(row.ticket).filter(is_theirs);
    if !take_place(conn, row.counsellor, row.at)? {
        return Ok(if waiting.count().get_result::<i64>(conn)? == 1 { Written::Full } else { Written::Stale });
    }
    let by = row.counsellor.to_string();
    let matched = diesel::update(waiting).set((
        consultation::status.eq(Status::Talking),
        consultation::counsellor_id.eq(row.counsellor),
        consultation::matched_dttm.eq(row.at),
        consultation::explanation.eq(&row.explanation),
        consultation::mod_dttm.eq(row.at),
        consultation::mod_id.eq(&by),
    ));
    let matched: Option<TicketId> = one!(conn, matched.returning(consultation::consultation_id)).optional()?;
    if matched.is_none() {
        free_place(conn, row.counsellor, row.at)?;
        return Ok(Written::Stale);
    }
    // Where the rooms before it ended.
    let last = sql::<Integer>("(SELECT COALESCE(MAX(LAST_SEQ), 0) FROM ROOM WHERE CONSULTATION_ID = ")
        .bind::<Text, _>(row.ticket)
        .sql(")");
    let opened = diesel::insert_into(room::table).values((
        room::room_id.eq(row.room),
        room::kind.eq("CONSULTATION"),
        room::consultation_id.eq(row.ticket),
        room::status.eq(RoomStatus::Open),
        room::last_seq.eq(last),
        (room::opened_dttm.eq(row.at), room::keeper_id.eq(row.home)),
        (room::reg_dttm.eq(row.at), room::reg_id.eq(&by), room::mod_dttm.eq(row.at), room::mod_id.eq(&by)),
    ));
    let last: i32 = one!(conn, opened.returning(room::last_seq))?;
    take_both(conn, row.room, &row.seats, row.at)?;
    Ok(Written::Matched { last_seq: u32::try_from(last).unwrap_or(0) })
}

/// The condition that makes a match happen once (R9): the ticket stands where a match finds it.
fn matched_from(conn: &mut AnyConnection, ticket: TicketId) -> QueryResult<Status> {
    if is_broken(Defect::UnconditionalMatch) {
        return consultation::table.find(ticket).select(consultation::status).first(conn);
    }
    Ok(Status::Waiting)
}

/// How a room ends.
pub(crate) struct End<'a> {
    pub(crate) reason: EndReason,
    pub(crate) by: Option<MemberId>,
    /// What they said about it.
    pub(crate) note: Option<&'a str>,
    pub(crate) at: Wall,
}

/// What closing a room came to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    /// It was not open, or is another's.
    NotOpen,
    /// It is over, and this is the consultation it was about, unless it is a group's.
    Closed(Option<TicketId>),
}

pub(crate) fn end(
    conn: &mut AnyConnection,
    home: NodeId,
    id: RoomId,
    end: &End,
    wrap_up: bool,
) -> QueryResult<Written> {
    use consultation::dsl;
    let ticket = match close(conn, home, id, end)? {
        Closing::NotOpen => return unchanged(conn, home, id),
        Closing::Closed(None) => return Ok(Written::Done),
        Closing::Closed(Some(ticket)) => ticket,
    };
    let at = end.at;
    let over = diesel::update(dsl::consultation.find(ticket).filter(dsl::status.eq(Status::Talking)))
        .set((
            dsl::status.eq(if wrap_up { Status::WrapUp } else { Status::Done }),
            dsl::end_reason.eq(end.reason.code()),
            dsl::ended_dttm.eq(at),
            dsl::mod_dttm.eq(at),
        ))
        .returning((dsl::counsellor_id.assume_not_null(), dsl::requested_dttm));
    let talk: Option<(AccountId, Wall)> = one!(conn, over).optional()?;
    let Some((counsellor, requested)) = talk else { return Ok(Written::Done) };
    if !wrap_up {
        free_place(conn, counsellor, at)?;
    }
    due::note(conn, ticket, requested, at)?;
    Ok(Written::Done)
}

/// Another node keeps the room from here on, or nobody does.
pub(crate) fn hand_on(
    conn: &mut AnyConnection,
    home: NodeId,
    id: RoomId,
    to: Option<NodeId>,
    at: Wall,
) -> QueryResult<Written> {
    let theirs = room::table.find(id).filter(room::status.eq(RoomStatus::Open).and(room::keeper_id.eq(home)));
    let changed = diesel::update(theirs)
        .set((room::keeper_id.eq(to), room::mod_dttm.eq(at), room::mod_id.eq(SYSTEM)))
        .execute(conn)?;
    if changed == 0 { unchanged(conn, home, id) } else { Ok(Written::Done) }
}

/// R11.
pub(crate) fn give_back(conn: &mut AnyConnection, home: NodeId, id: RoomId, at: Wall) -> QueryResult<Written> {
    let lost = End { reason: EndReason::CounsellorLost, by: None, note: None, at };
    if close(conn, home, id, &lost)? == Closing::NotOpen {
        return unchanged(conn, home, id);
    }
    let Some((ticket, counsellor)) = talk_of(conn, id)? else { return Ok(Written::Done) };
    wait_again(conn, ticket, counsellor, at)?;
    let detail = json!({ "counsellor": counsellor, "room": id });
    events::append(conn, &EventRow { ticket, kind: EventKind::Returned, by: SYSTEM.to_owned(), detail }, at)?;
    Ok(Written::Done)
}

/// The consultation waits at its old moment, and the counsellor's place is free. A home cannot say who matches: it
/// is nobody's until a term takes it.
pub(crate) fn wait_again(
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
            dsl::keeper_id.eq(None::<TermId>),
            dsl::mod_dttm.eq(at),
        ))
        .execute(conn)?;
    free_place(conn, counsellor, at)
}

/// Ends the room, if it is open and its keeper is `home`, and empties its seats.
pub(crate) fn close(conn: &mut AnyConnection, home: NodeId, id: RoomId, end: &End) -> QueryResult<Closing> {
    let at = end.at;
    let closed = diesel::update(room::table.find(id).filter(room::status.eq(Open).and(room::keeper_id.eq(home))))
        .set((
            room::status.eq(RoomStatus::Ended),
            room::end_reason.eq(end.reason),
            room::ended_by.eq(end.by),
            room::end_note.eq(end.note),
            room::closed_dttm.eq(at),
            room::mod_dttm.eq(at),
        ))
        .returning(room::consultation_id);
    let Some(ticket) = one!(conn, closed).optional()? else { return Ok(Closing::NotOpen) };
    use room_member::dsl;
    let seated = dsl::room_member.filter(dsl::room_id.eq(id).and(dsl::seat_state.ne(Left)));
    let left = (dsl::seat_state.eq(SeatState::Left), dsl::left_dttm.eq(at), dsl::mod_dttm.eq(at));
    let _: Vec<MemberId> = all!(conn, diesel::update(seated).set(left).returning(dsl::member_id))?;
    Ok(Closing::Closed(ticket))
}

/// The talking consultation of a room, and whose place it takes.
pub(crate) fn talk_of(conn: &mut AnyConnection, id: RoomId) -> QueryResult<Option<(TicketId, AccountId)>> {
    room::table
        .inner_join(consultation::table)
        .filter(room::room_id.eq(id).and(consultation::status.eq(Status::Talking)))
        .select((consultation::consultation_id, consultation::counsellor_id.assume_not_null()))
        .first(conn)
        .optional()
}
