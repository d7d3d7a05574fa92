//! Socket.IO: Engine.IO 4 over a WebSocket from the first byte, text packets, one event a frame.

use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use super::super::dialect::{Action, Dialect, Path, Read, known};
use super::words::{event, greeting};
use crate::ops::load::frame::Frame;
use crate::ops::load::ledger::Side;

/// An event's name is the frame's type, its one argument the rest of the frame.
pub struct SocketIo;

impl Dialect for SocketIo {
    fn path(&self, _side: Side) -> Path<'_> {
        known("/socket.io/?EIO=4&transport=websocket")
    }

    fn write(&self, action: &Action<'_>) -> Option<Message> {
        let (name, fields) = event(action)?;
        Some(Message::text(format!("42{}", Value::from(vec![name.into(), fields]))))
    }

    fn read(&self, side: Side, message: &Message) -> Read {
        let Message::Text(text) = message else { return Read::Nothing };
        match text.as_str().split_at_checked(1) {
            // Open: the namespace is joined next. A ping is answered with a pong.
            Some(("0", _)) => Read::Answer(Message::text("40"), None),
            Some(("2", _)) => Read::Answer(Message::text("3"), None),
            Some(("4", packet)) => self.packet(side, packet),
            _ => Read::Unreadable,
        }
    }
}

impl SocketIo {
    fn packet(&self, side: Side, packet: &str) -> Read {
        match packet.split_at_checked(1) {
            // Joined.
            Some(("0", _)) => Read::Frame(greeting(side)),
            Some(("2", event)) => match serde_json::from_str::<(String, Frame)>(event) {
                Ok((kind, frame)) => Read::Frame(Box::new(Frame { kind, ..frame })),
                Err(_) => Read::Unreadable,
            },
            _ => Read::Unreadable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Read {
        SocketIo.read(Side::Counsellor, &Message::text(text))
    }

    #[test]
    fn an_event_goes_out_and_comes_in_as_one_text_packet() {
        let said = SocketIo.write(&Action::Say { room: "7", client_id: "a", body: "hi" }).expect("an event");
        assert_eq!(said, Message::text(r#"42["say",{"body":"hi","client_id":"a","room":"7"}]"#));
        assert!(SocketIo.write(&Action::Replay { room: "7", after: 1 }).is_none(), "nothing is kept there");
        let Read::Frame(frame) = heard(r#"42["message",{"room":"7","client_id":"a","body":"hi"}]"#) else {
            panic!("not a frame")
        };
        assert_eq!((frame.kind.as_str(), frame.room(), frame.body.as_deref()), ("message", "7", Some("hi")));
    }

    #[test]
    fn opening_joining_and_pings_are_dealt_with_on_the_way() {
        assert!(
            matches!(heard(r#"0{"sid":"x","pingInterval":25000}"#), Read::Answer(m, None) if m == Message::text("40"))
        );
        assert!(matches!(heard(r#"40{"sid":"y"}"#), Read::Frame(frame) if frame.kind == "state"));
        assert!(matches!(heard("2"), Read::Answer(m, None) if m == Message::text("3")));
        for broken in ["", "4", "41", "44{}", "42[]", "42[1]", "é"] {
            assert!(matches!(heard(broken), Read::Unreadable), "{broken}");
        }
    }
}
