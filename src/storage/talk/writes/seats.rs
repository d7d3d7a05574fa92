//! Seats: taken, shown, left; and what is said from them to staff alone.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Nullable, Text, Timestamp};

use super::keepers::unchanged;
use super::rows::{ShowRow, SitRow, WhisperRow};
use crate::dispatch::{SeatRow, Written};
use crate::ids::{MemberId, NodeId, RoomId};
use crate::protocol::SeatState;
use crate::storage::engine::connection::on_each;
use crate::storage::engine::flag::Yn;
use crate::storage::engine::prepared::{Left, Open, Prepared, insert, one};
use crate::storage::schema::room_member::dsl;
use crate::storage::schema::{room, whisper as whispers};
use crate::storage::talk::media;
use crate::storage::talk::whispers::by_client_id;
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;

/// The seat, taken and shown, without a picture.
pub(crate) fn take(conn: &mut AnyConnection, room: RoomId, seat: &SeatRow, at: Wall) -> QueryResult<()> {
    let statement = diesel::insert_into(dsl::room_member).values((
        dsl::member_id.eq(seat.member),
        dsl::room_id.eq(room),
        dsl::role.eq(seat.role),
        dsl::account_id.eq(seat.account),
        dsl::session_id.eq(seat.session),
        dsl::nickname.eq(&seat.name),
        dsl::seat_state.eq(SeatState::Joined),
        dsl::joined_dttm.eq(at),
        (dsl::reg_dttm.eq(at), dsl::reg_id.eq(SYSTEM), dsl::mod_dttm.eq(at), dsl::mod_id.eq(SYSTEM)),
    ));
    insert!(conn, statement)?;
    Ok(())
}

/// Both seats of a match, by one statement. Its text is the same to both engines: SQLite numbers what is bound in the
/// order in which it first stands there.
const TAKE_BOTH: &str = "
INSERT INTO ROOM_MEMBER (ROOM_ID, SEAT_STATE, JOINED_DTTM, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID,
                         MEMBER_ID, ROLE, ACCOUNT_ID, SESSION_ID, NICKNAME)
VALUES ($1, 'JOINED', $2, $2, $3, $2, $3, $4, $5, $6, $7, $8),
       ($1, 'JOINED', $2, $2, $3, $2, $3, $9, $10, $11, $12, $13)";

/// The same as [`take`] of each.
pub(crate) fn take_both(conn: &mut AnyConnection, room: RoomId, seats: &[SeatRow; 2], at: Wall) -> QueryResult<()> {
    let [one, other] = seats;
    on_each!(conn, inner => {
        struct Here;
        let statement = sql_query(TAKE_BOTH)
            .bind::<Text, _>(room)
            .bind::<Timestamp, _>(at)
            .bind::<Text, _>(SYSTEM)
            .bind::<Text, _>(one.member)
            .bind::<Text, _>(one.role)
            .bind::<Nullable<Text>, _>(one.account)
            .bind::<Nullable<Text>, _>(one.session)
            .bind::<Text, _>(&one.name)
            .bind::<Text, _>(other.member)
            .bind::<Text, _>(other.role)
            .bind::<Nullable<Text>, _>(other.account)
            .bind::<Nullable<Text>, _>(other.session)
            .bind::<Text, _>(&other.name);
        Prepared::<_, Here>::new(statement).execute(inner)
    })?;
    Ok(())
}

pub(crate) fn sit(conn: &mut AnyConnection, home: NodeId, row: &SitRow) -> QueryResult<Written> {
    if !is_open(conn, home, row.room, row.at)? {
        return unchanged(conn, home, row.room);
    }
    take(conn, row.room, &row.seat, row.at)?;
    if let Some(picture) = row.picture.as_deref().and_then(media::of_path) {
        media::take(conn, picture, row.at)?;
    }
    let shown = (dsl::watching_yn.eq(Yn(row.watching)), dsl::shown_yn.eq(Yn(!row.watching)));
    diesel::update(dsl::room_member.find(row.seat.member)).set((shown, dsl::picture.eq(&row.picture))).execute(conn)?;
    Ok(Written::Done)
}

