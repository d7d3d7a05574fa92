//! A storm of log-ins against a real server, and what the talks notice of it.
//!
//! Rooms talk at a steady pace, and each message is timed from `say` to the other side's `message`.
//! Rounds without and with 500 log-ins a second (open loop: a late answer does not slow the next
//! request down) alternate in one run, on one machine. Also printed: how the log-ins were
//! answered, and the server's resident memory.
//!
//! `cargo bench --bench storm`. Linux only: it reads /proc.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anteroom::clock::Clock;
use anteroom::http::{passwords, secret};
use anteroom::ids::{AccountId, SessionId};
use anteroom::storage::accounts::{self, AccountRole, NewAccount};
use anteroom::storage::sessions::{self, NewSession};
use anteroom::storage::{Database, Store, lines};
use anteroom::time::Wall;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Rooms that talk.
const ROOMS: usize = 50;
/// Each room says something so often.
const SAY_EVERY: Duration = Duration::from_millis(250);
/// Log-ins a second in a storm.
const LOG_INS: u32 = 500;
/// How long a round lasts.
const ROUND: Duration = Duration::from_secs(8);
/// Rounds of each kind.
const ROUNDS: usize = 4;
const PASSWORD: &str = "one password for the storm";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let tokens = prepare(folder.path());
    let server = Server::start(folder.path());
    let rooms = open_rooms(&server, &tokens).await;
    let (mut quiet, mut storm) = (Vec::new(), Vec::new());
    let answers = Arc::new(Mutex::new(BTreeMap::<u16, u32>::new()));
    let (before, mut most) = (server.resident_kib(), 0);
    let mut rooms = rooms;
    for _ in 0..ROUNDS {
        quiet.extend(talk(&mut rooms).await);
        let thread = {
            let (url, answers) = (server.url.clone(), answers.clone());
            std::thread::spawn(move || log_in_all(&url, &answers))
        };
        storm.extend(talk(&mut rooms).await);
        most = most.max(server.resident_kib());
        thread.join().expect("the storm ends");
    }
    println!("{ROOMS} rooms, a message each {SAY_EVERY:?}; {ROUNDS} rounds of {ROUND:?} of each kind");
    print("without log-ins", &mut quiet);
    print(&format!("with {LOG_INS} log-ins/s"), &mut storm);
    println!("log-ins answered: {:?}", answers.lock().expect("counts"));
    println!("resident: {before} KiB before, {most} KiB at most in the storm");
}

fn print(what: &str, took: &mut [Duration]) {
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    println!(
        "{what}: {} messages, p50 {:?}, p99 {:?}, p99.9 {:?}, max {:?}",
        took.len(),
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    );
}

