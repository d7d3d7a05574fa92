//! Notices: what is shown to everybody for a time, and how it is edited.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
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
use crate::http::kit::extract::{Body, Params, PathId, VersionRequest, line, nullable, paragraph};
use crate::http::kit::fault::Fault;
use crate::ids::PostId;
use crate::protocol::FaultCode;
use crate::storage::AnyConnection;
use crate::storage::centre::posts::{self, NOTICE, Post};
use crate::time::Wall;

/// Most characters of a title.
const TITLE_CHARS_MAX: usize = 80;
/// Most characters of a text.
const BODY_CHARS_MAX: usize = 2_000;
/// Most notices there may be: they are listed in one answer.
const POSTS_MAX: usize = 100;
/// The last place in lists.
const ORDER_MAX: i32 = 9_999;
/// What the audit calls a notice.
const KIND: &str = "POST";

/// What the list is narrowed or widened to.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PostsQuery {
    /// `NOTICE`, which it is if left out.
    kind: Option<String>,
    /// Those in this language only, such as `ko`.
    language: Option<String>,
    /// Also those that are not shown now; for managers and admins.
    all: Option<bool>,
}

/// A notice.
#[derive(Debug, Serialize, ToSchema)]
pub struct PostView {
    id: PostId,
    kind: String,
    language: String,
    title: String,
    body: String,
    order: i32,
    from: Option<Wall>,
    until: Option<Wall>,
    version: i32,
}

/// A notice to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPost {
    /// `NOTICE`, which it is if left out.
    kind: Option<String>,
    /// A language in use, such as `ko`.
    language: String,
    #[schema(min_length = 1, max_length = 80)]
    title: String,
    /// Plain text.
    #[schema(min_length = 1, max_length = 2000)]
    body: String,
    /// Place in lists; the last if left out.
    #[schema(minimum = 0, maximum = 9999)]
    order: Option<i32>,
    /// Shown from then on; at once if left out.
    from: Option<DateTime<Utc>>,
    /// Shown until then; for good if left out.
    until: Option<DateTime<Utc>>,
}

/// An edit; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostEdit {
    /// The version that was read.
    version: i32,
    /// A language in use, such as `ko`.
    language: Option<String>,
    #[schema(min_length = 1, max_length = 80)]
    title: Option<String>,
    /// Plain text.
    #[schema(min_length = 1, max_length = 2000)]
    body: Option<String>,
    /// Place in lists.
    #[schema(minimum = 0, maximum = 9999)]
    order: Option<i32>,
    /// Shown from then on; null for at once.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    from: Option<Option<DateTime<Utc>>>,
    /// Shown until then; null for good.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<DateTime<Utc>>)]
    until: Option<Option<DateTime<Utc>>>,
}

/// Lists the notices that are shown now, in their order.
#[utoipa::path(get, path = "/api/v1/posts", tag = "posts", params(PostsQuery),
    responses((status = 200, description = "The notices", body = Page<PostView>)))]
pub async fn list(
    app: web::Data<App>,
    staff: Option<Staff>,
    Params(query): Params<PostsQuery>,
) -> Result<web::Json<Page<PostView>>, AppError> {
    let all = query.all.unwrap_or(false);
    if all {
        Staff::manages(staff.as_ref())?;
    }
    let (kind, now) = (kind(query.kind)?, app.clock.now().wall);
    let mut found = ask(&app, move |conn| posts::of_kind(conn, &kind)).await?;
    found.retain(|post| {
        (all || post.is_shown(now)) && query.language.as_ref().is_none_or(|language| *language == post.language)
    });
    Ok(web::Json(Page::whole(found.into_iter().map(PostView::from).collect())))
}

/// Makes a notice.
#[utoipa::path(post, path = "/api/v1/posts", tag = "posts", request_body = NewPost,
    responses((status = 201, description = "Made", body = PostView)))]
pub async fn create(app: web::Data<App>, acting: Acting, Body(given): Body<NewPost>) -> Result<HttpResponse, AppError> {
    let new = Post {
        id: PostId(app.clock.new_id()),
        kind: kind(given.kind)?,
        language: given.language,
        title: line("title", &given.title, TITLE_CHARS_MAX)?,
        body: paragraph("body", &given.body, BODY_CHARS_MAX)?,
        order: order(given.order.unwrap_or(0))?,
        from: given.from.map(Wall::from),
        until: given.until.map(Wall::from),
        deleted: false,
        version: 1,
    };
    check_span(&new)?;
    let goes_last = given.order.is_none();
    let (by, at) = (acting.by(), app.clock.now().wall);
    let made = change(&app, &acting, move |conn, trail| {
        posts::hold(conn)?;
        check_language(conn, &new.language)?;
        let there = posts::of_kind(conn, &new.kind)?;
        if there.len() >= POSTS_MAX {
            let detail = format!("there are {POSTS_MAX} notices, which is the most; delete one that is over");
            return Err(AppError::conflict("TOO_MANY_POSTS", detail));
        }
        let mut new = new.clone();
        if goes_last {
            let last = there.iter().map(|post| post.order).max();
            new.order = last.map_or(0, |last| last.saturating_add(1).min(ORDER_MAX));
        }
        posts::create(conn, &new, &by, at)?;
        trail.note("POST_MADE", KIND, new.id, told(&new));
        Ok(new)
    })
    .await?;
    Ok(HttpResponse::Created().json(PostView::from(made)))
}

