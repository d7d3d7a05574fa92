//! A frame as somebody here reads it.

use serde::Deserialize;

/// Every field of a frame that anybody here looks at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Frame {
    #[serde(rename = "type")]
    pub kind: String,
    pub room: Option<String>,
    pub ticket: Option<String>,
    pub offer: Option<String>,
    pub client_id: Option<String>,
    pub from: Option<String>,
    pub you: Option<String>,
    pub body: Option<String>,
    pub resume: Option<String>,
    pub reason: Option<String>,
    pub code: Option<String>,
    pub detail: Option<String>,
    pub re: Option<String>,
    pub seq: Option<u32>,
    pub last_seq: Option<u32>,
    pub intent: Option<String>,
    pub rooms: Vec<RoomLine>,
}

/// A room in a counsellor's `state`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RoomLine {
    pub room: String,
    pub last_seq: u32,
}

impl Frame {
    /// The room it is about, or nothing.
    pub fn room(&self) -> &str {
        self.room.as_deref().unwrap_or_default()
    }
}
