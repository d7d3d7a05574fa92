//! The plain matcher's way in, and what happens to it by itself.

use super::plain::{At, Plain, PlainLine, PlainTicket, Said};
use super::*;
use crate::protocol::ErrorCode;

/// What is due, in the order in which it happens at one and the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Wait(TicketId),
    Grace(TicketId),
    Unstaffed(TicketId),
    Expiry(TicketId),
    Forgive(TicketId),
    Calm(TicketId),
}

impl Plain {
    /// The same step. Offers are named by their ticket.
    pub fn step(&mut self, now: Mono, input: &Input, offer_ticket: Option<TicketId>) -> Vec<Said> {
        self.now = now;
        self.touch_staffed();
        self.run_due();
        self.take(input, offer_ticket);
        self.run_due();
        let mut said = std::mem::take(&mut self.said);
        said.sort_unstable();
        said
    }

    /// Why a waiting ticket is over by now.
    pub fn overdue(&self, ticket: TicketId) -> Option<CloseCause> {
        let t = &self.tickets[&ticket];
        let retry = |cause| t.retry.filter(|retry| retry.1 == cause).map(|retry| retry.0);
        let wait_s_max = self.lines[&t.new.line].rules.wait_s_max;
        let too_long_at = retry(CloseCause::WaitedTooLong).unwrap_or(t.new.since.plus_s(wait_s_max));
        if wait_s_max > 0 && too_long_at <= self.now {
            return Some(CloseCause::WaitedTooLong);
        }
        let away_until = retry(CloseCause::Abandoned).or(t.away_until);
        (t.away_until.is_some() && away_until <= Some(self.now)).then_some(CloseCause::Abandoned)
    }

    fn is_alone_too_long(&self, t: &PlainTicket) -> bool {
        let line = &self.lines[&t.new.line];
        if let Some((at, CloseCause::Unstaffed)) = t.retry {
            return at <= self.now;
        }
        let alone_since = t.stood_at.max(line.staffed_until);
        line.rules.unstaffed_s > 0 && alone_since.plus_s(line.rules.unstaffed_s) <= self.now
    }

    fn due(&self) -> Vec<Due> {
        let mut due = Vec::new();
        for (&id, t) in &self.tickets {
            if let At::Offered { until, .. } | At::Handing { until, .. } = t.at
                && until <= self.now
            {
                due.push(Due::Expiry(id));
            }
            if t.at != At::Waiting {
                continue;
            }
            match self.overdue(id) {
                Some(CloseCause::WaitedTooLong) => due.push(Due::Wait(id)),
                Some(_) => due.push(Due::Grace(id)),
                None => {}
            }
            let retrying = matches!(t.retry, Some((_, CloseCause::Unstaffed)));
            if self.is_alone_too_long(t) && (retrying || !self.is_staffed(t.new.line)) {
                due.push(Due::Unstaffed(id));
            }
            if !t.skips.is_empty() && t.forgive_at <= self.now {
                due.push(Due::Forgive(id));
            }
            if t.rings_from.is_some_and(|from| from <= self.now) {
                due.push(Due::Calm(id));
            }
        }
        due.sort_unstable();
        due
    }

    fn run_due(&mut self) {
        while let Some(due) = self.due().first() {
            match *due {
                Due::Wait(ticket) => self.close(ticket, CloseCause::WaitedTooLong),
                Due::Grace(ticket) => self.close(ticket, CloseCause::Abandoned),
                Due::Unstaffed(ticket) if self.is_staffed(self.tickets[&ticket].new.line) => {
                    // The close that failed is not tried again: there is staff now.
                    let now = self.now;
                    let t = self.tickets.get_mut(&ticket).unwrap();
                    (t.retry, t.stood_at) = (None, now);
                    self.ticket_looks(ticket);
                }
                Due::Unstaffed(ticket) => self.close(ticket, CloseCause::Unstaffed),
                Due::Expiry(ticket) => self.expire(ticket),
                Due::Forgive(ticket) => self.forgive(ticket),
                Due::Calm(ticket) => {
                    self.tickets.get_mut(&ticket).unwrap().rings_from = None;
                    self.ticket_looks(ticket);
                }
            }
        }
        self.widen();
    }

    fn expire(&mut self, ticket: TicketId) {
        let (At::Offered { to, .. } | At::Handing { to, .. }) = self.tickets[&ticket].at else {
            panic!("only offers expire")
        };
        self.withdraw(ticket, to, WithdrawnReason::Expired);
        let misses_max = self.lines[&self.tickets[&ticket].new.line].rules.misses_max;
        let c = self.counsellors.get_mut(&to).unwrap();
        c.misses += 1;
        let benched = misses_max > 0 && c.misses >= misses_max;
        self.turned_down(ticket, to, benched);
    }

