//! Copies SQLite's write-ahead log into the database, beside the writer.
//!
//! Left to itself the writer does so after a commit, once the log has grown long, and everybody waits
//! until some thousand pages are written and synced: hundreds of milliseconds, every few seconds of a busy
//! day. A passive checkpoint of another connection holds nobody up, but what the writer appends meanwhile
//! is left, and only a log that is copied to its end begins anew: on a busy day it would grow until
//! the writer's own checkpoint after all. So the last few pages are copied while nobody writes.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::RunQueryDsl;
use diesel::sql_types::Integer;

use crate::storage::{AnyConnection, Database, OpenError, Store, WriteQueue, connect};

/// Between two of them. With nothing new one costs some microseconds.
const EVERY: Duration = Duration::from_millis(500);
/// So many pages in the log (8 MiB) are enough for it to begin anew.
const LONG: i32 = 2_000;
/// So few pages (1 MiB) are copied while nobody writes: some milliseconds.
const SHORT: i32 = 250;
/// How often the log is copied to come that near to its end.
const PASSES: u32 = 4;

/// The thread. Dropping it ends it.
pub(super) struct Checkpoints {
    alive: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// `None` on PostgreSQL, which sees to its own.
    pub(super) fn start(store: &Store) -> Result<Option<Self>, OpenError> {
        if matches!(store.database(), Database::Postgres(_)) {
            return Ok(None);
        }
        let (alive, ended) = channel();
        let (database, write_queue) = (store.database().clone(), store.write_queue().clone());
        let thread = std::thread::Builder::new()
            .name("checkpoints".into())
            .spawn(move || run(&database, &write_queue, &ended))
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

fn run(database: &Database, write_queue: &WriteQueue, ended: &Receiver<()>) {
    let mut conn = None;
    let mut failing = false;
    while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        let done = checkpoint(&mut conn, database, write_queue);
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

type CheckpointError = Box<dyn std::error::Error>;

fn checkpoint(
    conn: &mut Option<AnyConnection>,
    database: &Database,
    write_queue: &WriteQueue,
) -> Result<(), CheckpointError> {
    let conn = match conn {
        Some(conn) => conn,
        None => conn.insert(connect(database)?),
    };
    let mut copied = copy(conn)?.checkpointed;
    for _ in 1..PASSES {
        let log = copy(conn)?;
        // What was appended while the pass before went on. With nothing the next write begins anew.
        let appended = log.log - copied;
        if appended <= SHORT {
            if log.log >= LONG && appended > 0 {
                let _turn = write_queue.take()?;
                copy(conn)?;
            }
            break;
        }
        copied = log.checkpointed;
    }
    Ok(())
}

/// Pages of the log, as they were when the pass began, and how many of them are in the database after it.
#[derive(Debug, diesel::QueryableByName)]
struct Log {
    #[diesel(sql_type = Integer)]
    log: i32,
    #[diesel(sql_type = Integer)]
    checkpointed: i32,
}

fn copy(conn: &mut AnyConnection) -> Result<Log, CheckpointError> {
    Ok(diesel::sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result(conn)?)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::storage::engine::connection::WAL_KEPT_BYTES;

    /// Some seven pages each.
    const WRITES: usize = 300;
    /// So often it may fail to come near the end: a thread that waits for a core falls behind.
    const ROUNDS: usize = 50;

    #[test]
    fn a_log_that_a_long_reader_made_long_is_short_again_once_they_are_gone() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("read.db"));
        let store = Store::open(&database).unwrap();
        let [mut writer, mut reader] = [(), ()].map(|()| connect(&database).unwrap());
        let length = || std::fs::metadata(folder.path().join("read.db-wal")).unwrap().len();
        writer.batch_execute("CREATE TABLE LONG (PAGE BLOB)").unwrap();
        reader.batch_execute("BEGIN; SELECT COUNT(*) FROM LONG").unwrap();
        let mut conn = None;
        while length() <= 2 * u64::from(WAL_KEPT_BYTES) {
            writer.batch_execute("INSERT INTO LONG VALUES (randomblob(4000000))").unwrap();
            checkpoint(&mut conn, &database, store.write_queue()).unwrap();
        }
        reader.batch_execute("COMMIT").unwrap();
        checkpoint(&mut conn, &database, store.write_queue()).unwrap();
        writer.batch_execute("INSERT INTO LONG VALUES ('short')").unwrap();
        assert!(length() <= WAL_KEPT_BYTES.into(), "{} bytes are left", length());
    }

    #[test]
    fn the_log_begins_anew_while_somebody_writes_all_the_time() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("busy.db"));
        let store = Store::open(&database).unwrap();
        let mut writer = connect(&database).unwrap();
        // The writer's own checkpoint would do it, too.
        writer.batch_execute("PRAGMA wal_autocheckpoint = 0; CREATE TABLE busy (page BLOB)").unwrap();
        let (wrote, written) = sync_channel(WRITES);
        let write_queue = store.write_queue();
        let (began_anew, lengths): (bool, Vec<i32>) = std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut write = || {
                    let _turn = write_queue.take().unwrap();
                    writer.batch_execute("INSERT INTO busy VALUES (randomblob(25000))").unwrap();
                };
                while wrote.send(()).is_ok() {
                    write();
                }
            });
            let mut conn = None;
            let mut lengths = vec![0];
            let mut began_anew = false;
            while !began_anew && lengths.len() <= ROUNDS {
                written.iter().take(WRITES).for_each(drop);
                checkpoint(&mut conn, &database, write_queue).unwrap();
                let length = copy(conn.as_mut().unwrap()).unwrap().log;
                began_anew = lengths.last().is_some_and(|before| length < *before);
                lengths.push(length);
            }
            drop(written);
            (began_anew, lengths)
        });
        assert!(began_anew, "the log only grew: {lengths:?}");
    }
}
