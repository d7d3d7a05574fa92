//! A page on which the API can be read and tried. Its code is in the binary; nothing is fetched.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use utoipa_swagger_ui::Config;

use crate::http::kit::error::AppError;
use crate::http::server::fixed::Fixed;

static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    Arc::new(
        Config::new(["/api/openapi.json"])
            .try_it_out_enabled(true)
            .doc_expansion("none")
            .filter(true)
            .use_base_layout(),
    )
});

/// The files that were asked for. Only those there are come in here, so there are a dozen at most.
static FILES: LazyLock<Mutex<HashMap<String, Arc<Fixed>>>> = LazyLock::new(Mutex::default);

/// `GET /api/docs`: its files lie below it.
pub async fn front() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/api/docs/")).finish()
}

/// `GET /api/docs/{file}`
pub async fn file(path: web::Path<String>, request: HttpRequest) -> Result<HttpResponse, AppError> {
    Ok(find(&path)?.answer(&request).await)
}

fn find(path: &str) -> Result<Arc<Fixed>, AppError> {
    let kept = || FILES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(file) = kept().get(path) {
        return Ok(file.clone());
    }
    let file = utoipa_swagger_ui::serve(path, CONFIG.clone()).map_err(AppError::internal)?;
    let file = file.ok_or_else(AppError::not_found)?;
    let bytes = if path.is_empty() {
        let page = String::from_utf8_lossy(&file.bytes);
        page.replace("<title>Swagger UI</title>", "<title>Anteroom API</title>").into_bytes()
    } else {
        file.bytes.into_owned()
    };
    let file = Arc::new(Fixed::new(&file.content_type, bytes));
    kept().insert(path.to_owned(), file.clone());
    Ok(file)
}
