//! One side of a room.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::Day;
use crate::support::people::text;
use crate::support::{Socket, new_id};

#[derive(Default)]
pub(super) struct Talk {
    pub room: String,
    pub you: String,
    pub last: u64,
    pub said: usize,
    /// This side has asked for its end.
    pub is_ending: bool,
    pub unanswered: BTreeMap<String, String>,
}

impl Talk {
    pub(super) fn in_room(matched: &Value) -> Self {
        let last = matched["last_seq"].as_u64().unwrap_or_default();
        Self { room: text(matched, "room"), you: text(matched, "you"), last, ..Self::default() }
    }

    pub(super) fn say(&mut self, day: &Day, socket: &Socket, body: String) {
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

    /// All that has no answer.
    pub(super) fn say_all_again(&self, socket: &Socket) {
        self.unanswered.keys().for_each(|client_id| self.say_again(socket, client_id));
        if self.is_ending {
            socket.send(json!({"type": "end", "room": self.room}));
        }
    }

    pub(super) fn end(&mut self, socket: &Socket) {
        self.is_ending = true;
        socket.send(json!({"type": "end", "room": self.room}));
    }

    /// The receipt, or its own message in a replay.
    fn answered(&mut self, day: &Day, client_id: &str) {
        if self.unanswered.remove(client_id).is_some() {
            day.unanswered.fetch_sub(1, Ordering::SeqCst);
            day.accepted.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Notes a message or a receipt; true if it is news from the other side.
    pub(super) fn hear(&mut self, day: &Day, frame: &Value) -> bool {
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
    pub(super) fn over(&mut self, day: &Day) {
        day.unanswered.fetch_sub(self.unanswered.len(), Ordering::SeqCst);
        self.unanswered.clear();
    }
}
