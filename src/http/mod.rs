//! Everything that comes in over HTTP. `routes` is the table; each resource has a file; a handler
//! authenticates (by the types it takes), calls, answers.
//!
//! - `access`: the table: who may use which route
//! - `gate`: what every request passes: request id, address, origin, role, limits, headers, log
//! - `staff`: who is logged in; `origin`: which pages may use the cookie; `proxies`, `rates`: whose
//!   word about addresses is believed, and how often one may ask
//! - `change`: how records are changed, with the audit of it in the same transaction
//! - `secret`, `passwords`, `tries`: what is secret, and how often it may be guessed
//! - `extract`, `cursor`, `error`: what goes in and out, strictly

mod access;
mod audits;
mod change;
mod codes;
mod consultations;
mod cursor;
mod error;
mod extract;
mod gate;
mod health;
mod lines;
mod metrics;
mod openapi;
mod origin;
mod pages;
pub mod passwords;
mod proxies;
mod rates;
mod rooms;
mod routes;
pub mod secret;
mod session;
pub mod setup;
mod sockets;
mod staff;
mod stats;
mod streams;
mod timeline;
mod tries;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use actix_web::web;

pub use error::{AppError, FieldFault};
pub use gate::{Connections, OnConnection, pass};
pub use metrics::Metrics;
pub use origin::Origins;
pub use passwords::Passwords;
pub use proxies::Proxies;
pub use rates::{REQUESTS_PER_10S_DEFAULT, Rates};
pub use routes::routes;
pub use staff::Uses;
pub use tries::Tries;

use crate::app::App;
use crate::storage::AnyConnection;
use crate::storage::accounts::{Account, AccountRole};

/// What the gate itself needs besides the [`App`]; one for all workers.
pub struct Gate {
    /// Whose pages may use the cookie.
    pub origins: Origins,
    /// argon2id, a few at a time.
    pub passwords: passwords::Passwords,
    /// Failed log-ins.
    pub tries: tries::Tries,
    /// Sessions used since the last batch.
    pub uses: staff::Uses,
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

/// Runs a storage function where it may block.
async fn ask<T: Send + 'static>(
    app: &App,
    query: impl FnOnce(&mut AnyConnection) -> diesel::QueryResult<T> + Send + 'static,
) -> Result<T, AppError> {
    let store = app.store.clone();
    Ok(web::block(move || store.run(query)).await??)
}

/// Refuses what should not start any more while the node is on its way out.
fn not_draining(app: &App) -> Result<(), AppError> {
    if app.draining.load(Ordering::Relaxed) { Err(AppError::draining()) } else { Ok(()) }
}
