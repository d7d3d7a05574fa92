//! How often one may ask: an account, and a network. Offices share one address, so a network may ask ten times as
//! often as an account; tries at secrets and what sends mail are few from one network. Nobody is locked out: whoever
//! waits as long as they are told may ask again.
//!
//! Accounts and networks are counted in buckets, of which there are so many and no more, whoever
//! asks: with a count for each, whoever has many networks would decide what this takes.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::marker::PhantomData;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::http::gate::access::RouteKind;
use crate::http::kit::error::AppError;
use crate::ids::AccountId;
use crate::network::Network;

/// A network may ask so many times as often as an account.
const ADDRESS_TIMES: u32 = 10;
/// Tries at secrets from one network: an office of 500 logs in together in the morning, some of them
/// twice …
const GUESSES_AT_ONCE: NonZeroU32 = NonZeroU32::new(1_000).unwrap();
/// … and after that one each so often.
const GUESS_EVERY: Duration = Duration::from_millis(200);
/// Pictures guests of one network may send: so many at once …
const UPLOADS_AT_ONCE: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// … and after that one each so often, which is as many again in an hour.
const UPLOAD_EVERY: Duration = Duration::from_secs(60 * 60 / 20);
/// Buckets of a limit. Two of a thousand who ask at once share one in a hundredth of all cases, and then
/// each still has far more than they need; who shares with whom cannot be foreseen.
const BUCKETS: u64 = 65_536;

/// Counts requests.
pub struct Rates {
    accounts: Limit<AccountId>,
    networks: Limit<Network>,
    guesses: Limit<Network>,
    uploads: Limit<Network>,
}

impl Rates {
    /// At most `per_10s` requests of one account in ten seconds.
    #[must_use]
    pub fn new(per_10s: u32) -> Self {
        let account = NonZeroU32::new(per_10s).unwrap_or(NonZeroU32::MIN);
        let network = account.saturating_mul(NonZeroU32::new(ADDRESS_TIMES).unwrap_or(NonZeroU32::MIN));
        let over_10s = |count: NonZeroU32| {
            // `None` only for a period of zero.
            Quota::with_period(Duration::from_secs(10) / count.get())
                .unwrap_or(Quota::per_second(count))
                .allow_burst(count)
        };
        let guesses = Quota::with_period(GUESS_EVERY).unwrap_or(Quota::per_second(GUESSES_AT_ONCE));
        let uploads = Quota::with_period(UPLOAD_EVERY).unwrap_or(Quota::per_hour(UPLOADS_AT_ONCE));
        Self {
            accounts: Limit::new(over_10s(account)),
            networks: Limit::new(over_10s(network)),
            guesses: Limit::new(guesses.allow_burst(GUESSES_AT_ONCE)),
            uploads: Limit::new(uploads.allow_burst(UPLOADS_AT_ONCE)),
        }
    }

    /// One more request of this kind from `address`.
    pub fn from_address(&self, kind: RouteKind, address: IpAddr) -> Result<(), AppError> {
        match kind {
            RouteKind::Probe | RouteKind::Page => Ok(()),
            // Sockets from one address are counted while they are open.
            RouteKind::Stay | RouteKind::Read | RouteKind::Change | RouteKind::Upload => {
                self.networks.take(&Network::of(address), "from this address")
            }
            RouteKind::Guess => self.guesses.take(&Network::of(address), "of this kind from this address"),
        }
    }

    /// One more picture that a guest sends from `address`.
    pub fn upload(&self, address: IpAddr) -> Result<(), AppError> {
        self.uploads.take(&Network::of(address), "of guests with pictures from this address")
    }

    /// One more request of `account`.
    pub fn of_account(&self, account: AccountId) -> Result<(), AppError> {
        self.accounts.take(&account, "of this account")
    }
}

/// A limit of each `K`.
struct Limit<K> {
    limiter: DefaultKeyedRateLimiter<u64>,
    clock: DefaultClock,
    seed: RandomState,
    of: PhantomData<fn(&K)>,
}

impl<K: Hash> Limit<K> {
    fn new(quota: Quota) -> Self {
        let (clock, seed) = (DefaultClock::default(), RandomState::new());
        Self { limiter: RateLimiter::keyed(quota), clock, seed, of: PhantomData }
    }

    fn take(&self, key: &K, whose: &str) -> Result<(), AppError> {
        let bucket = self.seed.hash_one(key) % BUCKETS;
        self.limiter.check_key(&bucket).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            let wait_s = u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX).max(1);
            AppError::too_many(wait_s, format!("too many requests {whose}; wait {wait_s} s before the next"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn an_account_that_asks_too_often_waits_and_others_do_not() {
        let rates = Rates::new(5);
        let (one, other) = (AccountId::from(1), AccountId::from(2));
        for _ in 0..5 {
            rates.of_account(one).unwrap();
        }
        assert!(rates.of_account(one).is_err());
        assert!(rates.of_account(other).is_ok());
    }

    #[test]
    fn a_network_is_one_whichever_of_its_addresses_asks() {
        let rates = Rates::new(600);
        let address = |nth: u16| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, nth]);
        for nth in 0..u16::try_from(GUESSES_AT_ONCE.get()).unwrap() {
            rates.from_address(RouteKind::Guess, address(nth)).unwrap();
        }
        assert!(rates.from_address(RouteKind::Guess, address(0xffff)).is_err());
    }

    #[test]
    fn however_many_networks_ask_what_is_kept_of_them_is_bounded() {
        let rates = Rates::new(600);
        for nth in 0..500_000_u32 {
            let _ = rates.from_address(RouteKind::Guess, std::net::Ipv4Addr::from(nth).into());
        }
        let kept = u64::try_from(rates.guesses.limiter.len()).unwrap();
        assert!((BUCKETS / 2..=BUCKETS).contains(&kept), "{kept}");
    }

    #[test]
    fn an_address_may_try_few_secrets_and_still_read() {
        let rates = Rates::new(600);
        for _ in 0..GUESSES_AT_ONCE.get() {
            rates.from_address(RouteKind::Guess, HERE).unwrap();
        }
        assert!(rates.from_address(RouteKind::Guess, HERE).is_err());
        assert!(rates.from_address(RouteKind::Read, HERE).is_ok());
    }
}
