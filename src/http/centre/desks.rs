//! Registered desks: who they are and where they stand. Their keys: see [`keys`].
//!
//! A desk is of the line it asks for when it names none, and for managers of that line; one without
//! is of the whole office, and for those who see all of it.

pub mod keys;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::http::access_control::revocation;
use crate::http::gate::secret;
use crate::http::gate::staff::{Acting, Staff};
use crate::http::kit::change::{Trail, change};
use crate::http::kit::cursor::{Page, decode};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Params, PathId, VersionRequest, line, name, nullable, page_limit};
use crate::http::{ask, to_the_end};
use crate::ids::{DeskId, LineId};
use crate::protocol::FaultCode;
use crate::storage::AnyConnection;
use crate::storage::centre::desks::{self, Desk, NO_KEY, NewDesk};
use crate::storage::centre::lines;
use crate::storage::people::scope::Scope;
use crate::time::Wall;

/// Most characters of a desk's name.
const NAME_CHARS_MAX: usize = 40;
/// Most characters of the place where it stands.
const PLACE_CHARS_MAX: usize = 100;
/// What the audit calls a desk.
const KIND: &str = "DESK";

/// A desk to be registered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeskRegistration {
    /// What staff call it.
    #[schema(min_length = 1, max_length = 40)]
    name: String,
    /// Where it stands.
    #[schema(max_length = 100)]
    place: Option<String>,
    /// The line it asks for when it names none.
    line: Option<LineId>,
}

/// An edit; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeskEdit {
    /// The version that was read.
    version: i32,
    /// What staff call it.
    #[schema(min_length = 1, max_length = 40)]
    name: Option<String>,
    /// Where it stands; null takes it away.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 100)]
    place: Option<Option<String>>,
    /// The line it asks for when it names none; null takes it away.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<LineId>)]
    line: Option<Option<LineId>>,
    /// Whether it may open sockets; false closes those it has.
    in_use: Option<bool>,
}

/// What the list may be narrowed or widened to.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DesksQuery {
    /// Also those deleted.
    all: Option<bool>,
    /// Desks in the page; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// A desk.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskView {
    id: DeskId,
    name: String,
    place: Option<String>,
    line: Option<LineId>,
    in_use: bool,
    deleted: bool,
    has_key: bool,
    key_at: Option<Wall>,
    enrolment_until: Option<Wall>,
    version: i32,
}

/// A desk with a new key, which is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeskWithKey {
    #[serde(flatten)]
    desk: DeskView,
    /// For `/ws/desk?desk=…&key=…`.
    key: String,
}

/// Lists the registered desks, the newest first.
#[utoipa::path(get, path = "/api/v1/desks", tag = "desks", params(DesksQuery),
    responses((status = 200, description = "A page of desks", body = Page<DeskView>)))]
pub async fn list(
    app: web::Data<App>,
    staff: Staff,
    Params(query): Params<DesksQuery>,
) -> Result<web::Json<Page<DeskView>>, AppError> {
    let (limit, after) = (page_limit(query.limit)?, decode(query.after.as_deref())?);
    let (all, scope) = (query.all.unwrap_or(false), staff.scope(&app).await?);
    let found = ask(&app, move |conn| desks::list(conn, &scope, all, after, limit)).await?;
    let now = app.clock.now().wall;
    Ok(web::Json(Page::of(found, |desk| DeskView::of(desk, now))))
}

/// Registers a desk. Its key is in the answer and nowhere else.
#[utoipa::path(post, path = "/api/v1/desks", tag = "desks", request_body = DeskRegistration,
    responses((status = 201, description = "Registered", body = DeskWithKey)))]
