//! The rows that tell who is there and who matches, `NODE` and `LEASE`, and the statements of a heart on them.

use std::collections::{BTreeMap, BTreeSet};

use anteroom::cluster::Engine;
use anteroom::cluster::lease::{LeaseRow, TakeAnswer};
use anteroom::cluster::members::{LookResult, Me, NodeRow, State};
use anteroom::ids::{NodeId, TermId};

#[derive(Clone, Debug, Default)]
pub struct Nodes {
    /// All, gone ones too.
    rows: BTreeMap<NodeId, NodeRow>,
    pub lease: LeaseRow,
    /// Whose session lock is held.
    pub locks: BTreeSet<NodeId>,
    numbers: u32,
}

/// A statement of a heart.
#[derive(Clone, Debug)]
pub enum Statement {
    /// On its connection, the one with this number.
    On(u64, OnConnection),
    Declare {
        node: NodeId,
        seen_beat: u64,
    },
    Take {
        by: NodeId,
        seen: Option<TermId>,
        seen_beat: u64,
        term: TermId,
        newest_epoch: u64,
    },
    Empty(TermId),
}

#[derive(Clone, Debug)]
pub enum OnConnection {
    Insert(Box<Me>),
    Beat { node: NodeId, round: u64, state: State },
    Look { round: u64 },
    BeatLease { term: TermId, count: u64 },
}

/// What the heart hears of it.
#[derive(Clone, Debug)]
pub enum FromStore {
    /// On the connection with this number.
    On(u64, Answer),
    Declared {
        node: NodeId,
        changed: bool,
    },
    Took {
        term: TermId,
        answer: TakeAnswer,
    },
}

#[derive(Clone, Debug)]
pub enum Answer {
    Inserted { no: u32 },
    Beaten { round: u64, changed: bool },
    Looked { round: u64, found: Box<LookResult> },
    LeaseBeaten { count: u64, changed: bool },
    Lost,
}

impl Nodes {
    /// Which term holds the lease.
    pub fn term(&self) -> Option<TermId> {
        self.lease.holder.map(|(_, term)| term)
    }

    /// What it comes to; nobody waits for the lease to be emptied.
    pub fn run(&mut self, statement: Statement) -> Option<FromStore> {
        Some(match statement {
            Statement::On(connection, statement) => FromStore::On(connection, self.on_connection(statement)),
            Statement::Declare { node, seen_beat } => {
                FromStore::Declared { node, changed: self.declare(node, seen_beat) }
            }
            Statement::Take { by, seen, seen_beat, term, newest_epoch } => {
                let may = self.term() == seen && self.lease.beat == seen_beat;
                if may {
                    let epoch = self.lease.epoch.max(newest_epoch) + 1;
                    self.lease = LeaseRow { holder: Some((by, term)), beat: seen_beat + 1, epoch };
                }
                let answer = if may { TakeAnswer::Taken(self.lease.epoch) } else { TakeAnswer::NotMine };
                FromStore::Took { term, answer }
            }
            Statement::Empty(term) => {
                self.lease.holder.take_if(|(_, held)| *held == term);
                return None;
            }
        })
    }

    fn on_connection(&mut self, statement: OnConnection) -> Answer {
        match statement {
            OnConnection::Insert(me) => Answer::Inserted { no: self.insert(*me) },
            OnConnection::Beat { node, round, state } => {
                let row = self.rows.get_mut(&node).filter(|row| row.state != State::Gone);
                let changed = row.map(|row| (row.beat, row.state) = (row.beat + 1, state)).is_some();
                Answer::Beaten { round, changed }
            }
            OnConnection::Look { round } => {
                let there = self.rows.values().filter(|row| row.state != State::Gone);
                let nodes = there.map(|row| NodeRow { held: self.locks.contains(&row.who.node), ..row.clone() });
                Answer::Looked { round, found: Box::new(LookResult { nodes: nodes.collect(), lease: self.lease }) }
            }
            OnConnection::BeatLease { term, count } => {
                let changed = self.term() == Some(term);
                self.lease.beat += u64::from(changed);
                Answer::LeaseBeaten { count, changed }
            }
        }
    }

    fn insert(&mut self, who: Me) -> u32 {
        self.locks.insert(who.node);
        self.numbers += 1;
        let (no, engine, state) = (self.numbers, Engine::Postgres, State::Joining);
        self.rows.entry(who.node).or_insert(NodeRow { who, no, engine, state, beat: 0, held: false }).no
    }

    /// It is gone, whatever its beat is.
    pub fn outlaw(&mut self, node: NodeId) {
        self.rows.entry(node).and_modify(|row| row.state = State::Gone);
    }

    fn declare(&mut self, node: NodeId, seen_beat: u64) -> bool {
        let still = |row: &&mut NodeRow| row.state != State::Gone && row.beat == seen_beat;
        self.rows.get_mut(&node).filter(still).map(|row| row.state = State::Gone).is_some()
    }
}
