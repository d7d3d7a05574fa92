//! Requests of which only a count is kept: who was refused, and who gave up within seconds. An hour of a
//! line has records of the first [`KEPT_MAX`] of each, so that what happens on an ordinary day is found in
//! the history; whoever asks without end beyond that leaves a number.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::ids::LineId;
use crate::storage::engine::prepared::insert;
use crate::storage::history::stats::{HOUR, Of, hour_in, within};
use crate::storage::schema::ask_count::dsl;
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;

/// Records of each kind in one hour of a line.
pub const KEPT_MAX: i32 = 100;
/// Whoever gives up within so many seconds has hardly asked.
pub const HARDLY_ASKED_S: u32 = 10;

/// Of what kind a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AskKind {
    /// Never let into the line.
    Refused,
    /// Given up within [`HARDLY_ASKED_S`], before it rang anywhere.
    GivenUp,
}

/// Counts a request. True if it is to have a record.
pub(crate) fn count(conn: &mut AnyConnection, kind: AskKind, line: LineId, at: Wall) -> QueryResult<bool> {
    let hour = Wall(at.0 - at.0.rem_euclid(HOUR));
    let row = (
        (dsl::line_id.eq(line), dsl::hour_dttm.eq(hour)),
        (dsl::refused_kept.eq(0), dsl::refused_counted.eq(0), dsl::given_up_kept.eq(0), dsl::given_up_counted.eq(0)),
        (dsl::reg_dttm.eq(at), dsl::reg_id.eq(SYSTEM), dsl::mod_dttm.eq(at), dsl::mod_id.eq(SYSTEM)),
    );
    insert!(conn, diesel::insert_into(dsl::ask_count).values(row).on_conflict_do_nothing())?;
    let here = dsl::ask_count.find((line, hour));
    let kept = match kind {
        AskKind::Refused => diesel::update(here.filter(dsl::refused_kept.lt(KEPT_MAX)))
            .set(dsl::refused_kept.eq(dsl::refused_kept + 1))
            .execute(conn)?,
        AskKind::GivenUp => diesel::update(here.filter(dsl::given_up_kept.lt(KEPT_MAX)))
            .set(dsl::given_up_kept.eq(dsl::given_up_kept + 1))
            .execute(conn)?,
    };
    if kept == 1 {
        return Ok(true);
    }
    match kind {
        AskKind::Refused => diesel::update(here)
            .set((dsl::refused_counted.eq(dsl::refused_counted + 1), dsl::mod_dttm.eq(at)))
            .execute(conn)?,
        AskKind::GivenUp => diesel::update(here)
            .set((dsl::given_up_counted.eq(dsl::given_up_counted + 1), dsl::mod_dttm.eq(at)))
            .execute(conn)?,
    };
    Ok(false)
}

/// What has no record in an hour of a line.
pub(crate) struct Counted {
    /// The line's id.
    pub(crate) line: String,
    pub(crate) hour: Option<Wall>,
    pub(crate) refused: i64,
    pub(crate) given_up: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    line: String,
    #[diesel(sql_type = Text)]
    hour: String,
    #[diesel(sql_type = BigInt)]
    refused: i64,
    #[diesel(sql_type = BigInt)]
    given_up: i64,
}

/// What has no record; nobody's, as no counsellor had them.
pub(crate) fn read(conn: &mut AnyConnection, of: &Of) -> QueryResult<Vec<Counted>> {
    if of.counsellor.is_some() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = sql_query(format!(
        "SELECT CAST(LINE_ID AS TEXT) AS line, CAST(HOUR_DTTM AS TEXT) AS hour, \
           CAST(REFUSED_COUNTED AS BIGINT) AS refused, CAST(GIVEN_UP_COUNTED AS BIGINT) AS given_up \
         FROM ASK_COUNT WHERE REFUSED_COUNTED + GIVEN_UP_COUNTED > 0 AND {}",
        within(of).join(" AND ")
    ))
    .load(conn)?;
    let counted = |Row { line, hour, refused, given_up }| Counted { line, hour: hour_in(&hour), refused, given_up };
    Ok(rows.into_iter().map(counted).collect())
}
