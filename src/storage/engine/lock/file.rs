//! The lock on a SQLite file.
//!
//! Two files are locked. The one beside the database (`anteroom.lock` for `anteroom.db`) is what every
//! version looks at; it can be deleted. The database itself is locked as well, by a lock that SQLite does
//! not use, so that deleting the first lets nobody in. Both are found through symbolic links.

use std::fs::{File, TryLockError};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::look::{Lock, Look};
use crate::private;
use crate::storage::OpenError;
use crate::storage::engine::database::make_folder;
use crate::storage::engine::file_mark::{FileId, file_id};

/// A lock file that is deleted so often just after it was locked is deleted on purpose.
const TRIES: u32 = 10;

/// The locks are the files', so they last as long as these handles.
pub(super) struct FileLock {
    path: PathBuf,
    beside: File,
    /// Never closed before the process ends: with the file SQLite's own locks would go.
    _database: File,
}

impl FileLock {
    pub(super) fn take(path: &Path) -> Result<Self, OpenError> {
        make_folder(path)?;
        let unwritable = |path: &Path| {
            let path = path.to_owned();
            move |error: std::io::Error| OpenError::Unwritable { path, reason: error.to_string() }
        };
        // Made if it is not there, so that a link to nowhere yet leads somewhere.
        let database = private::options().append(true).create(true).open(path).map_err(unwritable(path))?;
        let served = || OpenError::Served { database: path.display().to_string(), by: "another anteroom".into() };
        let there = path.canonicalize().map_err(unwritable(path))?.with_extension("lock");
        let Some(beside) = lock_at(&there).map_err(unwritable(&there))? else { return Err(served()) };
        match database.try_lock() {
            Ok(()) => Ok(Self { path: there, beside, _database: database }),
            Err(TryLockError::WouldBlock) => Err(served()),
            Err(TryLockError::Error(error)) => Err(unwritable(path)(error)),
        }
    }
}

impl Lock for FileLock {
    fn look(&mut self) -> Look {
        if file_id(&self.path).is_some_and(|there| id_of(&self.beside) == Some(there)) {
            return Look::Held;
        }
        let shown = self.path.display();
        match lock_at(&self.path) {
            Ok(Some(beside)) => {
                log::warn!("the lock file {shown} was deleted; it is made again");
                self.beside = beside;
                Look::Held
            }
            Ok(None) => Look::Others(format!("whoever made {shown} anew")),
            Err(error) => Look::Away(format!("{shown} cannot be made: {error}")),
        }
    }
}

/// The locked file of this name, made if it is not there; `None` if another process has it locked.
fn lock_at(path: &Path) -> std::io::Result<Option<File>> {
    for _ in 0..TRIES {
        let file = private::options().append(true).create(true).open(path)?;
        match file.try_lock() {
            // Somebody may have deleted it between the two.
            Ok(()) if id_of(&file) == file_id(path) => return Ok(Some(file)),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(std::io::Error::other("it is deleted again and again"))
}

fn id_of(file: &File) -> Option<FileId> {
    file.metadata().ok().map(|found| (found.dev(), found.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &Path) -> String {
        FileLock::take(path).map(drop).expect_err("a refusal").to_string()
    }

    #[test]
    fn a_file_is_served_once_at_a_time_under_whatever_name() {
        let folder = tempfile::tempdir().unwrap();
        let [path, link] = ["new/anteroom.db", "elsewhere.db"].map(|name| folder.path().join(name));
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let first = FileLock::take(&path).unwrap();
        assert!(folder.path().join("new/anteroom.lock").exists());
        assert!(refused(&path).contains("already") && refused(&path).contains("new/anteroom.db"), "{}", refused(&path));
        assert!(refused(&link).contains("already"), "a link is the same file");
        let hard = folder.path().join("hard.db");
        std::fs::hard_link(&path, &hard).unwrap();
        assert!(refused(&hard).contains("already"), "another name of it is, too");
        drop(first);
        let first = FileLock::take(&link).unwrap();
        assert!(refused(&path).contains("already"));
        drop(first);
    }

    #[test]
    fn a_link_to_nowhere_yet_is_followed() {
        let folder = tempfile::tempdir().unwrap();
        let [path, link] = ["there.db", "link.db"].map(|name| folder.path().join(name));
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let first = FileLock::take(&link).unwrap();
        assert!(refused(&path).contains("already"));
        drop(first);
    }

    #[test]
    fn a_lock_file_that_is_deleted_lets_nobody_in_and_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let [path, lock] = ["a.db", "a.lock"].map(|name| folder.path().join(name));
        let mut first = FileLock::take(&path).unwrap();
        std::fs::remove_file(&lock).unwrap();
        assert!(refused(&path).contains("already"), "the database itself is locked");
        std::fs::remove_file(&lock).unwrap();
        assert!(matches!(first.look(), Look::Held));
        assert!(lock_at(&lock).unwrap().is_none(), "it is there and locked again");
        std::fs::remove_file(&lock).unwrap();
        let other = lock_at(&lock).unwrap().expect("somebody else makes it");
        assert!(matches!(first.look(), Look::Others(_)));
        drop(other);
        assert!(matches!(first.look(), Look::Held), "and may let go of it");
    }
}
