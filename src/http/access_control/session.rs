//! Logging in and out, and who I am.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, HttpResponse, web};
use diesel::QueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::actors::SocketsOf;
use crate::app::App;
use crate::http::access_control::credential::Credential;
use crate::http::access_control::one_time::{self, CODE_CHARS_MAX};
use crate::http::access_control::revocation;
use crate::http::gate::hash_queue::Lane;
use crate::http::gate::staff::{Acting, Origin, SESSION_MAX_S, Staff, actor_of};
use crate::http::gate::throttle::{Guesser, Place, Target};
use crate::http::gate::{browser, secret};
use crate::http::kit::change::{change, note_later};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Nothing, line};
use crate::http::{Gate, ask};
use crate::ids::{AccountId, SessionId};
use crate::journal::{Keeper, LogInRow, Write, Written};
use crate::network::Network;
use crate::storage::AnyConnection;
use crate::storage::centre::lines;
use crate::storage::history::audit::NewEntry;
use crate::storage::people::accounts::{self, Account, AccountRole};
use crate::storage::people::networks;
use crate::storage::people::sessions::{self, Made, NewSession, Proof};
use crate::time::Wall;
use crate::tokens::Browser;

/// Most characters of a login.
pub const LOGIN_CHARS_MAX: usize = 100;
/// Most characters kept of what a browser calls itself; the telling ones come first.
const AGENT_CHARS_MAX: usize = 200;

/// The body of `POST /api/v1/session`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogInRequest {
    #[schema(min_length = 1, max_length = 100)]
    login: String,
    password: String,
    /// Six digits, or a recovery code; where the account has a second factor.
    #[schema(min_length = 1, max_length = 40)]
    code: Option<String>,
}

/// An account as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnAccount {
    id: AccountId,
    login: String,
    name: String,
    email: Option<String>,
    #[schema(value_type = AccountRole)]
    role: &'static str,
    /// What they may do now: less than the role for an admin without a second factor.
    #[schema(value_type = AccountRole)]
    power: &'static str,
    language: String,
    /// The topics served.
    lines: Vec<String>,
    /// A manager of every line; left out for others.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    all_lines: bool,
    capacity: u16,
    second_factor: bool,
    second_factor_required: bool,
}

/// `{account, time_zone, mail}`
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    account: OwnAccount,
    /// IANA name of the office's zone.
    time_zone: &'static str,
    /// Whether there is a mail server: without one no link reaches anybody by mail.
    mail: bool,
}

/// Somebody who tries to log in, as far as the records know them.
struct Knocking {
    account: Option<Account>,
    who: Guesser,
    /// The log-in this browser has now.
    present: Option<SessionId>,
}

/// What somebody who is let in comes with.
struct Entry {
    proof: Proof,
    token: String,
    /// What their browser calls itself.
    agent: Option<String>,
    /// The log-in of theirs that ends.
    instead_of: Option<SessionId>,
    at: Wall,
}

/// Logs in. A log-in this browser had before ends.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", request_body = LogInRequest,
    responses(
        (status = 200, description = "Logged in; the cookie is the log-in", body = SessionView),
        (status = 401, description = "BAD_LOGIN, or SECOND_FACTOR_NEEDED: the password is right, the code is not"),
    ))]
