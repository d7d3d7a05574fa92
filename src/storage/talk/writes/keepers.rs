//! Why a decision changed nothing: what it needs is not so, or another keeps the record.

use diesel::prelude::*;

use super::tickets::take;
use crate::dispatch::Written;
use crate::ids::{NodeId, RoomId, TermId, TicketId};
use crate::storage::AnyConnection;
use crate::storage::engine::prepared::one;
use crate::storage::schema::{consultation, room};
use crate::storage::talk::tickets::Status;

/// What a term decides about a ticket that waits, by statements that name it. One that is nobody's (it came back from
/// a room, and to take it failed) is taken first; what another keeps is `Fenced`. A ticket that does not wait has no
/// keeper, whatever its row says.
pub(crate) fn decided(
    conn: &mut AnyConnection,
    term: TermId,
    ticket: TicketId,
    decide: impl Fn(&mut AnyConnection) -> QueryResult<Written>,
) -> QueryResult<Written> {
    let answer = decide(conn)?;
    if answer != Written::Stale {
        return Ok(answer);
    }
    let row = consultation::table.find(ticket).select((consultation::status, consultation::keeper_id));
    let found: Option<(Status, Option<TermId>)> = one!(conn, row).optional()?;
    match found {
        Some((Status::Waiting, None)) => {
            take(conn, term, ticket)?;
            decide(conn)
        }
        Some((Status::Waiting, Some(keeper))) if keeper != term => Ok(Written::Fenced),
        _ => Ok(answer),
    }
}

/// What a home is answered whose write found no room that it could change: `Stale`, or `Fenced` if it is not its own.
/// Also one that is over: how it ended is its keeper's to say.
pub(super) fn unchanged(conn: &mut AnyConnection, home: NodeId, id: RoomId) -> QueryResult<Written> {
    let keeper: Option<Option<NodeId>> = one!(conn, room::table.find(id).select(room::keeper_id)).optional()?;
    Ok(if keeper.is_some_and(|keeper| keeper != Some(home)) { Written::Fenced } else { Written::Stale })
}
