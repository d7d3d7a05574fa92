//! A desk and a counsellor: what they do, in the words of the contract.

use std::ops::{Deref, DerefMut};

use serde_json::{Value, json};

use super::office::PASSWORD;
use super::socket::{Stream, handshake};
use super::{Ledger, Server, Socket, new_id};

/// A visitor at a desk.
pub struct Desk {
    socket: Socket,
    name: String,
    ledger: Ledger,
    url: String,
    /// What brings the place back.
    pub token: String,
    /// The ticket, once it is known.
    pub ticket: String,
    /// The room, once there is one, and the seat in it.
    pub room: String,
    pub you: String,
}

impl Desk {
    /// Opens a socket at the public desk and hears `welcome`.
    pub async fn at(server: &Server) -> Self {
        Self::at_url(server, &format!("ws://{}/ws/desk", server.address())).await
    }

    /// The same at a registered desk.
    pub async fn registered(server: &Server, id: &str, key: &str) -> Self {
        Self::at_url(server, &format!("ws://{}/ws/desk?desk={id}&key={key}", server.address())).await
    }

    /// The same by another way, such as a proxy.
    pub async fn at_url(server: &Server, url: &str) -> Self {
        Self::with_headers(server, url, &[]).await
    }

    /// At the public desk, from another address, past a proxy that the server trusts.
    pub async fn from_address(server: &Server, address: &str) -> Self {
        let url = format!("ws://{}/ws/desk", server.address());
        Self::with_headers(server, &url, &[("x-forwarded-for", address.to_owned())]).await
    }

