//! What the records say of what waits and what is open, read again and again while several nodes live: a word between
//! two of them may be lost, and a record is not.

use super::restart::FoundTicket;
use crate::ids::{NodeId, RoomId, TicketId};
use crate::time::Wall;

/// The records as they were at one moment, a little ago: what is being written may not be in it yet.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// What waits and is nobody's, with since when it waits; by the moment of asking.
    pub unkept: Vec<(FoundTicket, Wall)>,
    /// Every open room, in no order.
    pub rooms: Vec<KeptRoom>,
}

/// An open room, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptRoom {
    pub room: RoomId,
    /// What it is about; `None` for a group room.
    pub ticket: Option<TicketId>,
    /// The node it lives at; `None`: nobody's.
    pub keeper: Option<NodeId>,
}
