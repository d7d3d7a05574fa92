//! Every open socket of this node.

use std::net::IpAddr;

use crate::ids::{AccountId, SessionId};

/// Counts sockets per address and closes them when they must go. Cheap to clone.
#[derive(Clone, Default)]
pub struct Sockets {}

impl Sockets {
    /// Whether one more socket from `address` is within `max`. Asked by the gate before the
    /// upgrade; answered with 429 otherwise.
    #[must_use]
    pub fn has_room(&self, address: IpAddr, max: u32) -> bool {
        let _ = (address, max);
        todo!()
    }

    /// How many are open now.
    #[must_use]
    pub fn count(&self) -> usize {
        todo!()
    }

    /// Access was taken away: closes the sockets of a log-in session (log-out) with 4003.
    pub fn end_session(&self, session: SessionId) {
        let _ = session;
        todo!()
    }

    /// Access was taken away: closes the sockets of an account with 4003.
    pub fn end_account(&self, account: AccountId) {
        let _ = account;
        todo!()
    }

    /// Closes all with 1001, spread over `over`, and returns when none is left or `at_most` has
    /// passed.
    pub async fn drain(&self, over: std::time::Duration, at_most: std::time::Duration) {
        let _ = (over, at_most);
        todo!()
    }
}
