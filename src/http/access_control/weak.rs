//! Passwords that are refused because a guesser tries them first: those that many people have, and those
//! that say one thing again and again.

use std::collections::HashSet;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::protocol::FaultCode;

/// Fewest characters of a new password.
pub const PASSWORD_CHARS_MIN: usize = 8;

/// The 10,000 most common passwords among those that are long enough, the most common first; see the
/// licence beside it.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common_passwords/list.txt").lines().collect());

/// Why a password is easily guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Many people have it.
    Common,
    /// It is something shorter, said again.
    Repeated,
}

impl Weakness {
    /// The code by which pages know it.
    #[must_use]
    pub fn code(self) -> FaultCode {
        match self {
            Self::Common => FaultCode::Common,
            Self::Repeated => FaultCode::Repeated,
        }
    }

    /// In words.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Common => "is one of the most common passwords and is tried first; choose another",
            Self::Repeated => "is one short thing said again and again; choose another",
        }
    }
}

/// What is weak about a password, if anything. Capitals and full-width letters make it no other.
#[must_use]
pub fn weakness(password: &str) -> Option<Weakness> {
    let plain = password.nfkc().collect::<String>().to_lowercase();
    if COMMON.contains(plain.as_str()) {
        return Some(Weakness::Common);
    }
    let chars: Vec<char> = plain.chars().collect();
    let repeats =
        (1..=chars.len() / 2).find(|unit| chars.iter().zip(&chars[*unit..]).all(|(one, next)| one == next))?;
    let unit: String = chars[..repeats].iter().collect();
    let is_weak = repeats < PASSWORD_CHARS_MIN || COMMON.contains(unit.as_str());
    is_weak.then_some(Weakness::Repeated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_have_and_what_repeats_is_weak() {
        for (password, found) in [
            ("12345678", Some(Weakness::Common)),
            ("qwertyuiop", Some(Weakness::Common)),
            ("Password1", Some(Weakness::Common)),
            ("ｐａｓｓｗｏｒｄ", Some(Weakness::Common)),
            ("zzzzzzzzzzzz", Some(Weakness::Repeated)),
            ("가나가나가나가나", Some(Weakness::Repeated)),
            ("kim-kim-kim", Some(Weakness::Repeated)),
            ("TaxtaXTAXtax", Some(Weakness::Repeated)),
            ("letmein1letmein1", Some(Weakness::Repeated)),
            ("correct horse battery", None),
            ("상담사비밀번호", None),
            ("tomorrow, and tomorrow", None),
        ] {
            assert_eq!(weakness(password), found, "{password}");
        }
    }

    #[test]
    fn the_list_is_whole_and_holds_nothing_that_length_refuses() {
        assert_eq!(COMMON.len(), 10_000);
        assert!(COMMON.iter().all(|password| password.chars().count() >= PASSWORD_CHARS_MIN));
        assert!(COMMON.iter().all(|password| password.to_lowercase() == **password));
    }
}
