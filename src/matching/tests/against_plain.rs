//! Random days, lived by the lobby and by the plain matcher side by side.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::plain::{At, Plain, PlainTicket, Said};
use super::*;

/// Something that may happen; numbers are folded into the people that exist.
#[derive(Clone, Debug)]
enum Act {
    Line { line: u8, rules: LineRules, open: bool },
    Request { line: u8, priority: u8, waited_s: u8, asker: u8 },
    Stored { nth: u8, ok: bool },
    Restore { line: u8, waited_s: u8, here: bool },
    Desk { nth: u8, what: u8 },
    Closed { nth: u8, outcome: u8 },
    Paired { nth: u8, outcome: u8 },
    Profile { who: u8, lines: Vec<(u8, u8)>, capacity: u16, open: bool },
    Staff { who: u8, what: u8 },
    Open { who: u8, lines: Option<Vec<u8>>, capacity: Option<u16> },
    Answer { nth: u8, accept: bool },
    Stranger { who: u8, nth: u8, accept: bool },
    Transfer { who: u8, to: Option<u8>, line: u8, waited_s: u8 },
    TransferAgain { nth: u8, who: u8, what: u8 },
    ComesBack { nth: u8, here: bool },
    Move { nth: u8, line: u8 },
    Suspend(bool),
    Pass(u8),
}

const LINES: u8 = 3;
const STAFF: u8 = 5;

fn any_rules() -> impl Strategy<Value = LineRules> {
    let few = |values: &'static [u32]| prop::sample::select(values);
    (few(&[0, 5, 20]), few(&[0, 40, 90]), few(&[4, 50]), few(&[0, 10]), few(&[0, 1, 2]), few(&[0, 10, 20]))
        .prop_flat_map(move |(accept_s, wait_s_max, waiting_max, grace_s, misses_max, widen_s)| {
            (few(&[0, 7, 30]), few(&[0, 3, 25])).prop_map(move |(retry_s, unstaffed_s)| LineRules {
                accept_s,
                wait_s_max,
                waiting_max,
                grace_s,
                misses_max,
                widen_s,
                retry_s,
                unstaffed_s,
            })
        })
}

fn any_act() -> impl Strategy<Value = Act> {
    let n = any::<u8>;
    let lines = prop::collection::vec((0..LINES + 1, 0u8..4), 0..4);
    prop_oneof![
        1 => (0..LINES, any_rules(), prop::bool::weighted(0.9)).prop_map(|(line, rules, open)| Act::Line { line, rules, open }),
        10 => (0..LINES + 1, 0u8..2, 0u8..60, 0u8..3)
            .prop_map(|(line, priority, waited_s, asker)| Act::Request { line, priority, waited_s, asker }),
        10 => (n(), prop::bool::weighted(0.95)).prop_map(|(nth, ok)| Act::Stored { nth, ok }),
        1 => (0..LINES, 0u8..80, any::<bool>()).prop_map(|(line, waited_s, here)| Act::Restore { line, waited_s, here }),
        4 => (n(), 0u8..6).prop_map(|(nth, what)| Act::Desk { nth, what }),
        5 => (n(), 0u8..6).prop_map(|(nth, outcome)| Act::Closed { nth, outcome }),
        6 => (n(), 0u8..8).prop_map(|(nth, outcome)| Act::Paired { nth, outcome }),
        2 => (0..STAFF, lines, 0u16..4, prop::bool::weighted(0.8))
            .prop_map(|(who, lines, capacity, open)| Act::Profile { who, lines, capacity, open }),
        6 => (0..STAFF + 1, 0u8..8).prop_map(|(who, what)| Act::Staff { who, what }),
        3 => (0..STAFF, prop::option::weighted(0.3, prop::collection::vec(0..LINES + 1, 0..3)), prop::option::of(0u16..4))
            .prop_map(|(who, lines, capacity)| Act::Open { who, lines, capacity }),
        9 => (n(), prop::bool::weighted(0.4)).prop_map(|(nth, accept)| Act::Answer { nth, accept }),
        1 => (0..STAFF, n(), any::<bool>()).prop_map(|(who, nth, accept)| Act::Stranger { who, nth, accept }),
        3 => (0..STAFF + 1, prop::option::of(0..STAFF + 1), 0..LINES + 1, 0u8..80)
            .prop_map(|(who, to, line, waited_s)| Act::Transfer { who, to, line, waited_s }),
        2 => (n(), 0..STAFF, 0u8..6).prop_map(|(nth, who, what)| Act::TransferAgain { nth, who, what }),
        2 => (n(), any::<bool>()).prop_map(|(nth, here)| Act::ComesBack { nth, here }),
        2 => (n(), 0..LINES + 1).prop_map(|(nth, line)| Act::Move { nth, line }),
        1 => prop::bool::weighted(0.4).prop_map(Act::Suspend),
        8 => (0u8..15).prop_map(Act::Pass),
    ]
}

