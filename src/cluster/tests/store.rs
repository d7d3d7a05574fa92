//! A model of the rows that members and the lease stand on: `NODE`, `LEASE`, the session locks. It may be
//! away, lose its last commits, and forget all locks.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::cluster::Engine;
use crate::cluster::lease::LeaseRow;
use crate::cluster::members::{LookResult, Me, NodeRow, State};
use crate::ids::{NodeId, TermId};
use crate::time::Mono;

/// A statement of the records.
#[derive(Clone, Debug)]
pub(super) enum Statement {
    Insert(Me),
    Beat {
        round: u64,
        state: State,
        engine: Engine,
    },
    Look {
        round: u64,
    },
    Declare {
        node: NodeId,
        seen_beat: u64,
    },
    Take {
        seen: Option<TermId>,
        seen_beat: u64,
        term: TermId,
        newest_epoch: u64,
    },
    LeaseBeat {
        term: TermId,
        count: u64,
    },
    Empty(TermId),
    /// Something that a term writes, behind the guard.
    Write(TermId),
}

#[derive(Clone, Debug, Default)]
struct Rows {
    /// All, gone ones too.
    nodes: BTreeMap<NodeId, NodeRow>,
    lease: LeaseRow,
}

#[derive(Debug, Default)]
pub(super) struct Store {
    rows: Rows,
    /// What was on file before, for a failover that loses the last commits.
    before: VecDeque<(Mono, Rows)>,
    /// Whose session lock is held.
    pub locks: BTreeSet<NodeId>,
    numbers: u32,
}

impl Store {
    /// Keeps what is on file, at most once in 200 ms and for 3 s.
    pub(super) fn remember(&mut self, now: Mono) {
        if self.before.back().is_none_or(|(at, _)| now.0 >= at.0 + 200_000) {
            self.before.push_back((now, self.rows.clone()));
            while self.before.len() > 15 {
                self.before.pop_front();
            }
        }
    }

    /// The standby takes over: it lacks what was committed in the last so many milliseconds.
    pub(super) fn fail_over(&mut self, now: Mono, lost_ms: u64) {
        while let Some((at, rows)) = self.before.pop_back() {
            self.rows = rows;
            if at.0 + lost_ms * 1_000 <= now.0 {
                break;
            }
        }
        self.before.clear();
        self.locks.clear();
    }

    pub(super) const fn lease(&self) -> LeaseRow {
        self.rows.lease
    }

    /// Everybody that is not gone.
    pub(super) fn there(&self) -> Vec<NodeRow> {
        let row = |row: &NodeRow| NodeRow { held: self.locks.contains(&row.who.node), ..row.clone() };
        self.rows.nodes.values().filter(|row| row.state != State::Gone).map(row).collect()
    }

    pub(super) fn look(&self) -> LookResult {
        LookResult { nodes: self.there(), lease: self.rows.lease }
    }

    pub(super) fn insert(&mut self, who: &Me) -> u32 {
        self.locks.insert(who.node);
        if let Some(row) = self.rows.nodes.get(&who.node) {
            return row.no;
        }
        self.numbers += 1;
        let row = NodeRow {
            who: who.clone(),
            no: self.numbers,
            engine: Engine::Postgres,
            state: State::Joining,
            beat: 0,
            held: false,
        };
        self.rows.nodes.insert(who.node, row);
        self.numbers
    }

    pub(super) fn beat(&mut self, node: NodeId, state: State, engine: Engine) -> bool {
        let row = self.rows.nodes.get_mut(&node).filter(|row| row.state != State::Gone);
        row.map(|row| (row.beat, row.state, row.engine) = (row.beat + 1, state, engine)).is_some()
    }

    pub(super) fn declare(&mut self, node: NodeId, seen_beat: u64) -> bool {
        let still = |row: &&mut NodeRow| row.state != State::Gone && row.beat == seen_beat;
        self.rows.nodes.get_mut(&node).filter(still).map(|row| row.state = State::Gone).is_some()
    }

    pub(super) fn take(
        &mut self,
        by: NodeId,
        seen: Option<TermId>,
        seen_beat: u64,
        term: TermId,
        newest: u64,
    ) -> Option<u64> {
        let lease = &mut self.rows.lease;
        if lease.holder.map(|(_, term)| term) != seen || lease.beat != seen_beat {
            return None;
        }
        *lease = LeaseRow { holder: Some((by, term)), beat: lease.beat + 1, epoch: lease.epoch.max(newest) + 1 };
        Some(lease.epoch)
    }

    pub(super) fn is_term(&self, term: TermId) -> bool {
        self.rows.lease.holder.is_some_and(|(_, held)| held == term)
    }

    pub(super) fn beat_lease(&mut self, term: TermId) -> bool {
        let is_it = self.is_term(term);
        self.rows.lease.beat += u64::from(is_it);
        is_it
    }

    pub(super) fn empty(&mut self, term: TermId) {
        if self.is_term(term) {
            self.rows.lease.holder = None;
        }
    }
}