pub async fn register(
    app: web::Data<App>,
    acting: Acting,
    Body(given): Body<DeskRegistration>,
) -> Result<HttpResponse, AppError> {
    let (key, at) = (secret::draw(), app.clock.now().wall);
    let new = NewDesk {
        id: DeskId(app.clock.new_id()),
        name: name("name", &given.name, NAME_CHARS_MAX)?,
        place: place(given.place)?,
        key_hash: secret::hash(&key),
        line_id: given.line,
    };
    let (by, scope) = (acting.by(), acting.staff.scope(&app).await?);
    let desk = change(&app, &acting, move |conn, trail| {
        check_line(conn, &scope, new.line_id)?;
        desks::create(conn, &new, &by, at)?;
        let detail = json!({"name": new.name, "place": new.place, "line": new.line_id});
        trail.note("DESK_REGISTERED", KIND, new.id, detail);
        on_file(conn, new.id)
    })
    .await?;
    Ok(HttpResponse::Created().json(DeskWithKey { desk: DeskView::of(desk, at), key }))
}

/// Reads a desk, also a deleted one.
#[utoipa::path(get, path = "/api/v1/desks/{id}", tag = "desks", params(("id" = DeskId, Path)),
    responses((status = 200, description = "The desk", body = DeskView)))]
pub async fn read(
    app: web::Data<App>,
    staff: Staff,
    PathId(id): PathId<DeskId>,
) -> Result<web::Json<DeskView>, AppError> {
    let scope = staff.scope(&app).await?;
    let desk = ask(&app, move |conn| desks::find(conn, id)).await?;
    let desk = desk.filter(|desk| scope.holds_line(desk.line_id)).ok_or_else(AppError::not_found)?;
    Ok(web::Json(DeskView::of(desk, app.clock.now().wall)))
}

/// Edits a desk. Taken out of use, its sockets close and its key opens no others.
#[utoipa::path(patch, path = "/api/v1/desks/{id}", tag = "desks", params(("id" = DeskId, Path)), request_body = DeskEdit,
    responses((status = 200, description = "Edited", body = DeskView)))]
pub async fn edit(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<DeskId>,
    Body(given): Body<DeskEdit>,
) -> Result<web::Json<DeskView>, AppError> {
    let name = given.name.map(|given| name("name", &given, NAME_CHARS_MAX)).transpose()?;
    let place = given.place.map(place).transpose()?;
    let (version, line, in_use) = (given.version, given.line, given.in_use);
    let desk = change_desk(app.clone(), acting, id, move |conn, scope, desk, trail| {
        if desk.version != version {
            return Err(AppError::edited(desk.version));
        }
        if let Some(line) = line {
            check_line(conn, scope, line)?;
            desk.line_id = line;
        }
        desk.name = name.clone().unwrap_or_else(|| desk.name.clone());
        desk.place = place.clone().unwrap_or_else(|| desk.place.clone());
        desk.in_use = in_use.unwrap_or(desk.in_use);
        let detail = json!({"name": desk.name, "place": desk.place, "line": desk.line_id, "in_use": desk.in_use});
        trail.note("DESK_EDITED", KIND, id, detail);
        Ok(())
    })
    .await?;
    Ok(web::Json(DeskView::of(desk, app.clock.now().wall)))
}

/// Deletes a desk. What it asked for stays in the history.
#[utoipa::path(delete, path = "/api/v1/desks/{id}", tag = "desks", params(("id" = DeskId, Path)),
    request_body = VersionRequest, responses((status = 204, description = "Deleted")))]
