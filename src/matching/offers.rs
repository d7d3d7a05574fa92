//! The life of an offer: made, answered, taken back, decided by the database (R6, R9).

use super::counsellor::Outstanding;
use super::input::{CloseCause, Effect, Outcome, Party};
use super::lobby::{Lobby, Out};
use super::ticket::Stage;
use super::timers::Due;
use super::{CLOSE_RETRY_S, DECLINES_MAX, RETRY_S_MIN};
use crate::ids::{AccountId, OfferId, TicketId};
use crate::protocol::{ErrorCode, WithdrawnReason};

impl Lobby {
    /// Offers a waiting ticket to an available counsellor, or assigns it if the line does not ask.
    pub(super) fn offer(&mut self, slot: u32, counsellor: u32, tier: u8, rule: &'static str, out: &mut Out) {
        debug_assert!(self.counsellors[counsellor as usize].is_available(), "R9: capacity is never exceeded");
        debug_assert!(!self.tickets[slot].is_skipping(counsellor), "R6: who declined is skipped");
        let why = self.explain(slot, counsellor, tier, rule);
        match self.tickets[slot].stage {
            Stage::Talking => self.set_stage(slot, Stage::Handing(counsellor)),
            _ => self.hold(slot, Stage::Offered(counsellor)),
        }
        let ticket = &self.tickets[slot];
        let accept_within_s = self.lines[ticket.line as usize].rules.accept_s;
        let until = (accept_within_s > 0).then(|| self.now.plus_s(accept_within_s));
        if let Some(until) = until {
            self.timers.arm(until, Due::Expiry(ticket.id, slot));
        }
        let offer = (out.offer_ids)();
        let to = &mut self.counsellors[counsellor as usize];
        out.push(Effect::Offer { offer, ticket: ticket.id, counsellor: to.id, accept_within_s, why: why.clone() });
        to.outstanding.push(Outstanding { offer, ticket: slot, until, pairing: false, why });
        self.refresh(counsellor);
        self.touch_counsellor(counsellor);
        if until.is_none() {
            self.take_up(slot, counsellor, out);
        }
    }

    /// The offer is taken: from here on only the database, or the end of the room, has a say.
    fn take_up(&mut self, slot: u32, counsellor: u32, out: &mut Out) {
        let to = &mut self.counsellors[counsellor as usize];
        let Some(outstanding) = to.outstanding.iter_mut().find(|outstanding| outstanding.ticket == slot) else {
            return;
        };
        outstanding.pairing = true;
        let (ticket, stage, offer) = (self.tickets[slot].id, self.tickets[slot].stage, outstanding.offer);
        if let Some(until) = outstanding.until {
            self.timers.disarm(until, Due::Expiry(ticket, slot));
        }
        self.touch_counsellor(counsellor);
        if stage.talks() { self.hand_over(slot, counsellor, offer, out) } else { self.pair(slot, counsellor, out) }
    }

    /// Asks the database for the match with a counsellor who has taken the ticket.
    pub(super) fn pair(&mut self, slot: u32, counsellor: u32, out: &mut Out) {
        let to = &self.counsellors[counsellor as usize];
        let Some(taken) = to.outstanding.iter().find(|outstanding| outstanding.ticket == slot) else { return };
        let (ticket, offer, why) = (self.tickets[slot].id, taken.offer, taken.why.clone());
        out.push(Effect::Pair { ticket, counsellor: to.id, offer, why });
        self.set_stage(slot, Stage::Pairing(counsellor));
    }

    /// Frees the place a ticket held at a counsellor. The ticket itself is for the caller to move.
    pub(super) fn release(&mut self, slot: u32, counsellor: u32) -> Option<OfferId> {
        let from = &mut self.counsellors[counsellor as usize];
        let at = from.outstanding.iter().position(|outstanding| outstanding.ticket == slot)?;
        let outstanding = from.outstanding.remove(at);
        if let Some(until) = outstanding.until.filter(|_| !outstanding.pairing) {
            self.timers.disarm(until, Due::Expiry(self.tickets[slot].id, slot));
        }
        self.touch_counsellor(counsellor);
        Some(outstanding.offer)
    }