    async fn with_headers(server: &Server, url: &str, headers: &[(&'static str, String)]) -> Self {
        let name = format!("desk {}", server.ledger().next());
        let ledger = server.ledger().clone();
        let mut socket = Socket::over(open(url, headers).await, &name);
        ledger.desk(&name, &socket);
        socket.expect("welcome").await;
        let none = String::new;
        Self { socket, name, ledger, url: url.to_owned(), token: none(), ticket: none(), room: none(), you: none() }
    }

    /// Someone who has asked and stands in line.
    pub async fn waiting_for(server: &Server, topic: &str) -> Self {
        let mut desk = Self::at(server).await;
        desk.request(topic);
        desk.waits().await;
        desk
    }

    /// Asks for counselling; the request's `client_id`.
    pub fn request(&self, topic: &str) -> String {
        let client_id = new_id();
        self.send(json!({"type": "request", "client_id": client_id, "topic": topic}));
        client_id
    }

    /// Until it hears its place.
    pub async fn waits(&mut self) -> Value {
        let waiting = self.expect("waiting").await;
        self.ticket = text(&waiting, "ticket");
        self.token = text(&waiting, "resume");
        waiting
    }

    /// Until it has a seat.
    pub async fn seated(&mut self) -> Value {
        let matched = self.expect("matched").await;
        self.ticket = text(&matched, "ticket");
        self.token = text(&matched, "resume");
        self.room = text(&matched, "room");
        self.you = text(&matched, "you");
        matched
    }

    /// Opens another socket to the same place without resuming; the old one is let go of.
    pub async fn new_socket(&mut self, server: &Server) {
        let url = match self.url.split_once("/ws/desk") {
            Some((_, rest)) if self.url.contains(&server.address().to_string()) => {
                format!("ws://{}/ws/desk{rest}", server.address())
            }
            _ => self.url.clone(),
        };
        self.socket = Socket::over(open(&url, &[]).await, &self.name);
        self.ledger.desk(&self.name, &self.socket);
        self.expect("welcome").await;
    }

    /// From here on it is sent to another node.
    pub fn goes_to(&mut self, server: &Server) {
        self.url = format!("ws://{}/ws/desk", server.address());
    }

    /// Comes back after a drop with its token.
    pub async fn come_back(&mut self, server: &Server, after: Option<u32>) {
        self.new_socket(server).await;
        self.resume(after);
    }

    pub fn resume(&self, after: Option<u32>) {
        let mut frame = json!({"type": "resume", "token": self.token});
        if let Some(after) = after {
            frame["after"] = json!(after);
        }
        self.send(frame);
    }

    /// Another tab of the same visitor: its socket becomes this one's, the older is returned.
    pub async fn another_tab(&mut self, server: &Server) -> Socket {
        let mut socket = Socket::over(open(&format!("ws://{}/ws/desk", server.address()), &[]).await, &self.name);
        self.ledger.desk(&self.name, &socket);
        socket.expect("welcome").await;
        std::mem::replace(&mut self.socket, socket)
    }

    /// Says something in its room; the `client_id`.
    pub fn say(&self, body: &str) -> String {
        say(&self.socket, &self.room, body)
    }

    /// Says something and waits for the receipt.
    pub async fn said(&mut self, body: &str) -> u32 {
        let client_id = self.say(body);
        accepted(&mut self.socket, &client_id).await
    }

    pub fn end(&self) {
        self.send(json!({"type": "end", "room": self.room}));
    }
}

/// A counsellor, logged in.
pub struct Counsellor {
    socket: Socket,
    name: String,
    ledger: Ledger,
    /// The value of the log-in cookie, which also serves as a bearer token.
    pub session: String,
    pub room: String,
    pub you: String,
}

impl Counsellor {
    /// Logs in, opens a socket, hears `welcome` and `state`.
    pub async fn at(server: &Server, login: &str) -> Self {
        let session = server.http().log_in(login, PASSWORD).await;
        Self::with_session(server, login, &session).await
    }

    /// The same for someone who has logged in before.
    pub async fn with_session(server: &Server, login: &str, session: &str) -> Self {
        let url = format!("ws://{}/ws/counsellor", server.address());
        Self::at_url(server, login, session, &url).await
    }

    /// Whether an open socket is refused, and with which status.
    pub async fn refused(server: &Server, session: &str) -> Option<u16> {
        let url = format!("ws://{}/ws/counsellor", server.address());
        let headers = [bearer(session), ("sec-websocket-protocol", "anteroom.v1".into())];
        handshake(&url, &headers).await.err()
    }

    /// The same by another way, such as a proxy.
    pub async fn at_url(server: &Server, login: &str, session: &str, url: &str) -> Self {
        let mut socket = Socket::over(open(url, &[bearer(session)]).await, login);
        let ledger = server.ledger().clone();
        ledger.counsellor(login, &socket);
        socket.expect("welcome").await;
        socket.expect("state").await;
        let (name, session) = (login.to_owned(), session.to_owned());
        Self { socket, name, ledger, session, room: String::new(), you: String::new() }
    }

    /// Someone who is there and wants work.
    pub async fn open_at(server: &Server, login: &str) -> Self {
        let mut counsellor = Self::at(server, login).await;
        counsellor.open().await;
        counsellor
    }

    /// Wants work, and knows that it is known.
    pub async fn open(&mut self) {
        self.send(json!({"type": "open"}));
        self.expect_where("state", |state| state["intent"] == "OPEN").await;
    }

    /// Opens another socket; the older one is returned.
    pub async fn another_tab(&mut self, server: &Server) -> Socket {
        let url = format!("ws://{}/ws/counsellor", server.address());
        let mut socket = Socket::over(open(&url, &[bearer(&self.session)]).await, &self.name);
        self.ledger.counsellor(&self.name, &socket);
        socket.expect("welcome").await;
        std::mem::replace(&mut self.socket, socket)
    }

    /// Comes back after a drop; what it is told of itself.
    pub async fn come_back(&mut self, server: &Server) -> Value {
        self.vanish();
        self.another_tab(server).await;
        self.expect("state").await
    }

    /// Until it rings.
    pub async fn rung(&mut self) -> Value {
        self.expect("offer").await
    }

    pub fn accept(&self, offer: &Value) {
        self.send(json!({"type": "accept", "offer": offer["offer"]}));
    }

    pub fn decline(&self, offer: &Value) {
        self.send(json!({"type": "decline", "offer": offer["offer"]}));
    }

    /// Until it has a seat.
    pub async fn seated(&mut self) -> Value {
        let matched = self.expect("matched").await;
        self.room = text(&matched, "room");
        self.you = text(&matched, "you");
        matched
    }

    /// Answers the next ring and sits down.
    pub async fn takes_next(&mut self) -> Value {
        let offer = self.rung().await;
        self.accept(&offer);
        self.seated().await
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

    /// Until what was asked of the matchmaker before has been decided: it answers in order.
    pub async fn decided(&mut self) {
        let nobody = new_id();
        self.send(json!({"type": "decline", "offer": nobody}));
        self.expect_where("error", |error| error["re"] == *nobody).await;
    }
}

/// A desk and a counsellor who talk.
pub async fn talking(server: &Server, login: &str) -> (Desk, Counsellor) {
    let mut counsellor = Counsellor::open_at(server, login).await;
    let mut desk = Desk::waiting_for(server, "GENERAL").await;
    counsellor.takes_next().await;
    desk.seated().await;
    (desk, counsellor)
}

/// The header of a program that has logged in.
pub fn bearer(session: &str) -> (&'static str, String) {
    ("authorization", format!("Bearer {session}"))
}

/// A field that must be a text.
pub fn text(frame: &Value, field: &str) -> String {
    frame[field].as_str().unwrap_or_else(|| panic!("no text `{field}` in {frame}")).to_owned()
}

pub(super) async fn open(url: &str, headers: &[(&'static str, String)]) -> Stream {
    let mut headers = headers.to_vec();
    headers.push(("sec-websocket-protocol", "anteroom.v1".into()));
    handshake(url, &headers).await.unwrap_or_else(|status| panic!("the socket was refused with {status}: {url}"))
}

pub(super) fn say(socket: &Socket, room: &str, body: &str) -> String {
    let client_id = new_id();
    socket.send(json!({"type": "say", "room": room, "client_id": client_id, "body": body}));
    client_id
}

pub(super) async fn accepted(socket: &mut Socket, client_id: &str) -> u32 {
    let accepted = socket.expect_where("accepted", |accepted| accepted["client_id"] == *client_id).await;
    accepted["seq"].as_u64().and_then(|seq| u32::try_from(seq).ok()).expect("a sequence number")
}

impl Deref for Desk {
    type Target = Socket;
    fn deref(&self) -> &Socket {
        &self.socket
    }
}

impl DerefMut for Desk {
    fn deref_mut(&mut self) -> &mut Socket {
        &mut self.socket
    }
}

impl Deref for Counsellor {
    type Target = Socket;
    fn deref(&self) -> &Socket {
        &self.socket
    }
}

impl DerefMut for Counsellor {
    fn deref_mut(&mut self) -> &mut Socket {
        &mut self.socket
    }
}
