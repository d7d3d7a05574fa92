//! The office as everybody may see it: which lines are open, how many wait, and whose number was
//! called. The matchmaker posts what changes; nobody is asked.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use serde::Serialize;
use tokio::sync::mpsc;
use utoipa::ToSchema;

use super::messages::Drain;
use crate::clock::Clock;
use crate::dispatch::{Call, OfficeLine};
use crate::ids::DeskId;
use crate::network::Network;
use crate::services::Services;
use crate::storage::Store;
use crate::storage::centre::desks;
use crate::time::{Mono, Wall};

/// The whole is told at most this often.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// Calls that whoever comes later is told too.
pub const CALLS_KEPT: usize = 10;
/// Most viewers of a node. Each costs a connection and a copy of what is told.
pub const VIEWERS_MAX: usize = 1_000;
/// Events a viewer may fall behind before it is dropped; it comes back for all there is.
const BEHIND_MAX: usize = 256;

/// Feeds the walls and the start pages.
pub struct PublicFeed {
    store: Store,
    clock: Clock,
    /// Most viewers from one network.
    viewers_per_network_max: usize,
    now: OfficeView,
    /// As the viewers were told.
    told: Arc<OfficeView>,
    told_at: Mono,
    tell_armed: bool,
    viewers: Vec<(Network, mpsc::Sender<OfficeEvent>)>,
    /// The last calls, told.
    called: VecDeque<Arc<Called>>,
    /// Calls whose desks have no name yet, in their order.
    unnamed: VecDeque<Call>,
    naming: bool,
}

/// The office.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfficeView {
    /// The organisation's name; null until it was given one.
    name: Option<String>,
    /// IANA name of the zone that opening hours are in.
    time_zone: String,
    /// This node takes no more requests: it is about to restart.
    draining: bool,
    /// The lines that may be asked for, in their order.
    lines: Vec<OfficeLine>,
}

/// What a viewer is told.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum OfficeEvent {
    /// Everything, at once and whenever it changes. SSE event `office`.
    Office(Arc<OfficeView>),
    /// A number is called. SSE event `called`.
    Called(Arc<Called>),
}

/// A number that is called. There is nothing in it that names a person. SSE event `called`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Called {
    /// The ticket's number for people.
    number: String,
    /// The topic's code.
    line: String,
    /// The topic's name.
    line_name: String,
    /// Where; null at the public desk.
    desk: Option<CalledDesk>,
    /// When.
    at: Wall,
}

/// The registered desk that a number is called to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct CalledDesk {
    /// Its name.
    name: String,
    /// Where it stands.
    place: Option<String>,
}

/// Start viewing. `None` if there are a thousand viewers, or as many from this network as may
/// be. The receiver ends when the viewer fell too far behind, or the node drains.
#[derive(Message)]
#[rtype(result = "Option<mpsc::Receiver<OfficeEvent>>")]
pub struct FollowOffice {
    /// Who comes.
    pub network: Network,
}

/// The office as it is now.
#[derive(Message)]
#[rtype(result = "OfficeView")]
pub struct OfficeNow;

/// The organisation's name as it is on file.
#[derive(Message)]
#[rtype(result = "()")]
pub struct OfficeNamed(pub Option<String>);

/// Something is to be shown.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) enum Posts {
    /// The lines as they are now.
    Lines(Vec<OfficeLine>),
    /// A number is called.
    Call(Call),
}

impl Actor for PublicFeed {
    type Context = Context<Self>;
}

impl PublicFeed {
    /// An office in this zone, without lines until the matchmaker has posted them.
    pub(super) fn new(services: &Services) -> Self {
        let settings = &services.settings;
        let now = OfficeView { time_zone: settings.zone.name().to_owned(), ..OfficeView::default() };
        Self {
            store: services.store.clone(),
            clock: services.clock.clone(),
            viewers_per_network_max: usize::try_from(settings.sockets_per_address_max).unwrap_or(usize::MAX),
            told: Arc::new(now.clone()),
            now,
            told_at: Mono(0),
            tell_armed: false,
            viewers: Vec::new(),
            called: VecDeque::new(),
            unnamed: VecDeque::new(),
            naming: false,
        }
    }

    fn tell(&mut self, event: &OfficeEvent) {
        self.viewers.retain(|(_, viewer)| viewer.try_send(event.clone()).is_ok());
    }

    /// Tells what changed: at once if a second was quiet, else when it is over.
    fn changed(&mut self, ctx: &mut Context<Self>) {
        if self.tell_armed || self.now == *self.told {
            return;
        }
        let quiet = Duration::from_micros(self.clock.now().mono.0.saturating_sub(self.told_at.0));
        match TELL_EVERY.checked_sub(quiet) {
            Some(wait) if !wait.is_zero() => {
                self.tell_armed = true;
                ctx.run_later(wait, |office, _| {
                    office.tell_armed = false;
                    office.tell_all();
                });
            }
            _ => self.tell_all(),
        }
    }

