//! The database opened: migrated, compared with what this program expects, and pooled.

use std::path::{Path, PathBuf};
use std::time::Duration;

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::r2d2::{Pool, PooledConnection};
use thiserror::Error;

use super::connection::{AnyConnection, Connector, Database, connect};
use super::replica::{self, Replica};
use super::turns::Turns;
use super::{login_keys, migrate, schema_check};
use crate::broken::{Way, is_broken};
use crate::ids::AccountId;

/// Most pooled connections. Reads are short; more would only queue inside the engine.
const POOL_MAX: u32 = 8;
/// How long a caller waits for a pooled connection before it is told that there is none.
const POOL_WAIT: Duration = Duration::from_secs(5);

/// A connection from the pool; goes back when dropped.
pub type Pooled = PooledConnection<Connector>;

/// The database, open. Cloning shares the pool.
#[derive(Clone)]
pub struct Store {
    database: Database,
    pool: Pool<Connector>,
    turns: Turns,
    replica: Option<Replica>,
}

/// Why the database cannot be used. One line: what is wrong and what to do.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Not a URL of either engine. Carries the scheme only, as the rest may hold a password.
    #[error("the database URL {0:?} is not understood; give sqlite:PATH or postgres://USER@HOST/NAME")]
    Url(String),
    /// The folder or the file cannot be written.
    #[error("cannot write the database in {}: {reason}; make it writable for this user or give another data directory", path.display())]
    Unwritable {
        /// The folder, or the file where that is at fault.
        path: PathBuf,
        /// The system's word for it.
        reason: String,
    },
    /// The file is there but cannot be used.
    #[error("cannot open the database {}: {reason}; restore it from a backup or give another data directory", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// The engine's word for it.
        reason: String,
    },
    /// The server does not answer, or refuses us.
    #[error("cannot reach PostgreSQL at {address}: {reason}; start it, or correct the database URL")]
    Unreachable {
        /// Host, port and name, without the password.
        address: String,
        /// The client library's word for it.
        reason: String,
    },
    /// Reads would go astray.
    #[error("{address} is not a replica of a PostgreSQL primary; correct --replica-url or leave it out")]
    NoReplica {
        /// Host, port and name, without the password.
        address: String,
    },
    /// A later version of this program has been here.
    #[error(
        "the database is newer than this program (it has migration {version}); run the newer program, or restore a backup made before it"
    )]
    Newer {
        /// The first migration this program does not know.
        version: String,
    },
    /// A migration failed. Nothing of it was kept.
    #[error("cannot bring the database up to date: {reason}; nothing was changed, correct that and start again")]
    Migration {
        /// The engine's word for it.
        reason: String,
    },
    /// Another process serves this file.
    #[error(
        "another anteroom serves the database {} already; stop that one first, or give another data directory",
        path.display()
    )]
    Served {
        /// The file.
        path: PathBuf,
    },
    /// The journal could not be started.
    #[error("cannot start the journal's thread: {reason}; raise the limit of threads for this user")]
    NoThread {
        /// The system's word for it.
        reason: String,
    },
    /// The tables are not those this program was built for.
    #[error(
        "the database differs from what this program expects: table {table}, column {column}: {difference}; undo the change made by hand or restore a backup"
    )]
    Differs {
        /// In capitals, as in the DDL.
        table: String,
        /// In capitals; `*` if the whole table is meant.
        column: String,
        /// What is different.
        difference: String,
    },
}

impl OpenError {
    /// Neither opened nor reached, in the engine's own words.
    pub(crate) fn unusable(database: &Database, reason: &str) -> Self {
        let reason = one_line(reason);
        match database {
            Database::Sqlite(path) => Self::Unusable { path: path.clone(), reason },
            Database::Postgres(_) => Self::Unreachable { address: database.to_string(), reason },
        }
    }
}

/// Why a query of the pool did not give an answer.
#[derive(Debug, Error)]
pub enum StoreError {
    /// No connection within five seconds: the database is down, or all are in use.
    #[error("no database connection: {0}")]
    Unavailable(String),
    /// The query itself.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}

impl Store {
    /// Opens the database: makes the folder of a SQLite file, applies the migrations, compares the
    /// schema. Blocks.
    pub fn open(database: &Database) -> Result<Self, OpenError> {
        let mut conn = first_connection(database)?;
        migrate::run(&mut conn)?;
        schema_check::run(&mut conn)?;
        login_keys::fill(&mut conn).map_err(|error| OpenError::Migration { reason: one_line(&error.to_string()) })?;
        if is_broken(Way::UnconditionalMatch) {
            // Without the referee's last line of defence.
            conn.batch_execute("DROP INDEX IF EXISTS UX_ROOM_OPEN_CONSULTATION")
                .map_err(|error| OpenError::Migration { reason: error.to_string() })?;
        }
        drop(conn);
        let pool = Pool::builder()
            .max_size(POOL_MAX)
            .min_idle(Some(1))
            .connection_timeout(POOL_WAIT)
            .build_unchecked(Connector(database.clone()));
        Ok(Self { database: database.clone(), pool, turns: Turns::of(database), replica: None })
    }