/// Both, and what is needed to speak to both.
struct Both {
    lobby: Lobby,
    plain: Plain,
    now: Mono,
    offers: u128,
    /// The last offer of a ticket.
    offer_of: BTreeMap<TicketId, OfferId>,
    tickets: u128,
}

impl Both {
    fn new() -> Self {
        let now = Mono(MORNING_S * SECOND);
        Self { lobby: Lobby::new(), plain: Plain::default(), now, offers: 0, offer_of: BTreeMap::new(), tickets: 0 }
    }

    fn happens(&mut self, input: Input) {
        let offer_ticket = match &input {
            Input::Accept { offer, .. } | Input::Decline { offer, .. } => {
                self.offer_of.iter().find(|(_, known)| *known == offer).map(|(ticket, _)| *ticket)
            }
            _ => None,
        };
        let expected = self.plain.step(self.now, &input, offer_ticket);
        let mut effects = Vec::new();
        let offers = &mut self.offers;
        let mut ids = || {
            *offers += 1;
            OfferId::from(*offers)
        };
        // The wall clock jumps about: nothing may depend on it.
        let wall = Wall((self.now.0 as i64).wrapping_mul(-7_919) % 1_000_000_007);
        self.lobby.step(Now { mono: self.now, wall }, input.clone(), &mut ids, &mut effects);
        let mut said: Vec<Said> = effects.iter().filter_map(|effect| self.told(effect)).collect();
        said.sort_unstable();
        assert_eq!(said, expected, "after {input:?} at {:?}", self.now);
        self.lobby.check();
        self.compare();
    }

    /// An effect in the plain matcher's words; changes that are only reported have none.
    fn told(&mut self, effect: &Effect) -> Option<Said> {
        let words = |why: &Explanation| {
            let Explanation { rule, tier, waited_s, idle_s, ahead, passed_over } = why;
            format!("{rule} tier {tier} waited {waited_s} idle {idle_s} ahead {ahead} passed {passed_over:?}")
        };
        Some(match effect {
            Effect::Store { ticket } => Said::Store(*ticket),
            Effect::Refuse { ticket, reason } => Said::Refuse(*ticket, *reason),
            Effect::Stands { ticket } => Said::Stands(*ticket),
            Effect::Offer { offer, ticket, counsellor, why, .. } => {
                self.offer_of.insert(*ticket, *offer);
                Said::Offer(*ticket, *counsellor, words(why))
            }
            Effect::Withdraw { offer, ticket, counsellor, reason } => {
                assert!(self.offer_of.values().any(|known| known == offer) || !self.offer_of.contains_key(ticket));
                Said::Withdraw(*ticket, *counsellor, *reason)
            }
            Effect::Pair { offer, ticket, counsellor, why } => {
                assert_eq!(self.offer_of.get(ticket), Some(offer));
                Said::Pair(*ticket, *counsellor, words(why))
            }
            Effect::Close { ticket, cause } => Said::Close(*ticket, format!("{cause:?}")),
            Effect::Benched { counsellor } => Said::Benched(*counsellor),
            Effect::Rejected { to: Party::Desk(ticket), code, .. } => Said::Rejected(format!("{ticket:?} {code:?}")),
            Effect::Rejected { to: Party::Counsellor(id), code, .. } => Said::Rejected(format!("{id:?} {code:?}")),
            Effect::Rejected { to: Party::Giver(id, ticket), code, .. } => {
                Said::Rejected(format!("{id:?} {ticket:?} {code:?}"))
            }
            Effect::Transfer { ticket, from, state, to } => Said::Transfer(*ticket, *from, state.code(), *to),
            Effect::HandOver { ticket, line, to, offer } => {
                assert_eq!(self.offer_of.get(ticket), Some(offer));
                Said::HandOver(*ticket, *line, *to)
            }
            Effect::Counsellor { .. } | Effect::LineChanged { .. } => return None,
        })
    }

