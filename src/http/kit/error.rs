//! One error for everything behind the gate. It knows the status and the code, and is written as
//! `application/problem+json` (RFC 9457).
//!
//! Storage speaks of queries and the core of rules; here alone it is decided what of that an
//! outsider learns. What went wrong inside goes to the log, with the request id to find it by.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue, RETRY_AFTER, SEC_WEBSOCKET_VERSION, UPGRADE};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use diesel::result::DatabaseErrorKind;

use crate::http::kit::fault::{Fault, FieldFault};
use crate::nodes::NoAnswer;
use crate::protocol::FaultCode;
use crate::storage::StoreError;

/// The code of a transaction that lost against another.
const LOST_RACE: &str = "BUSY";
/// The code of a node on its way out.
const DRAINING: &str = "DRAINING";
/// The code of a node with as many connections as it can serve.
const OVERLOADED: &str = "OVERLOADED";

/// The content type of every error.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A refusal or a failure, as the client is told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct AppError {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldFault>,
    retry_after_s: Option<u32>,
    allow: Option<&'static str>,
    /// What went wrong inside; for the log alone.
    cause: Option<String>,
}

impl AppError {
    fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), errors: Vec::new(), retry_after_s: None, allow: None, cause: None }
    }

    /// 400: not in the form of the contract.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", detail)
    }

    /// 400: this field is unknown, missing, or of the wrong kind.
    pub fn bad_field(field: impl Into<String>, fault: impl Into<Fault>) -> Self {
        let fault = fault.into().of(field);
        Self { errors: vec![fault.clone()], ..Self::bad_request(format!("`{}`: {}", fault.field, fault.reason)) }
    }

    /// 401: nobody is logged in, or no longer.
    pub fn not_logged_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "NOT_LOGGED_IN", "log in first, with POST /api/v1/session")
    }

    /// 401: unknown login, wrong password, or an account that may not log in; which, is not told.
    pub fn bad_login() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "BAD_LOGIN", "the login or the password is not right")
    }

    /// 401: the password is right, and the account asks for a second factor.
    pub fn second_factor_needed() -> Self {
        let detail = "the password is right; send `code` too: six digits not used before, or a recovery code";
        Self::new(StatusCode::UNAUTHORIZED, "SECOND_FACTOR_NEEDED", detail)
    }

    /// 403: the password that was to prove who asks is not theirs.
    pub fn wrong_password(field: &str) -> Self {
        let fault = Fault::new(FaultCode::Wrong, "is not your password; type it again").of(field);
        let detail = format!("`{}` {}", fault.field, fault.reason);
        Self { errors: vec![fault], ..Self::new(StatusCode::FORBIDDEN, "WRONG_PASSWORD", detail) }
    }

    /// 403: the code that was to prove who asks is not right, or was used before.
    pub fn wrong_code() -> Self {
        let reason = "is not right or was used before; wait for the next one of the authenticator";
        let fault = Fault::new(FaultCode::Wrong, reason).of("code");
        let detail = format!("`code` {reason}");
        Self { errors: vec![fault], ..Self::new(StatusCode::FORBIDDEN, "WRONG_CODE", detail) }
    }

    /// 409: the link from a mail counts no more; `valid` says how long it did, `remedy` what to do.
    pub fn bad_link(valid: &str, remedy: &str) -> Self {
        let detail = format!("the link is unknown, was used, or is older than {valid}; {remedy}");
        Self::new(StatusCode::CONFLICT, "BAD_LINK", detail)
    }

    /// 403: an act on credentials, roles, standing or tokens, without a fresh proof of who asks.
    pub fn step_up() -> Self {
        let detail = "this needs a proof not older than ten minutes: send the password (and a code, where the account \
                      has a second factor) to POST /api/v1/session/proof and ask again; an API token may never do it";
        Self::new(StatusCode::FORBIDDEN, "STEP_UP", detail)
    }

    /// 403: an API token that was not given what this needs.
    pub fn scope_missing(scope: &str) -> Self {
        let detail = format!("this API token has not the scope `{scope}`; make one that has, or log in");
        Self::new(StatusCode::FORBIDDEN, "SCOPE_MISSING", detail)
    }

    /// 403: logged in, but not for this.
    pub fn not_allowed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "NOT_ALLOWED", detail)
    }

    /// 403: an admin whose account has no second factor yet.
    pub fn second_factor_missing() -> Self {
        let detail = "admins need a second factor for this; set it up under your account, then try again";
        Self::new(StatusCode::FORBIDDEN, "SECOND_FACTOR_MISSING", detail)
    }

    /// 403: a page of another origin used the cookie.
    pub fn origin_not_allowed() -> Self {
        let detail = "the Origin is neither this server's nor an allowed one; see --allowed-origin and --public-url";
        Self::new(StatusCode::FORBIDDEN, "ORIGIN_NOT_ALLOWED", detail)
    }

    /// 404: there is no such thing, or you may not know of it.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", "there is nothing here")
    }

    /// 405, with the methods there are.
    pub fn method_not_allowed(allow: &'static str) -> Self {
        let detail = format!("this resource understands {allow}");
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", detail) }
    }

    /// 408: the body was not there in time.
    pub fn too_slow() -> Self {
        let detail = "the body did not arrive in time; send the request again";
        Self::new(StatusCode::REQUEST_TIMEOUT, "TOO_SLOW", detail)
    }

    /// 426: a socket, and the request is not to open one of ours.
    pub fn upgrade_required(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UPGRADE_REQUIRED, "UPGRADE_REQUIRED", detail)
    }

    /// 501: a method nobody knows, wherever it is tried.
    pub fn unknown_method() -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "UNKNOWN_METHOD", "this method is not known to the server")
    }

    /// 409: the thing is not in a state for this. `code` says which.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// 409: somebody else edited it since it was read; `now` is the version on file.
    pub fn edited(now: i32) -> Self {
        let detail =
            format!("somebody else edited this: it is at version {now} now; read it again and repeat the edit");
        Self::conflict("EDITED", detail)
    }

    /// 413: the body is larger than `bytes_max`.
    pub fn too_large(bytes_max: usize) -> Self {
        let detail = format!("the body is larger than {bytes_max} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE", detail)
    }

    /// 415: a body of a kind that is not read.
    pub fn unsupported_media_type(expected: &str) -> Self {
        let detail = format!("send content-type: {expected}");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", detail)
    }

    /// 415: a file that is no picture of a kind that is drawn.
    pub fn unsupported_picture() -> Self {
        let reason = "is neither PNG, JPEG nor WebP, whatever its name says; send a picture of one of these kinds";
        let fault = Fault::new(FaultCode::Picture, reason).of("file");
        let detail = format!("`file` {reason}");
        let refusal = Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_PICTURE", detail);
        Self { errors: vec![fault], ..refusal }
    }

    /// 422: a value out of bounds.
    pub fn out_of_bounds(field: &str, fault: impl Into<Fault>) -> Self {
        let fault = fault.into().of(field);
        let detail = format!("`{}` {}", fault.field, fault.reason);
        Self { errors: vec![fault], ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "OUT_OF_BOUNDS", detail) }
    }

    /// 429: too much from one login, one address or for one thing.
    pub fn too_many(retry_after_s: u32, detail: impl Into<String>) -> Self {
        let retry_after_s = Some(retry_after_s.max(1));
        Self { retry_after_s, ..Self::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY", detail) }
    }

    /// 503: not now. `code` says why.
    pub fn unavailable(code: &'static str, retry_after_s: u32, detail: impl Into<String>) -> Self {
        let retry_after_s = Some(retry_after_s);
        Self { retry_after_s, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail) }
    }

    /// 503: this node is on its way out; another will answer.
    pub fn draining() -> Self {
        Self::unavailable(DRAINING, 1, "this node is shutting down; try again")
    }

    /// 503: this node has as many connections as it can serve.
    pub fn overloaded() -> Self {
        Self::unavailable(OVERLOADED, 5, "the server has as many connections as it can serve")
    }

    /// 500: our own mistake; `error` goes to the log only.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        let detail = "the server failed; its log knows more by the request id";
        Self { cause: Some(error.to_string()), ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL", detail) }
    }

    /// Whether a transaction failed only because another came between: it may be run again.
    #[must_use]
    pub fn is_lost_race(&self) -> bool {
        self.code == LOST_RACE
    }

    /// Whether the connection ends with it: another node may serve the next request, or the rest of
    /// this one is not waited for.
    #[must_use]
    pub fn ends_connection(&self) -> bool {
        [DRAINING, OVERLOADED].contains(&self.code) || self.status == StatusCode::REQUEST_TIMEOUT
    }

    /// What went wrong inside, for the log.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// What a response without a problem of ours is told as.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::SERVICE_UNAVAILABLE => Self::unavailable("UNAVAILABLE", 1, "try again a little later"),
            _ if status.is_server_error() => Self { status, ..Self::internal(status) },
            _ => Self { status, ..Self::bad_request(status.canonical_reason().unwrap_or("refused")) },
        }
    }

    /// The response, with the id the request is known by in the log.
    #[must_use]
    pub fn response(&self, request_id: &str) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.content_type(PROBLEM_JSON);
        if let Some(retry_after_s) = self.retry_after_s {
            response.insert_header((RETRY_AFTER, HeaderValue::from(retry_after_s)));
        }
        if let Some(allow) = self.allow {
            response.insert_header((ALLOW, HeaderValue::from_static(allow)));
        }
        if self.status == StatusCode::UPGRADE_REQUIRED {
            response.insert_header((UPGRADE, "websocket")).insert_header((SEC_WEBSOCKET_VERSION, "13"));
        }
        let body = serde_json::to_string(&Problem::of(self, request_id)).unwrap_or_default();
        response.body(body)
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        self.response("")
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        use diesel::result::Error as Query;
        match error {
            StoreError::Query(Query::NotFound) => Self::not_found(),
            StoreError::Query(Query::DatabaseError(kind, ref about))
                if matches!(kind, DatabaseErrorKind::SerializationFailure)
                    || about.message().contains("deadlock detected") =>
            {
                let detail = "the database is busy; try again";
                Self { cause: Some(error.to_string()), ..Self::unavailable(LOST_RACE, 1, detail) }
            }
            StoreError::Unavailable(_)
            | StoreError::Stalled
            | StoreError::Query(Query::DatabaseError(..) | Query::BrokenTransactionManager) => {
                let detail = "the database does not answer; try again";
                Self { cause: Some(error.to_string()), ..Self::unavailable("DATABASE_UNAVAILABLE", 1, detail) }
            }
            StoreError::Query(error) => Self::internal(error),
        }
    }
}

