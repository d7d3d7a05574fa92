//! A match on its way: proposed to the referee, refused, or on file and told to both sides.

use actix::prelude::*;
use log::{error, info};

use super::rooms::{Opening, desk_name, matched_frame};
use super::trend::Left;
use super::{Filing, Matchmaker, Proposal, TicketEvent};
use crate::actors::counsellor::CounsellorNews;
use crate::actors::desk::DeskNews;
use crate::actors::office::Call;
use crate::actors::room::ToRoom;
use crate::ids::{AccountId, MemberId, OfferId, RoomId, TicketId};
use crate::journal::{MatchRow, SeatRow, Write, WriteFailed, Written};
use crate::matching::{Explanation, Input, Outcome};
use crate::protocol::Role;
use crate::room::Input as RoomInput;

impl Matchmaker {
    /// Proposes a match to the referee.
    pub(super) fn propose(
        &mut self,
        ticket: TicketId,
        counsellor: AccountId,
        offer: OfferId,
        why: &Explanation,
        ctx: &Context<Self>,
    ) {
        let (Some(visit), Some(staff)) = (self.visits.get(&ticket), self.staff.get_mut(&counsellor)) else { return };
        staff.offers.remove(&offer);
        let id = || self.app.clock.new_id();
        let proposal = Proposal {
            ticket,
            counsellor,
            room: RoomId(id()),
            desk_seat: MemberId(id()),
            counsellor_seat: MemberId(id()),
        };
        let desk = SeatRow {
            member: proposal.desk_seat,
            role: Role::Desk,
            account: None,
            session: Some(visit.row.session),
            name: desk_name(visit),
        };
        let theirs = SeatRow {
            member: proposal.counsellor_seat,
            role: Role::Counsellor,
            account: Some(counsellor),
            session: None,
            name: staff.name.clone(),
        };
        let explanation = serde_json::to_string(why).unwrap_or_default();
        let (room, at) = (proposal.room, self.app.clock.now().wall);
        let row = MatchRow { ticket, room, counsellor, seats: [desk, theirs], at, explanation };
        self.show_ticket(ticket);
        self.file(Write::Match(Box::new(row)), Filing::Match(Box::new(proposal)), ctx);
    }

    pub(super) fn match_filed(
        &mut self,
        proposal: &Proposal,
        answer: Result<Written, WriteFailed>,
        ctx: &mut Context<Self>,
    ) {
        let ticket = proposal.ticket;
        let outcome = match answer {
            Ok(Written::Matched { last_seq }) => return self.matched(proposal, last_seq, ctx),
            Ok(Written::Stale) => Outcome::Stale,
            Ok(Written::Full) => Outcome::Full,
            Ok(odd) => {
                error!(ticket:% = ticket, answer:? = odd; "the journal gave an answer that does not fit");
                Outcome::Failed
            }
            Err(failed) => {
                self.hold_matching(&failed, ctx);
                Outcome::Failed
            }
        };
        self.step(Input::Paired { ticket, outcome }, ctx);
        if outcome == Outcome::Stale
            && let Some(visit) = self.forget_visit(ticket)
        {
            self.forget_key(&visit);
            // Somebody else decided: what is on file is the truth to tell.
            if let Some(desk) = visit.socket {
                self.look_up_visit(ticket, desk, ctx);
            }
        }
        self.show_ticket(ticket);
    }

    /// Has the number shown to everybody. A nickname never leaves with it.
    fn call(&self, opening: &Opening) {
        let row = &opening.visit.row;
        if self.lines.is_test(row.line) {
            return;
        }
        let Some(info) = self.lines.info(row.line) else { return };
        let number = opening.visit.number.clone();
        let (line, line_name) = (info.topic, info.name);
        self.app.office.do_send(Call { number, line, line_name, desk: row.desk, at: opening.opened_at });
    }

    fn matched(&mut self, proposal: &Proposal, last_seq: u32, ctx: &mut Context<Self>) {
        let Proposal { ticket, counsellor, room, desk_seat, counsellor_seat } = *proposal;
        let now = self.app.clock.now();
        let waited_us = self.lobby.ticket(ticket).map_or(0, |view| now.mono.0.saturating_sub(view.since.0));
        self.step(Input::Paired { ticket, outcome: Outcome::Done }, ctx);
        self.matches += 1;
        let Some(mut visit) = self.forget_visit(ticket) else { return };
        visit.follow(&TicketEvent::Matched { ticket, number: visit.number.clone() });
        visit.followers.clear();
        let handed_from = visit.handed_from.take();
        if handed_from.is_none() {
            self.count_left(visit.row.line, Left::Matched, visit.row.requested_at);
        }
        if let Some(generation) = visit.generation() {
            self.desk_at.insert(generation, ticket);
        }
        let Some(staff) = self.staff.get(&counsellor) else { return };
        let opening = Opening {
            ids: Proposal { ticket, counsellor, room, desk_seat, counsellor_seat },
            visit,
            counsellor_name: staff.name.clone(),
            counsellor_picture: staff.picture.clone(),
            last_seq,
            recent: Vec::new(),
            seen: [0, 0],
            supervisors: Vec::new(),
            whispers: Vec::new(),
            opened_at: now.wall,
            waited_us,
        };
        info!(ticket:% = ticket, room:% = room, account:% = counsellor; "matched");
        self.call(&opening);
        self.open_room(opening);
        if let Some(before) = handed_from.and_then(|before| self.rooms.get(&before)) {
            before.desk.to.do_send(ToRoom::Input(RoomInput::Continued { next: Some(room) }));
        }
        self.turns += 1;
        let turn = self.turns;
        let Some(entry) = self.rooms.get(&room) else { return };
        if let Some(visit) = &entry.visit {
            let frame = matched_frame(&entry.desk, Some(visit.token.clone()));
            let after = visit.after.map(|after| after.min(last_seq));
            visit.tell(DeskNews::Seated { seat: entry.desk.in_turn(turn), frame, after });
        }
        if let Some(staff) = self.staff.get(&counsellor) {
            let frame = matched_frame(&entry.counsellor, None);
            staff.tell(CounsellorNews::Seated { seat: entry.counsellor.in_turn(turn), frame });
        }
        self.changed.insert(counsellor);
        self.tell_changed(ctx);
    }
}
