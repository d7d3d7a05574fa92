//! The history: one record for everything that happened, from request to wrap-up.

use diesel::prelude::*;
use serde_json::{Map, Value, json};

use crate::ids::{AccountId, LineId, RoomId, TicketId};
use crate::storage::AnyConnection;
use crate::storage::history::stats::Over;
use crate::storage::schema::consultation::{self, dsl};
use crate::storage::schema::{message, room};
use crate::storage::talk::tickets::{Status, Ticket};
use crate::time::Wall;

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
    /// Counts edits; starts at 1.
    pub version: i32,
}

impl Consultation {
    /// As the figures need it.
    #[must_use]
    pub fn over(&self) -> Over {
        Over {
            counsellor: self.counsellor,
            status: self.status,
            requested: self.ticket.requested_at,
            matched: self.matched_at,
            ended: self.ended_at,
            wrapped_up: self.wrapped_up_at,
            rating: self.rating,
            predicted_low_s: self.predicted_low_s,
            predicted_high_s: self.predicted_high_s,
        }
    }
}

/// A wrap-up that is still to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingWrapUp {
    pub ticket: TicketId,
    /// Its last room.
    pub room: RoomId,
    pub line: LineId,
    /// Whose place it takes.
    pub counsellor: AccountId,
    /// Since when.
    pub ended_at: Wall,
}

/// What is written of a consultation: its result code and its memo. What is `None` stays; a memo that is
/// `Some(None)` is taken away.
pub type Notes<'a> = (Option<&'a str>, Option<Option<&'a str>>);

/// What an edit leaves in the timeline: of result code and memo, each with the new value and the
/// earlier one; what the edit does not name, or leaves as it was, is not in it.
#[must_use]
pub fn edited((result_code, memo): Notes<'_>, (code_before, memo_before): (Option<String>, Option<String>)) -> Value {
    let mut detail = Map::new();
    for (name, new, old) in [("result_code", result_code.map(Some), code_before), ("memo", memo, memo_before)] {
        if let Some(new) = new.filter(|new| *new != old.as_deref()) {
            detail.insert(name.to_owned(), json!({ "from": old, "to": new }));
        }
    }
    Value::Object(detail)
}

/// Changes result code and memo; `false` if another version is on file.
pub fn edit(
    conn: &mut AnyConnection,
    id: TicketId,
    version: i32,
    (result_code, memo): Notes<'_>,
    by: &str,
    at: Wall,
) -> QueryResult<bool> {
    let changed = diesel::update(dsl::consultation.find(id).filter(dsl::version.eq(version)))
        .set((
            result_code.map(|code| dsl::result_code.eq(code)),
            memo.map(|memo| dsl::memo.eq(memo)),
            (dsl::version.eq(dsl::version + 1), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Whether there are none.
pub fn is_empty(conn: &mut AnyConnection) -> QueryResult<bool> {
    Ok(dsl::consultation.select(dsl::consultation_id).first::<TicketId>(conn).optional()?.is_none())
}

/// One consultation. Its rooms: [`crate::storage::talk::rooms::of_consultation`]; what was said:
/// [`crate::storage::talk::messages::of_consultation`].
pub fn by_id(conn: &mut AnyConnection, id: TicketId) -> QueryResult<Option<Consultation>> {
    dsl::consultation.find(id).select(Consultation::as_select()).first(conn).optional()
}

/// These consultations, in no order.
pub fn by_ids(conn: &mut AnyConnection, ids: Vec<TicketId>) -> QueryResult<Vec<Consultation>> {
    dsl::consultation.filter(dsl::consultation_id.eq_any(ids)).select(Consultation::as_select()).load(conn)
}

/// Those that were asked for at this millisecond since 1970 and are over.
pub fn over_at(conn: &mut AnyConnection, moment: i64) -> QueryResult<Vec<Consultation>> {
    let [from, to] = [Wall(moment * 1_000), Wall((moment + 1) * 1_000)];
    let all: Vec<Consultation> = dsl::consultation
        .filter(dsl::requested_dttm.ge(from).and(dsl::requested_dttm.lt(to)))
        .select(Consultation::as_select())
        .load(conn)?;
    Ok(all.into_iter().filter(|found| !found.status.is_live()).collect())
}

/// What was said in these consultations, in no order.
pub fn said_in(conn: &mut AnyConnection, ids: Vec<TicketId>) -> QueryResult<Vec<(TicketId, String)>> {
    let rooms: Vec<(RoomId, TicketId)> = room::table
        .filter(room::consultation_id.eq_any(ids))
        .select((room::room_id, room::consultation_id.assume_not_null()))
        .load(conn)?;
    let of: std::collections::HashMap<RoomId, TicketId> = rooms.into_iter().collect();
    let said: Vec<(RoomId, String)> = message::table
        .filter(message::room_id.eq_any(of.keys().copied().collect::<Vec<_>>()))
        .select((message::room_id, message::body))
        .load(conn)?;
    Ok(said.into_iter().filter_map(|(room, body)| Some((*of.get(&room)?, body))).collect())
}

/// Every wrap-up still to be done, the longest first. For a start.
pub fn wrap_ups(conn: &mut AnyConnection) -> QueryResult<Vec<PendingWrapUp>> {
    let rows: Vec<(TicketId, RoomId, LineId, AccountId, Option<Wall>, Wall)> = consultation::table
        .inner_join(room::table)
        .filter(Status::WrapUp.is_it())
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
