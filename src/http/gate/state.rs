//! What the gate knows between requests.

use std::sync::Arc;

use crate::http::access_control::credential::Uses;
use crate::http::access_control::passwords::Passwords;
use crate::http::gate::origin::Origins;
use crate::http::gate::proxies::Proxies;
use crate::http::gate::rates::Rates;
use crate::http::gate::throttle::LogInThrottle;
use crate::http::server::connections::Connections;
use crate::http::server::metrics::Metrics;
use crate::http::talk::pictures::Pictures;
use crate::storage::people::accounts::{Account, AccountRole};

/// What the gate itself needs besides the [`App`](crate::app::App); one for all workers.
pub struct Gate {
    /// Whose pages may use the cookie.
    pub origins: Origins,
    /// argon2id, a few at a time.
    pub passwords: Passwords,
    /// Pictures drawn anew, a few at a time.
    pub pictures: Pictures,
    /// Failed log-ins.
    pub throttle: LogInThrottle,
    /// Sessions used since the last batch.
    pub uses: Uses,
    /// How often one may ask.
    pub rates: Rates,
    /// Whose word about the client's address is believed.
    pub proxies: Proxies,
    /// Open TCP connections.
    pub connections: Arc<Connections>,
    /// The registry behind `/metrics`.
    pub metrics: Metrics,
    /// Whether admins need a second factor; not in the demo, whose passwords everybody knows.
    pub second_factor_required: bool,
}

impl Gate {
    /// What the holder of this account may do: its role; but an admin without the second factor
    /// that is required of them has a manager's powers until they have one.
    #[must_use]
    pub fn power(&self, account: &Account) -> AccountRole {
        if self.second_factor_required && !account.second_factor {
            account.role.min(AccountRole::Manager)
        } else {
            account.role
        }
    }
}
