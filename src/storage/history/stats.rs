//! The summaries: figures by line, hour and counsellor, made again from the log whenever one of
//! their consultations changes. They are never counted up or down, so nothing can make them drift.
//!
//! What each figure means is said once, at [`Figures`].

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::prelude::*;

pub use crate::dispatch::TARGET_S;
use crate::ids::{AccountId, LineId};
use crate::storage::centre::lines;
use crate::storage::engine::connection::on_each;
use crate::storage::engine::flag::Yn;
use crate::storage::history::waits::Waits;
use crate::storage::schema::{consultation, stat_hour};
use crate::storage::talk::tickets::Status;
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;

/// In place of a counsellor: there was none.
pub const NOBODY: &str = "-";
/// In place of a counsellor: all of them together, and those without.
pub const EVERYBODY: &str = "*";
/// Microseconds in an hour.
pub const HOUR: i64 = 3_600_000_000;

/// Of what figures are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Of {
    /// Asked for in this hour or later.
    pub from: Wall,
    /// Asked for in an hour that begins before then.
    pub to: Wall,
    /// Only these lines; `None`: all.
    pub lines: Option<Vec<LineId>>,
    pub counsellor: Option<AccountId>,
}

/// The hours and lines wanted, of a table of hours.
pub(crate) fn within(of: &Of) -> Vec<String> {
    let stamp = |at: Wall| at.utc().naive_utc().format("%F %T%.6f").to_string();
    let mut conditions = vec![format!("HOUR_DTTM >= '{}' AND HOUR_DTTM < '{}'", stamp(of.from), stamp(of.to))];
    if let Some(lines) = &of.lines {
        let lines: Vec<String> = lines.iter().map(|line| format!("'{line}'")).collect();
        conditions.push(if lines.is_empty() { "1 = 0".into() } else { format!("LINE_ID IN ({})", lines.join(", ")) });
    }
    conditions
}

/// An hour as the databases write it; `None` for none.
pub(crate) fn hour_in(text: &str) -> Option<Wall> {
    NaiveDateTime::parse_from_str(text, "%F %T%.f").ok().map(|hour| hour.and_utc().into())
}

/// A consultation that is over, as the figures need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct Over {
    /// The (last) counsellor.
    pub counsellor: Option<AccountId>,
    /// How it ended.
    pub status: Status,
    /// When it was asked for.
    pub requested: Wall,
    /// The (last) match.
    pub matched: Option<Wall>,
    pub ended: Option<Wall>,
    /// The first wrap-up.
    pub wrapped_up: Option<Wall>,
    /// 1 to 5.
    pub rating: Option<i32>,
    /// Low end of the wait that was shown, in seconds.
    pub predicted_low_s: Option<i32>,
    /// High end of the wait that was shown, in seconds.
    pub predicted_high_s: Option<i32>,
}

/// Counts, and sums of seconds, of consultations that are over. A wait is from the request to the
/// (last) match, or to the end where there was none; whole seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = stat_hour)]
pub struct Figures {
    /// All consultations of the bucket.
    pub requested: i32,
    /// Those who came to a counsellor.
    pub matched: i32,
    /// Those who gave up before: cancelled, or did not come back.
    pub abandoned: i32,
    /// Those who waited too long, or for whom nobody was there.
    pub expired: i32,
    /// Those who were never let into the line.
    pub refused: i32,
    /// Matched, after [`TARGET_S`] at most.
    pub within_target: i32,
    /// Abandoned, after [`TARGET_S`] at most.
    pub short_abandoned: i32,
    /// Waits of the matched.
    pub wait_s: i32,
    /// Matched and ended.
    pub talked: i32,
    /// From match to end.
    pub talk_s: i32,
    /// Ended and written up.
    pub wrapped_up: i32,
    /// From end to wrap-up.
    pub wrap_up_s: i32,
    /// Those who were given a score.
    pub rated: i32,
    /// The sum of the scores.
    pub rating: i32,
    /// Matched, having been told a range of waits.
    pub predicted: i32,
    /// How far the wait was from the middle of that range.
    pub predicted_off_s: i32,
    /// The same with its sign: positive where the wait was longer.
    pub predicted_bias_s: i32,
    /// How long each of the matched waited.
    pub waits: Waits,
}

/// Figures of one line and one hour, by counsellor ([`NOBODY`] and [`EVERYBODY`] among them).
pub type Bucket = BTreeMap<String, Figures>;

impl Over {
    /// How long they waited, in whole seconds; `None` for one who was refused.
    #[must_use]
    pub fn waited_s(&self) -> Option<u32> {
        (self.status != Status::Refused)
            .then(|| self.matched.or(self.ended))?
            .map(|until| seconds(self.requested, until))
    }
}

impl Figures {
    /// Counts one more consultation.
    pub fn add(&mut self, over: &Over) {
        self.requested += 1;
        let waited = over.waited_s().unwrap_or(0);
        let in_time = i32::from(waited <= TARGET_S);
        match over.status {
            Status::Cancelled | Status::Abandoned => {
                self.abandoned += 1;
                self.short_abandoned += in_time;
            }
            Status::Expired => self.expired += 1,
            Status::Refused => self.refused += 1,
            Status::Waiting | Status::Talking | Status::WrapUp | Status::Done => {}
        }
        if let Some(matched) = over.matched {
            self.matched += 1;
            self.within_target += in_time;
            self.wait_s = self.wait_s.saturating_add_unsigned(waited);
            self.waits.add(waited);
            self.predict(waited, over);
            if let Some(ended) = over.ended {
                self.talked += 1;
                self.talk_s = self.talk_s.saturating_add_unsigned(seconds(matched, ended));
            }
        }
        if let Some((ended, wrapped_up)) = over.ended.zip(over.wrapped_up) {
            self.wrapped_up += 1;
            self.wrap_up_s = self.wrap_up_s.saturating_add_unsigned(seconds(ended, wrapped_up));
        }
        if let Some(rating) = over.rating {
            self.rated += 1;
            self.rating += rating;
        }
    }

