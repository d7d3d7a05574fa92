//! Desks, from asking to a seat: who they are, what they are told while they wait.

use std::collections::HashMap;

use super::askers::{Asker, Refused};
use super::input::{Ask, DeskWish, Noted, PendingWrite};
use super::news::DeskNews;
use super::parcels::{NodeSocket, ToFront};
use super::places::closed;
use super::rows::{TicketEnd, TicketRow, Write, WriteFailed, Written, request_key};
use super::shown::{Shown, TicketEvent};
use super::trend::Departure;
use super::turn::{Arrivals, Turn};
use super::{Defect, Dispatch, Out};
use crate::ids::{NodeId, RoomId, TicketId};
use crate::matching::{self, CloseCause, NewTicket, Outcome};
use crate::protocol::{ClosedReason, ErrorCode, Member};

/// One visitor who is not in a room.
pub(super) struct Visit {
    pub(super) row: TicketRow,
    /// `A-017`; empty until it is on file.
    pub(super) number: String,
    pub(super) token: String,
    pub(super) socket: Option<NodeSocket>,
    pub(super) arrivals: Arrivals,
    /// The place last told, so that only changes are told.
    pub(super) told_ahead: Option<u32>,
    /// At these nodes somebody else follows its place.
    pub(super) followed_at: Vec<NodeId>,
    /// The topic it asked for; its line may be another by now.
    pub(super) topic: String,
    /// The last `seq` its desk has, if that came back while it stood between two rooms.
    pub(super) after: Option<u32>,
    /// The room it was handed over from: its supervisors are told where the talk goes on.
    pub(super) handed_from: Option<RoomId>,
    /// Who had a seat in the rooms before this one: what they said keeps their name.
    pub(super) former: Vec<Member>,
    /// Whom it counts for while it waits; after a restart nobody, until its desk is back.
    pub(super) asker: Option<Asker>,
}

impl Visit {
    pub(super) fn new(row: TicketRow, topic: String, number: String, token: String) -> Self {
        let (socket, told_ahead, after, handed_from, asker) = (None, None, None, None, None);
        let (followed_at, former, arrivals) = (Vec::new(), Vec::new(), Arrivals::default());
        Self { row, number, token, socket, arrivals, told_ahead, followed_at, topic, after, handed_from, former, asker }
    }

    /// The newest socket wins: one that it had before is shut.
    pub(super) fn sit_at(
        &mut self,
        from: NodeSocket,
        turn: Turn,
        desk_at: &mut HashMap<NodeSocket, TicketId>,
        out: &mut Out<'_>,
    ) {
        desk_at.insert(from, self.row.ticket);
        self.arrivals.came(from, turn);
        if let Some(older) = self.socket.replace(from).filter(|older| *older != from) {
            desk_at.remove(&older);
            out.desk(older, DeskNews::Replaced);
        }
    }

    pub(super) fn tell(&self, news: DeskNews, out: &mut Out<'_>) {
        if let Some(to) = self.socket {
            out.desk(to, news);
        }
    }

    /// Tells whoever follows it.
    pub(super) fn tell_followers(&self, event: &TicketEvent, out: &mut Out<'_>) {
        self.followed_at.iter().for_each(|node| out.parcel(*node, ToFront::Follow(event.clone())));
    }

    /// Whoever follows it hears no more of it.
    pub(super) fn leave_followers(&self, out: &mut Out<'_>) {
        self.followed_at.iter().for_each(|node| out.parcel(*node, ToFront::Unfollow(self.row.ticket)));
    }

    pub(super) fn key(&self) -> Option<String> {
        request_key(self.row.desk, &self.row.client_id)
    }
}

