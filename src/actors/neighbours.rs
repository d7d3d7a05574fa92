//! A node among others: what its heart and its bus tell, handed to whom it is for. The matchmaker of this node comes
//! with a term and goes with it. It decides nothing. A node alone has none.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use log::{error, warn};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{Notify, mpsc, oneshot};

use super::admin_feed::{AdminFeed, ListElsewhere};
use super::answers::answer;
use super::front::Front;
use super::matchmaker::{Hold, Lookers, Matchmaker, MatchmakerHere};
use super::messages::{
    Announce, Between, FromNode, Happens, LinkedBy, Matches, NodeBroken, NodeGone, NodeOpened, Opened, Parcels, Ping,
    RoomsHere, TermOver, ToNode,
};
use super::public_feed::{OfficeElsewhere, PublicFeed};
use crate::bus;
use crate::cluster::members::State;
use crate::dispatch::{Call, FromFront, Input, NewTerm};
use crate::feeds::{ListParcel, OfficePosted};
use crate::found::NodeRecords;
use crate::front::{Announcements, Carried};
use crate::ids::{NodeId, TermId};
use crate::nodes::{Asked, Event, Input as ToHeart, Joined, Term, kind};
use crate::protocol::LineInfo;
use crate::services::Services;

/// The records of a new term are read again so soon, if they could not be.
const READ_AGAIN: Duration = Duration::from_millis(200);
/// How often the others are told how many sockets and rooms are here.
const FIGURES_EVERY: Duration = Duration::from_secs(2);
/// What has changed is told so often, as a hint may be lost; while nothing changes nothing is told.
const FIGURES_TIMES: u8 = 2;

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
    matchmaker: MatchmakerHere,
    lookers: Lookers,
    admin_feed: Addr<AdminFeed>,
    public_feed: Addr<PublicFeed>,
    over: Arc<Notify>,
    left: Arc<Notify>,
    refused: Option<oneshot::Sender<String>>,
    /// The term of this node.
    term: Option<Term>,
    /// How much this node has, as it was told last; and how often that is still to be told.
    figures: Option<Figures>,
    figures_times: u8,
    announcements: Announcements,
}

/// How much a node has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Figures {
    sockets: u32,
    rooms: u32,
}

