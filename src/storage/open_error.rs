//! Why a database cannot be used.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::Database;

/// So much must fit on a disk that is not full. Some file systems keep small files where there is
/// always room.
const PROBE_BYTES: usize = 256 * 1024;
/// PostgreSQL's own words for a full disk, in every language its system speaks English in.
const NO_SPACE: &str = "No space left on device";

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

impl OpenError {
    /// Neither opened nor reached, in the engine's own words.
    pub(crate) fn unusable(database: &Database, reason: &str) -> Self {
        let reason = one_line(reason);
        match database {
            Database::Sqlite(path) => Self::Unusable { path: path.clone(), reason },
            Database::Postgres(_) => Self::Unreachable { address: database.to_string(), reason },
        }
    }

    /// The same fault, unless the disk is full: then that is the fault. SQLite says "disk I/O error" to a
    /// full disk as often as not, and whoever restored a backup then would lose what is in it.
    #[must_use]
    pub(crate) fn of_a_full_disk(self, database: &Database) -> Self {
        let full = match (&self, database) {
            (Self::Unwritable { .. } | Self::Unusable { .. } | Self::Migration { .. }, Database::Sqlite(path)) => {
                no_room(folder_of(path)).map(|error| error.to_string())
            }
            (Self::Unreachable { reason, .. } | Self::Migration { reason }, Database::Postgres(_)) => {
                reason.contains(NO_SPACE).then(|| reason.clone())
            }
            _ => None,
        };
        full.map_or(self, |reason| Self::Full { database: database.to_string(), reason })
    }
}

/// Where a SQLite file lies.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Why a file in this folder cannot grow, if it is for want of room.
fn no_room(folder: &Path) -> Option<io::Error> {
    let grow = || {
        let mut file = tempfile::tempfile_in(folder)?;
        file.write_all(&[0; PROBE_BYTES])?;
        file.sync_all()
    };
    let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::FileTooLarge];
    grow().err().filter(|error| full.contains(&error.kind()))
}

/// libpq speaks in paragraphs.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_a_full_disk_s_only_where_the_disk_is_full() {
        let folder = tempfile::tempdir().unwrap();
        let file = Database::Sqlite(folder.path().join("a.db"));
        let said = OpenError::unusable(&file, "file is not a database").of_a_full_disk(&file).to_string();
        assert!(said.contains("restore it from a backup"), "{said}");
        let server: Database = "postgres://anna:secret@h/db".parse().unwrap();
        let said = OpenError::unusable(&server, "could not extend file: No space left on device");
        let said = said.of_a_full_disk(&server).to_string();
        assert!(said.contains("make room") && !said.contains("secret") && !said.contains("backup"), "{said}");
    }
}
