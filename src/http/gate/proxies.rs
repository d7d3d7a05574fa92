//! Whose word about the client's address is believed. Behind a load balancer every connection
//! comes from the balancer; it adds who spoke to it to `x-forwarded-for`. Anybody else may write
//! anything there, so only proxies the operator named are believed, and only their own entries.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::HttpRequest;
use ipnet::IpNet;

/// The header proxies add to: the client first, the last proxy's peer last.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies that are believed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Believes what comes from these networks.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// The client's address: the peer, or, if that is a trusted proxy, the last address in
    /// `x-forwarded-for` that is not one.
    #[must_use]
    pub fn client_of(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
        let named: Vec<&str> = request
            .headers()
            .get_all(FORWARDED_FOR)
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        self.client(peer, &named)
    }

    fn client(&self, peer: IpAddr, named: &[&str]) -> IpAddr {
        let mut client = peer.to_canonical();
        for entry in named.iter().rev() {
            if !self.trust(client) {
                break;
            }
            // What no proxy would write was not written by a proxy.
            let Some(next) = read(entry) else { break };
            client = next;
        }
        client
    }

    /// Whether `peer` is one of them.
    #[must_use]
    pub fn trust(&self, peer: IpAddr) -> bool {
        let address = peer.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// An address, perhaps with a port: `1.2.3.4`, `1.2.3.4:5`, `2001:db8::1`, `[2001:db8::1]:5`.
fn read(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let address = entry.parse::<IpAddr>().ok().or_else(|| Some(entry.parse::<std::net::SocketAddr>().ok()?.ip()));
    address.or_else(|| entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok()).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &str) -> String {
        let proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        let named: Vec<&str> = if forwarded.is_empty() { Vec::new() } else { forwarded.split(',').collect() };
        proxies.client(peer.parse().unwrap(), &named).to_string()
    }

    #[test]
    fn only_a_trusted_proxys_own_entry_is_believed() {
        for (peer, forwarded, expected) in [
            // Nobody between.
            ("203.0.113.7", "", "203.0.113.7"),
            // A client that claims to be another.
            ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
            // One proxy, and what the client claimed before it.
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
            // Two proxies of ours.
            ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
            ("::1", "2001:db8::5", "2001:db8::5"),
            ("::ffff:10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
            ("10.0.0.1", "[2001:db8::5]:80", "2001:db8::5"),
            // Rubbish is nobody's word.
            ("10.0.0.1", "unknown", "10.0.0.1"),
            ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
            ("10.0.0.1", "", "10.0.0.1"),
        ] {
            assert_eq!(client(peer, forwarded), expected, "{peer} {forwarded}");
        }
    }
}
