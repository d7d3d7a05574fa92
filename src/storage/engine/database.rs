//! Where the database is, and what is wrong with it if it cannot be used.

use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::private;
use crate::storage::engine::open_error::{OpenError, one_line};

/// So much must fit on a disk that is not full. Some file systems keep small files where there is
/// always room.
const PROBE_BYTES: usize = 256 * 1024;
/// PostgreSQL's own words for a full disk, in every language its system speaks English in.
const NO_SPACE: &str = "No space left on device";

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL connection URL.
    Postgres(String),
}

impl FromStr for Database {
    type Err = OpenError;

    /// `postgres://…` or `postgresql://…`; `sqlite:PATH`, `sqlite://PATH` or a bare path.
    fn from_str(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(url);
        if path.is_empty() || path.contains("://") {
            return Err(OpenError::Url(scheme_only(url)));
        }
        Ok(Self::Sqlite(path.into()))
    }
}

impl fmt::Display for Database {
    /// For people and logs: never the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => {
                let address = url.rsplit_once('@').map_or_else(
                    || url.split_once("://").map_or(url.as_str(), |(_, rest)| rest),
                    |(_, address)| address,
                );
                f.write_str(address.split_once('?').map_or(address, |(address, _)| address))
            }
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Database({self})")
    }
}

impl Database {
    /// Neither opened nor reached, in the engine's own words.
    pub(crate) fn unusable(&self, reason: &str) -> OpenError {
        let reason = one_line(reason);
        match self {
            Self::Sqlite(path) => OpenError::Unusable { path: path.clone(), reason },
            Self::Postgres(_) => OpenError::Unreachable { address: self.to_string(), reason },
        }
    }

    /// The same fault, unless the disk is full: then that is the fault. SQLite says "disk I/O error" to a
    /// full disk as often as not, and whoever restored a backup then would lose what is in it.
    pub(crate) fn unless_full(&self, fault: OpenError) -> OpenError {
        let full = match (&fault, self) {
            (
                OpenError::Unwritable { .. } | OpenError::Unusable { .. } | OpenError::Migration { .. },
                Self::Sqlite(path),
            ) => no_room(folder_of(path)).map(|error| error.to_string()),
            (OpenError::Unreachable { reason, .. } | OpenError::Migration { reason }, Self::Postgres(_)) => {
                reason.contains(NO_SPACE).then(|| reason.clone())
            }
            _ => None,
        };
        full.map_or(fault, |reason| OpenError::Full { database: self.to_string(), reason })
    }
}

fn scheme_only(url: &str) -> String {
    url.split_once("://").map_or_else(String::new, |(scheme, _)| format!("{scheme}://"))
}

/// The folder of a SQLite file, made if it is not there.
pub(crate) fn make_folder(path: &Path) -> Result<(), OpenError> {
    let folder = folder_of(path);
    private::make_folder(folder)
        .map_err(|error| OpenError::Unwritable { path: folder.to_owned(), reason: error.to_string() })
}

/// Where a SQLite file lies.
fn folder_of(path: &Path) -> &Path {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_a_full_disk_s_only_where_the_disk_is_full() {
        let folder = tempfile::tempdir().unwrap();
        let file = Database::Sqlite(folder.path().join("a.db"));
        let said = file.unless_full(file.unusable("file is not a database")).to_string();
        assert!(said.contains("restore it from a backup"), "{said}");
        let server: Database = "postgres://anna:secret@h/db".parse().unwrap();
        let said = server.unusable("could not extend file: No space left on device");
        let said = server.unless_full(said).to_string();
        assert!(said.contains("make room") && !said.contains("secret") && !said.contains("backup"), "{said}");
    }

    #[test]
    fn the_scheme_alone_chooses_the_engine() {
        let cases = [
            ("postgres://u:p@h/db", Some(Database::Postgres("postgres://u:p@h/db".into()))),
            ("sqlite:a.db", Some(Database::Sqlite("a.db".into()))),
            ("sqlite:///a/b.db", Some(Database::Sqlite("/a/b.db".into()))),
            ("data/a.db", Some(Database::Sqlite("data/a.db".into()))),
            ("mysql://h/db", None),
            ("", None),
        ];
        for (url, expected) in cases {
            assert_eq!(url.parse().ok(), expected, "{url}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let database: Database = "postgres://u:secret@h:5432/db?connect_timeout=1".parse().unwrap();
        assert_eq!(format!("{database} {database:?}"), "h:5432/db Database(h:5432/db)");
    }
}
