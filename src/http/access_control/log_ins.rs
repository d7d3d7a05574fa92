//! One's own log-ins: which there are, and an end to those that should not be.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::actors::SocketsOf;
use crate::app::App;
use crate::http::access_control::credential::Credential;
use crate::http::access_control::revocation;
use crate::http::access_control::revocation::end_own;
use crate::http::ask;
use crate::http::gate::staff::{Acting, Staff, idle_before};
use crate::http::kit::change::change;
use crate::http::kit::cursor::{self, Page};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Nothing, Params, PathId, page_limit};
use crate::ids::SessionId;
use crate::storage::AnyConnection;
use crate::storage::people::sessions::{self, LogIn};
use crate::time::Wall;

/// What `GET /api/v1/sessions` takes.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LogInsQuery {
    /// Rows in the page; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// A log-in.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogInView {
    id: SessionId,
    made_at: Wall,
    last_used_at: Wall,
    /// From where it was made.
    address: Option<String>,
    /// What the browser or program called itself then.
    agent: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
}

/// How many log-ins ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogInsEnded {
    ended: usize,
}

/// One's own log-ins, the newest first.
#[utoipa::path(get, path = "/api/v1/sessions", tag = "session", params(LogInsQuery),
    responses((status = 200, description = "One's own log-ins", body = Page<LogInView>)))]
pub async fn list(
    app: web::Data<App>,
    staff: Staff,
    Params(query): Params<LogInsQuery>,
) -> Result<web::Json<Page<LogInView>>, AppError> {
    let (limit, after) = (page_limit(query.limit)?, cursor::decode(query.after.as_deref())?);
    let (account, now) = (staff.session.account.id, app.clock.now().wall);
    let page =
        ask(&app, move |conn| sessions::of_account(conn, account, (idle_before(now), now), after, limit)).await?;
    let show = |log_in: LogIn| {
        let LogIn { id, made_at, last_used_at, address, agent } = log_in;
        LogInView { id, made_at, last_used_at, address, agent, current: staff.credential == Credential::LogIn(id) }
    };
    Ok(web::Json(Page::of(page, show)))
}

/// Ends a log-in of one's own: its sockets and streams close.
#[utoipa::path(delete, path = "/api/v1/sessions/{id}", tag = "session",
    params(("id" = SessionId, Path, description = "The log-in")),
    responses((status = 204, description = "It has ended")))]
pub async fn end(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<SessionId>,
    _nothing: Body<Nothing>,
) -> Result<HttpResponse, AppError> {
    let take = move |conn: &mut AnyConnection, owner| sessions::delete_own(conn, owner, id);
    end_own(&app, &acting, id, "LOG_IN_ENDED", json!({"session": id}), take).await
}

/// Ends all one's other log-ins. API tokens stay.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "session",
    responses((status = 200, description = "How many ended", body = LogInsEnded)))]
pub async fn end_others(
    app: web::Data<App>,
    acting: Acting,
    _nothing: Body<Nothing>,
) -> Result<web::Json<LogInsEnded>, AppError> {
    let (account, kept) = (acting.staff.session.account.id, acting.staff.session.id);
    let by = acting.by();
    let clock = app.clock.clone();
    let ended = change(&app, &acting, move |conn, trail| {
        let others = sessions::others_of(conn, account, kept)?;
        revocation::on_file(conn, SocketsOf::OthersOf(account, kept), &by, clock.now().wall)?;
        trail.note("LOG_INS_ENDED", "ACCOUNT", account, json!({"log_ins": others.len()}));
        Ok(others)
    })
    .await?;
    // One by one: what tokens have open stays.
    for id in &ended {
        revocation::at_once(&app, SocketsOf::Session(*id));
    }
    Ok(web::Json(LogInsEnded { ended: ended.len() }))
}
