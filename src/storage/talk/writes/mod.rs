//! The hot path: what the journal puts on file. Runs inside its transaction, which others share.
//!
//! Every decision names its keeper in the condition of the statement that is the referee: a term for what waits, a
//! home for an open room.
//!
//! A refusal (`Stale`, `Full`, `Gap`, …) must leave nothing changed without a rollback, as the
//! rest of the group stands; so the deciding update comes first, or is taken back exactly.

pub(crate) mod keepers;
pub(crate) mod matches;
pub(crate) mod messages;
pub(crate) mod moves;
mod rows;
pub(crate) mod said;
pub(crate) mod seats;
pub(crate) mod tickets;
pub(crate) mod wrap_ups;

pub use rows::{MessageRow, MoveRow, ShowRow, SitRow, WhisperRow};
