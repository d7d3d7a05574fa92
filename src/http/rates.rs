//! How often one may ask: an account, and an address. Offices share one address, so an address may
//! ten times as much as an account; tries at secrets and what sends mail are few from one address.
//! Nobody is locked out: whoever waits as long as they are told may ask again.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::access::Kind;
use super::error::AppError;
use crate::ids::AccountId;

/// Requests of an account in ten seconds where the operator does not say.
pub const REQUESTS_PER_10S_DEFAULT: u32 = 600;
/// An address may so many times as much as an account.
const ADDRESS_TIMES: u32 = 10;
/// Tries at secrets from one address: an office of 500 logs in together in the morning, some of them
/// twice …
const GUESSES_AT_ONCE: NonZeroU32 = NonZeroU32::new(1_000).unwrap();
/// … and after that one each so often.
const GUESS_EVERY: Duration = Duration::from_millis(200);
/// Pictures guests of one address may send: so many at once …
const UPLOADS_AT_ONCE: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// … and after that one each so often, which is as many again in an hour.
const UPLOAD_EVERY: Duration = Duration::from_secs(60 * 60 / 20);
/// Most keys remembered before those long at rest are swept out.
const KEYS_MAX: usize = 50_000;

/// Counts requests.
pub struct Rates {
    accounts: Limit<AccountId>,
    addresses: Limit<IpAddr>,
    guesses: Limit<IpAddr>,
    uploads: Limit<IpAddr>,
}

impl Rates {
    /// At most `per_10s` requests of one account in ten seconds.
    #[must_use]
    pub fn new(per_10s: u32) -> Self {
        let account = NonZeroU32::new(per_10s).unwrap_or(NonZeroU32::MIN);
        let address = account.saturating_mul(NonZeroU32::new(ADDRESS_TIMES).unwrap_or(NonZeroU32::MIN));
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
            addresses: Limit::new(over_10s(address)),
            guesses: Limit::new(guesses.allow_burst(GUESSES_AT_ONCE)),
            uploads: Limit::new(uploads.allow_burst(UPLOADS_AT_ONCE)),
        }
    }

    /// One more request of this kind from `address`.
    pub fn from_address(&self, kind: Kind, address: IpAddr) -> Result<(), AppError> {
        match kind {
            Kind::Probe | Kind::Page => Ok(()),
            // Sockets from one address are counted while they are open.
            Kind::Stay | Kind::Read | Kind::Change | Kind::Upload => self.addresses.take(address, "from this address"),
            Kind::Guess => self.guesses.take(address, "of this kind from this address"),
        }
    }

    /// One more picture that a guest sends from `address`.
    pub fn upload(&self, address: IpAddr) -> Result<(), AppError> {
        self.uploads.take(address, "of guests with pictures from this address")
    }

    /// One more request of `account`.
    pub fn of_account(&self, account: AccountId) -> Result<(), AppError> {
        self.accounts.take(account, "of this account")
    }
}

struct Limit<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(quota: Quota) -> Self {
        Self { limiter: RateLimiter::keyed(quota), clock: DefaultClock::default() }
    }

    fn take(&self, key: K, whose: &str) -> Result<(), AppError> {
        if self.limiter.len() > KEYS_MAX {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&key).map_err(|refused| {
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
    fn an_address_may_try_few_secrets_and_still_read() {
        let rates = Rates::new(REQUESTS_PER_10S_DEFAULT);
        for _ in 0..GUESSES_AT_ONCE.get() {
            rates.from_address(Kind::Guess, HERE).unwrap();
        }
        assert!(rates.from_address(Kind::Guess, HERE).is_err());
        assert!(rates.from_address(Kind::Read, HERE).is_ok());
    }
}
