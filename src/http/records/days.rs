//! Where a day begins.

use chrono::{NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};

use crate::time::Wall;

/// When a day begins in a zone. Where the clocks skip midnight, it begins at the first hour there is.
pub(super) fn begin_of(day: NaiveDate, zone: chrono_tz::Tz) -> Wall {
    let midnight = day.and_time(NaiveTime::MIN);
    let first = (0..3).find_map(|hour| zone.from_local_datetime(&(midnight + TimeDelta::hours(hour))).earliest());
    first.map_or_else(|| Wall::from(midnight.and_utc()), |moment| moment.with_timezone(&Utc).into())
}
