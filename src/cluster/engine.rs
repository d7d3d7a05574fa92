//! What carries messages from node to node.

use serde::{Deserialize, Serialize};

/// A way for messages. Both may lose, double, delay and reorder them; what a link promises, it
/// promises over either, and over a change from one to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Engine {
    /// `NOTIFY` and `LISTEN`: always there, as the records are.
    Postgres,
    /// `PUBLISH` and `SUBSCRIBE`: faster, where there is one.
    Redis,
}

impl Engine {
    /// As it stands in `NODE.ENGINE`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Postgres => "POSTGRES",
            Self::Redis => "REDIS",
        }
    }

    /// The one with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Postgres, Self::Redis].into_iter().find(|engine| engine.code() == code)
    }

    /// Most bytes of one message before it is sealed. PostgreSQL refuses 8,000, and a message grows
    /// by a third and a head as it is sealed and written in base64; on Redis it is a size that is
    /// still quick to send.
    #[must_use]
    pub const fn message_max(self) -> usize {
        match self {
            Self::Postgres => 5_800,
            Self::Redis => 64 * 1024,
        }
    }
}
