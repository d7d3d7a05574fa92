//! Long work in the background: one job at a time on each node, in small steps, so that people
//! working notice nothing. What a job has done is on file after every step; after a crash it goes
//! on from there.
//!
//! - `export`: consultations into a file; `sheet`: the file's forms; `harmless`, `wording`: its cells
//! - `test_data`: made and taken away; `dice`: chance that can be repeated

mod dice;
mod export;
mod harmless;
mod sheet;
mod test_data;
mod wording;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web;
use tokio::sync::Notify;

pub use dice::Dice;
pub use export::{ExportParams, Format};
pub use test_data::TestDataParams;

use crate::app::App;
use crate::ids::JobId;
use crate::storage::StoreError;
use crate::storage::jobs::{self, Job, JobKind, NewJob};
use crate::time::Wall;

/// The queue is looked at this often, for what other nodes put there or left behind.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// A running job not heard of for so long was left behind by a node that ended.
const STALE_S: i64 = 60;
/// At this hour, where the office is, all accounts are looked through: nobody is at work.
const CHECK_HOUR: u32 = 4;
/// Files are kept so long after their job.
const KEEP_FILES_S: i64 = 7 * 24 * 60 * 60;

/// The way to the runner. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    folder: Arc<PathBuf>,
    poke: Arc<Notify>,
}

/// How a job came to its end.
enum Ended {
    /// Done: so many things, and the file it made.
    Done(i32, Option<String>),
    /// It was called off meanwhile.
    Cancelled,
}

