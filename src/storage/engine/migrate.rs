//! The migrations of both engines, in the binary, and whether this program may serve what they made.
//!
//! A database may have more than this program knows: an update then needs no moment at which old and new
//! agree, and there is a way back. What it may not is need a newer program ([`installation::VERSION_MIN`]).

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationVersion;
use diesel::pg::PgConnection;
use diesel::{QueryResult, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::storage::engine::connection::on_each;
use crate::storage::engine::installation;
use crate::storage::engine::open_error::one_line;
use crate::storage::{AnyConnection, OpenError};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// This program.
const OWN: &str = env!("CARGO_PKG_VERSION");
/// Any number will do, as long as every node uses the same.
const ADVISORY_LOCK: i64 = 0x414E_5445_524F_4F4D;
/// How often a migration waits for a table that is in use, two seconds each: whoever waits longer for it
/// holds up all who come after.
const TRIES: u32 = 15;
/// PostgreSQL's word for that.
const LOCK_TIMEOUT: &str = "lock timeout";

/// Brings the database up to date; says how many migrations that took.
pub(crate) fn run(conn: &mut AnyConnection) -> Result<usize, OpenError> {
    if let AnyConnection::Postgres(conn) = conn {
        // Nodes that start together take turns, however long that takes; so may an index.
        conn.batch_execute("SET lock_timeout TO 0; SET statement_timeout TO 0")
            .map_err(|error| failed(error.into()))?;
        lock(conn, "pg_advisory_lock")?;
    }
    let applied = refuse_too_old(conn).and_then(|()| match conn {
        AnyConnection::Sqlite(conn) => Ok(conn.run_pending_migrations(SQLITE).map_err(failed)?.len()),
        AnyConnection::Postgres(conn) => run_beside_others(conn),
    });
    if let AnyConnection::Postgres(conn) = conn {
        lock(conn, "pg_advisory_unlock")?;
    }
    applied
}

/// A migration that has to wait for a table lets go of all it has and tries again.
fn run_beside_others(conn: &mut PgConnection) -> Result<usize, OpenError> {
    conn.batch_execute("SET lock_timeout TO '2s'").map_err(|error| failed(error.into()))?;
    let mut tries = 0;
    let before = conn.applied_migrations().map_err(failed)?.len();
    loop {
        tries += 1;
        match conn.run_pending_migrations(POSTGRES).map(drop) {
            Ok(()) => return Ok(conn.applied_migrations().map_err(failed)?.len() - before),
            Err(error) if tries < TRIES && error.to_string().contains(LOCK_TIMEOUT) => {
                log::warn!("a migration waits for a table that is in use");
            }
            Err(error) => return Err(failed(error)),
        }
    }
}

/// How many migrations [`run`] would apply. Changes nothing.
pub(crate) fn pending(conn: &mut AnyConnection) -> Result<usize, OpenError> {
    refuse_too_old(conn)?;
    let pending = match conn {
        AnyConnection::Sqlite(conn) => conn.pending_migrations(SQLITE).map_err(failed)?.len(),
        AnyConnection::Postgres(conn) => conn.pending_migrations(POSTGRES).map_err(failed)?.len(),
    };
    Ok(pending)
}

/// Refuses a database whose tables need a newer program.
fn refuse_too_old(conn: &mut AnyConnection) -> Result<(), OpenError> {
    let mut applied = on_each!(conn, inner => inner.applied_migrations()).map_err(failed)?;
    if applied.is_empty() {
        return Ok(());
    }
    applied.sort();
    let needed: QueryResult<Option<String>> = installation::get(conn, installation::VERSION_MIN);
    match needed.map_err(|error| failed(error.into()))? {
        Some(needed) if !serves(OWN, &needed) => Err(OpenError::TooOld { needed, own: OWN }),
        Some(_) => Ok(()),
        // A program with later migrations always notes in this table which version it needs.
        None => match applied.into_iter().find(|version| !is_known(version)) {
            Some(version) => Err(OpenError::Newer { version: version.to_string() }),
            None => Ok(()),
        },
    }
}

fn is_known(version: &MigrationVersion<'_>) -> bool {
    // Both engines have the same names.
    let known: Result<Vec<Box<dyn diesel::migration::Migration<diesel::sqlite::Sqlite>>>, _> =
        diesel::migration::MigrationSource::migrations(&SQLITE);
    known.is_ok_and(|known| known.iter().any(|migration| migration.name().version() == *version))
}

/// Whether a program of version `own` may serve tables that need `needed`; not if that is no version.
fn serves(own: &str, needed: &str) -> bool {
    let numbers = |version: &str| version.split('.').map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<_>>>();
    numbers(own).zip(numbers(needed)).is_some_and(|(own, needed)| own >= needed)
}

fn lock(conn: &mut PgConnection, function: &str) -> Result<(), OpenError> {
    sql_query(format!("SELECT {function}({ADVISORY_LOCK})")).execute(conn).map_err(|error| failed(error.into()))?;
    Ok(())
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> OpenError {
    OpenError::Migration { reason: one_line(&error.to_string()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (own, needed, may) in [
            ("0.1.0", "0.1.0", true),
            ("0.2.0", "0.1.9", true),
            ("0.10.0", "0.9.0", true),
            ("1.0.0", "0.9.9", true),
            ("0.1.0", "0.1.1", false),
            ("0.9.0", "0.10.0", false),
            ("0.1.0", "the next one", false),
            ("0.1.0", "", false),
        ] {
            assert_eq!(serves(own, needed), may, "{own} on {needed}");
        }
        assert!(serves(OWN, OWN));
    }
}
