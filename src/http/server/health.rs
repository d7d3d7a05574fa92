//! For those who watch over the server: is it alive, may it take traffic, how is it doing.

use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::actors::{Counts, CountsNow, RoomsHere};
use crate::app::App;
use crate::cluster::members::State;
use crate::http::kit::error::AppError;
use crate::http::server::cluster_metrics;
use crate::http::{Gate, ask};
use crate::storage::engine::installation;
use crate::tokens::SIGNING_KEY;

/// A database that has not answered by then is not ready, whatever it will say.
const DATABASE_WAIT: Duration = Duration::from_secs(2);
/// How a part is with which nothing is wrong.
const WELL: &str = "ok";

/// What may keep traffic away, each by its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Readiness {
    status: &'static str,
    /// `ok`; `failed`; `stalled`: it neither answers nor fails; `missing`: its file was deleted or replaced;
    /// `taken`: another server may have it.
    database: &'static str,
    /// `ok`; `failed`; `stalled`.
    journal: &'static str,
    draining: bool,
    /// As many connections are open as can be served.
    overloaded: bool,
    /// This node among others: `alone`: it is the only one; `joining`; `ok`; `gone`: the others go on without it, and
    /// it begins anew.
    cluster: &'static str,
    /// Who matches: `here`, `there`: another node; `none`, as far as is known. With none it is ready all the same:
    /// who asks waits for one.
    matchmaker: &'static str,
}

/// That the process answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Liveness {
    /// `alive`.
    #[schema(example = "alive")]
    status: &'static str,
}

/// The process answers.
#[utoipa::path(get, path = "/healthz", tag = "operation",
    responses((status = 200, description = "Alive", body = Liveness)))]
pub async fn alive() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(Liveness { status: "alive" })
}

/// Whether people may be sent here, and if not, why.
#[utoipa::path(get, path = "/readyz", tag = "operation", responses(
    (status = 200, description = "Ready", body = Readiness),
    (status = 503, description = "Not ready", body = Readiness)))]
pub async fn ready(app: web::Data<App>, gate: web::Data<Gate>) -> HttpResponse {
    let database = database(&app).await;
    let health = app.journal.health();
    let journal = match health.failing {
        None => WELL,
        Some(_) if health.stalled => "stalled",
        Some(_) => "failed",
    };
    let draining = app.draining.load(Ordering::Relaxed);
    let overloaded = gate.connections.is_overloaded();
    let (cluster, matchmaker) = standing(&app);
    let is_ready = database == WELL
        && journal == WELL
        && !draining
        && !overloaded
        && app.joined.as_ref().is_none_or(|joined| joined.cluster.is_ready(app.clock.now().mono));
    let status = match (is_ready, overloaded) {
        (true, _) => "ready",
        (false, true) => "overloaded",
        (false, false) => "not ready",
    };
    let readiness = Readiness { status, database, journal, draining, overloaded, cluster, matchmaker };
    let mut response = if is_ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    if !is_ready {
        response.insert_header((RETRY_AFTER, "1"));
    }
    response.insert_header((CACHE_CONTROL, "no-store")).json(readiness)
}

/// This node among others, and who matches, in a word each.
fn standing(app: &App) -> (&'static str, &'static str) {
    let Some(joined) = &app.joined else { return ("alone", "here") };
    let cluster = match joined.cluster.state() {
        None | Some(State::Joining) => "joining",
        Some(State::Up | State::Draining) => WELL,
        Some(State::Gone) => "gone",
    };
    (cluster, joined.cluster.matchmaker().code())
}

/// How the database is, in a word.
async fn database(app: &App) -> &'static str {
    if let Some(word) = app.store.out_of_reach() {
        return word;
    }
    let asked = ask(app, |conn| installation::get(conn, SIGNING_KEY));
    match actix_web::rt::time::timeout(DATABASE_WAIT, asked).await {
        Ok(Ok(_)) => WELL,
        Ok(Err(_)) => "failed",
        Err(_) => "stalled",
    }
}

/// Figures for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operation",
    responses((status = 200, description = "Prometheus text", body = String, content_type = "text/plain")))]
pub async fn metrics(app: web::Data<App>, gate: web::Data<Gate>) -> Result<HttpResponse, AppError> {
    let mut counts = match app.matchmaker.send(Counts).await {
        Ok(counts) => counts,
        // What waits is counted where it is matched, or every sum over nodes is wrong.
        Err(_) if app.joined.is_some() => CountsNow::default(),
        Err(fault) => return Err(fault.into()),
    };
    let cluster = match &app.joined {
        None => cluster_metrics::alone(),
        Some(joined) => {
            counts.rooms = app.front.send(RoomsHere).await?;
            cluster_metrics::text(&joined.cluster.figures(), &joined.bus.counts().await)
        }
    };
    let text = gate.metrics.text(&app, gate.connections.open(), counts).map_err(AppError::internal)? + &cluster;
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(text))
}
