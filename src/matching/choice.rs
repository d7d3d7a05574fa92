//! The rule of choice: who is offered to whom (R3, R4, R5, R14).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::PASSED_OVER_MAX;
use super::input::Explanation;
use super::lobby::{Lobby, Out};
use super::place::{Among, Key};
use super::ticket::{Stage, Ticket};
use crate::protocol::TransferState;

/// The rule by which a pair was found, as explanations name it (R14).
pub(super) const TICKET_LOOKED: &str = "R3";
pub(super) const COUNSELLOR_LOOKED: &str = "R4";

impl Lobby {
    /// R3: who gets this ticket, and their tier. Passes over only those who declined it.
    pub(super) fn choose_counsellor(&self, ticket: &Ticket) -> Option<(u32, u8)> {
        let line = &self.lines[ticket.line as usize];
        let reached = |tier: u8| line.reach(tier, self.now).is_some_and(|reach| ticket.since <= reach);
        line.tiers.iter().take_while(|tier| reached(tier.tier)).find_map(|tier| {
            let willing = tier.available.iter().find(|&&(_, _, counsellor)| !ticket.is_skipping(counsellor))?;
            Some((willing.2, tier.tier))
        })
    }

    /// R4: the ticket this counsellor gets, and their tier in its line. Passes over only those
    /// they declined.
    fn choose_ticket(&self, counsellor: u32) -> Option<(u32, u8)> {
        let mut best: Option<(Key, u32, u8)> = None;
        for served in &self.counsellors[counsellor as usize].serves {
            let line = &self.lines[served.line as usize];
            let Some(reach) = line.reach(served.tier, self.now) else { continue };
            let mut passed: Option<Key> = None;
            while let Some(entry) = line.order.first(passed.as_ref(), Among::MATCHABLE, reach) {
                if best.is_some_and(|(key, ..)| key < entry.key) {
                    break;
                }
                if !self.tickets[entry.slot].is_skipping(counsellor) {
                    best = Some((entry.key, entry.slot, served.tier));
                    break;
                }
                passed = Some(entry.key);
            }
        }
        best.map(|(_, slot, tier)| (slot, tier))
    }

    /// A ticket that may have become eligible, or is to be handed over, looks for a counsellor. True
    /// if it found one.
    pub(super) fn seek_counsellor(&mut self, slot: u32, out: &mut Out) -> bool {
        let ticket = &self.tickets[slot];
        if ticket.stage == Stage::Talking {
            return self.seek_receiver(slot, TransferState::Nobody, out);
        }
        if self.suspended || !ticket.may_be_matched() {
            return false;
        }
        let Some((counsellor, tier)) = self.choose_counsellor(ticket) else { return false };
        self.offer(slot, counsellor, tier, TICKET_LOOKED, out);
        true
    }

    /// A counsellor who may have become free looks for tickets, until there is none or no place.
    ///
    /// `returned` is a ticket that became eligible in the same step: when its turn comes it looks
    /// for itself, as somebody else may be the better choice for it.
    pub(super) fn seek_tickets(&mut self, counsellor: u32, returned: Option<u32>, out: &mut Out) {
        while !self.suspended && self.counsellors[counsellor as usize].is_available() {
            let Some((slot, tier)) = self.choose_ticket(counsellor) else { break };
            if returned != Some(slot) {
                self.offer(slot, counsellor, tier, COUNSELLOR_LOOKED, out);
            } else if !self.seek_counsellor(slot, out) {
                debug_assert!(false, "whoever can be found from one side can be from the other");
                break;
            }
        }
    }

    /// Each of these tickets looks for a counsellor, in their order (R2).
    pub(super) fn seek_in_order(&mut self, mut slots: Vec<u32>, out: &mut Out) {
        slots.sort_unstable_by_key(|&slot| self.tickets[slot].key());
        for slot in slots {
            self.seek_counsellor(slot, out);
        }
    }

    /// The fresh tickets of a line that have waited long enough for someone available (R3).
    pub(super) fn seek_widened(&mut self, place: u32, out: &mut Out) {
        while !self.suspended {
            let line = &self.lines[place as usize];
            let reach = line.lowest_available().and_then(|tier| line.reach(tier, self.now));
            let Some(slot) = reach.and_then(|reach| line.order.first(None, Among::FRESH, reach)).map(|e| e.slot) else {
                return;
            };
            if !self.seek_counsellor(slot, out) {
                debug_assert!(false, "a fresh ticket skips nobody");
                return;
            }
        }
    }

    /// Pairs whatever has become eligible in these lines, the earliest ticket of all first. For
    /// rare moments: it looks at every ticket that was declined.
    pub(super) fn rematch(&mut self, lines: &[u32], out: &mut Out) {
        if self.suspended {
            return;
        }
        let mut heads: BinaryHeap<Reverse<(Key, u32)>> = BinaryHeap::new();
        heads.extend(lines.iter().filter_map(|&line| Some(Reverse((self.first_pairable(line)?, line)))));
        while let Some(Reverse((key, place))) = heads.pop() {
            let Some(first) = self.first_pairable(place) else { continue };
            if first == key
                && let Some(slot) = self.slot_of(key.ticket)
            {
                self.seek_counsellor(slot, out);
            }
            // Counsellors only become fewer, so a line's head only ever moves back.
            heads.extend(self.first_pairable(place).map(|next| Reverse((next, place))));
        }
    }

    fn first_pairable(&self, place: u32) -> Option<Key> {
        let line = &self.lines[place as usize];
        let reach = line.reach(line.lowest_available()?, self.now)?;
        let mut passed: Option<Key> = None;
        loop {
            let entry = line.order.first(passed.as_ref(), Among::MATCHABLE, reach)?;
            if self.choose_counsellor(&self.tickets[entry.slot]).is_some() {
                return Some(entry.key);
            }
            passed = Some(entry.key);
        }
    }

    /// R14, of a pair about to be made: both still count as waiting and available.
    pub(super) fn explain(&self, slot: u32, counsellor: u32, tier: u8, rule: &'static str) -> Explanation {
        let ticket = &self.tickets[slot];
        let line = &self.lines[ticket.line as usize];
        let chosen = &self.counsellors[counsellor as usize];
        let mut passed_over = Vec::new();
        if !ticket.skips().is_empty() {
            let before = line.tiers.iter().take_while(|at| at.tier <= tier).flat_map(|at| {
                let ends = (at.tier == tier).then_some((chosen.idle_since, chosen.id, counsellor));
                at.available.iter().take_while(move |&&other| ends.is_none_or(|ends| other < ends))
            });
            passed_over.extend(before.map(|&(_, id, _)| id).take(PASSED_OVER_MAX));
        }
        Explanation {
            rule,
            tier,
            waited_s: self.now.seconds_since(ticket.since),
            idle_s: self.now.seconds_since(chosen.idle_since),
            ahead: line.order.rank(&ticket.key(), Among::WAITING),
            passed_over,
        }
    }
}
