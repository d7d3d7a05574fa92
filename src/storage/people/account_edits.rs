//! Changes of accounts. An edit names the version it was made from, and nothing happens if another
//! is on file: two people who edit at once cannot undo each other unknowingly.

use diesel::prelude::*;

use crate::ids::{AccountId, LineId};
use crate::storage::AnyConnection;
use crate::storage::engine::connection::on_each;
use crate::storage::engine::flag::Yn;
use crate::storage::engine::installation;
use crate::storage::people::accounts::{Account, AccountRole, serve};
use crate::storage::schema::{account, account_line};
use crate::time::Wall;

/// Under this name stands the row that whoever may take an admin away holds meanwhile.
const ADMINS: &str = "ADMINS";

/// Which account is edited, from which version, by whom and when.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'a> {
    pub id: AccountId,
    /// The version that was read.
    pub version: i32,
    /// Who does it, for the audit columns.
    pub by: &'a str,
    pub at: Wall,
}

/// What an edit changes. Start from one of the functions below, or from the default, which changes
/// nothing.
#[derive(Clone, Debug, Default, AsChangeset)]
#[diesel(table_name = account)]
pub struct Changes {
    name: Option<String>,
    language: Option<String>,
    role: Option<AccountRole>,
    password_hash: Option<String>,
    capacity: Option<i32>,
    email: Option<Option<String>>,
    email_verified_yn: Option<Yn>,
    approve_yn: Option<Yn>,
    approve_dttm: Option<Option<Wall>>,
    approve_id: Option<Option<String>>,
    suspend_yn: Option<Yn>,
    suspend_reason: Option<Option<String>>,
    valid_from: Option<Option<Wall>>,
    valid_until: Option<Option<Wall>>,
    valid_reason: Option<Option<String>>,
    del_yn: Option<Yn>,
    del_dttm: Option<Option<Wall>>,
    del_id: Option<Option<String>>,
    del_reason: Option<Option<String>>,
    all_lines_yn: Option<Yn>,
}

impl Changes {
    /// Staff have looked at them and let them in.
    #[must_use]
    pub fn approved(by: &str, at: Wall) -> Self {
        Self {
            approve_yn: Some(Yn(true)),
            approve_dttm: Some(Some(at)),
            approve_id: Some(Some(by.to_owned())),
            ..Self::default()
        }
    }

    /// Access is taken away for now.
    #[must_use]
    pub fn suspended(reason: &str) -> Self {
        Self { suspend_yn: Some(Yn(true)), suspend_reason: Some(Some(reason.to_owned())), ..Self::default() }
    }

    /// Access is given back.
    #[must_use]
    pub fn resumed() -> Self {
        Self { suspend_yn: Some(Yn(false)), suspend_reason: Some(None), ..Self::default() }
    }

    /// The account is deleted; its approval stays readable.
    #[must_use]
    pub fn deleted(by: &str, reason: &str, at: Wall) -> Self {
        Self {
            del_yn: Some(Yn(true)),
            del_dttm: Some(Some(at)),
            del_id: Some(Some(by.to_owned())),
            del_reason: Some(Some(reason.to_owned())),
            ..Self::default()
        }
    }

    /// The account is back as it was.
    #[must_use]
    pub fn restored() -> Self {
        Self {
            del_yn: Some(Yn(false)),
            del_dttm: Some(None),
            del_id: Some(None),
            del_reason: Some(None),
            ..Self::default()
        }
    }

    /// From when and until when they may log in; `None` is no bound.
    #[must_use]
    pub fn valid(from: Option<Wall>, until: Option<Wall>, reason: &str) -> Self {
        Self {
            valid_from: Some(from),
            valid_until: Some(until),
            valid_reason: Some(Some(reason.to_owned())),
            ..Self::default()
        }
    }

    /// The name others see, and the language of their mail (`ko` or `en`); `None` stays.
    #[must_use]
    pub fn person(name: Option<String>, language: Option<String>) -> Self {
        Self { name, language, ..Self::default() }
    }

    /// Another password, argon2id in PHC form.
    #[must_use]
    pub fn password(hash: &str) -> Self {
        Self::default().with_password(hash)
    }

