//! The lock on a PostgreSQL: an advisory lock, which lasts as long as the session that took it. A server that is
//! alone takes it for itself, nodes of a cluster share it.
//!
//! A session can die without its server knowing (a router, a host that vanished). Then we know its
//! process and when it began, and may end it ourselves: nobody else's is ever touched.

use std::time::{Duration, Instant};

use diesel::sql_types::{Bool, Integer, Nullable, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::look::{LOOK_SOON, Lock, Look};
use crate::storage::{AnyConnection, Database, OpenError, connect};

/// A server that was killed a moment ago may have its session for some milliseconds more.
const TAKE_WITHIN: Duration = Duration::from_secs(3);
/// The lock's two halves: any numbers will do, as long as every server uses the same.
const CLASS: i32 = 0x414E_5445;
const OBJECT: i32 = 0x5345_5256;

/// A session of the database, never mistaken for a later one with the same process id.
#[derive(Clone, PartialEq, Eq, QueryableByName)]
struct Session {
    #[diesel(sql_type = Integer)]
    pid: i32,
    #[diesel(sql_type = Text)]
    began: String,
    /// Where it comes from; `None` on the database's own machine.
    #[diesel(sql_type = Nullable<Text>)]
    address: Option<String>,
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// Beside whom a server serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    Nobody,
    /// Whoever shares it as well.
    Nodes,
}

pub(super) struct SessionLock {
    database: Database,
    beside: Beside,
    /// `None` after it was lost.
    conn: Option<AnyConnection>,
    /// The one that has the lock, or had it last.
    ours: Session,
}

impl SessionLock {
    pub(super) fn take(database: &Database, beside: Beside) -> Result<Self, OpenError> {
        let failed = |error: diesel::result::Error| database.unusable(&error.to_string());
        let mut conn = connect(database).map_err(|error| database.unusable(&error.to_string()))?;
        let give_up = Instant::now() + TAKE_WITHIN;
        while !try_lock(&mut conn, beside).map_err(failed)? {
            if Instant::now() >= give_up {
                let by = holder(&mut conn).map_err(failed)?.map_or("another anteroom".into(), |by| by.in_words());
                return Err(OpenError::Served { database: database.to_string(), by });
            }
            std::thread::sleep(LOOK_SOON);
        }
        let ours = own(&mut conn).map_err(failed)?;
        Ok(Self { database: database.clone(), beside, conn: Some(conn), ours })
    }

    /// Takes the lock on a new session.
    fn take_again(&mut self) -> Result<Look, String> {
        let mut conn = connect(&self.database).map_err(|error| error.to_string())?;
        let failed = |error: diesel::result::Error| error.to_string();
        if try_lock(&mut conn, self.beside).map_err(failed)? {
            self.ours = own(&mut conn).map_err(failed)?;
            self.conn = Some(conn);
            return Ok(Look::Held);
        }
        match holder(&mut conn).map_err(failed)? {
            Some(dead) if dead == self.ours => {
                log::warn!("the session that held the lock on the database is dead, and is ended");
                end(&mut conn, &dead).map_err(failed)?;
                Ok(Look::Away("its own dead session holds it".into()))
            }
            Some(other) => Ok(Look::Others(other.in_words())),
            None => Ok(Look::Away("somebody has just let go of it".into())),
        }
    }
}

impl Lock for SessionLock {
    fn look(&mut self) -> Look {
        let why = match self.conn.as_mut().map(is_held) {
            Some(Ok(true)) => return Look::Held,
            Some(Ok(false)) => "the session no longer has it".to_owned(),
            Some(Err(error)) => error.to_string(),
            None => String::new(),
        };
        self.conn = None;
        match self.take_again() {
            Ok(look) => look,
            Err(error) => Look::Away(if why.is_empty() { error } else { why }),
        }
    }
}

impl Session {
    fn in_words(&self) -> String {
        let from = self.address.as_deref().unwrap_or("the database's own machine");
        format!("another anteroom (from {from}, since {})", self.began)
    }
}

fn try_lock(conn: &mut AnyConnection, beside: Beside) -> QueryResult<bool> {
    let lock = match beside {
        Beside::Nobody => "pg_try_advisory_lock",
        Beside::Nodes => "pg_try_advisory_lock_shared",
    };
    ask(conn, &format!("SELECT {lock}({}) AS yes", (i64::from(CLASS) << 32) | i64::from(OBJECT)))
}

/// Whether this very session has the lock: a pooler between us and the server would hand out another.
fn is_held(conn: &mut AnyConnection) -> QueryResult<bool> {
    ask(conn, &format!("SELECT EXISTS (SELECT 1 FROM {} AND L.pid = pg_backend_pid()) AS yes", the_lock()))
}

/// The lock's row where the server lists them; one of this database, as others may have their own.
fn the_lock() -> String {
    format!(
        "pg_locks L WHERE L.locktype = 'advisory' AND L.granted AND L.classid = {CLASS} AND L.objid = {OBJECT}
            AND L.objsubid = 1 AND L.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
}

const SESSION: &str = "SELECT S.pid, COALESCE(S.backend_start::text, '') AS began, host(S.client_addr) AS address
   FROM pg_stat_activity S";

fn own(conn: &mut AnyConnection) -> QueryResult<Session> {
    sql_query(format!("{SESSION} WHERE S.pid = pg_backend_pid()")).get_result(conn)
}

fn holder(conn: &mut AnyConnection) -> QueryResult<Option<Session>> {
    let found: Vec<Session> =
        sql_query(format!("{SESSION} WHERE S.pid IN (SELECT L.pid FROM {})", the_lock())).load(conn)?;
    Ok(found.into_iter().next())
}

fn end(conn: &mut AnyConnection, dead: &Session) -> QueryResult<bool> {
    // Both in one statement: by the next one the number may be another session's.
    let ended: Vec<Yes> = sql_query(format!(
        "SELECT pg_terminate_backend(S.pid) AS yes FROM pg_stat_activity S
          WHERE S.pid = {} AND S.backend_start::text = '{}'",
        dead.pid, dead.began
    ))
    .load(conn)?;
    Ok(ended.iter().any(|ended| ended.yes))
}

fn ask(conn: &mut AnyConnection, question: &str) -> QueryResult<bool> {
    let answer: Yes = sql_query(question).get_result(conn)?;
    Ok(answer.yes)
}
