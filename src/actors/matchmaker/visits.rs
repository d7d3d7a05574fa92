//! Desks, from asking to a seat: who they are, what they are told while they wait.

use actix::prelude::*;
use log::error;
use tokio::sync::mpsc;

use super::askers::Refused;
use super::places::closed;
use super::trend::Left;
use super::{Ask, Asker, ComeBack, DeskHandle, Filing, FromDesk, Matchmaker, TicketEvent};
use crate::actors::desk::DeskNews;
use crate::actors::watch::TicketShown;
use crate::broken::{Way, is_broken};
use crate::ids::{RoomId, TicketId};
use crate::journal::{TicketEnd, TicketRow, Write, WriteFailed, Written};
use crate::matching::{CloseCause, Input, NewTicket, Outcome};
use crate::protocol::{ClosedReason, ErrorCode, Member};
use crate::storage::tickets::request_key;
use crate::tokens::Claims;

/// One visitor who is not in a room.
pub(super) struct Visit {
    pub(super) row: TicketRow,
    /// `A-017`; empty until it is on file.
    pub(super) number: String,
    pub(super) token: String,
    pub(super) socket: Option<DeskHandle>,
    /// The place last told, so that only changes are told.
    pub(super) told_ahead: Option<u32>,
    pub(super) followers: Vec<mpsc::Sender<TicketEvent>>,
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
        let (socket, told_ahead, after, handed_from) = (None, None, None, None);
        let (followers, former) = (Vec::new(), Vec::new());
        Self { row, number, token, socket, told_ahead, followers, topic, after, handed_from, former, asker: None }
    }

    pub(super) fn tell(&self, news: DeskNews) {
        if let Some(desk) = &self.socket {
            desk.socket.tell(news);
        }
    }

    pub(super) fn follow(&mut self, event: &TicketEvent) {
        self.followers.retain(|follower| follower.try_send(event.clone()).is_ok());
    }

    /// The socket's generation, if there is one.
    pub(super) fn generation(&self) -> Option<u64> {
        self.socket.as_ref().map(|desk| desk.socket.generation())
    }
}

impl Matchmaker {
    pub(super) fn claims(row: &TicketRow) -> Claims {
        Claims { ticket: row.ticket, session: row.session, desk: row.desk, requested_us: row.requested_at.0 }
    }

    fn ask(&mut self, ask: Ask, ctx: &mut Context<Self>) {
        let refuse = |code, detail: String| {
            let re = Some(ask.client_id.clone());
            ask.from.socket.tell(DeskNews::Refused { code, detail, re, ask_again: true, wait_s: None });
        };
        if self.draining {
            return refuse(ErrorCode::Busy, "this server is about to restart; ask again in a moment".into());
        }
        let found = if ask.rehearses {
            self.lines.rehearsed(&ask.topic, ask.language.as_deref())
        } else {
            self.lines.find(&ask.topic, ask.language.as_deref())
        };
        let Some(line) = found else {
            let detail = format!("no line has the topic `{}`; choose one of: {}", ask.topic, self.lines.topics());
            return refuse(ErrorCode::UnknownLine, detail);
        };
        let (line, line_language) = (line.id, line.language.clone());
        let key = request_key(ask.desk, &ask.client_id);
        if let Some(&ticket) = key.as_ref().and_then(|key| self.by_key.get(key)) {
            let same = self.visits.get(&ticket).is_none_or(|visit| visit.row.line == line || visit.topic == ask.topic);
            return if same {
                self.come_back(ticket, ask.from, Some(0), ctx);
            } else {
                refuse(
                    ErrorCode::ClientIdReused,
                    "this client_id was used for another request; give every request its own".into(),
                );
            };
        }
        let now = self.app.clock.now();
        if let Some(refused) = ask.asker.and_then(|asker| self.askers.asks(asker, now.mono).err()) {
            return Self::refuse_for_now(&ask, refused);
        }
        let ticket = TicketId(self.app.clock.new_id());
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
        let token = self.app.tokens.sign(&Self::claims(&row));
        let mut visit = Visit::new(row, ask.topic, String::new(), token);
        self.desk_at.insert(ask.from.socket.generation(), ticket);
        visit.socket = Some(ask.from);
        visit.asker = ask.asker;
        if let Some(asker) = ask.asker {
            self.askers.waits(asker);
        }
        self.visits.insert(ticket, visit);
        if let Some(key) = key {
            self.by_key.insert(key, ticket);
        }
        let asker = ask.asker.map(|asker| self.askers.name(asker));
        let new = NewTicket { ticket, line, requested_at: now.wall, since: now.mono, priority: ask.priority, asker };
        self.step(Input::Request(new), ctx);
    }

