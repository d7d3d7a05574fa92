//! What jobs have made, in parts. They lie in rows and not in a folder, as pictures do: every node hands them out,
//! they are in every backup, and there exactly when their job says so.
//!
//! Parts from 1 on, in their order, are the file. Those below 0 are what a spreadsheet is made from.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::sql_types::Binary;

use crate::ids::JobId;
use crate::storage::AnyConnection;
use crate::storage::schema::job;
use crate::storage::schema::job_file::dsl;
use crate::storage::work::jobs::JobState;
use crate::time::Wall;

/// Most bytes of a part, 1 MiB: what whoever writes or reads a file of any length has in memory, and what other
/// writers wait for at a time.
pub const PART_BYTES: usize = 1 << 20;

#[diesel::declare_sql_function]
extern "SQL" {
    /// How many bytes lie there; neither engine reads them for that.
    fn length(content: Binary) -> Integer;
}

/// Puts a part on file, 1 to [`PART_BYTES`] long; `by` is whose job it is. Together with a look whether the job is
/// kept still, in one transaction.
pub fn put(conn: &mut AnyConnection, job: JobId, part_no: i32, content: &[u8], by: &str, at: Wall) -> QueryResult<()> {
    diesel::insert_into(dsl::job_file)
        .values((
            (dsl::job_id.eq(job), dsl::part_no.eq(part_no), dsl::content.eq(content)),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// A part, if it is there.
pub fn content(conn: &mut AnyConnection, job: JobId, part_no: i32) -> QueryResult<Option<Vec<u8>>> {
    dsl::job_file.find((job, part_no)).select(dsl::content).first(conn).optional()
}

/// How long the parts of the file are, in bytes and in their order; the first is part 1. Without any there is no file.
pub fn lengths(conn: &mut AnyConnection, job: JobId) -> QueryResult<Vec<i32>> {
    dsl::job_file
        .filter(dsl::job_id.eq(job).and(dsl::part_no.gt(0)))
        .order(dsl::part_no)
        .select(length(dsl::content))
        .load(conn)
}

/// Takes away at most `limit` parts of what is to be the file; how many those were.
pub fn clear(conn: &mut AnyConnection, job: JobId, limit: u32) -> QueryResult<usize> {
    let of_file = dsl::job_file.filter(dsl::job_id.eq(job).and(dsl::part_no.gt(0)));
    let parts: Vec<i32> = of_file.select(dsl::part_no).limit(i64::from(limit)).load(conn)?;
    diesel::delete(dsl::job_file.filter(dsl::job_id.eq(job).and(dsl::part_no.eq_any(parts)))).execute(conn)
}

/// Takes away at most `limit` parts that nobody needs: of jobs that came to nothing, of files that are no longer kept,
/// and what a spreadsheet was made from; how many those were.
pub fn sweep(conn: &mut AnyConnection, limit: u32) -> QueryResult<usize> {
    let of_it = job::table.filter(job::job_id.eq(dsl::job_id));
    let is_made = job::state.eq_any([JobState::Queued, JobState::Running]);
    let is_file = dsl::part_no.gt(0).and(exists(of_it.filter(job::file_name.is_not_null())));
    let unneeded: Vec<(JobId, i32)> = dsl::job_file
        .filter(not(exists(of_it.filter(is_made)).or(is_file)))
        .select((dsl::job_id, dsl::part_no))
        .limit(i64::from(limit))
        .load(conn)?;
    unneeded.iter().try_fold(0, |gone, part| Ok(gone + diesel::delete(dsl::job_file.find(*part)).execute(conn)?))
}
