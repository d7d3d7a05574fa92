//! Long work: what is to be done, how far it has come, and how it ended. Who works at it, and what that one
//! writes, is in [`crate::storage::work::kept`].

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;

use crate::ids::{AccountId, JobId, NodeId};
use crate::storage::engine::page;
use crate::storage::schema::job::{self, dsl};
use crate::storage::{AnyConnection, Cursor, Page};
use crate::time::Wall;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Writes consultations into a file.
    Export,
    /// Looks through all accounts for those who may no longer log in.
    Validity,
    /// Makes test data.
    TestData,
    /// Takes all test data away.
    TestDataRemoval,
    /// Plays a consultation. It is done by the node that was asked, at once, and by no other.
    Rehearsal,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Not begun.
    Queued,
    /// Being done, or to be taken up again.
    Running,
    Done,
    /// Given up; the error says why.
    Failed,
    /// Called off.
    Cancelled,
}

impl JobKind {
    /// The code in the database and in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Export => "EXPORT",
            Self::Validity => "VALIDITY",
            Self::TestData => "TEST_DATA",
            Self::TestDataRemoval => "TEST_DATA_REMOVAL",
            Self::Rehearsal => "REHEARSAL",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Export, Self::Validity, Self::TestData, Self::TestDataRemoval, Self::Rehearsal];
        all.into_iter().find(|kind| kind.code() == code)
    }
}

impl JobState {
    /// The code in the database and in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Running => "RUNNING",
            Self::Done => "DONE",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];
        all.into_iter().find(|state| state.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = job)]
pub struct Job {
    #[diesel(column_name = job_id)]
    pub id: JobId,
    pub kind: JobKind,
    /// Where it stands.
    pub state: JobState,
    /// Who asked for it; nobody for the server's own.
    #[diesel(column_name = account_id)]
    pub account: Option<AccountId>,
    /// What exactly, as JSON; its kind knows the form.
    pub params: String,
    /// How far it has come, as JSON; its kind knows the form.
    pub progress: Option<String>,
    /// Things done so far.
    #[diesel(column_name = done_count)]
    pub done: i32,
    /// Things in all, where that is known.
    #[diesel(column_name = total_count)]
    pub total: Option<i32>,
    /// What the file it made is called; its parts are in [`crate::storage::work::job_files`].
    #[diesel(column_name = file_name)]
    pub file: Option<String>,
    pub error: Option<String>,
    /// When it was asked for.
    #[diesel(column_name = reg_dttm)]
    pub made_at: Wall,
    /// When it was over.
    #[diesel(column_name = ended_dttm)]
    pub ended_at: Option<Wall>,
}

/// A job to be made.
#[derive(Clone, Debug)]
pub struct NewJob {
    pub id: JobId,
    pub kind: JobKind,
    /// Who asks for it; `None` for the server itself.
    pub account: Option<AccountId>,
    /// What exactly, as JSON; its kind knows the form.
    pub params: String,
}

/// Puts a job in the queue.
pub fn create(conn: &mut AnyConnection, new: &NewJob, at: Wall) -> QueryResult<()> {
    insert(conn, new, JobState::Queued, None, at)
}

/// Notes a job that whoever asks for it does at once, and nobody else.
pub fn begin(conn: &mut AnyConnection, new: &NewJob, keeper: NodeId, at: Wall) -> QueryResult<()> {
    insert(conn, new, JobState::Running, Some(keeper), at)
}

fn insert(
    conn: &mut AnyConnection,
    new: &NewJob,
    state: JobState,
    keeper: Option<NodeId>,
    at: Wall,
) -> QueryResult<()> {
    let by = new.account.map_or_else(|| crate::storage::SYSTEM.to_owned(), |account| account.to_string());
    diesel::insert_into(dsl::job)
        .values((
            dsl::job_id.eq(new.id),
            dsl::kind.eq(new.kind),
            dsl::state.eq(state),
            dsl::account_id.eq(new.account),
            (dsl::params.eq(&new.params), dsl::keeper_id.eq(keeper)),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(&by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(&by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The job with this id, if there is one.
pub fn by_id(conn: &mut AnyConnection, id: JobId) -> QueryResult<Option<Job>> {
    dsl::job.find(id).select(Job::as_select()).first(conn).optional()
}

/// A page of jobs, the newest first; of one account, or of all.
pub fn list(
    conn: &mut AnyConnection,
    account: Option<AccountId>,
    after: Option<Cursor>,
    limit: u32,
) -> QueryResult<Page<Job>> {
    let mut query = dsl::job
        .order((dsl::reg_dttm.desc(), dsl::job_id.desc()))
        .limit(page::rows(limit))
        .select(Job::as_select())
        .into_boxed();
    if let Some(account) = account {
        query = query.filter(dsl::account_id.eq(account));
    }
    if let Some(Cursor { at, id }) = after {
        query = query.filter(dsl::reg_dttm.lt(at).or(dsl::reg_dttm.eq(at).and(dsl::job_id.lt(JobId(id)))));
    }
    let items = query.load(conn)?;
    Ok(Page::of(items, limit, |last| Cursor { at: last.made_at, id: last.id.0 }))
}

/// How many jobs of an account are queued or running.
pub fn count_live(conn: &mut AnyConnection, account: AccountId) -> QueryResult<i64> {
    dsl::job
        .filter(dsl::account_id.eq(account).and(dsl::state.eq_any([JobState::Queued, JobState::Running])))
        .count()
        .get_result(conn)
}

/// The jobs of these kinds that are queued or running, the oldest first.
pub fn live(conn: &mut AnyConnection, kinds: &[JobKind]) -> QueryResult<Vec<Job>> {
    dsl::job
        .filter(dsl::state.eq_any([JobState::Queued, JobState::Running]).and(dsl::kind.eq_any(kinds.to_vec())))
        .order((dsl::reg_dttm, dsl::job_id))
        .select(Job::as_select())
        .load(conn)
}

/// Whether a job of this kind was asked for at `since` or later.
pub fn was_made_since(conn: &mut AnyConnection, kind: JobKind, since: Wall) -> QueryResult<bool> {
    select(exists(dsl::job.filter(dsl::kind.eq(kind).and(dsl::reg_dttm.ge(since))))).get_result(conn)
}

/// Calls a job off; `false` if it is over already.
pub fn cancel(conn: &mut AnyConnection, id: JobId, by: &str, at: Wall) -> QueryResult<bool> {
    let live = dsl::state.eq_any([JobState::Queued, JobState::Running]);
    let cancelled = diesel::update(dsl::job.find(id).filter(live))
        .set((dsl::state.eq(JobState::Cancelled), dsl::ended_dttm.eq(at), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)))
        .execute(conn)?;
    Ok(cancelled == 1)
}

/// Jobs that were over before `then` forget their files, which are no longer kept.
pub fn forget_files(conn: &mut AnyConnection, then: Wall, at: Wall) -> QueryResult<usize> {
    diesel::update(dsl::job.filter(dsl::file_name.is_not_null().and(dsl::ended_dttm.lt(then))))
        .set((dsl::file_name.eq(None::<String>), dsl::mod_dttm.eq(at)))
        .execute(conn)
}
