//! Who writes next on a SQLite file.
//!
//! SQLite lets one write at a time, and whoever finds the file locked looks again after up to
//! 100 ms. Work that asks again at once after each of its transactions would always be first:
//! others would be refused after five seconds, the journal too. So the writers of this process
//! stand in a queue; the lock of the file itself is for other processes.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::{FairMutex, FairMutexGuard};

use super::StoreError;
use super::connection::{BUSY_MS, Database};

/// The queue. Cloning shares it. On PostgreSQL nobody waits.
#[derive(Clone)]
pub struct Turns(Option<Arc<FairMutex<()>>>);

/// One's turn, until it is dropped.
pub struct Turn<'a>(#[expect(dead_code, reason = "held, not read")] Option<FairMutexGuard<'a, ()>>);

impl Turns {
    pub(super) fn of(database: &Database) -> Self {
        Self(matches!(database, Database::Sqlite(_)).then(Arc::default))
    }

    /// Waits for one's turn, in the order in which they asked; refused after five seconds. Blocks.
    pub fn take(&self) -> Result<Turn<'_>, StoreError> {
        let Some(queue) = &self.0 else { return Ok(Turn(None)) };
        let patience = Duration::from_millis(BUSY_MS.into());
        let turn = queue.try_lock_for(patience);
        turn.map(|turn| Turn(Some(turn)))
            .ok_or_else(|| StoreError::Unavailable(format!("others wrote for {patience:?}")))
    }
}
