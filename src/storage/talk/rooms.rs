//! Rooms and seats, read. They are written by the journal.

use std::collections::{HashMap, HashSet};

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Timestamp};

use crate::ids::{AccountId, LineId, MemberId, NodeId, RoomId, SessionId, TicketId};
use crate::protocol::{EndReason, Role, SeatState};
use crate::storage::centre::lines;
use crate::storage::engine::flag::Yn;
use crate::storage::engine::page::{PAGE_MAX, rows};
use crate::storage::schema::{consultation, room, room_member};
use crate::storage::talk::tickets::{Status, Ticket};
use crate::storage::talk::whispers::{self, StoredWhisper};
use crate::storage::{AnyConnection, Cursor, Page};
use crate::time::Wall;

/// Most values that a list of a statement holds: SQLite binds some 32,000 at most.
const BOUND_MAX: usize = 1_000;
/// Most rooms that one page of some lines' rooms looks at.
const LOOKED_AT_MAX: usize = 2_000;

/// Whether people may talk in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoomStatus {
    /// People may talk in it.
    Open,
    /// It is over, for good.
    Ended,
}

impl RoomStatus {
    /// The code in the database and in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Ended => "ENDED",
        }
    }

    /// The status with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::Ended].into_iter().find(|status| status.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = room)]
pub struct Room {
    #[diesel(column_name = room_id)]
    pub id: RoomId,
    /// `CONSULTATION` or `GROUP`.
    pub kind: String,
    /// A group room's title.
    pub title: Option<String>,
    /// The consultation it belongs to.
    #[diesel(column_name = consultation_id)]
    pub consultation: Option<TicketId>,
    /// Whether people may talk in it.
    pub status: RoomStatus,
    pub end_reason: Option<EndReason>,
    pub ended_by: Option<MemberId>,
    /// What they said about it.
    pub end_note: Option<String>,
    /// The last sequence number used, here or in the room it continues.
    #[diesel(deserialize_as = i32)]
    pub last_seq: u32,
    #[diesel(column_name = opened_dttm)]
    pub opened_at: Wall,
    /// `None` while it is open.
    #[diesel(column_name = closed_dttm)]
    pub closed_at: Option<Wall>,
}

#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = room_member)]
pub struct Seat {
    #[diesel(column_name = member_id)]
    pub member: MemberId,
    #[diesel(column_name = room_id)]
    pub room: RoomId,
    /// What they are here.
    pub role: Role,
    /// The account, for staff.
    #[diesel(column_name = account_id)]
    pub account: Option<AccountId>,
    /// The visit, for a desk.
    #[diesel(column_name = session_id)]
    pub session: Option<SessionId>,
    /// The name shown.
    #[diesel(column_name = nickname)]
    pub name: String,
    /// A path to a picture.
    pub picture: Option<String>,
    /// Here, away or gone.
    #[diesel(column_name = seat_state)]
    pub state: SeatState,
    /// Read up to here.
    #[diesel(deserialize_as = i32)]
    pub last_seen_seq: u32,
    /// Hears everything; the other members do not see it.
    #[diesel(column_name = watching_yn, deserialize_as = Yn)]
    pub watching: bool,
    /// The other members see it, or saw it before.
    #[diesel(column_name = shown_yn, deserialize_as = Yn)]
    pub was_shown: bool,
}

/// An open consultation room with all that its actor needs to live again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRoom {
    pub room: Room,
    /// Where it lives; `None`: nobody has it.
    pub keeper: Option<NodeId>,
    /// Its consultation: line, number, visit.
    pub ticket: Ticket,
    pub counsellor: AccountId,
    /// The seats, also those that are gone.
    pub seats: Vec<Seat>,
    /// The latest whispers, oldest first.
    pub whispers: Vec<StoredWhisper>,
}

/// A consultation room that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct OverRoom {
    pub room: RoomId,
    pub reason: Option<EndReason>,
    /// Where its consultation stands now.
    pub status: Status,
    /// Of its consultation now.
    pub line: LineId,
}

