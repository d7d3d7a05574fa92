//! A connection that becomes a socket leaves the HTTP dispatcher.
//!
//! The dispatcher would keep its two buffers of 8 KiB for as long as the socket lives, most of what
//! an idle one costs. So an upgrade is answered here: the request goes through the same routes and
//! the same gate as any other, and if the answer is a switch of protocols, what the socket's actor
//! writes goes straight to the connection, and what comes in goes straight to the actor. Nothing is
//! kept here for a socket that is silent.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::{Future, poll_fn};
use std::io;
use std::net::Shutdown;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_codec::{Encoder as _, Framed};
use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_http::error::PayloadError;
use actix_http::{ConnectionType, Payload, Request, StatusCode, h1};
use actix_service::{Service, ServiceFactory, fn_factory, fn_service};
use actix_web::dev::ServiceResponse;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::timeout;
use bytes::Bytes;
use futures_util::Stream;
use socket2::SockRef;

use crate::http::OnConnection;
use crate::http::server::patience::Patient;

/// Most bytes taken in at once: a frame of the largest size fits.
const READ_BYTES: usize = 16 * 1024;
/// How long an end waits for the peer's, so that what was said last is not lost to a reset …
const LINGER: Duration = Duration::from_secs(1);
/// … and how much of what still comes is passed over meanwhile.
const LINGER_BYTES_MAX: usize = 1024 * 1024;

thread_local! {
    /// One for all the sockets of a worker: what was read is copied out at its own size.
    static READING: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_BYTES].into_boxed_slice());
}

/// A request to upgrade, and the connection it came by.
pub(crate) type Upgrade = (Request, Framed<Patient, h1::Codec>);

/// Answers requests to upgrade by `app`, the same routes that answer all others.
pub(crate) fn upgrades<F, B>(
    app: F,
) -> impl ServiceFactory<Upgrade, Config = (), Response = (), Error = actix_web::Error, InitError = F::InitError>
where
    F: ServiceFactory<Request, Config = (), Response = ServiceResponse<B>, Error = actix_web::Error>,
    F::Service: 'static,
    F::Future: 'static,
    B: MessageBody + 'static,
{
    fn_factory(move || {
        let app = app.new_service(());
        async move {
            let app = Rc::new(app.await?);
            // The large states of the handshake are not kept in the small one of the socket.
            Ok(fn_service(move |upgrade| -> Pin<Box<dyn Future<Output = Result<(), actix_web::Error>>>> {
                let app = app.clone();
                Box::pin(async move {
                    let ended = match Box::pin(answer(&*app, upgrade)).await {
                        Ok(Some(socket)) => socket.run().await,
                        Ok(None) => Ok(()),
                        Err(error) => Err(error),
                    };
                    // That a peer goes is no error of ours: its actor has stopped with this.
                    if let Err(error) = ended {
                        log::debug!("a socket broke off: {error}");
                    }
                    Ok(())
                })
            }))
        }
    })
}

/// A connection that has become a socket.
struct Upgraded {
    wire: Rc<Wire>,
    /// What the actor writes; polling it is what makes the actor run.
    actor: BoxBody,
    /// It is counted as long as it lives; the request that held this is gone.
    _open: Option<Arc<OnConnection>>,
}

/// Lets the routes answer. None where they did not agree to the upgrade, and the connection is over.
async fn answer<S, B>(app: &S, (request, framed): Upgrade) -> io::Result<Option<Upgraded>>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody + 'static,
{
    let wire = Rc::new(Wire::default());
    let incoming: Pin<Box<dyn Stream<Item = _>>> = Box::pin(Incoming(wire.clone()));
    let (request, _) = request.replace_payload(Payload::Stream { payload: incoming });
    let (request, response) = match app.call(request).await {
        Ok(answered) => {
            let (request, response) = answered.into_parts();
            (Some(request), response.map_into_boxed_body())
        }
        Err(error) => (None, error.error_response()),
    };
    let mut response = actix_http::Response::from(response);
    let agrees = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    if !agrees {
        response.head_mut().set_connection_type(ConnectionType::Close);
    }
    let mut parts = framed.into_parts();
    let (head, mut body) = response.into_parts();
    let size = if agrees { BodySize::Stream } else { body.size() };
    parts.codec.encode((head, size).into(), &mut parts.write_buf)?;
    // Its buffer was the dispatcher's: what a peer sent right behind its request is copied out.
    wire.ahead.set(Bytes::copy_from_slice(&parts.read_buf));
    let _ = wire.stream.set(parts.io.into_inner());
    wire.write(&parts.write_buf).await?;
    if agrees {
        let _open = request.and_then(|request| request.conn_data::<Arc<OnConnection>>().cloned());
        return Ok(Some(Upgraded { wire, actor: body, _open }));
    }
    loop {
        let piece = wire.next(&mut body).await?;
        let is_last = piece.is_none();
        parts.write_buf.clear();
        parts.codec.encode(h1::Message::Chunk(piece), &mut parts.write_buf)?;
        wire.write(&parts.write_buf).await?;
        if is_last {
            wire.end().await;
            return Ok(None);
        }
    }
}

