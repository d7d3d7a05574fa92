//! The records that several nodes stand on: `NODE`, `LEASE` and the session locks. Statements of PostgreSQL
//! alone, as a SQLite file has one node; each commits by itself, so none is run inside a transaction.
//!
//! - `members`: a node's own row, its beat and its lock; declaring another gone; what is there
//! - `lease`: who matches: seen, taken, beaten, emptied
//! - `session`: the connections these run on, and how long a statement waits there
//!
//! No moment in them is compared with a node's clock: what moves or stands still are counters.

pub mod lease;
pub mod members;
mod session;

pub use session::{Waits, connect};

use std::str::FromStr;

use diesel::result::Error;

/// Something on file that this program does not understand.
fn unreadable(what: &str, found: impl std::fmt::Display) -> Error {
    Error::DeserializationError(format!("{what} on file is unreadable: {found}").into())
}

/// An id from its text.
fn id<T: FromStr>(what: &str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| unreadable(what, text))
}

/// A number that is never negative on file.
fn count<T: TryFrom<i32>>(what: &str, number: i32) -> Result<T, Error> {
    T::try_from(number).map_err(|_| unreadable(what, number))
}
