//! What a room wants done: told, put on file, read again.

use actix::prelude::*;
use log::{error, info, warn};

use super::{LINGER, Registrar, Room, rows, socket};
use crate::actors::messages::{GroupOver, Handed, ToRoom};
use crate::dispatch::FromFront;
use crate::ids::MemberId;
use crate::journal::{Keeper, Written};
use crate::protocol::{CloseCode, ServerFrame};
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
