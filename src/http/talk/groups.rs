//! Group rooms: opened, told about, changed and found by staff; and what stands on the door for
//! somebody who has the link. How rooms of every kind are read is in `rooms`.
//!
//! The link has the server's signature over the room in its fragment, so it is in no log and nothing
//! secret is on file; a room that is over answers to no key.

use std::collections::BTreeSet;

use actix::Arbiter;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::actors::{GroupEnded, GroupOpened};
use crate::app::App;
use crate::http::centre::lines::check_language;
use crate::http::gate::staff::{Acting, Staff};
use crate::http::kit::change::{change, seen};
use crate::http::kit::cursor::{Page, decode};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Params, PathId, name, nullable, page_limit, paragraph};
use crate::http::records::timeline::TimelineEntry;
use crate::http::talk::invitations::invited;
use crate::http::talk::media;
use crate::http::talk::room_view::{RoomView, shown, with_qr};
use crate::http::{ask, edited, not_draining, to_the_end};
use crate::ids::{AccountId, RoomId};
use crate::journal::{Keeper, Write, Written};
use crate::protocol::EndReason;
use crate::room::SEATS_MAX;
use crate::storage::centre::organisation;
use crate::storage::people::accounts::{self, AccountRole};
use crate::storage::talk::group_log;
use crate::storage::talk::groups::{self, Group, NewGroup};

/// Most characters of a title.
const TITLE_CHARS_MAX: usize = 60;
/// Most characters of what is said about a room.
const INFO_CHARS_MAX: usize = 500;
/// Most that may be open: each is an actor with its latest messages in memory.
const OPEN_MAX: u32 = 500;
/// What the audit calls a room.
const KIND: &str = "ROOM";

/// A room to be opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRoom {
    #[schema(min_length = 1, max_length = 60)]
    title: String,
    /// What it is for.
    #[schema(max_length = 500)]
    info: Option<String>,
    /// The `id` of a picture that was sent, or where it lies.
    picture: Option<String>,
    /// The language of its guests' page, one in use; that of who opens it if left out.
    language: Option<String>,
}

/// An edit; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomEdit {
    #[schema(min_length = 1, max_length = 60)]
    title: Option<String>,
    /// What it is for; null for nothing.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 500)]
    info: Option<Option<String>>,
    /// The `id` of a picture that was sent, or where it lies; null for none.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    picture: Option<Option<String>>,
}

/// What stands on the door.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invitation {
    title: String,
    info: Option<String>,
    picture: Option<String>,
    /// The language it was opened in.
    language: String,
    /// Seats taken.
    members: u32,
    /// Whether there is no seat free.
    full: bool,
    /// What the organisation is called.
    office: Option<String>,
}

/// Opens a group room. Its link is shown now and whenever staff read it.
#[utoipa::path(post, path = "/api/v1/rooms", tag = "rooms", request_body = NewRoom,
    responses((status = 201, description = "Opened", body = RoomView)))]
pub async fn open(app: web::Data<App>, acting: Acting, Body(given): Body<NewRoom>) -> Result<HttpResponse, AppError> {
    not_draining(&app)?;
    let (title, info) = (title(&given.title)?, info(given.info.as_deref())?);
    let picture = given.picture.as_deref().map(media::named).transpose()?;
    let account = &acting.staff.session.account;
    let (id, creator, home) = (RoomId(app.clock.new_id()), account.id, app.settings.node);
    let language = given.language.unwrap_or_else(|| account.language.clone());
    let at = app.clock.now().wall;
    let work = {
        let app = app.clone();
        async move {
            change(&app, &acting, move |conn, trail| {
                check_language(conn, &language)?;
                if groups::count_open(conn)? >= OPEN_MAX {
                    let detail = format!("{OPEN_MAX} group rooms are open, which is the most; end one that is over");
                    return Err(AppError::conflict("TOO_MANY_ROOMS", detail));
                }
                let picture = picture.map(|picture| media::take(conn, picture, at)).transpose()?;
                let (title, info, language) = (title.clone(), info.clone(), language.clone());
                let new = NewGroup { id, title, info, picture, language, creator, home };
                groups::create(conn, &new, at)?;
                trail.note("ROOM_OPENED", KIND, id, json!({"title": new.title, "info": new.info}));
                groups::find(conn, id)?.ok_or_else(AppError::not_found)
            })
            .await
            .inspect(|group| {
                let (group, thread) = (group.clone(), Arbiter::current());
                app.groups.do_send(GroupOpened { group, thread });
            })
        }
    };
    let made = to_the_end(work).await?;
    Ok(HttpResponse::Created().json(with_qr(shown(&app, made))?))
}

/// Changes what a group room is called and says of itself; for who opened it, and for managers.
#[utoipa::path(patch, path = "/api/v1/rooms/{id}", tag = "rooms", params(("id" = RoomId, Path)),
    request_body = RoomEdit, responses((status = 200, description = "Edited", body = RoomView)))]
