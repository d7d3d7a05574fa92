//! What a peer may say, and how much of it: frames and control frames are counted, and a message that comes in pieces
//! is put together. A clock's readings come in; what is too much comes out as the code to close with.

use std::time::{Duration, Instant};

use actix_http::ws::Item;
use bytes::BytesMut;
use bytestring::ByteString;

use crate::protocol::CloseCode;

/// Most pings, pongs and other control frames from a peer in [`WINDOW`]: 5 a second.
const CONTROLS_MAX: u32 = 50;
/// Frames allowed for each message allowed: people also type, read and answer.
const FRAMES_PER_MESSAGE: u32 = 4;
/// What the two limits above are counted over.
const WINDOW: Duration = Duration::from_secs(10);

/// What came in of one peer lately.
pub(crate) struct Intake {
    frames: Window,
    controls: Window,
    /// The fragments of a message so far.
    partial: Option<Box<BytesMut>>,
}

impl Intake {
    pub(crate) fn new(messages_per_10s_max: u32, now: Instant) -> Self {
        let frames = Window::new(messages_per_10s_max.saturating_mul(FRAMES_PER_MESSAGE), now);
        Self { frames, controls: Window::new(CONTROLS_MAX, now), partial: None }
    }

    /// A message came.
    pub(crate) fn message(&mut self, now: Instant) -> Result<(), CloseCode> {
        self.frames.count(now)
    }

    /// A control frame came.
    pub(crate) fn control(&mut self, now: Instant) -> Result<(), CloseCode> {
        self.controls.count(now)
    }

    /// A piece of a message came; gives the message with its last one. How many bytes they are together was looked at
    /// with each head.
    pub(crate) fn piece(&mut self, item: Item, now: Instant) -> Result<Option<ByteString>, CloseCode> {
        let (piece, is_last) = match item {
            Item::FirstBinary(_) => return Err(CloseCode::Binary),
            Item::FirstText(piece) => {
                self.partial = Some(Box::default());
                (piece, false)
            }
            Item::Continue(piece) => (piece, false),
            Item::Last(piece) => (piece, true),
        };
        // Each piece costs a frame, so that a message in single bytes is a flood like any other. The last one is
        // counted with the message.
        if !is_last {
            self.frames.count(now)?;
        }
        let whole = self.partial.get_or_insert_default();
        whole.extend_from_slice(&piece);
        if !is_last {
            return Ok(None);
        }
        let whole = self.partial.take().unwrap_or_default();
        ByteString::try_from(whole.freeze()).map(Some).map_err(|_| CloseCode::BadText)
    }
}

/// Counts in fixed windows: cheap in memory, and good enough to tell a flood from a person.
struct Window {
    max: u32,
    count: u32,
    since: Instant,
}

impl Window {
    fn new(max: u32, now: Instant) -> Self {
        Self { max, count: 0, since: now }
    }

    fn count(&mut self, now: Instant) -> Result<(), CloseCode> {
        if now.saturating_duration_since(self.since) >= WINDOW {
            (self.since, self.count) = (now, 0);
        }
        self.count += 1;
        if self.count <= self.max { Ok(()) } else { Err(CloseCode::TooMany) }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn intake(now: Instant) -> Intake {
        Intake::new(1, now)
    }

    #[test]
    fn so_many_frames_and_control_frames_in_ten_seconds_and_then_as_many_again() {
        let now = Instant::now();
        let mut intake = intake(now);
        for _ in 0..FRAMES_PER_MESSAGE {
            assert_eq!(intake.message(now), Ok(()));
        }
        assert_eq!(intake.message(now + WINDOW / 2), Err(CloseCode::TooMany));
        assert_eq!(intake.message(now + WINDOW), Ok(()));
        for _ in 0..CONTROLS_MAX {
            assert_eq!(intake.control(now), Ok(()));
        }
        assert_eq!(intake.control(now), Err(CloseCode::TooMany));
        assert_eq!(intake.control(now + WINDOW), Ok(()));
    }

    #[test]
    fn pieces_become_a_message_and_each_but_the_last_costs_a_frame() {
        let now = Instant::now();
        let mut intake = intake(now);
        let piece = |bytes: &'static [u8]| Bytes::from_static(bytes);
        // A letter of three bytes, cut in two.
        assert_eq!(intake.piece(Item::FirstText(piece(b"\xea\xb9")), now), Ok(None));
        assert_eq!(intake.piece(Item::Continue(piece(b"\x80")), now), Ok(None));
        assert_eq!(intake.piece(Item::Last(piece(b"!")), now), Ok(Some("\u{ae40}!".into())));
        assert_eq!(intake.piece(Item::FirstText(piece(b"a")), now), Ok(None));
        assert_eq!(intake.piece(Item::Last(piece(b"\xff")), now), Err(CloseCode::BadText));
        assert_eq!(intake.piece(Item::FirstText(piece(b"a")), now), Ok(None), "the fourth frame");
        assert_eq!(intake.piece(Item::Continue(piece(b"a")), now), Err(CloseCode::TooMany));
        assert_eq!(intake.piece(Item::FirstBinary(piece(b"a")), now), Err(CloseCode::Binary));
    }
}
