//! The matchmaker's hold on the lease, where several nodes may have it: whether it may decide is asked in every
//! step, and its last write answered, the lease can go to another.

use std::sync::Arc;

use crate::dispatch::Input;
use crate::front::Carried;
use crate::ids::{NodeId, TermId};
use crate::nodes::{self, Joined, Term, kind};
use crate::protocol::LineInfo;
use crate::time::Mono;

/// A term of this node, as its matchmaker has it in hand.
pub(in crate::actors) struct Hold {
    joined: Joined,
    term: Term,
    /// All have announced who is there, or it was waited long enough.
    begun: bool,
    /// The lobby matches, as it was told last.
    matches: bool,
    unanswered: Arc<Unanswered>,
}

/// Held by a matchmaker and by each of its writes that is not answered: with the last of them the lease can go.
pub(super) struct Unanswered {
    joined: Joined,
    term: TermId,
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        self.joined.cluster.tell(nodes::Input::Written(self.term));
    }
}

impl Hold {
    pub(in crate::actors) fn new(joined: Joined, term: Term) -> Self {
        let unanswered = Arc::new(Unanswered { joined: joined.clone(), term: term.id });
        Self { joined, term, begun: false, matches: false, unanswered }
    }

    /// Counts the terms.
    pub(super) fn epoch(&self) -> u64 {
        self.term.epoch
    }

    /// To be kept until a write is answered.
    pub(super) fn writes(&self) -> Arc<Unanswered> {
        self.unanswered.clone()
    }

    /// A write was told that another has the lease.
    pub(super) fn fenced(&self) {
        self.joined.cluster.tell(nodes::Input::Fenced(self.term.id));
    }

    /// What the lobby must be told before it makes a step: that it may not match (any more), or may again.
    pub(super) fn follow(&mut self, now: Mono) -> Option<Input> {
        let may = self.begun && self.term.may_match(now);
        let changes = std::mem::replace(&mut self.matches, may) != may;
        changes.then_some(if may { Input::Match } else { Input::Suspend })
    }

    /// Matching may begin, as far as the others are concerned.
    pub(super) fn begin(&mut self) {
        self.begun = true;
    }

    /// The matchmaker is there.
    pub(super) fn answer(&self) {
        self.joined.cluster.tell(nodes::Input::Answered);
    }

    /// For the front of another node, in their order.
    pub(super) fn send(&self, to: NodeId, parcels: &[Carried]) {
        self.joined.send_together(to, parcels, Some(self.term.epoch));
    }

    /// The lines as people see them, for those who sit at other nodes.
    pub(super) fn post(&self, lines: &[LineInfo]) {
        for node in self.joined.others() {
            self.joined.send(node, kind::LINES_SHOWN, &lines, Some(self.term.epoch));
        }
    }
}
