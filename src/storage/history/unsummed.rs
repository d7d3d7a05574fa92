//! Consultations that are in no summary yet: summaries are of those that are over, and are made a little later. They
//! are counted in the log itself, for the few hours that have any of it: those of somebody who waits or talks, and
//! those that are still to be indexed.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::ids::{AccountId, LineId};
use crate::storage::AnyConnection;
use crate::storage::centre::lines;
use crate::storage::history::stats::{EVERYBODY, HOUR, NOBODY, Of, hour_of};
use crate::storage::schema::{consultation, consultation_due, stat_hour};
use crate::storage::talk::tickets::Status;
use crate::time::Wall;

/// Most consultations, of those that wait, that talk and that are due, whose hours are looked at: the
/// newest. An office with more of them at once has them in the same few hours; a whole history that
/// is indexed for the first time is counted as it comes.
const NEWEST_MAX: i64 = 4_096;

/// So many more were asked for than the summaries know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unsummed {
    pub line: LineId,
    pub hour: Wall,
    /// The counsellor's id, or [`NOBODY`].
    pub counsellor: String,
    pub count: i64,
}

/// By line, hour and counsellor; test data does not count.
pub(crate) fn read(conn: &mut AnyConnection, of: &Of) -> QueryResult<Vec<Unsummed>> {
    let mut all = Vec::new();
    for (line, hour) in hours(conn, of)? {
        let summed = summed(conn, line, hour)?;
        for (counsellor, asked) in asked(conn, line, hour)? {
            if of.counsellor.is_some_and(|wanted| wanted.to_string() != counsellor) {
                continue;
            }
            let count = asked - summed.get(&counsellor).copied().unwrap_or(0);
            if count > 0 {
                all.push(Unsummed { line, hour, counsellor, count });
            }
        }
    }
    Ok(all)
}

/// The hours of lines that have something the summaries do not.
fn hours(conn: &mut AnyConnection, of: &Of) -> QueryResult<BTreeSet<(LineId, Wall)>> {
    use consultation::dsl;
    let tests = lines::tests(conn)?;
    let mut found: Vec<(LineId, Wall)> = Vec::new();
    for status in Status::LIVE {
        let live = dsl::consultation
            .filter(status.is_it())
            .filter(dsl::requested_dttm.ge(of.from).and(dsl::requested_dttm.lt(Wall(of.to.0 + HOUR))))
            .order((dsl::requested_dttm.desc(), dsl::consultation_id.desc()))
            .select((dsl::line_id, dsl::requested_dttm))
            .limit(NEWEST_MAX);
        found.extend(live.load::<(LineId, Wall)>(conn)?);
    }
    let due = consultation_due::table
        .inner_join(consultation::table)
        .filter(consultation_due::requested_dttm.ge(of.from))
        .filter(consultation_due::requested_dttm.lt(Wall(of.to.0 + HOUR)))
        .order((consultation_due::requested_dttm.desc(), consultation_due::consultation_id.desc()))
        .select((dsl::line_id, dsl::requested_dttm))
        .limit(NEWEST_MAX);
    found.extend(due.load::<(LineId, Wall)>(conn)?);
    let is_wanted = |line: &LineId, hour: &Wall| {
        *hour >= of.from
            && *hour < of.to
            && !tests.contains(line)
            && of.lines.as_ref().is_none_or(|lines| lines.contains(line))
    };
    let hours = found.into_iter().map(|(line, requested)| (line, hour_of(requested)));
    Ok(hours.filter(|(line, hour)| is_wanted(line, hour)).collect())
}

/// How many asked in that hour, by counsellor.
fn asked(conn: &mut AnyConnection, line: LineId, hour: Wall) -> QueryResult<Vec<(String, i64)>> {
    use consultation::dsl;
    let counted: Vec<(Option<AccountId>, i64)> = dsl::consultation
        .filter(dsl::line_id.eq(line))
        .filter(dsl::requested_dttm.ge(hour).and(dsl::requested_dttm.lt(Wall(hour.0 + HOUR))))
        .group_by(dsl::counsellor_id)
        .select((dsl::counsellor_id, count_star()))
        .load(conn)?;
    let named = |who: Option<AccountId>| who.map_or_else(|| NOBODY.to_owned(), |id| id.to_string());
    Ok(counted.into_iter().map(|(who, count)| (named(who), count)).collect())
}

/// How many of them the summaries know.
fn summed(conn: &mut AnyConnection, line: LineId, hour: Wall) -> QueryResult<BTreeMap<String, i64>> {
    use stat_hour::dsl;
    let rows: Vec<(String, i32)> = dsl::stat_hour
        .filter(dsl::line_id.eq(line).and(dsl::hour_dttm.eq(hour)).and(dsl::counsellor_id.ne(EVERYBODY)))
        .select((dsl::counsellor_id, dsl::requested))
        .load(conn)?;
    Ok(rows.into_iter().map(|(who, count)| (who, i64::from(count))).collect())
}
