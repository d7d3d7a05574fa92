//! Copies SQLite's write-ahead log into the database, beside the writer.
//!
//! Left to itself the writer does so after a commit, once the log has grown long, and everybody waits
//! until some thousand pages are written and synced: hundreds of milliseconds, every few seconds of a busy
//! day. A passive checkpoint of another connection holds nobody up. What the writer appends meanwhile
//! is left to the next; the writer's own is still there should this one fall behind.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::connection::SimpleConnection;

use crate::storage::{AnyConnection, Database, OpenError, connect};

/// Between two of them. With nothing new one costs some microseconds.
const EVERY: Duration = Duration::from_millis(500);

/// The thread. Dropping it ends it.
pub(super) struct Checkpoints {
    alive: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// `None` on PostgreSQL, which sees to its own.
    pub(super) fn start(database: &Database) -> Result<Option<Self>, OpenError> {
        if matches!(database, Database::Postgres(_)) {
            return Ok(None);
        }
        let (alive, ended) = channel();
        let database = database.clone();
        let thread = std::thread::Builder::new()
            .name("checkpoints".into())
            .spawn(move || run(&database, &ended))
            .map_err(|error| OpenError::NoThread { reason: error.to_string() })?;
        Ok(Some(Self { alive: Some(alive), thread: Some(thread) }))
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.alive = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the checkpoints' thread panicked");
        }
    }
}

fn run(database: &Database, ended: &Receiver<()>) {
    let mut conn = None;
    let mut failing = false;
    while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        let done = checkpoint(&mut conn, database);
        if let Err(error) = &done {
            conn = None;
            // The journal says more, and often enough, when the disk is at fault.
            if !failing {
                log::warn!("a checkpoint failed, the writer does it meanwhile: {error}");
            }
        }
        failing = done.is_err();
    }
}

fn checkpoint(conn: &mut Option<AnyConnection>, database: &Database) -> Result<(), Box<dyn std::error::Error>> {
    let conn = match conn {
        Some(conn) => conn,
        None => conn.insert(connect(database)?),
    };
    Ok(conn.batch_execute("PRAGMA wal_checkpoint(PASSIVE)")?)
}
