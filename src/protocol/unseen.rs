//! What of a text can be seen, by Unicode's own tables.
//!
//! A code point that screens leave out (`Default_Ignorable_Code_Point`) is dropped, unless the one
//! before or after it shows that it is needed: a joiner inside a word of a script that joins or
//! stacks, or between emoji; a variation selector after what has variants; a filler within an old
//! Korean syllable; the tags of a flag. Anything new that Unicode makes ignorable is dropped too,
//! anything new that it makes visible stays.

use std::borrow::Cow;

use icu_properties::props::{
    BinaryProperty, DefaultIgnorableCodePoint, Emoji, EmojiModifier, EnumeratedProperty, ExtendedPictographic,
    GeneralCategory, IndicSyllabicCategory, JoiningType, Script,
};

const ZWNJ: char = '\u{200C}';
const ZWJ: char = '\u{200D}';
/// Shows what is before it as an emoji.
const EMOJI_SELECTOR: char = '\u{FE0F}';
/// Puts what is before it on a key.
const KEYCAP: char = '\u{20E3}';
/// What the tags of a flag hang on, and what ends them.
const BLACK_FLAG: char = '\u{1F3F4}';
const TAG_END: char = '\u{E007F}';
/// Most tags of one flag: a country, and a part of it.
const FLAG_TAGS_MAX: usize = 6;

/// Whether screens leave `c` out.
pub(super) fn is_unseen(c: char) -> bool {
    // Most of what is written lies before the first of them, the soft hyphen.
    c >= '\u{AD}' && (DefaultIgnorableCodePoint::for_char(c) || matches!(c, '\u{FFF9}'..='\u{FFFB}'))
}

/// Whether `c` changes in which order what follows is shown: embeddings, overrides, isolates.
pub(super) fn turns_round(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether there is something to see of `c` by itself. Marks need a letter to sit on.
pub(super) fn has_ink(c: char) -> bool {
    use GeneralCategory as Category;
    let is_blank = matches!(c, '\u{2800}' | '\u{1D159}') || c.is_whitespace() || is_unseen(c);
    let hangs_on = matches!(
        Category::for_char(c),
        Category::NonspacingMark | Category::EnclosingMark | Category::Control | Category::Format
    );
    !is_blank && !hangs_on
}

/// `text` without what cannot be seen.
pub(super) fn drop_unseen(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let all: Vec<char> = text.chars().collect();
    let turns_right = all.iter().any(|c| is_right_to_left(*c));
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = all.get(at).copied() {
        let after = &all[at + 1..];
        if c == BLACK_FLAG {
            let tags = flag_tags(after);
            kept.extend(&all[at..=at + tags]);
            at += tags;
        } else if !is_unseen(c) || is_needed(c, &kept, after.first().copied(), turns_right) {
            kept.push(c);
        }
        at += 1;
    }
    Cow::Owned(kept)
}

/// How many of `after` a black flag are the tags of a region's flag.
fn flag_tags(after: &[char]) -> usize {
    let tags = after.iter().take_while(|c| matches!(c, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}')).count();
    if (1..=FLAG_TAGS_MAX).contains(&tags) && after.get(tags) == Some(&TAG_END) { tags + 1 } else { 0 }
}

/// Whether an unseen `c` is needed where it stands: `kept` is what stays of the text before it,
/// `next` comes after it.
fn is_needed(c: char, kept: &str, next: Option<char>, turns_right: bool) -> bool {
    let Some(before) = kept.chars().next_back() else {
        // An old syllable may begin without a consonant.
        return c == '\u{115F}' && next.is_some_and(is_jamo_vowel);
    };
    match c {
        ZWNJ => base(kept).is_some_and(joins) && next.is_some_and(is_letter_or_mark),
        ZWJ => {
            is_emoji_end(before) && next.is_some_and(ExtendedPictographic::for_char) || base(kept).is_some_and(joins)
        }
        EMOJI_SELECTOR if before.is_ascii() => {
            next == Some(KEYCAP) && (before.is_ascii_digit() || "#*".contains(before))
        }
        EMOJI_SELECTOR | '\u{FE0E}' => Emoji::for_char(before),
        '\u{FE00}'..='\u{FE02}' => is_letter_or_symbol(before),
        '\u{E0100}'..='\u{E01EF}' => Script::for_char(before) == Script::Han,
        '\u{180B}'..='\u{180F}' => Script::for_char(before) == Script::Mongolian,
        '\u{115F}' => next.is_some_and(is_jamo_vowel),
        '\u{1160}' => is_jamo_lead(before),
        // Marks of direction, which say only where a neutral character belongs.
        '\u{200E}' | '\u{200F}' | '\u{61C}' => turns_right,
        _ => false,
    }
}

/// The last letter of `kept`, or the mark on it that joins.
fn base(kept: &str) -> Option<char> {
    kept.chars().rev().find(|c| joins(*c) || GeneralCategory::for_char(*c) != GeneralCategory::NonspacingMark)
}

/// Whether `c` is a letter or mark of a script whose letters join or stack.
fn joins(c: char) -> bool {
    let is_joining = matches!(
        JoiningType::for_char(c),
        JoiningType::DualJoining | JoiningType::RightJoining | JoiningType::LeftJoining
    );
    is_letter_or_mark(c) && (is_joining || IndicSyllabicCategory::for_char(c) != IndicSyllabicCategory::Other)
}

fn is_emoji_end(c: char) -> bool {
    ExtendedPictographic::for_char(c) || EmojiModifier::for_char(c) || c == EMOJI_SELECTOR || c == TAG_END
}

fn is_jamo_lead(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115E}' | '\u{A960}'..='\u{A97C}')
}

fn is_jamo_vowel(c: char) -> bool {
    matches!(c, '\u{1161}'..='\u{11A7}' | '\u{D7B0}'..='\u{D7C6}')
}

fn is_right_to_left(c: char) -> bool {
    use icu_properties::props::BidiClass;
    matches!(BidiClass::for_char(c), BidiClass::RightToLeft | BidiClass::ArabicLetter) && has_ink(c)
}

fn is_letter_or_mark(c: char) -> bool {
    use GeneralCategory as Category;
    matches!(
        Category::for_char(c),
        Category::OtherLetter
            | Category::LowercaseLetter
            | Category::UppercaseLetter
            | Category::ModifierLetter
            | Category::NonspacingMark
            | Category::SpacingMark
    )
}

fn is_letter_or_symbol(c: char) -> bool {
    use GeneralCategory as Category;
    matches!(Category::for_char(c), Category::OtherLetter | Category::MathSymbol | Category::OtherPunctuation)
}
