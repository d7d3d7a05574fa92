//! What a spreadsheet makes of the cells of a CSV file: it runs some as formulas and rounds others as
//! numbers. Such a cell begins with `'` and stays the text that somebody wrote.

use unicode_normalization::UnicodeNormalization as _;

/// A spreadsheet keeps so many digits of a number and makes the others zeros.
const DIGITS_MAX: usize = 15;

/// A cell with what a person wrote, so that it is shown as written and never run: what a visitor
/// typed must do nothing on the desk of whoever opens the file.
pub(super) fn harmless(cell: String) -> String {
    if would_run(&cell) || would_be_another_number(&cell) { format!("'{cell}") } else { cell }
}

/// Whether it begins like a formula, also behind what is not seen, and in the wide, small and raised
/// forms that some programs read alike.
fn would_run(cell: &str) -> bool {
    if cell.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let first = cell.chars().find(|letter| !letter.is_whitespace() && !letter.is_control() && !is_unseen(*letter));
    first
        .is_some_and(|letter| letter == '\u{2212}' || letter.nfkc().any(|plain| matches!(plain, '=' | '+' | '-' | '@')))
}

/// Digits that begin with a zero, or are more than a number keeps: a telephone number, an account.
fn would_be_another_number(cell: &str) -> bool {
    let digits: String = cell.trim().nfkc().collect();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number && ((digits.len() > 1 && digits.starts_with('0')) || digits.len() > DIGITS_MAX)
}

/// Letters that take no place on a screen (Unicode's `Default_Ignorable_Code_Point`).
fn is_unseen(letter: char) -> bool {
    matches!(letter,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFF8}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for cell in [
            "=HYPERLINK(\"http://evil.example\")",
            "+82-10-1234-5678",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "  =1",
            "＝1+1",
            "＋1",
            "－1",
            "＠SUM(A1)",
            "﹦1",
            "⁼1",
            "−1",
            "\u{200B}=1",
            "\u{FEFF}＝1",
            "\u{2060}\u{200B} \u{3164}+1",
            "\u{202E}=1",
            "\u{3000}=1",
            "\u{E0020}=1",
            "\0=1",
        ] {
            assert_eq!(harmless(cell.into()), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["상담 = 좋음", "", "1=1", "a@example.org", "(=1)", "👩‍👧 가족", "\u{200B}"] {
            assert_eq!(harmless(cell.into()), cell, "{cell:?}");
        }
    }

    #[test]
    fn digits_stay_the_digits_that_were_written() {
        for cell in ["01012345678", "007", " 0123 ", "００１２", "00", "1234567890123456"] {
            assert_eq!(harmless(cell.into()), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["0", "7", "123456789012345", "0.5", "010-1234-5678", "2026"] {
            assert_eq!(harmless(cell.into()), cell, "{cell:?}");
        }
    }
}
