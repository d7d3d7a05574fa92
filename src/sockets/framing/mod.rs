//! What lies below the frames (RFC 6455, chapter 5), looked at before anything of a frame is kept.
//!
//! The library's parser waits for the whole of a frame before it looks at its size, so a head that
//! announces 2^40 bytes would have it keep whatever comes. Here every byte passes first: a fault is
//! seen at the earliest byte that shows it, and the parser is handed one whole frame after the
//! other, none of them above the bound of a message. This also refuses what the parser lets pass:
//! lengths that are not written in their shortest form, and closing words that are not UTF-8.

mod head;
mod text;

use std::fmt::Display;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_web::error::PayloadError;
use bytes::Bytes;
use futures_util::Stream;

use crate::protocol::CloseCode;
use head::{FrameHead, FrameKind, HEAD_BYTES_MAX};
use text::Text;

/// A closing payload begins with its code.
const CLOSE_CODE_BYTES: usize = 2;
/// Payloads are unmasked so much at a time, on the stack.
const BLOCK: usize = 256;

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
        let (mut frame, at) = match self.frame.take() {
            Some(frame) => (frame, 0),
            None => match self.read_head(bytes)? {
                Some(begun) => begun,
                None => return Ok(Step { bytes: bytes.len(), is_whole: false }),
            },
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

    /// Whether nothing is begun, neither a frame nor a text in pieces.
    fn is_between_messages(&self) -> bool {
        self.head_bytes == 0 && self.frame.is_none() && self.open.is_none()
    }

    /// Reads the head that begins in `bytes`, or goes on there. With it, how many of them are its own; `None`
    /// if all of them are, and more is to come.
    fn read_head(&mut self, bytes: &[u8]) -> Result<Option<(Frame, usize)>, CloseCode> {
        let before = usize::from(self.head_bytes);
        let count = bytes.len().min(HEAD_BYTES_MAX - before);
        self.head[before..before + count].copy_from_slice(&bytes[..count]);
        let Some(head) = FrameHead::read(&self.head[..before + count], self.open)? else {
            self.head_bytes = u8::try_from(before + count).unwrap_or_default();
            return Ok(None);
        };
        self.head_bytes = 0;
        Ok(Some((Frame { head, seen: 0, words: Text::default() }, head.own_length - before)))
    }

    fn look_at_payload(&mut self, frame: &mut Frame, masked: &[u8]) -> Result<(), CloseCode> {
        let mut block = [0; BLOCK];
        for piece in masked.chunks(BLOCK) {
            let plain = &mut block[..piece.len()];
            plain.copy_from_slice(piece);
            unmask(plain, frame.head.mask, frame.seen);
            let is_fine = match frame.head.kind {
                FrameKind::Text | FrameKind::Continuation => self.text.goes_on(plain),
                FrameKind::Close => {
                    let code = CLOSE_CODE_BYTES.saturating_sub(frame.seen).min(plain.len());
                    frame.words.goes_on(&plain[code..])
                }
                FrameKind::Binary | FrameKind::Probe => true,
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
            FrameKind::Close if !frame.words.is_whole() => return Err(CloseCode::BadText),
            FrameKind::Close | FrameKind::Probe | FrameKind::Binary => return Ok(()),
            FrameKind::Text | FrameKind::Continuation => {}
        }
        if !frame.head.is_last {
            self.open = Some(self.open.unwrap_or(0) + frame.head.length);
            return Ok(());
        }
        self.open = None;
        if self.text.is_whole() { Ok(()) } else { Err(CloseCode::BadText) }
    }
}

/// Takes the mask off `bytes`, which begin `seen` bytes into their payload (RFC 6455, 5.3); eight at a time.
fn unmask(bytes: &mut [u8], mut mask: [u8; 4], seen: usize) {
    mask.rotate_left(seen % 4);
    let [a, b, c, d] = mask;
    let twice = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (eights, rest) = bytes.as_chunks_mut::<8>();
    for eight in eights {
        *eight = (u64::from_ne_bytes(*eight) ^ twice).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

/// What is wrong, as an error that carries the code: the parser passes an error's words on, and no more.
fn fault(code: CloseCode) -> PayloadError {
    PayloadError::Io(io::Error::other(code.number().to_string()))
}

/// The code with which to close after an error of the parser. What it found by itself is a fault of the
/// protocol; after a real error of the connection nobody is left to read the code.
pub(crate) fn code_of(error: &impl Display) -> CloseCode {
    let words = error.to_string();
    let ours = [CloseCode::Binary, CloseCode::BadText, CloseCode::TooLarge];
    ours.into_iter().find(|code| words.ends_with(&code.number().to_string())).unwrap_or(CloseCode::ProtocolFault)
}

/// What is at hand of what a peer sends.
struct AtHand {
    framing: Framing,
    /// Came in, and was not yet handed on.
    unread: Bytes,
}

/// What a peer sends, a frame at a time; an error at its first fault.
pub(crate) struct Framed<S> {
    stream: S,
    /// None between two messages: nothing is kept for a socket that is silent.
    at_hand: Option<Box<AtHand>>,
    /// A whole frame was handed on. The parser asks for more before it looks at what it has; it
    /// hears that there is nothing, so that what came before a fault counts before the fault does.
    rests: bool,
    /// A fault was told; nothing comes after it.
    has_failed: bool,
}

impl<S> Framed<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, at_hand: None, rests: false, has_failed: false }
    }
}

