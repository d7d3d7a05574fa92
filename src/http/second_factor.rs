//! The second factor: a code of six digits that changes every half minute (TOTP, RFC 6238), and ten
//! recovery codes for whoever has lost the device.

use std::time::{SystemTime, UNIX_EPOCH};

use actix_web::{HttpResponse, web};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use serde_json::json;
use totp_rs::{Builder, Secret, Totp};
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

use super::change::change;
use super::error::AppError;
use super::extract::Body;
use super::notice::Notices;
use super::session::prove_password;
use super::staff::Acting;
use super::{Gate, ending, secret};
use crate::actors::Whose;
use crate::app::App;
use crate::mail::Text;
use crate::storage::accounts::Account;
use crate::storage::second_factor;
use crate::storage::sessions::{self, Proof};

/// What an authenticator shows beside the login.
const ISSUER: &str = "Anteroom";
/// Recovery codes, all shown once.
const RECOVERY_CODES: usize = 10;
/// Letters of a recovery code: 80 bits, which no one tries through.
const RECOVERY_LETTERS: usize = 16;
/// They are shown in groups of so many.
const RECOVERY_GROUP: usize = 4;
/// Without those that look alike; 32 of them.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
/// Most characters of a code as it is typed.
pub const CODE_CHARS_MAX: usize = 40;

/// The body of `POST /api/v1/session/second-factor`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// The present password.
    password: String,
}

/// The body of `PUT /api/v1/session/second-factor`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// Six digits, from the authenticator.
    code: String,
}

/// The body of `DELETE /api/v1/session/second-factor`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Remove {
    /// The present password.
    password: String,
    /// Six digits, or a recovery code.
    code: String,
}

/// What an authenticator needs, shown once.
#[derive(Debug, Serialize, ToSchema)]
pub struct Begun {
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
#[utoipa::path(post, path = "/api/v1/session/second-factor", tag = "session", request_body = Begin,
    responses((status = 200, description = "The secret; it counts once confirmed", body = Begun)))]
pub async fn begin(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    acting: Acting,
    Body(given): Body<Begin>,
) -> Result<web::Json<Begun>, AppError> {
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
    Ok(web::Json(Begun { secret: drawn, url, qr }))
}

/// Turns the second factor on. The other log-ins of the account end.
#[utoipa::path(put, path = "/api/v1/session/second-factor", tag = "session", request_body = Confirm,
    responses((status = 200, description = "It counts from now on", body = RecoveryCodes)))]
pub async fn confirm(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    acting: Acting,
    Body(given): Body<Confirm>,
) -> Result<web::Json<RecoveryCodes>, AppError> {
    let (account, who) = (&acting.staff.session.account, acting.staff.guesser());
    gate.tries.check(&who, app.clock.now().mono)?;
    let none_begun =
        || AppError::conflict("NO_SECOND_FACTOR", "no second factor was begun; ask for a secret first, with POST");
    let kept = account.totp_secret.clone().filter(|_| !account.second_factor).ok_or_else(none_begun)?;
    let now = app.clock.now().wall;
    let step = step_of(&totp(&kept, &account.login)?, &given.code, app.clock.outside());
    gate.tries.judge(&who, step.is_none(), app.clock.now().mono)?;
    let step = step.ok_or_else(AppError::wrong_code)?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| draw_recovery_code()).collect();
    let hashes: Vec<String> = codes.iter().map(|code| hash_of(code)).collect();
    let (id, whose) = (account.id, Whose::OthersOf(account.id, acting.staff.session.id));
    let (by, owner, notices) = (acting.by(), account.clone(), Notices::of(&app));
    change(&app, &acting, move |conn, trail| {
        if !second_factor::confirm(conn, id, &kept, step, &hashes, now)? {
            return Err(none_begun());
        }
        ending::on_file(conn, whose, &by, now)?;
        notices.tell(conn, &owner, Text::SecondFactorOn, now)?;
        trail.note("SECOND_FACTOR_ON", "ACCOUNT", id, json!({}));
        Ok(())
    })
    .await?;
    app.post.hurry();
    ending::at_once(&app, whose);
    Ok(web::Json(RecoveryCodes { recovery_codes: codes }))
}

/// Takes the second factor away.
#[utoipa::path(delete, path = "/api/v1/session/second-factor", tag = "session", request_body = Remove,
    responses((status = 204, description = "There is none any more")))]