    /// Everything that can be asked of both has the same answer.
    fn compare(&self) {
        assert_eq!(self.lobby.tickets.iter().count(), self.plain.tickets.len());
        for (&id, plain) in &self.plain.tickets {
            let seen = self.lobby.ticket(id).expect("both have the ticket");
            assert_eq!(
                (seen.here, seen.since, seen.requested_at),
                (plain.here, plain.new.since, plain.new.requested_at)
            );
            let standing = |t: &&super::plain::PlainTicket| !matches!(t.at, At::Storing { .. }) && !t.talks();
            let expected = match plain.at {
                At::Storing { .. } => Stage::Storing,
                At::Waiting => Stage::Waiting,
                At::Offered { to, .. } => Stage::Offered(to),
                At::Pairing { to } => Stage::Pairing(to),
                At::Closing(cause) => Stage::Closing(cause),
                At::Handing { to, .. } | At::Leaving { to } => Stage::Handing(to),
                At::Talking => panic!("somebody is asked, or the transfer is over"),
            };
            assert_eq!(seen.stage, expected);
            let line = self.plain.tickets.values().filter(|t| t.new.line == plain.new.line).filter(standing);
            let before = line.filter(|t| super::plain::place(t) < super::plain::place(plain)).count();
            let ahead = standing(&plain).then_some(before as u32);
            assert_eq!(self.lobby.ahead(id), ahead);
            if let Some(ahead) = ahead {
                assert!(self.lobby.positions(plain.new.line).any(|at| at == (id, ahead)));
            }
        }
        for (&id, plain) in &self.plain.counsellors {
            let seen = self.lobby.counsellor(id).expect("both have the counsellor");
            assert_eq!((seen.open, seen.connected, seen.held), (plain.open, plain.connected, plain.held));
            assert_eq!((seen.offers + seen.pairing) as usize, plain.outstanding.len());
            assert_eq!(seen.capacity, plain.capacity);
        }
    }

    fn pass(&mut self, seconds: u8) {
        let end = Mono(self.now.0 + u64::from(seconds) * SECOND);
        while let Some(at) = self.lobby.next_deadline().filter(|&at| at <= end) {
            self.now = at;
            self.happens(Input::Tick);
        }
        self.now = end;
        self.happens(Input::Tick);
    }

    /// The nth of the tickets that `which` says.
    fn nth(&self, nth: u8, which: impl Fn(At) -> bool) -> Option<TicketId> {
        let all: Vec<TicketId> = self.plain.tickets.iter().filter(|(_, t)| which(t.at)).map(|(id, _)| *id).collect();
        (!all.is_empty()).then(|| all[usize::from(nth) % all.len()])
    }

    fn new_ticket(&mut self, in_line: u8, waited_s: u8, priority: u8) -> NewTicket {
        self.tickets += 1;
        // Two clocks that agree only roughly, as clocks do.
        let since = Mono(self.now.0 - u64::from(waited_s / 3) * SECOND);
        let requested_at = Wall((self.now.0 - u64::from(waited_s) * SECOND) as i64 * 10);
        NewTicket {
            ticket: ticket(self.tickets),
            line: line(in_line.into()),
            requested_at,
            since,
            priority,
            asker: None,
        }
    }

