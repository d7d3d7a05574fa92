//! Logging in and out, and who I am.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpResponse, web};
use diesel::QueryResult;
use serde::{Deserialize, Serialize};

use super::error::AppError;
use super::extract::{Body, Nothing, text};
use super::origin::COOKIE_NAME;
use super::staff::{Origin, SESSION_MAX_S, Staff, may_log_in};
use super::{Gate, ask, secret};
use crate::app::App;
use crate::ids::{AccountId, SessionId};
use crate::storage::AnyConnection;
use crate::storage::accounts::{self, Account};
use crate::storage::lines;
use crate::storage::sessions::{self, NewSession};
use crate::time::Wall;

/// Most characters of a login.
pub const LOGIN_CHARS_MAX: usize = 100;

/// The body of `POST /api/v1/session`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    login: String,
    password: String,
}

/// An account as its owner sees it.
#[derive(Debug, Serialize)]
pub struct Me {
    id: AccountId,
    login: String,
    name: String,
    role: &'static str,
    lines: Vec<String>,
    capacity: u16,
}

/// `{account}`
#[derive(Debug, Serialize)]
pub struct Answer {
    account: Me,
}

/// `POST /api/v1/session`
pub async fn log_in(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    origin: Origin,
    Body(given): Body<LogIn>,
) -> Result<HttpResponse, AppError> {
    let login = text("login", &given.login, LOGIN_CHARS_MAX)?;
    let address = origin.address;
    gate.tries.check(&login, address)?;
    let wanted = login.clone();
    let account = ask(&app, move |conn| accounts::by_login(conn, &wanted)).await?;
    let kept = account.as_ref().map(|account| account.password_hash.clone());
    let fits = gate.passwords.verify(given.password, kept).await?;
    let now = app.clock.now().wall;
    let Some(account) = account.filter(|account| fits && may_log_in(account, now)) else {
        gate.tries.failed(&login, address);
        return Err(AppError::bad_login());
    };
    let token = secret::draw();
    let session = NewSession {
        id: SessionId(app.clock.new_id()),
        account: account.id,
        token_hash: secret::hash(&token),
        expires_at: Wall(now.0 + SESSION_MAX_S * 1_000_000),
    };
    let me = ask(&app, move |conn| {
        sessions::create(conn, &session, now)?;
        me(conn, account)
    })
    .await?;
    Ok(HttpResponse::Ok().cookie(cookie(&gate, token)).json(Answer { account: me }))
}

/// `GET /api/v1/session`
pub async fn who(app: web::Data<App>, Staff { session, .. }: Staff) -> Result<web::Json<Answer>, AppError> {
    let account = ask(&app, move |conn| me(conn, session.account)).await?;
    Ok(web::Json(Answer { account }))
}

/// `DELETE /api/v1/session`
pub async fn log_out(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    Staff { session, .. }: Staff,
    Body(_): Body<Nothing>,
) -> Result<HttpResponse, AppError> {
    let id = session.id;
    ask(&app, move |conn| sessions::delete(conn, id)).await?;
    app.sockets.end_session(id);
    let mut gone = cookie(&gate, String::new());
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

fn me(conn: &mut AnyConnection, account: Account) -> QueryResult<Me> {
    let serves = accounts::lines_of(conn, account.id)?;
    let mut topics: Vec<String> = lines::all(conn)?
        .into_iter()
        .filter(|line| serves.iter().any(|(served, _)| *served == line.id))
        .map(|line| line.topic)
        .collect();
    topics.dedup();
    Ok(Me {
        id: account.id,
        login: account.login,
        name: account.name,
        role: account.role.code(),
        lines: topics,
        capacity: account.capacity,
    })
}

fn cookie(gate: &Gate, token: String) -> Cookie<'static> {
    Cookie::build(COOKIE_NAME, token)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(gate.origins.is_https)
        .finish()
}
