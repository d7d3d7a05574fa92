//! Everybody's journals against the records: the invariants I1 to I5, from what clients were told
//! and what is on file, never from what the server says of itself.
//!
//! - `facts`: the records as they are now, and what they alone must fulfil
//! - `told`: every frame anybody heard is true, and was for them
//! - `now`: whoever is still here has heard all of it

mod facts;
mod now;
mod told;

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::database::Records;
use super::socket::{Journal, Socket};
use super::until_within;
use facts::Facts;

/// A desk is told the truth within so long (I4).
const TRUTH_WITHIN: Duration = Duration::from_secs(5);
/// After so long nothing is left of a socket that has gone (I1).
const GHOSTS_GONE: Duration = Duration::from_secs(60);

/// Of each person's newest socket.
const LAST_WORDS: usize = 20;

/// The journals of one server's people.
#[derive(Clone, Default)]
pub struct Ledger {
    pages: Arc<Mutex<Vec<Page>>>,
    count: Arc<AtomicUsize>,
}

/// The journal of one socket, and whose it is.
#[derive(Clone)]
pub struct Page {
    pub who: Who,
    pub journal: Arc<Journal>,
}

/// One person, over all their sockets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    Desk(String),
    /// By login.
    Counsellor(String),
    /// By login: a manager at the socket of a room.
    Supervisor(String),
}

/// An invariant that does not hold.
#[derive(Clone, Debug)]
pub struct Broken {
    pub rule: &'static str,
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is broken: {}", self.rule, self.what)
    }
}

/// A check that may fail.
pub type Holds = Result<(), Broken>;

/// `Err` with the rule and what was seen, unless `fine`.
pub fn must(fine: bool, rule: &'static str, what: impl FnOnce() -> String) -> Holds {
    if fine { Ok(()) } else { Err(Broken { rule, what: what() }) }
}

impl Ledger {
    /// Keeps a desk's journal.
    pub fn desk(&self, name: &str, socket: &Socket) {
        self.keep(Who::Desk(name.to_owned()), socket);
    }

    /// Keeps a counsellor's journal.
    pub fn counsellor(&self, login: &str, socket: &Socket) {
        self.keep(Who::Counsellor(login.to_owned()), socket);
    }

    /// Keeps the journal of a manager at a room.
    pub fn supervisor(&self, login: &str, socket: &Socket) {
        self.keep(Who::Supervisor(login.to_owned()), socket);
    }

    /// A number for the next person.
    pub fn next(&self) -> usize {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    /// I2 to I5. What has not reached everybody yet has [`TRUTH_WITHIN`] to do so; what is false
    /// stays false.
    pub async fn check(&self, records: &mut Records) -> Holds {
        let give_up = Instant::now() + TRUTH_WITHIN;
        loop {
            let found = self.check_once(records);
            if found.is_ok() || Instant::now() >= give_up {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The same, without patience.
    pub fn check_once(&self, records: &mut Records) -> Holds {
        // What people heard first, the records second: nothing is told before it is on file.
        let pages: Vec<_> = self.pages().into_iter().map(|page| (page.who, page.journal.entries())).collect();
        let facts = Facts::read(records);
        facts.check()?;
        told::check(&pages, &facts)?;
        now::check(&pages, &facts)
    }

    /// I1, once everybody has gone: no ticket waits, no room is open, no counsellor is occupied.
    pub async fn nothing_is_left(&self, records: &mut Records) {
        for page in self.pages() {
            assert!(!page.journal.is_live(), "{:?} is still here", page.who);
        }
        let records = std::cell::RefCell::new(records);
        until_within(GHOSTS_GONE, "I1: something is left of people who have gone", || {
            let mut records = records.borrow_mut();
            let left = records.count("CONSULTATION WHERE STATUS IN ('WAITING', 'TALKING', 'WRAP_UP')")
                + records.count("ROOM WHERE STATUS = 'OPEN'")
                + records.count("ROOM_MEMBER WHERE SEAT_STATE <> 'LEFT'")
                + records.count("ACCOUNT WHERE ROOMS_OPEN <> 0");
            async move { (left == 0).then_some(()) }
        })
        .await;
    }

    /// What each was last told, and said: for whoever asks why nothing goes on.
    pub fn last_words(&self) -> String {
        let mut newest = std::collections::BTreeMap::new();
        for page in self.pages() {
            newest.insert(page.who, page.journal.entries());
        }
        let mut words = String::new();
        for (who, entries) in newest {
            words.push_str(&format!("{who:?}\n"));
            for (at, entry) in &entries[entries.len().saturating_sub(LAST_WORDS)..] {
                words.push_str(&format!("  {:.1?} ago {}\n", at.elapsed(), entry.told()));
            }
        }
        words
    }

    fn keep(&self, who: Who, socket: &Socket) {
        let page = Page { who, journal: socket.journal().clone() };
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).push(page);
    }

    fn pages(&self) -> Vec<Page> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
