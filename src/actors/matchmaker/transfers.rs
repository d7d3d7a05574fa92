//! A talk is handed over: what people wish is given to the lobby, and what comes of it to the room,
//! the journal and the giver.

use actix::prelude::*;
use log::{error, info};
use serde_json::{Value, json};

use super::rooms::{RoomEntry, waiting_again};
use super::visits::Visit;
use super::{Matchmaker, MoveRoom, NotTransferred, Receiver, TransferRefused};
use crate::actors::counsellor::CounsellorNews;
use crate::actors::room::ToRoom;
use crate::ids::{AccountId, LineId, OfferId, RoomId, TicketId};
use crate::journal::{HandOverRow, Write};
use crate::matching::{Input, NewTicket, Stage};
use crate::protocol::{ErrorCode, HandedOver, ServerFrame, TransferState};
use crate::storage::events::{EventKind, Happening};

/// A talk that is being handed over.
pub(super) struct Handing {
    pub(super) room: RoomId,
    /// The line it will be of.
    pub(super) line: LineId,
    to: Receiver,
    giver: AccountId,
    /// Who wished it: the giver, or a manager.
    by: AccountId,
    note: Option<String>,
}

impl Matchmaker {
    pub(super) fn wish_transfer(
        &mut self,
        giver: AccountId,
        room: RoomId,
        to: Receiver,
        note: Option<String>,
        ctx: &mut Context<Self>,
    ) {
        let theirs = self.rooms.get(&room).filter(|entry| entry.account == giver).is_some();
        let asked = match theirs {
            true => self.ask_transfer(room, to, giver, note, ctx),
            false => Err(refused(ErrorCode::NoSuchRoom, "you have no seat in such a room")),
        };
        match asked {
            // Told by then.
            Ok(_) => {}
            Err(TransferRefused { code, detail }) => {
                self.refuse_counsellor(giver, code, &detail, Some(room.to_string()));
            }
        }
    }

    pub(super) fn wish_cancel(&mut self, giver: AccountId, room: RoomId, ctx: &mut Context<Self>) {
        let talk = self.transfers.iter().find(|(_, handing)| handing.room == room).map(|(ticket, _)| *ticket);
        self.refused = Some(ErrorCode::NoSuchTransfer).filter(|_| talk.is_none());
        if let Some(ticket) = talk {
            self.step(Input::CancelTransfer { ticket, from: giver }, ctx);
        }
        if let Some(code) = self.refused.take() {
            let detail = "this room is not being handed over by you, or was accepted already";
            self.refuse_counsellor(giver, code, detail, Some(room.to_string()));
        }
    }

    /// Lets the lobby look for a receiver. `Ok` says whether somebody is asked, or has accepted.
    fn ask_transfer(
        &mut self,
        room: RoomId,
        to: Receiver,
        by: AccountId,
        note: Option<String>,
        ctx: &mut Context<Self>,
    ) -> Result<bool, TransferRefused> {
        let (handing, talk) = self.plan_transfer(room, to, by, note)?;
        let (ticket, from) = (talk.ticket, handing.giver);
        let to = if let Receiver::Colleague(to) = handing.to { Some(to) } else { None };
        // One that is pending stays what it is; the lobby refuses another.
        self.transfers.entry(ticket).or_insert(handing);
        self.refused = None;
        self.step(Input::Transfer { ticket: talk, from, to }, ctx);
        let asked = matches!(self.lobby.ticket(ticket).map(|view| view.stage), Some(Stage::Handing(_)));
        if !asked {
            self.transfers.remove(&ticket);
        }
        match self.refused.take() {
            None => Ok(asked),
            Some(ErrorCode::TransferPending) => {
                Err(refused(ErrorCode::TransferPending, "this room is being handed over already; cancel that first"))
            }
            Some(ErrorCode::Busy) => {
                Err(refused(ErrorCode::Busy, "nothing can be handed over at the moment; the talk goes on, try again"))
            }
            Some(code) => Err(refused(code, "this talk cannot be handed over")),
        }
    }

    /// What is wished, if it makes sense at all.
    fn plan_transfer(
        &self,
        room: RoomId,
        to: Receiver,
        by: AccountId,
        note: Option<String>,
    ) -> Result<(Handing, NewTicket), TransferRefused> {
        let open = self.rooms.get(&room).filter(|entry| entry.is_open());
        let Some((entry, visit)) = open.and_then(|entry| Some((entry, entry.visit.as_ref()?))) else {
            return Err(refused(ErrorCode::RoomEnded, "the room has ended"));
        };
        let giver = entry.account;
        if self.lines.is_test(entry.line) {
            return Err(refused(ErrorCode::NotAllowed, "what is rehearsed is not handed over; it stays test data"));
        }
        let line = match &to {
            Receiver::Line(topic) => {
                let found = self.lines.find(topic, Some(&visit.row.language));
                found.map(|line| line.id).ok_or_else(|| {
                    let detail = format!("no line has the topic `{topic}`; choose one of: {}", self.lines.topics());
                    refused(ErrorCode::UnknownLine, &detail)
                })?
            }
            Receiver::Colleague(to) if *to == giver => {
                let detail = "`counsellor` has this room already; name a colleague";
                return Err(refused(ErrorCode::BadFrame, detail));
            }
            Receiver::Colleague(to) if self.staff.get(to).is_none_or(|staff| staff.test) => {
                let detail = "`counsellor` is nobody who counsels here; see GET /api/v1/colleagues";
                return Err(refused(ErrorCode::BadFrame, detail));
            }
            Receiver::Colleague(_) => visit.row.line,
        };
        let talk = NewTicket { line, ..waiting_again(visit, entry.waited_us, self.app.clock.now()) };
        Ok((Handing { room, line, to, giver, by, note }, talk))
    }

