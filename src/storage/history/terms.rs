//! What a consultation can be found by, as small numbers: the pairs of letters that stand side by
//! side in its texts, and the values lists are narrowed to. One index of them answers any
//! combination of filters, with or without words, the newest first.
//!
//! Korean is searched by pairs because its words are written together with what follows them:
//! `환불` is in `환불을` as a pair, not as a word. What is found by pairs is compared with the text
//! itself before it is shown, so a number that stands for two things costs time and no truth.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::ids::{AccountId, DeskId, LineId};
use crate::storage::talk::tickets::Status;

/// Above these waits a consultation has a term each; a wait in between is looked up under the one
/// below it. At most half of what is then looked at is in vain.
const WAITS_S: [u32; 14] = [0, 5, 10, 20, 30, 60, 90, 120, 180, 300, 600, 1_200, 1_800, 3_600];
/// Of which sizes there are spans, as powers of two of a millisecond: 4 minutes, 70 minutes,
/// 19 hours, 12 days, 199 days.
pub const SPANS: [u32; 5] = [18, 22, 26, 30, 34];
/// Where the numbers of values begin; no pair of letters has a number there, as its first letter
/// would be half of a surrogate.
const VALUES: u32 = 0xD800_0000;
/// How many numbers there are for values.
const VALUES_MASK: u32 = 0x07FF_FFFF;

/// A term: a pair of letters, or a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(pub i32);

/// A value that lists are narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    Line(LineId),
    /// The topic's code at the time of the request.
    Topic(&'a str),
    /// Who counsels or counselled.
    Counsellor(AccountId),
    /// The registered desk.
    Desk(DeskId),
    /// Where it stands.
    Status(Status),
    /// A code of the group `RESULT`.
    Result(&'a str),
    /// 1 to 5.
    Rating(i32),
    /// Longer than one of the steps.
    WaitedOver(u32),
    /// Requested in this span: the index in [`SPANS`], and the moment shifted by it.
    Span(usize, i64),
}

impl Value<'_> {
    /// The number it is looked up by.
    #[must_use]
    pub fn term(self) -> Term {
        let hash = match self {
            Self::Line(id) => fnv(1, id.0.as_bytes()),
            Self::Topic(code) => fnv(2, code.as_bytes()),
            Self::Counsellor(id) => fnv(3, id.0.as_bytes()),
            Self::Desk(id) => fnv(4, id.0.as_bytes()),
            Self::Status(status) => fnv(5, status.code().as_bytes()),
            Self::Result(code) => fnv(6, code.as_bytes()),
            Self::Rating(score) => fnv(7, &score.to_be_bytes()),
            Self::WaitedOver(seconds) => fnv(8, &seconds.to_be_bytes()),
            Self::Span(size, at) => fnv(9 + u8::try_from(size).unwrap_or(u8::MAX - 9), &at.to_be_bytes()),
        };
        Term((VALUES | (hash & VALUES_MASK)).cast_signed())
    }
}

/// The step to look up waits of more than `seconds` under.
#[must_use]
pub fn wait_step(seconds: u32) -> u32 {
    WAITS_S.into_iter().rev().find(|step| *step <= seconds).unwrap_or(0)
}

/// Terms as they are gathered for one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms(Vec<i32>);

impl Terms {
    /// Adds a value.
    pub fn value(&mut self, value: Value) {
        self.0.push(value.term().0);
    }

    /// Every step this wait is longer than.
    pub fn waited(&mut self, seconds: u32) {
        for step in WAITS_S.into_iter().take_while(|step| *step < seconds) {
            self.value(Value::WaitedOver(step));
        }
    }

    /// The spans this moment, in milliseconds, lies in.
    pub fn moment(&mut self, moment: i64) {
        for (size, shift) in SPANS.into_iter().enumerate() {
            self.value(Value::Span(size, moment >> shift));
        }
    }

    /// Every pair of letters of a text.
    pub fn text(&mut self, text: &str) {
        let mut before = None;
        for letter in letters(text) {
            if let (Some(first), Some(second)) = (before, letter) {
                self.0.push(pair(first, second));
            }
            before = letter;
        }
    }

