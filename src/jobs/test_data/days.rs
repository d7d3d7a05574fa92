//! When test data is said to have happened: evenly over the days up to yesterday, in the hours in
//! which an office works.

use chrono::{Days as CalendarDays, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};

use crate::time::Wall;

/// The hours of a day in which people ask.
const OPEN: std::ops::Range<i64> = 9..18;

/// The days of some consultations.
pub(super) struct Days {
    yesterday: NaiveDate,
    days: u32,
    count: u32,
    zone: chrono_tz::Tz,
}

/// When one of them was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// The day as tickets count it, `YYYYMMDD`.
    pub(super) day: i32,
    pub(super) at: Wall,
    /// Until the next one comes, in microseconds.
    pub(super) gap: i64,
}

impl Days {
    /// `count` consultations over so many days, the last of them the day before `now`.
    pub(super) fn before(now: Wall, days: u32, count: u32, zone: chrono_tz::Tz) -> Self {
        let today = now.utc().with_timezone(&zone).date_naive();
        Self { yesterday: today - TimeDelta::days(1), days: days.max(1), count: count.max(1), zone }
    }

    /// When the consultation at this place was asked for, the oldest at 0.
    pub(super) fn nth(&self, place: u32) -> Moment {
        let (days, count) = (u64::from(self.days), u64::from(self.count));
        let nth_day = u64::from(place) * days / count;
        let first = (nth_day * count).div_ceil(days);
        let of_day = ((nth_day + 1) * count).div_ceil(days) - first;
        let back = CalendarDays::new(days - 1 - nth_day.min(days - 1));
        let date = self.yesterday.checked_sub_days(back).unwrap_or(self.yesterday);
        let gap = (OPEN.end - OPEN.start) * 3_600_000_000 / i64::try_from(of_day.max(1)).unwrap_or(1);
        let since_open = gap * i64::try_from(u64::from(place) - first).unwrap_or(0);
        let local = date.and_time(NaiveTime::MIN) + TimeDelta::hours(OPEN.start) + TimeDelta::microseconds(since_open);
        let at = self.zone.from_local_datetime(&local).earliest().map_or(local.and_utc(), |at| at.with_timezone(&Utc));
        Moment { day: number(date), at: at.into(), gap }
    }
}

fn number(date: NaiveDate) -> i32 {
    date.format("%Y%m%d").to_string().parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_spread_over_the_days_before_and_none_is_today() {
        let now = Wall::from("2026-11-21T03:00:00Z".parse::<chrono::DateTime<Utc>>().unwrap());
        for (days, count) in [(30, 500), (1, 7), (90, 5), (3, 3)] {
            let days = Days::before(now, days, count, chrono_tz::Asia::Seoul);
            let all: Vec<Moment> = (0..count).map(|place| days.nth(place)).collect();
            assert!(all.is_sorted_by_key(|moment| moment.at), "{all:?}");
            for moment in &all {
                let local = moment.at.utc().with_timezone(&chrono_tz::Asia::Seoul).naive_local();
                assert_eq!(moment.day, number(local.date()));
                assert!((9..18).contains(&chrono::Timelike::hour(&local)), "{local}");
                assert!(moment.at.0 + moment.gap <= now.0);
            }
            assert!(all.last().is_none_or(|last| last.day <= 20_261_120), "{all:?}");
        }
        let month = Days::before(now, 30, 500, chrono_tz::Asia::Seoul);
        assert_eq!((month.nth(0).day, month.nth(499).day), (20_261_022, 20_261_120));
    }
}
