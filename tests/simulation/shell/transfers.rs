//! A talk is handed over, and a waiting ticket goes to another line.

use anteroom::ids::{AccountId, LineId, RoomId, TicketId};
use anteroom::matching::{Input, NewTicket, Stage};
use anteroom::protocol::{ErrorCode, ServerFrame, TransferState};

use super::rooms::waiting_again;
use super::visits::Visit;
use super::{Node, file};
use crate::hub::Hub;
use crate::mail::{Filing, News};
use crate::store::{Answer, Write};

impl Node {
    pub fn wish_transfer(
        &mut self,
        from: AccountId,
        room: RoomId,
        line: Option<LineId>,
        to: Option<AccountId>,
        hub: &mut Hub,
    ) {
        let open = self.rooms.get(&room).filter(|entry| !entry.over && entry.account == from);
        let Some((entry, visit)) = open.and_then(|entry| Some((entry, entry.visit.as_ref()?))) else {
            return self.refuse_counsellor(from, ErrorCode::RoomEnded, Some(room.to_string()), hub);
        };
        let talk = waiting_again(visit, entry.waited_us, hub.clock());
        let talk = NewTicket { line: line.unwrap_or(talk.line), ..talk };
        let ticket = talk.ticket;
        self.transfers.entry(ticket).or_insert(room);
        self.step(Input::Transfer { ticket: talk, from, to }, hub);
        if !matches!(self.lobby.ticket(ticket).map(|view| view.stage), Some(Stage::Handing(_))) {
            self.transfers.remove(&ticket);
        }
    }

    pub fn wish_cancel(&mut self, from: AccountId, room: RoomId, hub: &mut Hub) {
        if let Some(ticket) = self.handed_over(room) {
            self.step(Input::CancelTransfer { ticket, from }, hub);
        }
    }

    pub fn not_transferred(&mut self, room: RoomId, hub: &mut Hub) {
        if let Some(ticket) = self.handed_over(room) {
            self.step(Input::TransferFailed { ticket }, hub);
        }
    }

    fn handed_over(&self, room: RoomId) -> Option<TicketId> {
        self.transfers.iter().find(|(_, of)| **of == room).map(|(ticket, _)| *ticket)
    }

    pub fn tell_transfer(&mut self, ticket: TicketId, from: AccountId, state: TransferState, hub: &mut Hub) {
        let Some(&room) = self.transfers.get(&ticket) else { return };
        let frame = ServerFrame::Transfer { room, state, line: None, counsellor: None, detail: None };
        if let Some(staff) = self.staff.get(&from) {
            staff.tell(News::Frame(frame), hub);
        }
        if !matches!(state, TransferState::Offered | TransferState::Accepted) {
            self.transfers.remove(&ticket);
        }
    }

    pub fn visit_in_room(&self, ticket: TicketId) -> Option<&Visit> {
        self.rooms.get(self.room_of.get(&ticket)?)?.visit.as_ref()
    }

    pub fn move_ticket(&mut self, ticket: TicketId, line: LineId, hub: &mut Hub) {
        if self.visits.contains_key(&ticket) && self.lobby.ahead(ticket).is_some() {
            file(hub, Write::MoveTicket(ticket, line), Filing::Move(ticket, line));
        }
    }

    pub fn move_filed(&mut self, ticket: TicketId, line: LineId, answer: Result<Answer, ()>, hub: &mut Hub) {
        if answer == Ok(Answer::Done) {
            if let Some(visit) = self.visits.get_mut(&ticket) {
                visit.row.line = line;
            }
            self.step(Input::Moved { ticket, line }, hub);
        }
    }
}
