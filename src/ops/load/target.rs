//! The server under load, and the counsellors who may log in there.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde::Serialize;
use tempfile::TempDir;

use crate::clock::Clock;
use crate::config::LoadOptions;
use crate::http::gate::secret;
use crate::ids::{AccountId, SessionId};
use crate::start_error::StartError;
use crate::storage::centre::lines;
use crate::storage::people::account_edits::{self, Changes};
use crate::storage::people::accounts::{self, AccountRole, NewAccount};
use crate::storage::people::sessions::{self, Made, NewSession};
use crate::storage::{Database, Store};
use crate::time::{SECOND, Wall};

/// In `REG_ID` and `MOD_ID` of everything made.
const SIGNATURE: &str = "LOAD";
/// Log-ins are good for so long; a run is shorter.
const LOG_INS_S: u64 = 2 * 86_400;

/// The server under load.
pub struct Target {
    /// `HOST:PORT`.
    pub authority: String,
    /// The counsellors' session tokens; none where nobody logs in.
    pub tokens: Vec<String>,
    books: Option<Books>,
    own: Option<Own>,
}

/// The server's database, and who was put into it.
struct Books {
    database: Database,
    store: Store,
    accounts: Vec<AccountId>,
}

/// A server of our own, on a database of its own; both are gone when this is dropped.
struct Own {
    process: Child,
    _folder: TempDir,
}

/// A server's process, seen from outside.
#[derive(Clone, Copy, Debug)]
pub struct Watched(u32);

/// What the server's process used, as its system says.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Used {
    /// Resident memory, in KiB.
    pub resident_kib: u64,
    /// Processor time since its start, in seconds.
    pub cpu_s: f64,
}

impl Target {
    /// Makes the counsellors, and starts a server unless one is named.
    pub fn open(options: &LoadOptions) -> Result<Self, StartError> {
        if !options.peer.keeps_records() {
            let target = options.target.clone();
            let authority = target.ok_or_else(|| {
                StartError::new("--peer is started by whoever aims at it; say where it is with --target")
            })?;
            return Ok(Self { authority, tokens: Vec::new(), books: None, own: None });
        }
        let folder = if options.target.is_some() { None } else { Some(TempDir::new().map_err(StartError::new)?) };
        let database: Database = match &folder {
            Some(folder) => Database::Sqlite(folder.path().join("anteroom.db")),
            None => options.database.url().parse()?,
        };
        let store = Store::open(&database)?;
        let (accounts, tokens) = counsellors(&store, options)?;
        let (authority, own) = match (&options.target, folder) {
            (Some(authority), _) => (authority.clone(), None),
            (None, Some(folder)) => start(folder)?,
            (None, None) => return Err(StartError::new("there is neither a --target nor a folder")),
        };
        Ok(Self { authority, tokens, books: Some(Books { database, store, accounts }), own })
    }

    /// The records, if there are any, opened anew: what is on disk now.
    pub fn records(&self) -> Result<Option<Store>, StartError> {
        Ok(self.books.as_ref().map(|books| Store::open(&books.database)).transpose()?)
    }

    /// The server's process, if it is our own.
    pub fn watched(&self) -> Option<Watched> {
        self.own.as_ref().map(|own| Watched(own.process.id()))
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Some(own) = &mut self.own {
            let _ = own.process.kill();
            let _ = own.process.wait();
            return;
        }
        let Some(books) = &self.books else { return };
        let at = Clock::system().now().wall;
        let left = books.store.in_turn(|conn| {
            for account in &books.accounts {
                sessions::delete_of(conn, *account, None)?;
                account_edits::set(conn, *account, &Changes::deleted(SIGNATURE, "load is over", at), SIGNATURE, at)?;
            }
            Ok(())
        });
        if let Err(error) = left {
            eprintln!("anteroom: the accounts of this run could not be deleted: {error}");
        }
    }
}

fn counsellors(store: &Store, options: &LoadOptions) -> Result<(Vec<AccountId>, Vec<String>), StartError> {
    let clock = Clock::system();
    let at = clock.now().wall;
    let expires_at = Wall(at.0 + i64::try_from(LOG_INS_S * SECOND).unwrap_or(i64::MAX / 2));
    let run = clock.new_id().simple().to_string();
    let topic = &options.topic;
    let serves = store.run(lines::all)?.into_iter().filter(|line| line.topic == *topic).map(|line| (line.id, 0));
    let serves: Vec<_> = serves.collect();
    if serves.is_empty() {
        return Err(StartError::new(format!("--topic {topic} is no line there; give one of its lines' topics")));
    }
    let made = store.in_turn(|conn| {
        let mut made = (Vec::new(), Vec::new());
        for nth in 0..options.counsellors {
            let (account, token) = (AccountId(clock.new_id()), secret::draw());
            let new = NewAccount {
                id: account,
                login: format!("load-{run}-{nth}"),
                email: None,
                // No password has this hash: nobody can log in as them.
                password_hash: String::new(),
                name: format!("Load {nth}"),
                role: AccountRole::Counsellor,
                approved: true,
                language: "en".into(),
                capacity: options.capacity,
                lines: serves.clone(),
                all_lines: false,
            };
            accounts::create(conn, &new, SIGNATURE, at)?;
            let (id, token_hash) = (SessionId(clock.new_id()), secret::hash(&token));
            let new = NewSession { id, account, token_hash, expires_at, made: Made::default() };
            sessions::create(conn, &new, at)?;
            made.0.push(account);
            made.1.push(token);
        }
        Ok(made)
    })?;
    Ok(made)
}

fn start(folder: TempDir) -> Result<(String, Option<Own>), StartError> {
    let program = std::env::current_exe().map_err(StartError::new)?;
    // Limits that keep one person from being many stand in the way of one tool being many people.
    let limits = [
        "--sockets-per-address-max",
        "--messages-per-10s-max",
        "--requests-per-10s-max",
        "--asks-per-min-max",
        "--waiting-per-address-max",
    ];
    let mut process = Command::new(program)
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder.path())
        .args(limits.iter().flat_map(|limit| [limit, "1000000"]))
        .env("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "warn".into()))
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| StartError::new(format!("the server does not start: {error}")))?;
    let out = process.stdout.take().ok_or_else(|| StartError::new("the server says nothing"))?;
    let own = Own { process, _folder: folder };
    let said = BufReader::new(out).lines().map_while(Result::ok);
    let authority = said.filter_map(|line| line.strip_prefix("listening on http://").map(str::to_owned)).next();
    let authority = authority.ok_or_else(|| StartError::new("the server ended before it listened; see above"))?;
    Ok((authority, Some(own)))
}

impl Watched {
    /// What it used, from `/proc`; nothing where there is none.
    pub fn used(self) -> Option<Used> {
        let Self(process) = self;
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let resident_kib = resident.split_whitespace().next()?.parse().ok()?;
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // After the name, which may hold anything, in hundredths of a second: user is the 12th, system the 13th.
        let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
        let ticks = |nth: usize| fields.get(nth).and_then(|field| field.parse::<f64>().ok());
        Some(Used { resident_kib, cpu_s: (ticks(11)? + ticks(12)?) / 100.0 })
    }
}
