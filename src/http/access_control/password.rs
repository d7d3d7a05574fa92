//! A new password: changed by whoever knows the present one, or set with a link from a mail or an
//! admin.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::actors::SocketsOf;
use crate::app::App;
use crate::http::access_control::notice::Notices;
use crate::http::access_control::passwords::check_new;
use crate::http::access_control::revocation;
use crate::http::access_control::session::{LOGIN_CHARS_MAX, prove_password};
use crate::http::gate::hash_queue::Lane;
use crate::http::gate::staff::{Acting, Origin};
use crate::http::gate::{browser, secret};
use crate::http::kit::change::{change, change_as};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, line};
use crate::http::{Gate, ask};
use crate::ids::{LinkId, MailId};
use crate::mail::{Letter, Text};
use crate::storage::people::account_edits::{self, Changes};
use crate::storage::people::accounts::{self, Account};
use crate::storage::people::api_tokens;
use crate::storage::people::links::{self, LinkKind, NewLink};
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;

/// A link to set a new password works for so long.
const RESET_VALID_S: i64 = 60 * 60;
/// Most such links of one account that work at once: nobody's mailbox is filled by others.
const RESETS_MAX: i64 = 3;
/// Most characters of a login or a mail address.
const LOGIN_OR_EMAIL_CHARS_MAX: usize = 254;

/// The body of `PUT /api/v1/session/password`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChangeRequest {
    /// The present password.
    current: String,
    /// The new one.
    #[schema(min_length = 8, max_length = 200)]
    password: String,
}

/// The body of `POST /api/v1/password/reset`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordLinkRequest {
    /// A login or a mail address.
    #[schema(min_length = 1, max_length = 254)]
    login: String,
}

/// `{mail}`
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordLinkAnswer {
    /// Whether there is a mail server. Without one no mail comes: an admin can make a link.
    mail: bool,
}

/// The body of `PUT /api/v1/password`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordResetRequest {
    /// From the link.
    token: String,
    /// The new password.
    #[schema(min_length = 8, max_length = 200)]
    password: String,
}

/// Changes one's own password. Every other log-in and socket of the account ends, and its API tokens.
#[utoipa::path(put, path = "/api/v1/session/password", tag = "session", request_body = PasswordChangeRequest,
    responses((status = 204, description = "Changed")))]
pub async fn replace(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    acting: Acting,
    Body(given): Body<PasswordChangeRequest>,
) -> Result<HttpResponse, AppError> {
    check_new(&given.password)?;
    let account = &acting.staff.session.account;
    prove_password(&app, &gate, &acting, "current", given.current).await?;
    let changes = Changes::password(&gate.passwords.hash(Lane::Known, given.password).await?);
    let (id, by, clock) = (account.id, acting.by(), app.clock.clone());
    let (owner, notices) = (account.clone(), Notices::of(&app));
    let whose = SocketsOf::OthersOf(id, acting.staff.session.id);
    change(&app, &acting, move |conn, trail| {
        let now = clock.now().wall;
        account_edits::set(conn, id, &changes, &by, now)?;
        revocation::on_file(conn, whose, &by, now)?;
        api_tokens::revoke_all(conn, id, &by, now)?;
        notices.tell(conn, &owner, Text::PasswordChanged, now)?;
        trail.note("PASSWORD_CHANGED", "ACCOUNT", id, json!({}));
        Ok(())
    })
    .await?;
    app.mail_queue.hurry();
    revocation::at_once(&app, whose);
    Ok(HttpResponse::NoContent().finish())
}

/// Asks for a mail with a link to set a new password. Whether there is such an account is not told,
/// neither by the answer nor by its time: the work is done after it.
#[utoipa::path(post, path = "/api/v1/password/reset", tag = "session", request_body = PasswordLinkRequest,
    responses((status = 202, body = PasswordLinkAnswer,
        description = "If there is such an account and a mail server, a mail is on its way")))]
pub async fn ask_for_link(
    app: web::Data<App>,
    origin: Origin,
    Body(given): Body<PasswordLinkRequest>,
) -> Result<HttpResponse, AppError> {
    let login = line("login", &given.login, LOGIN_OR_EMAIL_CHARS_MAX)?;
    let mail = app.settings.mail;
    actix_web::rt::spawn(async move {
        if let Err(error) = send_links(&app, &origin, login).await {
            log::error!(request_id = origin.request_id; "a new password could not be mailed: {error}");
        }
    });
    Ok(HttpResponse::Accepted().json(PasswordLinkAnswer { mail }))
}

