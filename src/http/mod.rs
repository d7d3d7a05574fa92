//! Everything that comes in over HTTP. `routes` is the table; each resource has a file; a handler
//! authenticates (by the types it takes), calls, answers.
//!
//! - `access`: the table: who may use which route
//! - `gate`: what every request passes: request id, address, origin, role, limits, headers, log; `gate_state`: what
//!   it knows between requests
//! - `connections`, `patience`, `bodies`: how many may connect, and how long a request may take to come;
//!   `handshake`: what a socket's must be
//! - `staff`: who is logged in; `means`: what they showed; `cookies`, `origin`: by what, and which pages may use it;
//!   `proxies`, `rates`: whose word about addresses is believed, and how often one may ask
//! - `change`: how records are changed, with the audit of it in the same transaction
//! - `ending`, `validity`: how access is taken away, at once and by itself
//! - `secret`, `passwords`, `weak`, `turns`: what is secret, and whose turn it is to have it looked at;
//!   `tries`, `browser`: how often it may be guessed, and by whom; `one_time`: codes that count once;
//!   `proof`: shown again before an act on credentials, which `notice` tells the owner of
//! - `answers`: how a handler comes to its answer
//! - `fixed`: what does not change, compressed once
//! - `extract`, `cursor`, `error`: what goes in and out, strictly; `qr`: links for a camera

pub mod access;
mod accounts;
mod answers;
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
mod gate_state;
mod groups;
mod handshake;
mod health;
mod invitations;
mod jobs;
mod lines;
mod listener;
mod log_ins;
mod means;
mod media;
mod metrics;
mod notice;
mod office;
mod one_time;
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
mod room_view;
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

pub use connections::{Connections, OnConnection};
pub use error::AppError;
pub use fault::{Fault, FieldFault};
pub use gate::pass;
pub use gate_state::Gate;
pub use listener::serve;
pub use means::Uses;
pub use metrics::Metrics;
pub use origin::Origins;
pub use passwords::Passwords;
pub use pictures::Pictures;
pub use proxies::Proxies;
pub use rates::Rates;
pub use routes::routes;
pub use tries::Tries;

use answers::{ask, not_draining, to_the_end};