pub async fn remove(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    acting: Acting,
    Body(given): Body<Remove>,
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
        gate.tries.judge(&acting.staff.guesser(), true, app.clock.now().mono)?;
        return Err(AppError::wrong_code());
    }
    app.post.hurry();
    Ok(HttpResponse::NoContent().finish())
}

/// What `code` proves about the holder of `account`; `None` if nothing. That it was not used before
/// is for the database to say. Codes change with the clock of the holder's phone, which is not ours: `now`
/// is [`Clock::outside`](crate::clock::Clock::outside).
pub fn prove(account: &Account, code: Option<&str>, now: SystemTime) -> Result<Option<Proof>, AppError> {
    if !account.second_factor {
        return Ok(Some(Proof::Nothing));
    }
    let Some(code) = code.map(plain).filter(|code| !code.is_empty()) else { return Ok(None) };
    if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Some(Proof::Recovery(hash_of(&code))));
    }
    let kept = account.totp_secret.as_deref().ok_or_else(|| AppError::internal("a second factor without a secret"))?;
    let step = step_of(&totp(kept, &account.login)?, &code, now);
    Ok(step.filter(|step| account.totp_step.is_none_or(|used| used < *step)).map(Proof::Step))
}

/// A code as it is meant: phones show it in groups, people type dashes, and a Korean keyboard may write
/// its digits full-width.
fn plain(code: &str) -> String {
    code.nfkc().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// SHA-1, six digits, half a minute, one step of leeway: what every authenticator understands.
fn totp(kept: &str, login: &str) -> Result<Totp, AppError> {
    let shared = Secret::try_from_base32(kept).map_err(AppError::internal)?;
    Builder::new()
        .with_secret(shared)
        .with_skew(1)
        .with_issuer(Some(ISSUER))
        // A colon stands between issuer and account.
        .with_account_name(login.replace(':', " "))
        .build()
        .map_err(AppError::internal)
}

fn step_of(totp: &Totp, code: &str, now: SystemTime) -> Option<i32> {
    let now_s = now.duration_since(UNIX_EPOCH).ok()?.as_secs();
    totp.check(&plain(code), now_s).and_then(|step| i32::try_from(step).ok())
}

fn draw_recovery_code() -> String {
    let drawn = rand::random::<[u8; RECOVERY_LETTERS]>();
    let letters: Vec<char> = drawn.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
    letters.chunks(RECOVERY_GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What is kept of a recovery code, however it was typed.
fn hash_of(code: &str) -> String {
    secret::hash(&plain(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn a_code_counts_for_its_step_and_the_ones_beside_it() {
        let totp = totp(SHARED, "kim").unwrap();
        // RFC 6238, appendix B, the last six digits.
        let at = |second: u64| UNIX_EPOCH + std::time::Duration::from_secs(second);
        assert_eq!(step_of(&totp, "287082", at(59)), Some(1));
        assert_eq!(step_of(&totp, "287082", at(89)), Some(1));
        assert_eq!(step_of(&totp, "287082", at(121)), None);
        assert_eq!(step_of(&totp, "081804", at(1_111_111_109)), Some(37_037_036));
        for typed in
            ["287 082", "287-082", " 28 70 82 ", "２８７０８２", "２８７　０８２", "287\u{2013}082", "2\u{a0}87082"]
        {
            assert_eq!(step_of(&totp, typed, at(59)), Some(1), "{typed}");
        }
    }

    #[test]
    fn a_recovery_code_is_known_however_it_is_typed() {
        let code = draw_recovery_code();
        assert_eq!(code.len(), RECOVERY_LETTERS + 3);
        assert_eq!(hash_of(&code), hash_of(&code.to_uppercase().replace('-', " ")));
        let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)).collect();
        assert_eq!(hash_of(&code), hash_of(&wide));
        assert_ne!(hash_of(&code), hash_of(&draw_recovery_code()));
    }

    #[test]
    fn an_authenticator_is_told_whose_secret_it_is() {
        let url = totp(SHARED, "a:b c").unwrap().to_url().unwrap();
        assert!(url.starts_with("otpauth://totp/Anteroom:a%20b%20c?"), "{url}");
        assert!(url.contains(&format!("secret={SHARED}")) && url.contains("issuer=Anteroom"), "{url}");
    }
}
