//! What goes to the other end in a session: what waits, and what is on its way.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::envelope::text_len;
use super::input::{AGAIN, PARCEL_MAX, Parcel, QUEUED_BYTES_MAX, QUEUED_MAX, SILENCE, WINDOW, WINDOW_BYTES};
use crate::cluster::looks::{after, between};
use crate::time::Mono;

/// A parcel with its length.
#[derive(Clone, Debug)]
pub(super) struct Packed {
    pub kind: &'static str,
    pub body: Arc<Value>,
    pub epoch: Option<u64>,
    /// Of the body's text.
    pub bytes: usize,
}

impl Packed {
    /// Measures a parcel; gives its kind back if it is too large.
    pub(super) fn new(parcel: Parcel) -> Result<Self, &'static str> {
        let Parcel { kind, body, epoch } = parcel;
        let bytes = text_len(&body);
        if bytes > PARCEL_MAX { Err(kind) } else { Ok(Self { kind, body: Arc::new(body), epoch, bytes }) }
    }
}

#[derive(Debug)]
struct Waiting {
    parcel: Packed,
    /// Counts in the bound toward one node; a parcel of the announcement does not.
    counted: bool,
}

/// On its way and not acknowledged.
#[derive(Debug)]
struct Flying {
    number: u64,
    sent_at: Mono,
    /// It is to be sent again without waiting for its time.
    at_once: bool,
    /// It was sent more than once: of which of them an acknowledgement is, nobody knows.
    again: bool,
    item: Waiting,
}

/// The bound toward one node is passed.
pub(super) struct IsFull;

#[derive(Debug)]
pub(super) struct Outgoing {
    /// Only from then on does anything go; what is sent before waits behind the announcement.
    announced: bool,
    waiting: VecDeque<Waiting>,
    flying: VecDeque<Flying>,
    flying_bytes: usize,
    counted: usize,
    counted_bytes: usize,
    /// The number of the next parcel, from 1.
    next: u64,
    /// Something was acknowledged, or nothing was on its way.
    progress_at: Mono,
    has_at_once: bool,
    round_trip: Option<Duration>,
}

impl Outgoing {
    pub(super) fn new(now: Mono) -> Self {
        Self {
            announced: false,
            waiting: VecDeque::new(),
            flying: VecDeque::new(),
            flying_bytes: 0,
            counted: 0,
            counted_bytes: 0,
            next: 1,
            progress_at: now,
            has_at_once: false,
            round_trip: None,
        }
    }

    /// The announcement; the first one alone.
    pub(super) fn announce(&mut self, parcels: impl Iterator<Item = Packed>) {
        if !std::mem::replace(&mut self.announced, true) {
            let kept = std::mem::take(&mut self.waiting);
            self.waiting.extend(parcels.map(|parcel| Waiting { parcel, counted: false }));
            self.waiting.extend(kept);
        }
    }

    pub(super) const fn take_round_trip(&mut self) -> Option<Duration> {
        self.round_trip.take()
    }

    pub(super) fn send(&mut self, parcel: Packed) -> Result<(), IsFull> {
        if self.counted >= QUEUED_MAX || self.counted_bytes + parcel.bytes > QUEUED_BYTES_MAX {
            return Err(IsFull);
        }
        self.counted += 1;
        self.counted_bytes += parcel.bytes;
        self.waiting.push_back(Waiting { parcel, counted: true });
        Ok(())
    }

    /// All up to this number have arrived over there. What was never sent cannot have.
    pub(super) fn acknowledged(&mut self, upto: u64, now: Mono) {
        if upto >= self.next {
            return;
        }
        while let Some(first) = self.flying.pop_front_if(|first| first.number <= upto) {
            let bytes = first.item.parcel.bytes;
            self.flying_bytes -= bytes;
            if first.item.counted {
                self.counted -= 1;
                self.counted_bytes -= bytes;
            }
            self.progress_at = now;
            self.round_trip = (!first.again).then(|| between(first.sent_at, now));
        }
    }

    /// What is on its way and below this number is sent again at once.
    pub(super) fn again(&mut self, below: u64) {
        for flying in self.flying.iter_mut().take_while(|flying| flying.number < below) {
            flying.at_once = true;
            self.has_at_once = true;
        }
    }

    /// Whether something has been on its way for too long.
    pub(super) fn is_stuck(&self, now: Mono) -> bool {
        !self.flying.is_empty() && between(self.progress_at, now) >= SILENCE
    }

    /// Hands over what is to be sent now, each with its number; says how many of them go again.
    pub(super) fn send_due(&mut self, now: Mono, send: &mut dyn FnMut(u64, &Packed)) -> u64 {
        let mut again = 0;
        // The oldest holds up all the rest; nothing else needs to be looked at before its time.
        let oldest_due = self.flying.front().is_some_and(|first| between(first.sent_at, now) >= AGAIN);
        if std::mem::take(&mut self.has_at_once) || oldest_due {
            for flying in &mut self.flying {
                if std::mem::take(&mut flying.at_once) || between(flying.sent_at, now) >= AGAIN {
                    flying.sent_at = now;
                    flying.again = true;
                    send(flying.number, &flying.item.parcel);
                    again += 1;
                }
            }
        }
        while let Some(item) = self.take_next() {
            if self.flying.is_empty() {
                self.progress_at = now;
            }
            send(self.next, &item.parcel);
            self.flying_bytes += item.parcel.bytes;
            self.flying.push_back(Flying { number: self.next, sent_at: now, at_once: false, again: false, item });
            self.next += 1;
        }
        again
    }

    fn may_go(&self) -> bool {
        let Some(first) = self.waiting.front() else { return false };
        self.announced
            && self.flying.len() < WINDOW
            && (self.flying.is_empty() || self.flying_bytes + first.parcel.bytes <= WINDOW_BYTES)
    }

    fn take_next(&mut self) -> Option<Waiting> {
        if self.may_go() { self.waiting.pop_front() } else { None }
    }

    /// When something is to be done next; `now` if at once.
    pub(super) fn deadline(&self, now: Mono) -> Option<Mono> {
        if self.may_go() || self.has_at_once {
            return Some(now);
        }
        let first = self.flying.front()?;
        Some(after(first.sent_at, AGAIN).min(after(self.progress_at, SILENCE)))
    }

    /// How many are on their way, and how many wait.
    pub(super) fn len(&self) -> (usize, usize) {
        (self.flying.len(), self.waiting.len())
    }
}
