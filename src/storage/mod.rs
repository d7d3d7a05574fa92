//! The records: plain functions over a connection, one file per table family, all SQL but that of `ops`.
//!
//! - `engine`: connections, locks, migrations, turns, prepared statements
//! - `people`, `centre`: accounts and the office
//! - `talk`: requests, rooms, messages; `talk::writes` is the hot path, which the journal alone runs
//! - `history`: what was, found and summed up, and the audit
//! - `work`: jobs, mail, test data
//! - `nodes`: who is there and who matches, where several nodes share a PostgreSQL
//!
//! Reads and the slow writes of pages run on the pool of [`Store`]. Every function takes
//! `&mut AnyConnection` and means the same on both engines; but for those of `nodes`, which there is no need of
//! on a SQLite file.

pub mod centre;
pub mod engine;
pub mod history;
pub mod nodes;
pub mod people;
mod schema;
pub mod talk;
pub mod work;

pub(crate) use engine::connection::POSTGRES_SESSION;
pub use engine::connection::{AnyConnection, Connector, Pooled, connect};
pub use engine::database::Database;
pub use engine::lock::ServeLock;
pub use engine::open_error::OpenError;
pub use engine::page::{Cursor, PAGE_MAX, Page};
pub use engine::schema_check::SCHEMA;
pub use engine::store::Store;
pub use engine::store_error::{READ_WAIT, StoreError};
pub use engine::write_queue::{WriteQueue, WriteTurn};

/// Who is named in `REG_ID` and `MOD_ID` when no person did it.
pub const SYSTEM: &str = "SYSTEM";
