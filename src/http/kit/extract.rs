//! What a request carries, read strictly: unknown fields are refused and named, and every fault
//! is a problem of ours.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::http::kit::error::AppError;
use crate::http::kit::fault::Fault;
use crate::http::server::bodies;
use crate::protocol::FaultCode;
use crate::protocol::text::TextCheck;
use crate::protocol::text::{self as kinds, TextFault};
use crate::storage::PAGE_MAX;

/// Most bytes in a body.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Rows in a page where the client does not say.
const PAGE_DEFAULT: u32 = 50;

/// A JSON body. `T` denies unknown fields. Every handler of a change takes one, if only [`Nothing`].
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = web::Payload::from_request(request, payload);
        let announced = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        let announced: usize = announced.unwrap_or_default();
        Box::pin(async move {
            if announced > BODY_BYTES_MAX {
                return Err(AppError::too_large(BODY_BYTES_MAX));
            }
            let payload = bytes.into_inner().map_err(|_| AppError::bad_request("the body could not be read"))?;
            let bytes = payload
                .to_bytes_limited(BODY_BYTES_MAX)
                .await
                .map_err(|_| AppError::too_large(BODY_BYTES_MAX))?
                .map_err(|error| match error.as_error::<PayloadError>() {
                    Some(error) if bodies::is_too_slow(error) => AppError::too_slow(),
                    _ => AppError::bad_request("the body broke off"),
                })?;
            read_json(&bytes).map(Self)
        })
    }
}

/// `bytes` as JSON; no bytes at all are an empty object, so that a body may be left out where
/// every field may be.
fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, AppError> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let reason = error.inner().to_string();
        match named_field(&reason) {
            Some((field, code)) => AppError::bad_field(field, (code, &reason)),
            None if path == "." => AppError::bad_request(format!("the body is not what is expected: {reason}")),
            None => AppError::bad_field(path, (FaultCode::Kind, &reason)),
        }
    })?;
    json.end().map_err(|error| AppError::bad_request(format!("the body is not one JSON value: {error}")))?;
    Ok(value)
}

/// The body of a change that needs no more than its path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// The body of what names the version it means, if it cares.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionRequest {
    /// The version that was read; left out, whatever is on file is meant.
    version: Option<i32>,
}

impl VersionRequest {
    /// Refuses if another version is meant than the one on file.
    pub fn check(&self, on_file: i32) -> Result<(), AppError> {
        match self.version {
            Some(read) if read != on_file => Err(AppError::edited(on_file)),
            _ => Ok(()),
        }
    }
}

/// For a field of an edit that may be taken away: absent is `None`, `null` is `Some(None)`.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(field: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(field).map(Some)
}

/// A query string. `T` denies unknown fields, and each of its fields may be left out.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read_query(request.query_string()).map(Self))
    }
}

fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, AppError> {
    let read = |text: &str| web::Query::<T>::from_query(text).map(web::Query::into_inner);
    read(query).map_err(|error| {
        // The decoder does not say which pair it stumbled over; each alone is a query too.
        let alone = query.split('&').find_map(|pair| read(pair).err().map(|error| (pair, error)));
        let reason = |error: &dyn std::fmt::Display| {
            let text = error.to_string();
            text.strip_prefix("Query deserialize error: ").unwrap_or(&text).to_owned()
        };
        match alone {
            Some((pair, error)) => {
                let reason = reason(&error);
                let named = pair.split('=').next().unwrap_or(pair);
                let (name, code) = named_field(&reason).unwrap_or((named, FaultCode::Kind));
                AppError::bad_field(name, (code, &reason))
            }
            None => {
                let reason = reason(&error);
                let (name, code) = named_field(&reason).unwrap_or(("query", FaultCode::Kind));
                AppError::bad_field(name, (code, &reason))
            }
        }
    })
}

/// The field in a message of serde's about an unknown, missing or repeated field, and which of these.
fn named_field(reason: &str) -> Option<(&str, FaultCode)> {
    let starts = [
        ("unknown field `", FaultCode::Unknown),
        ("missing field `", FaultCode::Missing),
        ("duplicate field `", FaultCode::Twice),
    ];
    starts.into_iter().find_map(|(start, code)| Some((reason.strip_prefix(start)?.split('`').next()?, code)))
}

