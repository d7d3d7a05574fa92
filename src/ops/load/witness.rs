//! What the people themselves know of a peer that numbers nothing and keeps nothing: what each side
//! of a room said, and what the other heard of it.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::ledger::{Ledger, Side, Who};

/// Everybody's tellings.
#[derive(Default)]
pub struct Witness {
    rooms: Mutex<HashMap<String, [Lane; 2]>>,
}

/// What one side said, and what the other heard of it, by `client_id`.
#[derive(Default)]
struct Lane {
    said: Vec<String>,
    heard: Vec<String>,
}

/// What became of the messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Astray {
    /// Said into an open room.
    pub said: u64,
    /// Never heard by the other side.
    pub lost: u64,
    /// Heard more than once.
    pub twice: u64,
    /// Heard after something that was said later by the same person.
    pub reordered: u64,
    /// Heard, and said by nobody on the other side.
    pub strange: u64,
}

impl Witness {
    /// Somebody says something.
    pub fn says(&self, who: Who, room: &str, client_id: &str) {
        self.rooms().entry(room.to_owned()).or_default()[who.side as usize].said.push(client_id.to_owned());
    }

    /// Somebody hears the other side.
    pub fn hears(&self, who: Who, room: &str, client_id: &str) {
        let other = match who.side {
            Side::Desk => Side::Counsellor,
            Side::Counsellor => Side::Desk,
        };
        self.rooms().entry(room.to_owned()).or_default()[other as usize].heard.push(client_id.to_owned());
    }

    /// Everybody has gone. What went astray is told to the ledger as well (I3).
    pub fn close(&self, ledger: &Ledger) -> Astray {
        let mut all = Astray::default();
        for (room, lanes) in self.rooms().iter() {
            for lane in lanes {
                let Astray { said, lost, twice, reordered, strange } = lane.astray();
                if lost + twice + reordered + strange > 0 {
                    ledger.breaks("I3", || {
                        format!("of {said} messages in {room} {lost} were lost, {twice} heard twice, {reordered} out of order, {strange} never said")
                    });
                }
                all.said += said;
                all.lost += lost;
                all.twice += twice;
                all.reordered += reordered;
                all.strange += strange;
            }
        }
        all
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<String, [Lane; 2]>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane {
    fn astray(&self) -> Astray {
        let order: HashMap<&String, usize> = self.said.iter().enumerate().map(|(nth, said)| (said, nth)).collect();
        let mut all = Astray { said: self.said.len() as u64, ..Astray::default() };
        let (mut heard, mut newest) = (HashSet::new(), None);
        for message in &self.heard {
            let Some(nth) = order.get(message) else {
                all.strange += 1;
                continue;
            };
            if !heard.insert(nth) {
                all.twice += 1;
            } else if newest > Some(nth) {
                all.reordered += 1;
            } else {
                newest = Some(nth);
            }
        }
        all.lost = (order.len() - heard.len()) as u64;
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(said: &[&str], heard: &[&str]) -> Astray {
        let (witness, ledger) = (Witness::default(), Ledger::new(1));
        said.iter().for_each(|id| witness.says(Who { side: Side::Desk, nth: 1 }, "r", id));
        heard.iter().for_each(|id| witness.hears(Who { side: Side::Counsellor, nth: 2 }, "r", id));
        let astray = witness.close(&ledger);
        assert_eq!(ledger.broken().0 == 0, said == heard, "the ledger is told of whatever went astray");
        astray
    }

    #[test]
    fn a_talk_heard_as_it_was_said_is_whole() {
        assert_eq!(of(&["a", "b", "c"], &["a", "b", "c"]), Astray { said: 3, ..Astray::default() });
    }

    #[test]
    fn what_is_lost_told_twice_swapped_or_made_up_is_counted() {
        assert_eq!(of(&["a", "b"], &["b"]), Astray { said: 2, lost: 1, ..Astray::default() });
        assert_eq!(of(&["a", "b"], &["a", "b", "a"]), Astray { said: 2, twice: 1, ..Astray::default() });
        assert_eq!(of(&["a", "b", "c"], &["c", "a", "b"]), Astray { said: 3, reordered: 2, ..Astray::default() });
        assert_eq!(of(&[], &["x"]), Astray { strange: 1, ..Astray::default() });
    }
}
