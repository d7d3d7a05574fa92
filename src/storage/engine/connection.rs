//! One connection type over two engines.
//!
//! The engine is chosen by the scheme of the URL alone. The derived `establish` tries one engine
//! after the other and would open a SQLite file named like the connection string of a PostgreSQL
//! that is down, so it is never called: [`connect`] is the only way to a connection.

use std::path::Path;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::pg::PgConnection;
use diesel::r2d2::{ManageConnection, PooledConnection, R2D2Connection};
use diesel::sqlite::SqliteConnection;
use diesel::{Connection, ConnectionResult, QueryResult};

use crate::storage::engine::database::Database;
use crate::storage::engine::file_mark::beside;

/// A connection to either engine. Most queries run on it as it is; where the derive cannot
/// express one (`on_conflict`, batches), `on_each!` writes it once and compiles it twice.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// A file beside the server.
    Sqlite(SqliteConnection),
    /// A server that several nodes share.
    Postgres(PgConnection),
}

/// The same body for the connection of each engine.
macro_rules! on_each {
    ($conn:expr, $inner:ident => $body:expr) => {
        match $conn {
            $crate::storage::AnyConnection::Sqlite($inner) => $body,
            $crate::storage::AnyConnection::Postgres($inner) => $body,
        }
    };
}
pub(crate) use on_each;

/// How long a SQLite statement waits for another's lock before it fails, in milliseconds.
pub(crate) const BUSY_MS: u32 = 5_000;
/// WAL pages before the writer makes a checkpoint itself (40 MiB). The journal has them made beside it
/// (`journal::checkpoints`), so this is for a log that grows faster than that.
const WAL_PAGES: u32 = 10_000;
/// A log longer than this (16 MiB) is cut to it once it begins anew: one long reader on a busy day would
/// otherwise leave a file of gigabytes for good. Twice what the journal lets it grow to.
pub(crate) const WAL_KEPT_BYTES: u32 = 16 << 20;
/// What every PostgreSQL session sets, as any role may. A statement of ours takes milliseconds, so one that
/// takes five seconds is a fault; a process that was paused inside a transaction must not keep its locks,
/// and one that waits for such a lock must not wait for ever; a host that vanished is noticed in seconds.
pub(crate) const POSTGRES_SESSION: &str =
    "SET TIME ZONE 'UTC'; SET synchronous_commit TO on; SET client_min_messages TO warning;
     SET default_transaction_isolation TO 'read committed';
     SET statement_timeout TO '5s'; SET lock_timeout TO '4s'; SET idle_in_transaction_session_timeout TO '2s';
     SET tcp_user_timeout TO '5s'; SET tcp_keepalives_idle TO 5; SET tcp_keepalives_interval TO 2;
     SET tcp_keepalives_count TO 3";
/// What a PostgreSQL connection string gets where it does not say otherwise: a dead server is
/// noticed within seconds, not within the kernel's two hours.
const POSTGRES_DEFAULTS: [(&str, &str); 5] = [
    ("connect_timeout", "5"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "3"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "10000"),
];

/// A connection from the pool; goes back when dropped.
pub type Pooled = PooledConnection<Connector>;

/// A new connection, ready for use by this program.
pub fn connect(database: &Database) -> ConnectionResult<AnyConnection> {
    connect_with(database, &POSTGRES_DEFAULTS)
}

/// The same with these in place of our own defaults, where the URL of a PostgreSQL does not say otherwise.
pub(crate) fn connect_with(database: &Database, defaults: &[(&str, &str)]) -> ConnectionResult<AnyConnection> {
    match database {
        Database::Sqlite(path) => {
            spare_the_log(path)?;
            let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
            // The busy timeout comes first: turning WAL on takes a lock of its own.
            conn.batch_execute(&format!(
                "PRAGMA busy_timeout = {BUSY_MS};
                 PRAGMA journal_mode = WAL;
                 PRAGMA synchronous = FULL;
                 PRAGMA foreign_keys = ON;
                 PRAGMA wal_autocheckpoint = {WAL_PAGES};
                 PRAGMA journal_size_limit = {WAL_KEPT_BYTES};"
            ))
            .map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
            Ok(AnyConnection::Sqlite(conn))
        }
        Database::Postgres(url) => {
            let mut conn = PgConnection::establish(&with_defaults(url, defaults))?;
            conn.batch_execute(POSTGRES_SESSION).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
            Ok(AnyConnection::Postgres(conn))
        }
    }
}

