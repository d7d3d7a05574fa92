//! A page on which the API can be read and tried. Its code is in the binary; nothing is fetched.

use std::sync::Arc;
use std::sync::LazyLock;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, LOCATION};
use actix_web::{HttpResponse, web};
use utoipa_swagger_ui::Config;

use super::error::AppError;

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    Arc::new(
        Config::new(["/api/openapi.json"])
            .try_it_out_enabled(true)
            .doc_expansion("none")
            .filter(true)
            .use_base_layout(),
    )
});

/// `GET /api/docs`: its files lie below it.
pub async fn front() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/api/docs/")).finish()
}

/// `GET /api/docs/{file}`
pub async fn file(path: web::Path<String>) -> Result<HttpResponse, AppError> {
    let file = utoipa_swagger_ui::serve(&path, CONFIG.clone()).map_err(AppError::internal)?;
    let file = file.ok_or_else(AppError::not_found)?;
    let mut response = HttpResponse::Ok();
    response.content_type(file.content_type).insert_header((CACHE_CONTROL, "no-cache"));
    if file.gzpipped {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    if path.is_empty() {
        let page =
            String::from_utf8_lossy(&file.bytes).replace("<title>Swagger UI</title>", "<title>Anteroom API</title>");
        return Ok(response.body(page));
    }
    Ok(response.body(file.bytes.into_owned()))
}
