//! Tickets: opened with a number, refused, closed without a room.

use diesel::dsl::{max, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable};

use crate::dispatch::{TicketEnd, TicketRow, Written};
use crate::ids::{LineId, TermId, TicketId};
use crate::protocol::ClosedReason;
use crate::storage::centre::lines::number;
use crate::storage::engine::prepared::{insert, one};
use crate::storage::history::ask_counts::{self, AskKind, HARDLY_ASKED_S};
use crate::storage::history::due;
use crate::storage::schema::consultation::dsl;
use crate::storage::schema::{consultation, consultation_due, consultation_event as event, line, moved_number, room};
use crate::storage::talk::tickets::{Status, by_request, request_key};
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::{SECOND, Wall};

/// A number on file: the count of its line and day, and the form people see.
type Number = (i32, String);

pub(crate) fn open(conn: &mut AnyConnection, term: TermId, row: &TicketRow) -> QueryResult<Written> {
    match by_request(conn, row.desk, &row.client_id)? {
        Some(ticket) if ticket == row.ticket => return on_file(conn, term, ticket),
        Some(ticket) => return Ok(Written::Duplicate { ticket }),
        None => {}
    }
    let day = number(row.day);
    // Both counts in one statement: a ticket that is moved meanwhile is seen in one of the two.
    // Another node may draw the same number: the unique index refuses one of the two, and the
    // journal runs that one again.
    let here = dsl::consultation.filter(dsl::line_id.eq(row.line).and(dsl::ticket_day.eq(day)));
    let gone = moved_number::table.filter(moved_number::line_id.eq(row.line).and(moved_number::ticket_day.eq(day)));
    let of_line = line::table.find(row.line).select((
        line::topic,
        line::prefix,
        here.select(max(dsl::ticket_no)).single_value(),
        gone.select(max(moved_number::ticket_no)).single_value(),
        first_day(Status::Waiting),
        first_day(Status::Talking),
    ));
    let (topic, prefix, last, moved, waits, talks): (
        String,
        String,
        Option<i32>,
        Option<i32>,
        Option<i32>,
        Option<i32>,
    ) = one!(conn, of_line)?;
    let is_earlier = [waits, talks].into_iter().flatten().any(|first| first < day);
    let taken = if is_earlier { shown_since_yesterday(conn, day)? } else { Vec::new() };
    let shown = |no: i32| format!("{prefix}-{no:03}");
    let first = last.max(moved).unwrap_or(0) + 1;
    // There are fewer live tickets than numbers, so one is free.
    let next = (first..).find(|no| !taken.contains(&shown(*no))).unwrap_or(first);
    let shown = shown(next);
    let number = Some((next, shown.clone()));
    if !insert(conn, Some(term), row, &topic, number, None)? {
        return on_file(conn, term, row.ticket);
    }
    Ok(Written::Opened { number: shown })
}

/// What the row says of a ticket that is asked for again: it may have been put on file for a term that was over
/// before anybody was told. If it waits it is this term's.
fn on_file(conn: &mut AnyConnection, term: TermId, ticket: TicketId) -> QueryResult<Written> {
    let waiting = dsl::consultation.find(ticket).filter(dsl::status.eq(Status::Waiting));
    let taken = diesel::update(waiting).set(dsl::keeper_id.eq(term)).returning(dsl::ticket_number);
    let number: Option<Option<String>> = one!(conn, taken).optional()?;
    Ok(number.flatten().map_or(Written::Duplicate { ticket }, |number| Written::Opened { number }))
}

/// A ticket that waits and is nobody's is this term's from here on.
pub(crate) fn take(conn: &mut AnyConnection, term: TermId, ticket: TicketId) -> QueryResult<Written> {
    let is_nobodys = dsl::status.eq(Status::Waiting).and(dsl::keeper_id.is_null());
    let taken = diesel::update(dsl::consultation.find(ticket).filter(is_nobodys)).set(dsl::keeper_id.eq(term));
    let taken: Option<TicketId> = one!(conn, taken.returning(dsl::consultation_id)).optional()?;
    Ok(if taken.is_some() { Written::Done } else { Written::Stale })
}

/// The day of whoever has had this status for the longest, by when they asked: nobody's is earlier. One look at the
/// index of the few that are not over; the limit is part of the text, as one that is bound has the statement
/// planned anew.
fn first_day(status: Status) -> SqlLiteral<Nullable<Integer>> {
    sql(&format!(
        "(SELECT TICKET_DAY FROM CONSULTATION WHERE STATUS = '{}' ORDER BY REQUESTED_DTTM LIMIT 1)",
        status.code()
    ))
}

/// The numbers of earlier days, as people see them, that are still called or talked under. Numbers begin
/// anew every day, and two people must not answer to one.
fn shown_since_yesterday(conn: &mut AnyConnection, day: i32) -> QueryResult<Vec<String>> {
    let mut shown = Vec::new();
    for status in [Status::Waiting, Status::Talking] {
        let live = consultation::table.filter(status.is_it()).filter(dsl::ticket_day.lt(day));
        let live = live.filter(dsl::ticket_number.is_not_null());
        shown.extend(live.select(dsl::ticket_number.assume_not_null()).load::<String>(conn)?);
    }
    Ok(shown)
}