    /// R7.
    fn forgive(&mut self, ticket: TicketId) {
        let t = &self.tickets[&ticket];
        let line = t.new.line;
        let mut there = self.counsellors.iter().filter(|(_, c)| c.open && c.connected && c.tier(line).is_some());
        let all = there.all(|(id, _)| t.skips.contains(id));
        let again_at = self.now.plus_s(self.lines[&line].rules.retry_s.max(1));
        let t = self.tickets.get_mut(&ticket).unwrap();
        if all {
            t.skips.clear();
            self.ticket_looks(ticket);
        } else {
            t.forgive_at = again_at;
        }
    }

    /// R3: who has waited long enough for the next tier; those who were never declined first.
    fn widen(&mut self) {
        let waiting = self.tickets.values().filter(|t| t.at == At::Waiting && t.here);
        let (marked, fresh): (Vec<&PlainTicket>, Vec<_>) =
            waiting.partition(|t| !t.skips.is_empty() || t.retry.is_some());
        let mut order: Vec<(LineId, TicketId)> = fresh.iter().map(|t| (t.new.line, t.new.ticket)).collect();
        order.sort_unstable_by_key(|&(line, ticket)| (line, super::plain::place(&self.tickets[&ticket])));
        let marked: Vec<TicketId> = marked.iter().map(|t| t.new.ticket).collect();
        order.into_iter().map(|(_, ticket)| ticket).chain(marked).for_each(|ticket| self.ticket_looks(ticket));
    }

    fn take(&mut self, input: &Input, offer_ticket: Option<TicketId>) {
        match input.clone() {
            Input::Line { line, rules, open } => {
                let known = self.lines.get(&line).map(|l| l.rules);
                let staffed_until = self.lines.get(&line).map_or(self.now, |l| l.staffed_until);
                self.lines.insert(line, PlainLine { rules, open, staffed_until });
                if known.is_some_and(|known| known != rules) {
                    self.run_due();
                    self.all_look();
                }
            }
            Input::Request(new) => self.request(new),
            Input::Stored { ticket, ok } => {
                if let Some(At::Storing { cancelled }) = self.tickets.get(&ticket).map(|t| t.at) {
                    if ok { self.stand(ticket, cancelled) } else { drop(self.tickets.remove(&ticket)) }
                }
            }
            Input::Restore { ticket: new, here } => {
                if let Some(known) = self.tickets.get(&new.ticket) {
                    if known.talks() {
                        self.comes_back(new, here);
                    } else if here {
                        self.desk_here(new.ticket);
                    }
                } else if let Some(line) = self.lines.get(&new.line) {
                    let away_until = (!here).then(|| self.now.plus_s(line.rules.grace_s));
                    self.admit(new, here, away_until);
                    self.stand(new.ticket, false);
                }
            }
            Input::DeskHere { ticket } => self.desk_here(ticket),
            Input::DeskGone { ticket } => self.desk_gone(ticket),
            Input::DeskUnseen { ticket } => self.pass_over(ticket, None),
            Input::Cancel { ticket, asker } => self.cancel(ticket, asker),
            Input::Moved { ticket, line } => self.moved(ticket, line),
            Input::Transfer { ticket, from, to } => self.transfer(ticket, from, to),
            Input::CancelTransfer { ticket, from } => self.cancel_transfer(ticket, from),
            Input::TransferFailed { ticket } => self.transfer_failed(ticket),
            Input::Closed { ticket, outcome } => self.closed(ticket, outcome),
            Input::Paired { ticket, outcome } => self.paired(ticket, outcome),
            Input::Accept { counsellor, .. } => self.accept(counsellor, offer_ticket),
            Input::Decline { counsellor, .. } => match offer_ticket.filter(|t| self.rings(*t, counsellor)) {
                None => self.reject(format!("{counsellor:?} {:?}", ErrorCode::NoSuchOffer)),
                Some(ticket) => {
                    self.release(ticket, counsellor);
                    self.turned_down(ticket, counsellor, false);
                }
            },
            Input::Suspend => self.suspended = true,
            Input::Resume => {
                self.suspended = false;
                self.all_look();
            }
            Input::Tick | Input::Talked { .. } => {}
            staff => self.take_staff(staff),
        }
    }

