//! What a waiting desk, its followers and the admin list are told of a ticket's place.

use super::news::DeskNews;
use super::shown::{Shown, TicketEvent, TicketStage, WaitingTicket};
use super::{Dispatch, Effect, Out, ToFront};
use crate::ids::{NodeId, TicketId};
use crate::matching::Stage;
use crate::protocol::{ClosedReason, NextStep, ServerFrame};

impl Dispatch {
    /// Tells the desk its place, and whoever shows the ticket.
    pub(super) fn tell_place(&mut self, ticket: TicketId, out: &mut Out<'_>) {
        let Some(ahead) = self.lobby.ahead(ticket) else { return };
        self.tell_ahead(ticket, ahead, out);
        self.show_ticket(ticket, out);
    }

    pub(super) fn tell_ahead(&mut self, ticket: TicketId, ahead: u32, out: &mut Out<'_>) {
        let Some(visit) = self.visits.get_mut(&ticket) else { return };
        // Not on file yet: nothing may be told.
        if visit.number.is_empty() {
            return;
        }
        visit.told_ahead = Some(ahead);
        let eta_s = self.lobby.estimate(visit.row.line, ahead);
        if !visit.followed_at.is_empty() {
            let event = TicketEvent::Position { ticket, number: visit.number.clone(), ahead, eta_s };
            visit.tell_followers(&event, out);
        }
        if visit.socket.is_some() {
            let frame = ServerFrame::Waiting {
                ticket,
                number: visit.number.clone(),
                line: self.lines.topic(visit.row.line),
                requested_at: visit.row.requested_at,
                ahead,
                eta_s,
                resume: visit.token.clone(),
            };
            visit.tell(DeskNews::Stands(frame), out);
        }
    }

    /// Shows the ticket as it is now to whoever watches.
    pub(super) fn show_ticket(&self, ticket: TicketId, out: &mut Out<'_>) {
        let (Some(visit), Some(view)) = (self.visits.get(&ticket), self.lobby.ticket(ticket)) else { return };
        if visit.number.is_empty() || self.lines.is_test(visit.row.line) {
            return;
        }
        let line = self.lines.get(visit.row.line);
        let shown = WaitingTicket {
            number: visit.number.clone(),
            line: line.map(|line| line.topic.clone()).unwrap_or_default(),
            line_id: visit.row.line,
            language: line.map(|line| line.language.clone()).unwrap_or_default(),
            nickname: visit.row.nickname.clone(),
            desk: visit.row.desk,
            requested_at: visit.row.requested_at,
            priority: visit.row.priority,
            here: visit.socket.is_some(),
            stage: match view.stage {
                Stage::Offered(_) | Stage::Handing(_) => TicketStage::Offered,
                Stage::Pairing(_) => TicketStage::Pairing,
                Stage::Storing | Stage::Waiting | Stage::Closing(_) => TicketStage::Waiting,
            },
        };
        out.show(Shown::Ticket(ticket, Some(shown)));
    }

    /// Somebody at a node follows a waiting ticket: its place goes there now and whenever it changes. `false`
    /// if it does not wait here (any more), or is not on file yet.
    pub fn follow(&mut self, ticket: TicketId, at: NodeId, effects: &mut Vec<Effect>) -> bool {
        let Some(ahead) = self.lobby.ahead(ticket) else { return false };
        let Some(visit) = self.visits.get_mut(&ticket).filter(|visit| !visit.number.is_empty()) else { return false };
        if !visit.followed_at.contains(&at) {
            visit.followed_at.push(at);
        }
        let eta_s = self.lobby.estimate(visit.row.line, ahead);
        let event = TicketEvent::Position { ticket, number: visit.number.clone(), ahead, eta_s };
        effects.push(Effect::Parcel { to: at, parcel: ToFront::Follow(event) });
        true
    }
}

/// The last frame of a visit without a room, with what else to do.
pub(super) fn closed(ticket: TicketId, reason: ClosedReason) -> ServerFrame {
    let next = match reason {
        ClosedReason::Cancelled | ClosedReason::Replaced => None,
        ClosedReason::Expired => Some(NextStep::AskAgain),
        ClosedReason::Full => Some(NextStep::TryLater),
        ClosedReason::ClosedHours => Some(NextStep::OpeningHours),
        ClosedReason::Unstaffed => Some(NextStep::AskStaff),
    };
    ServerFrame::Closed { ticket, reason, next }
}
