//! What a WebSocket is on this side of the library, and all of them together; the actor at its near end is
//! `actors::socket`.
//!
//! - `registry`: every open socket of this node, counted and closable
//! - `scopes`: by what scope it was opened
//! - `outbox`: what is queued toward one
//! - `framing`: looks at each frame's head before anything of it is kept
//! - `intake`: how much a peer may say, and messages in pieces
//! - `pulse`: when a socket speaks by itself

pub(crate) mod framing;
pub(crate) mod intake;
mod outbox;
pub(crate) mod pulse;
mod registry;
mod scopes;

pub(crate) use outbox::{Out, Outbox};
pub use registry::{DeskCheck, KeyMark, Sockets, SocketsOf, StaffStream};
pub(crate) use registry::{SocketOwner, SocketUser};
pub use scopes::ScopeMark;