    fn predict(&mut self, waited: u32, over: &Over) {
        if let Some((low, high)) = over.predicted_low_s.zip(over.predicted_high_s) {
            let middle = i32::midpoint(low, high);
            let bias = i32::try_from(waited).unwrap_or(i32::MAX).saturating_sub(middle);
            self.predicted += 1;
            self.predicted_off_s = self.predicted_off_s.saturating_add(bias.saturating_abs());
            self.predicted_bias_s = self.predicted_bias_s.saturating_add(bias);
        }
    }
}

/// Counts one more consultation in its bucket: under its counsellor, and under everybody.
pub fn count(bucket: &mut Bucket, over: &Over) {
    let who = over.counsellor.map_or_else(|| NOBODY.to_owned(), |id| id.to_string());
    bucket.entry(who).or_default().add(over);
    bucket.entry(EVERYBODY.to_owned()).or_default().add(over);
}

/// The hour a moment lies in.
#[must_use]
pub fn hour_of(moment: Wall) -> Wall {
    Wall(moment.0 - moment.0.rem_euclid(HOUR))
}

/// The figures of a line's hour as the log has them; none of a line of test data.
pub fn of_log(conn: &mut AnyConnection, line: LineId, hour: Wall) -> QueryResult<Bucket> {
    use consultation::dsl;
    if lines::is_test(conn, line)? {
        return Ok(Bucket::new());
    }
    let all: Vec<Over> = dsl::consultation
        .filter(dsl::line_id.eq(line))
        .filter(dsl::requested_dttm.ge(hour).and(dsl::requested_dttm.lt(Wall(hour.0 + HOUR))))
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
    let mut bucket = Bucket::new();
    all.iter().filter(|over| !over.status.is_live()).for_each(|over| count(&mut bucket, over));
    Ok(bucket)
}

/// The lines that ever had a consultation that counts.
pub fn lines_on_log(conn: &mut AnyConnection) -> QueryResult<Vec<LineId>> {
    use crate::storage::schema::line;
    line::table.filter(line::test_yn.eq(Yn(false))).select(line::line_id).load(conn)
}

/// The next hour after `after` in which somebody asked for this line.
pub fn next_hour(conn: &mut AnyConnection, line: LineId, after: Option<Wall>) -> QueryResult<Option<Wall>> {
    use consultation::dsl;
    let from = after.map_or(Wall(0), |hour| Wall(hour.0 + HOUR));
    let first = dsl::consultation
        .filter(dsl::line_id.eq(line).and(dsl::requested_dttm.ge(from)))
        .order((dsl::requested_dttm, dsl::consultation_id))
        .select(dsl::requested_dttm)
        .first::<Wall>(conn)
        .optional()?;
    Ok(first.map(hour_of))
}

/// Hours of lines whose waits are not on file yet, as they were summed up before waits were kept one
/// by one: those before `before`, the newest first, at most `limit`.
pub fn without_waits(conn: &mut AnyConnection, before: Wall, limit: u32) -> QueryResult<Vec<(LineId, Wall)>> {
    use stat_hour::dsl;
    dsl::stat_hour
        .filter(dsl::counsellor_id.eq(EVERYBODY).and(dsl::hour_dttm.lt(before)))
        .filter(dsl::matched.gt(0).and(dsl::waits.eq(Waits::default())))
        .order((dsl::hour_dttm.desc(), dsl::line_id.desc()))
        .limit(i64::from(limit))
        .select((dsl::line_id, dsl::hour_dttm))
        .load(conn)
}

/// The bucket as it is kept.
pub fn kept(conn: &mut AnyConnection, line: LineId, hour: Wall) -> QueryResult<Bucket> {
    use stat_hour::dsl;
    let rows: Vec<(String, Figures)> = dsl::stat_hour
        .filter(dsl::line_id.eq(line).and(dsl::hour_dttm.eq(hour)))
        .select((dsl::counsellor_id, Figures::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Puts a bucket in the place of whatever was there.
pub fn put(conn: &mut AnyConnection, line: LineId, hour: Wall, bucket: &Bucket, at: Wall) -> QueryResult<()> {
    use stat_hour::dsl;
    diesel::delete(dsl::stat_hour.filter(dsl::line_id.eq(line).and(dsl::hour_dttm.eq(hour)))).execute(conn)?;
    let rows: Vec<_> = bucket
        .iter()
        .map(|(who, figures)| {
            (
                figures.clone(),
                (dsl::line_id.eq(line), dsl::hour_dttm.eq(hour), dsl::counsellor_id.eq(who)),
                (dsl::reg_dttm.eq(at), dsl::reg_id.eq(SYSTEM), dsl::mod_dttm.eq(at), dsl::mod_id.eq(SYSTEM)),
            )
        })
        .collect();
    // PostgreSQL takes 65,535 values a statement.
    for rows in rows.chunks(1_000) {
        on_each!(conn, inner => diesel::insert_into(dsl::stat_hour).values(rows.to_vec()).execute(inner))?;
    }
    Ok(())
}

fn seconds(from: Wall, to: Wall) -> u32 {
    u32::try_from((to.0 - from.0).max(0) / 1_000_000).unwrap_or(u32::MAX)
}
