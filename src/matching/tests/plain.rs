//! The same rules, written as plainly as they are said: lists, and a look at everything each time.
//! Slow on purpose. Offers are known by their ticket and counsellor, as there is never another.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::protocol::{CAPACITY_MAX, TransferState};

/// What a plain matcher decides, in terms that do not depend on ids of offers. In no order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Said {
    Store(TicketId),
    Refuse(TicketId, ClosedReason),
    Stands(TicketId),
    Offer(TicketId, AccountId, String),
    Withdraw(TicketId, AccountId, WithdrawnReason),
    Pair(TicketId, AccountId, String),
    Close(TicketId, String),
    Benched(AccountId),
    Rejected(String),
    Transfer(TicketId, AccountId, &'static str, Option<AccountId>),
    HandOver(TicketId, LineId, AccountId),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum At {
    Storing {
        cancelled: bool,
    },
    Waiting,
    Offered {
        to: AccountId,
        until: Mono,
    },
    Pairing {
        to: AccountId,
    },
    Closing(CloseCause),
    /// In a room: to be handed over, rings for it, accepted for it.
    Talking,
    Handing {
        to: AccountId,
        until: Mono,
    },
    Leaving {
        to: AccountId,
    },
}

#[derive(Clone, Debug)]
pub(super) struct PlainTicket {
    pub new: NewTicket,
    pub at: At,
    pub here: bool,
    /// When it last began to wait.
    pub stood_at: Mono,
    pub away_until: Option<Mono>,
    pub retry: Option<(Mono, CloseCause)>,
    pub skips: BTreeSet<AccountId>,
    pub forgive_at: Mono,
    pub why: String,
    /// Who asks had given up before.
    pub has_given_up: bool,
    pub rings_from: Option<Mono>,
    /// Its desk does not know that it stands.
    pub untold: bool,
    /// Who hands it over, and to whom alone.
    pub transfer: Option<(AccountId, Option<AccountId>)>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct PlainCounsellor {
    pub lines: Vec<(LineId, u8)>,
    /// `None`: all of theirs.
    pub selected: Option<Vec<LineId>>,
    pub capacity: u16,
    pub open: bool,
    pub connected: bool,
    pub held: u32,
    pub misses: u32,
    pub idle_since: Mono,
    /// Tickets offered or being paired, oldest first.
    pub outstanding: Vec<TicketId>,
}

#[derive(Clone, Debug)]
pub(super) struct PlainLine {
    pub rules: LineRules,
    pub open: bool,
    /// The last moment at which somebody was there.
    pub staffed_until: Mono,
}

#[derive(Default)]
pub(super) struct Plain {
    pub now: Mono,
    pub suspended: bool,
    pub lines: BTreeMap<LineId, PlainLine>,
    /// How often in a row, and when last, somebody gave up while it rang.
    pub given_up: BTreeMap<Asker, (u32, Mono)>,
    pub tickets: BTreeMap<TicketId, PlainTicket>,
    pub counsellors: BTreeMap<AccountId, PlainCounsellor>,
    pub said: Vec<Said>,
}

impl PlainCounsellor {
    pub fn tier(&self, line: LineId) -> Option<u8> {
        let chosen = self.selected.as_ref().is_none_or(|selected| selected.contains(&line));
        self.lines.iter().find(|served| served.0 == line && chosen).map(|served| served.1)
    }

    pub fn is_free(&self) -> bool {
        let used = self.held as usize + self.outstanding.len();
        self.open && self.connected && used < usize::from(self.capacity)
    }
}

/// R2.
pub(super) fn place(ticket: &PlainTicket) -> (i64, TicketId) {
    let bonus = i64::from(ticket.new.priority) * i64::from(PRIORITY_BONUS_S) * SECOND as i64;
    (ticket.new.requested_at.0 - bonus, ticket.new.ticket)
}

impl Plain {
    /// R8: whether somebody open and connected serves the line.
    pub fn is_staffed(&self, line: LineId) -> bool {
        self.counsellors.values().any(|c| c.open && c.connected && c.tier(line).is_some())
    }

    /// R3: may this counsellor be asked for this ticket now? Their tier, if so.
    fn eligible(&self, ticket: TicketId, counsellor: AccountId) -> Option<u8> {
        let (t, c) = (&self.tickets[&ticket], &self.counsellors[&counsellor]);
        let tier = c.tier(t.new.line)?;
        let reached_at = t.new.since.plus_s(u32::from(tier) * self.lines[&t.new.line].rules.widen_s);
        let may = !self.suspended && t.here && t.rings_from.is_none() && t.at == At::Waiting && c.is_free();
        (may && !t.skips.contains(&counsellor) && reached_at <= self.now).then_some(tier)
    }

    /// R3: the ticket looks for a counsellor.
    pub fn ticket_looks(&mut self, ticket: TicketId) {
        match self.tickets.get(&ticket).map(|t| t.at) {
            None => return,
            Some(At::Talking) => return self.talk_looks(ticket, TransferState::Nobody),
            Some(_) => {}
        }
        let choices = self
            .counsellors
            .iter()
            .filter_map(|(&id, counsellor)| self.eligible(ticket, id).map(|tier| (tier, counsellor.idle_since, id)));
        if let Some((_, _, id)) = choices.min() {
            self.offer(ticket, id, "R3");
        }
    }

    /// R4: the counsellor looks for tickets. `returned` looks for itself (R3).
    pub fn counsellor_looks(&mut self, counsellor: AccountId, returned: Option<TicketId>) {
        loop {
            let able = self.tickets.values().filter(|t| self.eligible(t.new.ticket, counsellor).is_some());
            match able.map(place).min().map(|(_, ticket)| ticket) {
                None => return,
                Some(ticket) if Some(ticket) == returned => self.ticket_looks(ticket),
                Some(ticket) => self.offer(ticket, counsellor, "R4"),
            }
        }
    }

    /// These tickets look for counsellors, in order (R2).
    pub fn look_in_order(&mut self, tickets: Vec<TicketId>) {
        let mut places: Vec<_> = tickets.iter().map(|ticket| place(&self.tickets[ticket])).collect();
        places.sort_unstable();
        places.into_iter().for_each(|(_, ticket)| self.ticket_looks(ticket));
    }

    /// All tickets look for counsellors, in order (R2).
    pub fn all_look(&mut self) {
        self.look_in_order(self.tickets.keys().copied().collect());
    }

    fn explain(&self, ticket: TicketId, to: AccountId, rule: &str) -> String {
        let t = &self.tickets[&ticket];
        let c = &self.counsellors[&to];
        let tier = c.tier(t.new.line).unwrap_or(0);
        let waiting = self.tickets.values().filter(|o| o.new.line == t.new.line && o.at == At::Waiting);
        let ahead = waiting.filter(|other| place(other) < place(t)).count();
        let mut passed: Vec<_> = t.skips.iter().filter(|id| self.counsellors[id].is_free()).collect();
        passed.retain(|id| self.counsellors[id].tier(t.new.line).is_some());
        let rank = |id: &AccountId| (self.counsellors[id].tier(t.new.line), self.counsellors[id].idle_since, *id);
        passed.sort_unstable_by_key(|id| rank(id));
        passed.retain(|id| rank(id) < rank(&to));
        passed.truncate(PASSED_OVER_MAX);
        let (waited, idle) = (self.now.seconds_since(t.new.since), self.now.seconds_since(c.idle_since));
        format!("{rule} tier {tier} waited {waited} idle {idle} ahead {ahead} passed {passed:?}")
    }

    pub fn offer(&mut self, ticket: TicketId, to: AccountId, rule: &str) {
        let why = self.explain(ticket, to, rule);
        self.said.push(Said::Offer(ticket, to, why.clone()));
        let t = self.tickets.get_mut(&ticket).unwrap();
        let accept_s = self.lines[&t.new.line].rules.accept_s;
        let until = self.now.plus_s(accept_s);
        t.at = if t.talks() { At::Handing { to, until } } else { At::Offered { to, until } };
        t.why = why;
        self.counsellors.get_mut(&to).unwrap().outstanding.push(ticket);
        if accept_s == 0 {
            self.taken(ticket, to);
        }
    }

    pub fn taken(&mut self, ticket: TicketId, to: AccountId) {
        if self.tickets[&ticket].talks() { self.hand_over(ticket, to) } else { self.pair(ticket, to) }
    }

    pub fn pair(&mut self, ticket: TicketId, to: AccountId) {
        let t = self.tickets.get_mut(&ticket).unwrap();
        t.at = At::Pairing { to };
        self.said.push(Said::Pair(ticket, to, t.why.clone()));
    }

    pub fn release(&mut self, ticket: TicketId, from: AccountId) {
        self.counsellors.get_mut(&from).unwrap().outstanding.retain(|other| *other != ticket);
    }

    pub fn withdraw(&mut self, ticket: TicketId, from: AccountId, reason: WithdrawnReason) {
        self.release(ticket, from);
        self.said.push(Said::Withdraw(ticket, from, reason));
    }

    pub fn close(&mut self, ticket: TicketId, cause: CloseCause) {
        let t = self.tickets.get_mut(&ticket).unwrap();
        t.at = At::Closing(cause);
        t.retry = None;
        self.said.push(Said::Close(ticket, format!("{cause:?}")));
    }

    /// Back to waiting, unless it is over by now.
    pub fn wait(&mut self, ticket: TicketId) {
        let now = self.now;
        let t = self.tickets.get_mut(&ticket).unwrap();
        t.at = At::Waiting;
        t.stood_at = now;
        if let Some(cause) = self.overdue(ticket) {
            return self.close(ticket, cause);
        }
        let t = self.tickets.get_mut(&ticket).unwrap();
        if t.untold && t.here {
            t.untold = false;
            self.said.push(Said::Stands(ticket));
        }
    }

    /// Takes back the ringing offers of a counsellor that `which` says.
    pub fn give_back(&mut self, from: AccountId, which: impl Fn(&PlainTicket) -> bool) -> Vec<TicketId> {
        let ringing = |ticket: &TicketId| self.tickets[ticket].rings();
        let held = self.counsellors[&from].outstanding.iter();
        let back: Vec<TicketId> = held.filter(|t| ringing(t) && which(&self.tickets[t])).copied().collect();
        for &ticket in &back {
            self.withdraw(ticket, from, WithdrawnReason::Gone);
            if self.tickets[&ticket].talks() { self.talks_on(ticket) } else { self.wait(ticket) }
        }
        back
    }

    /// R9: the newest offers go back as long as there are more than places.
    pub fn shed(&mut self, from: AccountId) -> Vec<TicketId> {
        let c = &self.counsellors[&from];
        let over = (c.held as usize + c.outstanding.len()).saturating_sub(usize::from(c.capacity));
        let ringing = |ticket: &&TicketId| self.tickets[ticket].rings();
        let newest: Vec<TicketId> = c.outstanding.iter().rev().filter(ringing).take(over).copied().collect();
        self.give_back(from, |ticket| newest.contains(&ticket.new.ticket))
    }

    /// R6: a decline, an expiry or a refusal of the database.
    pub fn turned_down(&mut self, ticket: TicketId, by: AccountId, mut benched: bool) {
        let declined = self.tickets.values().filter(|t| t.skips.contains(&by)).count();
        if declined < DECLINES_MAX as usize {
            let t = self.tickets.get_mut(&ticket).unwrap();
            t.skips.insert(by);
            t.forgive_at = self.now.plus_s(self.lines[&t.new.line].rules.retry_s.max(1));
        } else {
            benched = true;
        }
        let talks = self.tickets[&ticket].talks();
        if talks {
            self.receiver_declined(ticket)
        } else {
            self.wait(ticket)
        }
        if benched {
            self.said.push(Said::Benched(by));
            self.counsellors.get_mut(&by).unwrap().open = false;
            let mut back = self.give_back(by, |_| true);
            back.extend((!talks).then_some(ticket));
            self.look_in_order(back);
        } else {
            if !talks {
                self.ticket_looks(ticket);
            }
            self.counsellor_looks(by, None);
        }
    }

    /// A change of who somebody is or what they want.
    pub fn reshape(&mut self, id: AccountId, change: impl FnOnce(&mut PlainCounsellor)) {
        let c = self.counsellors.get_mut(&id).unwrap();
        change(c);
        c.capacity = c.capacity.clamp(1, CAPACITY_MAX);
        let c = c.clone();
        let mut back = self.give_back(id, |t| !(c.open && c.connected && t.is_for(id, &c)));
        back.extend(self.shed(id));
        self.look_in_order(back);
        self.counsellor_looks(id, None);
    }

    /// Before anybody may leave: lines that are staffed have been so until now.
    pub fn touch_staffed(&mut self) {
        let staffed: Vec<LineId> = self.lines.keys().copied().filter(|&line| self.is_staffed(line)).collect();
        staffed.iter().for_each(|line| self.lines.get_mut(line).unwrap().staffed_until = self.now);
    }
}
