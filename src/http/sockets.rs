//! Who may open a socket. The upgrade itself, and all that follows, is the actors'.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::error::AppError;
use super::extract::Params;
use super::staff::{Origin, Staff};
use super::{ask, not_draining, secret};
use crate::actors::{self, CounsellorPass, DeskPass};
use crate::app::App;
use crate::ids::DeskId;
use crate::storage::accounts::{self, AccountRole};
use crate::storage::desks;

/// What a registered desk shows; the public desk shows nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskKey {
    desk: Option<String>,
    key: Option<String>,
}

/// `GET /ws/desk`
pub async fn desk(
    app: web::Data<App>,
    Params(shown): Params<DeskKey>,
    origin: Origin,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    check_room(&app, &origin)?;
    let checked = app.sockets.moment();
    let rehearses = |desk: &str, key: &str| app.rehearsals.admits(desk, key);
    let mut pass = DeskPass { desk: None, rehearses: false, checked };
    match (shown.desk, shown.key) {
        (None, None) if app.settings.public_desk => {}
        (None, None) => return Err(AppError::not_allowed("the public desk is off; use a registered desk").into()),
        (Some(desk), Some(key)) if rehearses(&desk, &key) => pass.rehearses = true,
        (Some(desk), Some(key)) => pass.desk = Some(known_desk(&app, &desk, key).await?),
        (None, Some(_)) => return Err(AppError::bad_field("desk", "is missing; give both desk and key").into()),
        (Some(_), None) => return Err(AppError::bad_field("key", "is missing; give both desk and key").into()),
    }
    actors::open_desk(&app, pass, origin.address, &request, body)
}

/// `GET /ws/counsellor`
pub async fn counsellor(
    app: web::Data<App>,
    Staff { session, .. }: Staff,
    origin: Origin,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    check_room(&app, &origin)?;
    let account = session.account;
    let id = account.id;
    let lines = ask(&app, move |conn| accounts::lines_of(conn, id)).await?;
    if lines.is_empty() && account.role != AccountRole::Counsellor {
        return Err(AppError::not_allowed("this account serves no line").into());
    }
    let pass = CounsellorPass {
        account: id,
        session: session.id,
        name: account.name,
        picture: account.picture,
        lines,
        capacity: account.capacity,
        intent: account.intent,
        reason: account.intent_reason,
        version: account.version,
        test: account.test,
    };
    actors::open_counsellor(&app, pass, origin.address, &request, body)
}

/// Whether one more socket may open here, and from there.
fn check_room(app: &App, origin: &Origin) -> Result<(), AppError> {
    not_draining(app)?;
    if app.sockets.has_room(origin.address, app.settings.sockets_per_address_max) {
        Ok(())
    } else {
        Err(AppError::too_many(10, "too many sockets from this address"))
    }
}

/// The desk, if `key` is its key. An unknown desk and a wrong key are the same to the outside.
async fn known_desk(app: &App, desk: &str, key: String) -> Result<DeskId, AppError> {
    let refused = || AppError::not_allowed("there is no such desk, or the key is not its key");
    let id: DeskId = desk.parse().map_err(|_| refused())?;
    let found = ask(app, move |conn| desks::by_id(conn, id)).await?;
    found.filter(|desk| secret::is(&key, &desk.key_hash)).map(|desk| desk.id).ok_or_else(refused)
}