    fn act(&mut self, act: Act) {
        let outcome = |n: u8| [Outcome::Failed, Outcome::Full, Outcome::Stale].get(usize::from(n)).copied();
        let input = match act {
            Act::Line { line: number, rules, open } => Some(Input::Line { line: line(number.into()), rules, open }),
            Act::Request { line, priority, waited_s, asker } => {
                let asker = (asker > 0).then_some(Asker(asker.into()));
                Some(Input::Request(NewTicket { asker, ..self.new_ticket(line, waited_s, priority) }))
            }
            Act::Stored { nth, ok } => {
                self.nth(nth, |at| matches!(at, At::Storing { .. })).map(|ticket| Input::Stored { ticket, ok })
            }
            Act::Restore { line, waited_s, here } => {
                Some(Input::Restore { ticket: self.new_ticket(line, waited_s, 0), here })
            }
            Act::Desk { nth, what } => self.nth(nth, |_| true).map(|ticket| match what {
                0 => Input::Cancel { ticket, asker: self.plain.tickets[&ticket].new.asker },
                1 | 2 => Input::DeskGone { ticket },
                3 => Input::DeskUnseen { ticket },
                _ => Input::DeskHere { ticket },
            }),
            Act::Closed { nth, outcome: n } => {
                let outcome = outcome(n).unwrap_or(Outcome::Done);
                self.nth(nth, |at| matches!(at, At::Closing(_))).map(|ticket| Input::Closed { ticket, outcome })
            }
            Act::Paired { nth, outcome: n } => {
                let outcome = outcome(n).unwrap_or(Outcome::Done);
                self.nth(nth, |at| matches!(at, At::Pairing { .. })).map(|ticket| Input::Paired { ticket, outcome })
            }
            Act::Profile { who, lines, capacity, open } => {
                let by_line: BTreeMap<u8, u8> = lines.into_iter().collect();
                let lines = by_line.into_iter().map(|(number, tier)| (line(number.into()), tier)).collect();
                Some(Input::Profile { counsellor: account(who.into()), lines, capacity, open })
            }
            Act::Staff { who, what } => {
                let (counsellor, line) = (account(who.into()), line(0));
                Some(match what {
                    0 => Input::CounsellorGone { counsellor },
                    1 => Input::Pause { counsellor },
                    2 => Input::Occupied { counsellor, line },
                    3..6 => Input::Released { counsellor, line },
                    _ => Input::CounsellorHere { counsellor },
                })
            }
            Act::Open { who, lines, capacity } => {
                let lines = lines.map(|lines| lines.into_iter().map(|number| line(number.into())).collect());
                Some(Input::Open { counsellor: account(who.into()), lines, capacity })
            }
            Act::Answer { nth, accept } => self.nth(nth, |at| whom(at).is_some()).map(|ticket| {
                let to = whom(self.plain.tickets[&ticket].at).expect("it rings");
                answer(to, self.offer_of[&ticket], accept)
            }),
            Act::Stranger { who, nth, accept } => {
                Some(answer(account(who.into()), OfferId::from(u128::from(nth)), accept))
            }
            Act::Transfer { who, to, line, waited_s } => Some(Input::Transfer {
                ticket: self.new_ticket(line, waited_s, 0),
                from: account(who.into()),
                to: to.map(|to| account(to.into())),
            }),
            Act::TransferAgain { nth, who, what } => self.nth(nth, |_| true).map(|ticket| {
                let PlainTicket { new, transfer, .. } = self.plain.tickets[&ticket].clone();
                let from = transfer.filter(|_| what != 0).map_or(account(who.into()), |(giver, _)| giver);
                match what {
                    0 | 1 => Input::Transfer { ticket: new, from, to: None },
                    2 => Input::TransferFailed { ticket },
                    _ => Input::CancelTransfer { ticket, from },
                }
            }),
            Act::ComesBack { nth, here } => {
                let talks = |at| matches!(at, At::Handing { .. } | At::Leaving { .. });
                self.nth(nth, talks).map(|ticket| Input::Restore { ticket: self.plain.tickets[&ticket].new, here })
            }
            Act::Move { nth, line: number } => {
                self.nth(nth, |_| true).map(|ticket| Input::Moved { ticket, line: line(number.into()) })
            }
            Act::Suspend(on) => Some(if on { Input::Suspend } else { Input::Resume }),
            Act::Pass(seconds) => return self.pass(seconds),
        };
        if let Some(input) = input {
            self.happens(input);
        }
    }
}

/// At whom it rings.
fn whom(at: At) -> Option<AccountId> {
    match at {
        At::Offered { to, .. } | At::Handing { to, .. } => Some(to),
        _ => None,
    }
}

fn answer(counsellor: AccountId, offer: OfferId, accept: bool) -> Input {
    if accept { Input::Accept { counsellor, offer } } else { Input::Decline { counsellor, offer } }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_lobby_decides_as_the_plain_matcher_does(
        rules in prop::collection::vec(any_rules(), usize::from(LINES)),
        acts in prop::collection::vec(any_act(), 1..200),
    ) {
        let mut both = Both::new();
        for (number, rules) in rules.into_iter().enumerate() {
            both.happens(Input::Line { line: line(number as u128), rules, open: true });
        }
        for act in acts {
            both.act(act);
        }
    }
}
