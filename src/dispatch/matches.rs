//! A match on its way: proposed to the referee, refused, or on file and told to both sides.

use super::input::{Noted, PendingWrite, Proposal};
use super::rooms::{Starting, desk_name};
use super::rows::{MatchRow, SeatRow, Write, WriteFailed, Written};
use super::shown::{Call, Shown, TicketEvent};
use super::trend::Departure;
use super::visits::Visit;
use super::{Dispatch, Out, ToFront};
use crate::ids::{AccountId, MemberId, OfferId, RoomId, TicketId};
use crate::matching::{self, Explanation, Outcome};
use crate::protocol::Role;

impl Dispatch {
    /// Proposes a match to the referee.
    pub(super) fn propose(
        &mut self,
        ticket: TicketId,
        counsellor: AccountId,
        offer: OfferId,
        why: &Explanation,
        out: &mut Out<'_>,
    ) {
        let (Some(visit), Some(staff)) = (self.visits.get(&ticket), self.staff.get_mut(&counsellor)) else { return };
        staff.offers.remove(&offer);
        let people = [visit.socket, staff.socket];
        let home = self.home_beside(people);
        let (Some(visit), Some(staff)) = (self.visits.get(&ticket), self.staff.get(&counsellor)) else { return };
        let proposal = Proposal {
            ticket,
            counsellor,
            room: RoomId(out.outside.new_id()),
            home,
            desk_seat: MemberId(out.outside.new_id()),
            counsellor_seat: MemberId(out.outside.new_id()),
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
        let (room, home, at) = (proposal.room, proposal.home, out.now.wall);
        let row = MatchRow { ticket, room, home, counsellor, seats: [desk, theirs], at, explanation };
        self.show_ticket(ticket, out);
        out.file(Write::Match(Box::new(row)), PendingWrite::Match(Box::new(proposal)));
    }

    pub(super) fn match_filed(&mut self, proposal: &Proposal, answer: Result<Written, WriteFailed>, out: &mut Out<'_>) {
        let ticket = proposal.ticket;
        let outcome = match answer {
            Ok(Written::Matched { last_seq }) => return self.matched(proposal, last_seq, out),
            Ok(Written::Stale) => Outcome::Stale,
            Ok(Written::Full) => Outcome::Full,
            Ok(answer) => {
                out.note(Noted::Odd { ticket, answer });
                Outcome::Failed
            }
            Err(failed) => {
                self.hold_matching(failed, out);
                Outcome::Failed
            }
        };
        self.step_lobby(matching::Input::Paired { ticket, outcome }, out);
        if outcome == Outcome::Stale
            && let Some(visit) = self.forget_visit(ticket, out)
        {
            self.forget_key(&visit);
            visit.leave_followers(out);
            // Somebody else decided: what is on file is the truth to tell.
            if let Some(to) = visit.socket {
                out.look_up(ticket, to);
            }
        }
        self.show_ticket(ticket, out);
    }

    /// Has the number shown to everybody. A visitor's name is never told with it.
    fn call(&self, room: RoomId, visit: &Visit, out: &mut Out<'_>) {
        let row = &visit.row;
        if self.lines.is_test(row.line) {
            return;
        }
        let Some(info) = self.lines.info(row.line) else { return };
        let number = visit.number.clone();
        let (line, line_name) = (info.topic, info.name);
        out.show(Shown::Call(Call { room, number, line, line_name, desk: row.desk, at: out.now.wall }));
    }

    fn matched(&mut self, proposal: &Proposal, last_seq: u32, out: &mut Out<'_>) {
        let Proposal { ticket, counsellor, room, .. } = *proposal;
        let now = out.now;
        let waited_us = self.lobby.ticket(ticket).map_or(0, |view| now.mono.0.saturating_sub(view.since.0));
        self.step_lobby(matching::Input::Paired { ticket, outcome: Outcome::Done }, out);
        self.matches += 1;
        let Some(mut visit) = self.forget_visit(ticket, out) else { return };
        visit.tell_followers(&TicketEvent::Matched { ticket, number: visit.number.clone() }, out);
        visit.followed_at.clear();
        let handed_from = visit.handed_from.take();
        if handed_from.is_none() {
            self.count_left(visit.row.line, Departure::Matched, visit.row.requested_at, now);
        }
        if let Some(socket) = visit.socket {
            self.desk_at.insert(socket, ticket);
        }
        let Some(staff) = self.staff.get(&counsellor) else { return };
        out.note(Noted::Matched { ticket, room, account: counsellor });
        self.call(room, &visit, out);
        let after = visit.after.map(|after| after.min(last_seq));
        let (name, picture) = (staff.name.clone(), staff.picture.clone());
        let starting = Starting::new(proposal.clone(), name, picture, last_seq, now.wall, waited_us);
        let opened = self.open_room(starting, visit, out);
        if let Some((before, entry)) = handed_from.and_then(|before| Some((before, self.rooms.get(&before)?))) {
            out.parcel(entry.home, ToFront::Continued { before, next: room });
        }
        if let Some(members) = opened {
            self.seat_both(room, &members, last_seq, after, out);
            // Its home may drain since the match was proposed.
            self.hand_on(room, out);
        }
    }
}
