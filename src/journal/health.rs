//! How the journal is, for whoever asks from another thread.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::time::Wall;

/// How the journal is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// `None`: it takes writes. Else since when it refuses them, and why.
    pub failing: Option<Failing>,
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
    /// The first refusal.
    pub since: Wall,
    /// The last error, for the log and for staff.
    pub error: String,
}

#[derive(Default)]
pub(super) struct HealthBoard(Mutex<Health>);

impl HealthBoard {
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

    fn change<T>(&self, change: impl FnOnce(&mut Health) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
