//! What does not change while the server runs: compressed once in each way, the first time somebody
//! wants it so, and not for every one who asks.

use std::fmt::Write as _;

use actix_http::ResponseHead;
use actix_http::encoding::Encoder;
use actix_web::body;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, ContentEncoding, ETAG, Encoding, EntityTag,
    Header as _, IF_NONE_MATCH, IfNoneMatch, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;

/// An answer.
pub(crate) struct Fixed {
    content_type: String,
    whole: Bytes,
    tag: EntityTag,
    brotli: OnceCell<Bytes>,
    gzip: OnceCell<Bytes>,
}

impl Fixed {
    pub(crate) fn new(content_type: &str, whole: impl Into<Bytes>) -> Self {
        let whole = whole.into();
        let tag = tag(&Sha256::digest(&whole));
        let content_type = content_type.to_owned();
        Self { content_type, whole, tag, brotli: OnceCell::new(), gzip: OnceCell::new() }
    }

    /// In the smallest form that `request` takes; 304 where it has it already.
    pub(crate) async fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let is_known = is_known(request, &self.tag);
        let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        answer
            .insert_header((ETAG, self.tag.to_string()))
            .insert_header((CACHE_CONTROL, "no-cache"))
            .insert_header((VARY, ACCEPT_ENCODING.as_str()));
        if is_known {
            return answer.finish();
        }
        answer.content_type(self.content_type.as_str());
        match self.compressed(request).await {
            Some((encoding, bytes)) => answer.insert_header((CONTENT_ENCODING, encoding)).body(bytes),
            None => answer.body(self.whole.clone()),
        }
    }

    async fn compressed(&self, request: &HttpRequest) -> Option<(ContentEncoding, Bytes)> {
        let accepted = AcceptEncoding::parse(request).ok()?;
        let forms = [
            (Encoding::brotli(), ContentEncoding::Brotli, &self.brotli),
            (Encoding::gzip(), ContentEncoding::Gzip, &self.gzip),
        ];
        let (_, encoding, kept) =
            forms.into_iter().find(|(form, _, _)| accepted.negotiate([form].into_iter()).as_ref() == Some(form))?;
        let compressed = kept.get_or_try_init(|| async {
            let mut head = ResponseHead::new(StatusCode::OK);
            body::to_bytes(Encoder::response(encoding, &mut head, self.whole.clone())).await
        });
        // Whoever could not be served compressed is served as it is.
        Some((encoding, compressed.await.ok()?.clone()))
    }
}

/// By which a browser knows what it has.
pub(crate) fn tag(hash: &[u8]) -> EntityTag {
    EntityTag::new_weak(hash[..16].iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

/// Whether whoever asks has this already.
pub(crate) fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    if !request.headers().contains_key(IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    async fn asked(fixed: &Fixed, accepts: &str) -> (StatusCode, Option<String>, Bytes) {
        let request = TestRequest::default().insert_header((ACCEPT_ENCODING, accepts)).to_http_request();
        let answer = fixed.answer(&request).await;
        let encoding = answer.headers().get(CONTENT_ENCODING).and_then(|value| value.to_str().ok()).map(str::to_owned);
        (answer.status(), encoding, body::to_bytes(answer.into_body()).await.unwrap())
    }

    #[actix::test]
    async fn it_is_compressed_once_in_each_way_however_many_ask() {
        let fixed = Fixed::new("text/plain", "many words ".repeat(1_000));
        for (accepts, encoding) in [
            ("br, gzip", Some("br")),
            ("gzip", Some("gzip")),
            ("", None),
            ("identity", None),
            ("br;q=0, gzip", Some("gzip")),
        ] {
            let (_, first_encoding, first) = asked(&fixed, accepts).await;
            let kept = || [&fixed.brotli, &fixed.gzip].map(|form| form.get().map(|bytes| bytes.as_ptr()));
            let made = kept();
            let (_, _, second) = asked(&fixed, accepts).await;
            assert_eq!(first_encoding.as_deref(), encoding, "{accepts}");
            assert_eq!((kept(), first.clone()), (made, second), "{accepts}: made again");
            assert!(encoding.is_none() || made[usize::from(encoding == Some("gzip"))].is_some(), "{accepts}: not kept");
            assert_eq!(first.len() < 1_000, encoding.is_some(), "{accepts}: {} bytes", first.len());
        }
    }

    #[actix::test]
    async fn who_has_it_is_told_so() {
        let fixed = Fixed::new("text/plain", "words");
        let request = TestRequest::default().insert_header((IF_NONE_MATCH, fixed.tag.to_string())).to_http_request();
        assert_eq!(fixed.answer(&request).await.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(asked(&fixed, "gzip").await.0, StatusCode::OK);
    }
}
