//! The matchmaker: the actor round [`Dispatch`]. It owns the timers and hears what the journal answers. It
//! decides nothing, and knows no socket and no room: what it has to say goes to the front of a node.
//!
//! - `perform`: what must follow, done
//! - `questions`: what is asked of it over HTTP
//! - `way`: the way to it, wherever it is; `hold`: its hold on the lease, among several nodes
//! - `records`: what is read from the records again and again; `line_reads`: who waits for it
//! - `compare`: the same, of what waits and what is open

mod compare;
mod hold;
mod line_reads;
mod perform;
mod questions;
mod records;
mod way;

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use actix::prelude::*;
use log::info;
use uuid::Uuid;

pub use compare::read_comparison;
pub(super) use hold::Hold;
use line_reads::LineReads;
pub use way::WayToMatchmaker;

use super::admin_feed::Shows;
use super::messages::{Drain, Happens, JournalHealth, Parcels, Ping, SendAll, StaffEdited, TermOver};
use super::public_feed::{OfficeNamed, Posts};
use crate::clock::Clock;
use crate::dispatch::{Asker, Dispatch, Effect, Input, Limits, Outside, Settings, TicketRow, ToFront};
use crate::found::NodeRecords;
use crate::front::Carried;
use crate::ids::{NodeId, TermId};
use crate::matching;
use crate::services::Services;
use crate::time::Mono;
use crate::tokens::{Claims, Tokens};
#[cfg(debug_assertions)]
use crate::{broken, dispatch::Defect};

/// How often it is looked how the lines stand, for their trend.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Pairs desks and counsellors.
pub struct Matchmaker {
    services: Services,
    lookers: Lookers,
    front: Recipient<Parcels>,
    dispatch: Dispatch,
    around: Around,
    /// In which it holds the lease: on whose behalf it decides.
    term: TermId,
    /// Its hold on the lease; a node alone needs none.
    hold: Option<Hold>,
    timer: Option<(Mono, SpawnHandle)>,
    /// Until the next line opens or closes by its hours.
    hours_timer: Option<SpawnHandle>,
    /// Kept to be filled again.
    effects: Vec<Effect>,
    /// Other nodes live: what is known here is compared with the records.
    compares: bool,
    /// What the step under way has for the front: sent as one message, when all else of it is done.
    parcels: Vec<ToFront>,
    /// The same for the fronts of other nodes. Sent once all that has come in by now is done, so that what one thing
    /// leads to, in this step and in those it asks for at once, goes to each of them together.
    far_parcels: BTreeMap<NodeId, Vec<Carried>>,
    is_sending: bool,
    /// Lines are read again, as another node has edited them.
    line_reads: LineReads,
}

/// Who is shown what changes.
#[derive(Clone)]
pub(super) struct Lookers {
    pub(super) admin: Recipient<Shows>,
    pub(super) public: Recipient<Posts>,
    pub(super) office_name: Recipient<OfficeNamed>,
}

/// What [`Dispatch`] needs of the world.
struct Around {
    clock: Clock,
    tokens: Tokens,
    /// New with every process: what the lobby is told of an asker means nothing elsewhere.
    names: RandomState,
}

impl Outside for Around {
    fn new_id(&mut self) -> Uuid {
        self.clock.new_id()
    }

    fn token(&self, row: &TicketRow) -> String {
        let TicketRow { ticket, session, desk, requested_at, .. } = *row;
        self.tokens.sign(&Claims { ticket, session, desk, requested_us: requested_at.0 })
    }

    fn name(&self, asker: Asker) -> matching::Asker {
        matching::Asker(self.names.hash_one(asker))
    }
}

impl Matchmaker {
    /// A matchmaker that knows what was `found` on file.
    pub(super) fn new(
        services: Services,
        lookers: Lookers,
        front: Recipient<Parcels>,
        found: NodeRecords,
        hold: Option<Hold>,
        ctx: &mut Context<Self>,
    ) -> Self {
        let (now, settings) = (services.clock.now(), &services.settings);
        let limits =
            Limits { asks_per_min_max: settings.asks_per_min_max, waiting_max: settings.waiting_per_address_max };
        let (node, messages_per_10s_max, zone) = (settings.node, settings.messages_per_10s_max, settings.zone);
        let mut this = Self {
            dispatch: new_dispatch(Settings { node, limits, messages_per_10s_max, zone }, now.wall),
            around: Around {
                clock: services.clock.clone(),
                tokens: services.tokens.clone(),
                names: RandomState::new(),
            },
            services,
            lookers,
            front,
            term: found.term,
            hold,
            timer: None,
            hours_timer: None,
            effects: Vec::new(),
            compares: found.dispatch.new_term.is_some(),
            parcels: Vec::new(),
            far_parcels: BTreeMap::new(),
            is_sending: false,
            line_reads: LineReads::default(),
        };
        this.lookers.office_name.do_send(OfficeNamed(found.office_name));
        let found = found.dispatch;
        info!(
            waiting = found.waiting.len(), rooms = found.rooms.len(), wrap_ups = found.wrap_ups.len();
            "taken up from the records"
        );
        if let Some(epoch) = this.epoch() {
            this.lookers.admin.do_send(Shows::TermBegins(epoch));
        }
        let mut effects = Vec::new();
        this.dispatch.take_up(now, found, &mut this.around, &mut effects);
        this.perform(effects, ctx);
        if this.services.journal.health().failing.is_some() {
            this.step(Input::Health(false), ctx);
        }
        this
    }

