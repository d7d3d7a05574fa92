//! What is on file before the server starts: lines with their rules, counsellors, options.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use anteroom::storage::Database;
use tempfile::TempDir;

use super::database::Records;
use super::server::{DATABASE_URL, database};
use super::{Server, postgres};

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// An office to be opened. Starts as a fresh installation: one line, `GENERAL`.
pub struct Office {
    program: PathBuf,
    dir: Arc<TempDir>,
    sql: String,
    accounts: Vec<Vec<String>>,
    crowd: usize,
    options: Vec<String>,
}

impl Office {
    pub fn new() -> Self {
        Self {
            program: env!("CARGO_BIN_EXE_anteroom").into(),
            dir: Arc::new(tempfile::tempdir().expect("a temporary directory")),
            sql: String::new(),
            accounts: Vec::new(),
            crowd: 0,
            options: Vec::new(),
        }
    }

    /// Runs another build of the server.
    pub fn program(mut self, program: &Path) -> Self {
        program.clone_into(&mut self.program);
        self
    }

    /// The process may have so many files open.
    pub fn files(mut self, limit: u32) -> Self {
        let script = self.dir.path().join("with-few-files");
        let lines = format!("#!/bin/sh\nulimit -n {limit}\nexec '{}' \"$@\"\n", self.program.display());
        std::fs::write(&script, lines).expect("a script");
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("a program");
        self.program = script;
        self
    }

    /// Rules of the line `GENERAL`, as SQL assigns them: `"ACCEPT_S = 1, GRACE_S = 2"`.
    pub fn rules(self, assignments: &str) -> Self {
        self.rules_of("GENERAL", assignments)
    }

    /// The same for another line.
    pub fn rules_of(mut self, topic: &str, assignments: &str) -> Self {
        let _ = writeln!(self.sql, "UPDATE LINE SET {assignments} WHERE TOPIC = '{topic}';");
        self
    }

    /// One more line, with the rules `GENERAL` has so far.
    pub fn line(mut self, topic: &str) -> Self {
        let prefix = &topic[..1];
        let _ = writeln!(
            self.sql,
            "INSERT INTO LINE (LINE_ID, TOPIC, LANGUAGE, NAME, NAME_EN, PREFIX, HOURS, WAITING_MAX, WAIT_S_MAX, \
               ACCEPT_S, WIDEN_S, MISSES_MAX, GRACE_S, WRAP_UP_S, RETRY_S, UNSTAFFED_S, LINE_ORDER, \
               REG_DTTM, REG_ID, MOD_DTTM, MOD_ID) \
             SELECT '{}', '{topic}', LANGUAGE, '{topic}', '{topic}', '{prefix}', HOURS, WAITING_MAX, WAIT_S_MAX, \
               ACCEPT_S, WIDEN_S, MISSES_MAX, GRACE_S, WRAP_UP_S, RETRY_S, UNSTAFFED_S, LINE_ORDER + 1, \
               REG_DTTM, REG_ID, MOD_DTTM, MOD_ID FROM LINE WHERE TOPIC = 'GENERAL';
             INSERT INTO COMMON_CODE (CODE_GROUP, CODE, VALUE, VALUE_EN, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID) \
             SELECT 'TOPIC', '{topic}', '{topic}', '{topic}', REG_DTTM, REG_ID, MOD_DTTM, MOD_ID \
               FROM COMMON_CODE WHERE CODE = 'GENERAL';",
            super::new_id(),
        );
        self
    }

    /// Any other change to the records.
    pub fn sql(mut self, sql: &str) -> Self {
        let _ = writeln!(self.sql, "{sql};");
        self
    }

    /// A registered desk whose key is its name.
    pub fn desk(self, id: &str, key: &str) -> Self {
        let hash = anteroom::http::gate::secret::hash(key);
        self.sql(&format!(
            "INSERT INTO DESK (DESK_ID, NAME, KEY_HASH, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID) \
             VALUES ('{id}', 'lobby', '{hash}', CURRENT_TIMESTAMP, 'TEST', CURRENT_TIMESTAMP, 'TEST')"
        ))
    }

    /// A counsellor of `GENERAL` who takes one room at a time.
    pub fn counsellor(self, login: &str) -> Self {
        self.counsellor_of(login, &["GENERAL"], 1)
    }

    /// A counsellor of these lines (`TOPIC` or `TOPIC:TIER`).
    pub fn counsellor_of(self, login: &str, lines: &[&str], capacity: u16) -> Self {
        self.account(login, "COUNSELLOR", lines, capacity)
    }

    pub fn admin(self) -> Self {
        self.account("admin", "ADMIN", &[], 1)
    }

