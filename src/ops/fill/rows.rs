//! Rows on their way to either engine: text, a tab between values, a line feed after each row, `\N`
//! for no value. It is what PostgreSQL copies in; SQLite is given the same values one by one. Made
//! texts hold neither tabs nor backslashes, so nothing is escaped.

use std::io::Write as _;

use uuid::Uuid;

/// In `REG_ID` and `MOD_ID` of everything made.
pub const SIGNATURE: &str = "MADE";

/// The tables that are filled, in the order in which they must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    Consultation,
    Room,
    Member,
    Message,
    /// The index of terms.
    Terms,
}

impl Table {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Consultation, Self::Room, Self::Member, Self::Message, Self::Terms];
}

/// Rows of each table.
#[derive(Default)]
pub struct Rows([Vec<u8>; 5]);

impl Rows {
    /// Those of one table.
    pub fn of(&self, table: Table) -> &[u8] {
        &self.0[table as usize]
    }

    /// Begins a row of this table.
    pub fn row(&mut self, table: Table) -> Row<'_> {
        Row { out: &mut self.0[table as usize], first: true }
    }
}

/// One row, value by value in the order of the columns.
pub struct Row<'a> {
    out: &'a mut Vec<u8>,
    first: bool,
}

impl Row<'_> {
    fn begin(&mut self) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.first) {
            self.out.push(b'\t');
        }
        self.out
    }

    pub fn text(&mut self, text: &str) -> &mut Self {
        self.begin().extend_from_slice(text.as_bytes());
        self
    }

    /// A text, if there is one.
    pub fn maybe(&mut self, text: Option<&str>) -> &mut Self {
        self.text(text.unwrap_or("\\N"))
    }

    /// No value.
    pub fn none(&mut self) -> &mut Self {
        self.text("\\N")
    }

    pub fn number(&mut self, number: i64) -> &mut Self {
        let out = self.begin();
        // Writing to memory does not fail.
        let _ = write!(out, "{number}");
        self
    }

    /// A number, if there is one.
    pub fn maybe_number(&mut self, number: Option<i64>) -> &mut Self {
        match number {
            Some(number) => self.number(number),
            None => self.none(),
        }
    }

    pub fn id(&mut self, id: Uuid) -> &mut Self {
        let mut text = [0; 36];
        self.text(id.hyphenated().encode_lower(&mut text))
    }

    /// An id, if there is one.
    pub fn maybe_id(&mut self, id: Option<Uuid>) -> &mut Self {
        match id {
            Some(id) => self.id(id),
            None => self.none(),
        }
    }

    /// A moment, in microseconds since 1970.
    pub fn moment(&mut self, moment: i64) -> &mut Self {
        let mut text = *b"0000-00-00 00:00:00.000000";
        let (day, rest) = (moment.div_euclid(86_400_000_000), moment.rem_euclid(86_400_000_000));
        let (year, month, date) = civil(day);
        digits(&mut text[0..4], year);
        digits(&mut text[5..7], month);
        digits(&mut text[8..10], date);
        digits(&mut text[11..13], rest / 3_600_000_000);
        digits(&mut text[14..16], rest / 60_000_000 % 60);
        digits(&mut text[17..19], rest / 1_000_000 % 60);
        digits(&mut text[20..26], rest % 1_000_000);
        self.begin().extend_from_slice(&text);
        self
    }

    /// A moment, if there is one.
    pub fn maybe_moment(&mut self, moment: Option<i64>) -> &mut Self {
        match moment {
            Some(moment) => self.moment(moment),
            None => self.none(),
        }
    }

    /// Who made and last changed it, and when.
    pub fn signed(&mut self, made: i64, changed: i64) -> &mut Self {
        self.moment(made).text(SIGNATURE).moment(changed).text(SIGNATURE)
    }

    /// The end of the row.
    pub fn end(&mut self) {
        self.out.push(b'\n');
    }
}

fn digits(out: &mut [u8], mut number: i64) {
    for place in out.iter_mut().rev() {
        *place = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

/// The date of a day since 1970 (H. Hinnant, "chrono-compatible low-level date algorithms").
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Wall;

    #[test]
    fn a_row_is_written_as_the_engines_read_it() {
        let mut rows = Rows::default();
        rows.row(Table::Room).text("가").none().number(-5).maybe(None).end();
        assert_eq!(rows.of(Table::Room), "가\t\\N\t-5\t\\N\n".as_bytes());
    }

    #[test]
    fn a_moment_is_that_of_the_calendar() {
        for moment in [0, 951_782_400_000_000, 1_700_000_000_123_456, 1_709_164_800_000_001, 4_102_444_799_999_999] {
            let mut rows = Rows::default();
            rows.row(Table::Room).moment(moment).end();
            let expected = Wall(moment).utc().naive_utc().format("%F %T%.6f\n").to_string();
            assert_eq!(rows.of(Table::Room), expected.as_bytes());
        }
    }
}
