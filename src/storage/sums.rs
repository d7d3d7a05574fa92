//! The summaries read: added up by line, counsellor and time.

use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::AnyConnection;
use super::stats::{EVERYBODY, WAIT_CLASSES_S};
use crate::ids::{AccountId, LineId};
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

/// Of what figures are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Of {
    /// Asked for in this hour or later.
    pub from: Wall,
    /// Asked for in an hour that begins before then.
    pub to: Wall,
    /// Of these lines.
    pub lines: Option<Vec<LineId>>,
    /// Of this counsellor.
    pub counsellor: Option<AccountId>,
}

macro_rules! sums {
    ($($name:ident),* $(,)?) => {
        /// Sums of [`super::stats::Figures`], with what they are of.
        #[derive(Clone, Debug, Default, PartialEq, Eq, QueryableByName)]
        #[allow(missing_docs)]
        pub struct Sums {
            /// The line's id, if told apart.
            #[diesel(sql_type = Text)]
            pub line: String,
            /// The counsellor's id (or [`super::stats::NOBODY`]), if told apart.
            #[diesel(sql_type = Text)]
            pub counsellor: String,
            #[diesel(sql_type = Text)]
            hour: String,
            $(#[diesel(sql_type = BigInt)] pub $name: i64,)*
        }

        impl Sums {
            /// Adds the counts and sums of another.
            pub fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)*
            }
        }

        const COLUMNS: &[&str] = &[$(stringify!($name)),*];
    };
}

sums!(
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
    wait_le_10,
    wait_le_30,
    wait_le_60,
    wait_le_120,
    wait_le_300,
    wait_le_600,
    wait_le_1200,
    wait_le_2400,
);

/// The figures wanted, in no order.
pub fn sum(conn: &mut AnyConnection, of: &Of, by: By) -> QueryResult<Vec<Sums>> {
    let stamp = |at: Wall| at.utc().naive_utc().format("%F %T%.6f").to_string();
    let mut conditions = vec![format!("HOUR_DTTM >= '{}' AND HOUR_DTTM < '{}'", stamp(of.from), stamp(of.to))];
    // Everybody's together is a row of its own, so that most sums need not read each counsellor's.
    conditions.push(match of.counsellor {
        Some(counsellor) => format!("COUNSELLOR_ID = '{counsellor}'"),
        None if by.counsellor => format!("COUNSELLOR_ID <> '{EVERYBODY}'"),
        None => format!("COUNSELLOR_ID = '{EVERYBODY}'"),
    });
    if let Some(lines) = &of.lines {
        let lines: Vec<String> = lines.iter().map(|line| format!("'{line}'")).collect();
        conditions.push(if lines.is_empty() { "1 = 0".into() } else { format!("LINE_ID IN ({})", lines.join(", ")) });
    }
    let keys = [("LINE_ID", by.line), ("COUNSELLOR_ID", by.counsellor), ("HOUR_DTTM", by.hour)];
    let shown = keys.map(|(key, is_shown)| if is_shown { format!("CAST({key} AS TEXT)") } else { "''".to_owned() });
    // As the texts shown, not the columns: an index in the order of the groups would be followed,
    // and every row of the table looked up by itself.
    let grouped: Vec<&str> = shown.iter().map(String::as_str).filter(|key| *key != "''").collect();
    let group = if grouped.is_empty() { String::new() } else { format!(" GROUP BY {}", grouped.join(", ")) };
    let sums: String = COLUMNS.iter().map(|name| format!(", COALESCE(SUM({name}), 0) AS {name}")).collect();
    sql_query(format!(
        "SELECT {} AS line, {} AS counsellor, {} AS hour{sums} FROM STAT_HOUR WHERE {}{group}",
        shown[0],
        shown[1],
        shown[2],
        conditions.join(" AND "),
    ))
    .load(conn)
}

impl Sums {
    /// The hour, if told apart.
    #[must_use]
    pub fn hour(&self) -> Option<Wall> {
        NaiveDateTime::parse_from_str(&self.hour, "%F %T%.f").ok().map(|hour| hour.and_utc().into())
    }

    /// The share of those matched in time among those who gave them a chance to be: all that were
    /// let into the line, but for those who gave up before the target had passed. (One of the
    /// usual definitions; see B. Cleveland, *Call Center Management on Fast Forward*.)
    #[must_use]
    pub fn service_level(&self) -> Option<f64> {
        mean(self.within_target, self.requested - self.refused - self.short_abandoned)
    }

    /// The wait, in seconds, that so many percent of the matched did not exceed; read off the wait
    /// classes, straight within a class, and no longer than the last class's bound.
    #[must_use]
    pub fn wait_percentile_s(&self, percent: u32) -> Option<f64> {
        let wanted = self.matched as f64 * f64::from(percent) / 100.0;
        let within = [
            self.wait_le_10,
            self.wait_le_30,
            self.wait_le_60,
            self.wait_le_120,
            self.wait_le_300,
            self.wait_le_600,
            self.wait_le_1200,
            self.wait_le_2400,
        ];
        let (mut low, mut below) = (0.0, 0.0);
        for (bound, within) in WAIT_CLASSES_S.into_iter().zip(within) {
            let (bound, within) = (f64::from(bound), within as f64);
            if within >= wanted && within > below {
                return (self.matched > 0)
                    .then(|| low + (bound - low) * ((wanted - below) / (within - below)).max(0.0));
            }
            (low, below) = (bound, within);
        }
        (self.matched > 0).then_some(low)
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
        let sums = Sums {
            requested: 110,
            refused: 5,
            abandoned: 15,
            short_abandoned: 5,
            matched: 90,
            within_target: 80,
            ..Sums::default()
        };
        assert_eq!(sums.service_level(), Some(0.8));
        assert_eq!(Sums::default().service_level(), None);
    }

    #[test]
    fn a_percentile_is_read_off_the_classes() {
        let sums = Sums {
            matched: 100,
            wait_le_10: 20,
            wait_le_30: 60,
            wait_le_60: 90,
            wait_le_120: 99,
            wait_le_300: 99,
            wait_le_600: 99,
            wait_le_1200: 99,
            wait_le_2400: 99,
            ..Sums::default()
        };
        for (percent, expected) in [(10, 5.0), (50, 25.0), (90, 60.0), (100, 2_400.0)] {
            assert_eq!(sums.wait_percentile_s(percent), Some(expected), "{percent}");
        }
        assert_eq!(Sums::default().wait_percentile_s(50), None);
    }
}
