//! The lines: what a visitor may choose, how each is doing, and how they are edited. A change
//! reaches the matchmaker before it is answered.

mod forms;

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::actors::{LineFigures, LineStats, TREND_MINUTES_MAX};
use crate::app::App;
use crate::http::access_control::revocation;
use crate::http::gate::staff::{Acting, Staff};
use crate::http::kit::change::{Trail, change};
use crate::http::kit::cursor::Page;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Params, PathId, VersionRequest};
use crate::http::{ask, edited, to_the_end};
use crate::ids::LineId;
use crate::protocol::FaultCode;
use crate::protocol::LineInfo;
use crate::storage::AnyConnection;
use crate::storage::centre::lines::{self, Line};
use crate::storage::centre::{codes, desks};
use crate::storage::people::accounts::AccountRole;
use crate::time::Wall;
pub use forms::{LineEdit, LineSettings, NewLine};

/// Minutes of live figures where the client does not say.
const MINUTES_DEFAULT: u16 = 30;
/// What the audit calls a line.
const KIND: &str = "LINE";

/// What the list may be widened to.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LinesQuery {
    /// Also those out of use, and of test data; for managers and admins.
    all: Option<bool>,
}

/// A line as anybody may see it; staff see its settings too.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineView {
    id: LineId,
    topic: String,
    language: String,
    name: String,
    name_en: String,
    open: bool,
    /// It is test data: nobody is offered it, and it counts nowhere.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    test: bool,
    #[serde(flatten)]
    #[schema(value_type = LineSettings)]
    settings: Option<LineSettings>,
}

/// Lists the lines in their order; to staff with their settings.
#[utoipa::path(get, path = "/api/v1/lines", tag = "lines", params(LinesQuery),
    responses((status = 200, description = "All lines", body = Page<LineView>)))]
pub async fn list(
    app: web::Data<App>,
    staff: Option<Staff>,
    Params(query): Params<LinesQuery>,
) -> Result<web::Json<Page<LineView>>, AppError> {
    let all = query.all.unwrap_or(false);
    if all {
        Staff::manages(staff.as_ref())?;
    }
    let mut lines = ask(&app, lines::every).await?;
    lines.retain(|line| line.is_public() || all && !line.deleted);
    let views = lines.into_iter().map(|line| LineView::of(&app, line, staff.is_some())).collect();
    Ok(web::Json(Page::whole(views)))
}

/// How far back the live figures go.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LineStatsQuery {
    /// Minutes of each line's `trend`; 30 if left out.
    #[param(minimum = 0, maximum = 1440)]
    minutes: Option<u16>,
}

/// Live figures of the lines in use, with how each did in the last minutes. To a manager of some
/// lines those alone.
#[utoipa::path(get, path = "/api/v1/lines/stats", tag = "lines", params(LineStatsQuery),
    responses((status = 200, description = "Figures of each line", body = Page<LineFigures>)))]
pub async fn stats(
    app: web::Data<App>,
    staff: Staff,
    Params(since): Params<LineStatsQuery>,
) -> Result<web::Json<Page<LineFigures>>, AppError> {
    let minutes = since.minutes.unwrap_or(MINUTES_DEFAULT);
    if minutes > TREND_MINUTES_MAX {
        let reason = format!("is {minutes}; at most {TREND_MINUTES_MAX} are kept");
        return Err(AppError::out_of_bounds("minutes", reason));
    }
    let scope = staff.scope(&app).await?;
    let mut lines = app.matchmaker.ask(LineStats { minutes }).await?;
    // How busy a line is tells nothing of anybody, so counsellors see all of them; managers what they run.
    let sees_all = staff.session.account.role == AccountRole::Counsellor;
    lines.retain(|line| sees_all || scope.holds_line(Some(line.id)));
    Ok(web::Json(Page::whole(lines)))
}

/// Makes a line. One of this topic in this language that was deleted is back, with these settings.
#[utoipa::path(post, path = "/api/v1/lines", tag = "lines", request_body = NewLine,
    responses((status = 201, description = "Made", body = LineView)))]