impl Dispatch {
    pub(super) fn ask(&mut self, from: NodeSocket, ask: Ask, out: &mut Out<'_>) {
        if self.draining {
            let detail = "this server is about to restart; ask again in a moment";
            return refuse(from, &ask, ErrorCode::Busy, detail.into(), out);
        }
        let found = if ask.rehearses {
            self.lines.rehearsed(&ask.topic, ask.language.as_deref())
        } else {
            self.lines.find(&ask.topic, ask.language.as_deref())
        };
        let Some(line) = found else {
            let detail = format!("no line has the topic `{}`; choose one of: {}", ask.topic, self.lines.topics());
            return refuse(from, &ask, ErrorCode::UnknownLine, detail, out);
        };
        let (line, line_language) = (line.id, line.language.clone());
        let key = request_key(ask.desk, &ask.client_id);
        if let Some(&ticket) = key.as_ref().and_then(|key| self.by_key.get(key)) {
            let same = self.visits.get(&ticket).is_none_or(|visit| visit.row.line == line || visit.topic == ask.topic);
            if same {
                return self.come_back(ticket, from, Some(0), out);
            }
            let detail = "this client_id was used for another request; give every request its own";
            return refuse(from, &ask, ErrorCode::ClientIdReused, detail.into(), out);
        }
        // Asked again, with a key that names no request: the front that drew the ticket says it is the same.
        if self.visits.contains_key(&ask.ticket) || self.room_of.contains_key(&ask.ticket) {
            return self.come_back(ask.ticket, from, Some(0), out);
        }
        let now = out.now;
        if let Some(refused) = ask.asker.and_then(|asker| self.askers.asks(asker, now.mono).err()) {
            return refuse_for_now(from, &ask, refused, out);
        }
        let ticket = ask.ticket;
        let waiting = self.lobby.line_load(line, now.mono).waiting;
        let row = TicketRow {
            ticket,
            line,
            desk: ask.desk,
            session: ask.session,
            client_id: ask.client_id,
            language: ask.language.unwrap_or(line_language),
            nickname: ask.nickname,
            note: ask.note,
            priority: ask.priority,
            requested_at: now.wall,
            day: self.lines.day(now.wall),
            predicted_s: self.lobby.estimate(line, waiting),
        };
        let token = out.outside.token(&row);
        let mut visit = Visit::new(row, ask.topic, String::new(), token);
        let turn = self.next_turn(from, out);
        visit.sit_at(from, turn, &mut self.desk_at, out);
        visit.asker = ask.asker;
        if let Some(asker) = ask.asker {
            self.askers.waits(asker);
        }
        self.visits.insert(ticket, visit);
        if let Some(key) = key {
            self.by_key.insert(key, ticket);
        }
        let asker = ask.asker.map(|asker| out.outside.name(asker));
        let new = NewTicket { ticket, line, requested_at: now.wall, since: now.mono, priority: ask.priority, asker };
        self.step_lobby(matching::Input::Request(new), out);
    }

    pub(super) fn store_ticket(&self, ticket: TicketId, out: &mut Out<'_>) {
        if let Some(visit) = self.visits.get(&ticket) {
            out.file(Write::OpenTicket(visit.row.clone()), PendingWrite::Ticket(ticket));
        }
    }

    pub(super) fn ticket_filed(&mut self, ticket: TicketId, answer: Result<Written, WriteFailed>, out: &mut Out<'_>) {
        match answer {
            Ok(Written::Opened { number }) => {
                if let Some(visit) = self.visits.get_mut(&ticket) {
                    visit.number = number;
                }
                self.step_lobby(matching::Input::Stored { ticket, ok: true }, out);
            }
            Ok(Written::Duplicate { ticket: earlier }) => {
                self.step_lobby(matching::Input::Stored { ticket, ok: false }, out);
                self.known_as(ticket, earlier, out);
            }
            answer => {
                if let Ok(answer) = answer {
                    out.note(Noted::Odd { ticket, answer });
                }
                self.step_lobby(matching::Input::Stored { ticket, ok: false }, out);
                if let Some(visit) = self.forget_visit(ticket, out) {
                    self.forget_key(&visit);
                    let detail = "the request could not be stored; ask again in a moment".into();
                    let re = Some(visit.row.client_id.clone());
                    let code = ErrorCode::NotStored;
                    visit.tell(DeskNews::Refused { code, detail, re, ask_again: true, wait_s: None }, out);
                }
            }
        }
    }

    pub(super) fn store_refusal(&self, ticket: TicketId, reason: ClosedReason, out: &mut Out<'_>) {
        if let Some(visit) = self.visits.get(&ticket) {
            out.file(Write::RefuseTicket(visit.row.clone(), reason), PendingWrite::Refusal(ticket, reason));
        }
    }

    /// The request was made before, as this ticket, or as the very same: the desk goes on from there.
    fn known_as(&mut self, ticket: TicketId, earlier: TicketId, out: &mut Out<'_>) {
        let Some(visit) = self.forget_visit(ticket, out) else { return };
        self.forget_key(&visit);
        if let Some(desk) = visit.socket {
            self.come_back(earlier, desk, Some(0), out);
        }
    }