pub(crate) fn refuse(conn: &mut AnyConnection, row: &TicketRow, reason: ClosedReason) -> QueryResult<Written> {
    if !ask_counts::count(conn, AskKind::Refused, row.line, row.requested_at)? {
        return Ok(Written::Done);
    }
    let topic: String = line::table.find(row.line).select(line::topic).first(conn)?;
    if !insert(conn, None, row, &topic, None, Some(reason))? {
        let status: Status = one!(conn, dsl::consultation.find(row.ticket).select(dsl::status))?;
        let is_refused = status == Status::Refused;
        return Ok(if is_refused { Written::Done } else { Written::Duplicate { ticket: row.ticket } });
    }
    due::note(conn, row.ticket, row.requested_at, row.requested_at)?;
    Ok(Written::Done)
}

pub(crate) fn close(
    conn: &mut AnyConnection,
    term: TermId,
    ticket: TicketId,
    end: TicketEnd,
    reason: ClosedReason,
    at: Wall,
) -> QueryResult<Written> {
    let status = match end {
        TicketEnd::Cancelled => Status::Cancelled,
        TicketEnd::Abandoned => Status::Abandoned,
        TicketEnd::Expired => Status::Expired,
    };
    let is_theirs = dsl::status.eq(Status::Waiting).and(dsl::keeper_id.eq(term));
    let closed = diesel::update(dsl::consultation.find(ticket).filter(is_theirs))
        .set((
            dsl::status.eq(status),
            dsl::end_reason.eq(reason.code()),
            dsl::ended_dttm.eq(at),
            dsl::mod_dttm.eq(at),
            dsl::mod_id.eq(SYSTEM),
        ))
        .returning((dsl::line_id, dsl::requested_dttm, dsl::version));
    let closed: Option<(LineId, Wall, i32)> = one!(conn, closed).optional()?;
    let Some((line, requested, version)) = closed else { return Ok(Written::Stale) };
    let may_go = end == TicketEnd::Cancelled && version == 1 && hardly_asked(requested, at);
    if may_go && leaves_a_count(conn, ticket, line, requested)? {
        return Ok(Written::Done);
    }
    due::note(conn, ticket, requested, at)?;
    Ok(Written::Done)
}

fn hardly_asked(requested: Wall, at: Wall) -> bool {
    at.0.saturating_sub(requested.0) <= i64::from(HARDLY_ASKED_S) * SECOND as i64
}

/// Whether nothing but a count is left of a request that was given up at once: there were many of them, and nothing
/// else refers to this one (it rang nowhere, was of one line all along, and nobody edited it).
fn leaves_a_count(conn: &mut AnyConnection, ticket: TicketId, line: LineId, requested: Wall) -> QueryResult<bool> {
    let happened = event::table.filter(event::consultation_id.eq(ticket)).count().get_result::<i64>(conn)?;
    let moved = moved_number::table.filter(moved_number::consultation_id.eq(ticket)).count().get_result::<i64>(conn)?;
    let talked = room::table.filter(room::consultation_id.eq(ticket)).count().get_result::<i64>(conn)?;
    if happened + moved + talked > 0 || ask_counts::count(conn, AskKind::GivenUp, line, requested)? {
        return Ok(false);
    }
    diesel::delete(consultation_due::table.find(ticket)).execute(conn)?;
    diesel::delete(dsl::consultation.find(ticket)).execute(conn)?;
    Ok(true)
}

/// Waiting under its keeper, or refused; `false` if this ticket is on file already.
fn insert(
    conn: &mut AnyConnection,
    keeper: Option<TermId>,
    row: &TicketRow,
    topic: &str,
    ticket_number: Option<Number>,
    refused: Option<ClosedReason>,
) -> QueryResult<bool> {
    let by = row.session.to_string();
    let status = if refused.is_some() { Status::Refused } else { Status::Waiting };
    let (no, shown) = ticket_number.unzip();
    let [low, high] = row.predicted_s.map_or([None, None], |range| range.map(|s| Some(number(s))));
    let statement = diesel::insert_into(dsl::consultation).values((
        dsl::consultation_id.eq(row.ticket),
        (dsl::line_id.eq(row.line), dsl::topic.eq(topic), dsl::language.eq(&row.language)),
        (dsl::desk_id.eq(row.desk), dsl::session_id.eq(row.session), dsl::client_id.eq(&row.client_id)),
        // A refused request made nothing: the same key may try again.
        dsl::request_key.eq(request_key(row.desk, &row.client_id).filter(|_| refused.is_none())),
        (dsl::nickname.eq(&row.nickname), dsl::note.eq(&row.note), dsl::priority.eq(i32::from(row.priority))),
        (dsl::ticket_day.eq(number(row.day)), dsl::ticket_no.eq(no), dsl::ticket_number.eq(shown)),
        dsl::requested_dttm.eq(row.requested_at),
        (dsl::status.eq(status), dsl::keeper_id.eq(keeper)),
        (dsl::end_reason.eq(refused.map(ClosedReason::code)), dsl::ended_dttm.eq(refused.map(|_| row.requested_at))),
        (dsl::predicted_low_s.eq(low), dsl::predicted_high_s.eq(high)),
        (
            dsl::reg_dttm.eq(row.requested_at),
            dsl::reg_id.eq(&by),
            dsl::mod_dttm.eq(row.requested_at),
            dsl::mod_id.eq(&by),
        ),
    ));
    Ok(insert!(conn, statement.on_conflict(dsl::consultation_id).do_nothing())? == 1)
}
