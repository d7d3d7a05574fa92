//! What a person is: name, language, lines, capacity, role.

use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::Viewer;
use super::edit::{Also, Plan, check_lines, edit};
use super::sign_up::{email as email_of, language as language_of};
use super::view::{AccountView, role as role_of};
use crate::app::App;
use crate::http::gate::secret;
use crate::http::gate::staff::Acting;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, PathId, name};
use crate::http::kit::fault::Fault;
use crate::ids::{AccountId, LineId};
use crate::protocol::{CAPACITY_MAX, NICKNAME_CHARS_MAX};
use crate::storage::AnyConnection;
use crate::storage::people::account_edits::Changes;
use crate::storage::people::accounts::{self, Account, AccountRole};

/// A line to be served.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServedLine {
    pub(super) line: LineId,
    /// 0 is asked first.
    #[serde(default)]
    pub(super) tier: u8,
}

/// The body of `PATCH /api/v1/accounts/{id}`. What is left out stays.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountEdit {
    /// The version that was read.
    version: i32,
    #[schema(min_length = 1, max_length = 40)]
    name: Option<String>,
    /// Admins only; is not verified until the person has followed a link sent to it.
    #[schema(min_length = 1, max_length = 254)]
    email: Option<String>,
    /// `ko` or `en`.
    language: Option<String>,
    #[schema(minimum = 1, maximum = 50)]
    capacity: Option<u16>,
    /// All lines, with the tier in each; none if the list is empty.
    lines: Option<Vec<ServedLine>>,
    /// Whether a manager runs every line, also those to come. Admins only.
    all_lines: Option<bool>,
    /// Admins only; ends the log-ins.
    #[schema(value_type = Option<AccountRole>)]
    role: Option<String>,
}

/// Changes who a person is. What counsels is heard by the matchmaker at once.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "accounts", request_body = AccountEdit,
    params(("id" = AccountId, Path, description = "The account")),
    responses((status = 200, description = "As it is now", body = AccountView),
        (status = 409, description = "EDITED, LAST_ADMIN or EMAIL_TAKEN")))]
pub async fn patch(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<AccountId>,
    Body(wanted): Body<AccountEdit>,
) -> Result<web::Json<AccountView>, AppError> {
    if wanted.email.is_some() || wanted.role.is_some() || wanted.all_lines.is_some() {
        acting.staff.must_be_proven()?;
    }
    let version = wanted.version;
    let wanted = Checked::of(wanted)?;
    let view = edit(&app, &acting, id, version, move |conn, viewer, before, _| wanted.plan(conn, viewer, before));
    view.await.map(web::Json)
}

/// What is wanted, within its bounds.
struct Checked {
    name: Option<String>,
    email: Option<String>,
    language: Option<String>,
    capacity: Option<u16>,
    lines: Option<Vec<(LineId, u8)>>,
    all_lines: Option<bool>,
    role: Option<AccountRole>,
}

impl Checked {
    fn of(wanted: AccountEdit) -> Result<Self, AppError> {
        Ok(Self {
            name: wanted.name.map(|given| name("name", &given, NICKNAME_CHARS_MAX)).transpose()?,
            email: wanted.email.map(|email| email_of(&email)).transpose()?,
            language: wanted.language.map(|language| language_of(Some(&language))).transpose()?,
            capacity: wanted.capacity.map(capacity).transpose()?,
            lines: wanted.lines.map(|lines| lines.iter().map(|serves| (serves.line, serves.tier)).collect()),
            all_lines: wanted.all_lines,
            role: wanted.role.map(|code| role_of(&code)).transpose()?,
        })
    }

    fn plan(&self, conn: &mut AnyConnection, viewer: &Viewer, before: &Account) -> Result<Plan, AppError> {
        let role = self.role.filter(|role| *role != before.role);
        if role.is_some() {
            viewer.must_be_admin("the role")?;
        }
        let email = self.email.as_ref().filter(|email| Some(*email) != before.email.as_ref());
        if let Some(email) = email {
            // Mail to the address sets passwords: who may choose it may take the account over.
            viewer.must_be_admin("the mail address")?;
            if accounts::by_verified_email(conn, email)?.iter().any(|other| other.id != before.id) {
                return Err(AppError::conflict("EMAIL_TAKEN", "another account has this mail address; choose another"));
            }
        }
        if let Some(lines) = &self.lines {
            check_lines(conn, lines)?;
            viewer.may_set_lines(before, &accounts::lines_of(conn, before.id)?, lines)?;
        }
        let all_lines = runs_all(self.all_lines, role.unwrap_or(before.role), before.all_lines)?;
        if all_lines.is_some() {
            viewer.must_be_admin("whether a manager runs every line")?;
        }
        let mut changes = Changes::person(self.name.clone(), self.language.clone())
            .with_capacity(self.capacity)
            .with_role(role)
            .with_all_lines(all_lines);
        if let Some(email) = email {
            changes = changes.with_email(Some(email.clone()));
        }
        let detail = json!({
            "name": self.name, "email": email, "language": self.language, "capacity": self.capacity,
            "lines": self.lines, "all_lines": all_lines, "role": role.map(AccountRole::code), "role_before": role.map(|_| before.role.code()),
        });
        let detail = without_nulls(detail);
        Ok(Plan {
            lines: self.lines.clone(),
            ends: role.is_some(),
            also: if email.is_some() { Also::VerifyEmail(secret::draw()) } else { Also::Nothing },
            ..Plan::new("ACCOUNT_EDITED", detail, changes)
        })
    }
}

impl Viewer {
    /// Refuses a change of lines that are not the manager's to staff, and of their own: by their
    /// lines it is decided what they see.
    fn may_set_lines(
        &self,
        account: &Account,
        present: &[(LineId, u8)],
        wanted: &[(LineId, u8)],
    ) -> Result<(), AppError> {
        let changed = |of: &[(LineId, u8)], other: &[(LineId, u8)]| -> Vec<LineId> {
            of.iter().filter(|served| !other.contains(served)).map(|(line, _)| *line).collect()
        };
        let mut touched = changed(present, wanted);
        touched.extend(changed(wanted, present));
        if touched.is_empty() || self.power == AccountRole::Admin {
            return Ok(());
        }
        if account.id == self.id {
            return Err(AppError::not_allowed("a manager's own lines are changed by admins"));
        }
        if touched.iter().all(|line| self.scope.holds_line(Some(*line))) {
            return Ok(());
        }
        Err(AppError::not_allowed("managers staff their own lines only; leave the others as they are"))
    }
}

/// What becomes of the mark of a manager of every line, for somebody of this role from now on: `None` if it stays.
/// Who stops being a manager loses it, and does not get it back by becoming one again.
pub(super) fn runs_all(given: Option<bool>, role: AccountRole, before: bool) -> Result<Option<bool>, AppError> {
    if role != AccountRole::Manager && given == Some(true) {
        let reason = "is for managers: an admin sees every line, a counsellor none; leave it out";
        return Err(AppError::out_of_bounds("all_lines", reason));
    }
    let wanted = if role == AccountRole::Manager { given.unwrap_or(before) } else { false };
    Ok(Some(wanted).filter(|wanted| *wanted != before))
}

/// Rooms at once, within the bounds.
pub(super) fn capacity(given: u16) -> Result<u16, AppError> {
    if (1..=CAPACITY_MAX).contains(&given) {
        Ok(given)
    } else {
        Err(AppError::out_of_bounds("capacity", Fault::range(given, 1, CAPACITY_MAX.into())))
    }
}

fn without_nulls(mut detail: serde_json::Value) -> serde_json::Value {
    if let Some(fields) = detail.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    detail
}
