//! Everything that comes in over HTTP. `table` has a row a route; each resource has a file; a handler authenticates (by
//! the types it takes), calls, answers.
//!
//! - `server`: what answers: listener, connections and their patience, sockets, streams, health, metrics, pages
//! - `gate`: what every request passes: request id, address, origin, role, limits, log; `access` is the
//!   table of who may use which route
//! - `kit`: what goes in and out, strictly; how records are changed, with the audit in the same transaction
//! - `access_control`: accounts and how one gets in; how access is taken away, at once and by itself
//! - `edited`: what was edited here, told; `heard`: what other nodes have named, looked at
//! - `centre`, `talk`, `records`, `trial`: the resources
//! - `description`: the API described, and what is generated from that

pub mod access_control;
mod centre;
pub mod description;
pub(crate) mod edited;
pub mod gate;
pub(crate) mod heard;
mod kit;
mod records;
mod routes;
mod server;
mod table;
mod talk;
mod trial;

pub use access_control::credential::Uses;
pub use access_control::passwords::Passwords;
pub use gate::origin::Origins;
pub use gate::pass::pass;
pub use gate::proxies::Proxies;
pub use gate::rates::Rates;
pub use gate::state::Gate;
pub use gate::throttle::LogInThrottle;
pub use kit::error::AppError;
pub use kit::fault::{Fault, FieldFault};
pub use routes::routes;
pub use server::connections::{Connections, OnConnection};
pub use server::listener::serve;
pub use server::metrics::Metrics;
pub use talk::pictures::Pictures;

use kit::answers::{ask, not_draining, to_the_end};
