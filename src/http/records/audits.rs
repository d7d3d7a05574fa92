//! The audit, for managers and admins to search, each what is theirs: see [`audit_list`].

use actix_web::web;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::http::gate::staff::Staff;
use crate::http::kit::cursor::Page;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Params, page_limit};
use crate::protocol::FaultCode;
use crate::storage::history::audit::{Entry, Filter};
use crate::storage::history::audit_list;
use crate::time::Wall;

/// What the list may be narrowed to.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditsQuery {
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

/// Searches the audit, the newest entries first. A manager of lines finds what was done to things and
/// people of these, to group rooms, and what they did themselves; a page may be short and have a `next`.
#[utoipa::path(get, path = "/api/v1/audits", tag = "audits", params(AuditsQuery),
    responses((status = 200, description = "A page of the audit", body = Page<AuditView>)))]
pub async fn list(
    app: web::Data<App>,
    staff: Staff,
    Params(query): Params<AuditsQuery>,
) -> Result<web::Json<Page<AuditView>>, AppError> {
    let limit = page_limit(query.limit)?;
    if let (Some(from), Some(to)) = (query.from, query.to)
        && to <= from
    {
        return Err(AppError::out_of_bounds("to", (FaultCode::Moment, "is not after `from`; give a later moment")));
    }
    let filter = Filter {
        actor: query.actor,
        subject: query.subject,
        action: query.action,
        from: query.from.map(Wall::from),
        to: query.to.map(Wall::from),
    };
    let (me, scope) = (staff.session.account.id, staff.scope(&app).await?);
    let found = staff.recent(&app, move |conn| audit_list::list(conn, me, &scope, &filter, query.after, limit)).await?;
    let next = found.next.map(|next| next.to_string());
    Ok(web::Json(Page { items: found.items.into_iter().map(AuditView::from).collect(), next }))
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
