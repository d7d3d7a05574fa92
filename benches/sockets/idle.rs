//! Memory of an idle counsellor's socket: resident growth of the server over as many sockets.
//!
//! A process may have so many files open, so beyond [`A_PROCESS`] sockets there are several servers on
//! the one port, each with a copy of the same database, and the kernel deals the connections out. The
//! product is not run so: what is measured is a socket's memory, which is the same.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anteroom::config::{Cli, Command as Asked};
use anteroom::server;
use clap::Parser as _;
use socket2::{Domain, Socket as RawSocket, Type};
use tokio::sync::Semaphore;

use super::server::{OPTIONS, Server, hear, logins, open, staff};

/// Most sockets of one process.
const A_PROCESS: usize = 15_000;
/// How many sockets are counted, as far as wanted.
const RUNGS: [usize; 4] = [1_000, 10_000, 100_000, 200_000];
/// Handshakes under way at once.
const OPENING: usize = 64;

pub fn measure(count: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let office = folder.path().join("0");
    std::fs::create_dir(&office).expect("a folder");
    let tokens = staff(&office, &logins(count), "never logs in");
    let file = folder.path().join("tokens");
    std::fs::write(&file, tokens.join("\n")).expect("the tokens");
    let servers = servers(folder.path(), count.div_ceil(A_PROCESS));
    let address = &servers[0].url["http://".len()..];
    let resident_kib = || servers.iter().map(Server::resident_kib).sum::<u64>();
    // A few first, so that what a server allocates once is not counted as theirs.
    let warm = (count / 100 + 1).max(100 * servers.len());
    let mut people = vec![People::come(address, &file, 0, warm)];
    let (before, mut known) = (resident_kib(), warm);
    for rung in RUNGS.into_iter().filter(|rung| *rung < count && *rung > warm).chain([count]) {
        while known < rung {
            let next = rung.min(known + A_PROCESS);
            people.push(People::come(address, &file, known, next));
            known = next;
        }
        let now = resident_kib();
        let each = now.saturating_sub(before) as f64 / (known - warm) as f64;
        println!(
            "idle: {known} counsellors on one port, {} server processes, {:.1} MiB resident, {each:.2} KiB a socket",
            servers.len(),
            now as f64 / 1024.0
        );
        super::figure("memory of an idle socket, KiB", known, each);
    }
}

/// So many on one port, the first one's database copied for the others.
fn servers(folder: &Path, count: usize) -> Vec<Server> {
    let program = std::env::current_exe().expect("this program");
    let start = |nth: usize, port: &str| {
        let own = folder.join(nth.to_string());
        Server::run(Command::new(&program).args(["serve-shared", port]).args(OPTIONS).arg("--data-dir").arg(own))
    };
    for nth in 1..count {
        let copy = folder.join(nth.to_string());
        std::fs::create_dir(&copy).expect("a folder");
        for file in std::fs::read_dir(folder.join("0")).expect("a folder").map_while(Result::ok) {
            std::fs::copy(file.path(), copy.join(file.file_name())).expect("a copy");
        }
    }
    let first = start(0, "0");
    let port = first.url.rsplit(':').next().expect("a port").to_owned();
    let others: Vec<Server> = (1..count).map(|nth| start(nth, &port)).collect();
    std::iter::once(first).chain(others).collect()
}

/// The process of such a server: what `anteroom serve` does, on a port that others have, too.
pub fn serve_shared(arguments: &[String]) {
    let port: u16 = arguments[0].parse().expect("a port");
    let words = ["anteroom", "serve"].into_iter().map(str::to_owned).chain(arguments[1..].iter().cloned());
    let Asked::Serve(options) = Cli::parse_from(words).command else { unreachable!("serve was asked for") };
    let socket = RawSocket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_reuse_port(true).expect("an option");
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into()).expect("the port");
    socket.listen(4096).expect("it listens");
    socket.set_nonblocking(true).expect("an option");
    let served = actix_web::rt::System::new().block_on(server::run(
        &options,
        TcpListener::from(socket),
        std::future::pending::<()>(),
    ));
    served.expect("a server");
}

/// A process with many counsellors, who are there until it is dropped.
struct People(Child);

impl People {
    /// Those with the tokens in `file` from one line to another.
    fn come(address: &str, file: &Path, from: usize, to: usize) -> Self {
        // Each process comes from an address of its own: one has 28,000 ports.
        let source = Ipv4Addr::new(127, 0, 1, u8::try_from(from / A_PROCESS + 1).expect("few processes"));
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .arg("sit")
            .args([address, &source.to_string(), &file.to_string_lossy(), &from.to_string(), &to.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let mut said = BufReader::new(child.stdout.take().expect("its output")).lines();
        let here = said.next().and_then(Result::ok);
        assert_eq!(here.as_deref(), Some("here"), "not all of them could come");
        Self(child)
    }
}

impl Drop for People {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the process of such people does.
pub async fn sit(arguments: &[String]) {
    let [address, source, file, from, to] = arguments else { panic!("five words are needed") };
    let address: SocketAddr = address.parse().expect("an address");
    let source: IpAddr = source.parse().expect("an address");
    let (from, to): (usize, usize) = (from.parse().expect("a number"), to.parse().expect("a number"));
    let tokens = std::fs::read_to_string(file).expect("the tokens");
    let gate = Arc::new(Semaphore::new(OPENING));
    let coming: Vec<_> = tokens
        .lines()
        .skip(from)
        .take(to - from)
        .map(str::to_owned)
        .map(|token| {
            let gate = gate.clone();
            tokio::spawn(async move {
                let _turn = gate.acquire_owned().await.expect("never closed");
                let mut socket = open(address, Some(source), "/ws/counsellor", Some(&token)).await;
                hear(&mut socket, "queue").await;
                socket
            })
        })
        .collect();
    let mut sockets = Vec::with_capacity(coming.len());
    for one in coming {
        sockets.push(one.await.expect("here"));
    }
    println!("here");
    for mut socket in sockets {
        // Pings are answered as they are read.
        tokio::spawn(async move { while let Some(Ok(_)) = futures_util::StreamExt::next(&mut socket).await {} });
    }
    // Until whoever started this ends.
    let _ = tokio::task::spawn_blocking(|| std::io::stdin().read(&mut [0])).await;
}
