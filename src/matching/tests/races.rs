//! Accept against cancel against expiry against drops: whoever comes first wins, once (R6).

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use super::*;

/// Set this to a printed seed to see the same races again.
const SEED_VARIABLE: &str = "ANTEROOM_SEED";
const RACES: u128 = 100_000;

/// What came of one ticket's offer, from effects alone.
#[derive(Debug, Default)]
struct Told {
    paired: u32,
    withdrawn: u32,
    closed: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Racer {
    Accept,
    Decline,
    Cancel,
    Expiry,
    DeskDrops,
    CounsellorDrops,
}

const RACERS: [Racer; 6] =
    [Racer::Accept, Racer::Decline, Racer::Cancel, Racer::Expiry, Racer::DeskDrops, Racer::CounsellorDrops];

struct Race {
    lobby: Lobby,
    now: Mono,
    offers: u128,
}

impl Race {
    fn step(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        let offers = &mut self.offers;
        let mut ids = || {
            *offers += 1;
            OfferId::from(*offers)
        };
        self.lobby.step(Now { mono: self.now, wall: Wall(self.now.0 as i64) }, input, &mut ids, &mut effects);
        effects
    }

    fn run(&mut self, racer: Racer, number: u128, offer: OfferId) -> Vec<Effect> {
        let (ticket, counsellor) = (ticket(number), account(1));
        let input = match racer {
            Racer::Accept => Input::Accept { counsellor, offer },
            Racer::Decline => Input::Decline { counsellor, offer },
            Racer::Cancel => Input::Cancel { ticket, asker: None },
            Racer::DeskDrops => Input::DeskGone { ticket },
            Racer::CounsellorDrops => Input::CounsellorGone { counsellor },
            Racer::Expiry => {
                self.now = self.now.plus_s(20);
                Input::Tick
            }
        };
        self.step(input)
    }
}

fn told(effects: &[Effect], offer: OfferId) -> Told {
    let mut told = Told::default();
    for effect in effects {
        match effect {
            Effect::Pair { offer: paired, .. } if *paired == offer => told.paired += 1,
            Effect::Withdraw { offer: withdrawn, .. } if *withdrawn == offer => told.withdrawn += 1,
            Effect::Close { .. } => told.closed += 1,
            _ => {}
        }
    }
    told
}

#[test]
fn r6_of_accept_cancel_expiry_and_drop_exactly_one_wins() {
    let seed = std::env::var(SEED_VARIABLE).ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("{SEED_VARIABLE}={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut race = Race { lobby: Lobby::new(), now: Mono(MORNING_S * SECOND), offers: 0 };
    let rules = LineRules { misses_max: 0, unstaffed_s: 3600, ..rules() };
    race.step(Input::Line { line: line(1), rules, open: true });
    race.step(Input::Profile { counsellor: account(1), lines: vec![(line(1), 0)], capacity: 1, open: true });
    for number in 1..=RACES {
        race.step(Input::CounsellorHere { counsellor: account(1) });
        let (requested_at, since) = (Wall(race.now.0 as i64), race.now);
        race.step(Input::Request(NewTicket {
            ticket: ticket(number),
            line: line(1),
            requested_at,
            since,
            priority: 0,
            asker: None,
        }));
        let stood = race.step(Input::Stored { ticket: ticket(number), ok: true });
        assert_eq!(offers(&stood), [(number, 1)], "race {number}");
        let offer = OfferId::from(race.offers);

        let mut racers = RACERS;
        racers.shuffle(&mut random);
        let runners = random.random_range(2..=racers.len());
        let mut all = Vec::new();
        for &racer in &racers[..runners] {
            all.extend(race.run(racer, number, offer));
        }
        let told = told(&all, offer);
        let won = match racers[0] {
            Racer::Accept => (1, 0),
            // The one who declines need not be told.
            Racer::Decline => (0, 0),
            _ => (0, 1),
        };
        assert_eq!((told.paired, told.withdrawn), won, "race {number}: {:?}", &racers[..runners]);
        assert!(told.closed <= 1 && told.paired + told.closed <= 1, "race {number}: {:?}", &racers[..runners]);
        assert_eq!(told.closed == 1, closes_in(&racers[..runners]), "race {number}: {:?}", &racers[..runners]);

        clear(&mut race, number);
        if number % 1000 == 0 {
            race.lobby.check();
        }
    }
    assert_eq!(race.lobby.stages(), Stages::default());
}

/// A cancel ends the ticket wherever it is, unless it was accepted before.
fn closes_in(racers: &[Racer]) -> bool {
    let cancelled = racers.iter().position(|racer| *racer == Racer::Cancel);
    cancelled.is_some() && racers[0] != Racer::Accept
}

/// The database decides what is open; whatever is left is given up.
fn clear(race: &mut Race, number: u128) {
    let ticket = ticket(number);
    let won = race.lobby.ticket(ticket).map(|seen| seen.stage);
    if let Some(Stage::Pairing(counsellor)) = won {
        race.step(Input::Paired { ticket, outcome: Outcome::Done });
        race.step(Input::Released { counsellor, line: line(1) });
    } else {
        race.step(Input::Cancel { ticket, asker: None });
        race.step(Input::Closed { ticket, outcome: Outcome::Done });
    }
    race.step(Input::CounsellorGone { counsellor: account(1) });
    assert_eq!(race.lobby.ticket(ticket), None, "race {number}");
}
