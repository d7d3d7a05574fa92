//! How much one place may ask: by network at the public desk, by desk where one is registered. Without a
//! bound one address fills a line, and everybody else hears that it is full.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::ids::DeskId;
use crate::network::Network;
use crate::time::Mono;

/// What requests are counted over, in seconds.
const WINDOW_S: u32 = 60;
/// Requests of one registered desk in [`WINDOW_S`]: one visitor each two seconds.
const DESK_ASKS_MAX: u32 = 30;
/// Tickets of one registered desk that wait at once: it has two sockets, and some of its visitors may
/// have gone a moment ago.
const DESK_WAITING_MAX: u32 = 10;
/// Seconds after which it is worth asking again where too many wait: by then one of them may be talking.
const CROWDED_WAIT_S: u32 = 15;
/// Places whose requests are counted one by one; those who come beyond that are counted together.
const PLACES_MAX: usize = 65_536;
/// From so many on those that have not asked lately are swept out.
const SWEEP_FROM: usize = 1_024;

/// Who asks, as far as a limit tells people apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asker {
    /// Somebody at the public desk.
    Network(Network),
    /// A registered desk.
    Desk(DeskId),
}

/// What the operator allows at the public desk.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests from one network in a minute.
    pub asks_per_min_max: u32,
    /// Tickets from one network that wait.
    pub waiting_max: u32,
}

/// Why somebody may not ask now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Too many requests in a minute; whole seconds until there may be another.
    TooOften(u32),
    /// Too many who wait; whole seconds after which to try again.
    TooMany(u32),
}

impl Refused {
    pub(super) fn wait_s(self) -> u32 {
        let (Self::TooOften(wait_s) | Self::TooMany(wait_s)) = self;
        wait_s
    }
}

/// Counts who asks and who waits.
pub(super) struct Askers {
    limits: Limits,
    /// The moments of the latest requests, oldest first; `None` is everybody beyond [`PLACES_MAX`].
    lately: HashMap<Option<Asker>, VecDeque<Mono>>,
    /// Swept again when there are so many.
    sweep_at: usize,
    waiting: HashMap<Asker, u32>,
}

impl Askers {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, lately: HashMap::new(), sweep_at: SWEEP_FROM, waiting: HashMap::new() }
    }

    /// Counts a request, if there may be one.
    pub(super) fn asks(&mut self, asker: Asker, now: Mono) -> Result<(), Refused> {
        let (asks_max, waiting_max) = match asker {
            Asker::Network(_) => (self.limits.asks_per_min_max, self.limits.waiting_max),
            Asker::Desk(_) => (DESK_ASKS_MAX, DESK_WAITING_MAX),
        };
        if self.waiting.get(&asker).is_some_and(|waiting| *waiting >= waiting_max) {
            return Err(Refused::TooMany(CROWDED_WAIT_S));
        }
        self.sweep(now);
        let is_counted = self.lately.contains_key(&Some(asker)) || self.lately.len() < PLACES_MAX;
        let lately = self.lately.entry(is_counted.then_some(asker)).or_default();
        while lately.front().is_some_and(|then| then.plus_s(WINDOW_S) <= now) {
            lately.pop_front();
        }
        if let Some(oldest) = lately.front().filter(|_| lately.len() >= asks_max as usize) {
            // Rounded up: whoever waits so long is not refused again for the same reason.
            return Err(Refused::TooOften(oldest.plus_s(WINDOW_S).seconds_since(Mono(now.0 + 1)) + 1));
        }
        lately.push_back(now);
        Ok(())
    }

    /// A ticket of theirs waits.
    pub(super) fn waits(&mut self, asker: Asker) {
        *self.waiting.entry(asker).or_default() += 1;
    }

    /// A ticket of theirs waits no more.
    pub(super) fn waits_no_more(&mut self, asker: Asker) {
        if let Some(waiting) = self.waiting.get_mut(&asker) {
            *waiting -= 1;
            if *waiting == 0 {
                self.waiting.remove(&asker);
            }
        }
    }

    fn sweep(&mut self, now: Mono) {
        if self.lately.len() >= self.sweep_at {
            self.lately.retain(|_, lately| lately.back().is_some_and(|then| then.plus_s(WINDOW_S) > now));
            self.sweep_at = SWEEP_FROM.max(self.lately.len() * 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;
    use crate::time::SECOND;

    fn at(seconds: u64) -> Mono {
        Mono(seconds * SECOND)
    }

    fn from(address: &str) -> Asker {
        Asker::Network(Network::of(address.parse().unwrap()))
    }

    fn askers() -> Askers {
        Askers::new(Limits { asks_per_min_max: 3, waiting_max: 2 })
    }

    #[test]
    fn one_network_asks_so_often_a_minute_and_others_are_not_held_up_by_it() {
        let mut askers = askers();
        let campus = from("2001:db8:1:2::7");
        for second in 0..3 {
            assert_eq!(askers.asks(campus, at(second)), Ok(()));
        }
        // Another address of the same network.
        assert_eq!(askers.asks(from("2001:db8:1:2::8"), at(10)), Err(Refused::TooOften(50)));
        assert_eq!(askers.asks(from("2001:db8:1:3::7"), at(10)), Ok(()));
        assert_eq!(askers.asks(campus, at(59)), Err(Refused::TooOften(1)));
        assert_eq!(askers.asks(campus, at(60)), Ok(()), "the first one is a minute old");
        assert_eq!(askers.asks(campus, at(60)), Err(Refused::TooOften(1)));
    }

    #[test]
    fn so_many_of_one_network_wait_at_once() {
        let mut askers = askers();
        let campus = from("192.0.2.7");
        (0..2).for_each(|_| askers.waits(campus));
        assert_eq!(askers.asks(campus, at(0)), Err(Refused::TooMany(CROWDED_WAIT_S)));
        assert_eq!(askers.asks(from("192.0.2.8"), at(0)), Ok(()));
        askers.waits_no_more(campus);
        assert_eq!(askers.asks(campus, at(0)), Ok(()));
    }

    #[test]
    fn a_registered_desk_has_limits_of_its_own() {
        let mut askers = askers();
        let kiosk = Asker::Desk(1.into());
        assert!((0..DESK_ASKS_MAX).all(|_| askers.asks(kiosk, at(0)).is_ok()));
        assert_eq!(askers.asks(kiosk, at(0)), Err(Refused::TooOften(60)));
        assert_eq!(askers.asks(Asker::Desk(2.into()), at(0)), Ok(()));
    }

    #[test]
    fn what_is_kept_of_askers_is_bounded() {
        let mut askers = askers();
        let network = |n: u128| Asker::Network(Network::of(Ipv6Addr::from(n << 64).into()));
        let beyond = PLACES_MAX as u128;
        for n in 0..beyond {
            assert_eq!(askers.asks(network(n + 1), at(0)), Ok(()));
        }
        for n in 0..3 {
            assert_eq!(askers.asks(network(beyond + 1 + n), at(1)), Ok(()), "counted together");
        }
        assert!(askers.asks(network(beyond + 9), at(1)).is_err());
        assert!(askers.lately.len() <= PLACES_MAX + 1);
        assert_eq!(askers.asks(network(beyond + 9), at(62)), Ok(()));
        askers.sweep_at = 0;
        askers.sweep(at(200));
        assert!(askers.lately.is_empty());
    }
}
