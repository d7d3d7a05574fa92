//! Opening hours of a line (R8): a plan by weekday in the office's local time.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDateTime, NaiveTime, TimeDelta, Weekday};
use thiserror::Error;

/// Most spans in one day.
pub const SPANS_MAX: usize = 8;

/// When a line is open. Written as JSON: `{"mon": [["09:00", "12:00"], ["13:00", "18:00"]]}`; a
/// day that is not named is closed, and `24:00` is the end of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// By days from Monday: spans in minutes of the day, from inclusive, to exclusive.
    days: [Vec<(u16, u16)>; 7],
}

/// What is wrong with a plan.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HoursFault {
    /// Not of the form shown above.
    #[error("opening hours must look like {{\"mon\": [[\"09:00\", \"18:00\"]]}}: {0}")]
    Form(String),
    /// A span that ends before it begins.
    #[error("opening hours `{0}` to `{1}` end before they begin")]
    Backwards(String, String),
    /// Two spans of a day that share a minute.
    #[error("the spans of {0} overlap; give each minute once")]
    Overlap(Weekday),
    /// Too many spans.
    #[error("a day has at most {SPANS_MAX} spans")]
    TooMany,
}

impl Hours {
    /// Reads a plan.
    pub fn parse(json: &str) -> Result<Self, HoursFault> {
        let plan: BTreeMap<String, Vec<(String, String)>> =
            serde_json::from_str(json).map_err(|error| HoursFault::Form(error.to_string()))?;
        let mut days: [Vec<(u16, u16)>; 7] = Default::default();
        for (name, spans) in plan {
            let day: Weekday = name.parse().map_err(|_| HoursFault::Form(format!("`{name}` is no weekday")))?;
            for (from, to) in spans {
                let span = (minute(&from)?, minute(&to)?);
                if span.0 >= span.1 {
                    return Err(HoursFault::Backwards(from, to));
                }
                days[day.num_days_from_monday() as usize].push(span);
            }
            // One day may be named twice, as `mon` and `Monday`.
            let spans = &mut days[day.num_days_from_monday() as usize];
            if spans.len() > SPANS_MAX {
                return Err(HoursFault::TooMany);
            }
            spans.sort_unstable();
            if spans.windows(2).any(|pair| pair[1].0 < pair[0].1) {
                return Err(HoursFault::Overlap(day));
            }
        }
        Ok(Self { days })
    }

    /// Whether the line is open at this local time.
    #[must_use]
    pub fn is_open(&self, local: NaiveDateTime) -> bool {
        let minute = minute_of(local.time());
        self.day(local).iter().any(|&(from, to)| (from..to).contains(&minute))
    }

    /// How long from this local time until the answer may change: the next edge of a span today,
    /// or midnight.
    #[must_use]
    pub fn until_change(&self, local: NaiveDateTime) -> TimeDelta {
        let now = minute_of(local.time());
        let edges = self.day(local).iter().flat_map(|&(from, to)| [from, to]);
        let edge = edges.filter(|&edge| edge > now).min().unwrap_or(24 * 60);
        let midnight = local.date().and_time(NaiveTime::MIN);
        midnight + TimeDelta::minutes(edge.into()) - local
    }

    /// The next local time after this one at which a span begins: within seven days, or never.
    #[must_use]
    pub fn opens_at(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        (0..=7).find_map(|days| {
            let date = local.date().checked_add_days(Days::new(days))?;
            let spans = &self.days[date.weekday().num_days_from_monday() as usize];
            let begins = spans.iter().map(|&(from, _)| date.and_time(NaiveTime::MIN) + TimeDelta::minutes(from.into()));
            begins.filter(|begin| *begin > local).min()
        })
    }

    fn day(&self, local: NaiveDateTime) -> &[(u16, u16)] {
        &self.days[local.weekday().num_days_from_monday() as usize]
    }
}

fn minute_of(time: NaiveTime) -> u16 {
    use chrono::Timelike;
    u16::try_from(time.hour() * 60 + time.minute()).unwrap_or(0)
}

fn minute(text: &str) -> Result<u16, HoursFault> {
    let fault = || HoursFault::Form(format!("`{text}` is no time of day"));
    if text == "24:00" {
        return Ok(24 * 60);
    }
    Ok(minute_of(NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| fault())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    #[test]
    fn a_line_is_open_in_its_spans_and_closed_at_their_end() {
        let hours = Hours::parse(r#"{"mon": [["09:00", "12:00"], ["13:00", "24:00"]]}"#).unwrap();
        // 2026-11-23 is a Monday.
        for (moment, open) in [
            ("2026-11-23 08:59", false),
            ("2026-11-23 09:00", true),
            ("2026-11-23 12:00", false),
            ("2026-11-23 13:00", true),
            ("2026-11-23 23:59", true),
            ("2026-11-24 09:00", false),
        ] {
            assert_eq!(hours.is_open(at(moment)), open, "{moment}");
        }
    }

    #[test]
    fn the_next_change_is_an_edge_or_midnight() {
        let hours = Hours::parse(r#"{"mon": [["09:00", "12:00"]]}"#).unwrap();
        for (moment, minutes) in [("2026-11-23 08:59", 1), ("2026-11-23 09:00", 180), ("2026-11-23 12:00", 720)] {
            assert_eq!(hours.until_change(at(moment)), TimeDelta::minutes(minutes), "{moment}");
        }
    }

    #[test]
    fn a_closed_line_opens_at_its_next_span_in_the_week() {
        let hours = Hours::parse(r#"{"mon": [["13:00", "18:00"], ["09:00", "12:00"]], "fri": [["10:00", "11:00"]]}"#);
        let hours = hours.unwrap();
        // 2026-11-23 is a Monday.
        for (moment, opens) in [
            ("2026-11-22 23:00", "2026-11-23 09:00"),
            ("2026-11-23 12:00", "2026-11-23 13:00"),
            ("2026-11-23 18:00", "2026-11-27 10:00"),
            ("2026-11-27 11:00", "2026-11-30 09:00"),
        ] {
            assert_eq!(hours.opens_at(at(moment)), Some(at(opens)), "{moment}");
        }
        let weekly = Hours::parse(r#"{"mon": [["09:00", "10:00"]]}"#).unwrap();
        assert_eq!(weekly.opens_at(at("2026-11-23 10:00")), Some(at("2026-11-30 09:00")));
        assert_eq!(Hours::parse("{}").unwrap().opens_at(at("2026-11-23 10:00")), None);
    }

    #[test]
    fn spans_may_touch() {
        let hours = Hours::parse(r#"{"mon": [["12:00", "13:00"], ["09:00", "12:00"]]}"#).unwrap();
        assert!(hours.is_open(at("2026-11-23 12:00")));
    }

    #[test]
    fn what_is_wrong_with_a_plan_is_named() {
        for (plan, named) in [
            (r#"{"someday": []}"#, "someday"),
            (r#"{"mon": [["25:00", "26:00"]]}"#, "25:00"),
            (r#"{"mon": [["18:00", "09:00"]]}"#, "end before they begin"),
            ("7", "must look like"),
            (r#"{"mon": [["13:00", "18:00"], ["09:00", "13:01"]]}"#, "Mon overlap"),
            (r#"{"mon": [["09:00", "12:00"]], "Monday": [["11:00", "13:00"]]}"#, "Mon overlap"),
        ] {
            let fault = Hours::parse(plan).unwrap_err().to_string();
            assert!(fault.contains(named), "{plan}: {fault}");
        }
    }
}
