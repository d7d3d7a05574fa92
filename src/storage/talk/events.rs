//! What happened around a consultation that its row alone cannot say. Append-only.

use diesel::dsl::max;
use diesel::prelude::*;

pub use crate::dispatch::{EventKind, EventRow};
use crate::ids::TicketId;
use crate::storage::AnyConnection;
use crate::storage::engine::prepared::{insert, one};
use crate::storage::schema::consultation_event::{self, dsl};
use crate::time::Wall;

#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = consultation_event)]
pub struct Event {
    /// A code of [`EventKind`].
    pub kind: String,
    /// JSON.
    pub detail: String,
    #[diesel(column_name = reg_dttm)]
    pub at: Wall,
    /// Who: an account's id, or [`crate::storage::SYSTEM`].
    #[diesel(column_name = reg_id)]
    pub by: String,
}

/// Puts it on file, after all that is there about this consultation.
pub fn append(conn: &mut AnyConnection, what: &EventRow, at: Wall) -> QueryResult<()> {
    let so_far = dsl::consultation_event.filter(dsl::consultation_id.eq(what.ticket));
    let last: Option<i32> = one!(conn, so_far.select(max(dsl::event_seq)))?;
    let statement = diesel::insert_into(dsl::consultation_event).values((
        dsl::consultation_id.eq(what.ticket),
        dsl::event_seq.eq(last.unwrap_or(0) + 1),
        dsl::kind.eq(what.kind.code()),
        dsl::detail.eq(what.detail.to_string()),
        (dsl::reg_dttm.eq(at), dsl::reg_id.eq(&what.by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(&what.by)),
    ));
    insert!(conn, statement)?;
    Ok(())
}

/// What happened to a consultation, in order.
pub fn of_consultation(conn: &mut AnyConnection, ticket: TicketId) -> QueryResult<Vec<Event>> {
    dsl::consultation_event
        .filter(dsl::consultation_id.eq(ticket))
        .order(dsl::event_seq)
        .select(Event::as_select())
        .load(conn)
}
