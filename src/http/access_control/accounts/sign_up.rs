//! Asking for an account, and showing that the mail address is one's own. Staff then let the person
//! in, or not.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::Clock;
use crate::http::access_control::passwords::check_new;
use crate::http::access_control::session::LOGIN_CHARS_MAX;
use crate::http::gate::hash_queue::Lane;
use crate::http::gate::secret;
use crate::http::gate::staff::Origin;
use crate::http::kit::change::{Trail, change_as};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, line, login, name};
use crate::http::{Gate, ask};
use crate::ids::{AccountId, LinkId, MailId};
use crate::mail::{Letter, MailQueue, Text, check_address};
use crate::protocol::FaultCode;
use crate::protocol::NICKNAME_CHARS_MAX;
use crate::storage::people::account_edits::{self, Changes};
use crate::storage::people::accounts::{self, Account, AccountCreated, AccountRole, NewAccount};
use crate::storage::people::links::{self, LinkKind, NewLink};
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;

/// A link that shows whose an address is works for so long.
const VERIFY_VALID_S: i64 = 48 * 60 * 60;
/// Most characters of a mail address.
const EMAIL_CHARS_MAX: usize = 254;
/// The language of people who do not say.
const LANGUAGE_DEFAULT: &str = "ko";

/// The body of `POST /api/v1/accounts`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUpRequest {
    /// Without white space.
    #[schema(min_length = 1, max_length = 100)]
    login: String,
    #[schema(min_length = 1, max_length = 254)]
    email: String,
    /// The name others see.
    #[schema(min_length = 1, max_length = 40)]
    name: String,
    #[schema(min_length = 8, max_length = 200)]
    password: String,
    /// `ko` or `en`; `ko` if left out.
    language: Option<String>,
}

/// `{account: {id}, mail}`
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedUp {
    account: SignedUpAccount,
    /// Whether there is a mail server. Without one no mail comes: an admin may let them in as they are.
    mail: bool,
}

/// The account that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedUpAccount {
    id: AccountId,
}

/// The body of `POST /api/v1/accounts/verify`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyRequest {
    /// From the link.
    token: String,
}

/// `{account: {login, approved}}`
#[derive(Debug, Serialize, ToSchema)]
pub struct Verified {
    account: VerifiedAccount,
}

/// Whose address it is, and whether they may log in already.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerifiedAccount {
    login: String,
    approved: bool,
}

/// Asks for an account. A mail with a link goes to the address; whether somebody has an account
/// with it already is not told here but to them.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", request_body = SignUpRequest,
    responses((status = 202, description = "Asked for; with a mail server a mail is on its way", body = SignedUp),
        (status = 409, description = "LOGIN_TAKEN")))]
pub async fn sign_up(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    origin: Origin,
    Body(given): Body<SignUpRequest>,
) -> Result<HttpResponse, AppError> {
    check_new(&given.password)?;
    let (login, email) = (login("login", &given.login, LOGIN_CHARS_MAX)?, email(&given.email)?);
    let name = name("name", &given.name, NICKNAME_CHARS_MAX)?;
    let language = language(given.language.as_deref())?;
    let wanted = login.clone();
    let clock = app.clock.clone();
    // Before the hash is computed: for a login that is taken it would be wasted.
    ask(&app, move |conn| is_free(conn, &wanted, clock.now().wall)).await?.then_some(()).ok_or_else(login_taken)?;
    let person = NewAccount {
        id: AccountId(app.clock.new_id()),
        login,
        email: Some(email),
        password_hash: gate.passwords.hash(Lane::Strange, given.password).await?,
        name,
        role: AccountRole::Counsellor,
        approved: false,
        language,
        capacity: 1,
        lines: Vec::new(),
        all_lines: false,
    };
    let (clock, mail_queue) = (app.clock.clone(), app.mail_queue.clone());
    let id =
        change_as(&app, origin.nobody(), move |conn, trail| put_on_file(conn, trail, &clock, &mail_queue, &person))
            .await?;
    app.mail_queue.hurry();
    Ok(HttpResponse::Accepted().json(SignedUp { account: SignedUpAccount { id }, mail: app.settings.mail }))
}

/// Shows that the mail address is one's own, with the link that was sent to it.
#[utoipa::path(post, path = "/api/v1/accounts/verify", tag = "accounts", request_body = VerifyRequest,
    responses((status = 200, description = "It is", body = Verified), (status = 409, description = "BAD_LINK")))]
pub async fn verify(
    app: web::Data<App>,
    origin: Origin,
    Body(given): Body<VerifyRequest>,
) -> Result<web::Json<Verified>, AppError> {
    let (hash, now) = (secret::hash(&given.token), app.clock.now().wall);
    let account = change_as(&app, origin.nobody(), move |conn, trail| {
        let bad_link = || AppError::bad_link("48 hours", "sign up again for a new one");
        let id = links::use_up(conn, LinkKind::VerifyEmail, &hash, now)?.ok_or_else(bad_link)?;
        let account = accounts::by_id(conn, id)?.filter(|account| !account.deleted).ok_or_else(bad_link)?;
        let email = account.email.clone().ok_or_else(bad_link)?;
        // Two may have asked with one address; it belongs to whoever follows the link first.
        if accounts::by_verified_email(conn, &email)?.iter().any(|other| other.id != id) {
            return Err(bad_link());
        }
        links::void(conn, id, LinkKind::VerifyEmail, now)?;
        account_edits::set(conn, id, &Changes::verified(), &id.to_string(), now)?;
        trail.note("EMAIL_VERIFIED", "ACCOUNT", id, json!({}));
        Ok(account)
    })
    .await?;
    Ok(web::Json(Verified { account: VerifiedAccount { login: account.login, approved: account.approved } }))
}

