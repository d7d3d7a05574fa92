//! A rehearsed consultation: the server plays one with itself, and tells step by step how it goes.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::access_control::credential::TOKEN_PREFIX;
use crate::http::gate::secret;
use crate::http::gate::staff::Acting;
use crate::http::kit::change::change;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Nothing, PathId};
use crate::http::trial::test_data;
use crate::http::{ask, edited, not_draining, to_the_end};
use crate::ids::{AccountId, JobId, LineId, TokenId};
use crate::rehearsal::{self, CUT_OFF, Cast, STALE_S, Stage, StepShown, Steps};
use crate::storage::centre::codes;
use crate::storage::centre::lines::{self, Line};
use crate::storage::people::api_tokens::{self, NewToken, TokenScopes};
use crate::storage::work::jobs::{self, Job, JobKind, JobState, NewJob};
use crate::storage::work::kept;
use crate::storage::work::test_data as on_file;
use crate::time::Wall;

/// The counsellor's token counts so long, should nothing else end it: the steps' patience together.
const TOKEN_S: i64 = 300;

/// A rehearsal that was begun.
#[derive(Debug, Serialize, ToSchema)]
pub struct RehearsalBegun {
    id: JobId,
}

/// A rehearsal.
#[derive(Debug, Serialize, ToSchema)]
pub struct RehearsalView {
    id: JobId,
    /// `RUNNING`, `DONE`, `FAILED` or `CANCELLED`.
    state: &'static str,
    /// In the order in which they are played.
    steps: Vec<StepShown>,
    /// Why it failed.
    error: Option<String>,
    began_at: Wall,
    ended_at: Option<Wall>,
}

/// Plays a whole consultation on a test line, in the language of who asks: nobody real is asked, and
/// it counts nowhere. One at a time.
#[utoipa::path(post, path = "/api/v1/rehearsals", tag = "test data",
    responses((status = 202, description = "It is played; read how it goes", body = RehearsalBegun),
        (status = 409, description = "`REHEARSAL_RUNS`, or `TEST_DATA_RUNS`: wait until that is over")))]
pub async fn begin(app: web::Data<App>, acting: Acting, _nothing: Body<Nothing>) -> Result<HttpResponse, AppError> {
    not_draining(&app)?;
    let id = JobId(app.clock.new_id());
    to_the_end(async move {
        let (line, cast) = prepare(&app, &acting, id).await?;
        edited::lines(&app, vec![line]).await?;
        rehearsal::start(&app.rehearsals, stage(&app), cast);
        Ok(HttpResponse::Accepted().json(RehearsalBegun { id }))
    })
    .await
}

/// What of this server it plays with.
fn stage(app: &App) -> Stage {
    let rooms = app.front.clone().recipient();
    let (store, keeper) = (app.store.clone(), app.settings.node);
    Stage { store, keeper, clock: app.clock.clone(), rooms, sockets: app.sockets.clone() }
}

/// How a rehearsal goes, or went.
#[utoipa::path(get, path = "/api/v1/rehearsals/{id}", tag = "test data", params(("id" = JobId, Path)),
    responses((status = 200, description = "Its steps", body = RehearsalView)))]
pub async fn read(app: web::Data<App>, PathId(id): PathId<JobId>) -> Result<web::Json<RehearsalView>, AppError> {
    let job = ask(&app, move |conn| jobs::by_id(conn, id)).await?;
    let job = job.filter(|job| job.kind == JobKind::Rehearsal).ok_or_else(AppError::not_found)?;
    Ok(web::Json(job.into()))
}

/// Puts on file what a rehearsal plays with: its line, its counsellor with a token, and itself.
async fn prepare(app: &App, acting: &Acting, id: JobId) -> Result<(Line, Cast), AppError> {
    let (key, token) = (secret::draw(), format!("{}{}", TOKEN_PREFIX, secret::draw()));
    let account = acting.staff.session.account.id;
    let language = acting.staff.session.account.language.clone();
    let (by, clock, token_hash) = (acting.by(), app.clock.clone(), secret::hash(&token));
    let keeper = app.settings.node;
    let token_id = TokenId(app.clock.new_id());
    let (line, result) = change(app, acting, move |conn, trail| {
        let at = clock.now().wall;
        lines::hold(conn)?;
        kept::abandon(conn, JobKind::Rehearsal, keeper, Wall(at.0 - STALE_S * 1_000_000), CUT_OFF, at)?;
        test_data::nothing_runs(conn)?;
        let line = on_file::ensure_line(conn, &language, LineId(clock.new_id()), &by, at)?;
        let counsellor = match on_file::counsellors(conn, line.id)?.first() {
            Some((counsellor, _)) => *counsellor,
            None => {
                let (new, name) =
                    (AccountId(clock.new_id()), if language == "en" { "Test counsellor" } else { "시험 상담사" });
                on_file::employ(conn, new, name, &line, &by, at)?;
                new
            }
        };
        let expires_at = Wall(at.0 + TOKEN_S * 1_000_000);
        let (name, token_hash) = ("rehearsal".to_owned(), token_hash.clone());
        let scopes = TokenScopes::DEFAULT;
        let token = NewToken { id: token_id, account: counsellor, name, token_hash, expires_at, scopes };
        api_tokens::create(conn, &token, at)?;
        let params = json!({ "language": language }).to_string();
        jobs::begin(conn, &NewJob { id, kind: JobKind::Rehearsal, account: Some(account), params }, keeper, at)?;
        trail.note("REHEARSAL_BEGUN", "JOB", id, json!({ "line": line.id, "counsellor": counsellor }));
        let result = codes::of_group(conn, codes::RESULT)?.into_iter().next().map(|code| code.code);
        Ok((line, result))
    })
    .await?;
    let (topic, language) = (line.topic.clone(), line.language.clone());
    Ok((line, Cast { id, topic, language, token: (token_id, token), key, result }))
}

impl From<Job> for RehearsalView {
    fn from(job: Job) -> Self {
        let mut steps = Steps::read(job.progress.as_deref());
        if job.state != JobState::Running {
            steps.cut_off(job.error.as_deref().unwrap_or(CUT_OFF));
        }
        Self {
            id: job.id,
            state: job.state.code(),
            steps: steps.shown(),
            error: job.error,
            began_at: job.made_at,
            ended_at: job.ended_at,
        }
    }
}
