//! One batch: read what is due and all it touches, then write it in short transactions.
//!
//! It is right because of an order: how often each due consultation has changed is read first and compared
//! last, and its row is deleted only once all that was to be made again for it is on file. What changes in
//! between has changed more often, stays due, and is indexed again; a bucket that another consultation changed
//! meanwhile is made again with that one.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Bool;

use crate::ids::{LineId, TicketId};
use crate::storage::centre::lines;
use crate::storage::history::consultations::{self, Consultation};
use crate::storage::history::due::DueConsultation;
use crate::storage::history::stats::{self, Bucket};
use crate::storage::history::terms::{Terms, Value};
use crate::storage::history::{due, search};
use crate::storage::{AnyConnection, StoreError, WriteQueue};
use crate::time::Wall;

/// Most consultations in one batch. A batch sums up each hour it touches from the whole hour's log,
/// so few large ones cost less than many small ones.
pub const BATCH_MAX: u32 = 1024;
/// Most documents in one transaction: whoever waits for their turn to write gets it in between.
const WRITE_MAX: usize = 64;
/// Any number will do, as long as every node uses the same.
const LEAVE: i64 = 0x414E_5445_5249_4758;

#[derive(QueryableByName)]
struct Leave {
    #[diesel(sql_type = Bool)]
    given: bool,
}

/// Whether this connection may index. On PostgreSQL one of all nodes may, as long as its
/// connection lives: two that sum up the same hour could put the older sum last.
pub(super) fn may_index(conn: &mut AnyConnection) -> QueryResult<bool> {
    match conn {
        AnyConnection::Sqlite(_) => Ok(true),
        AnyConnection::Postgres(conn) => {
            let leave: Leave = sql_query(format!("SELECT pg_try_advisory_lock({LEAVE}) AS given")).get_result(conn)?;
            Ok(leave.given)
        }
    }
}

/// Indexes at most `limit` of what is due, and says how many that were. It waits for its turn to write.
pub fn index(conn: &mut AnyConnection, write_queue: &WriteQueue, limit: u32, at: Wall) -> Result<usize, StoreError> {
    let taken = due::take(conn, limit)?;
    if taken.is_empty() {
        return Ok(0);
    }
    let tests = lines::tests(conn)?;
    let (real, of_tests) = apart(conn, &taken, &tests)?;
    let moments: BTreeSet<i64> = real.iter().map(moment_of).collect();
    let mut touched = Vec::new();
    for moment in moments {
        let mut over = consultations::over_at(conn, moment)?;
        over.retain(|found| !tests.contains(&found.ticket.line));
        touched.push((moment, over));
    }
    let buckets = buckets(conn, touched.iter().flat_map(|(_, all)| all))?;
    in_turn(conn, write_queue, |conn| {
        due::settle(conn, &of_tests)?;
        buckets.iter().try_for_each(|(line, hour, bucket)| stats::put(conn, *line, *hour, bucket, at))
    })?;
    for some in touched.chunks(WRITE_MAX) {
        let documents = documents(conn, some)?;
        let written: BTreeSet<i64> = some.iter().map(|(moment, _)| *moment).collect();
        let indexed: Vec<DueConsultation> =
            real.iter().filter(|due| written.contains(&moment_of(due))).copied().collect();
        in_turn(conn, write_queue, |conn| {
            due::settle(conn, &indexed)?;
            documents.iter().try_for_each(|(moment, terms)| search::put(conn, *moment, terms))
        })?;
    }
    Ok(taken.len())
}

/// Most hours of lines made again at a time, for their waits: each is read whole from the log.
const REMAKE_MAX: u32 = 16;

/// Makes hours that were summed up before waits were kept one by one again from the log, the newest
/// before `before` first. How far back it came, to go on from there; `None` once there are no more.
pub fn remake(
    conn: &mut AnyConnection,
    write_queue: &WriteQueue,
    before: Wall,
    at: Wall,
) -> Result<Option<Wall>, StoreError> {
    let hours = stats::without_waits(conn, before, REMAKE_MAX)?;
    let sum_up = |(line, hour): &(LineId, Wall)| Ok((*line, *hour, stats::of_log(conn, *line, *hour)?));
    let buckets = hours.iter().map(sum_up).collect::<QueryResult<Vec<(LineId, Wall, Bucket)>>>()?;
    in_turn(conn, write_queue, |conn| {
        buckets.iter().try_for_each(|(line, hour, bucket)| stats::put(conn, *line, *hour, bucket, at))
    })?;
    // Other lines of the last hour may be left; those made again are not found again.
    Ok(hours.last().map(|(_, hour)| Wall(hour.0 + 1)))
}

