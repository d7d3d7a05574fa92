//! One side of a room: what it has heard, and what it has said and has no receipt for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use uuid::Uuid;

use super::day::Day;
use super::figures::Measure;
use super::frame::Frame;
use super::ledger::MadePerson;
use super::peer::Action;
use super::wire::Wire;

/// One side of a room.
pub struct Talk {
    pub room: String,
    pub who: MadePerson,
    you: String,
    /// The newest heard.
    pub last: u32,
    /// Up to here nothing is timed: it was said while this side was away.
    untimed: u32,
    /// By `client_id`, what has no receipt.
    unanswered: BTreeMap<String, String>,
}

impl Talk {
    /// Sat down just now. `last`: what this side has heard of the conversation before.
    pub fn begin(who: MadePerson, room: &str, you: &str, last: u32, known: u32) -> Self {
        Self { room: room.to_owned(), who, you: you.to_owned(), last, untimed: known, unanswered: BTreeMap::new() }
    }

    /// Back after a cut, with the room at `known`: says again what has no receipt. It is the same
    /// message, so it is not said twice.
    pub async fn back(&mut self, day: &Day, known: u32, wire: &mut Wire) {
        self.untimed = known;
        for (client_id, body) in &self.unanswered {
            day.ledger.is_late(client_id);
            wire.send(&Action::Say { room: &self.room, client_id, body }).await;
        }
    }

    /// Says something that was due at `due`, in microseconds of the day.
    pub async fn say(&mut self, day: &Day, due: u64, text: &str, wire: &mut Wire) {
        let (client_id, body) = (Uuid::now_v7().to_string(), format!("{due} {text}"));
        if let Some(witness) = &day.witness {
            witness.says(self.who, &self.room, &client_id);
            day.counts.said.fetch_add(1, Ordering::Relaxed);
            return wire.send(&Action::Say { room: &self.room, client_id: &client_id, body: &body }).await;
        }
        wire.send(&Action::Say { room: &self.room, client_id: &client_id, body: &body }).await;
        self.unanswered.insert(client_id, body);
    }

    /// A `message` or an `accepted`. True if it is news from the other side.
    pub fn hear(&mut self, day: &Arc<Day>, frame: &Frame) -> bool {
        let Some(client_id) = frame.client_id.as_deref() else { return false };
        if let Some(witness) = &day.witness {
            witness.hears(self.who, &self.room, client_id);
            day.figures.took(Measure::Relay, since_due(day, frame.body.as_deref().unwrap_or_default()));
            return true;
        }
        let Some(seq) = frame.seq else { return false };
        let own = frame.kind == "accepted" || frame.from.as_deref() == Some(&self.you);
        let is_new = seq > self.last;
        let body = if own { self.unanswered.remove(client_id) } else { frame.body.clone() };
        if let Some(body) = &body {
            if is_new && seq > self.untimed && !day.ledger.was_late(client_id) {
                let measure = if own { Measure::Accepted } else { Measure::Relay };
                day.figures.took(measure, since_due(day, body));
            }
            day.ledger.hears(self.who, &self.room, seq, client_id, body);
            if own {
                day.counts.said.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.last = self.last.max(seq);
        is_new && !own
    }

    /// A refusal. True if it is about something said here, which is then not said.
    pub fn is_refused(&mut self, re: &str) -> bool {
        self.unanswered.remove(re).is_some()
    }

    /// The room is over for this side.
    pub fn end(&self, day: &Day) {
        day.ledger.ends(self.who, &self.room);
    }
}

/// A message carries the moment it was due, so that whoever hears it can tell how late it is.
fn since_due(day: &Day, body: &str) -> Duration {
    let due = body.split(' ').next().and_then(|due| due.parse().ok()).unwrap_or(u64::MAX);
    Duration::from_micros(day.micros().saturating_sub(due))
}
