//! Transfers and moves, as plainly as they are said.

use super::plain::{At, Plain, PlainCounsellor, PlainTicket, Said};
use super::*;
use crate::protocol::{ErrorCode, TransferState};

impl PlainTicket {
    pub fn talks(&self) -> bool {
        matches!(self.at, At::Talking | At::Handing { .. } | At::Leaving { .. })
    }

    pub fn rings(&self) -> bool {
        matches!(self.at, At::Offered { .. } | At::Handing { .. })
    }

    /// Who may be asked at all: those of the line, or the one who was named.
    pub fn is_for(&self, id: AccountId, counsellor: &PlainCounsellor) -> bool {
        match self.transfer {
            Some((_, Some(named))) => named == id,
            _ => counsellor.tier(self.new.line).is_some(),
        }
    }
}

impl Plain {
    pub fn transfer(&mut self, new: NewTicket, from: AccountId, to: Option<AccountId>) {
        let id = new.ticket;
        let refused = match self.tickets.get(&id) {
            Some(known) if known.talks() => Some(ErrorCode::TransferPending),
            Some(_) => Some(ErrorCode::RoomEnded),
            None if self.suspended => Some(ErrorCode::Busy),
            None => (!self.lines.contains_key(&new.line)).then_some(ErrorCode::UnknownLine),
        };
        if let Some(code) = refused {
            return self.reject(format!("{from:?} {id:?} {code:?}"));
        }
        if !self.counsellors.contains_key(&from) {
            return;
        }
        if to.is_some_and(|to| !self.counsellors.contains_key(&to)) {
            return self.tell_giver(id, from, TransferState::Nobody);
        }
        self.admit(new, true, None);
        let t = self.tickets.get_mut(&id).unwrap();
        (t.at, t.transfer) = (At::Talking, Some((from, to)));
        self.talk_looks(id, TransferState::Nobody);
        if matches!(self.tickets.get(&id).map(|t| t.at), Some(At::Handing { .. })) {
            self.tell_giver(id, from, TransferState::Offered);
        }
    }

    /// Whoever may take it and would come first; else its transfer is over.
    pub fn talk_looks(&mut self, ticket: TicketId, otherwise: TransferState) {
        let t = &self.tickets[&ticket];
        let (giver, named) = t.transfer.unwrap();
        let widen_s = self.lines[&t.new.line].rules.widen_s;
        let may = |id: &AccountId, c: &PlainCounsellor| {
            let reached = named.is_some()
                || c.tier(t.new.line).is_some_and(|tier| t.new.since.plus_s(u32::from(tier) * widen_s) <= self.now);
            c.is_free() && *id != giver && !t.skips.contains(id) && t.is_for(*id, c) && reached && !self.suspended
        };
        let choices = self.counsellors.iter().filter(|(id, c)| may(id, c));
        match choices.map(|(&id, c)| (c.tier(t.new.line), c.idle_since, id)).min() {
            Some((_, _, to)) => self.offer(ticket, to, "R3"),
            None => self.give_up(ticket, otherwise),
        }
    }

    /// It stopped ringing at somebody.
    pub fn talks_on(&mut self, ticket: TicketId) {
        self.tickets.get_mut(&ticket).unwrap().at = At::Talking;
    }

    pub fn receiver_declined(&mut self, ticket: TicketId) {
        self.talks_on(ticket);
        let named = self.tickets[&ticket].transfer.unwrap().1.is_some();
        self.talk_looks(ticket, if named { TransferState::Declined } else { TransferState::Nobody });
    }

    pub fn hand_over(&mut self, ticket: TicketId, to: AccountId) {
        let t = self.tickets.get_mut(&ticket).unwrap();
        t.at = At::Leaving { to };
        let (line, giver) = (t.new.line, t.transfer.unwrap().0);
        self.said.push(Said::Transfer(ticket, giver, TransferState::Accepted.code(), Some(to)));
        self.said.push(Said::HandOver(ticket, line, to));
    }

    /// A ticket that talked waits again.
    pub fn comes_back(&mut self, new: NewTicket, here: bool) {
        let id = new.ticket;
        let away_until = (!here).then(|| self.now.plus_s(self.lines[&new.line].rules.grace_s));
        let At::Leaving { to } = self.tickets[&id].at else {
            self.transfer_failed(id);
            self.admit(new, here, away_until);
            return self.stand(id, false);
        };
        let now = self.now;
        let t = self.tickets.get_mut(&id).unwrap();
        (t.here, t.away_until, t.transfer) = (here, away_until, None);
        t.new.since = new.since.min(now);
        self.allow_time(id);
        if self.counsellors[&to].connected {
            self.tickets.get_mut(&id).unwrap().untold = true;
            self.pair(id, to);
        } else {
            self.withdraw(id, to, WithdrawnReason::Gone);
            self.stand(id, false);
        }
    }

    pub fn cancel_transfer(&mut self, id: TicketId, from: AccountId) {
        let known = self.tickets.get(&id);
        let theirs = known
            .is_some_and(|t| matches!(t.at, At::Handing { .. }) && t.transfer.is_some_and(|(giver, _)| giver == from));
        if theirs {
            self.transfer_failed(id);
        } else {
            self.reject(format!("{from:?} {id:?} {:?}", ErrorCode::NoSuchTransfer));
        }
    }

    pub fn transfer_failed(&mut self, id: TicketId) {
        if let Some(At::Handing { to, .. } | At::Leaving { to }) = self.tickets.get(&id).map(|t| t.at) {
            self.withdraw(id, to, WithdrawnReason::Cancelled);
            self.give_up(id, TransferState::Cancelled);
            self.counsellor_looks(to, None);
        }
    }

    fn give_up(&mut self, ticket: TicketId, state: TransferState) {
        let t = self.tickets.remove(&ticket).unwrap();
        self.tell_giver(ticket, t.transfer.unwrap().0, state);
    }

    fn tell_giver(&mut self, ticket: TicketId, giver: AccountId, state: TransferState) {
        self.said.push(Said::Transfer(ticket, giver, state.code(), None));
    }

    /// Another line, half of whose longest wait at least is still to come.
    pub fn moved(&mut self, id: TicketId, line: LineId) {
        let Some(t) = self.tickets.get_mut(&id) else { return };
        let stands = !t.talks() && !matches!(t.at, At::Storing { .. });
        if !stands || t.new.line == line || !self.lines.contains_key(&line) {
            return;
        }
        (t.new.line, t.retry) = (line, None);
        let was = t.at;
        self.allow_time(id);
        if let At::Offered { to, .. } = was {
            self.withdraw(id, to, WithdrawnReason::Gone);
        }
        if matches!(was, At::Offered { .. } | At::Waiting) {
            self.wait(id);
        }
        if self.tickets[&id].at == At::Waiting && self.tickets[&id].here {
            self.said.push(Said::Stands(id));
        }
        if let At::Offered { to, .. } = was {
            self.counsellor_looks(to, Some(id));
        }
        self.ticket_looks(id);
    }

    fn allow_time(&mut self, id: TicketId) {
        let now = self.now;
        let t = self.tickets.get_mut(&id).unwrap();
        let half_s = self.lines[&t.new.line].rules.wait_s_max / 2;
        if half_s > 0 {
            t.new.since = t.new.since.max(Mono(now.0 - u64::from(half_s) * SECOND));
        }
    }
}
