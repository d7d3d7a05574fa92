//! Moments as plain numbers, so that the core needs no clock.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Microseconds in a second; every moment here counts microseconds.
pub const SECOND: u64 = 1_000_000;

/// A monotonic moment in microseconds since some fixed start: what deadlines are made of.
/// A wall clock that jumps does not move it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mono(pub u64);

impl Mono {
    /// The moment `seconds` later.
    #[must_use]
    pub fn plus_s(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(u64::from(seconds) * SECOND))
    }

    /// Whole seconds from `earlier` to here; 0 if `earlier` is later.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> u32 {
        u32::try_from(self.0.saturating_sub(earlier.0) / SECOND).unwrap_or(u32::MAX)
    }
}

/// A wall time in microseconds since 1970 in UTC: what records and people see.
/// Databases keep microseconds, so nothing is lost on the way there and back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema), schema(value_type = String, format = DateTime))]
pub struct Wall(pub i64);

impl Wall {
    /// As chrono sees it; the range of a `Wall` made by a clock always fits.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }
}

impl From<DateTime<Utc>> for Wall {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment.timestamp_micros())
    }
}

impl std::fmt::Display for Wall {
    /// RFC 3339 in UTC with milliseconds, as the contract says.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl Serialize for Wall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Wall {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        DateTime::<Utc>::deserialize(from).map(Self::from)
    }
}

/// A [`Wall`] as the number of its microseconds: between nodes it must come back as it was, while people are told
/// milliseconds. For `#[serde(with = "…")]`.
pub mod exact {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Wall;

    /// Writes it.
    ///
    /// # Errors
    /// As the serializer's.
    pub fn serialize<S: Serializer>(at: &Wall, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(at.0)
    }

    /// Reads it.
    ///
    /// # Errors
    /// It is no whole number.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Wall, D::Error> {
        i64::deserialize(from).map(Wall)
    }
}

/// Both clocks read at once. Every step of the core is given one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// For deadlines and durations.
    pub mono: Mono,
    /// For records.
    pub wall: Wall,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_time_is_written_with_milliseconds() {
        assert_eq!(Wall(1_700_000_000_123_456).to_string(), "2023-11-14T22:13:20.123Z");
    }

    #[test]
    fn a_duration_never_goes_below_zero() {
        assert_eq!(Mono(5).seconds_since(Mono(9 * SECOND)), 0);
    }
}
