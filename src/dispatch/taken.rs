//! A room of a node that is gone, as another opens it from the record. It knows of it what is on file, and no more:
//! who is there tells it so themselves.

use super::input::Opening;
use super::lines::Line;
use super::restart::FoundRoom;
use super::rooms::held_for;

impl FoundRoom {
    /// What it is opened with, where it is taken: its seats as they were found, on no desk's thread. `line` is its
    /// own; `messages_max`, most messages from one seat in ten seconds.
    #[must_use]
    pub fn opening(self, line: &Line, messages_max: u32) -> Opening {
        let Self { room, ticket, counsellor, seats: [desk, theirs], supervisors, .. } = self;
        let talk = line.talk(ticket.row.ticket, ticket.number, (counsellor, theirs.name.clone()));
        let held = held_for(&supervisors);
        let seats = [desk, theirs].into_iter().chain(supervisors.into_iter().map(|(_, seat)| seat));
        Opening {
            room,
            talk,
            rules: line.room_rules(messages_max),
            seats: seats.collect(),
            former: Vec::new(),
            last_seq: self.last_seq,
            recent: self.recent,
            whispers: self.whispers,
            opened_at: self.opened_at,
            wraps_up: line.wrap_up_s > 0,
            held,
            beside: None,
        }
    }
}
