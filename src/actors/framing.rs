//! What lies below the frames (RFC 6455, chapter 5), looked at before anything of a frame is kept.
//!
//! The library's parser waits for the whole of a frame before it looks at its size, so a head that
//! announces 2^40 bytes would have it keep whatever comes. Here every byte passes first: a fault is
//! seen at the earliest byte that shows it, and the parser is handed one whole frame after the
//! other, none of them larger than [`FRAME_BYTES_MAX`]. This also refuses what the parser lets
//! pass: lengths that are not written in their shortest form, and closing words that are not UTF-8.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_util::Stream;

use crate::protocol::{CloseCode, FRAME_BYTES_MAX};

/// Two bytes, eight of length, four of the mask.
const HEAD_BYTES_MAX: usize = 14;
/// Most payload of a control frame (RFC 6455, 5.5).
const CONTROL_BYTES_MAX: u8 = 125;
/// A closing payload begins with its code.
const CLOSE_CODE_BYTES: usize = 2;
/// Payloads are unmasked so much at a time, on the stack.
const BLOCK: usize = 256;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A text, or the first piece of one.
    Text,
    /// A further piece of a text.
    Continuation,
    Binary,
    Close,
    /// A ping or a pong.
    Probe,
}

impl Kind {
    fn of(first: u8) -> Option<Self> {
        match first & 0x0f {
            0x0 => Some(Self::Continuation),
            0x1 => Some(Self::Text),
            0x2 => Some(Self::Binary),
            0x8 => Some(Self::Close),
            0x9 | 0xa => Some(Self::Probe),
            _ => None,
        }
    }

    fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Probe)
    }
}

/// The head of a frame that may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FrameHead {
    kind: Kind,
    /// It is the last piece of its message, or the only one.
    is_last: bool,
    length: usize,
    mask: [u8; 4],
}

impl FrameHead {
    /// Reads as much of a head as has come. `None` is not yet a whole one. `open` is how many bytes
    /// of a text in pieces came before it, if one is under way.
    fn read(bytes: &[u8], open: Option<usize>) -> Result<Option<Self>, CloseCode> {
        let Some(&first) = bytes.first() else { return Ok(None) };
        let (is_last, has_reserved_bits) = (first & 0x80 != 0, first & 0x70 != 0);
        let kind = Kind::of(first).ok_or(CloseCode::ProtocolFault)?;
        let follows = match kind {
            Kind::Continuation => open.is_some(),
            Kind::Text | Kind::Binary => open.is_none(),
            Kind::Close | Kind::Probe => is_last,
        };
        if has_reserved_bits || !follows {
            return Err(CloseCode::ProtocolFault);
        }
        let Some(&second) = bytes.get(1) else { return Ok(None) };
        let (is_masked, short) = (second & 0x80 != 0, second & 0x7f);
        if !is_masked || (kind.is_control() && short > CONTROL_BYTES_MAX) {
            return Err(CloseCode::ProtocolFault);
        }
        let Some((length, shortest, mask_at)) = length(bytes, short) else { return Ok(None) };
        // Its size comes before all that is wrong with it besides: who announces too much is told so.
        let room = FRAME_BYTES_MAX.saturating_sub(open.filter(|_| !kind.is_control()).unwrap_or(0));
        let length = usize::try_from(length).ok().filter(|length| *length <= room).ok_or(CloseCode::TooLarge)?;
        if !shortest {
            return Err(CloseCode::ProtocolFault);
        }
        if kind == Kind::Binary {
            return Err(CloseCode::Binary);
        }
        let mask = bytes.get(mask_at..mask_at + 4).and_then(|mask| mask.try_into().ok());
        Ok(mask.map(|mask| Self { kind, is_last, length, mask }))
    }
}

/// The announced length, whether it is in its shortest form, and where the mask begins.
fn length(bytes: &[u8], short: u8) -> Option<(u64, bool, usize)> {
    match short {
        126 => {
            let length = u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?);
            Some((length.into(), length > u16::from(CONTROL_BYTES_MAX), 4))
        }
        127 => {
            let length = u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?);
            Some((length, length > u64::from(u16::MAX), 10))
        }
        short => Some((short.into(), true, 2)),
    }
}

/// A text as it comes in, so far as it is not yet whole characters.
#[derive(Clone, Copy, Debug, Default)]
struct Text {
    /// The beginning of a character whose rest is still to come.
    begun: [u8; 4],
    count: u8,
}