    /// A refusal is told even if the disk did not take it: it promises nothing.
    pub(super) fn refusal_filed(
        &mut self,
        ticket: TicketId,
        reason: ClosedReason,
        answer: Result<Written, WriteFailed>,
        out: &mut Out<'_>,
    ) {
        match answer {
            Ok(Written::Duplicate { ticket: earlier }) => return self.known_as(ticket, earlier, out),
            Err(failed) => out.note(Noted::RefusalLost { ticket, failed }),
            Ok(_) => {}
        }
        self.close_visit(ticket, reason, out);
    }

    pub(super) fn store_close(ticket: TicketId, cause: CloseCause, out: &mut Out<'_>) {
        let status = match cause {
            CloseCause::Cancelled => TicketEnd::Cancelled,
            CloseCause::WaitedTooLong | CloseCause::Unstaffed => TicketEnd::Expired,
            CloseCause::Abandoned => TicketEnd::Abandoned,
        };
        let (reason, at) = (reason_of(cause), out.now.wall);
        out.file(Write::CloseTicket { ticket, status, reason, at }, PendingWrite::Close(ticket, cause));
    }

    pub(super) fn close_filed(
        &mut self,
        ticket: TicketId,
        cause: CloseCause,
        answer: &Result<Written, WriteFailed>,
        out: &mut Out<'_>,
    ) {
        let outcome = match answer {
            Ok(Written::Done) => Outcome::Done,
            Ok(_) => Outcome::Stale,
            Err(_) => Outcome::Failed,
        };
        self.step_lobby(matching::Input::Closed { ticket, outcome }, out);
        if outcome == Outcome::Failed {
            if cause == CloseCause::Cancelled {
                let detail = "the cancellation could not be stored; your place stands. Try again in a moment";
                self.refuse_desk(ticket, ErrorCode::NotStored, detail, out);
            }
            return;
        }
        let of = self.visits.get(&ticket).map(|visit| (visit.row.line, visit.row.requested_at));
        if let Some((line, requested)) = of
            && outcome == Outcome::Done
        {
            let left = match cause {
                CloseCause::Cancelled | CloseCause::Abandoned => Departure::GaveUp,
                CloseCause::WaitedTooLong | CloseCause::Unstaffed => Departure::Expired,
            };
            self.count_left(line, left, requested, out.now);
        }
        self.close_visit(ticket, reason_of(cause), out);
    }

    /// The visit is over without a room: tell the desk and forget it.
    fn close_visit(&mut self, ticket: TicketId, reason: ClosedReason, out: &mut Out<'_>) {
        let Some(visit) = self.forget_visit(ticket, out) else { return };
        self.forget_key(&visit);
        visit.tell_followers(&TicketEvent::Closed { ticket, number: visit.number.clone(), reason }, out);
        visit.tell(DeskNews::Over(closed(ticket, reason)), out);
    }

    /// Takes the visit out of the books; its request key stays known while it lives on in a room.
    pub(super) fn forget_visit(&mut self, ticket: TicketId, out: &mut Out<'_>) -> Option<Visit> {
        let visit = self.visits.remove(&ticket)?;
        if let Some(asker) = visit.asker {
            self.askers.waits_no_more(asker);
        }
        if let Some(socket) = visit.socket {
            self.desk_at.remove(&socket);
        }
        out.show(Shown::Ticket(ticket, None));
        Some(visit)
    }

    /// The visit is over, or never was: the same request may be made anew.
    pub(super) fn forget_key(&mut self, visit: &Visit) {
        if let Some(key) = visit.key() {
            self.by_key.remove(&key);
        }
    }

    /// A desk came back: from now on its ticket counts for whoever is there, if it counted for nobody.
    pub(super) fn counts_for(&mut self, ticket: TicketId, asker: Option<Asker>) {
        if let Some(visit) = self.visits.get_mut(&ticket).filter(|visit| visit.asker.is_none()) {
            visit.asker = asker;
            if let Some(asker) = asker {
                self.askers.waits(asker);
            }
        }
    }