/// Those of these rooms that are over and consultations.
pub fn over_of(conn: &mut AnyConnection, ids: &[RoomId]) -> QueryResult<Vec<OverRoom>> {
    room::table
        .inner_join(consultation::table)
        .filter(room::room_id.eq_any(ids.to_vec()).and(room::status.eq(RoomStatus::Ended)))
        .select((room::room_id, room::end_reason, consultation::status, consultation::line_id))
        .load(conn)
}

type OnFile = (Room, Option<NodeId>, Ticket, Option<AccountId>);

macro_rules! open_rooms {
    () => {
        room::table
            .inner_join(consultation::table)
            .filter(is_open())
            .order((room::opened_dttm, room::room_id))
            .select((Room::as_select(), room::keeper_id, Ticket::as_select(), consultation::counsellor_id))
    };
}

/// Every open consultation room, oldest first. For a start, and for a new term.
pub fn open(conn: &mut AnyConnection) -> QueryResult<Vec<OpenRoom>> {
    // Unordered and by a list: in any other form SQLite may read every seat there ever was.
    let seats = room_member::table
        .filter(room_member::room_id.eq_any(room::table.filter(is_open()).select(room::room_id)))
        .select(Seat::as_select())
        .load(conn)?;
    let rooms = open_rooms!().load(conn)?;
    Ok(with_seats(rooms, seats, whispers::of_open_rooms(conn)?))
}

/// Those of these rooms that are open and consultations, oldest first; by as many queries, however many they are.
pub fn open_of(conn: &mut AnyConnection, ids: &[RoomId]) -> QueryResult<Vec<OpenRoom>> {
    let seats =
        room_member::table.filter(room_member::room_id.eq_any(ids.to_vec())).select(Seat::as_select()).load(conn)?;
    let rooms = open_rooms!().filter(room::room_id.eq_any(ids.to_vec())).load(conn)?;
    Ok(with_seats(rooms, seats, whispers::of_rooms(conn, ids)?))
}

/// A literal: with a bound value SQLite would not use the partial index.
fn is_open() -> SqlLiteral<Bool> {
    sql::<Bool>("ROOM.STATUS = 'OPEN'")
}

fn with_seats(
    rooms: Vec<OnFile>,
    mut seated: Vec<Seat>,
    mut whispered: HashMap<RoomId, Vec<StoredWhisper>>,
) -> Vec<OpenRoom> {
    seated.sort_by_key(|seat| seat.member);
    let mut seats = HashMap::<RoomId, Vec<Seat>>::new();
    for seat in seated {
        seats.entry(seat.room).or_default().push(seat);
    }
    let rooms = rooms.into_iter().filter_map(|(room, keeper, ticket, counsellor)| {
        let seats = seats.remove(&room.id).unwrap_or_default();
        let whispers = whispered.remove(&room.id).unwrap_or_default();
        Some(OpenRoom { room, keeper, ticket, counsellor: counsellor?, seats, whispers })
    });
    rooms.collect()
}

/// Whoever watched one of these rooms is gone with the process that knew their socket; says how many. For rooms that
/// are taken over, before they are read.
pub fn forget_watchers(conn: &mut AnyConnection, rooms: &[RoomId], at: Wall) -> QueryResult<usize> {
    let mut gone = 0;
    for rooms in rooms.chunks(BOUND_MAX) {
        let watchers = room_member::table
            .filter(room_member::room_id.eq_any(rooms.to_vec()))
            .filter(room_member::watching_yn.eq(Yn(true)).and(room_member::seat_state.ne(SeatState::Left)));
        let left =
            (room_member::seat_state.eq(SeatState::Left), room_member::left_dttm.eq(at), room_member::mod_dttm.eq(at));
        gone += diesel::update(watchers).set(left).execute(conn)?;
    }
    Ok(gone)
}

