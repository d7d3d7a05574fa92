//! What a dialect is, and what several need.

use serde::Serialize;
use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use crate::ops::load::frame::Frame;
use crate::ops::load::ledger::Side;

/// What a made person does, as Anteroom's frames say it.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Act<'a> {
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
    /// A desk has had enough.
    End { room: &'a str },
}

/// What a message on the wire is.
pub enum Read {
    /// Something somebody is told.
    Frame(Box<Frame>),
    /// To be answered at once with this; then this is told, if anything.
    Answer(Message, Option<Box<Frame>>),
    /// Nothing to anybody.
    Nothing,
    /// Not what this peer says: the socket is of no more use.
    Unreadable,
}

/// A request over HTTP before a socket is opened.
pub struct Errand {
    /// Where it is posted.
    pub path: &'static str,
    /// What is posted.
    pub body: Value,
}

/// One peer's words.
pub trait Dialect: Send + Sync {
    /// What is asked over HTTP before each socket, if anything.
    fn errand(&self, _side: Side) -> Option<Errand> {
        None
    }

    /// Where this side's socket is opened, with what the errand brought back; nothing if that names
    /// no place.
    fn path(&self, side: Side, brought: &Value) -> Option<String>;

    /// Whether a desk's errand is already its request, so that its wait counts from there.
    fn asks_by_coming(&self) -> bool {
        false
    }

    /// What the socket must agree to speak, if anything. Only then is a log-in sent along.
    fn subprotocol(&self) -> Option<&'static str> {
        None
    }

    /// What whoever has opened a socket goes by, of a peer that says nothing until it is asked.
    fn greeting(&self, _side: Side) -> Option<Box<Frame>> {
        None
    }

    /// Nothing if there is no such thing there.
    fn write(&self, act: &Act<'_>) -> Option<Message>;

    /// What a message says.
    fn read(&self, side: Side, message: &Message) -> Read;
}

/// A peer without log-ins greets a desk and asks a counsellor for nothing.
pub(super) fn greeting(side: Side) -> Box<Frame> {
    let kind = match side {
        Side::Desk => "welcome",
        Side::Counsellor => "state",
    };
    Box::new(Frame { kind: kind.to_owned(), ..Frame::default() })
}

pub(super) fn json(act: &Act<'_>) -> Option<Message> {
    serde_json::to_string(act).ok().map(Message::text)
}

/// As an event with a name, for peers that have those. Nothing of what only a server with records
/// has.
pub(super) fn event(act: &Act<'_>) -> Option<(String, Value)> {
    if matches!(act, Act::Resume { .. } | Act::Replay { .. }) {
        return None;
    }
    let mut fields = serde_json::to_value(act).ok()?;
    let Value::String(name) = fields.as_object_mut()?.remove("type")? else { return None };
    Some((name, fields))
}

pub(super) fn from_json(message: &Message) -> Read {
    let Message::Text(text) = message else { return Read::Nothing };
    serde_json::from_str(text.as_str()).map_or(Read::Unreadable, |frame| Read::Frame(Box::new(frame)))
}
