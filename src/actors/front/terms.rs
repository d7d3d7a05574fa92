//! Whoever matches changes, among several nodes: the next one is told all that is here.

use std::time::Duration;

use actix::prelude::*;

use super::Front;
use super::others::Others;
use crate::actors::messages::{Announce, Matches, Opened};
use crate::dispatch::{Ask, DeskNews, SocketId, ToFront};
use crate::protocol::ErrorCode;

/// Who asks while nobody matches waits so long for somebody who does.
const ASK_WAIT: Duration = Duration::from_secs(10);
/// So long after it was not known where a visit stands it is asked for again.
const ASK_AGAIN: Duration = Duration::from_millis(250);

impl Front {
    /// The visit of a desk goes on and nobody knows where: a room that is on its way, a ticket that was given back a
    /// moment ago. Whoever matches finds it by the records, so the desk is told then and not refused now.
    pub(super) fn ask_again(&self, to: SocketId, ctx: &mut Context<Self>) {
        ctx.run_later(ASK_AGAIN, move |this, _| {
            if let Some(back) = this.others.as_ref().and_then(|others| others.known.back(to)) {
                this.hand_on(back);
            }
        });
    }

    /// Who asks and is not answered in time, as nobody matches, is told to ask again.
    pub(super) fn wait_for_an_answer(&self, ask: &Ask, ctx: &mut Context<Self>) {
        let (to, client_id) = (ask.from, ask.client_id.clone());
        ctx.run_later(ASK_WAIT, move |this, ctx| {
            let unanswered = |others: &Others| others.at.is_none() && others.known.asks(to, &client_id);
            if this.others.as_ref().is_some_and(unanswered) {
                let detail = "nobody matches at the moment; ask again".to_owned();
                let (code, re) = (ErrorCode::Busy, Some(client_id));
                let news = DeskNews::Refused { code, detail, re, ask_again: true, wait_s: None };
                this.hear_one(ToFront::Desk { to, news }, ctx);
            }
        });
    }
}

impl Front {
    /// This node takes nobody new, though another matches: whoever asks here is sent away in a moment.
    pub(super) fn refuse_while_draining(&mut self, ask: &Ask, ctx: &mut Context<Self>) {
        let detail = "this server is on its way out; ask again".to_owned();
        let (code, re) = (ErrorCode::Busy, Some(ask.client_id.clone()));
        let news = DeskNews::Refused { code, detail, re, ask_again: true, wait_s: None };
        self.hear_one(ToFront::Desk { to: ask.from, news }, ctx);
    }
}

impl Handler<Matches> for Front {
    type Result = ();

    /// Nothing is told for it: whoever matches asks for what is here, or is told it as a session begins.
    fn handle(&mut self, Matches(at): Matches, _: &mut Context<Self>) {
        if let Some(others) = &mut self.others {
            others.at = at;
        }
    }
}

impl Handler<Announce> for Front {
    type Result = ();

    fn handle(&mut self, Announce(at): Announce, ctx: &mut Context<Self>) {
        let Some(others) = &mut self.others else { return };
        let withdrawn = others.known.withdraw();
        others.announce(at, &self.matchmaker);
        withdrawn.into_iter().for_each(|parcel| self.hear_one(parcel, ctx));
        self.follow_again(ctx);
    }
}

impl Handler<Opened> for Front {
    type Result = ();

    fn handle(&mut self, Opened { node, session }: Opened, ctx: &mut Context<Self>) {
        let Some(others) = &mut self.others else { return };
        let all = others.announcement(node);
        others.joined.bus.announce(node, session, all);
        if others.at == Some(node) {
            // That it rings no more may have been lost with the session before.
            let withdrawn = others.known.withdraw();
            withdrawn.into_iter().for_each(|parcel| self.hear_one(parcel, ctx));
            self.follow_again(ctx);
        }
    }
}
