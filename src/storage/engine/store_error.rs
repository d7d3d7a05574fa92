//! Why a query gave no answer.

use std::time::Duration;

use thiserror::Error;

/// How long whoever asks waits for what they read, however a database hangs.
pub const READ_WAIT: Duration = Duration::from_secs(5);

/// Why a query of the pool did not give an answer.
#[derive(Debug, Error)]
pub enum StoreError {
    /// No connection within five seconds: the database is down, or all are in use.
    #[error("no database connection: {0}")]
    Unavailable(String),
    /// There is a connection and no answer within [`READ_WAIT`].
    #[error("the database has not answered within {READ_WAIT:?}")]
    Stalled,
    /// The query itself.
    #[error(transparent)]
    Query(#[from] diesel::result::Error),
}
