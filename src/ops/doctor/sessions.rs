//! Whether a connection to PostgreSQL is one session of it from the first statement to the last. A pooler that hands a
//! session to somebody else between two transactions (PgBouncer in transaction or statement mode) loses what lives in
//! one: the lock that keeps a second server out, what a node listens to, what each session is set to.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::sql_types::Bool;
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::finding::Finding::{self, Fail, Ok as Fine};
use crate::storage::{AnyConnection, Database, connect};

pub(super) const NAME: &str = "sessions";
/// Others that ask at the same time: a pooler that gives each its own by chance once does not do so each time.
const OTHERS: u32 = 3;
/// How long a notice may be under way.
const NOTICE_WITHIN: Duration = Duration::from_secs(2);
/// Between two looks whether it has come.
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// What to do about a pooler.
const REMEDY: &str = "name the database itself in --database-url, or a pooler with pool_mode=session";

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// `None` if no connection is to be had: then that is what is wrong.
pub(super) fn look(database: &Database) -> Option<Finding> {
    let (mut ours, mut another) = (open(database)?, open(database)?);
    let mark = format!("doctor-{}", std::process::id());
    Some(match keeps(database, &mut ours, &mark) {
        Err(error) => Fail(format!("a transaction fails: {error}; {REMEDY}")),
        Ok(false) => Fail(format!(
            "two statements of one connection come to two sessions, so neither locks nor notices can be kept: there is a \
             pooler between; {REMEDY}"
        )),
        Ok(true) => match notice(&mut ours, &mut another, &mark) {
            Err(error) => Fail(format!("a notice cannot be sent or heard: {error}; {REMEDY}")),
            Ok(None) => Fail(format!("a notice did not come within {} s; {REMEDY}", NOTICE_WITHIN.as_secs())),
            Ok(Some(took)) => {
                Fine(format!("each connection keeps its own; a notice comes after {:.1} ms", took.as_secs_f64() * 1e3))
            }
        },
    })
}

fn open(database: &Database) -> Option<PgConnection> {
    match connect(database) {
        Ok(AnyConnection::Postgres(conn)) => Some(conn),
        _ => None,
    }
}

/// Leaves a mark in our session, then has others, who keep what they are given, look whether they were given it.
fn keeps(database: &Database, ours: &mut PgConnection, mark: &str) -> QueryResult<bool> {
    ours.batch_execute(&format!("SET anteroom.doctor TO '{mark}'"))?;
    let mut others = Vec::new();
    for _ in 0..OTHERS {
        let Some(mut other) = open(database) else { break };
        other.batch_execute("BEGIN")?;
        if is_marked(&mut other, mark)? || !is_marked(ours, mark)? {
            return Ok(false);
        }
        others.push(other);
    }
    Ok(true)
}

fn is_marked(conn: &mut PgConnection, mark: &str) -> QueryResult<bool> {
    let asked = format!("SELECT COALESCE(current_setting('anteroom.doctor', true), '') = '{mark}' AS yes");
    sql_query(asked).get_result::<Yes>(conn).map(|found| found.yes)
}

/// How long a notice of `from` is under way to `to`.
fn notice(to: &mut PgConnection, from: &mut PgConnection, channel: &str) -> QueryResult<Option<Duration>> {
    to.batch_execute(&format!("LISTEN \"{channel}\""))?;
    let sent = Instant::now();
    from.batch_execute(&format!("NOTIFY \"{channel}\""))?;
    while sent.elapsed() < NOTICE_WITHIN {
        for heard in to.notifications_iter() {
            if heard?.channel == channel {
                return Ok(Some(sent.elapsed()));
            }
        }
        std::thread::sleep(LOOK_EVERY);
    }
    Ok(None)
}
