//! The way to whoever does the jobs.

use crate::work::Poke;

/// What the rest of the server has of the jobs. Cheap to clone.
#[derive(Clone, Default)]
pub struct Jobs {
    poke: Poke,
}

impl Jobs {
    /// There is something in the queue.
    pub fn poke(&self) {
        self.poke.now();
    }

    /// What whoever does the jobs is poked with.
    #[must_use]
    pub fn queued(&self) -> &Poke {
        &self.poke
    }
}
