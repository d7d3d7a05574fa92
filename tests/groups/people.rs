//! Somebody in a group room.

use std::ops::{Deref, DerefMut};

use serde_json::{Value, json};

use crate::support::office::PASSWORD;
use crate::support::people::{bearer, text};
use crate::support::socket::handshake;
use crate::support::{Server, Socket, new_id};

/// A guest or one of the staff, by the socket of the room.
pub struct Person {
    socket: Socket,
    name: String,
    url: String,
    headers: Vec<(&'static str, String)>,
    pub room: String,
    /// The seat, once there is one.
    pub you: String,
    /// What gives a guest the seat back.
    pub token: String,
}

impl Person {
    /// Somebody with the link, before they have said who they are.
    pub async fn at_the_door(server: &Server, (room, key): &(String, String)) -> Self {
        let url = format!("ws://{}/ws/room?room={room}&key={key}", server.address());
        Self::at(url, Vec::new(), room, "guest").await
    }

    /// A guest with a seat.
    pub async fn guest(server: &Server, link: &(String, String), nickname: &str) -> Self {
        let mut guest = Self::at_the_door(server, link).await;
        guest.name = nickname.to_owned();
        guest.join(json!({"nickname": nickname}));
        guest.seated().await;
        guest
    }

    /// One of the staff with a seat.
    pub async fn staff(server: &Server, login: &str, room: &str) -> Self {
        let session = server.http().log_in(login, PASSWORD).await;
        let url = format!("ws://{}/ws/room?room={room}", server.address());
        let mut person = Self::at(url, vec![bearer(&session)], room, login).await;
        person.seated().await;
        person
    }

    async fn at(url: String, mut headers: Vec<(&'static str, String)>, room: &str, name: &str) -> Self {
        headers.push(("sec-websocket-protocol", "anteroom.v1".into()));
        let socket = open(&url, &headers, name).await;
        let (room, name, none) = (room.to_owned(), name.to_owned(), String::new);
        Self { socket, name, url, headers, room, you: none(), token: none() }
    }

    /// Another socket of the same person; the older is returned.
    pub async fn new_socket(&mut self) -> Socket {
        let socket = open(&self.url, &self.headers, &self.name).await;
        std::mem::replace(&mut self.socket, socket)
    }

    /// Comes back to the seat on another socket, after `after`.
    pub async fn come_back(&mut self, after: u32) -> Value {
        drop(self.new_socket().await);
        if self.token.is_empty() {
            let seated = self.seated().await;
            self.send(json!({"type": "replay", "room": self.room, "after": after}));
            return seated;
        }
        self.send(json!({"type": "resume", "token": self.token, "after": after}));
        self.seated().await
    }

    pub fn join(&self, mut who: Value) {
        (who["type"], who["room"]) = (json!("join"), json!(self.room));
        self.send(who);
    }

    pub async fn seated(&mut self) -> Value {
        let seated = self.expect("seated").await;
        self.you = text(&seated, "you");
        if seated["resume"].is_string() {
            self.token = text(&seated, "resume");
        }
        seated
    }

    pub fn say(&self, body: &str) -> String {
        let client_id = new_id();
        self.send(json!({"type": "say", "room": self.room, "client_id": client_id, "body": body}));
        client_id
    }

    /// Says something and waits for the receipt.
    pub async fn said(&mut self, body: &str) -> u64 {
        let client_id = self.say(body);
        let accepted = self.expect_where("accepted", |accepted| accepted["client_id"] == *client_id).await;
        accepted["seq"].as_u64().expect("a sequence number")
    }

    /// The bodies of the messages up to this number, as they came.
    pub async fn heard_up_to(&mut self, seq: u64) -> Vec<(u64, String)> {
        self.expect_where("message", |message| message["seq"] == seq).await;
        let said = |message: &Value| (message["seq"].as_u64().unwrap_or_default(), text(message, "body"));
        self.all("message").iter().map(said).collect()
    }

    pub fn tell(&self, kind: &str, mut fields: Value) {
        (fields["type"], fields["room"]) = (json!(kind), json!(self.room));
        self.send(fields);
    }
}

async fn open(url: &str, headers: &[(&'static str, String)], name: &str) -> Socket {
    let stream = handshake(url, headers).await;
    let stream = stream.unwrap_or_else(|status| panic!("{name}: the socket was refused with {status}"));
    let mut socket = Socket::over(stream, name);
    socket.expect("welcome").await;
    socket
}

impl Deref for Person {
    type Target = Socket;
    fn deref(&self) -> &Socket {
        &self.socket
    }
}

impl DerefMut for Person {
    fn deref_mut(&mut self) -> &mut Socket {
        &mut self.socket
    }
}
