//! Whether a SQLite file is still the one that was opened. A process goes on writing into a file that
//! was deleted or replaced, and all of that is gone with it: so nobody writes unless it was there a moment ago.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// For so long a file that was there is believed to be. What was said just before it went is gone with it in any
/// case, and two looks a message cost more than all that was added to a message besides.
const BELIEVED: Duration = Duration::from_millis(100);

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
    opened: Instant,
    /// Until when it is believed to be there, in microseconds since it was opened.
    believed_us: AtomicU64,
}

impl FileMark {
    /// The file as it is now.
    pub(crate) fn of(path: &Path) -> Self {
        let log_path = beside(path, "-wal");
        Self(Arc::new(Inner {
            path: path.to_owned(),
            log_path,
            database: file_id(path),
            log: OnceLock::new(),
            opened: Instant::now(),
            believed_us: AtomicU64::new(0),
        }))
    }

    /// From here on a connection is open all the time, so its log is one file, too.
    pub(crate) fn note_log(&self) {
        if let Some(log) = file_id(&self.0.log_path) {
            let _ = self.0.log.set(log);
        }
    }

    /// In words, if it is no longer there. What went less than [`BELIEVED`] ago may not be missed yet.
    pub(crate) fn check(&self) -> Result<(), String> {
        let us = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let now_us = us(self.0.opened.elapsed());
        if now_us < self.0.believed_us.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.look()?;
        self.0.believed_us.store(now_us + us(BELIEVED), Ordering::Relaxed);
        Ok(())
    }

    fn look(&self) -> Result<(), String> {
        let Inner { path, log_path, database, log, .. } = &*self.0;
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
            mark.look().unwrap();
            std::fs::rename(file, &aside).unwrap();
            assert!(mark.look().unwrap_err().contains(&file.display().to_string()));
            std::fs::write(file, "another").unwrap();
            assert!(mark.look().is_err(), "another file of that name is not it");
            std::fs::rename(&aside, file).unwrap();
        }
        mark.look().unwrap();
    }

    #[test]
    fn a_file_is_believed_for_a_moment_and_no_longer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        std::fs::write(&path, "").unwrap();
        let mark = FileMark::of(&path);
        mark.check().unwrap();
        std::fs::remove_file(&path).unwrap();
        let gone = Instant::now();
        while mark.check().is_ok() {
            assert!(gone.elapsed() < Duration::from_secs(1), "noticed within a second");
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_log_that_nobody_holds_open_may_be_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        std::fs::write(&path, "").unwrap();
        let mark = FileMark::of(&path);
        std::fs::write(folder.path().join("a.db-wal"), "").unwrap();
        mark.look().unwrap();
        std::fs::remove_file(folder.path().join("a.db-wal")).unwrap();
        mark.look().unwrap();
    }
}
