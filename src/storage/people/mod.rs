//! Accounts, log-ins, tokens, links, and what somebody may know of.

pub mod account_edits;
pub mod account_list;
pub mod accounts;
pub mod api_tokens;
pub mod links;
pub(super) mod login_keys;
pub mod networks;
pub mod places;
pub mod scope;
pub mod second_factor;
pub mod sessions;
