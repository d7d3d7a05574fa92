//! A node alone: on SQLite, or on a PostgreSQL that it has to itself. It holds the lease and keeps everything from its
//! first moment on, as whoever did before is gone.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::cluster::link::WIRE;
use crate::ids::{NodeId, TermId};
use crate::storage::centre::lines::number;
use crate::storage::engine::installation::forget_marks;
use crate::storage::schema::{consultation, lease, node, room};
use crate::storage::talk::tickets::Status;
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::{SECOND, Wall};

/// The one row of `LEASE`.
const MATCHMAKER: &str = "MATCHMAKER";
/// What `NODE.NAME` says of it: there is no other to tell it from.
const NAME: &str = "alone";
/// Runs that are gone are kept on file so long.
const KEEP_GONE_S: i64 = 24 * 60 * 60;

/// This run is on file, every other is gone, and what waits and what is open is kept by it. Only under the lock that
/// keeps all others from serving; in one transaction, before anything is read for a start.
pub fn begin(conn: &mut AnyConnection, me: NodeId, term: TermId, at: Wall) -> QueryResult<()> {
    let long_gone = node::state.eq("GONE").and(node::mod_dttm.lt(Wall(at.0 - KEEP_GONE_S * SECOND as i64)));
    diesel::delete(node::table.filter(long_gone)).execute(conn)?;
    if let AnyConnection::Postgres(conn) = conn {
        forget_marks(conn)?;
    }
    diesel::update(node::table.filter(node::state.ne("GONE")))
        .set((node::state.eq("GONE"), node::mod_dttm.eq(at)))
        .execute(conn)?;
    diesel::insert_into(node::table)
        .values((
            (node::node_id.eq(me), node::name.eq(NAME), node::version.eq(env!("CARGO_PKG_VERSION"))),
            (node::wire_min.eq(number(WIRE)), node::wire_max.eq(number(WIRE))),
            (node::engine.eq("POSTGRES"), node::state.eq("UP"), node::beat.eq(0)),
            (node::reg_dttm.eq(at), node::reg_id.eq(SYSTEM), node::mod_dttm.eq(at), node::mod_id.eq(SYSTEM)),
        ))
        .execute(conn)?;
    diesel::update(lease::table.find(MATCHMAKER))
        .set((
            (lease::node_id.eq(me), lease::term_id.eq(term)),
            (lease::beat.eq(lease::beat + 1), lease::epoch.eq(lease::epoch + 1), lease::mod_dttm.eq(at)),
        ))
        .execute(conn)?;
    diesel::update(consultation::table.filter(Status::Waiting.is_it()))
        .set(consultation::keeper_id.eq(term))
        .execute(conn)?;
    // A literal: with a bound value SQLite would not use the partial index.
    diesel::update(room::table.filter(sql::<Bool>("ROOM.STATUS = 'OPEN'")))
        .set(room::keeper_id.eq(me))
        .execute(conn)?;
    Ok(())
}

/// The term that holds the lease, if one does.
pub fn term(conn: &mut AnyConnection) -> QueryResult<Option<TermId>> {
    lease::table.find(MATCHMAKER).select(lease::term_id).first(conn)
}
