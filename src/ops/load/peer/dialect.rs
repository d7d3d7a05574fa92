//! The words of a peer: what people do, how it is written and what comes back.

use std::pin::Pin;

use serde::Serialize;
use tokio_tungstenite::tungstenite::Message;

use crate::ops::load::frame::Frame;
use crate::ops::load::ledger::Side;

/// What a made person does, as Anteroom's frames say it.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Action<'a> {
    /// A desk asks.
    Request { client_id: &'a str, topic: &'a str },
    /// A desk comes back, having heard its conversation up to `after`.
    Resume { token: &'a str, after: u32 },
    /// A counsellor takes desks, so many at once.
    Open { capacity: u16 },
    /// A counsellor takes this one.
    Accept { offer: &'a str },
    /// Somebody says something.
    Say { room: &'a str, client_id: &'a str, body: &'a str },
    /// A counsellor comes back to a room.
    Replay { room: &'a str, after: u32 },
    /// A desk ends the talk.
    End { room: &'a str },
}

/// What a message on the wire is.
pub enum Read {
    /// Something somebody is told.
    Frame(Box<Frame>),
    /// To be answered at once with this; then this is told, if anything.
    #[cfg_attr(not(feature = "peers"), expect(dead_code, reason = "our own server asks nothing that a socket answers"))]
    Answer(Message, Option<Box<Frame>>),
    /// Nothing to anybody.
    Nothing,
    /// Nothing that this peer should say: the socket is given up.
    Unreadable,
}

/// Where a socket is opened, once that is known; on refusal, what was said.
pub type Path<'a> = Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'a>>;

/// How one peer is spoken to, and understood.
pub trait Dialect: Send + Sync {
    /// Where this side's socket is opened. Some servers are asked over HTTP first, each time.
    fn path(&self, side: Side) -> Path<'_>;

    /// Whether a desk asks already by asking for a path, so that its wait counts from there.
    fn asks_by_coming(&self) -> bool {
        false
    }

    /// What the socket must agree to speak, if anything. Only then is a log-in sent along.
    fn subprotocol(&self) -> Option<&'static str> {
        None
    }

    /// What stands for a welcome, of a peer that says nothing until it is asked.
    fn greeting(&self, _side: Side) -> Option<Box<Frame>> {
        None
    }

    /// Nothing if there is no such thing there.
    fn write(&self, action: &Action<'_>) -> Option<Message>;

    /// What a message says.
    fn read(&self, side: Side, message: &Message) -> Read;
}

/// A path that is known already.
pub fn known(path: &str) -> Path<'_> {
    Box::pin(std::future::ready(Ok(path.to_owned())))
}

pub fn json(action: &Action<'_>) -> Option<Message> {
    serde_json::to_string(action).ok().map(Message::text)
}

pub fn from_json(message: &Message) -> Read {
    let Message::Text(text) = message else { return Read::Nothing };
    serde_json::from_str(text.as_str()).map_or(Read::Unreadable, |frame| Read::Frame(Box::new(frame)))
}
