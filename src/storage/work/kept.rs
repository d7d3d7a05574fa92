//! Who works at a job, and what that one writes about it. A job has one keeper, by the run of the node that took it;
//! what a keeper writes is on file only as long as the job is theirs and not called off. So a node that was paused, and
//! comes back when its job has gone to another, changes nothing.

use diesel::dsl::{auto_type, exists, not};
use diesel::prelude::*;

use crate::ids::{JobId, NodeId};
use crate::storage::AnyConnection;
use crate::storage::schema::job::{self, dsl};
use crate::storage::schema::node;
use crate::storage::work::jobs::{Job, JobKind, JobState};
use crate::time::Wall;

/// A job in the hands of whoever works at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    pub job: JobId,
    pub keeper: NodeId,
}

/// Whether the job has no keeper, or one that is gone. This is the one answer to that; no clock is in it. A server that
/// is alone with its records says at its start that every other run is gone (`talk::alone`).
#[auto_type]
fn is_nobodys() -> _ {
    let gone: &'static str = "GONE";
    not(exists(node::table.filter(node::node_id.nullable().eq(job::keeper_id).and(node::state.ne(gone)))))
}

/// Whether it is kept, by this one, and not called off.
#[auto_type]
fn is_still(kept: Kept) -> _ {
    let job: JobId = kept.job;
    let keeper: Option<NodeId> = Some(kept.keeper);
    let running: JobState = JobState::Running;
    dsl::job.filter(dsl::job_id.eq(job).and(dsl::keeper_id.eq(keeper)).and(dsl::state.eq(running)))
}

/// The next job to do, marked as running and as `keeper`'s: one that was left running, else the oldest in the queue.
/// Nobody else gets it. Who asks works at none: what is running as theirs was left, too.
pub fn claim(conn: &mut AnyConnection, keeper: NodeId, at: Wall) -> QueryResult<Option<Job>> {
    let left = || dsl::state.eq(JobState::Running).and(dsl::keeper_id.eq(Some(keeper)).or(is_nobodys()));
    let is_free = || dsl::state.eq(JobState::Queued).or(left());
    loop {
        let next = dsl::job
            .filter(is_free())
            .filter(dsl::kind.ne(JobKind::Rehearsal))
            .order((dsl::state.desc(), dsl::reg_dttm))
            .select(Job::as_select())
            .first(conn)
            .optional()?;
        let Some(job) = next else { return Ok(None) };
        let claimed = diesel::update(dsl::job.filter(dsl::job_id.eq(job.id)).filter(is_free()))
            .set((
                dsl::state.eq(JobState::Running),
                dsl::keeper_id.eq(Some(keeper)),
                dsl::started_dttm.eq(at),
                dsl::mod_dttm.eq(at),
            ))
            .execute(conn)?;
        if claimed == 1 {
            return Ok(Some(Job { state: JobState::Running, ..job }));
        }
        // Another node was quicker, and lives: it is not found again.
    }
}

/// Whether the job is still theirs. In a transaction it stays so until the end of that.
pub fn holds(conn: &mut AnyConnection, kept: Kept, at: Wall) -> QueryResult<bool> {
    let held = diesel::update(is_still(kept)).set(dsl::mod_dttm.eq(at)).execute(conn)?;
    Ok(held == 1)
}

/// Notes how far it has come; `false` if it is theirs no more.
pub fn advance(conn: &mut AnyConnection, kept: Kept, progress: &str, done: i32, at: Wall) -> QueryResult<bool> {
    let advanced = diesel::update(is_still(kept))
        .set((dsl::progress.eq(progress), dsl::done_count.eq(done), dsl::mod_dttm.eq(at)))
        .execute(conn)?;
    Ok(advanced == 1)
}

/// Notes how many things are done, for whoever looks; where it would be taken up again stays as it is. `false` if it is
/// theirs no more.
pub fn count(conn: &mut AnyConnection, kept: Kept, done: i32, at: Wall) -> QueryResult<bool> {
    let counted = diesel::update(is_still(kept)).set((dsl::done_count.eq(done), dsl::mod_dttm.eq(at))).execute(conn)?;
    Ok(counted == 1)
}

/// Notes of how many things it is, once that is known; `false` if it is theirs no more.
pub fn set_total(conn: &mut AnyConnection, kept: Kept, total: i32) -> QueryResult<bool> {
    let set = diesel::update(is_still(kept)).set(dsl::total_count.eq(total)).execute(conn)?;
    Ok(set == 1)
}

/// It is done; `file` is what the file it made is called. `false` if it is theirs no more.
pub fn finish(conn: &mut AnyConnection, kept: Kept, done: i32, file: Option<&str>, at: Wall) -> QueryResult<bool> {
    let finished = diesel::update(is_still(kept))
        .set((
            dsl::state.eq(JobState::Done),
            dsl::done_count.eq(done),
            dsl::total_count.eq(done),
            dsl::file_name.eq(file),
            dsl::ended_dttm.eq(at),
            dsl::mod_dttm.eq(at),
        ))
        .execute(conn)?;
    Ok(finished == 1)
}

/// It is given up; `false` if it is theirs no more.
pub fn fail(conn: &mut AnyConnection, kept: Kept, error: &str, at: Wall) -> QueryResult<bool> {
    let failed = diesel::update(is_still(kept))
        .set((dsl::state.eq(JobState::Failed), dsl::error.eq(error), dsl::ended_dttm.eq(at), dsl::mod_dttm.eq(at)))
        .execute(conn)?;
    Ok(failed == 1)
}

/// Gives up the jobs of this kind that were left running: another's who is gone, and `keeper`'s own that were not heard
/// of since `stale_before`, by its own clock. `why` is for whoever asks.
pub fn abandon(
    conn: &mut AnyConnection,
    kind: JobKind,
    keeper: NodeId,
    stale_before: Wall,
    why: &str,
    at: Wall,
) -> QueryResult<()> {
    let anothers = dsl::keeper_id.is_null().or(dsl::keeper_id.ne(Some(keeper)));
    let own = dsl::keeper_id.eq(Some(keeper)).and(dsl::mod_dttm.lt(stale_before));
    let left = dsl::job
        .filter(dsl::state.eq(JobState::Running).and(dsl::kind.eq(kind)))
        .filter(anothers.and(is_nobodys()).or(own));
    diesel::update(left)
        .set((dsl::state.eq(JobState::Failed), dsl::error.eq(why), dsl::ended_dttm.eq(at), dsl::mod_dttm.eq(at)))
        .execute(conn)?;
    Ok(())
}
