//! One WebSocket as a client has it: every frame, sent and heard, is kept in order.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::PATIENCE;

/// The stream below.
pub type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Something that went over a socket, or the end of it.
#[derive(Clone, Debug)]
pub enum Entry {
    Sent(Value),
    Heard(Value),
    /// The server closed it, with its code; `None` is an end without one.
    Ended(Option<u16>),
    /// We let go of it.
    LetGo,
}

impl Entry {
    /// In a line, for people.
    pub fn told(&self) -> String {
        match self {
            Self::Sent(frame) => format!("said {frame}"),
            Self::Heard(frame) => format!("heard {frame}"),
            Self::Ended(code) => format!("was closed with {code:?}"),
            Self::LetGo => "let go".into(),
        }
    }
}

/// The journal of one socket.
#[derive(Default)]
pub struct Journal {
    entries: Mutex<Vec<(Instant, Entry)>>,
    changed: Notify,
}

impl Journal {
    pub fn entries(&self) -> Vec<(Instant, Entry)> {
        self.lock().clone()
    }

    /// Frames heard, oldest first.
    pub fn heard(&self) -> Vec<Value> {
        self.lock()
            .iter()
            .filter_map(|(_, entry)| if let Entry::Heard(frame) = entry { Some(frame.clone()) } else { None })
            .collect()
    }

    /// Whether neither side has ended it.
    pub fn is_live(&self) -> bool {
        !self.lock().iter().any(|(_, entry)| matches!(entry, Entry::Ended(_) | Entry::LetGo))
    }

