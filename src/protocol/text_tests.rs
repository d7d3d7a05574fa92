//! Known good and bad, a line a case.

use super::*;

/// Names and words that people have, in fifteen scripts: each passes as a name and as a message,
/// whole and unchanged.
const GOOD: &[(&str, &str)] = &[
    ("Latin", "Łukasz Żółć-O'Brien"),
    ("Latin, Vietnamese", "Nguyễn Thị Ánh"),
    ("Hangul", "김민수 팀장"),
    ("Hangul, old, with a filler", "\u{115F}\u{1161}\u{11AB}"),
    ("Hangul, letters alone", "ㅋㅋ ㅎㅎ"),
    ("Han", "王小明"),
    ("Han, with a variant of a family name", "\u{845B}\u{E0100}城市"),
    ("Kana", "さくら テスト"),
    ("Cyrillic", "Иван Ёлкин"),
    ("Greek", "Γιώργος Παπαδόπουλος"),
    ("Arabic", "محمد عليّ"),
    ("Arabic, a joiner at the end", "\u{647}\u{200D}"),
    ("Persian, with ZWNJ", "می\u{200C}خواهم"),
    ("Hebrew", "שָׁלוֹם"),
    ("Hebrew, with a mark of direction", "שלום (1)\u{200F}!"),
    ("Devanagari", "क्षत्रिय"),
    ("Devanagari, with ZWJ", "क्\u{200D}ष"),
    ("Devanagari, with ZWNJ", "क्\u{200C}ष"),
    ("Bengali, ZWJ before the virama", "র\u{200D}্যাব"),
    ("Sinhala", "ශ්\u{200D}රී ලංකා"),
    ("Malayalam, chillu", "ന്\u{200D}റെ"),
    ("Tamil", "தமிழ்"),
    ("Kannada", "ಕನ್ನಡ ಶ್ರೀ"),
    ("Thai", "สมชาย ใจดี"),
    ("Khmer", "ភាសាខ្មែរ"),
    ("Myanmar", "မြန်မာ"),
    ("Georgian", "გიორგი"),
    ("Armenian", "Հայաստան"),
    ("Ethiopic", "አበበ"),
    ("Mongolian, with a selector", "ᠮᠣᠩᠭᠣᠯ\u{180B}"),
    ("Emoji, a family", "👩\u{200D}👩\u{200D}👧\u{200D}👦"),
    ("Emoji, a colour of skin", "👍🏽 고마워요"),
    ("Emoji, skin and ZWJ", "👩🏽\u{200D}🚀"),
    ("Emoji, a heart on fire", "❤\u{FE0F}\u{200D}🔥"),
    ("Emoji, keycaps", "1\u{FE0F}\u{20E3} #\u{FE0F}\u{20E3}"),
    ("Emoji, flags", "🇰🇷 🏳\u{FE0F}\u{200D}🌈"),
    ("Emoji, the flag of Wales", "🏴\u{E0067}\u{E0062}\u{E0077}\u{E006C}\u{E0073}\u{E007F}"),
    ("Emoji, of a Unicode to come", "\u{1FAFF}"),
    ("Signs", "₩10,000 · 50% (A/B) <b>"),
];

/// What shows nothing at all.
const NOTHING: &[&str] = &[
    "\u{3164}",
    "\u{FFA0}",
    "\u{115F}",
    "\u{1160}",
    "\u{115F}\u{1160}",
    "\u{200B}",
    "\u{200C}",
    "\u{200D}",
    "\u{2060}",
    "\u{AD}",
    "\u{FEFF}",
    "\u{34F}",
    "\u{61C}",
    "\u{180E}",
    "\u{2064}",
    "\u{206F}",
    "\u{17B4}",
    "\u{FE0F}",
    "\u{E0100}",
    "\u{E0041}",
    "\u{E0001}",
    "\u{2800}",
    "\u{2800}\u{2800}",
    "\u{1D173}",
    "\u{1D159}",
    "\u{FFF9}",
    "\u{FFF0}",
    "\u{202E}",
    "\u{2066}\u{2069}",
    " \u{200B} \u{3164} ",
    "\u{301}",
    "\u{200E}\u{200F}",
    "\u{1BCA0}",
    "\u{E0FFF}",
];

/// What is dropped from among what can be seen.
const DROPPED: &[(&str, &str)] = &[
    ("Ki\u{200B}m", "Kim"),
    ("K\u{AD}im", "Kim"),
    ("Kim\u{3164}", "Kim"),
    ("\u{FEFF}김민수", "김민수"),
    ("Kim\u{200D}", "Kim"),
    ("a\u{200C}b", "ab"),
    ("Kim\u{FE0F}", "Kim"),
    ("K1\u{FE0F}", "K1"),
    ("👍\u{200D}", "👍"),
    ("👍\u{200B}", "👍"),
    ("a\u{E0041}\u{E0042}b", "ab"),
    ("🏴\u{E0067}\u{E0062}", "🏴"),
    ("می\u{200C}\u{200C}خواهم", "می\u{200C}خواهم"),
    ("e\u{200B}\u{301}", "é"),
    ("Kim\u{200F}", "Kim"),
    ("가\u{1160}", "가"),
    ("王\u{E0100}\u{E0101}", "王\u{E0100}"),
];

