//! What a rehearsal is given.

use actix::Recipient;

use crate::actors::{EndRoom, Sockets};
use crate::clock::Clock;
use crate::ids::{JobId, NodeId, TokenId};
use crate::storage::Store;

/// What a rehearsal plays with.
#[derive(Clone, Debug)]
pub struct Cast {
    pub id: JobId,
    /// The topic and the language of the test line.
    pub topic: String,
    /// See `topic`.
    pub language: String,
    /// The API token of the test counsellor: on file, and as it is shown.
    pub token: (TokenId, String),
    /// What the desk shows.
    pub key: String,
    /// A code of the group `RESULT` that is in use.
    pub result: Option<String>,
}

/// What of the server a rehearsal needs besides its front door.
#[derive(Clone)]
pub struct Stage {
    /// The records: it notes how far it is, and looks whether all has ended.
    pub store: Store,
    /// This run of this server, which plays it.
    pub keeper: NodeId,
    /// Both clocks, and new ids.
    pub clock: Clock,
    /// Ends a room that would stay open.
    pub rooms: Recipient<EndRoom>,
    /// Closes what its token has open.
    pub sockets: Sockets,
}