    fn take_staff(&mut self, input: Input) {
        let now = self.now;
        match input {
            Input::Profile { counsellor, mut lines, capacity, open } => {
                lines.retain(|served| self.lines.contains_key(&served.0));
                self.counsellors.entry(counsellor).or_default();
                self.reshape(counsellor, |c| {
                    (c.lines, c.capacity) = (lines, capacity);
                    if open && !c.open {
                        (c.idle_since, c.misses) = (now, 0);
                    }
                    c.open = open;
                });
            }
            Input::Open { counsellor, .. }
            | Input::Pause { counsellor }
            | Input::CounsellorHere { counsellor }
            | Input::CounsellorGone { counsellor }
            | Input::Occupied { counsellor, .. }
            | Input::Released { counsellor, .. }
                if self.counsellors.contains_key(&counsellor) =>
            {
                self.reshape(counsellor, |c| match input {
                    Input::Open { lines, capacity, .. } => {
                        c.selected = lines;
                        c.capacity = capacity.unwrap_or(c.capacity);
                        c.idle_since = if c.open { c.idle_since } else { now };
                        (c.open, c.misses) = (true, 0);
                    }
                    Input::Pause { .. } => c.open = false,
                    Input::CounsellorHere { .. } => c.connected = true,
                    Input::CounsellorGone { .. } => c.connected = false,
                    Input::Occupied { .. } => c.held += 1,
                    Input::Released { .. } if c.held > 0 => (c.held, c.idle_since) = (c.held - 1, now),
                    _ => {}
                });
            }
            _ => {}
        }
    }

    pub(super) fn reject(&mut self, what: String) {
        self.said.push(Said::Rejected(what));
    }

    fn rings(&self, ticket: TicketId, at: AccountId) -> bool {
        let at_whom = self.tickets.get(&ticket).map(|t| t.at);
        matches!(at_whom, Some(At::Offered { to, .. } | At::Handing { to, .. }) if to == at)
    }

    fn accept(&mut self, id: AccountId, ticket: Option<TicketId>) {
        match ticket.filter(|ticket| self.rings(*ticket, id)) {
            None => self.reject(format!("{id:?} {:?}", ErrorCode::NoSuchOffer)),
            Some(_) if self.suspended => self.reject(format!("{id:?} {:?}", ErrorCode::Busy)),
            Some(ticket) => {
                self.counsellors.get_mut(&id).unwrap().misses = 0;
                self.taken(ticket, id);
            }
        }
    }

    fn request(&mut self, new: NewTicket) {
        if self.tickets.contains_key(&new.ticket) {
            return;
        }
        let id = new.ticket;
        let in_line = self.tickets.values().filter(|t| t.new.line == new.line && !t.talks()).count();
        let refusal = match self.lines.get(&new.line) {
            Some(line) if line.open => {
                let full = in_line >= line.rules.waiting_max as usize;
                let alone = line.rules.unstaffed_s == 0 && !self.is_staffed(new.line);
                full.then_some(ClosedReason::Full).or(alone.then_some(ClosedReason::Unstaffed))
            }
            _ => Some(ClosedReason::ClosedHours),
        };
        match refusal {
            Some(reason) => self.said.push(Said::Refuse(id, reason)),
            None => {
                self.admit(new, true, None);
                self.calm(id);
                self.said.push(Said::Store(id));
            }
        }
    }

    pub(super) fn admit(&mut self, new: NewTicket, here: bool, away_until: Option<Mono>) {
        let ticket = PlainTicket {
            new,
            at: At::Storing { cancelled: false },
            here,
            stood_at: self.now,
            away_until,
            retry: None,
            skips: std::collections::BTreeSet::new(),
            forgive_at: Mono(0),
            why: String::new(),
            transfer: None,
            has_given_up: false,
            rings_from: None,
            untold: false,
        };
        self.tickets.insert(new.ticket, ticket);
    }

    /// R15: who gave up twice in a row while it rang waits before it rings again.
    fn calm(&mut self, ticket: TicketId) {
        let t = self.tickets.get_mut(&ticket).unwrap();
        let Some((times, last)) = t.new.asker.and_then(|asker| self.given_up.get(&asker)) else { return };
        t.has_given_up = last.plus_s(GIVEN_UP_KEPT_S) > self.now;
        let calm_until = last.plus_s(CALM_S);
        t.rings_from = (*times >= GIVEN_UP_MAX && calm_until > self.now).then_some(calm_until);
    }

    fn gave_up(&mut self, asker: Asker) {
        let now = self.now;
        self.given_up.retain(|_, (_, last)| last.plus_s(GIVEN_UP_KEPT_S) > now);
        let (times, last) = self.given_up.entry(asker).or_default();
        (*times, *last) = (*times + 1, now);
    }

