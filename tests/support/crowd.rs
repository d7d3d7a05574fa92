//! A busy day: desks that ask, talk and ask again, counsellors that answer everybody, and all of
//! them coming back by themselves whenever the server is there again.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::office::PASSWORD;
use super::people::{bearer, text};
use super::socket::handshake;
use super::{Ledger, Server, Socket, new_id, until, until_within};

/// Everybody.
pub struct Crowd {
    day: Arc<Day>,
    people: Vec<JoinHandle<()>>,
}

/// What everybody shares.
struct Day {
    address: SocketAddr,
    ledger: Ledger,
    /// Whether the server can be expected to answer, and how often it has been started.
    up: watch::Sender<bool>,
    round: AtomicU32,
    /// In which round each was last told how they stand.
    seen: Vec<AtomicU32>,
    /// Nobody begins anything new.
    calm: AtomicBool,
    /// Messages on their way to a receipt.
    unanswered: AtomicUsize,
    /// Messages with a receipt, and consultations that came to their end.
    accepted: AtomicUsize,
    ended: AtomicUsize,
    /// What should never be told.
    scandals: Mutex<Vec<String>>,
}

/// What a desk has to show for itself between sockets.
#[derive(Default)]
struct Visit {
    client_id: String,
    token: Option<String>,
    talk: Option<Talk>,
}

/// One side of a room.
#[derive(Default)]
struct Talk {
    room: String,
    you: String,
    last: u64,
    said: usize,
    unanswered: BTreeMap<String, String>,
}

/// Messages a desk says in one visit.
const SAID_A_VISIT: usize = 4;

impl Crowd {
    /// `desks` desks, and the counsellors with these logins.
    pub async fn gather(server: &Server, desks: usize, logins: &[String]) -> Self {
        let day = Arc::new(Day {
            address: server.address(),
            ledger: server.ledger().clone(),
            up: watch::Sender::new(true),
            round: AtomicU32::new(1),
            seen: (0..desks + logins.len()).map(|_| AtomicU32::new(0)).collect(),
            calm: AtomicBool::new(false),
            unanswered: AtomicUsize::new(0),
            accepted: AtomicUsize::new(0),
            ended: AtomicUsize::new(0),
            scandals: Mutex::default(),
        });
        let mut people = Vec::new();
        for (nth, login) in logins.iter().enumerate() {
            let session = server.http().log_in(login, PASSWORD).await;
            people.push(tokio::spawn(counsel(day.clone(), nth, login.clone(), session)));
        }
        people.extend((logins.len()..day.seen.len()).map(|nth| tokio::spawn(visit(day.clone(), nth))));
        Self { day, people }
    }

    /// The server is about to go.
    pub fn server_goes(&self) {
        self.day.up.send_replace(false);
    }

    /// The server is there again.
    pub fn server_is_back(&self) {
        self.day.round.fetch_add(1, Ordering::SeqCst);
        self.day.up.send_replace(true);
    }

    /// Until everybody has been told how they stand since the server came (back).
    pub async fn all_back(&self, patience: Duration) {
        until_within(patience, "somebody has not been told how they stand", || async {
            let round = self.day.round.load(Ordering::SeqCst);
            self.day.seen.iter().all(|seen| seen.load(Ordering::SeqCst) == round).then_some(())
        })
        .await;
    }

    /// Nobody begins anything new; until every message has its receipt.
    pub async fn calm_down(&self) {
        self.day.calm.store(true, Ordering::SeqCst);
        until("a message without a receipt", || async {
            (self.day.unanswered.load(Ordering::SeqCst) == 0).then_some(())
        })
        .await;
    }

    /// Messages with a receipt, and consultations that came to their end.
    pub fn figures(&self) -> (usize, usize) {
        (self.day.accepted.load(Ordering::SeqCst), self.day.ended.load(Ordering::SeqCst))
    }

    /// Nobody was told what never should be, and nobody has broken down.
    pub fn is_content(&self) {
        let scandals = self.day.scandals.lock().map(|scandals| scandals.clone()).unwrap_or_default();
        assert!(scandals.is_empty(), "{scandals:#?}");
        let broken = self.people.iter().filter(|person| person.is_finished()).count();
        assert_eq!(broken, 0, "people have broken down; see above");
    }

    /// Everybody lets go of their sockets.
    pub async fn leave(&mut self) {
        for person in self.people.drain(..) {
            person.abort();
            let _ = person.await;
        }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.people.iter().for_each(JoinHandle::abort);
    }
}

