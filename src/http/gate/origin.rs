//! Which pages may use a visitor's cookie.

use actix_web::http::header::{CONTENT_TYPE, HOST, HeaderMap, ORIGIN, UPGRADE};
use actix_web::http::{Method, header};

use crate::http::gate::access::RouteKind;
use crate::http::gate::cookies::Name;
use crate::http::kit::error::AppError;

/// Most bytes of a host and its port.
const HOST_BYTES_MAX: usize = 260;
/// The start of [`Origins::content_policy`].
const CONTENT_POLICY: &str = "default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; \
                              object-src 'none'; img-src 'self' data:; connect-src 'self'";

/// The origins that are ours.
#[derive(Clone, Debug)]
pub struct Origins {
    /// Under TLS: the public URL says so, as a proxy hides it from us.
    pub is_https: bool,
    /// The public URL's origin and those the operator allowed, in lower case.
    pub allowed: Vec<String>,
    /// How people reach this server, if the operator said so.
    pub public: Option<String>,
}

impl Origins {
    /// Refuses a request in which a page of somebody else's uses the cookie: a change and a
    /// handshake must name an origin of ours. Programs use a bearer token and need none.
    pub fn check(&self, method: &Method, headers: &HeaderMap) -> Result<(), AppError> {
        if self.session_cookie().read(headers).is_none() {
            return Ok(());
        }
        let is_handshake = headers.contains_key(UPGRADE);
        match headers.get(ORIGIN) {
            None if is_unsafe(method) || is_handshake => Err(AppError::origin_not_allowed()),
            Some(origin) if is_unsafe(method) || is_handshake => {
                let origin = origin.to_str().unwrap_or_default();
                if self.is_ours(origin, headers) { Ok(()) } else { Err(AppError::origin_not_allowed()) }
            }
            _ => Ok(()),
        }
    }

    /// The cookie of a log-in.
    #[must_use]
    pub fn session_cookie(&self) -> Name {
        Name::session(self.is_https)
    }

    /// The cookie of a browser that has logged in before.
    #[must_use]
    pub fn device_cookie(&self) -> Name {
        Name::device(self.is_https)
    }

    /// What a page may do: no foreign code, no inline code, no frames; sockets to ourselves, by the name it
    /// was asked for under and the public one. Not every browser takes `'self'` for a socket.
    #[must_use]
    pub fn content_policy(&self, headers: &HeaderMap) -> String {
        let scheme = if self.is_https { "wss" } else { "ws" };
        let public = self.public.as_deref().and_then(|url| Some(url.split_once("://")?.1));
        // What a client calls us goes into a header: only characters that a host name may have.
        let is_host = |host: &&str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
            (1..=HOST_BYTES_MAX).contains(&host.len()) && host.bytes().all(fits)
        };
        let asked = headers.get(HOST).and_then(|host| host.to_str().ok()).filter(is_host);
        let mut policy = CONTENT_POLICY.to_owned();
        for host in public.into_iter().chain(asked.filter(|asked| Some(*asked) != public)) {
            policy.extend([" ", scheme, "://", host]);
        }
        policy
    }

    fn is_ours(&self, origin: &str, headers: &HeaderMap) -> bool {
        let origin = origin.to_ascii_lowercase();
        if self.allowed.contains(&origin) {
            return true;
        }
        let scheme = if self.is_https { "https" } else { "http" };
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        !host.is_empty() && origin == format!("{scheme}://{}", host.to_ascii_lowercase())
    }
}

/// Whether the method may change something.
#[must_use]
pub fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE)
}

