//! The first admin of a fresh installation, made with a link that is printed once at its start.

use actix_web::{HttpResponse, web};
use diesel::QueryResult;
use serde::Deserialize;
use utoipa::ToSchema;

use super::error::AppError;
use super::extract::{Body, text};
use super::session::LOGIN_CHARS_MAX;
use super::{Gate, ask, passwords, secret};
use crate::app::App;
use crate::ids::AccountId;
use crate::protocol::NICKNAME_CHARS_MAX;
use crate::storage::accounts::{self, AccountCreated, AccountRole, NewAccount};
use crate::storage::{AnyConnection, SYSTEM, installation};
use crate::time::Wall;

/// Under this name the hash of the link's token is on file.
pub const SETUP_TOKEN: &str = "SETUP_TOKEN_HASH";

/// The body of `POST /api/v1/setup`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstAdmin {
    /// The part of the link after `#`.
    token: String,
    #[schema(min_length = 1, max_length = 100)]
    login: String,
    #[schema(min_length = 1, max_length = 40)]
    name: String,
    #[schema(min_length = 8, max_length = 200)]
    password: String,
}

enum SetUp {
    Done,
    AlreadyDone,
    BadToken,
    LoginTaken,
}

/// Makes the first admin, with the token of the link that the server printed at its start.
#[utoipa::path(post, path = "/api/v1/setup", tag = "session", request_body = FirstAdmin, responses(
    (status = 201, description = "Made: `{\"account\": {\"id\"}}`", body = serde_json::Value)))]
pub async fn set_up(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    Body(given): Body<FirstAdmin>,
) -> Result<HttpResponse, AppError> {
    let login = text("login", &given.login, LOGIN_CHARS_MAX)?;
    let name = text("name", &given.name, NICKNAME_CHARS_MAX)?;
    passwords::check_new(&given.password).map_err(|reason| AppError::out_of_bounds("password", reason))?;
    let admin = NewAccount {
        id: AccountId(app.clock.new_id()),
        login,
        email: None,
        password_hash: gate.passwords.hash(given.password).await?,
        name,
        role: AccountRole::Admin,
        approved: true,
        language: "ko".into(),
        capacity: 1,
        lines: Vec::new(),
    };
    let now = app.clock.now().wall;
    let id = admin.id;
    match ask(&app, move |conn| make_first_admin(conn, &given.token, &admin, now)).await? {
        SetUp::Done => Ok(HttpResponse::Created().json(serde_json::json!({"account": {"id": id}}))),
        SetUp::AlreadyDone => Err(AppError::conflict("ALREADY_SET_UP", "there is an admin already; log in")),
        SetUp::BadToken => Err(AppError::not_allowed("the link is not the one printed at the last start")),
        SetUp::LoginTaken => Err(AppError::conflict("LOGIN_TAKEN", "this login is taken; choose another")),
    }
}

/// Only one caller can take the token away, so the link works once.
fn make_first_admin(conn: &mut AnyConnection, token: &str, admin: &NewAccount, now: Wall) -> QueryResult<SetUp> {
    if accounts::count_admins(conn)? > 0 {
        return Ok(SetUp::AlreadyDone);
    }
    let Some(kept) = installation::get(conn, SETUP_TOKEN)?.filter(|kept| secret::is(token, kept)) else {
        return Ok(SetUp::BadToken);
    };
    if !installation::remove(conn, SETUP_TOKEN)? {
        return Ok(SetUp::BadToken);
    }
    match accounts::create(conn, admin, SYSTEM, now)? {
        AccountCreated::Created => Ok(SetUp::Done),
        AccountCreated::LoginTaken => {
            installation::put(conn, SETUP_TOKEN, &kept, now)?;
            Ok(SetUp::LoginTaken)
        }
    }
}
