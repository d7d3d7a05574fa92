//! Who asks. A handler that takes one of these types is behind the log-in; there is no other way
//! to an account.

use std::collections::HashMap;
use std::sync::Mutex;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;

use super::error::AppError;
use super::origin::COOKIE_NAME;
use super::{Gate, ask, secret};
use crate::app::App;
use crate::ids::SessionId;
use crate::journal::Write;
use crate::storage::accounts::{Account, AccountRole};
use crate::storage::sessions::{self, Session};
use crate::time::Wall;

/// A log-in that was not used for so long has ended.
const IDLE_MAX_S: i64 = 12 * 60 * 60;
/// A log-in lasts so long at most.
pub const SESSION_MAX_S: i64 = 7 * 24 * 60 * 60;

/// Anybody who is logged in.
pub struct Staff(pub Session);

/// A manager or an admin: whoever may see everything.
pub struct Manager(pub Session);

impl Staff {
    /// Whether they may see everything, not only what is their own.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.0.account.role >= AccountRole::Manager
    }
}

impl FromRequest for Staff {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let token = token_of(request);
        let parts = request.app_data::<web::Data<App>>().cloned().zip(request.app_data::<web::Data<Gate>>().cloned());
        Box::pin(async move {
            let token = token.ok_or_else(AppError::not_logged_in)?;
            let (app, gate) = parts.ok_or_else(|| AppError::internal("a route outside the gate"))?;
            let now = app.clock.now().wall;
            let token_hash = secret::hash(&token);
            let session = ask(&app, move |conn| sessions::by_token_hash(conn, &token_hash, now)).await?;
            let session = session
                .filter(|session| {
                    may_log_in(&session.account, now) && now.0 - session.last_used_at.0 < IDLE_MAX_S * 1_000_000
                })
                .ok_or_else(AppError::not_logged_in)?;
            gate.uses.note(session.id, now);
            Ok(Self(session))
        })
    }
}

impl FromRequest for Manager {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let staff = Staff::from_request(request, payload);
        Box::pin(async move {
            let staff = staff.await?;
            if !staff.sees_all() {
                return Err(AppError::not_allowed("this is for managers and admins"));
            }
            Ok(Self(staff.0))
        })
    }
}

/// Whether the account may log in at `now`: approved, not deleted, and within its validity.
#[must_use]
pub fn may_log_in(account: &Account, now: Wall) -> bool {
    account.approved
        && !account.deleted
        && account.valid_from.is_none_or(|from| from <= now)
        && account.valid_until.is_none_or(|until| now < until)
}

/// The session token: from the cookie, or from a program as `Authorization: Bearer`.
fn token_of(request: &HttpRequest) -> Option<String> {
    let bearer = request.headers().get(AUTHORIZATION).and_then(|value| {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    });
    bearer.or_else(|| request.cookie(COOKIE_NAME).map(|cookie| cookie.value().to_owned()))
}

/// When sessions were last used, gathered here and written in batches, not once a request.
#[derive(Default)]
pub struct Uses(Mutex<HashMap<SessionId, Wall>>);

impl Uses {
    fn note(&self, session: SessionId, at: Wall) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(session, at);
    }

    /// What was gathered since the last call, as a write for the journal.
    pub fn take(&self) -> Option<Write> {
        let uses = std::mem::take(&mut *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        (!uses.is_empty()).then(|| Write::TouchSessions { sessions: uses.into_iter().collect() })
    }
}
