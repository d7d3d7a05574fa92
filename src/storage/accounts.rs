//! People with a log-in, the lines they serve, and the places they have taken.

use std::collections::HashMap;

use diesel::dsl::exists;
use diesel::prelude::*;

use super::AnyConnection;
use super::connection::on_each;
use super::schema::{account, account_line, consultation};
use super::tickets::Status;
use super::types::Yn;
use crate::ids::{AccountId, LineId};
use crate::protocol::Intent;
use crate::time::Wall;

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

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = account)]
pub struct Account {
    /// The account.
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
    /// Why.
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
    /// Why paused.
    pub intent_reason: Option<String>,
    /// Most rooms at once.
    #[diesel(deserialize_as = i32)]
    pub capacity: u16,
    /// Places taken: open rooms and wrap-ups.
    #[diesel(deserialize_as = i32)]
    pub rooms_open: u32,
}

/// An account to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// The account.
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
    /// Most rooms at once, 1 to 50.
    pub capacity: u16,
    /// Lines served, with the tier in each.
    pub lines: Vec<(LineId, u8)>,
}

/// What became of a new account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountCreated {
    /// It is on file.
    Created,
    /// Somebody has this login, perhaps a deleted account; nothing was changed.
    LoginTaken,
}

/// Makes an account with its lines, all or nothing. `by` is who does it, for the audit columns.
pub fn create(conn: &mut AnyConnection, new: &NewAccount, by: &str, at: Wall) -> QueryResult<AccountCreated> {
    conn.write(|conn| {
        let made = on_each!(conn, inner => diesel::insert_into(account::table)
            .values((
                account::account_id.eq(new.id),
                account::login.eq(&new.login),
                account::email.eq(&new.email),
                account::email_verified_yn.eq(Yn(new.approved)),
                account::password_hash.eq(&new.password_hash),
                account::name.eq(&new.name),
                account::role.eq(new.role),
                account::approve_yn.eq(Yn(new.approved)),
                account::capacity.eq(i32::from(new.capacity)),
                (account::reg_dttm.eq(at), account::reg_id.eq(by), account::mod_dttm.eq(at), account::mod_id.eq(by)),
            ))
            .on_conflict(account::login)
            .do_nothing()
            .execute(inner))?;
        if made == 0 {
            return Ok(AccountCreated::LoginTaken);
        }
        for (line, tier) in &new.lines {
            serve(conn, new.id, *line, *tier, by, at)?;
        }
        Ok(AccountCreated::Created)
    })
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

/// The account with this login, deleted or not.
pub fn by_login(conn: &mut AnyConnection, login: &str) -> QueryResult<Option<Account>> {
    account::table.filter(account::login.eq(login)).select(Account::as_select()).first(conn).optional()
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

/// How many admins there are that could log in.
pub fn count_admins(conn: &mut AnyConnection) -> QueryResult<u32> {
    let admins: i64 = account::table
        .filter(account::role.eq(AccountRole::Admin))
        .filter(account::approve_yn.eq(Yn(true)).and(account::del_yn.eq(Yn(false))))
        .count()
        .get_result(conn)?;
    Ok(u32::try_from(admins).unwrap_or(u32::MAX))
}

/// Counts again what every counsellor has taken: open consultations and wrap-ups. At start, before
/// anything is matched; says how many accounts had it wrong.
pub fn repair_rooms_open(conn: &mut AnyConnection, at: Wall) -> QueryResult<usize> {
    conn.write(|conn| {
        let mut held = Vec::<AccountId>::new();
        for status in [Status::Talking, Status::WrapUp] {
            held.extend(
                consultation::table
                    .filter(status.is_it())
                    .filter(consultation::counsellor_id.is_not_null())
                    .select(consultation::counsellor_id.assume_not_null())
                    .load::<AccountId>(conn)?,
            );
        }
        let mut taken = std::collections::HashMap::<AccountId, i32>::new();
        for counsellor in held {
            *taken.entry(counsellor).or_default() += 1;
        }
        let booked: Vec<(AccountId, i32)> =
            account::table.select((account::account_id, account::rooms_open)).load(conn)?;
        let mut repaired = 0;
        for (id, on_file) in booked {
            let counted = taken.get(&id).copied().unwrap_or(0);
            if counted != on_file {
                diesel::update(account::table.find(id))
                    .set((account::rooms_open.eq(counted), account::mod_dttm.eq(at)))
                    .execute(conn)?;
                repaired += 1;
            }
        }
        Ok(repaired)
    })
}

/// Takes a place of the counsellor's capacity; `false` if there is none free (R9).
pub(crate) fn take_place(conn: &mut AnyConnection, id: AccountId, at: Wall) -> QueryResult<bool> {
    #[cfg(not(feature = "broken-unconditional-match"))]
    let free = account::rooms_open.lt(account::capacity);
    // BROKEN BUILD: whoever proposes, gets.
    #[cfg(feature = "broken-unconditional-match")]
    let free = account::rooms_open.ge(0);
    let taken = diesel::update(account::table.find(id).filter(free))
        .set((account::rooms_open.eq(account::rooms_open + 1), account::mod_dttm.eq(at)))
        .execute(conn)?;
    Ok(taken == 1)
}

/// Gives a place back. A count that was wrong never goes below nought.
pub(crate) fn free_place(conn: &mut AnyConnection, id: AccountId, at: Wall) -> QueryResult<()> {
    diesel::update(account::table.find(id).filter(account::rooms_open.gt(0)))
        .set((account::rooms_open.eq(account::rooms_open - 1), account::mod_dttm.eq(at)))
        .execute(conn)?;
    Ok(())
}

/// What a counsellor wants, from the journal. `capacity` is left as it is if `None`.
pub(crate) fn set_intent(
    conn: &mut AnyConnection,
    id: AccountId,
    intent: Intent,
    reason: Option<&str>,
    capacity: Option<u16>,
    at: Wall,
) -> QueryResult<()> {
    let by = id.to_string();
    diesel::update(account::table.find(id))
        .set((
            account::intent.eq(intent),
            account::intent_reason.eq(reason),
            capacity.map(|capacity| account::capacity.eq(i32::from(capacity))),
            account::mod_dttm.eq(at),
            account::mod_id.eq(by),
        ))
        .execute(conn)?;
    Ok(())
}
