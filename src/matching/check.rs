//! What must always hold, read from everything: for tests and simulations, after each step.

use std::collections::HashSet;

use super::lobby::Lobby;
use super::place::{Among, Class};
use super::ticket::{Stage, Ticket};
use super::timers::Due;
use super::view::Stages;
use super::{CloseCause, DECLINES_MAX};

impl Lobby {
    /// Panics if a rule or a promise of the lobby's own books is broken. Reads everything, and
    /// compares every ticket with every counsellor.
    pub fn check(&self) {
        self.check_tickets();
        self.check_counsellors();
        self.check_lines();
        self.check_timers();
        self.check_pairs();
    }

    fn check_tickets(&self) {
        let mut stages = Stages::default();
        let mut skips = vec![0; self.counsellors.len()];
        for (slot, ticket) in self.tickets.iter() {
            stages.add(ticket.stage);
            assert_eq!(self.slot_of(ticket.id), Some(slot), "R1: every ticket is found by its id");
            let entry = self.lines[ticket.line as usize].order.get(&ticket.key());
            match (ticket.stage, entry) {
                (_, None) => assert!(!ticket.stands(), "R2: what is on file as waiting stands"),
                (_, Some(entry)) => {
                    assert!(ticket.stands(), "R2: nothing else does");
                    assert_eq!((entry.slot, entry.since, entry.class), (slot, ticket.since, ticket.class()));
                }
            }
            assert!(!ticket.here || ticket.away_until().is_none(), "R10: who is here has no grace");
            check_transfer(ticket);
            if let Stage::Offered(place) | Stage::Pairing(place) | Stage::Handing(place) | Stage::Leaving(place) =
                ticket.stage
            {
                let pairing = matches!(ticket.stage, Stage::Pairing(_) | Stage::Leaving(_));
                let held = &self.counsellors[place as usize].outstanding;
                let held: Vec<bool> = held.iter().filter(|o| o.ticket == slot).map(|o| o.pairing).collect();
                assert_eq!(held, [pairing], "R6: an offer has one addressee, who has it once");
                assert!(ticket.here || pairing, "R10: absent desks are passed over");
            }
            ticket.skips().iter().for_each(|&place| skips[place as usize] += 1);
            let once: HashSet<_> = ticket.skips().iter().collect();
            assert_eq!(once.len(), ticket.skips().len());
        }
        assert_eq!(self.ticket_slots.len(), self.tickets.iter().count());
        assert_eq!(stages, self.stages);
        for (counsellor, skips) in self.counsellors.iter().zip(skips) {
            assert_eq!(counsellor.declines, skips, "R6: declines are those of live tickets");
            assert!(skips <= DECLINES_MAX);
        }
    }

    fn check_counsellors(&self) {
        for (place, counsellor) in self.counsellors.iter().enumerate() {
            let place = place as u32;
            let ringing = counsellor.ringing().count();
            assert!(counsellor.used() <= u32::from(counsellor.capacity) || ringing == 0, "R9: capacity");
            assert!(ringing == 0 || counsellor.is_present(), "R11: nobody rings where nobody is");
            for outstanding in &counsellor.outstanding {
                let stage = self.tickets[outstanding.ticket].stage;
                let expected = match (outstanding.pairing, stage.talks()) {
                    (true, false) => Stage::Pairing(place),
                    (false, false) => Stage::Offered(place),
                    (true, true) => Stage::Leaving(place),
                    (false, true) => Stage::Handing(place),
                };
                assert_eq!(stage, expected, "R6: both sides know of the offer");
            }
            for offer in counsellor.ringing() {
                let ticket = &self.tickets[offer.ticket];
                assert!(self.is_for(offer.ticket, place), "R3: only who serves the line, or was named, is asked");
                assert!(!ticket.is_skipping(place), "R6: who declined is not asked");
            }
            assert_eq!(counsellor.present, counsellor.is_present());
            assert_eq!(counsellor.available_as, counsellor.is_available().then_some(counsellor.idle_since));
            assert_eq!(self.place_of(counsellor.id), Some(place));
        }
    }

