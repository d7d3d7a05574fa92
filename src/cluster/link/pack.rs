//! Envelopes put into messages of the engine's size.

use std::sync::Arc;

use serde_json::Value;

use super::envelope::{Envelope, HEAD_MAX, Named, SessionName, WIRE, cut};
use super::outgoing::Packed;
use crate::cluster::engine::Engine;
use crate::ids::NodeId;

/// The brackets of an array.
const BRACKETS: usize = 2;
/// The quotes of a string.
const QUOTES: usize = 2;

/// Fills messages. A length is reckoned with the longest head, so a message is never too long.
pub(super) struct Packer {
    from: NodeId,
    to: NodeId,
    room: usize,
    used: usize,
    current: Vec<Envelope>,
    full: Vec<Vec<Envelope>>,
}

impl Packer {
    pub(super) const fn new(from: NodeId, to: NodeId, engine: Engine) -> Self {
        let room = engine.message_max() - BRACKETS;
        Self { from, to, room, used: 0, current: Vec::new(), full: Vec::new() }
    }

    fn envelope(&self, session: Option<Named>, kind: &'static str) -> Envelope {
        Envelope {
            wire: WIRE,
            from: self.from,
            to: Some(self.to),
            session,
            number: None,
            heard: None,
            epoch: None,
            kind: kind.into(),
            part: None,
            body: Arc::new(Value::Null),
        }
    }

    fn put(&mut self, envelope: Envelope, bytes: usize) {
        let size = HEAD_MAX + bytes;
        if self.used + size > self.room && !self.current.is_empty() {
            self.full.push(std::mem::take(&mut self.current));
            self.used = 0;
        }
        self.used += size;
        self.current.push(envelope);
    }

    /// A word of the links' own, outside of any order.
    pub(super) fn word(&mut self, session: Option<Named>, kind: &'static str) {
        self.put(self.envelope(session, kind), "null".len());
    }

    /// A word of the links' own in a session; `body` is short.
    pub(super) fn in_session(&mut self, name: SessionName, heard: u64, kind: &'static str, body: Value) {
        let envelope = self.envelope(Some(Named::Both(name)), kind);
        self.put(Envelope { heard: Some(heard), body: Arc::new(body), ..envelope }, "18446744073709551615".len());
    }

    /// A parcel, in parts if it does not fit a message.
    pub(super) fn parcel(&mut self, name: SessionName, heard: u64, number: u64, parcel: &Packed) {
        let whole = Envelope {
            number: Some(number),
            heard: Some(heard),
            epoch: parcel.epoch,
            ..self.envelope(Some(Named::Both(name)), parcel.kind)
        };
        if HEAD_MAX + parcel.bytes <= self.room {
            self.put(Envelope { body: Arc::clone(&parcel.body), ..whole }, parcel.bytes);
            return;
        }
        let (text, room) = (parcel.body.to_string(), self.room - HEAD_MAX - QUOTES);
        let pieces = cut(&text, room);
        let of = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        for (at, piece) in (0..of).zip(pieces) {
            let body = Arc::new(Value::from(piece));
            // The last piece may leave room for others.
            let bytes = if at + 1 == of { super::envelope::text_len(&body) } else { room + QUOTES };
            self.put(Envelope { part: Some((at, of)), body, ..whole.clone() }, bytes);
        }
    }

    /// The messages, in their order.
    pub(super) fn into_messages(mut self) -> impl Iterator<Item = Vec<Envelope>> {
        if !self.current.is_empty() {
            self.full.push(self.current);
        }
        self.full.into_iter()
    }
}
