//! The migrations of both engines, in the binary.

use diesel::migration::MigrationVersion;
use diesel::pg::PgConnection;
use diesel::{RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::store::one_line;
use super::{AnyConnection, OpenError};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Any number will do, as long as every node uses the same.
const ADVISORY_LOCK: i64 = 0x414E_5445_524F_4F4D;

/// Brings the database up to date; says how many migrations that took.
pub(super) fn run(conn: &mut AnyConnection) -> Result<usize, OpenError> {
    match conn {
        AnyConnection::Sqlite(conn) => {
            refuse_newer(conn, SQLITE)?;
            Ok(conn.run_pending_migrations(SQLITE).map_err(failed)?.len())
        }
        // Nodes that start together take turns.
        AnyConnection::Postgres(conn) => {
            lock(conn, "pg_advisory_lock")?;
            let applied = refuse_newer(conn, POSTGRES)
                .and_then(|()| Ok(conn.run_pending_migrations(POSTGRES).map_err(failed)?.len()));
            lock(conn, "pg_advisory_unlock")?;
            applied
        }
    }
}

/// How many migrations [`run`] would apply. Changes nothing.
pub(super) fn pending(conn: &mut AnyConnection) -> Result<usize, OpenError> {
    match conn {
        AnyConnection::Sqlite(conn) => {
            refuse_newer(conn, SQLITE)?;
            Ok(conn.pending_migrations(SQLITE).map_err(failed)?.len())
        }
        AnyConnection::Postgres(conn) => {
            refuse_newer(conn, POSTGRES)?;
            Ok(conn.pending_migrations(POSTGRES).map_err(failed)?.len())
        }
    }
}

fn refuse_newer<DB: diesel::backend::Backend>(
    conn: &mut impl MigrationHarness<DB>,
    known: impl diesel::migration::MigrationSource<DB>,
) -> Result<(), OpenError> {
    let known: Vec<MigrationVersion<'static>> =
        known.migrations().map_err(failed)?.iter().map(|migration| migration.name().version().as_owned()).collect();
    let mut applied = conn.applied_migrations().map_err(failed)?;
    applied.sort();
    match applied.into_iter().find(|version| !known.contains(version)) {
        Some(version) => Err(OpenError::Newer { version: version.to_string() }),
        None => Ok(()),
    }
}

fn lock(conn: &mut PgConnection, function: &str) -> Result<(), OpenError> {
    sql_query(format!("SELECT {function}({ADVISORY_LOCK})")).execute(conn).map_err(|error| failed(error.into()))?;
    Ok(())
}

fn failed(error: Box<dyn std::error::Error + Send + Sync>) -> OpenError {
    OpenError::Migration { reason: one_line(&error.to_string()) }
}
