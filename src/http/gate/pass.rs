//! What every request passes on its way in and every response on its way out.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use bytes::Bytes;
use uuid::Uuid;

use crate::app::App;
use crate::http::gate::access::{ByToken, Proof, RouteKind, Rule};
use crate::http::gate::origin::{Origins, check_content_type};
use crate::http::gate::staff::{self, Origin, Staff};
use crate::http::kit::error::AppError;
use crate::http::server::bodies;
use crate::http::server::metrics::Refused;
use crate::http::{Gate, OnConnection};
use crate::storage::people::accounts::AccountRole;

/// By this id a response is found in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Under https a browser that was here once comes by https alone: for a year from its last visit.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Most of a path that a line of the log shows: ours are shorter.
const LOGGED_PATH_MAX: usize = 200;

/// The middleware round everything. The innermost first: what the handler or an extractor answered gets the
/// request id; then come the headers; then the line in the log.
pub async fn pass(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let id = Uuid::now_v7().to_string();
    let connection = request.conn_data::<Arc<OnConnection>>().cloned();
    connection.iter().for_each(|connection| connection.set_asking(true));
    let method = request.method().clone();
    let path = request.path().to_owned();
    let mut page = PageHeaders::default();
    if let Some(gate) = request.app_data::<web::Data<Gate>>() {
        page = PageHeaders::of(&gate.origins, request.headers());
        let address = gate.proxies.client_of(request.request());
        request.extensions_mut().insert(Origin { address, request_id: id.clone() });
    }
    let response = match check(&request) {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(refusal) => request.error_response(refusal).map_into_boxed_body(),
    };
    let mut response = settle(response, &id);
    set_headers(&mut response, &id, path.starts_with("/api/"), page);
    log_line(&method, &path, response.status(), started, &id);
    connection.iter().for_each(|connection| connection.set_asking(false));
    if method == Method::HEAD {
        response = response.map_body(|_, body| BoxBody::new(HeadOnly(body.size())));
    }
    Ok(response)
}

/// What answers HEAD: the size of a body, and none of it. A stream would else be read for ever.
struct HeadOnly(BodySize);

impl MessageBody for HeadOnly {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}

fn check(request: &ServiceRequest) -> Result<(), AppError> {
    let Some(gate) = request.app_data::<web::Data<Gate>>() else {
        return Err(AppError::internal("a route outside the gate"));
    };
    if !is_known(request.method()) {
        gate.metrics.refused(Refused::Method);
        return Err(AppError::unknown_method());
    }
    gate.origins.check(request.method(), request.headers())
}

/// The middleware before one route, with its row of the access table: how often, who, in what form.
pub async fn admit(
    rule: Rule,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match may_enter(rule, &request).await {
        Ok(()) => {
            // What a socket sends is read for as long as it is open.
            if rule.kind != RouteKind::Stay {
                bodies::time(&mut request);
            }
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Err(refusal) => Ok(request.error_response(refusal).map_into_boxed_body()),
    }
}

async fn may_enter(rule: Rule, request: &ServiceRequest) -> Result<(), AppError> {
    let outside = || AppError::internal("a route outside the gate");
    let app = request.app_data::<web::Data<App>>().ok_or_else(outside)?;
    let gate = request.app_data::<web::Data<Gate>>().ok_or_else(outside)?;
    let address = request.extensions().get::<Origin>().ok_or_else(outside)?.address;
    // Who asks whether the server lives hears that it does; the others hear in words why not now.
    if rule.kind != RouteKind::Probe && gate.connections.is_overloaded() {
        gate.metrics.refused(Refused::Overloaded);
        return Err(AppError::overloaded());
    }
    gate.rates.from_address(rule.kind, address)?;
    check_content_type(rule.kind, request.method(), request.headers())?;
    if matches!(rule.kind, RouteKind::Probe | RouteKind::Page | RouteKind::Guess) {
        return Ok(());
    }
    let found = match staff::token_of(request.headers(), gate.origins.session_cookie()) {
        Some(token) => staff::find(app, gate, token).await?,
        None => None,
    };
    if let Some(staff) = &found {
        gate.rates.of_account(staff.session.account.id)?;
    }
    if let Some(least) = rule.who.least() {
        let staff = found.as_ref().ok_or_else(AppError::not_logged_in)?;
        if staff.power < least {
            return Err(refusal(staff, least));
        }
    }
    if let Some(staff) = found {
        if rule.proof == Proof::Fresh {
            staff.must_be_proven()?;
        }
        if let ByToken::With(scope) = rule.token
            && !staff.scopes.is_none_or(|scopes| scopes.has(scope))
        {
            return Err(AppError::scope_missing(scope.code()));
        }
        request.extensions_mut().insert(staff);
    }
    Ok(())
}

fn refusal(staff: &Staff, least: AccountRole) -> AppError {
    if staff.session.account.role >= least {
        AppError::second_factor_missing()
    } else if least == AccountRole::Admin {
        AppError::not_allowed("this is for admins")
    } else {
        AppError::not_allowed("this is for managers and admins")
    }
}

/// Every refusal leaves as a problem with the request id in it, also those of the framework.
fn settle(response: ServiceResponse<BoxBody>, id: &str) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let problem = match response.response().error() {
        Some(error) => error.as_error::<AppError>().cloned(),
        // An answer someone wrote on purpose, such as `/readyz`.
        None if response.headers().contains_key(CONTENT_TYPE) => return response,
        None => None,
    };
    let problem = problem.unwrap_or_else(|| AppError::of_status(status));
    if let Some(cause) = problem.cause() {
        log::error!(target: "anteroom::http", request_id = id; "a request failed inside: {cause}");
    }
    let is_last = problem.ends_connection();
    let problem = problem.response(id);
    let mut settled = response.into_response(problem);
    if is_last {
        // Any other refusal keeps the connection: a crowd that is told to wait must not open another
        // each time it asks.
        settled.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    settled
}

/// What a browser is told about pages of ours, by how it reached us.
#[derive(Default)]
struct PageHeaders {
    policy: Option<HeaderValue>,
    is_https: bool,
}

impl PageHeaders {
    fn of(origins: &Origins, asked: &HeaderMap) -> Self {
        Self { policy: HeaderValue::from_str(&origins.content_policy(asked)).ok(), is_https: origins.is_https }
    }
}

fn set_headers(response: &mut ServiceResponse<BoxBody>, id: &str, is_api: bool, page: PageHeaders) {
    let switches = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    if switches {
        return;
    }
    if let Some(policy) = page.policy {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if page.is_https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if is_api && !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// The path only: a query may hold a desk's key. What machines ask all day, and what nobody can
/// mean, is not worth a line to most.
fn log_line(method: &Method, path: &str, status: StatusCode, started: Instant, id: &str) {
    let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let is_quiet = matches!(path, "/healthz" | "/readyz" | "/metrics") || status == StatusCode::NOT_IMPLEMENTED;
    let level = if is_quiet { log::Level::Debug } else { log::Level::Info };
    let method = if is_known(method) { method.as_str() } else { "OTHER" };
    let path = &path[..path.floor_char_boundary(LOGGED_PATH_MAX)];
    log::log!(
        target: "anteroom::http", level,
        method, path, status = status.as_u16(), took_ms, request_id = id;
        "request"
    );
}

/// Whether RFC 9110 and 5789 know the method. A client may make any number of others up, and none may
/// become a label.
fn is_known(method: &Method) -> bool {
    const KNOWN: [Method; 9] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::CONNECT,
        Method::TRACE,
    ];
    KNOWN.contains(method)
}
