//! A line: who stands in it, who could take someone out of it, and what it waits for.

use std::cell::Cell;
use std::collections::{BTreeSet, VecDeque};

use super::estimate::{Pace, TALKS_KEPT};
use super::input::LineRules;
use super::order::Order;
use super::place::{Among, Class};
use super::ticket::Ticket;
use crate::ids::{AccountId, LineId, TicketId};
use crate::time::{Mono, SECOND};

/// Counsellors of one tier who could take a ticket now: idle longest first, ties by id (R3).
pub(super) struct Tier {
    pub tier: u8,
    pub available: BTreeSet<(Mono, AccountId, u32)>,
}

/// When the three timers of a line are set. They may be early (then nothing is due and they are
/// set anew) and are never late: a line's head changes far more often than its timers fire.
#[derive(Clone, Copy, Default)]
pub(super) struct Armed {
    pub wait: Option<Mono>,
    pub unstaffed: Option<Mono>,
    pub widen: Option<Mono>,
}

pub(super) struct Line {
    pub id: LineId,
    pub rules: LineRules,
    /// Whether it is open by its hours.
    pub open: bool,
    /// Tickets that are not on file yet.
    pub storing: u32,
    pub order: Order,
    /// The tiers that have ever been served here, lowest first; few.
    pub tiers: Vec<Tier>,
    /// Open and connected counsellors who serve it, by place.
    pub serving: Vec<u32>,
    /// Since when there is nobody in `serving`.
    pub unstaffed_since: Mono,
    /// Tickets may still wait that did so when the last of `serving` left: their time is up all at
    /// once.
    pub left_alone: bool,
    /// Tickets that began to wait since then, and when. Some may be over or wait anew by now.
    pub latecomers: VecDeque<(Mono, TicketId)>,
    pub armed: Armed,
    /// The last [`TALKS_KEPT`] durations in seconds, for R13.
    pub talks: VecDeque<u32>,
    pub pace: Cell<Option<Pace>>,
    /// Its timers are to be looked at before the step ends.
    pub stirred: bool,
    /// Already noted as changed in this step.
    pub touched: bool,
}

impl Line {
    pub fn new(id: LineId, rules: LineRules, now: Mono) -> Self {
        Self {
            id,
            rules,
            open: false,
            storing: 0,
            order: Order::new(),
            tiers: Vec::new(),
            serving: Vec::new(),
            unstaffed_since: now,
            left_alone: false,
            latecomers: VecDeque::new(),
            armed: Armed::default(),
            talks: VecDeque::with_capacity(TALKS_KEPT),
            pace: Cell::new(None),
            stirred: false,
            touched: false,
        }
    }

    /// Tickets that stand, in whatever stage.
    pub fn standing(&self) -> u32 {
        self.order.count(Among::ALL)
    }

    /// R3: tickets that have waited since then or longer may be given to this tier.
    pub fn reach(&self, tier: u8, now: Mono) -> Option<Mono> {
        now.0.checked_sub(u64::from(tier) * u64::from(self.rules.widen_s) * SECOND).map(Mono)
    }

    /// The lowest tier in which somebody is available.
    pub fn lowest_available(&self) -> Option<u8> {
        self.tiers.iter().find(|tier| !tier.available.is_empty()).map(|tier| tier.tier)
    }

    /// When a ticket that waits since then has next waited long enough for a tier known here (R3).
    pub fn next_reach(&self, since: Mono, now: Mono) -> Option<Mono> {
        let step = u64::from(self.rules.widen_s) * SECOND;
        let next = now.0.saturating_sub(since.0).checked_div(step)? + 1;
        (next <= u64::from(self.tier_top())).then(|| Mono(since.0.saturating_add(next * step)))
    }

    /// Counts a counsellor as serving, or no longer.
    pub fn serve(&mut self, counsellor: u32, serving: bool, now: Mono) {
        if serving {
            self.serving.push(counsellor);
            self.left_alone = false;
            self.latecomers.clear();
        } else if let Some(at) = self.serving.iter().position(|&other| other == counsellor) {
            self.serving.swap_remove(at);
            if self.serving.is_empty() {
                self.unstaffed_since = now;
                self.left_alone = true;
            }
        }
    }

    pub fn tier_top(&self) -> u8 {
        self.tiers.last().map_or(0, |tier| tier.tier)
    }

    /// Makes room for a tier. True if it is a new highest one.
    pub fn know_tier(&mut self, tier: u8) -> bool {
        match self.tiers.binary_search_by_key(&tier, |known| known.tier) {
            Ok(_) => false,
            Err(at) => {
                self.tiers.insert(at, Tier { tier, available: BTreeSet::new() });
                at + 1 == self.tiers.len()
            }
        }
    }

    pub fn available_in(&mut self, tier: u8) -> Option<&mut BTreeSet<(Mono, AccountId, u32)>> {
        let at = self.tiers.binary_search_by_key(&tier, |known| known.tier).ok()?;
        Some(&mut self.tiers[at].available)
    }

    /// When the fresh ticket that has waited longest has waited too long (R8).
    pub fn wait_due(&self) -> Option<Mono> {
        let limit = (self.rules.wait_s_max > 0).then_some(self.rules.wait_s_max)?;
        Some(self.order.since_min(Among::FRESH)?.plus_s(limit))
    }

    /// When the first of its tickets may have been without anybody for too long (R8).
    pub fn unstaffed_due(&self) -> Option<Mono> {
        if self.rules.unstaffed_s == 0 || !self.serving.is_empty() {
            return None;
        }
        let alone_since = self.left_alone.then_some(self.unstaffed_since);
        let alone_since = alone_since.or_else(|| self.latecomers.front().map(|&(stood_at, _)| stood_at));
        Some(alone_since?.plus_s(self.rules.unstaffed_s))
    }

    /// When the next fresh ticket has waited long enough for someone who is available (R3).
    ///
    /// No fresh ticket is left that the lowest available tier could take (R5), so all of them
    /// began after its reach; the earliest of them is the next, and no higher tier comes sooner.
    pub fn widen_due(&self) -> Option<Mono> {
        if self.rules.widen_s == 0 {
            return None;
        }
        let tier = self.lowest_available()?;
        let since = self.order.since_min(Among::FRESH)?;
        Some(Mono(since.0.saturating_add(u64::from(tier) * u64::from(self.rules.widen_s) * SECOND)))
    }
}

/// Moves a standing ticket into the class that follows from its stage.
pub(super) fn reclass(line: &mut Line, ticket: &Ticket) -> Class {
    let class = ticket.class();
    line.order.set_class(&ticket.key(), class);
    class
}
