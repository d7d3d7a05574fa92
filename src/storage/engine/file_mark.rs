//! Whether a SQLite file is still the one that was opened. A process goes on writing into a file that
//! was deleted or replaced, and all of that is gone with it: so it is looked at before every write.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A file on its disk: its device and its number there.
pub(crate) type FileId = (u64, u64);

/// Which file there is under this name, if any.
pub(crate) fn file_id(path: &Path) -> Option<FileId> {
    std::fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

/// A file of SQLite's beside the database, where that really lies: it looks through links.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(suffix);
    name.into()
}

/// The database and its write-ahead log, which holds what was committed last. Cloning shares it.
#[derive(Clone)]
pub(crate) struct FileMark(Arc<Inner>);

struct Inner {
    path: PathBuf,
    log_path: PathBuf,
    database: Option<FileId>,
    /// Known once somebody holds it open for good: until then each connection may make it anew.
    log: OnceLock<FileId>,
}

impl FileMark {
    /// The file as it is now.
    pub(crate) fn of(path: &Path) -> Self {
        let log_path = beside(path, "-wal");
        let inner = Inner { path: path.to_owned(), log_path, database: file_id(path), log: OnceLock::new() };
        Self(Arc::new(inner))
    }

    /// From here on a connection is open all the time, so its log is one file, too.
    pub(crate) fn note_log(&self) {
        if let Some(log) = file_id(&self.0.log_path) {
            let _ = self.0.log.set(log);
        }
    }

    /// In words, if it is no longer there. Two looks at the file system, some microseconds.
    pub(crate) fn check(&self) -> Result<(), String> {
        let Inner { path, log_path, database, log } = &*self.0;
        let is_log_there = log.get().is_none_or(|log| file_id(log_path) == Some(*log));
        if file_id(path) == *database && is_log_there {
            return Ok(());
        }
        let gone = if is_log_there { path } else { log_path };
        Err(format!(
            "the file {} was deleted or replaced while the server runs, so nothing is accepted; put it back, or stop \
             the server and restore a backup",
            gone.display()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_deleted_or_replaced_is_noticed_and_so_is_its_return() {
        let folder = tempfile::tempdir().unwrap();
        let [path, log, aside] = ["a.db", "a.db-wal", "aside"].map(|name| folder.path().join(name));
        for file in [&path, &log] {
            std::fs::write(file, "").unwrap();
        }
        let mark = FileMark::of(&path);
        mark.note_log();
        for file in [&path, &log] {
            mark.check().unwrap();
            std::fs::rename(file, &aside).unwrap();
            assert!(mark.check().unwrap_err().contains(&file.display().to_string()));
            std::fs::write(file, "another").unwrap();
            assert!(mark.check().is_err(), "another file of that name is not it");
            std::fs::rename(&aside, file).unwrap();
        }
        mark.check().unwrap();
    }

    #[test]
    fn a_log_that_nobody_holds_open_may_be_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        std::fs::write(&path, "").unwrap();
        let mark = FileMark::of(&path);
        std::fs::write(folder.path().join("a.db-wal"), "").unwrap();
        mark.check().unwrap();
        std::fs::remove_file(folder.path().join("a.db-wal")).unwrap();
        mark.check().unwrap();
    }
}
