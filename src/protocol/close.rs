//! Why a socket was closed. The code alone tells a client whether to come back, and how.

use serde::{Deserialize, Serialize};

/// A close code of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(repr(enum)))]
#[repr(u16)]
pub enum CloseCode {
    /// Done. Do not come back.
    Done = 1000,
    /// This node is draining. Come back at once, with jitter.
    Draining = 1001,
    /// A protocol fault, as RFC 6455. Do not come back.
    ProtocolFault = 1002,
    /// A binary frame. Do not come back.
    Binary = 1003,
    /// Not UTF-8. Do not come back.
    BadText = 1007,
    /// A frame over the limit. Do not come back.
    TooLarge = 1009,
    /// The server is overloaded, or you read too slowly. Come back after a back-off.
    Overloaded = 1013,
    /// A newer socket of the same session took over. Do not come back.
    Replaced = 4001,
    /// Not allowed, or access was taken away. Do not come back.
    NotAllowed = 4003,
    /// Silent too long. Come back and `resume`.
    Silent = 4008,
    /// Too many frames. Come back after a back-off.
    TooMany = 4009,
    /// The page is older than the server. Reload.
    Outdated = 4010,
}

impl CloseCode {
    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u16 {
        self as u16
    }

    /// A word for logs and for people with a network inspector.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Draining => "draining",
            Self::ProtocolFault => "protocol fault",
            Self::Binary => "binary frames are not accepted",
            Self::BadText => "text is not UTF-8",
            Self::TooLarge => "frame over 16 KiB",
            Self::Overloaded => "overloaded or reading too slowly",
            Self::Replaced => "replaced by a newer socket",
            Self::NotAllowed => "not allowed",
            Self::Silent => "silent too long",
            Self::TooMany => "too many frames",
            Self::Outdated => "the page is older than the server",
        }
    }
}
