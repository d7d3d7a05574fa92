//! All test data taken away: consultations some at a time, so that nobody waits long for the
//! database, and at the end the lines and who served them. Nothing is taken but what the mark of
//! its line or account says is test data.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::ids::{LineId, NodeId, TicketId};
use crate::protocol::{ClosedReason, EndReason, SeatState};
use crate::storage::centre::desks;
use crate::storage::centre::lines::{self, Line};
use crate::storage::engine::flag::Yn;
use crate::storage::schema::{account, consultation, line, room, room_member};
use crate::storage::talk::rooms::RoomStatus;
use crate::storage::talk::tickets::Status;
use crate::storage::work::jobs::{self, JobKind};
use crate::storage::work::kept;
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;

/// Tables whose rows belong to a room, in the order in which they may be deleted. A new table with a `ROOM_ID` stands
/// here.
const OF_ROOM: [&str; 3] = ["MESSAGE", "WHISPER", "ROOM_MEMBER"];
/// Tables whose rows belong to a consultation, besides its rooms.
const OF_CONSULTATION: [&str; 3] = ["CONSULTATION_EVENT", "CONSULTATION_DUE", "MOVED_NUMBER"];
/// Tables whose rows belong to an account.
const OF_ACCOUNT: [&str; 7] = [
    "ACCOUNT_LINE",
    "ACCOUNT_NETWORK",
    "ACCOUNT_SESSION",
    "API_TOKEN",
    "ACCOUNT_LINK",
    "RECOVERY_CODE",
    "CANNED_REPLY",
];
/// Tables whose rows belong to a line, besides its consultations.
const OF_LINE: [&str; 4] = ["STAT_HOUR", "MOVED_NUMBER", "ACCOUNT_LINE", "ASK_COUNT"];

/// Takes at most `limit` consultations away with all that is in them; how many there were.
pub fn some(conn: &mut AnyConnection, limit: u32) -> QueryResult<usize> {
    let tests = lines::tests(conn)?;
    let all: Vec<TicketId> = consultation::table
        .filter(consultation::line_id.eq_any(tests))
        .limit(i64::from(limit))
        .select(consultation::consultation_id)
        .load(conn)?;
    for ticket in &all {
        let ticket = ticket.to_string();
        for table in OF_ROOM {
            let rooms = "SELECT ROOM_ID FROM ROOM WHERE CONSULTATION_ID =";
            delete(conn, &format!("{table} WHERE ROOM_ID IN ({rooms}"), &ticket, ")")?;
        }
        delete(conn, "ROOM WHERE CONSULTATION_ID =", &ticket, "")?;
        for table in OF_CONSULTATION {
            delete(conn, &format!("{table} WHERE CONSULTATION_ID ="), &ticket, "")?;
        }
        delete(conn, "CONSULTATION WHERE CONSULTATION_ID =", &ticket, "")?;
    }
    Ok(all.len())
}

fn delete(conn: &mut AnyConnection, before: &str, id: &str, after: &str) -> QueryResult<usize> {
    let place = if matches!(conn, AnyConnection::Sqlite(_)) { "?" } else { "$1" };
    sql_query(format!("DELETE FROM {before} {place}{after}")).bind::<Text, _>(id).execute(conn)
}

/// Takes the lines away once no consultation is left, and who serves them; what lines those were.
pub fn rest(conn: &mut AnyConnection, by: &str, at: Wall) -> QueryResult<Vec<Line>> {
    let gone: Vec<Line> = line::table.filter(line::test_yn.eq(Yn(true))).select(Line::as_select()).load(conn)?;
    for table in OF_ACCOUNT {
        sql_query(format!(
            "DELETE FROM {table} WHERE ACCOUNT_ID IN (SELECT ACCOUNT_ID FROM ACCOUNT WHERE TEST_YN = 'Y')"
        ))
        .execute(conn)?;
    }
    diesel::delete(account::table.filter(account::test_yn.eq(Yn(true)))).execute(conn)?;
    for Line { id, .. } in &gone {
        desks::leave_line(conn, *id, by, at)?;
        for table in OF_LINE {
            delete(conn, &format!("{table} WHERE LINE_ID ="), &id.to_string(), "")?;
        }
    }
    diesel::delete(line::table.filter(line::test_yn.eq(Yn(true)))).execute(conn)?;
    Ok(gone)
}

