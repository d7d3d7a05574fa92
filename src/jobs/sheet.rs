//! The form of an export: its columns, as CSV and as a spreadsheet.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;

use chrono_tz::Tz;
use rust_xlsxwriter::{Format as CellFormat, Workbook};

use super::JobError;
use super::export::Format;
use crate::ids::AccountId;
use crate::private;
use crate::storage::consultations::Consultation;
use crate::time::Wall;

/// Columns: in Korean and in English.
const COLUMNS: [(&str, &str); 20] = [
    ("번호", "number"),
    ("상태", "status"),
    ("주제", "line"),
    ("언어", "language"),
    ("창구", "desk"),
    ("별명", "nickname"),
    ("문의", "note"),
    ("접수", "requested"),
    ("연결", "matched"),
    ("종료", "ended"),
    ("후처리", "wrapped up"),
    ("대기(초)", "waited (s)"),
    ("상담(초)", "talked (s)"),
    ("상담원", "counsellor"),
    ("종료 사유", "end reason"),
    ("결과", "result"),
    ("메모", "memo"),
    ("평점", "rating"),
    ("평가 의견", "rating comment"),
    ("상담 ID", "consultation id"),
];
/// What spreadsheets look for to read UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
/// Rows in one page of a spreadsheet; the form allows 1,048,576.
const ROWS_PER_PAGE: u32 = 1_000_000;

/// One consultation as a row of text.
pub(super) struct Line([String; COLUMNS.len()]);

impl Line {
    /// Moments are told as the office's clock shows them.
    pub(super) fn of(found: &Consultation, names: &HashMap<AccountId, String>, zone: Tz) -> Self {
        let ticket = &found.ticket;
        let moment = |at: Option<Wall>| at.map(|at| local(at, zone)).unwrap_or_default();
        let seconds = |from: Option<Wall>, to: Option<Wall>| {
            from.zip(to).map(|(from, to)| ((to.0 - from.0) / 1_000_000).to_string()).unwrap_or_default()
        };
        let waited_until = found.matched_at.or(found.ended_at);
        Self([
            ticket.number.clone().unwrap_or_default(),
            found.status.code().to_owned(),
            ticket.topic.clone(),
            ticket.language.clone(),
            ticket.desk.map(|desk| desk.to_string()).unwrap_or_default(),
            ticket.nickname.clone().unwrap_or_default(),
            ticket.note.clone().unwrap_or_default(),
            moment(Some(ticket.requested_at)),
            moment(found.matched_at),
            moment(found.ended_at),
            moment(found.wrapped_up_at),
            seconds(Some(ticket.requested_at), waited_until),
            seconds(found.matched_at, found.ended_at),
            found.counsellor.and_then(|account| names.get(&account).cloned()).unwrap_or_default(),
            found.end_reason.clone().unwrap_or_default(),
            found.result_code.clone().unwrap_or_default(),
            found.memo.clone().unwrap_or_default(),
            found.rating.map(|rating| rating.to_string()).unwrap_or_default(),
            found.rating_comment.clone().unwrap_or_default(),
            ticket.ticket.to_string(),
        ])
    }
}

fn local(at: Wall, zone: Tz) -> String {
    at.utc().with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// The head of the file.
pub(super) fn begin(out: &mut Vec<u8>, format: Format, language: &str) -> io::Result<()> {
    if format == Format::Csv {
        out.write_all(BYTE_ORDER_MARK)?;
    }
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS.map(|(ko, en)| if language == "en" { en } else { ko }))?;
    csv.flush()
}

/// Rows.
pub(super) fn append(out: &mut Vec<u8>, format: Format, lines: impl Iterator<Item = Line>) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    for Line(cells) in lines {
        match format {
            Format::Csv => csv.write_record(cells.map(harmless))?,
            Format::Xlsx => csv.write_record(cells)?,
        }
    }
    csv.flush()
}

/// A cell that a spreadsheet would take for a formula is made a text: what a visitor wrote must
/// not run on the desk of whoever opens the file.
fn harmless(cell: String) -> String {
    let begins = cell.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r']) || cell.starts_with(['\t', '\r']);
    if begins { format!("'{cell}") } else { cell }
}

/// The spreadsheet of a file that [`begin`] and [`append`] made. In a spreadsheet a text is a text,
/// whatever it begins with.
pub(super) fn to_xlsx(from: &Path, to: &Path) -> Result<(), JobError> {
    let mut csv = csv::ReaderBuilder::new().has_headers(true).from_path(from).map_err(io::Error::from)?;
    let headings = csv.headers().map_err(io::Error::from)?.clone();
    let bold = CellFormat::new().set_bold();
    let mut book = Workbook::new();
    let mut records = csv.records().peekable();
    loop {
        let page = book.add_worksheet_with_constant_memory()?;
        for (column, heading) in (0_u16..).zip(&headings) {
            page.write_string_with_format(0, column, heading, &bold)?;
        }
        for (row, record) in (1_u32..=ROWS_PER_PAGE).zip(records.by_ref()) {
            for (column, cell) in (0_u16..).zip(&record.map_err(io::Error::from)?) {
                page.write_string(row, column, cell)?;
            }
        }
        if records.peek().is_none() {
            break;
        }
    }
    book.save_to_writer(private::options().create(true).write(true).truncate(true).open(to)?)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        for (cell, shown) in [
            ("=HYPERLINK(\"http://evil.example\")", "'=HYPERLINK(\"http://evil.example\")"),
            ("+82-10-1234-5678", "'+82-10-1234-5678"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("  =1", "'  =1"),
            ("상담 = 좋음", "상담 = 좋음"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell.into()), shown);
        }
    }
}