    /// Each once, in order.
    #[must_use]
    pub fn finish(mut self) -> Vec<i32> {
        self.0.sort_unstable();
        self.0.dedup();
        self.0
    }
}

/// The words of a search, as they are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words(Vec<String>);

impl Words {
    /// The words of `query`; `None` if none of them has two letters: too little to look up.
    #[must_use]
    pub fn of(query: &str) -> Option<Self> {
        let words: Vec<String> = plain(query).split_whitespace().map(str::to_owned).collect();
        let enough = words.iter().any(|word| word.chars().nth(1).is_some());
        enough.then_some(Self(words))
    }

    /// The pairs a text with these words in it must have.
    #[must_use]
    pub fn terms(&self) -> Vec<i32> {
        let mut terms = Terms::default();
        self.0.iter().for_each(|word| terms.text(word));
        terms.finish()
    }

    /// Whether every word is in at least one of these texts, as it stands or inside another.
    pub fn are_in<'a>(&self, texts: impl Iterator<Item = &'a str>) -> bool {
        let mut missing: Vec<&str> = self.0.iter().map(String::as_str).collect();
        for text in texts {
            if missing.is_empty() {
                break;
            }
            let text = plain(text);
            missing.retain(|word| !text.contains(word));
        }
        missing.is_empty()
    }
}

/// Lower case, NFC, and a space for whatever is neither a letter nor a number.
fn plain(text: &str) -> String {
    letters(text).map(|letter| letter.unwrap_or(' ')).collect()
}

/// The letters and numbers of a text as they are compared; `None` for anything between them.
fn letters(text: &str) -> impl Iterator<Item = Option<char>> {
    let lower = text.nfc().flat_map(char::to_lowercase);
    lower.map(|letter| Some(letter).filter(|letter| letter.is_alphanumeric()))
}

fn pair(first: char, second: char) -> i32 {
    ((u32::from(first) << 16) | (u32::from(second) & 0xFFFF)).cast_signed()
}

/// FNV-1a of a kind and its value.
fn fnv(kind: u8, bytes: &[u8]) -> u32 {
    std::iter::once(&kind)
        .chain(bytes)
        .fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str, text: &str) -> bool {
        let words = Words::of(query).expect("words");
        let mut terms = Terms::default();
        terms.text(text);
        let terms = terms.finish();
        let by_index = words.terms().iter().all(|term| terms.contains(term));
        let by_text = words.are_in([text].into_iter());
        assert!(by_index || !by_text, "{query:?} is in {text:?} and the index would not say so");
        by_text
    }

    #[test]
    fn a_word_is_found_with_what_is_written_onto_it() {
        for (query, text, is_in) in [
            ("환불", "환불을 요청했다", true),
            ("환불 요청", "요청: 환불!", true),
            ("환불요청", "환불 요청", false),
            ("불을요", "환불을 요청", false),
            ("REFUND", "a refund, please", true),
            ("\u{1112}\u{1161}\u{11ab}국", "한국", true),
            ("국 한국", "한국", true),
            ("A-12", "room a, 12th floor", true),
            ("12층", "12 층", false),
            ("𝒜ℬ", "x𝒜ℬ", true),
        ] {
            assert_eq!(found(query, text), is_in, "{query:?} in {text:?}");
        }
    }

    #[test]
    fn one_letter_is_too_little() {
        for query in ["", " ", "가", "가 나", "-", "a-b"] {
            assert_eq!(Words::of(query), None, "{query:?}");
        }
    }

    #[test]
    fn a_wait_is_looked_up_under_the_step_below_it() {
        for (over, step) in [(0, 0), (4, 0), (59, 30), (60, 60), (9_000, 3_600)] {
            assert_eq!(wait_step(over), step, "{over}");
        }
        let mut terms = Terms::default();
        terms.waited(60);
        let terms = terms.finish();
        assert!(terms.contains(&Value::WaitedOver(30).term().0) && !terms.contains(&Value::WaitedOver(60).term().0));
    }

    #[test]
    fn no_value_has_the_number_of_a_pair_of_letters() {
        for value in [Value::Rating(5), Value::Topic("GENERAL"), Value::Span(4, 100), Value::WaitedOver(60)] {
            assert!((0xD800..0xE000).contains(&(value.term().0.cast_unsigned() >> 16)));
        }
    }
}
