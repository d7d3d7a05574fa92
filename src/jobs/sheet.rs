//! The form of an export: its columns, as CSV and as a spreadsheet. CSV is for programs: codes are codes. A
//! spreadsheet is for people: codes become words, and numbers and moments have their own types.

use std::collections::HashMap;
use std::io::{self, Read, Write};

use chrono_tz::Tz;
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook, Worksheet, XlsxError};
use serde::{Deserialize, Serialize};

use super::common::JobError;
use super::harmless::harmless;
use super::wording::Wording;
use crate::ids::AccountId;
use crate::storage::history::consultations::Consultation;
use crate::time::Wall;

/// The form of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Format {
    /// Comma-separated, UTF-8 with a mark that spreadsheets look for.
    Csv,
    /// A spreadsheet; a new page of it every million rows.
    Xlsx,
}

/// What the cells of a column are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    /// What somebody wrote, a name, a code, an id.
    Text,
    /// A moment, as the office's clock shows it.
    Moment,
    /// A whole number.
    Number,
}

/// Columns: in Korean, in English, and what is in them.
const COLUMNS: [(&str, &str, Cell); 20] = [
    ("번호", "number", Cell::Text),
    ("상태", "status", Cell::Text),
    ("주제", "line", Cell::Text),
    ("언어", "language", Cell::Text),
    ("창구", "desk", Cell::Text),
    ("별명", "nickname", Cell::Text),
    ("문의", "note", Cell::Text),
    ("접수", "requested", Cell::Moment),
    ("연결", "matched", Cell::Moment),
    ("종료", "ended", Cell::Moment),
    ("후처리", "wrapped up", Cell::Moment),
    ("대기(초)", "waited (s)", Cell::Number),
    ("상담(초)", "talked (s)", Cell::Number),
    ("상담원", "counsellor", Cell::Text),
    ("종료 사유", "end reason", Cell::Text),
    ("결과", "result", Cell::Text),
    ("메모", "memo", Cell::Text),
    ("평점", "rating", Cell::Number),
    ("평가 의견", "rating comment", Cell::Text),
    ("상담 ID", "consultation id", Cell::Text),
];
/// How a moment is written, here and in a cell of a spreadsheet.
const MOMENT: &str = "%Y-%m-%d %H:%M:%S";
/// How a spreadsheet shows it.
const MOMENT_SHOWN: &str = "yyyy-mm-dd hh:mm:ss";
/// Wide enough for a moment, in characters.
const MOMENT_WIDTH: f64 = 19.0;
/// What spreadsheets look for to read UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// Rows in one page of a spreadsheet; the form allows 1,048,576.
const ROWS_PER_PAGE: u32 = 1_000_000;

/// One consultation as a row of text.
pub(super) struct Line([String; COLUMNS.len()]);

impl Line {
    /// Moments are told as the office's clock shows them; codes in the words given, if any.
    pub(super) fn of(
        found: &Consultation,
        names: &HashMap<AccountId, String>,
        words: Option<&Wording>,
        zone: Tz,
    ) -> Self {
        let ticket = &found.ticket;
        let moment = |at: Option<Wall>| at.map(|at| local(at, zone)).unwrap_or_default();
        let seconds = |from: Option<Wall>, to: Option<Wall>| {
            from.zip(to).map(|(from, to)| ((to.0 - from.0) / 1_000_000).to_string()).unwrap_or_default()
        };
        let said = |code: &str, word: fn(&Wording, &str) -> String| {
            words.map_or_else(|| code.to_owned(), |words| word(words, code))
        };
        let waited_until = found.matched_at.or(found.ended_at);
        Self([
            ticket.number.clone().unwrap_or_default(),
            said(found.status.code(), Wording::status),
            words.map_or_else(|| ticket.topic.clone(), |words| words.line(ticket.line, &ticket.topic)),
            said(&ticket.language, Wording::language),
            ticket
                .desk
                .map(|desk| words.map_or_else(|| desk.to_string(), |words| words.desk(desk)))
                .unwrap_or_default(),
            ticket.nickname.clone().unwrap_or_default(),
            ticket.note.clone().unwrap_or_default(),
            moment(Some(ticket.requested_at)),
            moment(found.matched_at),
            moment(found.ended_at),
            moment(found.wrapped_up_at),
            seconds(Some(ticket.requested_at), waited_until),
            seconds(found.matched_at, found.ended_at),
            found.counsellor.and_then(|account| names.get(&account).cloned()).unwrap_or_default(),
            found.end_reason.as_deref().map(|code| said(code, Wording::end)).unwrap_or_default(),
            found.result_code.as_deref().map(|code| said(code, Wording::result)).unwrap_or_default(),
            found.memo.clone().unwrap_or_default(),
            found.rating.map(|rating| rating.to_string()).unwrap_or_default(),
            found.rating_comment.clone().unwrap_or_default(),
            ticket.ticket.to_string(),
        ])
    }
}

