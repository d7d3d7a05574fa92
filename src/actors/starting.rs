//! Starts the actors there is one of.

use actix::prelude::*;

use super::admin_feed::AdminFeed;
use super::groups::Groups;
use super::matchmaker::{Lookers, Matchmaker, NodeRecords};
use super::public_feed::PublicFeed;
use crate::services::Services;

/// The actors there is one of.
#[derive(Clone)]
pub struct Actors {
    /// Pairs desks and counsellors.
    pub matchmaker: Addr<Matchmaker>,
    /// Knows the group rooms that are open.
    pub groups: Addr<Groups>,
    /// Feeds the admin room list.
    pub admin_feed: Addr<AdminFeed>,
    /// Feeds the walls and the start pages.
    pub public_feed: Addr<PublicFeed>,
}

impl Actors {
    /// Starts them, on this thread, with what was found on file.
    #[must_use]
    pub fn start(services: &Services, mut found: NodeRecords) -> Self {
        let admin_feed = AdminFeed::default().start();
        let public_feed = PublicFeed::new(services).start();
        let found_groups = std::mem::take(&mut found.groups);
        let (for_groups, feed) = (services.clone(), admin_feed.clone().recipient());
        let groups = Groups::create(move |ctx| Groups::new(for_groups, feed, found_groups, ctx));
        let lookers = Lookers {
            admin: admin_feed.clone().recipient(),
            public: public_feed.clone().recipient(),
            office_name: public_feed.clone().recipient(),
        };
        let services = services.clone();
        let matchmaker = Matchmaker::create(move |ctx| Matchmaker::new(services, lookers, found, ctx));
        Self { matchmaker, groups, admin_feed, public_feed }
    }
}
