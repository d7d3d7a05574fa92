//! What all the made people share while the load runs.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::{Duration, Instant};

use super::figures::Figures;
use super::ledger::Ledger;
use super::wire::Ways;
use super::witness::Witness;
use crate::config::LoadOptions;
use crate::jobs::Dice;

/// Whom a storm cut comes back within so long.
pub(super) const STORM_OVER: Duration = Duration::from_secs(10);

/// Everything the made people share.
pub(super) struct Day {
    pub(super) began: Instant,
    pub(super) options: LoadOptions,
    pub(super) ways: Ways,
    pub(super) figures: Figures,
    pub(super) ledger: Ledger,
    /// Of a peer that keeps no records.
    pub(super) witness: Option<Witness>,
    pub(super) counts: Counts,
    /// Since when desks come.
    pub(super) doors_open: OnceLock<Instant>,
    /// Nobody comes any more.
    pub(super) closing: AtomicBool,
}

/// What happened, counted.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) came: AtomicU64,
    /// Visits under way.
    pub(super) here: AtomicU64,
    pub(super) served: AtomicU64,
    pub(super) said: AtomicU64,
    pub(super) cut: AtomicU64,
    /// Sockets the server would not open, or ended by itself.
    pub(super) turned_away: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) unserved: AtomicU64,
}

impl Day {
    /// Microseconds since the day began.
    pub(super) fn micros(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// When a socket opened now is cut, if ever: at random, so many of a hundred a minute.
    pub(super) fn cut_at(&self, dice: &mut Dice) -> Option<Instant> {
        let a_second = self.options.drops_percent / 100.0 / 60.0;
        (a_second > 0.0).then(|| Instant::now() + exponential(dice, a_second))
    }

    /// When the storm comes over this desk, if it will.
    pub(super) fn storm_at(&self, dice: &mut Dice) -> Option<Instant> {
        let at = self.doors_open.get()?.checked_add(Duration::from_secs(self.options.storm_at_s?.into()))?;
        (dice.part() * 100.0 < self.options.storm_percent && at > Instant::now()).then_some(at)
    }
}

/// A time to the next of events that come `rate` times a second.
pub(super) fn exponential(dice: &mut Dice, rate: f64) -> Duration {
    Duration::from_secs_f64((-(1.0 - dice.part()).ln() / rate).min(86_400.0))
}
