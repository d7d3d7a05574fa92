//! The way to whoever does the jobs.

use std::path::PathBuf;
use std::sync::Arc;

use crate::work::Poke;

/// What the rest of the server has of the jobs. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    folder: Arc<PathBuf>,
    poke: Poke,
}

impl Jobs {
    /// Files go into `folder`.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder: Arc::new(folder), poke: Poke::default() }
    }

    /// There is something in the queue.
    pub fn poke(&self) {
        self.poke.now();
    }

    /// What whoever does the jobs is poked with.
    #[must_use]
    pub fn queued(&self) -> &Poke {
        &self.poke
    }

    /// Where the file of this name lies.
    #[must_use]
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }
}
