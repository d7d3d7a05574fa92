//! What requests are given: the services, and the actors and helpers above them.

use std::net::SocketAddr;
use std::ops::Deref;

use actix::Addr;

use crate::actors::{Actors, AdminFeed, Front, Groups, Joining, NodeRecords, PublicFeed, WayToMatchmaker};
use crate::clock::Clock;
use crate::jobs::Jobs;
use crate::journal::Journal;
use crate::mail::MailQueue;
use crate::nodes::Joined;
use crate::rehearsal::Rehearsals;
use crate::services::Services;
use crate::settings::Settings;
use crate::storage::Store;
use crate::tokens::Tokens;

/// The server's parts: [`Services`], which it stands for where one of those is meant, and what is above them.
/// Cheap to clone; lives as long as the server.
#[derive(Clone)]
pub struct App {
    services: Services,
    /// Pairs desks and counsellors, while it is here.
    pub matchmaker: WayToMatchmaker,
    /// Knows the sockets and the rooms of this node.
    pub front: Addr<Front>,
    /// Knows the group rooms that are open.
    pub groups: Addr<Groups>,
    /// Feeds the admin room list.
    pub admin_feed: Addr<AdminFeed>,
    /// Feeds the walls and the start pages.
    pub public_feed: Addr<PublicFeed>,
    /// Long work in the background.
    pub jobs: Jobs,
    /// Consultations the server plays with itself.
    pub rehearsals: Rehearsals,
    /// Where letters are posted.
    pub mail_queue: MailQueue,
}

/// What there is before the actors.
pub struct Parts {
    /// See [`Services::settings`].
    pub settings: Settings,
    /// See [`Services::store`].
    pub store: Store,
    /// See [`Services::journal`].
    pub journal: Journal,
    /// See [`Services::clock`].
    pub clock: Clock,
    /// See [`Services::tokens`].
    pub tokens: Tokens,
    /// Where the server listens.
    pub listening: SocketAddr,
    /// See [`App::mail_queue`].
    pub mail_queue: MailQueue,
}

impl App {
    /// Starts the actors, on this thread, with what was found on file, for a node alone.
    #[must_use]
    pub fn start(parts: Parts, found: NodeRecords) -> Self {
        Self::with(parts, None, |services| Actors::start(services, found))
    }

    /// Starts the actors, on this thread, for a node of a cluster.
    #[must_use]
    pub fn join(parts: Parts, joining: Joining) -> Self {
        Self::with(parts, Some(joining.joined.clone()), |services| Actors::join(services, joining))
    }

    fn with(parts: Parts, joined: Option<Joined>, start: impl FnOnce(&Services) -> Actors) -> Self {
        let Parts { settings, store, journal, clock, tokens, mail_queue, listening } = parts;
        let services = Services { joined, ..Services::new(settings, store, journal, clock, tokens) };
        let Actors { matchmaker, front, groups, admin_feed, public_feed } = start(&services);
        let (jobs, rehearsals) = (Jobs::default(), Rehearsals::new(listening));
        Self { services, matchmaker, front, groups, admin_feed, public_feed, jobs, rehearsals, mail_queue }
    }
}

impl Deref for App {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.services
    }
}
