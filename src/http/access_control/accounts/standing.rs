//! Whether a person may log in: approval, suspension, deletion, validity, the second factor. Each is
//! a fact of its own: who is deleted can still be seen to have been approved, and by whom.

use actix_web::web;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use serde_json::json;
use utoipa::ToSchema;

use super::change::{ServedLine, capacity, runs_all};
use super::edit::{AccountVersionRequest, Also, Plan, check_lines, check_moment, edit, reason};
use super::view::{AccountView, role};
use crate::app::App;
use crate::http::gate::staff::Acting;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, PathId};
use crate::ids::{AccountId, LineId};
use crate::protocol::FaultCode;
use crate::storage::people::account_edits::Changes;
use crate::storage::people::accounts::AccountRole;
use crate::time::Wall;

/// The body of an approval.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRequest {
    /// The version that was read.
    version: i32,
    #[schema(value_type = Option<AccountRole>)]
    role: Option<String>,
    lines: Option<Vec<ServedLine>>,
    /// Whether a manager runs every line, also those to come; not if left out.
    all_lines: Option<bool>,
    #[schema(minimum = 1, maximum = 50)]
    capacity: Option<u16>,
    /// Also if nobody has shown that the mail address is theirs. Only where there is no mail server,
    /// as nobody could show it there.
    #[serde(default)]
    unverified: bool,
}

/// The body of a change that needs a reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonRequest {
    /// The version that was read.
    version: i32,
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// The body of `PUT /api/v1/accounts/{id}/validity`. A bound that is left out stays; null takes it
/// away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValidityRequest {
    /// The version that was read.
    version: i32,
    /// No log-in before.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    from: Option<Option<DateTime<Utc>>>,
    /// No log-in from then on; later than `from`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    until: Option<Option<DateTime<Utc>>>,
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Tells a null from a field that was left out.
fn given<'de, D: Deserializer<'de>>(field: D) -> Result<Option<Option<DateTime<Utc>>>, D::Error> {
    Option::deserialize(field).map(Some)
}

/// Lets a person in who has signed up.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/approve", tag = "accounts", request_body = ApprovalRequest,
    params(("id" = AccountId, Path, description = "The account")),
    responses((status = 200, description = "Approved", body = AccountView),
        (status = 409, description = "EDITED, ALREADY_APPROVED, NOT_VERIFIED or DELETED")))]
pub async fn approve(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<AccountId>,
    Body(given): Body<ApprovalRequest>,
) -> Result<web::Json<AccountView>, AppError> {
    let role = given.role.map(|code| role(&code)).transpose()?;
    let capacity = given.capacity.map(capacity).transpose()?;
    let lines: Option<Vec<(LineId, u8)>> =
        given.lines.map(|lines| lines.iter().map(|serves| (serves.line, serves.tier)).collect());
    let may_be_unverified = given.unverified && !app.settings.mail;
    let view = edit(&app, &acting, id, given.version, move |conn, _, before, edit| {
        if before.deleted {
            return Err(AppError::conflict("DELETED", "the account is deleted; restore it first"));
        }
        if before.approved {
            return Err(AppError::conflict("ALREADY_APPROVED", "the account is approved already"));
        }
        if !before.email_verified && !may_be_unverified {
            let detail = "they have not yet shown that the mail address is theirs; wait until they follow the link";
            return Err(AppError::conflict("NOT_VERIFIED", detail));
        }
        check_lines(conn, lines.as_deref().unwrap_or_default())?;
        let all_lines = runs_all(given.all_lines, role.unwrap_or(before.role), before.all_lines)?;
        let changes =
            Changes::approved(edit.by, edit.at).with_role(role).with_capacity(capacity).with_all_lines(all_lines);
        let mut detail = json!({
            "role": role.unwrap_or(before.role).code(), "lines": lines, "all_lines": all_lines == Some(true),
            "capacity": capacity,
        });
        if !before.email_verified {
            detail["unverified"] = json!(true);
        }
        let plan = Plan::new("ACCOUNT_APPROVED", detail, changes);
        Ok(Plan { lines: lines.clone(), also: Also::TellApproved, ..plan })
    });
    view.await.map(web::Json)
}

/// Takes access away for now.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/suspend", tag = "accounts", request_body = ReasonRequest,
    params(("id" = AccountId, Path, description = "The account")),
    responses((status = 200, description = "Suspended", body = AccountView),
        (status = 409, description = "EDITED, ALREADY_SUSPENDED or LAST_ADMIN")))]
pub async fn suspend(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<AccountId>,
    Body(given): Body<ReasonRequest>,
) -> Result<web::Json<AccountView>, AppError> {
    let reason = reason(&given.reason)?;
    let view = edit(&app, &acting, id, given.version, move |_, _, before, _| {
        if before.suspended {
            return Err(AppError::conflict("ALREADY_SUSPENDED", "the account is suspended already"));
        }
        let detail = json!({"reason": reason});
        Ok(Plan::new("ACCOUNT_SUSPENDED", detail, Changes::suspended(&reason)).ending())
    });
    view.await.map(web::Json)
}

/// Gives access back.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/resume", tag = "accounts", request_body = AccountVersionRequest,
    params(("id" = AccountId, Path, description = "The account")),
    responses((status = 200, description = "No longer suspended", body = AccountView),
        (status = 409, description = "EDITED or NOT_SUSPENDED")))]
