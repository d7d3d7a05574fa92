//! The single writer: what it has not committed, nobody has been told.
//!
//! One thread with a connection of its own takes whatever is queued, at most [`GROUP_MAX`] writes,
//! runs them in one transaction, commits, and only then answers each in its order. It never waits
//! for more to come: under load the next group gathers while the present one is synced.
//!
//! A write that the database refuses fails alone; the others of its group are committed without
//! it. A commit that fails fails everything in it, and turns the journal *failing*: every write is
//! refused at once until a small real write has been committed again, tried every
//! [`PROBE_EVERY`]. Nothing is retried on a connection whose sync failed.
//!
//! On PostgreSQL a lost connection leaves a commit in doubt. Each group therefore writes a mark of
//! its own; the journal comes back, waits for the old transaction to end, reads the mark, and so
//! knows. Until it knows it answers nothing of that group. A database that came back without what was
//! told has gone back ([`Change::WentBack`]), and nothing more is written by this process' memory.

mod apply;
mod checkpoints;
mod connection;
mod group;
mod health;
mod locks;
mod queue;
mod said;
mod stall;
mod write;
mod writer;

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

pub use health::{Change, Failing, Health};
pub use queue::{GROUP_MAX, QUEUE_MAX};
pub use write::{
    HandOverRow, Keeper, LogInRow, MatchRow, MessageRow, MoveRow, SeatRow, ShowRow, SitRow, TicketEnd, TicketRow,
    WhisperRow, Write, WriteFailed, Written,
};
pub use writer::PROBE_EVERY;

use crate::clock::Clock;
use crate::ids::NodeId;
use crate::storage::{OpenError, Store};
use checkpoints::Checkpoints;
use health::{OnChange, SharedHealth};
use queue::{Entry, Queue};
use stall::StallWatch;
use write::stopped;
use writer::Writer;

/// The way to the journal. Cloning shares it; the last clone to go closes it.
#[derive(Clone)]
pub struct Journal {
    queue: Arc<Queue>,
    health: Arc<SharedHealth>,
    thread: Arc<Thread>,
}

struct Thread {
    queue: Arc<Queue>,
    handle: Mutex<Option<JoinHandle<()>>>,
    beside: Mutex<Option<(Option<Checkpoints>, StallWatch)>>,
}

impl Journal {
    /// Starts its thread on a connection of its own, once a first small write is committed. `node` is this run of the
    /// server, for the mark that it leaves on file (see *A database that went back* in ARCHITECTURE). `on_change` is
    /// called on a thread of the journal's; it must be quick. Blocks.
    pub fn start(
        store: &Store,
        clock: Clock,
        node: NodeId,
        on_change: impl Fn(Change) + Send + Sync + 'static,
    ) -> Result<Self, OpenError> {
        let queue = Arc::new(Queue::default());
        let health = Arc::new(SharedHealth::default());
        let on_change: OnChange = Arc::new(on_change);
        let writer = Writer::open(store, clock.clone(), node, queue.clone(), health.clone(), on_change.clone())?;
        let watch = StallWatch::start(queue.clone(), health.clone(), clock, on_change)?;
        let beside = Mutex::new(Some((Checkpoints::start(store)?, watch)));
        let handle = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || writer.run())
            .map_err(|error| OpenError::NoThread { reason: error.to_string() })?;
        let thread = Thread { queue: queue.clone(), handle: Mutex::new(Some(handle)), beside };
        Ok(Self { queue, health, thread: Arc::new(thread) })
    }

    /// Hands a write over and returns at once. `by` is who decides; a write that is not theirs to decide is answered
    /// with [`Written::Fenced`]. `reply` is called exactly once: with `Busy` before
    /// this returns if the queue is full, else on the journal's thread after the commit, in the
    /// order of submission within a group. It must be quick and must not block.
    pub fn submit(&self, by: Keeper, write: Write, reply: impl FnOnce(Result<Written, WriteFailed>) + Send + 'static) {
        self.queue.push(Entry::new(by, write, Box::new(reply)));
    }

    /// Hands a write over and waits for its answer.
    pub async fn write(&self, by: Keeper, write: Write) -> Result<Written, WriteFailed> {
        let (sender, receiver) = tokio::sync::oneshot::channel();
        self.submit(by, write, move |answer| {
            // Whoever asked may have gone; the write stands all the same.
            let _ = sender.send(answer);
        });
        receiver.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// How it is: for readiness and metrics.
    #[must_use]
    pub fn health(&self) -> Health {
        self.health.read(self.queue.depth())
    }

    /// Takes no more, commits and answers all that is queued, and ends the thread. Blocks until
    /// then; later calls find nothing to do.
    pub fn close(&self) {
        self.thread.close();
    }
}

impl Thread {
    fn close(&self) {
        self.queue.close();
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A reply may hold the last clone; a thread cannot wait for itself.
        if let Some(handle) = handle.filter(|handle| handle.thread().id() != std::thread::current().id())
            && handle.join().is_err()
        {
            log::error!("the journal's thread panicked");
        }
        drop(self.beside.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.close();
    }
}
