//! Carries out the effects: tells, puts on file, starts rooms, shows.

use actix::prelude::*;
use log::{error, info, warn};

use super::{Matchmaker, WayIn};
use crate::actors::admin_feed::Shows;
use crate::actors::messages::{CounsellorNews, DeskNews, Happens, News, RoomHandle, ToRoom};
use crate::actors::public_feed::Posts;
use crate::actors::room::{Registrar, Room, Started};
use crate::dispatch::{self, Effect, Input, Later, Noted, Opening, PendingWrite, Shown, SocketId, TicketEvent};
use crate::ids::{RoomId, TicketId};
use crate::journal::{Write, Written};
use crate::room::{self, Purpose};

impl Matchmaker {
    /// Does it all, in its order.
    pub(super) fn perform(&mut self, mut effects: Vec<Effect>, ctx: &mut Context<Self>) {
        // Whoever follows a ticket hears the last of it before the way to them is forgotten.
        let mut gone: Vec<TicketId> = Vec::new();
        for effect in effects.drain(..) {
            if let Effect::Show(Shown::Ticket(ticket, None)) = &effect {
                gone.push(*ticket);
            }
            self.perform_one(effect, ctx);
        }
        gone.iter().for_each(|ticket| drop(self.followers.remove(ticket)));
        self.effects = effects;
        self.arm(ctx);
    }

    fn perform_one(&mut self, effect: Effect, ctx: &mut Context<Self>) {
        match effect {
            Effect::Desk { to, news } => self.tell_desk(to, news),
            Effect::Counsellor { to, news } => self.tell_counsellor(to, news),
            Effect::Store { write, what: Some(what) } => self.file(write, what, ctx),
            Effect::Store { write, what: None } => self.file_quietly(write, ctx),
            Effect::LookUp { ticket, to } => self.look_up(ticket, to, ctx),
            Effect::TermLost => error!("another server has the lease; this one does not match any more"),
            Effect::Open(opening) => self.open(*opening),
            Effect::HandOver(row) => {
                if let Some(way) = self.rooms.get(&row.room) {
                    way.handle.to.do_send(ToRoom::HandOver(row));
                }
            }
            Effect::Continued { before, next } => {
                if let Some(way) = self.rooms.get(&before) {
                    way.handle.to.do_send(ToRoom::Input(room::Input::Continued { next: Some(next) }));
                }
            }
            Effect::Follow(event) => self.tell_followers(&event),
            Effect::Show(shown) => self.show(shown),
            Effect::Posted(lines) => self.services.lines.put_up(lines),
            Effect::Wrote(account) => self.services.store.wrote(account),
            Effect::Later { wait, what: Later::TellChanged } if wait.is_zero() => {
                ctx.notify(Happens::new(Input::Later(Later::TellChanged)));
            }
            Effect::Later { wait, what } => {
                let timer = ctx.run_later(wait, move |this, ctx| this.is_due(what, ctx));
                // Edits come here too: whatever they ask for, there is one timer.
                if what == Later::Hours
                    && let Some(earlier) = self.hours_timer.replace(timer)
                {
                    ctx.cancel_future(earlier);
                }
            }
            Effect::Noted(noted) => log(&noted),
        }
    }

    fn is_due(&mut self, what: Later, ctx: &mut Context<Self>) {
        if what != Later::GoOn || self.services.journal.health().failing.is_none() {
            self.step(Input::Later(what), ctx);
        }
    }

    pub(super) fn tell_desk(&self, to: SocketId, news: dispatch::DeskNews) {
        let Some(desk) = self.desks.get(&to) else { return };
        let room = match &news {
            dispatch::DeskNews::Seated { seat, .. } | dispatch::DeskNews::Back { seat, .. } => self.way_to(seat.room),
            _ => None,
        };
        desk.to.do_send(News(DeskNews::Told { news: Box::new(news), room }));
    }

    fn tell_counsellor(&self, to: SocketId, news: dispatch::CounsellorNews) {
        let Some(counsellor) = self.counsellors.get(&to) else { return };
        let held = match &news {
            dispatch::CounsellorNews::Seated { held, .. } => std::slice::from_ref(held),
            dispatch::CounsellorNews::Rooms(held) => held,
            _ => &[],
        };
        let rooms = held.iter().filter_map(|held| self.way_to(held.seat.room)).collect();
        counsellor.do_send(News(CounsellorNews { news, rooms }));
    }

    fn way_to(&self, room: RoomId) -> Option<RoomHandle> {
        Some(self.rooms.get(&room)?.handle.clone())
    }

    pub(super) fn tell_followers(&mut self, event: &TicketEvent) {
        let (ticket, is_last) = event.about();
        let Some(followers) = self.followers.get_mut(&ticket) else { return };
        followers.retain(|follower| follower.try_send(event.clone()).is_ok());
        if is_last || followers.is_empty() {
            self.followers.remove(&ticket);
        }
    }

