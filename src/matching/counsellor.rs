//! A counsellor as the lobby keeps them.

use super::input::Explanation;
use crate::ids::{AccountId, OfferId};
use crate::time::Mono;

/// A line a counsellor serves, by its place, and how much of a first choice they are in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Served {
    pub line: u32,
    pub tier: u8,
}

/// A ticket that holds a place of a counsellor's capacity but has no room yet.
#[derive(Debug)]
pub(super) struct Outstanding {
    pub offer: OfferId,
    /// The ticket's slot in memory.
    pub ticket: u32,
    /// When it has rung out; `None` if it was assigned without asking.
    pub until: Option<Mono>,
    /// Accepted: the database is deciding, nothing may take it back.
    pub pairing: bool,
    pub why: Explanation,
}

#[derive(Debug)]
pub(super) struct Counsellor {
    pub id: AccountId,
    pub lines: Vec<Served>,
    /// The lines they want work from now, by place; `None`: all of theirs. Kept as it was said: who
    /// has lost the line they chose serves none until they choose again or have it back.
    pub selected: Option<Vec<u32>>,
    /// What follows from the two.
    pub serves: Vec<Served>,
    pub capacity: u16,
    /// Whether they want work.
    pub open: bool,
    pub connected: bool,
    /// Rooms, until they are wrapped up.
    pub held: u32,
    /// In the order they were made; never more than [`crate::protocol::CAPACITY_MAX`].
    pub outstanding: Vec<Outstanding>,
    /// Offers missed in a row (R6).
    pub misses: u32,
    /// Live tickets that skip them; at most [`super::DECLINES_MAX`].
    pub declines: u32,
    /// When they last opened, were paired or were released.
    pub idle_since: Mono,
    /// Counted as serving in their lines.
    pub present: bool,
    /// Under which `idle_since` they stand in their lines as available.
    pub available_as: Option<Mono>,
    /// Already noted as changed in this step.
    pub touched: bool,
}

impl Counsellor {
    pub fn new(id: AccountId) -> Self {
        Self {
            id,
            lines: Vec::new(),
            selected: None,
            serves: Vec::new(),
            capacity: 1,
            open: false,
            connected: false,
            held: 0,
            outstanding: Vec::new(),
            misses: 0,
            declines: 0,
            idle_since: Mono(0),
            present: false,
            available_as: None,
            touched: false,
        }
    }

    /// Places of capacity in use: rooms, offers and pairings.
    pub fn used(&self) -> u32 {
        self.held.saturating_add(self.outstanding.len() as u32)
    }

    pub fn is_present(&self) -> bool {
        self.open && self.connected
    }

    pub fn is_available(&self) -> bool {
        self.is_present() && self.used() < u32::from(self.capacity)
    }

    pub fn tier_in(&self, line: u32) -> Option<u8> {
        self.serves.iter().find(|served| served.line == line).map(|served| served.tier)
    }

    /// The lines they serve after a change of their lines or their selection.
    pub fn choose(&mut self) {
        let selected = self.selected.as_deref();
        self.serves.clear();
        self.serves
            .extend(self.lines.iter().filter(|served| selected.is_none_or(|selected| selected.contains(&served.line))));
    }

    /// Offers that are still ringing.
    pub fn ringing(&self) -> impl DoubleEndedIterator<Item = &Outstanding> {
        self.outstanding.iter().filter(|outstanding| !outstanding.pairing)
    }
}
