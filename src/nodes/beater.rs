//! The hand that beats and looks: one connection, with the node's session lock, where nothing ever waits long.

use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

use diesel::QueryResult;
use diesel::pg::PgConnection;

use super::hand::{Hand, Hands};
use crate::clock::Clock;
use crate::cluster::members::{LookResult, Me, State};
use crate::cluster::{Bounds, Engine};
use crate::ids::{NodeId, TermId};
use crate::storage::Database;
use crate::storage::nodes::{Waits, connect, lease, members};
use crate::time::Mono;

/// A statement on the connection that beats.
#[derive(Debug)]
pub(super) enum Order {
    Insert(Box<Me>),
    Beat { node: NodeId, round: u64, state: State, engine: Engine },
    BeatLease { term: TermId, count: u64 },
    Look { round: u64 },
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Answer {
    Connected,
    Inserted {
        no: u32,
    },
    /// What a beat found besides; nothing if the node is gone.
    Beaten {
        round: u64,
        found: Option<Beaten>,
    },
    LeaseBeaten {
        count: u64,
        changed: bool,
    },
    Looked {
        round: u64,
        found: Box<LookResult>,
    },
    /// The connection is of no use; nothing follows.
    Lost(String),
}

/// What a beat that counted found besides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beaten {
    /// By how many microseconds our clock is ahead of the database's.
    pub(super) ahead: i64,
    /// See [`members::Beaten::notices`].
    pub(super) notices: f64,
}

/// Hands the answer of the hand with this number to the heart; whether there is one.
type Tell = Arc<dyn Fn(u64, Answer) -> bool + Send + Sync>;

#[derive(Debug)]
enum Line {
    /// Until then nothing is tried.
    Down(Mono),
    /// Since then.
    Connecting(Hand<Order>, Mono),
    Up(Hand<Order>),
}

/// The connection, made anew whenever it is lost.
pub(super) struct Beater {
    database: Database,
    bounds: Bounds,
    clock: Clock,
    tell: Tell,
    line: Line,
    /// When the last try began.
    tried: Mono,
    /// Hands so far.
    count: u64,
    /// The node's number, once it is on file: its lock is taken with the connection.
    no: Option<u32>,
    /// The log knows that it is lost.
    is_said: bool,
}

impl Beater {
    pub(super) fn new(database: Database, bounds: Bounds, clock: Clock, tell: Tell) -> Self {
        let tried = Mono::default();
        Self { database, bounds, clock, tell, line: Line::Down(tried), tried, count: 0, no: None, is_said: false }
    }

    /// A pause between two tries: half a beat.
    fn pause(&self) -> Duration {
        self.bounds.beat() / 2
    }

    /// When [`Self::tend`] is wanted.
    pub(super) fn deadline(&self) -> Option<Mono> {
        match &self.line {
            Line::Down(until) => Some(*until),
            Line::Connecting(_, since) => Some(plus(*since, self.bounds.gone())),
            Line::Up(_) => None,
        }
    }

    /// Makes the connection if it is time to, and lets go of one that is not made within gone.
    pub(super) fn tend(&mut self, now: Mono, hands: &Hands) {
        match &self.line {
            Line::Down(until) if now >= *until => self.connect(now, hands),
            Line::Connecting(_, since) if now >= plus(*since, self.bounds.gone()) => {
                self.lost(now, "no connection within the time in which a node is gone");
            }
            _ => {}
        }
    }

    fn connect(&mut self, now: Mono, hands: &Hands) {
        self.count += 1;
        self.tried = now;
        let session = Session {
            number: self.count,
            database: self.database.clone(),
            waits: Waits::to_beat(self.bounds),
            clock: self.clock.clone(),
            no: self.no,
            tell: self.tell.clone(),
        };
        match hands.begin(self.count, move |orders| session.run(&orders)) {
            Ok(hand) => self.line = Line::Connecting(hand, now),
            Err(error) => self.lost(now, &error.to_string()),
        }
    }

    /// The connection is lost, or to be given up; it is made anew at once unless that was tried just now.
    pub(super) fn lost(&mut self, now: Mono, why: &str) {
        if !std::mem::replace(&mut self.is_said, true) {
            log::warn!("this node's beat has no connection to the database, and it is made anew: {why}");
        }
        self.line = Line::Down(plus(self.tried, self.pause()).max(now));
    }

    /// Whether this hand is the present one: what others answer comes too late.
    pub(super) fn is_present(&self, number: u64) -> bool {
        matches!(&self.line, Line::Connecting(hand, _) | Line::Up(hand) if hand.number == number)
    }

    pub(super) fn connected(&mut self) {
        if std::mem::take(&mut self.is_said) {
            log::info!("this node's beat has its connection to the database again");
        }
        self.line = match std::mem::replace(&mut self.line, Line::Down(Mono::default())) {
            Line::Connecting(hand, _) => Line::Up(hand),
            line => line,
        };
    }

    /// The node is on file, by this number.
    pub(super) const fn inserted(&mut self, no: u32) {
        self.no = Some(no);
    }

    /// Nothing without a connection: whoever orders is told that there is none.
    pub(super) fn order(&self, order: Order) {
        if let Line::Up(hand) = &self.line {
            hand.order(order);
        }
    }
}

/// One connection and its thread.
struct Session {
    number: u64,
    database: Database,
    waits: Waits,
    clock: Clock,
    no: Option<u32>,
    tell: Tell,
}

impl Session {
    fn run(self, orders: &Receiver<Order>) {
        let answer = |answer| (self.tell)(self.number, answer);
        let mut conn = match self.open() {
            Ok(conn) => conn,
            Err(why) => {
                answer(Answer::Lost(why));
                return;
            }
        };
        let mut goes_on = answer(Answer::Connected);
        while goes_on && let Ok(order) = orders.recv() {
            goes_on = match self.obey(&mut conn, order) {
                Ok(found) => answer(found),
                Err(error) => {
                    answer(Answer::Lost(error.to_string()));
                    false
                }
            };
        }
    }

    fn open(&self) -> Result<PgConnection, String> {
        let mut conn = connect(&self.database, self.waits).map_err(|error| error.to_string())?;
        if let Some(no) = self.no {
            members::hold(&mut conn, no).map_err(|error| error.to_string())?;
        }
        Ok(conn)
    }

    fn obey(&self, conn: &mut PgConnection, order: Order) -> QueryResult<Answer> {
        Ok(match order {
            Order::Insert(me) => Answer::Inserted { no: members::insert(conn, &me)? },
            Order::Beat { node, round, state, engine } => {
                let before = self.clock.now().wall.0;
                let found = members::beat(conn, node, state, engine)?;
                // The database read its clock somewhere between.
                let ours = i64::midpoint(before, self.clock.now().wall.0);
                let found = found.map(|found| Beaten { ahead: ours - found.at.0, notices: found.notices });
                Answer::Beaten { round, found }
            }
            Order::BeatLease { term, count } => Answer::LeaseBeaten { count, changed: lease::beat(conn, term)? },
            Order::Look { round } => Answer::Looked { round, found: Box::new(members::look(conn)?) },
        })
    }
}

fn plus(moment: Mono, wait: Duration) -> Mono {
    Mono(moment.0.saturating_add(u64::try_from(wait.as_micros()).unwrap_or(u64::MAX)))
}