    /// The desk shows that `ticket` is its own: by token or by request key. The newest socket wins.
    pub(super) fn come_back(&mut self, ticket: TicketId, from: NodeSocket, after: Option<u32>, out: &mut Out<'_>) {
        match self.desk_arrivals(ticket) {
            None => out.look_up(ticket, from),
            Some(arrivals) if arrivals.was_replaced(from) => out.desk(from, DeskNews::Replaced),
            Some(_) => {
                let turn = self.next_turn(from, out);
                self.sit_again(ticket, from, turn, after, out);
            }
        }
    }

    /// The desk is at this socket, its newest: it goes on from where its ticket is.
    pub(super) fn sit_again(
        &mut self,
        ticket: TicketId,
        from: NodeSocket,
        turn: Turn,
        after: Option<u32>,
        out: &mut Out<'_>,
    ) {
        if let Some(visit) = self.visits.get_mut(&ticket) {
            visit.after = after;
            visit.sit_at(from, turn, &mut self.desk_at, out);
            self.step_lobby(matching::Input::DeskHere { ticket }, out);
        } else if let Some(&room) = self.room_of.get(&ticket) {
            self.return_to_room(room, from, turn, after, out);
        }
    }

    /// The sockets of a ticket's desk; `None` if the ticket is not known here.
    pub(super) fn desk_arrivals(&self, ticket: TicketId) -> Option<Arrivals> {
        Some(self.visits.get(&ticket).or_else(|| self.visit_in_room(ticket))?.arrivals)
    }

    pub(super) fn hear_desk(&mut self, from: NodeSocket, what: DeskWish, out: &mut Out<'_>) {
        let Some(&ticket) = self.desk_at.get(&from) else { return };
        match what {
            DeskWish::Repeat => self.tell_place(ticket, out),
            DeskWish::Cancel => match self.visits.get(&ticket) {
                Some(visit) => {
                    let asker = visit.asker.map(|asker| out.outside.name(asker));
                    self.step_lobby(matching::Input::Cancel { ticket, asker }, out);
                }
                None => {
                    let detail = "there is no waiting ticket to cancel; it was matched or is over";
                    self.refuse_desk(ticket, ErrorCode::NotWaiting, detail, out);
                }
            },
            DeskWish::Gone => self.desk_gone(ticket, from, out),
        }
    }

    fn desk_gone(&mut self, ticket: TicketId, from: NodeSocket, out: &mut Out<'_>) {
        self.desk_at.remove(&from);
        let late_stop = self.is_broken(Defect::LateStop);
        if let Some(visit) = self.visits.get_mut(&ticket) {
            // Compare and delete: the late stop of an old socket never removes the new one.
            if visit.socket == Some(from) || late_stop {
                visit.socket = None;
                self.step_lobby(matching::Input::DeskGone { ticket }, out);
                self.show_ticket(ticket, out);
            }
        } else {
            self.desk_left_room(ticket, from);
        }
    }

    pub(super) fn refuse_desk(&self, ticket: TicketId, code: ErrorCode, detail: &str, out: &mut Out<'_>) {
        let news = DeskNews::Refused { code, detail: detail.to_owned(), re: None, ask_again: false, wait_s: None };
        match self.visits.get(&ticket) {
            Some(visit) => visit.tell(news, out),
            None => self.tell_desk_in_room(ticket, news, out),
        }
    }
}

pub(super) fn refuse(to: NodeSocket, ask: &Ask, code: ErrorCode, detail: String, out: &mut Out<'_>) {
    let re = Some(ask.client_id.clone());
    out.desk(to, DeskNews::Refused { code, detail, re, ask_again: true, wait_s: None });
}

/// Too much was asked from there; what is refused is put nowhere.
fn refuse_for_now(to: NodeSocket, ask: &Ask, refused: Refused, out: &mut Out<'_>) {
    let why = match refused {
        Refused::TooOften(_) => "too many requests came from this network or desk within a minute",
        Refused::TooMany(_) => "too many from this network or desk wait already",
    };
    let (detail, re) = (format!("{why}; ask again after `wait_s` seconds"), Some(ask.client_id.clone()));
    let (code, wait_s) = (ErrorCode::Busy, Some(refused.wait_s()));
    out.desk(to, DeskNews::Refused { code, detail, re, ask_again: true, wait_s });
}

fn reason_of(cause: CloseCause) -> ClosedReason {
    match cause {
        CloseCause::Cancelled => ClosedReason::Cancelled,
        CloseCause::WaitedTooLong | CloseCause::Abandoned => ClosedReason::Expired,
        CloseCause::Unstaffed => ClosedReason::Unstaffed,
    }
}
