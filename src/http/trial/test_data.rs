//! Test data, for whoever tries things out: how much there is, made, and taken away again.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::gate::staff::Acting;
use crate::http::kit::change::change;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Nothing};
use crate::http::kit::fault::Fault;
use crate::http::records::jobs::{JobAnswer, JobView};
use crate::http::{ask, not_draining};
use crate::ids::JobId;
use crate::jobs::TestDataParams;
use crate::protocol::FaultCode;
use crate::storage::AnyConnection;
use crate::storage::centre::lines;
use crate::storage::work::jobs::{self, JobKind, NewJob};
use crate::storage::work::test_data;

/// Most consultations made at once.
const CONSULTATIONS_MAX: u32 = 5_000;
/// Most days they are spread over.
const DAYS_MAX: u32 = 90;
/// The languages there are words in.
const LANGUAGES: [&str; 2] = ["ko", "en"];
/// What may not run side by side: both touch the same lines.
const ALONE: [JobKind; 3] = [JobKind::TestData, JobKind::TestDataRemoval, JobKind::Rehearsal];

/// What is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestDataRequest {
    /// So many consultations, most of them with messages, results and scores.
    #[schema(minimum = 1, maximum = 5000)]
    consultations: u32,
    /// Spread over so many days, up to yesterday.
    #[schema(minimum = 1, maximum = 90)]
    days: u32,
    /// `ko` or `en`: in which they talk.
    language: String,
}

/// How much test data there is, and what goes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestDataView {
    lines: i64,
    accounts: i64,
    consultations: i64,
    messages: i64,
    /// What makes it or takes it away just now; null if nothing does.
    running: Option<JobView>,
    /// The rehearsal that runs; null if none does.
    rehearsal: Option<JobId>,
}

/// How much test data there is.
#[utoipa::path(get, path = "/api/v1/test-data", tag = "test data",
    responses((status = 200, description = "The counts", body = TestDataView)))]
pub async fn read(app: web::Data<App>) -> Result<web::Json<TestDataView>, AppError> {
    // What goes on is read first: where nothing does, the counts after it are final.
    let (live, counts) = ask(&app, |conn| Ok((jobs::live(conn, &ALONE)?, test_data::counts(conn)?))).await?;
    let (rehearsals, running): (Vec<_>, Vec<_>) = live.into_iter().partition(|job| job.kind == JobKind::Rehearsal);
    Ok(web::Json(TestDataView {
        lines: counts.lines,
        accounts: counts.accounts,
        consultations: counts.consultations,
        messages: counts.messages,
        running: running.into_iter().next().map(JobView::from),
        rehearsal: rehearsals.first().map(|job| job.id),
    }))
}

/// Makes past consultations on a test line, in the background. They are in no figures, not on the
/// wall, and in the history only where test data is asked for.
#[utoipa::path(post, path = "/api/v1/test-data", tag = "test data", request_body = TestDataRequest,
    responses((status = 202, description = "It will be made; see the job", body = JobAnswer),
        (status = 409, description = "`TEST_DATA_RUNS` or `REHEARSAL_RUNS`: wait until that is over")))]
pub async fn make(
    app: web::Data<App>,
    acting: Acting,
    Body(wanted): Body<TestDataRequest>,
) -> Result<HttpResponse, AppError> {
    let TestDataRequest { consultations, days, language } = wanted;
    within("consultations", consultations, CONSULTATIONS_MAX)?;
    within("days", days, DAYS_MAX)?;
    if !LANGUAGES.contains(&language.as_str()) {
        let reason = format!("is not a language test data is made in; choose one of: {}", LANGUAGES.join(", "));
        return Err(AppError::out_of_bounds("language", (FaultCode::Choice, reason)));
    }
    let params = TestDataParams { consultations, days, language };
    let params = serde_json::to_string(&params).map_err(AppError::internal)?;
    asked(&app, &acting, JobKind::TestData, "TEST_DATA_MADE", params).await
}

/// Takes all test data away, in the background, and nothing else.
#[utoipa::path(delete, path = "/api/v1/test-data", tag = "test data",
    responses((status = 202, description = "It will be taken away; see the job", body = JobAnswer),
        (status = 409, description = "`TEST_DATA_RUNS` or `REHEARSAL_RUNS`: wait until that is over")))]
pub async fn remove(app: web::Data<App>, acting: Acting, _nothing: Body<Nothing>) -> Result<HttpResponse, AppError> {
    asked(&app, &acting, JobKind::TestDataRemoval, "TEST_DATA_REMOVED", "{}".to_owned()).await
}

async fn asked(
    app: &App,
    acting: &Acting,
    kind: JobKind,
    action: &'static str,
    params: String,
) -> Result<HttpResponse, AppError> {
    not_draining(app)?;
    let new = NewJob { id: JobId(app.clock.new_id()), kind, account: Some(acting.staff.session.account.id), params };
    let at = app.clock.now().wall;
    let job = change(app, acting, move |conn, trail| {
        lines::hold(conn)?;
        nothing_runs(conn)?;
        jobs::create(conn, &new, at)?;
        trail.note(action, "JOB", new.id, serde_json::from_str(&new.params).unwrap_or_else(|_| json!({})));
        jobs::by_id(conn, new.id)?.ok_or_else(AppError::not_found)
    })
    .await?;
    app.jobs.poke();
    Ok(HttpResponse::Accepted().json(JobAnswer::from(job)))
}

/// Refuses while test data is made, taken away, or rehearsed with. Hold the lines before.
pub(crate) fn nothing_runs(conn: &mut AnyConnection) -> Result<(), AppError> {
    match jobs::live(conn, &ALONE)?.first().map(|job| job.kind) {
        None => Ok(()),
        Some(JobKind::Rehearsal) => {
            Err(AppError::conflict("REHEARSAL_RUNS", "a rehearsal runs; it is over in less than a minute, try then"))
        }
        Some(_) => {
            let detail = "test data is being made or taken away; wait until that is done";
            Err(AppError::conflict("TEST_DATA_RUNS", detail))
        }
    }
}

fn within(field: &'static str, given: u32, max: u32) -> Result<(), AppError> {
    if (1..=max).contains(&given) {
        Ok(())
    } else {
        Err(AppError::out_of_bounds(field, Fault::range(given, 1, max.into())))
    }
}
