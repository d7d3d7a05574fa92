//! The nodes as whoever matches knows them: which may be the home of rooms, of which nothing is known as long as the
//! link to them is broken, and which are gone.

use std::collections::{BTreeMap, BTreeSet};

use super::parcels::NodeSocket;
use super::{Dispatch, Out};
use crate::ids::{AccountId, NodeId, RoomId, TicketId};
use crate::matching;

/// The other nodes. This one is always known, and never lost or gone.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    up: BTreeSet<NodeId>,
    draining: BTreeSet<NodeId>,
    /// Of these nothing is known until they have announced themselves.
    unseen: BTreeMap<NodeId, Unseen>,
    /// An incarnation is never used again: what one of these says is late.
    gone: BTreeSet<NodeId>,
}

/// Who was at a node when its link broke or its announcement began, and what it has named since.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    /// The link was broken: rooms that it does not name are not there either.
    pub(super) is_lost: bool,
    desks: BTreeSet<TicketId>,
    pub(super) rooms: BTreeSet<RoomId>,
}

impl Nodes {
    pub(super) fn is_gone(&self, node: NodeId) -> bool {
        self.gone.contains(&node)
    }

    /// Nothing is known of it now; it may live.
    pub(super) fn is_unseen(&self, node: NodeId) -> bool {
        self.unseen.contains_key(&node)
    }

    /// It takes part, as far as is known.
    fn lives(&self, node: NodeId) -> bool {
        self.up.contains(&node) || self.draining.contains(&node) || self.is_unseen(node)
    }

    /// No room is to live there any more.
    pub(super) fn drains(&self, node: NodeId) -> bool {
        self.draining.contains(&node)
    }

    fn may_have_more(&self, node: NodeId) -> bool {
        self.up.contains(&node) && !self.is_unseen(node)
    }

    /// Nobody knows whether anybody is at this desk, as its node is not heard.
    pub(super) fn hide_desk(&self, ticket: TicketId) -> bool {
        self.unseen.values().any(|unseen| unseen.desks.contains(&ticket))
    }

    /// The link to it was broken, and it has not named this room since.
    pub(super) fn has_missed(&self, node: NodeId, room: RoomId) -> bool {
        self.unseen.get(&node).is_some_and(|unseen| unseen.is_lost && !unseen.rooms.contains(&room))
    }

    /// A room was named there.
    pub(super) fn named(&mut self, node: NodeId, room: RoomId) {
        if let Some(unseen) = self.unseen.get_mut(&node) {
            unseen.rooms.insert(room);
        }
    }

    pub(super) fn is_announced(&mut self, node: NodeId) -> Unseen {
        self.unseen.remove(&node).unwrap_or_default()
    }
}

impl Dispatch {
    pub(super) fn node_is_up(&mut self, node: NodeId, out: &mut Out<'_>) {
        if !self.nodes.is_gone(node) {
            self.nodes.draining.remove(&node);
            self.nodes.up.insert(node);
            self.hand_on_all(out);
        }
    }

    pub(super) fn node_drains(&mut self, node: NodeId, out: &mut Out<'_>) {
        if !self.nodes.is_gone(node) {
            self.nodes.up.remove(&node);
            self.nodes.draining.insert(node);
            self.hand_on_all(out);
        }
    }

    pub(super) fn node_is_lost(&mut self, node: NodeId, out: &mut Out<'_>) {
        if node == self.settings.node || self.nodes.is_gone(node) {
            return;
        }
        self.unsee(node, out);
        if let Some(unseen) = self.nodes.unseen.get_mut(&node) {
            unseen.is_lost = true;
            unseen.rooms.clear();
        }
    }

    pub(super) fn node_is_gone(&mut self, node: NodeId, out: &mut Out<'_>) {
        if node == self.settings.node || self.nodes.is_gone(node) {
            return;
        }
        self.unsee(node, out);
        let unseen = self.nodes.is_announced(node);
        self.nodes.gone.insert(node);
        self.nodes.up.remove(&node);
        self.nodes.draining.remove(&node);
        self.visits.values_mut().for_each(|visit| visit.followed_at.retain(|at| *at != node));
        self.are_away(&unseen, out);
        self.leave_rooms_of(node, out);
    }

    /// Whether a node takes part, as far as is known here.
    pub(super) fn lives(&self, node: NodeId) -> bool {
        node == self.settings.node || self.nodes.lives(node)
    }

    /// Where a room is to live: beside the first of these people whose node may have more rooms, else here, else
    /// wherever it may. If there is no such node it lives here, until there is one.
    pub(super) fn home_beside(&self, people: [Option<NodeSocket>; 2]) -> NodeId {
        let own = self.settings.node;
        let may = |node: &NodeId| match *node == own {
            true => !self.nodes.drains(own),
            false => self.nodes.may_have_more(*node),
        };
        let mut beside = people.into_iter().flatten().map(|at| at.node).chain([own]);
        beside.find(may).or_else(|| self.nodes.up.iter().copied().find(may)).unwrap_or(own)
    }

    /// From here on nothing is known of who is at this node. In one step: nobody is offered to somebody of whom
    /// nothing is known either.
    pub(super) fn unsee(&mut self, node: NodeId, out: &mut Out<'_>) {
        let holds_already = self.lobby.is_suspended();
        self.step_lobby(matching::Input::Suspend, out);
        let staff = self.staff.iter().filter(|(_, staff)| staff.socket.is_some_and(|at| at.node == node));
        let staff: BTreeSet<AccountId> = staff.map(|(account, _)| *account).collect();
        let desks = self.desk_at.iter().filter(|(at, _)| at.node == node);
        let desks: BTreeSet<TicketId> = desks.map(|(_, ticket)| *ticket).collect();
        for &account in &staff {
            // Told there before they are forgotten: if it announces itself twice, what rings is on its way to them.
            self.step_lobby(matching::Input::CounsellorGone { counsellor: account }, out);
            self.leaves_socket(account, out);
        }
        self.desk_at.retain(|at, _| at.node != node);
        for &ticket in &desks {
            self.desk_is_unseen(ticket, out);
        }
        let unseen = self.nodes.unseen.entry(node).or_default();
        unseen.desks.extend(desks);
        if !holds_already {
            self.step_lobby(matching::Input::Resume, out);
        }
    }

    fn desk_is_unseen(&mut self, ticket: TicketId, out: &mut Out<'_>) {
        if let Some(visit) = self.visits.get_mut(&ticket) {
            visit.socket = None;
            self.step_lobby(matching::Input::DeskUnseen { ticket }, out);
            self.show_ticket(ticket, out);
        } else {
            let room = self.room_of.get(&ticket).and_then(|room| self.rooms.get_mut(room));
            if let Some(visit) = room.and_then(|entry| entry.visit.as_mut()) {
                visit.socket = None;
            }
        }
    }

    /// Those who were there and were not seen anywhere since are away as of now (R10). Of who sits in a room its home
    /// takes care.
    pub(super) fn are_away(&mut self, unseen: &Unseen, out: &mut Out<'_>) {
        for &ticket in &unseen.desks {
            if self.visits.get(&ticket).is_some_and(|visit| visit.socket.is_none()) {
                self.step_lobby(matching::Input::DeskGone { ticket }, out);
                self.show_ticket(ticket, out);
            }
        }
    }
}
