//! The records: plain functions over a connection, one file per table family.
//!
//! Reads and the slow writes of pages (accounts, sessions, desks) run on the pool of [`Store`];
//! the hot path (tickets, matches, messages, seats) is written by the journal alone, with the
//! functions of `consultations`, `rooms` and `messages` that take a part of a `Write`.
//! Every function takes `&mut AnyConnection` and means the same on both engines.

pub mod account_edits;
pub mod account_list;
pub mod accounts;
pub mod api_tokens;
pub mod ask_counts;
pub mod audit;
pub mod audit_list;
pub mod codes;
pub(crate) mod connection;
pub mod consultations;
mod database;
pub mod desks;
pub mod due;
pub mod events;
mod file_mark;
pub(crate) mod flag;
pub mod group_log;
pub mod groups;
pub mod history;
pub mod installation;
pub mod jobs;
pub mod lines;
pub mod links;
mod lock;
mod login_keys;
pub mod mails;
pub mod media;
pub mod messages;
mod migrate;
pub mod networks;
pub mod office;
mod open_error;
pub mod own_day;
mod page;
pub mod places;
pub mod posts;
pub(crate) mod prepared;
mod replica;
pub mod replies;
pub mod rooms;
pub(crate) mod schema;
mod schema_check;
pub mod scope;
pub mod search;
pub mod second_factor;
pub mod sessions;
pub mod stats;
mod store;
mod store_error;
pub mod sums;
pub mod terms;
pub mod test_data;
pub mod tickets;
mod turns;
mod types;
mod unsummed;
pub mod waits;
pub mod whispers;

pub use connection::{AnyConnection, Connector, Pooled, connect};
pub use database::Database;
pub use lock::ServeLock;
pub use open_error::OpenError;
pub use page::{Cursor, PAGE_MAX, Page};
pub use schema_check::SCHEMA;
pub use store::Store;
pub use store_error::{READ_WAIT, StoreError};
pub use turns::{Turn, Turns};

/// Who is named in `REG_ID` and `MOD_ID` when no person did it.
pub const SYSTEM: &str = "SYSTEM";
