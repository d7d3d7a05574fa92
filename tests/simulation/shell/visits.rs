//! Desks, from asking to a seat.

use std::collections::BTreeSet;

use anteroom::ids::TicketId;
use anteroom::matching::{CloseCause, Effect, Input, NewTicket, Outcome, Stage};
use anteroom::protocol::{ClosedReason, ErrorCode, ServerFrame};

use super::Node;
use crate::hub::{Actor, Hub, MS, SocketNo, Timer};
use crate::mail::{DeskWish, Mail, News};
use crate::plan::Broken;
use crate::records::Status;
use crate::store::{Answer, TicketRow};

/// One visitor who is not in a room.
pub struct Visit {
    pub row: TicketRow,
    /// Empty until it is on file.
    pub number: String,
    pub socket: Option<SocketNo>,
    pub told_ahead: Option<u32>,
    /// The last `seq` its desk has, if that came back while it stood between two rooms.
    pub after: Option<u32>,
}

impl Visit {
    pub fn tell(&self, news: News, hub: &mut Hub) {
        if let Some(socket) = self.socket {
            hub.send(Actor::Socket(socket), Mail::News(news));
        }
    }
}

pub fn reason_of(cause: CloseCause) -> ClosedReason {
    match cause {
        CloseCause::Cancelled => ClosedReason::Cancelled,
        CloseCause::WaitedTooLong | CloseCause::Abandoned => ClosedReason::Expired,
        CloseCause::Unstaffed => ClosedReason::Unstaffed,
    }
}

impl Node {
    pub fn ask(&mut self, from: SocketNo, client_id: String, topic: &str, priority: u8, hub: &mut Hub) {
        let Some(line) = hub.plan.lines.iter().find(|line| line.topic == topic).map(|line| line.id) else { return };
        if let Some(&ticket) = self.by_key.get(&client_id) {
            return self.come_back(ticket, from, Some(0), hub);
        }
        let now = hub.clock();
        let ticket = TicketId::from(hub.new_id());
        let row = TicketRow { ticket, line, client_id: client_id.clone(), priority, requested_at: now.wall };
        self.desk_at.insert(from, ticket);
        let (number, socket) = (String::new(), Some(from));
        self.visits.insert(ticket, Visit { row, number, socket, told_ahead: None, after: None });
        self.by_key.insert(client_id, ticket);
        let new = NewTicket { ticket, line, requested_at: now.wall, since: now.mono, priority, asker: None };
        self.step(Input::Request(new), hub);
    }

    pub fn ticket_filed(&mut self, ticket: TicketId, answer: Result<Answer, ()>, hub: &mut Hub) {
        match answer {
            Ok(Answer::Opened { number }) => {
                if let Some(visit) = self.visits.get_mut(&ticket) {
                    visit.number = number;
                }
                self.step(Input::Stored { ticket, ok: true }, hub);
            }
            Ok(Answer::Duplicate { ticket: earlier }) => {
                self.step(Input::Stored { ticket, ok: false }, hub);
                let Some(visit) = self.forget_visit(ticket) else { return };
                self.by_key.remove(&visit.row.client_id);
                if let Some(desk) = visit.socket {
                    self.come_back(earlier, desk, Some(0), hub);
                }
            }
            _ => {
                self.step(Input::Stored { ticket, ok: false }, hub);
                if let Some(visit) = self.forget_visit(ticket) {
                    self.by_key.remove(&visit.row.client_id);
                    let re = Some(visit.row.client_id.clone());
                    visit.tell(News::Refused { code: ErrorCode::NotStored, re, ask_again: true }, hub);
                }
            }
        }
    }

    pub fn close_filed(&mut self, ticket: TicketId, cause: CloseCause, answer: Result<Answer, ()>, hub: &mut Hub) {
        let outcome = match answer {
            Ok(Answer::Done) => Outcome::Done,
            Ok(_) => Outcome::Stale,
            Err(()) => Outcome::Failed,
        };
        self.step(Input::Closed { ticket, outcome }, hub);
        if outcome != Outcome::Failed {
            self.close_visit(ticket, reason_of(cause), hub);
        } else if cause == CloseCause::Cancelled {
            self.refuse_desk(ticket, ErrorCode::NotStored, hub);
        }
    }

    /// The visit is over without a room: tell the desk and forget it.
    pub fn close_visit(&mut self, ticket: TicketId, reason: ClosedReason, hub: &mut Hub) {
        let Some(visit) = self.forget_visit(ticket) else { return };
        self.by_key.remove(&visit.row.client_id);
        visit.tell(News::Over(Some(ServerFrame::Closed { ticket, reason, next: None })), hub);
    }

    /// Takes the visit out of the books; its request key stays known while it lives on in a room.
    pub fn forget_visit(&mut self, ticket: TicketId) -> Option<Visit> {
        let visit = self.visits.remove(&ticket)?;
        if let Some(socket) = visit.socket {
            self.desk_at.remove(&socket);
        }
        Some(visit)
    }

