//! Log-ins. Only the hash of a token is on file: who reads the database cannot use it.

use diesel::prelude::*;

use super::AnyConnection;
use super::accounts::Account;
use super::schema::{account, account_session as session};
use super::types::Yn;
use crate::ids::{AccountId, SessionId};
use crate::time::Wall;

/// A log-in as it goes on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// The session.
    pub id: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// The token's hash; unique.
    pub token_hash: String,
    /// From then on it does not count any more.
    pub expires_at: Wall,
}

/// A log-in found by its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// When it ends.
    pub expires_at: Wall,
    /// When it was last used, as of the last batch.
    pub last_used_at: Wall,
    /// Whose it is.
    pub account: Account,
}

/// Puts a log-in on file.
pub fn create(conn: &mut AnyConnection, new: &NewSession, at: Wall) -> QueryResult<()> {
    let by = new.account.to_string();
    diesel::insert_into(session::table)
        .values((
            session::session_id.eq(new.id),
            session::account_id.eq(new.account),
            session::token_hash.eq(&new.token_hash),
            session::expires_dttm.eq(new.expires_at),
            session::last_used_dttm.eq(at),
            (session::reg_dttm.eq(at), session::reg_id.eq(&by), session::mod_dttm.eq(at), session::mod_id.eq(&by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The session with this token hash and its account, unless it has expired by `now` or the account
/// is deleted. Approval and validity are the gate's to judge.
pub fn by_token_hash(conn: &mut AnyConnection, token_hash: &str, now: Wall) -> QueryResult<Option<Session>> {
    let found = session::table
        .inner_join(account::table)
        .filter(session::token_hash.eq(token_hash).and(session::expires_dttm.gt(now)))
        .filter(account::del_yn.eq(Yn(false)))
        .select(((session::session_id, session::expires_dttm, session::last_used_dttm), Account::as_select()))
        .first::<((SessionId, Wall, Wall), Account)>(conn)
        .optional()?;
    Ok(found.map(|((id, expires_at, last_used_at), account)| Session { id, expires_at, last_used_at, account }))
}

/// Ends a session; `false` if there was none.
pub fn delete(conn: &mut AnyConnection, id: SessionId) -> QueryResult<bool> {
    Ok(diesel::delete(session::table.find(id)).execute(conn)? == 1)
}

/// Ends what has expired; says how many.
pub fn delete_expired(conn: &mut AnyConnection, now: Wall) -> QueryResult<usize> {
    diesel::delete(session::table.filter(session::expires_dttm.le(now))).execute(conn)
}

/// Notes the last use of sessions, from the journal.
pub(crate) fn touch(conn: &mut AnyConnection, sessions: &[(SessionId, Wall)]) -> QueryResult<()> {
    for (id, at) in sessions {
        diesel::update(session::table.find(id))
            .set((session::last_used_dttm.eq(at), session::mod_dttm.eq(at)))
            .execute(conn)?;
    }
    Ok(())
}
