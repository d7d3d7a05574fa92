//! Opening rooms once a match is on file, coming back to them, and their end.

use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;

use super::places::closed;
use super::visits::Visit;
use super::{DeskHandle, EndRoom, FindRoom, Matchmaker, Proposal, RoomGone, RoomOver};
use crate::actors::card::{About, Card, Talk};
use crate::actors::counsellor::CounsellorNews;
use crate::actors::desk::DeskNews;
use crate::actors::door::Door;
use crate::actors::room::{Room, Seat, ToRoom};
use crate::actors::watch::RoomDropped;
use crate::ids::{AccountId, LineId, RoomId, TicketId};
use crate::matching::{Input, NewTicket};
use crate::protocol::{ClosedReason, EndReason, ErrorCode, Role, SeatState, ServerFrame};
use crate::room::{Ender, NewSeat, Room as Core, RoomRules, Said, TIME_TO_RATE_S, Whispered};
use crate::storage::tickets::{self, Status};
use crate::time::{Mono, Now, Wall};

/// See [`TIME_TO_RATE_S`].
const TIME_TO_RATE: Duration = Duration::from_secs(TIME_TO_RATE_S as u64);

/// A room on this node, with the people in it.
pub(super) struct RoomEntry {
    pub(super) desk: Seat,
    pub(super) counsellor: Seat,
    pub(super) account: AccountId,
    pub(super) line: LineId,
    /// The visit, with the desk's newest socket; gone once its ticket waits again.
    pub(super) visit: Option<Visit>,
    /// How long the ticket had waited when it was matched, in microseconds.
    pub(super) waited_us: u64,
    opened: Mono,
    /// Whether its end is followed by a wrap-up. As the room was told when it opened: what it puts
    /// on file at its end and what is done here must agree, however the line was edited meanwhile.
    wraps_up: bool,
    /// Since when it is over, once that is on file.
    over_since: Option<Mono>,
}

/// What a room is opened with.
pub(super) struct Opening {
    pub(super) ids: Proposal,
    pub(super) visit: Visit,
    pub(super) counsellor_name: String,
    pub(super) counsellor_picture: Option<String>,
    pub(super) last_seq: u32,
    pub(super) recent: Vec<Said>,
    pub(super) seen: [u32; 2],
    /// Supervisors found on file: who joined, and who left again but was heard.
    pub(super) supervisors: Vec<(AccountId, NewSeat)>,
    pub(super) whispers: Vec<Whispered>,
    pub(super) opened_at: Wall,
    /// How long the ticket had waited when it was matched, in microseconds.
    pub(super) waited_us: u64,
}

impl RoomEntry {
    pub(super) fn is_open(&self) -> bool {
        self.over_since.is_none()
    }
}

