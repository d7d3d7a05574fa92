//! Opening rooms once a match is on file, coming back to them, and their end.

use anteroom::ids::{AccountId, LineId, MemberId, OfferId, RoomId, TicketId};
use anteroom::matching::{Input, NewTicket, Outcome};
use anteroom::protocol::{Role, SeatState, ServerFrame};
use anteroom::room::{NewSeat, Room, RoomRules, Said};
use anteroom::time::{Mono, Now};

use super::room::RoomActor;
use super::visits::Visit;
use super::{Node, file};
use crate::hub::{Actor, Hub, MS, S, SocketNo, Timer};
use crate::mail::{Filing, Mail, News, Proposal, Seat};
use crate::store::{Answer, TicketRow, Write};

/// A room of the process, with the people in it.
pub struct RoomEntry {
    pub desk_seat: MemberId,
    pub counsellor_seat: MemberId,
    pub account: AccountId,
    pub line: LineId,
    /// The visit, with the desk's newest socket; gone once its ticket waits again.
    pub visit: Option<Visit>,
    pub waited_us: u64,
    opened: Mono,
    pub over: bool,
}

impl Node {
    pub fn propose(&mut self, ticket: TicketId, counsellor: AccountId, offer: OfferId, hub: &mut Hub) {
        let (Some(visit), Some(staff)) = (self.visits.get(&ticket), self.staff.get_mut(&counsellor)) else { return };
        staff.offers.remove(&offer);
        let proposal = Proposal {
            row: visit.row.clone(),
            counsellor,
            room: RoomId::from(hub.new_id()),
            desk_seat: MemberId::from(hub.new_id()),
            counsellor_seat: MemberId::from(hub.new_id()),
        };
        let seats = [proposal.desk_seat, proposal.counsellor_seat];
        let write = Write::Match { ticket, room: proposal.room, counsellor, seats };
        file(hub, write, Filing::Match(proposal));
    }

    pub fn match_filed(&mut self, proposal: &Proposal, answer: Result<Answer, ()>, hub: &mut Hub) {
        let ticket = proposal.row.ticket;
        let outcome = match answer {
            Ok(Answer::Matched { last_seq }) => return self.matched(proposal, last_seq, hub),
            Ok(Answer::Full) => Outcome::Full,
            Ok(_) => Outcome::Stale,
            Err(()) => {
                self.step(Input::Suspend, hub);
                self.journal_ok = false;
                hub.timer(500 * MS, Timer::GoOn);
                Outcome::Failed
            }
        };
        self.step(Input::Paired { ticket, outcome }, hub);
        if outcome == Outcome::Stale
            && let Some(visit) = self.forget_visit(ticket)
            && let Some(desk) = visit.socket
        {
            hub.timer(MS, Timer::LookUp(ticket, desk));
        }
    }

    fn matched(&mut self, proposal: &Proposal, last_seq: u32, hub: &mut Hub) {
        let (ticket, counsellor, room) = (proposal.row.ticket, proposal.counsellor, proposal.room);
        let since = self.lobby.ticket(ticket).map(|view| view.since);
        self.step(Input::Paired { ticket, outcome: Outcome::Done }, hub);
        let Some(visit) = self.forget_visit(ticket) else { return };
        if let Some(socket) = visit.socket {
            self.desk_at.insert(socket, ticket);
        }
        let waited_us = since.map_or(0, |since| hub.clock().mono.0 - since.0);
        self.open_room(proposal, visit, waited_us, last_seq, Vec::new(), hub);
        let entry = &self.rooms[&room];
        let (desk_seat, seat) = (entry.desk_seat, entry.counsellor_seat);
        let after = entry.visit.as_ref().and_then(|visit| visit.after).map(|after| after.min(last_seq));
        if let Some(desk) = entry.visit.as_ref().and_then(|visit| visit.socket) {
            self.seat(room, desk_seat, desk, after, hub);
        }
        if let Some(socket) = self.staff[&counsellor].socket {
            self.seat(room, seat, socket, None, hub);
        }
        self.changed.insert(counsellor);
        self.tell_changed(hub);
    }

