//! How the journal is, for whoever asks from another thread.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::time::Wall;

/// Longer than any commit takes, shorter than people's patience: within five seconds everybody is told how
/// they stand.
pub(super) const STALLED_AFTER: Duration = Duration::from_secs(4);

/// What becomes of the journal, for whoever must act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The database begins to refuse: every write is refused.
    Failing,
    /// It takes writes again.
    Well,
    /// It came back without its last commits, of which people were told. Every write is refused from here
    /// on: whoever knows anything must read it again.
    WentBack,
}

pub(super) type OnChange = Arc<dyn Fn(Change) + Send + Sync>;

/// How the journal is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// `None`: it takes writes. Else since when it refuses them, and why.
    pub failing: Option<Failing>,
    /// The database neither answers nor fails. It is failing besides, for whoever would write.
    pub stalled: bool,
    /// Writes waiting, at most [`super::QUEUE_MAX`].
    pub queued: usize,
    /// How long the last group took from its first statement to the end of its commit.
    pub last_commit: Option<Duration>,
    /// Groups committed since the start.
    pub groups: u64,
    /// Writes answered after a commit since the start.
    pub writes: u64,
}

/// Since when the journal refuses writes, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// When the first write was refused.
    pub since: Wall,
    /// The last error, for the log and for staff.
    pub error: String,
}

#[derive(Default)]
pub(super) struct SharedHealth(Mutex<State>);

#[derive(Default)]
struct State {
    health: Health,
    /// Since when the writer is in a call to the database.
    busy_since: Option<Instant>,
}

impl SharedHealth {
    pub(super) fn read(&self, queued: usize) -> Health {
        Health { queued, ..self.change(|health| health.clone()) }
    }

    pub(super) fn committed(&self, writes: usize, took: Duration) {
        self.change(|health| {
            health.last_commit = Some(took);
            health.groups += 1;
            health.writes += writes as u64;
        });
    }

    /// Notes a failure; `true` if it is the first since things were well.
    pub(super) fn failing(&self, error: &str, at: Wall) -> bool {
        self.change(|health| {
            let since = health.failing.as_ref().map_or(at, |failing| failing.since);
            health.failing.replace(Failing { since, error: error.to_owned() }).is_none()
        })
    }

    /// Notes that things are well; `true` if they were not.
    pub(super) fn well(&self) -> bool {
        self.change(|health| health.failing.take().is_some())
    }

    /// The writer calls the database, until what is returned is dropped.
    pub(super) fn busy(&self) -> Busy<'_> {
        self.state().busy_since = Some(Instant::now());
        Busy(self)
    }

    /// `None` unless the writer is in a call for too long; `true` if that is new and things were well.
    pub(super) fn stalled(&self, error: &str, at: Wall) -> Option<bool> {
        let mut state = self.state();
        state.busy_since.filter(|since| since.elapsed() >= STALLED_AFTER)?;
        state.health.stalled = true;
        let was_well = state.health.failing.is_none();
        state.health.failing.get_or_insert_with(|| Failing { since: at, error: error.to_owned() });
        Some(was_well)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Health) -> T) -> T {
        change(&mut self.state().health)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call to the database.
pub(super) struct Busy<'a>(&'a SharedHealth);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.busy_since = None;
        state.health.stalled = false;
    }
}