impl Text {
    /// Whether `piece` can be the next of a text in UTF-8.
    fn goes_on(&mut self, mut piece: &[u8]) -> bool {
        while self.count > 0 {
            let Some((&byte, rest)) = piece.split_first() else { return true };
            // A character has four bytes at most, so a fourth one always settles it.
            self.begun[usize::from(self.count)] = byte;
            self.count += 1;
            piece = rest;
            match std::str::from_utf8(&self.begun[..self.count.into()]) {
                Ok(_) => self.count = 0,
                Err(error) if error.error_len().is_some() => return false,
                Err(_) => {}
            }
        }
        let Err(error) = std::str::from_utf8(piece) else { return true };
        let begun = &piece[error.valid_up_to()..];
        if error.error_len().is_none() {
            self.begun[..begun.len()].copy_from_slice(begun);
            self.count = u8::try_from(begun.len()).unwrap_or_default();
        }
        error.error_len().is_none()
    }

    fn is_whole(self) -> bool {
        self.count == 0
    }
}

/// The frame at hand.
#[derive(Clone, Copy, Debug)]
struct Frame {
    head: FrameHead,
    /// How much of its payload has come.
    seen: usize,
    /// The words of a closing frame.
    words: Text,
}

/// What a peer sends, as far as it has been looked at.
#[derive(Debug, Default)]
struct Framing {
    head: [u8; HEAD_BYTES_MAX],
    head_bytes: u8,
    frame: Option<Frame>,
    /// The bytes so far of a text in pieces.
    open: Option<usize>,
    text: Text,
}

/// How much of what came belongs to the frame at hand, and whether that is whole with it.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    bytes: usize,
    is_whole: bool,
}

impl Framing {
    /// Looks at what came, up to the end of the frame at hand.
    fn look(&mut self, bytes: &[u8]) -> Result<Step, CloseCode> {
        let mut at = 0;
        let mut frame = loop {
            if let Some(frame) = self.frame.take() {
                break frame;
            }
            let Some(&byte) = bytes.get(at) else { return Ok(Step { bytes: at, is_whole: false }) };
            self.head[usize::from(self.head_bytes)] = byte;
            self.head_bytes += 1;
            at += 1;
            self.frame = self.read_head()?;
        };
        let count = (frame.head.length - frame.seen).min(bytes.len() - at);
        self.look_at_payload(&mut frame, &bytes[at..at + count])?;
        let is_whole = frame.seen == frame.head.length;
        if is_whole {
            self.end(frame)?;
        } else {
            self.frame = Some(frame);
        }
        Ok(Step { bytes: at + count, is_whole })
    }

    fn read_head(&mut self) -> Result<Option<Frame>, CloseCode> {
        let head = FrameHead::read(&self.head[..self.head_bytes.into()], self.open)?;
        Ok(head.map(|head| {
            self.head_bytes = 0;
            Frame { head, seen: 0, words: Text::default() }
        }))
    }

    fn look_at_payload(&mut self, frame: &mut Frame, masked: &[u8]) -> Result<(), CloseCode> {
        let mut block = [0; BLOCK];
        for piece in masked.chunks(BLOCK) {
            let plain = &mut block[..piece.len()];
            for (nth, (plain, masked)) in plain.iter_mut().zip(piece).enumerate() {
                *plain = masked ^ frame.head.mask[(frame.seen + nth) % 4];
            }
            let is_fine = match frame.head.kind {
                Kind::Text | Kind::Continuation => self.text.goes_on(plain),
                Kind::Close => {
                    let code = CLOSE_CODE_BYTES.saturating_sub(frame.seen).min(plain.len());
                    frame.words.goes_on(&plain[code..])
                }
                Kind::Binary | Kind::Probe => true,
            };
            if !is_fine {
                return Err(CloseCode::BadText);
            }
            frame.seen += piece.len();
        }
        Ok(())
    }

    fn end(&mut self, frame: Frame) -> Result<(), CloseCode> {
        match frame.head.kind {
            Kind::Close if !frame.words.is_whole() => return Err(CloseCode::BadText),
            Kind::Close | Kind::Probe | Kind::Binary => return Ok(()),
            Kind::Text | Kind::Continuation => {}
        }
        if !frame.head.is_last {
            self.open = Some(self.open.unwrap_or(0) + frame.head.length);
            return Ok(());
        }
        self.open = None;
        if self.text.is_whole() { Ok(()) } else { Err(CloseCode::BadText) }
    }
}

