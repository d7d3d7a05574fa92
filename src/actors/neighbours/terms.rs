//! A term of this node begins and ends, and its matchmaker with it.

use std::time::Duration;

use actix::prelude::*;
use log::warn;

use super::Neighbours;
use crate::actors::matchmaker::{Hold, Matchmaker};
use crate::actors::messages::{Announce, TermOver};
use crate::dispatch::NewTerm;
use crate::found::NodeRecords;
use crate::ids::{NodeId, TermId};
use crate::nodes::{Input as ToHeart, Term, kind};

/// The records of a new term are read again so soon, if they could not be.
const READ_AGAIN: Duration = Duration::from_millis(200);

impl Neighbours {
    /// Claims and reads what the term takes up; then its matchmaker is here, and asks everybody who is there.
    pub(super) fn begin(&mut self, term: Term, ctx: &mut Context<Self>) {
        self.end(None);
        self.term = Some(term.clone());
        let (store, at) = (self.services.store.clone(), self.services.clock.now().wall);
        let (id, new) = (term.id, self.new_term(&term));
        let read = actix_web::web::block(move || {
            store.in_turn(|conn| NodeRecords::read_for_term(conn, id, new, at)).map_err(|error| error.to_string())
        });
        let read = read.into_actor(self).map(move |read, this, ctx| {
            if this.term.as_ref().is_none_or(|mine| mine.id != term.id) {
                return;
            }
            match read.unwrap_or_else(|stops| Err(stops.to_string())) {
                Ok(Some(found)) => this.open(term, found),
                // Another has the lease; the heart will say so.
                Ok(None) => {}
                Err(error) => {
                    warn!(error:%; "what waits could not be read for a new term; tried again");
                    ctx.run_later(READ_AGAIN, move |this, ctx| {
                        if this.term.as_ref().is_some_and(|mine| mine.id == term.id) {
                            this.begin(term, ctx);
                        }
                    });
                }
            }
        });
        ctx.spawn(read);
    }

    /// With the nodes that live now.
    fn new_term(&self, term: &Term) -> NewTerm {
        let mut nodes = self.joined.others();
        nodes.push(self.joined.cluster.me());
        NewTerm { epoch: term.epoch, nodes }
    }

    fn open(&mut self, term: Term, mut found: NodeRecords) {
        // Who was found gone while it was read is not named once more.
        found.dispatch.new_term = Some(self.new_term(&term));
        let (services, lookers, id) = (self.services.clone(), self.lookers.clone(), term.id);
        let (front, hold) = (self.front.clone().recipient(), Hold::new(self.joined.clone(), term.clone()));
        let matchmaker =
            Matchmaker::create(move |ctx| Matchmaker::new(services, lookers, front, found, Some(hold), ctx));
        self.matchmaker.put(Some(matchmaker));
        let cluster = &self.joined.cluster;
        cluster.tell(ToHeart::Claimed { term: id, up: cluster.others_up() });
        for node in cluster.nodes().into_iter().filter(|node| !node.me) {
            self.stands(node.node, node.state);
        }
        for node in self.announcements.term_begins() {
            self.ask_for_all(node);
        }
        self.front.do_send(Announce(cluster.me()));
    }

    /// The term of this node asks another for all that is there.
    pub(super) fn ask_for_all(&self, node: NodeId) {
        if let Some(term) = &self.term {
            self.joined.send(node, kind::ANNOUNCE, &(), Some(term.epoch));
        }
    }

    /// The term is over (`None`: whichever there is), and its matchmaker with it.
    pub(super) fn end(&mut self, term: Option<TermId>) {
        if self.term.take_if(|mine| term.is_none_or(|term| mine.id == term)).is_some()
            && let Some(matchmaker) = self.matchmaker.put(None)
        {
            matchmaker.do_send(TermOver);
        }
    }
}