/// Sets a new password with the link from a mail or an admin. Every log-in and API token of the account ends.
#[utoipa::path(put, path = "/api/v1/password", tag = "session", request_body = PasswordResetRequest,
    responses((status = 204, description = "Set; log in with it"), (status = 409, description = "BAD_LINK")))]
pub async fn reset(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    origin: Origin,
    request: HttpRequest,
    Body(given): Body<PasswordResetRequest>,
) -> Result<HttpResponse, AppError> {
    check_new(&given.password)?;
    let bad_link = || AppError::bad_link("an hour, or three days if an admin made it", "ask for a new one");
    let (hash, now) = (secret::hash(&given.token), app.clock.now().wall);
    let shown = hash.clone();
    // Before the hash is computed: only who holds a link may put the machine to that work.
    let owner = ask(&app, move |conn| links::owner(conn, LinkKind::ResetPassword, &shown, now)).await?;
    owner.ok_or_else(bad_link)?;
    let changes = Changes::password(&gate.passwords.hash(Lane::Known, given.password).await?);
    let notices = Notices::of(&app);
    let id = change_as(&app, origin.nobody(), move |conn, trail| {
        let id = links::use_up(conn, LinkKind::ResetPassword, &hash, now)?.ok_or_else(bad_link)?;
        links::void(conn, id, LinkKind::ResetPassword, now)?;
        account_edits::set(conn, id, &changes, &id.to_string(), now)?;
        revocation::on_file(conn, SocketsOf::Account(id), &id.to_string(), now)?;
        let owner = accounts::by_id(conn, id)?.ok_or_else(bad_link)?;
        notices.tell(conn, &owner, Text::PasswordChanged, now)?;
        trail.note("PASSWORD_RESET", "ACCOUNT", id, json!({}));
        Ok(id)
    })
    .await?;
    app.mail_queue.hurry();
    revocation::at_once(&app, SocketsOf::Account(id));
    // Who holds the mailed link is the owner: they log in now, whatever strangers guess meanwhile.
    let device = browser::cookie(browser::known(&request, &gate.origins, &app.tokens), id, &gate.origins, &app.tokens);
    Ok(HttpResponse::NoContent().cookie(device).finish())
}

async fn send_links(app: &App, origin: &Origin, login: String) -> Result<(), AppError> {
    let (mail_queue, clock) = (app.mail_queue.clone(), app.clock.clone());
    change_as(app, origin.nobody(), move |conn, trail| {
        let now = clock.now().wall;
        for account in meant(conn, &login, now)? {
            let Some(email) = &account.email else { continue };
            if links::count_live(conn, account.id, LinkKind::ResetPassword, now)? >= RESETS_MAX {
                continue;
            }
            let token = secret::draw();
            let link = NewLink {
                id: LinkId(clock.new_id()),
                account: account.id,
                kind: LinkKind::ResetPassword,
                token_hash: secret::hash(&token),
                expires_at: Wall(now.0 + RESET_VALID_S * 1_000_000),
            };
            links::create(conn, &link, SYSTEM, now)?;
            let letter =
                Letter { to: email, name: &account.name, language: &account.language, text: Text::Reset(&token) };
            mail_queue.put(conn, MailId(clock.new_id()), &letter, now)?;
            trail.note("PASSWORD_RESET_ASKED", "ACCOUNT", account.id, json!({}));
        }
        Ok(())
    })
    .await?;
    app.mail_queue.hurry();
    Ok(())
}

/// Whom `login` may mean: the account of that login, and those with that address. Only who may log
/// in, and only to an address that was shown to be theirs.
fn meant(conn: &mut AnyConnection, login: &str, now: Wall) -> Result<Vec<Account>, AppError> {
    let mut meant = accounts::by_verified_email(conn, &login.to_lowercase())?;
    if login.chars().count() <= LOGIN_CHARS_MAX
        && let Some(account) = accounts::by_login(conn, login)?
        && meant.iter().all(|other| other.id != account.id)
    {
        meant.push(account);
    }
    meant.retain(|account| account.email_verified && account.may_log_in(now));
    Ok(meant)
}