impl Matchmaker {
    /// Starts the actor of a room, on its desk's thread if the desk is here.
    pub(super) fn open_room(&mut self, opening: Opening) {
        let Opening { ids, visit, counsellor_name, counsellor_picture, last_seq, recent, seen, .. } = opening;
        let Opening { supervisors, whispers, opened_at, waited_us, .. } = opening;
        let Some(line) = self.lines.get(visit.row.line) else { return };
        let now = self.app.clock.now();
        let state = |is_here| if is_here { SeatState::Joined } else { SeatState::Away };
        let desk_state = state(visit.socket.is_some());
        let staff_state = state(self.staff.get(&ids.counsellor).is_some_and(|staff| staff.socket.is_some()));
        let mut seats = vec![
            NewSeat {
                member: ids.desk_seat,
                role: Role::Desk,
                name: desk_name(&visit),
                picture: None,
                seen: seen[0],
                state: desk_state,
                watching: false,
            },
            NewSeat {
                member: ids.counsellor_seat,
                role: Role::Counsellor,
                name: counsellor_name.clone(),
                picture: counsellor_picture,
                seen: seen[1],
                state: staff_state,
                watching: false,
            },
        ];
        let returning = supervisors.iter().filter(|(_, seat)| seat.state != SeatState::Left);
        let held = returning.map(|(account, seat)| (*account, seat.member)).collect();
        seats.extend(supervisors.into_iter().map(|(_, seat)| seat));
        let rules = RoomRules { grace_s: line.grace_s, messages_max: self.app.settings.messages_per_10s_max };
        let core = Core::new(ids.room, Some(ids.ticket), rules, seats, last_seq, recent, now)
            .with_whispers(whispers)
            .with_former(visit.former.clone());
        let talk = Talk {
            ticket: ids.ticket,
            number: visit.number.clone(),
            line: line.topic.clone(),
            line_id: line.id,
            test: line.test,
            language: line.language.clone(),
            counsellor: (ids.counsellor, counsellor_name),
        };
        let card = Arc::new(Card::new(ids.room, opened_at, About::Talk(talk), core.members(), last_seq));
        let (app, wraps_up, line) = (self.app.clone(), line.wrap_up_s > 0, line.id);
        let shown = card.clone();
        let thread = visit.socket.as_ref().map_or_else(Arbiter::current, |desk| desk.thread.clone());
        let to = Room::start_in_arbiter(&thread, move |_| Room::new(core, app, shown, wraps_up, held));
        let seat =
            |member| Seat { room: ids.room, ticket: ids.ticket, member, card: card.clone(), to: to.clone(), turn: 0 };
        let entry = RoomEntry {
            desk: seat(ids.desk_seat),
            counsellor: seat(ids.counsellor_seat),
            account: ids.counsellor,
            line,
            waited_us,
            visit: Some(visit),
            opened: now.mono,
            wraps_up,
            over_since: None,
        };
        self.lines.talk(line, 1);
        self.room_of.insert(ids.ticket, ids.room);
        self.rooms_of.entry(ids.counsellor).or_default().insert(ids.room);
        self.rooms.insert(ids.room, entry);
    }

    /// A desk that came back while it has a room: its newest socket takes the seat.
    pub(super) fn return_to_room(&mut self, room: RoomId, from: DeskHandle, after: Option<u32>) {
        self.turns += 1;
        let Some(entry) = self.rooms.get_mut(&room) else { return };
        let Some(visit) = entry.visit.as_mut() else { return };
        self.desk_at.insert(from.socket.generation(), visit.row.ticket);
        let seat = entry.desk.in_turn(self.turns);
        let frame = matched_frame(&seat, Some(visit.token.clone()));
        from.socket.tell(DeskNews::Seated { seat, frame, after });
        if let Some(since) = entry.over_since {
            let passed_us = self.app.clock.now().mono.0.saturating_sub(since.0);
            let rate_for = Some(TIME_TO_RATE.saturating_sub(Duration::from_micros(passed_us)));
            from.socket.tell(DeskNews::RoomOver { room, rate_for });
        }
        if let Some(older) = visit.socket.replace(from) {
            self.desk_at.remove(&older.socket.generation());
            older.socket.tell(DeskNews::Replaced);
        }
    }

    pub(super) fn desk_left_room(&mut self, ticket: TicketId, generation: u64) {
        let room = self.room_of.get(&ticket).and_then(|room| self.rooms.get_mut(room));
        if let Some(visit) = room.and_then(|entry| entry.visit.as_mut())
            && visit.generation() == Some(generation)
        {
            visit.socket = None;
        }
    }

    pub(super) fn tell_desk_in_room(&self, ticket: TicketId, news: DeskNews) {
        let entry = self.room_of.get(&ticket).and_then(|room| self.rooms.get(room));
        if let Some(visit) = entry.and_then(|entry| entry.visit.as_ref()) {
            visit.tell(news);
        }
    }

