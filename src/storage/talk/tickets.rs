//! Tickets: what a start needs to know of those that wait, and what a returning visit may ask.
//! A ticket is the first part of its consultation's record.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};

pub(crate) use crate::dispatch::request_key;
use crate::ids::{DeskId, LineId, MemberId, RoomId, SessionId, TicketId};
use crate::protocol::Role;
use crate::storage::AnyConnection;
use crate::storage::engine::prepared::one;
use crate::storage::schema::consultation::{self, dsl};
use crate::storage::schema::{room, room_member};
use crate::time::Wall;

/// Where a consultation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// In its line.
    Waiting,
    /// In a room.
    Talking,
    /// The room is over, the counsellor writes up.
    WrapUp,
    /// Over.
    Done,
    /// The desk gave up before a match.
    Cancelled,
    /// The desk did not come back before a match.
    Abandoned,
    /// Waited too long, or nobody was there.
    Expired,
    /// Never stood in the line.
    Refused,
}

impl Status {
    /// All of them, in the order of a consultation's life.
    pub const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Talking,
        Self::WrapUp,
        Self::Done,
        Self::Cancelled,
        Self::Abandoned,
        Self::Expired,
        Self::Refused,
    ];

    /// Those of consultations that are not over.
    pub const LIVE: [Self; 2] = [Self::Waiting, Self::Talking];

    /// Whether the consultation is not over yet.
    #[must_use]
    pub fn is_live(self) -> bool {
        Self::LIVE.contains(&self)
    }

    /// The code in the database and in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "WAITING",
            Self::Talking => "TALKING",
            Self::WrapUp => "WRAP_UP",
            Self::Done => "DONE",
            Self::Cancelled => "CANCELLED",
            Self::Abandoned => "ABANDONED",
            Self::Expired => "EXPIRED",
            Self::Refused => "REFUSED",
        }
    }

    /// The condition that a consultation has this status, as a literal: with a bound value SQLite
    /// would not use the index of the few that are not over.
    pub(crate) fn is_it(self) -> SqlLiteral<Bool> {
        sql::<Bool>(&format!("CONSULTATION.STATUS = '{}'", self.code()))
    }

    /// The status with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// A ticket as it is on file.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = consultation)]
pub struct Ticket {
    /// Also the consultation's id.
    #[diesel(column_name = consultation_id)]
    pub ticket: TicketId,
    #[diesel(column_name = line_id)]
    pub line: LineId,
    /// The line's topic when it was requested.
    pub topic: String,
    /// The language asked for.
    pub language: String,
    /// The registered desk, if it is one.
    #[diesel(column_name = desk_id)]
    pub desk: Option<DeskId>,
    #[diesel(column_name = session_id)]
    pub session: SessionId,
    /// The request's idempotence key.
    pub client_id: String,
    /// The number as shown, `A-017`; none if it was refused.
    #[diesel(column_name = ticket_number)]
    pub number: Option<String>,
    /// The visitor's own name for themselves.
    pub nickname: Option<String>,
    /// What it is about.
    pub note: Option<String>,
    /// 0 to 9.
    #[diesel(deserialize_as = i32)]
    pub priority: u8,
    /// The moment that decides its place.
    #[diesel(column_name = requested_dttm)]
    pub requested_at: Wall,
}

/// What became of a visit, for a desk that comes back with its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub ticket: Ticket,
    /// Where it stands.
    pub status: Status,
    /// Why it ended: a `ClosedReason` without a room, an `EndReason` with one.
    pub end_reason: Option<String>,
    /// The newest room, open or ended.
    pub room: Option<LastRoom>,
}

/// The newest room of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRoom {
    pub room: RoomId,
    /// When it ended.
    pub closed_at: Option<Wall>,
    /// The desk's seat in it.
    pub desk: Option<MemberId>,
}

/// Every ticket that waits, by the moment it was requested. For a start.
pub fn waiting(conn: &mut AnyConnection) -> QueryResult<Vec<Ticket>> {
    dsl::consultation
        .filter(Status::Waiting.is_it())
        .order((dsl::requested_dttm, dsl::consultation_id))
        .select(Ticket::as_select())
        .load(conn)
}

/// Those of these tickets that wait, by the moment they were requested.
pub fn waiting_of(conn: &mut AnyConnection, ids: &[TicketId]) -> QueryResult<Vec<Ticket>> {
    dsl::consultation
        .filter(dsl::consultation_id.eq_any(ids.to_vec()).and(dsl::status.eq(Status::Waiting)))
        .order((dsl::requested_dttm, dsl::consultation_id))
        .select(Ticket::as_select())
        .load(conn)
}

/// What became of this ticket.
pub fn visit(conn: &mut AnyConnection, ticket: TicketId) -> QueryResult<Option<Visit>> {
    let found: Option<(Ticket, Status, Option<String>)> = dsl::consultation
        .find(ticket)
        .select((Ticket::as_select(), dsl::status, dsl::end_reason))
        .first(conn)
        .optional()?;
    let Some((row, status, end_reason)) = found else { return Ok(None) };
    let newest = room::table
        .filter(room::consultation_id.eq(ticket))
        .order((room::opened_dttm.desc(), room::room_id.desc()))
        .select((room::room_id, room::closed_dttm))
        .first::<(RoomId, Option<Wall>)>(conn)
        .optional()?;
    let room = match newest {
        None => None,
        Some((room, closed_at)) => {
            let seats = room_member::table.filter(room_member::room_id.eq(room).and(room_member::role.eq(Role::Desk)));
            let desk = seats.select(room_member::member_id).first(conn).optional()?;
            Some(LastRoom { room, closed_at, desk })
        }
    };
    Ok(Some(Visit { ticket: row, status, end_reason, room }))
}

/// The ticket this request made, if it was made before (R1). Only a UUID is a key.
pub fn by_request(conn: &mut AnyConnection, desk: Option<DeskId>, client_id: &str) -> QueryResult<Option<TicketId>> {
    let Some(key) = request_key(desk, client_id) else { return Ok(None) };
    one!(conn, dsl::consultation.filter(dsl::request_key.eq(&key)).select(dsl::consultation_id)).optional()
}