impl From<diesel::result::Error> for AppError {
    fn from(error: diesel::result::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<actix_web::error::BlockingError> for AppError {
    fn from(error: actix_web::error::BlockingError) -> Self {
        Self::internal(error)
    }
}

impl From<actix::MailboxError> for AppError {
    fn from(_: actix::MailboxError) -> Self {
        Self::unavailable("BUSY", 1, "the server is overloaded or shutting down; try again")
    }
}

impl From<NoAnswer> for AppError {
    fn from(_: NoAnswer) -> Self {
        let detail = "the node that knows did not answer; ask again, and look first whether it was done all the same";
        Self::unavailable("BUSY", 1, detail)
    }
}

/// What every refusal and failure is answered with (RFC 9457).
#[derive(Serialize, ToSchema)]
pub struct Problem<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "<[FieldFault]>::is_empty")]
    errors: &'a [FieldFault],
}

impl<'a> Problem<'a> {
    fn of(error: &'a AppError, request_id: &'a str) -> Self {
        Self {
            kind: format!("urn:anteroom:problem:{}", error.code.to_ascii_lowercase().replace('_', "-")),
            title: error.status.canonical_reason().unwrap_or("Error"),
            status: error.status.as_u16(),
            code: error.code,
            detail: &error.detail,
            request_id,
            errors: &error.errors,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(error: &AppError) -> serde_json::Value {
        serde_json::to_value(Problem::of(error, "r-1")).unwrap()
    }

    #[test]
    fn a_problem_has_every_member_of_the_contract() {
        let error = AppError::out_of_bounds("limit", Fault::range(0, 1, 200));
        assert_eq!(
            body(&error),
            serde_json::json!({
                "type": "urn:anteroom:problem:out-of-bounds",
                "title": "Unprocessable Entity",
                "status": 422,
                "code": "OUT_OF_BOUNDS",
                "detail": "`limit` is 0; 1 to 200 are allowed",
                "request_id": "r-1",
                "errors": [{
                    "field": "limit", "reason": "is 0; 1 to 200 are allowed", "code": "RANGE", "min": 1, "max": 200,
                }],
            })
        );
    }

    #[test]
    fn a_refusal_for_now_says_when_to_come_back() {
        for error in [AppError::too_many(0, "slow down"), AppError::draining()] {
            assert_eq!(error.response("r").headers().get(RETRY_AFTER), Some(&HeaderValue::from(1)));
        }
    }

    #[test]
    fn a_wrong_method_says_which_are_right() {
        let response = AppError::method_not_allowed("GET, POST").response("r");
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(response.headers().get(ALLOW).unwrap(), "GET, POST");
    }

    #[test]
    fn what_happened_inside_stays_inside() {
        let error = AppError::internal("password=hunter2");
        assert!(!body(&error).to_string().contains("hunter2"));
    }
}
