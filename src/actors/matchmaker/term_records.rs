//! What a new term takes up: the tickets are claimed, then all is read.

use std::collections::HashMap;

use diesel::QueryResult;

use super::NodeRecords;
use crate::dispatch::NewTerm;
use crate::ids::{NodeId, RoomId};
use crate::nodes::Term;
use crate::storage::AnyConnection;
use crate::storage::people::places;
use crate::storage::talk::keepers;
use crate::time::Wall;

impl NodeRecords {
    /// Claims what waits for this term and reads everything, by one statement after the other, so that what others
    /// committed before the claim is seen. `nodes`: those that are there, this one (`me`) too. Open rooms that are none
    /// of theirs are taken by this node, but for those that somebody is just writing about.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn read_for_term(
        conn: &mut AnyConnection,
        term: &Term,
        me: NodeId,
        nodes: Vec<NodeId>,
        at: Wall,
    ) -> QueryResult<Self> {
        places::repair_rooms_open(conn, at)?;
        if let AnyConnection::Postgres(conn) = conn {
            keepers::take_tickets(conn, term.id)?;
        }
        let homes = homes(conn, me, &nodes)?;
        let mut found = Self::found(conn, term.id)?;
        for room in &mut found.dispatch.rooms {
            room.home = homes.get(&room.room).copied().flatten();
        }
        found.dispatch.new_term = Some(NewTerm { epoch: term.epoch, nodes });
        found.groups.clear();
        Ok(found)
    }
}

/// Where each open room lives once this node has taken those that live nowhere.
fn homes(conn: &mut AnyConnection, me: NodeId, nodes: &[NodeId]) -> QueryResult<HashMap<RoomId, Option<NodeId>>> {
    let open = keepers::kept_rooms(conn)?;
    let mut of_gone: HashMap<Option<NodeId>, Vec<RoomId>> = HashMap::new();
    // A group room is opened where it is asked for.
    for room in open.iter().filter(|room| room.ticket.is_some()) {
        if room.keeper.is_none_or(|keeper| !nodes.contains(&keeper)) {
            of_gone.entry(room.keeper).or_default().push(room.room);
        }
    }
    let mut homes: HashMap<_, _> = open.into_iter().map(|room| (room.room, room.keeper)).collect();
    if let AnyConnection::Postgres(conn) = conn {
        for (seen, rooms) in of_gone {
            let taken = keepers::take_rooms(conn, seen, me, &rooms)?;
            homes.extend(taken.into_iter().map(|room| (room, Some(me))));
        }
    }
    Ok(homes)
}
