//! What logins on file are found by. Folding is Unicode's, which no database does, so it is done here
//! at a start, for accounts that were made before there was such a key.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use log::warn;

use crate::ids::AccountId;
use crate::protocol::folded;
use crate::storage::AnyConnection;
use crate::storage::schema::account;

/// Gives each account without a key its own. Of those that differ only by case or width the one that
/// is not deleted, then the oldest, is found by it; the others are named in the log and log in with
/// exactly their login, until an admin gives their owners new accounts.
pub(crate) fn fill(conn: &mut AnyConnection) -> QueryResult<()> {
    match try_fill(conn) {
        // Another process came between, and has filled them.
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => try_fill(conn),
        outcome => outcome,
    }
}

fn try_fill(conn: &mut AnyConnection) -> QueryResult<()> {
    conn.write(|conn| {
        let without: Vec<(AccountId, String)> = account::table
            .filter(account::login_key.is_null())
            .order((account::del_yn, account::reg_dttm, account::account_id))
            .select((account::account_id, account::login))
            .load(conn)?;
        for (id, login) in without {
            let key = folded(&login);
            let holder: Option<String> =
                account::table.filter(account::login_key.eq(&key)).select(account::login).first(conn).optional()?;
            match holder {
                None => {
                    diesel::update(account::table.find(id)).set(account::login_key.eq(&key)).execute(conn)?;
                }
                Some(holder) => {
                    warn!(login, other = holder; "two logins differ only in form; this one must be typed exactly")
                }
            }
        }
        Ok(())
    })
}
