//! The office as everybody may see it, and what it is called.

use actix_web::web;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::actors::OfficeNow;
use crate::app::App;
use crate::feeds::OfficeView;
use crate::http::gate::staff::Acting;
use crate::http::kit::change::change;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, name};
use crate::http::{edited, to_the_end};
use crate::storage::centre::organisation;

/// Most characters of the organisation's name.
const NAME_CHARS_MAX: usize = 60;

/// The body of `PUT /api/v1/office`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficeNameRequest {
    /// What the organisation is called.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
}

/// The office now: its name, its lines, how many wait in each and how long that may take.
#[utoipa::path(get, path = "/api/v1/office", tag = "office",
    responses((status = 200, description = "The office", body = OfficeView)))]
pub async fn read(app: web::Data<App>) -> Result<web::Json<OfficeView>, AppError> {
    Ok(web::Json(app.public_feed.send(OfficeNow).await?))
}

/// Gives the organisation another name. Whoever looks at the office sees it within a second.
#[utoipa::path(put, path = "/api/v1/office", tag = "office", request_body = OfficeNameRequest,
    responses((status = 200, description = "The office", body = OfficeView)))]
pub async fn rename(
    app: web::Data<App>,
    acting: Acting,
    Body(given): Body<OfficeNameRequest>,
) -> Result<web::Json<OfficeView>, AppError> {
    let name = name("name", &given.name, NAME_CHARS_MAX)?;
    let (by, at) = (acting.by(), app.clock.now().wall);
    let renamed = async move {
        let name = change(&app, &acting, move |conn, trail| {
            organisation::rename(conn, &name, &by, at)?;
            trail.note("OFFICE_RENAMED", "OFFICE", "OFFICE", json!({"name": name}));
            Ok(name.clone())
        })
        .await?;
        edited::office(&app, name).await?;
        Ok(app.public_feed.send(OfficeNow).await?)
    };
    Ok(web::Json(to_the_end(renamed).await?))
}