    /// Too much was asked from there; what is refused is put nowhere.
    fn refuse_for_now(ask: &Ask, refused: Refused) {
        let why = match refused {
            Refused::TooOften(_) => "too many requests came from this network or desk within a minute",
            Refused::TooMany(_) => "too many from this network or desk wait already",
        };
        let (detail, re) = (format!("{why}; ask again after `wait_s` seconds"), Some(ask.client_id.clone()));
        let (code, wait_s) = (ErrorCode::Busy, Some(refused.wait_s()));
        ask.from.socket.tell(DeskNews::Refused { code, detail, re, ask_again: true, wait_s });
    }

    pub(super) fn store_ticket(&self, ticket: TicketId, ctx: &Context<Self>) {
        if let Some(visit) = self.visits.get(&ticket) {
            self.file(Write::OpenTicket(visit.row.clone()), Filing::Ticket(ticket), ctx);
        }
    }

    pub(super) fn ticket_filed(
        &mut self,
        ticket: TicketId,
        answer: Result<Written, WriteFailed>,
        ctx: &mut Context<Self>,
    ) {
        match answer {
            Ok(Written::Opened { number }) => {
                if let Some(visit) = self.visits.get_mut(&ticket) {
                    visit.number = number;
                }
                self.step(Input::Stored { ticket, ok: true }, ctx);
            }
            Ok(Written::Duplicate { ticket: earlier }) => {
                self.step(Input::Stored { ticket, ok: false }, ctx);
                let Some(visit) = self.forget_visit(ticket) else { return };
                self.forget_key(&visit);
                if let Some(desk) = visit.socket {
                    self.come_back(earlier, desk, Some(0), ctx);
                }
            }
            answer => {
                if let Ok(odd) = &answer {
                    error!(ticket:% = ticket, answer:? = odd; "the journal gave an answer that does not fit");
                }
                self.step(Input::Stored { ticket, ok: false }, ctx);
                if let Some(visit) = self.forget_visit(ticket) {
                    self.forget_key(&visit);
                    let detail = "the request could not be stored; ask again in a moment".into();
                    let re = Some(visit.row.client_id.clone());
                    let code = ErrorCode::NotStored;
                    visit.tell(DeskNews::Refused { code, detail, re, ask_again: true, wait_s: None });
                }
            }
        }
    }

    pub(super) fn store_refusal(&self, ticket: TicketId, reason: ClosedReason, ctx: &Context<Self>) {
        if let Some(visit) = self.visits.get(&ticket) {
            self.file(Write::RefuseTicket(visit.row.clone(), reason), Filing::Refusal(ticket, reason), ctx);
        }
    }

    /// A refusal is told even if the disk did not take it: it promises nothing.
    pub(super) fn refusal_filed(
        &mut self,
        ticket: TicketId,
        reason: ClosedReason,
        answer: &Result<Written, WriteFailed>,
    ) {
        if let Err(failed) = answer {
            error!(ticket:% = ticket, error:% = failed; "a refusal was not recorded");
        }
        self.close_visit(ticket, reason);
    }

    pub(super) fn store_close(&self, ticket: TicketId, cause: CloseCause, ctx: &Context<Self>) {
        let (status, reason) = match cause {
            CloseCause::Cancelled => (TicketEnd::Cancelled, ClosedReason::Cancelled),
            CloseCause::WaitedTooLong => (TicketEnd::Expired, ClosedReason::Expired),
            CloseCause::Unstaffed => (TicketEnd::Expired, ClosedReason::Unstaffed),
            CloseCause::Abandoned => (TicketEnd::Abandoned, ClosedReason::Expired),
        };
        let at = self.app.clock.now().wall;
        self.file(Write::CloseTicket { ticket, status, reason, at }, Filing::Close(ticket, cause), ctx);
    }

    pub(super) fn close_filed(
        &mut self,
        ticket: TicketId,
        cause: CloseCause,
        answer: Result<Written, WriteFailed>,
        ctx: &mut Context<Self>,
    ) {
        let outcome = match answer {
            Ok(Written::Done) => Outcome::Done,
            Ok(_) => Outcome::Stale,
            Err(_) => Outcome::Failed,
        };
        self.step(Input::Closed { ticket, outcome }, ctx);
        if outcome == Outcome::Failed {
            if cause == CloseCause::Cancelled {
                let detail = "the cancellation could not be stored; your place stands. Try again in a moment";
                self.refuse_desk(ticket, ErrorCode::NotStored, detail);
            }
            return;
        }
        let of = self.visits.get(&ticket).map(|visit| (visit.row.line, visit.row.requested_at));
        if let Some((line, requested)) = of
            && outcome == Outcome::Done
        {
            let left = match cause {
                CloseCause::Cancelled | CloseCause::Abandoned => Left::GaveUp,
                CloseCause::WaitedTooLong | CloseCause::Unstaffed => Left::Expired,
            };
            self.count_left(line, left, requested);
        }
        self.close_visit(
            ticket,
            match cause {
                CloseCause::Cancelled => ClosedReason::Cancelled,
                CloseCause::WaitedTooLong | CloseCause::Abandoned => ClosedReason::Expired,
                CloseCause::Unstaffed => ClosedReason::Unstaffed,
            },
        );
    }