    fn room_over(&mut self, RoomOver { room, returns, handed_over }: RoomOver, ctx: &mut Context<Self>) {
        let Some(entry) = self.rooms.get_mut(&room) else { return };
        let now = self.app.clock.now();
        entry.over_since = Some(now.mono);
        let (account, line, ticket) = (entry.account, entry.line, entry.desk.ticket);
        if let Some(theirs) = self.rooms_of.get_mut(&account) {
            theirs.remove(&room);
        }
        let talked_s = now.mono.seconds_since(entry.opened);
        // Who handed it over writes up their part of it; who was lost does not.
        let wraps_up = entry.wraps_up && (!returns || handed_over.is_some());
        let waited_us = entry.waited_us;
        let card = entry.desk.card.clone();
        // Both hear it first: whatever they are told after this follows from it.
        if let Some(visit) = &entry.visit {
            visit.tell(DeskNews::RoomOver { room, rate_for: (!returns).then_some(TIME_TO_RATE) });
        }
        if let Some(staff) = self.staff.get_mut(&account) {
            staff.tell(CounsellorNews::RoomOver { room, wrap_up: wraps_up });
        }
        let returning = if returns { entry.visit.take() } else { None };
        self.lines.talk(line, -1);
        self.app.watch.do_send(RoomDropped(room));
        self.step(Input::Talked { line, talked_s }, ctx);
        if wraps_up {
            self.begin_wrap_up(account, room, line, ctx);
        }
        self.changed.insert(account);
        match returning {
            Some(mut visit) => {
                visit.former = card.members();
                visit.row.line = handed_over.unwrap_or(visit.row.line);
                visit.handed_from = handed_over.map(|_| room);
                self.return_to_line(visit, waited_us, now, ctx);
            }
            None => self.step(Input::TransferFailed { ticket }, ctx),
        }
        if wraps_up {
            self.line_changed(line, ctx);
            self.tell_changed(ctx);
        } else {
            self.step(Input::Released { counsellor: account, line }, ctx);
        }
    }

    /// R11: the desk goes back to its line at its original moment, or on to who takes it over.
    fn return_to_line(&mut self, mut visit: Visit, waited_us: u64, now: Now, ctx: &mut Context<Self>) {
        let ticket = visit.row.ticket;
        self.room_of.remove(&ticket);
        visit.told_ahead = None;
        let here = visit.socket.is_some();
        let new = waiting_again(&visit, waited_us, now);
        if let Some(asker) = visit.asker {
            self.askers.waits(asker);
        }
        self.visits.insert(ticket, visit);
        self.step(Input::Restore { ticket: new, here }, ctx);
        self.transfers.remove(&ticket);
        self.show_ticket(ticket);
    }

    fn room_gone(&mut self, room: RoomId) {
        let Some(entry) = self.rooms.remove(&room) else { return };
        if let Some(staff) = self.staff.get(&entry.account) {
            staff.tell(CounsellorNews::RoomGone { room });
        }
        let Some(visit) = entry.visit else { return };
        self.room_of.remove(&visit.row.ticket);
        if let Some(generation) = visit.generation() {
            self.desk_at.remove(&generation);
        }
        self.forget_key(&visit);
    }

    /// A visit that is not in memory: what is on file about it is what the desk is told.
    pub(super) fn look_up_visit(&self, ticket: TicketId, from: DeskHandle, ctx: &mut Context<Self>) {
        let store = self.app.store.clone();
        let read = async move { store.answer(move |conn| tickets::visit(conn, ticket)).await };
        ctx.spawn(read.into_actor(self).map(move |read, this, _| {
            let refused = |code, detail: &str| DeskNews::Refused {
                code,
                detail: detail.to_owned(),
                re: None,
                ask_again: true,
                wait_s: None,
            };
            from.socket.tell(match read {
                Ok(Some(visit)) => match last_frame(&visit) {
                    Some(frame) => over(frame, &visit, this.app.clock.now().wall),
                    None => refused(ErrorCode::TokenExpired, "this visit is over; make a new request"),
                },
                Ok(None) => refused(ErrorCode::BadToken, "there is no such visit; make a new request"),
                _ => refused(ErrorCode::NotStored, "the records cannot be read now; try again in a moment"),
            });
        }));
    }
}

