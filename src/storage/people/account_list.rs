//! The list of accounts, narrowed and in pages.

use std::collections::HashMap;

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Timestamp};

use crate::ids::{AccountId, LineId};
use crate::storage::engine::flag::Yn;
use crate::storage::engine::page::rows;
use crate::storage::people::accounts::{Account, AccountRole};
use crate::storage::people::scope::Scope;
use crate::storage::schema::{account, account_line, line};
use crate::storage::{AnyConnection, Cursor, Page};
use crate::time::Wall;

/// A line an account serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedLine {
    pub line: LineId,
    pub topic: String,
    /// 0 is asked first.
    pub tier: u8,
}

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not yet approved.
    Pending,
    /// Approved and neither of the following.
    Active,
    /// Access was taken away for now.
    Suspended,
    /// The validity has ended.
    Expired,
    /// Deleted, whatever else.
    Deleted,
}

impl State {
    /// The state with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "PENDING" => Self::Pending,
            "ACTIVE" => Self::Active,
            "SUSPENDED" => Self::Suspended,
            "EXPIRED" => Self::Expired,
            "DELETED" => Self::Deleted,
            _ => return None,
        })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfLine {
    /// This one.
    Id(LineId),
    /// Those of this topic, in any language.
    Topic(String),
}

/// What the list is narrowed to. All of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// How they stand.
    pub state: Option<State>,
    /// What they may do.
    pub role: Option<AccountRole>,
    /// What they serve.
    pub line: Option<OfLine>,
    /// Part of the login, the name or the mail address; case does not count in ASCII.
    pub q: Option<String>,
}

/// A page, the newest first, of those whom `me` may know of with this scope: who serves a line of
/// it, who is pending, and themselves. `now` decides whose validity has ended.
pub fn list(
    conn: &mut AnyConnection,
    me: AccountId,
    scope: &Scope,
    filter: &Filter,
    after: Option<Cursor>,
    limit: u32,
    now: Wall,
) -> QueryResult<Page<Account>> {
    let mut query = account::table
        .order((account::reg_dttm.desc(), account::account_id.desc()))
        .limit(rows(limit))
        .select(Account::as_select())
        .into_boxed();
    let is = |flag: bool| Yn(flag);
    let alive = account::del_yn.eq(is(false));
    let ended = account::valid_until.is_not_null().and(account::valid_until.assume_not_null().le(now));
    let approved = alive.and(account::approve_yn.eq(is(true)));
    query = match filter.state {
        None => query,
        Some(State::Pending) => query.filter(alive.and(account::approve_yn.eq(is(false)))),
        Some(State::Active) => query.filter(
            approved
                .and(account::suspend_yn.eq(is(false)))
                .and(account::valid_until.is_null().or(account::valid_until.assume_not_null().gt(now))),
        ),
        Some(State::Suspended) => query.filter(alive.and(account::suspend_yn.eq(is(true)))),
        Some(State::Expired) => query.filter(approved.and(account::suspend_yn.eq(is(false))).and(ended)),
        Some(State::Deleted) => query.filter(account::del_yn.eq(is(true))),
    };
    if let Some(role) = filter.role {
        query = query.filter(account::role.eq(role));
    }
    if let Some(q) = &filter.q {
        let pattern = contains(q);
        query = query.filter(
            sql::<Bool>("(LOWER(LOGIN) LIKE ")
                .bind::<Text, _>(pattern.clone())
                .sql(" ESCAPE '!' OR LOWER(NAME) LIKE ")
                .bind::<Text, _>(pattern.clone())
                .sql(" ESCAPE '!' OR LOWER(COALESCE(EMAIL, '')) LIKE ")
                .bind::<Text, _>(pattern)
                .sql(" ESCAPE '!')"),
        );
    }
    let serves = account_line::table.filter(account_line::account_id.eq(account::account_id));
    match &filter.line {
        None => {}
        Some(OfLine::Id(id)) => query = query.filter(exists(serves.filter(account_line::line_id.eq(*id)))),
        Some(OfLine::Topic(topic)) => {
            let of_topic = line::table.filter(line::topic.eq(topic.clone())).select(line::line_id);
            query = query.filter(exists(serves.filter(account_line::line_id.eq_any(of_topic))));
        }
    }
    if let Some(lines) = scope.narrow(None) {
        query = query.filter(
            exists(serves.filter(account_line::line_id.eq_any(lines)))
                .or(alive.and(account::approve_yn.eq(is(false))))
                .or(account::account_id.eq(me)),
        );
    }
    if let Some(Cursor { at, id }) = after {
        query = query.filter(
            sql::<Bool>("(REG_DTTM, ACCOUNT_ID) < (")
                .bind::<Timestamp, _>(at)
                .sql(", ")
                .bind::<Text, _>(id.to_string())
                .sql(")"),
        );
    }
    let items = query.load(conn)?;
    Ok(Page::of(items, limit, |last| Cursor { at: last.made_at, id: last.id.0 }))
}

/// What each of these accounts serves, by topic.
pub fn served(conn: &mut AnyConnection, ids: &[AccountId]) -> QueryResult<HashMap<AccountId, Vec<ServedLine>>> {
    let rows: Vec<(AccountId, LineId, String, i32)> = account_line::table
        .inner_join(line::table)
        .filter(account_line::account_id.eq_any(ids.to_vec()))
        .order((line::topic, line::language))
        .select((account_line::account_id, line::line_id, line::topic, account_line::tier))
        .load(conn)?;
    let mut served = HashMap::<AccountId, Vec<ServedLine>>::new();
    for (account, line, topic, tier) in rows {
        // CHECK (TIER BETWEEN 0 AND 255)
        let tier = u8::try_from(tier).unwrap_or(u8::MAX);
        served.entry(account).or_default().push(ServedLine { line, topic, tier });
    }
    Ok(served)
}

/// Those of these lines that are not there, deleted, or of test data, which nobody real serves.
pub fn unknown_lines(conn: &mut AnyConnection, ids: &[LineId]) -> QueryResult<Vec<LineId>> {
    let known: Vec<LineId> = line::table
        .filter(line::line_id.eq_any(ids.to_vec()).and(line::del_yn.eq(Yn(false))).and(line::test_yn.eq(Yn(false))))
        .select(line::line_id)
        .load(conn)?;
    Ok(ids.iter().filter(|id| !known.contains(id)).copied().collect())
}

/// A pattern for `LIKE … ESCAPE '!'` that matches whatever contains `q`.
fn contains(q: &str) -> String {
    let mut pattern = String::from("%");
    for letter in q.chars().flat_map(char::to_lowercase) {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