/// SQLite takes the log beside an empty file for a left-over and deletes it. Where the database was taken away
/// or emptied, that log holds what was committed last, and is all that there is to put it together again.
fn spare_the_log(path: &Path) -> ConnectionResult<()> {
    let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |found| found.len());
    let log = beside(path, "-wal");
    if bytes(path) == 0 && bytes(&log) > 0 {
        let detail = format!(
            "{} is gone or empty, and {} is not: opening it would delete what was committed last; put the database \
             back, or move the log away",
            path.display(),
            log.display()
        );
        return Err(diesel::ConnectionError::BadConnection(detail));
    }
    Ok(())
}

impl AnyConnection {
    /// Runs `body` in a transaction that may write. On SQLite it begins with the write lock: a
    /// transaction that reads first and locks later fails under contention, however long it waits.
    pub fn write<T, E>(&mut self, body: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E>
    where
        E: From<diesel::result::Error>,
    {
        self.begin_write()?;
        match body(self) {
            Ok(value) => {
                Self::commit_transaction(self)?;
                Ok(value)
            }
            Err(error) => {
                // The body's error is what the caller needs; a connection whose rollback failed
                // is marked broken by Diesel and leaves the pool.
                let _ = Self::rollback_transaction(self);
                Err(error)
            }
        }
    }

    /// Runs several reads that see the records as they were at one moment, whatever is committed meanwhile:
    /// what moves from one table to another between two of them would be missed, or seen twice. Not inside
    /// another transaction.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn at_one_moment<T>(&mut self, reads: impl FnOnce(&mut Self) -> QueryResult<T>) -> QueryResult<T> {
        self.transaction(|conn| {
            // On SQLite the first read of a transaction decides what all of them see.
            if let Self::Postgres(conn) = conn {
                conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            }
            reads(conn)
        })
    }

    /// The first half of [`Self::write`], for a caller that must tell a failed commit from a
    /// failed statement: the journal.
    pub(crate) fn begin_write(&mut self) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE"),
            Self::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn),
        }
    }

    /// Whether the database answers on this connection.
    pub(crate) fn is_alive(&mut self) -> bool {
        !Self::is_broken_transaction_manager(self) && self.batch_execute("SELECT 1").is_ok()
    }
}

/// Makes pooled connections with [`connect`].
#[derive(Clone, Debug)]
pub struct Connector(pub(crate) Database);

impl ManageConnection for Connector {
    type Connection = AnyConnection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<AnyConnection, Self::Error> {
        connect(&self.0).map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, conn: &mut AnyConnection) -> Result<(), Self::Error> {
        match conn {
            // A file does not go away; asking it costs more than most reads.
            AnyConnection::Sqlite(_) => Ok(()),
            AnyConnection::Postgres(conn) => conn.ping().map_err(diesel::r2d2::Error::QueryError),
        }
    }

    fn has_broken(&self, conn: &mut AnyConnection) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}

fn with_defaults(url: &str, defaults: &[(&str, &str)]) -> String {
    let mut url = url.to_owned();
    for (name, value) in defaults {
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&format!("{name}={value}"));
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_url_says_is_kept() {
        let url = with_defaults("postgres://h/db?connect_timeout=1", &POSTGRES_DEFAULTS);
        assert_eq!(url.matches("connect_timeout").count(), 1);
        assert!(url.contains("&tcp_user_timeout=10000"));
    }

    #[test]
    fn a_log_beside_an_empty_file_is_not_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let [path, aside, log] = ["a.db", "aside", "a.db-wal"].map(|name| folder.path().join(name));
        let database = Database::Sqlite(path.clone());
        let mut holds = connect(&database).unwrap();
        holds.batch_execute("CREATE TABLE T (A INTEGER)").unwrap();
        let before = std::fs::read(&log).unwrap();
        assert!(!before.is_empty());
        std::fs::rename(&path, &aside).unwrap();
        assert!(connect(&database).is_err(), "it is gone");
        std::fs::write(&path, "").unwrap();
        assert!(connect(&database).is_err(), "it is empty");
        assert_eq!(std::fs::read(&log).unwrap(), before);
        std::fs::rename(&aside, &path).unwrap();
        connect(&database).unwrap().batch_execute("SELECT A FROM T").unwrap();
    }
}
