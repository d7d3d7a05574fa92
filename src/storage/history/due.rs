//! Consultations that changed and are not indexed yet: noted in the transaction of the change, and deleted in
//! the one that indexes them.

use diesel::prelude::*;

use crate::ids::TicketId;
use crate::storage::engine::prepared::one;
use crate::storage::schema::consultation_due;
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;

/// A consultation to be indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct DueConsultation {
    pub ticket: TicketId,
    /// When it was asked for.
    pub requested_at: Wall,
    /// How often it changed since it was last indexed.
    pub changes: i32,
}

/// The consultation, asked for at `requested`, changed: its terms and its hour are to be made again.
pub fn note(conn: &mut AnyConnection, ticket: TicketId, requested: Wall, at: Wall) -> QueryResult<()> {
    use consultation_due::dsl;
    let statement = diesel::insert_into(dsl::consultation_due)
        .values((
            dsl::consultation_id.eq(ticket),
            dsl::requested_dttm.eq(requested),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(SYSTEM), dsl::mod_dttm.eq(at), dsl::mod_id.eq(SYSTEM)),
        ))
        .on_conflict(dsl::consultation_id)
        .do_update()
        .set((dsl::marks.eq(dsl::marks + 1), dsl::mod_dttm.eq(at)))
        .returning(dsl::marks);
    let _: i32 = one!(conn, statement)?;
    Ok(())
}

/// What is due, the newest requests first, at most `limit`.
pub fn take(conn: &mut AnyConnection, limit: u32) -> QueryResult<Vec<DueConsultation>> {
    use consultation_due::dsl;
    dsl::consultation_due
        .order((dsl::requested_dttm.desc(), dsl::consultation_id.desc()))
        .limit(i64::from(limit))
        .select((dsl::consultation_id, dsl::requested_dttm, dsl::marks))
        .load(conn)
}

/// Deletes what has not changed since it was taken. Call it first in the transaction that indexes: on PostgreSQL
/// it locks what it deletes, and passes over what the journal has locked, so that neither waits for the other.
pub fn settle(conn: &mut AnyConnection, taken: &[DueConsultation]) -> QueryResult<()> {
    use consultation_due::dsl;
    let ids: Vec<TicketId> = taken.iter().map(|due| due.ticket).collect();
    let same =
        dsl::consultation_due.filter(dsl::consultation_id.eq_any(ids)).select((dsl::consultation_id, dsl::marks));
    let now: Vec<(TicketId, i32)> = match conn {
        AnyConnection::Sqlite(conn) => same.load(conn)?,
        AnyConnection::Postgres(conn) => same.for_update().skip_locked().load(conn)?,
    };
    let unchanged: Vec<TicketId> =
        taken.iter().filter(|due| now.contains(&(due.ticket, due.changes))).map(|due| due.ticket).collect();
    diesel::delete(dsl::consultation_due.filter(dsl::consultation_id.eq_any(unchanged))).execute(conn)?;
    Ok(())
}
