//! How long people waited, so that percentiles can be read off the sum of any number of hours.
//!
//! The classes are those of an HDR histogram (`hdrhistogram`) that keeps three
//! digits: a class of its own for each second up to 2,047 s, and classes no wider than a thousandth
//! of the wait above. What is promised is less: to the second up to ten minutes, to 2 % above.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use hdrhistogram::Histogram;

/// Digits that are kept of a wait.
const DIGITS: u8 = 3;
/// The longest wait that is told apart, in seconds: a week. A line lets nobody wait for more than a
/// day; what a clock that was set wrong makes of it counts as this.
const LONGEST_S: u32 = 7 * 24 * 3_600;
/// Bits of a number in one byte on file; the eighth says that another byte follows.
const BITS: u32 = 7;

/// The classes of all [`Waits`]: one histogram that nothing is counted in.
static CLASSES: LazyLock<Histogram<u64>> = LazyLock::new(|| {
    Histogram::new_with_max(LONGEST_S.into(), DIGITS).expect("three digits and a bound of a week always fit")
});

/// By class, how many waited so long: the shortest wait of the class, in seconds, and a count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waits(BTreeMap<u32, u64>);

/// What is on file is not what [`Waits::encode`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged;

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("waits on file are unreadable; `anteroom stats rebuild` makes them again from the log")
    }
}

impl std::error::Error for Damaged {}

impl Waits {
    /// Counts one more wait, in whole seconds.
    pub fn add(&mut self, seconds: u32) {
        *self.0.entry(class_of(seconds)).or_default() += 1;
    }

    /// Counts those of another too.
    pub fn merge(&mut self, other: &Self) {
        for (class, count) in &other.0 {
            let mine = self.0.entry(*class).or_default();
            *mine = mine.saturating_add(*count);
        }
    }

    /// Whether nobody is counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The waits, in seconds, that so many percent of the people did not exceed: each the wait of
    /// somebody (the nearest rank), exact up to 2,047 s and at most a thousandth too long above.
    /// `None` for nobody.
    #[must_use]
    pub fn percentiles<const N: usize>(&self, percents: [u32; N]) -> Option<[u32; N]> {
        let longest = *self.0.last_key_value()?.0;
        let people: u128 = self.0.values().map(|count| u128::from(*count)).sum();
        Some(percents.map(|percent| {
            // In whole numbers: the library multiplies by a fraction, and a hair above a rank is the next one.
            let rank = (people * u128::from(percent)).div_ceil(100);
            let mut so_far = 0;
            let reached = self.0.iter().find(|(_, count)| {
                so_far += u128::from(**count);
                so_far >= rank
            });
            longest_of(reached.map_or(longest, |(class, _)| *class))
        }))
    }

    /// As it is kept: for each class in rising order the step from the class before and the count.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * 2);
        let mut before = 0;
        for (class, count) in &self.0 {
            write(u64::from(class - before), &mut bytes);
            write(*count, &mut bytes);
            before = *class;
        }
        bytes
    }

    /// What [`Waits::encode`] wrote.
    pub fn decode(mut bytes: &[u8]) -> Result<Self, Damaged> {
        let (mut waits, mut before) = (Self::default(), 0_u32);
        while !bytes.is_empty() {
            let step = u32::try_from(read(&mut bytes)?).map_err(|_| Damaged)?;
            let class = before.checked_add(step).filter(|class| *class <= LONGEST_S).ok_or(Damaged)?;
            let is_twice = waits.0.insert(class, read(&mut bytes)?).is_some();
            if is_twice {
                return Err(Damaged);
            }
            before = class;
        }
        Ok(waits)
    }
}

fn class_of(seconds: u32) -> u32 {
    let class = CLASSES.lowest_equivalent(u64::from(seconds.min(LONGEST_S)));
    u32::try_from(class).unwrap_or(LONGEST_S)
}

