//! A database that neither answers nor fails (frozen, a disk that hangs) holds the writer in a call that
//! does not return, and with it everybody who waits. So a thread beside it looks how long the call has
//! taken: from [`STALLED_AFTER`] on whoever waits or comes is told that nothing is stored. Only the group
//! in the call is not: what becomes of it is known when the call returns.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::health::{Change, OnChange, STALLED_AFTER, SharedHealth};
use super::queue::{Queue, Taken, refuse};
use super::write::WriteFailed;
use crate::clock::Clock;
use crate::storage::OpenError;

const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The thread. Dropping it ends it.
pub(super) struct StallWatch {
    alive: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl StallWatch {
    pub(super) fn start(
        queue: Arc<Queue>,
        health: Arc<SharedHealth>,
        clock: Clock,
        on_change: OnChange,
    ) -> Result<Self, OpenError> {
        let (alive, ended) = channel::<()>();
        let look = move || {
            while ended.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                let why = format!("the database has not answered for {} s", STALLED_AFTER.as_secs());
                let Some(first) = health.stalled(&why, clock.now().wall) else { continue };
                if first {
                    log::error!("the journal cannot write: {why}");
                    on_change(Change::Failing);
                }
                while let Taken::Group(mut group) = queue.take(Some(Instant::now())) {
                    refuse(&mut group, &WriteFailed::Storage(why.clone()));
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name("journal-watch".into())
            .spawn(look)
            .map_err(|error| OpenError::NoThread { reason: error.to_string() })?;
        Ok(Self { alive: Some(alive), thread: Some(thread) })
    }
}

impl Drop for StallWatch {
    fn drop(&mut self) {
        self.alive = None;
        // A reply it gives may hold the last clone of the journal; a thread cannot wait for itself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id())
            && thread.join().is_err()
        {
            log::error!("the journal's watch panicked");
        }
    }
}