    /// Starts the actor of a room.
    pub fn open_room(
        &mut self,
        ids: &Proposal,
        visit: Visit,
        waited_us: u64,
        last_seq: u32,
        recent: Vec<Said>,
        hub: &mut Hub,
    ) {
        let Some(line) = hub.plan.lines.iter().find(|line| line.id == visit.row.line) else { return };
        let (grace_s, wrap_up, line) = (line.rules.grace_s, line.wrap_up_s > 0, line.id);
        let counsellor_away = self.staff.get(&ids.counsellor).is_none_or(|staff| staff.socket.is_none());
        let seat = |member, role, away| {
            let state = if away { SeatState::Away } else { SeatState::Joined };
            NewSeat { member, role, name: String::new(), picture: None, seen: 0, state, watching: false }
        };
        let seats = vec![
            seat(ids.desk_seat, Role::Desk, visit.socket.is_none()),
            seat(ids.counsellor_seat, Role::Counsellor, counsellor_away),
        ];
        let (now, ticket) = (hub.clock(), visit.row.ticket);
        let rules = RoomRules { grace_s, messages_max: 60 };
        let core = Room::new(ids.room, Some(ticket), rules, seats, last_seq, recent, now);
        self.actors.insert(ids.room, RoomActor::new(ids.room, core, wrap_up, hub));
        let entry = RoomEntry {
            desk_seat: ids.desk_seat,
            counsellor_seat: ids.counsellor_seat,
            account: ids.counsellor,
            line,
            visit: Some(visit),
            waited_us,
            opened: now.mono,
            over: false,
        };
        self.room_of.insert(ticket, ids.room);
        self.rooms.insert(ids.room, entry);
    }

    /// A desk that came back while it has a room: its newest socket takes the seat.
    pub fn return_to_room(&mut self, room: RoomId, from: SocketNo, after: Option<u32>, hub: &mut Hub) {
        let Some(entry) = self.rooms.get(&room) else { return };
        let (member, over) = (entry.desk_seat, entry.over);
        let Some(ticket) = entry.visit.as_ref().map(|visit| visit.row.ticket) else { return };
        self.desk_at.insert(from, ticket);
        self.seat(room, member, from, after, hub);
        if over {
            let over = News::DeskRoomOver { room, may_rate: true };
            hub.send(Actor::Socket(from), Mail::News(over));
        }
        let visit = self.rooms.get_mut(&room).and_then(|entry| entry.visit.as_mut());
        if let Some(older) = visit.and_then(|visit| visit.socket.replace(from)) {
            self.desk_at.remove(&older);
            hub.send(Actor::Socket(older), Mail::News(News::Replaced));
        }
    }

    pub fn desk_left_room(&mut self, ticket: TicketId, from: SocketNo) {
        let entry = self.room_of.get(&ticket).and_then(|room| self.rooms.get_mut(room));
        if let Some(visit) = entry.and_then(|entry| entry.visit.as_mut()).filter(|visit| visit.socket == Some(from)) {
            visit.socket = None;
        }
    }

    pub fn tell_desk_in_room(&self, ticket: TicketId, news: News, hub: &mut Hub) {
        let entry = self.room_of.get(&ticket).and_then(|room| self.rooms.get(room));
        if let Some(visit) = entry.and_then(|entry| entry.visit.as_ref()) {
            visit.tell(news, hub);
        }
    }

