//! A node among others: what its heart and its bus tell, handed to whom it is for. The matchmaker of this node comes
//! with a term and goes with it. It decides nothing. A node alone has none.
//!
//! - `terms`: a term of this node begins and ends; `from_bus`: what comes from others; `figures`: how much a
//!   node has

mod figures;
mod from_bus;
mod terms;

use std::sync::Arc;

use actix::prelude::*;
use log::error;
use tokio::sync::{Notify, mpsc, oneshot};

use super::admin_feed::AdminFeed;
use super::front::Front;
use super::matchmaker::{Lookers, WayToMatchmaker};
use super::messages::{Between, Happens, LinkedBy, Matches, Ping, RoomsHere, ToNode};
use super::public_feed::PublicFeed;
use crate::bus;
use crate::cluster::members::State;
use crate::dispatch::Input;
use crate::front::Announcements;
use crate::ids::{NodeId, TermId};
use crate::nodes::{Event, Input as ToHeart, Joined, Term, kind};
use crate::services::Services;
use figures::{FIGURES_EVERY, Figures, FiguresTold};

/// What a heart or a bus tells, as it comes from their threads.
#[derive(Debug)]
pub enum Heard {
    /// The heart.
    Node(Event),
    /// The bus.
    Bus(bus::Event),
}

/// What a node that joins brings along for its actors.
pub struct Joining {
    /// Who is there, and the way to them.
    pub joined: Joined,
    /// All that was told since it joined.
    pub heard: mpsc::UnboundedReceiver<Heard>,
    /// Told when this incarnation is over.
    pub over: Arc<Notify>,
    /// Told when it has left in peace.
    pub left: Arc<Notify>,
    /// Told why this node does not join: its words and those of one that is there do not go together.
    pub refused: oneshot::Sender<String>,
}

/// Hands on what the others and the heart tell.
pub(super) struct Neighbours {
    services: Services,
    joined: Joined,
    front: Addr<Front>,
    matchmaker: WayToMatchmaker,
    lookers: Lookers,
    admin_feed: Addr<AdminFeed>,
    public_feed: Addr<PublicFeed>,
    over: Arc<Notify>,
    left: Arc<Notify>,
    refused: Option<oneshot::Sender<String>>,
    /// The term of this node.
    term: Option<Term>,
    figures: FiguresTold,
    announcements: Announcements,
}

impl Neighbours {
    /// Starts on this thread.
    pub(super) fn start(
        services: Services,
        joining: Joining,
        front: Addr<Front>,
        matchmaker: WayToMatchmaker,
        lookers: Lookers,
        (admin_feed, public_feed): (Addr<AdminFeed>, Addr<PublicFeed>),
    ) {
        let Joining { joined, mut heard, over, left, refused } = joining;
        let (refused, term, announcements) = (Some(refused), None, Announcements::default());
        let this = Self {
            services,
            joined,
            front,
            matchmaker,
            lookers,
            admin_feed,
            public_feed,
            over,
            left,
            refused,
            term,
            figures: FiguresTold::default(),
            announcements,
        };
        Self::create(move |ctx| {
            let stream = futures_util::stream::poll_fn(move |cx| heard.poll_recv(cx));
            ctx.add_stream(stream);
            ctx.run_interval(FIGURES_EVERY, |this, ctx| this.tell_figures(ctx));
            this.front.do_send(LinkedBy(ctx.address().recipient()));
            this
        });
    }

    fn hear_node(&mut self, event: Event, ctx: &mut Context<Self>) {
        match event {
            Event::Begin(term) => self.begin(term, ctx),
            Event::Match(term) => self.tell(term, Happens(Input::Match)),
            Event::Away(term) => self.tell(term, Happens(Input::Away)),
            // The matchmaker asks the term itself.
            Event::Suspend(_) | Event::Resume(_) => {}
            Event::Ping => self.matchmaker.do_send(Ping),
            Event::End { term, .. } => self.end(Some(term)),
            Event::Matchmaker(at) => self.front.do_send(Matches(at)),
            Event::SelfGone(_) => {
                self.end(None);
                self.over.notify_one();
            }
            Event::Left => self.left.notify_one(),
            Event::There(row) | Event::Changed(row) => self.stands(row.who.node, row.state),
            Event::Gone(node) => self.matchmaker.do_send(Happens(Input::NodeGone(node))),
            Event::Refused { why, .. } => {
                if let Some(refused) = self.refused.take() {
                    // Nobody hears it where the server ends already.
                    let _ = refused.send(why);
                }
            }
            Event::Up | Event::Deaf(_) | Event::ClockOff(_) => {}
        }
    }

    /// Whether rooms may live there.
    fn stands(&self, node: NodeId, state: State) {
        match state {
            State::Up => self.matchmaker.do_send(Happens(Input::NodeUp(node))),
            State::Draining => self.matchmaker.do_send(Happens(Input::NodeDraining(node))),
            State::Joining | State::Gone => {}
        }
    }

    fn tell(&self, term: TermId, what: Happens) {
        if self.term.as_ref().is_some_and(|mine| mine.id == term) {
            self.matchmaker.do_send(what);
        }
    }
}

impl Neighbours {
    fn tell_figures(&mut self, ctx: &mut Context<Self>) {
        let rooms = self.front.send(RoomsHere).into_actor(self);
        ctx.spawn(rooms.map(|rooms, this, _| {
            let sockets = u32::try_from(this.services.sockets.count()).unwrap_or(u32::MAX);
            let rooms = rooms.unwrap_or_default();
            let node = this.joined.cluster.me();
            this.joined.cluster.tell(ToHeart::Figures { node, sockets, rooms });
            let figures = Figures { sockets, rooms };
            if !this.figures.is_due(figures) {
                return;
            }
            match serde_json::to_value(figures) {
                Ok(figures) => this.joined.bus.tell_all(kind::FIGURES, figures),
                Err(error) => error!(error:%; "how much this node has is not told"),
            }
        }));
    }
}

impl Handler<ToNode> for Neighbours {
    type Result = ();

    fn handle(&mut self, ToNode { node, parcel }: ToNode, _: &mut Context<Self>) {
        match parcel {
            Between::ToHome(parcel) => self.joined.send(node, parcel.kind(), &parcel, None),
            Between::FromHome(parcel) => self.joined.send(node, parcel.kind(), &parcel, None),
        }
    }
}

impl Actor for Neighbours {
    type Context = Context<Self>;
}

impl StreamHandler<Heard> for Neighbours {
    fn handle(&mut self, heard: Heard, ctx: &mut Context<Self>) {
        match heard {
            Heard::Node(event) => self.hear_node(event, ctx),
            Heard::Bus(event) => self.hear_bus(event, ctx),
        }
    }
}
