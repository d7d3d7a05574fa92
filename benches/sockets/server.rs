//! A real server process on a database of its own, and the sockets of those who come to it.

use std::io::{BufRead as _, BufReader};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anteroom::clock::Clock;
use anteroom::http::gate::secret;
use anteroom::ids::{AccountId, SessionId};
use anteroom::storage::centre::lines;
use anteroom::storage::people::accounts::{self, AccountRole, NewAccount};
use anteroom::storage::people::sessions::{self, Made, NewSession};
use anteroom::storage::{Database, Store};
use anteroom::time::Wall;
use diesel::RunQueryDsl as _;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

pub type Socket = WebSocketStream<TcpStream>;

/// One counsellor of each login, with this hash of a password, and a log-in each, straight into the
/// database: logging ten thousand people in is another benchmark. Their session tokens.
pub fn staff(folder: &Path, logins: &[String], password_hash: &str) -> Vec<String> {
    let store = Store::open(&Database::Sqlite(folder.join("anteroom.db"))).expect("a database");
    let (clock, mut tokens) = (Clock::system(), Vec::with_capacity(logins.len()));
    let mut conn = store.connection().expect("a connection");
    let line = lines::all(&mut conn).expect("lines").remove(0).id;
    diesel::sql_query("UPDATE LINE SET WAITING_MAX = 100000, WAIT_S_MAX = 86400, UNSTAFFED_S = 86400")
        .execute(&mut *conn)
        .expect("the line's limits");
    let (at, never) = (clock.now().wall, Wall(clock.now().wall.0 + 86_400_000_000));
    let made = conn.write::<_, diesel::result::Error>(|conn| {
        for login in logins {
            let (account, token) = (AccountId(clock.new_id()), secret::draw());
            let new = NewAccount {
                id: account,
                login: login.clone(),
                email: None,
                password_hash: password_hash.to_owned(),
                name: login.clone(),
                role: AccountRole::Counsellor,
                approved: true,
                language: "ko".into(),
                capacity: 1,
                lines: vec![(line, 0)],
                all_lines: false,
            };
            accounts::create_within(conn, &new, "BENCH", at)?;
            let (id, token_hash) = (SessionId(clock.new_id()), secret::hash(&token));
            let new = NewSession { id, account, token_hash, expires_at: never, made: Made::default() };
            sessions::create(conn, &new, at)?;
            tokens.push(token);
        }
        Ok(())
    });
    made.expect("accounts");
    tokens
}

/// `count` logins.
pub fn logins(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("counsellor{n}")).collect()
}

/// How it is started. Limits that keep one person from being many stand in the way of one program
/// being many people.
pub const OPTIONS: [&str; 14] = [
    "--listen",
    "127.0.0.1:0",
    "--trusted-proxy",
    "127.0.0.1",
    "--sockets-per-address-max",
    "1000000",
    "--messages-per-10s-max",
    "1000000",
    "--requests-per-10s-max",
    "1000000",
    "--asks-per-min-max",
    "1000000",
    "--waiting-per-address-max",
    "1000000",
];

/// A server process of this build, ended when dropped.
pub struct Server {
    child: Child,
    /// `http://HOST:PORT`
    pub url: String,
}

impl Server {
    pub fn start(folder: &Path) -> Self {
        Self::run(Command::new(env!("CARGO_BIN_EXE_anteroom")).arg("serve").args(OPTIONS).arg("--data-dir").arg(folder))
    }

    /// One that `command` is, once it says where it listens.
    pub fn run(command: &mut Command) -> Self {
        let mut child = command.env("RUST_LOG", "warn").stdout(Stdio::piped()).spawn().expect("the server starts");
        let out = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let said = out.filter_map(|line| line.strip_prefix("listening on ").map(str::to_owned)).next();
        Self { child, url: said.expect("it listens") }
    }

    /// Resident memory in KiB.
    pub fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("/proc");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
        line.split_whitespace().next().and_then(|kib| kib.parse().ok()).expect("a number")
    }

    /// Processor time used so far, in seconds. `/proc` counts in hundredths of a second.
    pub fn cpu_s(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("/proc");
        let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
        let ticks = |at: usize| fields[at].parse::<f64>().expect("a number");
        (ticks(11) + ticks(12)) / 100.0
    }

    pub async fn desk(&self) -> Socket {
        self.open("/ws/desk", None).await
    }

    /// A counsellor who has opened.
    pub async fn counsellor(&self, token: &str) -> Socket {
        let mut socket = self.open("/ws/counsellor", Some(token)).await;
        hear(&mut socket, "state").await;
        say(&mut socket, json!({"type": "open"})).await;
        hear(&mut socket, "state").await;
        socket
    }

    async fn open(&self, path: &str, bearer: Option<&str>) -> Socket {
        let address = self.url.strip_prefix("http://").and_then(|address| address.parse().ok());
        open(address.expect("an address"), None, path, bearer).await
    }

    /// A room between a desk that comes and this counsellor, who is open.
    pub async fn room(&self, mut counsellor: Socket) -> Room {
        let mut desk = self.desk().await;
        ask(&mut desk).await;
        let offer = hear(&mut counsellor, "offer").await;
        say(&mut counsellor, json!({"type": "accept", "offer": offer["offer"]})).await;
        let id = text(&hear(&mut counsellor, "matched").await, "room");
        let token = text(&hear(&mut desk, "matched").await, "resume");
        Room { desk, counsellor, id, token }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A room with both sides of it.
pub struct Room {
    pub desk: Socket,
    pub counsellor: Socket,
    pub id: String,
    /// With which the desk comes back.
    pub token: String,
}

/// A socket to `address`, from here or from another address of this machine.
pub async fn open(address: SocketAddr, from: Option<IpAddr>, path: &str, bearer: Option<&str>) -> Socket {
    let mut request = format!("ws://{address}{path}").into_client_request().expect("a request");
    let headers = request.headers_mut();
    headers.insert("sec-websocket-protocol", "anteroom.v1".parse().expect("a header"));
    if let Some(token) = bearer {
        headers.insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    }
    let socket = TcpSocket::new_v4().expect("a socket");
    if let Some(from) = from {
        socket.bind(SocketAddr::new(from, 0)).expect("an address of this machine");
    }
    let stream = socket.connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("an option");
    // Frames are small and sockets many.
    let config = WebSocketConfig::default().read_buffer_size(2_048).write_buffer_size(0);
    client_async_with_config(request, stream, Some(config)).await.expect("a socket").0
}

pub async fn ask(desk: &mut Socket) {
    let client_id = uuid::Uuid::now_v7().to_string();
    say(desk, json!({"type": "request", "client_id": client_id, "topic": "GENERAL"})).await;
}

pub async fn say(socket: &mut Socket, frame: Value) {
    socket.send(Message::text(frame.to_string())).await.expect("it is sent");
}

/// Reads frames until one of `kind` comes.
pub async fn hear(socket: &mut Socket, kind: &str) -> Value {
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

pub fn text(frame: &Value, field: &str) -> String {
    frame[field].as_str().unwrap_or_else(|| panic!("no {field} in {frame}")).to_owned()
}
