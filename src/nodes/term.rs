//! One holding of the lease by this node, as the matchmaker has it in hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::ids::TermId;
use crate::time::Mono;

/// A term of this node. Cheap to clone; all clones know when it may match.
#[derive(Clone, Debug)]
pub struct Term {
    /// What its writes name.
    pub id: TermId,
    /// What its words bear.
    pub epoch: u64,
    /// The last microsecond in which it may decide; 0 for none.
    until: Arc<AtomicU64>,
}

impl Term {
    pub(super) fn new(id: TermId, epoch: u64) -> Self {
        Self { id, epoch, until: Arc::default() }
    }

    /// Whether the lobby may decide at `now`: to be asked in every step of it. One read of memory. A moment and
    /// not a flag, so that nobody has to be awake to take it back; a term that is over never may again.
    #[must_use]
    pub fn may_match(&self, now: Mono) -> bool {
        now.0 <= self.until.load(Ordering::Acquire)
    }

    pub(super) fn may_until(&self, until: Option<Mono>) {
        self.until.store(until.map_or(0, |until| until.0), Ordering::Release);
    }
}
