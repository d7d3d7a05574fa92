//! Colyseus 0.18: a seat is asked for over HTTP; then binary messages, each a code, a name and
//! MessagePack.

use serde::Deserialize as _;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::super::dialect::{Action, Dialect, Path, Read};
use super::errands::{Errand, Errands};
use super::words::{event, greeting};
use crate::config::LoadOptions;
use crate::ops::load::frame::Frame;
use crate::ops::load::ledger::Side;
use crate::start_error::StartError;

/// The first byte of a message.
const JOIN_ROOM: u8 = 10;
const ROOM_DATA: u8 = 13;

/// A counsellor makes a room of so many places; a desk joins whichever has one.
pub struct Colyseus {
    /// Desks a counsellor takes at once.
    capacity: u16,
    errands: Errands,
}

impl Colyseus {
    /// The server at `HOST:PORT`.
    pub fn at(authority: &str, options: &LoadOptions) -> Result<Self, StartError> {
        Ok(Self { capacity: options.capacity, errands: Errands::to(authority, &options.from)? })
    }
}

/// What asks for a seat.
fn errand(side: Side, capacity: u16) -> Errand {
    match side {
        Side::Desk => Errand { path: "/matchmake/join/counter", body: json!({}) },
        Side::Counsellor => Errand { path: "/matchmake/create/counter", body: json!({ "capacity": capacity }) },
    }
}

/// Where the seat is that the answer names; nothing if it names none.
fn seat(answer: &Value) -> Option<String> {
    let of = |name: &str| answer[name].as_str();
    Some(format!("/{}/{}?sessionId={}", of("processId")?, of("roomId")?, of("sessionId")?))
}

impl Dialect for Colyseus {
    fn path(&self, side: Side) -> Path<'_> {
        Box::pin(async move {
            let answer = self.errands.run(&errand(side, self.capacity)).await?;
            seat(&answer).ok_or_else(|| "no place for a socket is named".to_owned())
        })
    }

    fn asks_by_coming(&self) -> bool {
        true
    }

    fn write(&self, action: &Action<'_>) -> Option<Message> {
        let (name, fields) = event(action)?;
        let mut bytes = vec![ROOM_DATA];
        rmp_serde::encode::write(&mut bytes, &name).ok()?;
        rmp_serde::encode::write(&mut bytes, &fields).ok()?;
        Some(Message::binary(bytes))
    }

    fn read(&self, side: Side, message: &Message) -> Read {
        let Message::Binary(bytes) = message else { return Read::Nothing };
        match bytes.split_first() {
            // Whoever has joined says so, and is in the room.
            Some((&JOIN_ROOM, _)) => Read::Answer(Message::binary(vec![JOIN_ROOM]), Some(greeting(side))),
            Some((&ROOM_DATA, event)) => data(event).map_or(Read::Unreadable, |frame| Read::Frame(Box::new(frame))),
            // The state of the room, of which there is none.
            Some(_) => Read::Nothing,
            None => Read::Unreadable,
        }
    }
}

fn data(event: &[u8]) -> Option<Frame> {
    let mut values = rmp_serde::Deserializer::from_read_ref(event);
    let kind = String::deserialize(&mut values).ok()?;
    let frame = Frame::deserialize(&mut values).ok()?;
    Some(Frame { kind, ..frame })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer() -> Colyseus {
        Colyseus { capacity: 3, errands: Errands::to("127.0.0.1:9", &[]).unwrap() }
    }

    #[test]
    fn a_seat_is_asked_for_and_its_socket_found() {
        assert_eq!(errand(Side::Counsellor, 3).body, json!({ "capacity": 3 }));
        let answer = json!({ "processId": "p", "roomId": "r", "sessionId": "s" });
        assert_eq!(seat(&answer).as_deref(), Some("/p/r?sessionId=s"));
        assert_eq!(seat(&json!({ "error": "no room" })), None);
    }

    #[test]
    fn a_message_is_a_code_a_name_and_its_fields() {
        let Some(Message::Binary(said)) = peer().write(&Action::End { room: "r" }) else { panic!("not binary") };
        assert_eq!(&said[..], b"\x0d\xa3end\x81\xa4room\xa1r");
        // As the server packs it, with the long form of a map.
        let told = Message::binary(b"\x0d\xa5ended\xde\x00\x01\xa4room\xa1r".to_vec());
        let Read::Frame(frame) = peer().read(Side::Desk, &told) else { panic!("not a frame") };
        assert_eq!((frame.kind.as_str(), frame.room()), ("ended", "r"));
    }

    #[test]
    fn joining_is_answered_and_what_is_cut_short_is_unreadable() {
        let Read::Answer(answer, Some(greeting)) = peer().read(Side::Desk, &Message::binary(vec![10, 1, 2])) else {
            panic!("not answered")
        };
        assert_eq!((answer, greeting.kind.as_str()), (Message::binary(vec![10]), "welcome"));
        for broken in [&b""[..], b"\x0d", b"\x0d\xa5end", b"\x0d\xa3end\x81"] {
            assert!(
                matches!(peer().read(Side::Desk, &Message::binary(broken.to_vec())), Read::Unreadable),
                "{broken:?}"
            );
        }
    }
}
