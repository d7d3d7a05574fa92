//! Opening rooms once a match is on file, coming back to them, and their end.

use std::time::Duration;

use super::input::{Opening, Proposal};
use super::news::{CounsellorNews, DeskNews, Held, Seat};
use super::parcels::{NodeSocket, ToFront};
use super::rows::Write;
use super::shown::Shown;
use super::turn::Turn;
use super::visits::Visit;
use super::{Defect, Dispatch, Out};
use crate::ids::{AccountId, LineId, MemberId, NodeId, RoomId, TicketId};
use crate::matching::{self, NewTicket};
use crate::protocol::{Member, Role, SeatState, ServerFrame};
use crate::room::{NewSeat, Said, TIME_TO_RATE_S, Whispered, first_members, kept_former};
use crate::time::{Mono, Now, Wall};

/// See [`TIME_TO_RATE_S`].
pub(super) const TIME_TO_RATE: Duration = Duration::from_secs(TIME_TO_RATE_S as u64);

/// A room in memory, with the people in it.
pub(super) struct RoomEntry {
    /// The node it lives at.
    pub(super) home: NodeId,
    pub(super) ticket: TicketId,
    pub(super) desk: MemberId,
    pub(super) counsellor: MemberId,
    pub(super) account: AccountId,
    pub(super) line: LineId,
    /// The ticket's number for people and the topic's code, as they were when it opened.
    number: String,
    topic: String,
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

/// What a room is started with, besides its visit.
pub(super) struct Starting {
    pub(super) ids: Proposal,
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

impl Starting {
    /// A room in which nothing was said yet.
    pub(super) fn new(
        ids: Proposal,
        counsellor_name: String,
        counsellor_picture: Option<String>,
        last_seq: u32,
        opened_at: Wall,
        waited_us: u64,
    ) -> Self {
        Self {
            ids,
            counsellor_name,
            counsellor_picture,
            last_seq,
            recent: Vec::new(),
            seen: [0, 0],
            supervisors: Vec::new(),
            whispers: Vec::new(),
            opened_at,
            waited_us,
        }
    }
}

impl RoomEntry {
    pub(super) fn is_open(&self) -> bool {
        self.over_since.is_none()
    }

    /// A seat of it, handed out in this epoch.
    pub(super) fn seat(&self, room: RoomId, member: MemberId, epoch: u64) -> Seat {
        Seat { room, home: self.home, ticket: self.ticket, member, epoch }
    }

    /// The counsellor's seat of it, handed out in this epoch.
    pub(super) fn held(&self, room: RoomId, epoch: u64, wrap_up: bool) -> Held {
        let (number, line) = (self.number.clone(), self.topic.clone());
        Held { seat: self.seat(room, self.counsellor, epoch), wrap_up, number, line }
    }
}

impl Dispatch {
    /// Starts a room at its home, on its desk's thread if the desk is there. Its members, as it begins; `None` if its
    /// line is unknown, or its home is gone by now: then it is taken by another.
    pub(super) fn open_room(&mut self, starting: Starting, visit: Visit, out: &mut Out<'_>) -> Option<Vec<Member>> {
        let Proposal { home, room, .. } = starting.ids;
        let opening = self.keep_room(starting, visit, out.now)?;
        if self.nodes.is_gone(home) {
            self.take_untold(room, Some(home), out);
            return None;
        }
        let members = first_members(&opening.seats, &opening.former);
        out.parcel(home, ToFront::Open(Box::new(opening)));
        Some(members)
    }

