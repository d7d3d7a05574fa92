//! Everything that comes in over HTTP. `routes` is the table; each resource has a file; a handler
//! authenticates (by the types it takes), calls, answers.
//!
//! - `access`: the table: who may use which route
//! - `gate`: what every request passes: request id, address, origin, role, limits, headers, log
//! - `connections`, `patience`, `bodies`: how many may connect, and how long a request may take to come;
//!   `handshake`: what a socket's must be
//! - `staff`: who is logged in; `cookies`, `origin`: by what, and which pages may use it; `proxies`, `rates`: whose
//!   word about addresses is believed, and how often one may ask
//! - `change`: how records are changed, with the audit of it in the same transaction
//! - `ending`, `validity`: how access is taken away, at once and by itself
//! - `secret`, `passwords`, `weak`, `turns`: what is secret, and whose turn it is to have it looked at;
//!   `tries`, `browser`: how often it may be guessed, and by whom; `proof`: shown again
//!   before an act on credentials, which `notice` tells the owner of
//! - `fixed`: what does not change, compressed once
//! - `extract`, `cursor`, `error`: what goes in and out, strictly; `qr`: links for a camera

pub mod access;
mod accounts;
mod audits;
mod bodies;
mod browser;
mod change;
mod codes;
mod connections;
mod consultations;
mod cookies;
mod cursor;
mod described;
mod desks;
mod docs;
mod ending;
mod error;
mod examples;
mod extract;
mod fault;
mod fixed;
mod gate;
mod groups;
mod handshake;
mod health;
mod jobs;
mod lines;
mod listener;
mod log_ins;
mod media;
mod metrics;
mod notice;
mod office;
pub mod openapi;
mod origin;
mod own_day;
#[cfg(test)]
mod own_types;
mod pages;
mod password;
pub mod passwords;
mod patience;
mod pictures;
mod posts;
mod proof;
mod proxies;
mod qr;
mod rates;
mod rehearsals;
mod replies;
mod rooms;
mod routes;
mod second_factor;
pub mod secret;
mod session;
pub mod setup;
mod sockets;
mod staff;
mod stats;
mod streams;
mod test_data;
mod timeline;
mod tokens;
#[cfg(test)]
mod told;
mod transfers;
mod tries;
mod turns;
#[cfg(test)]
mod typescript;
mod upgrade;
pub mod validity;
mod weak;

use std::sync::Arc;
use std::sync::atomic::Ordering;

pub use connections::{Connections, OnConnection};
pub use error::AppError;
pub use fault::{Fault, FieldFault};
pub use gate::pass;
pub use listener::serve;
pub use metrics::Metrics;
pub use origin::Origins;
pub use passwords::Passwords;
pub use pictures::Pictures;
pub use proxies::Proxies;
pub use rates::{REQUESTS_PER_10S_DEFAULT, Rates};
pub use routes::routes;
pub use staff::Uses;
pub use tries::Tries;

use staff::Staff;

use crate::app::App;
use crate::storage::AnyConnection;
use crate::storage::accounts::{Account, AccountRole};

/// What the gate itself needs besides the [`App`]; one for all workers.
pub struct Gate {
    /// Whose pages may use the cookie.
    pub origins: Origins,
    /// argon2id, a few at a time.
    pub passwords: passwords::Passwords,
    /// Pictures drawn anew, a few at a time.
    pub pictures: pictures::Pictures,
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

/// Runs a read where it may block, and answers within five seconds, whatever the database does.
async fn ask<T: Send + 'static>(
    app: &App,
    query: impl FnOnce(&mut AnyConnection) -> diesel::QueryResult<T> + Send + 'static,
) -> Result<T, AppError> {
    Ok(app.store.answer(query).await?)
}

/// Runs a read whose answer may be a few seconds old, though not older than what `staff` wrote.
async fn recent<T: Send + 'static>(
    app: &App,
    staff: &Staff,
    query: impl Fn(&mut AnyConnection) -> diesel::QueryResult<T> + Send + 'static,
) -> Result<T, AppError> {
    Ok(app.store.recent_answer(staff.session.account.id, query).await?)
}

/// Carries through what must not stop half-way: a client that hangs up ends its handler, and what
/// was committed by then would never be told to the rest of the server.
async fn to_the_end<T: 'static>(work: impl Future<Output = Result<T, AppError>> + 'static) -> Result<T, AppError> {
    actix_web::rt::spawn(work).await.map_err(AppError::internal)?
}

/// Refuses what should not start any more while the node is on its way out.
fn not_draining(app: &App) -> Result<(), AppError> {
    if app.draining.load(Ordering::Relaxed) { Err(AppError::draining()) } else { Ok(()) }
}
