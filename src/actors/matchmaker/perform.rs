//! Carries out the effects: has fronts told, puts on file, shows.

use actix::prelude::*;
use log::{error, info, warn};

use super::{Hold, Matchmaker};
use crate::actors::admin_feed::Shows;
use crate::actors::messages::{Happens, Parcels, SendAll};
use crate::actors::public_feed::Posts;
use crate::dispatch::{self, Effect, Input, Later, Noted, PendingWrite, Shown};
use crate::feeds::Listed;
use crate::front::Carried;
use crate::journal::{Write, Written};

impl Matchmaker {
    /// Does it all, in its order.
    pub(super) fn perform(&mut self, mut effects: Vec<Effect>, ctx: &mut Context<Self>) {
        for effect in effects.drain(..) {
            self.perform_one(effect, ctx);
        }
        self.effects = effects;
        if !self.parcels.is_empty() {
            self.front.do_send(Parcels(std::mem::take(&mut self.parcels)));
        }
        if !self.far_parcels.is_empty() && !std::mem::replace(&mut self.is_sending, true) {
            ctx.notify(SendAll);
        }
        self.arm(ctx);
    }

    /// Sends the other nodes what is for them.
    pub(super) fn send_all(&mut self) {
        self.is_sending = false;
        let far = std::mem::take(&mut self.far_parcels);
        if let Some(hold) = &self.hold {
            far.iter().for_each(|(node, parcels)| hold.send(*node, parcels));
        }
    }

    fn perform_one(&mut self, effect: Effect, ctx: &mut Context<Self>) {
        match effect {
            Effect::Parcel { to, parcel } => match &self.hold {
                Some(_) if to != self.services.settings.node => {
                    self.far_parcels.entry(to).or_default().push(Carried::ToFront(parcel));
                }
                _ => self.parcels.push(parcel),
            },
            Effect::Store { write, what: Some(what) } => self.file(write, what, ctx),
            Effect::Store { write, what: None } => self.file_quietly(write, ctx),
            Effect::TermLost => match &self.hold {
                Some(hold) => hold.fenced(),
                None => error!("another server has the lease; this one does not match any more"),
            },
            Effect::ReadRooms(rooms) => self.read_rooms(rooms, ctx),
            Effect::Show(shown) => self.show(shown),
            Effect::Posted(lines) => {
                if let Some(hold) = &self.hold {
                    hold.post(&lines);
                }
                self.services.lines.put_up(lines);
            }
            Effect::Wrote(account) => self.services.store.wrote(account),
            Effect::Later { wait, what: Later::TellChanged } if wait.is_zero() => {
                ctx.notify(Happens(Input::Later(Later::TellChanged)));
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
            Effect::Noted(noted) => {
                if let (Noted::PutRight(what), Some(joined)) = (&noted, &self.services.joined) {
                    joined.cluster.put_right(*what);
                }
                log(&noted);
            }
        }
    }

    fn is_due(&mut self, what: Later, ctx: &mut Context<Self>) {
        if what != Later::GoOn || self.services.journal.health().failing.is_none() {
            self.step(Input::Later(what), ctx);
        }
    }

    /// Puts something on file and hears of it in [`Input::Filed`].
    fn file(&self, write: dispatch::Write, what: PendingWrite, ctx: &Context<Self>) {
        let (me, unanswered) = (ctx.address(), self.hold.as_ref().map(Hold::writes));
        self.services.journal.submit(write.keeper(self.term), write.into(), move |answer| {
            me.do_send(Happens(Input::Filed { what, answer }));
            drop(unanswered);
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
        let (me, unanswered) = (ctx.address(), self.hold.as_ref().map(Hold::writes));
        self.services.journal.submit(write.keeper(self.term), write.into(), move |answer| {
            match answer {
                Ok(Written::Fenced) => me.do_send(Happens(Input::TermLost)),
                Ok(_) => {}
                Err(failed) => error!(error:% = failed; "{what} was not recorded"),
            }
            drop(unanswered);
        });
    }

    fn list(&self, what: Listed) {
        let shows = match self.epoch() {
            Some(epoch) => Shows::OfTerm { epoch, what },
            None => Shows::Changed(what),
        };
        self.lookers.admin.do_send(shows);
    }

    /// Of its term. A node alone has none.
    pub(super) fn epoch(&self) -> Option<u64> {
        self.hold.as_ref().map(Hold::epoch)
    }

    fn show(&self, shown: Shown) {
        match shown {
            Shown::Ticket(ticket, shown) => self.list(Listed::Ticket(ticket, shown)),
            Shown::Counsellor(shown) => self.list(Listed::Counsellor(shown)),
            Shown::RoomDropped(room) => self.list(Listed::RoomDropped(room)),
            Shown::Lines(lines) => self.lookers.public.do_send(Posts::Lines { lines, epoch: self.epoch() }),
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
        Noted::PutRight(what) => {
            warn!(what = what.name(); "the records differed from what was known, and were followed")
        }
    }
}