#[test]
fn names_and_words_of_fifteen_scripts_stay_as_they_are() {
    for (what, text) in GOOD {
        let text: String = text.nfc().collect();
        for kind in [name, line, paragraph] {
            assert_eq!(kind(&text, 60).as_ref(), Ok(&text), "{what}: {:?}", text.escape_unicode().to_string());
        }
    }
}

#[test]
fn what_shows_nothing_is_no_name_and_no_message() {
    for text in NOTHING {
        for kind in [name, login, line, paragraph] {
            let fault = kind(text, 60).expect_err(&text.escape_unicode().to_string());
            assert!(matches!(fault, TextFault::Invisible | TextFault::Bidi(_)), "{}: {fault}", text.escape_unicode());
        }
    }
    for blank in ["", " ", "\u{A0}\u{3000}", "\u{2003}\t"] {
        assert_eq!(paragraph(blank, 60), Err(TextFault::Empty), "{blank:?}");
    }
}

#[test]
fn what_cannot_be_seen_is_dropped_and_no_login() {
    for (given, kept) in DROPPED {
        for kind in [name, line, paragraph] {
            assert_eq!(kind(given, 60).as_deref(), Ok(*kept), "{}", given.escape_unicode());
        }
        assert_eq!(login(given, 60), Err(TextFault::Invisible), "{}", given.escape_unicode());
    }
}

#[test]
fn nothing_turns_a_name_round() {
    for turn in ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}') {
        let given = format!("Kim{turn}nimda");
        assert_eq!(name(&given, 60), Err(TextFault::Bidi(u32::from(turn))));
        assert_eq!(login(&given, 60), Err(TextFault::Bidi(u32::from(turn))));
        // A telephone number copied from an address book is wrapped in them.
        assert_eq!(line(&given, 60).as_deref(), Ok("Kimnimda"));
        assert_eq!(paragraph(&given, 60).as_deref(), Ok("Kimnimda"));
    }
}

#[test]
fn one_line_is_one_line() {
    for break_ in ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"] {
        for kind in [name, login, line, key] {
            assert_eq!(kind(&format!("a{break_}b"), 9), Err(TextFault::LineFeed), "{break_:?}");
            assert_eq!(kind(&format!("a{break_}"), 9), Err(TextFault::LineFeed), "{break_:?}");
        }
        assert_eq!(paragraph(&format!("a{break_}b"), 9).as_deref(), Ok("a\nb"), "{break_:?}");
    }
    assert_eq!(line(" a\tb ", 9).as_deref(), Ok("a b"));
}

#[test]
fn control_characters_are_refused() {
    for control in ['\0', '\u{1B}', '\u{7}', '\u{B}', '\u{7F}', '\u{9F}'] {
        for kind in [name, login, line, paragraph, key] {
            assert_eq!(kind(&format!("a{control}b"), 9), Err(TextFault::Control(u32::from(control))));
        }
    }
}

#[test]
fn a_login_has_no_white_space() {
    for given in ["kim ms", "kim\u{A0}ms", "kim\u{3000}ms", "kim\tms"] {
        assert_eq!(login(given, 60), Err(TextFault::WhiteSpace), "{given:?}");
    }
    assert_eq!(login(" kimms ", 60).as_deref(), Ok("kimms"));
}

#[test]
fn limits_count_scalar_values_after_composition() {
    assert_eq!(paragraph("\u{1112}\u{1161}\u{11ab}", 1).as_deref(), Ok("한"));
    assert!(paragraph("가나다", 3).is_ok());
    assert_eq!(paragraph("가나다라", 3), Err(TextFault::TooLong { chars: 4, max: 3 }));
    assert_eq!(paragraph("👩\u{200D}👧", 2), Err(TextFault::TooLong { chars: 3, max: 2 }));
    // What is dropped does not count.
    assert_eq!(name("Ki\u{200B}\u{200B}m", 3).as_deref(), Ok("Kim"));
}

#[test]
fn a_key_is_whatever_a_program_made_up() {
    assert_eq!(key("a b\u{200B}", 9).as_deref(), Ok("a b\u{200B}"));
    assert_eq!(key("\u{200B}", 9).as_deref(), Ok("\u{200B}"));
    assert_eq!(key(" ", 9), Err(TextFault::Empty));
    assert_eq!(key("abcd", 3), Err(TextFault::TooLong { chars: 4, max: 3 }));
}

#[test]
fn what_is_plain_comes_to_the_same_the_long_way() {
    let plain: Vec<char> = ('\0'..='\u{2ff}').filter(|c| is_plain(&c.to_string())).collect();
    assert_eq!(plain, (' '..='~').collect::<Vec<_>>());
    for c in plain {
        for text in [c.to_string(), format!(" a{c} "), format!("{c}{c}")] {
            assert!(!text.contains(is_line_break));
            assert_eq!(clean(&text), Ok(Cow::Borrowed(&*text)), "{text:?}");
            assert_eq!(composed(&text), text);
        }
    }
}
