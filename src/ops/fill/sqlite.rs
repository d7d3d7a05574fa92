//! Rows into a SQLite file as fast as it takes them: one transaction, prepared statements, values
//! bound where they lie. Diesel builds every statement's values anew, which for a billion values
//! is most of the time; so this speaks to the library itself, and is the only place that does.

use std::ffi::{CStr, CString, c_int};
use std::path::Path;
use std::ptr;

use libsqlite3_sys as ffi;

use super::rows::{Rows, Table};
use crate::start_error::StartError;

/// A file of our own, with a statement a table.
pub struct Sqlite {
    // Before the connection: statements go first.
    statements: Vec<Statement>,
    conn: Conn,
}

struct Conn(*mut ffi::sqlite3);

struct Statement {
    raw: *mut ffi::sqlite3_stmt,
    columns: c_int,
}

// SAFETY: the handles are used by one thread at a time, whoever owns the value; SQLite is built
// thread-safe.
unsafe impl Send for Sqlite {}

impl Sqlite {
    /// Opens the file, which nobody else may have open. With `alone` nothing that is in it needs
    /// to survive a crash.
    pub fn open(path: &Path, alone: bool) -> Result<Self, StartError> {
        let name = CString::new(path.to_string_lossy().as_bytes()).map_err(StartError::new)?;
        let mut raw = ptr::null_mut();
        let flags = ffi::SQLITE_OPEN_READWRITE;
        // SAFETY: `name` lives through the call and ends in a zero; `raw` is ours.
        let code = unsafe { ffi::sqlite3_open_v2(name.as_ptr(), &raw mut raw, flags, ptr::null()) };
        let conn = Conn(raw);
        if code != ffi::SQLITE_OK {
            return Err(conn.error());
        }
        let journal = if alone { "PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF;" } else { "" };
        conn.run(&format!(
            "PRAGMA busy_timeout = 10000; {journal} PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; \
             PRAGMA cache_size = -400000; \
             INSERT INTO CONSULTATION_TERMS (CONSULTATION_TERMS, RANK) VALUES ('hashsize', 134217728); \
             INSERT INTO CONSULTATION_TERMS (CONSULTATION_TERMS, RANK) VALUES ('automerge', 0); \
             BEGIN IMMEDIATE"
        ))?;
        let statements = Table::ALL.into_iter().map(|table| conn.prepare(insert(table))).collect::<Result<_, _>>()?;
        Ok(Self { statements, conn })
    }

    /// Puts rows there.
    pub fn take(&mut self, rows: &Rows) -> Result<(), StartError> {
        for table in Table::ALL {
            let statement = &self.statements[table as usize];
            for row in rows.of(table).split(|byte| *byte == b'\n').filter(|row| !row.is_empty()) {
                statement.insert(row).map_err(|()| self.conn.error())?;
            }
        }
        Ok(())
    }

    /// Commits, and leaves the file as a server expects it.
    pub fn finish(mut self) -> Result<(), StartError> {
        self.statements.clear();
        self.conn.run(
            "COMMIT; \
             INSERT INTO CONSULTATION_TERMS (CONSULTATION_TERMS, RANK) VALUES ('hashsize', 1048576); \
             INSERT INTO CONSULTATION_TERMS (CONSULTATION_TERMS, RANK) VALUES ('automerge', 4); \
             PRAGMA journal_mode = WAL",
        )
    }
}

fn insert(table: Table) -> &'static CStr {
    match table {
        Table::Consultation => {
            c"INSERT INTO CONSULTATION VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
        }
        Table::Room => c"INSERT INTO ROOM VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        Table::Member => c"INSERT INTO ROOM_MEMBER VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        Table::Message => c"INSERT INTO MESSAGE VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        Table::Terms => c"INSERT INTO CONSULTATION_TERMS (ROWID, TERMS) VALUES (CAST(? AS INTEGER), ?)",
    }
}

impl Conn {
    fn run(&self, sql: &str) -> Result<(), StartError> {
        let sql = CString::new(sql).map_err(StartError::new)?;
        // SAFETY: the connection is open, the text ends in a zero, and no callback is given.
        let code = unsafe { ffi::sqlite3_exec(self.0, sql.as_ptr(), None, ptr::null_mut(), ptr::null_mut()) };
        if code == ffi::SQLITE_OK { Ok(()) } else { Err(self.error()) }
    }

    fn prepare(&self, sql: &CStr) -> Result<Statement, StartError> {
        let mut raw = ptr::null_mut();
        // SAFETY: the connection is open and the text ends in a zero.
        let code = unsafe { ffi::sqlite3_prepare_v2(self.0, sql.as_ptr(), -1, &raw mut raw, ptr::null_mut()) };
        if code != ffi::SQLITE_OK {
            return Err(self.error());
        }
        // SAFETY: the statement was just prepared.
        let columns = unsafe { ffi::sqlite3_bind_parameter_count(raw) };
        Ok(Statement { raw, columns })
    }

    fn error(&self) -> StartError {
        // SAFETY: SQLite gives a text that ends in a zero, also for a connection that failed to open.
        let words = unsafe { CStr::from_ptr(ffi::sqlite3_errmsg(self.0)) };
        StartError::new(format_args!(
            "SQLite refused: {}; see that the disk has room, and begin again on an empty folder",
            words.to_string_lossy()
        ))
    }
}

impl Statement {
    /// Binds the values of a row, which has as many as there are columns, and runs.
    fn insert(&self, row: &[u8]) -> Result<(), ()> {
        let mut values = row.split(|byte| *byte == b'\t');
        for column in 1..=self.columns {
            let value = values.next().unwrap_or(b"\\N");
            let length = c_int::try_from(value.len()).map_err(|_| ())?;
            // SAFETY: the column exists; the text lives until the statement has been reset below.
            let code = unsafe {
                if value == b"\\N" {
                    ffi::sqlite3_bind_null(self.raw, column)
                } else {
                    ffi::sqlite3_bind_text(self.raw, column, value.as_ptr().cast(), length, ffi::SQLITE_STATIC())
                }
            };
            if code != ffi::SQLITE_OK {
                return Err(());
            }
        }
        // SAFETY: the statement is prepared and all its values are bound.
        let (stepped, reset) = unsafe { (ffi::sqlite3_step(self.raw), ffi::sqlite3_reset(self.raw)) };
        if stepped == ffi::SQLITE_DONE && reset == ffi::SQLITE_OK { Ok(()) } else { Err(()) }
    }
}

impl Drop for Statement {
    fn drop(&mut self) {
        // SAFETY: prepared once, finalized once.
        unsafe { ffi::sqlite3_finalize(self.raw) };
    }
}

impl Drop for Conn {
    fn drop(&mut self) {
        // SAFETY: opened once, closed once, after its statements.
        unsafe { ffi::sqlite3_close(self.0) };
    }
}
