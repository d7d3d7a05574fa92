//! The history: one record for everything that happened, from request to wrap-up.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Timestamp};

use super::page::rows;
use super::schema::consultation::{self, dsl};
use super::schema::room;
use super::tickets::{Status, Ticket};
use super::{AnyConnection, Cursor, Page};
use crate::ids::{AccountId, DeskId, LineId, RoomId, TicketId};
use crate::time::Wall;

/// A consultation.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = consultation)]
pub struct Consultation {
    /// What was asked, by whom, when.
    #[diesel(embed)]
    pub ticket: Ticket,
    /// Where it stands.
    pub status: Status,
    /// Who counsels or counselled.
    #[diesel(column_name = counsellor_id)]
    pub counsellor: Option<AccountId>,
    /// The (last) match.
    #[diesel(column_name = matched_dttm)]
    pub matched_at: Option<Wall>,
    /// The end, with or without a room.
    #[diesel(column_name = ended_dttm)]
    pub ended_at: Option<Wall>,
    /// The first wrap-up.
    #[diesel(column_name = wrapped_up_dttm)]
    pub wrapped_up_at: Option<Wall>,
    /// Why it ended: a `ClosedReason` without a room, an `EndReason` with one.
    pub end_reason: Option<String>,
    /// A code of the group `RESULT`.
    pub result_code: Option<String>,
    /// The counsellor's memo.
    pub memo: Option<String>,
    /// 1 to 5.
    pub rating: Option<i32>,
    /// The desk's words with it.
    pub rating_comment: Option<String>,
    /// Low end of the wait that was shown, in seconds.
    pub predicted_low_s: Option<i32>,
    /// High end of the wait that was shown, in seconds.
    pub predicted_high_s: Option<i32>,
    /// Why this pair (R14), JSON.
    pub explanation: Option<String>,
}

/// What a list is narrowed to. All of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Where it stands.
    pub status: Option<Status>,
    /// The topic's code.
    pub topic: Option<String>,
    /// Who counsels or counselled.
    pub counsellor: Option<AccountId>,
    /// The registered desk it came from.
    pub desk: Option<DeskId>,
    /// Requested then or later.
    pub from: Option<Wall>,
    /// Requested before then.
    pub to: Option<Wall>,
}

/// A wrap-up that is still to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingWrapUp {
    /// The consultation.
    pub ticket: TicketId,
    /// Its last room.
    pub room: RoomId,
    /// Its line.
    pub line: LineId,
    /// Whose place it takes.
    pub counsellor: AccountId,
    /// Since when.
    pub ended_at: Wall,
}

/// A page of consultations, newest request first.
pub fn list(
    conn: &mut AnyConnection,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u32,
) -> QueryResult<Page<Consultation>> {
    let mut query = dsl::consultation
        .order((dsl::requested_dttm.desc(), dsl::consultation_id.desc()))
        .limit(rows(limit))
        .select(Consultation::as_select())
        .into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(dsl::status.eq(status));
    }
    if let Some(topic) = &filter.topic {
        query = query.filter(dsl::topic.eq(topic));
    }
    if let Some(counsellor) = filter.counsellor {
        query = query.filter(dsl::counsellor_id.eq(counsellor));
    }
    if let Some(desk) = filter.desk {
        query = query.filter(dsl::desk_id.eq(desk));
    }
    if let Some(from) = filter.from {
        query = query.filter(dsl::requested_dttm.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(dsl::requested_dttm.lt(to));
    }
    if let Some(Cursor { at, id }) = after {
        // A row value: the same with OR costs a scan.
        query = query.filter(
            sql::<Bool>("(REQUESTED_DTTM, CONSULTATION_ID) < (")
                .bind::<Timestamp, _>(at)
                .sql(", ")
                .bind::<Text, _>(id.to_string())
                .sql(")"),
        );
    }
    let items = query.load(conn)?;
    Ok(Page::of(items, limit, |last| Cursor { at: last.ticket.requested_at, id: last.ticket.ticket.0 }))
}

/// Whether there are none.
pub fn is_empty(conn: &mut AnyConnection) -> QueryResult<bool> {
    Ok(dsl::consultation.select(dsl::consultation_id).first::<TicketId>(conn).optional()?.is_none())
}

/// One consultation. Its rooms: [`super::rooms::of_consultation`]; what was said:
/// [`super::messages::of_consultation`].
pub fn by_id(conn: &mut AnyConnection, id: TicketId) -> QueryResult<Option<Consultation>> {
    dsl::consultation.find(id).select(Consultation::as_select()).first(conn).optional()
}

/// Every wrap-up still to be done, the longest first. For a start.
pub fn wrap_ups(conn: &mut AnyConnection) -> QueryResult<Vec<PendingWrapUp>> {
    let rows: Vec<(TicketId, RoomId, LineId, AccountId, Option<Wall>, Wall)> = consultation::table
        .inner_join(room::table)
        .filter(dsl::status.eq(Status::WrapUp))
        .order((dsl::ended_dttm, dsl::consultation_id, room::opened_dttm.desc(), room::room_id.desc()))
        .select((
            dsl::consultation_id,
            room::room_id,
            dsl::line_id,
            dsl::counsellor_id.assume_not_null(),
            dsl::ended_dttm,
            dsl::requested_dttm,
        ))
        .load(conn)?;
    let mut pending: Vec<PendingWrapUp> = rows
        .into_iter()
        .map(|(ticket, room, line, counsellor, ended, requested)| PendingWrapUp {
            ticket,
            room,
            line,
            counsellor,
            ended_at: ended.unwrap_or(requested),
        })
        .collect();
    pending.dedup_by_key(|wrap_up| wrap_up.ticket);
    Ok(pending)
}
