//! A real Redis: on a free port, with nothing kept, and ended with the test process, however that ends: a
//! shell that watches its standard input sees to it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::support::PATIENCE;

const SCRIPT: &str = r#"
run() { redis-server --bind 127.0.0.1 --port "$PORT" --save "" --appendonly no > /dev/null 2>&1 < /dev/null & pid=$!; }
run
while read -r order; do
    case $order in
        kill) kill -9 "$pid"; wait "$pid" ;;
        start) run ;;
    esac
    echo done
done
kill -9 "$pid" 2> /dev/null; wait "$pid"
"#;

/// A running server.
pub struct Redis {
    shell: Mutex<Child>,
    address: SocketAddr,
}

impl Redis {
    /// Starts one and waits until it answers.
    pub fn start() -> Self {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT]).env("PORT", address.port().to_string()).current_dir("/");
        let shell = shell
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the shell that runs Redis");
        let redis = Self { shell: Mutex::new(shell), address };
        redis.wait();
        redis
    }

    /// Where it listens; a proxy goes before it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it without a word. Nothing of what it held is left.
    pub fn kill(&self) {
        self.order("kill");
    }

    /// Starts it again on the same port after [`Self::kill`], and waits until it answers.
    pub fn start_again(&self) {
        self.order("start");
        self.wait();
    }

    /// Gives it a command of plain words, and says what it answers, as it comes.
    pub fn command(&self, words: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
        write!(stream, "{words}\r\nQUIT\r\n").ok()?;
        let mut answers = String::new();
        stream.read_to_string(&mut answers).ok()?;
        Some(answers.strip_suffix("+OK\r\n")?.trim_end().into())
    }

    fn order(&self, order: &str) {
        let mut shell = self.shell.lock().unwrap();
        writeln!(shell.stdin.as_mut().expect("a pipe"), "{order}").expect("the shell listens");
        // Only then is it so.
        let mut done = [0; b"done\n".len()];
        shell.stdout.as_mut().expect("a pipe").read_exact(&mut done).expect("the shell answers");
    }

    fn wait(&self) {
        let give_up = Instant::now() + PATIENCE;
        while self.command("PING").is_none_or(|answer| answer != "+PONG") {
            assert!(Instant::now() < give_up, "redis-server does not answer; is it in PATH?");
            // The pace of asking, not a wait: the condition decides.
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        if let Ok(shell) = self.shell.get_mut() {
            drop(shell.stdin.take());
            let _ = shell.wait();
        }
    }
}
