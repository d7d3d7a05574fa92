//! The two databases: connections, locks, migrations, whose turn it is to write, statements prepared once, pages of a list.

pub(crate) mod connection;
pub(super) mod database;
pub(super) mod file_mark;
pub(crate) mod flag;
pub mod installation;
pub(super) mod lock;
pub(super) mod migrate;
pub(super) mod open_error;
pub(super) mod page;
pub(crate) mod prepared;
pub(super) mod replica;
pub(super) mod schema_check;
pub(super) mod store;
pub(super) mod store_error;
pub(super) mod types;
pub(super) mod write_queue;
