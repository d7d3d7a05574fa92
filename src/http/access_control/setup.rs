//! The first admin of a fresh installation, made with a link that is printed once at its start.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::Gate;
use crate::http::access_control::passwords;
use crate::http::access_control::session::LOGIN_CHARS_MAX;
use crate::http::gate::hash_queue::Lane;
use crate::http::gate::secret;
use crate::http::gate::staff::Origin;
use crate::http::kit::change::change_as;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, login, name};
use crate::ids::AccountId;
use crate::protocol::NICKNAME_CHARS_MAX;
use crate::storage::engine::installation;
use crate::storage::people::accounts::{self, AccountCreated, AccountRole, NewAccount};
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;

/// Under this name the hash of the link's token is on file.
pub const SETUP_TOKEN: &str = "SETUP_TOKEN_HASH";

/// The body of `POST /api/v1/setup`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUpRequest {
    /// The part of the link after `#`.
    token: String,
    #[schema(min_length = 1, max_length = 100)]
    login: String,
    #[schema(min_length = 1, max_length = 40)]
    name: String,
    #[schema(min_length = 8, max_length = 200)]
    password: String,
}

/// `{account: {id}}`
#[derive(Debug, Serialize, ToSchema)]
pub struct SetUpDone {
    account: FirstAccount,
}

/// The account that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct FirstAccount {
    id: AccountId,
}

/// Makes the first admin, with the token of the link that the server printed at its start.
#[utoipa::path(post, path = "/api/v1/setup", tag = "session", request_body = SetUpRequest, responses(
    (status = 201, description = "Made", body = SetUpDone)))]
pub async fn set_up(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    origin: Origin,
    Body(given): Body<SetUpRequest>,
) -> Result<HttpResponse, AppError> {
    let login = login("login", &given.login, LOGIN_CHARS_MAX)?;
    let name = name("name", &given.name, NICKNAME_CHARS_MAX)?;
    passwords::check_new(&given.password)?;
    let admin = NewAccount {
        id: AccountId(app.clock.new_id()),
        login,
        email: None,
        password_hash: gate.passwords.hash(Lane::Strange, given.password).await?,
        name,
        role: AccountRole::Admin,
        approved: true,
        language: "ko".into(),
        capacity: 1,
        lines: Vec::new(),
        all_lines: false,
    };
    let (id, clock) = (admin.id, app.clock.clone());
    change_as(&app, origin.nobody(), move |conn, trail| {
        make_first_admin(conn, &given.token, &admin, clock.now().wall)?;
        trail.note("SET_UP", "ACCOUNT", id, json!({"login": admin.login}));
        Ok(())
    })
    .await?;
    Ok(HttpResponse::Created().json(SetUpDone { account: FirstAccount { id } }))
}

/// Only one caller can take the token away, so the link works once; whoever is refused leaves it.
fn make_first_admin(conn: &mut AnyConnection, token: &str, admin: &NewAccount, now: Wall) -> Result<(), AppError> {
    if accounts::count_admins(conn)? > 0 {
        return Err(AppError::conflict("ALREADY_SET_UP", "there is an admin already; log in"));
    }
    let fits = installation::get(conn, SETUP_TOKEN)?.is_some_and(|kept| secret::is(token, &kept));
    if !fits || !installation::remove(conn, SETUP_TOKEN)? {
        return Err(AppError::not_allowed("the link is not the one printed at the last start"));
    }
    match accounts::create_within(conn, admin, SYSTEM, now)? {
        AccountCreated::Created => Ok(()),
        AccountCreated::LoginTaken => Err(AppError::conflict("LOGIN_TAKEN", "this login is taken; choose another")),
    }
}
