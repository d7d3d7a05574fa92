//! How long something on file has not moved, as far as that can be known by looking.

use std::time::Duration;

use super::faults::{Broken, Fault};
use crate::time::Mono;

/// From `earlier` to `later`; nothing if it is later.
pub(super) fn between(earlier: Mono, later: Mono) -> Duration {
    Duration::from_micros(later.0.saturating_sub(earlier.0))
}

/// The moment `wait` after `moment`.
pub(super) fn after(moment: Mono, wait: Duration) -> Mono {
    Mono(moment.0.saturating_add(u64::try_from(wait.as_micros()).unwrap_or(u64::MAX)))
}

/// A look that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Good {
    /// When its round began, by the observer's monotonic clock.
    pub begun: Mono,
    /// Looks of one run were all good, and close behind each other.
    pub run: u64,
}

/// Tells which looks may be counted together.
///
/// A value that two looks find the same has not moved between them; but while the database was
/// away nothing could move, and an outage is nobody's death. So a run of looks ends with one that
/// failed or came late, and stillness is counted within a run only.
#[derive(Debug)]
pub(super) struct Looks {
    apart_max: Duration,
    run: u64,
    last: Option<Mono>,
    broken: Broken,
}

impl Looks {
    pub(super) fn new(apart_max: Duration, broken: Broken) -> Self {
        Self { apart_max, run: 0, last: None, broken }
    }

    /// A look was answered `now`, its round having begun at `begun`. What lies between the reads of
    /// two looks is never longer than from the begin of the one to the answer of the other.
    pub(super) fn good(&mut self, begun: Mono, now: Mono) -> Good {
        let goes_on = self.last.is_some_and(|last| between(last, now) <= self.apart_max);
        if !goes_on && !self.broken.is(Fault::GoneThroughOutage) {
            self.run += 1;
        }
        self.last = Some(begun);
        Good { begun, run: self.run }
    }

    /// A look failed, or the beat before it.
    pub(super) fn bad(&mut self) {
        self.last = None;
    }
}

/// A value on file, and since when it has been seen not to move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Still<T> {
    value: T,
    since: Good,
}

impl<T: PartialEq> Still<T> {
    pub(super) const fn new(value: T, look: Good) -> Self {
        Self { value, since: look }
    }

    /// A look found this: how long it has stood still, from the begin of the first look of this run
    /// that found it to that of this one.
    pub(super) fn see(&mut self, value: T, look: Good) -> Duration {
        if self.value != value || self.since.run != look.run {
            *self = Self::new(value, look);
        }
        between(self.since.begun, look.begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::SECOND;

    #[test]
    fn stillness_is_counted_within_a_run_of_looks() {
        let mut looks = Looks::new(Duration::from_secs(2), Broken::default());
        let mut at = |s: u64| looks.good(Mono(s * SECOND), Mono(s * SECOND + 5));
        let mut still = Still::new(7, at(1));
        assert_eq!(still.see(7, at(2)).as_secs(), 1);
        assert_eq!(still.see(7, at(3)).as_secs(), 2);
        assert_eq!(still.see(8, at(4)).as_secs(), 0);
        assert_eq!(still.see(8, at(6)).as_secs(), 0, "more than 2 s with the answer");
        assert_eq!(still.see(8, at(7)).as_secs(), 1);
        looks.bad();
        assert_eq!(still.see(8, looks.good(Mono(8 * SECOND), Mono(8 * SECOND))).as_secs(), 0);
    }
}