/// The id in the path. One that is not an id names nothing: 404.
pub struct PathId<T>(pub T);

impl<T: FromStr> FromRequest for PathId<T> {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.match_info().query("id").parse().map(Self).map_err(|_| AppError::not_found()))
    }
}

/// `limit` within its bounds, or the default.
pub fn page_limit(limit: Option<u32>) -> Result<u32, AppError> {
    let limit = limit.unwrap_or(PAGE_DEFAULT);
    if (1..=PAGE_MAX).contains(&limit) {
        Ok(limit)
    } else {
        Err(AppError::out_of_bounds("limit", Fault::range(limit, 1, PAGE_MAX.into())))
    }
}

/// What somebody or something is shown by: one line that reads as it is written.
pub fn name(field: &'static str, given: &str, chars_max: usize) -> Result<String, AppError> {
    cleaned(kinds::name, field, given, chars_max)
}

/// One line.
pub fn line(field: &'static str, given: &str, chars_max: usize) -> Result<String, AppError> {
    cleaned(kinds::line, field, given, chars_max)
}

/// Words of any number of lines.
pub fn paragraph(field: &'static str, given: &str, chars_max: usize) -> Result<String, AppError> {
    cleaned(kinds::paragraph, field, given, chars_max)
}

/// Words of any number of lines that may be emptied: `None` takes away what was there.
pub fn emptied(field: &'static str, given: &str, chars_max: usize) -> Result<Option<String>, AppError> {
    match kinds::paragraph(given, chars_max) {
        Err(TextFault::Empty) => Ok(None),
        checked => checked.map(Some).map_err(|fault| AppError::out_of_bounds(field, fault)),
    }
}

/// What a program made up, such as a token.
pub fn key(field: &'static str, given: &str, chars_max: usize) -> Result<String, AppError> {
    cleaned(kinds::key, field, given, chars_max)
}

/// What somebody is to log in with.
pub fn login(field: &'static str, given: &str, chars_max: usize) -> Result<String, AppError> {
    cleaned(kinds::login, field, given, chars_max)
}

fn cleaned(kind: TextCheck, field: &'static str, given: &str, chars_max: usize) -> Result<String, AppError> {
    kind(given, chars_max).map_err(|fault| AppError::out_of_bounds(field, fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Login {
        login: String,
        #[serde(default)]
        tries: u8,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filter {
        limit: Option<u32>,
        status: Option<String>,
    }

    fn fields(error: &AppError) -> String {
        format!("{error:?}")
    }

    #[test]
    fn a_body_is_read_strictly() {
        assert_eq!(read_json::<Login>(br#"{"login":"a"}"#), Ok(Login { login: "a".into(), tries: 0 }));
        for (body, field) in [
            (r#"{"login":"a","colour":1}"#, "field: \"colour\""),
            (r#"{}"#, "field: \"login\""),
            ("", "field: \"login\""),
            (r#"{"login":"a","tries":"x"}"#, "field: \"tries\""),
            (r#"{"login":"a","login":"b"}"#, "field: \"login\""),
        ] {
            let error = read_json::<Login>(body.as_bytes()).unwrap_err();
            assert!(fields(&error).contains(field), "{body}: {error:?}");
        }
        for body in ["nonsense", "[", r#"{"login":"a"} {}"#, "\u{0}"] {
            assert!(read_json::<Login>(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn a_query_is_read_strictly() {
        assert_eq!(read_query("limit=5&status=DONE"), Ok(Filter { limit: Some(5), status: Some("DONE".into()) }));
        assert_eq!(read_query(""), Ok(Filter { limit: None, status: None }));
        for (query, field) in [
            ("limit=5&colour=red", "field: \"colour\""),
            ("status=DONE&limit=many", "field: \"limit\""),
            ("limit=1&limit=2", "field: \"limit\""),
        ] {
            let error = read_query::<Filter>(query).unwrap_err();
            assert!(fields(&error).contains(field), "{query}: {error:?}");
        }
    }

    #[test]
    fn a_page_has_bounds() {
        assert_eq!(page_limit(None), Ok(50));
        assert_eq!(page_limit(Some(200)), Ok(200));
        assert!(page_limit(Some(0)).is_err());
        assert!(page_limit(Some(201)).is_err());
    }
}
