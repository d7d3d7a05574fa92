//! What is on file about a visit that is not in memory, and what its desk is told of it.

use std::time::Duration;

use super::news::DeskNews;
use super::places::closed;
use super::rooms::TIME_TO_RATE;
use crate::ids::{MemberId, RoomId, TicketId};
use crate::protocol::{ClosedReason, EndReason, ErrorCode, ServerFrame};
use crate::time::Wall;

/// What the record of a visit says of its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// The record could not be read.
    Unreadable,
    /// There is no such visit.
    Unknown,
    /// It goes on: whoever matches does not know it yet, or its room is on its way to another node.
    Live,
    /// It says no end that could be told.
    Untold,
    /// It ended without a room.
    Closed(ClosedReason),
    /// Its last room ended, with the desk's seat there.
    Ended { room: RoomId, reason: EndReason, closed_at: Option<Wall>, desk: Option<MemberId> },
}

impl Past {
    /// What the desk that asks for `ticket` is told at `now`: it may still rate for a while after its
    /// room.
    #[must_use]
    pub fn news(self, ticket: TicketId, now: Wall) -> DeskNews {
        let refused = |code, detail: &str| DeskNews::Refused {
            code,
            detail: detail.to_owned(),
            re: None,
            ask_again: true,
            wait_s: None,
        };
        match self {
            Self::Unreadable => refused(ErrorCode::NotStored, "the records cannot be read now; try again in a moment"),
            Self::Unknown => refused(ErrorCode::BadToken, "there is no such visit; make a new request"),
            Self::Live => {
                refused(ErrorCode::NotStored, "where this visit stands is not known now; try again in a moment")
            }
            Self::Untold => refused(ErrorCode::TokenExpired, "this visit is over; make a new request"),
            Self::Closed(reason) => DeskNews::Over(closed(ticket, reason)),
            Self::Ended { room, reason, closed_at, desk } => {
                let frame = ServerFrame::Ended { room, reason, by: None, next_room: None };
                let passed_us = closed_at.map_or(i64::MAX, |closed| now.0.saturating_sub(closed.0));
                let passed = Duration::from_micros(u64::try_from(passed_us).unwrap_or(0));
                let rate_for = TIME_TO_RATE.saturating_sub(passed);
                match desk.filter(|_| !rate_for.is_zero()) {
                    Some(member) => DeskNews::WasOver { room, member, rate_for, frame },
                    None => DeskNews::Over(frame),
                }
            }
        }
    }
}
