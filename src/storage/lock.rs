//! One server a SQLite file. Two would each match from a memory of their own; the referee would keep
//! the records right, and people would be told what is not so. PostgreSQL is made to be shared.

use std::fs::{File, OpenOptions, TryLockError};

use super::store::make_folder;
use super::{Database, OpenError};

/// Held while a server runs. The system lets go of it when the process ends, however it ends;
/// `migrate`, `account create` and `doctor` do not take it and work beside the server.
#[derive(Debug)]
pub struct ServeLock {
    /// The lock is the file's, so it lasts as long as this handle; PostgreSQL needs none.
    _held: Option<File>,
}

impl ServeLock {
    /// Takes the lock beside the file: `anteroom.lock` for `anteroom.db`. Refused with
    /// [`OpenError::Served`] while another process has it.
    pub fn take(database: &Database) -> Result<Self, OpenError> {
        let Database::Sqlite(path) = database else { return Ok(Self { _held: None }) };
        make_folder(path)?;
        let lock = path.with_extension("lock");
        let unwritable =
            |error: std::io::Error| OpenError::Unwritable { path: lock.clone(), reason: error.to_string() };
        let file = OpenOptions::new().append(true).create(true).open(&lock).map_err(unwritable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _held: Some(file) }),
            Err(TryLockError::WouldBlock) => Err(OpenError::Served { path: path.clone() }),
            Err(TryLockError::Error(error)) => Err(unwritable(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_served_once_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("new/anteroom.db"));
        let first = ServeLock::take(&database).unwrap();
        let refused = ServeLock::take(&database).unwrap_err().to_string();
        assert!(refused.contains("already") && refused.contains("new/anteroom.db"), "{refused}");
        drop(first);
        ServeLock::take(&database).unwrap();
    }

    #[test]
    fn a_shared_server_needs_no_lock() {
        let database = Database::Postgres("postgres://h/db".into());
        let both = [ServeLock::take(&database), ServeLock::take(&database)];
        assert!(both.iter().all(Result::is_ok));
    }
}
