//! The real process: started, killed, restarted, asked to leave; its log read to the end.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anteroom::storage::{Database, Store};
use tempfile::TempDir;

use super::database::Records;
use super::http::Http;
use super::ledger::Ledger;
use super::{PATIENCE, until_within};

/// The option that says where the records are.
pub(super) const DATABASE_URL: &str = "--database-url";

/// A server process with its data directory. Dropping it ends the process; a panic in its log
/// fails the test. `ANTEROOM_LOGS` names a folder where the whole log is left.
pub struct Server {
    program: PathBuf,
    dir: Arc<TempDir>,
    options: Vec<String>,
    address: SocketAddr,
    child: Child,
    log: Arc<Mutex<Vec<String>>>,
    readers: Vec<JoinHandle<()>>,
    ledger: Ledger,
}

impl Server {
    pub(super) async fn start(program: PathBuf, dir: Arc<TempDir>, options: Vec<String>) -> Self {
        let log = Arc::default();
        let mut readers = Vec::new();
        let (child, address) = spawn_on_free_port(&program, dir.path(), &options, &log, &mut readers);
        let server = Self { program, dir, options, address, child, log, readers, ledger: Ledger::default() };
        server.ready().await;
        server
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn data_dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn http(&self) -> Http {
        Http::new(self.address)
    }

    /// Where the records are.
    pub fn database(&self) -> Database {
        database(self.data_dir(), &self.options)
    }

    /// Resident memory of the process, in KiB.
    pub fn resident_kib(&self) -> u64 {
        self.memory("VmRSS:")
    }

    /// The most of it since the start, or since [`Self::forget_peak`].
    pub fn peak_kib(&self) -> u64 {
        self.memory("VmHWM:")
    }

    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.pid()), "5").expect("the peak is forgotten");
    }

    fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
    }

    /// The records, read beside the server.
    pub fn records(&self) -> Records {
        Records::open(&self.database())
    }

    /// The records by the program's own functions, beside the server: as another node would use them, once
    /// there may be one.
    pub fn store(&self) -> Store {
        Store::open(&self.database()).expect("the database opens")
    }

    /// Everybody's journals.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Whoever comes from now on is kept in this ledger, with the people of other nodes.
    pub fn keep_in(&mut self, ledger: &Ledger) {
        self.ledger = ledger.clone();
    }

    /// All journals against the records: I2 to I5. Also that the desks who are still here have
    /// been told how they stand.
    pub async fn check(&self) {
        self.ledger.check(&mut self.records()).await.unwrap_or_else(|broken| panic!("{broken}"));
    }

    /// Until it may take traffic.
    pub async fn ready(&self) {
        let http = self.http();
        until_within(PATIENCE, "the server is not ready", || async {
            http.get("/readyz").await.ok().filter(|answer| answer.status == 200).map(|_| ())
        })
        .await;
    }

    /// Ends the process without a word.
    pub fn kill9(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the signal {name} could not be sent");
    }

    /// Asks it to leave, and waits until it has.
    pub async fn sigterm(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.ended(Duration::from_secs(30)).await
    }

    /// Until the process has ended.
    pub async fn ended(&mut self, within: Duration) -> ExitStatus {
        let give_up = Instant::now() + within;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return status;
            }
            assert!(Instant::now() < give_up, "the server has not left within {within:?}\n{}", self.log_tail());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Starts it again on the same records and the same port. Says how long it took to be ready.
    pub async fn restart(&mut self) -> Duration {
        self.kill9();
        let started = Instant::now();
        let (child, _) =
            spawn(&self.program, self.dir.path(), &self.options, self.address, &self.log, &mut self.readers)
                .unwrap_or_else(|said| panic!("the server did not start again: {said}"));
        self.child = child;
        self.ready().await;
        started.elapsed()
    }

    /// From the next start on, this option has another value.
    pub fn change_option(&mut self, name: &str, value: &str) {
        let at = self.options.iter().position(|option| option == name).expect("an option that was given");
        value.clone_into(&mut self.options[at + 1]);
    }

    /// Leaves in order: exit code 0, no panic in the log.
    pub async fn finish(mut self) {
        let status = self.sigterm().await;
        assert!(status.success(), "the server left with {status}\n{}", self.log_tail());
    }

    /// Lines of its log so far.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().map(|log| log.clone()).unwrap_or_default()
    }

    fn log_tail(&self) -> String {
        let log = self.log();
        log[log.len().saturating_sub(40)..].join("\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill9();
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        let log = self.log();
        if let Ok(folder) = std::env::var("ANTEROOM_LOGS") {
            let _ = std::fs::write(Path::new(&folder).join(format!("{}.log", self.address.port())), log.join("\n"));
        }
        let panicked = log.iter().position(|line| line.contains("panicked at"));
        if let Some(at) = panicked {
            let told = format!("the server panicked:\n{}", log[at..log.len().min(at + 20)].join("\n"));
            if std::thread::panicking() {
                eprintln!("{told}");
            } else {
                panic!("{told}");
            }
        } else if std::thread::panicking() {
            eprintln!("the server's log ends with:\n{}", self.log_tail());
        }
    }
}