/// Gives up rehearsals whose keeper is gone, and `keeper`'s own of which nothing was heard since `stale_before`; while
/// none is played the tokens of test counsellors count no more. Consultations and rooms are left alone: beside living
/// nodes they are in the hands of their keepers, and end as the people in them have gone.
pub fn give_up(conn: &mut AnyConnection, keeper: NodeId, stale_before: Wall, why: &str, at: Wall) -> QueryResult<()> {
    kept::abandon(conn, JobKind::Rehearsal, keeper, stale_before, why, at)?;
    // One statement: a token that comes on file meanwhile comes with a rehearsal that is played.
    sql_query(
        "DELETE FROM API_TOKEN WHERE ACCOUNT_ID IN (SELECT ACCOUNT_ID FROM ACCOUNT WHERE TEST_YN = 'Y') \
         AND NOT EXISTS (SELECT 1 FROM JOB WHERE KIND = 'REHEARSAL' AND STATE IN ('QUEUED', 'RUNNING'))",
    )
    .execute(conn)
    .map(drop)
}

/// Ends on file whatever a rehearsal left behind when its server ended: consultations and rooms are
/// over, tokens count no more, and the rehearsal has failed. For a start, before anything is taken
/// up. A rehearsal whose keeper lives is another node's, and is left alone with all that is its; `keeper` is who
/// starts, and `why` is for whoever asks about one that is not.
pub fn sweep(conn: &mut AnyConnection, keeper: NodeId, why: &str, at: Wall) -> QueryResult<()> {
    let tests = lines::tests(conn)?;
    give_up(conn, keeper, at, why, at)?;
    if tests.is_empty() || !jobs::live(conn, &[JobKind::Rehearsal])?.is_empty() {
        return Ok(());
    }
    for status in [Status::Waiting, Status::Talking, Status::WrapUp] {
        let left: Vec<TicketId> = consultation::table
            .filter(status.is_it())
            .filter(consultation::line_id.eq_any(tests.clone()))
            .select(consultation::consultation_id)
            .load(conn)?;
        for ticket in left {
            close(conn, ticket, status, at)?;
        }
    }
    Ok(())
}

fn close(conn: &mut AnyConnection, ticket: TicketId, status: Status, at: Wall) -> QueryResult<()> {
    let of_ticket = room::table.filter(room::consultation_id.eq(ticket).and(room::status.eq(RoomStatus::Open)));
    let rooms: Vec<crate::ids::RoomId> = of_ticket.select(room::room_id).load(conn)?;
    let seats = room_member::table
        .filter(room_member::room_id.eq_any(rooms.clone()).and(room_member::seat_state.ne(SeatState::Left)));
    diesel::update(seats)
        .set((room_member::seat_state.eq(SeatState::Left), room_member::left_dttm.eq(at), room_member::mod_dttm.eq(at)))
        .execute(conn)?;
    diesel::update(room::table.filter(room::room_id.eq_any(rooms)))
        .set((
            (room::status.eq(RoomStatus::Ended), room::end_reason.eq(EndReason::Admin), room::closed_dttm.eq(at)),
            (room::mod_dttm.eq(at), room::mod_id.eq(SYSTEM)),
        ))
        .execute(conn)?;
    let (ended, reason) = match status {
        Status::Waiting => (Status::Cancelled, Some(ClosedReason::Cancelled.code())),
        Status::Talking => (Status::Done, Some(EndReason::Admin.code())),
        // It has ended with a reason of its own, and waited to be written up.
        _ => (Status::Done, None),
    };
    diesel::update(consultation::table.find(ticket))
        .set((
            consultation::status.eq(ended),
            reason.map(|reason| (consultation::end_reason.eq(reason), consultation::ended_dttm.eq(at))),
            (consultation::mod_dttm.eq(at), consultation::mod_id.eq(SYSTEM)),
        ))
        .execute(conn)?;
    Ok(())
}

/// How many consultations of test lines are waiting or talking.
pub fn live(conn: &mut AnyConnection) -> QueryResult<i64> {
    let tests: Vec<LineId> = lines::tests(conn)?;
    let mut live = 0;
    for status in Status::LIVE {
        live += consultation::table
            .filter(status.is_it())
            .filter(consultation::line_id.eq_any(tests.clone()))
            .count()
            .get_result::<i64>(conn)?;
    }
    Ok(live)
}