impl Day {
    /// A socket, as soon as the server is there.
    async fn socket(&self, name: &str, path: &str, headers: &[(&'static str, String)]) -> Socket {
        let mut up = self.up.subscribe();
        loop {
            let _ = up.wait_for(|up| *up).await;
            let url = format!("ws://{}{path}", self.address);
            match handshake(&url, headers).await {
                Ok(stream) => return Socket::over(stream, name),
                // A client's back-off.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }

    fn is_calm(&self) -> bool {
        self.calm.load(Ordering::SeqCst)
    }

    fn told(&self, nth: usize) {
        self.seen[nth].store(self.round.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    fn scandal(&self, what: String) {
        if let Ok(mut scandals) = self.scandals.lock() {
            scandals.push(what);
        }
    }
}

impl Talk {
    fn in_room(matched: &Value) -> Self {
        let last = matched["last_seq"].as_u64().unwrap_or_default();
        Self { room: text(matched, "room"), you: text(matched, "you"), last, ..Self::default() }
    }

    fn say(&mut self, day: &Day, socket: &Socket, body: String) {
        let client_id = new_id();
        self.said += 1;
        day.unanswered.fetch_add(1, Ordering::SeqCst);
        self.unanswered.insert(client_id.clone(), body);
        self.say_again(socket, &client_id);
    }

    fn say_again(&self, socket: &Socket, client_id: &str) {
        let body = &self.unanswered[client_id];
        socket.send(json!({"type": "say", "room": self.room, "client_id": client_id, "body": body}));
    }

    fn say_all_again(&self, socket: &Socket) {
        self.unanswered.keys().for_each(|client_id| self.say_again(socket, client_id));
    }

    /// The receipt, or its own message in a replay.
    fn answered(&mut self, day: &Day, client_id: &str) {
        if self.unanswered.remove(client_id).is_some() {
            day.unanswered.fetch_sub(1, Ordering::SeqCst);
            day.accepted.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Notes a message or a receipt; true if it is news from the other side.
    fn hear(&mut self, day: &Day, frame: &Value) -> bool {
        let seq = frame["seq"].as_u64().unwrap_or_default();
        let is_news = seq > self.last;
        self.last = self.last.max(seq);
        let is_own = frame["type"] == "accepted" || frame["from"] == *self.you;
        if is_own {
            self.answered(day, frame["client_id"].as_str().unwrap_or_default());
        }
        is_news && !is_own
    }

    /// The room is over: what has no receipt was not said.
    fn over(&mut self, day: &Day) {
        day.unanswered.fetch_sub(self.unanswered.len(), Ordering::SeqCst);
        self.unanswered.clear();
    }
}

async fn visit(day: Arc<Day>, nth: usize) {
    let name = format!("desk {}", day.ledger.next());
    let mut visit = Visit::default();
    loop {
        let headers = [("sec-websocket-protocol", "anteroom.v1".to_owned())];
        let mut socket = day.socket(&name, "/ws/desk", &headers).await;
        day.ledger.desk(&name, &socket);
        match &visit.token {
            Some(token) => {
                let after = visit.talk.as_ref().map_or(0, |talk| talk.last);
                socket.send(json!({"type": "resume", "token": token, "after": after}));
            }
            None => {
                if visit.client_id.is_empty() {
                    visit.client_id = new_id();
                }
                socket.send(json!({"type": "request", "client_id": visit.client_id, "topic": "GENERAL"}));
            }
        }
        while let Some(frame) = socket.next().await {
            if visited(&day, nth, &mut visit, &socket, &frame) {
                continue;
            }
            visit = Visit::default();
            if day.is_calm() {
                // Stays, so that the others' tasks can be told from one that broke down.
                std::future::pending::<()>().await;
            }
            break;
        }
    }
}

/// One frame at a desk; false once the visit is over.
fn visited(day: &Day, nth: usize, visit: &mut Visit, socket: &Socket, frame: &Value) -> bool {
    match frame["type"].as_str().unwrap_or_default() {
        "waiting" => {
            visit.token = Some(text(frame, "resume"));
            if let Some(mut talk) = visit.talk.take() {
                talk.over(day);
            }
            day.told(nth);
        }
        "matched" => {
            visit.token = Some(text(frame, "resume"));
            if visit.talk.as_ref().is_none_or(|talk| frame["room"] != *talk.room) {
                visit.talk = Some(Talk::in_room(frame));
            }
            day.told(nth);
            let Some(talk) = &mut visit.talk else { return true };
            talk.say_all_again(socket);
            if talk.said == 0 && !day.is_calm() {
                talk.say(day, socket, format!("hello from {nth}"));
            }
        }
        "message" | "accepted" => {
            let Some(talk) = &mut visit.talk else { return true };
            if talk.hear(day, frame) && !day.is_calm() {
                if talk.said < SAID_A_VISIT {
                    talk.say(day, socket, format!("{} from {nth}", talk.said));
                } else {
                    socket.send(json!({"type": "end", "room": talk.room}));
                }
            }
        }
        "ended" => {
            if let Some(talk) = &mut visit.talk {
                talk.over(day);
            }
            day.told(nth);
            // With its counsellor lost it stands in line again, and is told so next.
            if frame["reason"] != "COUNSELLOR_LOST" {
                day.ended.fetch_add(1, Ordering::SeqCst);
                return false;
            }
        }
        "closed" => {
            day.told(nth);
            day.scandal(format!("desk {nth}: {frame}"));
            return false;
        }
        "error" => return forgiven(day, nth, visit.talk.as_mut(), frame),
        _ => {}
    }
    true
}

/// Whether the visit goes on after a refusal. A place that was promised is never refused.
fn forgiven(day: &Day, nth: usize, talk: Option<&mut Talk>, frame: &Value) -> bool {
    match (frame["code"].as_str().unwrap_or_default(), talk) {
        ("ROOM_ENDED" | "NO_SUCH_ROOM", Some(talk)) => {
            talk.over(day);
            true
        }
        ("ROOM_ENDED" | "NO_SUCH_ROOM" | "NO_SUCH_OFFER", _) => true,
        // The server is on its way out.
        ("BUSY", _) => true,
        _ => {
            day.scandal(format!("person {nth}: {frame}"));
            true
        }
    }
}

async fn counsel(day: Arc<Day>, nth: usize, login: String, session: String) {
    let headers = [("sec-websocket-protocol", "anteroom.v1".to_owned()), bearer(&session)];
    let mut talks = BTreeMap::<String, Talk>::new();
    loop {
        let mut socket = day.socket(&login, "/ws/counsellor", &headers).await;
        day.ledger.counsellor(&login, &socket);
        let mut is_new = true;
        while let Some(frame) = socket.next().await {
            if frame["type"] == "state" && std::mem::take(&mut is_new) {
                take_up(&day, &mut talks, &socket, &frame);
                day.told(nth);
            } else {
                counselled(&day, nth, &mut talks, &socket, &frame);
            }
        }
    }
}

/// The first `state` on a socket says which rooms there still are.
fn take_up(day: &Day, talks: &mut BTreeMap<String, Talk>, socket: &Socket, state: &Value) {
    if state["intent"] == "PAUSED" {
        socket.send(json!({"type": "open"}));
    }
    let rooms: Vec<&Value> = state["rooms"].as_array().into_iter().flatten().collect();
    talks.retain(|id, talk| {
        let stays = rooms.iter().any(|room| room["room"] == **id);
        if !stays {
            talk.over(day);
        }
        stays
    });
    for room in rooms {
        // A match that was on file before anybody could be told has no journal yet.
        let talk = talks.entry(text(room, "room")).or_insert_with(|| Talk { last: 0, ..Talk::in_room(room) });
        socket.send(json!({"type": "replay", "room": talk.room, "after": talk.last}));
        talk.say_all_again(socket);
    }
}

fn counselled(day: &Day, nth: usize, talks: &mut BTreeMap<String, Talk>, socket: &Socket, frame: &Value) {
    let room = frame["room"].as_str().unwrap_or_default();
    match frame["type"].as_str().unwrap_or_default() {
        "offer" => socket.send(json!({"type": "accept", "offer": frame["offer"]})),
        "matched" => {
            talks.entry(room.to_owned()).or_insert_with(|| Talk::in_room(frame));
        }
        "message" | "accepted" => {
            let Some(talk) = talks.get_mut(room) else { return };
            if talk.hear(day, frame) && !day.is_calm() {
                talk.say(day, socket, format!("answer {} by {nth}", frame["seq"]));
            }
        }
        "ended" => {
            if let Some(mut talk) = talks.remove(room) {
                talk.over(day);
            }
        }
        "error" => {
            let room = frame["re"].as_str().unwrap_or_default();
            let by_message = talks.values_mut().find(|talk| talk.room == room || talk.unanswered.contains_key(room));
            forgiven(day, nth, by_message, frame);
        }
        _ => {}
    }
}
