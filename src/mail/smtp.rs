//! The way to a mail server. The library speaks the protocol; the connection it speaks over is ours, because
//! the library reads a line of an answer whole before it looks at its length.

use std::fmt::Debug;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use percent_encoding::percent_decode_str;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

/// A server that is reached slower than this is tried again later.
const REACHED_WITHIN: Duration = Duration::from_secs(20);
/// Longest answer, in bytes. What servers say of themselves is a few hundred; with STARTTLS their certificates
/// come here too, some kilobytes each.
const ANSWER_MAX: usize = 256 * 1024;

/// The ports of RFC 5321, RFC 6409 and RFC 8314, where the URL names none.
const SMTP: u16 = 25;
const SUBMISSION: u16 = 587;
const SUBMISSIONS: u16 = 465;

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    /// There is no way to the server.
    #[error("{0}")]
    Unreached(#[from] io::Error),
    /// The server, or the protocol with it.
    #[error(transparent)]
    Refused(#[from] Error),
}

/// When a connection to the server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encrypted {
    /// Never: `smtp://`.
    Never,
    /// Once it is open, if the server can: `?tls=opportunistic`.
    IfItCan,
    /// Once it is open, or nothing is sent: `?tls=required`.
    OnceOpen,
    /// From its first byte: `smtps://`.
    Always,
}

/// A mail server, as its URL names it.
pub struct Server {
    host: String,
    port: u16,
    encrypted: Encrypted,
    hello: ClientId,
    credentials: Option<Credentials>,
    /// Whose certificates are believed, of a server that is encrypted from the first byte.
    roots: Arc<RootCertStore>,
}

