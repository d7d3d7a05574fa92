//! Failed log-ins, and how many guesses anybody gets. Only failures count: an office that shares one
//! network logs in as often as it likes.
//!
//! A stranger who guesses must not keep the owner out, and many strangers must not get many guesses. So a
//! try is counted by where it comes from:
//!
//! - a browser that has logged in to the account before, or is logged in now: by that browser alone
//! - a network from which the account was logged in to before: by login and network alone
//! - anybody else: by login and network, by network, and by login, whoever tries
//!
//! What others do never makes the first two wait. Against one login, strangers together get
//! [`LOGIN`]'s guesses, from however many networks: at most 1,540 on the first day and 1,440 on each after
//! it. From a network or a browser of the owner it is 14,410 and 14,400, and each of these was let in once.
//!
//! A guess counts only if its answer is told. While somebody has to pause, a right password is refused
//! like a wrong one, also one that was sent before the pause began: many guesses at once are no more
//! guesses than one after the other.
//!
//! Several nodes count together: a failure is hinted to the others by keyed marks, which tell nothing of login, place
//! or network, and counts there as if it had failed there. So it counts only where it would have been answered: a hint
//! that is doubled or false makes nobody wait longer than tries of their own would. One that is lost is a guess more.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use crate::http::kit::error::AppError;
use crate::ids::AccountId;
use crate::network::Network;
use crate::nodes::{FailedLogIn, Joined, Strange};
use crate::protocol::folded;
use crate::time::{Mono, SECOND};
use crate::tokens::Tokens;

/// So many failures at once, and then one each so many seconds.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    at_once: u64,
    every_s: u64,
}

/// Of one login from one network or browser: somebody who has forgotten which password it was.
const PAIR: Allowance = Allowance { at_once: 10, every_s: 6 };
/// Of a network, whatever the logins: a floor of people who mistype in the morning.
const NETWORK: Allowance = Allowance { at_once: 50, every_s: 1 };
/// Of one login from all networks it was never logged in to from. Few, as more would be what somebody with
/// many networks guesses with; the owner at a new place waits a minute at most while it lasts, or sets a
/// new password with a mailed link, which makes their browser a known one.
const LOGIN: Allowance = Allowance { at_once: 100, every_s: 60 };
/// Most keys remembered of each kind; of more, those with the fewest failures are forgotten. 50,000 of each
/// are some 4 MB.
const KEYS_MAX: usize = 50_000;

/// Whose password is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// This account's, however the login was written.
    Account(AccountId),
    /// One that there is not.
    Nobody(String),
}

impl Target {
    /// A login that no account has.
    #[must_use]
    pub fn nobody(login: &str) -> Self {
        Self::Nobody(folded(login))
    }
}

/// From where it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A browser that has been let in to this account before, or a log-in of it that is open now.
    Browser(Uuid),
    /// A network from which the account was logged in to before.
    Known(Network),
    /// Anywhere else.
    Strange(Network),
}

/// Somebody who tries a password.
#[derive(Clone, Debug)]
pub struct Guesser {
    /// Whose it is to be.
    pub target: Target,
    /// From where.
    pub place: Place,
}

/// Counts failed log-ins.
pub struct LogInThrottle {
    counts: Mutex<Counts>,
    tokens: Tokens,
    /// Those that count with this node.
    joined: Option<Joined>,
}

/// By marks.
#[derive(Default)]
struct Counts {
    pairs: Failures<u64>,
    networks: Failures<u64>,
    logins: Failures<u64>,
}

impl LogInThrottle {
    /// `tokens` makes the marks, the same on every node.
    #[must_use]
    pub fn new(tokens: Tokens, joined: Option<Joined>) -> Self {
        Self { counts: Mutex::default(), tokens, joined }
    }

    /// Refuses a try that comes too soon after too many failures: before a password is looked at.
    pub fn check(&self, who: &Guesser, now: Mono) -> Result<(), AppError> {
        let who = self.marks(who);
        self.lock().check(&who, now)
    }

    /// A password was looked at. Whether it was right may be told only if this is `Ok`; a failure counts.
    pub fn judge(&self, who: &Guesser, failed: bool, now: Mono) -> Result<(), AppError> {
        let who = self.marks(who);
        self.lock().judge(&who, failed, now)?;
        if let Some(joined) = self.joined.as_ref().filter(|_| failed) {
            joined.tell_failed(who);
        }
        Ok(())
    }

    /// A password failed at another node.
    pub fn hear(&self, failed: &FailedLogIn, now: Mono) {
        // Where this node would not have answered, it does not count.
        let _ = self.lock().judge(failed, true, now);
    }

