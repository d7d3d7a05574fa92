//! A connection whose peer is waited for only so long. The dispatcher's own clock is for the head of
//! the first request alone; the heads of further ones, and what is sent beyond an answer, are timed
//! here, in the reader below it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use actix_web::rt::time::{Sleep, sleep};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::http::OnConnection;

/// From the first byte to the whole of a head. A second more than the dispatcher's clock, which
/// answers in words.
const HEAD_WAIT: Duration = Duration::from_secs(11);
/// The same where the server has all the connections it can serve.
const HURRIED: Duration = Duration::from_secs(1);

/// A TCP connection, and how long its peer may take.
pub(crate) struct Patient {
    stream: TcpStream,
    connection: Arc<OnConnection>,
    /// Runs while something is begun that is not yet a whole request.
    until: Option<Pin<Box<Sleep>>>,
    /// The requests that had come whole when that was looked at last.
    requests: u32,
}

impl Patient {
    pub(crate) fn new(stream: TcpStream, connection: OnConnection) -> Self {
        let until = connection.is_beyond_max().then(|| Box::pin(sleep(HURRIED)));
        Self { stream, connection: Arc::new(connection), until, requests: 0 }
    }

    pub(crate) fn connection(&self) -> &Arc<OnConnection> {
        &self.connection
    }

    /// The connection alone: what comes next is not HTTP.
    pub(crate) fn into_inner(self) -> TcpStream {
        self.stream
    }
}

impl AsyncRead for Patient {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let requests = this.connection.requests();
        if this.requests != requests {
            (this.requests, this.until) = (requests, None);
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        if this.connection.is_asking() {
            this.until = None;
        } else if buffer.filled().len() > before && this.until.is_none() {
            this.until = Some(Box::pin(sleep(HEAD_WAIT)));
        }
        let is_over = this.until.as_mut().is_some_and(|until| read.is_pending() && until.as_mut().poll(cx).is_ready());
        if is_over { Poll::Ready(Err(io::ErrorKind::TimedOut.into())) } else { read }
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
