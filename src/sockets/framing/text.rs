//! Text in UTF-8 that comes in pieces, which may be cut anywhere.

/// A text as it comes in, so far as it is not yet whole characters.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Text {
    /// The beginning of a character whose rest is still to come.
    begun: [u8; 4],
    count: u8,
}

impl Text {
    /// Whether `piece` can be the next of a text in UTF-8.
    pub(super) fn goes_on(&mut self, mut piece: &[u8]) -> bool {
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

    pub(super) fn is_whole(self) -> bool {
        self.count == 0
    }
}
