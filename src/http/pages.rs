//! The pages, out of the binary. A page is asked for anew each time and answered with 304 when it
//! is still the same; what it loads carries its own hash in its name and is kept for ever.

use std::fmt::Write as _;

use actix_web::http::header::{CACHE_CONTROL, ETAG, EntityTag, HeaderValue, IF_NONE_MATCH, IfNoneMatch, LOCATION};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::error::AppError;

/// What `make web` has built. Without it the server still runs, and its pages say how to get them.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

/// What a server without pages shows.
const WITHOUT_PAGES: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Anteroom</title>\
    <p>This server was built without its pages. Run <code>make web</code> and build it again.</p></html>";

const ANEW: HeaderValue = HeaderValue::from_static("no-cache");
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// `/`: visitors are the most, and staff know their page.
pub async fn front() -> HttpResponse {
    HttpResponse::Found().insert_header((LOCATION, "/desk")).finish()
}

/// `/desk`
pub async fn desk(request: HttpRequest) -> HttpResponse {
    page("desk.html", &request)
}

/// `/display`
pub async fn display(request: HttpRequest) -> HttpResponse {
    page("display.html", &request)
}

/// `/counsellor`
pub async fn counsellor(request: HttpRequest) -> HttpResponse {
    page("counsellor.html", &request)
}

/// `/admin`
pub async fn admin(request: HttpRequest) -> HttpResponse {
    page("admin.html", &request)
}

/// `/setup`
pub async fn setup(request: HttpRequest) -> HttpResponse {
    page("setup.html", &request)
}

/// `/signup`
pub async fn signup(request: HttpRequest) -> HttpResponse {
    page("signup.html", &request)
}

/// `/verify`
pub async fn verify(request: HttpRequest) -> HttpResponse {
    page("verify.html", &request)
}

/// `/reset`
pub async fn reset(request: HttpRequest) -> HttpResponse {
    page("reset.html", &request)
}

/// `/account`
pub async fn account(request: HttpRequest) -> HttpResponse {
    page("account.html", &request)
}

/// `/room`
pub async fn room(request: HttpRequest) -> HttpResponse {
    page("room.html", &request)
}

/// `/assets/{file}`
pub async fn asset(file: Path<String>, request: HttpRequest) -> Result<HttpResponse, AppError> {
    let file = Dist::get(&format!("assets/{file}")).ok_or_else(AppError::not_found)?;
    Ok(answer(file, FOR_EVER, &request))
}

fn page(name: &str, request: &HttpRequest) -> HttpResponse {
    match Dist::get(name) {
        Some(file) => answer(file, ANEW, request),
        None => HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((CACHE_CONTROL, ANEW))
            .body(WITHOUT_PAGES),
    }
}

fn answer(file: EmbeddedFile, kept: HeaderValue, request: &HttpRequest) -> HttpResponse {
    let tag = EntityTag::new_weak(file.metadata.sha256_hash()[..16].iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }));
    if is_known(request, &tag) {
        return HttpResponse::NotModified()
            .insert_header((ETAG, tag.to_string()))
            .insert_header((CACHE_CONTROL, kept))
            .finish();
    }
    let kind = match file.metadata.mimetype() {
        kind if kind.starts_with("text/") => format!("{kind}; charset=utf-8"),
        kind => kind.to_owned(),
    };
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((ETAG, tag.to_string()))
        .insert_header((CACHE_CONTROL, kept))
        .body(file.data.into_owned())
}

fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    use actix_web::http::header::Header as _;
    if !request.headers().contains_key(IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}