pub async fn resume(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<AccountId>,
    Body(given): Body<AccountVersionRequest>,
) -> Result<web::Json<AccountView>, AppError> {
    let view = edit(&app, &acting, id, given.version, move |_, _, before, _| {
        if !before.suspended {
            return Err(AppError::conflict("NOT_SUSPENDED", "the account is not suspended"));
        }
        Ok(Plan::new("ACCOUNT_RESUMED", json!({}), Changes::resumed()))
    });
    view.await.map(web::Json)
}

/// Deletes an account. Its records stay, and it can be restored.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}", tag = "accounts", request_body = ReasonRequest,
    params(("id" = AccountId, Path, description = "The account")),
    responses((status = 200, description = "Deleted", body = AccountView),
        (status = 409, description = "EDITED, ALREADY_DELETED or LAST_ADMIN")))]
pub async fn delete(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<AccountId>,
    Body(given): Body<ReasonRequest>,
) -> Result<web::Json<AccountView>, AppError> {
    let reason = reason(&given.reason)?;
    let view = edit(&app, &acting, id, given.version, move |_, _, before, edit| {
        if before.deleted {
            return Err(AppError::conflict("ALREADY_DELETED", "the account is deleted already"));
        }
        let detail = json!({"reason": reason});
        Ok(Plan::new("ACCOUNT_DELETED", detail, Changes::deleted(edit.by, &reason, edit.at)).ending())
    });
    view.await.map(web::Json)
}

/// Brings a deleted account back as it was.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/restore", tag = "accounts", request_body = AccountVersionRequest,
    params(("id" = AccountId, Path, description = "The account")),
    responses((status = 200, description = "Restored", body = AccountView),
        (status = 409, description = "EDITED or NOT_DELETED")))]
pub async fn restore(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<AccountId>,
    Body(given): Body<AccountVersionRequest>,
) -> Result<web::Json<AccountView>, AppError> {
    let view = edit(&app, &acting, id, given.version, move |_, _, before, _| {
        if !before.deleted {
            return Err(AppError::conflict("NOT_DELETED", "the account is not deleted"));
        }
        Ok(Plan::new("ACCOUNT_RESTORED", json!({}), Changes::restored()))
    });
    view.await.map(web::Json)
}

/// Sets from when and until when a person may log in. An end that has come counts at once.
#[utoipa::path(put, path = "/api/v1/accounts/{id}/validity", tag = "accounts", request_body = ValidityRequest,
    params(("id" = AccountId, Path, description = "The account")),
    responses((status = 200, description = "Set", body = AccountView),
        (status = 409, description = "EDITED or LAST_ADMIN")))]
pub async fn set_validity(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<AccountId>,
    Body(given): Body<ValidityRequest>,
) -> Result<web::Json<AccountView>, AppError> {
    let reason = reason(&given.reason)?;
    let bound = |field, given: Option<Option<DateTime<Utc>>>| match given {
        None => Ok(None),
        Some(None) => Ok(Some(None)),
        Some(Some(moment)) => check_moment(field, Wall::from(moment)).map(|moment| Some(Some(moment))),
    };
    let (from, until) = (bound("from", given.from)?, bound("until", given.until)?);
    let view = edit(&app, &acting, id, given.version, move |_, viewer, before, edit| {
        if before.role != AccountRole::Counsellor {
            viewer.must_be_admin("the validity of managers and admins")?;
        }
        let (from, until) = (from.unwrap_or(before.valid_from), until.unwrap_or(before.valid_until));
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            let reason = format!("is not after `from`, {from}; give a later moment");
            return Err(AppError::out_of_bounds("until", (FaultCode::Moment, reason)));
        }
        let detail = json!({
            "from": from, "until": until, "reason": reason,
            "from_before": before.valid_from, "until_before": before.valid_until,
        });
        let plan = Plan::new("VALIDITY_SET", detail, Changes::valid(from, until, &reason));
        let is_over = from.is_some_and(|from| from > edit.at) || until.is_some_and(|until| until <= edit.at);
        Ok(if is_over { plan.ending() } else { plan })
    });
    view.await.map(web::Json)
}

/// Takes the second factor of somebody who lost theirs away. Their log-ins end, and they set a new
/// one up.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}/second-factor", tag = "accounts", request_body = AccountVersionRequest,
    params(("id" = AccountId, Path, description = "The account")),
    responses((status = 200, description = "There is none any more", body = AccountView),
        (status = 409, description = "EDITED or NO_SECOND_FACTOR")))]
pub async fn reset_second_factor(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<AccountId>,
    Body(given): Body<AccountVersionRequest>,
) -> Result<web::Json<AccountView>, AppError> {
    let view = edit(&app, &acting, id, given.version, move |_, _, before, _| {
        if !before.second_factor {
            return Err(AppError::conflict("NO_SECOND_FACTOR", "the account has no second factor"));
        }
        let plan = Plan::new("SECOND_FACTOR_RESET", json!({}), Changes::default());
        Ok(Plan { also: Also::NoSecondFactor, ..plan }.ending())
    });
    view.await.map(web::Json)
}
