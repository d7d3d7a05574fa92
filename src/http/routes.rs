//! The route table: every path, its methods, and what answers. Who may use a route stands in
//! `access`; each route looks its row up while the program is built, and has the gate before it.

use actix_web::web::{self, ServiceConfig};
use actix_web::{Resource, Route, guard, middleware};

use super::Gate;
use crate::http::access_control::{accounts, log_ins, password, proof, second_factor, session, setup, tokens};
use crate::http::centre::{codes, desks, lines, office, posts, replies};
use crate::http::description::{docs, openapi};
use crate::http::gate::access::{self, Rule};
use crate::http::gate::pass::admit;
use crate::http::kit::error::AppError;
use crate::http::records::{audits, consultations, jobs, own_day, stats};
use crate::http::server::{health, pages, sockets, streams};
use crate::http::talk::{groups, media, rooms, transfers};
use crate::http::trial::{rehearsals, test_data};

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
        .service(at!("/ws/room": get => sockets::room))
        .service(at!("/api/v1/rooms/stream": get => streams::rooms))
        .service(at!("/api/v1/tickets/{id}/stream": get => streams::ticket))
        .service(at!("/api/v1/office/stream": get => streams::office))
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
                .service(at!("/display": get => pages::display))
                .service(at!("/counsellor": get => pages::counsellor))
                .service(at!("/admin": get => pages::admin))
                .service(at!("/setup": get => pages::setup))
                .service(at!("/signup": get => pages::signup))
                .service(at!("/verify": get => pages::verify))
                .service(at!("/reset": get => pages::reset))
                .service(at!("/account": get => pages::account))
                .service(at!("/room": get => pages::room))
                .service(at!("/assets/{file}": get => pages::asset))
                .default_service(web::to(nowhere)),
        );
}

