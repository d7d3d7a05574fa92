//! What of an export is on file: parts that are written once, each together with how far the export has come, so that
//! whoever takes it up goes on exactly behind them.

use std::io::{self, Read, Write};

use diesel::QueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::common::{JobError, Tools};
use super::sheet::Format;
use crate::ids::JobId;
use crate::storage::work::job_files::{self, PART_BYTES};
use crate::storage::work::jobs::Job;
use crate::storage::work::kept::{self, Kept};
use crate::storage::{AnyConnection, SYSTEM, Store};

/// Parts taken away at a time: others write in between.
const CLEARED_AT_ONCE: u32 = 16;

/// How far an export has come.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Progress {
    /// The last row in the parts.
    pub(super) after: Option<(i64, Uuid)>,
    /// How many rows are in them.
    pub(super) rows: i32,
    /// How many parts there are.
    parts: i32,
    /// Whether no row is missing.
    pub(super) is_whole: bool,
}

/// Where an export puts what it has made.
pub(super) struct Spool {
    tools: Tools,
    kept: Kept,
    /// Who asked for it.
    by: String,
    format: Format,
    /// As it is on file.
    noted: Progress,
}

impl Spool {
    /// Of this job, as it was left.
    pub(super) fn new(tools: &Tools, job: &Job, format: Format) -> Result<Self, JobError> {
        let noted = job.progress.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
        let by = job.account.map_or_else(|| SYSTEM.to_owned(), |account| account.to_string());
        Ok(Self { tools: tools.clone(), kept: tools.kept(job.id), by, format, noted })
    }

    /// How far it is, on file.
    pub(super) fn noted(&self) -> Progress {
        self.noted
    }

    /// Puts rows on file, with where they end. `false` if the job is ours no more: nothing was written. Blocks.
    pub(super) fn add(&mut self, rows: &[u8], reached: Progress) -> Result<bool, JobError> {
        let (mut noted, at) = (Progress { parts: self.noted.parts, ..reached }, self.tools.clock.now().wall);
        let mut parts = Vec::new();
        for content in rows.chunks(PART_BYTES) {
            noted.parts += 1;
            parts.push((self.number(noted.parts), content));
        }
        let progress = serde_json::to_string(&noted)?;
        let is_kept = self.tools.store.in_turn(|conn| {
            conn.write(|conn| {
                if !kept::advance(conn, self.kept, &progress, noted.rows, at)? {
                    return Ok(false);
                }
                for (part_no, content) in &parts {
                    job_files::put(conn, self.kept.job, *part_no, content, &self.by, at)?;
                }
                Ok(true)
            })
        })?;
        if is_kept {
            self.noted = noted;
        }
        Ok(is_kept)
    }

    /// Tells whoever looks how many rows there are, of which some are in no part yet. `false` if the job is ours no
    /// more. Blocks.
    pub(super) fn count(&self, rows: i32) -> Result<bool, JobError> {
        let at = self.tools.clock.now().wall;
        Ok(self.tools.store.in_turn(|conn| kept::count(conn, self.kept, rows, at))?)
    }

    /// Reads what is on file of the rows. Blocks.
    pub(super) fn rows(&self) -> impl Read {
        let numbers = (1..=self.noted.parts).map(|nth| self.number(nth)).collect::<Vec<_>>().into_iter();
        RowParts { store: self.tools.store.clone(), job: self.kept.job, numbers, part: io::Cursor::default() }
    }

    /// Puts on file what `make` writes, in place of what whoever had the job before has left of theirs. `false` if the
    /// job is ours no more. Blocks.
    pub(super) fn put_file(
        &self,
        make: impl FnOnce(&mut FileParts<'_>) -> Result<(), JobError>,
    ) -> Result<bool, JobError> {
        while let Some(1..) = self.if_kept(|conn| job_files::clear(conn, self.kept.job, CLEARED_AT_ONCE))? {}
        let mut file = FileParts { spool: self, part_no: 1, part: Vec::with_capacity(PART_BYTES), is_lost: false };
        let made = make(&mut file).and_then(|()| Ok(file.put()?));
        if file.is_lost { Ok(false) } else { made.map(|()| true) }
    }

    /// Writes, if the job is ours still.
    fn if_kept<T>(&self, write: impl FnOnce(&mut AnyConnection) -> QueryResult<T>) -> Result<Option<T>, JobError> {
        let at = self.tools.clock.now().wall;
        let written = self.tools.store.in_turn(|conn| {
            conn.write(|conn| if kept::holds(conn, self.kept, at)? { write(conn).map(Some) } else { Ok(None) })
        });
        Ok(written?)
    }

    /// Rows for a program are the file; those of a spreadsheet are what it is made from.
    fn number(&self, nth: i32) -> i32 {
        match self.format {
            Format::Csv => nth,
            Format::Xlsx => -nth,
        }
    }
}

/// The file of a job, as it is written: never more than a part of it in memory.
pub(super) struct FileParts<'a> {
    spool: &'a Spool,
    /// The next one.
    part_no: i32,
    part: Vec<u8>,
    is_lost: bool,
}

impl FileParts<'_> {
    fn put(&mut self) -> io::Result<()> {
        if self.part.is_empty() {
            return Ok(());
        }
        let (Spool { kept, by, .. }, at) = (self.spool, self.spool.tools.clock.now().wall);
        let put = self.spool.if_kept(|conn| job_files::put(conn, kept.job, self.part_no, &self.part, by, at));
        self.is_lost = put.map_err(io::Error::other)?.is_none();
        if self.is_lost {
            return Err(io::Error::other("the job is another's by now"));
        }
        self.part_no += 1;
        self.part.clear();
        Ok(())
    }
}

