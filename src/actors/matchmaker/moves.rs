//! A manager sends a waiting ticket to another line.

use actix::prelude::*;
use log::info;
use serde_json::json;
use tokio::sync::oneshot;

use super::Matchmaker;
use super::messages::Filing;
use crate::ids::{LineId, TicketId};
use crate::journal::{MoveRow, Write, WriteFailed, Written};
use crate::matching::Input;
use crate::storage::audit::{Act, Actor};

/// A manager sends a waiting ticket to another line. The outcome comes when it is on file.
#[derive(Message)]
#[rtype(result = "oneshot::Receiver<MoveOutcome>")]
pub struct MoveTicket {
    /// The ticket.
    pub ticket: TicketId,
    /// The topic of the line.
    pub topic: String,
    /// Why.
    pub reason: String,
    /// Who, for the audit.
    pub actor: Actor,
}

/// What became of a [`MoveTicket`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MoveOutcome {
    /// It stands in that line.
    Moved,
    /// It does not wait here, or not any more.
    NotWaiting,
    /// No line has this topic; these there are.
    UnknownLine(String),
    /// It stands in that line already.
    SameLine,
    /// The line is closed now.
    Closed,
    /// The disk did not take it; it stands where it was.
    NotStored,
}

impl Matchmaker {
    /// The line a waiting ticket may be sent to.
    fn line_for(&self, ticket: TicketId, topic: &str) -> Result<LineId, MoveOutcome> {
        let standing = self.visits.get(&ticket).filter(|_| self.lobby.ahead(ticket).is_some());
        // What is rehearsed stays among test data.
        let real = standing.filter(|visit| !self.lines.is_test(visit.row.line));
        let visit = real.ok_or(MoveOutcome::NotWaiting)?;
        let line = self.lines.find(topic, Some(&visit.row.language));
        let line = line.ok_or_else(|| MoveOutcome::UnknownLine(self.lines.topics()))?.id;
        match self.lines.post(line) {
            _ if line == visit.row.line => Err(MoveOutcome::SameLine),
            Some(posted) if posted.open => Ok(line),
            _ => Err(MoveOutcome::Closed),
        }
    }

    /// Puts on file that a waiting ticket is of another line; the lobby moves it once that is so.
    fn move_ticket(&self, wanted: MoveTicket, ctx: &Context<Self>) -> oneshot::Receiver<MoveOutcome> {
        let MoveTicket { ticket, topic, reason, actor } = wanted;
        let (told, outcome) = oneshot::channel();
        match self.line_for(ticket, &topic) {
            Ok(line) => {
                let detail = json!({ "topic": topic, "line": line, "reason": reason });
                let subject_id = ticket.to_string();
                let act = Act { action: "TICKET_MOVED", subject_kind: "TICKET", subject_id, detail };
                let row = MoveRow { ticket, line, reason, actor, act, at: self.app.clock.now().wall };
                self.file(Write::MoveTicket(Box::new(row)), Filing::Move { ticket, line, told }, ctx);
            }
            Err(refused) => tell(told, refused),
        }
        outcome
    }

    pub(super) fn move_filed(
        &mut self,
        ticket: TicketId,
        line: LineId,
        told: oneshot::Sender<MoveOutcome>,
        answer: &Result<Written, WriteFailed>,
        ctx: &mut Context<Self>,
    ) {
        let outcome = match answer {
            Ok(Written::Done) => MoveOutcome::Moved,
            Ok(_) => MoveOutcome::NotWaiting,
            Err(_) => MoveOutcome::NotStored,
        };
        if outcome == MoveOutcome::Moved {
            if let Some(visit) = self.visits.get_mut(&ticket) {
                visit.row.line = line;
            }
            self.step(Input::Moved { ticket, line }, ctx);
            self.show_ticket(ticket);
            info!(ticket:% = ticket, line:% = line; "a waiting ticket went to another line");
        }
        tell(told, outcome);
    }
}

/// Whoever asked may have hung up.
fn tell(told: oneshot::Sender<MoveOutcome>, outcome: MoveOutcome) {
    drop(told.send(outcome));
}

impl Handler<MoveTicket> for Matchmaker {
    type Result = MessageResult<MoveTicket>;
    fn handle(&mut self, wanted: MoveTicket, ctx: &mut Context<Self>) -> Self::Result {
        MessageResult(self.move_ticket(wanted, ctx))
    }
}
