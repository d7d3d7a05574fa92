//! The rules R1 to R14, as sentences about people, against a plain matcher, and in races.

mod against_plain;
mod choice;
mod edits;
mod offers;
mod order;
mod people;
mod plain;
mod plain_due;
mod plain_transfers;
mod races;
mod transfers;

use super::*;
use crate::ids::{AccountId, LineId, OfferId, TicketId};
use crate::protocol::{ClosedReason, WithdrawnReason};
use crate::time::{Mono, Now, SECOND, Wall};

/// The start of the day: late enough that somebody may have waited since before it.
pub(super) const MORNING_S: u64 = 100_000;

/// A line that asks, widens every 30 s and forgives after 60 s.
pub(super) fn rules() -> LineRules {
    LineRules {
        accept_s: 20,
        wait_s_max: 1800,
        waiting_max: 100,
        grace_s: 45,
        misses_max: 2,
        widen_s: 30,
        retry_s: 60,
        unstaffed_s: 120,
    }
}

/// A lobby with a clock that is moved by hand. People are known by numbers.
pub(super) struct Centre {
    pub lobby: Lobby,
    now: Mono,
    last_offer: u128,
    /// What the last step led to.
    pub effects: Vec<Effect>,
}

pub(super) fn line(number: u128) -> LineId {
    LineId::from(number)
}

pub(super) fn ticket(number: u128) -> TicketId {
    TicketId::from(number)
}

pub(super) fn account(number: u128) -> AccountId {
    AccountId::from(number)
}

impl Centre {
    /// One line, number 1, with its doors open.
    pub fn new(rules: LineRules) -> Self {
        let now = Mono(MORNING_S * SECOND);
        let mut centre = Self { lobby: Lobby::new(), now, last_offer: 0, effects: Vec::new() };
        centre.line(1, rules);
        centre
    }

    /// One thing happens, now.
    pub fn happens(&mut self, input: Input) -> &[Effect] {
        self.effects.clear();
        let now = Now { mono: self.now, wall: Wall(self.now.0 as i64) };
        let last_offer = &mut self.last_offer;
        let mut offer_ids = || {
            *last_offer += 1;
            OfferId::from(*last_offer)
        };
        self.lobby.step(now, input, &mut offer_ids, &mut self.effects);
        self.lobby.check();
        &self.effects
    }

    /// Time goes by, and everything happens in its time. Returns all that followed.
    pub fn pass(&mut self, seconds: u64) -> Vec<Effect> {
        let end = Mono(self.now.0 + seconds * SECOND);
        let mut all = Vec::new();
        while let Some(at) = self.lobby.next_deadline().filter(|&at| at <= end) {
            self.now = at;
            all.extend_from_slice(self.happens(Input::Tick));
        }
        self.now = end;
        self.effects.clone_from(&all);
        all
    }

    pub fn line(&mut self, number: u128, rules: LineRules) {
        self.happens(Input::Line { line: line(number), rules, open: true });
    }

    /// A counsellor signs in, connected and open, in these lines.
    pub fn counsellor(&mut self, number: u128, lines: &[(u128, u8)], capacity: u16) {
        let lines = lines.iter().map(|&(number, tier)| (line(number), tier)).collect();
        self.happens(Input::Profile { counsellor: account(number), lines, capacity, open: true });
        self.happens(Input::CounsellorHere { counsellor: account(number) });
    }

    pub fn new_ticket(&self, number: u128, in_line: u128, priority: u8) -> NewTicket {
        let requested_at = Wall(self.now.0 as i64);
        NewTicket { ticket: ticket(number), line: line(in_line), requested_at, since: self.now, priority, asker: None }
    }

    /// A desk asks and its ticket is put on file.
    pub fn asks(&mut self, number: u128, in_line: u128) -> Vec<Effect> {
        self.asks_with_priority(number, in_line, 0)
    }