    /// Tells the giver how the transfer stands, and puts its story on file.
    pub(super) fn tell_transfer(
        &mut self,
        ticket: TicketId,
        from: AccountId,
        state: TransferState,
        to: Option<AccountId>,
    ) {
        let Some(handing) = self.transfers.get(&ticket) else { return };
        let (line, counsellor) = match &handing.to {
            Receiver::Line(topic) => (Some(topic.clone()), to),
            Receiver::Colleague(colleague) => (None, Some(*colleague)),
        };
        let detail = (state == TransferState::Nobody)
            .then(|| "nobody who was asked for is open with a place free now; the talk goes on".to_owned());
        let room = handing.room;
        let frame = ServerFrame::Transfer { room, state, line: line.clone(), counsellor, detail };
        if let Some(staff) = self.staff.get(&from) {
            staff.tell(CounsellorNews::Frame(frame));
        }
        let mut story = json!({ "room": room, "note": handing.note });
        if let Some(topic) = line {
            story["topic"] = json!(topic);
        }
        if let Some(colleague) = counsellor {
            story["counsellor"] = json!(colleague);
        }
        let by = handing.by;
        match state {
            TransferState::Offered => self.note_story(EventKind::TransferAsked, ticket, by, story),
            // Its story is written with the end of the room.
            TransferState::Accepted => {}
            TransferState::Declined | TransferState::Nobody | TransferState::Cancelled => {
                story["state"] = json!(state.code());
                self.note_story(EventKind::TransferEnded, ticket, by, story);
                self.transfers.remove(&ticket);
            }
        }
    }

    fn note_story(&self, kind: EventKind, ticket: TicketId, by: AccountId, detail: Value) {
        let what = Happening { ticket, kind, by: by.to_string(), detail };
        let write = Write::Happened { what: Box::new(what), at: self.app.clock.now().wall };
        self.app.journal.submit(write, move |answer| {
            if let Err(failed) = answer {
                error!(ticket:% = ticket, error:% = failed; "what became of a transfer was not recorded");
            }
        });
    }

    /// Somebody accepted: the room is ended for them.
    pub(super) fn end_for(&mut self, ticket: TicketId, line: LineId, to: AccountId, offer: OfferId) {
        if let Some(staff) = self.staff.get_mut(&to) {
            staff.offers.remove(&offer);
        }
        let Some(handing) = self.transfers.get(&ticket) else { return };
        let Some(entry) = self.rooms.get(&handing.room) else { return };
        info!(ticket:% = ticket, room:% = handing.room, account:% = to; "a talk is handed over");
        let Handing { room, by, ref note, .. } = *handing;
        let row = HandOverRow { room, line, to, by, note: note.clone(), at: self.app.clock.now().wall };
        entry.desk.to.do_send(ToRoom::HandOver(Box::new(row)));
    }

    fn not_transferred(&mut self, room: RoomId, ctx: &mut Context<Self>) {
        let talk = self.transfers.iter().find(|(_, handing)| handing.room == room).map(|(ticket, _)| *ticket);
        if let Some(ticket) = talk {
            self.step(Input::TransferFailed { ticket }, ctx);
        }
    }

    /// What the offer of a talk says of it.
    pub(super) fn handed_over(&self, handing: &Handing) -> Option<HandedOver> {
        let entry = self.rooms.get(&handing.room)?;
        let from = self.staff.get(&handing.giver).map(|staff| staff.name.clone()).unwrap_or_default();
        Some(HandedOver { from, note: handing.note.clone(), messages: entry.desk.card.last_seq() })
    }

    pub(super) fn visit_in_room(&self, ticket: TicketId) -> Option<&Visit> {
        let entry: &RoomEntry = self.rooms.get(self.room_of.get(&ticket)?)?;
        entry.visit.as_ref()
    }
}

fn refused(code: ErrorCode, detail: &str) -> TransferRefused {
    TransferRefused { code, detail: detail.to_owned() }
}

impl Handler<NotTransferred> for Matchmaker {
    type Result = ();
    fn handle(&mut self, NotTransferred { room }: NotTransferred, ctx: &mut Context<Self>) {
        self.not_transferred(room, ctx);
    }
}

impl Handler<MoveRoom> for Matchmaker {
    type Result = Result<bool, TransferRefused>;
    fn handle(&mut self, MoveRoom { room, to, reason, by }: MoveRoom, ctx: &mut Context<Self>) -> Self::Result {
        self.ask_transfer(room, to, by, Some(reason), ctx)
    }
}
