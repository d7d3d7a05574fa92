//! People with a log-in, and the lines they serve.

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::dispatch::Profile;
use crate::ids::{AccountId, LineId};
use crate::protocol::{Intent, folded};
use crate::storage::AnyConnection;
use crate::storage::engine::connection::on_each;
use crate::storage::engine::flag::Yn;
use crate::storage::schema::{account, account_line, account_session};
use crate::time::Wall;

/// Most accounts that one address is looked up for.
const SAME_EMAIL_MAX: i64 = 5;

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountRole {
    /// Takes consultations.
    Counsellor,
    /// Also runs lines and desks.
    Manager,
    /// Also runs accounts.
    Admin,
}

impl AccountRole {
    /// The code in the database and in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Counsellor => "COUNSELLOR",
            Self::Manager => "MANAGER",
            Self::Admin => "ADMIN",
        }
    }

    /// The role with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Counsellor, Self::Manager, Self::Admin].into_iter().find(|role| role.code() == code)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = account)]
pub struct Account {
    #[diesel(column_name = account_id)]
    pub id: AccountId,
    /// Unique.
    pub login: String,
    /// For mail.
    pub email: Option<String>,
    /// Whether mail has reached them.
    #[diesel(column_name = email_verified_yn, deserialize_as = Yn)]
    pub email_verified: bool,
    /// argon2id, in PHC form.
    pub password_hash: String,
    /// The name others see.
    pub name: String,
    /// A path to a picture.
    pub picture: Option<String>,
    /// What they may do.
    pub role: AccountRole,
    /// Whether staff approved them; kept when the account is deleted.
    #[diesel(column_name = approve_yn, deserialize_as = Yn)]
    pub approved: bool,
    /// Whether the account is deleted.
    #[diesel(column_name = del_yn, deserialize_as = Yn)]
    pub deleted: bool,
    /// When staff last approved them.
    #[diesel(column_name = approve_dttm)]
    pub approved_at: Option<Wall>,
    /// Which account approved them last.
    #[diesel(column_name = approve_id)]
    pub approved_by: Option<String>,
    /// Whether access is taken away for now.
    #[diesel(column_name = suspend_yn, deserialize_as = Yn)]
    pub suspended: bool,
    pub suspend_reason: Option<String>,
    /// When they were deleted.
    #[diesel(column_name = del_dttm)]
    pub deleted_at: Option<Wall>,
    /// Why they were deleted.
    #[diesel(column_name = del_reason)]
    pub delete_reason: Option<String>,
    /// No log-in before.
    pub valid_from: Option<Wall>,
    /// No log-in from then on.
    pub valid_until: Option<Wall>,
    /// Why the validity is as it is.
    pub valid_reason: Option<String>,
    /// `ko` or `en`: the language of their mail.
    pub language: String,
    /// Whether a second factor is asked for.
    #[diesel(column_name = totp_yn, deserialize_as = Yn)]
    pub second_factor: bool,
    /// The second factor's shared secret, base32.
    pub totp_secret: Option<String>,
    /// The last step of it that was used.
    pub totp_step: Option<i32>,
    /// Counts edits; starts at 1.
    pub version: i32,
    /// When the account was made.
    #[diesel(column_name = reg_dttm)]
    pub made_at: Wall,
    /// What they want: work or none.
    pub intent: Intent,
    pub intent_reason: Option<String>,
    /// Most rooms at once.
    #[diesel(deserialize_as = i32)]
    pub capacity: u16,
    /// Places taken: open rooms and wrap-ups.
    #[diesel(deserialize_as = i32)]
    pub rooms_open: u32,
    /// Whether it is test data: it serves test lines only, and nobody knows its password. Settled
    /// when it is made.
    #[diesel(column_name = test_yn, deserialize_as = Yn)]
    pub test: bool,
    /// Whether a manager runs every line there is and will be, see [`crate::storage::people::scope`]. It means
    /// nothing for other roles.
    #[diesel(column_name = all_lines_yn, deserialize_as = Yn)]
    pub all_lines: bool,
}

