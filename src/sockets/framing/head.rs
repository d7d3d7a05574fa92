//! The head of a frame: what it announces, and whether that may come.

use crate::protocol::{CloseCode, FRAME_BYTES_MAX};

/// Two bytes, eight of length, four of the mask.
pub(super) const HEAD_BYTES_MAX: usize = 14;
/// Most payload of a control frame (RFC 6455, 5.5).
const CONTROL_BYTES_MAX: u8 = 125;

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// A text, or the first piece of one.
    Text,
    /// A further piece of a text.
    Continuation,
    Binary,
    Close,
    /// A ping or a pong.
    Probe,
}

impl FrameKind {
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
pub(super) struct FrameHead {
    pub(super) kind: FrameKind,
    /// It is the last piece of its message, or the only one.
    pub(super) is_last: bool,
    /// Of the payload, in bytes.
    pub(super) length: usize,
    pub(super) mask: [u8; 4],
    /// Of the head itself, in bytes.
    pub(super) own_length: usize,
}

impl FrameHead {
    /// Reads as much of a head as has come. `None` is not yet a whole one. `open` is how many bytes
    /// of a text in pieces came before it, if one is under way.
    pub(super) fn read(bytes: &[u8], open: Option<usize>) -> Result<Option<Self>, CloseCode> {
        let Some(&first) = bytes.first() else { return Ok(None) };
        let (is_last, has_reserved_bits) = (first & 0x80 != 0, first & 0x70 != 0);
        let kind = FrameKind::of(first).ok_or(CloseCode::ProtocolFault)?;
        let follows = match kind {
            FrameKind::Continuation => open.is_some(),
            FrameKind::Text | FrameKind::Binary => open.is_none(),
            FrameKind::Close | FrameKind::Probe => is_last,
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
        if kind == FrameKind::Binary {
            return Err(CloseCode::Binary);
        }
        let mask = bytes.get(mask_at..mask_at + 4).and_then(|mask| mask.try_into().ok());
        Ok(mask.map(|mask| Self { kind, is_last, length, mask, own_length: mask_at + 4 }))
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
}
