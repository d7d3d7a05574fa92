//! What is on file that a server needs.

use super::finding::Finding::{self, Fail, Ok as Fine, Warn};
use crate::demo;
use crate::start_error::StartError;
use crate::storage::engine::installation;
use crate::storage::people::accounts;
use crate::storage::{Database, Store};
use crate::tokens::SIGNING_KEY;

/// The database, as far as it may be opened without changing it.
pub(super) enum DatabaseFound {
    Open(Box<Store>),
    /// It is behind this program; the text says what brings it up to date.
    NotYet(String),
}

pub(super) fn open(database: &Database) -> Result<DatabaseFound, StartError> {
    Ok(match Store::pending(database)? {
        None => DatabaseFound::NotYet(format!("{database} is not there yet; the first start of the server makes it")),
        Some(0) => DatabaseFound::Open(Box::new(Store::open(database)?)),
        Some(count) => DatabaseFound::NotYet(format!(
            "{count} migrations are to be applied; the next start or anteroom migrate does it"
        )),
    })
}

pub(super) fn signing_key(store: &Store) -> Result<Finding, StartError> {
    Ok(match store.run(|conn| installation::get(conn, SIGNING_KEY))? {
        Some(_) => Fine("is on file".into()),
        None => Warn("is not drawn yet; the first start of the server does it".into()),
    })
}

pub(super) fn admin(store: &Store) -> Result<Finding, StartError> {
    Ok(match store.run(accounts::count_admins)? {
        0 => {
            Warn("there is none; start the server and follow the link it prints, or run anteroom account create".into())
        }
        count => Fine(format!("{count} on file")),
    })
}

pub(super) fn demo_accounts(store: &Store) -> Result<Finding, StartError> {
    Ok(if demo::is_in(store)? {
        Warn("this database holds accounts with known passwords; use another for real work".into())
    } else {
        Fine("no accounts with known passwords".into())
    })
}

pub(super) fn or_fail(found: Result<Finding, StartError>) -> Finding {
    found.unwrap_or_else(|error| Fail(error.to_string()))
}
