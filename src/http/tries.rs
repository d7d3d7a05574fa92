//! Failed log-ins, limited per login and per address. Only failures count: an office that shares
//! one address logs in as often as it likes.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::error::AppError;

/// Failures of one login before it must pause, and how fast they are forgiven.
const LOGIN: (NonZeroU32, Duration) = (NonZeroU32::new(10).unwrap(), Duration::from_secs(6));
/// The same for one address.
const ADDRESS: (NonZeroU32, Duration) = (NonZeroU32::new(50).unwrap(), Duration::from_secs(1));
/// Most keys remembered before those long forgiven are swept out.
const KEYS_MAX: usize = 10_000;

/// Counts failed log-ins.
pub struct Tries {
    logins: Failures<String>,
    addresses: Failures<IpAddr>,
}

impl Default for Tries {
    fn default() -> Self {
        Self { logins: Failures::new(LOGIN), addresses: Failures::new(ADDRESS) }
    }
}

impl Tries {
    /// Refuses a try that comes too soon after too many failures.
    pub fn check(&self, login: &str, address: IpAddr) -> Result<(), AppError> {
        match self.logins.pause(&login.to_owned()).max(self.addresses.pause(&address)) {
            None => Ok(()),
            Some(pause) => {
                let wait_s = u32::try_from(pause.as_millis().div_ceil(1000)).unwrap_or(u32::MAX);
                Err(AppError::too_many(wait_s, "too many failed log-ins; wait before the next"))
            }
        }
    }

    /// A try failed.
    pub fn failed(&self, login: &str, address: IpAddr) {
        self.logins.count(login.to_owned());
        self.addresses.count(address);
    }
}

struct Failures<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    clock: DefaultClock,
    /// Until when a key must pause; set by the failure that was one too many.
    paused: Mutex<HashMap<K, Instant>>,
}

impl<K: Hash + Eq + Clone> Failures<K> {
    fn new((burst, forgiven_after): (NonZeroU32, Duration)) -> Self {
        // `None` only for a period of zero.
        let quota = Quota::with_period(forgiven_after).unwrap_or(Quota::per_second(burst)).allow_burst(burst);
        Self { limiter: RateLimiter::keyed(quota), clock: DefaultClock::default(), paused: Mutex::default() }
    }

    fn pause(&self, key: &K) -> Option<Duration> {
        let mut paused = self.paused.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let left = paused.get(key)?.saturating_duration_since(Instant::now());
        if left.is_zero() {
            paused.remove(key);
            return None;
        }
        Some(left)
    }

    fn count(&self, key: K) {
        if self.limiter.len() > KEYS_MAX {
            self.limiter.retain_recent();
        }
        if let Err(refused) = self.limiter.check_key(&key) {
            let until = Instant::now() + refused.wait_time_from(self.clock.now());
            let mut paused = self.paused.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            paused.retain(|_, until| *until > Instant::now());
            paused.insert(key, until);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_login_that_fails_too_often_must_pause_and_others_need_not() {
        let tries = Tries::default();
        for _ in 0..10 {
            tries.check("mallory", HERE).unwrap();
            tries.failed("mallory", HERE);
        }
        tries.check("mallory", HERE).unwrap();
        tries.failed("mallory", HERE);
        assert!(tries.check("mallory", HERE).is_err());
        assert!(tries.check("alice", HERE).is_ok());
    }

    #[test]
    fn an_address_that_tries_many_logins_must_pause_too() {
        let tries = Tries::default();
        for number in 0..=50 {
            tries.failed(&number.to_string(), HERE);
        }
        assert!(tries.check("alice", HERE).is_err());
        assert!(tries.check("alice", IpAddr::V6(std::net::Ipv6Addr::LOCALHOST)).is_ok());
    }
}