/// Counsellors with a log-in each, and one account for the storm.
fn prepare(folder: &Path) -> Vec<String> {
    let store = Store::open(&Database::Sqlite(folder.join("anteroom.db"))).expect("a database");
    let (clock, mut tokens) = (Clock::system(), Vec::new());
    let mut conn = store.connection().expect("a connection");
    let line = lines::all(&mut conn).expect("lines").remove(0).id;
    let (at, never) = (clock.now().wall, Wall(clock.now().wall.0 + 86_400_000_000));
    let hash = passwords::hash(PASSWORD).expect("a hash");
    for n in 0..=ROOMS {
        let (account, token) = (AccountId(clock.new_id()), secret::draw());
        let new = NewAccount {
            id: account,
            login: if n == ROOMS { "storm".into() } else { format!("counsellor{n}") },
            email: None,
            password_hash: hash.clone(),
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
    tokens.truncate(ROOMS);
    tokens
}

/// A room with both sides of it.
struct Room {
    desk: Socket,
    counsellor: Socket,
    id: String,
}

async fn open_rooms(server: &Server, tokens: &[String]) -> Vec<Room> {
    let mut rooms = Vec::new();
    for token in tokens {
        let mut counsellor = open(format!("{}/ws/counsellor", server.socket_url()), Some(token)).await;
        hear(&mut counsellor, "state").await;
        say(&mut counsellor, json!({"type": "open"})).await;
        let mut desk = open(format!("{}/ws/desk", server.socket_url()), None).await;
        let client_id = uuid::Uuid::now_v7().to_string();
        say(&mut desk, json!({"type": "request", "client_id": client_id, "topic": "GENERAL"})).await;
        let offer = hear(&mut counsellor, "offer").await;
        say(&mut counsellor, json!({"type": "accept", "offer": offer["offer"]})).await;
        let id = hear(&mut counsellor, "matched").await["room"].as_str().expect("a room").to_owned();
        hear(&mut desk, "matched").await;
        rooms.push(Room { desk, counsellor, id });
    }
    rooms
}

/// All rooms talk for a round; how long each message took to the other side.
async fn talk(rooms: &mut [Room]) -> Vec<Duration> {
    let talks = rooms.iter_mut().enumerate().map(|(nth, room)| async move {
        let mut took = Vec::new();
        let offset = SAY_EVERY * u32::try_from(nth).unwrap_or(0) / u32::try_from(ROOMS).unwrap_or(1);
        let begin = tokio::time::Instant::now() + offset;
        let mut ticks = tokio::time::interval_at(begin, SAY_EVERY);
        while begin.elapsed() < ROUND {
            // A pace that does not wait for the answer: what is late is timed from when it was due.
            let due = ticks.tick().await;
            let client_id = uuid::Uuid::now_v7().to_string();
            let frame = json!({"type": "say", "room": room.id, "client_id": client_id, "body": "안녕하세요, 무엇을 도와드릴까요?"});
            say(&mut room.desk, frame).await;
            hear(&mut room.counsellor, "message").await;
            took.push(due.elapsed());
            hear(&mut room.desk, "accepted").await;
        }
        took
    });
    futures_util::future::join_all(talks).await.into_iter().flatten().collect()
}

/// One round of log-ins at their pace, on a thread of its own.
fn log_in_all(url: &str, answers: &Arc<Mutex<BTreeMap<u16, u32>>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / LOG_INS);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
        let (begin, mut under_way) = (Instant::now(), tokio::task::JoinSet::new());
        while begin.elapsed() < ROUND {
            ticks.tick().await;
            let (client, answers, url) = (client.clone(), answers.clone(), format!("{url}/api/v1/session"));
            under_way.spawn(async move {
                let body = json!({"login": "storm", "password": PASSWORD});
                // From all over town: the limit of one address would end the storm at its door.
                let [.., b, c, d] = rand::random::<u32>().to_be_bytes();
                let request = client.post(url).header("x-forwarded-for", format!("10.{b}.{c}.{d}")).json(&body);
                let status = request.send().await.map_or(0, |answer| answer.status().as_u16());
                *answers.lock().expect("counts").entry(status).or_default() += 1;
            });
        }
        under_way.join_all().await;
    });
}

/// A server process of this build.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_anteroom"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--messages-per-10s-max",
                "100000",
                "--trusted-proxy",
                "127.0.0.1",
            ])
            .arg("--data-dir")
            .arg(folder)
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        let url = out
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
            .expect("it listens");
        Self { child, url }
    }

    fn socket_url(&self) -> String {
        self.url.replacen("http", "ws", 1)
    }

    fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("/proc");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        line.split_whitespace().next().and_then(|kib| kib.parse().ok()).expect("a number")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn open(url: String, bearer: Option<&String>) -> Socket {
    let mut request = url.into_client_request().expect("a request");
    request.headers_mut().insert("sec-websocket-protocol", "anteroom.v1".parse().expect("a header"));
    if let Some(token) = bearer {
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    }
    tokio_tungstenite::connect_async(request).await.expect("a socket").0
}

async fn say(socket: &mut Socket, frame: Value) {
    socket.send(Message::text(frame.to_string())).await.expect("it is sent");
}

async fn hear(socket: &mut Socket, kind: &str) -> Value {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                let frame: Value = serde_json::from_str(&text).expect("JSON");
                if frame["type"] == kind {
                    return frame;
                }
                assert_ne!(frame["type"], "error", "{frame}");
            }
            Some(Ok(_)) => {}
            other => panic!("no {kind}: {other:?}"),
        }
    }
}
