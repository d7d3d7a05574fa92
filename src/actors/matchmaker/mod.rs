//! The matchmaker.

use actix::prelude::*;
use serde::Serialize;

use crate::ids::{LineId, RoomId, TicketId};
use crate::protocol::LineInfo;

/// Pairs desks and counsellors.
pub struct Matchmaker {}

impl Actor for Matchmaker {
    type Context = Context<Self>;
}

/// The lines as people see them now, in their order.
#[derive(Message)]
#[rtype(result = "Vec<LineInfo>")]
pub struct LinesNow;

/// Live figures of every line, in their order.
#[derive(Message)]
#[rtype(result = "Vec<LineFigures>")]
pub struct LineStats;

/// Live figures of one line.
#[derive(Clone, Debug, Serialize)]
pub struct LineFigures {
    /// The line.
    pub id: LineId,
    /// The topic's code.
    pub topic: String,
    /// `ko`, `en`.
    pub language: String,
    /// Inside its opening hours.
    pub is_open: bool,
    /// Tickets waiting.
    pub waiting: u32,
    /// Seconds the longest of them has waited.
    pub longest_s: u32,
    /// Open and connected counsellors who serve it.
    pub open: u32,
    /// Rooms talking.
    pub talking: u32,
    /// What a new ticket would be told.
    pub eta_s: Option<[u32; 2]>,
}

/// An admin ends a room. `false` if there is no such open room here.
#[derive(Message)]
#[rtype(result = "bool")]
pub struct EndRoom {
    /// The room.
    pub room: RoomId,
}

/// Follow a waiting ticket. `None` if it does not wait here (any more) or has
/// [`FOLLOWERS_MAX`] followers already.
#[derive(Message)]
#[rtype(result = "Option<tokio::sync::mpsc::Receiver<TicketEvent>>")]
pub struct FollowTicket {
    /// The ticket.
    pub ticket: TicketId,
}

/// Most followers of one ticket.
pub const FOLLOWERS_MAX: usize = 4;

/// What a follower of a ticket is told; the field `event` names the SSE event.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TicketEvent {
    /// Its place.
    Position { ticket: TicketId, number: String, ahead: u32, eta_s: Option<[u32; 2]> },
    /// It was matched; the last event.
    Matched { ticket: TicketId, number: String },
    /// It is over; the last event.
    Closed { ticket: TicketId, number: String, reason: crate::protocol::ClosedReason },
}

/// Counts for `/metrics`.
#[derive(Message)]
#[rtype(result = "CountsNow")]
pub struct Counts;

/// What [`Counts`] answers.
#[derive(Clone, Copy, Debug, Default, MessageResponse)]
pub struct CountsNow {
    /// Tickets waiting.
    pub waiting: u32,
    /// Offers outstanding.
    pub offers: u32,
    /// Counsellors with a socket.
    pub counsellors: u32,
    /// Open rooms on this node.
    pub rooms: u32,
    /// Matches since start.
    pub matches: u64,
}
