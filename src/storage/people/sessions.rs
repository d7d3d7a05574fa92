//! Log-ins. Only the hash of a token is on file: who reads the database cannot use it.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::ids::{AccountId, SessionId};
use crate::storage::AnyConnection;
use crate::storage::engine::flag::Yn;
use crate::storage::engine::page::{Cursor, Page, rows};
use crate::storage::people::accounts::Account;
use crate::storage::people::second_factor;
use crate::storage::schema::{account, account_session as session};
use crate::time::Wall;

/// A log-in as it goes on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    pub id: SessionId,
    pub account: AccountId,
    /// The token's hash; unique.
    pub token_hash: String,
    /// From then on it does not count any more.
    pub expires_at: Wall,
    /// From where, and with what, it is made.
    pub made: Made,
}

/// Where a log-in was made, for its owner to know it by. Empty where nobody made it by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// The client's address.
    pub address: Option<String>,
    /// What the browser calls itself, cut to what is kept.
    pub agent: Option<String>,
}

/// With what else than the password somebody proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing: the account has no second factor.
    Nothing,
    /// The code of this step.
    Step(i32),
    /// The recovery code with this hash.
    Recovery(String),
}

/// A log-in found by its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    /// When it ends.
    pub expires_at: Wall,
    /// When it was last used, as of the last batch.
    pub last_used_at: Wall,
    /// When its holder last showed that it is theirs: at the log-in, or since.
    pub proven_at: Option<Wall>,
    pub account: Account,
}

/// A log-in as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = session)]
pub struct LogIn {
    #[diesel(column_name = session_id)]
    pub id: SessionId,
    /// When it was made.
    #[diesel(column_name = reg_dttm)]
    pub made_at: Wall,
    /// When it was last used, as of the last batch.
    #[diesel(column_name = last_used_dttm)]
    pub last_used_at: Wall,
    /// From where it was made.
    pub address: Option<String>,
    /// With what.
    pub agent: Option<String>,
}

