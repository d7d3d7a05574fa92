//! A talk is handed over: what people wish is given to the lobby, and what comes of it to the room,
//! the journal and the giver.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::input::{Effect, Noted, Outside, Receiver};
use super::news::CounsellorNews;
use super::rooms::waiting_again;
use super::rows::EventKind;
use super::{Dispatch, Out, ToFront};
use crate::ids::{AccountId, LineId, OfferId, RoomId, TicketId};
use crate::matching::{self, NewTicket, Stage};
use crate::protocol::{ErrorCode, HandedOver, ServerFrame, TransferState};
use crate::room::HandOverRow;
use crate::time::Now;

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
    /// How much was said in it by then.
    messages: u32,
}

/// Why a talk is not being handed over, with what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferRefused {
    /// What for.
    pub code: ErrorCode,
    /// In words.
    pub detail: String,
}

/// A talk that somebody wishes to hand over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wished {
    /// The room it is in.
    pub room: RoomId,
    pub to: Receiver,
    /// Who wishes it: the giver, or a manager.
    pub by: AccountId,
    /// What they say about it; the receiver reads it.
    pub note: Option<String>,
    /// How many messages were said in it so far.
    pub messages: u32,
}

impl Dispatch {
    /// Somebody from outside hands a talk over. `Ok` says whether there is somebody to ask.
    ///
    /// # Errors
    /// Says why it is not being handed over.
    pub fn hand_over(
        &mut self,
        now: Now,
        wished: Wished,
        outside: &mut dyn Outside,
        effects: &mut Vec<Effect>,
    ) -> Result<bool, TransferRefused> {
        if self.is_term_lost {
            return Err(refused(ErrorCode::Busy, "this server does not match any more; try again in a moment"));
        }
        self.ask_transfer(wished, &mut Out { now, outside, effects })
    }

    pub(super) fn wish_transfer(&mut self, giver: AccountId, wished: Wished, out: &mut Out<'_>) {
        let room = wished.room;
        let theirs = self.rooms.get(&room).is_some_and(|entry| entry.account == giver);
        let asked = match theirs {
            true => self.ask_transfer(wished, out),
            false => Err(refused(ErrorCode::NoSuchRoom, "you have no seat in such a room")),
        };
        match asked {
            // Told by then.
            Ok(_) => {}
            Err(TransferRefused { code, detail }) => {
                self.refuse_counsellor(giver, code, &detail, Some(room.to_string()), out);
            }
        }
    }

    pub(super) fn wish_cancel(&mut self, giver: AccountId, room: RoomId, out: &mut Out<'_>) {
        let talk = self.talk_handed_over(room);
        self.refused = Some(ErrorCode::NoSuchTransfer).filter(|_| talk.is_none());
        if let Some(ticket) = talk {
            self.step_lobby(matching::Input::CancelTransfer { ticket, from: giver }, out);
        }
        if let Some(code) = self.refused.take() {
            let detail = "this room is not being handed over by you, or was accepted already";
            self.refuse_counsellor(giver, code, detail, Some(room.to_string()), out);
        }
    }

    /// Lets the lobby look for a receiver. `Ok` says whether somebody is asked, or has accepted.
    fn ask_transfer(&mut self, wished: Wished, out: &mut Out<'_>) -> Result<bool, TransferRefused> {
        let (handing, talk) = self.plan_transfer(wished, out.now)?;
        let (ticket, from) = (talk.ticket, handing.giver);
        let to = if let Receiver::Colleague(to) = handing.to { Some(to) } else { None };
        // One that is pending stays what it is; the lobby refuses another.
        self.transfers.entry(ticket).or_insert(handing);
        self.refused = None;
        self.step_lobby(matching::Input::Transfer { ticket: talk, from, to }, out);
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
    fn plan_transfer(&self, wished: Wished, now: Now) -> Result<(Handing, NewTicket), TransferRefused> {
        let Wished { room, to, by, note, messages } = wished;
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
        let talk = NewTicket { line, ..waiting_again(visit, entry.waited_us, now) };
        Ok((Handing { room, line, to, giver, by, note, messages }, talk))
    }

    /// Tells the giver how the transfer stands, and puts its story on file.
    pub(super) fn tell_transfer(
        &mut self,
        ticket: TicketId,
        from: AccountId,
        state: TransferState,
        to: Option<AccountId>,
        out: &mut Out<'_>,
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
            staff.tell(CounsellorNews::Frame(frame), out);
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
            TransferState::Offered => out.file_event(EventKind::TransferAsked, ticket, by, story),
            // Its story is written with the end of the room.
            TransferState::Accepted => {}
            TransferState::Declined | TransferState::Nobody | TransferState::Cancelled => {
                story["state"] = json!(state.code());
                out.file_event(EventKind::TransferEnded, ticket, by, story);
                self.transfers.remove(&ticket);
            }
        }
    }

    /// Somebody accepted: the room is ended for them.
    pub(super) fn end_for(&mut self, ticket: TicketId, line: LineId, to: AccountId, offer: OfferId, out: &mut Out<'_>) {
        if let Some(staff) = self.staff.get_mut(&to) {
            staff.offers.remove(&offer);
        }
        let Some(handing) = self.transfers.get(&ticket) else { return };
        let Some(home) = self.rooms.get(&handing.room).map(|entry| entry.home) else { return };
        let Handing { room, by, ref note, .. } = *handing;
        out.note(Noted::HandsOver { ticket, room, to });
        let row = HandOverRow { room, line, to, by, note: note.clone(), at: out.now.wall };
        out.parcel(home, ToFront::HandOver(Box::new(row)));
    }

    pub(super) fn not_transferred(&mut self, room: RoomId, out: &mut Out<'_>) {
        if let Some(ticket) = self.talk_handed_over(room) {
            self.step_lobby(matching::Input::TransferFailed { ticket }, out);
        }
    }

    /// The talk of this room, if it is being handed over.
    fn talk_handed_over(&self, room: RoomId) -> Option<TicketId> {
        self.transfers.iter().find(|(_, handing)| handing.room == room).map(|(ticket, _)| *ticket)
    }

    /// What the offer of a talk says of it.
    pub(super) fn handed_over(&self, handing: &Handing) -> Option<HandedOver> {
        self.rooms.get(&handing.room)?;
        let from = self.staff.get(&handing.giver).map(|staff| staff.name.clone()).unwrap_or_default();
        Some(HandedOver { from, note: handing.note.clone(), messages: handing.messages })
    }
}

fn refused(code: ErrorCode, detail: &str) -> TransferRefused {
    TransferRefused { code, detail: detail.to_owned() }
}
