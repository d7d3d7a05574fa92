//! Canned replies: texts that staff have at hand, their own and those that all share. The page fills
//! the placeholders.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::http::ask;
use crate::http::centre::lines::check_language;
use crate::http::gate::staff::{Acting, Staff};
use crate::http::kit::change::change;
use crate::http::kit::cursor::Page;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Params, PathId, VersionRequest, line, paragraph};
use crate::ids::{AccountId, ReplyId};
use crate::protocol::FaultCode;
use crate::storage::AnyConnection;
use crate::storage::centre::replies::{self, Reply};
use crate::storage::people::accounts::AccountRole;
use crate::time::Wall;

/// Most characters of a shortcut.
const SHORTCUT_CHARS_MAX: usize = 30;
/// Most characters of a text.
const BODY_CHARS_MAX: usize = 2_000;
/// Most replies of one's own.
const OWN_MAX: usize = 200;
/// Most shared replies.
const SHARED_MAX: usize = 500;
/// What the audit calls a reply.
const KIND: &str = "CANNED_REPLY";

/// What the list is narrowed to.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RepliesQuery {
    /// Only the shared ones, or only one's own; both if left out.
    shared: Option<bool>,
}

/// A reply.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplyView {
    id: ReplyId,
    shortcut: String,
    body: String,
    language: String,
    /// Everybody has it.
    shared: bool,
    /// One's own.
    mine: bool,
    version: i32,
}

/// A reply to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReply {
    /// Letters, digits, `-` and `_`; of those one sees, none may have it already.
    #[schema(min_length = 1, max_length = 30)]
    shortcut: String,
    /// The text; the page fills `{visitor}`, `{counsellor}`, `{number}` and `{line}`.
    #[schema(min_length = 1, max_length = 2000)]
    body: String,
    /// A language in use; one's own if left out.
    language: Option<String>,
    /// For everybody; managers and admins only. False if left out.
    shared: Option<bool>,
}

/// An edit; what is left out stays. Whose it is stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplyEdit {
    /// The version that was read.
    version: i32,
    /// Letters, digits, `-` and `_`; of those one sees, none may have it already.
    #[schema(min_length = 1, max_length = 30)]
    shortcut: Option<String>,
    /// The text; the page fills `{visitor}`, `{counsellor}`, `{number}` and `{line}`.
    #[schema(min_length = 1, max_length = 2000)]
    body: Option<String>,
    /// A language in use.
    language: Option<String>,
}

/// Lists one's own replies and the shared ones, by shortcut. A shared one that was made later than
/// one's own of the same shortcut does not hide it: one's own is the one that is listed.
#[utoipa::path(get, path = "/api/v1/canned-replies", tag = "replies", params(RepliesQuery),
    responses((status = 200, description = "The replies", body = Page<ReplyView>)))]
pub async fn list(
    app: web::Data<App>,
    staff: Staff,
    Params(query): Params<RepliesQuery>,
) -> Result<web::Json<Page<ReplyView>>, AppError> {
    let me = staff.session.account.id;
    let found = ask(&app, move |conn| match query.shared {
        Some(true) => replies::shared(conn),
        Some(false) => replies::own(conn, me),
        None => {
            let mut all = replies::own(conn, me)?;
            let shared = replies::shared(conn)?;
            let covered = |reply: &Reply| all.iter().any(|own| own.shortcut == reply.shortcut);
            let shared: Vec<Reply> = shared.into_iter().filter(|reply| !covered(reply)).collect();
            all.extend(shared);
            all.sort_by(|one, other| one.shortcut.cmp(&other.shortcut));
            Ok(all)
        }
    })
    .await?;
    Ok(web::Json(Page::whole(found.into_iter().map(ReplyView::from).collect())))
}

/// Makes a reply.
#[utoipa::path(post, path = "/api/v1/canned-replies", tag = "replies", request_body = NewReply,
    responses((status = 201, description = "Made", body = ReplyView), (status = 409, description = "SHORTCUT_TAKEN")))]
pub async fn create(
    app: web::Data<App>,
    acting: Acting,
    Body(given): Body<NewReply>,
) -> Result<HttpResponse, AppError> {
    let account = &acting.staff.session.account;
    let (me, shared) = (account.id, given.shared.unwrap_or(false));
    if shared {
        may_share(&acting)?;
    }
    let new = Reply {
        id: ReplyId(app.clock.new_id()),
        owner: (!shared).then_some(me),
        shortcut: shortcut(&given.shortcut)?,
        body: paragraph("body", &given.body, BODY_CHARS_MAX)?,
        language: given.language.unwrap_or_else(|| account.language.clone()),
        deleted: false,
        version: 1,
    };
    let (by, at) = (acting.by(), app.clock.now().wall);
    let made = change(&app, &acting, move |conn, trail| {
        replies::hold(conn)?;
        check_language(conn, &new.language)?;
        check_count(conn, new.owner)?;
        check_shortcut(conn, me, &new)?;
        replies::create(conn, &new, &by, at)?;
        trail.note("CANNED_REPLY_MADE", KIND, new.id, told(&new));
        Ok(new.clone())
    })
    .await?;
    Ok(HttpResponse::Created().json(ReplyView::from(made)))
}

/// Edits a reply.
#[utoipa::path(patch, path = "/api/v1/canned-replies/{id}", tag = "replies", params(("id" = ReplyId, Path)),
    request_body = ReplyEdit, responses((status = 200, description = "Edited", body = ReplyView)))]
