//! Logging in and out, and who I am.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpResponse, web};
use diesel::QueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::change::{change, note_later};
use super::error::AppError;
use super::extract::{Body, Nothing, line};
use super::origin::COOKIE_NAME;
use super::second_factor::{self, CODE_CHARS_MAX};
use super::staff::{Acting, Means, Origin, SESSION_MAX_S, Staff, actor_of};
use super::{Gate, ask, ending, secret};
use crate::actors::Whose;
use crate::app::App;
use crate::ids::{AccountId, SessionId};
use crate::journal::{LogInRow, Write, Written};
use crate::protocol::folded;
use crate::storage::AnyConnection;
use crate::storage::accounts::{self, Account, AccountRole};
use crate::storage::audit::Act;
use crate::storage::lines;
use crate::storage::sessions::{NewSession, Proof};
use crate::time::Wall;

/// Most characters of a login.
pub const LOGIN_CHARS_MAX: usize = 100;

/// The body of `POST /api/v1/session`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    #[schema(max_length = 100)]
    login: String,
    password: String,
    /// Six digits, or a recovery code; where the account has a second factor.
    #[schema(max_length = 40)]
    code: Option<String>,
}

/// An account as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    id: AccountId,
    login: String,
    name: String,
    email: Option<String>,
    role: &'static str,
    /// What they may do now: less than the role for an admin without a second factor.
    power: &'static str,
    language: String,
    /// The topics served.
    lines: Vec<String>,
    capacity: u16,
    second_factor: bool,
    second_factor_required: bool,
}

/// `{account, time_zone}`
#[derive(Debug, Serialize, ToSchema)]
pub struct Answer {
    account: Me,
    /// IANA name of the office's zone.
    time_zone: &'static str,
}

/// Logs in.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = LogIn,
    responses(
        (status = 200, description = "Logged in; the cookie is the log-in", body = Answer),
        (status = 401, description = "BAD_LOGIN, or SECOND_FACTOR_NEEDED: the password is right, the code is not"),
    ))]
pub async fn log_in(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    origin: Origin,
    Body(given): Body<LogIn>,
) -> Result<HttpResponse, AppError> {
    let login = line("login", &given.login, LOGIN_CHARS_MAX)?;
    let code = given.code.as_deref().map(|code| line("code", code, CODE_CHARS_MAX)).transpose()?;
    // A login is guessed at in whatever form it is typed.
    let tried = folded(&login);
    gate.tries.check(&tried, origin.address)?;
    let place = gate.passwords.place()?;
    let wanted = login.clone();
    let account = ask(&app, move |conn| accounts::by_login(conn, &wanted)).await?;
    let kept = account.as_ref().map(|account| account.password_hash.clone());
    let fits = place.verify(given.password, kept).await?;
    let now = app.clock.now().wall;
    let known = account.as_ref().map(|account| account.id);
    let refuse = |error: AppError, reason| {
        gate.tries.failed(&tried, origin.address);
        note_refusal(&app, &origin, &login, known, reason);
        Err(error)
    };
    let Some(account) = account.filter(|account| fits && account.may_log_in(now)) else {
        return refuse(AppError::bad_login(), "BAD_LOGIN");
    };
    let Some(proof) = second_factor::prove(&account, code.as_deref(), now)? else {
        let error = AppError::second_factor_needed();
        // Who has not yet given a code has not failed.
        return if code.is_some() { refuse(error, "BAD_CODE") } else { Err(error) };
    };
    let has_proven = proof != Proof::Nothing;
    let token = secret::draw();
    match put_on_file(&app, &origin, &account, proof, &token, now).await? {
        Written::Done => {}
        _ if has_proven => return refuse(AppError::second_factor_needed(), "USED_CODE"),
        _ => return refuse(AppError::bad_login(), "CHANGED_MEANWHILE"),
    }
    let answer = answer(&app, &gate, account).await?;
    Ok(HttpResponse::Ok().cookie(cookie(&gate, token)).json(answer))
}