/// Of the tickets that wait after a talk: when the last room of each was closed. For a start, as the
/// time somebody talked is not time they waited.
pub fn closed_of_waiting(conn: &mut AnyConnection) -> QueryResult<HashMap<TicketId, Wall>> {
    let closed = consultation::table
        .inner_join(room::table)
        .filter(Status::Waiting.is_it())
        .filter(room::closed_dttm.is_not_null())
        .select((consultation::consultation_id, room::closed_dttm.assume_not_null()))
        .load(conn)?;
    Ok(last_of(closed))
}

/// When the last room of each of these tickets was closed.
pub fn closed_of(conn: &mut AnyConnection, tickets: &[TicketId]) -> QueryResult<HashMap<TicketId, Wall>> {
    let closed = room::table
        .filter(room::consultation_id.eq_any(tickets.to_vec()))
        .filter(room::closed_dttm.is_not_null())
        .select((room::consultation_id.assume_not_null(), room::closed_dttm.assume_not_null()))
        .load(conn)?;
    Ok(last_of(closed))
}

fn last_of(closed: Vec<(TicketId, Wall)>) -> HashMap<TicketId, Wall> {
    let mut last = HashMap::<TicketId, Wall>::new();
    for (ticket, at) in closed {
        let latest = last.entry(ticket).or_insert(at);
        *latest = (*latest).max(at);
    }
    last
}

/// The room with this id, if there is one.
pub fn by_id(conn: &mut AnyConnection, id: RoomId) -> QueryResult<Option<Room>> {
    room::table.find(id).select(Room::as_select()).first(conn).optional()
}

/// The seats of a room, also those that are gone, in the order they were taken.
pub fn members(conn: &mut AnyConnection, id: RoomId) -> QueryResult<Vec<Seat>> {
    room_member::table
        .filter(room_member::room_id.eq(id))
        .order((room_member::joined_dttm, room_member::member_id))
        .select(Seat::as_select())
        .load(conn)
}

/// The seats of these rooms, room by room as they are given, each room's as [`members`] has them.
pub fn members_of(conn: &mut AnyConnection, ids: &[RoomId]) -> QueryResult<Vec<Seat>> {
    let mut seats: Vec<Seat> = room_member::table
        .filter(room_member::room_id.eq_any(ids.to_vec()))
        .order((room_member::joined_dttm, room_member::member_id))
        .select(Seat::as_select())
        .load(conn)?;
    // Stable: within a room they stay in their order.
    seats.sort_by_key(|seat| ids.iter().position(|id| *id == seat.room));
    Ok(seats)
}

/// The rooms of a consultation, in the order they were opened; more than one after a counsellor
/// was lost.
pub fn of_consultation(conn: &mut AnyConnection, id: TicketId) -> QueryResult<Vec<Room>> {
    room::table
        .filter(room::consultation_id.eq(id))
        .order((room::opened_dttm, room::room_id))
        .select(Room::as_select())
        .load(conn)
}

/// A page of rooms, newest first; none of test data.
pub fn list(
    conn: &mut AnyConnection,
    status: Option<RoomStatus>,
    after: Option<Cursor>,
    limit: u32,
) -> QueryResult<Page<Room>> {
    let mut query = room::table
        .order((room::opened_dttm.desc(), room::room_id.desc()))
        .limit(rows(limit))
        .select(Room::as_select())
        .into_boxed();
    query = match status {
        None => query,
        // Few of many: the partial index. The other way round the plain one finds its page at once.
        Some(RoomStatus::Open) => query.filter(sql::<Bool>("STATUS = 'OPEN'")),
        Some(RoomStatus::Ended) => query.filter(room::status.eq(RoomStatus::Ended)),
    };
    let tests = lines::tests(conn)?;
    if !tests.is_empty() {
        let of_tests = consultation::table.filter(consultation::line_id.eq_any(tests));
        let of_tests = of_tests.select(consultation::consultation_id.nullable());
        query = query.filter(room::consultation_id.is_null().or(room::consultation_id.ne_all(of_tests)));
    }
    if let Some(Cursor { at, id }) = after {
        query = query.filter(
            sql::<Bool>("(OPENED_DTTM, ROOM_ID) < (")
                .bind::<Timestamp, _>(at)
                .sql(", ")
                .bind::<Text, _>(id.to_string())
                .sql(")"),
        );
    }
    let items = query.load(conn)?;
    Ok(Page::of(items, limit, |last: &Room| Cursor { at: last.opened_at, id: last.id.0 }))
}

