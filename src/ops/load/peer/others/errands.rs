//! The request a peer may want before a socket.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Client;
use serde_json::Value;

use crate::start_error::StartError;

/// A request over HTTP before a socket is opened.
pub struct Errand {
    /// Where it is posted.
    pub path: &'static str,
    /// What is posted.
    pub body: Value,
}

/// Who runs errands: a client for each address we come from.
pub struct Errands {
    to: String,
    clients: Vec<Client>,
    turn: AtomicUsize,
}

impl Errands {
    /// To the server at `HOST:PORT`, from these addresses by turns; from wherever the system says if
    /// there are none.
    pub fn to(authority: &str, from: &[IpAddr]) -> Result<Self, StartError> {
        let from = if from.is_empty() { vec![None] } else { from.iter().copied().map(Some).collect() };
        // Everybody comes over a connection of their own.
        let client = |from| Client::builder().no_proxy().pool_max_idle_per_host(0).local_address(from).build();
        let clients = from.into_iter().map(client).collect::<Result<_, _>>().map_err(StartError::new)?;
        Ok(Self { to: format!("http://{authority}"), clients, turn: AtomicUsize::new(0) })
    }

    /// Posts it, and reads what comes back. On refusal, what was said.
    pub async fn run(&self, Errand { path, body }: &Errand) -> Result<Value, String> {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.clients.len();
        let request = self.clients[turn].post(format!("{}{path}", self.to)).json(body);
        let answer = request.send().await.and_then(reqwest::Response::error_for_status);
        answer.map_err(|error| error.to_string())?.json().await.map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// What is brought from a server that answers so.
    async fn brought(answer: &'static str) -> Result<Value, String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let errands = Errands::to(&listener.local_addr().unwrap().to_string(), &[]).unwrap();
        let serving = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = String::new();
            while !asked.ends_with("{}") {
                let mut piece = [0; 512];
                let read = stream.read(&mut piece).await.unwrap();
                asked.push_str(std::str::from_utf8(&piece[..read]).unwrap());
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
            asked
        });
        let brought = errands.run(&Errand { path: "/seat", body: json!({}) }).await;
        assert!(serving.await.unwrap().starts_with("POST /seat HTTP/1.1"));
        brought
    }

    #[tokio::test]
    async fn an_errand_brings_json_or_what_was_said_instead() {
        let whole = brought("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{\"a\": 1}\r\n0\r\n\r\n").await;
        assert_eq!(whole, Ok(json!({ "a": 1 })));
        let refused = brought("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await;
        assert!(refused.is_err_and(|why| why.contains("404")));
        assert!(brought("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n<html>").await.is_err());
    }
}
