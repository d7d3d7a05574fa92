//! The writer's connection. Made anew after a loss, and used only once it is known that nothing is missing
//! of what people were told.
//!
//! A PostgreSQL that failed over to a standby may have lost its last commits. Each group leaves its number
//! in its transaction (the mark), so a database whose mark is behind the last number we know to be
//! committed went back.

use diesel::result::Error;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::group::Mark;
use crate::clock::Clock;
use crate::ids::NodeId;
use crate::storage::engine::installation::{self, MARKS};
use crate::storage::{AnyConnection, Database, OpenError, Store, WriteQueue, connect};
use crate::time::Wall;

/// Why there is no connection to write on.
#[derive(Debug)]
pub(super) enum Away {
    /// The database is not there, or may not be written. In words.
    Engine(String),
    /// It came back without what was told: nothing of this process' memory is to be believed.
    WentBack,
}

pub(super) struct WriterConnection {
    database: Database,
    write_queue: WriteQueue,
    /// `None` after it was given up; the next who needs one connects.
    conn: Option<AnyConnection>,
    mark: Mark,
    /// The last group that is known to have been committed.
    told: u64,
}

#[derive(QueryableByName)]
struct DatabaseState {
    #[diesel(sql_type = Bool)]
    is_standby: bool,
    #[diesel(sql_type = Nullable<Text>)]
    mark: Option<String>,
}

impl WriterConnection {
    /// Connects, and commits a first small write.
    pub(super) fn open(store: &Store, clock: &Clock, node: NodeId) -> Result<Self, OpenError> {
        let database = store.database().clone();
        let unusable = |reason: String| database.unless_full(database.unusable(&reason));
        let mut conn = connect(&database).map_err(|error| unusable(error.to_string()))?;
        probe(&mut conn, clock.now().wall).map_err(|error| unusable(error.to_string()))?;
        let mark = Mark { name: format!("{MARKS}{node}"), group: 0 };
        let write_queue = store.write_queue().clone();
        write_queue.note_log();
        Ok(Self { database, write_queue, conn: Some(conn), mark, told: 0 })
    }

    /// Whether other processes may write, too.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.database, Database::Postgres(_))
    }

    /// Who writes next; shared, so that a turn may be had beside the connection.
    pub(super) fn write_queue(&self) -> WriteQueue {
        self.write_queue.clone()
    }

    /// The connection, made if there is none, and the mark of the present group.
    pub(super) fn ready(&mut self) -> Result<(&mut AnyConnection, &mut Mark), Away> {
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.connect()?,
        };
        Ok((self.conn.insert(conn), &mut self.mark))
    }

    fn connect(&self) -> Result<AnyConnection, Away> {
        // Before connecting: SQLite would make a file that was deleted.
        self.write_queue.may_write().map_err(|error| Away::Engine(error.to_string()))?;
        let mut conn = connect(&self.database).map_err(|error| Away::Engine(error.to_string()))?;
        if let AnyConnection::Postgres(_) = conn {
            let found = self.look(&mut conn).map_err(|error| Away::Engine(error.to_string()))?;
            if found.is_standby {
                return Err(Away::Engine("the PostgreSQL that answers is a standby".into()));
            }
            let on_file = found.mark.and_then(|mark| mark.parse().ok()).unwrap_or(0);
            if on_file < self.told {
                return Err(Away::WentBack);
            }
        }
        Ok(conn)
    }

    fn look(&self, conn: &mut AnyConnection) -> QueryResult<DatabaseState> {
        let AnyConnection::Postgres(conn) = conn else { return Err(Error::NotFound) };
        sql_query("SELECT pg_is_in_recovery() AS is_standby, (SELECT VALUE FROM INSTALLATION WHERE NAME = $1) AS mark")
            .bind::<Text, _>(&self.mark.name)
            .get_result(conn)
    }

    /// The connection is not used again. Whatever else depends on the server may be lost with it.
    pub(super) fn give_up(&mut self) {
        self.conn = None;
        self.write_queue.doubt();
    }

    /// The present group is on file, and whoever waits for it is about to be told.
    pub(super) fn committed(&mut self) {
        self.told = self.mark.group;
    }

    /// Only to be tidy: a mark that is left behind goes a day later, with the row of its node.
    pub(super) fn forget_mark(&mut self) {
        if let Some(conn @ AnyConnection::Postgres(_)) = &mut self.conn {
            let _ = installation::remove(conn, &self.mark.name);
        }
    }
}

/// Commits a small real write: whether writing is possible.
pub(super) fn probe(conn: &mut AnyConnection, at: Wall) -> QueryResult<()> {
    conn.write(|conn| installation::probe(conn, at))
}
