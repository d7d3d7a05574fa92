//! A file that lies on file in parts, handed out whole or from somewhere on, never more than a part of it in memory.

use actix_web::body::SizedStream;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_TYPE, ContentDisposition,
    DispositionParam, DispositionType, ETAG, EntityTag, IfRange, Range,
};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use futures_util::{Stream, stream};

use crate::ids::JobId;
use crate::storage::work::job_files;
use crate::storage::{Store, StoreError};

/// The file of a job, as it lies there.
pub(super) struct JobFile {
    store: Store,
    job: JobId,
    name: String,
    /// Of its parts, in bytes.
    lengths: Vec<u64>,
}

/// Why a download breaks off in its midst; whoever asked for it goes on from there later.
#[derive(Debug, thiserror::Error)]
enum BrokenOff {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a part of the file is no longer kept")]
    Gone,
}

/// What is still to be sent.
struct Rest {
    file: JobFile,
    /// The next part, counted from nought …
    nth: usize,
    /// … and what of it was not asked for.
    skipped: u64,
    bytes: u64,
}

impl JobFile {
    /// The file of this job; `None` if there is none.
    pub(super) async fn find(store: &Store, job: JobId, name: String) -> Result<Option<Self>, StoreError> {
        let lengths = store.answer(move |conn| job_files::lengths(conn, job)).await?;
        let lengths: Vec<u64> = lengths.into_iter().map(|bytes| u64::try_from(bytes).unwrap_or(0)).collect();
        Ok((!lengths.is_empty()).then(|| Self { store: store.clone(), job, name, lengths }))
    }

    /// The answer to whoever asks for it, or for a piece of it.
    pub(super) fn answer(self, request: &HttpRequest) -> HttpResponse {
        let bytes: u64 = self.lengths.iter().sum();
        // Once it is there it is never another.
        let tag = EntityTag::new_strong(self.job.to_string());
        let mut response = HttpResponse::Ok();
        response.insert_header((CACHE_CONTROL, "no-store"));
        response.insert_header((ACCEPT_RANGES, "bytes"));
        response.insert_header((ETAG, tag.to_string()));
        let (from, to) = match wanted(request, &tag, bytes) {
            Wanted::Whole => (0, bytes),
            Wanted::Piece(from, last) => {
                response.status(StatusCode::PARTIAL_CONTENT);
                response.insert_header((CONTENT_RANGE, format!("bytes {from}-{last}/{bytes}")));
                (from, last + 1)
            }
            Wanted::Nothing => return HttpResponse::RangeNotSatisfiable().finish(),
        };
        let parameters = vec![DispositionParam::Filename(format!("consultations-{}", self.name))];
        let disposition = ContentDisposition { disposition: DispositionType::Attachment, parameters };
        response.insert_header((CONTENT_DISPOSITION, disposition));
        response.insert_header((CONTENT_TYPE, content_type(&self.name)));
        response.body(SizedStream::new(to - from, self.piece(from, to - from)))
    }

    /// So many bytes from `from` on.
    fn piece(self, from: u64, bytes: u64) -> impl Stream<Item = Result<Bytes, BrokenOff>> {
        let (mut nth, mut skipped) = (0, from);
        while let Some(length) = self.lengths.get(nth).filter(|length| skipped >= **length) {
            skipped -= length;
            nth += 1;
        }
        stream::try_unfold(Rest { file: self, nth, skipped, bytes }, Rest::next)
    }
}

impl Rest {
    async fn next(self) -> Result<Option<(Bytes, Self)>, BrokenOff> {
        if self.bytes == 0 {
            return Ok(None);
        }
        let (job, part_no) = (self.file.job, i32::try_from(self.nth + 1).unwrap_or(i32::MAX));
        let part = self.file.store.answer(move |conn| job_files::content(conn, job, part_no)).await?;
        let part = Bytes::from(part.ok_or(BrokenOff::Gone)?);
        let from = usize::try_from(self.skipped).unwrap_or(usize::MAX).min(part.len());
        let to = part.len().min(from.saturating_add(usize::try_from(self.bytes).unwrap_or(usize::MAX)));
        let sent = part.slice(from..to);
        let bytes = self.bytes.saturating_sub(sent.len() as u64);
        Ok(Some((sent, Self { nth: self.nth + 1, skipped: 0, bytes, ..self })))
    }
}

/// What is asked for of a file so long.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    /// From this byte to that one, both among it.
    Piece(u64, u64),
    /// What it does not have.
    Nothing,
}

/// Of several pieces the first, as nobody who goes on with a download asks for more; a range in other units, or of what
/// this is no longer, counts as none.
fn wanted(request: &HttpRequest, tag: &EntityTag, bytes: u64) -> Wanted {
    // Whoever asks for the head alone is told of the whole.
    if request.method() != Method::GET {
        return Wanted::Whole;
    }
    let Ok(Range::Bytes(pieces)) = header::<Range>(request) else { return Wanted::Whole };
    let is_of_this = match header::<IfRange>(request) {
        Ok(IfRange::EntityTag(of)) => of.strong_eq(tag),
        // It is told by its tag alone.
        Ok(IfRange::Date(_)) => false,
        Err(_) => !request.headers().contains_key(actix_web::http::header::IF_RANGE),
    };
    if !is_of_this {
        return Wanted::Whole;
    }
    let piece = pieces.first().and_then(|piece| piece.to_satisfiable_range(bytes));
    piece.map_or(Wanted::Nothing, |(from, last)| Wanted::Piece(from, last))
}

fn header<H: actix_web::http::header::Header>(request: &HttpRequest) -> Result<H, actix_web::error::ParseError> {
    H::parse(request)
}

fn content_type(name: &str) -> &'static str {
    if name.ends_with(".csv") {
        "text/csv; charset=utf-8"
    } else {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{IF_RANGE, RANGE};
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_piece_is_what_was_asked_for_of_what_is_there() {
        let tag = EntityTag::new_strong("7".to_owned());
        let piece = Wanted::Piece;
        for (range, of, is) in [
            ("bytes=0-9", None, piece(0, 9)),
            ("bytes=90-", None, piece(90, 99)),
            ("bytes=-10", None, piece(90, 99)),
            ("bytes=-1000", None, piece(0, 99)),
            ("bytes=99-200", None, piece(99, 99)),
            ("bytes=0-0,5-6", None, piece(0, 0)),
            ("bytes=100-", None, Wanted::Nothing),
            ("bytes=9-3", None, Wanted::Whole),
            ("pages=1-2", None, Wanted::Whole),
            ("nonsense", None, Wanted::Whole),
            ("bytes=5-", Some("\"7\""), piece(5, 99)),
            ("bytes=5-", Some("\"8\""), Wanted::Whole),
            ("bytes=5-", Some("W/\"7\""), Wanted::Whole),
            ("bytes=5-", Some("Mon, 30 Nov 2026 00:00:00 GMT"), Wanted::Whole),
        ] {
            let mut request = TestRequest::get().insert_header((RANGE, range));
            if let Some(of) = of {
                request = request.insert_header((IF_RANGE, of));
            }
            assert_eq!(wanted(&request.to_http_request(), &tag, 100), is, "{range} {of:?}");
        }
        assert_eq!(wanted(&TestRequest::get().to_http_request(), &tag, 100), Wanted::Whole);
    }
}
