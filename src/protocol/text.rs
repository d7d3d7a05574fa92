//! Text from people: normalised to NFC, bounded in characters, free of control characters.

use thiserror::Error;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// What is wrong with a text. The message names the limit; the caller names the field.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TextFault {
    /// Nothing but white space where something is needed.
    #[error("must not be empty")]
    Empty,
    /// Longer than allowed.
    #[error("has {chars} characters; at most {max} are allowed")]
    TooLong {
        /// Characters after normalisation.
        chars: usize,
        /// The limit.
        max: usize,
    },
    /// A control character other than a line feed or a tab; databases and screens choke on some.
    #[error("contains the control character U+{0:04X}; remove it")]
    Control(u32),
}

/// `text` in NFC with CRLF as LF, or what is wrong with it. `required` refuses blank text.
pub fn clean_text(text: &str, max: usize, required: bool) -> Result<String, TextFault> {
    let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
    if let Some(bad) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(TextFault::Control(u32::from(bad)));
    }
    let text = if is_nfc(&text) { text } else { text.nfc().collect() };
    let chars = text.chars().count();
    if chars > max {
        return Err(TextFault::TooLong { chars, max });
    }
    if required && text.trim().is_empty() {
        return Err(TextFault::Empty);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decomposed_hangul_is_stored_composed() {
        assert_eq!(clean_text("\u{1112}\u{1161}\u{11ab}", 1, true).as_deref(), Ok("한"));
    }

    #[test]
    fn limits_count_characters_and_not_bytes() {
        assert!(clean_text("가나다", 3, true).is_ok());
        assert_eq!(clean_text("가나다라", 3, true), Err(TextFault::TooLong { chars: 4, max: 3 }));
    }

    #[test]
    fn a_nul_is_refused_and_a_line_feed_is_not() {
        assert_eq!(clean_text("a\0b", 9, true), Err(TextFault::Control(0)));
        assert_eq!(clean_text("a\r\nb", 9, true).as_deref(), Ok("a\nb"));
    }
}
