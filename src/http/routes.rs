//! The route table: every path, its methods, and what answers.

use actix_web::web::{self, ServiceConfig, delete, get, post};
use actix_web::{Resource, guard, middleware};

use super::error::AppError;
use super::{Gate, codes, consultations, health, lines, pages, rooms, session, setup, sockets, streams};

/// Puts every route where it belongs.
///
/// Sockets and streams live for hours: they are neither compressed, which would hold back what is
/// meant for now, nor timed. Everything else is both.
pub fn routes(config: &mut ServiceConfig, gate: &Gate) {
    config
        .service(at("/ws/desk", "GET").route(get().to(sockets::desk)))
        .service(at("/ws/counsellor", "GET").route(get().to(sockets::counsellor)))
        .service(at("/api/v1/rooms/stream", "GET").route(get().to(streams::rooms)))
        .service(at("/api/v1/tickets/{id}/stream", "GET").route(get().to(streams::ticket)))
        .service(
            web::scope("")
                .wrap(middleware::Compress::default())
                .wrap(gate.metrics.middleware())
                .service(at("/healthz", "GET, HEAD").route(read().to(health::alive)))
                .service(at("/readyz", "GET, HEAD").route(read().to(health::ready)))
                .service(at("/metrics", "GET, HEAD").route(read().to(health::metrics)))
                .service(
                    at("/api/v1/session", "GET, POST, DELETE")
                        .route(get().to(session::who))
                        .route(post().to(session::log_in))
                        .route(delete().to(session::log_out)),
                )
                .service(at("/api/v1/setup", "POST").route(post().to(setup::set_up)))
                .service(at("/api/v1/lines", "GET").route(get().to(lines::list)))
                .service(at("/api/v1/lines/stats", "GET").route(get().to(lines::stats)))
                .service(at("/api/v1/codes", "GET").route(get().to(codes::list)))
                .service(at("/api/v1/rooms", "GET").route(get().to(rooms::list)))
                .service(
                    at("/api/v1/rooms/{id}", "GET, DELETE").route(get().to(rooms::read)).route(delete().to(rooms::end)),
                )
                .service(at("/api/v1/rooms/{id}/members", "GET").route(get().to(rooms::members)))
                .service(at("/api/v1/rooms/{id}/messages", "GET").route(get().to(rooms::messages)))
                .service(at("/api/v1/rooms/{id}/end", "POST").route(post().to(rooms::end)))
                .service(at("/api/v1/consultations", "GET").route(get().to(consultations::list)))
                .service(at("/api/v1/consultations/{id}", "GET").route(get().to(consultations::read)))
                .service(at("/", "GET, HEAD").route(read().to(pages::front)))
                .service(at("/desk", "GET, HEAD").route(read().to(pages::desk)))
                .service(at("/counsellor", "GET, HEAD").route(read().to(pages::counsellor)))
                .service(at("/admin", "GET, HEAD").route(read().to(pages::admin)))
                .service(at("/setup", "GET, HEAD").route(read().to(pages::setup)))
                .service(at("/assets/{file}", "GET, HEAD").route(read().to(pages::asset)))
                .default_service(web::to(nowhere)),
        );
}

/// A resource that answers every other method with 405 and the methods it has.
fn at(path: &str, allow: &'static str) -> Resource {
    web::resource(path)
        .default_service(web::to(move || async move { Err::<&str, AppError>(AppError::method_not_allowed(allow)) }))
}

/// GET, and HEAD for those who only want to know.
fn read() -> actix_web::Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

async fn nowhere() -> Result<&'static str, AppError> {
    Err(AppError::not_found())
}