/// The last sequence number used in a room.
pub fn last_seq(conn: &mut AnyConnection, id: RoomId) -> QueryResult<Option<u32>> {
    let last: Option<i32> = room::table.find(id).select(room::last_seq).first(conn).optional()?;
    Ok(last.map(|seq| u32::try_from(seq).unwrap_or_default()))
}

/// The line of a room's consultation.
pub fn line_of(conn: &mut AnyConnection, id: RoomId) -> QueryResult<Option<LineId>> {
    room::table
        .inner_join(consultation::table)
        .filter(room::room_id.eq(id))
        .select(consultation::line_id)
        .first(conn)
        .optional()
}

/// A page of the rooms of these lines, newest first. Looks at `LOOKED_AT_MAX` rooms at most: where
/// few of them are of these lines the page is short, and its cursor goes on from there.
pub fn list_of_lines(
    conn: &mut AnyConnection,
    lines: &[LineId],
    status: Option<RoomStatus>,
    mut after: Option<Cursor>,
    limit: u32,
) -> QueryResult<Page<Room>> {
    let (mut items, mut looked_at) = (Vec::new(), 0);
    loop {
        let page = list(conn, status, after, PAGE_MAX)?;
        looked_at += page.items.len();
        after = page.next;
        let tickets: Vec<TicketId> = page.items.iter().filter_map(|room| room.consultation).collect();
        let theirs: HashSet<TicketId> = consultation::table
            .filter(consultation::consultation_id.eq_any(tickets))
            .filter(consultation::line_id.eq_any(lines.to_vec()))
            .select(consultation::consultation_id)
            .load(conn)?
            .into_iter()
            .collect();
        items.extend(page.items.into_iter().filter(|room| room.consultation.is_some_and(|id| theirs.contains(&id))));
        let enough = items.len() > limit as usize || looked_at >= LOOKED_AT_MAX;
        if enough || after.is_none() {
            let page = Page::of(items, limit, |last: &Room| Cursor { at: last.opened_at, id: last.id.0 });
            return Ok(Page { next: page.next.or(after), ..page });
        }
    }
}

/// A page of the rooms in which `account` has a seat now, newest first. What they sat in before is
/// in the consultations.
pub fn list_seated(
    conn: &mut AnyConnection,
    account: AccountId,
    status: Option<RoomStatus>,
    after: Option<Cursor>,
    limit: u32,
) -> QueryResult<Page<Room>> {
    // A literal: with a bound value SQLite would not use the partial index.
    let seated = room_member::table
        .filter(room_member::account_id.eq(account))
        .filter(sql::<Bool>("SEAT_STATE <> 'LEFT'"))
        .select(room_member::room_id);
    let mut query = room::table
        .filter(room::room_id.eq_any(seated))
        .order((room::opened_dttm.desc(), room::room_id.desc()))
        .limit(rows(limit))
        .select(Room::as_select())
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(room::status.eq(status));
    }
    if let Some(Cursor { at, id }) = after {
        query = query.filter(
            sql::<Bool>("(OPENED_DTTM, ROOM_ID) < (")
                .bind::<Timestamp, _>(at)
                .sql(", ")
                .bind::<Text, _>(id.to_string())
                .sql(")"),
        );
    }
    let items = query.load(conn)?;
    Ok(Page::of(items, limit, |last: &Room| Cursor { at: last.opened_at, id: last.id.0 }))
}
