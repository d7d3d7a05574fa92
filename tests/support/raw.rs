//! Bytes nobody should send: a client that speaks TCP and makes its own frames.

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use super::PATIENCE;

pub const CONTINUATION: u8 = 0x0;
pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xa;
/// The last or only piece of a message.
pub const FIN: u8 = 0x80;
/// A reserved bit.
pub const RSV1: u8 = 0x40;

/// A TCP connection.
pub struct Raw {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Raw {
    pub async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("an option");
        Self { stream, unread: Vec::new() }
    }

    /// From another of our own addresses, as somebody of another network. `None` if the connection is
    /// not to be had.
    pub async fn from(source: Ipv4Addr, address: SocketAddr) -> Option<Self> {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind((source, 0).into()).expect("an address of our own");
        let stream = socket.connect(address).await.ok()?;
        stream.set_nodelay(true).expect("an option");
        Some(Self { stream, unread: Vec::new() })
    }

    /// Opens a socket at the public desk and hears `welcome`.
    pub async fn desk(address: SocketAddr) -> Self {
        Self::to(address).await.opened().await
    }

    /// The same for someone whose kernel takes hardly anything that was not read.
    pub async fn narrow_desk(address: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("an option");
        let stream = socket.connect(address).await.expect("a connection");
        Self { stream, unread: Vec::new() }.opened().await
    }

    /// Makes the connection a socket at the public desk, and hears `welcome`.
    pub async fn opened(self) -> Self {
        let mut raw = self;
        let head = raw.handshake("/ws/desk", "Sec-WebSocket-Protocol: anteroom.v1\r\n").await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        let welcome = raw.frame().await;
        assert!(matches!(&welcome, Some((TEXT, _))), "{welcome:?}");
        raw
    }

    /// Sends a handshake with more header lines; the answer's head.
    pub async fn handshake(&mut self, path: &str, more: &str) -> String {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: office\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
        );
        self.send(request.as_bytes()).await;
        self.head().await
    }

    /// Sends bytes. That the server has hung up meanwhile is for the reader to find.
    pub async fn send(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).await;
    }

    /// Sends one frame, masked as a client must.
    pub async fn send_frame(&mut self, first: u8, payload: &[u8]) {
        let frame = frame(first, payload);
        self.send(&frame).await;
    }

    /// Sends a text frame.
    pub async fn say(&mut self, value: &Value) {
        self.send_frame(FIN | TEXT, value.to_string().as_bytes()).await;
    }

    /// Reads up to the end of a response's head.
    pub async fn head(&mut self) -> String {
        loop {
            if let Some(end) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                let head: Vec<u8> = self.unread.drain(..end + 4).collect();
                return String::from_utf8_lossy(&head).into_owned();
            }
            if !self.more().await {
                return String::from_utf8_lossy(&self.unread).into_owned();
            }
        }
    }

    /// Reads one response whole; its head.
    pub async fn answer(&mut self) -> String {
        let head = self.head().await;
        let lower = head.to_ascii_lowercase();
        let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        let length: usize = length.unwrap_or_default();
        while self.unread.len() < length && self.more().await {}
        self.unread.drain(..length.min(self.unread.len()));
        head
    }

    /// The next frame: its kind and its payload. `None` at the end of the connection.
    pub async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((kind, from, to)) = whole(&self.unread) {
                let payload = self.unread[from..to].to_vec();
                self.unread.drain(..to);
                return Some((kind, payload));
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// The next text frame.
    pub async fn heard(&mut self) -> Option<Value> {
        while let Some((kind, payload)) = self.frame().await {
            if kind == TEXT {
                return Some(serde_json::from_slice(&payload).expect("JSON"));
            }
        }
        None
    }

    /// Until the server ends the connection: the code of its close frame, if it sent one.
    pub async fn close_code(&mut self) -> Option<u16> {
        let mut code = None;
        while let Some((kind, payload)) = self.frame().await {
            if kind == CLOSE {
                code = code.or(payload.get(..2).map(|two| u16::from_be_bytes([two[0], two[1]])));
            }
        }
        code
    }

    /// Everything up to the end of the connection.
    pub async fn rest(&mut self) -> String {
        while self.more().await {}
        String::from_utf8_lossy(&std::mem::take(&mut self.unread)).into_owned()
    }

    /// Whether the server has ended the connection, without waiting for it.
    pub fn has_ended(&self) -> bool {
        let mut one = [0];
        match self.stream.try_read(&mut one) {
            Ok(count) => count == 0,
            Err(error) => error.kind() != std::io::ErrorKind::WouldBlock,
        }
    }

    async fn more(&mut self) -> bool {
        let mut buffer = [0; 4096];
        let read = timeout(PATIENCE, self.stream.read(&mut buffer)).await;
        let count = read.unwrap_or_else(|_| panic!("the server said nothing for {PATIENCE:?}")).unwrap_or(0);
        self.unread.extend_from_slice(&buffer[..count]);
        count > 0
    }
}

/// A masked frame. `first` holds the kind and the flags.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [7, 77, 177, 27];
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..=125 => frame.push(0x80 | u8::try_from(short).unwrap_or_default()),
        middle @ 126..=0xffff => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(middle).unwrap_or_default().to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// The kind, and from where to where the payload lies, if a whole frame has come.
fn whole(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    let (from, length) = match second & 0x7f {
        126 => (4, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).ok()?),
        short => (2, usize::from(short)),
    };
    (bytes.len() >= from + length).then_some((first & 0x0f, from, from + length))
}
