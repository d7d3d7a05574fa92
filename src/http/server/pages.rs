//! The pages, out of the binary. A page is asked for anew each time and answered with 304 when it
//! is still the same; what it loads carries its own hash in its name and is kept for ever. The build
//! has compressed each file as well as it can be: nothing is compressed while somebody waits for it.

use std::borrow::Cow;

use actix_web::http::header::{
    ACCEPT_ENCODING, AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, ETAG, Encoding, Header as _, HeaderValue,
    LOCATION, VARY,
};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::http::kit::error::AppError;
use crate::http::server::fixed::{is_known, tag};

/// What `make web` has built. Without it the server still runs, and its pages say how to get them.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

/// What a server without pages shows.
const WITHOUT_PAGES: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Anteroom</title>\
    <p>This server was built without its pages. Run <code>make web</code> and build it again.</p></html>";

/// How the build compressed a file, smallest first, and what it added to its name.
const ENCODINGS: [(Encoding, &str, &str); 2] = [(Encoding::brotli(), "br", ".br"), (Encoding::gzip(), "gzip", ".gz")];

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
    answer(&format!("assets/{file}"), FOR_EVER, &request).ok_or_else(AppError::not_found)
}

fn page(name: &str, request: &HttpRequest) -> HttpResponse {
    answer(name, ANEW, request).unwrap_or_else(|| {
        HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            .insert_header((CACHE_CONTROL, ANEW))
            .body(WITHOUT_PAGES)
    })
}

/// The file, compressed as the browser takes it; none where there is no such file.
fn answer(name: &str, kept: HeaderValue, request: &HttpRequest) -> Option<HttpResponse> {
    let file = Dist::get(name)?;
    let tag = tag(&file.metadata.sha256_hash());
    let is_known = is_known(request, &tag);
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header((ETAG, tag.to_string()))
        .insert_header((CACHE_CONTROL, kept))
        .insert_header((VARY, ACCEPT_ENCODING.as_str()));
    if is_known {
        return Some(answer.finish());
    }
    match file.metadata.mimetype() {
        kind if kind.starts_with("text/") => answer.content_type(format!("{kind}; charset=utf-8")),
        kind => answer.content_type(kind),
    };
    let data = match compressed(name, request) {
        Some((encoding, compressed)) => {
            answer.insert_header((CONTENT_ENCODING, encoding));
            compressed.data
        }
        None => file.data,
    };
    // It is sent from where it lies in the binary, without a copy.
    Some(answer.body(match data {
        Cow::Borrowed(data) => Bytes::from_static(data),
        Cow::Owned(data) => Bytes::from(data),
    }))
}

/// The smallest of what the build made of a file that the browser takes, and what that is called.
fn compressed(name: &str, request: &HttpRequest) -> Option<(&'static str, EmbeddedFile)> {
    let accepted = AcceptEncoding::parse(request).ok()?;
    ENCODINGS.iter().find_map(|(encoding, code, ending)| {
        let is_taken = accepted.negotiate([encoding].into_iter()).as_ref() == Some(encoding);
        is_taken.then(|| Dist::get(&format!("{name}{ending}"))).flatten().map(|file| (*code, file))
    })
}
