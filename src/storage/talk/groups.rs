//! Group rooms: opened by staff, joined by a link. Rows of `ROOM` like the others, of the kind
//! [`GROUP`]; their seats and messages are written by the journal like the others' too.

use std::collections::HashMap;

use diesel::dsl::{count_star, max, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Timestamp};

use crate::ids::{AccountId, NodeId, RoomId};
use crate::protocol::SeatState;
use crate::room::LEFT_MAX;
use crate::storage::engine::page::rows;
use crate::storage::schema::{account, room, room_member};
use crate::storage::talk::rooms::{Room, RoomStatus, Seat};
use crate::storage::{AnyConnection, Cursor, Page};
use crate::time::Wall;

/// The kind of these rooms.
pub const GROUP: &str = "GROUP";

/// A group room to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGroup {
    pub id: RoomId,
    /// What it is about, in a line.
    pub title: String,
    /// What the room says of itself, if anything.
    pub info: Option<String>,
    /// The path of its picture.
    pub picture: Option<String>,
    /// The language of its guests' page.
    pub language: String,
    /// Who opens it.
    pub creator: AccountId,
    /// Where it will live: its keeper.
    pub home: NodeId,
}

/// A group room at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub room: Room,
    /// What the other kind of rooms has not.
    pub about: About,
    /// Seats that are taken.
    pub members: u32,
}

/// What only a group room has.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct About {
    /// More than the title says.
    pub info: Option<String>,
    /// The path of its picture.
    pub picture: Option<String>,
    /// The language of its guests' page.
    pub language: String,
    /// Who opened it.
    pub creator: AccountId,
    /// Their name now.
    pub creator_name: String,
}

/// What a group room is called and says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Description {
    pub title: Option<String>,
    pub info: Option<String>,
    /// The path of its picture.
    pub picture: Option<String>,
}

/// An open group room with all that its actor needs to live again after a start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenGroup {
    pub group: Group,
    /// The seats that are taken, after those of the latest who left: what they said has a name.
    pub seats: Vec<Seat>,
    /// When the last of those that are gone was given up, if any.
    pub left_at: Option<Wall>,
}

