//! What is asked of the matchmaker over HTTP, and answered.

use actix::prelude::*;
use log::error;
use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use super::Matchmaker;
use crate::actors::messages::{
    ColleaguesNow, Counts, EndRoom, FOLLOWERS_MAX, FindRoom, FollowTicket, Happens, LineStats, LoggedOut, Look,
    MoveFiled, MoveRoom, MoveTicket, ToRoom,
};
use crate::dispatch::{Effect, Input, MoveOutcome, TransferRefused, Wished};
use crate::journal::{Keeper, MoveRow, Write, Written};
use crate::room::Ender;
use crate::storage::history::audit::NewEntry;

/// Events a slow follower may fall behind before it is dropped.
const FOLLOWER_BEHIND_MAX: usize = 16;

impl Handler<Counts> for Matchmaker {
    type Result = MessageResult<Counts>;
    fn handle(&mut self, _: Counts, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.dispatch.counts())
    }
}

impl Handler<LineStats> for Matchmaker {
    type Result = MessageResult<LineStats>;
    fn handle(&mut self, LineStats { minutes }: LineStats, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.dispatch.line_stats(self.services.clock.now(), minutes))
    }
}

impl Handler<ColleaguesNow> for Matchmaker {
    type Result = MessageResult<ColleaguesNow>;
    fn handle(&mut self, _: ColleaguesNow, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.dispatch.colleagues())
    }
}

impl Handler<FindRoom> for Matchmaker {
    type Result = MessageResult<FindRoom>;
    fn handle(&mut self, FindRoom { room }: FindRoom, _: &mut Context<Self>) -> Self::Result {
        let open = self.rooms.get(&room).filter(|_| self.dispatch.is_open(room));
        MessageResult(open.map(|way| way.handle.clone()))
    }
}

impl Handler<EndRoom> for Matchmaker {
    type Result = bool;
    fn handle(&mut self, EndRoom { room, note }: EndRoom, _: &mut Context<Self>) -> bool {
        let open = self.rooms.get(&room).filter(|_| self.dispatch.is_open(room));
        if let Some(way) = open {
            way.handle.to.do_send(ToRoom::End { by: Ender::Admin, note });
        }
        open.is_some()
    }
}

impl Handler<MoveRoom> for Matchmaker {
    type Result = ResponseActFuture<Self, Result<bool, TransferRefused>>;

    /// Asks the room how much was said in it, as whoever it rings at is told.
    fn handle(&mut self, MoveRoom { room, to, reason, by }: MoveRoom, _: &mut Context<Self>) -> Self::Result {
        let look = self.rooms.get(&room).map(|way| way.look.send(Look));
        let looked = async move { Some(look?.await.ok()?.glance.last_seq) };
        Box::pin(looked.into_actor(self).map(move |messages, this, ctx| {
            let wished = Wished { room, to, by, note: Some(reason), messages: messages.unwrap_or_default() };
            let (now, mut effects) = (this.services.clock.now(), Vec::new());
            let asked = this.dispatch.hand_over(now, wished, &mut this.around, &mut effects);
            this.perform(effects, ctx);
            asked
        }))
    }
}

impl Handler<LoggedOut> for Matchmaker {
    type Result = MessageResult<LoggedOut>;
    fn handle(&mut self, LoggedOut { account, session }: LoggedOut, ctx: &mut Context<Self>) -> Self::Result {
        let (told, on_file) = oneshot::channel();
        let (now, mut effects) = (self.services.clock.now(), Vec::new());
        if self.dispatch.log_out(now, account, session, &mut self.around, &mut effects)
            && let Effect::Store { write, .. } = effects.remove(0)
        {
            let me = ctx.address();
            self.services.journal.submit(write.keeper(self.term), write.into(), move |answer| {
                match answer {
                    Ok(Written::Fenced) => me.do_send(Happens::new(Input::TermLost)),
                    Ok(_) => {}
                    Err(failed) => {
                        error!(account:%, error:% = failed; "that a counsellor logged out is not on file as a pause");
                    }
                }
                // Whoever asked may have gone.
                let _ = told.send(());
            });
        }
        self.perform(effects, ctx);
        MessageResult(on_file)
    }
}

impl Handler<MoveTicket> for Matchmaker {
    type Result = MessageResult<MoveTicket>;

    /// Puts on file that a waiting ticket is of another line; the lobby moves it once that is so.
    fn handle(&mut self, wanted: MoveTicket, ctx: &mut Context<Self>) -> Self::Result {
        let MoveTicket { ticket, topic, reason, actor } = wanted;
        let (told, outcome) = oneshot::channel();
        match self.dispatch.line_for(ticket, &topic) {
            Ok(line) => {
                let detail = json!({ "topic": topic, "line": line, "reason": reason });
                let subject_id = ticket.to_string();
                let entry = NewEntry { action: "TICKET_MOVED", subject_kind: "TICKET", subject_id, detail };
                let row = MoveRow { ticket, line, reason, actor, entry, at: self.services.clock.now().wall };
                let me = ctx.address();
                let by = Keeper::Term(self.term);
                self.services.journal.submit(by, Write::MoveTicket(Box::new(row)), move |answer| {
                    me.do_send(MoveFiled { ticket, line, told, answer });
                });
            }
            Err(refused) => tell(told, refused),
        }
        MessageResult(outcome)
    }
}

impl Handler<MoveFiled> for Matchmaker {
    type Result = ();
    fn handle(&mut self, MoveFiled { ticket, line, told, answer }: MoveFiled, ctx: &mut Context<Self>) {
        let outcome = match answer {
            Ok(Written::Done) => MoveOutcome::Moved,
            Ok(Written::Fenced) => {
                self.step(Input::TermLost, ctx);
                MoveOutcome::NotStored
            }
            Ok(_) => MoveOutcome::NotWaiting,
            Err(_) => MoveOutcome::NotStored,
        };
        if outcome == MoveOutcome::Moved {
            self.step(Input::Moved { ticket, line }, ctx);
        }
        tell(told, outcome);
    }
}

/// Whoever asked may have hung up.
fn tell(told: oneshot::Sender<MoveOutcome>, outcome: MoveOutcome) {
    drop(told.send(outcome));
}

impl Handler<FollowTicket> for Matchmaker {
    type Result = MessageResult<FollowTicket>;
    fn handle(&mut self, FollowTicket { ticket }: FollowTicket, _: &mut Context<Self>) -> Self::Result {
        let known = self.followers.get_mut(&ticket);
        let crowded = known.is_some_and(|followers| {
            followers.retain(|follower| !follower.is_closed());
            followers.len() >= FOLLOWERS_MAX
        });
        if crowded {
            return MessageResult(None);
        }
        let Some(place) = self.dispatch.follow(ticket) else { return MessageResult(None) };
        let (follower, events) = mpsc::channel(FOLLOWER_BEHIND_MAX);
        self.followers.entry(ticket).or_default().push(follower);
        self.tell_followers(&place);
        MessageResult(Some(events))
    }
}
