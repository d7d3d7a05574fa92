//! Lists of consultations: any filters together, the newest request first, a page as quick at any
//! depth and size.
//!
//! What one ordered index answers is read from it: everything, a counsellor's, some lines'. All
//! else is asked of the index of terms and compared with the record before it is shown; what that
//! index does not hold yet (what lives, and what is due) is looked at besides. No page looks at
//! more than [`EXAMINED_MAX`] candidates: one that finds too little among them is short, and its
//! cursor goes on from there.
//!
//! Test data is in no index of terms: where it is wanted it is read in the order of its lines.

use std::collections::HashMap;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, DeskId, LineId, TicketId};
use crate::storage::centre::lines;
use crate::storage::engine::page::{PAGE_MAX, rows};
use crate::storage::history::consultations::{Consultation, by_ids, said_in};
use crate::storage::history::search::{self, Span, TermQuery};
use crate::storage::history::terms::{SPANS, Terms, Value, Words, wait_step};
use crate::storage::schema::consultation::dsl;
use crate::storage::schema::consultation_due as due;
use crate::storage::talk::tickets::Status;
use crate::storage::{AnyConnection, Cursor, Page};
use crate::time::Wall;

/// Most candidates of the index of terms that one page looks at.
pub const EXAMINED_MAX: usize = 600;
/// Candidates asked for at once.
const AT_ONCE: std::ops::RangeInclusive<usize> = 20..=200;
/// Most of what lives, and of what is due, that one page looks at.
const FRESH_MAX: i64 = 200;
/// Where the first page begins: before the newest.
const START: Cursor = Cursor { at: Wall(i64::MAX), id: uuid::Uuid::max() };

/// What a list is narrowed to. All of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub status: Option<Status>,
    /// The topic's code.
    pub topic: Option<String>,
    /// One of these lines.
    pub lines: Option<Vec<LineId>>,
    /// Who counsels or counselled.
    pub counsellor: Option<AccountId>,
    /// The registered desk it came from.
    pub desk: Option<DeskId>,
    /// A code of the group `RESULT`.
    pub result: Option<String>,
    /// 1 to 5.
    pub rating: Option<i32>,
    /// Waited longer than so many seconds.
    pub waited_over_s: Option<u32>,
    /// Requested then or later.
    pub from: Option<Wall>,
    /// Requested before then.
    pub to: Option<Wall>,
    /// All of these are in memo, note or messages.
    pub words: Option<Words>,
    /// Also those of test lines, which else are left out.
    #[serde(default)]
    pub test: bool,
}

/// A page, the newest request first.
pub fn list(
    conn: &mut AnyConnection,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u32,
) -> QueryResult<Page<Consultation>> {
    let limit = limit.min(PAGE_MAX);
    let tests = lines::tests(conn)?;
    // As if those of test lines were not there: how far a page goes must not depend on them either.
    let hidden = if filter.test { &[][..] } else { &tests[..] };
    if filter.lines.as_ref().is_some_and(Vec::is_empty) {
        return Ok(paged(Vec::new(), limit));
    }
    let only = |counsellor, lines| {
        let Filter { from, to, test, .. } = *filter;
        Filter { counsellor, lines, from, to, test, ..Filter::default() }
    };
    if *filter == only(None, None) || *filter == only(filter.counsellor, None) {
        return ordered(conn, filter, None, hidden, after, limit).map(|items| paged(items, limit));
    }
    if let Some(lines) = &filter.lines
        && *filter == only(None, filter.lines.clone())
    {
        // Each line's own newest, put together: the index of a list of lines would be sorted whole.
        let mut items = Vec::new();
        for line in lines.iter().filter(|line| !hidden.contains(line)) {
            items.extend(ordered(conn, filter, Some(*line), &[], after, limit)?);
        }
        items.sort_unstable_by_key(|found| std::cmp::Reverse(place(found)));
        items.dedup_by_key(|found| found.ticket.ticket);
        return Ok(paged(items, limit));
    }
    by_terms(conn, filter, &tests, after.unwrap_or(START), limit)
}