impl Server {
    /// The server at `url`: `smtp://` or `smtps://`, with `USER:PASSWORD@` where it asks for them, `?tls=required`
    /// or `?tls=opportunistic`, and as its path what the server is greeted with in the place of the host's name.
    pub(super) fn at(url: &str) -> Result<Self, String> {
        const FORM: &str = "must be smtp://USER:PASSWORD@HOST:PORT or smtps://…";
        let url = Url::parse(url).map_err(|error| format!("{FORM}: {error}"))?;
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let (encrypted, usual) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) => (Encrypted::Never, SMTP),
            ("smtp", Some("opportunistic")) => (Encrypted::IfItCan, SUBMISSION),
            ("smtp", Some("required")) => (Encrypted::OnceOpen, SUBMISSION),
            ("smtps", _) => (Encrypted::Always, SUBMISSIONS),
            ("smtp", Some(_)) => return Err("`tls` must be required or opportunistic".into()),
            _ => return Err(FORM.into()),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("names no host")?;
        let greeting = url.path().trim_matches('/');
        let hello = if greeting.is_empty() { ClientId::default() } else { ClientId::Domain(greeting.to_owned()) };
        let decoded = |text: &str| {
            let text =
                percent_decode_str(text).decode_utf8().map_err(|_| "has a user or password that is not UTF-8")?;
            Ok::<_, String>(text.into_owned())
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(decoded(url.username())?, decoded(password)?)),
            None => None,
        };
        let roots = Arc::new(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() });
        let (host, port) = (host.to_owned(), url.port().unwrap_or(usual));
        Ok(Self { host, port, encrypted, hello, credentials, roots })
    }

    /// Whether the server answers as a mail server does.
    pub(super) async fn try_out(&self) -> Result<bool, Failed> {
        let mut connection = self.connect().await?;
        let answers = connection.test_connected().await;
        connection.abort().await;
        Ok(answers)
    }

    /// Gives the server a mail; it is the server's once this is `Ok`.
    pub(super) async fn send(&self, message: &Message) -> Result<(), Failed> {
        let mut connection = self.connect().await?;
        connection.send(message.envelope(), &message.formatted()).await?;
        connection.abort().await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failed> {
        // A host of six parts stands in brackets in a URL.
        let host = self.host.trim_matches(['[', ']']);
        let reached = tokio::time::timeout(REACHED_WITHIN, TcpStream::connect((host, self.port))).await;
        let stream = reached.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        let peer = stream.peer_addr()?;
        let stream: Box<dyn AsyncTokioStream> = if self.encrypted == Encrypted::Always {
            let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .map_err(io::Error::other)?
                .with_root_certificates(self.roots.clone())
                .with_no_client_auth();
            let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
            Bounded::boxed(TlsConnector::from(Arc::new(config)).connect(name, stream).await?, peer)
        } else {
            Bounded::boxed(stream, peer)
        };
        let mut connection = AsyncSmtpConnection::connect_with_transport(stream, &self.hello).await?;
        let is_due = match self.encrypted {
            Encrypted::OnceOpen => true,
            Encrypted::IfItCan => connection.can_starttls(),
            Encrypted::Never | Encrypted::Always => false,
        };
        if is_due {
            connection.starttls(TlsParameters::new(host.to_owned())?, &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

/// A connection whose far end may say [`ANSWER_MAX`] bytes, and must be asked again for more.
#[derive(Debug)]
struct Bounded<S> {
    inner: S,
    peer: SocketAddr,
    /// What has come since something was last written, in bytes.
    read: usize,
}

impl<S: AsyncRead + AsyncWrite + Debug + Send + Sync + Unpin + 'static> Bounded<S> {
    fn boxed(inner: S, peer: SocketAddr) -> Box<dyn AsyncTokioStream> {
        Box::new(Self { inner, peer, read: 0 })
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, into))?;
        self.read += into.filled().len() - before;
        if self.read > ANSWER_MAX {
            let said = format!("the mail server's answer is longer than {} KiB", ANSWER_MAX / 1024);
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, said)));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.read = 0;
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl<S: AsyncRead + AsyncWrite + Debug + Send + Sync + Unpin> AsyncTokioStream for Bounded<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use rustls::ServerConfig;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;

    #[test]
    fn a_server_is_read_from_its_url() {
        let read = |url: &str| {
            let Server { host, port, encrypted, credentials, .. } = Server::at(url).unwrap();
            (host, port, encrypted, credentials)
        };
        let of = |user: &str, password: &str| Some(Credentials::new(user.into(), password.into()));
        let table = [
            ("smtp://mail.example.org", "mail.example.org", 25, Encrypted::Never, None),
            ("smtp://a:p%40ss%20word@127.0.0.1:2525", "127.0.0.1", 2525, Encrypted::Never, of("a", "p@ss word")),
            ("smtp://mail.example.org?tls=required", "mail.example.org", 587, Encrypted::OnceOpen, None),
            ("smtp://mail.example.org?tls=opportunistic", "mail.example.org", 587, Encrypted::IfItCan, None),
            ("smtps://a%40b.org:x@mail.example.org", "mail.example.org", 465, Encrypted::Always, of("a@b.org", "x")),
            ("smtps://[::1]:4650/desk.example.org", "[::1]", 4650, Encrypted::Always, None),
        ];
        for (url, host, port, encrypted, credentials) in table {
            assert_eq!(read(url), (host.to_owned(), port, encrypted, credentials), "{url}");
        }
        for wrong in ["", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://mail.example.org?tls=yes"] {
            assert!(Server::at(wrong).is_err(), "{wrong}");
        }
    }

    /// A listener, and the server at it.
    async fn listening(scheme: &str) -> (TcpListener, Server) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Server::at(&format!("{scheme}://localhost:{}", listener.local_addr().unwrap().port())).unwrap();
        (listener, server)
    }

    #[tokio::test]
    async fn an_answer_without_an_end_is_read_to_its_bound_and_no_further() {
        let (listener, server) = listening("smtp").await;
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = taken.clone();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let line = [b'2'; 16 * 1024];
            while let Ok(bytes) = stream.write(&line).await {
                counted.fetch_add(bytes, Ordering::Relaxed);
            }
        });
        let failed = server.try_out().await.unwrap_err();
        assert!(super::super::transport::in_words(&failed).ends_with("answer is longer than 256 KiB"), "{failed:?}");
        // The rest are the kernel's own buffers.
        assert!(taken.load(Ordering::Relaxed) < 16 << 20, "{taken:?}");
    }

    /// The connection of whoever is greeted as a mail server greets, until they leave.
    async fn greet(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        stream.write_all(b"220 here\r\n").await.unwrap();
        let mut heard = [0; 256];
        while let Ok(1..) = stream.read(&mut heard).await {
            stream.write_all(b"250 so be it\r\n").await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_server_encrypted_from_the_first_byte_is_believed_by_its_certificate() {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = CertificateDer::from(made.cert);
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let (listener, mut server) = listening("smtps").await;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(stream) = acceptor.accept(stream).await {
                    greet(stream).await;
                }
            }
        });
        let stranger = server.try_out().await.unwrap_err();
        assert!(super::super::transport::in_words(&stranger).contains("UnknownIssuer"), "{stranger:?}");
        let mut roots = RootCertStore::empty();
        roots.add(certificate).unwrap();
        server.roots = Arc::new(roots);
        assert!(server.try_out().await.unwrap());
    }

    #[tokio::test]
    async fn what_must_be_encrypted_is_not_sent_to_a_server_that_cannot() {
        for (encrypted, expected) in [(Encrypted::OnceOpen, false), (Encrypted::IfItCan, true)] {
            let (listener, mut server) = listening("smtp").await;
            server.encrypted = encrypted;
            tokio::spawn(async move { greet(listener.accept().await.unwrap().0).await });
            assert_eq!(server.try_out().await.is_ok(), expected, "{encrypted:?}");
        }
    }
}
