//! What everybody was told, and what must be true of it: the invariants I2 to I5 as far as the
//! clients' own tellings show them. The records are held against it in `records`.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

/// Breaches that are told at length; the rest are counted.
const TOLD_MAX: usize = 50;

/// Which side of a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Who asked.
    Desk,
    /// Who answers.
    Counsellor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MadePerson {
    pub side: Side,
    pub nth: u64,
}

impl fmt::Display for MadePerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.side {
            Side::Desk => write!(f, "desk {}", self.nth),
            Side::Counsellor => write!(f, "counsellor {}", self.nth),
        }
    }
}

/// An invariant that does not hold, and what was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// I1 to I5.
    pub rule: &'static str,
    /// What was seen.
    pub what: String,
}

/// What everybody was told, and the breaches that were found in it.
pub struct Ledger {
    capacity: usize,
    told: Mutex<Told>,
    broken: Mutex<(u64, Vec<Broken>)>,
    late: Mutex<HashSet<String>>,
}

#[derive(Default)]
struct Told {
    tickets: HashSet<String>,
    rooms: HashMap<String, Book>,
    /// The rooms each counsellor is in, as they were told.
    held: HashMap<u64, HashSet<String>>,
}

/// One room, as its two sides were told of it.
#[derive(Clone, Debug, Default)]
pub struct Book {
    sides: [Option<SideBook>; 2],
    asked_at: Option<Instant>,
    timed: bool,
}

/// What one side was told.
#[derive(Clone, Debug)]
pub struct SideBook {
    nth: u64,
    /// Up to here the side heard it in an earlier room, or another time.
    base: u32,
    /// What each number after `base` stands for.
    pub heard: Vec<u64>,
    sat_at: Instant,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    NotYet,
    /// It was told that the room ended, and everything before.
    Heard,
    /// It ended while this side was away.
    Missed,
}

impl SideBook {
    /// The newest number it has heard.
    pub fn last(&self) -> u32 {
        self.base + u32::try_from(self.heard.len()).unwrap_or(u32::MAX - self.base)
    }

    /// What the number stands for, if it was heard here.
    pub fn at(&self, seq: u32) -> Option<u64> {
        let nth = seq.checked_sub(self.base + 1)?;
        self.heard.get(usize::try_from(nth).ok()?).copied()
    }

    /// Whether it was there to the end.
    pub fn is_whole(&self) -> bool {
        self.end == End::Heard
    }
}

impl Book {
    /// What the sides were told, of those that sat down.
    pub fn side_books(&self) -> impl Iterator<Item = &SideBook> {
        self.sides.iter().flatten()
    }
}

/// A message, for comparing.
pub fn content(client_id: &str, body: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (client_id, body).hash(&mut hasher);
    hasher.finish()
}

impl Ledger {
    /// Empty; counsellors hold so many rooms at most.
    pub fn new(capacity: u16) -> Self {
        Self { capacity: capacity.into(), told: Mutex::default(), broken: Mutex::default(), late: Mutex::default() }
    }

    /// Something was seen that must never happen.
    pub fn breaks(&self, rule: &'static str, what: impl FnOnce() -> String) {
        let mut broken = self.broken.lock().unwrap_or_else(PoisonError::into_inner);
        broken.0 += 1;
        if broken.1.len() < TOLD_MAX {
            broken.1.push(Broken { rule, what: what() });
        }
    }

