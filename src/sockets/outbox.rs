//! What is sent toward a socket, counted where it is sent.
//!
//! A peer that stops reading freezes its socket's actor: messages pile up in its mailbox, which
//! knows no bound for senders that must not wait. So each sender counts here what has not yet
//! arrived at the actor; at the bound the socket is shut with 1013 and nothing more is queued.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use actix::prelude::*;
use bytestring::ByteString;

use crate::front::Passing;
use crate::ids::RoomId;
use crate::protocol::{CloseCode, ServerFrame};
use crate::room::Glance;

/// Most frames queued toward one socket. A person reads one at a time; 256 is a long stall.
pub(crate) const FRAMES_MAX: usize = 256;
/// Most bytes queued toward one socket.
pub(crate) const BYTES_MAX: usize = 1024 * 1024;

/// To the actor of a socket.
#[derive(Message)]
#[rtype(result = "()")]
pub(crate) enum Out {
    /// One frame, and what it says also to who sits at the socket.
    Text(ByteString, Option<Passing>),
    /// A room tells who sits there how it looks.
    Glance(Box<(RoomId, Glance)>),
    /// Several frames that belong together: a replay.
    Texts(Vec<ByteString>),
    /// Close the socket.
    Shut(CloseCode),
}

impl Out {
    fn bytes(&self) -> usize {
        match self {
            Self::Text(text, _) => text.len(),
            Self::Texts(texts) => texts.iter().map(|text| text.len()).sum(),
            Self::Glance(_) | Self::Shut(_) => 0,
        }
    }
}

#[derive(Default)]
struct Gauge {
    frames: AtomicUsize,
    bytes: AtomicUsize,
    shut: AtomicBool,
}

/// The way to one socket. Cheap to clone; sending never waits.
#[derive(Clone)]
pub(crate) struct Outbox {
    to: Recipient<Out>,
    gauge: Arc<Gauge>,
    generation: u64,
}

impl Outbox {
    pub(crate) fn new(to: Recipient<Out>, generation: u64) -> Self {
        Self { to, gauge: Arc::default(), generation }
    }

    /// Which socket this leads to.
    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// Sends one frame.
    pub(crate) fn send(&self, frame: &ServerFrame) {
        self.send_written(frame, frame.to_json().into());
    }

    /// Sends a frame that is written already, as `text`, so that it is written once for many.
    pub(crate) fn send_written(&self, frame: &ServerFrame, text: ByteString) {
        self.pass(text, Passing::of(frame));
    }

    /// Sends a frame that is written already, with what it says also to who sits there.
    pub(crate) fn pass(&self, text: ByteString, passing: Option<Passing>) {
        self.queue(Out::Text(text, passing));
    }

    /// Tells who sits there how a room looks.
    pub(crate) fn show(&self, room: RoomId, glance: Glance) {
        self.queue(Out::Glance(Box::new((room, glance))));
    }

    /// Sends frames as one piece, counted as one.
    pub(crate) fn send_all(&self, texts: Vec<ByteString>) {
        self.queue(Out::Texts(texts));
    }

    /// Closes the socket after what was sent before.
    pub(crate) fn shut(&self, code: CloseCode) {
        if !self.gauge.shut.swap(true, Ordering::Relaxed) {
            self.to.do_send(Out::Shut(code));
        }
    }

    /// Called by the socket's actor: it closes by itself, and nothing more need be queued.
    pub(crate) fn closing(&self) {
        self.gauge.shut.store(true, Ordering::Relaxed);
    }

    /// Whether the socket is closing, or was told to.
    pub(crate) fn is_shut(&self) -> bool {
        self.gauge.shut.load(Ordering::Relaxed)
    }

    fn queue(&self, out: Out) {
        if self.is_shut() {
            return;
        }
        let frames = self.gauge.frames.fetch_add(1, Ordering::Relaxed) + 1;
        let size = out.bytes();
        let bytes = self.gauge.bytes.fetch_add(size, Ordering::Relaxed) + size;
        // A replay is bounded where it is made and may alone be larger than the rest together.
        if frames > FRAMES_MAX || (bytes > BYTES_MAX && bytes != size) {
            self.shut(CloseCode::Overloaded);
        } else {
            self.to.do_send(out);
        }
    }

    /// Called by the socket's actor: this has arrived.
    pub(crate) fn arrived(&self, out: &Out) {
        if !matches!(out, Out::Shut(_)) {
            self.gauge.frames.fetch_sub(1, Ordering::Relaxed);
            self.gauge.bytes.fetch_sub(out.bytes(), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Frozen;
    impl Actor for Frozen {
        type Context = Context<Self>;
    }
    impl Handler<Out> for Frozen {
        type Result = ();
        fn handle(&mut self, _: Out, _: &mut Context<Self>) {}
    }

    #[actix::test]
    async fn a_peer_that_stops_reading_is_shut_at_the_bound() {
        // The actor runs only when this test yields, which it does not: just like a frozen socket.
        let outbox = Outbox::new(Frozen.start().recipient(), 1);
        for _ in 0..FRAMES_MAX {
            outbox.queue(Out::Text("x".into(), None));
        }
        assert!(!outbox.gauge.shut.load(Ordering::Relaxed));
        outbox.queue(Out::Text("x".into(), None));
        assert!(outbox.gauge.shut.load(Ordering::Relaxed));
        let outbox = Outbox::new(Frozen.start().recipient(), 2);
        outbox.queue(Out::Text("x".into(), None));
        outbox.queue(Out::Text("y".repeat(BYTES_MAX).into(), None));
        assert!(outbox.gauge.shut.load(Ordering::Relaxed));
    }
}