/// Whether a login may be asked for: nobody has it, or whoever asked for it never showed that the
/// address was theirs, and may not any more.
fn is_free(conn: &mut AnyConnection, login: &str, now: Wall) -> diesel::QueryResult<bool> {
    match accounts::by_login(conn, login)? {
        None => Ok(true),
        Some(account) => lapsed(conn, &account, now),
    }
}

fn lapsed(conn: &mut AnyConnection, account: &Account, now: Wall) -> diesel::QueryResult<bool> {
    let never_in = !account.email_verified && !account.approved && !account.suspended && !account.deleted;
    Ok(never_in && links::count_live(conn, account.id, LinkKind::VerifyEmail, now)? == 0)
}

pub(super) fn login_taken() -> AppError {
    AppError::conflict("LOGIN_TAKEN", "this login is taken; choose another")
}

/// Everything about a sign-up but the letter is the same whether the address is in use or not, so
/// that a second sign-up with the login is answered alike too.
fn put_on_file(
    conn: &mut AnyConnection,
    trail: &mut Trail,
    clock: &Clock,
    mail_queue: &MailQueue,
    person: &NewAccount,
) -> Result<AccountId, AppError> {
    let now = clock.now().wall;
    let email = person.email.as_deref().unwrap_or_default();
    let owners = accounts::by_verified_email(conn, email)?;
    let is_in_use = !owners.is_empty();
    let person = NewAccount { email: person.email.clone().filter(|_| !is_in_use), ..person.clone() };
    let account = claim_login(conn, &person, now)?;
    let token = secret::draw();
    if is_in_use {
        put_link(conn, clock, account.id, &token, now)?;
        for owner in &owners {
            let (name, language) = (owner.name.as_str(), owner.language.as_str());
            let letter = Letter { to: email, name, language, text: Text::AddressInUse };
            mail_queue.put(conn, MailId(clock.new_id()), &letter, now)?;
        }
    } else {
        send_link(conn, clock, mail_queue, MailId(clock.new_id()), &account, &token, now)?;
    }
    trail.note("SIGNED_UP", "ACCOUNT", account.id, json!({"login": account.login}));
    Ok(account.id)
}

/// The account with this login, new or taken over from a sign-up that lapsed.
fn claim_login(conn: &mut AnyConnection, person: &NewAccount, now: Wall) -> Result<Account, AppError> {
    let id = match accounts::by_login(conn, &person.login)? {
        None => match accounts::create_within(conn, person, SYSTEM, now)? {
            AccountCreated::Created => person.id,
            AccountCreated::LoginTaken => return Err(login_taken()),
        },
        Some(lapsed_one) => {
            if !lapsed(conn, &lapsed_one, now)? {
                return Err(login_taken());
            }
            let changes = Changes::person(Some(person.name.clone()), Some(person.language.clone()))
                .with_password(&person.password_hash)
                .with_email(person.email.clone());
            account_edits::set(conn, lapsed_one.id, &changes, SYSTEM, now)?;
            lapsed_one.id
        }
    };
    accounts::by_id(conn, id)?.ok_or_else(|| AppError::internal("an account that was just made is not there"))
}

/// Puts a link on file that shows whose the account's address is, and the letter that brings it.
pub(super) fn send_link(
    conn: &mut AnyConnection,
    clock: &Clock,
    mail_queue: &MailQueue,
    mail: MailId,
    account: &Account,
    token: &str,
    now: Wall,
) -> Result<(), AppError> {
    put_link(conn, clock, account.id, token, now)?;
    if let Some(email) = &account.email {
        let letter = Letter { to: email, name: &account.name, language: &account.language, text: Text::Verify(token) };
        mail_queue.put(conn, mail, &letter, now)?;
    }
    Ok(())
}

/// One link at a time: an older one may have gone to another address.
fn put_link(conn: &mut AnyConnection, clock: &Clock, id: AccountId, token: &str, now: Wall) -> Result<(), AppError> {
    links::void(conn, id, LinkKind::VerifyEmail, now)?;
    let link = NewLink {
        id: LinkId(clock.new_id()),
        account: id,
        kind: LinkKind::VerifyEmail,
        token_hash: secret::hash(token),
        expires_at: Wall(now.0 + VERIFY_VALID_S * 1_000_000),
    };
    Ok(links::create(conn, &link, SYSTEM, now)?)
}

/// A mail address in the form it is kept in.
pub(super) fn email(given: &str) -> Result<String, AppError> {
    let email = line("email", given, EMAIL_CHARS_MAX)?;
    check_address(&email).map_err(|reason| AppError::out_of_bounds("email", (FaultCode::Form, reason)))
}

/// A language people can be written to in.
pub(super) fn language(given: Option<&str>) -> Result<String, AppError> {
    match given.unwrap_or(LANGUAGE_DEFAULT) {
        known @ ("ko" | "en") => Ok(known.to_owned()),
        _ => Err(AppError::out_of_bounds("language", (FaultCode::Choice, "is none of ko, en"))),
    }
}
