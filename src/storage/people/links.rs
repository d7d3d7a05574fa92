//! Links sent by mail: a secret each, for one use, for a while. Only the hash is on file.

use diesel::prelude::*;

use crate::ids::{AccountId, LinkId};
use crate::storage::AnyConnection;
use crate::storage::schema::account_link::dsl;
use crate::time::Wall;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// Shows that the mail address is theirs.
    VerifyEmail,
    /// Sets a new password.
    ResetPassword,
}

impl LinkKind {
    /// The code on file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::VerifyEmail => "VERIFY_EMAIL",
            Self::ResetPassword => "RESET_PASSWORD",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::VerifyEmail, Self::ResetPassword].into_iter().find(|kind| kind.code() == code)
    }
}

/// A link as it goes on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    pub id: LinkId,
    pub account: AccountId,
    /// For what.
    pub kind: LinkKind,
    /// The hash of its secret; unique.
    pub token_hash: String,
    /// From then on it does not count any more.
    pub expires_at: Wall,
}

/// Puts a link on file.
pub fn create(conn: &mut AnyConnection, new: &NewLink, by: &str, at: Wall) -> QueryResult<()> {
    diesel::insert_into(dsl::account_link)
        .values((
            dsl::link_id.eq(new.id),
            dsl::account_id.eq(new.account),
            dsl::kind.eq(new.kind),
            dsl::token_hash.eq(&new.token_hash),
            dsl::expires_dttm.eq(new.expires_at),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whose link this is, if it still counts at `now`.
pub fn owner(conn: &mut AnyConnection, kind: LinkKind, token_hash: &str, now: Wall) -> QueryResult<Option<AccountId>> {
    dsl::account_link
        .filter(dsl::token_hash.eq(token_hash).and(dsl::kind.eq(kind)))
        .filter(dsl::used_dttm.is_null().and(dsl::expires_dttm.gt(now)))
        .select(dsl::account_id)
        .first(conn)
        .optional()
}

/// Uses a link up. Whose it was; `None` if it does not count (any more).
pub fn use_up(conn: &mut AnyConnection, kind: LinkKind, token_hash: &str, now: Wall) -> QueryResult<Option<AccountId>> {
    let Some(account) = owner(conn, kind, token_hash, now)? else { return Ok(None) };
    let used =
        diesel::update(dsl::account_link.filter(dsl::token_hash.eq(token_hash)).filter(dsl::used_dttm.is_null()))
            .set((dsl::used_dttm.eq(now), dsl::mod_dttm.eq(now)))
            .execute(conn)?;
    Ok((used == 1).then_some(account))
}

/// How many links of this kind somebody has that still count at `now`.
pub fn count_live(conn: &mut AnyConnection, account: AccountId, kind: LinkKind, now: Wall) -> QueryResult<i64> {
    dsl::account_link
        .filter(dsl::account_id.eq(account).and(dsl::kind.eq(kind)))
        .filter(dsl::used_dttm.is_null().and(dsl::expires_dttm.gt(now)))
        .count()
        .get_result(conn)
}

/// Whatever links of this kind somebody has count no more.
pub fn void(conn: &mut AnyConnection, account: AccountId, kind: LinkKind, now: Wall) -> QueryResult<usize> {
    diesel::update(
        dsl::account_link.filter(dsl::account_id.eq(account).and(dsl::kind.eq(kind))).filter(dsl::used_dttm.is_null()),
    )
    .set((dsl::used_dttm.eq(now), dsl::mod_dttm.eq(now)))
    .execute(conn)
}

/// Forgets links that counted no more before `then`. Says how many.
pub fn forget(conn: &mut AnyConnection, then: Wall) -> QueryResult<usize> {
    diesel::delete(dsl::account_link.filter(dsl::expires_dttm.lt(then))).execute(conn)
}