    fn check_lines(&self) {
        for (place, line) in self.lines.iter().enumerate() {
            let place = place as u32;
            line.order.check();
            assert!(!line.stirred && !line.touched);
            let storing =
                self.tickets.iter().filter(|(_, t)| t.line == place && matches!(t.stage, Stage::Storing { .. }));
            assert_eq!(line.storing as usize, storing.count());
            assert!(line.serving.is_empty() || (line.latecomers.is_empty() && !line.left_alone));
            let mut serving: Vec<u32> = line.serving.clone();
            serving.sort_unstable();
            let present = self.counsellors.iter().zip(0..).filter(|(c, _)| c.present && c.tier_in(place).is_some());
            assert!(serving.into_iter().eq(present.map(|(_, at)| at)), "R8: who is there is counted once");
            for tier in &line.tiers {
                let available = self.counsellors.iter().zip(0..).filter(|(c, _)| c.tier_in(place) == Some(tier.tier));
                let available = available.filter_map(|(c, at)| Some((c.available_as?, c.id, at)));
                assert!(tier.available.iter().copied().eq(sorted(available)), "R3: who is free is found");
            }
        }
    }

    fn check_timers(&self) {
        assert!(self.next_deadline().is_none_or(|at| at > self.now), "R5: nothing is left due");
        let mut count = 0;
        for (slot, ticket) in self.tickets.iter() {
            let timer = ticket.more.as_ref().and_then(|more| more.timer);
            assert_eq!(timer, self.next_due_of(slot), "R7, R8, R10: the next deadline is set");
            self.check_unstaffed(ticket);
            if let Some((at, due)) = timer {
                assert!(self.timers.contains(at, due));
                count += 1;
            }
        }
        for counsellor in &self.counsellors {
            for (until, offer) in counsellor.ringing().filter_map(|offer| Some((offer.until?, offer))) {
                assert!(self.timers.contains(until, Due::Expiry(self.tickets[offer.ticket].id, offer.ticket)), "R6");
                count += 1;
            }
        }
        for (line, place) in self.lines.iter().zip(0..) {
            let widen = if self.suspended { None } else { line.widen_due() };
            for (armed, needed, due) in [
                (line.armed.wait, line.wait_due(), Due::WaitLine(line.id, place)),
                (line.armed.unstaffed, line.unstaffed_due(), Due::UnstaffedLine(line.id, place)),
                (line.armed.widen, widen, Due::WidenLine(line.id, place)),
            ] {
                assert!(needed.is_none_or(|needed| armed.is_some_and(|armed| armed <= needed)), "R3, R8: in time");
                if let Some(armed) = armed {
                    assert!(self.timers.contains(armed, due));
                    count += 1;
                }
            }
        }
        assert_eq!(count, self.timers.len(), "no timer is left behind");
    }

    /// R8: a line that nobody serves looks at each of its tickets in time.
    fn check_unstaffed(&self, ticket: &Ticket) {
        let line = &self.lines[ticket.line as usize];
        let retrying = ticket.retry_of(CloseCause::Unstaffed).is_some();
        if ticket.stage != Stage::Waiting || !line.serving.is_empty() || line.rules.unstaffed_s == 0 || retrying {
            return;
        }
        let alone_since = ticket.stood_at.max(line.unstaffed_since);
        let listed = line.latecomers.contains(&(ticket.stood_at, ticket.id));
        assert!(listed || (line.left_alone && ticket.stood_at <= line.unstaffed_since));
        assert!(line.armed.unstaffed <= Some(alone_since.plus_s(line.rules.unstaffed_s)));
    }

    /// R5: no eligible pair is left unpaired.
    fn check_pairs(&self) {
        if self.suspended {
            return;
        }
        for line in &self.lines {
            for entry in line.order.iter().filter(|entry| matches!(entry.class, Class::Fresh | Class::Marked)) {
                let ticket = &self.tickets[entry.slot];
                for tier in line.tiers.iter().filter(|tier| line.reach(tier.tier, self.now) >= Some(ticket.since)) {
                    for &(_, id, counsellor) in &tier.available {
                        assert!(ticket.is_skipping(counsellor), "R5: {:?} could have {id:?}", ticket.id);
                    }
                }
            }
            assert!(line.order.count(Among::MATCHABLE) <= line.order.count(Among::WAITING));
        }
    }
}

/// A talk that is handed over rings at somebody, or was accepted by somebody, and never its giver.
fn check_transfer(ticket: &Ticket) {
    assert_eq!(ticket.transfer().is_some(), ticket.stage.talks(), "what is handed over talks");
    assert_ne!(ticket.stage, Stage::Talking, "somebody is asked, or the transfer is over");
    if let (Some(transfer), Stage::Handing(place) | Stage::Leaving(place)) = (ticket.transfer(), ticket.stage) {
        assert_ne!(transfer.giver, place, "nobody hands over to themselves");
        assert!(transfer.named.is_none_or(|named| named == place), "only who was named is asked");
    }
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.into_iter()
}
