//! The summaries read: added up by line, counsellor and time.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Binary, Text};

use crate::storage::AnyConnection;
pub use crate::storage::history::stats::Of;
use crate::storage::history::stats::{EVERYBODY, NOBODY, hour_in, within};
use crate::storage::history::waits::Waits;
use crate::storage::history::{ask_counts, unsummed};
use crate::time::Wall;

/// By what figures are told apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct By {
    /// By line.
    pub line: bool,
    /// By counsellor.
    pub counsellor: bool,
    /// By hour.
    pub hour: bool,
}

macro_rules! totals {
    ($($name:ident),* $(,)?) => {
        /// Sums of [`crate::storage::history::stats::Figures`], with what they are of.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Totals {
            /// The line's id, if told apart.
            pub line: String,
            /// The counsellor's id (or [`crate::storage::history::stats::NOBODY`]), if told apart.
            pub counsellor: String,
            /// The hour, if told apart.
            pub hour: Option<Wall>,
            /// Of those requested, those that are in no summary yet: they wait or talk, or ended so
            /// short a time ago that they are still to be indexed.
            pub open: i64,
            /// How long each of the matched waited.
            pub waits: Waits,
            /// Of some of the matched that is not known: their hours were summed up before waits
            /// were kept one by one, and are still to be made again from the log.
            pub waits_missing: bool,
            $(pub $name: i64,)*
        }

        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            line: String,
            #[diesel(sql_type = Text)]
            counsellor: String,
            #[diesel(sql_type = Text)]
            hour: String,
            $(#[diesel(sql_type = BigInt)] $name: i64,)*
        }

        impl From<Row> for Totals {
            fn from(row: Row) -> Self {
                let hour = hour_in(&row.hour);
                Self { line: row.line, counsellor: row.counsellor, hour, $($name: row.$name,)* ..Self::default() }
            }
        }

        impl Totals {
            /// Adds the counts and sums of another.
            pub fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)*
                self.open += other.open;
                self.waits.merge(&other.waits);
                self.waits_missing |= other.waits_missing;
            }
        }

        const COLUMNS: &[&str] = &[$(stringify!($name)),*];
    };
}

totals!(
    requested,
    matched,
    abandoned,
    expired,
    refused,
    within_target,
    short_abandoned,
    wait_s,
    talked,
    talk_s,
    wrapped_up,
    wrap_up_s,
    rated,
    rating,
    predicted,
    predicted_off_s,
    predicted_bias_s,
);

/// Line, counsellor and hour, each empty where it is not told apart.
type Key = (String, String, Option<Wall>);

/// The figures wanted, in no order.
pub fn sum(conn: &mut AnyConnection, of: &Of, by: By) -> QueryResult<Vec<Totals>> {
    let mut all: HashMap<Key, Totals> =
        totals_of_rows(conn, of, by)?.into_iter().map(|totals| (totals.key(), totals)).collect();
    add_waits(conn, of, by, &mut all)?;
    for open in unsummed::read(conn, of)? {
        let key = (
            if by.line { open.line.to_string() } else { String::new() },
            if by.counsellor { open.counsellor.clone() } else { String::new() },
            by.hour.then_some(open.hour),
        );
        let totals = all.entry(key.clone()).or_insert_with(|| Totals::nothing_of(key));
        totals.requested += open.count;
        totals.open += open.count;
    }
    // Those who asked without end have no record to be summed up from.
    for counted in ask_counts::read(conn, of)? {
        let key = (
            if by.line { counted.line.clone() } else { String::new() },
            if by.counsellor { NOBODY.to_owned() } else { String::new() },
            if by.hour { counted.hour } else { None },
        );
        all.entry(key.clone()).or_insert_with(|| Totals::nothing_of(key)).add(&Totals::counted(&counted));
    }
    Ok(all.into_values().collect())
}

fn totals_of_rows(conn: &mut AnyConnection, of: &Of, by: By) -> QueryResult<Vec<Totals>> {
    let shown = shown(by);
    // As the texts shown, not the columns: an index in the order of the groups would be followed,
    // and every row of the table looked up by itself.
    let grouped: Vec<&str> = shown.iter().map(String::as_str).filter(|key| *key != NOT_APART).collect();
    let group = if grouped.is_empty() { String::new() } else { format!(" GROUP BY {}", grouped.join(", ")) };
    let totals: String = COLUMNS.iter().map(|name| format!(", COALESCE(SUM({name}), 0) AS {name}")).collect();
    let rows: Vec<Row> = sql_query(format!(
        "SELECT {} AS line, {} AS counsellor, {} AS hour{totals} FROM STAT_HOUR WHERE {}{group}",
        shown[0],
        shown[1],
        shown[2],
        conditions(of, by),
    ))
    .load(conn)?;
    Ok(rows.into_iter().map(Totals::from).collect())
}

/// The waits of an hour of somebody who was matched in it.
#[derive(QueryableByName)]
struct HourWaits {
    #[diesel(sql_type = Text)]
    line: String,
    #[diesel(sql_type = Text)]
    counsellor: String,
    #[diesel(sql_type = Text)]
    hour: String,
    #[diesel(sql_type = Binary)]
    waits: Waits,
}

