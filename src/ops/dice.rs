//! Chance that can be repeated: the same seed makes the same data.

use uuid::Uuid;

/// SplitMix64: small, fast, and good enough for made data.
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of `count`; 0 of none.
    pub fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.roll() % count.max(1) as u64).unwrap_or(0)
    }

    /// From `low` to `high`, both among them.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.roll() % (high - low + 1).max(1).unsigned_abs()).unwrap_or(0)
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.roll() % 100 < percent
    }

    /// From 0 to 1.
    pub fn part(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// One of `count`, the first far more often than the last, as words are used.
    pub fn zipf(&mut self, count: usize) -> usize {
        // The inverse of a density like 1/x.
        let rank = ((count + 1) as f64).powf(self.part());
        (rank as usize).saturating_sub(1).min(count.saturating_sub(1))
    }

    /// A time that is mostly short and now and then long, about `mean` seconds.
    pub fn lasting(&mut self, mean: f64) -> i64 {
        (-mean * (1.0 - self.part()).ln()) as i64
    }

    /// A `UUIDv7` of this moment, in microseconds.
    pub fn id(&mut self, moment: i64) -> Uuid {
        let high = (u64::try_from(moment / 1_000).unwrap_or(0) << 16) | 0x7000 | (self.roll() & 0x0FFF);
        let low = (self.roll() >> 2) | (1 << 63);
        Uuid::from_u64_pair(high, low)
    }
}
