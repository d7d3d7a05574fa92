//! What every request passes: who asks, from where, by what, how often, and whether they may (`access`, the table).

pub mod access;
pub(super) mod browser;
pub(super) mod cookies;
pub(super) mod hash_queue;
pub(super) mod origin;
pub(super) mod pass;
pub(super) mod proxies;
pub(super) mod rates;
pub mod secret;
pub(super) mod staff;
pub(super) mod state;
pub(super) mod throttle;
