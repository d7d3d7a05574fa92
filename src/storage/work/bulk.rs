//! Rows by the million, copied into PostgreSQL as they are written in its own form of text.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::result::Error;

use crate::storage::schema::{consultation, message, room, room_member};

diesel::table! {
    consultation_terms (moment) {
        moment -> BigInt,
        terms -> Array<Integer>,
    }
}

/// Into which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bulk {
    /// `CONSULTATION`
    Consultation,
    /// `ROOM`
    Room,
    /// `ROOM_MEMBER`
    Member,
    /// `MESSAGE`
    Message,
    /// `CONSULTATION_TERMS`
    Terms,
}

/// Copies the rows there.
///
/// # Errors
///
/// What PostgreSQL says.
pub fn copy_in(conn: &mut PgConnection, table: Bulk, text: &[u8]) -> QueryResult<()> {
    macro_rules! copy {
        ($table:expr) => {
            diesel::copy_from($table)
                .from_raw_data($table, |copy| {
                    copy.write_all(text).map_err(|error| Error::SerializationError(Box::new(error)))
                })
                .execute(conn)
                .map(drop)
        };
    }
    match table {
        Bulk::Consultation => copy!(consultation::table),
        Bulk::Room => copy!(room::table),
        Bulk::Member => copy!(room_member::table),
        Bulk::Message => copy!(message::table),
        Bulk::Terms => copy!(consultation_terms::table),
    }
}
