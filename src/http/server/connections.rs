//! How many TCP connections are open, in all and of each network; counted where the server accepts
//! and closes them.
//!
//! Past what can be served, requests are refused in words, and probes still answered: some
//! connections more are taken for that, and must say at once what they want. Past those, and past
//! what one network may have, a connection is closed as it comes, which costs next to nothing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::http::Proxies;
use crate::network::Network;

/// A network may always have so many: a campus behind one address has thousands of browsers, each of
/// which keeps some connections for half a minute.
const OF_A_NETWORK_MIN: usize = 4096;
/// A browser opens six connections beside its socket; two more for those on their way out.
const FOR_EACH_SOCKET: usize = 8;
/// However many a network may have, this part of all is for others.
const FOR_OTHERS: usize = 4;
/// Connections taken beyond what can be served, to be refused in words and for probes.
pub const BEYOND_MAX: usize = 256;

/// The count.
#[derive(Debug)]
pub struct Connections {
    open: AtomicUsize,
    max: usize,
    /// As many entries as networks have a connection open.
    networks: Mutex<HashMap<Network, usize>>,
    of_a_network_max: usize,
    /// Everybody comes by these; they are not counted as networks.
    proxies: Proxies,
}

/// Why a connection is closed as it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// The server has all it can hold.
    Server,
    /// Its network has all it may have.
    Network,
}

impl Connections {
    /// At most `max` are served. What a network may have follows from the sockets it may have.
    #[must_use]
    pub fn new(max: usize, sockets_of_a_network_max: u32, proxies: Proxies) -> Arc<Self> {
        let wanted = usize::try_from(sockets_of_a_network_max).unwrap_or(usize::MAX).saturating_mul(FOR_EACH_SOCKET);
        let of_a_network_max = wanted.max(OF_A_NETWORK_MIN).min(max - max / FOR_OTHERS).max(1);
        Arc::new(Self { open: AtomicUsize::new(0), max, networks: Mutex::default(), of_a_network_max, proxies })
    }

    /// How many are open now.
    #[must_use]
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// How many can be served.
    #[must_use]
    pub fn max(&self) -> usize {
        self.max
    }

    /// Whether there are more than can be served.
    #[must_use]
    pub fn is_overloaded(&self) -> bool {
        self.open() > self.max
    }

    /// One more from `peer`, until what this gives is dropped.
    pub fn take(self: &Arc<Self>, peer: Option<IpAddr>) -> Result<OnConnection, Full> {
        let network = peer.filter(|peer| !self.proxies.trust(*peer)).map(Network::of);
        if self.open.fetch_add(1, Ordering::Relaxed) >= self.max + BEYOND_MAX {
            self.open.fetch_sub(1, Ordering::Relaxed);
            return Err(Full::Server);
        }
        if let Some(network) = network {
            let mut networks = self.networks();
            let count = networks.entry(network).or_default();
            if *count >= self.of_a_network_max {
                self.open.fetch_sub(1, Ordering::Relaxed);
                return Err(Full::Network);
            }
            *count += 1;
        }
        Ok(OnConnection {
            connections: self.clone(),
            network,
            is_asking: AtomicBool::new(false),
            requests: AtomicU32::new(0),
        })
    }

    /// A count cannot be left half done, so a poisoned lock is as good as any.
    fn networks(&self) -> MutexGuard<'_, HashMap<Network, usize>> {
        self.networks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open connection; lives as long as it.
#[derive(Debug)]
pub struct OnConnection {
    connections: Arc<Connections>,
    network: Option<Network>,
    is_asking: AtomicBool,
    requests: AtomicU32,
}

impl OnConnection {
    /// Whether the server had all it can serve when, or since, this one came.
    #[must_use]
    pub fn is_beyond_max(&self) -> bool {
        self.connections.is_overloaded()
    }

    /// A request came by it whole, or, with `false`, was answered.
    pub fn set_asking(&self, is_asking: bool) {
        self.is_asking.store(is_asking, Ordering::Relaxed);
        if is_asking {
            self.requests.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many whole requests came by it: one may be answered between two looks.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether a request is being answered.
    #[must_use]
    pub fn is_asking(&self) -> bool {
        self.is_asking.load(Ordering::Relaxed)
    }
}

impl Drop for OnConnection {
    fn drop(&mut self) {
        self.connections.open.fetch_sub(1, Ordering::Relaxed);
        let Some(network) = self.network else { return };
        let mut networks = self.connections.networks();
        if let Some(count) = networks.get_mut(&network) {
            *count -= 1;
            if *count == 0 {
                networks.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(connections: &Arc<Connections>, peer: &str) -> Result<OnConnection, Full> {
        connections.take(Some(peer.parse().unwrap()))
    }

    #[test]
    fn a_connection_is_counted_while_it_lives() {
        let connections = Connections::new(2, 1, Proxies::default());
        let first = take(&connections, "192.0.2.1").unwrap();
        let second = take(&connections, "192.0.2.2").unwrap();
        assert!(!connections.is_overloaded());
        let third = take(&connections, "192.0.2.3").unwrap();
        assert!(connections.is_overloaded());
        drop((first, second, third));
        assert_eq!((connections.open(), connections.networks().len()), (0, 0));
    }

    #[test]
    fn a_network_leaves_a_quarter_to_others_and_has_what_its_sockets_need() {
        for (max, sockets, expected) in [(1_000, 200, 750), (100_000, 200, 4_096), (100_000, 5_000, 40_000), (1, 1, 1)]
        {
            let connections = Connections::new(max, sockets, Proxies::default());
            assert_eq!(connections.of_a_network_max, expected, "{max} with {sockets} sockets");
        }
    }

    #[test]
    fn a_network_that_is_full_costs_others_nothing() {
        let connections = Connections::new(8, 1, Proxies::default());
        let held: Vec<_> = (1..=6).map(|nth| take(&connections, &format!("2001:db8::{nth}")).unwrap()).collect();
        assert_eq!(take(&connections, "2001:db8::ffff").err(), Some(Full::Network), "a /64 is one network");
        assert!(take(&connections, "2001:db8:0:1::1").is_ok());
        drop(held);
        assert!(take(&connections, "2001:db8::1").is_ok());
    }

    #[test]
    fn a_proxy_is_no_network_and_the_end_is_the_end_for_all() {
        let proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let connections = Connections::new(8, 1, proxies);
        let held: Vec<_> = (0..8 + BEYOND_MAX).map(|_| take(&connections, "10.0.0.1").unwrap()).collect();
        assert_eq!(take(&connections, "10.0.0.1").err(), Some(Full::Server));
        assert_eq!(connections.open(), held.len());
    }
}
