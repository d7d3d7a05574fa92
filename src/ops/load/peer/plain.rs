//! A bare relay: the few of our frames that pair people and carry words, in JSON, and no more.

use serde_json::Value;
use tokio_tungstenite::tungstenite::Message;

use super::dialect::{Act, Dialect, Read, from_json, greeting, json};
use crate::ops::load::frame::Frame;
use crate::ops::load::ledger::Side;

/// As in `bench/peers/README.md`.
pub struct Plain;

impl Dialect for Plain {
    fn path(&self, side: Side, _brought: &Value) -> Option<String> {
        let path = match side {
            Side::Desk => "/desk",
            Side::Counsellor => "/counsellor",
        };
        Some(path.to_owned())
    }

    fn greeting(&self, side: Side) -> Option<Box<Frame>> {
        Some(greeting(side))
    }

    fn write(&self, act: &Act<'_>) -> Option<Message> {
        match act {
            Act::Resume { .. } | Act::Replay { .. } => None,
            _ => json(act),
        }
    }

    fn read(&self, _side: Side, message: &Message) -> Read {
        from_json(message)
    }
}