impl Account {
    /// What of it a counsellor is known by, who serves these lines, with their tiers.
    #[must_use]
    pub fn profile(self, lines: Vec<(LineId, u8)>) -> Profile {
        let Self { id, name, picture, capacity, intent, intent_reason: reason, version, test, .. } = self;
        Profile { account: id, name, picture, lines, capacity, intent, reason, version, test }
    }

    /// Whether they may log in at `now`: approved, neither suspended nor deleted, and within their
    /// validity.
    #[must_use]
    pub fn may_log_in(&self, now: Wall) -> bool {
        self.approved
            && !self.suspended
            && !self.deleted
            && self.valid_from.is_none_or(|from| from <= now)
            && self.valid_until.is_none_or(|until| now < until)
    }
}

/// An account to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    pub id: AccountId,
    /// Unique; the caller has normalised it.
    pub login: String,
    /// For mail.
    pub email: Option<String>,
    /// argon2id, in PHC form.
    pub password_hash: String,
    /// The name others see.
    pub name: String,
    /// What they may do.
    pub role: AccountRole,
    /// Verified and approved from the start.
    pub approved: bool,
    /// `ko` or `en`.
    pub language: String,
    /// Most rooms at once, 1 to 50.
    pub capacity: u16,
    /// Lines served, with the tier in each.
    pub lines: Vec<(LineId, u8)>,
    /// A manager of every line.
    pub all_lines: bool,
}

/// What became of a new account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountCreated {
    /// It is on file.
    Created,
    /// Somebody has this login or another form of it, perhaps a deleted account; nothing was changed.
    LoginTaken,
}

/// Makes an account with its lines, all or nothing. `by` is who does it, for the audit columns.
pub fn create(conn: &mut AnyConnection, new: &NewAccount, by: &str, at: Wall) -> QueryResult<AccountCreated> {
    conn.write(|conn| create_within(conn, new, by, at))
}

/// [`create`], in the caller's transaction.
pub fn create_within(conn: &mut AnyConnection, new: &NewAccount, by: &str, at: Wall) -> QueryResult<AccountCreated> {
    let made = on_each!(conn, inner => diesel::insert_into(account::table)
        .values((
            account::account_id.eq(new.id),
            (account::login.eq(&new.login), account::login_key.eq(folded(&new.login))),
            account::email.eq(&new.email),
            account::email_verified_yn.eq(Yn(new.approved)),
            account::password_hash.eq(&new.password_hash),
            account::name.eq(&new.name),
            account::role.eq(new.role),
            (
                account::approve_yn.eq(Yn(new.approved)),
                account::approve_dttm.eq(new.approved.then_some(at)),
                account::approve_id.eq(new.approved.then_some(by)),
            ),
            account::language.eq(&new.language),
            (account::capacity.eq(i32::from(new.capacity)), account::all_lines_yn.eq(Yn(new.all_lines))),
            (account::reg_dttm.eq(at), account::reg_id.eq(by), account::mod_dttm.eq(at), account::mod_id.eq(by)),
        ))
        .on_conflict_do_nothing()
        .execute(inner))?;
    if made == 0 {
        return Ok(AccountCreated::LoginTaken);
    }
    for (line, tier) in &new.lines {
        serve(conn, new.id, *line, *tier, by, at)?;
    }
    Ok(AccountCreated::Created)
}