/// One more than `limit` rows, in order, from an index that begins with what they are narrowed to;
/// none of the lines that are `hidden`.
fn ordered(
    conn: &mut AnyConnection,
    filter: &Filter,
    line: Option<LineId>,
    hidden: &[LineId],
    after: Option<Cursor>,
    limit: u32,
) -> QueryResult<Vec<Consultation>> {
    let mut query = dsl::consultation
        .order((dsl::requested_dttm.desc(), dsl::consultation_id.desc()))
        .limit(rows(limit))
        .select(Consultation::as_select())
        .into_boxed();
    if let Some(line) = line {
        query = query.filter(dsl::line_id.eq(line));
    }
    if !hidden.is_empty() {
        query = query.filter(dsl::line_id.ne_all(hidden.to_vec()));
    }
    if let Some(counsellor) = filter.counsellor {
        query = query.filter(dsl::counsellor_id.eq(counsellor));
    }
    if let Some(from) = filter.from {
        query = query.filter(dsl::requested_dttm.ge(from));
    }
    // A cursor before `to` says more. Given both, SQLite begins at `to` and walks to the cursor.
    if let Some(to) = filter.to.filter(|to| after.is_none_or(|after| after.at >= *to)) {
        query = query.filter(dsl::requested_dttm.lt(to));
    }
    if let Some(Cursor { at, id }) = after {
        // A row value: the same with OR costs a scan.
        query = query.filter(
            sql::<Bool>("(REQUESTED_DTTM, CONSULTATION_ID) < (")
                .bind::<Timestamp, _>(at)
                .sql(", ")
                .bind::<Text, _>(id.to_string())
                .sql(")"),
        );
    }
    query.load(conn)
}

fn paged(items: Vec<Consultation>, limit: u32) -> Page<Consultation> {
    Page::of(items, limit, place)
}

fn place(found: &Consultation) -> Cursor {
    Cursor { at: found.ticket.requested_at, id: found.ticket.ticket.0 }
}

/// What was found, and how far back everything was looked at; `None`: to the beginning.
struct Looked {
    found: Vec<Consultation>,
    down_to: Option<Cursor>,
}

impl Looked {
    fn nothing() -> Self {
        Self { found: Vec::new(), down_to: None }
    }
}

fn by_terms(
    conn: &mut AnyConnection,
    filter: &Filter,
    tests: &[LineId],
    after: Cursor,
    limit: u32,
) -> QueryResult<Page<Consultation>> {
    let fresh = fresh(conn, filter, tests, after)?;
    let indexed = indexed(conn, filter, tests, after, limit)?;
    let marked = if filter.test { of_tests(conn, filter, tests, after, limit)? } else { Looked::nothing() };
    let down_to = fresh.down_to.max(indexed.down_to).max(marked.down_to);
    let mut items = fresh.found;
    items.extend(indexed.found);
    items.extend(marked.found);
    items.sort_unstable_by_key(|found| std::cmp::Reverse(place(found)));
    items.dedup_by_key(|found| found.ticket.ticket);
    if let Some(down_to) = down_to {
        items.retain(|found| place(found) >= down_to);
    }
    let page = paged(items, limit);
    let next = page.next.or(down_to);
    Ok(Page { next, ..page })
}

