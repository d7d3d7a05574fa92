//! The connections that beats and takings run on: never the pool's and never the journal's, as a lock and a
//! setting live in a session, and a beat must not wait behind anybody.

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;

use crate::cluster::Bounds;
use crate::storage::engine::connection::{AnyConnection, connect_with};
use crate::storage::{Database, OpenError};

/// How long a session of PostgreSQL lets things wait. They follow from how soon a node is gone: whoever is
/// paused inside a transaction must have lost it, and whoever waits for such a lock must be let through, before
/// anybody is thought dead for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// A statement.
    pub statement: Duration,
    /// For a lock of another transaction; longer than `idle`, else one frozen node fails the writes of all.
    pub lock: Duration,
    /// A transaction whose client says nothing.
    pub idle: Duration,
}

impl Waits {
    /// For whatever writes beside others: 5 s, 4 s and 2 s if a node is gone after six.
    #[must_use]
    pub fn to_write(bounds: Bounds) -> Self {
        let third = bounds.unheld();
        Self { statement: third * 5 / 2, lock: third * 2, idle: third }
    }

    /// For beats and looks: a third of gone, after which nobody waits for the answer.
    #[must_use]
    pub fn to_beat(bounds: Bounds) -> Self {
        let third = bounds.unheld();
        Self { statement: third, lock: third, idle: third }
    }

    fn sql(self) -> String {
        let Self { statement, lock, idle } = self;
        format!(
            "SET statement_timeout TO '{}ms'; SET lock_timeout TO '{}ms';
             SET idle_in_transaction_session_timeout TO '{}ms'",
            statement.as_millis(),
            lock.as_millis(),
            idle.as_millis()
        )
    }
}

/// What the connection string gets where it does not say otherwise: that a host has vanished is noticed in
/// seconds, so that no thread waits for it for long.
const SOON: [(&str, &str); 5] = [
    ("connect_timeout", "2"),
    ("keepalives_idle", "2"),
    ("keepalives_interval", "1"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "5000"),
];

/// A new connection of its own. Blocks, for some seconds at most unless the network swallows what is said.
///
/// # Errors
///
/// The database is a SQLite file, or cannot be reached.
pub fn connect(database: &Database, waits: Waits) -> Result<PgConnection, OpenError> {
    let unusable = |error: &dyn std::fmt::Display| database.unusable(&error.to_string());
    match connect_with(database, &SOON).map_err(|error| unusable(&error))? {
        AnyConnection::Postgres(mut conn) => {
            conn.batch_execute(&waits.sql()).map_err(|error| unusable(&error))?;
            Ok(conn)
        }
        AnyConnection::Sqlite(_) => Err(unusable(&"a SQLite file is served by one node alone")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_shrink_with_how_soon_a_node_is_gone() {
        let s = Duration::from_secs;
        let waits = Waits::to_write(Bounds::default());
        assert_eq!(waits, Waits { statement: s(5), lock: s(4), idle: s(2) });
        let short = Bounds::new(Duration::from_millis(100), Duration::from_millis(600)).unwrap();
        assert!(Waits::to_write(short).sql().contains("lock_timeout TO '400ms'"));
    }
}
