//! What is found on file at start, and how it lives again.

use anteroom::ids::{AccountId, RoomId, TicketId};
use anteroom::matching::{Input, NewTicket};
use anteroom::room::{RECENT_MAX, Said};
use anteroom::time::Mono;

use super::Node;
use super::visits::Visit;
use crate::hub::Hub;
use crate::mail::Proposal;
use crate::records::{Status, TicketFile};

impl Node {
    /// A new process, that takes up everything found on file.
    pub fn start(hub: &mut Hub) -> Self {
        let mut node = Self::new();
        node.is_up = true;
        let lines: Vec<Input> =
            hub.plan.lines.iter().map(|line| Input::Line { line: line.id, rules: line.rules, open: true }).collect();
        lines.into_iter().for_each(|line| node.step(line, hub));
        let staff: Vec<AccountId> = hub.store.on_file.accounts.keys().copied().collect();
        staff.into_iter().for_each(|account| node.know(account, hub));
        let with = |status| hub.store.on_file.tickets.values().filter(move |file| file.status == status).cloned();
        let (waiting, wrap_ups): (Vec<TicketFile>, Vec<TicketFile>) =
            (with(Status::Waiting).collect(), with(Status::WrapUp).collect());
        let open = hub.store.on_file.rooms.iter().filter(|(_, room)| room.end.is_none());
        let open: Vec<(RoomId, TicketId)> = open.map(|(id, room)| (*id, room.ticket)).collect();
        waiting.into_iter().for_each(|file| node.take_up_ticket(file, hub));
        open.into_iter().for_each(|(room, ticket)| node.take_up_room(room, ticket, hub));
        wrap_ups.into_iter().for_each(|file| node.take_up_wrap_up(&file, hub));
        node
    }

    fn take_up_ticket(&mut self, file: TicketFile, hub: &mut Hub) {
        let now = hub.clock();
        let waited_us = u64::try_from(now.wall.0 - file.row.requested_at.0).unwrap_or(0);
        let since = Mono(now.mono.0.saturating_sub(waited_us));
        let (ticket, line, requested_at, priority) =
            (file.row.ticket, file.row.line, file.row.requested_at, file.row.priority);
        let visit = self.visit_on_file(file);
        self.visits.insert(ticket, visit);
        let new = NewTicket { ticket, line, requested_at, since, priority, asker: None };
        self.step(Input::Restore { ticket: new, here: false }, hub);
    }

    fn take_up_room(&mut self, room: RoomId, ticket: TicketId, hub: &mut Hub) {
        let file = hub.store.on_file.tickets[&ticket].clone();
        let on_file = &hub.store.on_file.rooms[&room];
        let (counsellor, [desk_seat, counsellor_seat], last_seq) =
            (on_file.counsellor, on_file.seats, on_file.last_seq);
        let mut recent: Vec<Said> = hub.store.on_file.history(room).rev().take(RECENT_MAX).cloned().collect();
        recent.reverse();
        let waited_us = u64::try_from(hub.clock().wall.0 - file.row.requested_at.0).unwrap_or(0);
        let line = file.row.line;
        let ids = Proposal { row: file.row.clone(), counsellor, room, desk_seat, counsellor_seat };
        let visit = self.visit_on_file(file);
        self.open_room(&ids, visit, waited_us, last_seq, recent, hub);
        self.step(Input::Occupied { counsellor, line }, hub);
    }

    fn take_up_wrap_up(&mut self, file: &TicketFile, hub: &mut Hub) {
        let (Some(counsellor), Some(&room)) = (file.counsellor, file.rooms.last()) else { return };
        self.step(Input::Occupied { counsellor, line: file.row.line }, hub);
        self.begin_wrap_up(counsellor, room, file.row.line, hub);
    }

    /// The visit of a ticket on file, with nobody at its socket yet.
    fn visit_on_file(&mut self, file: TicketFile) -> Visit {
        self.by_key.insert(file.row.client_id.clone(), file.row.ticket);
        Visit { row: file.row, number: file.number, socket: None, told_ahead: None, after: None }
    }
}