/// Why a socket's peer is at fault, once it is: the parser's errors cannot carry it.
pub(super) type Fault = Rc<Cell<Option<CloseCode>>>;

/// What a peer sends, a frame at a time; an error at its first fault.
pub(super) struct Framed<S> {
    stream: S,
    framing: Framing,
    /// Came in, and was not yet handed on.
    unread: Bytes,
    /// A whole frame was handed on. The parser asks for more before it looks at what it has; it
    /// hears that there is nothing, so that what came before a fault counts before the fault does.
    rests: bool,
    fault: Fault,
}

impl<S> Framed<S> {
    pub(super) fn new(stream: S, fault: Fault) -> Self {
        Self { stream, framing: Framing::default(), unread: Bytes::new(), rests: false, fault }
    }
}

impl<S: Stream<Item = Result<Bytes, PayloadError>> + Unpin> Stream for Framed<S> {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.fault.get().is_some() {
            return Poll::Ready(None);
        }
        if std::mem::take(&mut this.rests) {
            // Nobody need be woken for it: the parser has a frame to give, and is asked again.
            return Poll::Pending;
        }
        if this.unread.is_empty() {
            match ready!(Pin::new(&mut this.stream).poll_next(cx)) {
                Some(Ok(bytes)) => this.unread = bytes,
                ended => return Poll::Ready(ended),
            }
        }
        match this.framing.look(&this.unread) {
            Ok(step) => {
                this.rests = step.is_whole;
                Poll::Ready(Some(Ok(this.unread.split_to(step.bytes))))
            }
            Err(code) => {
                this.fault.set(Some(code));
                this.unread = Bytes::new();
                Poll::Ready(Some(Err(PayloadError::Overflow)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIN: u8 = 0x80;

    /// A head with a mask of zeros, so that payloads are as they look.
    fn head(first: u8, length: &[u8]) -> Vec<u8> {
        let mut bytes = vec![first];
        bytes.extend(length);
        bytes[1] |= 0x80;
        bytes.extend([0; 4]);
        bytes
    }

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = head(first, &[u8::try_from(payload.len()).unwrap()]);
        bytes.extend(payload);
        bytes
    }

    /// How far `bytes` are taken when they come `at_once` at a time, and the fault, if they have one.
    fn taken(bytes: &[u8], at_once: usize) -> (usize, Option<CloseCode>) {
        let (mut framing, mut taken) = (Framing::default(), 0);
        for piece in bytes.chunks(at_once) {
            let mut left = piece;
            while !left.is_empty() {
                match framing.look(left) {
                    Ok(step) => {
                        taken += step.bytes;
                        left = &left[step.bytes..];
                    }
                    Err(code) => return (taken, Some(code)),
                }
            }
        }
        (taken, None)
    }

    #[test]
    fn every_size_above_the_bound_is_refused_at_the_head_and_before_its_mask() {
        for length in [FRAME_BYTES_MAX as u64 + 1, 40_000, 65_535, 65_536, 1 << 20, 1 << 40, (1 << 63) - 1, u64::MAX] {
            for open in [None, Some(0), Some(FRAME_BYTES_MAX)] {
                let kind = if open.is_some() { 0 } else { FIN | 1 };
                let mut long = vec![kind, 0xff];
                long.extend(length.to_be_bytes());
                assert_eq!(FrameHead::read(&long, open), Err(CloseCode::TooLarge), "{length} after {open:?}");
            }
        }
        let largest = u16::try_from(FRAME_BYTES_MAX).unwrap().to_be_bytes();
        let whole = head(FIN | 1, &[126, largest[0], largest[1]]);
        assert!(matches!(FrameHead::read(&whole, None), Ok(Some(_))));
        let piece = [0x80, 0x80 | 1];
        assert_eq!(FrameHead::read(&piece, Some(FRAME_BYTES_MAX)), Err(CloseCode::TooLarge), "the pieces together");
    }

    #[test]
    fn a_head_is_refused_by_the_first_byte_that_shows_its_fault() {
        use CloseCode::{Binary, ProtocolFault};
        for (what, bytes, open, code) in [
            ("a reserved bit", &[0xc1][..], None, ProtocolFault),
            ("a reserved kind", &[0x83], None, ProtocolFault),
            ("a reserved control kind", &[0x8b], None, ProtocolFault),
            ("a continuation of nothing", &[0x80], None, ProtocolFault),
            ("a text within a text", &[0x81], Some(3), ProtocolFault),
            ("a ping in pieces", &[0x09], None, ProtocolFault),
            ("no mask", &[0x81, 5], None, ProtocolFault),
            ("a long ping", &[0x89, 0xfe], None, ProtocolFault),
            ("a very long pong", &[0x8a, 0xff], None, ProtocolFault),
            ("five in three bytes", &[0x81, 0xfe, 0, 5], None, ProtocolFault),
            ("125 in three bytes", &[0x81, 0xfe, 0, 125], None, ProtocolFault),
            ("300 in nine bytes", &[0x81, 0xff, 0, 0, 0, 0, 0, 0, 1, 44], None, ProtocolFault),
            ("binary", &[0x82, 0x82], None, Binary),
        ] {
            assert_eq!(FrameHead::read(bytes, open), Err(code), "{what}");
            let before = &bytes[..bytes.len() - 1];
            assert_eq!(FrameHead::read(before, open), Ok(None), "{what}: one byte earlier nothing was wrong");
        }
        assert!(matches!(FrameHead::read(&head(FIN | 1, &[126, 0, 126]), None), Ok(Some(_))), "126 in three bytes");
    }

    #[test]
    fn text_fails_at_its_first_impossible_byte_however_it_is_cut() {
        // The second of two pieces has the fault at its third byte.
        let mut bytes = frame(1, "가나".as_bytes());
        let fine = bytes.len();
        bytes.extend(frame(FIN, b"ab\xf4\x90cd"));
        for at_once in 1..bytes.len() {
            let (taken, fault) = taken(&bytes, at_once);
            assert_eq!(fault, Some(CloseCode::BadText), "{at_once} at a time");
            assert!(taken >= fine, "{at_once} at a time: the piece before is whole");
        }
        for (text, code) in [
            (&b"\xed\x95\x9c"[..], None),
            (b"\xed\xa0\x80", Some(CloseCode::BadText)),
            (b"\xf0\x9f\x98\x80", None),
            (b"\xf0\x9f\x98", Some(CloseCode::BadText)),
            (b"\xc0\xaf", Some(CloseCode::BadText)),
            (b"\xff", Some(CloseCode::BadText)),
        ] {
            for at_once in 1..4 {
                assert_eq!(taken(&frame(FIN | 1, text), at_once).1, code, "{text:x?}");
            }
        }
    }

    #[test]
    fn closing_words_are_utf_8_and_their_code_is_no_text() {
        for (payload, code) in [
            (&b""[..], None),
            (b"\x03\xe8", None),
            (b"\x03\xe8bye", None),
            (b"\x03\xe8\xff", Some(CloseCode::BadText)),
            (b"\x03\xe8\xea\xb0", Some(CloseCode::BadText)),
        ] {
            for at_once in 1..4 {
                assert_eq!(taken(&frame(FIN | 8, payload), at_once).1, code, "{payload:x?}");
            }
        }
    }

    #[test]
    fn a_ping_may_come_between_the_pieces_of_a_text() {
        let bytes = [frame(1, b"\xea"), frame(FIN | 9, b"\xff"), frame(FIN, b"\xb0\x80")].concat();
        for at_once in 1..bytes.len() {
            assert_eq!(taken(&bytes, at_once), (bytes.len(), None), "{at_once} at a time");
        }
    }

    #[actix::test]
    async fn what_came_before_a_fault_is_handed_on_before_the_fault_is() {
        use futures_util::StreamExt as _;

        let bytes = Bytes::from([frame(FIN | 9, b"a"), frame(FIN | 9, b"b"), vec![0xff]].concat());
        let fault = Fault::default();
        let mut framed = Framed::new(futures_util::stream::iter([Ok(bytes)]), fault.clone());
        for payload in [b"a", b"b"] {
            let piece = framed.next().await;
            assert_eq!(piece.and_then(Result::ok).as_deref(), Some(&frame(FIN | 9, payload)[..]));
            assert!(futures_util::poll!(framed.next()).is_pending(), "the parser looks at the frame first");
            assert_eq!(fault.get(), None);
        }
        assert!(matches!(framed.next().await, Some(Err(_))));
        assert_eq!(fault.get(), Some(CloseCode::ProtocolFault));
        assert!(framed.next().await.is_none());
    }
}
