//! Many sockets on one port of a real server process, each figure from outside of it.
//!
//! - memory of an idle counsellor socket: resident growth of the server over as many sockets
//! - the position stream: every second the head of a line of waiting desks gives up, so every other
//!   desk's place changes; what that costs the server, and how late each desk hears of it
//!
//! `cargo bench --bench sockets` (ANTEROOM_SOCKETS, default 10,000). Needs as many file descriptors
//! in this process and in the server. Linux only: it reads /proc.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anteroom::clock::Clock;
use anteroom::http::secret;
use anteroom::ids::{AccountId, SessionId};
use anteroom::storage::accounts::{self, AccountRole, NewAccount};
use anteroom::storage::sessions::{self, NewSession};
use anteroom::storage::{Database, Store, lines};
use anteroom::time::Wall;
use diesel::RunQueryDsl as _;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore, mpsc};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Seconds of the position stream that are measured, one change of every place in each.
const CHANGES: usize = 20;
/// Handshakes under way at once.
const OPENING: usize = 64;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let count: usize = std::env::var("ANTEROOM_SOCKETS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let folder = tempfile::tempdir().expect("a folder");
    println!("preparing {count} accounts");
    let tokens = prepare(folder.path(), count);
    idle_counsellors(folder.path(), &tokens).await;
    position_stream(folder.path(), count).await;
}

/// Accounts with a log-in each, straight into the database: logging ten thousand people in is
/// another benchmark.
fn prepare(folder: &Path, count: usize) -> Vec<String> {
    let store = Store::open(&Database::Sqlite(folder.join("anteroom.db"))).expect("a database");
    let (clock, mut tokens) = (Clock::system(), Vec::with_capacity(count));
    let mut conn = store.connection().expect("a connection");
    let line = lines::all(&mut conn).expect("lines").remove(0).id;
    diesel::sql_query("UPDATE LINE SET WAITING_MAX = 100000, WAIT_S_MAX = 86400, UNSTAFFED_S = 86400")
        .execute(&mut *conn)
        .expect("the line's limits");
    let (at, never) = (clock.now().wall, Wall(clock.now().wall.0 + 86_400_000_000));
    for n in 0..count {
        let (account, token) = (AccountId(clock.new_id()), secret::draw());
        let new = NewAccount {
            id: account,
            login: format!("counsellor{n}"),
            email: None,
            password_hash: "never logs in".into(),
            name: format!("Counsellor {n}"),
            role: AccountRole::Counsellor,
            approved: true,
            language: "ko".into(),
            capacity: 1,
            lines: vec![(line, 0)],
        };
        accounts::create(&mut conn, &new, "BENCH", at).expect("an account");
        let (id, token_hash) = (SessionId(clock.new_id()), secret::hash(&token));
        sessions::create(&mut conn, &NewSession { id, account, token_hash, expires_at: never }, at).expect("a session");
        tokens.push(token);
    }
    tokens
}

/// The server under test, ended when dropped.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_anteroom"))
            .args(["serve", "--listen", "127.0.0.1:0", "--sockets-per-address-max", "1000000", "--data-dir"])
            .arg(folder)
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let out = BufReader::new(process.stdout.take().expect("its output"));
        let line = out.lines().map_while(Result::ok).find(|line| line.starts_with("listening on "));
        let address = line.expect("it listens").rsplit('/').next().expect("an address").to_owned();
        Self { process, address }
    }

    /// Resident memory in bytes.
    fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("proc");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
        line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).expect("a number") * 1024
    }

    /// Processor time used so far, in seconds. `/proc` counts in hundredths of a second.
    fn cpu_s(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).expect("proc");
        let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
        let ticks = |at: usize| fields[at].parse::<f64>().expect("a number");
        (ticks(11) + ticks(12)) / 100.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn open(url: String, bearer: Option<String>) -> Socket {
    let mut request = url.into_client_request().expect("a request");
    let headers = request.headers_mut();
    headers.insert("sec-websocket-protocol", "anteroom.v1".parse().expect("a header"));
    if let Some(token) = bearer {
        headers.insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    }
    tokio_tungstenite::connect_async(request).await.expect("a socket").0
}

/// Reads frames until one of `kind` comes.
async fn hear(socket: &mut Socket, kind: &str) -> serde_json::Value {
    loop {
        let message = socket.next().await.expect("open").expect("a frame");
        if let Message::Text(text) = message {
            let frame: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            if frame["type"] == kind {
                return frame;
            }
        }
    }
}