    /// One step, and all that follows from it.
    fn step(&mut self, input: Input, ctx: &mut Context<Self>) {
        self.follow_the_lease(ctx);
        self.step_only(input, ctx);
    }

    /// The lobby stops to match when this node may not be sure that it has the lease, and goes on when it may.
    fn follow_the_lease(&mut self, ctx: &mut Context<Self>) {
        let Some(hold) = &mut self.hold else { return };
        if let Some(input) = hold.follow(self.services.clock.now().mono) {
            self.step_only(input, ctx);
        }
    }

    fn step_only(&mut self, input: Input, ctx: &mut Context<Self>) {
        let mut effects = std::mem::take(&mut self.effects);
        self.dispatch.step(self.services.clock.now(), input, &mut self.around, &mut effects);
        self.perform(effects, ctx);
    }

    /// The one timer: when the lobby next wants to be woken.
    fn arm(&mut self, ctx: &mut Context<Self>) {
        let due = self.dispatch.next_deadline();
        if self.timer.map(|(at, _)| at) == due {
            return;
        }
        if let Some((_, timer)) = self.timer.take() {
            ctx.cancel_future(timer);
        }
        if let Some(at) = due {
            let wait = Duration::from_micros(at.0.saturating_sub(self.services.clock.now().mono.0));
            let timer = ctx.run_later(wait, |this, ctx| {
                this.timer = None;
                this.step(Input::Tick, ctx);
            });
            self.timer = Some((at, timer));
        }
    }
}

/// Broken on purpose if the program's name says so; in every other build nothing is.
fn new_dispatch(settings: Settings, now: crate::time::Wall) -> Dispatch {
    let dispatch = Dispatch::new(settings, now);
    #[cfg(debug_assertions)]
    if broken::is_broken(broken::Defect::LateStop) {
        return dispatch.broken(Defect::LateStop);
    }
    dispatch
}

impl Actor for Matchmaker {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.arm(ctx);
        self.watch_records(ctx);
        if self.compares {
            Self::compare_later(ctx);
        }
        ctx.run_interval(LOOK_EVERY, |this, ctx| this.step(Input::Look, ctx));
    }
}

impl Handler<Happens> for Matchmaker {
    type Result = ();

    fn handle(&mut self, Happens(what): Happens, ctx: &mut Context<Self>) {
        if let (Some(hold), Input::Match) = (&mut self.hold, &what) {
            hold.begin();
            self.lookers.admin.do_send(Shows::TermNamed(hold.epoch()));
            return self.follow_the_lease(ctx);
        }
        self.step(what, ctx);
    }
}

impl Handler<StaffEdited> for Matchmaker {
    type Result = ();

    fn handle(&mut self, StaffEdited { profile, has_access }: StaffEdited, ctx: &mut Context<Self>) {
        self.step(Input::StaffEdited { profile, has_access }, ctx);
    }
}

impl Handler<JournalHealth> for Matchmaker {
    type Result = ();

    fn handle(&mut self, JournalHealth(ok): JournalHealth, ctx: &mut Context<Self>) {
        self.step(Input::Health(ok), ctx);
    }
}

impl Handler<Ping> for Matchmaker {
    type Result = ();

    /// From inside, so that one that hangs loses the lease.
    fn handle(&mut self, _: Ping, ctx: &mut Context<Self>) {
        self.follow_the_lease(ctx);
        if let Some(hold) = &self.hold {
            hold.answer();
        }
    }
}

impl Handler<SendAll> for Matchmaker {
    type Result = ();

    fn handle(&mut self, _: SendAll, _: &mut Context<Self>) {
        self.send_all();
    }
}

impl Handler<TermOver> for Matchmaker {
    type Result = ();

    fn handle(&mut self, _: TermOver, ctx: &mut Context<Self>) {
        self.send_all();
        if let Some(epoch) = self.epoch() {
            self.lookers.admin.do_send(Shows::TermOver(epoch));
        }
        ctx.stop();
    }
}

impl Handler<Drain> for Matchmaker {
    type Result = ();

    fn handle(&mut self, _: Drain, ctx: &mut Context<Self>) {
        self.step(Input::Drain, ctx);
    }
}
