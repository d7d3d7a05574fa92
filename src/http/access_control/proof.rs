//! A fresh proof: whoever is logged in shows again that they are who they are, before an act on
//! credentials, roles, standing or tokens.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::Gate;
use crate::http::access_control::credential::Credential;
use crate::http::access_control::one_time::{self, CODE_CHARS_MAX};
use crate::http::access_control::session::prove_password;
use crate::http::gate::staff::Acting;
use crate::http::kit::change::change;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, line};
use crate::storage::people::sessions;

/// The body of `POST /api/v1/session/proof`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProofRequest {
    /// The present password.
    password: String,
    /// Six digits, or a recovery code; where the account has a second factor.
    #[schema(min_length = 1, max_length = 40)]
    code: Option<String>,
}

/// Renews the proof of this log-in for ten minutes.
#[utoipa::path(post, path = "/api/v1/session/proof", tag = "session", request_body = ProofRequest, responses(
    (status = 204, description = "Proven; acts on credentials, roles, standing and tokens are open for ten minutes"),
    (status = 401, description = "SECOND_FACTOR_NEEDED: the password is right; send `code` too"),
    (status = 403, description = "WRONG_PASSWORD or WRONG_CODE")))]
pub async fn renew(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    acting: Acting,
    Body(given): Body<ProofRequest>,
) -> Result<HttpResponse, AppError> {
    let Credential::LogIn(session) = acting.staff.credential else {
        let detail = "an API token proves nothing about who holds it; log in with the password";
        return Err(AppError::conflict("NOT_A_LOG_IN", detail));
    };
    let code = given.code.as_deref().map(|code| line("code", code, CODE_CHARS_MAX)).transpose()?;
    let account = acting.staff.session.account.clone();
    prove_password(&app, &gate, &acting, "password", given.password).await?;
    let now = app.clock.now().wall;
    let wrong_code = || {
        let told = gate.throttle.judge(&acting.staff.guesser(), true, app.clock.now().mono);
        told.err().unwrap_or_else(AppError::wrong_code)
    };
    let proof = match one_time::prove(&account, code.as_deref(), app.clock.outside())? {
        Some(proof) => proof,
        None if code.is_some() => return Err(wrong_code()),
        None => return Err(AppError::second_factor_needed()),
    };
    let id = account.id;
    let proven = change(&app, &acting, move |conn, trail| {
        let proven = sessions::use_up(conn, id, &proof, now)?;
        if proven {
            sessions::prove(conn, session, now)?;
            trail.note("LOG_IN_PROVEN", "ACCOUNT", id, json!({"session": session}));
        }
        Ok(proven)
    })
    .await?;
    if proven { Ok(HttpResponse::NoContent().finish()) } else { Err(wrong_code()) }
}