    /// The same, and tells the counsellor why.
    pub(super) fn withdraw(&mut self, slot: u32, counsellor: u32, reason: WithdrawnReason, out: &mut Out) {
        let Some(offer) = self.release(slot, counsellor) else { return };
        let (ticket, counsellor_id) = (self.tickets[slot].id, self.counsellors[counsellor as usize].id);
        out.push(Effect::Withdraw { offer, ticket, counsellor: counsellor_id, reason });
        self.refresh(counsellor);
    }

    /// Takes back the ringing offers of a counsellor that `which` says, the newest first, without
    /// holding it against anyone (R11). The caller lets the tickets look further.
    pub(super) fn give_back(
        &mut self,
        counsellor: u32,
        which: impl Fn(&Self, &Outstanding) -> bool,
        out: &mut Out,
    ) -> Vec<u32> {
        let ringing = self.counsellors[counsellor as usize].ringing().rev();
        let slots: Vec<u32> = ringing.filter(|offer| which(self, offer)).map(|offer| offer.ticket).collect();
        for &slot in &slots {
            self.withdraw(slot, counsellor, WithdrawnReason::Gone, out);
            match self.tickets[slot].stage {
                Stage::Handing(_) => self.set_stage(slot, Stage::Talking),
                _ => self.wait(slot, out),
            }
        }
        slots
    }

    fn ringing_at(&self, counsellor: u32, offer: OfferId) -> Option<u32> {
        self.counsellors[counsellor as usize].ringing().find(|ringing| ringing.offer == offer).map(|o| o.ticket)
    }

    pub(super) fn accept(&mut self, id: AccountId, offer: OfferId, out: &mut Out) {
        let found = self.place_of(id).and_then(|place| Some((place, self.ringing_at(place, offer)?)));
        match found {
            None => out.reject(Party::Counsellor(id), ErrorCode::NoSuchOffer, Some(offer)),
            Some(_) if self.suspended => out.reject(Party::Counsellor(id), ErrorCode::Busy, Some(offer)),
            Some((place, slot)) => {
                self.counsellors[place as usize].misses = 0;
                self.take_up(slot, place, out);
            }
        }
    }

    pub(super) fn decline(&mut self, id: AccountId, offer: OfferId, out: &mut Out) {
        let found = self.place_of(id).and_then(|place| Some((place, self.ringing_at(place, offer)?)));
        let Some((place, slot)) = found else {
            return out.reject(Party::Counsellor(id), ErrorCode::NoSuchOffer, Some(offer));
        };
        self.release(slot, place);
        self.refresh(place);
        self.turned_down(slot, place, false, out);
    }

    /// The offer has rung out (R6).
    pub(super) fn expire(&mut self, slot: u32, out: &mut Out) {
        let ticket = &self.tickets[slot];
        let (Stage::Offered(place) | Stage::Handing(place)) = ticket.stage else { return };
        let misses_max = self.lines[ticket.line as usize].rules.misses_max;
        self.withdraw(slot, place, WithdrawnReason::Expired, out);
        let counsellor = &mut self.counsellors[place as usize];
        counsellor.misses = counsellor.misses.saturating_add(1);
        let benched = misses_max > 0 && counsellor.misses >= misses_max;
        self.turned_down(slot, place, benched, out);
    }

    /// The ticket goes back to its place and skips this counsellor; both look further, unless the
    /// counsellor is to be benched or has declined too much.
    fn turned_down(&mut self, slot: u32, place: u32, mut benched: bool, out: &mut Out) {
        benched |= !self.skip(slot, place);
        let hands_over = self.tickets[slot].stage.talks();
        match hands_over {
            true => self.receiver_declined(slot, out),
            false => self.wait(slot, out),
        }
        let returned = (!hands_over).then_some(slot);
        if benched {
            return self.bench(returned, place, out);
        }
        if let Some(slot) = returned {
            self.seek_counsellor(slot, out);
        }
        self.seek_tickets(place, None, out);
    }

