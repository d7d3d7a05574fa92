//! Accounts that an admin makes for somebody, with a first password or with a link to choose one:
//! where nobody waits for mail, such as on the first day.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::change::{ServedLine, capacity, runs_all};
use super::edit::check_lines;
use super::handed::AccountWithLink;
use super::links;
use super::sign_up::{email, language, login_taken, send_link};
use super::view::{AccountView, role};
use crate::app::App;
use crate::http::access_control::passwords::check_new;
use crate::http::access_control::revocation;
use crate::http::access_control::session::LOGIN_CHARS_MAX;
use crate::http::gate::hash_queue::Lane;
use crate::http::gate::secret;
use crate::http::gate::staff::Acting;
use crate::http::kit::change::change;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, login, name};
use crate::http::{Gate, to_the_end};
use crate::ids::{AccountId, MailId};
use crate::protocol::NICKNAME_CHARS_MAX;
use crate::storage::people::account_edits::{self, Changes};
use crate::storage::people::accounts::{self, AccountCreated, AccountRole, NewAccount};

/// The body of `POST /api/v1/accounts/staff`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStaff {
    /// Without white space.
    #[schema(min_length = 1, max_length = 100)]
    login: String,
    /// The name others see.
    #[schema(min_length = 1, max_length = 40)]
    name: String,
    /// The first one; whose account it is changes it. Left out, the answer has a link with which they
    /// choose one.
    #[schema(min_length = 8, max_length = 200)]
    password: Option<String>,
    /// Is not verified until the person has followed a link sent to it; none if left out.
    #[schema(min_length = 1, max_length = 254)]
    email: Option<String>,
    /// `ko` or `en`; `ko` if left out.
    language: Option<String>,
    /// `COUNSELLOR` if left out.
    #[schema(value_type = Option<AccountRole>)]
    role: Option<String>,
    /// The lines served, with the tier in each; none if left out.
    #[serde(default)]
    lines: Vec<ServedLine>,
    /// Whether a manager runs every line, also those to come; not if left out.
    all_lines: Option<bool>,
    /// Rooms at once; 1 if left out.
    #[schema(minimum = 1, maximum = 50)]
    capacity: Option<u16>,
}

/// Makes an account for somebody, approved from the start. Who has no mail address and forgets the
/// password is helped by an admin with a link.
#[utoipa::path(post, path = "/api/v1/accounts/staff", tag = "accounts", request_body = NewStaff,
    responses((status = 201, description = "Made", body = AccountWithLink),
        (status = 409, description = "LOGIN_TAKEN or EMAIL_TAKEN")))]
pub async fn make(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    acting: Acting,
    Body(given): Body<NewStaff>,
) -> Result<HttpResponse, AppError> {
    if let Some(password) = &given.password {
        check_new(password)?;
    }
    let link = given.password.is_none().then(secret::draw);
    let role = given.role.map_or(Ok(AccountRole::Counsellor), |code| role(&code))?;
    let new = NewAccount {
        id: AccountId(app.clock.new_id()),
        login: login("login", &given.login, LOGIN_CHARS_MAX)?,
        email: given.email.as_deref().map(email).transpose()?,
        name: name("name", &given.name, NICKNAME_CHARS_MAX)?,
        role,
        approved: true,
        language: language(given.language.as_deref())?,
        capacity: given.capacity.map_or(Ok(1), capacity)?,
        lines: given.lines.iter().map(|serves| (serves.line, serves.tier)).collect(),
        all_lines: runs_all(given.all_lines, role, false)? == Some(true),
        // Nobody knows a password that was drawn: until one is chosen there is no way in.
        password_hash: gate.passwords.hash(Lane::Known, given.password.unwrap_or_else(secret::draw)).await?,
    };
    let made = to_the_end(put_on_file(app.clone(), acting, new, link.clone())).await?;
    Ok(HttpResponse::Created().json(AccountWithLink::of(&app, made, link.as_deref())?))
}

async fn put_on_file(
    app: web::Data<App>,
    acting: Acting,
    new: NewAccount,
    link: Option<String>,
) -> Result<AccountView, AppError> {
    let (by, at, clock, mail_queue) = (acting.by(), app.clock.now().wall, app.clock.clone(), app.mail_queue.clone());
    let lines = new.lines.clone();
    let (account, view) = change(&app, &acting, move |conn, trail| {
        check_lines(conn, &new.lines)?;
        if let Some(email) = &new.email
            && !accounts::by_verified_email(conn, email)?.is_empty()
        {
            return Err(AppError::conflict("EMAIL_TAKEN", "another account has this mail address; choose another"));
        }
        if accounts::create_within(conn, &new, &by, at)? == AccountCreated::LoginTaken {
            return Err(login_taken());
        }
        if new.email.is_some() {
            // Who is approved by making them has not shown that the address is theirs.
            account_edits::set(conn, new.id, &Changes::default().with_email(new.email.clone()), &by, at)?;
        }
        let detail = json!({
            "login": new.login, "name": new.name, "role": new.role.code(), "lines": new.lines,
            "all_lines": new.all_lines, "capacity": new.capacity, "email": new.email, "link": link.is_some(),
        });
        trail.note("ACCOUNT_MADE", "ACCOUNT", new.id, detail);
        let made = accounts::by_id(conn, new.id)?.ok_or_else(AppError::not_found)?;
        if let Some(token) = &link {
            links::put(conn, &clock, new.id, token, &by, at)?;
        }
        if new.email.is_some() {
            send_link(conn, &clock, &mail_queue, MailId(clock.new_id()), &made, &secret::draw(), at)?;
        }
        Ok((made.clone(), AccountView::read(conn, made)?))
    })
    .await?;
    revocation::tell_matchmaker(&app, &account, lines);
    app.mail_queue.hurry();
    Ok(view)
}
