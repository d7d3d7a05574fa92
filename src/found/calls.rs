//! The last called numbers, as walls show them.

use std::collections::HashMap;

use diesel::QueryResult;

use crate::dispatch::Call;
use crate::feeds::CALLS_KEPT;
use crate::ids::LineId;
use crate::storage::AnyConnection;
use crate::storage::centre::lines::{self, Line};
use crate::storage::talk::calls::{self, StoredCall};

/// The last [`CALLS_KEPT`] calls, oldest first.
///
/// # Errors
///
/// What the database says.
pub fn last_calls(conn: &mut AnyConnection) -> QueryResult<Vec<Call>> {
    let lines: HashMap<LineId, Line> = lines::every(conn)?.into_iter().map(|line| (line.id, line)).collect();
    let stored = calls::last(conn, u32::try_from(CALLS_KEPT).unwrap_or(u32::MAX))?;
    let called = stored.into_iter().rev().filter_map(|StoredCall { room, number, line, desk, at }| {
        let Line { topic, language, name, name_en, .. } = lines.get(&line)?.clone();
        let line_name = if language == "en" { name_en } else { name };
        Some(Call { room, number, line: topic, line_name, desk, at })
    });
    Ok(called.collect())
}