impl<S: Stream<Item = Result<Bytes, PayloadError>> + Unpin> Stream for Framed<S> {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.has_failed {
            return Poll::Ready(None);
        }
        if std::mem::take(&mut this.rests) {
            // Nobody need be woken for it: the parser has a frame to give, and is asked again.
            return Poll::Pending;
        }
        let AtHand { mut framing, mut unread } = match this.at_hand.take_if(|at_hand| !at_hand.unread.is_empty()) {
            Some(at_hand) => *at_hand,
            None => match ready!(Pin::new(&mut this.stream).poll_next(cx)) {
                Some(Ok(unread)) => {
                    let begun = this.at_hand.take();
                    AtHand { framing: begun.map_or_else(Framing::default, |at_hand| at_hand.framing), unread }
                }
                ended => return Poll::Ready(ended),
            },
        };
        match framing.look(&unread) {
            Ok(step) => {
                this.rests = step.is_whole;
                let piece = unread.split_to(step.bytes);
                // Mostly a whole frame came, and nothing is left of it.
                if !unread.is_empty() || !framing.is_between_messages() {
                    this.at_hand = Some(Box::new(AtHand { framing, unread }));
                }
                Poll::Ready(Some(Ok(piece)))
            }
            Err(code) => {
                this.has_failed = true;
                Poll::Ready(Some(Err(fault(code))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIN: u8 = 0x80;

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        // The mask is of zeros, so that payloads are as they look.
        let mut bytes = vec![first, 0x80 | u8::try_from(payload.len()).unwrap(), 0, 0, 0, 0];
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
    fn the_mask_goes_on_where_it_stopped() {
        let mask = [0x12, 0x34, 0x56, 0x78];
        let plain: Vec<u8> = (0..40).collect();
        let masked: Vec<u8> = plain.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect();
        for from in 0..plain.len() {
            for to in from..=plain.len() {
                let mut piece = masked[from..to].to_vec();
                unmask(&mut piece, mask, from);
                assert_eq!(piece, plain[from..to], "{from} to {to}");
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
        let mut framed = Framed::new(futures_util::stream::iter([Ok(bytes)]));
        for payload in [b"a", b"b"] {
            let piece = framed.next().await;
            assert_eq!(piece.and_then(Result::ok).as_deref(), Some(&frame(FIN | 9, payload)[..]));
            assert!(futures_util::poll!(framed.next()).is_pending(), "the parser looks at the frame first");
        }
        assert!(matches!(framed.next().await, Some(Err(_))));
        assert!(framed.next().await.is_none());
    }

    #[test]
    fn a_code_comes_through_the_parsers_error() {
        for code in [CloseCode::ProtocolFault, CloseCode::Binary, CloseCode::BadText, CloseCode::TooLarge] {
            let passed_on = actix_http::ws::ProtocolError::Io(io::Error::other(fault(code).to_string()));
            assert_eq!(code_of(&passed_on), code);
        }
        assert_eq!(code_of(&actix_http::ws::ProtocolError::UnmaskedFrame), CloseCode::ProtocolFault);
    }
}
