//! API tokens: with one of them a program acts for an account. Shown once, kept as a hash.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::access_control::credential::{Credential, TOKEN_PREFIX};
use crate::http::access_control::notice::Notices;
use crate::http::access_control::revocation::end_own;
use crate::http::ask;
use crate::http::gate::secret;
use crate::http::gate::staff::{Acting, Staff};
use crate::http::kit::change::change;
use crate::http::kit::cursor::Page;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Nothing, PathId, name};
use crate::ids::TokenId;
use crate::mail::Text;
use crate::storage::AnyConnection;
use crate::storage::people::api_tokens::{self, ApiToken, NewToken, TokenScope, TokenScopes};
use crate::time::Wall;

/// Most characters of a token's name.
const NAME_CHARS_MAX: usize = 100;
/// Most tokens of one account.
const TOKENS_MAX: usize = 50;
/// Days a token counts where its owner does not say.
const DAYS_DEFAULT: i64 = 365;
/// Days a token counts at most: a year, however long. A program that nobody remembers does not keep its access for
/// ever.
const DAYS_MAX: i64 = 366;
/// Microseconds in a day.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// The body of `POST /api/v1/tokens`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// For its owner to know it by.
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    /// What it may do, besides what its account may: `read` is every GET, `write` what changes something,
    /// `admin` what is for admins. `["read", "write"]` if left out.
    #[schema(value_type = Option<Vec<TokenScope>>, example = json!(["read"]))]
    scopes: Option<Vec<String>>,
    /// From then on it does not count; at most a year from now, and that if left out.
    expires_at: Option<DateTime<Utc>>,
}

/// A token, as far as it is shown again.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenView {
    id: TokenId,
    name: String,
    #[schema(value_type = Vec<TokenScope>)]
    scopes: Vec<&'static str>,
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
    #[schema(value_type = Vec<TokenScope>)]
    scopes: Vec<&'static str>,
    expires_at: Wall,
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
#[utoipa::path(post, path = "/api/v1/tokens", tag = "session", request_body = TokenRequest,
    responses((status = 201, description = "The token, shown this once", body = TokenMade)))]
pub async fn make(
    app: web::Data<App>,
    acting: Acting,
    Body(wanted): Body<TokenRequest>,
) -> Result<HttpResponse, AppError> {
    let name = name("name", &wanted.name, NAME_CHARS_MAX)?;
    let scopes = wanted.scopes.map_or(Ok(TokenScopes::DEFAULT), |codes| scopes_of(&codes))?;
    let now = app.clock.now().wall;
    let expires_at = end_of(wanted.expires_at.map(Wall::from), now)?;
    let token = format!("{TOKEN_PREFIX}{}", secret::draw());
    let owner = acting.staff.session.account.clone();
    let (account, notices) = (owner.id, Notices::of(&app));
    let id = TokenId(app.clock.new_id());
    let new = NewToken { id, account, name: name.clone(), token_hash: secret::hash(&token), expires_at, scopes };
    change(&app, &acting, move |conn, trail| {
        if api_tokens::of_account(conn, account)?.len() >= TOKENS_MAX {
            let detail = format!("there are {TOKENS_MAX} tokens, which is the most; revoke one that is not used");
            return Err(AppError::conflict("TOO_MANY_TOKENS", detail));
        }
        api_tokens::create(conn, &new, now)?;
        notices.tell(conn, &owner, Text::TokenMade, now)?;
        let detail = json!({"token": id, "name": new.name, "scopes": scopes.codes(), "expires_at": expires_at});
        trail.note("TOKEN_MADE", "ACCOUNT", account, detail);
        Ok(())
    })
    .await?;
    app.mail_queue.hurry();
    Ok(HttpResponse::Created().json(TokenMade { id, name, token, scopes: scopes.codes(), expires_at }))
}

/// The scopes with these codes: known ones, and one at least.
fn scopes_of(codes: &[String]) -> Result<TokenScopes, AppError> {
    let known = |code: &String| TokenScope::ALL.into_iter().find(|scope| scope.code() == code);
    let scopes = codes.iter().map(|code| known(code).ok_or(code)).collect::<Result<Vec<_>, _>>();
    let scopes = scopes.map_err(|unknown| {
        AppError::out_of_bounds("scopes", format!("name `{unknown}`; `read`, `write` and `admin` are known"))
    })?;
    let none = || AppError::out_of_bounds("scopes", "are none; name one at least, or leave the field out");
    TokenScopes::of(&scopes).ok_or_else(none)
}

/// When a token made now ends: in the future, and within a year.
fn end_of(wanted: Option<Wall>, now: Wall) -> Result<Wall, AppError> {
    let end = wanted.unwrap_or(Wall(now.0 + DAYS_DEFAULT * DAY));
    if end <= now {
        Err(AppError::out_of_bounds("expires_at", "is not in the future; give a later moment or leave it out"))
    } else if end.0 > now.0 + DAYS_MAX * DAY {
        let reason = format!("is more than {DAYS_MAX} days from now; give an earlier moment or leave it out");
        Err(AppError::out_of_bounds("expires_at", reason))
    } else {
        Ok(end)
    }
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
    let now = app.clock.now().wall;
    let take = move |conn: &mut AnyConnection, owner| api_tokens::revoke(conn, owner, id, now);
    end_own(&app, &acting, Credential::Token(id).session(), "TOKEN_REVOKED", json!({"token": id}), take).await
}

impl From<ApiToken> for TokenView {
    fn from(token: ApiToken) -> Self {
        let ApiToken { id, name, expires_at, last_used_at, made_at, scopes } = token;
        Self { id, name, scopes: scopes.codes(), made_at, expires_at, last_used_at }
    }
}
