//! A counsellor's own figures of a day, from the log itself: the summaries are by the hour of the request, and are
//! made a little later.

use std::collections::HashMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::ids::AccountId;
use crate::storage::AnyConnection;
use crate::storage::centre::lines;
use crate::storage::history::stats::{Figures, Over};
use crate::storage::schema::{consultation, consultation_event};
use crate::storage::talk::events::EventKind;
use crate::time::Wall;

/// Who is matched now asked no longer ago than this: a line lets nobody wait longer than a day.
const ASKED_BEFORE_MAX: i64 = 2 * 24 * 3_600 * 1_000_000;

/// What became of a counsellor's day so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnDay {
    /// Of the consultations matched in that day that are over.
    pub figures: Figures,
    /// Times it rang.
    pub offers: i64,
    /// Of those, turned down.
    pub declined: i64,
    /// Of those, not answered in time.
    pub missed: i64,
}

/// The figures of a counsellor from `from`, inclusive, to `to`, exclusive. Test data does not count.
pub fn read(conn: &mut AnyConnection, counsellor: AccountId, from: Wall, to: Wall) -> QueryResult<OwnDay> {
    let mut day = OwnDay::default();
    over(conn, counsellor, from, to)?.iter().for_each(|over| day.figures.add(over));
    let counts = happened(conn, counsellor, from, to)?;
    let count = |kind: EventKind| counts.get(kind.code()).copied().unwrap_or(0);
    day.offers = count(EventKind::Offered);
    day.declined = count(EventKind::Declined);
    day.missed = count(EventKind::Missed);
    Ok(day)
}

fn over(conn: &mut AnyConnection, counsellor: AccountId, from: Wall, to: Wall) -> QueryResult<Vec<Over>> {
    use consultation::dsl;
    let tests = lines::tests(conn)?;
    let all: Vec<Over> = dsl::consultation
        .filter(dsl::counsellor_id.eq(counsellor).and(dsl::line_id.ne_all(tests)))
        .filter(dsl::requested_dttm.ge(Wall(from.0 - ASKED_BEFORE_MAX)).and(dsl::requested_dttm.lt(to)))
        .filter(dsl::matched_dttm.ge(from).and(dsl::matched_dttm.lt(to)))
        .filter(dsl::ended_dttm.is_not_null())
        .select((
            dsl::counsellor_id,
            dsl::status,
            dsl::requested_dttm,
            dsl::matched_dttm,
            dsl::ended_dttm,
            dsl::wrapped_up_dttm,
            dsl::rating,
            dsl::predicted_low_s,
            dsl::predicted_high_s,
        ))
        .load(conn)?;
    Ok(all)
}

fn happened(
    conn: &mut AnyConnection,
    counsellor: AccountId,
    from: Wall,
    to: Wall,
) -> QueryResult<HashMap<String, i64>> {
    use consultation_event::dsl;
    let tests = lines::tests(conn)?;
    let counted: Vec<(String, i64)> = dsl::consultation_event
        .inner_join(consultation::table)
        .filter(consultation::line_id.ne_all(tests))
        .filter(dsl::reg_id.eq(counsellor.to_string()))
        .filter(dsl::reg_dttm.ge(from).and(dsl::reg_dttm.lt(to)))
        .group_by(dsl::kind)
        .select((dsl::kind, count_star()))
        .load(conn)?;
    Ok(counted.into_iter().collect())
}
