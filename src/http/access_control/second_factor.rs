//! The second factor: set up, turned on, taken away. Its codes are `one_time`.

use actix_web::{HttpResponse, web};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use serde_json::json;
use totp_rs::Secret;
use utoipa::ToSchema;

use crate::actors::SocketsOf;
use crate::app::App;
use crate::http::Gate;
use crate::http::access_control::notice::Notices;
use crate::http::access_control::one_time::{draw_recovery_code, hash_of, prove, step_of, totp};
use crate::http::access_control::revocation;
use crate::http::access_control::session::prove_password;
use crate::http::gate::staff::Acting;
use crate::http::kit::change::change;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::Body;
use crate::mail::Text;
use crate::storage::people::second_factor;
use crate::storage::people::sessions::{self, Proof};

/// Recovery codes, all shown once.
const RECOVERY_CODES: usize = 10;

/// The body of `POST /api/v1/session/second-factor`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorRequest {
    /// The present password.
    password: String,
}

/// The body of `PUT /api/v1/session/second-factor`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorConfirmRequest {
    /// Six digits, from the authenticator.
    code: String,
}

/// The body of `DELETE /api/v1/session/second-factor`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorRemoveRequest {
    /// The present password.
    password: String,
    /// Six digits, or a recovery code.
    code: String,
}

/// What an authenticator needs, shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorSecret {
    /// The shared secret, base32.
    secret: String,
    /// `otpauth://…`
    url: String,
    /// The URL as a picture, SVG.
    qr: String,
}

/// The recovery codes, shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecoveryCodes {
    /// Ten; each counts once.
    recovery_codes: Vec<String>,
}

/// Draws a secret. It counts once a code of it was shown.
#[utoipa::path(post, path = "/api/v1/session/second-factor", tag = "session", request_body = SecondFactorRequest,
    responses((status = 200, description = "The secret; it counts once confirmed", body = SecondFactorSecret)))]
pub async fn begin(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    acting: Acting,
    Body(given): Body<SecondFactorRequest>,
) -> Result<web::Json<SecondFactorSecret>, AppError> {
    let account = acting.staff.session.account.clone();
    prove_password(&app, &gate, &acting, "password", given.password).await?;
    let drawn = Secret::generate().to_base32();
    let url = totp(&drawn, &account.login)?.to_url().map_err(AppError::internal)?;
    let qr = QrCode::new(&url).map_err(AppError::internal)?.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
    let (id, kept, clock) = (account.id, drawn.clone(), app.clock.clone());
    change(&app, &acting, move |conn, trail| {
        if !second_factor::begin(conn, id, &kept, clock.now().wall)? {
            return Err(AppError::conflict(
                "SECOND_FACTOR_ON",
                "there is a second factor already; take it away first, then set up another",
            ));
        }
        trail.note("SECOND_FACTOR_BEGUN", "ACCOUNT", id, json!({}));
        Ok(())
    })
    .await?;
    Ok(web::Json(SecondFactorSecret { secret: drawn, url, qr }))
}

/// Turns the second factor on. The other log-ins of the account end.
#[utoipa::path(put, path = "/api/v1/session/second-factor", tag = "session", request_body = SecondFactorConfirmRequest,
    responses((status = 200, description = "It counts from now on", body = RecoveryCodes)))]
pub async fn confirm(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    acting: Acting,
    Body(given): Body<SecondFactorConfirmRequest>,
) -> Result<web::Json<RecoveryCodes>, AppError> {
    let (account, who) = (&acting.staff.session.account, acting.staff.guesser());
    gate.throttle.check(&who, app.clock.now().mono)?;
    let none_begun =
        || AppError::conflict("NO_SECOND_FACTOR", "no second factor was begun; ask for a secret first, with POST");
    let kept = account.totp_secret.clone().filter(|_| !account.second_factor).ok_or_else(none_begun)?;
    let now = app.clock.now().wall;
    let step = step_of(&totp(&kept, &account.login)?, &given.code, app.clock.outside());
    gate.throttle.judge(&who, step.is_none(), app.clock.now().mono)?;
    let step = step.ok_or_else(AppError::wrong_code)?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| draw_recovery_code()).collect();
    let hashes: Vec<String> = codes.iter().map(|code| hash_of(code)).collect();
    let (id, whose) = (account.id, SocketsOf::OthersOf(account.id, acting.staff.session.id));
    let (by, owner, notices) = (acting.by(), account.clone(), Notices::of(&app));
    change(&app, &acting, move |conn, trail| {
        if !second_factor::confirm(conn, id, &kept, step, &hashes, now)? {
            return Err(none_begun());
        }
        revocation::on_file(conn, whose, &by, now)?;
        notices.tell(conn, &owner, Text::SecondFactorOn, now)?;
        trail.note("SECOND_FACTOR_ON", "ACCOUNT", id, json!({}));
        Ok(())
    })
    .await?;
    app.mail_queue.hurry();
    revocation::at_once(&app, whose);
    Ok(web::Json(RecoveryCodes { recovery_codes: codes }))
}

/// Takes the second factor away.
#[utoipa::path(delete, path = "/api/v1/session/second-factor", tag = "session", request_body = SecondFactorRemoveRequest,
    responses((status = 204, description = "There is none any more")))]
pub async fn remove(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    acting: Acting,
    Body(given): Body<SecondFactorRemoveRequest>,
) -> Result<HttpResponse, AppError> {
    let account = acting.staff.session.account.clone();
    prove_password(&app, &gate, &acting, "password", given.password).await?;
    if !account.second_factor {
        return Err(AppError::conflict("NO_SECOND_FACTOR", "there is no second factor to take away"));
    }
    let now = app.clock.now().wall;
    let proof = prove(&account, Some(&given.code), app.clock.outside())?;
    let (id, by, owner, notices) = (account.id, acting.by(), account.clone(), Notices::of(&app));
    let removed = change(&app, &acting, move |conn, trail| {
        let fits = match &proof {
            None | Some(Proof::Nothing) => false,
            Some(proof) => sessions::use_up(conn, id, proof, now)?,
        };
        if fits {
            second_factor::remove(conn, id, &by, now)?;
            notices.tell(conn, &owner, Text::SecondFactorOff, now)?;
            trail.note("SECOND_FACTOR_OFF", "ACCOUNT", id, json!({}));
        }
        Ok(fits)
    })
    .await?;
    if !removed {
        gate.throttle.judge(&acting.staff.guesser(), true, app.clock.now().mono)?;
        return Err(AppError::wrong_code());
    }
    app.mail_queue.hurry();
    Ok(HttpResponse::NoContent().finish())
}