/// The longest wait that a class holds.
fn longest_of(class: u32) -> u32 {
    u32::try_from(CLASSES.highest_equivalent(u64::from(class))).unwrap_or(class)
}

fn write(mut number: u64, bytes: &mut Vec<u8>) {
    loop {
        let low = (number & ((1 << BITS) - 1)) as u8;
        number >>= BITS;
        if number == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 1 << BITS);
    }
}

fn read(bytes: &mut &[u8]) -> Result<u64, Damaged> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(BITS as usize) {
        let (first, rest) = bytes.split_first().ok_or(Damaged)?;
        *bytes = rest;
        number |= u64::from(first & ((1 << BITS) - 1)) << shift;
        if first >> BITS == 0 {
            return Ok(number);
        }
    }
    Err(Damaged)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(waits: &[u32]) -> Waits {
        let mut all = Waits::default();
        waits.iter().for_each(|wait| all.add(*wait));
        all
    }

    /// The wait of the person at that rank.
    fn nearest_rank(waits: &[u32], percent: usize) -> u32 {
        let mut sorted = waits.to_vec();
        sorted.sort_unstable();
        sorted[(sorted.len() * percent).div_ceil(100) - 1]
    }

    #[test]
    fn percentiles_are_waits_of_people() {
        for (waits, p50, p90) in [
            (vec![0; 40], 0, 0),
            (vec![7], 7, 7),
            (vec![0, 1], 0, 1),
            ((1..=10).collect(), 5, 9),
            ((1..=100).collect(), 50, 90),
            ([vec![3; 89], vec![599; 11]].concat(), 3, 599),
            (vec![601, 602, 603], 602, 603),
            (vec![2_047, 2_047], 2_047, 2_047),
            (vec![2_401; 5], 2_401, 2_401),
        ] {
            assert_eq!(of(&waits).percentiles([50, 90]), Some([p50, p90]), "{waits:?}");
        }
        assert_eq!(Waits::default().percentiles([50, 90]), None);
    }

    #[test]
    fn a_wait_without_end_counts_as_the_longest() {
        let [half] = of(&[u32::MAX]).percentiles([50]).unwrap();
        assert!((LONGEST_S..LONGEST_S + LONGEST_S / 50).contains(&half), "{half}");
    }

    #[test]
    fn what_is_damaged_is_not_read_as_something_else() {
        for bytes in [&[0x80][..], &[1], &[1, 0x80], &[1, 1, 0, 1], &[0xFF; 24], &[0xFF, 0xFF, 0xFF, 0x7F, 1]] {
            assert_eq!(Waits::decode(bytes), Err(Damaged), "{bytes:?}");
        }
        assert_eq!(Waits::decode(&[]), Ok(Waits::default()));
    }

    #[test]
    fn an_hour_of_waits_is_small_on_file() {
        let waits: Vec<u32> = (0..600).collect();
        assert_eq!(of(&waits).encode().len(), 1_200, "two bytes a second that somebody waited");
    }

    proptest! {
        #[test]
        fn percentiles_are_exact_to_ten_minutes_and_to_two_percent_above(
            parts in prop::collection::vec(prop::collection::vec(0_u32..100_000, 1..40), 1..8),
            short in prop::collection::vec(0_u32..=600, 0..80),
            percent in 1_usize..=100,
        ) {
            let mut sum = of(&short);
            for part in &parts {
                let hour = of(part);
                prop_assert_eq!(Waits::decode(&hour.encode()), Ok(hour.clone()));
                sum.merge(&hour);
            }
            let every: Vec<u32> = parts.concat().into_iter().chain(short).collect();
            let expected = nearest_rank(&every, percent);
            let [found] = sum.percentiles([percent as u32]).unwrap();
            if expected <= 600 {
                prop_assert_eq!(found, expected);
            } else {
                prop_assert!(found.abs_diff(expected) * 50 <= expected, "{} instead of {}", found, expected);
            }
        }
    }
}
