//! `LEASE`: one row, which says who matches, for how long it has been so, and how often it changed hands.

use diesel::pg::PgConnection;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel::{OptionalExtension as _, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

use super::{count, id, unreadable};
use crate::cluster::lease::LeaseRow;
use crate::ids::{NodeId, TermId};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Nullable<Text>)]
    node_id: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    term_id: Option<String>,
    #[diesel(sql_type = Integer)]
    beat: i32,
    #[diesel(sql_type = Integer)]
    epoch: i32,
}

#[derive(QueryableByName)]
struct Epoch {
    #[diesel(sql_type = Integer)]
    epoch: i32,
}

/// The lease as it is on file.
///
/// # Errors
///
/// What the database says; the row is missing or cannot be read.
pub fn read(conn: &mut PgConnection) -> QueryResult<LeaseRow> {
    let row: Option<Row> = sql_query(
        "SELECT NODE_ID AS node_id, TERM_ID AS term_id, BEAT AS beat, EPOCH AS epoch
           FROM LEASE WHERE LEASE_NAME = 'MATCHMAKER'",
    )
    .get_result(conn)
    .optional()?;
    let row = row.ok_or_else(|| unreadable("LEASE", "there is no row MATCHMAKER"))?;
    let holder = match (row.node_id, row.term_id) {
        (Some(node), Some(term)) => Some((id("NODE_ID", &node)?, id("TERM_ID", &term)?)),
        _ => None,
    };
    Ok(LeaseRow { holder, beat: count("BEAT", row.beat)?, epoch: count("EPOCH", row.epoch)? })
}

/// The holder's beat; whether the term still has the lease.
///
/// # Errors
///
/// What the database says.
pub fn beat(conn: &mut PgConnection, term: TermId) -> QueryResult<bool> {
    let changed = sql_query("UPDATE LEASE SET BEAT = BEAT + 1 WHERE LEASE_NAME = 'MATCHMAKER' AND TERM_ID = $1")
        .bind::<Text, _>(term.to_string())
        .execute(conn)?;
    Ok(changed == 1)
}

/// Who takes the lease, and what they have seen of it.
#[derive(Clone, Copy, Debug)]
pub struct Taking {
    /// The node.
    pub by: NodeId,
    /// The term that begins.
    pub term: TermId,
    /// The term on file when it was seen; `None` if the lease was empty.
    pub seen: Option<TermId>,
    /// The beat on file when it was seen.
    pub seen_beat: u64,
    /// The newest epoch the node has heard of.
    pub newest_epoch: u64,
}

/// Takes the lease if it is still as it was seen. The new epoch, above the one on file and the newest heard of;
/// nothing if it is not as it was. It waits for whatever is being written under the term before.
///
/// # Errors
///
/// What the database says; the lease may have been taken all the same.
pub fn take(conn: &mut PgConnection, taking: Taking) -> QueryResult<Option<u64>> {
    let Taking { by, term, seen, seen_beat, newest_epoch } = taking;
    let row: Option<Epoch> = sql_query(
        "UPDATE LEASE SET NODE_ID = $1, TERM_ID = $2, BEAT = BEAT + 1, EPOCH = GREATEST(EPOCH, $3) + 1,
                          MOD_DTTM = CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
          WHERE LEASE_NAME = 'MATCHMAKER' AND TERM_ID IS NOT DISTINCT FROM $4 AND BEAT = $5
         RETURNING EPOCH AS epoch",
    )
    .bind::<Text, _>(by.to_string())
    .bind::<Text, _>(term.to_string())
    // Above what fits there was no taking: what says so is not believed.
    .bind::<Integer, _>(i32::try_from(newest_epoch).unwrap_or(0))
    .bind::<Nullable<Text>, _>(seen.map(|seen| seen.to_string()))
    .bind::<BigInt, _>(i64::try_from(seen_beat).unwrap_or(i64::MAX))
    .get_result(conn)
    .optional()?;
    row.map(|row| count("EPOCH", row.epoch)).transpose()
}

/// Empties the lease if it is this term's still; whether it was. It waits as [`take`] does.
///
/// # Errors
///
/// What the database says.
pub fn empty(conn: &mut PgConnection, term: TermId) -> QueryResult<bool> {
    let changed = sql_query(
        "UPDATE LEASE SET NODE_ID = NULL, TERM_ID = NULL
          WHERE LEASE_NAME = 'MATCHMAKER' AND TERM_ID = $1",
    )
    .bind::<Text, _>(term.to_string())
    .execute(conn)?;
    Ok(changed == 1)
}
