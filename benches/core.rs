//! How long one step of the matching core takes, and how many it makes a second, while 1,000 to
//! 1,000,000 desks wait. `cargo bench --bench core`; a word after `--` selects cases by name.
//!
//! Each case is run twice over the same inputs: once with the clock read before and after every
//! step, for the percentiles (in nanoseconds, the two readings included), and once without, for
//! the rate. A harness of our own because the percentiles of single steps are what is promised,
//! and the usual ones report those of batches.

use std::time::Instant;

use anteroom::ids::{AccountId, LineId, OfferId, TicketId};
use anteroom::matching::{Effect, Input, LineRules, Lobby, NewTicket, Outcome};
use anteroom::time::{Mono, Now, SECOND, Wall};

const POPULATIONS: [u32; 3] = [1_000, 100_000, 1_000_000];
const STEPS: usize = 2_000_000;
const LINES: u64 = 100;
const COUNSELLORS: u64 = 1_000;
const LINES_EACH: u64 = 4;

const RULES: LineRules = LineRules {
    accept_s: 20,
    wait_s_max: 7 * 86_400,
    waiting_max: u32::MAX,
    grace_s: 86_400,
    misses_max: 3,
    widen_s: 30,
    retry_s: 60,
    unstaffed_s: 86_400,
};

/// Makes a centre in which so many wait, and says what happens in it again and again.
type Case = fn(u32) -> (Day, fn(&mut Day));

/// A centre in which inputs lead to effects, and effects to the next inputs.
struct Day {
    lobby: Lobby,
    now: Mono,
    seed: u64,
    offers: u128,
    effects: Vec<Effect>,
    tickets: u64,
    waiting: Vec<TicketId>,
    /// Nanoseconds of each step; empty while only the rate is wanted.
    laps: Vec<u32>,
    timed: bool,
    steps: usize,
}

impl Day {
    fn new() -> Self {
        let mut day = Self {
            lobby: Lobby::new(),
            now: Mono(1_000_000 * SECOND),
            seed: 0x5eed,
            offers: 0,
            effects: Vec::with_capacity(64),
            tickets: 0,
            waiting: Vec::new(),
            laps: Vec::with_capacity(STEPS + 16),
            timed: false,
            steps: 0,
        };
        for line in 0..LINES {
            day.step(Input::Line { line: line_id(line), rules: RULES, open: true });
        }
        day
    }

    fn random(&mut self, below: u64) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed % below
    }

    fn step(&mut self, input: Input) {
        self.effects.clear();
        let offers = &mut self.offers;
        let mut ids = || {
            *offers += 1;
            OfferId::from(*offers)
        };
        let now = Now { mono: self.now, wall: Wall(self.now.0 as i64) };
        if self.timed {
            let start = Instant::now();
            self.lobby.step(now, input, &mut ids, &mut self.effects);
            self.laps.push(start.elapsed().as_nanos() as u32);
        } else {
            self.lobby.step(now, input, &mut ids, &mut self.effects);
        }
        self.steps += 1;
    }

    /// The clock goes on by a millisecond; what is due has its tick.
    fn moment(&mut self) {
        self.now.0 += 1_000;
        if self.lobby.next_deadline().is_some_and(|at| at <= self.now) {
            self.step(Input::Tick);
        }
    }

    fn asks(&mut self, line: u64) -> TicketId {
        self.tickets += 1;
        // As a UUIDv7: the time in front, the rest drawn.
        let ticket = TicketId::from(u128::from(self.tickets) << 80 | u128::from(self.random(u64::MAX)));
        let (requested_at, since) = (Wall(self.now.0 as i64), self.now);
        let priority = u8::from(self.random(20) == 0);
        self.step(Input::Request(NewTicket {
            ticket,
            line: line_id(line),
            requested_at,
            since,
            priority,
            asker: None,
        }));
        self.step(Input::Stored { ticket, ok: true });
        ticket
    }

    /// Every offer is accepted, and the database agrees.
    fn everyone_accepts(&mut self) {
        while let Some((offer, ticket, counsellor)) = self.effects.iter().find_map(|effect| match effect {
            Effect::Offer { offer, ticket, counsellor, .. } => Some((*offer, *ticket, *counsellor)),
            _ => None,
        }) {
            self.step(Input::Accept { counsellor, offer });
            self.step(Input::Paired { ticket, outcome: Outcome::Done });
        }
    }

    /// Counsellors serve [`LINES_EACH`] lines in a row, at tiers 0 and 1, from the first `lines`.
    fn staff(&mut self, lines: u64) {
        for number in 0..COUNSELLORS {
            let counsellor = account_id(number);
            let served = (0..LINES_EACH).map(|k| (line_id((number + k) % lines), u8::from(k > 1))).collect();
            self.step(Input::Profile { counsellor, lines: served, capacity: 1, open: true });
            self.step(Input::CounsellorHere { counsellor });
            self.everyone_accepts();
        }
    }

    fn fill(&mut self, population: u32, lines: impl Fn(u64) -> u64) {
        self.waiting.reserve(population as usize);
        for n in 0..u64::from(population) {
            self.now.0 += 1_000;
            let line = lines(n);
            let ticket = self.asks(line);
            self.waiting.push(ticket);
        }
    }

    /// Someone asks, some counsellor's room ends, they get the next ticket and take it.
    fn churn(&mut self, lines: u64) {
        self.moment();
        let line = self.random(lines);
        self.asks(line);
        self.everyone_accepts();
        let counsellor = account_id(self.random(COUNSELLORS));
        self.step(Input::Released { counsellor, line: line_id(line) });
        self.everyone_accepts();
    }

    /// Someone asks, someone anywhere in the line gives up; nobody is free.
    fn give_up(&mut self) {
        self.moment();
        let line = self.random(LINES);
        let new = self.asks(line);
        let at = self.random(self.waiting.len() as u64) as usize;
        let ticket = std::mem::replace(&mut self.waiting[at], new);
        self.step(Input::Cancel { ticket, asker: None });
        self.step(Input::Closed { ticket, outcome: Outcome::Done });
    }
}