/// Opens a room. Nobody sits in it yet.
pub fn create(conn: &mut AnyConnection, new: &NewGroup, at: Wall) -> QueryResult<()> {
    let by = new.creator.to_string();
    diesel::insert_into(room::table)
        .values((
            (room::room_id.eq(new.id), room::kind.eq(GROUP), room::status.eq(RoomStatus::Open), room::last_seq.eq(0)),
            (room::title.eq(&new.title), room::info.eq(&new.info), room::picture.eq(&new.picture)),
            (room::language.eq(&new.language), room::creator_id.eq(new.creator), room::opened_dttm.eq(at)),
            room::keeper_id.eq(new.home),
            (room::reg_dttm.eq(at), room::reg_id.eq(&by), room::mod_dttm.eq(at), room::mod_id.eq(&by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts title, info and picture on file; `false` if it is no open group room.
pub fn save(conn: &mut AnyConnection, id: RoomId, title: &str, about: &About, by: &str, at: Wall) -> QueryResult<bool> {
    let open = room::table.find(id).filter(room::kind.eq(GROUP).and(room::status.eq(RoomStatus::Open)));
    let saved = diesel::update(open)
        .set((
            (room::title.eq(title), room::info.eq(&about.info), room::picture.eq(&about.picture)),
            (room::mod_dttm.eq(at), room::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(saved == 1)
}

/// The group room, open or not.
pub fn find(conn: &mut AnyConnection, id: RoomId) -> QueryResult<Option<Group>> {
    let found: Option<(Room, About)> =
        groups().filter(room::room_id.eq(id)).select(columns()).first(conn).optional()?;
    let Some((room, about)) = found else { return Ok(None) };
    let members = seated(conn, &[id])?.remove(&id).unwrap_or(0);
    Ok(Some(Group { room, about, members }))
}

/// How those of these rooms that are open are described.
pub fn descriptions(conn: &mut AnyConnection, ids: Vec<RoomId>) -> QueryResult<Vec<(RoomId, Description)>> {
    room::table
        .filter(room::room_id.eq_any(ids).and(is_open()))
        .select((room::room_id, (room::title, room::info, room::picture)))
        .load(conn)
}

/// Whether this is a group room, open or not.
pub fn is_one(conn: &mut AnyConnection, id: RoomId) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(room::table.find(id).filter(room::kind.eq(GROUP)))).get_result(conn)
}

/// How many are open.
pub fn count_open(conn: &mut AnyConnection) -> QueryResult<u32> {
    let count: i64 = room::table.filter(is_open()).filter(room::kind.eq(GROUP)).select(count_star()).first(conn)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// A page of the open ones, the newest first.
pub fn list_open(conn: &mut AnyConnection, after: Option<Cursor>, limit: u32) -> QueryResult<Page<Group>> {
    let mut query = groups()
        .filter(is_open())
        .order((room::opened_dttm.desc(), room::room_id.desc()))
        .limit(rows(limit))
        .select(columns())
        .into_boxed();
    if let Some(Cursor { at, id }) = after {
        query = query.filter(
            sql::<Bool>("(ROOM.OPENED_DTTM, ROOM.ROOM_ID) < (")
                .bind::<Timestamp, _>(at)
                .sql(", ")
                .bind::<Text, _>(id.to_string())
                .sql(")"),
        );
    }
    let found: Vec<(Room, About)> = query.load(conn)?;
    let mut taken = seated(conn, &found.iter().map(|(room, _)| room.id).collect::<Vec<_>>())?;
    let items = found.into_iter().map(|(room, about)| {
        let members = taken.remove(&room.id).unwrap_or(0);
        Group { room, about, members }
    });
    let cursor = |last: &Group| Cursor { at: last.room.opened_at, id: last.room.id.0 };
    Ok(Page::of(items.collect(), limit, cursor))
}

/// Every open one, oldest first, by as many queries as there are questions, however many are open.
/// For a start.
pub fn open(conn: &mut AnyConnection) -> QueryResult<Vec<OpenGroup>> {
    let found = groups().filter(is_open()).order((room::opened_dttm, room::room_id)).select(columns()).load(conn)?;
    with_seats(conn, found)
}

/// Those of these rooms that are open and group rooms, oldest first; as [`open`] has them.
pub fn open_of(conn: &mut AnyConnection, ids: &[RoomId]) -> QueryResult<Vec<OpenGroup>> {
    let these = groups().filter(is_open()).filter(room::room_id.eq_any(ids.to_vec()));
    let found = these.order((room::opened_dttm, room::room_id)).select(columns()).load(conn)?;
    with_seats(conn, found)
}

fn with_seats(conn: &mut AnyConnection, found: Vec<(Room, About)>) -> QueryResult<Vec<OpenGroup>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<RoomId> = found.iter().map(|(room, _)| room.id).collect();
    let of_rooms = || room_member::table.filter(room_member::room_id.eq_any(ids.clone()));
    let left_at: Vec<(RoomId, Option<Wall>)> = of_rooms()
        .group_by(room_member::room_id)
        .select((room_member::room_id, max(room_member::left_dttm)))
        .load(conn)?;
    let mut left_at: HashMap<RoomId, Option<Wall>> = left_at.into_iter().collect();
    let left: Vec<Seat> = of_rooms()
        .filter(is_lately_left())
        .order((room_member::left_dttm, room_member::member_id))
        .select(Seat::as_select())
        .load(conn)?;
    let taken: Vec<Seat> = of_rooms()
        .filter(room_member::seat_state.ne(SeatState::Left))
        .order((room_member::joined_dttm, room_member::member_id))
        .select(Seat::as_select())
        .load(conn)?;
    let mut members = HashMap::<RoomId, u32>::new();
    taken.iter().for_each(|seat| *members.entry(seat.room).or_default() += 1);
    let mut seats = HashMap::<RoomId, Vec<Seat>>::new();
    left.into_iter().chain(taken).for_each(|seat| seats.entry(seat.room).or_default().push(seat));
    let open = found.into_iter().map(|(room, about)| {
        let id = room.id;
        let members = members.get(&id).copied().unwrap_or(0);
        let seats = seats.remove(&id).unwrap_or_default();
        OpenGroup { group: Group { room, about, members }, seats, left_at: left_at.remove(&id).flatten() }
    });
    Ok(open.collect())
}

/// The latest [`LEFT_MAX`] of each open group room who left it.
fn is_lately_left() -> diesel::expression::SqlLiteral<Bool> {
    sql::<Bool>(&format!(
        "ROOM_MEMBER.MEMBER_ID IN (SELECT MEMBER_ID FROM (SELECT MEMBER_ID, ROW_NUMBER() OVER \
           (PARTITION BY ROOM_ID ORDER BY LEFT_DTTM DESC, MEMBER_ID DESC) AS PLACE FROM ROOM_MEMBER \
           WHERE SEAT_STATE = 'LEFT' AND ROOM_ID IN (SELECT ROOM_ID FROM ROOM WHERE KIND = '{GROUP}' \
             AND STATUS = 'OPEN')) AS LATEST WHERE PLACE <= {LEFT_MAX})"
    ))
}

#[diesel::dsl::auto_type]
fn groups() -> _ {
    let kind: &'static str = GROUP;
    room::table.inner_join(account::table).filter(room::kind.eq(kind))
}

/// A literal: with a bound value SQLite would not use the partial index.
fn is_open() -> diesel::expression::SqlLiteral<Bool> {
    sql::<Bool>("ROOM.STATUS = 'OPEN'")
}

type Columns = (
    diesel::dsl::AsSelect<Room, crate::storage::engine::connection::MultiBackend>,
    (
        room::info,
        room::picture,
        diesel::dsl::AssumeNotNull<room::language>,
        diesel::dsl::AssumeNotNull<room::creator_id>,
        account::name,
    ),
);

fn columns() -> Columns {
    let about = (
        room::info,
        room::picture,
        room::language.assume_not_null(),
        room::creator_id.assume_not_null(),
        account::name,
    );
    (Room::as_select(), about)
}

/// How many seats of each of these rooms are taken.
fn seated(conn: &mut AnyConnection, rooms: &[RoomId]) -> QueryResult<HashMap<RoomId, u32>> {
    let counted: Vec<(RoomId, i64)> = room_member::table
        .filter(room_member::room_id.eq_any(rooms.to_vec()))
        .filter(room_member::seat_state.ne(SeatState::Left))
        .group_by(room_member::room_id)
        .select((room_member::room_id, count_star()))
        .load(conn)?;
    Ok(counted.into_iter().map(|(room, count)| (room, u32::try_from(count).unwrap_or(u32::MAX))).collect())
}
