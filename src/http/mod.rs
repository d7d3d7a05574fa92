//! Everything that comes in over HTTP. `routes` is the table; each resource has a file; a handler
//! authenticates (by the types it takes), calls, answers.
//!
//! - `access`: the table: who may use which route
//! - `gate`: what every request passes: request id, address, origin, role, limits, headers, log
//! - `staff`: who is logged in; `origin`: which pages may use the cookie; `proxies`, `rates`: whose
//!   word about addresses is believed, and how often one may ask
//! - `change`: how records are changed, with the audit of it in the same transaction
//! - `ending`, `validity`: how access is taken away, at once and by itself
//! - `secret`, `passwords`, `tries`: what is secret, and how often it may be guessed
//! - `extract`, `cursor`, `error`: what goes in and out, strictly; `qr`: links for a camera

pub mod access;
mod accounts;
mod audits;
mod change;
mod codes;
mod consultations;
mod cursor;
mod desks;
mod docs;
mod ending;
mod error;
mod extract;
mod fault;
mod gate;
mod groups;
mod health;
mod jobs;
mod lines;
mod listener;
mod media;
mod metrics;
mod office;
pub mod openapi;
mod origin;
mod own_day;
mod pages;
mod password;
pub mod passwords;
mod pictures;
mod posts;
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
mod upgrade;
pub mod validity;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use actix_web::web;

pub use error::AppError;
pub use fault::{Fault, FieldFault};
pub use gate::{Connections, OnConnection, pass};
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

/// Runs a storage function where it may block.
async fn ask<T: Send + 'static>(
    app: &App,
    query: impl FnOnce(&mut AnyConnection) -> diesel::QueryResult<T> + Send + 'static,
) -> Result<T, AppError> {
    let store = app.store.clone();
    Ok(web::block(move || store.run(query)).await??)
}

/// Runs a read whose answer may be a few seconds old, though not older than what `staff` wrote.
async fn recent<T: Send + 'static>(
    app: &App,
    staff: &Staff,
    query: impl Fn(&mut AnyConnection) -> diesel::QueryResult<T> + Send + 'static,
) -> Result<T, AppError> {
    let (store, reader) = (app.store.clone(), staff.session.account.id);
    Ok(web::block(move || store.recent(reader, query)).await??)
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
