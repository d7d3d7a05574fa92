//! The audit, for managers and admins to search.

use actix_web::web;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::cursor::Page;
use super::error::AppError;
use super::extract::{Params, page_limit};
use super::recent;
use super::staff::Staff;
use crate::app::App;
use crate::protocol::FaultCode;
use crate::storage::audit::{self, Entry, Filter};
use crate::time::Wall;

/// What the list may be narrowed to.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Who did it: an account's id, `ANYONE` or `SYSTEM`.
    actor: Option<String>,
    /// To which thing: its id.
    subject: Option<String>,
    /// What was done, such as `ACCOUNT_APPROVED`.
    action: Option<String>,
    /// Then or later.
    from: Option<DateTime<Utc>>,
    /// Before then; later than `from`.
    to: Option<DateTime<Utc>>,
    /// Entries in the page; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<i32>,
}

/// An entry.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditView {
    seq: i32,
    at: Wall,
    actor: String,
    actor_name: String,
    actor_role: String,
    address: String,
    request_id: String,
    action: String,
    subject_kind: String,
    subject_id: String,
    detail: Value,
    hash: String,
}

/// Searches the audit, the newest entries first.
#[utoipa::path(get, path = "/api/v1/audits", tag = "audits", params(Wanted),
    responses((status = 200, description = "A page of the audit", body = Page<AuditView>)))]
pub async fn list(
    app: web::Data<App>,
    staff: Staff,
    Params(wanted): Params<Wanted>,
) -> Result<web::Json<Page<AuditView>>, AppError> {
    let limit = page_limit(wanted.limit)?;
    if let (Some(from), Some(to)) = (wanted.from, wanted.to)
        && to <= from
    {
        return Err(AppError::out_of_bounds("to", (FaultCode::Moment, "is not after `from`; give a later moment")));
    }
    let filter = Filter {
        actor: wanted.actor,
        subject: wanted.subject,
        action: wanted.action,
        from: wanted.from.map(Wall::from),
        to: wanted.to.map(Wall::from),
    };
    let mut found = recent(&app, &staff, move |conn| audit::list(conn, &filter, wanted.after, limit + 1)).await?;
    let has_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| has_more).map(|last| last.seq.to_string());
    Ok(web::Json(Page { items: found.into_iter().map(AuditView::from).collect(), next }))
}

impl From<Entry> for AuditView {
    fn from(entry: Entry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor,
            actor_name: entry.actor_name,
            actor_role: entry.actor_role,
            address: entry.address,
            request_id: entry.request_id,
            action: entry.action,
            subject_kind: entry.subject_kind,
            subject_id: entry.subject_id,
            detail: serde_json::from_str(&entry.detail).unwrap_or(Value::Null),
            hash: entry.hash,
        }
    }
}
