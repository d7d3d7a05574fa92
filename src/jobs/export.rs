//! Consultations into a file: page by page into a CSV on disk, which is the file itself or, for a
//! spreadsheet, what it is made from at the end. Never more than a page in memory.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::PathBuf;

use actix_web::web;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::common::{Ended, JobError, Tools};
use super::handle::Jobs;
use super::sheet::{self, Format, Line};
use super::wording::Wording;
use crate::ids::AccountId;
use crate::private;
use crate::storage::history::consultations::Consultation;
use crate::storage::history::pages::{self, Filter};
use crate::storage::people::accounts;
use crate::storage::people::scope::Scope;
use crate::storage::work::jobs::{self, Job};
use crate::storage::{AnyConnection, Cursor, PAGE_MAX};
use crate::time::Wall;

/// What is to be exported.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportParams {
    pub format: Format,
    /// Which consultations; what the account may see is part of it.
    pub filter: Filter,
    /// `ko` or `en`: the language of the headings, and of a spreadsheet's words.
    pub language: String,
}

impl ExportParams {
    /// Whether the account, with this scope, may know of all that is wanted.
    #[must_use]
    pub fn is_within(&self, scope: &Scope, account: AccountId) -> bool {
        scope.holds_all(account, self.filter.counsellor, self.filter.lines.as_deref())
    }
}

/// How far an export has come.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Progress {
    /// The last row written.
    after: Option<(i64, Uuid)>,
    /// The file's length up to there; what lies behind was written by a step that was not noted.
    bytes: u64,
    rows: i32,
}

/// What one step needs, and gives back for the next.
struct Step {
    tools: Tools,
    job: Job,
    params: ExportParams,
    file: File,
    progress: Progress,
    names: HashMap<AccountId, String>,
    /// For a file that people read.
    words: Option<Wording>,
}

/// What a step came to.
enum Stepped {
    More,
    Last,
    Cancelled,
}

pub(super) async fn run(jobs: &Jobs, tools: &Tools, job: &Job) -> Result<Ended, JobError> {
    let params: ExportParams = serde_json::from_str(&job.params)?;
    let progress: Progress = job.progress.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
    let part = jobs.path(&format!("{}.part", job.id));
    let (format, id) = (params.format, job.id);
    let file = open(&part, progress)?;
    let mut step =
        Step { tools: tools.clone(), job: job.clone(), params, file, progress, names: HashMap::new(), words: None };
    let rows = loop {
        let (next, stepped) = web::block(move || one(step)).await.map_err(|_| JobError::Stopped)??;
        match stepped {
            Stepped::More => step = next,
            Stepped::Last => break next.progress.rows,
            Stepped::Cancelled => {
                std::fs::remove_file(&part)?;
                return Ok(Ended::Cancelled);
            }
        }
        actix_web::rt::task::yield_now().await;
    };
    let name = match format {
        Format::Csv => format!("{id}.csv"),
        Format::Xlsx => format!("{id}.xlsx"),
    };
    let whole = jobs.path(&name);
    web::block(move || finish(format, part, whole)).await.map_err(|_| JobError::Stopped)??;
    Ok(Ended::Done(rows, Some(name)))
}

fn open(part: &PathBuf, progress: Progress) -> Result<File, JobError> {
    if let Some(folder) = part.parent() {
        private::make_folder(folder)?;
    }
    let mut file = private::options().create(true).write(true).truncate(false).open(part)?;
    file.set_len(progress.bytes)?;
    file.seek(SeekFrom::End(0))?;
    Ok(file)
}

/// One page: read, written, synced, noted.
fn one(mut step: Step) -> Result<(Step, Stepped), JobError> {
    let after = step.progress.after.map(|(at, id)| Cursor { at: Wall(at), id });
    let store = step.tools.store.clone();
    let page = store.run(|conn| {
        if step.params.format == Format::Xlsx && step.words.is_none() {
            step.words = Some(Wording::read(conn, &step.params.language)?);
        }
        let page = pages::list(conn, &step.params.filter, after, PAGE_MAX)?;
        learn_names(conn, &page.items, &mut step.names)?;
        Ok(page)
    })?;
    let mut text = Vec::new();
    if step.progress.bytes == 0 {
        sheet::begin(&mut text, step.params.format, &step.params.language)?;
    }
    let zone = step.tools.zone;
    let lines = page.items.iter().map(|found| Line::of(found, &step.names, step.words.as_ref(), zone));
    sheet::append(&mut text, step.params.format, lines)?;
    step.file.write_all(&text)?;
    step.file.sync_data()?;
    step.progress.bytes += text.len() as u64;
    step.progress.rows = step.progress.rows.saturating_add(i32::try_from(page.items.len()).unwrap_or(i32::MAX));
    step.progress.after = page.next.map(|cursor| (cursor.at.0, cursor.id));
    let (noted, at) = (serde_json::to_string(&step.progress)?, step.tools.clock.now().wall);
    let (id, rows) = (step.job.id, step.progress.rows);
    let stepped = match page.next {
        // The last step is noted with the end: run again, it writes the same rows again.
        None => Stepped::Last,
        Some(_) if store.in_turn(|conn| jobs::advance(conn, id, &noted, rows, at))? => Stepped::More,
        Some(_) => Stepped::Cancelled,
    };
    Ok((step, stepped))
}

fn learn_names(
    conn: &mut AnyConnection,
    found: &[Consultation],
    names: &mut HashMap<AccountId, String>,
) -> diesel::QueryResult<()> {
    let mut unknown: Vec<AccountId> =
        found.iter().filter_map(|found| found.counsellor).filter(|account| !names.contains_key(account)).collect();
    unknown.sort_unstable();
    unknown.dedup();
    if !unknown.is_empty() {
        names.extend(accounts::names(conn, &unknown)?);
    }
    Ok(())
}

fn finish(format: Format, part: PathBuf, whole: PathBuf) -> Result<(), JobError> {
    match format {
        Format::Csv => std::fs::rename(part, whole)?,
        Format::Xlsx => {
            sheet::to_xlsx(&part, &whole)?;
            std::fs::remove_file(part)?;
        }
    }
    Ok(())
}