impl Write for FileParts<'_> {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        if self.part.len() == PART_BYTES {
            self.put()?;
        }
        let taken = content.len().min(PART_BYTES - self.part.len());
        self.part.extend_from_slice(&content[..taken]);
        Ok(taken)
    }

    /// A part is put on file when it is full, and the last one at the end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Rows that are on file, part by part: never more than one in memory.
struct RowParts {
    store: Store,
    job: JobId,
    numbers: std::vec::IntoIter<i32>,
    part: io::Cursor<Vec<u8>>,
}

impl Read for RowParts {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.part.read(into)?;
            if read > 0 || into.is_empty() {
                return Ok(read);
            }
            let Some(part_no) = self.numbers.next() else { return Ok(0) };
            let content = self.store.run(|conn| job_files::content(conn, self.job, part_no));
            // One that is missing must not be read as an end.
            let content = content.map_err(io::Error::other)?.ok_or(io::ErrorKind::UnexpectedEof)?;
            self.part = io::Cursor::new(content);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::ids::NodeId;
    use crate::storage::Database;
    use crate::storage::work::jobs::{self, JobKind, NewJob};

    /// What a node works with, on the same records as all others.
    struct Node(Tools);

    impl Node {
        fn new(store: &Store, id: u128) -> Self {
            let (store, clock, zone) = (store.clone(), Clock::system(), chrono_tz::UTC);
            Self(Tools { store, clock, zone, keeper: NodeId::from(id) })
        }

        /// Takes up what there is to do.
        fn claim(&self, format: Format) -> Spool {
            let at = self.0.clock.now().wall;
            let job = self.0.store.in_turn(|conn| kept::claim(conn, self.0.keeper, at)).unwrap().expect("a job");
            Spool::new(&self.0, &job, format).unwrap()
        }
    }

    fn asked(database: &Database) -> (Store, JobId) {
        let (store, clock) = (Store::open(database).unwrap(), Clock::system());
        let id = JobId(clock.new_id());
        let new = NewJob { id, kind: JobKind::Export, account: None, params: "{}".into() };
        store.in_turn(|conn| jobs::create(conn, &new, clock.now().wall)).unwrap();
        (store, id)
    }

    fn reached(rows: i32) -> Progress {
        Progress { rows, ..Progress::default() }
    }

    fn read(spool: &Spool) -> Vec<u8> {
        let mut all = Vec::new();
        spool.rows().read_to_end(&mut all).unwrap();
        all
    }

    #[test]
    fn whoever_takes_it_up_goes_on_behind_what_is_on_file_and_who_had_it_writes_nothing_more() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = asked(&Database::Sqlite(folder.path().join("a.db")));
        let (first, second) = (Node::new(&store, 1), Node::new(&store, 2));
        let mut paused = first.claim(Format::Csv);
        let long: Vec<u8> = (0..2 * PART_BYTES + 7).map(|nth| (nth % 251) as u8).collect();
        assert!(paused.add(&long, reached(1)).unwrap());
        assert_eq!((paused.noted().rows, paused.noted().parts), (1, 3));
        let mut taken = second.claim(Format::Csv);
        assert_eq!((taken.noted().rows, taken.noted().parts), (1, 3));
        assert!(!paused.add(b"late", reached(2)).unwrap());
        assert!(!paused.count(2).unwrap());
        assert!(taken.add(b"end", Progress { is_whole: true, ..reached(2) }).unwrap());
        assert_eq!(read(&taken), [long.as_slice(), b"end"].concat());
    }

    #[test]
    fn a_spreadsheet_that_was_cut_off_is_made_anew_of_the_same_rows() {
        let folder = tempfile::tempdir().unwrap();
        let (store, job) = asked(&Database::Sqlite(folder.path().join("a.db")));
        let (first, second) = (Node::new(&store, 1), Node::new(&store, 2));
        let mut paused = first.claim(Format::Xlsx);
        assert!(paused.add(b"rows", Progress { is_whole: true, ..reached(1) }).unwrap());
        let half = paused.put_file(|file| {
            file.write_all(&vec![1; 20 * PART_BYTES])?;
            Err(JobError::Stopped)
        });
        assert!(matches!(half, Err(JobError::Stopped)));
        let taken = second.claim(Format::Xlsx);
        assert!(taken.noted().is_whole, "the rows are there");
        assert_eq!(read(&taken), b"rows");
        assert!(!paused.put_file(|file| Ok(file.write_all(b"late")?)).unwrap());
        let file: Vec<u8> = (0..PART_BYTES + 1).map(|nth| (nth % 7) as u8).collect();
        assert!(taken.put_file(|into| Ok(into.write_all(&file)?)).unwrap());
        let lengths = store.run(|conn| job_files::lengths(conn, job)).unwrap();
        assert_eq!(lengths, [PART_BYTES as i32, 1], "and nothing of the half before");
        let part = |nth| store.run(|conn| job_files::content(conn, job, nth)).unwrap().unwrap();
        assert_eq!([part(1), part(2)].concat(), file);
    }

    #[test]
    fn a_part_that_is_missing_is_not_taken_for_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let (store, job) = asked(&Database::Sqlite(folder.path().join("a.db")));
        let mut spool = Node::new(&store, 1).claim(Format::Csv);
        assert!(spool.add(&vec![1; 2 * PART_BYTES], reached(1)).unwrap());
        store.in_turn(|conn| job_files::clear(conn, job, 1)).unwrap();
        let mut all = Vec::new();
        assert!(spool.rows().read_to_end(&mut all).is_err());
    }
}
