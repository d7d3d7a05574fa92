//! Starts the actors there is one of.

use actix::prelude::*;

use super::admin_feed::AdminFeed;
use super::front::Front;
use super::groups::Groups;
use super::matchmaker::{Lookers, Matchmaker, WayToMatchmaker};
use super::neighbours::{Joining, Neighbours};
use super::public_feed::PublicFeed;
use crate::found::{FoundGroup, NodeRecords};
use crate::services::Services;

/// The actors there is one of.
#[derive(Clone)]
pub struct Actors {
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
}

impl Actors {
    /// Starts them, on this thread, with what was found on file, for a node alone.
    #[must_use]
    pub fn start(services: &Services, mut found: NodeRecords) -> Self {
        let found_groups = std::mem::take(&mut found.groups);
        let (this, lookers) = Self::without_matchmaker(services, found_groups);
        let (services, front) = (services.clone(), this.front.clone().recipient());
        let matchmaker = Matchmaker::create(move |ctx| Matchmaker::new(services, lookers, front, found, None, ctx));
        this.matchmaker.put(Some(matchmaker));
        this
    }

    /// Starts them, on this thread, for a node of a cluster. A matchmaker comes with a term.
    #[must_use]
    pub fn join(services: &Services, joining: Joining) -> Self {
        let (this, lookers) = Self::without_matchmaker(services, Vec::new());
        let feeds = (this.admin_feed.clone(), this.public_feed.clone());
        Neighbours::start(services.clone(), joining, this.front.clone(), this.matchmaker.clone(), lookers, feeds);
        this
    }

    fn without_matchmaker(services: &Services, found_groups: Vec<FoundGroup>) -> (Self, Lookers) {
        let admin_feed = AdminFeed::new(services.joined.clone()).start();
        let public_feed = PublicFeed::new(services).start();
        let (for_groups, feed) = (services.clone(), admin_feed.clone().recipient());
        let groups = Groups::create(move |ctx| Groups::new(for_groups, feed, found_groups, ctx));
        let lookers = Lookers {
            admin: admin_feed.clone().recipient(),
            public: public_feed.clone().recipient(),
            office_name: public_feed.clone().recipient(),
        };
        let matchmaker = WayToMatchmaker::among(services.joined.clone());
        let taker = groups.clone().recipient();
        let front = Front::new(services.clone(), matchmaker.clone(), lookers.admin.clone(), taker).start();
        (Self { matchmaker, front, groups, admin_feed, public_feed }, lookers)
    }
}
