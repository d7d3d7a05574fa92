//! Why a database cannot be used.

use std::path::PathBuf;

use thiserror::Error;

/// Why the database cannot be used. One line: what is wrong and what to do.
#[derive(Debug, Error)]
pub enum OpenError {
    /// Not a URL of either engine. Carries the scheme only, as the rest may hold a password.
    #[error("the database URL {0:?} is not understood; give sqlite:PATH or postgres://USER@HOST/NAME")]
    Url(String),
    /// The folder or the file cannot be written.
    #[error("cannot write the database in {}: {reason}; make it writable for this user or give another data directory", path.display())]
    Unwritable {
        /// The folder, or the file where that is at fault.
        path: PathBuf,
        /// The system's word for it.
        reason: String,
    },
    /// There is no room for what must be written.
    #[error("the disk of the database {database} is full ({reason}); make room there and start again, nothing is lost")]
    Full {
        /// The file, or host, port and name.
        database: String,
        /// The system's or the engine's word for it.
        reason: String,
    },
    /// The file is there but cannot be used.
    #[error("cannot open the database {}: {reason}; restore it from a backup or give another data directory", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// The engine's word for it.
        reason: String,
    },
    /// The server does not answer, or refuses us.
    #[error("cannot reach PostgreSQL at {address}: {reason}; start it, or correct the database URL")]
    Unreachable {
        /// Host, port and name, without the password.
        address: String,
        /// The client library's word for it.
        reason: String,
    },
    /// Reads would go astray.
    #[error("{address} is not a replica of a PostgreSQL primary; correct --replica-url or leave it out")]
    NoReplica {
        /// Host, port and name, without the password.
        address: String,
    },
    /// A later version of this program has been here, and did not say whether this one may be.
    #[error(
        "the database is newer than this program (it has migration {version}); run the newer program, or restore a backup made before it"
    )]
    Newer {
        /// The first migration this program does not know.
        version: String,
    },
    /// Its tables need a later program.
    #[error(
        "the database needs anteroom {needed} or newer, and this is {own}; run that, or restore a backup made before it"
    )]
    TooOld {
        /// The oldest program that may serve it.
        needed: String,
        /// This one.
        own: &'static str,
    },
    /// A migration failed. Nothing of it was kept.
    #[error("cannot bring the database up to date: {reason}; nothing was changed, correct that and start again")]
    Migration {
        /// The engine's word for it.
        reason: String,
    },
    /// Another process serves this database.
    #[error(
        "the database {database} is served already by {by}; stop that one first, or give this one another database"
    )]
    Served {
        /// The file, or host, port and name.
        database: String,
        /// Who serves it, as far as is known.
        by: String,
    },
    /// A thread could not be started.
    #[error("cannot start a thread: {reason}; raise the limit of threads for this user")]
    NoThread {
        /// The system's word for it.
        reason: String,
    },
    /// The tables are not those this program was built for.
    #[error(
        "the database differs from what this program expects: table {table}, column {column}: {difference}; undo the change made by hand or restore a backup"
    )]
    Differs {
        /// In capitals, as in the DDL.
        table: String,
        /// In capitals; `*` if the whole table is meant.
        column: String,
        /// What is different.
        difference: String,
    },
}

/// libpq speaks in paragraphs.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