    pub(super) fn stand(&mut self, ticket: TicketId, cancelled: bool) {
        if cancelled {
            return self.close(ticket, CloseCause::Cancelled);
        }
        self.wait(ticket);
        if self.tickets[&ticket].at == At::Waiting && self.tickets[&ticket].here {
            self.said.push(Said::Stands(ticket));
            self.ticket_looks(ticket);
        }
    }

    fn desk_here(&mut self, ticket: TicketId) {
        let Some(t) = self.tickets.get_mut(&ticket) else { return };
        if t.talks() {
            return;
        }
        t.here = true;
        t.away_until = None;
        t.retry = t.retry.filter(|retry| retry.1 != CloseCause::Abandoned);
        if matches!(t.at, At::Waiting | At::Offered { .. } | At::Pairing { .. }) {
            self.said.push(Said::Stands(ticket));
            self.ticket_looks(ticket);
        }
    }

    fn desk_gone(&mut self, ticket: TicketId) {
        let Some(t) = self.tickets.get_mut(&ticket).filter(|t| !t.talks()) else { return };
        if t.here || t.away_until.is_none() {
            let until = self.now.plus_s(self.lines[&t.new.line].rules.grace_s);
            self.pass_over(ticket, Some(until));
        }
    }

    fn pass_over(&mut self, ticket: TicketId, until: Option<Mono>) {
        let Some(t) = self.tickets.get_mut(&ticket).filter(|t| !t.talks()) else { return };
        (t.here, t.away_until) = (false, until);
        if let At::Offered { to, .. } = t.at {
            self.withdraw(ticket, to, WithdrawnReason::Gone);
            self.wait(ticket);
            self.counsellor_looks(to, None);
        }
    }

    fn cancel(&mut self, ticket: TicketId, asker: Option<Asker>) {
        match self.tickets.get(&ticket).map(|t| t.at) {
            None | Some(At::Pairing { .. } | At::Talking | At::Handing { .. } | At::Leaving { .. }) => {
                self.reject(format!("{ticket:?} {:?}", ErrorCode::NotWaiting));
            }
            Some(At::Storing { .. }) => self.tickets.get_mut(&ticket).unwrap().at = At::Storing { cancelled: true },
            Some(At::Waiting) => self.close(ticket, CloseCause::Cancelled),
            Some(At::Offered { to, .. }) => {
                if let Some(asker) = asker {
                    self.gave_up(asker);
                }
                self.withdraw(ticket, to, WithdrawnReason::Cancelled);
                self.close(ticket, CloseCause::Cancelled);
                self.counsellor_looks(to, None);
            }
            Some(At::Closing(_)) => {}
        }
    }

    fn closed(&mut self, ticket: TicketId, outcome: Outcome) {
        let Some(At::Closing(cause)) = self.tickets.get(&ticket).map(|t| t.at) else { return };
        if matches!(outcome, Outcome::Done | Outcome::Stale) {
            self.tickets.remove(&ticket);
            return;
        }
        let retry_at = self.now.plus_s(CLOSE_RETRY_S);
        let t = self.tickets.get_mut(&ticket).unwrap();
        let timed = cause != CloseCause::Cancelled && !(cause == CloseCause::Abandoned && t.here);
        t.retry = if timed { Some((retry_at, cause)) } else { t.retry };
        self.wait(ticket);
        if self.tickets[&ticket].at == At::Waiting && self.tickets[&ticket].here {
            self.said.push(Said::Stands(ticket));
        }
        self.ticket_looks(ticket);
    }

    fn paired(&mut self, ticket: TicketId, outcome: Outcome) {
        let Some(At::Pairing { to }) = self.tickets.get(&ticket).map(|t| t.at) else { return };
        match outcome {
            Outcome::Done => {
                self.release(ticket, to);
                let matched = self.tickets.remove(&ticket).unwrap();
                if let Some(asker) = matched.new.asker.filter(|_| matched.has_given_up) {
                    self.given_up.remove(&asker);
                }
                let now = self.now;
                let c = self.counsellors.get_mut(&to).unwrap();
                (c.held, c.idle_since) = (c.held + 1, now);
            }
            Outcome::Stale => {
                self.withdraw(ticket, to, WithdrawnReason::Taken);
                self.tickets.remove(&ticket);
                self.counsellor_looks(to, None);
            }
            Outcome::Full => {
                self.withdraw(ticket, to, WithdrawnReason::Gone);
                self.turned_down(ticket, to, false);
            }
            Outcome::Failed => {
                self.withdraw(ticket, to, WithdrawnReason::Gone);
                self.wait(ticket);
                self.counsellor_looks(to, Some(ticket));
                self.ticket_looks(ticket);
            }
        }
    }
}
