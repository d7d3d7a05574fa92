//! When two names are the same to those who log in with them, and to those who read them.

use icu_casemap::CaseMapper;
use icu_properties::props::{BinaryProperty, DefaultIgnorableCodePoint};
use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

/// `text` without its case, width and other compatible forms, and without what cannot be seen: the
/// compatible caseless match of the Unicode Standard (D146), in NFC. Two logins of which it makes
/// the same are one.
#[must_use]
pub fn folded(text: &str) -> String {
    let mapper = CaseMapper::new();
    let seen: String = text.nfd().filter(|c| !DefaultIgnorableCodePoint::for_char(*c)).collect();
    let once: String = mapper.fold_string(&seen).nfkd().collect();
    mapper.fold_string(&once).nfkc().collect()
}

/// Whether somebody who reads `one` may take it for `other`: without case, spaces and what cannot
/// be seen, and with letters that look alike (UTS 39) as one.
#[must_use]
pub fn looks_like(one: &str, other: &str) -> bool {
    shapes(one).into_iter().zip(shapes(other)).any(|(one, other)| one == other)
}

/// A name as it looks in three ways: small letters find KIM in kim, its own find KIM in KlM, and
/// capitals find the Latin k in the Cyrillic one, which look alike as capitals only.
fn shapes(text: &str) -> [String; 3] {
    let compatible: String = text.nfkc().collect();
    [bones(&folded(text)), folded(&bones(text)), bones(&compatible.to_uppercase())]
}

/// The shapes of what can be seen.
fn bones(text: &str) -> String {
    let compatible: String =
        text.nfkc().filter(|c| !c.is_whitespace() && !DefaultIgnorableCodePoint::for_char(*c)).collect();
    skeleton(&compatible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_the_same_however_it_is_typed() {
        for (one, other) in [
            ("KimMS", "kimms"),
            ("KIMMS", "kimms"),
            ("ｋｉｍｍｓ", "kimms"),
            ("ＫｉｍＭＳ", "kimms"),
            ("kim\u{200B}ms", "kimms"),
            ("STRASSE", "straße"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("ﬁn", "FIN"),
            ("\u{212B}ngström", "ångström"),
            ("kim①", "kim1"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        for (one, other) in [("kimms", "kimns"), ("кim", "kim"), ("é", "e"), ("カ", "ガ")] {
            assert_ne!(folded(one), folded(other), "{one} {other}");
        }
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for text in ["İstanbul", "ǰ", "ΐ", "ﬄ", "Ⅷ", "ϒ\u{301}", "한글 ＡＢＣ", "\u{345}\u{3B1}"] {
            assert_eq!(folded(&folded(text)), folded(text), "{text}");
        }
    }

    #[test]
    fn a_name_is_not_taken_by_what_looks_like_it() {
        for (one, other) in [
            ("Kim Minsu", "kim  minsu"),
            ("김민수", "김 민 수"),
            ("김민수", "김\u{200B}민수"),
            ("Kim", "Кim"),
            ("kim", "кim"),
            ("kim", "кім"),
            ("paypal", "раураl"),
            ("KIM", "KlM"),
            ("Lee", "ＬＥＥ"),
            ("Park", "P\u{AD}ark"),
            ("김상담\u{3000}", "김상담"),
        ] {
            assert!(looks_like(one, other) && looks_like(other, one), "{one} {other}");
        }
        for (one, other) in [("Kim", "Lee"), ("김민수", "김민주"), ("Kim", "Kim 2"), ("박", "팍"), ("李", "季")]
        {
            assert!(!looks_like(one, other), "{one} {other}");
        }
    }
}
