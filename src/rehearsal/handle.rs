//! The way to the rehearsals: who is let in as the desk that plays.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use subtle::ConstantTimeEq as _;

use crate::ids::JobId;

/// What the rest of the server has of the rehearsals. Cheap to clone.
#[derive(Clone)]
pub struct Rehearsals {
    address: SocketAddr,
    /// What the desk that plays shows, while it plays.
    key: Arc<Mutex<Option<(JobId, String)>>>,
}

impl Rehearsals {
    /// For a server that listens there.
    #[must_use]
    pub fn new(listening: SocketAddr) -> Self {
        Self { address: own(listening), key: Arc::default() }
    }

    /// Where the server is its own guest.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether this is the desk of the rehearsal that runs, by its key.
    #[must_use]
    pub fn admits(&self, desk: &str, key: &str) -> bool {
        self.key()
            .as_ref()
            .is_some_and(|(id, kept)| desk == id.to_string() && bool::from(kept.as_bytes().ct_eq(key.as_bytes())))
    }

    /// From here on the desk of this rehearsal is let in with this key, and no other.
    pub(super) fn admit(&self, id: JobId, key: String) {
        *self.key() = Some((id, key));
    }

    /// From here on none is.
    pub(super) fn close(&self) {
        *self.key() = None;
    }

    /// A key cannot be left half written, so a poisoned lock is as good as any.
    fn key(&self) -> MutexGuard<'_, Option<(JobId, String)>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the server reaches itself: one that listens everywhere is also on the loopback.
fn own(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_reaches_itself_wherever_it_listens() {
        for (listening, reached) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:81", "[::1]:81"),
            ("192.0.2.7:82", "192.0.2.7:82"),
            ("127.0.0.1:83", "127.0.0.1:83"),
        ] {
            assert_eq!(own(listening.parse().unwrap()), reached.parse().unwrap());
        }
    }

    #[test]
    fn only_the_desk_of_the_rehearsal_that_runs_is_let_in() {
        let rehearsals = Rehearsals::new("127.0.0.1:80".parse().unwrap());
        let id = JobId(uuid::Uuid::from_u128(7));
        assert!(!rehearsals.admits(&id.to_string(), "key"));
        rehearsals.admit(id, "key".into());
        assert!(rehearsals.admits(&id.to_string(), "key"));
        assert!(!rehearsals.admits(&id.to_string(), "kez") && !rehearsals.admits("8", "key"));
        rehearsals.close();
        assert!(!rehearsals.admits(&id.to_string(), "key"));
    }
}