/// Where the records of a server with these options are.
pub(super) fn database(data_dir: &Path, options: &[String]) -> Database {
    let given = options.iter().position(|option| option == DATABASE_URL).map(|at| &options[at + 1]);
    match given {
        Some(url) => url.parse().expect("a URL"),
        None => Database::Sqlite(data_dir.join("anteroom.db")),
    }
}

/// Below the range the kernel takes ports for outgoing connections from: there, a client that
/// tries while the server is down can be connected to itself.
fn spawn_on_free_port(
    program: &Path,
    data_dir: &Path,
    options: &[String],
    log: &Arc<Mutex<Vec<String>>>,
    readers: &mut Vec<JoinHandle<()>>,
) -> (Child, SocketAddr) {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 15_000 + u16::try_from(std::process::id() % 80).unwrap_or(0) * 200;
    let mut said = String::new();
    for _ in 0..50 {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 200;
        match spawn(program, data_dir, options, ([127, 0, 0, 1], port).into(), log, readers) {
            Ok(started) => return started,
            Err(words) if words.contains("cannot listen") => said = words,
            Err(words) => panic!("the server did not start: {words}"),
        }
    }
    panic!("no free port: {said}");
}

fn spawn(
    program: &Path,
    data_dir: &Path,
    options: &[String],
    listen: SocketAddr,
    log: &Arc<Mutex<Vec<String>>>,
    readers: &mut Vec<JoinHandle<()>>,
) -> Result<(Child, SocketAddr), String> {
    // A write past a file's limit is then an error and not the end of the process: that is how a
    // test fills the disk.
    let mut child = Command::new("sh")
        .args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"])
        .arg(program)
        .args(["serve", "--listen", &listen.to_string(), "--data-dir"])
        .arg(data_dir)
        .args(options)
        .env("RUST_BACKTRACE", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err("no pipes".into());
    };
    let kept = log.clone();
    let from = log.lock().map(|log| log.len()).unwrap_or_default();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            if let Ok(mut kept) = kept.lock() {
                kept.push(line);
            }
        }
    });
    let mut stdout = BufReader::new(stdout);
    match listening_on(&mut stdout) {
        Some(address) => {
            readers.push(reader);
            // Kept open, as an operator's terminal is.
            readers.push(std::thread::spawn(move || stdout.lines().map_while(Result::ok).for_each(drop)));
            Ok((child, address))
        }
        None => {
            let status = child.wait();
            let _ = reader.join();
            let said = log.lock().map(|log| log[from..].join("\n")).unwrap_or_default();
            Err(format!("{status:?} {said}"))
        }
    }
}

fn listening_on(stdout: &mut BufReader<ChildStdout>) -> Option<SocketAddr> {
    stdout.lines().map_while(Result::ok).find_map(|line| line.strip_prefix("listening on http://")?.parse().ok())
}