    pub fn asks_with_priority(&mut self, number: u128, in_line: u128, priority: u8) -> Vec<Effect> {
        let new = self.new_ticket(number, in_line, priority);
        let asked = self.happens(Input::Request(new));
        assert_eq!(asked, [Effect::Store { ticket: ticket(number) }]);
        self.happens(Input::Stored { ticket: ticket(number), ok: true }).to_vec()
    }

    /// The ticket that rings at a counsellor, if one does.
    pub fn rings_at(&self, counsellor: u128) -> Option<u128> {
        self.ringing().into_iter().find(|&(_, at)| at == counsellor).map(|(ticket, _)| ticket)
    }

    /// Every ticket that rings or is being paired, and where.
    pub fn ringing(&self) -> Vec<(u128, u128)> {
        let mut all = Vec::new();
        for (_, ticket) in self.lobby.tickets.iter() {
            use super::ticket::Stage;
            if let Stage::Offered(place) | Stage::Pairing(place) | Stage::Handing(place) | Stage::Leaving(place) =
                ticket.stage
            {
                all.push((ticket.id.0.as_u128(), self.lobby.counsellors[place as usize].id.0.as_u128()));
            }
        }
        all.sort_unstable();
        all
    }

    /// The offer of a ticket.
    pub fn offer_of(&self, number: u128) -> OfferId {
        let slot = self.lobby.slot_of(ticket(number)).expect("the ticket is there");
        let mut held = self.lobby.counsellors.iter().flat_map(|counsellor| &counsellor.outstanding);
        held.find(|outstanding| outstanding.ticket == slot).expect("it rings").offer
    }

    pub fn declines(&mut self, counsellor: u128, ticket: u128) -> &[Effect] {
        let offer = self.offer_of(ticket);
        self.happens(Input::Decline { counsellor: account(counsellor), offer })
    }

    pub fn accepts(&mut self, counsellor: u128, ticket: u128) -> &[Effect] {
        let offer = self.offer_of(ticket);
        self.happens(Input::Accept { counsellor: account(counsellor), offer })
    }

    /// Accepted, and the database agrees.
    pub fn talks(&mut self, counsellor: u128, number: u128) {
        self.accepts(counsellor, number);
        self.paired(number, Outcome::Done);
    }

    pub fn paired(&mut self, number: u128, outcome: Outcome) -> &[Effect] {
        self.happens(Input::Paired { ticket: ticket(number), outcome })
    }

    pub fn closed(&mut self, number: u128, outcome: Outcome) -> &[Effect] {
        self.happens(Input::Closed { ticket: ticket(number), outcome })
    }

    pub fn released(&mut self, counsellor: u128) -> &[Effect] {
        self.happens(Input::Released { counsellor: account(counsellor), line: line(1) })
    }
}

/// Which tickets were closed, and why.
pub(super) fn closes(effects: &[Effect]) -> Vec<(u128, CloseCause)> {
    let mut all: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Close { ticket, cause } => Some((ticket.0.as_u128(), *cause)),
            _ => None,
        })
        .collect();
    all.sort_unstable_by_key(|&(ticket, _)| ticket);
    all
}

/// Which offers were made: ticket, counsellor.
pub(super) fn offers(effects: &[Effect]) -> Vec<(u128, u128)> {
    let all = effects.iter().filter_map(|effect| match effect {
        Effect::Offer { ticket, counsellor, .. } => Some((ticket.0.as_u128(), counsellor.0.as_u128())),
        _ => None,
    });
    all.collect()
}

/// Which offers were taken back: ticket, counsellor, why.
pub(super) fn withdrawals(effects: &[Effect]) -> Vec<(u128, u128, WithdrawnReason)> {
    let all = effects.iter().filter_map(|effect| match effect {
        Effect::Withdraw { ticket, counsellor, reason, .. } => {
            Some((ticket.0.as_u128(), counsellor.0.as_u128(), *reason))
        }
        _ => None,
    });
    all.collect()
}

/// Why a request was refused.
pub(super) fn refusal(effects: &[Effect]) -> Option<ClosedReason> {
    effects.iter().find_map(|effect| match effect {
        Effect::Refuse { reason, .. } => Some(*reason),
        _ => None,
    })
}
