//! What happens by itself: setting the timers, and what follows when they fire.

use super::input::CloseCause;
use super::line::Line;
use super::lobby::{Lobby, Out};
use super::place::{Among, Class};
use super::ticket::Stage;
use super::timers::Due;
use crate::time::{Mono, SECOND};

impl Lobby {
    /// Lets everything happen that has come due.
    pub(super) fn run_due(&mut self, out: &mut Out) {
        self.arm_stirred();
        while let Some(due) = self.timers.pop(self.now) {
            self.come_due(due, out);
            self.arm_stirred();
        }
    }

    fn come_due(&mut self, due: Due, out: &mut Out) {
        match due {
            Due::WaitLine(_, place) => self.close_waited(place, out),
            Due::UnstaffedLine(_, place) => self.close_unstaffed(place, out),
            Due::WidenLine(_, place) => {
                self.lines[place as usize].armed.widen = None;
                self.stir(place);
                self.seek_widened(place, out);
            }
            Due::Expiry(_, slot) => self.expire(slot, out),
            Due::WaitTicket(_, slot)
            | Due::Grace(_, slot)
            | Due::UnstaffedTicket(_, slot)
            | Due::Forgive(_, slot)
            | Due::Calm(_, slot)
            | Due::WidenTicket(_, slot) => {
                self.tickets[slot].more().timer = None;
                self.come_due_for_ticket(due, slot, out);
            }
        }
    }

    fn come_due_for_ticket(&mut self, due: Due, slot: u32, out: &mut Out) {
        if let Some(cause) = self.overdue(slot) {
            return self.close(slot, cause, out);
        }
        match due {
            Due::UnstaffedTicket(..) => {
                if self.lines[self.tickets[slot].line as usize].serving.is_empty() {
                    return self.close(slot, CloseCause::Unstaffed, out);
                }
                // Somebody is there again: the ticket waits like any other.
                self.tickets[slot].more().retry = None;
                self.tickets[slot].stood_at = self.now;
            }
            Due::Forgive(..) => self.forgive(slot),
            Due::Calm(..) => self.tickets[slot].more().rings_from = None,
            _ => {}
        }
        self.reconsider(slot);
        self.seek_counsellor(slot, out);
    }

    fn close_waited(&mut self, place: u32, out: &mut Out) {
        let line = &mut self.lines[place as usize];
        line.armed.wait = None;
        let wait_s_max = line.rules.wait_s_max;
        self.stir(place);
        let Some(latest) = self.now.0.checked_sub(u64::from(wait_s_max) * SECOND).map(Mono) else { return };
        // The limit may have been taken away since the timer was set.
        while wait_s_max > 0
            && let Some(entry) = self.lines[place as usize].order.first(None, Among::FRESH, latest)
        {
            let slot = entry.slot;
            self.close(slot, CloseCause::WaitedTooLong, out);
        }
    }

    fn close_unstaffed(&mut self, place: u32, out: &mut Out) {
        self.stir(place);
        let line = &mut self.lines[place as usize];
        line.armed.unstaffed = None;
        let is_due = |line: &Line, now: Mono| line.unstaffed_due().is_some_and(|at| at <= now);
        if line.left_alone && is_due(line, self.now) {
            line.left_alone = false;
            let left_at = line.unstaffed_since;
            let waiting = line.order.iter().filter(|entry| entry.class != Class::Held).map(|entry| entry.slot);
            let left: Vec<u32> = waiting.filter(|&slot| self.tickets[slot].stood_at <= left_at).collect();
            left.into_iter().for_each(|slot| self.close_alone(slot, out));
        }
        while is_due(&self.lines[place as usize], self.now)
            && let Some((stood_at, ticket)) = self.lines[place as usize].latecomers.pop_front()
        {
            // One that is over, or waits anew, has no more or another entry.
            if let Some(slot) = self.slot_of(ticket)
                && self.tickets[slot].stage == Stage::Waiting
                && (self.tickets[slot].line, self.tickets[slot].stood_at) == (place, stood_at)
            {
                self.close_alone(slot, out);
            }
        }
    }

    fn close_alone(&mut self, slot: u32, out: &mut Out) {
        // One that could not be closed is tried again in its own time.
        if self.tickets[slot].retry_of(CloseCause::Unstaffed).is_none() {
            // New rules may end a ticket for two reasons at once; its own waiting comes first.
            let cause = self.overdue(slot).unwrap_or(CloseCause::Unstaffed);
            self.close(slot, cause, out);
        }
    }