impl Neighbours {
    /// Starts on this thread.
    pub(super) fn start(
        services: Services,
        joining: Joining,
        front: Addr<Front>,
        matchmaker: MatchmakerHere,
        lookers: Lookers,
        (admin_feed, public_feed): (Addr<AdminFeed>, Addr<PublicFeed>),
    ) {
        let Joining { joined, mut heard, over, left, refused } = joining;
        let (refused, term, announcements) = (Some(refused), None, Announcements::default());
        let (figures, figures_times) = (None, FIGURES_TIMES);
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
            figures,
            figures_times,
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

    /// Claims and reads what the term takes up; then its matchmaker is here, and asks everybody who is there.
    fn begin(&mut self, term: Term, ctx: &mut Context<Self>) {
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
    fn ask_for_all(&self, node: NodeId) {
        if let Some(term) = &self.term {
            self.joined.send(node, kind::ANNOUNCE, &(), Some(term.epoch));
        }
    }

    /// The term is over (`None`: whichever there is), and its matchmaker with it.
    fn end(&mut self, term: Option<TermId>) {
        if self.term.take_if(|mine| term.is_none_or(|term| mine.id == term)).is_some()
            && let Some(matchmaker) = self.matchmaker.put(None)
        {
            matchmaker.do_send(TermOver);
        }
    }

    fn hear_bus(&mut self, event: bus::Event, ctx: &mut Context<Self>) {
        match event {
            bus::Event::Opened { node, session } => {
                self.announcements.opened(node, self.matchmaker.is_here());
                self.front.do_send(Opened { node, session });
                self.front.do_send(NodeOpened(node));
                self.figures_times = FIGURES_TIMES;
                self.admin_feed.do_send(ListElsewhere::Opened(node));
                let epoch = self.term.as_ref().map(|term| term.epoch);
                self.public_feed.do_send(OfficeElsewhere::Opened { node, epoch });
                if let Some(term) = self.term.as_ref() {
                    let lines = self.services.lines.all();
                    self.joined.send(node, kind::LINES_SHOWN, &lines, Some(term.epoch));
                }
            }
            bus::Event::Arrived { node, kind: kind::QUESTION, body, .. } => self.asked(node, body, ctx),
            bus::Event::Arrived { node, kind, body, .. } => self.arrived(node, kind, body),
            bus::Event::Hint { node, kind: kind::FIGURES, body } => {
                if let Some(Figures { sockets, rooms }) = read(kind::FIGURES, body) {
                    self.joined.cluster.tell(ToHeart::Figures { node, sockets, rooms });
                }
            }
            bus::Event::Hint { kind: kind::CALL, body, .. } => {
                let call = read::<Call>(kind::CALL, body);
                call.into_iter().for_each(|call| self.public_feed.do_send(OfficeElsewhere::Call(call)));
            }
            bus::Event::Hint { kind, body, .. } => self.joined.hear_hint(kind, body),
            bus::Event::Broken { node, .. } => {
                self.announcements.broke(node);
                self.joined.questions.broke(node);
                self.admin_feed.do_send(ListElsewhere::Broken(node));
                self.front.do_send(NodeBroken(node));
                self.matchmaker.do_send(Happens(Input::NodeLost(node)));
            }
            bus::Event::Gone(node) => {
                self.announcements.broke(node);
                self.front.do_send(NodeGone(node));
                self.admin_feed.do_send(ListElsewhere::Gone(node));
            }
            bus::Event::Announced(node) => {
                if self.announcements.is_to_be_asked(node) && self.matchmaker.is_here() {
                    self.ask_for_all(node);
                }
            }
            bus::Event::Unsent { .. } | bus::Event::HeardMyself(_) | bus::Event::By(_) => {}
        }
    }

    /// Another node asks something, and is answered when whoever knows has.
    fn asked(&self, node: NodeId, body: Value, ctx: &mut Context<Self>) {
        let Some(asked) = read::<Asked>(kind::QUESTION, body) else { return };
        let id = asked.id();
        let answer = answer(asked, &self.matchmaker, &self.front).into_actor(self);
        ctx.spawn(answer.map(move |answer, this, _| {
            this.joined.send(node, kind::ANSWER, &Asked::answered(id, answer), None);
        }));
    }

    fn arrived(&mut self, node: NodeId, kind: &'static str, body: Value) {
        match kind {
            kind::ANNOUNCE => self.front.do_send(Announce(node)),
            kind::ANSWER => {
                let answer = read(kind, body);
                answer.into_iter().for_each(|answer| self.joined.questions.answered(node, answer));
            }
            kind::LINES_SHOWN => {
                let lines = read::<Vec<LineInfo>>(kind, body);
                lines.into_iter().for_each(|lines| self.services.lines.put_up(lines));
            }
            kind::WATCH | kind::SHOWN => {
                let parcel = read::<ListParcel>(kind, body);
                parcel.into_iter().for_each(|parcel| self.admin_feed.do_send(ListElsewhere::Says(node, parcel)));
            }
            kind::OFFICE => {
                let posted = read::<OfficePosted>(kind, body);
                posted.into_iter().for_each(|posted| self.public_feed.do_send(OfficeElsewhere::Posted(posted)));
            }
            _ => self.carried(node, kind, body),
        }
    }

    fn carried(&mut self, node: NodeId, kind: &'static str, body: Value) {
        match Carried::read(kind, body) {
            Ok(all) => all.into_iter().for_each(|parcel| self.hand_out(node, parcel)),
            // It was said by a version that does not go with ours.
            Err(fault) => warn!(error:% = fault; "a parcel is not understood"),
        }
    }

    fn hand_out(&mut self, node: NodeId, parcel: Carried) {
        match parcel {
            Carried::ToFront(parcel) => self.front.do_send(Parcels(vec![parcel])),
            Carried::FromFront(parcel) => self.hear_front(node, parcel),
            Carried::ToHome(parcel) => self.front.do_send(FromNode { node, parcel: Between::ToHome(parcel) }),
            Carried::FromHome(parcel) => self.front.do_send(FromNode { node, parcel: Between::FromHome(parcel) }),
        }
    }

    /// Nothing, if no term of ours is read: whoever speaks will be asked for all of it.
    fn hear_front(&mut self, node: NodeId, parcel: FromFront) {
        if parcel == FromFront::Announced {
            self.announcements.named(node);
        }
        if !self.matchmaker.is_here() || !self.announcements.is_believed(node) {
            return;
        }
        let heard = match &parcel {
            FromFront::HereRoom { .. } | FromFront::HereDesk { .. } | FromFront::HereCounsellor { .. } => {
                Some(ToHeart::Announcing(node))
            }
            FromFront::Announced => Some(ToHeart::Announced(node)),
            _ => None,
        };
        self.matchmaker.do_send(Happens(Input::From { node, parcel }));
        // Behind it, so that what it announces is known when matching begins.
        heard.into_iter().for_each(|heard| self.joined.cluster.tell(heard));
    }

    fn tell_figures(&mut self, ctx: &mut Context<Self>) {
        let rooms = self.front.send(RoomsHere).into_actor(self);
        ctx.spawn(rooms.map(|rooms, this, _| {
            let sockets = u32::try_from(this.services.sockets.count()).unwrap_or(u32::MAX);
            let rooms = rooms.unwrap_or_default();
            let node = this.joined.cluster.me();
            this.joined.cluster.tell(ToHeart::Figures { node, sockets, rooms });
            let figures = Figures { sockets, rooms };
            if this.figures.replace(figures) != Some(figures) {
                this.figures_times = FIGURES_TIMES;
            }
            let Some(times) = this.figures_times.checked_sub(1) else { return };
            this.figures_times = times;
            match serde_json::to_value(figures) {
                Ok(figures) => this.joined.bus.tell_all(kind::FIGURES, figures),
                Err(error) => error!(error:%; "how much this node has is not told"),
            }
        }));
    }
}

/// What another node sent. One that nobody here understands was said by a version that does not go with ours.
fn read<T: DeserializeOwned>(kind: &str, body: Value) -> Option<T> {
    serde_json::from_value(body).inspect_err(|error| warn!(error:%; "a parcel {kind} is not understood")).ok()
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
