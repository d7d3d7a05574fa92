//! What the people themselves know of a peer that numbers nothing and keeps nothing: what each side
//! of a room said, and what the other heard of it.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::ledger::{Ledger, MadePerson, Side};

/// What everybody said and heard.
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
    /// Never heard by the other side, though it was there.
    pub lost: u64,
    /// On its way when the desk ended the talk: nobody was there to hear it, and nobody was told.
    pub late: u64,
    /// Heard more than once.
    pub twice: u64,
    /// Heard after something that was said later by the same person.
    pub reordered: u64,
    /// Heard, and said by nobody on the other side.
    pub strange: u64,
}

impl Witness {
    /// Somebody says something.
    pub fn says(&self, who: MadePerson, room: &str, client_id: &str) {
        self.rooms().entry(room.to_owned()).or_default()[who.side as usize].said.push(client_id.to_owned());
    }

    /// Somebody hears the other side.
    pub fn hears(&self, who: MadePerson, room: &str, client_id: &str) {
        let other = match who.side {
            Side::Desk => Side::Counsellor,
            Side::Counsellor => Side::Desk,
        };
        self.rooms().entry(room.to_owned()).or_default()[other as usize].heard.push(client_id.to_owned());
    }

    /// Everybody has gone. What went astray is told to the ledger as well (I3), but for what was late.
    pub fn close(&self, ledger: &Ledger) -> Astray {
        let mut all = Astray::default();
        for (room, lanes) in self.rooms().iter() {
            for (lane, side) in lanes.iter().zip([Side::Desk, Side::Counsellor]) {
                let Astray { said, lost, late, twice, reordered, strange } = lane.astray(side);
                if lost + twice + reordered + strange > 0 {
                    ledger.breaks("I3", || {
                        format!("of {said} messages in {room} {lost} were lost, {twice} heard twice, {reordered} out of order, {strange} never said")
                    });
                }
                all.said += said;
                all.lost += lost;
                all.late += late;
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
    /// `said_by`: it is the desk that ends a talk, so what it misses last was late.
    fn astray(&self, said_by: Side) -> Astray {
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
        let unheard = (order.len() - heard.len()) as u64;
        let after_all = self.said.len() - heard.iter().max().map_or(0, |last| **last + 1);
        all.late = if said_by == Side::Counsellor { after_all as u64 } else { 0 };
        all.lost = unheard - all.late;
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: MadePerson = MadePerson { side: Side::Desk, nth: 1 };
    const COUNSELLOR: MadePerson = MadePerson { side: Side::Counsellor, nth: 2 };

    fn between(speaker: MadePerson, said: &[&str], hearer: MadePerson, heard: &[&str]) -> (Astray, u64) {
        let (witness, ledger) = (Witness::default(), Ledger::new(1));
        said.iter().for_each(|id| witness.says(speaker, "r", id));
        heard.iter().for_each(|id| witness.hears(hearer, "r", id));
        (witness.close(&ledger), ledger.broken().0)
    }

    fn of(said: &[&str], heard: &[&str]) -> Astray {
        let (astray, broken) = between(DESK, said, COUNSELLOR, heard);
        assert_eq!(broken == 0, said == heard, "the ledger is told of whatever went astray");
        astray
    }

    #[test]
    fn an_answer_to_a_desk_that_has_ended_the_talk_is_late_and_not_lost() {
        let (astray, broken) = between(COUNSELLOR, &["a", "b", "c"], DESK, &["a"]);
        assert_eq!((astray, broken), (Astray { said: 3, late: 2, ..Astray::default() }, 0));
        let (astray, broken) = between(COUNSELLOR, &["a", "b", "c"], DESK, &["b"]);
        assert_eq!((astray, broken), (Astray { said: 3, lost: 1, late: 1, ..Astray::default() }, 1));
        let (astray, _) = between(DESK, &["a", "b"], COUNSELLOR, &["a"]);
        assert_eq!(astray, Astray { said: 2, lost: 1, ..Astray::default() }, "a desk speaks before it ends");
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