fn line_id(number: u64) -> LineId {
    LineId::from(u128::from(number) + 1)
}

fn account_id(number: u64) -> AccountId {
    AccountId::from(u128::from(number) + 1)
}

/// Everyone talks, lines are full, and each room that ends takes the next ticket.
fn steady(population: u32) -> (Day, fn(&mut Day)) {
    let mut day = Day::new();
    day.fill(population + COUNSELLORS as u32, |n| n % LINES);
    day.staff(LINES);
    (day, |day| day.churn(LINES))
}

/// Nine lines in ten are served by nobody who is there, and their tickets are the oldest of all;
/// in the others, every second ticket of the old ones belongs to a desk that is away.
fn rare(population: u32) -> (Day, fn(&mut Day)) {
    const SERVED: u64 = LINES / 10;
    let mut day = Day::new();
    day.fill(population / 10 * 9, |n| SERVED + n % (LINES - SERVED));
    day.fill(population / 10 + COUNSELLORS as u32, |n| n % SERVED);
    let first = (population / 10 * 9) as usize;
    for at in (first..day.waiting.len()).step_by(2) {
        let ticket = day.waiting[at];
        day.step(Input::DeskGone { ticket });
    }
    day.staff(SERVED);
    (day, |day| day.churn(LINES / 10))
}

/// Every counsellor is taken: requests and cancels only.
fn busy(population: u32) -> (Day, fn(&mut Day)) {
    let mut day = Day::new();
    for number in 0..COUNSELLORS {
        let counsellor = account_id(number);
        let served = (0..LINES_EACH).map(|k| (line_id((number + k) % LINES), u8::from(k > 1))).collect();
        day.step(Input::Profile { counsellor, lines: served, capacity: 1, open: true });
        day.step(Input::Occupied { counsellor, line: line_id(0) });
        day.step(Input::CounsellorHere { counsellor });
    }
    day.fill(population, |n| n % LINES);
    (day, Day::give_up)
}

/// One line for everybody, and everyone is taken.
fn one_line(population: u32) -> (Day, fn(&mut Day)) {
    let mut day = Day::new();
    day.fill(population + COUNSELLORS as u32, |_| 0);
    day.staff(1);
    (day, |day| day.churn(1))
}

fn run(name: &str, population: u32, make: Case) {
    let (mut day, act) = make(population);
    day.timed = true;
    day.steps = 0;
    while day.steps < STEPS {
        act(&mut day);
    }
    let mut laps = std::mem::take(&mut day.laps);
    laps.sort_unstable();
    let at = |share: f64| laps[(laps.len() as f64 * share) as usize];
    let (p50, p99, p999) = (at(0.5), at(0.99), at(0.999));
    drop(day);

    let (mut day, act) = make(population);
    day.steps = 0;
    let start = Instant::now();
    while day.steps < STEPS {
        act(&mut day);
    }
    let rate = day.steps as f64 / start.elapsed().as_secs_f64() / 1e6;
    println!("{name:<10} {population:>9} {p50:>8} {p99:>8} {p999:>8} {rate:>12.2}");
}

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    println!("{:<10} {:>9} {:>8} {:>8} {:>8} {:>12}", "case", "waiting", "p50 ns", "p99 ns", "p999 ns", "M steps/s");
    let cases: [(&str, Case); 4] = [("steady", steady), ("rare", rare), ("busy", busy), ("one_line", one_line)];
    for (name, make) in cases {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            for population in POPULATIONS {
                run(name, population, make);
            }
        }
    }
}