    /// What no two guessers have in common is in none of them alike: a place has no blank, and a login stands last.
    fn marks(&self, Guesser { target, place }: &Guesser) -> FailedLogIn {
        let target = match target {
            Target::Account(account) => format!("account {account}"),
            Target::Nobody(login) => format!("nobody {login}"),
        };
        let mark = |what: &str| self.tokens.mark_of_guess(what);
        let from = |kind: &str, place: &dyn std::fmt::Display| mark(&format!("pair {kind} {place} {target}"));
        match place {
            Place::Browser(browser) => FailedLogIn { pair: from("browser", browser), strange: None },
            Place::Known(network) => FailedLogIn { pair: from("known", network), strange: None },
            Place::Strange(network) => {
                let (of_network, login) = (mark(&format!("network {network}")), mark(&format!("login {target}")));
                FailedLogIn { pair: from("strange", network), strange: Some(Strange { network: of_network, login }) }
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Counts> {
        // What is inside is whole after every statement.
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn check(&self, who: &FailedLogIn, now: Mono) -> Result<(), AppError> {
        let pair = self.pairs.pause(&who.pair, PAIR, now);
        let pause = who.strange.map_or(pair, |Strange { network, login }| {
            pair.max(self.networks.pause(&network, NETWORK, now)).max(self.logins.pause(&login, LOGIN, now))
        });
        if pause == 0 {
            return Ok(());
        }
        let wait_s = u32::try_from(pause.div_ceil(SECOND)).unwrap_or(u32::MAX);
        Err(AppError::too_many(wait_s, "too many failed log-ins; wait before the next"))
    }

    fn judge(&mut self, who: &FailedLogIn, failed: bool, now: Mono) -> Result<(), AppError> {
        self.check(who, now)?;
        if failed {
            self.count(who, now);
        }
        Ok(())
    }

    fn count(&mut self, who: &FailedLogIn, now: Mono) {
        self.pairs.count(who.pair, PAIR, now);
        if let Some(Strange { network, login }) = who.strange {
            self.networks.count(network, NETWORK, now);
            self.logins.count(login, LOGIN, now);
        }
    }
}

/// When each key's failures are all forgiven.
struct Failures<K>(HashMap<K, Mono>);

impl<K> Default for Failures<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq> Failures<K> {
    /// Microseconds until this key may fail again; 0 if it may now.
    fn pause(&self, key: &K, allowed: Allowance, now: Mono) -> u64 {
        let owed = self.0.get(key).map_or(0, |forgiven| forgiven.0.saturating_sub(now.0));
        owed.saturating_sub((allowed.at_once - 1) * allowed.every_s * SECOND)
    }

    fn count(&mut self, key: K, allowed: Allowance, now: Mono) {
        if self.0.len() >= KEYS_MAX && !self.0.contains_key(&key) {
            self.forget(now);
        }
        let forgiven = self.0.entry(key).or_insert(now);
        *forgiven = Mono(forgiven.0.max(now.0) + allowed.every_s * SECOND);
    }

    /// Forgets what is forgiven, and if that is little, the half that is forgiven soonest.
    fn forget(&mut self, now: Mono) {
        self.0.retain(|_, forgiven| forgiven.0 > now.0);
        if self.0.len() <= KEYS_MAX / 2 {
            return;
        }
        let mut owed: Vec<u64> = self.0.values().map(|forgiven| forgiven.0).collect();
        let middle = owed.len() / 2;
        let (_, median, _) = owed.select_nth_unstable(middle);
        let median = *median;
        self.0.retain(|_, forgiven| forgiven.0 > median);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    fn at(second: u64) -> Mono {
        Mono(1_000_000 * SECOND + second * SECOND)
    }

    fn throttle() -> LogInThrottle {
        LogInThrottle::new(Tokens::new(&[7; 32]), None)
    }

    fn network(number: u32) -> Network {
        Network::of(std::net::IpAddr::V4(number.into()))
    }

    fn guesser(account: u128, place: Place) -> Guesser {
        Guesser { target: Target::Account(AccountId::from(account)), place }
    }

    /// The marks of a guess at one account from this place.
    fn from(place: Place) -> FailedLogIn {
        throttle().marks(&guesser(1, place))
    }

    /// How many of these guesses at one account are answered, each from its place at its second.
    fn answered<'a>(counts: &mut Counts, guesses: impl Iterator<Item = (u64, &'a FailedLogIn)>) -> u64 {
        guesses.filter(|(second, from)| counts.judge(from, true, at(*second)).is_ok()).count() as u64
    }

    #[test]
    fn a_thousand_networks_get_few_guesses_a_day_and_the_owner_is_let_in_all_the_while() {
        let mut counts = Counts::default();
        let owners = [Place::Known(network(5_000)), Place::Browser(Uuid::from_u128(7))].map(from);
        let strangers: Vec<FailedLogIn> = (0..1_000).map(|nth| from(Place::Strange(network(nth)))).collect();
        let mut guesses = [0, 0];
        for day in 0..2 {
            for second in day * DAY..(day + 1) * DAY {
                // Three a second, from 1,000 networks in turn.
                let three = (0..3).map(|nth| (second, &strangers[(second * 3 + nth) as usize % 1_000]));
                guesses[day as usize] += answered(&mut counts, three);
                for owner in &owners {
                    assert!(counts.judge(owner, false, at(second)).is_ok(), "the owner waits in second {second}");
                }
            }
        }
        // A hundred at once, and one each minute after the first.
        assert_eq!(guesses, [100 + 1_439, 1_440]);
    }

    #[test]
    fn a_right_password_from_a_strange_place_waits_while_others_guess() {
        let throttle = throttle();
        for nth in 0..200 {
            let _ = throttle.judge(&guesser(1, Place::Strange(network(nth))), true, at(0));
        }
        let owner = guesser(1, Place::Strange(network(5_000)));
        assert!(throttle.judge(&owner, false, at(1)).is_err());
        assert!(throttle.check(&guesser(2, owner.place), at(1)).is_ok(), "another login is not theirs");
        assert!(throttle.judge(&owner, false, at(60)).is_ok(), "a minute at most");
    }

    #[test]
    fn what_is_known_is_bounded_by_itself() {
        for place in [Place::Known(network(1)), Place::Browser(Uuid::from_u128(1))] {
            let (mut counts, from) = (Counts::default(), from(place));
            let all_day = (0..DAY).flat_map(|second| [(second, &from); 5]);
            assert_eq!(answered(&mut counts, all_day), 10 + (DAY - 1) / 6);
        }
    }

    #[test]
    fn a_network_that_tries_many_logins_must_pause_and_others_need_not() {
        let throttle = throttle();
        let of = |account, place| guesser(account, place);
        for account in 0..50 {
            throttle.judge(&of(account, Place::Strange(network(1))), true, at(0)).unwrap();
        }
        assert!(throttle.check(&of(99, Place::Strange(network(1))), at(0)).is_err());
        assert!(throttle.check(&of(99, Place::Strange(network(2))), at(0)).is_ok());
        assert!(throttle.check(&of(99, Place::Known(network(1))), at(0)).is_ok(), "what others do there");
    }

    #[test]
    fn guesses_sent_together_are_no_more_than_one_after_the_other() {
        let throttle = throttle();
        let who = guesser(1, Place::Strange(network(1)));
        // All were let through to the hash before the first had failed.
        for _ in 0..100 {
            throttle.check(&who, at(0)).unwrap();
        }
        let told = (0..99).filter(|_| throttle.judge(&who, true, at(0)).is_ok()).count();
        assert_eq!(told, 10);
        assert!(throttle.judge(&who, false, at(0)).is_err(), "nor is the right one among them told");
    }

    #[test]
    fn guesses_spread_over_nodes_are_counted_as_at_one() {
        let (one, two) = (throttle(), throttle());
        let who = guesser(1, Place::Strange(network(1)));
        for nth in 0..10 {
            let (at_node, other) = if nth % 2 == 0 { (&one, &two) } else { (&two, &one) };
            at_node.judge(&who, true, at(0)).unwrap();
            other.hear(&at_node.marks(&who), at(0));
        }
        assert!(one.check(&who, at(0)).is_err() && two.check(&who, at(0)).is_err());
        assert!(two.check(&guesser(2, who.place), at(0)).is_ok(), "another login is not theirs");
    }

    #[test]
    fn however_often_a_failure_is_told_nobody_waits_longer_than_for_tries_of_their_own() {
        let (tried, told) = (throttle(), throttle());
        for place in [Place::Strange(network(1)), Place::Known(network(1)), Place::Browser(Uuid::from_u128(1))] {
            let who = guesser(1, place);
            for _ in 0..1_000 {
                let _ = tried.judge(&who, true, at(0));
                told.hear(&told.marks(&who), at(0));
            }
            for second in 0..20 {
                let waits = [&tried, &told].map(|throttle| throttle.check(&who, at(second)).is_err());
                assert_eq!(waits[0], waits[1], "{place:?} at {second} s");
            }
        }
    }

    #[test]
    fn no_mark_is_that_of_another_guesser() {
        let throttle = throttle();
        let places = [Place::Strange(network(1)), Place::Known(network(1)), Place::Strange(network(2))];
        let targets = [Target::nobody("kim"), Target::nobody("kim 1"), Target::Account(AccountId::from(1))];
        let mut marks = std::collections::BTreeSet::new();
        for target in &targets {
            for place in places {
                marks.insert(throttle.marks(&Guesser { target: target.clone(), place }).pair);
            }
        }
        assert_eq!(marks.len(), 9);
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_worst_is_remembered_longest() {
        let mut failures = Failures::default();
        for _ in 0..9 {
            failures.count(u32::MAX, PAIR, at(0));
        }
        for key in 0..200_000 {
            failures.count(key, PAIR, at(1));
            assert!(failures.0.len() <= KEYS_MAX);
        }
        failures.count(u32::MAX, PAIR, at(1));
        assert!(failures.pause(&u32::MAX, PAIR, at(1)) > 0);
    }
}
