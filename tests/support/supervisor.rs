//! A manager at a room: watching, or among the members.

use std::ops::{Deref, DerefMut};

use serde_json::{Value, json};

use super::office::PASSWORD;
use super::people::{accepted, bearer, open, say, text};
use super::socket::handshake;
use super::{Server, Socket, new_id};

/// A manager, logged in.
pub struct Supervisor {
    socket: Socket,
    name: String,
    pub session: String,
    pub room: String,
    pub you: String,
}

impl Supervisor {
    /// Logs in and watches a room.
    pub async fn at(server: &Server, login: &str, room: &str) -> Self {
        let session = server.http().log_in(login, PASSWORD).await;
        Self::with_session(server, login, &session, room).await
    }

    /// The same for somebody who has logged in before.
    pub async fn with_session(server: &Server, login: &str, session: &str, room: &str) -> Self {
        let mut socket = Self::socket(server, login, session, room).await;
        let seated = socket.expect("seated").await;
        assert_eq!(seated["room"], *room);
        let [name, session, room] = [login, session, room].map(str::to_owned);
        Self { socket, name, session, room, you: text(&seated, "you") }
    }

    async fn socket(server: &Server, login: &str, session: &str, room: &str) -> Socket {
        let mut socket = Socket::over(open(&url(server, room), &[bearer(session)]).await, login);
        server.ledger().supervisor(login, &socket);
        socket.expect("welcome").await;
        socket
    }

    /// With which status the room's door is shut to this log-in.
    pub async fn refused(server: &Server, session: &str, room: &str) -> Option<u16> {
        let headers = [bearer(session), ("sec-websocket-protocol", "anteroom.v1".into())];
        handshake(&url(server, room), &headers).await.err()
    }

    /// Opens another socket to the same room; the older one is returned. What it is told of its seat.
    pub async fn another_tab(&mut self, server: &Server) -> (Socket, Value) {
        let mut socket = Self::socket(server, &self.name, &self.session, &self.room).await;
        let seated = socket.expect("seated").await;
        self.you = text(&seated, "you");
        (std::mem::replace(&mut self.socket, socket), seated)
    }

    /// Comes back after a drop; what it is told of its seat.
    pub async fn come_back(&mut self, server: &Server) -> Value {
        self.vanish();
        self.another_tab(server).await.1
    }

    /// Goes on watching in another room.
    pub async fn goes_to(&mut self, server: &Server, room: &str) -> Value {
        room.clone_into(&mut self.room);
        self.another_tab(server).await.1
    }

    /// Becomes a member.
    pub async fn joins(&mut self) -> Value {
        self.send(json!({"type": "join", "room": self.room}));
        self.expect_where("seated", |seated| seated["watching"] == false).await
    }

    /// Watches again.
    pub async fn leaves(&mut self) -> Value {
        self.send(json!({"type": "leave", "room": self.room}));
        self.expect_where("seated", |seated| seated["watching"] == true).await
    }

    pub fn whisper(&self, body: &str) -> String {
        whisper(&self.socket, &self.room, body)
    }

    /// Whispers and waits for the receipt.
    pub async fn whispered(&mut self, body: &str) -> Value {
        let client_id = self.whisper(body);
        self.expect_where("whispered", |receipt| receipt["client_id"] == *client_id).await
    }

    pub fn say(&self, body: &str) -> String {
        say(&self.socket, &self.room, body)
    }

    pub async fn said(&mut self, body: &str) -> u32 {
        let client_id = self.say(body);
        accepted(&mut self.socket, &client_id).await
    }

    pub fn end(&self) {
        self.send(json!({"type": "end", "room": self.room}));
    }
}

/// Whispers in a room; the `client_id`.
pub fn whisper(socket: &Socket, room: &str, body: &str) -> String {
    let client_id = new_id();
    socket.send(json!({"type": "whisper", "room": room, "client_id": client_id, "body": body}));
    client_id
}

fn url(server: &Server, room: &str) -> String {
    format!("ws://{}/ws/room?room={room}", server.address())
}

impl Deref for Supervisor {
    type Target = Socket;
    fn deref(&self) -> &Socket {
        &self.socket
    }
}

impl DerefMut for Supervisor {
    fn deref_mut(&mut self) -> &mut Socket {
        &mut self.socket
    }
}
