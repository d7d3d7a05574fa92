//! The actor round [`Office`]: what feeds the walls and the start pages. Among several nodes the one that matches shows
//! the others what it posts, so that each can tell whoever looks there.

use std::time::Duration;

use actix::prelude::*;
use tokio::sync::mpsc;

use super::messages::Drain;
use crate::dispatch::{Call, OfficeLine};
use crate::feeds::{CalledDesk, DeskNames, Due, Office, OfficeEvent, OfficePosted, OfficeView, OfficeViewer};
use crate::found::last_calls;
use crate::ids::{DeskId, NodeId};
use crate::network::Network;
use crate::nodes::{Joined, kind};
use crate::services::Services;
use crate::storage::centre::{desks, organisation};
use crate::time::Mono;

/// Among several nodes: a name that was given at another, or a call whose hint was lost, is known here after so long.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Events a viewer may fall behind before it is dropped; it comes back for all there is.
const BEHIND_MAX: usize = 256;

/// Feeds the walls and the start pages.
pub struct PublicFeed {
    services: Services,
    office: Office<Viewer>,
    /// What the other nodes were shown last, and under which epoch.
    shown: Option<(u64, OfficePosted)>,
}

struct Viewer(mpsc::Sender<OfficeEvent>);

impl OfficeViewer for Viewer {
    fn tell(&mut self, event: &OfficeEvent) -> bool {
        self.0.try_send(event.clone()).is_ok()
    }

    fn is_gone(&self) -> bool {
        self.0.is_closed()
    }
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

/// Something is to be shown, by the matchmaker of this node.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) enum Posts {
    /// The lines as they are now, in the term with this epoch. A node alone has none.
    Lines { lines: Vec<OfficeLine>, epoch: Option<u64> },
    /// A number is called.
    Call(Call),
}

/// What happens among several nodes.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) enum OfficeElsewhere {
    /// The link to this node is open, for the first time or again; `epoch`: of the term of this node.
    Opened { node: NodeId, epoch: Option<u64> },
    /// Whoever matches shows the lines.
    Posted(OfficePosted),
    /// Whoever matches has called a number.
    Call(Call),
}

impl Actor for PublicFeed {
    type Context = Context<Self>;

    /// What was called before this node was there is known before anybody is told anything.
    fn started(&mut self, ctx: &mut Context<Self>) {
        ctx.wait(self.read_office());
        if self.services.joined.is_some() {
            ctx.run_interval(LOOK_EVERY, |feed, ctx| {
                ctx.spawn(feed.read_office());
            });
        }
    }
}

impl PublicFeed {
    pub(super) fn new(services: &Services) -> Self {
        let settings = &services.settings;
        let per_network_max = usize::try_from(settings.sockets_per_address_max).unwrap_or(usize::MAX);
        let office = Office::new(settings.zone.name().to_owned(), per_network_max);
        Self { services: services.clone(), office, shown: None }
    }

    fn now(&self) -> Mono {
        self.services.clock.now().mono
    }

    fn perform(&self, due: Option<Due>, ctx: &mut Context<Self>) {
        match due {
            Some(Due::Tell(wait)) => {
                ctx.run_later(wait, |feed, _| feed.office.tell_all(feed.now()));
            }
            Some(Due::Name(desks)) => self.look_up(desks, ctx),
            None => {}
        }
    }

    /// Reads the office's name and the last calls, which are told as far as they were not heard.
    fn read_office(&self) -> impl ActorFuture<Self, Output = ()> + use<> {
        let store = self.services.store.clone();
        let read = async move { store.answer(|conn| Ok((organisation::name(conn)?, last_calls(conn)?))).await };
        read.into_actor(self).map(|read, feed, ctx| match read {
            Ok((name, calls)) => {
                let due = feed.office.called_by(name, feed.now());
                feed.perform(due, ctx);
                let due = feed.office.calls_on_file(calls);
                feed.perform(due, ctx);
            }
            Err(error) => log::warn!(error:%; "the last called numbers could not be read; walls go on without them"),
        })
    }

