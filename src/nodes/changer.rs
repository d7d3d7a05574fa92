//! The hand for what may wait for another's lock: taking the lease waits for whatever is being written under the
//! term before it.
//!
//! Its connection is made when there is something to do and goes when there is nothing more: that is hardly ever,
//! and a database has only so many.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use diesel::QueryResult;
use diesel::pg::PgConnection;

use super::hand::{Hand, Hands};
use crate::cluster::Bounds;
use crate::cluster::lease::TakeAnswer;
use crate::ids::{NodeId, TermId};
use crate::storage::Database;
use crate::storage::nodes::lease::Taking;
use crate::storage::nodes::{Waits, connect, lease, members};
use crate::time::Mono;

/// A statement that may wait.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Take(Taking),
    DeclareGone {
        node: NodeId,
        seen_beat: u64,
    },
    Empty(TermId),
    /// Rows of nodes that have been gone for a day.
    Forget,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome {
    Took {
        term: TermId,
        answer: TakeAnswer,
    },
    /// Whether it changed the row; not if there is no answer, as whoever stands still is found again.
    Declared {
        node: NodeId,
        changed: bool,
    },
    /// Nothing that anybody waits for.
    Done,
}

/// Hands what came of an order of the hand with this number to the heart.
type Tell = Arc<dyn Fn(u64, Outcome) + Send + Sync>;

/// The hand, and what it was told and has not answered.
pub(super) struct Changer {
    database: Database,
    bounds: Bounds,
    tell: Tell,
    hand: Option<Hand<Change>>,
    /// Hands so far.
    count: u64,
    waiting: VecDeque<Change>,
    /// Since when the first of them is.
    since: Mono,
}

impl Changer {
    pub(super) fn new(database: Database, bounds: Bounds, tell: Tell) -> Self {
        let (waiting, since) = (VecDeque::new(), Mono(0));
        Self { database, bounds, tell, hand: None, count: 0, waiting, since }
    }

    /// When [`Self::tend`] is wanted.
    pub(super) fn deadline(&self) -> Option<Mono> {
        let wait = u64::try_from(self.bounds.gone().as_micros()).unwrap_or(u64::MAX);
        (!self.waiting.is_empty()).then(|| Mono(self.since.0.saturating_add(wait)))
    }

    /// Lets go of a hand that has not answered within gone. What it was told is answered by that nobody knows.
    pub(super) fn tend(&mut self, now: Mono) -> Vec<Outcome> {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return Vec::new();
        }
        self.hand = None;
        self.waiting.drain(..).map(|change| unanswered(change, TakeAnswer::Unknown)).collect()
    }

    /// Hands an order over. What is on its way already is not ordered twice.
    pub(super) fn order(&mut self, now: Mono, change: Change, hands: &Hands) {
        let is_it = |waiting: &Change| match (waiting, change) {
            (Change::DeclareGone { node: one, .. }, Change::DeclareGone { node: other, .. }) => *one == other,
            (Change::Forget, Change::Forget) => true,
            _ => false,
        };
        if self.waiting.iter().any(is_it) {
            return;
        }
        if self.waiting.is_empty() {
            self.since = now;
        }
        self.waiting.push_back(change);
        if let Some(hand) = &self.hand {
            hand.order(change);
        } else if let Some(hand) = self.begin(hands) {
            self.waiting.iter().for_each(|waiting| hand.order(*waiting));
            self.hand = Some(hand);
        }
    }

    /// Nothing if there is no thread: then what waits is answered by [`Self::tend`], unless another order comes
    /// when there is one.
    fn begin(&mut self, hands: &Hands) -> Option<Hand<Change>> {
        self.count += 1;
        let session = Session {
            number: self.count,
            database: self.database.clone(),
            waits: Waits::to_write(self.bounds),
            tell: self.tell.clone(),
        };
        let begun = hands.begin(self.count, move |orders| session.run(&orders));
        begun.inspect_err(|error| log::error!("no thread to change who is there or who matches: {error}")).ok()
    }

    /// The hand with this number has answered its first order; whether it is the present one.
    pub(super) fn answered(&mut self, now: Mono, number: u64) -> bool {
        let is_present = self.hand.as_ref().is_some_and(|hand| hand.number == number);
        if is_present {
            self.waiting.pop_front();
            self.since = now;
        }
        is_present
    }
}

/// What an order comes to that was not done, or of which nobody knows.
fn unanswered(change: Change, answer: TakeAnswer) -> Outcome {
    match change {
        Change::Take(taking) => Outcome::Took { term: taking.term, answer },
        Change::DeclareGone { node, .. } => Outcome::Declared { node, changed: false },
        Change::Empty(_) | Change::Forget => Outcome::Done,
    }
}

struct Session {
    number: u64,
    database: Database,
    waits: Waits,
    tell: Tell,
}

impl Session {
    fn run(self, orders: &Receiver<Change>) {
        let mut next = orders.recv().ok();
        while let Some(first) = next {
            next = self.burst(first, orders);
        }
    }

    /// One connection, for all there is to do. What comes after it.
    fn burst(&self, first: Change, orders: &Receiver<Change>) -> Option<Change> {
        let mut conn = match connect(&self.database, self.waits) {
            Ok(conn) => conn,
            Err(error) => {
                log::warn!("no connection to change who is there or who matches: {error}");
                self.answer(unanswered(first, TakeAnswer::NotMine));
                return orders.recv().ok();
            }
        };
        let mut next = Some(first);
        while let Some(change) = next {
            match obey(&mut conn, change) {
                Ok(outcome) => self.answer(outcome),
                Err(error) => {
                    log::warn!("who is there or who matches was not changed: {error}");
                    self.answer(unanswered(change, TakeAnswer::Unknown));
                    break;
                }
            }
            next = orders.try_recv().ok();
        }
        drop(conn);
        orders.recv().ok()
    }

    fn answer(&self, outcome: Outcome) {
        (self.tell)(self.number, outcome);
    }
}

fn obey(conn: &mut PgConnection, change: Change) -> QueryResult<Outcome> {
    Ok(match change {
        Change::Take(taking) => {
            let answer = lease::take(conn, taking)?.map_or(TakeAnswer::NotMine, TakeAnswer::Taken);
            Outcome::Took { term: taking.term, answer }
        }
        Change::DeclareGone { node, seen_beat } => {
            Outcome::Declared { node, changed: members::declare_gone(conn, node, seen_beat)? }
        }
        Change::Empty(term) => {
            lease::empty(conn, term)?;
            Outcome::Done
        }
        Change::Forget => {
            members::forget_gone(conn)?;
            Outcome::Done
        }
    })
}
