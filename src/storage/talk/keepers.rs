//! Who keeps what waits and what is open: taken over, and looked at. What a keeper decides is in `writes`.

use diesel::dsl::{exists, not, sql};
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Text};
use diesel::{QueryableByName, sql_query};

pub use crate::dispatch::KeptRoom;
use crate::ids::{NodeId, RoomId, TermId, TicketId};
use crate::storage::AnyConnection;
use crate::storage::schema::{consultation, node, room};
use crate::storage::talk::rooms::RoomStatus;
use crate::storage::talk::tickets::Status;

/// The guard stands in it: a term that is over takes nothing back from its successor. What homes gave back in
/// the same moment may be missed; it is nobody's, and the comparison finds it.
const TAKE_TICKETS: &str = "
WITH L AS (SELECT 1 FROM LEASE WHERE LEASE_NAME = 'MATCHMAKER' AND TERM_ID = $1 FOR KEY SHARE)
UPDATE CONSULTATION SET KEEPER_ID = $1 FROM L WHERE STATUS = 'WAITING' AND KEEPER_ID IS DISTINCT FROM $1";

/// Only what nobody is writing about: who holds a room may be its keeper, who was paused in the middle of a
/// transaction and is about to be found out.
const TAKE_ROOMS: &str = "
WITH R AS (SELECT ROOM_ID FROM ROOM WHERE STATUS = 'OPEN' AND KEEPER_ID IS NOT DISTINCT FROM $1 AND ROOM_ID = ANY($3)
           FOR NO KEY UPDATE SKIP LOCKED)
UPDATE ROOM SET KEEPER_ID = $2 FROM R WHERE ROOM.ROOM_ID = R.ROOM_ID RETURNING ROOM.ROOM_ID";

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Text)]
    room_id: RoomId,
}

/// Everything that waits is this term's, if it holds the lease; says how many tickets were another's or nobody's. Waits
/// for whoever is just writing about one of them. Read them after it, by a statement of its own.
pub fn take_tickets(conn: &mut PgConnection, term: TermId) -> QueryResult<usize> {
    sql_query(TAKE_TICKETS).bind::<Text, _>(term).execute(conn)
}

/// Of these rooms, those that are open, are still `seen`'s (`None`: nobody's) and held by no transaction are this
/// node's from here on; says which. Ask again for the others a moment later.
pub fn take_rooms(
    conn: &mut PgConnection,
    seen: Option<NodeId>,
    me: NodeId,
    rooms: &[RoomId],
) -> QueryResult<Vec<RoomId>> {
    let ids: Vec<String> = rooms.iter().map(ToString::to_string).collect();
    let statement =
        sql_query(TAKE_ROOMS).bind::<Nullable<Text>, _>(seen).bind::<Text, _>(me).bind::<Array<Text>, _>(ids);
    Ok(statement.load::<Taken>(conn)?.into_iter().map(|taken| taken.room_id).collect())
}

/// What waits and is nobody's.
pub fn unkept_tickets(conn: &mut AnyConnection) -> QueryResult<Vec<TicketId>> {
    // A literal: with a bound value SQLite would not use the partial index.
    consultation::table
        .filter(Status::Waiting.is_it())
        .filter(consultation::keeper_id.is_null())
        .select(consultation::consultation_id)
        .load(conn)
}

/// Those of these rooms that are open.
pub fn kept_of(conn: &mut AnyConnection, ids: &[RoomId]) -> QueryResult<Vec<KeptRoom>> {
    let rows = room::table
        .filter(room::room_id.eq_any(ids.to_vec()).and(room::status.eq(RoomStatus::Open)))
        .select((room::room_id, room::consultation_id, room::keeper_id))
        .load(conn)?;
    Ok(kept(rows))
}

/// Whether this run of a server is on file and not gone.
pub fn lives(conn: &mut AnyConnection, id: NodeId) -> QueryResult<bool> {
    let on_file = node::table.filter(node::node_id.eq(id).and(node::state.ne("GONE")));
    diesel::select(exists(on_file)).get_result(conn)
}

/// The open group rooms that are nobody's, or kept by a run of a server that is gone.
pub fn orphaned_groups(conn: &mut AnyConnection) -> QueryResult<Vec<KeptRoom>> {
    let living = node::table.filter(node::node_id.nullable().eq(room::keeper_id).and(node::state.ne("GONE")));
    // A literal, as above.
    let rows = room::table
        .filter(sql::<Bool>("ROOM.STATUS = 'OPEN'"))
        .filter(room::consultation_id.is_null().and(not(exists(living))))
        .select((room::room_id, room::consultation_id, room::keeper_id))
        .load(conn)?;
    Ok(kept(rows))
}

/// Every open room.
pub fn kept_rooms(conn: &mut AnyConnection) -> QueryResult<Vec<KeptRoom>> {
    // A literal, as above.
    let rows = room::table
        .filter(sql::<Bool>("ROOM.STATUS = 'OPEN'"))
        .select((room::room_id, room::consultation_id, room::keeper_id))
        .load(conn)?;
    Ok(kept(rows))
}

fn kept(rows: Vec<(RoomId, Option<TicketId>, Option<NodeId>)>) -> Vec<KeptRoom> {
    rows.into_iter().map(|(room, ticket, keeper)| KeptRoom { room, ticket, keeper }).collect()
}
