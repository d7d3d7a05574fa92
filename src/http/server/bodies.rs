//! How long a body may take. Whoever reads one (JSON, a form with a file) reads it through here, so
//! a body that comes a byte at a time ends like one that does not come at all.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpMessage as _;
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::rt::time::{Instant, Sleep, sleep};
use bytes::Bytes;
use futures_util::Stream;

/// A body must be there by then …
const WAIT: Duration = Duration::from_secs(10);
/// … and has a second more for each so many bytes that came: a picture over a slow line.
const BYTES_A_SECOND: usize = 64 * 1024;

/// Times the body of `request`, if it has one.
pub(crate) fn time(request: &mut ServiceRequest) {
    match request.take_payload() {
        Payload::None => {}
        payload => {
            let timed = Timed { payload, began: Instant::now(), until: Box::pin(sleep(WAIT)), bytes: 0 };
            request.set_payload(Payload::Stream { payload: Box::pin(timed) });
        }
    }
}

/// Whether a body ended because it took too long.
pub(crate) fn is_too_slow(error: &PayloadError) -> bool {
    matches!(error, PayloadError::Io(error) if error.kind() == io::ErrorKind::TimedOut)
}

/// How long a body may take of which so many bytes came.
fn allowed(bytes: usize) -> Duration {
    WAIT + Duration::from_secs(u64::try_from(bytes / BYTES_A_SECOND).unwrap_or(u64::MAX / 2))
}

struct Timed {
    payload: Payload,
    began: Instant,
    until: Pin<Box<Sleep>>,
    bytes: usize,
}

impl Stream for Timed {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let piece = Pin::new(&mut this.payload).poll_next(cx);
        if let Poll::Ready(Some(Ok(piece))) = &piece {
            this.bytes += piece.len();
            this.until.as_mut().reset(this.began + allowed(this.bytes));
        }
        // Also where pieces come without a pause: what comes in drops is never pending for long.
        match this.until.as_mut().poll(cx) {
            Poll::Ready(()) if !matches!(piece, Poll::Ready(None)) => {
                Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into()))))
            }
            _ => piece,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drip_has_ten_seconds_and_a_slow_line_what_a_picture_needs() {
        for (bytes, seconds) in [(0, 10), (1_000, 10), (65_536, 11), (2 * 1024 * 1024, 42)] {
            assert_eq!(allowed(bytes), Duration::from_secs(seconds), "{bytes} bytes");
        }
    }
}
