//! What is asked of the matchmaker over HTTP, and answered.

use actix::prelude::*;
use log::error;
use serde_json::json;
use tokio::sync::oneshot;

use super::Matchmaker;
use crate::actors::messages::{
    ColleaguesNow, Counts, Follow, HandOver, Happens, LineStats, LoggedOut, MoveFiled, MoveTicket,
};
use crate::dispatch::{Effect, Input, MoveOutcome, TransferRefused};
use crate::journal::{Keeper, MoveRow, Write, Written};
use crate::storage::history::audit::NewEntry;

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

impl Handler<HandOver> for Matchmaker {
    type Result = Result<bool, TransferRefused>;
    fn handle(&mut self, HandOver(wished): HandOver, ctx: &mut Context<Self>) -> Self::Result {
        let (now, mut effects) = (self.services.clock.now(), Vec::new());
        let asked = self.dispatch.hand_over(now, wished, &mut self.around, &mut effects);
        self.perform(effects, ctx);
        asked
    }
}

impl Handler<Follow> for Matchmaker {
    type Result = bool;
    fn handle(&mut self, Follow { ticket, at }: Follow, ctx: &mut Context<Self>) -> bool {
        let mut effects = Vec::new();
        let waits = self.dispatch.follow(ticket, at, &mut effects);
        self.perform(effects, ctx);
        waits
    }
}

impl Handler<LoggedOut> for Matchmaker {
    type Result = ResponseFuture<()>;
    fn handle(&mut self, LoggedOut { account, session }: LoggedOut, ctx: &mut Context<Self>) -> Self::Result {
        let (told, on_file) = oneshot::channel();
        let (now, mut effects) = (self.services.clock.now(), Vec::new());
        if self.dispatch.log_out(now, account, session, &mut self.around, &mut effects)
            && let Effect::Store { write, .. } = effects.remove(0)
        {
            let me = ctx.address();
            self.services.journal.submit(write.keeper(self.term), write.into(), move |answer| {
                match answer {
                    Ok(Written::Fenced) => me.do_send(Happens(Input::TermLost)),
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
        // Nothing comes if nothing is put on file.
        Box::pin(async move { on_file.await.unwrap_or_default() })
    }
}

impl Handler<MoveTicket> for Matchmaker {
    type Result = ResponseFuture<MoveOutcome>;

    /// Puts on file that a waiting ticket is of another line; the lobby moves it once that is so.
    fn handle(&mut self, wanted: MoveTicket, ctx: &mut Context<Self>) -> Self::Result {
        let MoveTicket { ticket, topic, reason, actor } = wanted;
        let line = match self.dispatch.line_for(ticket, &topic) {
            Ok(line) => line,
            Err(refused) => return Box::pin(async move { refused }),
        };
        let (told, outcome) = oneshot::channel();
        let detail = json!({ "topic": topic, "line": line, "reason": reason });
        let subject_id = ticket.to_string();
        let entry = NewEntry { action: "TICKET_MOVED", subject_kind: "TICKET", subject_id, detail };
        let row = MoveRow { ticket, line, reason, actor, entry, at: self.services.clock.now().wall };
        let (me, by) = (ctx.address(), Keeper::Term(self.term));
        self.services.journal.submit(by, Write::MoveTicket(Box::new(row)), move |answer| {
            me.do_send(MoveFiled { ticket, line, told, answer });
        });
        // Nothing comes if this matchmaker is over before.
        Box::pin(async move { outcome.await.unwrap_or(MoveOutcome::NotStored) })
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
        // Whoever asked may have hung up.
        let _ = told.send(outcome);
    }
}
