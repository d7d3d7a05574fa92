//! Long work: exports asked for, how far they are, their files.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::app::App;
use crate::http::ask;
use crate::http::gate::staff::{Acting, Staff};
use crate::http::kit::change::{change, seen};
use crate::http::kit::cursor::{self, Page};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Nothing, Params, PathId, page_limit};
use crate::http::records::consultations::ConsultationQuery;
use crate::http::records::job_file::JobFile;
use crate::ids::JobId;
use crate::jobs::{ExportParams, Format};
use crate::protocol::FaultCode;
use crate::storage::people::accounts::AccountRole;
use crate::storage::people::scope::Scope;
use crate::storage::work::jobs::{self, Job, JobKind, JobState, NewJob};
use crate::time::Wall;

/// Most exports of one account that are queued or running.
const LIVE_MAX: i64 = 3;

/// A piece of long work.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobView {
    id: JobId,
    /// `EXPORT`, `VALIDITY`, `TEST_DATA`, `TEST_DATA_REMOVAL` or `REHEARSAL`.
    kind: &'static str,
    /// `QUEUED`, `RUNNING`, `DONE`, `FAILED` or `CANCELLED`.
    state: &'static str,
    /// Rows so far.
    done: i32,
    /// Rows in all, once that is known.
    total: Option<i32>,
    error: Option<String>,
    /// Where the file can be had, once it is there; it is kept for seven days.
    file: Option<String>,
    made_at: Wall,
    ended_at: Option<Wall>,
}

/// `{job}`
#[derive(Debug, Serialize, ToSchema)]
pub struct JobAnswer {
    job: JobView,
}

/// `?limit=&after=`
#[derive(serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct JobsQuery {
    /// Jobs in the page; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// The body of an export: the form of the file, and what the list of consultations may be narrowed
/// to, by the same names.
pub struct ExportRequest;

impl PartialSchema for ExportRequest {
    fn schema() -> RefOr<Schema> {
        let mut schema = ConsultationQuery::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.properties.insert("format".into(), Ref::from_schema_name(Format::name()).into());
            object.required.push("format".into());
            object.description = Some("What to export, by the names of the list, and in which form.".into());
        }
        schema
    }
}

impl ToSchema for ExportRequest {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Format::name().into(), Format::schema()));
        ConsultationQuery::schemas(schemas);
    }
}

/// Writes consultations into a file, in the background.
#[utoipa::path(post, path = "/api/v1/consultations/export", tag = "consultations", request_body = ExportRequest,
    responses((status = 202, description = "It will be made; see the job", body = JobAnswer)))]
pub async fn export(
    app: web::Data<App>,
    acting: Acting,
    Body(given): Body<Map<String, Value>>,
) -> Result<HttpResponse, AppError> {
    let (format, query) = read(given)?;
    let scope = acting.staff.scope(&app).await?;
    refuse_more_than_theirs(&scope, &acting, &query)?;
    let account = acting.staff.session.account.id;
    let filter = query.filter(&scope, account)?;
    let params = ExportParams { format, filter, language: acting.staff.session.account.language.clone() };
    let params = serde_json::to_string(&params).map_err(AppError::internal)?;
    let new = NewJob { id: JobId(app.clock.new_id()), kind: JobKind::Export, account: Some(account), params };
    let (id, at) = (new.id, app.clock.now().wall);
    change(&app, &acting, move |conn, trail| {
        if jobs::count_live(conn, account)? >= LIVE_MAX {
            let detail = format!("{LIVE_MAX} exports of yours are not done yet; wait for one or cancel it");
            return Err(AppError::conflict("TOO_MANY_JOBS", detail));
        }
        jobs::create(conn, &new, at)?;
        trail.note("EXPORT_ASKED", "JOB", new.id, serde_json::from_str(&new.params).unwrap_or(Value::Null));
        Ok(())
    })
    .await?;
    app.jobs.poke();
    let job = theirs(&app, &acting.staff, id).await?;
    Ok(HttpResponse::Accepted().json(JobAnswer::from(job)))
}

/// Your jobs, the newest first; an admin sees everybody's.
#[utoipa::path(get, path = "/api/v1/jobs", tag = "jobs", params(JobsQuery),
    responses((status = 200, description = "A page of jobs", body = Page<JobView>)))]
pub async fn list(
    app: web::Data<App>,
    staff: Staff,
    Params(query): Params<JobsQuery>,
) -> Result<web::Json<Page<JobView>>, AppError> {
    let limit = page_limit(query.limit)?;
    let after = cursor::decode(query.after.as_deref())?;
    let of = (staff.power < AccountRole::Admin).then_some(staff.session.account.id);
    let page = ask(&app, move |conn| jobs::list(conn, of, after, limit)).await?;
    let items = shown(&app, &staff, page.items).await?;
    Ok(web::Json(Page { items, next: page.next.map(cursor::encode) }))
}

/// A job.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = JobId, Path)),
    responses((status = 200, description = "The job", body = JobView)))]
pub async fn read_one(
    app: web::Data<App>,
    staff: Staff,
    PathId(id): PathId<JobId>,
) -> Result<web::Json<JobView>, AppError> {
    let job = theirs(&app, &staff, id).await?;
    shown(&app, &staff, vec![job]).await?.pop().map(web::Json).ok_or_else(AppError::not_found)
}

