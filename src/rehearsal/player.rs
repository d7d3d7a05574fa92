//! One end of a socket, as a page has it: says frames, and hears those it waits for.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::header::{AUTHORIZATION, HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// What takes longer than this has failed: on a server that works each is a matter of milliseconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// Most frames kept that nobody has waited for yet.
const KEPT_MAX: usize = 200;
/// Longest answer to a `GET`.
const ANSWER_BYTES_MAX: u64 = 1 << 20;

/// What failed, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct PlayError(String);

impl PlayError {
    pub(super) fn new(words: impl std::fmt::Display) -> Self {
        Self(words.to_string())
    }
}

/// One end of a socket. Dropped, the connection is cut without a close frame.
pub(super) struct Player {
    wire: WebSocketStream<TcpStream>,
    /// For the words of a fault.
    who: &'static str,
    /// Heard, and not waited for yet.
    kept: VecDeque<Value>,
}

impl Player {
    /// Opens a socket at this path of the server and hears `welcome`.
    pub(super) async fn open(
        address: SocketAddr,
        path: &str,
        bearer: Option<&str>,
        who: &'static str,
    ) -> Result<Self, PlayError> {
        let opened = timeout(PATIENCE, handshake(address, path, bearer)).await;
        let refused = |why: &dyn std::fmt::Display| {
            let remedy = "see that nothing keeps the server from connecting to itself there";
            PlayError::new(format_args!("{who} was not let in at {address}: {why}; {remedy}"))
        };
        let wire = match opened {
            Ok(Ok(wire)) => wire,
            Ok(Err(error)) => return Err(refused(&error)),
            Err(_) => return Err(refused(&"there was no answer")),
        };
        let mut player = Self { wire, who, kept: VecDeque::new() };
        player.hear("welcome", |_| true).await?;
        Ok(player)
    }

    /// Sends a frame.
    pub(super) async fn say(&mut self, frame: Value) -> Result<(), PlayError> {
        let sent = timeout(PATIENCE, self.wire.send(Message::text(frame.to_string()))).await;
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.lost(&error.to_string())),
            Err(_) => Err(self.lost("it takes nothing any more")),
        }
    }

    /// The next frame of this type that fits; those of this type before it are passed over. An
    /// `error` meanwhile is a fault.
    pub(super) async fn hear(&mut self, kind: &str, fits: impl Fn(&Value) -> bool) -> Result<Value, PlayError> {
        let waited = timeout(PATIENCE, self.hear_at_last(kind, fits)).await;
        waited.unwrap_or_else(|_| {
            let (who, seconds) = (self.who, PATIENCE.as_secs());
            let remedy = "see whether the machine is overloaded, look at the server's log, and rehearse again";
            Err(PlayError::new(format_args!("{who} heard no fitting `{kind}` within {seconds} s; {remedy}")))
        })
    }

    async fn hear_at_last(&mut self, kind: &str, fits: impl Fn(&Value) -> bool) -> Result<Value, PlayError> {
        while let Some(at) = self.kept.iter().position(|frame| frame["type"] == *kind) {
            match self.kept.remove(at) {
                Some(frame) if fits(&frame) => return Ok(frame),
                _ => {}
            }
        }
        loop {
            let frame = self.next().await?.ok_or_else(|| self.lost("the server closed it"))?;
            if frame["type"] == *kind {
                if fits(&frame) {
                    return Ok(frame);
                }
            } else if frame["type"] == "error" {
                let (code, detail) = (frame["code"].as_str(), frame["detail"].as_str());
                let (code, detail) = (code.unwrap_or_default(), detail.unwrap_or_default());
                return Err(PlayError::new(format_args!("{} was refused with {code}: {detail}", self.who)));
            } else if self.kept.len() < KEPT_MAX {
                self.kept.push_back(frame);
            }
        }
    }

    /// Until the server closes the socket.
    pub(super) async fn hear_close(&mut self) -> Result<(), PlayError> {
        let closed = timeout(PATIENCE, async {
            while self.next().await?.is_some() {}
            Ok(())
        });
        closed.await.unwrap_or_else(|_| Err(PlayError::new(format_args!("{} was not let go of", self.who))))
    }

    /// The next frame; `None` once the server closes the socket.
    async fn next(&mut self) -> Result<Option<Value>, PlayError> {
        loop {
            match self.wire.next().await {
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str(text.as_str());
                    return frame.map(Some).map_err(|error| self.lost(&format!("a frame was not readable: {error}")));
                }
                Some(Ok(Message::Close(_))) | None => return Ok(None),
                // Pings are answered below us.
                Some(Ok(_)) => {}
                Some(Err(Error::ConnectionClosed)) => return Ok(None),
                Some(Err(error)) => return Err(self.lost(&error.to_string())),
            }
        }
    }

    fn lost(&self, why: &str) -> PlayError {
        let remedy = "look at the server's log, and rehearse again";
        PlayError::new(format_args!("the connection of {} was lost: {why}; {remedy}", self.who))
    }
}

async fn handshake(address: SocketAddr, path: &str, bearer: Option<&str>) -> Result<WebSocketStream<TcpStream>, Error> {
    let mut request = format!("ws://{address}{path}").into_client_request()?;
    let headers = request.headers_mut();
    headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static("anteroom.v1"));
    if let Some(token) = bearer {
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}"))?);
    }
    let stream = TcpStream::connect(address).await?;
    Ok(client_async(request, stream).await?.0)
}

/// What the server answers to a `GET` of this path: one request on a connection of its own, so the
/// answer ends where the connection does.
pub(super) async fn get(address: SocketAddr, path: &str, bearer: &str) -> Result<Value, PlayError> {
    let unread = |why: &dyn std::fmt::Display| {
        PlayError::new(format_args!("{path} was not read: {why}; look at the server's log, and rehearse again"))
    };
    let asked = timeout(PATIENCE, async {
        let mut stream = TcpStream::connect(address).await?;
        // HTTP/1.0: the answer comes whole, in no chunks.
        let head = format!("GET {path} HTTP/1.0\r\nhost: {address}\r\nauthorization: Bearer {bearer}\r\n\r\n");
        stream.write_all(head.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer).into_owned())
    });
    let answer = asked.await.map_err(|_| unread(&"there was no answer"))?.map_err(|error| unread(&error))?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| unread(&"the answer is not whole"))?;
    let status = head.split_whitespace().nth(1).unwrap_or_default();
    if status != "200" {
        return Err(unread(&format_args!("the answer is {status}")));
    }
    serde_json::from_str(body).map_err(|error| unread(&error))
}