/// Of what the index of terms does not hold, or holds as it was.
fn fresh(conn: &mut AnyConnection, filter: &Filter, tests: &[LineId], after: Cursor) -> QueryResult<Looked> {
    let (from, to) = bounds(filter, after);
    let mut places: Vec<(Wall, TicketId)> = Vec::new();
    let mut down_to = None;
    let mut gather = |some: Vec<(Wall, TicketId)>| {
        if some.len() as i64 == FRESH_MAX {
            let last = some.last().map(|(at, id)| Cursor { at: *at, id: id.0 });
            down_to = down_to.max(last);
        }
        places.extend(some);
    };
    // What lives has neither result nor score.
    let live = Status::LIVE.into_iter().filter(|status| {
        filter.status.is_none_or(|wanted| wanted == *status) && filter.result.is_none() && filter.rating.is_none()
    });
    for status in live {
        let query = dsl::consultation
            .filter(status.is_it())
            .filter(dsl::requested_dttm.ge(from).and(dsl::requested_dttm.le(to)))
            .filter(dsl::line_id.ne_all(tests.to_vec()))
            .order((dsl::requested_dttm.desc(), dsl::consultation_id.desc()))
            .select((dsl::requested_dttm, dsl::consultation_id));
        gather(query.limit(FRESH_MAX).load(conn)?);
    }
    let mut query = due::table
        .filter(due::requested_dttm.ge(from).and(due::requested_dttm.le(to)))
        .order((due::requested_dttm.desc(), due::consultation_id.desc()))
        .select((due::requested_dttm, due::consultation_id))
        .into_boxed();
    if !tests.is_empty() {
        let of_tests = dsl::consultation.filter(dsl::line_id.eq_any(tests.to_vec())).select(dsl::consultation_id);
        query = query.filter(due::consultation_id.ne_all(of_tests));
    }
    gather(query.limit(FRESH_MAX).load(conn)?);
    let ids = places.into_iter().map(|(_, id)| id).collect();
    Ok(Looked { found: fitting(conn, filter, after, ids)?, down_to })
}

/// Of test data.
fn of_tests(
    conn: &mut AnyConnection,
    filter: &Filter,
    tests: &[LineId],
    after: Cursor,
    limit: u32,
) -> QueryResult<Looked> {
    let wanted = |line: &&LineId| filter.lines.as_ref().is_none_or(|lines| lines.contains(line));
    let (mut found, mut down_to) = (Vec::new(), None);
    let only = Filter { from: filter.from, to: filter.to, ..Filter::default() };
    for line in tests.iter().filter(wanted) {
        // The start is beyond every calendar.
        let (mut before, mut examined, mut fits) = (Some(after).filter(|after| *after != START), 0, 0);
        loop {
            let page = ordered(conn, &only, Some(*line), &[], before, PAGE_MAX)?;
            if page.is_empty() {
                break;
            }
            before = page.last().map(place);
            examined += page.len();
            let ids = page.into_iter().map(|found| found.ticket.ticket).collect();
            let some = fitting(conn, filter, after, ids)?;
            fits += some.len();
            found.extend(some);
            if fits > limit as usize || examined >= EXAMINED_MAX {
                down_to = down_to.max(before);
                break;
            }
        }
    }
    Ok(Looked { found, down_to })
}

/// Of what the index of terms holds.
fn indexed(
    conn: &mut AnyConnection,
    filter: &Filter,
    tests: &[LineId],
    after: Cursor,
    limit: u32,
) -> QueryResult<Looked> {
    let wanted = wanted(filter);
    let (from, to) = bounds(filter, after);
    let oldest: Option<Wall> = dsl::consultation
        .filter(dsl::line_id.ne_all(tests.to_vec()))
        .order((dsl::requested_dttm, dsl::consultation_id))
        .select(dsl::requested_dttm)
        .first(conn)
        .optional()?;
    let newest: Option<Wall> = dsl::consultation
        .filter(dsl::line_id.ne_all(tests.to_vec()))
        .order((dsl::requested_dttm.desc(), dsl::consultation_id.desc()))
        .select(dsl::requested_dttm)
        .first(conn)
        .optional()?;
    let (Some(oldest), Some(newest)) = (oldest, newest) else { return Ok(Looked::nothing()) };
    let floor = millis(from.max(oldest));
    let (mut high, mut size) = (millis(to.min(newest)) + 1, 0);
    let (mut found, mut examined) = (Vec::new(), 0);
    while high > floor {
        if found.len() > limit as usize || examined >= EXAMINED_MAX {
            // All of this moment and later was looked at, and nothing before it.
            let down_to = Cursor { at: Wall(high * 1_000), id: uuid::Uuid::nil() };
            return Ok(Looked { found, down_to: Some(down_to) });
        }
        // A little more than is missing: not every candidate fits.
        let ask = ((limit as usize + 1 - found.len()) * 5 / 4).clamp(*AT_ONCE.start(), *AT_ONCE.end());
        let span = Span::before(high, size, floor);
        let moments = search::moments(conn, &wanted, span, ask)?;
        examined += moments.len();
        let last = moments.last().copied().filter(|_| moments.len() == ask);
        high = last.unwrap_or(span.low);
        if last.is_none() {
            // Where nothing was found, the span grows twice as fast.
            size = (size + if moments.is_empty() { 2 } else { 1 }).min(SPANS.len() - 1);
        }
        let tickets = search::tickets_at(conn, &moments)?;
        found.extend(fitting(conn, filter, after, tickets)?);
    }
    Ok(Looked { found, down_to: None })
}

