//! What changed, made findable and summed up, beside the hot path: a thread that takes what is due
//! in small batches, newest first, and lets the journal go before it.
//!
//! Whoever changes a consultation that is over notes it as due in the same transaction, so nothing
//! is forgotten; a batch that is cut off is made again, with the same result.

mod batch;

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

pub use batch::{BATCH_MAX, index, remake};

use crate::clock::Clock;
use crate::journal::Journal;
use crate::storage::{AnyConnection, Database, OpenError, Store, WriteQueue, connect};
use crate::time::Wall;
use crate::work::Remaining;

/// How often it looks for what is due.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Between two batches of a backlog, so that whoever waits for the lock gets it.
const PAUSE: Duration = Duration::from_millis(5);
/// After a batch that took all there was, the pause is so many times what it took, so that a hundredth of
/// all that happens meets one: on one core each wake-up of the hot path may wait for it. And in an hour with
/// very many consultations, summing them up again for each one that ends would fill a core …
const PAUSE_TIMES: u32 = 100;
/// … but no longer than this: figures and the index of searches are behind by that and the next batch.
const PAUSE_MAX: Duration = Duration::from_secs(10);
/// Between two batches of a backlog while the journal has much to do.
const PAUSE_BUSY: Duration = Duration::from_millis(100);
/// With so many writes waiting the journal has much to do.
const BUSY: usize = 32;
/// After the database refused.
const PAUSE_FAILED: Duration = Duration::from_secs(2);

/// The thread. Dropping it ends it.
pub struct Indexer {
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Stop {
    asked: Mutex<bool>,
    told: Condvar,
}

impl Indexer {
    /// Starts it, on a connection of its own.
    pub fn start(store: &Store, journal: Journal, clock: Clock) -> Result<Self, OpenError> {
        let stop = Arc::new(Stop::default());
        let told = stop.clone();
        let (database, write_queue) = (store.database().clone(), store.write_queue().clone());
        let remake = Some(clock.now().wall);
        let run = move || Worker { database, write_queue, journal, clock, stop: told, conn: None, remake }.run();
        let thread = std::thread::Builder::new()
            .name("digest".into())
            .spawn(run)
            .map_err(|error| OpenError::NoThread { reason: error.to_string() })?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Ends it, after the present batch. Blocks until then.
    pub fn close(self) {
        drop(self);
    }
}

impl Drop for Indexer {
    fn drop(&mut self) {
        *self.stop.asked.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stop.told.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the digest's thread panicked");
        }
    }
}

impl Stop {
    /// Waits; `true` if it is time to end.
    fn within(&self, wait: Duration) -> bool {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        *self.told.wait_timeout_while(asked, wait, |asked| !*asked).unwrap_or_else(PoisonError::into_inner).0
    }
}

struct Worker {
    database: Database,
    write_queue: WriteQueue,
    journal: Journal,
    clock: Clock,
    stop: Arc<Stop>,
    /// With the right to index, which on PostgreSQL one node has at a time.
    conn: Option<AnyConnection>,
    /// Hours before this moment may have been summed up before waits were kept one by one; `None`
    /// once all are made again.
    remake: Option<Wall>,
}

impl Worker {
    fn run(mut self) {
        let mut wait = Duration::ZERO;
        while !self.stop.within(wait) {
            let began = Instant::now();
            wait = match self.step() {
                Ok(Remaining::Nothing) => began.elapsed().saturating_mul(PAUSE_TIMES).clamp(LOOK_EVERY, PAUSE_MAX),
                Ok(Remaining::More) if self.journal.health().queued > BUSY => PAUSE_BUSY,
                Ok(Remaining::More) => PAUSE,
                Err(error) => {
                    self.conn = None;
                    log::warn!("the digest waits for the database: {error}");
                    PAUSE_FAILED
                }
            };
        }
    }

    /// One batch; whether more is left.
    fn step(&mut self) -> Result<Remaining, Box<dyn std::error::Error>> {
        if self.journal.health().failing.is_some() {
            return Ok(Remaining::Nothing);
        }
        let conn = match &mut self.conn {
            Some(conn) => conn,
            None => {
                let mut conn = connect(&self.database)?;
                if !batch::may_index(&mut conn)? {
                    return Ok(Remaining::Nothing);
                }
                self.conn.insert(conn)
            }
        };
        let now = self.clock.now().wall;
        let taken = index(conn, &self.write_queue, BATCH_MAX, now)?;
        if taken == BATCH_MAX as usize {
            return Ok(Remaining::More);
        }
        if let Some(before) = self.remake {
            self.remake = remake(conn, &self.write_queue, before, now)?;
        }
        Ok(if self.remake.is_some() { Remaining::More } else { Remaining::Nothing })
    }
}