/// Why a job is given up.
#[derive(Debug, thiserror::Error)]
enum JobError {
    #[error("the database failed: {0}")]
    Store(#[from] StoreError),
    #[error("the file could not be written: {0}")]
    File(#[from] std::io::Error),
    #[error("the sheet could not be written: {0}")]
    Sheet(#[from] rust_xlsxwriter::XlsxError),
    #[error("the job on file is not readable: {0}")]
    Params(#[from] serde_json::Error),
    #[error("the check of accounts failed: {0}")]
    Check(String),
    #[error("the server is shutting down")]
    Stopped,
}

impl Jobs {
    /// Files go into `folder`.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder: Arc::new(folder), poke: Arc::default() }
    }

    /// There is something in the queue.
    pub fn poke(&self) {
        self.poke.notify_one();
    }

    /// Where the file of this name lies.
    #[must_use]
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// Does one job after another until it is dropped. `recheck` looks through all accounts, tells
    /// how far it is (done, of how many), and says how many had access to end.
    pub async fn run<R>(self, app: App, recheck: R)
    where
        R: AsyncFn(&App, &mut dyn FnMut(u64, u64)) -> Result<u64, String>,
    {
        // Nobody else works on a SQLite file: what runs there at a start was left behind.
        let mut stale_s = if app.store.is_shared() { STALE_S } else { 0 };
        loop {
            self.ask_for_what_is_due(&app).await;
            let now = app.clock.now().wall;
            let (store, stale_before) = (app.store.clone(), Wall(now.0 - stale_s * 1_000_000));
            let claimed = web::block(move || store.in_turn(|conn| jobs::claim(conn, stale_before, now))).await;
            match claimed {
                Ok(Ok(Some(job))) => self.work(&app, job, &recheck).await,
                Ok(Ok(None)) => {
                    stale_s = STALE_S;
                    self.forget_files(&app).await;
                    let _ = tokio::time::timeout(LOOK_EVERY, self.poke.notified()).await;
                }
                Ok(Err(error)) => {
                    log::warn!("the queue of jobs could not be read: {error}");
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                Err(_) => return,
            }
        }
    }

    /// The nightly look through all accounts, once a day, whichever node is first.
    async fn ask_for_what_is_due(&self, app: &App) {
        let now = app.clock.now().wall;
        let Some(due) = last_check_due(now, app.settings.zone) else { return };
        let (store, id) = (app.store.clone(), JobId(app.clock.new_id()));
        let new = NewJob { id, kind: JobKind::Validity, account: None, params: "{}".to_owned() };
        let asked = web::block(move || {
            store.in_turn(|conn| {
                conn.write(|conn| {
                    if jobs::was_made_since(conn, JobKind::Validity, due)? {
                        Ok(())
                    } else {
                        jobs::create(conn, &new, now)
                    }
                })
            })
        });
        if let Ok(Err(error)) = asked.await {
            log::warn!("the nightly check of accounts is not asked for yet: {error}");
        }
    }

    async fn work<R>(&self, app: &App, job: Job, recheck: &R)
    where
        R: AsyncFn(&App, &mut dyn FnMut(u64, u64)) -> Result<u64, String>,
    {
        let id = job.id;
        log::info!(job:% = id, kind = job.kind.code(); "a job begins");
        let ended = match job.kind {
            JobKind::Export => export::run(self, app, &job).await,
            JobKind::TestData => test_data::make(app, &job).await,
            JobKind::TestDataRemoval => test_data::remove(app, &job).await,
            // Never claimed: who asks for one plays it.
            JobKind::Rehearsal => Err(JobError::Stopped),
            JobKind::Validity => {
                let mut checked = 0;
                let ended = recheck(app, &mut |done, _| {
                    checked = i32::try_from(done).unwrap_or(i32::MAX);
                    note_progress(app, id, checked);
                })
                .await;
                ended.map(|_| Ended::Done(checked, None)).map_err(JobError::Check)
            }
        };
        let (store, at) = (app.store.clone(), app.clock.now().wall);
        let noted = match ended {
            Ok(Ended::Done(done, file)) => {
                log::info!(job:% = id, done; "a job is done");
                web::block(move || store.in_turn(|conn| jobs::finish(conn, id, done, file.as_deref(), at)).map(drop))
                    .await
            }
            Ok(Ended::Cancelled) => return log::info!(job:% = id; "a job was called off"),
            // Left as running: it is taken up at the next start.
            Err(JobError::Stopped) => return,
            Err(error) => {
                log::error!(job:% = id; "a job failed: {error}");
                let error = error.to_string();
                web::block(move || store.in_turn(|conn| jobs::fail(conn, id, &error, at))).await
            }
        };
        if let Ok(Err(error)) = noted {
            log::error!(job:% = id; "the end of a job is not on file; it will be run again: {error}");
        }
    }

    /// Files hold personal data: they are not kept for ever.
    async fn forget_files(&self, app: &App) {
        let (store, now) = (app.store.clone(), app.clock.now().wall);
        let then = Wall(now.0 - KEEP_FILES_S * 1_000_000);
        let forgotten = web::block(move || store.in_turn(|conn| jobs::forget_files(conn, then, now))).await;
        for file in forgotten.into_iter().flatten().flatten() {
            if let Err(error) = std::fs::remove_file(self.path(&file)) {
                log::warn!("an old export stays on disk: {error}");
            }
        }
    }
}

/// Without waiting for it: a count that comes late, or not, harms nothing.
fn note_progress(app: &App, id: JobId, done: i32) {
    let (store, at) = (app.store.clone(), app.clock.now().wall);
    let noted = web::block(move || store.in_turn(|conn| jobs::advance(conn, id, "{}", done, at)));
    actix_web::rt::spawn(noted);
}

/// When accounts were last to be looked through. `None` where the clock of the zone has a gap just
/// then.
fn last_check_due(now: Wall, zone: chrono_tz::Tz) -> Option<Wall> {
    let local = now.utc().with_timezone(&zone);
    let today = local.date_naive().and_hms_opt(CHECK_HOUR, 0, 0)?.and_local_timezone(zone).earliest()?;
    let due = if today <= local { today } else { today - chrono::TimeDelta::days(1) };
    Some(due.to_utc().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_looked_through_at_four_where_the_office_is() {
        let wall = |text: &str| -> Wall { text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into() };
        for (now, due) in [
            ("2026-11-21T18:59:59Z", "2026-11-20T19:00:00Z"),
            ("2026-11-21T19:00:00Z", "2026-11-21T19:00:00Z"),
            ("2026-11-22T12:00:00Z", "2026-11-21T19:00:00Z"),
        ] {
            assert_eq!(last_check_due(wall(now), chrono_tz::Asia::Seoul), Some(wall(due)), "{now}");
        }
    }
}
