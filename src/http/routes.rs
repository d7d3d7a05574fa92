//! The route table: every path, its methods, and what answers. Who may use a route stands in
//! `access`; each route looks its row up while the program is built, and has the gate before it.

use actix_web::web::{self, ServiceConfig};
use actix_web::{Resource, Route, guard, middleware};

use super::access::{self, Rule};
use super::error::AppError;
use super::gate::admit;
use super::{Gate, audits, codes, consultations, health, lines, openapi, pages, rooms, session, setup, sockets, streams};

/// A resource with its methods, each behind the gate with its row of the access table; every other
/// method is answered with 405 and those there are.
macro_rules! at {
    ($path:literal: $($method:ident => $handler:path),+ $(,)?) => {
        resource($path, concat!($(at!(@name $method), ", "),+))
            $(.route({
                let rule = const { access::rule(at!(@name $method), $path) };
                behind_gate(rule, of_method(rule).to($handler))
            }))+
    };
    (@name get) => { "GET" };
    (@name post) => { "POST" };
    (@name put) => { "PUT" };
    (@name patch) => { "PATCH" };
    (@name delete) => { "DELETE" };
}

/// Puts every route where it belongs.
///
/// Sockets and streams live for hours: they are neither compressed, which would hold back what is
/// meant for now, nor timed. Everything else is both.
pub fn routes(config: &mut ServiceConfig, gate: &Gate) {
    config
        .service(at!("/ws/desk": get => sockets::desk))
        .service(at!("/ws/counsellor": get => sockets::counsellor))
        .service(at!("/api/v1/rooms/stream": get => streams::rooms))
        .service(at!("/api/v1/tickets/{id}/stream": get => streams::ticket))
        .service(
            web::scope("")
                .wrap(middleware::Compress::default())
                .wrap(gate.metrics.middleware())
                .service(at!("/healthz": get => health::alive))
                .service(at!("/readyz": get => health::ready))
                .service(at!("/metrics": get => health::metrics))
                .configure(api)
                .service(at!("/": get => pages::front))
                .service(at!("/desk": get => pages::desk))
                .service(at!("/counsellor": get => pages::counsellor))
                .service(at!("/admin": get => pages::admin))
                .service(at!("/setup": get => pages::setup))
                .service(at!("/signup": get => pages::signup))
                .service(at!("/verify": get => pages::verify))
                .service(at!("/reset": get => pages::reset))
                .service(at!("/account": get => pages::account))
                .service(at!("/assets/{file}": get => pages::asset))
                .default_service(web::to(nowhere)),
        );
}

fn api(config: &mut ServiceConfig) {
    config
        .service(at!("/api/v1/session": get => session::who, post => session::log_in, delete => session::log_out))
        .service(at!("/api/openapi.json": get => openapi::json))
        .service(at!("/api/v1/setup": post => setup::set_up))
        .service(at!("/api/v1/lines": get => lines::list))
        .service(at!("/api/v1/lines/stats": get => lines::stats))
        .service(at!("/api/v1/codes": get => codes::list))
        .service(at!("/api/v1/rooms": get => rooms::list))
        .service(at!("/api/v1/rooms/{id}": get => rooms::read, delete => rooms::end))
        .service(at!("/api/v1/rooms/{id}/members": get => rooms::members))
        .service(at!("/api/v1/rooms/{id}/messages": get => rooms::messages))
        .service(at!("/api/v1/rooms/{id}/end": post => rooms::end))
        .service(at!("/api/v1/consultations": get => consultations::list))
        .service(at!("/api/v1/consultations/{id}": get => consultations::read))
        .service(at!("/api/v1/audits": get => audits::list));
}

/// `methods` as the macro joins them: each followed by a comma.
fn resource(path: &str, methods: &'static str) -> Resource {
    let allow = methods.trim_end_matches(", ");
    web::resource(path)
        .default_service(web::to(move || async move { Err::<&str, AppError>(AppError::method_not_allowed(allow)) }))
}

/// A route of this row. Pages and probes answer HEAD too, for those who only want to know.
fn of_method(rule: Rule) -> Route {
    match rule.method {
        "GET" if matches!(rule.kind, access::Kind::Page | access::Kind::Probe) => {
            web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
        }
        "GET" => web::get(),
        "POST" => web::post(),
        "PUT" => web::put(),
        "PATCH" => web::patch(),
        _ => web::delete(),
    }
}

fn behind_gate(rule: Rule, route: Route) -> Route {
    route.wrap(middleware::from_fn(move |request, next| admit(rule, request, next)))
}

async fn nowhere() -> Result<&'static str, AppError> {
    Err(AppError::not_found())
}