    /// Shows other nodes the lines, if they were not shown them so in this term.
    fn show_others(&mut self, epoch: u64) {
        let Some(joined) = &self.services.joined else { return };
        let now = (epoch, self.office.posted());
        if self.shown.as_ref() != Some(&now) {
            joined.others().into_iter().for_each(|node| joined.send(node, kind::OFFICE, &now.1, Some(epoch)));
            self.shown = Some(now);
        }
    }

    /// Tells the other nodes of a call. It may be lost: what they are shown of the lines next names it.
    fn call_there(joined: &Joined, call: &Call) {
        match serde_json::to_value(call) {
            Ok(call) => joined.bus.tell_all(kind::CALL, call),
            Err(error) => log::error!(error:%; "a called number is not told to other nodes"),
        }
    }

    /// Looks up what these desks are called.
    fn look_up(&self, wanted: Vec<DeskId>, ctx: &mut Context<Self>) {
        let store = self.services.store.clone();
        let read = async move { store.answer(move |conn| desks::places(conn, wanted)).await };
        ctx.spawn(read.into_actor(self).map(|read, feed, ctx| {
            let names = read.unwrap_or_else(|_| {
                log::warn!("the desks' names could not be read; numbers are called without them");
                Vec::new()
            });
            let names: DeskNames =
                names.into_iter().map(|(id, name, place)| (id, CalledDesk { name, place })).collect();
            let due = feed.office.named(&names);
            feed.perform(due, ctx);
        }));
    }
}

impl Handler<FollowOffice> for PublicFeed {
    type Result = MessageResult<FollowOffice>;

    fn handle(&mut self, FollowOffice { network }: FollowOffice, ctx: &mut Context<Self>) -> Self::Result {
        let (viewer, events) = mpsc::channel(BEHIND_MAX);
        let entered = self.office.enter(network, Viewer(viewer));
        MessageResult(entered.map(|due| {
            self.perform(due, ctx);
            events
        }))
    }
}

impl Handler<OfficeNow> for PublicFeed {
    type Result = MessageResult<OfficeNow>;

    fn handle(&mut self, _: OfficeNow, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.office.view().clone())
    }
}

impl Handler<OfficeNamed> for PublicFeed {
    type Result = ();

    fn handle(&mut self, OfficeNamed(name): OfficeNamed, ctx: &mut Context<Self>) {
        let due = self.office.called_by(name, self.now());
        self.perform(due, ctx);
    }
}

impl Handler<Posts> for PublicFeed {
    type Result = ();

    fn handle(&mut self, posts: Posts, ctx: &mut Context<Self>) {
        let due = match posts {
            Posts::Lines { lines, epoch } => {
                let due = self.office.lines(lines, self.now());
                epoch.into_iter().for_each(|epoch| self.show_others(epoch));
                due
            }
            Posts::Call(call) => {
                self.services.joined.iter().for_each(|joined| Self::call_there(joined, &call));
                self.office.call(call)
            }
        };
        self.perform(due, ctx);
    }
}

impl Handler<OfficeElsewhere> for PublicFeed {
    type Result = ();

    fn handle(&mut self, happens: OfficeElsewhere, ctx: &mut Context<Self>) {
        let due = match happens {
            OfficeElsewhere::Opened { node, epoch } => {
                if let (Some(joined), Some(epoch)) = (&self.services.joined, epoch) {
                    joined.send(node, kind::OFFICE, &self.office.posted(), Some(epoch));
                }
                None
            }
            OfficeElsewhere::Call(call) => self.office.call(call),
            OfficeElsewhere::Posted(OfficePosted { lines, last_call }) => {
                if !self.office.has_heard(last_call) {
                    ctx.spawn(self.read_office());
                }
                self.office.lines(lines, self.now())
            }
        };
        self.perform(due, ctx);
    }
}

impl Handler<Drain> for PublicFeed {
    type Result = ();

    fn handle(&mut self, _: Drain, _: &mut Context<Self>) {
        let others_go_on = self.services.joined.as_ref().is_some_and(|joined| !joined.cluster.others_up().is_empty());
        self.office.drain(others_go_on, self.now());
    }
}