    fn tell_all(&mut self) {
        if self.now != *self.told {
            self.told = Arc::new(self.now.clone());
            self.told_at = self.clock.now().mono;
            self.tell(&OfficeEvent::Office(self.told.clone()));
        }
    }

    /// Looks up the names of the desks where numbers were called, of all that came meanwhile
    /// together, and tells the calls. With nobody there to be told they wait.
    fn name_desks(&mut self, ctx: &mut Context<Self>) {
        if self.naming || self.unnamed.is_empty() || self.viewers.is_empty() {
            return;
        }
        let calls = std::mem::take(&mut self.unnamed);
        let wanted: Vec<DeskId> = calls.iter().filter_map(|call| call.desk).collect();
        if wanted.is_empty() {
            return self.call(calls, &HashMap::new());
        }
        self.naming = true;
        let store = self.store.clone();
        let read = async move { store.answer(move |conn| desks::places(conn, wanted)).await };
        ctx.spawn(read.into_actor(self).map(|read, office, ctx| {
            let names = read.unwrap_or_else(|_| {
                log::warn!("the desks' names could not be read; numbers are called without them");
                Vec::new()
            });
            let names = names.into_iter().map(|(id, name, place)| (id, CalledDesk { name, place })).collect();
            office.naming = false;
            office.call(calls, &names);
            office.name_desks(ctx);
        }));
    }

    fn call(&mut self, calls: VecDeque<Call>, names: &HashMap<DeskId, CalledDesk>) {
        for Call { number, line, line_name, desk, at } in calls {
            let desk = desk.and_then(|desk| names.get(&desk).cloned());
            let called = Arc::new(Called { number, line, line_name, desk, at });
            self.called.push_back(called.clone());
            self.tell(&OfficeEvent::Called(called));
        }
        self.forget_calls();
    }

    /// Whoever comes next is told [`CALLS_KEPT`] calls, named or not.
    fn forget_calls(&mut self) {
        while self.called.len() + self.unnamed.len() > CALLS_KEPT && self.called.pop_front().is_some() {}
        if self.viewers.is_empty() {
            let surplus = self.unnamed.len().saturating_sub(CALLS_KEPT);
            self.unnamed.drain(..surplus);
        }
    }
}

impl Handler<FollowOffice> for PublicFeed {
    type Result = MessageResult<FollowOffice>;

    fn handle(&mut self, FollowOffice { network }: FollowOffice, ctx: &mut Context<Self>) -> Self::Result {
        self.viewers.retain(|(_, viewer)| !viewer.is_closed());
        let from_there = self.viewers.iter().filter(|(from, _)| *from == network).count();
        if self.viewers.len() >= VIEWERS_MAX || from_there >= self.viewers_per_network_max {
            return MessageResult(None);
        }
        let (viewer, events) = mpsc::channel(BEHIND_MAX);
        let office = OfficeEvent::Office(Arc::new(self.now.clone()));
        let called = self.called.iter().cloned().map(OfficeEvent::Called);
        if std::iter::once(office).chain(called).all(|event| viewer.try_send(event).is_ok()) {
            self.viewers.push((network, viewer));
        }
        self.name_desks(ctx);
        MessageResult(Some(events))
    }
}

impl Handler<OfficeNow> for PublicFeed {
    type Result = MessageResult<OfficeNow>;
    fn handle(&mut self, _: OfficeNow, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.now.clone())
    }
}

impl Handler<OfficeNamed> for PublicFeed {
    type Result = ();
    fn handle(&mut self, OfficeNamed(name): OfficeNamed, ctx: &mut Context<Self>) {
        self.now.name = name;
        self.changed(ctx);
    }
}

impl Handler<Posts> for PublicFeed {
    type Result = ();
    fn handle(&mut self, posts: Posts, ctx: &mut Context<Self>) {
        match posts {
            Posts::Lines(lines) => {
                self.now.lines = lines;
                self.changed(ctx);
            }
            Posts::Call(call) => {
                self.viewers.retain(|(_, viewer)| !viewer.is_closed());
                self.unnamed.push_back(call);
                self.forget_calls();
                self.name_desks(ctx);
            }
        }
    }
}

impl Handler<Drain> for PublicFeed {
    type Result = ();
    fn handle(&mut self, _: Drain, _: &mut Context<Self>) {
        self.now.draining = true;
        self.tell_all();
        self.viewers.clear();
    }
}