/// A percentile cannot be summed up by the database: the waits are, row by row, without holding
/// more than the sums.
fn add_waits(conn: &mut AnyConnection, of: &Of, by: By, all: &mut HashMap<Key, Totals>) -> QueryResult<()> {
    let shown = shown(by);
    let rows = sql_query(format!(
        "SELECT {} AS line, {} AS counsellor, {} AS hour, WAITS AS waits FROM STAT_HOUR WHERE {} AND MATCHED > 0",
        shown[0],
        shown[1],
        shown[2],
        conditions(of, by),
    ))
    .load_iter::<HourWaits, _>(conn)?;
    for row in rows {
        let HourWaits { line, counsellor, hour, waits } = row?;
        // A row that came in between counts the next time.
        let Some(totals) = all.get_mut(&(line, counsellor, hour_in(&hour))) else { continue };
        totals.waits_missing |= waits.is_empty();
        totals.waits.merge(&waits);
    }
    Ok(())
}

/// In the place of a key that is not told apart.
const NOT_APART: &str = "''";

/// The keys as they are selected: line, counsellor, hour.
fn shown(by: By) -> [String; 3] {
    [("LINE_ID", by.line), ("COUNSELLOR_ID", by.counsellor), ("HOUR_DTTM", by.hour)]
        .map(|(key, is_shown)| if is_shown { format!("CAST({key} AS TEXT)") } else { NOT_APART.to_owned() })
}

fn conditions(of: &Of, by: By) -> String {
    let mut conditions = within(of);
    // Everybody's together is a row of its own, so that most sums need not read each counsellor's.
    conditions.push(match of.counsellor {
        Some(counsellor) => format!("COUNSELLOR_ID = '{counsellor}'"),
        None if by.counsellor => format!("COUNSELLOR_ID <> '{EVERYBODY}'"),
        None => format!("COUNSELLOR_ID = '{EVERYBODY}'"),
    });
    conditions.join(" AND ")
}

impl Totals {
    /// Requests of which there is only a count: refused, and given up at once.
    fn counted(ask_counts::Counted { refused, given_up, .. }: &ask_counts::Counted) -> Self {
        let (refused, given_up) = (*refused, *given_up);
        Self {
            requested: refused + given_up,
            refused,
            abandoned: given_up,
            short_abandoned: given_up,
            ..Self::default()
        }
    }

    fn key(&self) -> Key {
        (self.line.clone(), self.counsellor.clone(), self.hour)
    }

    fn nothing_of((line, counsellor, hour): Key) -> Self {
        Self { line, counsellor, hour, ..Self::default() }
    }

    /// The share of those matched in time among those who gave them a chance to be: all that were
    /// let into the line and are over, but for those who gave up before the target had passed. (One
    /// of the usual definitions; see B. Cleveland, *Call Center Management on Fast Forward*.)
    #[must_use]
    pub fn service_level(&self) -> Option<f64> {
        mean(self.within_target, self.requested - self.open - self.refused - self.short_abandoned)
    }

    /// The waits, in seconds, that half and nine tenths of the matched did not exceed; `None` where
    /// nobody was matched, and while the waits of some are still to be made again from the log.
    #[must_use]
    pub fn wait_p50_p90_s(&self) -> Option<[u32; 2]> {
        (!self.waits_missing).then(|| self.waits.percentiles([50, 90])).flatten()
    }
}

/// `sum` a `count`; `None` where there is nothing to divide by.
#[must_use]
pub fn mean(sum: i64, count: i64) -> Option<f64> {
    (count > 0).then(|| sum as f64 / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_gave_up_at_once_does_not_lower_the_service_level() {
        let totals = Totals {
            requested: 110,
            refused: 5,
            abandoned: 15,
            short_abandoned: 5,
            matched: 90,
            within_target: 80,
            ..Totals::default()
        };
        assert_eq!(totals.service_level(), Some(0.8));
        assert_eq!(Totals::default().service_level(), None);
    }

    #[test]
    fn who_still_waits_does_not_lower_the_service_level() {
        let totals = Totals { requested: 30, open: 20, matched: 10, within_target: 10, ..Totals::default() };
        assert_eq!(totals.service_level(), Some(1.0));
    }

    #[test]
    fn a_percentile_is_of_all_that_were_matched_or_is_not_told() {
        let of = |waits: &[u32], waits_missing| {
            let mut totals = Totals { waits_missing, ..Totals::default() };
            waits.iter().for_each(|wait| totals.waits.add(*wait));
            totals
        };
        let mut together = of(&[0; 40], false);
        assert_eq!(together.wait_p50_p90_s(), Some([0, 0]));
        together.add(&of(&[60; 10], false));
        assert_eq!(together.wait_p50_p90_s(), Some([0, 60]));
        together.add(&of(&[], true));
        assert_eq!(together.wait_p50_p90_s(), None);
        assert_eq!(Totals::default().wait_p50_p90_s(), None);
    }
}