pub async fn log_in(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    origin: Origin,
    request: HttpRequest,
    Body(given): Body<LogInRequest>,
) -> Result<HttpResponse, AppError> {
    let login = line("login", &given.login, LOGIN_CHARS_MAX)?;
    let code = given.code.as_deref().map(|code| line("code", code, CODE_CHARS_MAX)).transpose()?;
    let browser = browser::known(&request, &gate.origins, &app.tokens);
    let present = gate.origins.session_cookie().read(request.headers()).map(secret::hash);
    let Knocking { account, who, present } = find(&app, &login, &origin, browser.as_ref(), present).await?;
    gate.throttle.check(&who, app.clock.now().mono)?;
    let lane = if matches!(who.place, Place::Strange(_)) { Lane::Strange } else { Lane::Known };
    let kept = account.as_ref().map(|account| account.password_hash.clone());
    let fits = gate.passwords.verify(lane, given.password, kept).await?;
    let now = app.clock.now().wall;
    let known = account.as_ref().map(|account| account.id);
    let refuse = |error: AppError, reason| {
        gate.throttle.judge(&who, true, app.clock.now().mono)?;
        note_refusal(&app, &origin, &login, known, reason);
        Err(error)
    };
    let Some(account) = account.filter(|account| fits && account.may_log_in(now)) else {
        return refuse(AppError::bad_login(), "BAD_LOGIN");
    };
    let Some(proof) = one_time::prove(&account, code.as_deref(), app.clock.outside())? else {
        let error = AppError::second_factor_needed();
        if code.is_some() {
            return refuse(error, "BAD_CODE");
        }
        // Who has not yet given a code has not failed.
        gate.throttle.judge(&who, false, app.clock.now().mono)?;
        return Err(error);
    };
    gate.throttle.judge(&who, false, app.clock.now().mono)?;
    let has_proven = proof != Proof::Nothing;
    let token = secret::draw();
    let entry = Entry { proof, token: token.clone(), agent: agent_of(&request), instead_of: present, at: now };
    match put_on_file(&app, &origin, &account, entry).await? {
        Written::Done => {}
        _ if has_proven => return refuse(AppError::second_factor_needed(), "USED_CODE"),
        _ => return refuse(AppError::bad_login(), "CHANGED_MEANWHILE"),
    }
    if let Some(older) = present {
        revocation::at_once(&app, SocketsOf::Session(older));
    }
    let device = browser::cookie(browser, account.id, &gate.origins, &app.tokens);
    let answer = answer(&app, &gate, account).await?;
    Ok(HttpResponse::Ok().cookie(cookie(&gate, token)).cookie(device).json(answer))
}

/// Whose login this is, how well the one who tries it is known, and as whom the browser is logged in now.
async fn find(
    app: &App,
    login: &str,
    origin: &Origin,
    browser: Option<&Browser>,
    present: Option<String>,
) -> Result<Knocking, AppError> {
    let (login, network, browser) = (login.to_owned(), Network::of(origin.address), browser.cloned());
    let now = app.clock.now().wall;
    ask(app, move |conn| {
        let present = match present {
            Some(hash) => sessions::by_token_hash(conn, &hash, now)?.map(|session| session.id),
            None => None,
        };
        let Some(account) = accounts::by_login(conn, &login)? else {
            let who = Guesser { target: Target::nobody(&login), place: Place::Strange(network) };
            return Ok(Knocking { account: None, who, present });
        };
        let place = match browser.filter(|browser| browser.accounts.contains(&account.id)) {
            Some(browser) => Place::Browser(browser.id),
            None if networks::is_known(conn, account.id, network, now)? => Place::Known(network),
            None => Place::Strange(network),
        };
        Ok(Knocking { who: Guesser { target: Target::Account(account.id), place }, account: Some(account), present })
    })
    .await
}

/// Through the journal: a hundred people who log in together share their commits.
async fn put_on_file(app: &App, origin: &Origin, account: &Account, entry: Entry) -> Result<Written, AppError> {
    let Entry { proof, token, agent, instead_of, at } = entry;
    let session = NewSession {
        id: SessionId(app.clock.new_id()),
        account: account.id,
        token_hash: secret::hash(&token),
        expires_at: Wall(at.0 + SESSION_MAX_S * 1_000_000),
        made: Made { address: Some(origin.address.to_string()), agent },
    };
    let second_factor = match proof {
        Proof::Nothing => "NONE",
        Proof::Step(_) => "CODE",
        Proof::Recovery(_) => "RECOVERY_CODE",
    };
    let entry = NewEntry {
        action: "LOGGED_IN",
        subject_kind: "ACCOUNT",
        subject_id: account.id.to_string(),
        detail: json!({"session": session.id, "second_factor": second_factor, "instead_of": instead_of}),
    };
    let password_hash = account.password_hash.clone();
    let network = Network::of(origin.address);
    let actor = actor_of(account, origin);
    let row = LogInRow { session, password_hash, proof, network, instead_of, actor, entry, at };
    let written = app.journal.write(Keeper::Anybody, Write::LogIn(Box::new(row))).await;
    written.map_err(|_| AppError::unavailable("NOT_STORED", 1, "the log-in could not be stored; try again"))
}