pub(crate) fn show(conn: &mut AnyConnection, home: NodeId, row: &ShowRow) -> QueryResult<Written> {
    if !is_open(conn, home, row.room, row.at)? {
        return unchanged(conn, home, row.room);
    }
    diesel::update(dsl::room_member.find(row.member))
        .set((dsl::watching_yn.eq(Yn(row.watching)), dsl::shown_yn.eq(Yn(true)), dsl::mod_dttm.eq(row.at)))
        .execute(conn)?;
    Ok(Written::Done)
}

/// `LEFT` is for good: the socket that drops after its room ended changes nothing.
pub(crate) fn state(
    conn: &mut AnyConnection,
    home: NodeId,
    room: RoomId,
    member: MemberId,
    state: SeatState,
    at: Wall,
) -> QueryResult<Written> {
    if !holds(conn, home, room)? {
        return Ok(Written::Fenced);
    }
    // Back is a word for the others in the room; on file the seat is taken or it is not.
    let state = if state == SeatState::Back { SeatState::Joined } else { state };
    let left = (state == SeatState::Left).then_some(at);
    let held = dsl::room_member.find(member).filter(dsl::seat_state.ne(Left));
    let set = (dsl::seat_state.eq(state), dsl::left_dttm.eq(left), dsl::mod_dttm.eq(at));
    let _: Option<MemberId> = one!(conn, diesel::update(held).set(set).returning(dsl::member_id)).optional()?;
    Ok(Written::Done)
}

/// The same client id again is the same whisper, also once the room is closed.
pub(crate) fn whisper(conn: &mut AnyConnection, home: NodeId, row: &WhisperRow) -> QueryResult<Written> {
    if let Some((id, at, body)) = by_client_id(conn, row.room, row.from, &row.client_id)? {
        return Ok(Written::Whispered { id, at, same: body == row.body });
    }
    if !is_open(conn, home, row.room, row.at)? {
        return unchanged(conn, home, row.room);
    }
    let by = row.from.to_string();
    diesel::insert_into(whispers::table)
        .values((
            whispers::whisper_id.eq(row.id),
            whispers::room_id.eq(row.room),
            whispers::member_id.eq(row.from),
            whispers::client_id.eq(&row.client_id),
            whispers::body.eq(&row.body),
            whispers::whispered_dttm.eq(row.at),
            (whispers::reg_dttm.eq(row.at), whispers::reg_id.eq(&by)),
            (whispers::mod_dttm.eq(row.at), whispers::mod_id.eq(&by)),
        ))
        .execute(conn)?;
    Ok(Written::Done)
}

/// Whether people may still come and talk, and this is the room's home. Updates the room, so that whoever takes it
/// over meanwhile passes over it until this transaction is on file.
fn is_open(conn: &mut AnyConnection, home: NodeId, id: RoomId, at: Wall) -> QueryResult<bool> {
    let open = room::table.find(id).filter(room::status.eq(Open).and(room::keeper_id.eq(home)));
    let held = diesel::update(open).set(room::mod_dttm.eq(at));
    let open: Option<RoomId> = one!(conn, held.returning(room::room_id)).optional()?;
    Ok(open.is_some())
}

/// Whether this is the room's home, open or not; until this transaction is on file nobody takes it over.
fn holds(conn: &mut AnyConnection, home: NodeId, id: RoomId) -> QueryResult<bool> {
    struct Here;
    let ours = room::table.find(id).filter(room::keeper_id.eq(home)).select(room::room_id);
    let held: QueryResult<RoomId> = match conn {
        AnyConnection::Sqlite(conn) => Prepared::<_, Here>::new(ours).get_result(conn),
        AnyConnection::Postgres(conn) => Prepared::<_, Here>::new(ours.for_no_key_update()).get_result(conn),
    };
    Ok(held.optional()?.is_some())
}
