//! Tokens with which programs act for an account. Only the hash is on file.

use diesel::prelude::*;

use crate::ids::{AccountId, TokenId};
use crate::storage::AnyConnection;
use crate::storage::engine::flag::Yn;
use crate::storage::people::accounts::Account;
use crate::storage::schema::account;
use crate::storage::schema::api_token::{self, dsl};
use crate::time::Wall;

/// One kind of thing a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenScope {
    /// Read: every GET.
    Read,
    /// Change what a counsellor or a manager may.
    Write,
    /// Do what is for admins.
    Admin,
}

impl TokenScope {
    /// All there are, in the order in which they are told.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Admin];

    /// The code on file and in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

/// What a token may do: at least one thing. The account's role bounds it besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenScopes([bool; 3]);

impl TokenScopes {
    /// What a token may do where its owner does not say.
    pub const DEFAULT: Self = Self([true, true, false]);

    /// These; `None` for none at all.
    #[must_use]
    pub fn of(scopes: &[TokenScope]) -> Option<Self> {
        (!scopes.is_empty()).then(|| Self(TokenScope::ALL.map(|scope| scopes.contains(&scope))))
    }

    /// Whether this is one of them.
    #[must_use]
    pub fn has(self, scope: TokenScope) -> bool {
        self.0[scope as usize]
    }

    /// Their codes, in order.
    #[must_use]
    pub fn codes(self) -> Vec<&'static str> {
        TokenScope::ALL.into_iter().filter(|scope| self.has(*scope)).map(TokenScope::code).collect()
    }

    /// As they stand on file; `None` for what does not.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let known = |code: &str| TokenScope::ALL.into_iter().find(|scope| scope.code() == code);
        Self::of(&text.split(' ').map(known).collect::<Option<Vec<_>>>()?)
    }
}

/// A token as it goes on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    pub id: TokenId,
    pub account: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// Unique.
    pub token_hash: String,
    /// From then on it does not count any more.
    pub expires_at: Wall,
    /// What it may do.
    pub scopes: TokenScopes,
}

/// A token as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = api_token)]
pub struct ApiToken {
    #[diesel(column_name = token_id)]
    pub id: TokenId,
    /// What its owner calls it.
    pub name: String,
    /// When it ends; one without an end counts no more.
    #[diesel(column_name = expires_dttm)]
    pub expires_at: Option<Wall>,
    /// When it was last used, as of the last batch.
    #[diesel(column_name = last_used_dttm)]
    pub last_used_at: Option<Wall>,
    /// When it was made.
    #[diesel(column_name = reg_dttm)]
    pub made_at: Wall,
    /// What it may do.
    pub scopes: TokenScopes,
}

/// Puts a token on file.
pub fn create(conn: &mut AnyConnection, new: &NewToken, at: Wall) -> QueryResult<()> {
    let by = new.account.to_string();
    diesel::insert_into(dsl::api_token)
        .values((
            dsl::token_id.eq(new.id),
            dsl::account_id.eq(new.account),
            dsl::name.eq(&new.name),
            dsl::token_hash.eq(&new.token_hash),
            dsl::expires_dttm.eq(new.expires_at),
            dsl::scopes.eq(new.scopes),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(&by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(&by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// An account's tokens that were not revoked, the newest first.
pub fn of_account(conn: &mut AnyConnection, account: AccountId) -> QueryResult<Vec<ApiToken>> {
    dsl::api_token
        .filter(dsl::account_id.eq(account).and(dsl::del_yn.eq(Yn(false))))
        .order((dsl::reg_dttm.desc(), dsl::token_id.desc()))
        .select(ApiToken::as_select())
        .load(conn)
}

/// The token with this hash and its account, unless it was revoked or has expired by `now`.
/// Whether the account may log in is the gate's to judge.
pub fn by_hash(conn: &mut AnyConnection, token_hash: &str, now: Wall) -> QueryResult<Option<(ApiToken, Account)>> {
    dsl::api_token
        .inner_join(account::table)
        .filter(dsl::token_hash.eq(token_hash).and(dsl::del_yn.eq(Yn(false))))
        .filter(dsl::expires_dttm.assume_not_null().gt(now))
        .select((ApiToken::as_select(), Account::as_select()))
        .first(conn)
        .optional()
}

/// Those of these tokens that count at `now`, with their accounts.
pub fn live(conn: &mut AnyConnection, ids: &[TokenId], now: Wall) -> QueryResult<Vec<(TokenId, Account)>> {
    dsl::api_token
        .inner_join(account::table)
        .filter(dsl::token_id.eq_any(ids.to_vec()).and(dsl::del_yn.eq(Yn(false))))
        .filter(dsl::expires_dttm.assume_not_null().gt(now))
        .select((dsl::token_id, Account::as_select()))
        .load(conn)
}

/// Revokes a token of the account's; `false` if it has no such token.
pub fn revoke(conn: &mut AnyConnection, account: AccountId, id: TokenId, at: Wall) -> QueryResult<bool> {
    let its = dsl::api_token.find(id).filter(dsl::account_id.eq(account).and(dsl::del_yn.eq(Yn(false))));
    let revoked = diesel::update(its)
        .set((dsl::del_yn.eq(Yn(true)), dsl::mod_dttm.eq(at), dsl::mod_id.eq(account.to_string())))
        .execute(conn)?;
    Ok(revoked == 1)
}

/// Revokes all tokens of an account; says how many.
pub fn revoke_all(conn: &mut AnyConnection, account: AccountId, by: &str, at: Wall) -> QueryResult<usize> {
    diesel::update(dsl::api_token.filter(dsl::account_id.eq(account).and(dsl::del_yn.eq(Yn(false)))))
        .set((dsl::del_yn.eq(Yn(true)), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)))
        .execute(conn)
}

/// Notes the last use of tokens, from the journal. In one order, as another node may touch the same.
pub(crate) fn touch(conn: &mut AnyConnection, tokens: &[(TokenId, Wall)]) -> QueryResult<()> {
    let mut in_order: Vec<&(TokenId, Wall)> = tokens.iter().collect();
    in_order.sort_unstable();
    for (id, at) in in_order {
        diesel::update(dsl::api_token.find(id))
            .set((dsl::last_used_dttm.eq(at), dsl::mod_dttm.eq(at)))
            .execute(conn)?;
    }
    Ok(())
}

/// Takes a token off file, for one that nobody need know of any more.
pub fn delete(conn: &mut AnyConnection, id: TokenId) -> QueryResult<()> {
    diesel::delete(dsl::api_token.find(id)).execute(conn)?;
    Ok(())
}