/// Edits a notice.
#[utoipa::path(patch, path = "/api/v1/posts/{id}", tag = "posts", params(("id" = PostId, Path)),
    request_body = PostEdit, responses((status = 200, description = "Edited", body = PostView)))]
pub async fn edit(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<PostId>,
    Body(given): Body<PostEdit>,
) -> Result<web::Json<PostView>, AppError> {
    let title = given.title.map(|title| line("title", &title, TITLE_CHARS_MAX)).transpose()?;
    let body = given.body.map(|body| paragraph("body", &body, BODY_CHARS_MAX)).transpose()?;
    let order = given.order.map(order).transpose()?;
    let (by, at) = (acting.by(), app.clock.now().wall);
    let edited = change(&app, &acting, move |conn, trail| {
        let mut post = on_file(conn, id)?;
        if post.version != given.version {
            return Err(AppError::edited(post.version));
        }
        if let Some(language) = given.language.as_ref().filter(|language| **language != post.language) {
            check_language(conn, language)?;
            post.language.clone_from(language);
        }
        post.title = title.clone().unwrap_or(post.title);
        post.body = body.clone().unwrap_or(post.body);
        post.order = order.unwrap_or(post.order);
        post.from = given.from.map_or(post.from, |from| from.map(Wall::from));
        post.until = given.until.map_or(post.until, |until| until.map(Wall::from));
        check_span(&post)?;
        save(conn, &post, &by, at)?;
        trail.note("POST_EDITED", KIND, id, told(&post));
        on_file(conn, id)
    })
    .await?;
    Ok(web::Json(PostView::from(edited)))
}

/// Deletes a notice.
#[utoipa::path(delete, path = "/api/v1/posts/{id}", tag = "posts", params(("id" = PostId, Path)),
    request_body = VersionRequest, responses((status = 204, description = "Deleted")))]
pub async fn delete(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<PostId>,
    Body(given): Body<VersionRequest>,
) -> Result<HttpResponse, AppError> {
    let (by, at) = (acting.by(), app.clock.now().wall);
    change(&app, &acting, move |conn, trail| {
        let mut post = on_file(conn, id)?;
        given.check(post.version)?;
        post.deleted = true;
        save(conn, &post, &by, at)?;
        trail.note("POST_DELETED", KIND, id, json!({"title": post.title, "language": post.language}));
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn save(conn: &mut AnyConnection, post: &Post, by: &str, at: Wall) -> Result<(), AppError> {
    if posts::save(conn, post, by, at)? { Ok(()) } else { Err(AppError::edited(on_file(conn, post.id)?.version)) }
}

/// The notice, unless it is deleted.
fn on_file(conn: &mut AnyConnection, id: PostId) -> Result<Post, AppError> {
    posts::find(conn, id)?.filter(|post| !post.deleted).ok_or_else(AppError::not_found)
}

fn kind(given: Option<String>) -> Result<String, AppError> {
    match given.as_deref() {
        None | Some(NOTICE) => Ok(NOTICE.to_owned()),
        Some(_) => {
            Err(AppError::out_of_bounds("kind", (FaultCode::Choice, "is not known; the one kind there is, is NOTICE")))
        }
    }
}

fn order(given: i32) -> Result<i32, AppError> {
    if (0..=ORDER_MAX).contains(&given) {
        Ok(given)
    } else {
        Err(AppError::out_of_bounds("order", Fault::range(given, 0, ORDER_MAX.unsigned_abs().into())))
    }
}

fn check_span(post: &Post) -> Result<(), AppError> {
    match (post.from, post.until) {
        (Some(from), Some(until)) if until <= from => {
            let reason = "is not after `from`; give a later moment, or leave it out";
            Err(AppError::out_of_bounds("until", (FaultCode::Moment, reason)))
        }
        _ => Ok(()),
    }
}

/// A notice as the audit keeps it.
fn told(post: &Post) -> serde_json::Value {
    let Post { language, title, body, order, from, until, .. } = post;
    json!({"language": language, "title": title, "body": body, "order": order, "from": from, "until": until})
}

impl From<Post> for PostView {
    fn from(post: Post) -> Self {
        let Post { id, kind, language, title, body, order, from, until, deleted: _, version } = post;
        Self { id, kind, language, title, body, order, from, until, version }
    }
}
