//! What was mailed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{PATIENCE, Server, until};

/// A mail, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub body: String,
}

impl Mail {
    /// Of the text as it went over the wire.
    pub fn parse(raw: &str) -> Self {
        let raw = raw.replace("\r\n", "\n");
        let (head, body) = raw.split_once("\n\n").expect("a head and a body");
        let head = head.replace("\n ", " ");
        let field = |name: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.unwrap_or_default().to_owned()
        };
        let body = if field("Content-Transfer-Encoding") == "base64" {
            let text: String = body.split_whitespace().collect();
            String::from_utf8(STANDARD.decode(text).expect("base64")).expect("UTF-8").replace("\r\n", "\n")
        } else {
            body.to_owned()
        };
        Self { to: field("To"), subject: words(&field("Subject")), body }
    }

    /// The token of the link in it that leads to `page`.
    pub fn token(&self, page: &str) -> String {
        let (_, rest) = self.body.split_once(&format!("{page}#")).unwrap_or_else(|| panic!("no {page} in {self:?}"));
        rest.split_whitespace().next().expect("a token").to_owned()
    }
}

/// The words of a header, which may be encoded (RFC 2047).
fn words(field: &str) -> String {
    let (mut words, mut was_encoded) = (String::new(), false);
    for word in field.split(' ') {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
        // White space between two encoded words is not part of the text.
        let goes_on = words.is_empty() || (was_encoded && encoded.is_some());
        if !goes_on {
            words.push(' ');
        }
        was_encoded = encoded.is_some();
        match encoded {
            Some(encoded) => words.push_str(&String::from_utf8_lossy(&STANDARD.decode(encoded).expect("base64"))),
            None => words.push_str(word),
        }
    }
    words
}

/// Everything that a server without a mail server has written, the oldest first.
pub fn mailed(server: &Server) -> Vec<Mail> {
    let Ok(folder) = std::fs::read_dir(server.data_dir().join("mail")) else { return Vec::new() };
    let mut files: Vec<_> = folder.filter_map(|file| Some(file.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|kind| kind == "eml"));
    files.retain(|path| !path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')));
    files.sort();
    files.iter().map(|path| Mail::parse(&std::fs::read_to_string(path).expect("a mail"))).collect()
}

/// Until the `nth` mail (from 0) to this address is there.
pub async fn mail_to(server: &Server, address: &str, nth: usize) -> Mail {
    until(&format!("mail {nth} to {address}"), || async {
        mailed(server).into_iter().filter(|mail| mail.to == address).nth(nth)
    })
    .await
}

/// A mail server; ends when dropped.
pub struct Smtp {
    child: Child,
    lines: Receiver<String>,
    pub port: u16,
}

impl Smtp {
    /// On this port (0: a free one). `manner`: `accept` or `refuse`.
    pub fn start(port: u16, manner: &str) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/smtp.mjs");
        let mut child = Command::new("node")
            .args([script, &port.to_string(), manner])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node runs; web/node_modules is installed");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let ready = lines.recv_timeout(PATIENCE).expect("the mail server starts; run npm ci in web");
        let port = ready.strip_prefix("ready ").and_then(|port| port.parse().ok()).expect("its port");
        Self { child, lines, port }
    }

    /// How a server of ours is told of it.
    pub fn url(&self) -> String {
        format!("smtp://anteroom:p%40ss%20word@127.0.0.1:{}", self.port)
    }

    /// The next mail, as the server got it.
    pub async fn received(&mut self) -> Value {
        let give_up = Instant::now() + PATIENCE;
        loop {
            if let Ok(line) = self.lines.try_recv() {
                return serde_json::from_str(&line).expect("JSON");
            }
            assert!(Instant::now() < give_up, "no mail within {PATIENCE:?}");
            // The pace of asking.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