/// What a desk is told whose visit is over: it may still rate for a while after its room.
fn over(frame: ServerFrame, visit: &tickets::Visit, now: Wall) -> DeskNews {
    let (ServerFrame::Ended { room, .. }, Some(last)) = (&frame, &visit.room) else {
        return DeskNews::Over(Some(frame));
    };
    let passed_us = last.closed_at.map_or(i64::MAX, |closed| now.0.saturating_sub(closed.0));
    let rate_for = TIME_TO_RATE.saturating_sub(Duration::from_micros(u64::try_from(passed_us).unwrap_or(0)));
    match last.desk.filter(|_| !rate_for.is_zero()) {
        Some(member) => DeskNews::WasOver { room: *room, member, rate_for, frame },
        None => DeskNews::Over(Some(frame)),
    }
}

/// How a visit ended, by its record.
fn last_frame(visit: &tickets::Visit) -> Option<ServerFrame> {
    let reason = visit.end_reason.as_deref()?;
    let without_room =
        matches!(visit.status, Status::Cancelled | Status::Abandoned | Status::Expired | Status::Refused);
    if let Some(reason) = ClosedReason::from_code(reason).filter(|_| without_room) {
        return Some(closed(visit.ticket.ticket, reason));
    }
    Some(ServerFrame::Ended {
        room: visit.room.as_ref()?.room,
        reason: EndReason::from_code(reason)?,
        by: None,
        next_room: None,
    })
}

pub(super) fn matched_frame(seat: &Seat, resume: Option<String>) -> ServerFrame {
    let mut members = seat.card.members();
    // Whoever reads this is here: their socket attaches as it is sent.
    for own in members.iter_mut().filter(|member| member.member == seat.member) {
        own.state = SeatState::Joined;
    }
    ServerFrame::Matched {
        room: seat.room,
        consultation: seat.ticket,
        ticket: seat.ticket,
        you: seat.member,
        members,
        last_seq: seat.card.last_seq(),
        resume,
    }
}

/// A ticket that was in a room, at its original moment. The time it talked is not time it waited.
pub(super) fn waiting_again(visit: &Visit, waited_us: u64, now: Now) -> NewTicket {
    NewTicket {
        ticket: visit.row.ticket,
        line: visit.row.line,
        requested_at: visit.row.requested_at,
        since: Mono(now.mono.0.saturating_sub(waited_us)),
        priority: visit.row.priority,
        asker: None,
    }
}

/// What a visitor is called: by their nickname, or by their number.
pub(super) fn desk_name(visit: &Visit) -> String {
    visit.row.nickname.clone().unwrap_or_else(|| visit.number.clone())
}

impl Handler<RoomOver> for Matchmaker {
    type Result = ();
    fn handle(&mut self, message: RoomOver, ctx: &mut Context<Self>) {
        self.room_over(message, ctx);
    }
}

impl Handler<RoomGone> for Matchmaker {
    type Result = ();
    fn handle(&mut self, RoomGone { room }: RoomGone, _: &mut Context<Self>) {
        self.room_gone(room);
    }
}

impl Handler<EndRoom> for Matchmaker {
    type Result = bool;
    fn handle(&mut self, EndRoom { room, note }: EndRoom, _: &mut Context<Self>) -> bool {
        let Some(entry) = self.rooms.get(&room).filter(|entry| entry.is_open()) else { return false };
        entry.desk.to.do_send(ToRoom::End { by: Ender::Admin, note });
        true
    }
}

impl Handler<FindRoom> for Matchmaker {
    type Result = MessageResult<FindRoom>;
    fn handle(&mut self, FindRoom { room }: FindRoom, _: &mut Context<Self>) -> Self::Result {
        let open = self.rooms.get(&room).filter(|entry| entry.is_open());
        MessageResult(open.map(|entry| Door { room, to: entry.desk.to.clone() }))
    }
}