    pub fn account(mut self, login: &str, role: &str, lines: &[&str], capacity: u16) -> Self {
        let capacity = capacity.to_string();
        let mut account =
            ["--login", login, "--role", role, "--name", login, "--capacity", &capacity].map(str::to_owned).to_vec();
        lines.iter().for_each(|line| account.extend(["--line".to_owned(), (*line).to_owned()]));
        self.accounts.push(account);
        self
    }

    /// `count` more counsellors like the first account, `c0`, `c1`, …
    pub fn crowd(mut self, count: usize) -> Self {
        self.crowd = count;
        self
    }

    /// On a database of its own on the PostgreSQL all tests share.
    pub fn on_postgres(self) -> Self {
        match postgres::fresh_database() {
            Database::Postgres(url) => self.option(DATABASE_URL, &url),
            Database::Sqlite(path) => panic!("not PostgreSQL: {}", path.display()),
        }
    }

    /// With the demo: its lines, its desk, and its people with their passwords (`admin`,
    /// `demo-admin`), where an admin needs no second factor.
    pub fn demo(mut self) -> Self {
        self.options.push("--demo".into());
        self
    }

    /// An option of `serve`.
    pub fn option(mut self, name: &str, value: &str) -> Self {
        self.options.extend([name.to_owned(), value.to_owned()]);
        self
    }

    /// An option of `serve` that has no value.
    pub fn flag(mut self, name: &str) -> Self {
        self.options.push(name.to_owned());
        self
    }

    /// Where the records will be.
    pub fn data_dir(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    /// One more node of this office, by the same program and with the same options, in a folder of its own: what is
    /// on file is on file once.
    pub fn another_node(&self) -> Self {
        let (program, options) = (self.program.clone(), self.options.clone());
        Self { program, options, ..Self::new() }
    }

    /// Puts everything on file and starts the server.
    pub async fn open(mut self) -> Server {
        // One test is many people, who all come from one address.
        for limit in ["--asks-per-min-max", "--waiting-per-address-max"] {
            if !self.options.iter().any(|option| option == limit) {
                self.options.extend([limit.to_owned(), "1000000".to_owned()]);
            }
        }
        let data_dir = self.data_dir();
        let there = self.options.iter().position(|option| option == DATABASE_URL);
        let there: Vec<&str> = there.map(|at| vec![DATABASE_URL, &self.options[at + 1]]).unwrap_or_default();
        let migrated = run(&self.program, &[&["migrate"], &there[..]].concat(), &data_dir);
        assert!(migrated.status.success(), "{}", text(&migrated));
        let mut records = Records::open(&database(&data_dir, &self.options));
        if !self.sql.is_empty() {
            records.execute(&self.sql);
        }
        for account in &self.accounts {
            let mut arguments = [&["account", "create"], &there[..]].concat();
            arguments.extend(account.iter().map(String::as_str));
            let created = run(&self.program, &arguments, &data_dir);
            assert!(created.status.success(), "{}", text(&created));
        }
        if let (Some(like), 1..) = (self.accounts.first(), self.crowd) {
            records.execute(&crowd(self.crowd, &like[1]));
        }
        drop(records);
        Server::start(self.program, self.dir, self.options).await
    }
}

/// Copies of one counsellor: hashing fifty passwords takes longer than the test.
fn crowd(count: usize, like: &str) -> String {
    const COLUMNS: &str = "PASSWORD_HASH, ROLE, APPROVE_YN, CAPACITY, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID";
    let mut sql = String::from("BEGIN;");
    for n in 0..count {
        let id = super::new_id();
        let _ = writeln!(
            sql,
            "INSERT INTO ACCOUNT (ACCOUNT_ID, LOGIN, NAME, EMAIL_VERIFIED_YN, {COLUMNS}) \
             SELECT '{id}', 'c{n}', 'c{n}', 'Y', {COLUMNS} FROM ACCOUNT WHERE LOGIN = '{like}';
             INSERT INTO ACCOUNT_LINE (ACCOUNT_ID, LINE_ID, TIER, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID) \
             SELECT '{id}', L.LINE_ID, L.TIER, L.REG_DTTM, L.REG_ID, L.MOD_DTTM, L.MOD_ID \
               FROM ACCOUNT_LINE L JOIN ACCOUNT A ON A.ACCOUNT_ID = L.ACCOUNT_ID WHERE A.LOGIN = '{like}';",
        );
    }
    sql.push_str("COMMIT;");
    sql
}

/// Runs a subcommand to its end.
pub fn run(program: &Path, arguments: &[&str], data_dir: &Path) -> Output {
    Command::new(program)
        .args(arguments)
        .arg("--data-dir")
        .arg(data_dir)
        .env("ANTEROOM_PASSWORD", PASSWORD)
        .output()
        .expect("the program runs")
}

/// Everything a program said.
pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