    pub fn room_over(&mut self, room: RoomId, returns: bool, handed_over: Option<LineId>, hub: &mut Hub) {
        let Some(entry) = self.rooms.get_mut(&room) else { return };
        entry.over = true;
        let (counsellor, line, waited_us, opened) = (entry.account, entry.line, entry.waited_us, entry.opened);
        let now = hub.clock();
        let ticket = entry.visit.as_ref().map(|visit| visit.row.ticket);
        let wrap_up = (!returns || handed_over.is_some()) && hub.wrap_up_s(line) > 0;
        // Both hear it first: whatever they are told after this follows from it.
        if let Some(visit) = &entry.visit {
            visit.tell(News::DeskRoomOver { room, may_rate: !returns }, hub);
        }
        let returning = if returns { entry.visit.take() } else { None };
        if let Some(staff) = self.staff.get(&counsellor) {
            staff.tell(News::RoomOver { room, wrap_up }, hub);
        }
        self.step(Input::Talked { line, talked_s: now.mono.seconds_since(opened) }, hub);
        if wrap_up {
            self.begin_wrap_up(counsellor, room, line, hub);
        }
        self.changed.insert(counsellor);
        if let Some(mut visit) = returning {
            visit.row.line = handed_over.unwrap_or(visit.row.line);
            self.return_to_line(visit, waited_us, now, hub);
        } else if let Some(ticket) = ticket {
            self.step(Input::TransferFailed { ticket }, hub);
        }
        if wrap_up {
            self.tell_changed(hub);
        } else {
            self.step(Input::Released { counsellor, line }, hub);
        }
    }

    pub fn begin_wrap_up(&mut self, counsellor: AccountId, room: RoomId, line: LineId, hub: &mut Hub) {
        if let Some(staff) = self.staff.get_mut(&counsellor) {
            staff.wrap_ups.insert(room);
        }
        let time = u64::from(hub.wrap_up_s(line)) * S;
        hub.timer(time, Timer::WrapUp(counsellor, room));
    }

    /// R11: back to the line at the original moment; the time it talked is not time it waited.
    fn return_to_line(&mut self, mut visit: Visit, waited_us: u64, now: Now, hub: &mut Hub) {
        let (ticket, here) = (visit.row.ticket, visit.socket.is_some());
        self.room_of.remove(&ticket);
        visit.told_ahead = None;
        let new = waiting_again(&visit, waited_us, now);
        self.visits.insert(ticket, visit);
        self.step(Input::Restore { ticket: new, here }, hub);
        self.transfers.remove(&ticket);
    }

    pub fn room_gone(&mut self, room: RoomId, hub: &mut Hub) {
        let Some(entry) = self.rooms.remove(&room) else { return };
        if let Some(staff) = self.staff.get(&entry.account) {
            staff.tell(News::RoomGone(room), hub);
        }
        let Some(visit) = entry.visit else { return };
        self.room_of.remove(&visit.row.ticket);
        if let Some(socket) = visit.socket {
            self.desk_at.remove(&socket);
        }
        self.by_key.remove(&visit.row.client_id);
    }

    /// Hands a seat out to a socket.
    fn seat(&mut self, room: RoomId, you: MemberId, socket: SocketNo, after: Option<u32>, hub: &mut Hub) {
        self.turns += 1;
        let Some(ticket) = hub.store.on_file.rooms.get(&room).map(|room| room.ticket) else { return };
        let card = hub.cards.get(&room).map(|card| (card.members.clone(), card.last_seq));
        let (members, last_seq) = card.unwrap_or_default();
        let resume = Some(ticket.to_string());
        let frame = ServerFrame::Matched { room, consultation: ticket, ticket, you, members, last_seq, resume };
        let seat = Seat { member: you, turn: self.turns, wrap_up: false };
        hub.send(Actor::Socket(socket), Mail::News(News::Seated { room, seat, frame, after }));
    }
}

/// A ticket that was in a room, at its original moment.
pub fn waiting_again(visit: &Visit, waited_us: u64, now: Now) -> NewTicket {
    let TicketRow { ticket, line, requested_at, priority, .. } = visit.row;
    NewTicket { ticket, line, requested_at, since: Mono(now.mono.0.saturating_sub(waited_us)), priority, asker: None }
}
