//! How long things took.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;

use super::target::Used;

/// The longest that is told apart, in microseconds; what took longer counts as this.
const LONGEST_US: u64 = 600_000_000;
/// Digits that are kept.
const DIGITS: u8 = 3;

/// What is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// From when a desk was due to its `welcome`.
    Connect,
    /// From `request` to both told `matched`; with every place taken it holds the wait for one.
    Match,
    /// From when a message was due to the other side's `message`.
    Relay,
    /// From when a message was due to its `accepted`.
    Accepted,
    /// From the first packet after a cut to being told how one stands.
    Resume,
}

impl Measure {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Connect, Self::Match, Self::Relay, Self::Accepted, Self::Resume];

    /// As it is called in the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Match => "match",
            Self::Relay => "relay",
            Self::Accepted => "accepted",
            Self::Resume => "resume",
        }
    }
}

/// Every measure, over all and in this second.
pub struct Figures {
    began: Instant,
    measures: [Mutex<Pair>; Measure::ALL.len()],
}

struct Pair {
    all: Histogram<u64>,
    second: Histogram<u64>,
}

/// One measure, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub count: u64,
    pub p50_us: u64,
    pub p99_us: u64,
    pub p999_us: u64,
    pub max_us: u64,
}

/// One second of the run.
#[derive(Clone, Debug, Serialize)]
pub struct Second {
    /// Seconds since the first.
    pub at_s: f64,
    /// Desks that are here.
    pub desks: u64,
    /// What the server used up to now, if it is our own.
    pub server: Option<Used>,
    /// By measure, in the order of [`Measure::ALL`].
    pub measures: [Summary; Measure::ALL.len()],
}

impl Figures {
    /// Nothing yet.
    pub fn new() -> Self {
        let empty =
            || Histogram::new_with_bounds(1, LONGEST_US, DIGITS).expect("bounds and digits are constants that fit");
        Self {
            began: Instant::now(),
            measures: std::array::from_fn(|_| Mutex::new(Pair { all: empty(), second: empty() })),
        }
    }

    /// Something took so long.
    pub fn took(&self, measure: Measure, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(LONGEST_US).clamp(1, LONGEST_US);
        let mut pair = self.pair(measure);
        pair.all.saturating_record(micros);
        pair.second.saturating_record(micros);
    }

    /// What this second brought; the next one begins.
    pub fn second(&self, desks: u64, server: Option<Used>) -> Second {
        let measures = Measure::ALL.map(|measure| {
            let mut pair = self.pair(measure);
            let summary = summary(&pair.second);
            pair.second.reset();
            summary
        });
        Second { at_s: self.began.elapsed().as_secs_f64(), desks, server, measures }
    }

    /// One measure over all.
    pub fn over_all(&self, measure: Measure) -> Summary {
        summary(&self.pair(measure).all)
    }

    fn pair(&self, measure: Measure) -> MutexGuard<'_, Pair> {
        self.measures[measure as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Second {
    /// One measure of it.
    pub fn of(&self, measure: Measure) -> Summary {
        self.measures[measure as usize]
    }
}

impl fmt::Display for Second {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (matched, relayed) = (self.of(Measure::Match), self.of(Measure::Relay));
        write!(
            f,
            "{} desks here, {} matched (p99 {} ms), {} messages (p99 {} ms) this second",
            self.desks,
            matched.count,
            millis(matched.p99_us),
            relayed.count,
            millis(relayed.p99_us)
        )
    }
}

/// Microseconds as milliseconds, for people.
pub fn millis(micros: u64) -> String {
    format!("{:.1}", micros as f64 / 1_000.0)
}

fn summary(of: &Histogram<u64>) -> Summary {
    Summary {
        count: of.len(),
        p50_us: of.value_at_quantile(0.5),
        p99_us: of.value_at_quantile(0.99),
        p999_us: of.value_at_quantile(0.999),
        max_us: of.max(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_over_when_it_was_read_and_the_whole_is_not() {
        let figures = Figures::new();
        (1..=1_000).for_each(|ms| figures.took(Measure::Relay, Duration::from_millis(ms)));
        let second = figures.second(3, None).of(Measure::Relay);
        assert_eq!(second.count, 1_000);
        assert!((499_000..=501_000).contains(&second.p50_us), "{second:?}");
        assert!((989_000..=991_000).contains(&second.p99_us), "{second:?}");
        assert_eq!(figures.second(3, None).of(Measure::Relay), Summary::default());
        assert_eq!(figures.over_all(Measure::Relay).count, 1_000);
        assert_eq!(figures.over_all(Measure::Match).count, 0);
    }

    #[test]
    fn what_takes_for_ever_counts_as_the_longest() {
        let figures = Figures::new();
        figures.took(Measure::Match, Duration::from_secs(100_000));
        assert!(figures.over_all(Measure::Match).max_us >= LONGEST_US);
    }
}
