//! Test data: made some at a time with what has been made noted in the same transaction, so that a
//! crash makes none twice; and taken away some at a time.
//!
//! - `days`: when it is said to have happened; `cases`: what became of it; `words`: what was said

mod cases;
mod days;
mod words;

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::common::{Ended, JobError, Tools};
use super::dice::Dice;
use crate::ids::{AccountId, LineId};
use crate::storage::centre::codes;
use crate::storage::centre::lines::{self, Line};
use crate::storage::work::jobs::Job;
use crate::storage::work::kept;
use crate::storage::work::test_data::{self, past, removal};
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;
use cases::Cases;
use days::Days;

/// Consultations in one transaction: a few hundred rows, some milliseconds.
const AT_ONCE: u32 = 25;
/// Counsellors of a test line.
const COUNSELLORS: usize = 4;

/// What is to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestDataParams {
    /// So many consultations.
    pub consultations: u32,
    /// Over so many days, up to yesterday.
    pub days: u32,
    /// `ko` or `en`.
    pub language: String,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Progress {
    made: u32,
    /// When it was begun: the days count back from there, also after a restart.
    began: Option<i64>,
}

/// Makes the test data of this job, from where it stands.
pub(super) async fn make(tools: &Tools, job: &Job) -> Result<Ended, JobError> {
    let params: TestDataParams = serde_json::from_str(&job.params)?;
    let mut progress: Progress = job.progress.as_deref().map(serde_json::from_str).transpose()?.unwrap_or_default();
    let began = *progress.began.get_or_insert(tools.clock.now().wall.0);
    let by = job.account.map_or_else(|| SYSTEM.to_owned(), |account| account.to_string());
    let Some((line, cases)) = found(tools, job, &params, &by).await? else { return Ok(Ended::Lost) };
    let days = Days::before(Wall(began), params.days, params.consultations, tools.zone);
    while progress.made < params.consultations {
        let to = (progress.made + AT_ONCE).min(params.consultations);
        // The same each time for the same place: what was rolled before a crash is rolled again.
        let seed = u64::from(progress.made) ^ job.id.0.as_u64_pair().1;
        let past = cases.make(progress.made..to, &days, &mut Dice::new(seed));
        progress.made = to;
        let (noted, done) = (serde_json::to_string(&progress)?, i32::try_from(to).unwrap_or(i32::MAX));
        let (store, kept, at) = (tools.store.clone(), tools.kept(job.id), tools.clock.now().wall);
        let (line, by) = (line.clone(), by.clone());
        let goes_on = web::block(move || {
            store.in_turn(|conn| {
                conn.write(|conn| {
                    let goes_on = kept::advance(conn, kept, &noted, done, at)?;
                    if goes_on {
                        past::put(conn, &line, &past, &by, at)?;
                    }
                    Ok(goes_on)
                })
            })
        });
        if !goes_on.await.map_err(|_| JobError::Stopped)?? {
            return Ok(Ended::Lost);
        }
        // The journal goes first.
        actix_web::rt::task::yield_now().await;
    }
    Ok(Ended::Done(i32::try_from(params.consultations).unwrap_or(i32::MAX), None))
}

/// The test line and who serves it, made where they are not there; `None` if the job is ours no more.
async fn found(tools: &Tools, job: &Job, params: &TestDataParams, by: &str) -> Result<Option<(Line, Cases)>, JobError> {
    let (store, clock, kept) = (tools.store.clone(), tools.clock.clone(), tools.kept(job.id));
    let (params, by) = (params.clone(), by.to_owned());
    let read = web::block(move || {
        store.in_turn(|conn| {
            conn.write(|conn| {
                lines::hold(conn)?;
                let at = clock.now().wall;
                if !kept::set_total(conn, kept, i32::try_from(params.consultations).unwrap_or(i32::MAX))? {
                    return Ok(None);
                }
                let line = test_data::ensure_line(conn, &params.language, LineId(clock.new_id()), &by, at)?;
                let there = test_data::counsellors(conn, line.id)?.len();
                for name in words::names(&params.language).iter().take(COUNSELLORS).skip(there) {
                    test_data::employ(conn, AccountId(clock.new_id()), name, &line, &by, at)?;
                }
                let counsellors = test_data::counsellors(conn, line.id)?;
                let results = codes::of_group(conn, codes::RESULT)?.into_iter().map(|code| code.code).collect();
                Ok(Some((line, Cases::new(counsellors, results, &params.language))))
            })
        })
    });
    read.await.map_err(|_| JobError::Stopped)?.map_err(JobError::from)
}

/// Takes all of it away; `lines_edited` is told of the lines that are no more.
pub(super) async fn remove(tools: &Tools, job: &Job, lines_edited: &impl Fn(Vec<Line>)) -> Result<Ended, JobError> {
    let (store, kept, mut done) = (tools.store.clone(), tools.kept(job.id), job.done);
    let counted = move |conn: &mut AnyConnection| {
        let left = i32::try_from(test_data::counts(conn)?.consultations).unwrap_or(i32::MAX);
        kept::set_total(conn, kept, left.saturating_add(done))
    };
    if !web::block(move || store.in_turn(counted)).await.map_err(|_| JobError::Stopped)?? {
        return Ok(Ended::Lost);
    }
    loop {
        let (store, at) = (tools.store.clone(), tools.clock.now().wall);
        let before = done;
        let removed = web::block(move || {
            store.in_turn(|conn| {
                conn.write(|conn| {
                    if !kept::holds(conn, kept, at)? {
                        return Ok(None);
                    }
                    let removed = removal::some(conn, AT_ONCE)?;
                    let done = before.saturating_add(i32::try_from(removed).unwrap_or(i32::MAX));
                    kept::count(conn, kept, done, at)?;
                    Ok(Some((removed, done)))
                })
            })
        });
        let Some((removed, now)) = removed.await.map_err(|_| JobError::Stopped)?? else { return Ok(Ended::Lost) };
        done = now;
        if removed == 0 {
            break;
        }
        actix_web::rt::task::yield_now().await;
    }
    let by = job.account.map_or_else(|| SYSTEM.to_owned(), |account| account.to_string());
    let (store, at) = (tools.store.clone(), tools.clock.now().wall);
    let rest = move |conn: &mut AnyConnection| {
        conn.write(|conn| if kept::holds(conn, kept, at)? { removal::rest(conn, &by, at).map(Some) } else { Ok(None) })
    };
    let gone = web::block(move || store.in_turn(rest)).await.map_err(|_| JobError::Stopped)??;
    let Some(gone) = gone else { return Ok(Ended::Lost) };
    // The matchmaker knows lines that are no more as deleted ones.
    let lines = gone.into_iter().map(|line| Line { deleted: true, version: line.version + 1, ..line }).collect();
    lines_edited(lines);
    Ok(Ended::Done(done, None))
}