/// Lets the account serve a line at a tier, or changes the tier.
pub fn serve(
    conn: &mut AnyConnection,
    account: AccountId,
    line: LineId,
    tier: u8,
    by: &str,
    at: Wall,
) -> QueryResult<()> {
    use account_line::dsl;
    on_each!(conn, inner => diesel::insert_into(dsl::account_line)
        .values((
            dsl::account_id.eq(account),
            dsl::line_id.eq(line),
            dsl::tier.eq(i32::from(tier)),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .on_conflict((dsl::account_id, dsl::line_id))
        .do_update()
        .set((dsl::tier.eq(i32::from(tier)), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)))
        .execute(inner))?;
    Ok(())
}

/// The account with this login in any case, width or composition, deleted or not. Of two from before
/// logins were compared so, the one whose login is exactly this.
pub fn by_login(conn: &mut AnyConnection, login: &str) -> QueryResult<Option<Account>> {
    let exact = account::table.filter(account::login.eq(login)).select(Account::as_select()).first(conn).optional()?;
    if exact.is_some() {
        return Ok(exact);
    }
    let key = folded(login);
    account::table.filter(account::login_key.eq(key)).select(Account::as_select()).first(conn).optional()
}

/// The account, deleted or not.
pub fn by_id(conn: &mut AnyConnection, id: AccountId) -> QueryResult<Option<Account>> {
    account::table.find(id).select(Account::as_select()).first(conn).optional()
}

/// Everybody who serves at least one line, is approved and not deleted, by login.
pub fn counsellors(conn: &mut AnyConnection) -> QueryResult<Vec<Account>> {
    account::table
        .filter(account::approve_yn.eq(Yn(true)).and(account::del_yn.eq(Yn(false))))
        .filter(exists(account_line::table.filter(account_line::account_id.eq(account::account_id))))
        .order(account::login)
        .select(Account::as_select())
        .load(conn)
}

/// The version of everybody who serves at least one line, whatever their standing; not of test data.
pub fn versions(conn: &mut AnyConnection) -> QueryResult<Vec<(AccountId, i32)>> {
    account::table
        .filter(account::test_yn.eq(Yn(false)))
        .filter(exists(account_line::table.filter(account_line::account_id.eq(account::account_id))))
        .select((account::account_id, account::version))
        .load(conn)
}

/// The names of these accounts.
pub fn names(conn: &mut AnyConnection, ids: &[AccountId]) -> QueryResult<HashMap<AccountId, String>> {
    let rows: Vec<(AccountId, String)> = account::table
        .filter(account::account_id.eq_any(ids.to_vec()))
        .select((account::account_id, account::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The lines an account serves, with the tier in each.
pub fn lines_of(conn: &mut AnyConnection, id: AccountId) -> QueryResult<Vec<(LineId, u8)>> {
    let rows: Vec<(LineId, i32)> = account_line::table
        .filter(account_line::account_id.eq(id))
        .order(account_line::line_id)
        .select((account_line::line_id, account_line::tier))
        .load(conn)?;
    // CHECK (TIER BETWEEN 0 AND 255)
    Ok(rows.into_iter().map(|(line, tier)| (line, u8::try_from(tier).unwrap_or(u8::MAX))).collect())
}

/// How many admins there are that were approved and not deleted.
pub fn count_admins(conn: &mut AnyConnection) -> QueryResult<u32> {
    let admins: i64 = account::table
        .filter(account::role.eq(AccountRole::Admin))
        .filter(account::approve_yn.eq(Yn(true)).and(account::del_yn.eq(Yn(false))))
        .count()
        .get_result(conn)?;
    Ok(u32::try_from(admins).unwrap_or(u32::MAX))
}

/// Accounts by id, `count` of them after `after`: to walk all of them without holding a page open.
pub fn after(conn: &mut AnyConnection, after: Option<AccountId>, count: u32) -> QueryResult<Vec<Account>> {
    let mut query =
        account::table.order(account::account_id).limit(count.into()).select(Account::as_select()).into_boxed();
    if let Some(after) = after {
        query = query.filter(account::account_id.gt(after));
    }
    query.load(conn)
}

/// The accounts that mail to this address reaches: its owner has shown that it is theirs.
pub fn by_verified_email(conn: &mut AnyConnection, email: &str) -> QueryResult<Vec<Account>> {
    account::table
        .filter(account::email.eq(email).and(account::email_verified_yn.eq(Yn(true))))
        .filter(account::del_yn.eq(Yn(false)))
        .order(account::account_id)
        .limit(SAME_EMAIL_MAX)
        .select(Account::as_select())
        .load(conn)
}

/// Who still has log-ins on file although their validity ended after `from` and by `to`.
pub fn ended_between(conn: &mut AnyConnection, from: Wall, to: Wall) -> QueryResult<Vec<AccountId>> {
    account::table
        .filter(account::valid_until.gt(from).and(account::valid_until.le(to)))
        .filter(exists(account_session::table.filter(account_session::account_id.eq(account::account_id))))
        .select(account::account_id)
        .load(conn)
}
