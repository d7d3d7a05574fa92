//! A real PostgreSQL: started once for the test process on a free port in a folder of its own, and
//! ended with it, however the process ends: a shell that watches its standard input does both.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use anteroom::storage::{AnyConnection, Database, connect};
use diesel::connection::SimpleConnection;
use url::Url;

use super::program::somebody_else;

const SCRIPT: &str = r#"
umask 077; mkdir "$DIR" || exit 1
if [ -n "$PRIMARY" ]; then
    "$BIN/pg_basebackup" -h 127.0.0.1 -p "$PRIMARY" -U anteroom -D "$DIR/data" -R -X stream -c fast --no-sync \
        > "$DIR/initdb.log" 2>&1 || exit 1
else
    "$BIN/initdb" -D "$DIR/data" -U anteroom -A trust -E UTF8 --locale=C --no-sync > "$DIR/initdb.log" 2>&1 || exit 1
fi
# A node takes 13 connections, and tests of three nodes run side by side.
run() {
    "$BIN/postgres" -D "$DIR/data" -p "$PORT" -k "$DIR" -c listen_addresses=127.0.0.1 -c fsync=off \
        -c max_connections=1000 -c shared_buffers=32MB >> "$DIR/log" 2>&1 &
    pid=$!
}
# With its children, who do the work. The list of them is whole only while it stands still itself: so it is the
# first to stop and the last to go on.
children() { cat "/proc/$pid/task/$pid/children" 2> /dev/null; }
stop() {
    kill -STOP "$1" 2> /dev/null
    while [ -e "/proc/$1" ] && ! grep -q '^State:.[TZ]' "/proc/$1/status"; do :; done
}
freeze() {
    stop "$pid"
    for child in $(children); do stop "$child"; done
}
thaw() {
    for child in $(children); do kill -CONT "$child" 2> /dev/null; done
    kill -CONT "$pid" 2> /dev/null
}
run
while read -r order; do
    case $order in
        kill) kill -9 "$pid"; wait "$pid" ;;
        freeze) freeze ;;
        thaw) thaw ;;
        # The killed server's children may hold its memory for a moment.
        start) while :; do run; sleep 0.3; kill -0 "$pid" 2> /dev/null && break; wait "$pid"; done ;;
    esac
    echo done
done
thaw; kill -INT "$pid" 2> /dev/null; wait "$pid"
rm -rf "$DIR"
"#;

/// A running server.
pub struct Server {
    shell: Mutex<Child>,
    port: u16,
}

impl Server {
    /// Starts one and waits until it answers.
    pub fn start() -> Self {
        Self::start_from(None)
    }

    /// Starts a streaming replica of this server and waits until it answers.
    pub fn replica(&self) -> Self {
        Self::start_from(Some(self.port))
    }

    /// The database of this name, on this server.
    pub fn database(&self, name: &str) -> Database {
        self.url(name)
    }

    fn start_from(primary: Option<u16>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let port = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("anteroom-pg-{}-{count}", std::process::id()));
        let [first, rest @ ..] = somebody_else() else { panic!("a command") };
        let shell = Command::new(first)
            .args(rest)
            .args(["sh", "-c", SCRIPT])
            .env("BIN", programs())
            .env("DIR", &folder)
            .env("PORT", port.to_string())
            .env("PRIMARY", primary.map(|port| port.to_string()).unwrap_or_default())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the shell that runs PostgreSQL");
        let server = Self { shell: Mutex::new(shell), port };
        server.wait();
        server
    }

    /// The URL of a new, empty database.
    pub fn fresh_database(&self) -> Database {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let mut conn = self.admin().expect("PostgreSQL answers");
        conn.batch_execute(&format!("CREATE DATABASE {name}")).expect("a new database");
        self.url(&name)
    }

    /// Kills it as a power cut would.
    pub fn kill(&self) {
        self.order("kill");
    }

    /// Starts it again after [`Self::kill`] and waits until it answers.
    pub fn start_again(&self) {
        self.order("start");
        self.wait();
    }

    /// Stops it and all its processes where they stand: it neither answers nor fails.
    pub fn freeze(&self) {
        self.order("freeze");
    }

    /// Lets it go on after [`Self::freeze`].
    pub fn thaw(&self) {
        self.order("thaw");
    }

    /// Where it listens on this machine.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Any statement, on a database of this server.
    pub fn execute(&self, database: &str, sql: &str) {
        connect(&self.url(database)).expect("PostgreSQL answers").batch_execute(sql).expect("PostgreSQL obeys");
    }

    fn url(&self, name: &str) -> Database {
        format!("postgres://anteroom@127.0.0.1:{}/{name}", self.port).parse().expect("a URL")
    }

    fn admin(&self) -> diesel::ConnectionResult<AnyConnection> {
        connect(&self.url("postgres"))
    }

    fn order(&self, order: &str) {
        let mut shell = self.shell.lock().unwrap();
        writeln!(shell.stdin.as_mut().expect("a pipe"), "{order}").expect("the shell listens");
        // Only then is it so.
        let mut done = [0; b"done\n".len()];
        shell.stdout.as_mut().expect("a pipe").read_exact(&mut done).expect("the shell answers");
    }

    fn wait(&self) {
        let patience = Instant::now() + Duration::from_secs(60);
        while let Err(error) = self.admin() {
            assert!(Instant::now() < patience, "PostgreSQL does not start: {error}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut shell = self.shell.lock().unwrap();
        drop(shell.stdin.take());
        let _ = shell.wait();
    }
}

/// An empty database on the server all tests share.
pub fn fresh_database() -> Database {
    static SHARED: OnceLock<Server> = OnceLock::new();
    SHARED.get_or_init(Server::start).fresh_database()
}

/// Where a PostgreSQL listens.
pub fn address_of(database: &Database) -> SocketAddr {
    let url = url_of(database);
    ([127, 0, 0, 1], url.port().expect("a port")).into()
}

/// The same database by another way: a proxy, a pooler.
pub fn by_way_of(address: SocketAddr, database: &Database) -> Database {
    let mut url = url_of(database);
    url.set_port(Some(address.port())).expect("a port");
    url.as_str().parse().expect("a URL")
}

fn url_of(database: &Database) -> Url {
    match database {
        Database::Postgres(url) => url.parse().expect("a URL"),
        Database::Sqlite(path) => panic!("not PostgreSQL: {}", path.display()),
    }
}

fn programs() -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["17", "16", "15", "14"].map(|version| format!("/usr/lib/postgresql/{version}/bin").into()))
        .find(|folder| ["initdb", "postgres", "pg_basebackup"].iter().all(|program| folder.join(program).exists()))
        .expect("initdb, postgres and pg_basebackup in PATH or /usr/lib/postgresql: these tests need a real PostgreSQL")
        .to_string_lossy()
        .into_owned()
}
