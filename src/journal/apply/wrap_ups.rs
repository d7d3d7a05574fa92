//! After the end: the counsellor's wrap-up and the desk's score.

use diesel::prelude::*;

use crate::ids::{AccountId, MemberId, RoomId, TicketId};
use crate::journal::write::Written;
use crate::protocol::Role;
use crate::storage::AnyConnection;
use crate::storage::places::free_place;
use crate::storage::rooms::RoomStatus;
use crate::storage::schema::consultation::dsl;
use crate::storage::schema::{room, room_member};
use crate::storage::tickets::Status;
use crate::time::Wall;

/// `None` leaves what is on file: a wrap-up that ran out of time must not erase, and a correction
/// names only what it corrects.
pub(super) fn wrap_up(
    conn: &mut AnyConnection,
    room: RoomId,
    counsellor: AccountId,
    result_code: Option<&str>,
    memo: Option<&str>,
    at: Wall,
) -> QueryResult<Written> {
    let Some(ticket) = consultation_of_ended(conn, room)? else { return Ok(Written::Stale) };
    let theirs = dsl::consultation.find(ticket).filter(dsl::counsellor_id.eq(counsellor));
    let by = counsellor.to_string();
    let edit = (
        result_code.map(|code| dsl::result_code.eq(code)),
        memo.map(|memo| dsl::memo.eq(memo)),
        dsl::mod_dttm.eq(at),
        dsl::mod_id.eq(&by),
    );
    let first = diesel::update(theirs.filter(dsl::status.eq(Status::WrapUp)))
        .set((dsl::status.eq(Status::Done), dsl::wrapped_up_dttm.eq(at), edit))
        .execute(conn)?;
    if first == 1 {
        free_place(conn, counsellor, at)?;
        return Ok(Written::WrappedUp { freed: true });
    }
    let later = diesel::update(theirs.filter(dsl::status.eq(Status::Done))).set(edit).execute(conn)?;
    Ok(if later == 1 { Written::WrappedUp { freed: false } } else { Written::Stale })
}

pub(super) fn rate(
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
    let Some(ticket) = consultation_of_ended(conn, room)?.filter(|_| theirs == 1) else { return Ok(Written::Stale) };
    let over = dsl::status.eq(Status::WrapUp).or(dsl::status.eq(Status::Done));
    let rated = diesel::update(dsl::consultation.find(ticket).filter(over.and(dsl::rating.is_null())))
        .set((
            dsl::rating.eq(i32::from(score)),
            dsl::rating_comment.eq(comment),
            dsl::mod_dttm.eq(at),
            dsl::mod_id.eq(member.to_string()),
        ))
        .execute(conn)?;
    Ok(if rated == 1 { Written::Done } else { Written::Stale })
}

fn consultation_of_ended(conn: &mut AnyConnection, id: RoomId) -> QueryResult<Option<TicketId>> {
    let found: Option<Option<TicketId>> = room::table
        .find(id)
        .filter(room::status.eq(RoomStatus::Ended))
        .select(room::consultation_id)
        .first(conn)
        .optional()?;
    Ok(found.flatten())
}
