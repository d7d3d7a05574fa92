//! Accounts and how one gets in: log-ins, passwords, second factors, tokens; and how access is taken away.

pub(super) mod accounts;
pub(super) mod credential;
pub(super) mod log_ins;
pub(super) mod notice;
pub(super) mod one_time;
pub(super) mod password;
pub mod passwords;
pub(super) mod proof;
pub(super) mod revocation;
pub(super) mod second_factor;
pub(super) mod session;
pub mod setup;
pub mod staff_edits;
pub(super) mod tokens;
pub mod validity;
pub(super) mod weak;
