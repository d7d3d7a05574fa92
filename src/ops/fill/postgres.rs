//! Rows into PostgreSQL: copied in, a table at a time.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;

use super::rows::{Rows, Table};
use crate::start_error::StartError;
use crate::storage::work::bulk::{Bulk, copy_in};

/// Gets the session ready: what refers to what is right by making, and need not be looked up.
pub fn begin(conn: &mut PgConnection) -> Result<(), StartError> {
    conn.batch_execute(
        "SET statement_timeout TO 0; SET synchronous_commit TO off; SET maintenance_work_mem TO '1GB'; SET session_replication_role TO replica",
    )
    .map_err(|error| {
        StartError::new(format_args!("PostgreSQL refused: {error}; fill as a superuser, who may switch triggers off"))
    })
}

/// Puts rows there.
pub fn take(conn: &mut PgConnection, rows: &Rows) -> Result<(), StartError> {
    for (of, table) in [
        (Table::Consultation, Bulk::Consultation),
        (Table::Room, Bulk::Room),
        (Table::Member, Bulk::Member),
        (Table::Message, Bulk::Message),
        (Table::Terms, Bulk::Terms),
    ] {
        let text = rows.of(of);
        if !text.is_empty() {
            copy_in(conn, table, text).map_err(|error| StartError::new(format_args!("PostgreSQL refused: {error}")))?;
        }
    }
    Ok(())
}

/// Sees that the planner knows what is there.
pub fn finish(conn: &mut PgConnection) -> Result<(), StartError> {
    // Each by itself: several at once are a transaction, which a vacuum cannot be part of.
    conn.batch_execute("SET session_replication_role TO DEFAULT")
        .and_then(|()| conn.batch_execute("VACUUM (ANALYZE)"))
        .map_err(|error| StartError::new(format_args!("PostgreSQL refused: {error}")))
}
