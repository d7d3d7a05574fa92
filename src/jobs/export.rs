//! Consultations into a file: page by page into the parts of a CSV, which are the file itself or, for a
//! spreadsheet, what it is made from at the end. Never more than a part and a page in memory.

use std::collections::HashMap;

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::common::{Ended, JobError, Tools};
use super::sheet::{self, Format, Line};
use super::spool::{Progress, Spool};
use super::wording::Wording;
use crate::ids::AccountId;
use crate::storage::history::consultations::Consultation;
use crate::storage::history::pages::{self, Filter};
use crate::storage::people::accounts;
use crate::storage::people::scope::Scope;
use crate::storage::work::job_files::PART_BYTES;
use crate::storage::work::jobs::Job;
use crate::storage::{AnyConnection, Cursor, PAGE_MAX};
use crate::time::{Mono, Wall};

/// While a part fills, whoever looks is told so often, in seconds, how far it is; and whether it was called off is seen as
/// often.
const TOLD_EVERY_S: u32 = 1;

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

/// What one step needs, and gives back for the next.
struct Step {
    tools: Tools,
    params: ExportParams,
    spool: Spool,
    /// Rows that are in no part yet …
    pending: Vec<u8>,
    /// … and how far it is with them.
    reached: Progress,
    /// When whoever looks was told last.
    told: Mono,
    names: HashMap<AccountId, String>,
    /// For a file that people read.
    words: Option<Wording>,
}

/// What a step came to.
enum Stepped {
    More,
    Last,
    Lost,
}

pub(super) async fn run(tools: &Tools, job: &Job) -> Result<Ended, JobError> {
    let params: ExportParams = serde_json::from_str(&job.params)?;
    let format = params.format;
    let spool = Spool::new(tools, job, format)?;
    let (reached, told) = (spool.noted(), tools.clock.now().mono);
    let (names, words) = (HashMap::new(), None);
    let mut step = Step { tools: tools.clone(), params, spool, pending: Vec::new(), reached, told, names, words };
    while !step.spool.noted().is_whole {
        let (next, stepped) = web::block(move || one(step)).await.map_err(|_| JobError::Stopped)??;
        step = next;
        match stepped {
            Stepped::More => {}
            Stepped::Last => break,
            Stepped::Lost => return Ok(Ended::Lost),
        }
        actix_web::rt::task::yield_now().await;
    }
    let (spool, rows) = (step.spool, step.reached.rows);
    let name = match format {
        Format::Csv => format!("{}.csv", job.id),
        Format::Xlsx => {
            let is_kept = web::block(move || spool.put_file(|file| sheet::to_xlsx(spool.rows(), file)))
                .await
                .map_err(|_| JobError::Stopped)??;
            if !is_kept {
                return Ok(Ended::Lost);
            }
            format!("{}.xlsx", job.id)
        }
    };
    Ok(Ended::Done(rows, Some(name)))
}

/// One page: read, and put on file with those before it once they are a part.
fn one(mut step: Step) -> Result<(Step, Stepped), JobError> {
    let after = step.reached.after.map(|(at, id)| Cursor { at: Wall(at), id });
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
    if after.is_none() {
        sheet::begin(&mut text, step.params.format, &step.params.language)?;
    }
    let zone = step.tools.zone;
    let lines = page.items.iter().map(|found| Line::of(found, &step.names, step.words.as_ref(), zone));
    sheet::append(&mut text, step.params.format, lines)?;
    let is_full = step.pending.len() + text.len() > PART_BYTES;
    if is_full && !flush(&mut step)? {
        return Ok((step, Stepped::Lost));
    }
    step.pending.append(&mut text);
    step.reached.rows = step.reached.rows.saturating_add(i32::try_from(page.items.len()).unwrap_or(i32::MAX));
    step.reached.after = page.next.map(|cursor| (cursor.at.0, cursor.id));
    step.reached.is_whole = page.next.is_none();
    let is_kept = if step.reached.is_whole { flush(&mut step)? } else { is_full || tell(&mut step)? };
    let stepped = match is_kept {
        false => Stepped::Lost,
        true if step.reached.is_whole => Stepped::Last,
        true => Stepped::More,
    };
    Ok((step, stepped))
}

/// Puts on file what is in no part yet; `false` if the job is ours no more.
fn flush(step: &mut Step) -> Result<bool, JobError> {
    let is_kept = step.spool.add(&step.pending, step.reached)?;
    step.pending.clear();
    step.told = step.tools.clock.now().mono;
    Ok(is_kept)
}

/// Tells how far it is, if it is time to; `false` if the job is ours no more.
fn tell(step: &mut Step) -> Result<bool, JobError> {
    let now = step.tools.clock.now().mono;
    if now.seconds_since(step.told) < TOLD_EVERY_S {
        return Ok(true);
    }
    step.told = now;
    step.spool.count(step.reached.rows)
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