    /// R6, R7: this ticket skips this counsellor for now. False if they skip too many already;
    /// then the ticket is not told to, and they must be benched.
    fn skip(&mut self, slot: u32, place: u32) -> bool {
        let ticket = &self.tickets[slot];
        let retry_s = self.lines[ticket.line as usize].rules.retry_s.max(RETRY_S_MIN);
        let counsellor = &mut self.counsellors[place as usize];
        if counsellor.declines >= DECLINES_MAX {
            return false;
        }
        debug_assert!(!ticket.is_skipping(place));
        counsellor.declines += 1;
        let more = self.tickets[slot].more();
        more.skips.push(place);
        more.forgive_at = self.now.plus_s(retry_s);
        true
    }

    /// Pauses a counsellor who does not answer, and lets `returned` and their other offers go on.
    fn bench(&mut self, returned: Option<u32>, place: u32, out: &mut Out) {
        let counsellor = &mut self.counsellors[place as usize];
        counsellor.open = false;
        out.push(Effect::Benched { counsellor: counsellor.id });
        self.touch_counsellor(place);
        self.refresh(place);
        let mut slots = self.give_back(place, |_, _| true, out);
        slots.extend(returned);
        self.seek_in_order(slots, out);
    }

    /// R9: what the database made of a pair.
    pub(super) fn paired(&mut self, ticket: TicketId, outcome: Outcome, out: &mut Out) {
        let Some(slot) = self.slot_of(ticket) else { return };
        let Stage::Pairing(place) = self.tickets[slot].stage else { return };
        match outcome {
            Outcome::Done => {
                if let Some(asker) = self.tickets[slot].more.as_ref().and_then(|more| more.asker) {
                    self.given_up.forget(asker);
                }
                self.release(slot, place);
                self.forget(slot);
                let counsellor = &mut self.counsellors[place as usize];
                counsellor.held = counsellor.held.saturating_add(1);
                counsellor.idle_since = self.now;
                self.refresh(place);
            }
            Outcome::Stale => {
                self.withdraw(slot, place, WithdrawnReason::Taken, out);
                self.forget(slot);
                self.seek_tickets(place, None, out);
            }
            Outcome::Full => {
                self.withdraw(slot, place, WithdrawnReason::Gone, out);
                self.turned_down(slot, place, false, out);
            }
            Outcome::Failed => {
                self.withdraw(slot, place, WithdrawnReason::Gone, out);
                self.wait(slot, out);
                self.seek_tickets(place, Some(slot), out);
                self.seek_counsellor(slot, out);
            }
        }
    }

    /// What the database made of a close.
    pub(super) fn closed(&mut self, ticket: TicketId, outcome: Outcome, out: &mut Out) {
        let Some(slot) = self.slot_of(ticket) else { return };
        let Stage::Closing(cause) = self.tickets[slot].stage else { return };
        if matches!(outcome, Outcome::Done | Outcome::Stale) {
            return self.forget(slot);
        }
        // A desk that came back no longer stays away; one that gave up has been told.
        let ticket = &mut self.tickets[slot];
        if cause != CloseCause::Cancelled && !(cause == CloseCause::Abandoned && ticket.here) {
            ticket.more().retry = Some((self.now.plus_s(CLOSE_RETRY_S), cause));
        }
        self.wait(slot, out);
        // A desk that came back while it was closing has been told nothing yet.
        let ticket = &self.tickets[slot];
        if ticket.waits_here() {
            out.push(Effect::Stands { ticket: ticket.id });
        }
        self.seek_counsellor(slot, out);
    }
}