    /// The same store, with a replica for reads that may be a moment old. A replica that does not
    /// answer now may do so later; a server that is none is refused.
    pub fn with_replica(self, replica: &Database) -> Result<Self, OpenError> {
        if !matches!((&self.database, replica), (Database::Postgres(_), Database::Postgres(_))) {
            return Err(OpenError::NoReplica { address: replica.to_string() });
        }
        match connect(replica).map(|mut conn| replica::is_replica(&mut conn)) {
            Ok(true) => {}
            Ok(false) => return Err(OpenError::NoReplica { address: replica.to_string() }),
            Err(error) => log::warn!("the replica {replica} does not answer yet: {error}"),
        }
        Ok(Self { replica: Some(Replica::new(replica)), ..self })
    }

    /// Applies the migrations and says how many there were; nothing else. For `anteroom migrate`.
    pub fn migrate(database: &Database) -> Result<usize, OpenError> {
        migrate::run(&mut first_connection(database)?)
    }

    /// How many migrations [`Self::open`] would apply; a SQLite file that is not there is left so,
    /// and needs all of them: `None`. For `anteroom doctor`.
    pub fn pending(database: &Database) -> Result<Option<usize>, OpenError> {
        match database {
            Database::Sqlite(path) if !path.exists() => Ok(None),
            _ => migrate::pending(&mut first_connection(database)?).map(Some),
        }
    }

    /// Where the database is.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Whether other nodes may work on the same database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.database, Database::Postgres(_))
    }

    /// A connection from the pool. Blocks for at most five seconds.
    pub fn connection(&self) -> Result<Pooled, StoreError> {
        self.pool.get().map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    /// Somebody has just written: until a replica has caught up, they read what they wrote here.
    pub fn wrote(&self, account: AccountId) {
        if let Some(replica) = &self.replica {
            replica.wrote(account);
        }
    }

    /// Runs a query whose answer may be a few seconds old, but never older than what `reader` wrote:
    /// on the replica if there is one and it has come far enough. Blocks.
    pub fn recent<T>(
        &self,
        reader: AccountId,
        query: impl Fn(&mut AnyConnection) -> QueryResult<T>,
    ) -> Result<T, StoreError> {
        let fresh = match &self.replica {
            Some(replica) => replica.fresh_for(reader, || self.connection())?,
            None => None,
        };
        if let Some(mut conn) = fresh {
            match query(&mut conn) {
                // The replica may end a query of its own accord, or go away: the primary has it too.
                Err(error @ diesel::result::Error::DatabaseError(..)) => {
                    log::warn!("a read on the replica failed, the primary is asked: {error}");
                }
                answer => return Ok(answer?),
            }
        }
        self.run(query)
    }

    /// Who writes next.
    #[must_use]
    pub fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Runs a query that writes, in its turn, on a pooled connection. Blocks: call it from a thread
    /// that may.
    pub fn in_turn<T>(&self, query: impl FnOnce(&mut AnyConnection) -> QueryResult<T>) -> Result<T, StoreError> {
        let _turn = self.turns.take()?;
        self.run(query)
    }

    /// Runs a query that only reads on a pooled connection. Blocks: call it from a thread that may.
    pub fn run<T>(&self, query: impl FnOnce(&mut AnyConnection) -> QueryResult<T>) -> Result<T, StoreError> {
        Ok(query(&mut *self.connection()?)?)
    }
}

/// The folder of a SQLite file, made if it is not there.
pub(super) fn make_folder(path: &Path) -> Result<(), OpenError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)
        .map_err(|error| OpenError::Unwritable { path: folder.to_owned(), reason: error.to_string() })
}

fn first_connection(database: &Database) -> Result<AnyConnection, OpenError> {
    if let Database::Sqlite(path) = database {
        make_folder(path)?;
        // SQLite would say only "unable to open database file"; this says why.
        std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
            .map_err(|error| OpenError::Unwritable { path: path.clone(), reason: error.to_string() })?;
    }
    connect(database).map_err(|error| OpenError::unusable(database, &error.to_string()))
}

/// libpq speaks in paragraphs.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