    /// R7: if all who are there have declined, they may be asked again; else in a while.
    fn forgive(&mut self, slot: u32) {
        let ticket = &self.tickets[slot];
        let line = &self.lines[ticket.line as usize];
        let declined_here = ticket.skips().iter().filter(|&&counsellor| {
            let counsellor = &self.counsellors[counsellor as usize];
            counsellor.present && counsellor.tier_in(ticket.line).is_some()
        });
        if declined_here.count() == line.serving.len() {
            self.forget_skips(slot);
        } else {
            let forgive_at = self.now.plus_s(line.rules.retry_s.max(super::RETRY_S_MIN));
            self.tickets[slot].more().forgive_at = forgive_at;
        }
    }

    /// Why a ticket that waits is over by now, if it is.
    pub(super) fn overdue(&self, slot: u32) -> Option<CloseCause> {
        let ticket = &self.tickets[slot];
        let line = &self.lines[ticket.line as usize];
        let is_due = |at: Option<Mono>| at.is_some_and(|at| at <= self.now);
        if is_due(ticket.too_long_at(line.rules.wait_s_max)) {
            return Some(CloseCause::WaitedTooLong);
        }
        is_due(ticket.abandoned_at()).then_some(CloseCause::Abandoned)
    }

    /// Notes that the timers of a line may have to be set earlier.
    pub(super) fn stir(&mut self, place: u32) {
        let line = &mut self.lines[place as usize];
        if !std::mem::replace(&mut line.stirred, true) {
            self.stirred.push(place);
        }
    }

    /// Sets the timers of the lines that may have an earlier deadline than they had.
    fn arm_stirred(&mut self) {
        while let Some(place) = self.stirred.pop() {
            let line = &mut self.lines[place as usize];
            line.stirred = false;
            let id = line.id;
            // While suspended the fresh tickets within reach are not yet paired: see `resume`.
            let widen = if self.suspended { None } else { line.widen_due() };
            let (wait, unstaffed) = (line.wait_due(), line.unstaffed_due());
            let mut advance = |armed: &mut Option<Mono>, next: Option<Mono>, due: Due| {
                let Some(next) = next.filter(|&next| armed.is_none_or(|at| next < at)) else { return };
                if let Some(at) = armed.replace(next) {
                    self.timers.disarm(at, due);
                }
                self.timers.arm(next, due);
            };
            advance(&mut line.armed.wait, wait, Due::WaitLine(id, place));
            advance(&mut line.armed.unstaffed, unstaffed, Due::UnstaffedLine(id, place));
            advance(&mut line.armed.widen, widen, Due::WidenLine(id, place));
        }
    }

    /// Sets the timers of the tickets that have their own anew. For rare moments.
    pub(super) fn arm_all(&mut self, place: u32) {
        let mut passed = None;
        let latest = self.now;
        while let Some(entry) = self.lines[place as usize].order.first(passed.as_ref(), Among::WITH_TIMER, latest) {
            let (key, slot) = (entry.key, entry.slot);
            self.arm(slot);
            passed = Some(key);
        }
    }

    /// Sets the timer of a ticket that waits to the first of its own deadlines.
    pub(super) fn arm(&mut self, slot: u32) {
        let Some(more) = &self.tickets[slot].more else { return };
        let (was, next) = (more.timer, self.next_due_of(slot));
        if was == next {
            return;
        }
        self.disarm(slot);
        if let Some((at, due)) = next {
            self.timers.arm(at, due);
            self.tickets[slot].more().timer = next;
        }
    }

    pub(super) fn disarm(&mut self, slot: u32) {
        if let Some((at, due)) = self.tickets[slot].more.as_mut().and_then(|more| more.timer.take()) {
            self.timers.disarm(at, due);
        }
    }

    pub(super) fn next_due_of(&self, slot: u32) -> Option<(Mono, Due)> {
        let ticket = &self.tickets[slot];
        let class = ticket.class();
        if ticket.stage != Stage::Waiting || class == Class::Fresh {
            return None;
        }
        let line = &self.lines[ticket.line as usize];
        let skipped = !ticket.skips().is_empty();
        let id = ticket.id;
        [
            (ticket.too_long_at(line.rules.wait_s_max), Due::WaitTicket(id, slot)),
            (ticket.abandoned_at(), Due::Grace(id, slot)),
            (ticket.retry_of(CloseCause::Unstaffed), Due::UnstaffedTicket(id, slot)),
            (ticket.more.as_ref().filter(|_| skipped).map(|more| more.forgive_at), Due::Forgive(id, slot)),
            (ticket.rings_from(), Due::Calm(id, slot)),
            (line.next_reach(ticket.since, self.now).filter(|_| ticket.here), Due::WidenTicket(id, slot)),
        ]
        .into_iter()
        .filter_map(|(at, due)| Some((at?, due)))
        .min()
    }
}
