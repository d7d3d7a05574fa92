//! Who does the jobs: one after the other, and once a day the look through all accounts.

use std::time::Duration;

use actix_web::web;

use super::common::{Ended, JobError, Tools};
use super::handle::Jobs;
use super::{export, test_data};
use crate::ids::JobId;
use crate::storage::centre::lines::Line;
use crate::storage::work::jobs::{self, Job, JobKind, NewJob};
use crate::time::Wall;
use crate::work::{Remaining, Work};

/// The queue is looked at this often, for what other nodes put there or left behind.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// A running job not heard of for so long was left behind by a node that ended.
const STALE_S: i64 = 60;
/// At this hour, where the office is, all accounts are looked through: nobody is at work.
const CHECK_HOUR: u32 = 4;
/// Files are kept so long after their job.
const KEEP_FILES_S: i64 = 7 * 24 * 60 * 60;

/// Does one job after another.
pub struct Runner<N, L> {
    jobs: Jobs,
    tools: Tools,
    nightly: N,
    lines_edited: L,
    /// See [`STALE_S`].
    stale_s: i64,
}

impl<N, L> Work for Runner<N, L>
where
    N: AsyncFn(&mut dyn FnMut(u64, u64)) -> Result<(), String> + 'static,
    L: Fn(Vec<Line>) + 'static,
{
    const EVERY: Duration = LOOK_EVERY;

    async fn step(&mut self) -> Result<Remaining, String> {
        self.ask_for_what_is_due().await;
        let now = self.tools.clock.now().wall;
        let (store, stale_before) = (self.tools.store.clone(), Wall(now.0 - self.stale_s * 1_000_000));
        match web::block(move || store.in_turn(|conn| jobs::claim(conn, stale_before, now))).await {
            Ok(Ok(Some(job))) => {
                self.work(job).await;
                Ok(Remaining::More)
            }
            Ok(Ok(None)) => {
                self.stale_s = STALE_S;
                self.forget_files().await;
                Ok(Remaining::Nothing)
            }
            Ok(Err(error)) => Err(format!("the queue of jobs could not be read: {error}")),
            // Shutting down.
            Err(_) => Ok(Remaining::Nothing),
        }
    }
}

impl<N, L> Runner<N, L>
where
    N: AsyncFn(&mut dyn FnMut(u64, u64)) -> Result<(), String>,
    L: Fn(Vec<Line>),
{
    /// `nightly` looks through all accounts and tells how far it is (done, of how many); `lines_edited` is told
    /// of lines that a job changed.
    pub fn new(jobs: Jobs, tools: Tools, nightly: N, lines_edited: L) -> Self {
        // Nobody else works on a SQLite file: what runs there at a start was left behind.
        let stale_s = if tools.store.is_shared() { STALE_S } else { 0 };
        Self { jobs, tools, nightly, lines_edited, stale_s }
    }

    /// The nightly look through all accounts, once a day, whichever node is first.
    async fn ask_for_what_is_due(&self) {
        let now = self.tools.clock.now().wall;
        let Some(due) = last_check_due(now, self.tools.zone) else { return };
        let (store, id) = (self.tools.store.clone(), JobId(self.tools.clock.new_id()));
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

    async fn work(&self, job: Job) {
        let id = job.id;
        log::info!(job:% = id, kind = job.kind.code(); "a job begins");
        let ended = match job.kind {
            JobKind::Export => export::run(&self.jobs, &self.tools, &job).await,
            JobKind::TestData => test_data::make(&self.tools, &job).await,
            JobKind::TestDataRemoval => test_data::remove(&self.tools, &job, &self.lines_edited).await,
            // Never claimed: who asks for one plays it.
            JobKind::Rehearsal => Err(JobError::Stopped),
            JobKind::Validity => {
                let mut checked = 0;
                let ended = (self.nightly)(&mut |done, _| {
                    checked = i32::try_from(done).unwrap_or(i32::MAX);
                    self.note_progress(id, checked);
                })
                .await;
                ended.map(|()| Ended::Done(checked, None)).map_err(JobError::Check)
            }
        };
        let (store, at) = (self.tools.store.clone(), self.tools.clock.now().wall);
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
    async fn forget_files(&self) {
        let (store, now) = (self.tools.store.clone(), self.tools.clock.now().wall);
        let then = Wall(now.0 - KEEP_FILES_S * 1_000_000);
        let forgotten = web::block(move || store.in_turn(|conn| jobs::forget_files(conn, then, now))).await;
        for file in forgotten.into_iter().flatten().flatten() {
            if let Err(error) = std::fs::remove_file(self.jobs.path(&file)) {
                log::warn!("an old export stays on disk: {error}");
            }
        }
    }

    /// Without waiting for it: a count that comes late, or not, harms nothing.
    fn note_progress(&self, id: JobId, done: i32) {
        let (store, at) = (self.tools.store.clone(), self.tools.clock.now().wall);
        let noted = web::block(move || store.in_turn(|conn| jobs::advance(conn, id, "{}", done, at)));
        actix_web::rt::spawn(noted);
    }
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