fn api(config: &mut ServiceConfig) {
    config
        .service(at!("/api/v1/session": get => session::who, post => session::log_in, delete => session::log_out))
        .service(at!("/api/v1/session/proof": post => proof::renew))
        .service(at!("/api/v1/session/password": put => password::replace))
        .service(at!("/api/v1/sessions": get => log_ins::list, delete => log_ins::end_others))
        .service(at!("/api/v1/sessions/{id}": delete => log_ins::end))
        .service(at!("/api/v1/session/second-factor":
            post => second_factor::begin, put => second_factor::confirm, delete => second_factor::remove))
        .service(at!("/api/v1/tokens": get => tokens::list, post => tokens::make))
        .service(at!("/api/v1/tokens/{id}": delete => tokens::revoke))
        .service(at!("/api/v1/password/reset": post => password::ask_for_link))
        .service(at!("/api/v1/password": put => password::reset))
        .service(at!("/api/v1/accounts": get => accounts::view::list, post => accounts::sign_up::sign_up))
        .service(at!("/api/v1/accounts/verify": post => accounts::sign_up::verify))
        .service(at!("/api/v1/accounts/staff": post => accounts::made::make))
        .service(at!("/api/v1/accounts/{id}":
            get => accounts::view::read, patch => accounts::change::patch, delete => accounts::standing::delete))
        .service(at!("/api/v1/accounts/{id}/approve": post => accounts::standing::approve))
        .service(at!("/api/v1/accounts/{id}/suspend": post => accounts::standing::suspend))
        .service(at!("/api/v1/accounts/{id}/resume": post => accounts::standing::resume))
        .service(at!("/api/v1/accounts/{id}/restore": post => accounts::standing::restore))
        .service(at!("/api/v1/accounts/{id}/validity": put => accounts::standing::set_validity))
        .service(at!("/api/v1/accounts/{id}/second-factor": delete => accounts::standing::reset_second_factor))
        .service(at!("/api/v1/accounts/{id}/password-link": post => accounts::handed::make_link))
        .service(at!("/api/openapi.json": get => openapi::json))
        .service(at!("/api/docs": get => docs::front))
        .service(at!("/api/docs/{file:.*}": get => docs::file))
        .service(at!("/api/v1/setup": post => setup::set_up))
        // Before `{id}`, which would take it for one.
        .service(at!("/api/v1/desks/enrol": post => desks::keys::enrol))
        .service(at!("/api/v1/desks": get => desks::list, post => desks::register))
        .service(at!("/api/v1/desks/{id}": get => desks::read, patch => desks::edit, delete => desks::delete))
        .service(at!("/api/v1/desks/{id}/restore": post => desks::restore))
        .service(at!("/api/v1/desks/{id}/key": post => desks::keys::new_key, delete => desks::keys::revoke_key))
        .service(at!("/api/v1/desks/{id}/enrolment": post => desks::keys::enrolment))
        .service(at!("/api/v1/lines": get => lines::list, post => lines::create))
        .service(at!("/api/v1/lines/stats": get => lines::stats))
        .service(at!("/api/v1/lines/{id}": patch => lines::edit, delete => lines::delete))
        .service(at!("/api/v1/codes": get => codes::list, post => codes::create))
        .service(at!("/api/v1/codes/{seq}": patch => codes::edit, delete => codes::delete))
        .service(at!("/api/v1/office": get => office::read, put => office::rename))
        .service(at!("/api/v1/posts": get => posts::list, post => posts::create))
        .service(at!("/api/v1/posts/{id}": patch => posts::edit, delete => posts::delete))
        .service(at!("/api/v1/canned-replies": get => replies::list, post => replies::create))
        .service(at!("/api/v1/canned-replies/{id}": patch => replies::edit, delete => replies::delete))
        .service(at!("/api/v1/rooms": get => rooms::list, post => groups::open))
        .service(at!("/api/v1/rooms/{id}": get => rooms::read, patch => groups::edit, delete => rooms::remove))
        .service(at!("/api/v1/rooms/{id}/invitation": get => groups::invitation))
        .service(at!("/api/v1/rooms/{id}/members": get => rooms::members))
        .service(at!("/api/v1/rooms/{id}/messages": get => rooms::messages))
        .service(at!("/api/v1/rooms/{id}/timeline": get => groups::timeline))
        .service(at!("/api/v1/rooms/{id}/end": post => rooms::end))
        .service(at!("/api/v1/rooms/{id}/move": post => transfers::move_room))
        .service(at!("/api/v1/tickets/{id}/line": post => transfers::move_ticket))
        .service(at!("/api/v1/colleagues": get => transfers::colleagues))
        .service(at!("/api/v1/media": post => media::send))
        .service(at!("/api/v1/media/{id}": get => media::read))
        .service(at!("/api/v1/consultations": get => consultations::list))
        .service(at!("/api/v1/consultations/export": post => jobs::export))
        .service(at!("/api/v1/jobs": get => jobs::list))
        .service(at!("/api/v1/jobs/{id}": get => jobs::read_one, delete => jobs::cancel))
        .service(at!("/api/v1/jobs/{id}/file": get => jobs::file))
        .service(at!("/api/v1/consultations/{id}": get => consultations::read, patch => consultations::edit))
        .service(at!("/api/v1/test-data":
            get => test_data::read, post => test_data::make, delete => test_data::remove))
        .service(at!("/api/v1/rehearsals": post => rehearsals::begin))
        .service(at!("/api/v1/rehearsals/{id}": get => rehearsals::read))
        .service(at!("/api/v1/stats": get => stats::read))
        .service(at!("/api/v1/stats/mine": get => own_day::read))
        .service(at!("/api/v1/audits": get => audits::list));
}

/// `methods` as the macro joins them: each followed by a comma.
fn resource(path: &str, methods: &'static str) -> Resource {
    let allow = methods.trim_end_matches(", ");
    web::resource(path)
        .default_service(web::to(move || async move { Err::<&str, AppError>(AppError::method_not_allowed(allow)) }))
}

/// A route of this row. What can be read answers HEAD too, for those who only want to know.
fn of_method(rule: Rule) -> Route {
    match rule.method {
        "GET" => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
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