    /// Their mail address was shown to be theirs.
    #[must_use]
    pub fn verified() -> Self {
        Self { email_verified_yn: Some(Yn(true)), ..Self::default() }
    }

    /// With this mail address, not yet verified.
    #[must_use]
    pub fn with_email(self, email: Option<String>) -> Self {
        Self { email: Some(email), email_verified_yn: Some(Yn(false)), ..self }
    }

    /// And another password, argon2id in PHC form.
    #[must_use]
    pub fn with_password(self, hash: &str) -> Self {
        Self { password_hash: Some(hash.to_owned()), ..self }
    }

    /// With this role; `None` stays.
    #[must_use]
    pub fn with_role(self, role: Option<AccountRole>) -> Self {
        Self { role, ..self }
    }

    /// A manager of every line, or of those they are given; `None` stays.
    #[must_use]
    pub fn with_all_lines(self, all_lines: Option<bool>) -> Self {
        Self { all_lines_yn: all_lines.map(Yn), ..self }
    }

    /// With room for so many at once, 1 to 50; `None` stays.
    #[must_use]
    pub fn with_capacity(self, capacity: Option<u16>) -> Self {
        Self { capacity: capacity.map(i32::from), ..self }
    }
}

/// Makes the changes; `false` if another version is on file, and then nothing is changed.
pub fn edit(conn: &mut AnyConnection, edit: &Edit<'_>, changes: &Changes) -> QueryResult<bool> {
    let edited = diesel::update(account::table.find(edit.id).filter(account::version.eq(edit.version)))
        .set((
            changes,
            account::version.eq(edit.version + 1),
            account::mod_dttm.eq(edit.at),
            account::mod_id.eq(edit.by),
        ))
        .execute(conn)?;
    Ok(edited == 1)
}

/// Changes what nobody edits side by side, whatever the version: the owner's password, a verified
/// address.
pub fn set(conn: &mut AnyConnection, id: AccountId, changes: &Changes, by: &str, at: Wall) -> QueryResult<()> {
    diesel::update(account::table.find(id))
        .set((changes, account::version.eq(account::version + 1), account::mod_dttm.eq(at), account::mod_id.eq(by)))
        .execute(conn)?;
    Ok(())
}

/// Makes `lines` all the lines the account serves.
pub fn set_lines(
    conn: &mut AnyConnection,
    id: AccountId,
    lines: &[(LineId, u8)],
    by: &str,
    at: Wall,
) -> QueryResult<()> {
    let kept: Vec<LineId> = lines.iter().map(|(line, _)| *line).collect();
    let others = account_line::table.filter(account_line::account_id.eq(id).and(account_line::line_id.ne_all(kept)));
    on_each!(conn, inner => diesel::delete(others).execute(inner))?;
    for (line, tier) in lines {
        serve(conn, id, *line, *tier, by, at)?;
    }
    Ok(())
}

/// Waits until nobody else may be taking an admin away, and keeps others from it until the
/// transaction ends. Call it before the account is read.
pub fn hold_admins(conn: &mut AnyConnection, at: Wall) -> QueryResult<()> {
    installation::settled(conn, ADMINS, at).map(|_| ())
}

/// Whether somebody is left who runs accounts, after an account that was `before` became `after`.
/// An admin whose validity will end does not count as long as there is one without an end.
pub fn leaves_an_admin(conn: &mut AnyConnection, before: &Account, after: &Account, at: Wall) -> QueryResult<bool> {
    let counts = |account: &Account| account.role == AccountRole::Admin && account.may_log_in(at);
    let stays = |account: &Account| counts(account) && account.valid_until.is_none();
    if !counts(before) || stays(after) || (counts(after) && !stays(before)) {
        return Ok(true);
    }
    let others: Vec<Account> = account::table
        .filter(account::role.eq(AccountRole::Admin).and(account::account_id.ne(before.id)))
        .filter(account::approve_yn.eq(Yn(true)).and(account::del_yn.eq(Yn(false))))
        .select(Account::as_select())
        .load(conn)?;
    Ok(if stays(before) { others.iter().any(stays) } else { others.iter().any(counts) })
}
