//! A consultation goes to another counsellor or line while it lives.

use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde_json::json;

use super::keepers::unchanged;
use super::matches::{Closing, End, close, talk_of, wait_again};
use super::rows::MoveRow;
use crate::dispatch::{HandOverRow, Written};
use crate::ids::{LineId, NodeId, TermId, TicketId};
use crate::protocol::EndReason;
use crate::storage::AnyConnection;
use crate::storage::schema::consultation::dsl;
use crate::storage::schema::moved_number;
use crate::storage::talk::events::{self, EventKind, EventRow};
use crate::storage::talk::tickets::Status;
use crate::time::Wall;

/// The room is over and its ticket waits; the match with who accepted it is another write.
pub(crate) fn hand_over(conn: &mut AnyConnection, home: NodeId, row: &HandOverRow) -> QueryResult<Written> {
    let HandOverRow { room, line, to, by, at, .. } = *row;
    let end = End { reason: EndReason::Transferred, by: None, note: row.note.as_deref(), at };
    if close(conn, home, room, &end)? == Closing::NotOpen {
        return unchanged(conn, home, room);
    }
    let Some((ticket, giver)) = talk_of(conn, room)? else { return Ok(Written::Done) };
    wait_again(conn, ticket, giver, at)?;
    let before = leave(conn, None, ticket, line, &by.to_string(), at)?;
    let moved = before.filter(|before| *before != line);
    let mut detail = json!({ "counsellor": to, "from": giver, "room": room, "note": row.note });
    if let Some(before) = moved {
        (detail["line"], detail["line_before"]) = (json!(line), json!(before));
    }
    let what = EventRow { ticket, kind: EventKind::Transferred, by: by.to_string(), detail };
    events::append(conn, &what, at)?;
    Ok(Written::Done)
}

/// `Stale` if the ticket does not wait under this term.
pub(crate) fn to_line(conn: &mut AnyConnection, term: TermId, row: &MoveRow) -> QueryResult<Written> {
    let MoveRow { ticket, line, at, .. } = *row;
    let before = leave(conn, Some(term), ticket, line, &row.actor.id, at)?;
    let Some(before) = before else { return Ok(Written::Stale) };
    let detail = json!({ "line": line, "line_before": before, "reason": row.reason });
    events::append(conn, &EventRow { ticket, kind: EventKind::Moved, by: row.actor.id.clone(), detail }, at)?;
    Ok(Written::Done)
}

/// A ticket that waits under this keeper is of another line from here on; the line before, `None` if it does not
/// wait so. Its number is still one of the line that gave it, so that it is not given again there, and
/// is none of the new one's.
fn leave(
    conn: &mut AnyConnection,
    keeper: Option<TermId>,
    ticket: TicketId,
    line: LineId,
    by: &str,
    at: Wall,
) -> QueryResult<Option<LineId>> {
    let is_nobodys = dsl::keeper_id.is_null().and(keeper.is_none().into_sql::<Bool>());
    let is_theirs = dsl::status.eq(Status::Waiting).and(dsl::keeper_id.eq(keeper).or(is_nobodys));
    let waiting = || dsl::consultation.find(ticket).filter(is_theirs);
    let found: Option<(LineId, i32, Option<i32>)> =
        waiting().select((dsl::line_id, dsl::ticket_day, dsl::ticket_no)).first(conn).optional()?;
    let Some((before, day, no)) = found else { return Ok(None) };
    if before == line {
        return Ok(Some(before));
    }
    let moved = diesel::update(waiting())
        .set((dsl::line_id.eq(line), dsl::ticket_no.eq(None::<i32>), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)))
        .execute(conn)?;
    if moved == 0 {
        return Ok(None);
    }
    if let Some(no) = no {
        use moved_number as number;
        diesel::insert_into(number::table)
            .values((
                number::line_id.eq(before),
                number::ticket_day.eq(day),
                number::ticket_no.eq(no),
                number::consultation_id.eq(ticket),
                (number::reg_dttm.eq(at), number::reg_id.eq(by), number::mod_dttm.eq(at), number::mod_id.eq(by)),
            ))
            .execute(conn)?;
    }
    Ok(Some(before))
}