/// The moments a list may be of: the first and the last.
fn bounds(filter: &Filter, after: Cursor) -> (Wall, Wall) {
    // No calendar goes as far as the numbers do.
    let to = filter.to.map_or(after.at, |to| after.at.min(Wall(to.0 - 1))).min(Wall(253_000_000_000_000_000));
    (filter.from.unwrap_or(Wall(0)), to)
}

fn millis(at: Wall) -> i64 {
    at.0.div_euclid(1_000)
}

/// The filter as terms.
fn wanted(filter: &Filter) -> TermQuery {
    let mut all = Terms::default();
    filter.status.into_iter().for_each(|status| all.value(Value::Status(status)));
    filter.topic.iter().for_each(|topic| all.value(Value::Topic(topic)));
    filter.counsellor.into_iter().for_each(|account| all.value(Value::Counsellor(account)));
    filter.desk.into_iter().for_each(|desk| all.value(Value::Desk(desk)));
    filter.result.iter().for_each(|code| all.value(Value::Result(code)));
    filter.rating.into_iter().for_each(|score| all.value(Value::Rating(score)));
    filter.waited_over_s.into_iter().for_each(|seconds| all.value(Value::WaitedOver(wait_step(seconds))));
    let mut all = all.finish();
    all.extend(filter.words.iter().flat_map(Words::terms));
    let lines = filter.lines.iter().map(|lines| lines.iter().map(|line| Value::Line(*line).term().0).collect());
    TermQuery { all, any: lines.collect() }
}

/// Those of these consultations that come after the cursor and fit the filter, by their records.
fn fitting(
    conn: &mut AnyConnection,
    filter: &Filter,
    after: Cursor,
    ids: Vec<TicketId>,
) -> QueryResult<Vec<Consultation>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = by_ids(conn, ids)?;
    found.retain(|found| place(found) < after && filter.fits(found));
    let Some(words) = &filter.words else { return Ok(found) };
    let mut said = HashMap::<TicketId, Vec<String>>::new();
    for (ticket, body) in said_in(conn, found.iter().map(|found| found.ticket.ticket).collect())? {
        said.entry(ticket).or_default().push(body);
    }
    found.retain(|found| {
        let written = [&found.memo, &found.ticket.note].into_iter().flatten();
        let said = said.get(&found.ticket.ticket).into_iter().flatten();
        words.are_in(written.chain(said).map(String::as_str))
    });
    Ok(found)
}

impl Filter {
    /// Whether the record is what is wanted, but for the words.
    fn fits(&self, found: &Consultation) -> bool {
        let at = found.ticket.requested_at;
        self.status.is_none_or(|status| status == found.status)
            && self.topic.as_ref().is_none_or(|topic| *topic == found.ticket.topic)
            && self.lines.as_ref().is_none_or(|lines| lines.contains(&found.ticket.line))
            && self.counsellor.is_none_or(|account| Some(account) == found.counsellor)
            && self.desk.is_none_or(|desk| Some(desk) == found.ticket.desk)
            && self.result.as_ref().is_none_or(|code| Some(code) == found.result_code.as_ref())
            && self.rating.is_none_or(|score| Some(score) == found.rating)
            && self.waited_over_s.is_none_or(|least| found.over().waited_s().is_some_and(|waited| waited > least))
            && self.from.is_none_or(|from| from <= at)
            && self.to.is_none_or(|to| at < to)
    }
}