fn in_turn(
    conn: &mut AnyConnection,
    write_queue: &WriteQueue,
    write: impl FnOnce(&mut AnyConnection) -> QueryResult<()>,
) -> Result<(), StoreError> {
    let _turn = write_queue.take()?;
    conn.write(write).map_err(StoreError::Query)
}

/// The millisecond since 1970 that a document stands for.
fn moment_of(due: &DueConsultation) -> i64 {
    due.requested_at.0.div_euclid(1_000)
}

/// Those of real lines, and those of test lines, which are in no index and no summary.
fn apart(
    conn: &mut AnyConnection,
    taken: &[DueConsultation],
    tests: &[LineId],
) -> QueryResult<(Vec<DueConsultation>, Vec<DueConsultation>)> {
    if tests.is_empty() {
        return Ok((taken.to_vec(), Vec::new()));
    }
    let ids = taken.iter().map(|due| due.ticket).collect();
    let found = consultations::by_ids(conn, ids)?;
    let of_tests: BTreeSet<TicketId> =
        found.into_iter().filter(|found| tests.contains(&found.ticket.line)).map(|found| found.ticket.ticket).collect();
    Ok(taken.iter().copied().partition(|due| !of_tests.contains(&due.ticket)))
}

/// The documents of these moments: one holds the terms of all that was asked for at its moment.
fn documents(conn: &mut AnyConnection, touched: &[(i64, Vec<Consultation>)]) -> QueryResult<Vec<(i64, Vec<i32>)>> {
    let ids: Vec<TicketId> = touched.iter().flat_map(|(_, all)| all).map(|found| found.ticket.ticket).collect();
    let mut said = HashMap::<TicketId, Vec<String>>::new();
    for (ticket, body) in consultations::said_in(conn, ids)? {
        said.entry(ticket).or_default().push(body);
    }
    let document = |(moment, all): &(i64, Vec<Consultation>)| {
        let mut terms = Terms::default();
        terms.moment(*moment);
        for found in all {
            describe(found, &mut terms);
            said.get(&found.ticket.ticket).into_iter().flatten().for_each(|body| terms.text(body));
        }
        (*moment, terms.finish())
    };
    Ok(touched.iter().map(document).collect())
}

/// The terms of a consultation, but for what was said in it.
fn describe(found: &Consultation, terms: &mut Terms) {
    terms.value(Value::Line(found.ticket.line));
    terms.value(Value::Topic(&found.ticket.topic));
    terms.value(Value::Status(found.status));
    found.counsellor.into_iter().for_each(|account| terms.value(Value::Counsellor(account)));
    found.ticket.desk.into_iter().for_each(|desk| terms.value(Value::Desk(desk)));
    found.result_code.iter().for_each(|code| terms.value(Value::Result(code)));
    found.rating.into_iter().for_each(|score| terms.value(Value::Rating(score)));
    found.over().waited_s().into_iter().for_each(|seconds| terms.waited(seconds));
    [&found.memo, &found.ticket.note].into_iter().flatten().for_each(|text| terms.text(text));
}

/// The buckets these consultations count in, as the log has them now.
fn buckets<'a>(
    conn: &mut AnyConnection,
    touched: impl Iterator<Item = &'a Consultation>,
) -> QueryResult<Vec<(LineId, Wall, Bucket)>> {
    let hours: BTreeSet<(LineId, i64)> =
        touched.map(|found| (found.ticket.line, stats::hour_of(found.ticket.requested_at).0)).collect();
    let sum_up = |(line, hour)| Ok((line, Wall(hour), stats::of_log(conn, line, Wall(hour))?));
    hours.into_iter().map(sum_up).collect()
}
