//! Who does the jobs: one after the other, and once a day the look through all accounts.

use std::time::Duration;

use actix_web::web;

use super::common::{Ended, JobError, Tally, Tools};
use super::{export, test_data};
use crate::ids::JobId;
use crate::storage::centre::lines::Line;
use crate::storage::work::jobs::{self, Job, JobKind, NewJob};
use crate::storage::work::{job_files, kept};
use crate::time::Wall;
use crate::work::{Remaining, Work};

/// The queue is looked at this often, for what other nodes put there or left behind.
const LOOK_EVERY: Duration = Duration::from_secs(15);
/// At this hour, where the office is, all accounts are looked through: nobody is at work.
const CHECK_HOUR: u32 = 4;
/// Files are kept so long after their job.
const KEEP_FILES_S: i64 = 7 * 24 * 60 * 60;
/// Parts that nobody needs go so many at a time: others write in between.
const SWEPT_AT_ONCE: u32 = 16;

/// Does one job after another.
pub struct Runner<N, L> {
    tools: Tools,
    nightly: N,
    lines_edited: L,
}

impl<N, L> Work for Runner<N, L>
where
    N: AsyncFn(&Tally) -> Result<(), String> + 'static,
    L: Fn(Vec<Line>) + 'static,
{
    const EVERY: Duration = LOOK_EVERY;

    async fn step(&mut self) -> Result<Remaining, String> {
        self.ask_for_what_is_due().await;
        let now = self.tools.clock.now().wall;
        let (store, keeper) = (self.tools.store.clone(), self.tools.keeper);
        match web::block(move || store.in_turn(|conn| kept::claim(conn, keeper, now))).await {
            Ok(Ok(Some(job))) => {
                self.work(job).await;
                Ok(Remaining::More)
            }
            Ok(Ok(None)) => self.forget_files().await,
            Ok(Err(error)) => Err(format!("the queue of jobs could not be read: {error}")),
            // Shutting down.
            Err(_) => Ok(Remaining::Nothing),
        }
    }
}

impl<N, L> Runner<N, L>
where
    N: AsyncFn(&Tally) -> Result<(), String>,
    L: Fn(Vec<Line>),
{
    /// `nightly` looks through all accounts and tells how far it is; `lines_edited` is told of lines that a job
    /// changed.
    pub fn new(tools: Tools, nightly: N, lines_edited: L) -> Self {
        Self { tools, nightly, lines_edited }
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
            JobKind::Export => export::run(&self.tools, &job).await,
            JobKind::TestData => test_data::make(&self.tools, &job).await,
            JobKind::TestDataRemoval => test_data::remove(&self.tools, &job, &self.lines_edited).await,
            // Never claimed: who asks for one plays it.
            JobKind::Rehearsal => Err(JobError::Stopped),
            JobKind::Validity => {
                let tally = Tally::new(&self.tools, id);
                let ended = (self.nightly)(&tally).await;
                ended.map(|()| Ended::Done(tally.done(), None)).map_err(JobError::Check)
            }
        };
        let (store, kept, at) = (self.tools.store.clone(), self.tools.kept(id), self.tools.clock.now().wall);
        let noted = match ended {
            Ok(Ended::Done(done, file)) => {
                log::info!(job:% = id, done; "a job is done");
                web::block(move || store.in_turn(|conn| kept::finish(conn, kept, done, file.as_deref(), at))).await
            }
            Ok(Ended::Lost) => return log::info!(job:% = id; "a job was called off, or is another node's by now"),
            // Left as running: once this run of the server is gone, it is taken up.
            Err(JobError::Stopped) => return,
            Err(error) => {
                log::error!(job:% = id; "a job failed: {error}");
                let error = error.to_string();
                web::block(move || store.in_turn(|conn| kept::fail(conn, kept, &error, at))).await
            }
        };
        match noted {
            Ok(Ok(true)) | Err(_) => {}
            Ok(Ok(false)) => log::info!(job:% = id; "it was called off, or is another node's by now"),
            Ok(Err(error)) => log::error!(job:% = id; "the end of a job is not on file; it will be run again: {error}"),
        }
    }

    /// Files hold personal data: they are not kept for ever. First their jobs forget them, then their parts go, some at
    /// a time.
    async fn forget_files(&self) -> Result<Remaining, String> {
        let (store, now) = (self.tools.store.clone(), self.tools.clock.now().wall);
        let then = Wall(now.0 - KEEP_FILES_S * 1_000_000);
        let forget = move || {
            store.in_turn(|conn| jobs::forget_files(conn, then, now))?;
            store.in_turn(|conn| conn.write(|conn| job_files::sweep(conn, SWEPT_AT_ONCE)))
        };
        match web::block(forget).await {
            Ok(Ok(0)) | Err(_) => Ok(Remaining::Nothing),
            Ok(Ok(_)) => Ok(Remaining::More),
            Ok(Err(error)) => Err(format!("old exports stay on file for now: {error}")),
        }
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