/// Calls a job off.
#[utoipa::path(delete, path = "/api/v1/jobs/{id}", tag = "jobs", params(("id" = JobId, Path)),
    responses((status = 204, description = "It goes no further")))]
pub async fn cancel(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<JobId>,
    Body(_): Body<Nothing>,
) -> Result<HttpResponse, AppError> {
    theirs(&app, &acting.staff, id).await?;
    let (by, at) = (acting.by(), app.clock.now().wall);
    change(&app, &acting, move |conn, trail| {
        if !jobs::cancel(conn, id, &by, at)? {
            return Err(AppError::conflict("JOB_OVER", "the job is over already"));
        }
        trail.note("JOB_CANCELLED", "JOB", id, json!({}));
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The file a job made. Parts of it may be asked for, so that a broken download goes on.
#[utoipa::path(get, path = "/api/v1/jobs/{id}/file", tag = "jobs", params(("id" = JobId, Path)), responses(
    (status = 200, description = "The file, by its format",
        content((String = "text/csv"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    (status = 206, description = "The part asked for with `range`",
        content((String = "text/csv"), (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))))]
pub async fn file(
    app: web::Data<App>,
    acting: Acting,
    request: HttpRequest,
    PathId(id): PathId<JobId>,
) -> Result<HttpResponse, AppError> {
    let job = theirs(&app, &acting.staff, id).await?;
    let is_there = shown(&app, &acting.staff, vec![job.clone()]).await?.iter().any(|job| job.file.is_some());
    let name = job.file.filter(|_| is_there && job.state == JobState::Done).ok_or_else(AppError::not_found)?;
    let file = JobFile::find(&app.store, id, name).await?.ok_or_else(AppError::not_found)?;
    seen(&app, &acting, "EXPORT_READ", "JOB", id, json!({})).await?;
    Ok(file.answer(&request))
}

/// The job, if they may know of it.
async fn theirs(app: &App, staff: &Staff, id: JobId) -> Result<Job, AppError> {
    let (me, sees_all) = (staff.session.account.id, staff.power >= AccountRole::Admin);
    let job = ask(app, move |conn| jobs::by_id(conn, id)).await?;
    job.filter(|job| sees_all || job.account == Some(me)).ok_or_else(AppError::not_found)
}

/// The job as they may see it: the file is theirs as long as they may know of all that is in it. A
/// role, or lines, may have been taken from them since they asked for it.
async fn shown(app: &App, staff: &Staff, jobs: Vec<Job>) -> Result<Vec<JobView>, AppError> {
    let (me, sees_all) = (staff.session.account.id, staff.power >= AccountRole::Admin);
    let scope = staff.scope(app).await?;
    let is_theirs = |job: &Job| -> Result<bool, AppError> {
        if sees_all || job.kind != JobKind::Export {
            return Ok(true);
        }
        let params: ExportParams = serde_json::from_str(&job.params).map_err(AppError::internal)?;
        Ok(params.is_within(&scope, me))
    };
    let shown = jobs.into_iter().map(|job| {
        let has_file = is_theirs(&job)?;
        let view = JobView::from(job);
        Ok(JobView { file: view.file.filter(|_| has_file), ..view })
    });
    shown.collect()
}

/// The form, and the filters as the list reads them.
fn read(mut given: Map<String, Value>) -> Result<(Format, ConsultationQuery), AppError> {
    let format = given
        .remove("format")
        .ok_or_else(|| AppError::bad_field("format", (FaultCode::Missing, "is missing; give CSV or XLSX")))?;
    let format = serde_json::from_value(format)
        .map_err(|_| AppError::bad_field("format", (FaultCode::Choice, "is neither CSV nor XLSX")))?;
    for paging in ["limit", "after"] {
        if given.contains_key(paging) {
            return Err(AppError::bad_field(paging, (FaultCode::Unknown, "is for lists; an export has no pages")));
        }
    }
    let query = serde_path_to_error::deserialize(Value::Object(given))
        .map_err(|error| AppError::bad_field(error.path().to_string(), (FaultCode::Kind, error.inner().to_string())))?;
    Ok((format, query))
}

/// Whoever sees little must ask for little: an export that silently held only a part would be taken
/// for the whole.
fn refuse_more_than_theirs(scope: &Scope, acting: &Acting, query: &ConsultationQuery) -> Result<(), AppError> {
    let me = acting.staff.session.account.id;
    match scope {
        Scope::Own if !query.is_of(me) => {
            Err(AppError::not_allowed(format!("you may export your own consultations; add \"counsellor\": \"{me}\"")))
        }
        _ => Ok(()),
    }
}

impl From<Job> for JobAnswer {
    fn from(job: Job) -> Self {
        Self { job: job.into() }
    }
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            id: job.id,
            kind: job.kind.code(),
            state: job.state.code(),
            done: job.done,
            total: job.total,
            error: job.error,
            file: job.file.map(|_| format!("/api/v1/jobs/{}/file", job.id)),
            made_at: job.made_at,
            ended_at: job.ended_at,
        }
    }
}
