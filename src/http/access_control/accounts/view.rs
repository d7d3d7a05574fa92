//! An account as others see it.

use std::collections::HashMap;

use actix_web::web;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::viewer;
use crate::app::App;
use crate::http::ask;
use crate::http::gate::staff::Acting;
use crate::http::kit::change::seen;
use crate::http::kit::cursor::{self, Page};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Params, PathId, line, page_limit};
use crate::ids::{AccountId, LineId};
use crate::protocol::FaultCode;
use crate::storage::people::account_list::{self, Filter, OfLine, ServedLine, State};
use crate::storage::people::accounts::{self, Account, AccountRole};
use crate::time::Wall;

/// Most characters looked for.
const Q_CHARS_MAX: usize = 100;

/// What the list may be narrowed to.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AccountsQuery {
    /// `PENDING`, `ACTIVE`, `SUSPENDED`, `EXPIRED` or `DELETED`.
    state: Option<String>,
    /// `COUNSELLOR`, `MANAGER` or `ADMIN`.
    role: Option<String>,
    /// Who serves this line: its id, or a topic.
    line: Option<String>,
    /// Part of the login, the name or the mail address.
    #[param(max_length = 100)]
    q: Option<String>,
    /// Accounts in the page; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// A line somebody serves.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServedView {
    line: LineId,
    topic: String,
    /// 0 is asked first.
    tier: u8,
}

/// An account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountView {
    id: AccountId,
    login: String,
    name: String,
    email: Option<String>,
    email_verified: bool,
    #[schema(value_type = AccountRole)]
    role: &'static str,
    language: String,
    approved: bool,
    approved_at: Option<Wall>,
    approved_by: Option<String>,
    suspended: bool,
    suspend_reason: Option<String>,
    deleted: bool,
    deleted_at: Option<Wall>,
    delete_reason: Option<String>,
    valid_from: Option<Wall>,
    valid_until: Option<Wall>,
    valid_reason: Option<String>,
    capacity: u16,
    lines: Vec<ServedView>,
    /// A manager of every line, also of those to come; others see what is of `lines`.
    all_lines: bool,
    second_factor: bool,
    /// An edit names it.
    version: i32,
    made_at: Wall,
    /// It is test data: nobody can log in with it, and it counts nowhere.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    test: bool,
}

/// The accounts one may know of, the newest first.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts", params(AccountsQuery),
    responses((status = 200, description = "A page of accounts", body = Page<AccountView>)))]
pub async fn list(
    app: web::Data<App>,
    acting: Acting,
    Params(query): Params<AccountsQuery>,
) -> Result<web::Json<Page<AccountView>>, AppError> {
    let limit = page_limit(query.limit)?;
    let after = cursor::decode(query.after.as_deref())?;
    let looked_for = json!({"state": query.state, "role": query.role, "line": query.line, "q": query.q});
    let (filter, viewer) = (query.filter()?, viewer(&app, &acting).await?);
    let now = app.clock.now().wall;
    let (page, served) = acting
        .staff
        .recent(&app, move |conn| {
            let page = account_list::list(conn, viewer.id, &viewer.scope, &filter, after, limit, now)?;
            let ids: Vec<AccountId> = page.items.iter().map(|account| account.id).collect();
            Ok((page, account_list::served(conn, &ids)?))
        })
        .await?;
    seen(&app, &acting, "ACCOUNTS_LISTED", "ACCOUNT", "", looked_for).await?;
    Ok(web::Json(Page::of(page, |account| AccountView::of(account, &served))))
}

/// One account: one's own, or one that the list would show.
#[utoipa::path(get, path = "/api/v1/accounts/{id}", tag = "accounts",
    params(("id" = AccountId, Path, description = "The account")),
    responses((status = 200, description = "The account", body = AccountView)))]
pub async fn read(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<AccountId>,
) -> Result<web::Json<AccountView>, AppError> {
    let viewer = viewer(&app, &acting).await?;
    let me = viewer.id;
    let view = ask(&app, move |conn| {
        let Some(account) = accounts::by_id(conn, id)? else { return Ok(None) };
        if !viewer.sees(conn, &account)? {
            return Ok(None);
        }
        AccountView::read(conn, account).map(Some)
    })
    .await?
    .ok_or_else(AppError::not_found)?;
    if id != me {
        seen(&app, &acting, "ACCOUNT_READ", "ACCOUNT", id, json!({})).await?;
    }
    Ok(web::Json(view))
}

impl AccountsQuery {
    /// What is wanted, within its bounds.
    fn filter(self) -> Result<Filter, AppError> {
        let state = self.state.map(|code| {
            State::from_code(&code).ok_or_else(|| {
                let reason = "is none of PENDING, ACTIVE, SUSPENDED, EXPIRED, DELETED";
                AppError::out_of_bounds("state", (FaultCode::Choice, reason))
            })
        });
        let q = self.q.filter(|q| !q.trim().is_empty());
        let q = q.map(|q| line("q", &q, Q_CHARS_MAX)).transpose()?;
        let line = self.line.map(|line| line.parse().map_or(OfLine::Topic(line), OfLine::Id));
        Ok(Filter { state: state.transpose()?, role: self.role.map(|code| role(&code)).transpose()?, line, q })
    }
}

impl AccountView {
    /// `account` with the lines it serves.
    pub(super) fn read(conn: &mut crate::storage::AnyConnection, account: Account) -> diesel::QueryResult<Self> {
        let served = account_list::served(conn, &[account.id])?;
        Ok(Self::of(account, &served))
    }

    fn of(account: Account, served: &HashMap<AccountId, Vec<ServedLine>>) -> Self {
        let lines = served.get(&account.id).into_iter().flatten();
        Self {
            id: account.id,
            login: account.login,
            name: account.name,
            email: account.email,
            email_verified: account.email_verified,
            role: account.role.code(),
            language: account.language,
            approved: account.approved,
            approved_at: account.approved_at,
            approved_by: account.approved_by,
            suspended: account.suspended,
            suspend_reason: account.suspend_reason,
            deleted: account.deleted,
            deleted_at: account.deleted_at,
            delete_reason: account.delete_reason,
            valid_from: account.valid_from,
            valid_until: account.valid_until,
            valid_reason: account.valid_reason,
            capacity: account.capacity,
            lines: lines
                .map(|served| ServedView { line: served.line, topic: served.topic.clone(), tier: served.tier })
                .collect(),
            all_lines: account.all_lines,
            second_factor: account.second_factor,
            version: account.version,
            made_at: account.made_at,
            test: account.test,
        }
    }
}

/// The role with this code.
pub(super) fn role(code: &str) -> Result<AccountRole, AppError> {
    let unknown = (FaultCode::Choice, "is none of COUNSELLOR, MANAGER, ADMIN");
    AccountRole::from_code(code).ok_or_else(|| AppError::out_of_bounds("role", unknown))
}
