//! `anteroom migrate`: brings the database up to date before the server is started.

use crate::config::DatabaseOptions;
use crate::start_error::StartError;
use crate::storage::{Database, Store};

/// Applies what is missing, compares the result with what this program expects, says how it went.
pub fn run(options: &DatabaseOptions) -> Result<(), StartError> {
    let database: Database = options.url().parse()?;
    let applied = Store::migrate(&database)?;
    Store::open(&database)?;
    println!("{database}: {applied} migrations applied; up to date");
    Ok(())
}
