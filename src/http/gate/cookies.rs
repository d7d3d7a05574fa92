//! The cookies this server gives, and how they are read: by their exact names, as they stand on the wire.
//!
//! The framework decodes the names of cookies as it does their values. Then `anteroom%5Fsession` is the
//! log-in too, and the check of the origin, which looks for the name, does not see it.

use actix_web::cookie::{Cookie, CookieBuilder};
use actix_web::http::header::{COOKIE, HeaderMap};

/// A cookie of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    name: &'static str,
    is_https: bool,
}

impl Name {
    /// The log-in.
    #[must_use]
    pub const fn session(is_https: bool) -> Self {
        Self::of(is_https, "anteroom_session", "__Host-anteroom_session")
    }

    /// The browser that has logged in before.
    #[must_use]
    pub const fn device(is_https: bool) -> Self {
        Self::of(is_https, "anteroom_device", "__Host-anteroom_device")
    }

    /// Under https no other host and no plain page can set a cookie whose name begins with `__Host-`.
    const fn of(is_https: bool, plain: &'static str, host: &'static str) -> Self {
        Self { name: if is_https { host } else { plain }, is_https }
    }

    /// As it stands on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.name
    }

    /// What a request has in this cookie: the first that has exactly this name.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<&str> {
        let pairs = headers.get_all(COOKIE).flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
        pairs.filter_map(|pair| std::str::from_utf8(pair.trim_ascii()).ok()).find_map(|pair| {
            let value = pair.strip_prefix(self.name)?.strip_prefix('=')?;
            Some(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
        })
    }

    /// The cookie with this value: for this host, every path, and no script.
    #[must_use]
    pub fn build(self, value: String) -> CookieBuilder<'static> {
        Cookie::build(self.name, value).path("/").http_only(true).secure(self.is_https)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn read(name: Name, cookies: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(COOKIE, HeaderValue::from_str(cookie).unwrap());
        }
        name.read(&headers).map(str::to_owned)
    }

    #[test]
    fn a_cookie_has_one_name_whatever_its_encoding() {
        let plain = Name::session(false);
        for (cookies, found) in [
            (&["anteroom_session=t"][..], Some("t")),
            (&["a=b; anteroom_session=t; c=d"], Some("t")),
            (&["a=b", " anteroom_session=\"t\" "], Some("t")),
            (&["anteroom%5Fsession=evil"], None),
            (&["anteroom%5Fsession=evil; anteroom_session=t"], Some("t")),
            (&["%61nteroom_session=evil", "anteroom_session=t"], Some("t")),
            (&["anteroom_session=t; anteroom_session=evil"], Some("t")),
            (&["=anteroom_session=evil"], None),
            (&["Anteroom_Session=evil"], None),
            (&["xanteroom_session=evil"], None),
            (&["anteroom_session"], None),
            (&["__Host-anteroom_session=t"], None),
        ] {
            assert_eq!(read(plain, cookies).as_deref(), found, "{cookies:?}");
        }
    }

    #[test]
    fn under_https_it_is_one_that_only_this_host_can_set() {
        let name = Name::session(true);
        assert_eq!(read(name, &["anteroom_session=evil; __Host-anteroom_session=t"]).as_deref(), Some("t"));
        assert_eq!(read(name, &["anteroom_session=evil; __host-anteroom_session=evil"]), None);
        let cookie = name.build("t".into()).finish().to_string();
        assert_eq!(cookie, "__Host-anteroom_session=t; HttpOnly; Secure; Path=/");
    }
}