pub async fn delete(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<DeskId>,
    Body(given): Body<VersionRequest>,
) -> Result<HttpResponse, AppError> {
    change_desk(app, acting, id, move |_, _, desk, trail| {
        given.check(desk.version)?;
        desk.deleted = true;
        trail.note("DESK_DELETED", KIND, id, json!({"name": desk.name}));
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Brings a deleted desk back as it was, with its key.
#[utoipa::path(post, path = "/api/v1/desks/{id}/restore", tag = "desks", params(("id" = DeskId, Path)),
    request_body = VersionRequest, responses((status = 200, description = "Restored", body = DeskView)))]
pub async fn restore(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<DeskId>,
    Body(given): Body<VersionRequest>,
) -> Result<web::Json<DeskView>, AppError> {
    let (by, at) = (acting.by(), app.clock.now().wall);
    let scope = acting.staff.scope(&app).await?;
    let desk = change(&app, &acting, move |conn, trail| {
        let mut desk = theirs(conn, &scope, id)?;
        given.check(desk.version)?;
        if !desk.deleted {
            return Err(AppError::conflict("NOT_DELETED", "the desk is not deleted"));
        }
        desk.deleted = false;
        save(conn, &desk, &by, at)?;
        trail.note("DESK_RESTORED", KIND, id, json!({"name": desk.name}));
        on_file(conn, id)
    })
    .await?;
    Ok(web::Json(DeskView::of(desk, at)))
}

/// A change of a desk that is not deleted; if it may not be here any more, its sockets go.
async fn change_desk(
    app: web::Data<App>,
    acting: Acting,
    id: DeskId,
    work: impl Fn(&mut AnyConnection, &Scope, &mut Desk, &mut Trail) -> Result<(), AppError> + Send + 'static,
) -> Result<Desk, AppError> {
    let (by, at) = (acting.by(), app.clock.now().wall);
    let scope = acting.staff.scope(&app).await?;
    to_the_end(async move {
        let desk = change(&app, &acting, move |conn, trail| {
            let mut desk = not_deleted(conn, &scope, id)?;
            work(conn, &scope, &mut desk, trail)?;
            save(conn, &desk, &by, at)?;
            on_file(conn, id)
        })
        .await?;
        if desk.deleted || !desk.in_use {
            revocation::desk_at_once(&app, id);
        }
        Ok(desk)
    })
    .await
}

fn save(conn: &mut AnyConnection, desk: &Desk, by: &str, at: Wall) -> Result<(), AppError> {
    if desks::save(conn, desk, by, at)? { Ok(()) } else { Err(AppError::edited(on_file(conn, desk.id)?.version)) }
}

fn on_file(conn: &mut AnyConnection, id: DeskId) -> Result<Desk, AppError> {
    desks::find(conn, id)?.ok_or_else(AppError::not_found)
}

/// The desk, if it asks for a line of theirs. One that asks for none may ask for any: it is of the
/// whole office, and for those who see all of it.
fn theirs(conn: &mut AnyConnection, scope: &Scope, id: DeskId) -> Result<Desk, AppError> {
    Some(on_file(conn, id)?).filter(|desk| scope.holds_line(desk.line_id)).ok_or_else(AppError::not_found)
}

fn not_deleted(conn: &mut AnyConnection, scope: &Scope, id: DeskId) -> Result<Desk, AppError> {
    let desk = theirs(conn, scope, id)?;
    if desk.deleted {
        return Err(AppError::conflict("DELETED", "the desk is deleted; restore it first"));
    }
    Ok(desk)
}

/// Refuses a line that is not there, and a desk that is to ask for what is not theirs.
fn check_line(conn: &mut AnyConnection, scope: &Scope, line: Option<LineId>) -> Result<(), AppError> {
    if !scope.holds_line(line) {
        let reason =
            "is not a line of yours; give the `id` of one: a desk of the whole office is for those who see all of it";
        return Err(AppError::out_of_bounds("line", reason));
    }
    let Some(id) = line else { return Ok(()) };
    match lines::find(conn, id)?.filter(|line| !line.deleted && !line.test) {
        Some(_) => Ok(()),
        None => {
            let reason = "is not a line; take the `id` of one from GET /api/v1/lines";
            Err(AppError::out_of_bounds("line", (FaultCode::NotThere, reason)))
        }
    }
}

/// A blank place is none.
fn place(given: Option<String>) -> Result<Option<String>, AppError> {
    given.filter(|place| !place.trim().is_empty()).map(|place| line("place", &place, PLACE_CHARS_MAX)).transpose()
}

impl DeskView {
    fn of(desk: Desk, now: Wall) -> Self {
        Self {
            id: desk.id,
            name: desk.name,
            place: desk.place,
            line: desk.line_id,
            in_use: desk.in_use,
            deleted: desk.deleted,
            has_key: desk.key_hash != NO_KEY,
            key_at: desk.key_at,
            enrolment_until: desk.enrol_until.filter(|until| *until > now),
            version: desk.version,
        }
    }
}