fn local(at: Wall, zone: Tz) -> String {
    at.utc().with_timezone(&zone).format(MOMENT).to_string()
}

/// The head of the file.
pub(super) fn begin(out: &mut Vec<u8>, format: Format, language: &str) -> io::Result<()> {
    if format == Format::Csv {
        out.write_all(BYTE_ORDER_MARK)?;
    }
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS.map(|(ko, en, _)| if language == "en" { en } else { ko }))?;
    csv.flush()
}

/// Appends these rows.
pub(super) fn append(out: &mut Vec<u8>, format: Format, lines: impl Iterator<Item = Line>) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    for Line(cells) in lines {
        match format {
            Format::Csv => {
                let cells = cells.into_iter().zip(COLUMNS);
                csv.write_record(cells.map(|(cell, (_, _, of))| if of == Cell::Text { harmless(cell) } else { cell }))?;
            }
            Format::Xlsx => csv.write_record(cells)?,
        }
    }
    csv.flush()
}

/// The spreadsheet of what [`begin`] and [`append`] made. In a spreadsheet a text is a text,
/// whatever it begins with.
pub(super) fn to_xlsx(from: impl Read, to: impl Write + Send) -> Result<(), JobError> {
    let mut csv = csv::ReaderBuilder::new().has_headers(true).from_reader(from);
    let headings = csv.headers().map_err(io::Error::from)?.clone();
    let (bold, moment) = (CellFormat::new().set_bold(), CellFormat::new().set_num_format(MOMENT_SHOWN));
    let mut book = Workbook::new();
    let mut records = csv.records().peekable();
    loop {
        let page = book.add_worksheet_with_constant_memory()?;
        for (column, heading) in (0_u16..).zip(&headings) {
            page.write_string_with_format(0, column, heading, &bold)?;
        }
        for (column, _) in (0_u16..).zip(COLUMNS).filter(|(_, (_, _, of))| *of == Cell::Moment) {
            page.set_column_width(column, MOMENT_WIDTH)?;
        }
        for (row, record) in (1_u32..=ROWS_PER_PAGE).zip(records.by_ref()) {
            let record = record.map_err(io::Error::from)?;
            for ((column, (_, _, of)), cell) in (0_u16..).zip(COLUMNS).zip(&record) {
                write(page, row, column, of, cell, &moment)?;
            }
        }
        if records.peek().is_none() {
            break;
        }
    }
    book.save_to_writer(to)?;
    Ok(())
}

/// A cell with the type of its column; what does not fit that type stays text.
fn write(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    of: Cell,
    cell: &str,
    moment: &CellFormat,
) -> Result<(), XlsxError> {
    match of {
        _ if cell.is_empty() => return Ok(()),
        Cell::Number => match cell.parse::<f64>() {
            Ok(number) => page.write_number(row, column, number)?,
            Err(_) => page.write_string(row, column, cell)?,
        },
        Cell::Moment => match ExcelDateTime::parse_from_str(cell) {
            Ok(at) => page.write_datetime_with_format(row, column, &at, moment)?,
            Err(_) => page.write_string(row, column, cell)?,
        },
        Cell::Text => page.write_string(row, column, cell)?,
    };
    Ok(())
}
