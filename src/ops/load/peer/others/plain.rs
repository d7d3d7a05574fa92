//! A bare relay: the few of our frames that pair people and carry words, in JSON, and no more.

use tokio_tungstenite::tungstenite::Message;

use super::super::dialect::{Action, Dialect, Path, Read, from_json, json, known};
use super::words::greeting;
use crate::ops::load::frame::Frame;
use crate::ops::load::ledger::Side;

/// As in `bench/peers/README.md`.
pub struct Plain;

impl Dialect for Plain {
    fn path(&self, side: Side) -> Path<'_> {
        known(match side {
            Side::Desk => "/desk",
            Side::Counsellor => "/counsellor",
        })
    }

    fn greeting(&self, side: Side) -> Option<Box<Frame>> {
        Some(greeting(side))
    }

    fn write(&self, action: &Action<'_>) -> Option<Message> {
        match action {
            Action::Resume { .. } | Action::Replay { .. } => None,
            _ => json(action),
        }
    }

    fn read(&self, _side: Side, message: &Message) -> Read {
        from_json(message)
    }
}
