//! One socket of a made person.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::frame::Frame;
use super::ledger::Side;
use super::peer::{Action, Dialect, Read};
use crate::start_error::StartError;

/// What a socket reads at once. Frames are small and sockets many.
const READ_BYTES: usize = 2_048;

/// The ways to the server, or to two nodes of a cluster.
pub struct Ways {
    dialect: Arc<dyn Dialect>,
    counsellors: Door,
    desks: Door,
    /// The addresses we come from, in turn; the system's choice if empty.
    from: Vec<IpAddr>,
    turn: AtomicUsize,
}

/// Where a server listens.
struct Door {
    authority: String,
    address: SocketAddr,
}

pub struct Wire {
    stream: WebSocketStream<TcpStream>,
    dialect: Arc<dyn Dialect>,
    side: Side,
    /// Heard before anything else.
    greeting: Option<Box<Frame>>,
}

/// What a socket brings.
pub enum Heard {
    Frame(Box<Frame>),
    Ended,
}

impl Ways {
    /// Finds the server, which speaks so, and the node to which desks come, if that is another.
    pub async fn to(
        authority: &str,
        desks: Option<&str>,
        from: &[IpAddr],
        dialect: Arc<dyn Dialect>,
    ) -> Result<Self, StartError> {
        let counsellors = Door::find(authority, from).await?;
        let desks = Door::find(desks.unwrap_or(authority), from).await?;
        Ok(Self { dialect, counsellors, desks, from: from.to_vec(), turn: AtomicUsize::new(0) })
    }

    /// Opens a socket. On refusal, what was said.
    pub async fn open(&self, side: Side, bearer: Option<&str>) -> Result<Wire, String> {
        let path = self.dialect.path(side).await?;
        let door = match side {
            Side::Counsellor => &self.counsellors,
            Side::Desk => &self.desks,
        };
        let stream = self.stream(door.address).await.map_err(|error| error.to_string())?;
        let url = format!("ws://{}{path}", door.authority);
        let mut request = url.into_client_request().map_err(|e| e.to_string())?;
        let headers = request.headers_mut();
        if let Some(protocol) = self.dialect.subprotocol() {
            headers.insert("sec-websocket-protocol", HeaderValue::from_static(protocol));
        }
        if let Some(token) = bearer {
            let value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|error| error.to_string())?;
            headers.insert("authorization", value);
        }
        let config = WebSocketConfig::default().read_buffer_size(READ_BYTES).write_buffer_size(0);
        match client_async_with_config(request, stream, Some(config)).await {
            Ok((stream, _)) => {
                Ok(Wire { stream, dialect: self.dialect.clone(), side, greeting: self.dialect.greeting(side) })
            }
            Err(Error::Http(answer)) => Err(answer.status().to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Whether a desk's coming is its request.
    pub fn asks_by_coming(&self) -> bool {
        self.dialect.asks_by_coming()
    }

    async fn stream(&self, to: SocketAddr) -> std::io::Result<TcpStream> {
        let socket = if to.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        if !self.from.is_empty() {
            let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.from.len();
            socket.bind(SocketAddr::new(self.from[turn], 0))?;
        }
        let stream = socket.connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

impl Door {
    async fn find(authority: &str, from: &[IpAddr]) -> Result<Self, StartError> {
        let found = tokio::net::lookup_host(authority).await;
        let mut found = found.map_err(|error| StartError::new(format!("{authority}: {error}")))?;
        let address = found.next().ok_or_else(|| StartError::new(format!("{authority} has no address")))?;
        if let Some(other) = from.iter().find(|from| from.is_ipv4() != address.is_ipv4()) {
            return Err(StartError::new(format!("--from {other} cannot reach {address}; give addresses of its kind")));
        }
        Ok(Self { authority: authority.to_owned(), address })
    }
}

impl Wire {
    /// Does something. To a socket that has ended nothing can be sent; [`Self::next`] tells.
    pub async fn send(&mut self, action: &Action<'_>) {
        if let Some(message) = self.dialect.write(action) {
            let _ = self.stream.send(message).await;
        }
    }

    /// The next frame, or the socket's end.
    pub async fn next(&mut self) -> Heard {
        loop {
            if let Some(greeting) = self.greeting.take() {
                return Heard::Frame(greeting);
            }
            match self.stream.next().await {
                Some(Ok(Message::Close(_))) => {
                    // Our own close frame goes back before the end.
                    let _ = self.stream.flush().await;
                    return Heard::Ended;
                }
                Some(Ok(message)) => match self.dialect.read(self.side, &message) {
                    Read::Frame(frame) => return Heard::Frame(frame),
                    Read::Answer(answer, greeting) => {
                        // Kept first: whoever waits here may turn to something else meanwhile.
                        self.greeting = greeting;
                        let _ = self.stream.send(answer).await;
                    }
                    Read::Nothing => {}
                    Read::Unreadable => return Heard::Ended,
                },
                Some(Err(_)) | None => return Heard::Ended,
            }
        }
    }
}
