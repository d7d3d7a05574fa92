//! What is asked of the front over HTTP, and answered.

use actix::prelude::*;
use tokio::sync::mpsc::Receiver;

use super::Front;
use crate::actors::messages::{
    EndRoom, FindRoom, Follow, FollowTicket, HandOver, Look, MoveRoom, RoomHandle, RoomsHere, ToRoom,
};
use crate::dispatch::{TicketEvent, TransferRefused, Wished};
use crate::protocol::ErrorCode;
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

impl Handler<MoveRoom> for Front {
    type Result = ResponseFuture<Result<bool, TransferRefused>>;

    /// Asks the room how much was said in it, as whoever it rings at is told.
    fn handle(&mut self, MoveRoom { room, to, reason, by }: MoveRoom, _: &mut Context<Self>) -> Self::Result {
        let (look, matchmaker) = (self.rooms.look_of(room), self.matchmaker.clone());
        Box::pin(async move {
            let looks = match look {
                Some(look) => look.send(Look).await.ok(),
                None => None,
            };
            let messages = looks.map(|looks| looks.glance.last_seq).unwrap_or_default();
            let wished = Wished { room, to, by, note: Some(reason), messages };
            matchmaker.send(HandOver(wished)).await.unwrap_or_else(|_| Err(ends()))
        })
    }
}

fn ends() -> TransferRefused {
    TransferRefused { code: ErrorCode::Busy, detail: "this server ends; try again".to_owned() }
}

impl Handler<FollowTicket> for Front {
    type Result = ResponseActFuture<Self, Option<Receiver<TicketEvent>>>;

    /// Who follows is known here before the place is asked for: it comes as a parcel, and may be quicker than the
    /// answer.
    fn handle(&mut self, FollowTicket { ticket }: FollowTicket, _: &mut Context<Self>) -> Self::Result {
        let Some(events) = self.followers.join(ticket) else { return Box::pin(fut::ready(None)) };
        let asked = self.matchmaker.send(Follow { ticket, at: self.services.settings.node });
        Box::pin(asked.into_actor(self).map(move |waits, this, _| {
            if waits.unwrap_or(false) {
                return Some(events);
            }
            // Somebody who asked a moment later may be right to follow it.
            drop(events);
            this.followers.prune(ticket);
            None
        }))
    }
}