    /// Keeps a room in the books. What it is started with; `None` if its line is unknown.
    pub(super) fn keep_room(&mut self, starting: Starting, visit: Visit, now: Now) -> Option<Opening> {
        let Starting { ids, counsellor_name, counsellor_picture, last_seq, recent, seen, .. } = starting;
        let Starting { supervisors, whispers, opened_at, waited_us, .. } = starting;
        let line = self.lines.get(visit.row.line)?;
        let staff_is_here = self.staff.get(&ids.counsellor).is_some_and(|staff| staff.socket.is_some());
        let seat = |member, role, name, picture, seen, is_here| {
            let state = if is_here { SeatState::Joined } else { SeatState::Away };
            NewSeat { member, role, name, picture, seen, state, watching: false }
        };
        let mut seats = vec![
            seat(ids.desk_seat, Role::Desk, desk_name(&visit), None, seen[0], visit.socket.is_some()),
            seat(
                ids.counsellor_seat,
                Role::Counsellor,
                counsellor_name.clone(),
                counsellor_picture,
                seen[1],
                staff_is_here,
            ),
        ];
        let held = held_for(&supervisors);
        seats.extend(supervisors.into_iter().map(|(_, seat)| seat));
        let rules = line.room_rules(self.settings.messages_per_10s_max);
        let talk = line.talk(ids.ticket, visit.number.clone(), (ids.counsellor, counsellor_name));
        let (number, topic) = (talk.number.clone(), talk.line.clone());
        let (wraps_up, line, room, home) = (line.wrap_up_s > 0, line.id, ids.room, ids.home);
        let former = kept_former(visit.former.clone());
        let opening = Opening {
            room,
            talk,
            rules,
            seats,
            former,
            last_seq,
            recent,
            whispers,
            opened_at,
            wraps_up,
            held,
            beside: visit.socket.filter(|at| at.node == home).map(|at| at.socket),
        };
        let entry = RoomEntry {
            home,
            ticket: ids.ticket,
            desk: ids.desk_seat,
            counsellor: ids.counsellor_seat,
            account: ids.counsellor,
            line,
            number,
            topic,
            waited_us,
            visit: Some(visit),
            opened: now.mono,
            wraps_up,
            over_since: None,
        };
        self.lines.talk(line, 1);
        self.room_of.insert(ids.ticket, room);
        self.rooms_of.entry(ids.counsellor).or_default().insert(room);
        self.rooms.insert(room, entry);
        Some(opening)
    }

    /// A desk that came back while it has a room: its newest socket takes the seat.
    pub(super) fn return_to_room(
        &mut self,
        room: RoomId,
        from: NodeSocket,
        turn: Turn,
        after: Option<u32>,
        out: &mut Out<'_>,
    ) {
        let waits = self.desk_waits_for_home(room, from.node, after);
        if let Some(unnamed) = self.unnamed.get_mut(&room) {
            unnamed.untold.desk = false;
        }
        if !waits {
            self.give_seat_again(room, from, after, out);
        }
        if let Some(visit) = self.rooms.get_mut(&room).and_then(|entry| entry.visit.as_mut()) {
            visit.sit_at(from, turn, &mut self.desk_at, out);
        }
    }

    /// Tells a desk that came back where its seat is, and if the room is over, that.
    pub(super) fn give_seat_again(&mut self, room: RoomId, to: NodeSocket, after: Option<u32>, out: &mut Out<'_>) {
        self.epoch += 1;
        let Some(entry) = self.rooms.get(&room) else { return };
        let seat = entry.seat(room, entry.desk, self.epoch);
        let Some(visit) = &entry.visit else { return };
        out.desk(to, DeskNews::Back { seat, resume: visit.token.clone(), after });
        if let Some(since) = entry.over_since {
            let passed_us = out.now.mono.0.saturating_sub(since.0);
            let rate_for = Some(TIME_TO_RATE.saturating_sub(Duration::from_micros(passed_us)));
            out.desk(to, DeskNews::RoomOver { room, rate_for });
        }
    }

    pub(super) fn desk_left_room(&mut self, ticket: TicketId, from: NodeSocket) {
        let room = self.room_of.get(&ticket).and_then(|room| self.rooms.get_mut(room));
        if let Some(visit) = room.and_then(|entry| entry.visit.as_mut())
            && visit.socket == Some(from)
        {
            visit.socket = None;
        }
    }

    pub(super) fn tell_desk_in_room(&self, ticket: TicketId, news: DeskNews, out: &mut Out<'_>) {
        let entry = self.room_of.get(&ticket).and_then(|room| self.rooms.get(room));
        if let Some(visit) = entry.and_then(|entry| entry.visit.as_ref()) {
            visit.tell(news, out);
        }
    }

    pub(super) fn visit_in_room(&self, ticket: TicketId) -> Option<&Visit> {
        self.rooms.get(self.room_of.get(&ticket)?)?.visit.as_ref()
    }