/// Puts a log-in on file; making it is a proof.
pub fn create(conn: &mut AnyConnection, new: &NewSession, at: Wall) -> QueryResult<()> {
    let by = new.account.to_string();
    diesel::insert_into(session::table)
        .values((
            session::session_id.eq(new.id),
            session::account_id.eq(new.account),
            session::token_hash.eq(&new.token_hash),
            session::expires_dttm.eq(new.expires_at),
            session::last_used_dttm.eq(at),
            session::proven_dttm.eq(at),
            (session::address.eq(&new.made.address), session::agent.eq(&new.made.agent)),
            (session::reg_dttm.eq(at), session::reg_id.eq(&by), session::mod_dttm.eq(at), session::mod_id.eq(&by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts a log-in on file, from the journal, with what proved it used up; `false`, and nothing
/// changed, if that was used before or the password is another by now.
pub(crate) fn log_in(
    conn: &mut AnyConnection,
    new: &NewSession,
    password_hash: &str,
    proof: &Proof,
    at: Wall,
) -> QueryResult<bool> {
    let now: Option<Account> = account::table.find(new.account).select(Account::as_select()).first(conn).optional()?;
    let stands = |account: &Account| {
        let needs_none = *proof == Proof::Nothing && !account.second_factor;
        let needs_one = *proof != Proof::Nothing && account.second_factor;
        account.password_hash == password_hash && account.may_log_in(at) && (needs_none || needs_one)
    };
    if !now.as_ref().is_some_and(stands) {
        return Ok(false);
    }
    let proven = use_up(conn, new.account, proof, at)?;
    if proven {
        create(conn, new, at)?;
    }
    Ok(proven)
}

/// Uses up what proved who somebody is; `false` if it was used before.
pub fn use_up(conn: &mut AnyConnection, account: AccountId, proof: &Proof, at: Wall) -> QueryResult<bool> {
    match proof {
        Proof::Nothing => Ok(true),
        Proof::Step(step) => second_factor::use_step(conn, account, *step, at),
        Proof::Recovery(hash) => second_factor::use_code(conn, account, hash, at),
    }
}

/// The holder of a log-in has shown again that it is theirs.
pub fn prove(conn: &mut AnyConnection, id: SessionId, at: Wall) -> QueryResult<()> {
    diesel::update(session::table.find(id))
        .set((session::proven_dttm.eq(at), session::mod_dttm.eq(at)))
        .execute(conn)?;
    Ok(())
}

/// A page of the log-ins of an account that count at `now` and were used since `idle_before`, the newest first.
pub fn of_account(
    conn: &mut AnyConnection,
    account: AccountId,
    (idle_before, now): (Wall, Wall),
    after: Option<Cursor>,
    limit: u32,
) -> QueryResult<Page<LogIn>> {
    let mut query = session::table
        .filter(session::account_id.eq(account).and(session::expires_dttm.gt(now)))
        .filter(session::last_used_dttm.gt(idle_before))
        .order((session::reg_dttm.desc(), session::session_id.desc()))
        .limit(rows(limit))
        .select(LogIn::as_select())
        .into_boxed();
    if let Some(Cursor { at, id }) = after {
        let id = SessionId(id);
        query = query.filter(session::reg_dttm.lt(at).or(session::reg_dttm.eq(at).and(session::session_id.lt(id))));
    }
    Ok(Page::of(query.load(conn)?, limit, |last: &LogIn| Cursor { at: last.made_at, id: last.id.0 }))
}

/// The log-ins of an account but this one.
pub fn others_of(conn: &mut AnyConnection, account: AccountId, kept: SessionId) -> QueryResult<Vec<SessionId>> {
    session::table
        .filter(session::account_id.eq(account).and(session::session_id.ne(kept)))
        .select(session::session_id)
        .load(conn)
}

/// Ends a log-in of this account's; `false` if it has no such log-in.
pub fn delete_own(conn: &mut AnyConnection, account: AccountId, id: SessionId) -> QueryResult<bool> {
    let its = session::table.find(id).filter(session::account_id.eq(account));
    Ok(diesel::delete(its).execute(conn)? == 1)
}

/// The session with this token hash and its account, unless it has expired by `now` or the account
/// is deleted. Approval and validity are the gate's to judge.
pub fn by_token_hash(conn: &mut AnyConnection, token_hash: &str, now: Wall) -> QueryResult<Option<Session>> {
    let found = session::table
        .inner_join(account::table)
        .filter(session::token_hash.eq(token_hash).and(session::expires_dttm.gt(now)))
        .filter(account::del_yn.eq(Yn(false)))
        .select((
            (session::session_id, session::expires_dttm, session::last_used_dttm, session::proven_dttm),
            Account::as_select(),
        ))
        .first::<((SessionId, Wall, Wall, Option<Wall>), Account)>(conn)
        .optional()?;
    Ok(found.map(|((id, expires_at, last_used_at, proven_at), account)| Session {
        id,
        expires_at,
        last_used_at,
        proven_at,
        account,
    }))
}

/// Ends a session; `false` if there was none.
pub fn delete(conn: &mut AnyConnection, id: SessionId) -> QueryResult<bool> {
    Ok(diesel::delete(session::table.find(id)).execute(conn)? == 1)
}

/// Ends all log-ins of an account, but this one; says how many.
pub fn delete_of(conn: &mut AnyConnection, account: AccountId, except: Option<SessionId>) -> QueryResult<usize> {
    let of_account = session::table.filter(session::account_id.eq(account));
    match except {
        Some(kept) => diesel::delete(of_account.filter(session::session_id.ne(kept))).execute(conn),
        None => diesel::delete(of_account).execute(conn),
    }
}

/// Those of these sessions that count at `now`, with their accounts.
pub fn live(conn: &mut AnyConnection, ids: &[SessionId], now: Wall) -> QueryResult<Vec<(SessionId, Account)>> {
    session::table
        .inner_join(account::table)
        .filter(session::session_id.eq_any(ids.to_vec()).and(session::expires_dttm.gt(now)))
        .select((session::session_id, Account::as_select()))
        .load(conn)
}

/// Whether an account has any log-in on file.
pub fn has_any(conn: &mut AnyConnection, account: AccountId) -> QueryResult<bool> {
    diesel::select(exists(session::table.filter(session::account_id.eq(account)))).get_result(conn)
}

/// Ends what has expired; says how many.
pub fn delete_expired(conn: &mut AnyConnection, now: Wall) -> QueryResult<usize> {
    diesel::delete(session::table.filter(session::expires_dttm.le(now))).execute(conn)
}

/// Notes the last use of sessions, from the journal. In one order, as another node may touch the same.
pub(crate) fn touch(conn: &mut AnyConnection, sessions: &[(SessionId, Wall)]) -> QueryResult<()> {
    let mut in_order: Vec<&(SessionId, Wall)> = sessions.iter().collect();
    in_order.sort_unstable();
    for (id, at) in in_order {
        diesel::update(session::table.find(id))
            .set((session::last_used_dttm.eq(at), session::mod_dttm.eq(at)))
            .execute(conn)?;
    }
    Ok(())
}
