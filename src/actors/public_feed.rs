//! The actor round [`Office`]: what feeds the walls and the start pages.

use actix::prelude::*;
use tokio::sync::mpsc;

use super::messages::Drain;
use crate::dispatch::{Call, OfficeLine};
use crate::feeds::{CalledDesk, DeskNames, Due, Office, OfficeEvent, OfficeView, OfficeViewer};
use crate::ids::DeskId;
use crate::network::Network;
use crate::services::Services;
use crate::storage::centre::desks;
use crate::time::Mono;

/// Events a viewer may fall behind before it is dropped; it comes back for all there is.
const BEHIND_MAX: usize = 256;

/// Feeds the walls and the start pages.
pub struct PublicFeed {
    services: Services,
    office: Office<Viewer>,
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
    pub(super) fn new(services: &Services) -> Self {
        let settings = &services.settings;
        let per_network_max = usize::try_from(settings.sockets_per_address_max).unwrap_or(usize::MAX);
        let office = Office::new(settings.zone.name().to_owned(), per_network_max);
        Self { services: services.clone(), office }
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
            Posts::Lines(lines) => self.office.lines(lines, self.now()),
            Posts::Call(call) => self.office.call(call),
        };
        self.perform(due, ctx);
    }
}

impl Handler<Drain> for PublicFeed {
    type Result = ();

    fn handle(&mut self, _: Drain, _: &mut Context<Self>) {
        self.office.drain(self.now());
    }
}