pub async fn create(app: web::Data<App>, acting: Acting, Body(given): Body<NewLine>) -> Result<HttpResponse, AppError> {
    let (topic, goes_last) = (forms::topic(&given.topic)?, given.order.is_none());
    let id = LineId(app.clock.new_id());
    let mut new = Line::with_defaults(id, &topic, &given.language, "", "", "");
    given.put_into(&mut new)?;
    let (by, at) = (acting.by(), app.clock.now().wall);
    let line = change_line(app.clone(), acting, move |conn, trail| {
        lines::hold(conn)?;
        check_language(conn, &new.language)?;
        check_topic(conn, &new.topic, &by, at)?;
        let mut line = match lines::by_topic(conn, &new.topic, &new.language)? {
            Some(there) if !there.deleted => {
                let detail = format!("the topic {topic} has a line in this language already, `{}`", there.name);
                return Err(AppError::conflict("LINE_EXISTS", detail));
            }
            Some(deleted) => Line { id: deleted.id, version: deleted.version, ..new.clone() },
            None => new.clone(),
        };
        if goes_last {
            let last =
                lines::every(conn)?.iter().filter(|line| !line.deleted && !line.test).map(|line| line.line_order).max();
            line.line_order = last.unwrap_or(0).saturating_add(1).min(forms::ORDER_MAX);
        }
        check_prefix(conn, &line)?;
        if line.id == new.id {
            lines::create(conn, &line, &by, at)?;
        } else {
            save(conn, &line, &by, at)?;
        }
        trail.note("LINE_MADE", KIND, line.id, told(&line));
        on_file(conn, line.id)
    })
    .await?;
    Ok(HttpResponse::Created().json(LineView::of(&app, line, true)))
}

/// Edits a line. New rules hold at once, also for those who wait; a room keeps those it opened with.
#[utoipa::path(patch, path = "/api/v1/lines/{id}", tag = "lines", params(("id" = LineId, Path)),
    request_body = LineEdit, responses((status = 200, description = "Edited", body = LineView)))]
pub async fn edit(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<LineId>,
    Body(given): Body<LineEdit>,
) -> Result<web::Json<LineView>, AppError> {
    let (by, at) = (acting.by(), app.clock.now().wall);
    let line = change_line(app.clone(), acting, move |conn, trail| {
        lines::hold(conn)?;
        let mut line = not_deleted(conn, id)?;
        if line.version != given.version {
            return Err(AppError::edited(line.version));
        }
        let before = line.clone();
        given.put_into(&mut line)?;
        if before.prefix != line.prefix || !before.in_use {
            check_prefix(conn, &line)?;
        }
        save(conn, &line, &by, at)?;
        trail.note("LINE_EDITED", KIND, id, told(&line));
        on_file(conn, id)
    })
    .await?;
    Ok(web::Json(LineView::of(&app, line, true)))
}

/// Deletes a line in which nobody waits or talks. Whoever serves it serves it no more; desks that
/// ask for it ask for none. The history keeps it.
#[utoipa::path(delete, path = "/api/v1/lines/{id}", tag = "lines", params(("id" = LineId, Path)),
    request_body = VersionRequest, responses((status = 204, description = "Deleted")))]