/// What the browser calls itself, as far as it is kept.
fn agent_of(request: &HttpRequest) -> Option<String> {
    let agent = request.headers().get(USER_AGENT)?.to_str().ok()?;
    Some(agent.chars().take(AGENT_CHARS_MAX).collect())
}

/// The login that was tried is on record, the password never. A login that no account has may be a password
/// typed into the wrong field: a mark of it stands there instead.
fn note_refusal(app: &App, origin: &Origin, login: &str, known: Option<AccountId>, reason: &str) {
    let (subject_kind, subject_id, detail) = match known {
        Some(account) => ("ACCOUNT", account.to_string(), json!({"login": login, "reason": reason})),
        None => ("LOGIN", app.tokens.mark_of_login(login), json!({"reason": reason})),
    };
    note_later(app, origin.nobody(), NewEntry { action: "LOG_IN_REFUSED", subject_kind, subject_id, detail });
}

/// Says who is logged in.
#[utoipa::path(get, path = "/api/v1/session", tag = "session",
    responses((status = 200, description = "Who is logged in", body = SessionView)))]
pub async fn who(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    Staff { session, .. }: Staff,
) -> Result<web::Json<SessionView>, AppError> {
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
    if let Credential::Token(_) = acting.staff.credential {
        let detail = "an API token does not log out; revoke it with DELETE /api/v1/tokens/{id}";
        return Err(AppError::conflict("NOT_A_LOG_IN", detail));
    }
    let (id, account) = (acting.staff.session.id, acting.staff.session.account.id);
    let (by, clock) = (acting.by(), app.clock.clone());
    change(&app, &acting, move |conn, trail| {
        revocation::on_file(conn, SocketsOf::Session(id), &by, clock.now().wall)?;
        trail.note("LOGGED_OUT", "ACCOUNT", account, json!({"session": id}));
        Ok(())
    })
    .await?;
    revocation::logged_out(&app, account, id).await;
    let mut gone = cookie(&gate, String::new());
    gone.make_removal();
    Ok(HttpResponse::NoContent().cookie(gone).finish())
}

/// Whether `given` is the password of whoever is logged in; counted like a try to log in.
pub async fn prove_password(
    app: &App,
    gate: &Gate,
    acting: &Acting,
    field: &'static str,
    given: String,
) -> Result<(), AppError> {
    let who = acting.staff.guesser();
    gate.throttle.check(&who, app.clock.now().mono)?;
    let kept = acting.staff.session.account.password_hash.clone();
    let fits = gate.passwords.verify(Lane::Known, given, Some(kept)).await?;
    gate.throttle.judge(&who, !fits, app.clock.now().mono)?;
    if fits { Ok(()) } else { Err(AppError::wrong_password(field)) }
}

async fn answer(app: &App, gate: &Gate, account: Account) -> Result<SessionView, AppError> {
    let (power, required) = (gate.power(&account), gate.second_factor_required && account.role == AccountRole::Admin);
    let account = ask(app, move |conn| me(conn, account, power, required)).await?;
    Ok(SessionView { account, time_zone: app.settings.zone.name(), mail: app.settings.mail })
}

fn me(conn: &mut AnyConnection, account: Account, power: AccountRole, required: bool) -> QueryResult<OwnAccount> {
    let serves = accounts::lines_of(conn, account.id)?;
    let mut topics: Vec<String> = lines::all(conn)?
        .into_iter()
        .filter(|line| serves.iter().any(|(served, _)| *served == line.id))
        .map(|line| line.topic)
        .collect();
    topics.dedup();
    Ok(OwnAccount {
        id: account.id,
        login: account.login,
        name: account.name,
        email: account.email,
        role: account.role.code(),
        power: power.code(),
        language: account.language,
        lines: topics,
        all_lines: account.all_lines,
        capacity: account.capacity,
        second_factor: account.second_factor,
        second_factor_required: required,
    })
}

fn cookie(gate: &Gate, token: String) -> Cookie<'static> {
    gate.origins.session_cookie().build(token).same_site(SameSite::Lax).finish()
}
