//! How a new term finds out who is here.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::cluster::looks::{after, between};
use crate::ids::NodeId;
use crate::time::Mono;

/// Matching begins when no announcement has come for so long, though somebody is missing.
pub const QUIET: Duration = Duration::from_secs(1);
/// So long after the last announcement, whoever was not announced is away.
pub const AWAY_AFTER_LAST: Duration = Duration::from_secs(3);
/// So long after the claim at the latest.
pub const AWAY_AFTER_CLAIM: Duration = Duration::from_secs(10);

/// From the claim until everybody is here or away.
///
/// A match that came sooner than the announcements would go to whoever stands behind on a quick node
/// (R2); and nobody waits for a node that says nothing.
#[derive(Debug)]
pub(super) struct Gathering {
    claimed_at: Mono,
    /// When something of an announcement came last.
    last_at: Mono,
    missing: BTreeSet<NodeId>,
    matching: bool,
}

/// What is due in a gathering.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Due {
    /// Matching begins now.
    pub matching: bool,
    /// The gathering is over.
    pub away: bool,
}

impl Gathering {
    pub(super) fn new(now: Mono, up: Vec<NodeId>) -> Self {
        Self { claimed_at: now, last_at: now, missing: up.into_iter().collect(), matching: false }
    }

    /// Something of an announcement came; `whole` if it was the end of it.
    pub(super) fn heard(&mut self, node: NodeId, whole: bool, now: Mono) {
        self.last_at = now;
        if whole {
            self.missing.remove(&node);
        }
    }

    /// It is not waited for.
    pub(super) fn lost(&mut self, node: NodeId) {
        self.missing.remove(&node);
    }

    fn away_at(&self) -> Mono {
        after(self.last_at, AWAY_AFTER_LAST).min(after(self.claimed_at, AWAY_AFTER_CLAIM))
    }

    /// What comes due by now; each once.
    pub(super) fn due(&mut self, now: Mono) -> Due {
        let away = now >= self.away_at();
        let may = away || self.missing.is_empty() || between(self.last_at, now) >= QUIET;
        let matching = may && !self.matching;
        self.matching |= may;
        Due { matching, away }
    }

    pub(super) fn deadline(&self) -> Mono {
        if self.matching { self.away_at() } else { after(self.last_at, QUIET).min(self.away_at()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::SECOND;

    const fn s(tenths: u64) -> Mono {
        Mono(tenths * SECOND / 10)
    }

    fn two() -> Gathering {
        Gathering::new(s(0), vec![NodeId::from(1), NodeId::from(2)])
    }

    #[test]
    fn matching_begins_when_all_have_announced_themselves() {
        let mut gathering = two();
        gathering.heard(NodeId::from(1), true, s(2));
        assert_eq!(gathering.due(s(3)), Due::default());
        gathering.heard(NodeId::from(2), true, s(4));
        assert_eq!(gathering.due(s(4)), Due { matching: true, away: false });
        assert_eq!(gathering.due(s(33)), Due::default(), "once");
        assert_eq!(gathering.deadline(), s(34));
        assert!(gathering.due(s(34)).away);
    }

    #[test]
    fn nobody_waits_for_a_node_that_says_nothing_or_is_gone() {
        let mut gathering = two();
        gathering.heard(NodeId::from(1), false, s(5));
        assert_eq!(gathering.due(s(14)), Due::default());
        assert!(gathering.due(s(15)).matching);
        let mut gathering = two();
        gathering.lost(NodeId::from(1));
        gathering.lost(NodeId::from(2));
        assert!(gathering.due(s(0)).matching);
    }

    #[test]
    fn ten_seconds_after_the_claim_it_is_over_however_long_announcements_go_on() {
        let mut gathering = two();
        for tenth in 0..100 {
            gathering.heard(NodeId::from(1), false, s(tenth));
            assert_eq!(gathering.due(s(tenth)), Due::default());
        }
        assert_eq!(gathering.due(s(100)), Due { matching: true, away: true });
    }
}