    /// The desk shows that `ticket` is its own. The newest socket wins.
    pub fn come_back(&mut self, ticket: TicketId, from: SocketNo, after: Option<u32>, hub: &mut Hub) {
        if let Some(visit) = self.visits.get_mut(&ticket) {
            self.desk_at.insert(from, ticket);
            visit.after = after;
            if let Some(older) = visit.socket.replace(from) {
                self.desk_at.remove(&older);
                hub.send(Actor::Socket(older), Mail::News(News::Replaced));
            }
            self.step(Input::DeskHere { ticket }, hub);
        } else if let Some(&room) = self.room_of.get(&ticket) {
            self.return_to_room(room, from, after, hub);
        } else {
            // The records are read beside the matchmaker, which goes on meanwhile.
            let takes = hub.dice.below(20 * MS);
            hub.timer(takes, Timer::LookUp(ticket, from));
        }
    }

    pub fn desk_wishes(&mut self, from: SocketNo, what: DeskWish, hub: &mut Hub) {
        let Some(&ticket) = self.desk_at.get(&from) else { return };
        match what {
            DeskWish::Repeat => self.tell_place(ticket, hub),
            DeskWish::Cancel if self.visits.contains_key(&ticket) => {
                self.step(Input::Cancel { ticket, asker: None }, hub)
            }
            DeskWish::Cancel => self.refuse_desk(ticket, ErrorCode::NotWaiting, hub),
            DeskWish::Gone => self.desk_gone(ticket, from, hub),
        }
    }

    fn desk_gone(&mut self, ticket: TicketId, from: SocketNo, hub: &mut Hub) {
        self.desk_at.remove(&from);
        if let Some(visit) = self.visits.get_mut(&ticket) {
            // Compare and delete: the late stop of an old socket never removes the new one.
            if visit.socket == Some(from) || hub.is_broken(Broken::LateStop) {
                visit.socket = None;
                self.step(Input::DeskGone { ticket }, hub);
            }
        } else {
            self.desk_left_room(ticket, from);
        }
    }

    pub fn refuse_desk(&self, ticket: TicketId, code: ErrorCode, hub: &mut Hub) {
        let news = News::Refused { code, re: None, ask_again: false };
        match self.visits.get(&ticket) {
            Some(visit) => visit.tell(news, hub),
            None => self.tell_desk_in_room(ticket, news, hub),
        }
    }

    pub fn tell_place(&mut self, ticket: TicketId, hub: &mut Hub) {
        if let Some(ahead) = self.lobby.ahead(ticket) {
            self.tell_ahead(ticket, ahead, hub);
        }
    }

    pub fn tell_ahead(&mut self, ticket: TicketId, ahead: u32, hub: &mut Hub) {
        let Some(visit) = self.visits.get_mut(&ticket).filter(|visit| !visit.number.is_empty()) else { return };
        visit.told_ahead = Some(ahead);
        let frame = ServerFrame::Waiting {
            ticket,
            number: visit.number.clone(),
            line: String::new(),
            requested_at: visit.row.requested_at,
            ahead,
            eta_s: self.lobby.estimate(visit.row.line, ahead),
            resume: ticket.to_string(),
        };
        visit.tell(News::Stands(frame), hub);
    }

    /// A visit that is not in memory: what is on file about it is what the desk is told.
    pub fn tell_what_is_on_file(ticket: TicketId, socket: SocketNo, hub: &mut Hub) {
        let file = hub.store.on_file.tickets.get(&ticket);
        let end =
            file.and_then(|file| file.rooms.last()).and_then(|room| Some((*room, hub.store.on_file.rooms[room].end?)));
        let refused = |code| News::Refused { code, re: None, ask_again: true };
        let news = match (file.map(|file| file.status), end) {
            (None, _) => refused(ErrorCode::BadToken),
            (Some(Status::Over(reason)), _) => News::Over(Some(ServerFrame::Closed { ticket, reason, next: None })),
            (Some(Status::WrapUp | Status::Done), Some((room, reason))) => {
                News::Over(Some(ServerFrame::Ended { room, reason, by: None, next_room: None }))
            }
            _ => refused(ErrorCode::TokenExpired),
        };
        hub.send(Actor::Socket(socket), Mail::News(news));
    }

    /// R2: whoever was offered to somebody had nobody before them who could have been. Tickets that
    /// came back in this very step may have done so after the offer: they are passed by, and so are
    /// those that began at the very same microsecond, who are widened (R3) in the order of their ids.
    /// A step that comes late lets what was due happen in the order of its moments, not of R2.
    pub fn check_order(&mut self, effects: &[Effect], is_in_time: bool) {
        let mut came_back = BTreeSet::new();
        for effect in effects {
            if let Effect::Withdraw { ticket, counsellor, .. } = effect {
                self.declined.insert((*ticket, *counsellor));
                came_back.insert(*ticket);
            }
        }
        for effect in effects.iter().filter(|_| is_in_time) {
            let Effect::Offer { ticket, counsellor, .. } = effect else { continue };
            let Some(offered) = self.lobby.ticket(*ticket) else { continue };
            // It stands nowhere: nobody is before it.
            if matches!(offered.stage, Stage::Handing(_)) {
                continue;
            }
            let before = self.lobby.positions(offered.line).map(|(other, _)| other).take_while(|other| other != ticket);
            for other in before.filter(|other| !came_back.contains(other)) {
                let Some(view) = self.lobby.ticket(other) else { continue };
                let could = view.stage == Stage::Waiting && view.here && view.since < offered.since;
                let never_asked = !self.declined.contains(&(other, *counsellor));
                assert!(!(could && never_asked), "R2: {ticket:?} was offered to {counsellor:?} before {other:?}");
            }
        }
    }
}
