//! Our own server: the frames as they are.

use tokio_tungstenite::tungstenite::Message;

use super::dialect::{Action, Dialect, Path, Read, from_json, json, known};
use crate::ops::load::ledger::Side;

/// As in `docs/PROTOCOL.md`.
pub struct Anteroom;

impl Dialect for Anteroom {
    fn path(&self, side: Side) -> Path<'_> {
        known(match side {
            Side::Desk => "/ws/desk",
            Side::Counsellor => "/ws/counsellor",
        })
    }

    fn subprotocol(&self) -> Option<&'static str> {
        Some("anteroom.v1")
    }

    fn write(&self, action: &Action<'_>) -> Option<Message> {
        json(action)
    }

    fn read(&self, _side: Side, message: &Message) -> Read {
        from_json(message)
    }
}