    fn write(&self, entry: Entry) {
        let mut entries = self.lock();
        // What the network still brings after we have let go reaches nobody.
        if !matches!(entries.last(), Some((_, Entry::LetGo))) {
            entries.push((Instant::now(), entry));
        }
        drop(entries);
        self.changed.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Instant, Entry)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Out {
    Frame(Message),
    /// A close handshake.
    Close,
}

/// The client's end of a socket.
pub struct Socket {
    name: String,
    journal: Arc<Journal>,
    out: mpsc::UnboundedSender<Out>,
    task: tokio::task::JoinHandle<()>,
    /// Up to where each type of frame was looked at: waiting for one type passes over no other.
    looked_at: HashMap<String, usize>,
}

/// Opens a socket. On refusal the HTTP status.
pub async fn handshake(url: &str, headers: &[(&'static str, String)]) -> Result<Stream, u16> {
    let mut request = url.into_client_request().expect("a URL");
    for (name, value) in headers {
        request.headers_mut().insert(*name, HeaderValue::from_str(value).expect("a header"));
    }
    match tokio::time::timeout(PATIENCE, connect_async(request)).await {
        Ok(Ok((stream, _))) => Ok(stream),
        Ok(Err(Error::Http(response))) => Err(response.status().as_u16()),
        Ok(Err(_)) => Err(0),
        Err(_) => panic!("no handshake within {PATIENCE:?}: {url}"),
    }
}

impl Socket {
    /// Takes over an open stream and reads it from now on.
    pub fn over(stream: Stream, name: &str) -> Self {
        let journal = Arc::<Journal>::default();
        let (out, queue) = mpsc::unbounded_channel();
        let task = tokio::spawn(attend(stream, queue, journal.clone()));
        Self { name: name.to_owned(), journal, out, task, looked_at: HashMap::new() }
    }

    pub fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// Sends a frame.
    pub fn send(&self, frame: Value) {
        self.journal.write(Entry::Sent(frame.clone()));
        // To a socket that has ended nothing can be sent; the journal says so.
        let _ = self.out.send(Out::Frame(Message::text(frame.to_string())));
    }

    /// Sends something that is not a frame of the contract.
    pub fn send_raw(&self, message: Message) {
        let _ = self.out.send(Out::Frame(message));
    }

    /// Closes with a handshake.
    pub fn close(&self) {
        let _ = self.out.send(Out::Close);
    }

    /// The wire is cut: a FIN, and nothing said.
    pub fn vanish(&self) {
        self.journal.write(Entry::LetGo);
        self.task.abort();
    }

    /// The next frame of this type.
    pub async fn expect(&mut self, kind: &str) -> Value {
        self.expect_where(kind, |_| true).await
    }

    /// The next frame of this type that fits. Those of this type before it are passed over.
    pub async fn expect_where(&mut self, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
        self.expect_within(PATIENCE, kind, fits).await
    }

    /// The same with a deadline of its own.
    pub async fn expect_within(&mut self, patience: Duration, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
        match self.hears(patience, kind, fits).await {
            Some(frame) => frame,
            None if self.journal.is_live() => {
                panic!("{}: no `{kind}` within {patience:?}\n{}", self.name, self.tail())
            }
            None => panic!("{}: the socket ended before `{kind}` came\n{}", self.name, self.tail()),
        }
    }

    /// The next frame of this type that fits, if there is one in time and before the end.
    pub async fn hears(&mut self, patience: Duration, kind: &str, fits: impl Fn(&Value) -> bool) -> Option<Value> {
        let found = self.look(kind, patience, |entry| match entry {
            Entry::Heard(frame) if frame["type"] == *kind && fits(frame) => Some(Some(frame.clone())),
            Entry::Ended(_) | Entry::LetGo => Some(None),
            _ => None,
        });
        found.await.flatten()
    }

    /// The next `error`, which must have this code.
    pub async fn expect_error(&mut self, code: &str) -> Value {
        let error = self.expect("error").await;
        assert_eq!(error["code"], *code, "{}: {error}", self.name);
        error
    }

    /// Until the server ends the socket, which must be with this code.
    pub async fn expect_close(&mut self, code: u16) {
        let ended = self.ended().await;
        assert_eq!(ended, Some(code), "{}: the close code\n{}", self.name, self.tail());
    }

    /// Until the server ends the socket: its code, if it gave one.
    pub async fn ended(&mut self) -> Option<u16> {
        let ended = self
            .look("the end", PATIENCE, |entry| if let Entry::Ended(code) = entry { Some(*code) } else { None })
            .await;
        ended.unwrap_or_else(|| panic!("{}: not closed within {PATIENCE:?}\n{}", self.name, self.tail()))
    }

    /// The next frame, whatever it is, however long it takes; `None` at the end of the socket.
    pub async fn next(&mut self) -> Option<Value> {
        let found = self.look("anything", Duration::from_secs(3600), |entry| match entry {
            Entry::Heard(frame) => Some(Some(frame.clone())),
            Entry::Ended(_) | Entry::LetGo => Some(None),
            Entry::Sent(_) => None,
        });
        found.await.flatten()
    }

    /// Whether a frame of this type was heard and not yet looked at.
    pub fn has(&self, kind: &str) -> bool {
        let looked_at = self.looked_at.get(kind).copied().unwrap_or_default();
        self.journal.lock()[looked_at..]
            .iter()
            .any(|(_, entry)| matches!(entry, Entry::Heard(frame) if frame["type"] == *kind))
    }

    /// What was heard of this type since the socket opened.
    pub fn all(&self, kind: &str) -> Vec<Value> {
        self.journal.heard().into_iter().filter(|frame| frame["type"] == *kind).collect()
    }

    /// Proof that the server has dealt with everything sent before: it answers nonsense in order.
    pub async fn settled(&mut self) {
        let marker = super::new_id();
        self.send(serde_json::json!({"type": "are_you_there", "client_id": marker}));
        self.expect_where("error", |error| error["re"] == *marker).await;
    }

    async fn look<T>(
        &mut self,
        what: &str,
        patience: Duration,
        mut found: impl FnMut(&Entry) -> Option<T>,
    ) -> Option<T> {
        let from = self.looked_at.get(what).copied().unwrap_or_default();
        let give_up = tokio::time::Instant::now() + patience;
        let journal = self.journal.clone();
        loop {
            let changed = journal.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            {
                let entries = journal.lock();
                for (nth, (_, entry)) in entries.iter().enumerate().skip(from) {
                    if let Some(answer) = found(entry) {
                        // An end stays in sight: whoever waits next runs into it at once.
                        let next = if matches!(entry, Entry::Heard(_)) { nth + 1 } else { nth };
                        self.looked_at.insert(what.to_owned(), next);
                        return Some(answer);
                    }
                }
            }
            if tokio::time::timeout_at(give_up, changed).await.is_err() {
                return None;
            }
        }
    }

    fn tail(&self) -> String {
        let entries = self.journal.entries();
        let from = entries.len().saturating_sub(20);
        entries[from..].iter().map(|(_, entry)| format!("  {entry:?}\n")).collect()
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.vanish();
    }
}

async fn attend(mut stream: Stream, mut queue: mpsc::UnboundedReceiver<Out>, journal: Arc<Journal>) {
    loop {
        tokio::select! {
            out = queue.recv() => {
                let sent = match out {
                    Some(Out::Frame(message)) => stream.send(message).await,
                    Some(Out::Close) => stream.close(None).await,
                    None => return,
                };
                // The reason is read below.
                let _ = sent;
            }
            heard = stream.next() => match heard {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(text.as_str()) {
                    Ok(frame) => journal.write(Entry::Heard(frame)),
                    Err(error) => panic!("the server sent {text}: {error}"),
                },
                Some(Ok(Message::Close(reason))) => {
                    let code = reason.map(|CloseFrame { code, .. }| u16::from(code));
                    // Our own close frame goes back before the end.
                    let _ = stream.flush().await;
                    return journal.write(Entry::Ended(code));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return journal.write(Entry::Ended(None)),
            },
        }
    }
}
