//! The names of things: one type for each, so that a ticket is never taken for a room.
//!
//! Every id but a picture's is a UUIDv7, and is made outside the pure core, which only compares and
//! copies them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS), ts(type = "string"))]
        #[cfg_attr(feature = "server", derive(utoipa::ToSchema), schema(value_type = String, format = Uuid))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<u128> for $name {
            /// For tests and simulations, where ids are counted instead of drawn.
            fn from(number: u128) -> Self {
                Self(Uuid::from_u128(number))
            }
        }
    )*};
}

ids! {
    /// An account; a counsellor is known by the account.
    AccountId,
    /// A registered desk.
    DeskId,
    /// One visit at a desk, or one log-in of an account: what outlives a socket.
    SessionId,
    /// A queue: a topic in one language.
    LineId,
    /// A request to be counselled; also the id of its consultation record.
    TicketId,
    /// A ticket proposed to one counsellor.
    OfferId,
    /// Where members talk.
    RoomId,
    /// A seat in one room; what other members see of a person.
    MemberId,
    /// A message on file.
    MessageId,
    /// Something said between staff about a talk, which the one who asked does not hear.
    WhisperId,
    /// A piece of long work.
    JobId,
    /// A token with which a program acts for an account.
    TokenId,
    /// A link sent by mail, for one use.
    LinkId,
    /// A mail on its way out.
    MailId,
    /// A notice.
    PostId,
    /// A text that staff have at hand.
    ReplyId,
    /// An incarnation: one run of one node, drawn at every start and never used again.
    NodeId,
    /// A term: one holding of the matchmaking lease, drawn at every taking.
    TermId,
    /// A picture. Drawn by chance alone: who knows it may see the picture.
    MediaId,
}

/// One socket of a node; a newer one of the same node has a higher number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SocketId(pub u64);

/// One socket of all there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeSocket {
    /// Where it is.
    pub node: NodeId,
    pub socket: SocketId,
}
