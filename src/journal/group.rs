//! One transaction over many writes, and what is known when it breaks.

use std::collections::HashSet;

use diesel::QueryResult;
use diesel::connection::TransactionManager;
use diesel::result::Error;

use super::apply::apply;
use super::locks::{self, Guard};
use super::queue::Entry;
use super::said;
use super::write::Written;
use crate::broken::{Defect, is_broken};
use crate::storage::AnyConnection;
use crate::storage::engine::installation;
use crate::storage::history::audit;
use crate::time::Wall;

/// How far a transaction came before it broke.
pub(super) enum Broken {
    /// The write at `index` was refused; everything is rolled back, the connection is good.
    Statement { index: usize, error: Error },
    /// What was to be said by one statement was refused; everything is rolled back, the connection is good. Which of
    /// it is guilty is known one by one.
    Together,
    /// The connection is gone or useless, before the commit was asked for: nothing is on file.
    Before(Error),
    /// The commit was asked for and did not answer well. On SQLite nothing is on file as long as
    /// this process lives: the failed commit's frames are not in the index, and the next write
    /// goes over them. On PostgreSQL only the mark can tell; `answers` hold if it is there.
    Commit { error: Error, answers: Vec<Written> },
}

/// On PostgreSQL each group leaves its number under the writer's own name, in its transaction.
pub(super) struct Mark {
    pub(super) name: String,
    pub(super) group: u64,
}

/// Runs the writes in one transaction and commits it; with `one_by_one` never two by one statement.
pub(super) fn commit(
    conn: &mut AnyConnection,
    entries: &mut [Entry],
    mark: &Mark,
    at: Wall,
    one_by_one: bool,
) -> Result<Vec<Written>, Broken> {
    conn.begin_write().map_err(Broken::Before)?;
    let (guard, said) = match conn {
        AnyConnection::Postgres(conn) => {
            let guard = locks::take(conn, entries).map_err(Broken::Before)?;
            (guard, if one_by_one { Ok(HashSet::new()) } else { said::together(conn, entries) })
        }
        // Nobody else serves the file: its lock is the guard. And no statement has far to go.
        AnyConnection::Sqlite(_) => (Guard::None, Ok(HashSet::new())),
    };
    let said = match said {
        Ok(said) => said,
        Err(error) => {
            return Err(match roll_back(conn, 0, error) {
                Broken::Statement { .. } => Broken::Together,
                broken => broken,
            });
        }
    };
    let mut answers = Vec::with_capacity(entries.len());
    let (mut audited, mut first_audited) = (Vec::new(), 0);
    for (index, entry) in entries.iter().enumerate() {
        if said.contains(&index) {
            answers.push(Written::Done);
            continue;
        }
        if guard.stops(entry.by) {
            answers.push(Written::Fenced);
            continue;
        }
        let audited_before = audited.len();
        match apply(conn, entry.by, &entry.write, &mut audited) {
            Ok(answer) => answers.push(answer),
            Err(error) => return Err(roll_back(conn, index, error)),
        }
        if audited_before == 0 && !audited.is_empty() {
            first_audited = index;
        }
    }
    // The audit's head comes last, here as in every other transaction: whoever held it and then
    // waited for a record would wait for somebody who waits for the head.
    if let Err(error) = audit::append_all(conn, &audited) {
        return Err(roll_back(conn, first_audited, error));
    }
    if let AnyConnection::Postgres(_) = conn
        && let Err(error) = installation::put(conn, &mark.name, &mark.group.to_string(), at)
    {
        return Err(Broken::Before(error));
    }
    if is_broken(Defect::EarlyAck) {
        for (entry, answer) in entries.iter_mut().zip(&answers) {
            if matches!(entry.write, super::Write::Say(_)) {
                entry.tell(Ok(answer.clone()));
            }
        }
    }
    match AnyConnection::commit_transaction(conn) {
        Ok(()) => Ok(answers),
        Err(error) => Err(Broken::Commit { error, answers }),
    }
}

fn roll_back(conn: &mut AnyConnection, index: usize, error: Error) -> Broken {
    let rolled_back = AnyConnection::rollback_transaction(conn);
    if rolled_back.is_ok() && conn.is_alive() { Broken::Statement { index, error } } else { Broken::Before(error) }
}

/// Whether the group of this mark was committed, once its transaction has ended one way or the
/// other.
pub(super) fn was_committed(conn: &mut AnyConnection, mark: &Mark, at: Wall) -> QueryResult<bool> {
    Ok(installation::settled(conn, &mark.name, at)? == mark.group.to_string())
}