    /// Puts something on file and hears of it in [`Input::Filed`].
    fn file(&self, write: dispatch::Write, what: PendingWrite, ctx: &Context<Self>) {
        let me = ctx.address();
        self.services.journal.submit(write.keeper(self.term), write.into(), move |answer| {
            me.do_send(Happens::new(Input::Filed { what, answer }));
        });
    }

    /// Puts something on file for which nobody waits.
    fn file_quietly(&self, write: dispatch::Write, ctx: &Context<Self>) {
        let what = match &write {
            dispatch::Write::SetIntent { account, .. } => format!("what {account} wants"),
            dispatch::Write::Happened { what, .. } => format!("what happened to {}", what.ticket),
            dispatch::Write::TakeTicket { ticket } => format!("that {ticket} waits here again"),
            _ => "a record".to_owned(),
        };
        let me = ctx.address();
        self.services.journal.submit(write.keeper(self.term), write.into(), move |answer| match answer {
            Ok(Written::Fenced) => me.do_send(Happens::new(Input::TermLost)),
            Ok(_) => {}
            Err(failed) => error!(error:% = failed; "{what} was not recorded"),
        });
    }

    /// Starts the actor of a room, on its desk's thread if the desk is here.
    fn open(&mut self, opening: Opening) {
        let Opening { core, talk, room, opened_at, wraps_up, held, beside } = opening;
        let desk = beside.and_then(|socket| self.desks.get(&socket));
        let thread = desk.map_or_else(Arbiter::current, |desk| desk.thread.clone());
        let (purpose, registrar) = (Purpose::Talk { talk, wraps_up }, Registrar::Matchmaker(self.me.clone()));
        let started = Started { core, room, opened_at, purpose, held, registrar };
        let (services, feed) = (self.services.clone(), self.lookers.admin.clone());
        let to = Room::start_in_arbiter(&thread, move |_| Room::new(started, services, feed));
        let (look, to) = (to.clone().recipient(), to.recipient());
        self.rooms.insert(room, WayIn { handle: RoomHandle { room, to }, look });
    }

    fn show(&self, shown: Shown) {
        match shown {
            Shown::Ticket(ticket, shown) => self.lookers.admin.do_send(Shows::Ticket(ticket, shown)),
            Shown::Counsellor(shown) => self.lookers.admin.do_send(Shows::Counsellor(shown)),
            Shown::RoomDropped(room) => self.lookers.admin.do_send(Shows::RoomDropped(room)),
            Shown::Lines(lines) => self.lookers.public.do_send(Posts::Lines(lines)),
            Shown::Call(call) => self.lookers.public.do_send(Posts::Call(call)),
        }
    }
}

impl From<dispatch::Write> for Write {
    fn from(write: dispatch::Write) -> Self {
        match write {
            dispatch::Write::OpenTicket(row) => Self::OpenTicket(row),
            dispatch::Write::RefuseTicket(row, reason) => Self::RefuseTicket(row, reason),
            dispatch::Write::CloseTicket { ticket, status, reason, at } => {
                Self::CloseTicket { ticket, status, reason, at }
            }
            dispatch::Write::Match(row) => Self::Match(row),
            dispatch::Write::TakeTicket { ticket } => Self::TakeTicket { ticket },
            dispatch::Write::WrapUp { room, counsellor, result_code, memo, at } => {
                Self::WrapUp { room, counsellor, result_code, memo, at }
            }
            dispatch::Write::Happened { what, at } => Self::Happened { what, at },
            dispatch::Write::SetIntent { account, intent, reason, capacity, at } => {
                Self::SetIntent { account, intent, reason, capacity, at }
            }
        }
    }
}

fn log(noted: &Noted) {
    match noted {
        Noted::Matched { ticket, room, account } => info!(ticket:%, room:%, account:%; "matched"),
        Noted::HandsOver { ticket, room, to } => {
            info!(ticket:%, room:%, account:% = to; "a talk is handed over");
        }
        Noted::Moved { ticket, line } => info!(ticket:%, line:%; "a waiting ticket went to another line"),
        Noted::Benched { account } => info!(account:%; "a counsellor missed too many offers and is paused"),
        Noted::Holds(failed) => {
            warn!(error:% = failed; "a match or a ticket could not be stored; matching waits for the disk");
        }
        Noted::RefusalLost { ticket, failed } => {
            error!(ticket:%, error:% = failed; "a refusal was not recorded");
        }
        Noted::Odd { ticket, answer } => {
            error!(ticket:%, answer:?; "the journal gave an answer that does not fit");
        }
        Noted::BadHours { topic, fault } => {
            error!(line:% = topic, error:% = fault; "opening hours are ignored; the line is always open");
        }
        Noted::Health(true) => info!("the disk takes writes again; matching goes on"),
        Noted::Health(false) => warn!("the disk refuses writes; matching waits"),
    }
}
