//! Accounts that an admin makes for somebody, with a first password: where nobody waits for mail,
//! such as on the first day.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::change::{Serves, capacity};
use super::edit::check_lines;
use super::sign_up::{language, login_taken};
use super::view::{AccountView, role};
use crate::app::App;
use crate::http::change::change;
use crate::http::error::AppError;
use crate::http::extract::{Body, login, name};
use crate::http::passwords::check_new;
use crate::http::session::LOGIN_CHARS_MAX;
use crate::http::staff::Acting;
use crate::http::{Gate, ending, to_the_end};
use crate::ids::AccountId;
use crate::protocol::NICKNAME_CHARS_MAX;
use crate::storage::accounts::{self, AccountCreated, AccountRole, NewAccount};

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
    /// The first one; whose account it is changes it.
    #[schema(min_length = 8, max_length = 200)]
    password: String,
    /// `ko` or `en`; `ko` if left out.
    language: Option<String>,
    /// `COUNSELLOR` if left out.
    role: Option<String>,
    /// The lines served, with the tier in each; none if left out.
    #[serde(default)]
    lines: Vec<Serves>,
    /// Rooms at once; 1 if left out.
    #[schema(minimum = 1, maximum = 50)]
    capacity: Option<u16>,
}

/// Makes an account for somebody, approved from the start. It has no mail address: who forgets the
/// password is helped by an admin, who gives the account one.
#[utoipa::path(post, path = "/api/v1/accounts/staff", tag = "accounts", request_body = NewStaff,
    responses((status = 201, description = "Made", body = AccountView), (status = 409, description = "LOGIN_TAKEN")))]
pub async fn make(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    acting: Acting,
    Body(given): Body<NewStaff>,
) -> Result<HttpResponse, AppError> {
    acting.staff.by_log_in()?;
    check_new(&given.password).map_err(|reason| AppError::out_of_bounds("password", reason))?;
    let new = NewAccount {
        id: AccountId(app.clock.new_id()),
        login: login("login", &given.login, LOGIN_CHARS_MAX)?,
        email: None,
        name: name("name", &given.name, NICKNAME_CHARS_MAX)?,
        role: given.role.map_or(Ok(AccountRole::Counsellor), |code| role(&code))?,
        approved: true,
        language: language(given.language.as_deref())?,
        capacity: given.capacity.map_or(Ok(1), capacity)?,
        lines: given.lines.iter().map(|serves| (serves.line, serves.tier)).collect(),
        password_hash: gate.passwords.hash(given.password).await?,
    };
    let made = async move {
        let (by, at) = (acting.by(), app.clock.now().wall);
        let (account, view) = change(&app, &acting, move |conn, trail| {
            check_lines(conn, &new.lines)?;
            if accounts::create_within(conn, &new, &by, at)? == AccountCreated::LoginTaken {
                return Err(login_taken());
            }
            let detail = json!({
                "login": new.login, "name": new.name, "role": new.role.code(), "lines": new.lines,
                "capacity": new.capacity,
            });
            trail.note("ACCOUNT_MADE", "ACCOUNT", new.id, detail);
            let made = accounts::by_id(conn, new.id)?.ok_or_else(AppError::not_found)?;
            Ok((made.clone(), AccountView::read(conn, made)?))
        })
        .await?;
        let lines = given.lines.iter().map(|serves| (serves.line, serves.tier)).collect();
        ending::tell_matchmaker(&app, &account, lines);
        Ok(view)
    };
    Ok(HttpResponse::Created().json(to_the_end(made).await?))
}
