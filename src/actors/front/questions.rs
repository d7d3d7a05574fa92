//! What is asked of the front over HTTP, and answered.

use actix::prelude::*;
use tokio::sync::mpsc::Receiver;

use super::Front;
use crate::actors::messages::{
    Drain, EndRoom, FindRoom, Follow, FollowTicket, RoomHandle, RoomsGone, RoomsHere, ToRoom,
};
use crate::dispatch::TicketEvent;
use crate::ids::TicketId;
use crate::nodes::NoAnswer;
use crate::room::Ender;

impl Handler<FindRoom> for Front {
    type Result = MessageResult<FindRoom>;
    fn handle(&mut self, FindRoom { room }: FindRoom, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.rooms.way_into_open(room))
    }
}

impl Handler<RoomsHere> for Front {
    type Result = u32;
    fn handle(&mut self, _: RoomsHere, _: &mut Context<Self>) -> u32 {
        self.rooms.open_count()
    }
}

impl Handler<Drain> for Front {
    type Result = ();
    fn handle(&mut self, _: Drain, _: &mut Context<Self>) {
        self.drained.begin();
    }
}

impl Handler<RoomsGone> for Front {
    type Result = ResponseFuture<()>;
    fn handle(&mut self, _: RoomsGone, _: &mut Context<Self>) -> Self::Result {
        Box::pin(self.drained.wait(self.rooms.open_count() as usize))
    }
}

impl Handler<EndRoom> for Front {
    type Result = bool;
    fn handle(&mut self, EndRoom { room, note }: EndRoom, _: &mut Context<Self>) -> bool {
        let open: Option<RoomHandle> = self.rooms.way_into_open(room);
        if let Some(way) = &open {
            way.tell(ToRoom::End { by: Ender::Admin, note });
        }
        open.is_some()
    }
}

impl Handler<FollowTicket> for Front {
    type Result = ResponseActFuture<Self, Result<Option<Receiver<TicketEvent>>, NoAnswer>>;

    /// Who follows is known here before the place is asked for: it comes as a parcel, and may be quicker than the
    /// answer.
    fn handle(&mut self, FollowTicket { ticket }: FollowTicket, _: &mut Context<Self>) -> Self::Result {
        let Some(events) = self.followers.join(ticket) else { return Box::pin(fut::ready(Ok(None))) };
        Box::pin(self.follow(ticket).into_actor(self).map(move |waits, this, _| {
            if waits == Ok(true) {
                return Ok(Some(events));
            }
            // Somebody who asked a moment later may be right to follow it.
            drop(events);
            this.followers.prune(ticket);
            waits.map(|_| None)
        }))
    }
}

impl Front {
    /// Whether it waits; its places come here from now on.
    fn follow(&self, ticket: TicketId) -> impl Future<Output = Result<bool, NoAnswer>> + use<> {
        let (matchmaker, at) = (self.matchmaker.clone(), self.services.settings.node);
        async move { matchmaker.ask(Follow { ticket, at }).await }
    }

    /// Whoever matches does not know (any more) who follows a ticket here. What was told of its end meanwhile is lost,
    /// and its stream ends.
    pub(super) fn follow_again(&self, ctx: &mut Context<Self>) {
        for ticket in self.followers.tickets() {
            let again = self.follow(ticket).into_actor(self).map(move |waits, this, _| {
                if waits == Ok(false) {
                    this.followers.forget(ticket);
                }
            });
            ctx.spawn(again);
        }
    }
}
