//! The watch behind the admin room list: a snapshot, then what changes.

use actix::prelude::*;
use serde::Serialize;
use serde_json::Value;

/// Feeds the admin room list.
pub struct Watch {}

impl Actor for Watch {
    type Context = Context<Self>;
}

/// What a viewer is told.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum WatchEvent {
    /// Everything, once: `{rooms, tickets, counsellors}`. SSE event `snapshot`.
    Snapshot(Value),
    /// A change: `{op: "put" | "drop", id, item?}`. SSE event `room`, `ticket` or `counsellor`.
    Change {
        /// The SSE event's name.
        #[serde(skip)]
        kind: &'static str,
        /// What happened.
        #[serde(flatten)]
        change: Value,
    },
}

/// Start viewing. The receiver ends when the viewer fell too far behind (reconnect for a fresh
/// snapshot) or the node drains.
#[derive(Message)]
#[rtype(result = "tokio::sync::mpsc::Receiver<WatchEvent>")]
pub struct Subscribe;
