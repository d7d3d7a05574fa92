//! What is said in a room: numbered when it sets off for the disk, told when it has arrived.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::input::{Say, SayStored};
use super::{IN_FLIGHT_MAX, RECENT_MAX};
use crate::ids::{MemberId, MessageId, RoomId};
use crate::protocol::{MessageKind, ServerFrame};
use crate::time::Wall;

/// A message with its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// 1, 2, 3 … in the room.
    pub seq: u32,
    pub id: MessageId,
    /// Who said it.
    pub from: MemberId,
    /// The sender's idempotence key.
    pub client_id: String,
    /// What it is.
    pub kind: MessageKind,
    pub body: String,
    #[serde(with = "crate::time::exact")]
    pub at: Wall,
}

impl Said {
    /// For everyone but the sender, and for the sender too when it comes from a replay.
    #[must_use]
    pub fn message(&self, room: RoomId) -> ServerFrame {
        ServerFrame::Message {
            room,
            seq: self.seq,
            id: self.id,
            client_id: self.client_id.clone(),
            from: self.from,
            kind: self.kind,
            body: self.body.clone(),
            at: self.at,
        }
    }

    /// For the sender.
    #[must_use]
    pub fn accepted(&self, room: RoomId) -> ServerFrame {
        accepted(room, &self.client_id, self.seq, self.id, self.at)
    }

    fn is_of(&self, from: MemberId, client_id: &str) -> bool {
        self.from == from && self.client_id == client_id
    }
}

/// The receipt for a message on disk.
pub(super) fn accepted(room: RoomId, client_id: &str, seq: u32, id: MessageId, at: Wall) -> ServerFrame {
    ServerFrame::Accepted { room, client_id: client_id.to_owned(), seq, id, at, masked: None }
}

/// What to do with a message that came in.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Put it on file.
    Store(Said),
    /// It waits for those before it to be numbered anew.
    Held,
    /// On its way already.
    Repeated,
    /// On disk already.
    Known(Said),
    /// The same `client_id` with another body.
    Reused,
    /// Too many on their way.
    Busy,
}

/// What to do when the disk has answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It is on disk: tell everybody.
    Told(Said),
    /// It was on disk before: tell the sender.
    Known { from: MemberId, client_id: String, seq: u32, id: MessageId, at: Wall },
    /// Its `client_id` was on disk with another body.
    Reused { from: MemberId, client_id: String },
    /// It is not on disk: tell the sender.
    Lost { from: MemberId, client_id: String },
    /// Nothing to tell yet.
    Nothing,
}

#[derive(Debug)]
struct Flight {
    said: Said,
    /// False once the disk refused its number: it waits to be sent again with another.
    under_way: bool,
}

/// The order of a room.
#[derive(Debug)]
pub(super) struct Log {
    /// The last number on disk.
    last: u32,
    /// Oldest first. Those under way come before those held.
    flights: VecDeque<Flight>,
    /// The latest on disk, oldest first, without a gap up to `last`.
    recent: VecDeque<Said>,
}

impl Log {
    /// A log that goes on after `last`, with what was said lately (oldest first, ending at `last`).
    pub(super) fn new(last: u32, recent: Vec<Said>) -> Self {
        debug_assert!(recent.last().is_none_or(|said| said.seq == last), "the latest message is the last");
        let skip = recent.len().saturating_sub(RECENT_MAX);
        Self { last, flights: VecDeque::new(), recent: recent.into_iter().skip(skip).collect() }
    }

    pub(super) fn last(&self) -> u32 {
        self.last
    }

    pub(super) fn hear(&mut self, say: Say, at: Wall) -> Heard {
        let Say { from, client_id, body, kind, id } = say;
        if let Some(flight) = self.flights.iter().find(|flight| flight.said.is_of(from, &client_id)) {
            return if flight.said.body == body { Heard::Repeated } else { Heard::Reused };
        }
        if let Some(said) = self.lately(from, &client_id) {
            return if said.body == body { Heard::Known(said.clone()) } else { Heard::Reused };
        }
        if self.flights.len() >= IN_FLIGHT_MAX {
            return Heard::Busy;
        }
        let held = self.flights.back().is_some_and(|flight| !flight.under_way);
        let seq = self.last + 1 + u32::try_from(self.flights.len()).unwrap_or(u32::MAX);
        let said = Said { seq, id, from, client_id, kind, body, at };
        self.flights.push_back(Flight { said: said.clone(), under_way: !held });
        if held { Heard::Held } else { Heard::Store(said) }
    }

    /// This very message, if it was said lately and is on disk.
    pub(super) fn known(&self, say: &Say) -> Option<&Said> {
        self.lately(say.from, &say.client_id).filter(|said| said.body == say.body)
    }

    fn lately(&self, from: MemberId, client_id: &str) -> Option<&Said> {
        self.recent.iter().rev().find(|said| said.is_of(from, client_id))
    }

    /// Takes the disk's answer about one message. Call [`Log::held`] afterwards.
    pub(super) fn settle(&mut self, id: MessageId, answer: SayStored) -> Settled {
        let Some(at) = self.flights.iter().position(|flight| flight.said.id == id) else { return Settled::Nothing };
        if answer == SayStored::Gap {
            self.flights[at].under_way = false;
            return Settled::Nothing;
        }
        let Some(Flight { said, .. }) = self.flights.remove(at) else { return Settled::Nothing };
        let Said { from, client_id, .. } = &said;
        match answer {
            SayStored::Done => {
                debug_assert_eq!(said.seq, self.last + 1, "the disk takes numbers in order");
                self.last = said.seq;
                if self.recent.len() == RECENT_MAX {
                    self.recent.pop_front();
                }
                self.recent.push_back(said.clone());
                Settled::Told(said)
            }
            SayStored::Before { seq, id, at, same: true } => {
                Settled::Known { from: *from, client_id: client_id.clone(), seq, id, at }
            }
            SayStored::Before { same: false, .. } => Settled::Reused { from: *from, client_id: client_id.clone() },
            SayStored::Gap | SayStored::Closed | SayStored::Failed => {
                Settled::Lost { from: *from, client_id: client_id.clone() }
            }
        }
    }

    /// The held messages with fresh numbers, once nothing is under way any more.
    pub(super) fn held(&mut self) -> Vec<Said> {
        if self.flights.iter().any(|flight| flight.under_way) {
            return Vec::new();
        }
        let mut seq = self.last;
        let mut again = Vec::with_capacity(self.flights.len());
        for flight in &mut self.flights {
            seq += 1;
            flight.said.seq = seq;
            flight.under_way = true;
            again.push(flight.said.clone());
        }
        again
    }

    /// The messages after `after`, if all of them are in memory.
    pub(super) fn since(&self, after: u32) -> Option<Vec<Said>> {
        let missed = (self.last - after.min(self.last)) as usize;
        (missed <= self.recent.len()).then(|| self.recent.iter().skip(self.recent.len() - missed).cloned().collect())
    }
}
