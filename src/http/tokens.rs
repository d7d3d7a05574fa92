//! API tokens: with one of them a program acts for an account. Shown once, kept as a hash.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::change::change;
use super::cursor::Page;
use super::error::AppError;
use super::extract::{Body, Nothing, PathId, name};
use super::staff::{Acting, Staff};
use super::{ask, ending, secret};
use crate::actors::Whose;
use crate::app::App;
use crate::ids::{SessionId, TokenId};
use crate::protocol::FaultCode;
use crate::storage::api_tokens::{self, ApiToken, NewToken};
use crate::time::Wall;

/// What every token starts with, so that one is known where it should not be.
pub const PREFIX: &str = "ant_";
/// Most characters of a token's name.
const NAME_CHARS_MAX: usize = 100;
/// Most tokens of one account.
const TOKENS_MAX: usize = 50;

/// The body of `POST /api/v1/tokens`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// For its owner to know it by.
    #[schema(max_length = 100)]
    name: String,
    /// From then on it does not count; never if left out.
    expires_at: Option<DateTime<Utc>>,
}

/// A token, as far as it is shown again.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenView {
    id: TokenId,
    name: String,
    made_at: Wall,
    expires_at: Option<Wall>,
    last_used_at: Option<Wall>,
}

/// A new token.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenMade {
    id: TokenId,
    name: String,
    /// Shown this once.
    token: String,
    expires_at: Option<Wall>,
}

/// One's own tokens, the newest first.
#[utoipa::path(get, path = "/api/v1/tokens", tag = "session",
    responses((status = 200, description = "One's own tokens", body = Page<TokenView>)))]
pub async fn list(app: web::Data<App>, staff: Staff) -> Result<web::Json<Page<TokenView>>, AppError> {
    let account = staff.session.account.id;
    let tokens = ask(&app, move |conn| api_tokens::of_account(conn, account)).await?;
    Ok(web::Json(Page::whole(tokens.into_iter().map(TokenView::from).collect())))
}

/// Makes a token with which a program acts for one.
#[utoipa::path(post, path = "/api/v1/tokens", tag = "session", request_body = Wanted,
    responses((status = 201, description = "The token, shown this once", body = TokenMade)))]
pub async fn make(app: web::Data<App>, acting: Acting, Body(wanted): Body<Wanted>) -> Result<HttpResponse, AppError> {
    acting.staff.by_log_in()?;
    let name = name("name", &wanted.name, NAME_CHARS_MAX)?;
    let now = app.clock.now().wall;
    let expires_at = wanted.expires_at.map(Wall::from);
    if expires_at.is_some_and(|end| end <= now) {
        let reason = "is not in the future; give a later moment or leave it out";
        return Err(AppError::out_of_bounds("expires_at", (FaultCode::Moment, reason)));
    }
    let token = format!("{PREFIX}{}", secret::draw());
    let account = acting.staff.session.account.id;
    let id = TokenId(app.clock.new_id());
    let new = NewToken { id, account, name: name.clone(), token_hash: secret::hash(&token), expires_at };
    change(&app, &acting, move |conn, trail| {
        if api_tokens::of_account(conn, account)?.len() >= TOKENS_MAX {
            let detail = format!("there are {TOKENS_MAX} tokens, which is the most; revoke one that is not used");
            return Err(AppError::conflict("TOO_MANY_TOKENS", detail));
        }
        api_tokens::create(conn, &new, now)?;
        trail.note("TOKEN_MADE", "ACCOUNT", account, json!({"token": id, "name": new.name, "expires_at": expires_at}));
        Ok(())
    })
    .await?;
    Ok(HttpResponse::Created().json(TokenMade { id, name, token, expires_at }))
}

/// Revokes a token of one's own: what it has open is closed.
#[utoipa::path(delete, path = "/api/v1/tokens/{id}", tag = "session",
    params(("id" = TokenId, Path, description = "The token")),
    responses((status = 204, description = "It counts no more")))]
pub async fn revoke(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<TokenId>,
    _nothing: Body<Nothing>,
) -> Result<HttpResponse, AppError> {
    let account = acting.staff.session.account.id;
    let now = app.clock.now().wall;
    change(&app, &acting, move |conn, trail| {
        if !api_tokens::revoke(conn, account, id, now)? {
            return Err(AppError::not_found());
        }
        trail.note("TOKEN_REVOKED", "ACCOUNT", account, json!({"token": id}));
        Ok(())
    })
    .await?;
    ending::at_once(&app, Whose::Session(SessionId(id.0)));
    Ok(HttpResponse::NoContent().finish())
}

impl From<ApiToken> for TokenView {
    fn from(token: ApiToken) -> Self {
        let ApiToken { id, name, expires_at, last_used_at, made_at } = token;
        Self { id, name, made_at, expires_at, last_used_at }
    }
}
