//! Rows into PostgreSQL: copied in, a table at a time.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;

use super::rows::{Rows, Table};
use crate::start_error::StartError;
use crate::storage::schema::{consultation, message, room, room_member};

diesel::table! {
    consultation_terms (moment) {
        moment -> BigInt,
        terms -> Array<Integer>,
    }
}

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
    macro_rules! copy {
        ($of:expr => $table:expr) => {{
            let text = rows.of($of);
            if !text.is_empty() {
                diesel::copy_from($table)
                    .from_raw_data($table, |copy| {
                        copy.write_all(text).map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))
                    })
                    .execute(conn)
                    .map_err(|error: diesel::result::Error| {
                        StartError::new(format_args!("PostgreSQL refused: {error}"))
                    })?;
            }
        }};
    }
    copy!(Table::Consultation => consultation::table);
    copy!(Table::Room => room::table);
    copy!(Table::Member => room_member::table);
    copy!(Table::Message => message::table);
    copy!(Table::Terms => consultation_terms::table);
    Ok(())
}

/// Sees that the planner knows what is there.
pub fn finish(conn: &mut PgConnection) -> Result<(), StartError> {
    // Each by itself: several at once are a transaction, which a vacuum cannot be part of.
    conn.batch_execute("SET session_replication_role TO DEFAULT")
        .and_then(|()| conn.batch_execute("VACUUM (ANALYZE)"))
        .map_err(|error| StartError::new(format_args!("PostgreSQL refused: {error}")))
}
