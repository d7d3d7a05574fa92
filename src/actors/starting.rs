//! Starts the actors there is one of.

use actix::prelude::*;

use super::admin_feed::AdminFeed;
use super::found::NodeRecords;
use super::front::Front;
use super::groups::Groups;
use super::matchmaker::{Lookers, Matchmaker};
use super::public_feed::PublicFeed;
use crate::services::Services;

/// The actors there is one of.
#[derive(Clone)]
pub struct Actors {
    /// Pairs desks and counsellors.
    pub matchmaker: Addr<Matchmaker>,
    /// Knows the sockets and the rooms of this node.
    pub front: Addr<Front>,
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
        // Each of the two speaks with the other.
        let mut ctx = Context::new();
        let taker = groups.clone().recipient();
        let front = Front::new(services.clone(), &ctx.address(), lookers.admin.clone(), taker).start();
        let matchmaker = Matchmaker::new(services.clone(), lookers, front.clone().recipient(), found, &mut ctx);
        let matchmaker = ctx.run(matchmaker);
        Self { matchmaker, front, groups, admin_feed, public_feed }
    }
}
