//! What a waiting desk, its followers and the admin list are told of a ticket's place.

use actix::prelude::*;
use tokio::sync::mpsc;

use super::messages::FOLLOWERS_MAX;
use super::{FollowTicket, Matchmaker, TicketEvent};
use crate::actors::desk::DeskNews;
use crate::actors::watch::{TicketShown, WaitingTicket};
use crate::ids::TicketId;
use crate::matching::Stage;
use crate::protocol::{ClosedReason, NextStep, ServerFrame};

/// Events a slow follower may fall behind before it is dropped.
const FOLLOWER_BEHIND_MAX: usize = 16;

impl Matchmaker {
    /// Tells the desk its place, and whoever shows the ticket.
    pub(super) fn tell_place(&mut self, ticket: TicketId) {
        let Some(ahead) = self.lobby.ahead(ticket) else { return };
        self.tell_ahead(ticket, ahead);
        self.show_ticket(ticket);
    }

    pub(super) fn tell_ahead(&mut self, ticket: TicketId, ahead: u32) {
        let Some(visit) = self.visits.get_mut(&ticket) else { return };
        // Not on file yet: nothing may be told.
        if visit.number.is_empty() {
            return;
        }
        visit.told_ahead = Some(ahead);
        let eta_s = self.lobby.estimate(visit.row.line, ahead);
        if !visit.followers.is_empty() {
            visit.follow(&TicketEvent::Position { ticket, number: visit.number.clone(), ahead, eta_s });
        }
        if visit.socket.is_some() {
            visit.tell(DeskNews::Stands(ServerFrame::Waiting {
                ticket,
                number: visit.number.clone(),
                line: self.lines.topic(visit.row.line),
                requested_at: visit.row.requested_at,
                ahead,
                eta_s,
                resume: visit.token.clone(),
            }));
        }
    }

    /// Shows the ticket as it is now to whoever watches.
    pub(super) fn show_ticket(&self, ticket: TicketId) {
        let (Some(visit), Some(view)) = (self.visits.get(&ticket), self.lobby.ticket(ticket)) else { return };
        if visit.number.is_empty() || self.lines.is_test(visit.row.line) {
            return;
        }
        let line = self.lines.get(visit.row.line);
        self.app.watch.do_send(TicketShown {
            ticket,
            shown: Some(WaitingTicket {
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
                    Stage::Offered(_) | Stage::Handing(_) => "OFFERED",
                    Stage::Pairing(_) => "PAIRING",
                    Stage::Storing | Stage::Waiting | Stage::Closing(_) => "WAITING",
                },
            }),
        });
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

impl Handler<FollowTicket> for Matchmaker {
    type Result = MessageResult<FollowTicket>;
    fn handle(&mut self, FollowTicket { ticket }: FollowTicket, _: &mut Context<Self>) -> Self::Result {
        let ahead = self.lobby.ahead(ticket);
        let (Some(ahead), Some(visit)) = (ahead, self.visits.get_mut(&ticket)) else { return MessageResult(None) };
        visit.followers.retain(|follower| !follower.is_closed());
        if visit.followers.len() >= FOLLOWERS_MAX || visit.number.is_empty() {
            return MessageResult(None);
        }
        let (follower, events) = mpsc::channel(FOLLOWER_BEHIND_MAX);
        let eta_s = self.lobby.estimate(visit.row.line, ahead);
        visit.followers.push(follower);
        visit.follow(&TicketEvent::Position { ticket, number: visit.number.clone(), ahead, eta_s });
        MessageResult(Some(events))
    }
}
