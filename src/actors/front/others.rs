//! The front of a node of a cluster: whoever matches may be at another node, or nowhere for a moment. What its people
//! have said and nobody has answered is kept, and said again to whoever matches next. A node alone has none of it.

use std::time::Duration;

use actix::prelude::*;

use super::Front;
use crate::actors::matchmaker::MatchmakerHere;
use crate::actors::messages::{Announce, Happens, Matches, Opened};
use crate::cluster::link::Parcel;
use crate::dispatch::{Ask, DeskNews, FromFront, Input, ToFront};
use crate::front::Known;
use crate::ids::NodeId;
use crate::nodes::Joined;
use crate::protocol::ErrorCode;

/// Who asks while nobody matches waits so long for somebody who does.
const ASK_WAIT: Duration = Duration::from_secs(10);

/// What a front knows of the other nodes, and what it remembers for them.
pub(super) struct Others {
    joined: Joined,
    known: Known,
    /// Who matches.
    at: Option<NodeId>,
    /// They have been told all that is here.
    has_announced: bool,
}

impl Others {
    pub(super) fn new(joined: Joined) -> Self {
        Self { joined, known: Known::default(), at: None, has_announced: false }
    }

    /// Says it to whoever matches, if they know of all that was before; else it is told with the rest.
    pub(super) fn say(&mut self, parcel: FromFront, here: &MatchmakerHere) {
        self.known.said(&parcel);
        if let Some(at) = self.at.filter(|_| self.has_announced) {
            self.send(at, parcel, here);
        }
    }

    /// What whoever matches has told.
    pub(super) fn told(&mut self, parcel: &ToFront) {
        self.known.told(parcel);
    }

    fn send(&self, at: NodeId, parcel: FromFront, here: &MatchmakerHere) {
        if at == self.joined.cluster.me() {
            here.do_send(Happens(Input::From { node: at, parcel }));
        } else {
            self.joined.send(at, parcel.kind(), &parcel, None);
        }
    }

    fn announce(&mut self, at: NodeId, here: &MatchmakerHere) {
        self.has_announced = true;
        for parcel in self.known.announce() {
            self.send(at, parcel, here);
        }
    }

    /// All that is here, as the link takes it at the beginning of a session.
    fn announcement(&mut self) -> Vec<Parcel> {
        self.has_announced = true;
        let all = self.known.announce().into_iter();
        let written = all.filter_map(|parcel| {
            let (kind, epoch) = (parcel.kind(), None);
            let body = serde_json::to_value(&parcel).inspect_err(|error| log::error!("{kind} is not written: {error}"));
            Some(Parcel { kind, body: body.ok()?, epoch })
        });
        written.collect()
    }
}

impl Front {
    /// Who asks and is not answered in time, as nobody matches, is told to ask again.
    pub(super) fn wait_for_an_answer(&self, ask: &Ask, ctx: &mut Context<Self>) {
        let (to, client_id) = (ask.from, ask.client_id.clone());
        ctx.run_later(ASK_WAIT, move |this, ctx| {
            let unanswered = |others: &Others| others.at.is_none() && others.known.asks(to, &client_id);
            if this.others.as_ref().is_some_and(unanswered) {
                let detail = "nobody matches at the moment; ask again".to_owned();
                let (code, re) = (ErrorCode::Busy, Some(client_id));
                let news = DeskNews::Refused { code, detail, re, ask_again: true, wait_s: None };
                this.take(ToFront::Desk { to, news }, ctx);
            }
        });
    }
}

impl Handler<Matches> for Front {
    type Result = ();

    /// Who begins a term asks for what is here; who had one before this node came is told unasked.
    fn handle(&mut self, Matches(at): Matches, _: &mut Context<Self>) {
        let Some(others) = &mut self.others else { return };
        if others.at == at {
            return;
        }
        (others.at, others.has_announced) = (at, false);
        if let Some(at) = at.filter(|at| *at != others.joined.cluster.me()) {
            others.announce(at, &self.matchmaker);
        }
    }
}

impl Handler<Announce> for Front {
    type Result = ();

    fn handle(&mut self, Announce(at): Announce, ctx: &mut Context<Self>) {
        let Some(others) = &mut self.others else { return };
        others.at = Some(at);
        let withdrawn = others.known.withdraw();
        others.announce(at, &self.matchmaker);
        withdrawn.into_iter().for_each(|parcel| self.take(parcel, ctx));
    }
}

impl Handler<Opened> for Front {
    type Result = ();

    fn handle(&mut self, Opened { node, session }: Opened, _: &mut Context<Self>) {
        let Some(others) = &mut self.others else { return };
        let all = if others.at == Some(node) { others.announcement() } else { Vec::new() };
        others.joined.bus.announce(node, session, all);
    }
}