pub async fn edit(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<RoomId>,
    Body(given): Body<RoomEdit>,
) -> Result<web::Json<RoomView>, AppError> {
    let title = given.title.as_deref().map(title).transpose()?;
    let info = given.info.map(|given| info(given.as_deref())).transpose()?;
    let picture = given.picture.map(|given| given.as_deref().map(media::named).transpose()).transpose()?;
    let (by, at) = (acting.by(), app.clock.now().wall);
    let work = {
        let (app, staff) = (app.clone(), acting.staff.clone());
        async move {
            change(&app, &acting, move |conn, trail| {
                let mut group = groups::find(conn, id)?.ok_or_else(AppError::not_found)?;
                check_may_change(&staff, &group)?;
                if let Some(picture) = picture {
                    group.about.picture = picture.map(|picture| media::take(conn, picture, at)).transpose()?;
                }
                group.about.info = info.clone().unwrap_or(group.about.info);
                group.room.title = title.clone().or(group.room.title);
                let called = group.room.title.clone().unwrap_or_default();
                if !groups::save(conn, id, &called, &group.about, &by, at)? {
                    return Err(over());
                }
                trail.note("ROOM_EDITED", KIND, id, json!({"title": called, "info": group.about.info}));
                Ok(group)
            })
            .await
            .inspect(|_| edited::group(&app, id))
        }
    };
    let edited = to_the_end(work).await?;
    Ok(web::Json(shown(&app, edited)))
}

/// Ends a group room on file; `false` if it was over.
pub(crate) async fn end_group(app: &App, room: RoomId, note: Option<String>) -> Result<bool, AppError> {
    let app = app.clone();
    let work = async move {
        let (reason, at) = (EndReason::Done, app.clock.now().wall);
        let write = Write::EndRoom { room, reason, by: None, note, at, wrap_up: false };
        match app.journal.write(Keeper::Home(app.settings.node), write).await {
            Ok(Written::Done) => {
                app.groups.do_send(GroupEnded(room));
                Ok(true)
            }
            Ok(Written::Stale) => Ok(false),
            Ok(_) | Err(_) => Err(AppError::unavailable("NOT_STORED", 1, "the end could not be stored; try again")),
        }
    };
    to_the_end(work).await
}

/// `?limit=&after=`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TimelineQuery {
    /// Moments in the page; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// What happened in a group room, open or over, the earliest first: opened, who came and went, what
/// was said, ended. That it was read is audited.
#[utoipa::path(get, path = "/api/v1/rooms/{id}/timeline", tag = "rooms", params(("id" = RoomId, Path), TimelineQuery),
    responses((status = 200, description = "A page of what happened", body = Page<TimelineEntry>)))]
pub async fn timeline(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<RoomId>,
    Params(query): Params<TimelineQuery>,
) -> Result<web::Json<Page<TimelineEntry>>, AppError> {
    let (limit, after) = (page_limit(query.limit)?, decode(query.after.as_deref())?);
    let group = ask(&app, move |conn| groups::find(conn, id)).await?.ok_or_else(AppError::not_found)?;
    seen(&app, &acting, "ROOM_TIMELINE_READ", KIND, id, json!({ "after": query.after })).await?;
    let (page, names) = ask(&app, move |conn| {
        let page = group_log::list(conn, &group, after, limit)?;
        let people: BTreeSet<AccountId> = page.items.iter().filter_map(|logged| logged.by).collect();
        Ok((page, accounts::names(conn, &people.into_iter().collect::<Vec<_>>())?))
    })
    .await?;
    Ok(web::Json(Page::of(page, |logged| TimelineEntry::logged(logged).named(&names))))
}

/// What stands on the door of a group room, for somebody who has its link.
#[utoipa::path(get, path = "/api/v1/rooms/{id}/invitation", tag = "rooms",
    params(("id" = RoomId, Path), ("x-invitation" = String, Header, description = "The key of the link")),
    responses((status = 200, description = "The room is open", body = Invitation)))]
pub async fn invitation(
    app: web::Data<App>,
    PathId(id): PathId<RoomId>,
    request: HttpRequest,
) -> Result<web::Json<Invitation>, AppError> {
    let Group { room, about, members } = invited(&app, &request, id).await?;
    let office = ask(&app, organisation::name).await?;
    let full = members as usize >= SEATS_MAX;
    let title = room.title.unwrap_or_default();
    Ok(web::Json(Invitation {
        title,
        info: about.info,
        picture: about.picture,
        language: about.language,
        members,
        full,
        office,
    }))
}

/// Refuses whoever neither opened the room nor manages.
pub(crate) fn check_may_change(staff: &Staff, group: &Group) -> Result<(), AppError> {
    if staff.power >= AccountRole::Manager || staff.session.account.id == group.about.creator {
        Ok(())
    } else {
        let detail = format!("this is for {}, who opened the room, and for managers", group.about.creator_name);
        Err(AppError::not_allowed(detail))
    }
}

/// 409: people talk in it no more.
pub(crate) fn over() -> AppError {
    AppError::conflict("ROOM_ENDED", "the room has ended already")
}

fn title(given: &str) -> Result<String, AppError> {
    name("title", given, TITLE_CHARS_MAX)
}

/// Nothing but blanks is nothing.
fn info(given: Option<&str>) -> Result<Option<String>, AppError> {
    let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) else { return Ok(None) };
    paragraph("info", given, INFO_CHARS_MAX).map(Some)
}
