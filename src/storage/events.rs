//! What happened around a consultation that its row alone cannot say. Append-only.

use diesel::dsl::max;
use diesel::prelude::*;
use serde_json::Value;

use super::AnyConnection;
use super::prepared::{insert, one};
use super::schema::consultation_event::{self, dsl};
use crate::ids::TicketId;
use crate::time::Wall;

/// What may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// It rang at a counsellor's.
    Offered,
    /// They turned it down.
    Declined,
    /// They did not answer in time.
    Missed,
    /// It stopped ringing for another reason.
    Withdrawn,
    /// The counsellor was lost, and it waits again (R11).
    Returned,
    /// It is to be handed over; the detail says to whom.
    TransferAsked,
    /// It was not handed over; the detail says why.
    TransferEnded,
    /// It was handed over; the detail says to whom.
    Transferred,
    /// The ticket went to another line.
    Moved,
    /// Who handed it over wrote up their part.
    WroteUp,
    /// The desk gave a score.
    Rated,
    /// The wrap-up was sent again with other words; the detail has the earlier ones.
    Corrected,
    /// Result or memo were changed afterwards; the detail has the earlier ones.
    Edited,
}

impl EventKind {
    /// The code in the database and in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Offered => "OFFERED",
            Self::Declined => "DECLINED",
            Self::Missed => "MISSED",
            Self::Withdrawn => "WITHDRAWN",
            Self::Returned => "RETURNED",
            Self::TransferAsked => "TRANSFER_ASKED",
            Self::TransferEnded => "TRANSFER_ENDED",
            Self::Transferred => "TRANSFERRED",
            Self::Moved => "MOVED",
            Self::WroteUp => "WROTE_UP",
            Self::Rated => "RATED",
            Self::Corrected => "CORRECTED",
            Self::Edited => "EDITED",
        }
    }
}

/// Something to be put on file.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// To which consultation.
    pub ticket: TicketId,
    /// What.
    pub kind: EventKind,
    /// Who: an account's id, or [`super::SYSTEM`].
    pub by: String,
    /// What else there is to say.
    pub detail: Value,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = consultation_event)]
pub struct Event {
    /// A code of [`EventKind`].
    pub kind: String,
    /// JSON.
    pub detail: String,
    /// When.
    #[diesel(column_name = reg_dttm)]
    pub at: Wall,
    /// Who: an account's id, or [`super::SYSTEM`].
    #[diesel(column_name = reg_id)]
    pub by: String,
}

/// Puts it on file, after all that is there about this consultation.
pub fn append(conn: &mut AnyConnection, what: &Happening, at: Wall) -> QueryResult<()> {
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
