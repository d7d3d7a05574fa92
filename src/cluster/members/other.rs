//! Another node, as this one has seen it.

use super::input::NodeRow;
use crate::cluster::bounds::Bounds;
use crate::cluster::looks::{Good, Still};

/// Another node that is there.
#[derive(Debug)]
pub(super) struct Other {
    pub(super) row: NodeRow,
    beat: Still<u64>,
    /// Its session lock, from the first look that found it gone.
    lock: Still<bool>,
    /// This very session of ours has seen the lock held.
    seen_held: bool,
    /// A link to it is good.
    pub(super) linked: bool,
}

impl Other {
    pub(super) const fn new(row: NodeRow, look: Good) -> Self {
        let (beat, lock) = (Still::new(row.beat, look), Still::new(row.held, look));
        Self { row, beat, lock, seen_held: false, linked: false }
    }

    /// Our session is a new one, which has seen no lock yet. After a restart or a failover all locks are
    /// gone, and nodes come back at different times.
    pub(super) const fn forget_lock(&mut self) {
        self.seen_held = false;
    }

    /// A good look found it so; whether it has stood still for too long.
    pub(super) fn see(&mut self, row: NodeRow, look: Good, bounds: Bounds) -> bool {
        let (still, lock) = (self.beat.see(row.beat, look), self.lock.see(row.held, look));
        self.seen_held |= row.held;
        let lost_lock = self.seen_held && !row.held && lock >= bounds.unheld();
        self.row = row;
        still >= bounds.gone() || (lost_lock && still >= bounds.unheld())
    }
}
