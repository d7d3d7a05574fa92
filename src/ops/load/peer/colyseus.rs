//! Colyseus 0.18: a seat is asked for over HTTP; then binary messages, each a code, a name and
//! MessagePack.

use serde::Deserialize as _;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use super::dialect::{Act, Dialect, Errand, Read, event, greeting};
use crate::ops::load::frame::Frame;
use crate::ops::load::ledger::Side;

/// The first byte of a message.
const JOIN_ROOM: u8 = 10;
const ROOM_DATA: u8 = 13;

/// A counsellor makes a room of so many places; a desk joins whichever has one.
pub struct Colyseus {
    /// Desks a counsellor takes at once.
    pub capacity: u16,
}

impl Dialect for Colyseus {
    fn errand(&self, side: Side) -> Option<Errand> {
        Some(match side {
            Side::Desk => Errand { path: "/matchmake/join/counter", body: json!({}) },
            Side::Counsellor => {
                Errand { path: "/matchmake/create/counter", body: json!({ "capacity": self.capacity }) }
            }
        })
    }

    fn path(&self, _side: Side, brought: &Value) -> Option<String> {
        let of = |name: &str| brought[name].as_str();
        Some(format!("/{}/{}?sessionId={}", of("processId")?, of("roomId")?, of("sessionId")?))
    }

    fn asks_by_coming(&self) -> bool {
        true
    }

    fn write(&self, act: &Act<'_>) -> Option<Message> {
        let (name, fields) = event(act)?;
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

    const PEER: Colyseus = Colyseus { capacity: 3 };

    #[test]
    fn a_seat_is_asked_for_and_its_socket_found() {
        let errand = PEER.errand(Side::Counsellor).expect("an errand");
        assert_eq!(errand.body, json!({ "capacity": 3 }));
        let brought = json!({ "processId": "p", "roomId": "r", "sessionId": "s" });
        assert_eq!(PEER.path(Side::Desk, &brought).as_deref(), Some("/p/r?sessionId=s"));
        assert_eq!(PEER.path(Side::Desk, &json!({ "error": "no room" })), None);
    }

    #[test]
    fn a_message_is_a_code_a_name_and_its_fields() {
        let Some(Message::Binary(said)) = PEER.write(&Act::End { room: "r" }) else { panic!("not binary") };
        assert_eq!(&said[..], b"\x0d\xa3end\x81\xa4room\xa1r");
        // As the server packs it, with the long form of a map.
        let told = Message::binary(b"\x0d\xa5ended\xde\x00\x01\xa4room\xa1r".to_vec());
        let Read::Frame(frame) = PEER.read(Side::Desk, &told) else { panic!("not a frame") };
        assert_eq!((frame.kind.as_str(), frame.room()), ("ended", "r"));
    }

    #[test]
    fn joining_is_answered_and_what_is_cut_short_is_unreadable() {
        let Read::Answer(answer, Some(greeting)) = PEER.read(Side::Desk, &Message::binary(vec![10, 1, 2])) else {
            panic!("not answered")
        };
        assert_eq!((answer, greeting.kind.as_str()), (Message::binary(vec![10]), "welcome"));
        for broken in [&b""[..], b"\x0d", b"\x0d\xa5end", b"\x0d\xa3end\x81"] {
            assert!(matches!(PEER.read(Side::Desk, &Message::binary(broken.to_vec())), Read::Unreadable), "{broken:?}");
        }
    }
}