pub async fn edit(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<ReplyId>,
    Body(given): Body<ReplyEdit>,
) -> Result<web::Json<ReplyView>, AppError> {
    let wanted = given.shortcut.as_deref().map(shortcut).transpose()?;
    let body = given.body.map(|body| paragraph("body", &body, BODY_CHARS_MAX)).transpose()?;
    let (by, at, who) = (acting.by(), app.clock.now().wall, acting.clone());
    let edited = change(&app, &acting, move |conn, trail| {
        replies::hold(conn)?;
        let mut reply = to_edit(conn, &who, id)?;
        if reply.version != given.version {
            return Err(AppError::edited(reply.version));
        }
        if let Some(language) = given.language.as_ref().filter(|language| **language != reply.language) {
            check_language(conn, language)?;
            reply.language.clone_from(language);
        }
        reply.shortcut = wanted.clone().unwrap_or(reply.shortcut);
        reply.body = body.clone().unwrap_or(reply.body);
        if wanted.is_some() {
            check_shortcut(conn, who.staff.session.account.id, &reply)?;
        }
        save(conn, &reply, &by, at)?;
        trail.note("CANNED_REPLY_EDITED", KIND, id, told(&reply));
        to_edit(conn, &who, id)
    })
    .await?;
    Ok(web::Json(ReplyView::from(edited)))
}

/// Deletes a reply.
#[utoipa::path(delete, path = "/api/v1/canned-replies/{id}", tag = "replies", params(("id" = ReplyId, Path)),
    request_body = VersionRequest, responses((status = 204, description = "Deleted")))]
pub async fn delete(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<ReplyId>,
    Body(given): Body<VersionRequest>,
) -> Result<HttpResponse, AppError> {
    let (by, at, who) = (acting.by(), app.clock.now().wall, acting.clone());
    change(&app, &acting, move |conn, trail| {
        let mut reply = to_edit(conn, &who, id)?;
        given.check(reply.version)?;
        reply.deleted = true;
        save(conn, &reply, &by, at)?;
        trail.note("CANNED_REPLY_DELETED", KIND, id, json!({"shortcut": reply.shortcut}));
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn may_share(acting: &Acting) -> Result<(), AppError> {
    if acting.staff.power >= AccountRole::Manager {
        Ok(())
    } else {
        Err(AppError::not_allowed("shared replies are for managers and admins to edit; make one of your own"))
    }
}

/// The reply, if it is there and theirs to edit. Whether somebody else has one is not told.
fn to_edit(conn: &mut AnyConnection, who: &Acting, id: ReplyId) -> Result<Reply, AppError> {
    let reply = replies::find(conn, id)?.filter(|reply| !reply.deleted).ok_or_else(AppError::not_found)?;
    match reply.owner {
        None => may_share(who)?,
        Some(owner) if owner == who.staff.session.account.id => {}
        Some(_) => return Err(AppError::not_found()),
    }
    Ok(reply)
}

fn save(conn: &mut AnyConnection, reply: &Reply, by: &str, at: Wall) -> Result<(), AppError> {
    if replies::save(conn, reply, by, at)? {
        return Ok(());
    }
    let now = replies::find(conn, reply.id)?.ok_or_else(AppError::not_found)?;
    Err(AppError::edited(now.version))
}

fn shortcut(given: &str) -> Result<String, AppError> {
    let shortcut = line("shortcut", given, SHORTCUT_CHARS_MAX)?;
    if shortcut.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_') {
        Ok(shortcut)
    } else {
        let reason = "has something else in it than letters, digits, - and _; leave it out";
        Err(AppError::out_of_bounds("shortcut", (FaultCode::Form, reason)))
    }
}

fn check_count(conn: &mut AnyConnection, owner: Option<AccountId>) -> Result<(), AppError> {
    let (there, most) = match owner {
        Some(owner) => (replies::own(conn, owner)?.len(), OWN_MAX),
        None => (replies::shared(conn)?.len(), SHARED_MAX),
    };
    if there < most {
        return Ok(());
    }
    let whose = if owner.is_some() { "of your own" } else { "shared" };
    let detail = format!("there are {most} replies {whose}, which is the most; delete one that is not used");
    Err(AppError::conflict("TOO_MANY_REPLIES", detail))
}

/// No other reply that this person sees has its shortcut.
fn check_shortcut(conn: &mut AnyConnection, me: AccountId, reply: &Reply) -> Result<(), AppError> {
    let seen = [replies::own(conn, me)?, replies::shared(conn)?].concat();
    match seen.into_iter().find(|other| other.id != reply.id && other.shortcut == reply.shortcut) {
        None => Ok(()),
        Some(other) => {
            let whose = if other.owner.is_some() { "a reply of your own" } else { "a shared reply" };
            let detail = format!("{whose} has the shortcut {} already; choose another", reply.shortcut);
            Err(AppError::conflict("SHORTCUT_TAKEN", detail))
        }
    }
}

/// A reply as the audit keeps it.
fn told(reply: &Reply) -> serde_json::Value {
    let Reply { shortcut, body, language, owner, .. } = reply;
    json!({"shortcut": shortcut, "body": body, "language": language, "shared": owner.is_none()})
}

impl From<Reply> for ReplyView {
    fn from(reply: Reply) -> Self {
        let Reply { id, owner, shortcut, body, language, deleted: _, version } = reply;
        Self { id, shortcut, body, language, shared: owner.is_none(), mine: owner.is_some(), version }
    }
}
