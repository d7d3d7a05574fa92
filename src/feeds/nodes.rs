//! The live list among several nodes. One with viewers asks each of the others what it has, and each shows it the rooms
//! that live there, and what waits and who counsels if it matches. Without viewers nobody is asked and nothing is sent.

use super::live::{Live, LiveViewer};
use super::portion::ListParcel;
use super::things::Listed;
use crate::ids::NodeId;

impl<V: LiveViewer> Live<V> {
    /// What other nodes are to be sent, in order.
    pub fn parcels(&mut self) -> Vec<(NodeId, ListParcel)> {
        std::mem::take(&mut self.parcels)
    }

    /// The link to this node is open, for the first time or again.
    pub fn link_opened(&mut self, node: NodeId) {
        self.links.insert(node);
        if self.is_watching() {
            self.parcels.push((node, ListParcel::Watch));
        }
    }

    /// It is broken. What the node has shown stays until it has named all of it again.
    pub fn link_broken(&mut self, node: NodeId) {
        self.links.remove(&node);
        self.onlookers.leave(node);
    }

    /// The node is gone. `true`: see [`Self::show`].
    #[must_use]
    pub fn node_gone(&mut self, node: NodeId) -> bool {
        self.link_broken(node);
        let gone = self.things.node_gone(node);
        self.gather(gone)
    }

    /// Another node says this. `true`: see [`Self::show`].
    #[must_use]
    pub fn hear(&mut self, node: NodeId, parcel: ListParcel) -> bool {
        match parcel {
            ListParcel::Watch => {
                self.onlookers.join(node, &self.things);
                self.gather([])
            }
            ListParcel::LookAway => {
                self.onlookers.leave(node);
                false
            }
            ListParcel::Shown(portion) => {
                self.look_away();
                if !self.is_watching() {
                    // It was on its way when the last of them went.
                    return false;
                }
                let changed = self.things.hear(node, portion);
                if self.things.term_here().is_none() {
                    self.onlookers.term_over();
                }
                self.gather(changed)
            }
        }
    }

    /// This node matches from here on, in the term with this epoch. What was known of those who wait and who counsel
    /// stays until the term has named all of it, or a viewer would see an empty list for a second.
    #[must_use]
    pub fn term_begins(&mut self, epoch: u64) -> bool {
        self.things.term_begins(epoch);
        self.onlookers.term_begins();
        self.gather([])
    }

    /// The term of this node has named all of it. `true`: see [`Self::show`].
    #[must_use]
    pub fn term_named(&mut self, epoch: u64) -> bool {
        let gone = self.things.term_named(epoch);
        gone.iter().for_each(|thing| self.onlookers.changed(*thing));
        self.gather(gone)
    }

    /// This node matches no more.
    pub fn term_over(&mut self, epoch: u64) {
        self.things.term_over(epoch);
        if self.things.term_here().is_none() {
            self.onlookers.term_over();
        }
        if !self.is_watching() {
            self.things.forget_others();
        }
    }

    /// Something of the term with this epoch, of this node, is to be shown, if it is not over. `true`: see
    /// [`Self::show`].
    #[must_use]
    pub fn show_of_term(&mut self, epoch: u64, what: Listed) -> bool {
        self.things.is_term(epoch) && self.show(what)
    }
}
