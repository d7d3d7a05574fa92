//! Whose announcement a new term hears.
//!
//! A node announces itself to the other end whenever a session opens. Whether that is also what a term waits for
//! depends on when it began: what was told before the term had claimed its tickets, nobody has taken in.

use std::collections::BTreeSet;

use crate::ids::NodeId;

/// The nodes that are announcing themselves: whose session has opened and whose announcement is not whole; with a
/// term, since its tickets were claimed.
#[derive(Debug, Default)]
pub(super) struct Announcers(BTreeSet<NodeId>);

impl Announcers {
    /// A term has claimed its tickets.
    pub(super) fn claimed(&mut self) {
        self.0.clear();
    }

    /// A session has opened.
    pub(super) fn opened(&mut self, node: NodeId) {
        self.0.insert(node);
    }

    /// Whether what comes from this node is part of an announcement to the term.
    pub(super) fn announces(&self, node: NodeId) -> bool {
        self.0.contains(&node)
    }

    /// The announcement is whole; whether it was one to the term.
    pub(super) fn announced(&mut self, node: NodeId) -> bool {
        self.0.remove(&node)
    }

    /// The session is over.
    pub(super) fn broken(&mut self, node: NodeId) {
        self.0.remove(&node);
    }
}

#[test]
fn what_was_told_before_the_claim_is_no_announcement_to_the_term() {
    let [one, two] = [1, 2].map(NodeId::from);
    let mut announcers = Announcers::default();
    announcers.opened(one);
    announcers.claimed();
    assert!(!announcers.announces(one) && !announcers.announced(one));
    announcers.opened(two);
    assert!(announcers.announces(two) && announcers.announced(two));
    assert!(!announcers.announces(two), "what follows is no announcement");
    announcers.opened(two);
    announcers.broken(two);
    assert!(!announcers.announced(two));
}
