//! What every kind of job has: what it works with, how it ends.

use crate::clock::Clock;
use crate::storage::{Store, StoreError};

/// What a job works with.
#[derive(Clone)]
pub struct Tools {
    /// The records.
    pub store: Store,
    /// Both clocks, and new ids.
    pub clock: Clock,
    /// Where the office is: what a day is, and the times in a file.
    pub zone: chrono_tz::Tz,
}

/// How a job came to its end.
pub(super) enum Ended {
    /// Done: so many things, and the file it made.
    Done(i32, Option<String>),
    /// It was called off meanwhile.
    Cancelled,
}

/// Why a job is given up.
#[derive(Debug, thiserror::Error)]
pub(super) enum JobError {
    #[error("the database failed: {0}")]
    Store(#[from] StoreError),
    #[error("the file could not be written: {0}")]
    File(#[from] std::io::Error),
    #[error("the sheet could not be written: {0}")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    #[error("the job on file is not readable: {0}")]
    Params(#[from] serde_json::Error),
    #[error("the check of accounts failed: {0}")]
    Check(String),
    #[error("the server is shutting down")]
    Stopped,
}
