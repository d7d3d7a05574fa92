//! Whether this process may write, and which of its writers is next.
//!
//! SQLite lets one write at a time, and whoever finds the file locked looks again after up to
//! 100 ms. Work that asks again at once after each of its transactions would always be first:
//! others would be refused after five seconds, the journal too. So the writers of this process
//! stand in a queue; the lock of the file itself is for other processes.
//!
//! Nobody writes into a file that was taken away, nor on a server that another process may serve by
//! now: every writer passes here first.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{FairMutex, FairMutexGuard};

use crate::storage::engine::connection::BUSY_MS;
use crate::storage::engine::database::Database;
use crate::storage::engine::file_mark::FileMark;
use crate::storage::engine::lock::Held;
use crate::storage::engine::store_error::StoreError;

/// How long a writer waits for a lock that is in doubt …
const LOCK_WAIT: Duration = Duration::from_secs(1);
/// … and how often it looks.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// The queue. Cloning shares it. On PostgreSQL nobody waits.
#[derive(Clone)]
pub struct WriteQueue {
    queue: Option<Arc<FairMutex<()>>>,
    file: Option<FileMark>,
    held: Option<Held>,
}

/// The turn to write, until it is dropped.
pub struct WriteTurn<'a>(#[expect(dead_code, reason = "held, not read")] Option<FairMutexGuard<'a, ()>>);

impl WriteQueue {
    pub(crate) fn of(database: &Database) -> Self {
        match database {
            Database::Sqlite(path) => Self { queue: Some(Arc::default()), file: Some(FileMark::of(path)), held: None },
            Database::Postgres(_) => Self { queue: None, file: None, held: None },
        }
    }

    /// Nobody writes from here on while the process does not hold what it serves under.
    pub(crate) fn under(self, held: Held) -> Self {
        Self { held: Some(held), ..self }
    }

    /// Whether the records are where they were.
    pub(crate) fn may_read(&self) -> Result<(), StoreError> {
        self.file.as_ref().map_or(Ok(()), FileMark::check).map_err(StoreError::Unavailable)
    }

    /// Whether anybody here may write just now.
    pub(crate) fn may_write(&self) -> Result<(), StoreError> {
        self.may_read()?;
        match &self.held {
            Some(held) if !held.is() => {
                Err(StoreError::Unavailable("the lock that keeps a second server away is not held just now".into()))
            }
            _ => Ok(()),
        }
    }

    /// A lock that is in doubt is looked at within milliseconds, where the database answers.
    fn wait_for_the_lock(&self) {
        let give_up = Instant::now() + LOCK_WAIT;
        while self.held.as_ref().is_some_and(|held| !held.is()) && Instant::now() < give_up {
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// A connection to the records was lost: on PostgreSQL the lock may be lost with it, so nobody writes
    /// until that is known.
    pub(crate) fn doubt(&self) {
        if let Some(held) = &self.held {
            held.doubt();
        }
    }

    /// A connection is open all the time from here on.
    pub(crate) fn note_log(&self) {
        if let Some(file) = &self.file {
            file.note_log();
        }
    }

    /// Waits for its turn, in the order of asking; refused after five seconds, and sooner where nobody may write.
    /// Blocks.
    pub fn take(&self) -> Result<WriteTurn<'_>, StoreError> {
        self.wait_for_the_lock();
        self.may_write()?;
        let Some(queue) = &self.queue else { return Ok(WriteTurn(None)) };
        let patience = Duration::from_millis(BUSY_MS.into());
        let turn = queue.try_lock_for(patience);
        turn.map(|turn| WriteTurn(Some(turn)))
            .ok_or_else(|| StoreError::Unavailable(format!("others wrote for {patience:?}")))
    }
}
