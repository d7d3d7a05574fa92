//! Carries out the effects of a room: tells, puts on file, reads again.

use actix::prelude::*;
use bytestring::ByteString;
use log::{error, info};

use super::{LINGER, Room, ToRoom};
use crate::actors::card::About;
use crate::actors::groups::GroupOver;
use crate::actors::matchmaker::Happens;
use crate::dispatch;
use crate::ids::MemberId;
use crate::journal::{MessageRow, Write, Written};
use crate::protocol::{CloseCode, EndReason};
use crate::room::{Effect, REPLAY_MAX, Said};
use crate::storage::talk::messages;

impl Room {
    /// Does what is due, in its order, as far as nothing must be read from the disk before.
    pub(super) fn perform_due(&mut self, ctx: &mut Context<Self>) {
        while !self.reading
            && let Some(effect) = self.due.pop_front()
        {
            self.perform(effect, ctx);
        }
    }

    fn perform(&mut self, effect: Effect, ctx: &mut Context<Self>) {
        match effect {
            Effect::Send { to, frame } => {
                if let Some(outbox) = self.sockets.get(to) {
                    outbox.send(&frame);
                }
            }
            Effect::Tell { except, frame } => {
                let mut others = self.sockets.others(except).map(|(_, outbox)| outbox).peekable();
                if others.peek().is_some() {
                    let text = ByteString::from(frame.to_json());
                    others.for_each(|outbox| outbox.send_written(&frame, text.clone()));
                }
            }
            Effect::SendAll { to, frames } => {
                if let Some(outbox) = self.sockets.get(to) {
                    outbox.send_all(frames.iter().map(|frame| frame.to_json().into()).collect());
                }
            }
            Effect::StoreSit(seat) => self.store_sit(seat, ctx),
            Effect::StoreShow { member, watching } => self.store_show(member, watching, ctx),
            Effect::StoreWhisper(whispered) => self.store_whisper(whispered, ctx),
            Effect::Seated { member, watching } => self.seated(member, watching, ctx),
            Effect::NotSeated { member, code, detail } => self.not_seated(member, code, detail),
            Effect::Gone { member } => self.seat_gone(member),
            Effect::Catch { to, missed } => self.catch(to, &missed),
            Effect::CatchFromDisk { to, after, upto } => self.catch_from_disk(to, after, upto, ctx),
            Effect::Shut { member, code } => {
                if let Some(outbox) = self.sockets.get(member) {
                    outbox.shut(code);
                }
            }
            Effect::StoreSay(said) => self.store_say(said, ctx),
            Effect::StoreSeat { member, state } => {
                self.store_quietly(Write::Seat { member, state, at: self.app.clock.now().wall });
            }
            Effect::StoreSeen { member, seq } => self.store_quietly(Write::Seen { member, seq }),
            Effect::StoreEnd { reason, by } => {
                let (at, wrap_up) = (self.app.clock.now().wall, self.wrap_up);
                let (room, note) = (self.card.room, self.end_note.take());
                self.store_end(Write::EndRoom { room, reason, by, note, at, wrap_up }, ctx);
            }
            Effect::StoreReturn => {
                let at = self.app.clock.now().wall;
                self.store_end(Write::ReturnTicket { room: self.card.room, at }, ctx);
            }
            Effect::StoreTransfer => {
                if let Some(row) = self.handing.clone() {
                    self.store_end(Write::HandOver(row), ctx);
                }
            }
            Effect::NotTransferred => {
                let not = dispatch::Input::NotTransferred { room: self.card.room };
                self.app.matchmaker.do_send(Happens(not));
            }
            Effect::Changed => {
                self.card.update(self.core.members(), self.core.last_seq(), self.core.is_over());
                self.show();
            }
            Effect::Over { room, reason, by, returns, .. } => {
                if let Some(by) = by {
                    self.audit_end(by);
                }
                info!(room:% = room, reason = reason.code(); "room ended");
                let row = self.handing.take().filter(|_| returns && reason == EndReason::Transferred);
                let handed_over = row.map(|row| row.line);
                match self.card.about {
                    About::Talk(_) => {
                        let over = dispatch::Input::RoomOver { room, returns, handed_over };
                        self.app.matchmaker.do_send(Happens(over));
                    }
                    About::Group(_) => self.app.groups.do_send(GroupOver(room)),
                }
                ctx.run_later(LINGER, |_, ctx| ctx.stop());
            }
        }
    }

    fn catch(&self, to: MemberId, missed: &[Said]) {
        if let Some(outbox) = self.sockets.get(to) {
            let room = self.card.room;
            outbox.send_all(missed.iter().map(|said| said.message(room).to_json().into()).collect());
        }
    }

    /// Reads what is no longer in memory. All else waits for it: what is said meanwhile, or the end,
    /// must not overtake what was said before.
    fn catch_from_disk(&mut self, to: MemberId, after: u32, upto: u32, ctx: &mut Context<Self>) {
        self.reading = true;
        let (store, room) = (self.app.store.clone(), self.card.room);
        let read =
            async move { store.answer(move |conn| messages::room_history(conn, room, after, upto, REPLAY_MAX)).await };
        ctx.wait(read.into_actor(self).map(move |read, this, ctx| {
            match read {
                Ok(missed) => this.catch(to, &missed.into_iter().map(Said::from).collect::<Vec<_>>()),
                failed => {
                    error!(room:% = room, error:? = failed.err(); "history could not be read");
                    if let Some(outbox) = this.sockets.get(to) {
                        outbox.shut(CloseCode::Overloaded);
                    }
                }
            }
            this.reading = false;
            this.perform_due(ctx);
        }));
    }

    fn store_say(&self, said: Said, ctx: &Context<Self>) {
        let Said { seq, id, from, client_id, kind, body, at } = said;
        let row = MessageRow { id, room: self.card.room, seq, from, client_id, kind, body, at };
        let room = ctx.address();
        self.app.journal.submit(Write::Say(Box::new(row)), move |answer| {
            let (input, odd) = Written::said(id, answer);
            if let Some(odd) = odd {
                error!(message:% = id, answer:? = odd; "the journal gave an answer that does not fit");
            }
            room.do_send(ToRoom::Input(input));
        });
    }

    fn store_end(&self, write: Write, ctx: &Context<Self>) {
        let room = ctx.address();
        self.app.journal.submit(write, move |answer| {
            room.do_send(ToRoom::Input(Written::ended(&answer)));
        });
    }

    /// For records nobody waits for: the next one of the same kind replaces a lost one.
    pub(super) fn store_quietly(&self, write: Write) {
        self.app.journal.submit(write, |answer| {
            if let Err(failed) = answer {
                log::warn!(error:% = failed; "a seat's state was not recorded");
            }
        });
    }
}
