//! A real Redis: on a free port in a folder of its own, with nothing kept, and ended with the test.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::program::{Program, free_port};

/// A running server.
pub struct Redis {
    program: Program,
    address: SocketAddr,
    password: Option<String>,
}

impl Redis {
    /// Starts one and waits until it answers.
    pub fn start() -> Self {
        Self::start_with(None, &[])
    }

    /// Starts one that wants this password, and waits until it answers.
    pub fn start_with_password(password: &str) -> Self {
        Self::start_with(Some(password.into()), &[])
    }

    /// Starts one that does not know this command, as older ones do not.
    pub fn start_without(command: &str) -> Self {
        Self::start_with(None, &["--rename-command", command, ""])
    }

    fn start_with(password: Option<String>, more: &[&str]) -> Self {
        let address = free_port();
        let port = address.port().to_string();
        let mut arguments = vec!["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no"];
        arguments.extend(more);
        arguments.extend(password.iter().flat_map(|password| ["--requirepass", password]));
        let program = Program::start("redis-server", Program::folder("redis"), &arguments);
        let redis = Self { program, address, password };
        redis.wait();
        redis
    }

    /// Where it listens; a proxy goes before it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, with the password if it wants one.
    pub fn url(&self) -> String {
        self.url_by(self.address)
    }

    /// The same by another way, for example a proxy.
    pub fn url_by(&self, address: SocketAddr) -> String {
        let password = self.password.as_ref().map(|password| format!(":{password}@")).unwrap_or_default();
        format!("redis://{password}{address}")
    }

    /// Ends it without a word. Nothing of what it held is left.
    pub fn kill(&self) {
        self.program.kill();
    }

    /// Starts it again on the same port after [`Self::kill`], and waits until it answers.
    pub fn start_again(&self) {
        self.program.start_again();
        self.wait();
    }

    /// Stops it where it stands: it takes connections, and neither answers nor fails.
    pub fn freeze(&self) {
        self.program.freeze();
    }

    /// Lets it go on after [`Self::freeze`].
    pub fn thaw(&self) {
        self.program.thaw();
    }

    /// Gives it a command of plain words, and says what it answers, as it comes: `+PONG`, `:1`, `-ERR …`. `None`
    /// without an answer within two seconds.
    pub fn command(&self, words: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(2))).ok()?;
        let login = self.password.iter().map(|password| format!("AUTH {password}\r\n")).collect::<String>();
        write!(stream, "{login}{words}\r\nQUIT\r\n").ok()?;
        let mut answers = String::new();
        stream.read_to_string(&mut answers).ok()?;
        let answers = answers.strip_suffix("+OK\r\n")?;
        let answer = if login.is_empty() { answers } else { answers.strip_prefix("+OK\r\n")? };
        Some(answer.trim_end().into())
    }

    fn wait(&self) {
        self.program.wait_until(|| self.command("PING").is_some_and(|answer| answer == "+PONG"));
    }
}
