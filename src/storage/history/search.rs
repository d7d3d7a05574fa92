//! The index of terms, asked and written. It says at which moments (milliseconds since 1970) there
//! was a request that may fit, the newest first, without reading what lies outside a span of time:
//! SQLite walks its lists backward from anywhere; PostgreSQL intersects with the span's own list.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Integer, Text};

use crate::ids::TicketId;
use crate::storage::AnyConnection;
use crate::storage::history::terms::{SPANS, Value};
use crate::time::Wall;

/// What a document must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermQuery {
    /// All of these terms.
    pub all: Vec<i32>,
    /// And of each of these, at least one.
    pub any: Vec<Vec<i32>>,
}

/// A stretch of time, newest first, in milliseconds: `low` ≤ moment < `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where it ends, going back.
    pub low: i64,
    /// Before which it begins.
    pub high: i64,
    /// The span of [`SPANS`] it lies in, by index.
    pub size: usize,
}

impl Span {
    /// From before `high` back to where the span of this size begins, but not beyond `floor`.
    #[must_use]
    pub fn before(high: i64, size: usize, floor: i64) -> Self {
        let shift = SPANS[size];
        Self { low: (((high - 1) >> shift) << shift).max(floor), high, size }
    }
}

#[derive(QueryableByName)]
struct Moment {
    #[diesel(sql_type = BigInt)]
    moment: i64,
}

#[derive(QueryableByName)]
struct Hit {
    #[diesel(sql_type = Text)]
    id: TicketId,
}

/// Moments in this span at which there may be what is wanted, newest first, at most `limit`.
pub fn moments(conn: &mut AnyConnection, wanted: &TermQuery, span: Span, limit: usize) -> QueryResult<Vec<i64>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let found: Vec<Moment> = match conn {
        AnyConnection::Sqlite(conn) => sql_query(
            "SELECT ROWID AS moment FROM CONSULTATION_TERMS
              WHERE CONSULTATION_TERMS MATCH ? AND ROWID < ? AND ROWID >= ? ORDER BY ROWID DESC LIMIT ?",
        )
        .bind::<Text, _>(as_words(wanted))
        .bind::<BigInt, _>(span.high)
        .bind::<BigInt, _>(span.low)
        .bind::<BigInt, _>(limit)
        .load(conn)?,
        AnyConnection::Postgres(conn) => {
            let mut all = wanted.all.clone();
            all.push(Value::Span(span.size, (span.high - 1) >> SPANS[span.size]).term().0);
            let any: String = wanted.any.iter().map(|some| format!(" AND TERMS && '{}'", as_array(some))).collect();
            // `+ 0`: the key's own index would be read backward for as long as nothing fits.
            sql_query(format!(
                "SELECT MOMENT AS moment FROM CONSULTATION_TERMS
                  WHERE TERMS @> $1{any} AND MOMENT + 0 < $2 AND MOMENT + 0 >= $3 ORDER BY MOMENT + 0 DESC LIMIT $4"
            ))
            .bind::<Array<Integer>, _>(all)
            .bind::<BigInt, _>(span.high)
            .bind::<BigInt, _>(span.low)
            .bind::<BigInt, _>(limit)
            .load(conn)?
        }
    };
    Ok(found.into_iter().map(|found| found.moment).collect())
}

/// The consultations that were asked for at these moments.
pub fn tickets_at(conn: &mut AnyConnection, moments: &[i64]) -> QueryResult<Vec<TicketId>> {
    if moments.is_empty() {
        return Ok(Vec::new());
    }
    let stamp = |millis: i64| Wall(millis * 1_000).utc().naive_utc().format("%F %T%.6f").to_string();
    let typed = if matches!(conn, AnyConnection::Sqlite(_)) { "" } else { "TIMESTAMP " };
    let bounds: Vec<String> =
        moments.iter().map(|at| format!("({typed}'{}', {typed}'{}')", stamp(*at), stamp(at + 1))).collect();
    let bounds = bounds.join(", ");
    let found: Vec<Hit> = match conn {
        AnyConnection::Sqlite(conn) => sql_query(format!(
            "WITH ASKED (LOW, HIGH) AS (VALUES {bounds})
             SELECT C.CONSULTATION_ID AS id FROM ASKED CROSS JOIN CONSULTATION C
              WHERE C.REQUESTED_DTTM >= LOW AND C.REQUESTED_DTTM < HIGH"
        ))
        .load(conn)?,
        AnyConnection::Postgres(conn) => sql_query(format!(
            "SELECT C.CONSULTATION_ID AS id FROM (VALUES {bounds}) ASKED (LOW, HIGH) CROSS JOIN LATERAL
               (SELECT CONSULTATION_ID FROM CONSULTATION WHERE REQUESTED_DTTM >= LOW AND REQUESTED_DTTM < HIGH
                 ORDER BY REQUESTED_DTTM, CONSULTATION_ID LIMIT 10000) C"
        ))
        .load(conn)?,
    };
    Ok(found.into_iter().map(|found| found.id).collect())
}

/// Puts a document in the place of whatever was there at this moment.
pub fn put(conn: &mut AnyConnection, moment: i64, terms: &[i32]) -> QueryResult<()> {
    match conn {
        AnyConnection::Sqlite(conn) => {
            let words: Vec<String> = terms.iter().map(|term| word(*term)).collect();
            sql_query("INSERT OR REPLACE INTO CONSULTATION_TERMS (ROWID, TERMS) VALUES (?, ?)")
                .bind::<BigInt, _>(moment)
                .bind::<Text, _>(words.join(" "))
                .execute(conn)?;
        }
        AnyConnection::Postgres(conn) => {
            sql_query(
                "INSERT INTO CONSULTATION_TERMS (MOMENT, TERMS) VALUES ($1, $2)
                 ON CONFLICT (MOMENT) DO UPDATE SET TERMS = EXCLUDED.TERMS",
            )
            .bind::<BigInt, _>(moment)
            .bind::<Array<Integer>, _>(terms)
            .execute(conn)?;
        }
    }
    Ok(())
}

/// As FTS5 is asked.
fn as_words(wanted: &TermQuery) -> String {
    let all = wanted.all.iter().map(|term| word(*term));
    let any = wanted.any.iter().map(|some| {
        let some: Vec<String> = some.iter().map(|term| word(*term)).collect();
        format!("({})", some.join(" OR "))
    });
    all.chain(any).collect::<Vec<_>>().join(" AND ")
}

fn word(term: i32) -> String {
    format!("{term:08x}")
}

fn as_array(terms: &[i32]) -> String {
    let terms: Vec<String> = terms.iter().map(i32::to_string).collect();
    format!("{{{}}}", terms.join(","))
}