    pub(super) fn room_over(
        &mut self,
        room: RoomId,
        returns: bool,
        handed_over: Option<LineId>,
        members: Vec<Member>,
        out: &mut Out<'_>,
    ) {
        // Said again after a link broke, or found on file before it was said.
        let Some(entry) = self.rooms.get_mut(&room).filter(|entry| entry.is_open()) else { return };
        let now = out.now;
        entry.over_since = Some(now.mono);
        self.unnamed.remove(&room);
        self.taking.remove(&room);
        let (account, line, ticket) = (entry.account, entry.line, entry.ticket);
        if let Some(theirs) = self.rooms_of.get_mut(&account) {
            theirs.remove(&room);
        }
        let talked_s = now.mono.seconds_since(entry.opened);
        // Who handed it over writes up their part of it; who was lost does not.
        let wraps_up = entry.wraps_up && (!returns || handed_over.is_some());
        let waited_us = entry.waited_us;
        // Both hear it first: whatever they are told after this follows from it.
        self.tell_end(room, returns, wraps_up, out);
        let returning = self.rooms.get_mut(&room).filter(|_| returns).and_then(|entry| entry.visit.take());
        self.lines.talk(line, -1);
        out.show(Shown::RoomDropped(room));
        self.step_lobby(matching::Input::Talked { line, talked_s }, out);
        if wraps_up {
            self.begin_wrap_up(account, room, line, out);
        }
        self.changed.insert(account);
        match returning {
            Some(mut visit) => {
                visit.former = members;
                visit.row.line = handed_over.unwrap_or(visit.row.line);
                visit.handed_from = handed_over.map(|_| room);
                self.return_to_line(visit, waited_us, out);
            }
            None => self.step_lobby(matching::Input::TransferFailed { ticket }, out),
        }
        if wraps_up {
            self.line_changed(line, out);
            self.tell_changed(out);
        } else {
            self.step_lobby(matching::Input::Released { counsellor: account, line }, out);
        }
    }

    fn tell_end(&self, room: RoomId, returns: bool, wrap_up: bool, out: &mut Out<'_>) {
        let Some(entry) = self.rooms.get(&room) else { return };
        if let Some(visit) = &entry.visit {
            visit.tell(DeskNews::RoomOver { room, rate_for: (!returns).then_some(TIME_TO_RATE) }, out);
        }
        if let Some(staff) = self.staff.get(&entry.account) {
            staff.tell(CounsellorNews::RoomOver { room, wrap_up }, out);
        }
    }

    /// R11: the desk goes back to its line at its original moment, or on to who takes it over.
    fn return_to_line(&mut self, mut visit: Visit, waited_us: u64, out: &mut Out<'_>) {
        let ticket = visit.row.ticket;
        self.room_of.remove(&ticket);
        visit.told_ahead = None;
        let here = visit.socket.is_some();
        let new = waiting_again(&visit, waited_us, out.now);
        if let Some(asker) = visit.asker {
            self.askers.waits(asker);
        }
        self.visits.insert(ticket, visit);
        // Before anything is decided about it. If the disk does not take it now, the next decision takes it.
        out.file_quietly(Write::TakeTicket { ticket });
        self.step_lobby(matching::Input::Restore { ticket: new, here }, out);
        if !here && self.nodes.hide_desk(ticket) {
            self.step_lobby(matching::Input::DeskUnseen { ticket }, out);
        }
        if !self.is_broken(Defect::TransferKept) {
            self.transfers.remove(&ticket);
        }
        self.show_ticket(ticket, out);
    }

    pub(super) fn room_gone(&mut self, room: RoomId, out: &mut Out<'_>) {
        let Some(entry) = self.rooms.remove(&room) else { return };
        self.unnamed.remove(&room);
        self.taking.remove(&room);
        if let Some(staff) = self.staff.get(&entry.account) {
            staff.tell(CounsellorNews::RoomGone { room }, out);
        }
        let Some(visit) = entry.visit else { return };
        self.room_of.remove(&visit.row.ticket);
        if let Some(socket) = visit.socket {
            self.desk_at.remove(&socket);
            // It came back as the room was left behind, which told it nothing: the record says how it ended.
            out.look_up(visit.row.ticket, socket);
        }
        self.forget_key(&visit);
    }
}

/// What somebody with a new seat is told.
pub(crate) fn matched_frame(
    seat: &Seat,
    mut members: Vec<Member>,
    last_seq: u32,
    resume: Option<String>,
) -> ServerFrame {
    // Whoever reads this is here: their socket attaches as it is sent.
    for own in members.iter_mut().filter(|member| member.member == seat.member) {
        own.state = SeatState::Joined;
    }
    let Seat { room, ticket, member: you, .. } = *seat;
    ServerFrame::Matched { room, consultation: ticket, ticket, you, members, last_seq, resume }
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

/// The seats that wait for supervisors who had joined.
pub(super) fn held_for(supervisors: &[(AccountId, NewSeat)]) -> Vec<(AccountId, MemberId)> {
    let returning = supervisors.iter().filter(|(_, seat)| seat.state != SeatState::Left);
    returning.map(|(account, seat)| (*account, seat.member)).collect()
}

/// What a visitor is called: by their nickname, or by their number.
pub(super) fn desk_name(visit: &Visit) -> String {
    visit.row.nickname.clone().unwrap_or_else(|| visit.number.clone())
}
