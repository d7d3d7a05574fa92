//! What several of them say in the same way.

use serde_json::Value;

use super::super::dialect::Action;
use crate::ops::load::frame::Frame;
use crate::ops::load::ledger::Side;

/// A peer without log-ins greets a desk and asks a counsellor for nothing.
pub fn greeting(side: Side) -> Box<Frame> {
    let kind = match side {
        Side::Desk => "welcome",
        Side::Counsellor => "state",
    };
    Box::new(Frame { kind: kind.to_owned(), ..Frame::default() })
}

/// As an event with a name, for peers that have those. Nothing of what only a server with records
/// has.
pub fn event(action: &Action<'_>) -> Option<(String, Value)> {
    if matches!(action, Action::Resume { .. } | Action::Replay { .. }) {
        return None;
    }
    let mut fields = serde_json::to_value(action).ok()?;
    let Value::String(name) = fields.as_object_mut()?.remove("type")? else { return None };
    Some((name, fields))
}