    /// The visit is over without a room: tell the desk and forget it.
    fn close_visit(&mut self, ticket: TicketId, reason: ClosedReason) {
        let Some(mut visit) = self.forget_visit(ticket) else { return };
        self.forget_key(&visit);
        visit.follow(&TicketEvent::Closed { ticket, number: visit.number.clone(), reason });
        visit.tell(DeskNews::Over(Some(closed(ticket, reason))));
    }

    /// Takes the visit out of the books; its request key stays known while it lives on in a room.
    pub(super) fn forget_visit(&mut self, ticket: TicketId) -> Option<Visit> {
        let visit = self.visits.remove(&ticket)?;
        if let Some(asker) = visit.asker {
            self.askers.waits_no_more(asker);
        }
        if let Some(generation) = visit.generation() {
            self.desk_at.remove(&generation);
        }
        self.app.watch.do_send(TicketShown::gone(ticket));
        Some(visit)
    }

    /// The visit is over, or never was: the same request may be made anew.
    pub(super) fn forget_key(&mut self, visit: &Visit) {
        if let Some(key) = request_key(visit.row.desk, &visit.row.client_id) {
            self.by_key.remove(&key);
        }
    }

    /// The desk shows that `ticket` is its own: by token or by request key. The newest socket wins.
    fn come_back(&mut self, ticket: TicketId, from: DeskHandle, after: Option<u32>, ctx: &mut Context<Self>) {
        if let Some(visit) = self.visits.get_mut(&ticket) {
            self.desk_at.insert(from.socket.generation(), ticket);
            visit.after = after;
            if let Some(older) = visit.socket.replace(from) {
                self.desk_at.remove(&older.socket.generation());
                older.socket.tell(DeskNews::Replaced);
            }
            self.step(Input::DeskHere { ticket }, ctx);
        } else if let Some(&room) = self.room_of.get(&ticket) {
            self.return_to_room(room, from, after);
        } else {
            self.look_up_visit(ticket, from, ctx);
        }
    }

    fn hear_desk(&mut self, message: &FromDesk, ctx: &mut Context<Self>) {
        let (FromDesk::Repeat { generation } | FromDesk::Cancel { generation } | FromDesk::Gone { generation }) =
            message;
        let Some(&ticket) = self.desk_at.get(generation) else { return };
        match message {
            FromDesk::Repeat { .. } => self.tell_place(ticket),
            FromDesk::Cancel { .. } if self.visits.contains_key(&ticket) => {
                let asker = self.visits.get(&ticket).and_then(|visit| visit.asker);
                let asker = asker.map(|asker| self.askers.name(asker));
                self.step(Input::Cancel { ticket, asker }, ctx);
            }
            FromDesk::Cancel { .. } => {
                let detail = "there is no waiting ticket to cancel; it was matched or is over";
                self.refuse_desk(ticket, ErrorCode::NotWaiting, detail);
            }
            FromDesk::Gone { .. } => self.desk_gone(ticket, *generation, ctx),
        }
    }

    fn desk_gone(&mut self, ticket: TicketId, generation: u64, ctx: &mut Context<Self>) {
        self.desk_at.remove(&generation);
        if let Some(visit) = self.visits.get_mut(&ticket) {
            // Compare and delete: the late stop of an old socket never removes the new one.
            if visit.generation() == Some(generation) || is_broken(Way::LateStop) {
                visit.socket = None;
                self.step(Input::DeskGone { ticket }, ctx);
                self.show_ticket(ticket);
            }
        } else {
            self.desk_left_room(ticket, generation);
        }
    }

    pub(super) fn refuse_desk(&self, ticket: TicketId, code: ErrorCode, detail: &str) {
        let news = DeskNews::Refused { code, detail: detail.to_owned(), re: None, ask_again: false, wait_s: None };
        match self.visits.get(&ticket) {
            Some(visit) => visit.tell(news),
            None => self.tell_desk_in_room(ticket, news),
        }
    }
}

impl Handler<Ask> for Matchmaker {
    type Result = ();
    fn handle(&mut self, ask: Ask, ctx: &mut Context<Self>) {
        self.ask(ask, ctx);
    }
}

impl Handler<ComeBack> for Matchmaker {
    type Result = ();
    fn handle(&mut self, ComeBack { from, claims, after, asker }: ComeBack, ctx: &mut Context<Self>) {
        if let Some(visit) = self.visits.get_mut(&claims.ticket).filter(|visit| visit.asker.is_none()) {
            visit.asker = asker;
            if let Some(asker) = asker {
                self.askers.waits(asker);
            }
        }
        self.come_back(claims.ticket, from, after, ctx);
    }
}

impl Handler<FromDesk> for Matchmaker {
    type Result = ();
    fn handle(&mut self, message: FromDesk, ctx: &mut Context<Self>) {
        self.hear_desk(&message, ctx);
    }
}