    /// How many breaches there were, and the first of them.
    pub fn broken(&self) -> (u64, Vec<Broken>) {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// This message is said again after a cut: its delay is the cut's.
    pub fn is_late(&self, client_id: &str) {
        self.late.lock().unwrap_or_else(PoisonError::into_inner).insert(client_id.to_owned());
    }

    /// Whether it was said again after a cut.
    pub fn was_late(&self, client_id: &str) -> bool {
        self.late.lock().unwrap_or_else(PoisonError::into_inner).contains(client_id)
    }

    /// A desk stands in line.
    pub fn waits(&self, who: MadePerson, ticket: &str) {
        if ticket.is_empty() {
            return self.breaks("I4", || format!("{who} waits without a ticket"));
        }
        self.told().tickets.insert(ticket.to_owned());
    }

    /// Somebody sits down in a room, having heard its conversation up to `last`. Once both sides do:
    /// the time from the request to the later of the two.
    pub fn sits(
        &self,
        who: MadePerson,
        room: &str,
        ticket: &str,
        last: u32,
        asked_at: Option<Instant>,
    ) -> Option<Duration> {
        let mut told = self.told();
        if !ticket.is_empty() {
            told.tickets.insert(ticket.to_owned());
        }
        if who.side == Side::Counsellor {
            let held = told.held.entry(who.nth).or_default();
            held.insert(room.to_owned());
            if held.len() > self.capacity {
                let held = held.len();
                self.breaks("I2", || format!("{who} has {held} rooms, with capacity {}", self.capacity));
            }
        }
        let book = told.rooms.entry(room.to_owned()).or_default();
        book.asked_at = book.asked_at.or(asked_at);
        match &book.sides[who.side as usize] {
            Some(side_book) if side_book.nth != who.nth => {
                self.breaks("I2", || format!("{who} and {} sit on one side of {room}", side_book.nth));
                return None;
            }
            Some(_) => return None,
            None => {}
        }
        let side_book =
            SideBook { nth: who.nth, base: last, heard: Vec::new(), sat_at: Instant::now(), end: End::NotYet };
        book.sides[who.side as usize] = Some(side_book);
        let (Some(asked_at), [Some(one), Some(other)]) = (book.asked_at, &book.sides) else { return None };
        let both = one.sat_at.max(other.sat_at);
        // A desk that waits again after a lost counsellor is not a new request.
        (!std::mem::replace(&mut book.timed, true) && last == 0).then(|| both.saturating_duration_since(asked_at))
    }

    /// A counsellor is told in which rooms they are: those whose end they were not told are among them.
    pub fn stands(&self, who: MadePerson, rooms: &[&str]) {
        for room in self.told().held.get(&who.nth).into_iter().flatten() {
            if !rooms.contains(&room.as_str()) {
                self.breaks("I4", || format!("{who} was told of a state without {room} before its end"));
            }
        }
    }

    /// A counsellor is offered somebody: there is a place for them, as far as they were told.
    pub fn rings(&self, who: MadePerson) {
        let held = self.told().held.get(&who.nth).map_or(0, HashSet::len);
        if held >= self.capacity {
            self.breaks("I4", || format!("{who} was offered somebody before the end of one of {held} rooms"));
        }
    }

    /// Somebody hears a message, or has a receipt for their own.
    pub fn hears(&self, who: MadePerson, room: &str, seq: u32, client_id: &str, body: &str) {
        let mut told = self.told();
        let side_book = told.rooms.get_mut(room).and_then(|book| book.sides[who.side as usize].as_mut());
        let Some(side_book) = side_book.filter(|side_book| side_book.nth == who.nth) else {
            return self.breaks("I5", || format!("{who} heard number {seq} of {room} without a seat there"));
        };
        let content = content(client_id, body);
        let next = side_book.last() + 1;
        if seq == next {
            side_book.heard.push(content);
        } else if seq > next {
            self.breaks("I3", || format!("{who} heard number {seq} of {room} where {next} comes next"));
        } else if side_book.at(seq).is_some_and(|before| before != content) {
            self.breaks("I3", || format!("{who} was told two things under number {seq} of {room}"));
        }
    }

    /// Somebody is told that the room is over.
    pub fn ends(&self, who: MadePerson, room: &str) {
        self.end(who, room, End::Heard);
    }

    /// Somebody comes back and the room is over.
    pub fn misses_the_end(&self, who: MadePerson, room: &str) {
        self.end(who, room, End::Missed);
    }

    fn end(&self, who: MadePerson, room: &str, end: End) {
        let mut told = self.told();
        if who.side == Side::Counsellor {
            told.held.entry(who.nth).or_default().remove(room);
        }
        if let Some(side_book) = told.rooms.get_mut(room).and_then(|book| book.sides[who.side as usize].as_mut()) {
            side_book.end = end;
        }
    }

    /// Everybody has gone: both sides of each room were told the same (I3).
    pub fn close(&self) {
        for (room, book) in &self.told().rooms {
            let [Some(desk), Some(counsellor)] = &book.sides else { continue };
            let last = desk.last().min(counsellor.last());
            let differs = (1..=last).find(|seq| {
                let both = desk.at(*seq).zip(counsellor.at(*seq));
                both.is_some_and(|(one, other)| one != other)
            });
            if let Some(seq) = differs {
                self.breaks("I3", || format!("the sides of {room} were told different things under number {seq}"));
            }
            if desk.is_whole() && counsellor.is_whole() && desk.last() != counsellor.last() {
                let (one, other) = (desk.last(), counsellor.last());
                self.breaks("I3", || format!("of {room} the desk heard {one} messages and the counsellor {other}"));
            }
        }
    }

    /// Every room by its id.
    pub fn rooms(&self) -> Vec<(String, Book)> {
        self.told().rooms.iter().map(|(room, book)| (room.clone(), book.clone())).collect()
    }

    /// Every ticket anybody stood in line with.
    pub fn tickets(&self) -> Vec<String> {
        self.told().tickets.iter().cloned().collect()
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: MadePerson = MadePerson { side: Side::Desk, nth: 1 };
    const COUNSELLOR: MadePerson = MadePerson { side: Side::Counsellor, nth: 7 };

    fn seated() -> Ledger {
        let ledger = Ledger::new(1);
        assert_eq!(ledger.sits(DESK, "r", "t", 0, Some(Instant::now())), None);
        assert!(ledger.sits(COUNSELLOR, "r", "t", 0, None).is_some(), "both are told now");
        ledger
    }

    fn rules(ledger: &Ledger) -> Vec<&'static str> {
        ledger.broken().1.iter().map(|broken| broken.rule).collect()
    }

    #[test]
    fn a_talk_told_alike_to_both_breaks_nothing() {
        let ledger = seated();
        for who in [DESK, COUNSELLOR] {
            ledger.hears(who, "r", 1, "a", "hello");
            ledger.hears(who, "r", 2, "b", "good day");
            // A replay tells again.
            ledger.hears(who, "r", 1, "a", "hello");
            ledger.ends(who, "r");
        }
        ledger.close();
        assert_eq!(rules(&ledger), Vec::<&str>::new());
        assert_eq!(ledger.tickets(), ["t"]);
    }

    #[test]
    fn a_gap_a_swap_and_a_loss_are_seen() {
        let ledger = seated();
        ledger.hears(DESK, "r", 2, "b", "good day");
        assert_eq!(rules(&ledger), ["I3"], "a gap");
        let ledger = seated();
        ledger.hears(DESK, "r", 1, "a", "hello");
        ledger.hears(COUNSELLOR, "r", 1, "b", "good day");
        ledger.close();
        assert_eq!(rules(&ledger), ["I3"], "another order");
        let ledger = seated();
        ledger.hears(DESK, "r", 1, "a", "hello");
        ledger.ends(DESK, "r");
        ledger.ends(COUNSELLOR, "r");
        ledger.close();
        assert_eq!(rules(&ledger), ["I3"], "the counsellor was never told");
        let ledger = seated();
        ledger.hears(DESK, "r", 1, "a", "hello");
        ledger.hears(DESK, "r", 1, "a", "another");
        assert_eq!(rules(&ledger), ["I3"], "two things under one number");
    }

    #[test]
    fn what_was_missed_at_the_end_is_not_held_against_the_server() {
        let ledger = seated();
        ledger.hears(DESK, "r", 1, "a", "hello");
        ledger.ends(DESK, "r");
        ledger.misses_the_end(COUNSELLOR, "r");
        ledger.close();
        assert_eq!(rules(&ledger), Vec::<&str>::new());
    }

    #[test]
    fn a_second_counsellor_a_room_too_many_and_a_stranger_are_seen() {
        let ledger = seated();
        ledger.sits(MadePerson { side: Side::Counsellor, nth: 8 }, "r", "t", 0, None);
        ledger.sits(COUNSELLOR, "r2", "t2", 0, None);
        ledger.hears(MadePerson { side: Side::Desk, nth: 9 }, "r", 1, "a", "hello");
        ledger.hears(DESK, "nowhere", 1, "a", "hello");
        assert_eq!(rules(&ledger), ["I2", "I2", "I5", "I5"]);
    }

    #[test]
    fn a_state_or_an_offer_before_the_end_of_the_room_that_made_room_for_it_is_seen() {
        let ledger = seated();
        ledger.stands(COUNSELLOR, &["r"]);
        assert_eq!(rules(&ledger), Vec::<&str>::new());
        ledger.stands(COUNSELLOR, &[]);
        ledger.rings(COUNSELLOR);
        assert_eq!(rules(&ledger), ["I4", "I4"]);
        let ledger = seated();
        ledger.ends(COUNSELLOR, "r");
        ledger.stands(COUNSELLOR, &[]);
        ledger.rings(COUNSELLOR);
        assert_eq!(rules(&ledger), Vec::<&str>::new());
    }

    #[test]
    fn a_conversation_that_goes_on_in_another_room_goes_on_counting() {
        let ledger = Ledger::new(2);
        ledger.sits(DESK, "r2", "t", 5, Some(Instant::now()));
        assert_eq!(ledger.sits(COUNSELLOR, "r2", "t", 5, None), None, "not a new request");
        ledger.hears(DESK, "r2", 6, "f", "on we go");
        ledger.hears(COUNSELLOR, "r2", 6, "f", "on we go");
        ledger.close();
        assert_eq!(rules(&ledger), Vec::<&str>::new());
    }
}