pub async fn delete(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<LineId>,
    Body(given): Body<VersionRequest>,
) -> Result<HttpResponse, AppError> {
    let (by, at) = (acting.by(), app.clock.now().wall);
    to_the_end(async move {
        let deleted = change(&app, &acting, move |conn, trail| {
            lines::hold(conn)?;
            let mut line = not_deleted(conn, id)?;
            given.check(line.version)?;
            let (waiting, talking) = lines::busy(conn, id)?;
            if waiting + talking > 0 {
                let detail = format!(
                    "{waiting} wait and {talking} talk in this line; take it out of use, and delete it once they are done"
                );
                return Err(AppError::conflict("IN_USE", detail));
            }
            line.deleted = true;
            save(conn, &line, &by, at)?;
            let served_by = lines::dismiss(conn, id)?;
            let desks = desks::leave_line(conn, id, &by, at)?;
            let detail = json!({"topic": line.topic, "language": line.language, "served_by": served_by, "desks": desks});
            trail.note("LINE_DELETED", KIND, id, detail);
            Ok((on_file(conn, id)?, served_by))
        });
        let (line, served_by) = deleted.await?;
        // What a manager may see has become less.
        revocation::send_back(&app, &served_by);
        edited::lines(&app, vec![line]).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A change of a line's records, and all told of it.
async fn change_line(
    app: web::Data<App>,
    acting: Acting,
    work: impl Fn(&mut AnyConnection, &mut Trail) -> Result<Line, AppError> + Send + 'static,
) -> Result<Line, AppError> {
    to_the_end(async move {
        let line = change(&app, &acting, work).await?;
        edited::lines(&app, vec![line.clone()]).await?;
        Ok(line)
    })
    .await
}

fn save(conn: &mut AnyConnection, line: &Line, by: &str, at: Wall) -> Result<(), AppError> {
    if lines::save(conn, line, by, at)? { Ok(()) } else { Err(AppError::edited(on_file(conn, line.id)?.version)) }
}

fn on_file(conn: &mut AnyConnection, id: LineId) -> Result<Line, AppError> {
    lines::find(conn, id)?.ok_or_else(AppError::not_found)
}

fn not_deleted(conn: &mut AnyConnection, id: LineId) -> Result<Line, AppError> {
    let line = Some(on_file(conn, id)?).filter(|line| !line.deleted).ok_or_else(AppError::not_found)?;
    if line.test {
        let detail = "this line is test data and stays as it is; it goes with all test data, see `Try it`";
        return Err(AppError::conflict("TEST_DATA", detail));
    }
    Ok(line)
}

/// Refuses a language that is not in use, with those that are.
pub(crate) fn check_language(conn: &mut AnyConnection, language: &str) -> Result<(), AppError> {
    let known: Vec<String> = codes::of_group(conn, codes::LANGUAGE)?.into_iter().map(|code| code.code).collect();
    if known.iter().any(|code| code == language) {
        return Ok(());
    }
    let reason = format!("is not a language in use; choose one of: {}", known.join(", "));
    Err(AppError::out_of_bounds("language", (FaultCode::NotThere, reason)))
}

/// A topic that is new is added with the line; one that was deleted is back; one out of use stays.
fn check_topic(conn: &mut AnyConnection, topic: &str, by: &str, at: Wall) -> Result<(), AppError> {
    match codes::by_name(conn, codes::TOPIC, topic)? {
        Some(mut code) if code.deleted => {
            (code.deleted, code.in_use) = (false, true);
            codes::save(conn, &code, by, at)?;
            Ok(())
        }
        Some(code) if !code.in_use => Err(AppError::out_of_bounds(
            "topic",
            (FaultCode::NotThere, "is out of use; take the code back into use first"),
        )),
        _ => Ok(()),
    }
}

/// Two lines whose numbers start alike would call two people at once.
fn check_prefix(conn: &mut AnyConnection, line: &Line) -> Result<(), AppError> {
    if !line.is_offered() {
        return Ok(());
    }
    match lines::with_prefix(conn, &line.prefix, line.id)? {
        None => Ok(()),
        Some(other) => {
            let detail = format!("`prefix` {} is that of the line `{other}`; choose another", line.prefix);
            Err(AppError::conflict("PREFIX_TAKEN", detail))
        }
    }
}

/// A line as the audit keeps it.
fn told(line: &Line) -> serde_json::Value {
    let mut detail = json!(LineSettings::of(line));
    for (name, value) in
        [("topic", &line.topic), ("language", &line.language), ("name", &line.name), ("name_en", &line.name_en)]
    {
        detail[name] = json!(value);
    }
    detail
}

impl LineView {
    fn of(app: &App, line: Line, with_settings: bool) -> Self {
        let shown = app.lines.all();
        let is_line = |shown: &LineInfo| shown.topic == line.topic && shown.language == line.language;
        let open = line.is_offered() && (line.test || shown.iter().any(|shown| shown.open && is_line(shown)));
        let settings = with_settings.then(|| LineSettings::of(&line));
        let Line { id, topic, language, name, name_en, test, .. } = line;
        Self { id, topic, language, name, name_en, open, test, settings }
    }
}
