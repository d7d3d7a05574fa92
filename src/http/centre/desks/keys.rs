//! The keys of registered desks, and how a device is enrolled.
//!
//! A key is drawn here, shown once and kept as a hash. It opens a desk's socket and nothing else:
//! no route looks at it. Whenever it changes, the sockets it opened close.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{DeskView, DeskWithKey, KIND, not_deleted, on_file};
use crate::app::App;
use crate::http::access_control::revocation;
use crate::http::gate::secret;
use crate::http::gate::staff::{Acting, Origin};
use crate::http::kit::change::{change, change_as};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Nothing, PathId, key};
use crate::http::kit::qr;
use crate::http::to_the_end;
use crate::ids::{DeskId, LineId};
use crate::protocol::TOKEN_CHARS_MAX;
use crate::storage::centre::desks::{self, Desk, NO_KEY};
use crate::time::{SECOND, Wall};

/// An enrolment link works so long.
const ENROLMENT_S: u64 = 24 * 60 * 60;
/// The token of an enrolment link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// What follows `#enrol=` in the link.
    #[schema(min_length = 1, max_length = 512)]
    token: String,
}

/// A link that enrols one device as this desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct Enrolment {
    /// To be opened on the device.
    url: String,
    /// The same as a QR code: an SVG document.
    qr: String,
    expires_at: Wall,
}

/// What a device needs to be a desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct Enrolled {
    desk: DeskId,
    /// Shown this once.
    key: String,
    name: String,
    line: Option<LineId>,
}

/// Gives the desk another key; sockets opened with the one before close.
#[utoipa::path(post, path = "/api/v1/desks/{id}/key", tag = "desks", params(("id" = DeskId, Path)),
    responses((status = 201, description = "The new key", body = DeskWithKey)))]
pub async fn new_key(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<DeskId>,
    _nothing: Body<Nothing>,
) -> Result<HttpResponse, AppError> {
    let key = secret::draw();
    let desk = set_key(&app, acting, id, secret::hash(&key), "DESK_KEY_MADE").await?;
    Ok(HttpResponse::Created().json(DeskWithKey { desk: DeskView::of(desk, app.clock.now().wall), key }))
}

/// Takes the key away, and an enrolment link that was not used; sockets opened with it close.
#[utoipa::path(delete, path = "/api/v1/desks/{id}/key", tag = "desks", params(("id" = DeskId, Path)),
    responses((status = 204, description = "It has no key any more")))]
pub async fn revoke_key(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<DeskId>,
    _nothing: Body<Nothing>,
) -> Result<HttpResponse, AppError> {
    set_key(&app, acting, id, NO_KEY.to_owned(), "DESK_KEY_REVOKED").await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes a link that enrols one device as this desk, once, within 24 hours. The link made before
/// works no more; the present key does until the link is used.
#[utoipa::path(post, path = "/api/v1/desks/{id}/enrolment", tag = "desks", params(("id" = DeskId, Path)),
    responses((status = 201, description = "The link", body = Enrolment)))]
pub async fn enrolment(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<DeskId>,
    _nothing: Body<Nothing>,
) -> Result<HttpResponse, AppError> {
    let (token, by, at) = (secret::draw(), acting.by(), app.clock.now().wall);
    let expires_at = Wall(at.0.saturating_add_unsigned(ENROLMENT_S * SECOND));
    let url = format!("{}/desk#enrol={token}", app.settings.url);
    let qr = qr::svg(&url)?;
    let token_hash = secret::hash(&token);
    let scope = acting.staff.scope(&app).await?;
    change(&app, &acting, move |conn, trail| {
        not_deleted(conn, &scope, id)?;
        desks::set_enrolment(conn, id, &token_hash, expires_at, &by, at)?;
        trail.note("DESK_ENROLMENT_MADE", KIND, id, json!({"expires_at": expires_at}));
        Ok(())
    })
    .await?;
    Ok(HttpResponse::Created().json(Enrolment { url, qr, expires_at }))
}

/// Exchanges the token of an enrolment link for a key, once. Sockets opened with the key before
/// close.
#[utoipa::path(post, path = "/api/v1/desks/enrol", tag = "desks", request_body = EnrolRequest,
    responses((status = 200, description = "This device is the desk now", body = Enrolled)))]
pub async fn enrol(
    app: web::Data<App>,
    origin: Origin,
    Body(given): Body<EnrolRequest>,
) -> Result<web::Json<Enrolled>, AppError> {
    let token_hash = secret::hash(&key("token", &given.token, TOKEN_CHARS_MAX)?);
    let (key, at) = (secret::draw(), app.clock.now().wall);
    let (key_hash, nobody) = (secret::hash(&key), origin.nobody());
    let desk = to_the_end(async move {
        let desk = change_as(&app, nobody.clone(), move |conn, trail| {
            let found = desks::enrol(conn, &token_hash, &key_hash, &nobody.id, at)?;
            let desk = found.ok_or_else(|| {
                AppError::not_allowed("the link was used already, is too old, or never was; ask staff for a new one")
            })?;
            trail.note("DESK_ENROLLED", KIND, desk.id, json!({"name": desk.name}));
            Ok(desk)
        })
        .await?;
        revocation::desk_at_once(&app, desk.id);
        Ok(desk)
    })
    .await?;
    Ok(web::Json(Enrolled { desk: desk.id, key, name: desk.name, line: desk.line_id }))
}

async fn set_key(
    app: &web::Data<App>,
    acting: Acting,
    id: DeskId,
    key_hash: String,
    action: &'static str,
) -> Result<Desk, AppError> {
    let (app, by, at) = (app.clone(), acting.by(), app.clock.now().wall);
    let scope = acting.staff.scope(&app).await?;
    to_the_end(async move {
        let desk = change(&app, &acting, move |conn, trail| {
            not_deleted(conn, &scope, id)?;
            desks::set_key(conn, id, &key_hash, &by, at)?;
            trail.note(action, KIND, id, json!({}));
            on_file(conn, id)
        })
        .await?;
        revocation::desk_at_once(&app, id);
        Ok(desk)
    })
    .await
}
