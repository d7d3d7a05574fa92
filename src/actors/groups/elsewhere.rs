//! Group rooms and other nodes: where a room lives is on file, and one that nobody has is taken; and who comes into a
//! room of this node from another.

use actix::prelude::*;
use log::warn;

use super::{Groups, LOOK_EVERY};
use crate::actors::messages::{Between, FindGroup, ForGroups, GroupPlace, ToNode};
use crate::found::{AskedRooms, FoundGroup, take_over};
use crate::ids::{NodeId, RoomId};
use crate::room::parcels::FromHome;
use crate::services::Services;
use crate::storage::talk::keepers::{self, KeptRoom};
use crate::storage::{AnyConnection, StoreError};

impl Groups {
    /// Takes, every few seconds, what is nobody's or a gone node's, where several nodes share the records. Every node
    /// does, and one of them is first. Whoever asks for such a room need not wait for it: see [`FindGroup`].
    pub(super) fn watch_orphans(ctx: &mut Context<Self>) {
        ctx.run_interval(LOOK_EVERY, |this, ctx| {
            if this.drained.is_draining() {
                return;
            }
            let (services, me) = (this.services.clone(), ctx.address());
            let look = async move {
                let orphans = match services.store.answer(keepers::orphaned_groups).await {
                    Ok(orphans) => orphans,
                    Err(error) => {
                        return warn!(error:% = error; "it was not looked for group rooms of nodes that are gone");
                    }
                };
                for KeptRoom { room, keeper, .. } in orphans {
                    take(&services, keeper, room, |groups| me.do_send(ForGroups::Taken(groups))).await;
                }
            };
            ctx.spawn(look.into_actor(this));
        });
    }
}

impl Groups {
    /// Rooms that were another's or nobody's.
    fn take_over(&mut self, taken: Vec<FoundGroup>) {
        if let Some(joined) = &self.services.joined {
            joined.cluster.took_rooms(taken.len());
        }
        self.take_up(taken);
    }
}

/// Takes this room from whoever is gone, or from nobody.
async fn take(services: &Services, from: Option<NodeId>, room: RoomId, mut tell: impl FnMut(Vec<FoundGroup>)) {
    let (me, messages_max) = (services.settings.node, services.settings.messages_per_10s_max);
    let asked = AskedRooms { me, from, rooms: vec![room], messages_max };
    take_over(&services.store, &services.clock, asked, |taken| tell(taken.groups)).await;
}

/// What came of looking for a room in the records.
enum Sought {
    /// It was nobody's, and is this node's now: none if somebody was quicker.
    Taken(Vec<FoundGroup>),
    At(NodeId),
    Nowhere,
}

/// Looks whose a group room is, and takes it if it is nobody's that lives.
async fn seek(services: &Services, room: RoomId) -> Result<Sought, StoreError> {
    let me = services.settings.node;
    let look = move |conn: &mut AnyConnection| {
        let Some(kept) = keepers::kept_of(conn, &[room])?.pop().filter(|kept| kept.ticket.is_none()) else {
            return Ok(None);
        };
        let lives = match kept.keeper {
            Some(keeper) => keeper != me && keepers::lives(conn, keeper)?,
            None => false,
        };
        Ok(Some((kept.keeper, lives)))
    };
    match services.store.answer(look).await? {
        None => Ok(Sought::Nowhere),
        Some((Some(keeper), true)) => Ok(Sought::At(keeper)),
        Some((from, _)) => {
            let mut taken = Vec::new();
            take(services, from, room, |mut groups| taken.append(&mut groups)).await;
            Ok(Sought::Taken(taken))
        }
    }
}

impl Handler<ForGroups> for Groups {
    type Result = ();

    fn handle(&mut self, message: ForGroups, _: &mut Context<Self>) {
        match message {
            ForGroups::Taken(taken) => self.take_over(taken),
            ForGroups::Room { room, node, what, by } => match self.rooms.get(&room) {
                Some(open) => open.to.tell(what),
                None => by.do_send(ToNode { node, parcel: Between::FromHome(FromHome::NotHere { room }) }),
            },
            ForGroups::Every { what, node } => self.rooms.values().for_each(|open| open.to.tell(what(node))),
        }
    }
}

impl Handler<FindGroup> for Groups {
    type Result = ResponseActFuture<Self, GroupPlace>;

    /// What does not live here is looked for in the records, where several nodes share them.
    fn handle(&mut self, FindGroup(room): FindGroup, _: &mut Context<Self>) -> Self::Result {
        if let Some(open) = self.rooms.get(&room) {
            return Box::pin(fut::ready(GroupPlace::Here(open.to.clone())));
        }
        if !self.services.store.is_shared() {
            return Box::pin(fut::ready(GroupPlace::Nowhere));
        }
        if self.drained.is_draining() {
            return Box::pin(fut::ready(GroupPlace::Unknown));
        }
        let services = self.services.clone();
        let look = async move { seek(&services, room).await };
        Box::pin(look.into_actor(self).map(move |sought, this, _| match sought {
            Ok(Sought::Taken(taken)) => {
                this.take_over(taken);
                // Over by now, or another's: whoever asks again is told.
                this.rooms.get(&room).map_or(GroupPlace::Nowhere, |open| GroupPlace::Here(open.to.clone()))
            }
            Ok(Sought::At(node)) => GroupPlace::At(node),
            Ok(Sought::Nowhere) => GroupPlace::Nowhere,
            Err(error) => {
                warn!(room:%, error:% = error; "it could not be read where a group room lives");
                GroupPlace::Unknown
            }
        }))
    }
}
