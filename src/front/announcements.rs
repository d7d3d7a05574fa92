//! Whose people and rooms a term of this node knows of: each node announces all it has once a term and session. It
//! does so as the session begins, if it knows by then who matches; else it is asked to.

use std::collections::BTreeMap;

use crate::ids::NodeId;

/// What each of the others has announced, for whoever matches here.
#[derive(Debug, Default)]
pub struct Announcements {
    nodes: BTreeMap<NodeId, Session>,
}

/// A session with another node.
#[derive(Debug)]
enum Session {
    /// It begins with an announcement, which is still coming.
    Begins {
        /// The term there is has heard it from its first word on.
        is_heard: bool,
        /// All that the node has for whoever matches was in it.
        is_all: bool,
    },
    /// What comes now is news, or was asked for.
    GoesOn,
}

impl Announcements {
    /// A session begins. `matches`: there is a term here that hears it.
    pub fn opened(&mut self, node: NodeId, matches: bool) {
        self.nodes.insert(node, Session::Begins { is_heard: matches, is_all: false });
    }

    /// The node says that it has named all that it has.
    pub fn named(&mut self, node: NodeId) {
        if let Some(Session::Begins { is_all, .. }) = self.nodes.get_mut(&node) {
            *is_all = true;
        }
    }

    /// Whether a term here may believe what the node says of its people and rooms: not the rest of an announcement of
    /// which it has not heard the beginning, as what was named there would seem not to be.
    #[must_use]
    pub fn is_believed(&self, node: NodeId) -> bool {
        !matches!(self.nodes.get(&node), Some(Session::Begins { is_heard: false, .. }))
    }

    /// What its session began with is whole. Whether it is to be asked, if there is a term here: it did not know who
    /// matches, or the term began meanwhile.
    pub fn is_to_be_asked(&mut self, node: NodeId) -> bool {
        let began = self.nodes.get_mut(&node).map(|session| std::mem::replace(session, Session::GoesOn));
        matches!(began, Some(Session::Begins { is_heard, is_all }) if !(is_heard && is_all))
    }

    /// A term begins here: whom it asks. Who is just beginning a session is asked behind that.
    pub fn term_begins(&mut self) -> Vec<NodeId> {
        let mut asked = Vec::new();
        for (&node, session) in &mut self.nodes {
            match session {
                Session::Begins { is_heard, .. } => *is_heard = false,
                Session::GoesOn => asked.push(node),
            }
        }
        asked
    }

    /// There is no session with this node any more.
    pub fn broke(&mut self, node: NodeId) {
        self.nodes.remove(&node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: NodeId = NodeId(uuid::Uuid::from_u128(2));

    #[test]
    fn each_node_announces_all_it_has_once_a_term_and_session() {
        // Whether a term was here as the session began, whether one began in the middle, whether the node knew of it.
        for (matches, begins, knows, asked) in [
            (true, false, true, false),
            (true, false, false, true),
            (true, true, true, true),
            (false, true, true, true),
            (false, true, false, true),
        ] {
            let mut all = Announcements::default();
            all.opened(NODE, matches);
            if begins {
                assert_eq!(all.term_begins(), [], "it is asked behind what it begins with");
            }
            if knows {
                all.named(NODE);
            }
            assert_eq!(all.is_believed(NODE), matches && !begins, "{matches} {begins}");
            assert_eq!(all.is_to_be_asked(NODE), asked, "{matches} {begins} {knows}");
            assert!(!all.is_to_be_asked(NODE) && all.is_believed(NODE), "once");
            all.named(NODE);
            assert_eq!(all.term_begins(), [NODE], "the next term asks");
            all.broke(NODE);
            assert_eq!(all.term_begins(), [], "there is no way to it");
        }
    }
}
