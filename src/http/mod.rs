//! Everything that comes in over HTTP. `routes` is the table; each resource has a file; a handler
//! authenticates (by the types it takes), calls, answers.
//!
//! - `gate`: what every request passes: request id, origin, overload, headers, log
//! - `staff`: who is logged in; `origin`: which pages may use the cookie
//! - `secret`, `passwords`, `tries`: what is secret, and how often it may be guessed
//! - `extract`, `cursor`, `error`: what goes in and out, strictly

mod codes;
mod consultations;
mod cursor;
mod error;
mod extract;
mod gate;
mod health;
mod lines;
mod metrics;
mod origin;
mod pages;
pub mod passwords;
mod rooms;
mod routes;
pub mod secret;
mod session;
pub mod setup;
mod sockets;
mod staff;
mod streams;
mod tries;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use actix_web::{HttpRequest, web};

pub use error::{AppError, FieldFault};
pub use gate::{Connections, OnConnection, pass};
pub use metrics::Metrics;
pub use origin::Origins;
pub use routes::routes;

use crate::app::App;
use crate::storage::AnyConnection;

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
    /// Open TCP connections.
    pub connections: Arc<Connections>,
    /// The registry behind `/metrics`.
    pub metrics: Metrics,
}

impl Gate {
    /// A gate that lets pages of `origins` in and serves as many connections as `connections` says.
    #[must_use]
    pub fn new(origins: Origins, connections: Arc<Connections>, metrics: Metrics) -> Self {
        Self {
            origins,
            passwords: passwords::Passwords::default(),
            tries: tries::Tries::default(),
            uses: staff::Uses::default(),
            connections,
            metrics,
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

/// Where the request comes from. Offices share one address, proxies hide it.
fn address_of(request: &HttpRequest) -> IpAddr {
    request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip())
}

/// Refuses what should not start any more while the node is on its way out.
fn not_draining(app: &App) -> Result<(), AppError> {
    if app.draining.load(Ordering::Relaxed) { Err(AppError::draining()) } else { Ok(()) }
}
