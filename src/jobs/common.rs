//! What every kind of job has: what it works with, how it ends.

use std::cell::Cell;

use actix_web::web;

use crate::clock::Clock;
use crate::ids::{JobId, NodeId};
use crate::storage::work::kept::{self, Kept};
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
    /// This run of this server, which keeps what it works at.
    pub keeper: NodeId,
}

impl Tools {
    /// This job, in our hands.
    pub(super) fn kept(&self, job: JobId) -> Kept {
        Kept { job, keeper: self.keeper }
    }
}

/// How far a job has come that notes nothing else, counted by whoever does it.
pub struct Tally {
    tools: Tools,
    kept: Kept,
    done: Cell<i32>,
}

impl Tally {
    pub(super) fn new(tools: &Tools, job: JobId) -> Self {
        Self { tools: tools.clone(), kept: tools.kept(job), done: Cell::new(0) }
    }

    /// So many things are done. `false`: the job was called off or has gone to another node, and this one stops. A note
    /// that fails is no reason to stop, as the next one says the same and more.
    pub async fn note(&self, done: u64) -> bool {
        let done = i32::try_from(done).unwrap_or(i32::MAX);
        self.done.set(done);
        let (store, kept, at) = (self.tools.store.clone(), self.kept, self.tools.clock.now().wall);
        match web::block(move || store.in_turn(|conn| kept::count(conn, kept, done, at))).await {
            Ok(Ok(is_kept)) => is_kept,
            Ok(Err(error)) => {
                log::warn!(job:% = kept.job; "how far a job is could not be noted: {error}");
                true
            }
            // Shutting down.
            Err(_) => false,
        }
    }

    pub(super) fn done(&self) -> i32 {
        self.done.get()
    }
}

/// How a job came to its end.
pub(super) enum Ended {
    /// Done: so many things, and the file it made.
    Done(i32, Option<String>),
    /// It was called off, or went to another node, meanwhile.
    Lost,
}

/// Why a job is given up.
#[derive(Debug, thiserror::Error)]
pub(super) enum JobError {
    #[error("the database failed: {0}")]
    Store(#[from] StoreError),
    #[error("a temporary file could not be written: {0}")]
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