async fn idle_counsellors(folder: &Path, tokens: &[String]) {
    let server = Server::start(folder);
    // A few first, so that what the server allocates once is not counted as theirs.
    let warm = tokens.len() / 100 + 1;
    let mut sockets = open_counsellors(&server, &tokens[..warm]).await;
    let before = server.resident();
    sockets.extend(open_counsellors(&server, &tokens[warm..]).await);
    let after = server.resident();
    let each = (after.saturating_sub(before)) as f64 / (tokens.len() - warm) as f64 / 1024.0;
    println!(
        "idle counsellors: {} sockets on one port, server {:.1} MiB resident, {each:.2} KiB a socket",
        sockets.len(),
        after as f64 / 1_048_576.0
    );
}

async fn open_counsellors(server: &Server, tokens: &[String]) -> Vec<Socket> {
    let gate = Arc::new(Semaphore::new(OPENING));
    let opening = tokens.iter().map(|token| {
        let (gate, url, token) = (gate.clone(), format!("ws://{}/ws/counsellor", server.address), token.clone());
        tokio::spawn(async move {
            let _turn = gate.acquire_owned().await.expect("never closed");
            let mut socket = open(url, Some(token)).await;
            hear(&mut socket, "queue").await;
            socket
        })
    });
    let mut sockets = Vec::with_capacity(tokens.len());
    for socket in opening.collect::<Vec<_>>() {
        sockets.push(socket.await.expect("opened"));
    }
    sockets
}

/// What a desk tells the bench: how late it heard of a change, in microseconds.
struct Heard(u64);

async fn position_stream(folder: &Path, count: usize) {
    let server = Server::start(folder);
    let (heard, mut ears) = mpsc::unbounded_channel();
    let started = Instant::now();
    // When the head last gave up, in microseconds since `started`.
    let changed_at = Arc::new(AtomicU64::new(0));
    let leave: Vec<Arc<Notify>> = (0..CHANGES).map(|_| Arc::new(Notify::new())).collect();
    for n in 0..count {
        let mut socket = open(format!("ws://{}/ws/desk", server.address), None).await;
        let ask = format!(r#"{{"type":"request","client_id":"{n}","topic":"GENERAL"}}"#);
        socket.send(Message::text(ask)).await.expect("sent");
        let mut ahead = hear(&mut socket, "waiting").await["ahead"].as_u64().expect("a place");
        let (heard, changed_at, leave) = (heard.clone(), changed_at.clone(), leave.get(n).cloned());
        tokio::spawn(async move {
            loop {
                let leaves = async {
                    match &leave {
                        Some(leave) => leave.notified().await,
                        None => std::future::pending().await,
                    }
                };
                let frame = tokio::select! {
                    () = leaves => {
                        socket.send(Message::text(r#"{"type":"cancel"}"#)).await.expect("sent");
                        // A socket that goes at once may take the frame with it.
                        hear(&mut socket, "closed").await;
                        return;
                    }
                    frame = hear(&mut socket, "waiting") => frame,
                };
                let place = frame["ahead"].as_u64().expect("a place");
                if place < ahead {
                    ahead = place;
                    let now = started.elapsed().as_micros() as u64;
                    let _ = heard.send(Heard(now - changed_at.load(Ordering::Relaxed)));
                }
            }
        });
    }
    println!("position stream: {count} desks wait");
    let (cpu, from) = (server.cpu_s(), Instant::now());
    let mut late = Vec::with_capacity(count * CHANGES);
    for (change, head) in leave.iter().enumerate() {
        changed_at.store(started.elapsed().as_micros() as u64, Ordering::Relaxed);
        let next = tokio::time::Instant::now() + Duration::from_secs(1);
        head.notify_one();
        for _ in 0..count - change - 1 {
            late.push(ears.recv().await.expect("all hear").0);
        }
        tokio::time::sleep_until(next).await;
    }
    let (cpu, took) = (server.cpu_s() - cpu, from.elapsed().as_secs_f64());
    late.sort_unstable();
    let at = |share: f64| late[((late.len() - 1) as f64 * share) as usize] as f64 / 1_000.0;
    println!(
        "position stream: {CHANGES} changes of every place in {took:.1} s, server {:.1} % of a core; \
         a desk hears of a change after p50 {:.0} ms, p99 {:.0} ms, at most {:.0} ms ({} updates)",
        100.0 * cpu / took,
        at(0.5),
        at(0.99),
        at(1.0),
        late.len()
    );
}
