//! A bare relay on tokio: two queues, a map of rooms, a channel for each socket. It stores nothing,
//! acknowledges nothing and believes everybody.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_tungstenite::accept_hdr_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

type Person = u64;

#[derive(Default)]
struct Office {
    last: u64,
    outboxes: HashMap<Person, UnboundedSender<Message>>,
    /// A counsellor is in here once for each desk they would take.
    free: VecDeque<Person>,
    waiting: VecDeque<Person>,
    /// Desk and counsellor; a room is offered first, under the same number.
    rooms: HashMap<String, (Person, Person)>,
}

/// Serves until the listener fails.
pub async fn serve(listener: TcpListener) -> std::io::Result<()> {
    let office = Arc::new(Mutex::new(Office::default()));
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(person(stream, office.clone()));
    }
}

async fn person(stream: TcpStream, office: Arc<Mutex<Office>>) {
    let _ = stream.set_nodelay(true);
    let mut is_counsellor = false;
    #[expect(clippy::result_large_err, reason = "the signature is the library's")]
    let look = |request: &Request, response: Response| {
        is_counsellor = request.uri().path() == "/counsellor";
        Ok(response)
    };
    let config = WebSocketConfig::default().read_buffer_size(2_048).write_buffer_size(0);
    let Ok(socket) = accept_hdr_async_with_config(stream, look, Some(config)).await else { return };
    let (mut out, mut into) = socket.split();
    let (outbox, mut letters) = unbounded_channel();
    let me = office.lock().expect("nobody panics").comes(outbox);
    loop {
        tokio::select! {
            letter = letters.recv() => {
                let Some(letter) = letter else { break };
                if out.send(letter).await.is_err() {
                    break;
                }
            }
            message = into.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    let Ok(frame) = serde_json::from_str(&text) else { break };
                    office.lock().expect("nobody panics").hears(me, is_counsellor, frame);
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => {}
            },
        }
    }
    office.lock().expect("nobody panics").goes(me);
}

impl Office {
    fn comes(&mut self, outbox: UnboundedSender<Message>) -> Person {
        self.last += 1;
        self.outboxes.insert(self.last, outbox);
        self.last
    }

    fn hears(&mut self, me: Person, is_counsellor: bool, mut frame: Value) {
        let room = frame["room"].as_str().or(frame["offer"].as_str()).unwrap_or_default().to_owned();
        match (frame["type"].as_str().unwrap_or_default(), is_counsellor) {
            ("open", true) => {
                let capacity = frame["capacity"].as_u64().unwrap_or(1);
                self.free.extend((0..capacity.min(1_000)).map(|_| me));
                self.tell(me, &json!({ "type": "state", "intent": "OPEN" }));
                self.pair();
            }
            ("request", false) => {
                self.waiting.push_back(me);
                self.tell(me, &json!({ "type": "waiting", "ticket": me.to_string() }));
                self.pair();
            }
            ("accept", true) => {
                let Some((desk, counsellor)) = self.rooms.get(&room) else { return };
                let matched = json!({ "type": "matched", "room": room, "ticket": room });
                self.tell(*desk, &matched);
                self.tell(*counsellor, &matched);
            }
            ("say", _) => {
                let Some((desk, counsellor)) = self.rooms.get(&room) else { return };
                frame["type"] = "message".into();
                self.tell(if me == *desk { *counsellor } else { *desk }, &frame);
            }
            ("end", _) => self.ends(&room, None),
            _ => {}
        }
    }

    fn pair(&mut self) {
        while let (Some(desk), Some(counsellor)) = (self.waiting.front(), self.free.front()) {
            let (desk, counsellor) = (*desk, *counsellor);
            self.waiting.pop_front();
            self.free.pop_front();
            self.last += 1;
            let room = self.last.to_string();
            self.tell(counsellor, &json!({ "type": "offer", "offer": room }));
            self.rooms.insert(room, (desk, counsellor));
        }
    }

    fn ends(&mut self, room: &str, reason: Option<&str>) {
        let Some((desk, counsellor)) = self.rooms.remove(room) else { return };
        let ended = json!({ "type": "ended", "room": room, "reason": reason });
        self.tell(desk, &ended);
        self.tell(counsellor, &ended);
        if self.outboxes.contains_key(&counsellor) {
            self.free.push_back(counsellor);
            self.pair();
        }
    }

    fn goes(&mut self, me: Person) {
        self.outboxes.remove(&me);
        self.free.retain(|one| *one != me);
        self.waiting.retain(|one| *one != me);
        let of_mine = self.rooms.iter().filter(|(_, (desk, counsellor))| *desk == me || *counsellor == me);
        for room in of_mine.map(|(room, _)| room.clone()).collect::<Vec<_>>() {
            self.ends(&room, Some("GONE"));
        }
    }

    fn tell(&self, person: Person, frame: &Value) {
        if let Some(outbox) = self.outboxes.get(&person) {
            let _ = outbox.send(Message::text(frame.to_string()));
        }
    }
}