impl Upgraded {
    async fn run(mut self) -> io::Result<()> {
        while let Some(bytes) = self.wire.next(&mut self.actor).await? {
            self.wire.write(&bytes).await?;
        }
        drop(self.actor);
        self.wire.end().await;
        Ok(())
    }
}

/// The connection below a socket, shared by the two directions.
#[derive(Default)]
struct Wire {
    /// Set once the routes have answered: before that it is the handshake's, and there is nothing to read.
    stream: OnceCell<TcpStream>,
    ahead: Cell<Bytes>,
    /// Whether this turn of the actor, one poll of it, has not read yet. It looks at sixteen frames a
    /// turn at most, and would otherwise take in all that a flood brings before it looks at more.
    may_read: Cell<bool>,
}

impl Wire {
    /// The next piece of what is sent.
    async fn next(&self, body: &mut BoxBody) -> io::Result<Option<Bytes>> {
        let piece = poll_fn(|cx| {
            self.may_read.set(true);
            Pin::new(&mut *body).poll_next(cx)
        });
        piece.await.transpose().map_err(|error| io::Error::other(error.to_string()))
    }

    async fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        let Some(stream) = self.stream.get() else { return Err(io::ErrorKind::NotConnected.into()) };
        while !bytes.is_empty() {
            match stream.try_write(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => bytes = &bytes[count..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.writable().await?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Says that nothing more will come, and gives the peer a moment to say the same.
    async fn end(&self) {
        let Some(stream) = self.stream.get() else { return };
        if SockRef::from(stream).shutdown(Shutdown::Write).is_err() {
            return;
        }
        let mut left = LINGER_BYTES_MAX;
        let _ = timeout(LINGER, async {
            while let Ok(count) = poll_fn(|cx| read(stream, cx, |bytes| bytes.len())).await {
                left = left.saturating_sub(count);
                if count == 0 || left == 0 {
                    break;
                }
            }
        })
        .await;
    }
}

/// Reads what has come into the worker's buffer, and lets it be looked at. Nothing is the end.
fn read<R>(stream: &TcpStream, cx: &mut Context<'_>, look: impl FnOnce(&[u8]) -> R) -> Poll<io::Result<R>> {
    READING.with_borrow_mut(|buffer| {
        loop {
            ready!(stream.poll_read_ready(cx))?;
            match stream.try_read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return Poll::Ready(read.map(|count| look(&buffer[..count]))),
            }
        }
    })
}

/// What the peer sends, as the body of the request to upgrade.
struct Incoming(Rc<Wire>);

impl Stream for Incoming {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let wire = &*self.0;
        let Some(stream) = wire.stream.get() else { return Poll::Ready(None) };
        let ahead = wire.ahead.take();
        if !ahead.is_empty() {
            return Poll::Ready(Some(Ok(ahead)));
        }
        if !wire.may_read.get() {
            return Poll::Pending;
        }
        let bytes = match ready!(read(stream, cx, Bytes::copy_from_slice)) {
            Ok(bytes) if !bytes.is_empty() => bytes,
            // The peer has ended, or broke off: for the actor the same.
            _ => return Poll::Ready(None),
        };
        wire.may_read.set(false);
        cx.waker().wake_by_ref();
        Poll::Ready(Some(Ok(bytes)))
    }
}