/// Through the journal: a hundred people who log in together share their commits.
async fn put_on_file(
    app: &App,
    origin: &Origin,
    account: &Account,
    proof: Proof,
    token: &str,
    now: Wall,
) -> Result<Written, AppError> {
    let session = NewSession {
        id: SessionId(app.clock.new_id()),
        account: account.id,
        token_hash: secret::hash(token),
        expires_at: Wall(now.0 + SESSION_MAX_S * 1_000_000),
    };
    let second_factor = match proof {
        Proof::Nothing => "NONE",
        Proof::Step(_) => "CODE",
        Proof::Recovery(_) => "RECOVERY_CODE",
    };
    let act = Act {
        action: "LOGGED_IN",
        subject_kind: "ACCOUNT",
        subject_id: account.id.to_string(),
        detail: json!({"session": session.id, "second_factor": second_factor}),
    };
    let password_hash = account.password_hash.clone();
    let row = LogInRow { session, password_hash, proof, actor: actor_of(account, origin), act, at: now };
    let written = app.journal.write(Write::LogIn(Box::new(row))).await;
    written.map_err(|_| AppError::unavailable("NOT_STORED", 1, "the log-in could not be stored; try again"))
}

/// The login that was tried is on record, the password never.
fn note_refusal(app: &App, origin: &Origin, login: &str, known: Option<AccountId>, reason: &str) {
    let (subject_kind, subject_id) = match known {
        Some(account) => ("ACCOUNT", account.to_string()),
        None => ("LOGIN", login.to_owned()),
    };
    let detail = json!({"login": login, "reason": reason});
    note_later(app, origin.nobody(), Act { action: "LOG_IN_REFUSED", subject_kind, subject_id, detail });
}

/// Says who is logged in.
#[utoipa::path(get, path = "/api/v1/session", tag = "session",
    responses((status = 200, description = "Who is logged in", body = Answer)))]
pub async fn who(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    Staff { session, .. }: Staff,
) -> Result<web::Json<Answer>, AppError> {
    Ok(web::Json(answer(&app, &gate, session.account).await?))
}

/// Logs out: this log-in ends, with its sockets and streams.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session",
    responses((status = 204, description = "Logged out")))]
pub async fn log_out(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    acting: Acting,
    _nothing: Body<Nothing>,
) -> Result<HttpResponse, AppError> {
    if let Means::Token(_) = acting.staff.means {
        let detail = "an API token does not log out; revoke it with DELETE /api/v1/tokens/{id}";
        return Err(AppError::conflict("NOT_A_LOG_IN", detail));
    }
    let (id, account) = (acting.staff.session.id, acting.staff.session.account.id);
    change(&app, &acting, move |conn, trail| {
        ending::on_file(conn, Whose::Session(id))?;
        trail.note("LOGGED_OUT", "ACCOUNT", account, json!({"session": id}));
        Ok(())
    })
    .await?;
    ending::at_once(&app, Whose::Session(id));
    let mut gone = cookie(&gate, String::new());
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

/// Whether `given` is the password of whoever is logged in; counted like a try to log in.
pub async fn prove_password(
    gate: &Gate,
    account: &Account,
    origin: &Origin,
    field: &'static str,
    given: String,
) -> Result<(), AppError> {
    let tried = folded(&account.login);
    gate.tries.check(&tried, origin.address)?;
    if gate.passwords.verify(given, Some(account.password_hash.clone())).await? {
        return Ok(());
    }
    gate.tries.failed(&tried, origin.address);
    Err(AppError::wrong_password(field))
}

async fn answer(app: &App, gate: &Gate, account: Account) -> Result<Answer, AppError> {
    let (power, required) = (gate.power(&account), gate.second_factor_required && account.role == AccountRole::Admin);
    let account = ask(app, move |conn| me(conn, account, power, required)).await?;
    Ok(Answer { account, time_zone: app.settings.zone.name() })
}

fn me(conn: &mut AnyConnection, account: Account, power: AccountRole, required: bool) -> QueryResult<Me> {
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
        email: account.email,
        role: account.role.code(),
        power: power.code(),
        language: account.language,
        lines: topics,
        capacity: account.capacity,
        second_factor: account.second_factor,
        second_factor_required: required,
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
