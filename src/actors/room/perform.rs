//! What a room wants done: told, put on file, read again.

use actix::prelude::*;
use log::{error, info, warn};

use super::{LINGER, Registrar, Room, rows, socket};
use crate::actors::messages::{Between, GroupOver, Handed, ToNode, ToRoom, ToSocket};
use crate::dispatch::FromFront;
use crate::ids::{MemberId, NodeId};
use crate::journal::{Keeper, Written};
use crate::protocol::{CloseCode, ServerFrame};
use crate::room::parcels::FromHome;
use crate::room::{Deed, Event, Input, PendingWrite, REPLAY_MAX, Said, Write};
use crate::storage::talk::messages;
use crate::tokens::SeatClaims;

impl Room {
    pub(super) fn perform(&mut self, deed: Deed<super::SocketRef>, ctx: &mut Context<Self>) {
        match deed {
            Deed::Send { to, frame } => to.send(self.room, &frame),
            Deed::Tell { to, frame } => socket::tell(self.room, &to, &frame),
            Deed::SendAll { to, frames } => to.send_all(self.room, &frames),
            Deed::Seat { to, mut frame, token_for } => {
                if let ServerFrame::Seated { resume, .. } = &mut frame {
                    *resume = token_for.map(|member| self.token(member));
                }
                to.send(self.room, &frame);
            }
            Deed::Show { to, glance } => to.show(self.room, glance),
            Deed::Answer { to, answer } => to.answer(self.room, answer),
            Deed::Shut { to, code } => to.shut(self.room, code),
            Deed::Store { write, what } => self.store(write, what, ctx),
            Deed::Read { after, upto } => self.read(after, upto, ctx),
            Deed::Changed => self.show(),
            Deed::HandedOn { to } => self.handed_on(to, ctx),
            Deed::Stays => self.send_near_away(),
            Deed::Stop => self.give_up(ctx),
            Deed::NotTransferred => {
                if let Registrar::Front(front) = &self.registrar {
                    front.do_send(Handed::new(FromFront::NotTransferred { room: self.room }));
                }
            }
            Deed::Over { reason, returns, handed_over, members } => {
                let room = self.room;
                info!(room:% = room, reason = reason.code(); "room ended");
                match &self.registrar {
                    Registrar::Front(front) => {
                        front.do_send(Handed::new(FromFront::RoomOver { room, returns, handed_over, members }));
                    }
                    Registrar::Groups(groups) => groups.do_send(GroupOver(room)),
                }
                ctx.run_later(LINGER, |_, ctx| ctx.stop());
            }
        }
    }

    /// Another node has the room. Who has a socket of it comes back, and finds it there.
    fn give_up(&self, ctx: &mut Context<Self>) {
        warn!(room:% = self.room; "another server has the room");
        self.host.left_behind().for_each(|socket| socket.shut(self.room, CloseCode::Draining));
        if let Registrar::Groups(groups) = &self.registrar {
            groups.do_send(GroupOver(self.room));
        }
        ctx.stop();
    }

    /// The room goes on at another node. Who sits at a socket of this one comes back there; the others are told the way,
    /// but for those who came in by a socket of the room, who have none to be told by.
    fn handed_on(&mut self, to: Option<NodeId>, ctx: &mut Context<Self>) {
        info!(room:% = self.room; "handed on");
        self.is_handed_on = true;
        self.send_near_away();
        self.host.left_behind().for_each(|socket| socket.shut(self.room, CloseCode::Draining));
        match (&self.registrar, to) {
            (Registrar::Front(front), Some(to)) => {
                front.do_send(Handed::new(FromFront::HandedOn { room: self.room, to }));
            }
            (Registrar::Front(_), None) => error!(room:% = self.room; "a talk was handed on to nobody"),
            (Registrar::Groups(groups), _) => groups.do_send(GroupOver(self.room)),
        }
        ctx.stop();
    }

    fn send_near_away(&self) {
        let near = self.host.sockets().filter(|socket| matches!(socket.to, ToSocket::Near(_)));
        near.for_each(|socket| socket.shut(self.room, CloseCode::Draining));
    }

    /// While it is being handed on whoever comes is to come again, where it is next or here. Gives back what is heard.
    pub(super) fn turned_away(&self, message: ToRoom) -> Option<ToRoom> {
        if !self.host.room().is_handing() {
            return Some(message);
        }
        let not_here = |node: NodeId, by: &Recipient<ToNode>| {
            by.do_send(ToNode { node, parcel: Between::FromHome(FromHome::NotHere { room: self.room }) });
        };
        let to = match message {
            ToRoom::Look { to, .. } | ToRoom::Attach { to, .. } => to,
            ToRoom::Enter(enter) => enter.to,
            ToRoom::Said { at, by, .. } => {
                not_here(at.node, &by);
                return None;
            }
            other => return Some(other),
        };
        match to {
            ToSocket::Near(outbox) => outbox.shut(CloseCode::Draining),
            ToSocket::Far { at, by } => not_here(at.node, &by),
        }
        None
    }

    fn token(&self, member: MemberId) -> String {
        self.services.tokens.sign_seat(&SeatClaims { room: self.room, member })
    }

    /// Reads what is no longer in memory. Nothing is heard meanwhile.
    fn read(&self, after: u32, upto: u32, ctx: &mut Context<Self>) {
        let (store, room) = (self.services.store.clone(), self.room);
        let read =
            async move { store.answer(move |conn| messages::room_history(conn, room, after, upto, REPLAY_MAX)).await };
        ctx.wait(read.into_actor(self).map(move |read, this, ctx| {
            let missed = match read {
                Ok(missed) => Some(missed.into_iter().map(Said::from).collect()),
                Err(failed) => {
                    error!(room:% = room, error:? = failed; "history could not be read");
                    None
                }
            };
            this.step(Event::Read(missed), ctx);
        }));
    }

    fn store(&self, write: Write, what: Option<PendingWrite>, ctx: &Context<Self>) {
        let (room, me) = (self.room, ctx.address());
        let (by, write) = (Keeper::Home(self.services.settings.node), rows::of(room, write));
        let Some(what) = what else {
            return self.services.journal.submit(by, write, move |answer| match answer {
                Ok(Written::Fenced) => me.do_send(ToRoom::Input(Input::Fenced)),
                Ok(_) => {}
                Err(failed) => warn!(error:% = failed; "a seat's state was not recorded"),
            });
        };
        self.services.journal.submit(by, write, move |answer| {
            let (input, odd) = Written::of_room(what, answer);
            if let Some(odd) = odd {
                error!(room:%, answer:? = odd; "the journal gave an answer that does not fit");
            }
            me.do_send(ToRoom::Input(input));
        });
    }
}
