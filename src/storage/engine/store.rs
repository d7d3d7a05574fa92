//! The database opened: migrated, compared with what this program expects, and pooled.

use std::time::Duration;

use diesel::QueryResult;
use diesel::connection::SimpleConnection;
use diesel::r2d2::Pool;

use crate::broken::{Defect, is_broken};
use crate::ids::AccountId;
use crate::private;
use crate::storage::engine::connection::{AnyConnection, Connector, Pooled, connect};
use crate::storage::engine::database::{Database, make_folder};
use crate::storage::engine::file_mark::beside;
use crate::storage::engine::lock::ServeLock;
use crate::storage::engine::open_error::{OpenError, one_line};
use crate::storage::engine::replica::{self, Replica};
use crate::storage::engine::store_error::{READ_WAIT, StoreError};
use crate::storage::engine::write_queue::WriteQueue;
use crate::storage::engine::{installation, migrate, schema_check};
use crate::storage::people::login_keys;
use crate::time::Wall;

/// Most pooled connections. Reads are short; more would only queue inside the engine.
const POOL_MAX: u32 = 8;
/// How long a caller waits for a pooled connection before it is told that there is none.
const POOL_WAIT: Duration = Duration::from_secs(5);
/// The database, open. Cloning shares the pool.
#[derive(Clone)]
pub struct Store {
    database: Database,
    pool: Pool<Connector>,
    write_queue: WriteQueue,
    replica: Option<Replica>,
}

impl Store {
    /// Opens the database: makes the folder of a SQLite file, applies the migrations, compares the
    /// schema. Blocks.
    pub fn open(database: &Database) -> Result<Self, OpenError> {
        Self::open_it(database).map_err(|error| database.unless_full(error))
    }

    fn open_it(database: &Database) -> Result<Self, OpenError> {
        let mut conn = first_connection(database)?;
        migrate::run(&mut conn)?;
        schema_check::run(&mut conn)?;
        login_keys::fill(&mut conn).map_err(|error| OpenError::Migration { reason: one_line(&error.to_string()) })?;
        if is_broken(Defect::UnconditionalMatch) {
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
        Ok(Self { database: database.clone(), pool, write_queue: WriteQueue::of(database), replica: None })
    }

    /// The same store, with a replica for reads that may be a moment old. A replica that does not answer now may do
    /// so later; a server that is no replica is refused.
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

    /// The same store, which writes only while `lock` is held.
    #[must_use]
    pub fn served_under(self, lock: &ServeLock) -> Self {
        Self { write_queue: self.write_queue.under(lock.held()), ..self }
    }

    /// Commits a small write: whoever is about to serve learns here whether the disk takes any. Blocks.
    pub fn may_write(&self, at: Wall) -> Result<(), OpenError> {
        let put = |conn: &mut AnyConnection| conn.write(|conn| installation::probe(conn, at));
        self.in_turn(put).map_err(|error| self.database.unless_full(self.database.unusable(&error.to_string())))
    }

    /// Applies the migrations and says how many there were; nothing else. For `anteroom migrate`.
    pub fn migrate(database: &Database) -> Result<usize, OpenError> {
        let migrated = first_connection(database).and_then(|mut conn| migrate::run(&mut conn));
        migrated.map_err(|error| database.unless_full(error))
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

    /// Why these records may not be served by this process just now, in a word for `/readyz`, if so.
    #[must_use]
    pub fn out_of_reach(&self) -> Option<&'static str> {
        if self.write_queue.may_read().is_err() {
            return Some("missing");
        }
        self.write_queue.may_write().is_err().then_some("taken")
    }

    /// A connection from the pool. Blocks for at most five seconds.
    pub fn connection(&self) -> Result<Pooled, StoreError> {
        self.write_queue.may_read()?;
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

    /// Runs a query that only reads where it may block, and waits for its answer, [`READ_WAIT`] at most. A
    /// query that hangs keeps its connection until the database answers or is found to be dead.
    pub async fn answer<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut AnyConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        in_time(move || store.run(query)).await
    }

    /// Runs a query that writes, in its turn, where it may block, and waits for its answer, [`READ_WAIT`] at most:
    /// after that nobody knows whether it is on file.
    pub async fn answer_in_turn<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut AnyConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        in_time(move || store.in_turn(query)).await
    }

    /// The same as [`Self::recent`].
    pub async fn recent_answer<T: Send + 'static>(
        &self,
        reader: AccountId,
        query: impl Fn(&mut AnyConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        in_time(move || store.recent(reader, query)).await
    }

    /// The queue of all who write.
    #[must_use]
    pub fn write_queue(&self) -> &WriteQueue {
        &self.write_queue
    }

    /// Runs a query that writes, in its turn, on a pooled connection. Blocks: call it from a thread
    /// that may.
    pub fn in_turn<T>(&self, query: impl FnOnce(&mut AnyConnection) -> QueryResult<T>) -> Result<T, StoreError> {
        let _turn = self.write_queue.take()?;
        self.run(query)
    }

    /// Runs a query that only reads on a pooled connection. Blocks: call it from a thread that may.
    pub fn run<T>(&self, query: impl FnOnce(&mut AnyConnection) -> QueryResult<T>) -> Result<T, StoreError> {
        Ok(query(&mut *self.connection()?)?)
    }
}

async fn in_time<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::time::timeout(READ_WAIT, tokio::task::spawn_blocking(read)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(stopped)) => Err(StoreError::Unavailable(stopped.to_string())),
        Err(_) => Err(StoreError::Stalled),
    }
}

fn first_connection(database: &Database) -> Result<AnyConnection, OpenError> {
    if let Database::Sqlite(path) = database {
        make_folder(path)?;
        let unwritable =
            |error: std::io::Error| OpenError::Unwritable { path: path.clone(), reason: error.to_string() };
        // SQLite would say only "unable to open database file"; this says why.
        private::options().append(true).create(true).open(path).map_err(unwritable)?;
        // SQLite gives its log and its index the mode of the database.
        for suffix in ["", "-wal", "-shm"] {
            let file = beside(path, suffix);
            if private::narrow(&file).map_err(unwritable)? {
                log::warn!("{} was open to other users; now it is the server's alone", file.display());
            }
        }
    }
    connect(database).map_err(|error| database.unusable(&error.to_string()))
}
