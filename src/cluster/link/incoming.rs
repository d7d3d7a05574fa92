//! What comes from the other end in a session, put in order and together.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::envelope::{Envelope, text_len};
use super::input::{ACKNOWLEDGE, ACKNOWLEDGE_COUNT, PARCEL_MAX, PARTS_MAX, WINDOW, WINDOW_BYTES, Whole};
use crate::cluster::looks::after;
use crate::time::Mono;

/// What became of a parcel, or a part of one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Took {
    /// It is here: handed on, or kept until what is before it has come.
    Kept,
    /// It was here already.
    Doubled,
    /// It is ahead of what may be on its way. It comes again.
    Beyond,
    /// It cannot be what the other means to say.
    Unreadable,
}

/// The parts of one parcel that have come.
#[derive(Debug, Default)]
struct Pieces {
    of: u32,
    have: BTreeMap<u32, String>,
    bytes: usize,
}

/// Bytes of what is kept behind a gap, and of parts: no other end that keeps to its window sends
/// more.
const KEPT_BYTES_MAX: usize = WINDOW_BYTES + PARCEL_MAX;

#[derive(Debug, Default)]
pub(super) struct Incoming {
    /// All up to this one were handed on.
    got: u64,
    /// Whole, and behind a gap; with the length of their texts.
    early: BTreeMap<u64, (Whole, usize)>,
    pieces: BTreeMap<u64, Pieces>,
    kept_bytes: usize,
    /// When what has come is acknowledged by itself.
    acknowledge_at: Option<Mono>,
    /// What has come since the last acknowledgement.
    unacknowledged: usize,
    /// The gap behind this number has been asked for.
    asked: Option<u64>,
    to_ask: bool,
}

impl Incoming {
    pub(super) const fn got(&self) -> u64 {
        self.got
    }

    /// Takes a parcel or a part of one; what can be handed on by now is added to `arrived`.
    pub(super) fn take(&mut self, number: u64, envelope: Envelope, now: Mono, arrived: &mut Vec<Whole>) -> Took {
        // Also one that came before: its acknowledgement may have been lost.
        self.acknowledge_at.get_or_insert(after(now, ACKNOWLEDGE));
        self.unacknowledged += 1;
        if self.unacknowledged >= ACKNOWLEDGE_COUNT {
            self.acknowledge_at = Some(now);
        }
        if number <= self.got || self.early.contains_key(&number) {
            return if number == 0 { Took::Unreadable } else { Took::Doubled };
        }
        if number - self.got > WINDOW as u64 {
            return Took::Beyond;
        }
        let (kind, epoch) = (envelope.kind, envelope.epoch);
        let body = match envelope.part {
            None => Arc::unwrap_or_clone(envelope.body),
            Some(part) => match self.put_together(number, part, &envelope.body) {
                Ok(Some(body)) => body,
                Ok(None) => return Took::Kept,
                Err(took) => return took,
            },
        };
        let took = self.put(number, Whole { kind, body, epoch }, arrived);
        self.look_for_gap();
        took
    }

    fn put(&mut self, number: u64, whole: Whole, arrived: &mut Vec<Whole>) -> Took {
        if number == self.got + 1 {
            self.forget_pieces(number);
            self.got = number;
            arrived.push(whole);
            while let Some((whole, bytes)) = self.early.remove(&(self.got + 1)) {
                self.kept_bytes -= bytes;
                self.got += 1;
                arrived.push(whole);
            }
            return Took::Kept;
        }
        let bytes = text_len(&whole.body);
        if self.kept_bytes + bytes > KEPT_BYTES_MAX {
            return Took::Beyond;
        }
        self.forget_pieces(number);
        self.kept_bytes += bytes;
        self.early.insert(number, (whole, bytes));
        Took::Kept
    }

    /// Adds a part; gives the body when it was the last.
    fn put_together(&mut self, number: u64, (at, of): (u32, u32), piece: &Value) -> Result<Option<Value>, Took> {
        let text = piece.as_str().ok_or(Took::Unreadable)?;
        if at >= of || of > PARTS_MAX {
            return Err(Took::Unreadable);
        }
        if self.pieces.get(&number).is_some_and(|pieces| pieces.of != of) {
            // The engine has changed, and with it where the parcel is cut.
            self.forget_pieces(number);
        }
        let pieces = self.pieces.entry(number).or_insert_with(|| Pieces { of, ..Pieces::default() });
        if pieces.have.contains_key(&at) {
            return Err(Took::Doubled);
        }
        if pieces.bytes + text.len() > PARCEL_MAX {
            return Err(Took::Unreadable);
        }
        if self.kept_bytes + text.len() > KEPT_BYTES_MAX {
            return Err(Took::Beyond);
        }
        pieces.bytes += text.len();
        self.kept_bytes += text.len();
        pieces.have.insert(at, text.to_owned());
        if pieces.have.len() < of as usize {
            return Ok(None);
        }
        let text: String = pieces.have.values().map(String::as_str).collect();
        self.forget_pieces(number);
        serde_json::from_str(&text).map(Some).map_err(|_| Took::Unreadable)
    }

    fn forget_pieces(&mut self, number: u64) {
        if let Some(pieces) = self.pieces.remove(&number) {
            self.kept_bytes -= pieces.bytes;
        }
    }

    /// A gap is asked for once; if that is lost, the other sends again by itself.
    fn look_for_gap(&mut self) {
        if !self.early.is_empty() && self.asked != Some(self.got) && !self.pieces.contains_key(&(self.got + 1)) {
            self.asked = Some(self.got);
            self.to_ask = true;
        }
    }

    /// Whether a gap is to be asked for now: the number of the first that is here behind it.
    pub(super) fn asks(&mut self) -> Option<u64> {
        let first = self.early.keys().next().copied();
        if std::mem::take(&mut self.to_ask) { first } else { None }
    }

    /// Something went the other way, and every message acknowledges.
    pub(super) fn acknowledged(&mut self) {
        self.acknowledge_at = None;
        self.unacknowledged = 0;
    }

    pub(super) fn owes(&self, now: Mono) -> bool {
        self.acknowledge_at.is_some_and(|at| at <= now)
    }

    /// When something is to be said next; `now` if at once.
    pub(super) fn deadline(&self, now: Mono) -> Option<Mono> {
        if self.to_ask { Some(now) } else { self.acknowledge_at }
    }

    /// Bytes of what is kept behind a gap, and of parts.
    pub(super) const fn kept_bytes(&self) -> usize {
        self.kept_bytes
    }
}
