//! A manager sends a waiting ticket to another line.

use serde::{Deserialize, Serialize};

use super::input::Noted;
use super::{Dispatch, Out};
use crate::ids::{LineId, TicketId};
use crate::matching;

/// What became of the wish to send a ticket to another line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

impl Dispatch {
    /// The line a waiting ticket may be sent to. Once it is of that line on file, say so with
    /// [`super::Input::Moved`].
    ///
    /// # Errors
    /// Says why it stays where it is.
    pub fn line_for(&self, ticket: TicketId, topic: &str) -> Result<LineId, MoveOutcome> {
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

    pub(super) fn moved(&mut self, ticket: TicketId, line: LineId, out: &mut Out<'_>) {
        if let Some(visit) = self.visits.get_mut(&ticket) {
            visit.row.line = line;
        }
        self.step_lobby(matching::Input::Moved { ticket, line }, out);
        self.show_ticket(ticket, out);
        out.note(Noted::Moved { ticket, line });
    }
}
