//! After the end: the counsellor's wrap-up and the desk's score.

use diesel::prelude::*;
use serde_json::json;

use crate::dispatch::Written;
use crate::ids::{AccountId, MemberId, RoomId, TicketId};
use crate::protocol::{EndReason, Role};
use crate::storage::AnyConnection;
use crate::storage::engine::prepared::one;
use crate::storage::history::consultations::edited;
use crate::storage::history::due;
use crate::storage::people::places::free_place;
use crate::storage::schema::consultation::dsl;
use crate::storage::schema::{room, room_member};
use crate::storage::talk::events::{self, EventKind, EventRow};
use crate::storage::talk::tickets::Status;
use crate::time::Wall;

/// When it was asked for, and status, first wrap-up, result code and memo as they were.
type Before = (Wall, Status, Option<Wall>, Option<String>, Option<String>);

/// `None` leaves what is on file: a wrap-up that ran out of time must not erase, and a correction
/// names only what it corrects. What was there before a correction stays on file beside it.
pub(crate) fn wrap_up(
    conn: &mut AnyConnection,
    room: RoomId,
    counsellor: AccountId,
    result_code: Option<&str>,
    memo: Option<&str>,
    at: Wall,
) -> QueryResult<Written> {
    let Some((ticket, end)) = consultation_of_ended(conn, room)? else { return Ok(Written::Stale) };
    if end == EndReason::Transferred {
        return part(conn, ticket, room, counsellor, (result_code, memo), at);
    }
    let theirs = dsl::consultation.find(ticket).filter(dsl::counsellor_id.eq(counsellor));
    let by = counsellor.to_string();
    let edit = (
        result_code.map(|code| dsl::result_code.eq(code)),
        memo.map(|memo| dsl::memo.eq(memo)),
        dsl::mod_dttm.eq(at),
        dsl::mod_id.eq(&by),
        dsl::version.eq(dsl::version + 1),
    );
    let as_it_was = (dsl::requested_dttm, dsl::status, dsl::wrapped_up_dttm, dsl::result_code, dsl::memo);
    let before: Option<Before> = one!(conn, theirs.select(as_it_was)).optional()?;
    let Some((requested, status, wrapped_up, old_code, old_memo)) = before else { return Ok(Written::Stale) };
    let first = diesel::update(theirs.filter(dsl::status.eq(Status::WrapUp)))
        .set((dsl::status.eq(Status::Done), dsl::wrapped_up_dttm.eq(at), edit))
        .execute(conn)?;
    if first == 1 {
        free_place(conn, counsellor, at)?;
        due::note(conn, ticket, requested, at)?;
        return Ok(Written::WrappedUp { freed: true });
    }
    if status != Status::Done {
        return Ok(Written::Stale);
    }
    // A line without a wrap-up phase: the first words come when all is done.
    let first = wrapped_up.is_none().then_some(dsl::wrapped_up_dttm.eq(at));
    diesel::update(theirs.filter(dsl::status.eq(Status::Done))).set((edit, first)).execute(conn)?;
    let detail = edited((result_code, memo.map(Some)), (old_code, old_memo));
    if wrapped_up.is_some() && detail != json!({}) {
        events::append(conn, &EventRow { ticket, kind: EventKind::Corrected, by, detail }, at)?;
    }
    due::note(conn, ticket, requested, at)?;
    Ok(Written::WrappedUp { freed: false })
}

/// Their part of a consultation that went on with somebody else. The record is the other's to write
/// up, so what is said here stands beside it.
fn part(
    conn: &mut AnyConnection,
    ticket: TicketId,
    room: RoomId,
    counsellor: AccountId,
    (result_code, memo): (Option<&str>, Option<&str>),
    at: Wall,
) -> QueryResult<Written> {
    use room_member as seat;
    let theirs = seat::account_id.eq(counsellor).and(seat::role.eq(Role::Counsellor));
    let seats = seat::table.filter(seat::room_id.eq(room).and(theirs));
    if seats.count().get_result::<i64>(conn)? == 0 {
        return Ok(Written::Stale);
    }
    if result_code.is_some() || memo.is_some() {
        let detail = json!({ "room": room, "result_code": result_code, "memo": memo });
        let by = counsellor.to_string();
        events::append(conn, &EventRow { ticket, kind: EventKind::WroteUp, by, detail }, at)?;
    }
    Ok(Written::WrappedUp { freed: false })
}

pub(crate) fn rate(
    conn: &mut AnyConnection,
    room: RoomId,
    member: MemberId,
    score: u8,
    comment: Option<&str>,
    at: Wall,
) -> QueryResult<Written> {
    use room_member as seat;
    let theirs = seat::table
        .find(member)
        .filter(seat::room_id.eq(room).and(seat::role.eq(Role::Desk)))
        .count()
        .get_result::<i64>(conn)?;
    let Some((ticket, _)) = consultation_of_ended(conn, room)?.filter(|_| theirs == 1) else {
        return Ok(Written::Stale);
    };
    let over = dsl::status.eq(Status::WrapUp).or(dsl::status.eq(Status::Done));
    let rated = diesel::update(dsl::consultation.find(ticket).filter(over.and(dsl::rating.is_null())))
        .set((
            dsl::rating.eq(i32::from(score)),
            dsl::rating_comment.eq(comment),
            dsl::mod_dttm.eq(at),
            dsl::mod_id.eq(member.to_string()),
        ))
        .returning(dsl::requested_dttm);
    let Some(requested) = one!(conn, rated).optional()? else {
        // A desk that did not hear the answer says it again.
        let on_file = dsl::consultation.find(ticket).select(dsl::rating).first::<Option<i32>>(conn)?;
        return Ok(if on_file == Some(i32::from(score)) { Written::Done } else { Written::Stale });
    };
    let detail = json!({ "score": score });
    events::append(conn, &EventRow { ticket, kind: EventKind::Rated, by: "VISITOR".to_owned(), detail }, at)?;
    due::note(conn, ticket, requested, at)?;
    Ok(Written::Done)
}

/// The consultation of a room that is over, and how it ended.
fn consultation_of_ended(conn: &mut AnyConnection, id: RoomId) -> QueryResult<Option<(TicketId, EndReason)>> {
    let room = room::table.find(id).select((room::consultation_id, room::end_reason));
    let found: Option<(Option<TicketId>, Option<EndReason>)> = one!(conn, room).optional()?;
    Ok(found.and_then(|(ticket, end)| Some((ticket?, end?))))
}
