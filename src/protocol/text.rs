//! What a text from a person may be. Four kinds, and nothing else decides about them: a **name**,
//! a **login**, a **line**, a **paragraph**. All are stored in NFC and counted in its Unicode scalar
//! values, as the pages count them.
//!
//! What cannot be seen is dropped, but for the joiners and selectors that a script or an emoji needs
//! (`unseen.rs`). What then shows nothing is refused, and so is what would turn a name round.

use std::borrow::Cow;

use thiserror::Error;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::codes::FaultCode;
use super::unseen::{drop_unseen, has_ink, is_unseen, turns_round};

/// What is wrong with a text. The message names the limit; the caller names the field; the code is
/// what a page has words for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TextFault {
    /// Nothing but white space where something is needed.
    #[error("must not be empty")]
    Empty,
    /// Longer than allowed.
    #[error("has {chars} characters; at most {max} are allowed")]
    TooLong {
        /// Unicode scalar values after normalisation.
        chars: usize,
        /// The limit.
        max: usize,
    },
    /// A control character; some databases and screens fail on them.
    #[error("contains the control character U+{0:04X}; remove it")]
    Control(u32),
    /// More than one line where there is room for one.
    #[error("has more than one line; write it in one")]
    LineFeed,
    /// A character that turns the direction of what follows, in a name.
    #[error("contains U+{0:04X}, which turns the direction of writing; remove it")]
    Bidi(u32),
    /// Nothing in it can be seen; or, in a login, something cannot.
    #[error("contains characters that cannot be seen; type it again without them")]
    Invisible,
    /// White space in a login.
    #[error("contains white space; leave it out")]
    WhiteSpace,
}

impl TextFault {
    /// Its code.
    #[must_use]
    pub fn code(&self) -> FaultCode {
        match self {
            Self::Empty => FaultCode::Empty,
            Self::TooLong { .. } => FaultCode::TooLong,
            Self::Control(_) => FaultCode::Control,
            Self::LineFeed => FaultCode::LineFeed,
            Self::Bidi(_) => FaultCode::Bidi,
            Self::Invisible => FaultCode::Invisible,
            Self::WhiteSpace => FaultCode::WhiteSpace,
        }
    }

    /// The limit, of what is too long.
    #[must_use]
    pub fn max(&self) -> Option<usize> {
        match self {
            Self::TooLong { max, .. } => Some(*max),
            _ => None,
        }
    }
}

/// One of the four below.
pub type TextCheck = fn(&str, usize) -> Result<String, TextFault>;

/// What somebody or something is called and shown by: one line, not blank, that reads as it is
/// written. At most `max` scalar values, as with the others.
pub fn name(given: &str, max: usize) -> Result<String, TextFault> {
    if let Some(bad) = given.chars().find(|c| turns_round(*c)) {
        return Err(TextFault::Bidi(u32::from(bad)));
    }
    line(given, max)
}

/// What somebody logs in with: a name without white space, in which everything can be seen. Two of
/// them are the same if [`super::folded`] makes the same of them.
pub fn login(given: &str, max: usize) -> Result<String, TextFault> {
    let login = name(given, max)?;
    if login.contains(char::is_whitespace) {
        Err(TextFault::WhiteSpace)
    } else if given.contains(is_unseen) {
        Err(TextFault::Invisible)
    } else {
        Ok(login)
    }
}

/// One line, without white space around it.
pub fn line(given: &str, max: usize) -> Result<String, TextFault> {
    if is_plain(given) {
        return bounded(given.trim(), max);
    }
    if given.contains(is_line_break) {
        return Err(TextFault::LineFeed);
    }
    let spaced = given.replace('\t', " ");
    bounded(clean(&spaced)?.trim(), max)
}

/// Words of any number of lines, as they were written.
pub fn paragraph(given: &str, max: usize) -> Result<String, TextFault> {
    if is_plain(given) {
        return bounded(given, max);
    }
    if given.contains(is_line_break) {
        let lines = given.replace("\r\n", "\n").replace(is_line_break, "\n");
        bounded(&clean(&lines)?, max)
    } else {
        bounded(&clean(given)?, max)
    }
}

/// What a program made up and sends back to be known by, such as a `client_id` or a token: not shown
/// to anybody, so only what no database takes is refused.
pub fn key(given: &str, max: usize) -> Result<String, TextFault> {
    if is_plain(given) {
        return bounded(given, max);
    }
    if given.contains(is_line_break) {
        return Err(TextFault::LineFeed);
    }
    refuse_controls(given)?;
    bounded(&composed(given), max)
}

/// Whether there is nothing in it that the kinds differ about: what is left is to count it. All of ASCII that
/// can be seen, and the space, is in NFC and ends no line; most keys and many messages are of nothing else.
fn is_plain(text: &str) -> bool {
    // No early end: so the compiler looks at many bytes at once.
    text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'))
}

/// What ends a line anywhere: in a page, in a letter, in a log, in a spreadsheet.
fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn refuse_controls(text: &str) -> Result<(), TextFault> {
    let bad = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    bad.map_or(Ok(()), |c| Err(TextFault::Control(u32::from(c))))
}

/// In NFC, without what cannot be seen. Dropping comes first: what lay between a letter and its
/// accent must not keep them apart.
fn clean(text: &str) -> Result<Cow<'_, str>, TextFault> {
    refuse_controls(text)?;
    let seen = drop_unseen(text);
    if !seen.contains(has_ink) && !text.trim().is_empty() {
        return Err(TextFault::Invisible);
    }
    Ok(match seen {
        Cow::Borrowed(seen) => composed(seen),
        Cow::Owned(seen) => Cow::Owned(composed(&seen).into_owned()),
    })
}

fn composed(text: &str) -> Cow<'_, str> {
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

fn bounded(text: &str, max: usize) -> Result<String, TextFault> {
    let chars = text.chars().count();
    if chars > max {
        Err(TextFault::TooLong { chars, max })
    } else if text.trim().is_empty() {
        Err(TextFault::Empty)
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