/// A change comes as JSON. That alone keeps plain forms of other pages out, as a browser asks
/// before it sends JSON across origins, and is refused. A DELETE without a body needs no kind. A file
/// comes as a form, which [`Origins::check`] alone keeps other pages from.
pub fn check_content_type(kind: RouteKind, method: &Method, headers: &HeaderMap) -> Result<(), AppError> {
    if !is_unsafe(method) {
        return Ok(());
    }
    let expected = if kind == RouteKind::Upload { "multipart/form-data" } else { "application/json" };
    match headers.get(CONTENT_TYPE) {
        Some(kind) => {
            let kind = kind.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
            if kind.eq_ignore_ascii_case(expected) { Ok(()) } else { Err(AppError::unsupported_media_type(expected)) }
        }
        None if *method == Method::DELETE && !has_body(headers) => Ok(()),
        None => Err(AppError::unsupported_media_type(expected)),
    }
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{COOKIE, HeaderName, HeaderValue};

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(name.clone(), HeaderValue::from_static(value));
        }
        map
    }

    fn check(method: &Method, pairs: &[(HeaderName, &'static str)]) -> bool {
        let origins = Origins { is_https: false, allowed: vec!["https://desk.example.org".into()], public: None };
        origins.check(method, &headers(pairs)).is_ok()
    }

    const US: (HeaderName, &str) = (HOST, "127.0.0.1:8080");
    const LOGGED_IN: (HeaderName, &str) = (COOKIE, "a=b; anteroom_session=t");

    #[test]
    fn a_change_with_the_cookie_needs_an_origin_of_ours() {
        for (origin, fine) in [
            ("http://127.0.0.1:8080", true),
            ("HTTP://127.0.0.1:8080", true),
            ("https://desk.example.org", true),
            ("https://127.0.0.1:8080", false),
            ("http://127.0.0.1:8081", false),
            ("http://127.0.0.1:8080.evil.example", false),
            ("https://evil.example", false),
            ("null", false),
            ("", false),
        ] {
            assert_eq!(check(&Method::POST, &[US, LOGGED_IN, (ORIGIN, origin)]), fine, "{origin}");
        }
        assert!(!check(&Method::DELETE, &[US, LOGGED_IN]), "no origin at all");
    }

    #[test]
    fn without_the_cookie_or_without_a_change_any_origin_may_ask() {
        assert!(check(&Method::POST, &[US, (ORIGIN, "https://evil.example")]));
        assert!(check(&Method::POST, &[US, (COOKIE, "xanteroom_session=t"), (ORIGIN, "https://evil.example")]));
        assert!(check(&Method::GET, &[US, LOGGED_IN, (ORIGIN, "https://evil.example")]));
    }

    #[test]
    fn a_handshake_with_the_cookie_needs_an_origin_of_ours() {
        let handshake = (UPGRADE, "websocket");
        assert!(!check(&Method::GET, &[US, LOGGED_IN, handshake.clone(), (ORIGIN, "https://evil.example")]));
        assert!(check(&Method::GET, &[US, LOGGED_IN, handshake.clone(), (ORIGIN, "http://127.0.0.1:8080")]));
        assert!(!check(&Method::GET, &[US, LOGGED_IN, handshake]));
    }

    #[test]
    fn under_tls_our_own_origin_is_https() {
        let origins = Origins { is_https: true, allowed: Vec::new(), public: None };
        let logged_in = (COOKIE, "__Host-anteroom_session=t");
        let ours = |origin| headers(&[(HOST, "desk.example.org"), logged_in.clone(), (ORIGIN, origin)]);
        assert!(origins.check(&Method::POST, &ours("https://desk.example.org")).is_ok());
        assert!(origins.check(&Method::POST, &ours("http://desk.example.org")).is_err());
    }

    #[test]
    fn a_page_may_open_sockets_to_us_alone() {
        let policy = |is_https, public: Option<&str>, host: &'static str| {
            let origins = Origins { is_https, allowed: Vec::new(), public: public.map(str::to_owned) };
            let policy = origins.content_policy(&headers(&[(HOST, host)]));
            policy.split_once("connect-src ").expect("a connect-src").1.to_owned()
        };
        let public = Some("https://desk.example.org");
        assert_eq!(policy(false, None, "127.0.0.1:8080"), "'self' ws://127.0.0.1:8080");
        assert_eq!(policy(false, None, "[::1]:8080"), "'self' ws://[::1]:8080");
        assert_eq!(policy(true, public, "desk.example.org"), "'self' wss://desk.example.org");
        assert_eq!(policy(true, public, "10.0.0.5"), "'self' wss://desk.example.org wss://10.0.0.5");
        for forged in ["evil.example; script-src *", "a b", "a,b", "*", ""] {
            assert_eq!(policy(true, public, forged), "'self' wss://desk.example.org", "{forged}");
        }
    }

    #[test]
    fn a_change_comes_as_json() {
        for (method, pairs, fine) in [
            (Method::POST, &[(CONTENT_TYPE, "application/json")][..], true),
            (Method::POST, &[(CONTENT_TYPE, "Application/JSON; charset=utf-8")], true),
            (Method::POST, &[(CONTENT_TYPE, "text/plain")], false),
            (Method::POST, &[(CONTENT_TYPE, "application/x-www-form-urlencoded")], false),
            (Method::POST, &[], false),
            (Method::DELETE, &[], true),
            (Method::DELETE, &[(header::CONTENT_LENGTH, "2")], false),
            (Method::GET, &[], true),
        ] {
            let checked = check_content_type(RouteKind::Change, &method, &headers(pairs));
            assert_eq!(checked.is_ok(), fine, "{method} {pairs:?}");
        }
    }

    #[test]
    fn a_file_comes_as_a_form() {
        for (kind, fine) in
            [("multipart/form-data; boundary=x", true), ("application/json", false), ("image/png", false)]
        {
            let checked = check_content_type(RouteKind::Upload, &Method::POST, &headers(&[(CONTENT_TYPE, kind)]));
            assert_eq!(checked.is_ok(), fine, "{kind}");
        }
    }
}
