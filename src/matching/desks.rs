//! What desks do: ask, drop, return, give up (R1, R8, R10, R15).

use super::index::hash_of;
use super::input::{Asker, CloseCause, Effect, NewTicket, Party};
use super::lobby::{Lobby, Out};
use super::ticket::{Stage, Ticket};
use crate::ids::{LineId, TicketId};
use crate::protocol::{ClosedReason, ErrorCode, WithdrawnReason};
use crate::time::{Mono, SECOND};

impl Lobby {
    pub(super) fn request(&mut self, new: &NewTicket, out: &mut Out) {
        if self.slot_of(new.ticket).is_some() {
            return;
        }
        match self.may_enter(new) {
            Ok(place) => {
                let slot = self.admit(new, place, Stage::Storing { cancelled: false }, true);
                if let Some(asker) = new.asker.filter(|asker| self.given_up.knows(*asker, self.now)) {
                    let rings_from = self.given_up.rings_from(asker, self.now);
                    let more = self.tickets[slot].more();
                    (more.asker, more.rings_from) = (Some(asker), rings_from);
                }
                self.lines[place as usize].storing += 1;
                out.push(Effect::Store { ticket: new.ticket });
            }
            Err(reason) => out.push(Effect::Refuse { ticket: new.ticket, reason }),
        }
    }

    /// R8: the place of its line, or why not.
    fn may_enter(&self, new: &NewTicket) -> Result<u32, ClosedReason> {
        let place = *self.line_places.get(&new.line).ok_or(ClosedReason::ClosedHours)?;
        let line = &self.lines[place as usize];
        if !line.open {
            Err(ClosedReason::ClosedHours)
        } else if self.filled(place) >= line.rules.waiting_max {
            Err(ClosedReason::Full)
        } else if line.rules.unstaffed_s == 0 && line.serving.is_empty() {
            Err(ClosedReason::Unstaffed)
        } else {
            Ok(place)
        }
    }

    pub(super) fn admit(&mut self, new: &NewTicket, place: u32, stage: Stage, here: bool) -> u32 {
        // Nobody has begun to wait in the future.
        let new = NewTicket { since: new.since.min(self.now), ..*new };
        let slot = self.tickets.insert(Ticket::new(&new, place, stage, here));
        self.ticket_slots.insert(hash_of(&new.ticket), slot);
        self.stages.add(stage);
        slot
    }

    pub(super) fn stored(&mut self, ticket: TicketId, ok: bool, out: &mut Out) {
        let Some(slot) = self.slot_of(ticket) else { return };
        let Stage::Storing { cancelled } = self.tickets[slot].stage else { return };
        if !ok {
            return self.forget(slot);
        }
        let place = self.tickets[slot].line;
        self.lines[place as usize].storing -= 1;
        self.stand(slot, cancelled, out);
    }

    pub(super) fn restore(&mut self, new: &NewTicket, here: bool, out: &mut Out) {
        if let Some(slot) = self.slot_of(new.ticket) {
            return match self.tickets[slot].stage {
                Stage::Leaving(place) => self.handed_over(slot, place, new, here, out),
                Stage::Talking | Stage::Handing(_) => {
                    self.transfer_failed(new.ticket, out);
                    self.restore(new, here, out);
                }
                _ if here => self.desk_here(new.ticket, out),
                _ => {}
            };
        }
        let Some(&place) = self.line_places.get(&new.line) else {
            // The line is gone from the books; the desk must not wait for it for ever.
            out.push(Effect::Refuse { ticket: new.ticket, reason: ClosedReason::ClosedHours });
            return;
        };
        let slot = self.admit(new, place, Stage::Waiting, here);
        if !here {
            let until = self.now.plus_s(self.lines[place as usize].rules.grace_s);
            self.tickets[slot].more().away_until = Some(until);
        }
        self.stand(slot, false, out);
    }

    /// A ticket on file is of another line now: it stands there at its own moment.
    pub(super) fn moved(&mut self, id: TicketId, line: LineId, out: &mut Out) {
        let (Some(slot), Some(&to)) = (self.slot_of(id), self.line_places.get(&line)) else { return };
        let ticket = &self.tickets[slot];
        let from = ticket.line;
        if !ticket.stands() || from == to {
            return;
        }
        let rang_at = if let Stage::Offered(counsellor) = ticket.stage { Some(counsellor) } else { None };
        if let Some(counsellor) = rang_at {
            self.withdraw(slot, counsellor, WithdrawnReason::Gone, out);
            self.set_stage(slot, Stage::Waiting);
        }
        self.disarm(slot);
        let key = self.tickets[slot].key();
        self.leave_place(from, &key);
        let ticket = &mut self.tickets[slot];
        ticket.line = to;
        if let Some(more) = &mut ticket.more {
            more.retry = None;
        }
        self.allow_time(slot);
        self.take_place(slot);
        if self.tickets[slot].stage == Stage::Waiting {
            self.wait(slot, out);
        }
        if self.tickets[slot].waits_here() {
            out.push(Effect::Stands { ticket: id });
        }
        if let Some(counsellor) = rang_at {
            self.seek_tickets(counsellor, Some(slot), out);
        }
        self.seek_counsellor(slot, out);
    }

    /// Whoever is sent to another line has at least half of its longest wait before them: nobody is
    /// dropped for having waited where they were.
    pub(super) fn allow_time(&mut self, slot: u32) {
        let ticket = &mut self.tickets[slot];
        let half_s = u64::from(self.lines[ticket.line as usize].rules.wait_s_max / 2);
        if half_s > 0 {
            ticket.since = ticket.since.max(Mono(self.now.0.saturating_sub(half_s * SECOND)));
        }
    }

    /// The ticket is on file: it takes its place.
    pub(super) fn stand(&mut self, slot: u32, cancelled: bool, out: &mut Out) {
        self.set_stage(slot, Stage::Waiting);
        self.take_place(slot);
        if cancelled {
            return self.close(slot, CloseCause::Cancelled, out);
        }
        self.wait(slot, out);
        let ticket = &self.tickets[slot];
        if ticket.waits_here() {
            out.push(Effect::Stands { ticket: ticket.id });
            self.seek_counsellor(slot, out);
        }
    }

    pub(super) fn desk_here(&mut self, ticket: TicketId, out: &mut Out) {
        let Some(slot) = self.slot_of(ticket) else { return };
        let ticket = &mut self.tickets[slot];
        let was_here = std::mem::replace(&mut ticket.here, true);
        let came_back_in_time = ticket.retry_of(CloseCause::Abandoned).is_some();
        if let Some(more) = &mut ticket.more {
            more.away_until = None;
            if came_back_in_time {
                more.retry = None;
            }
        }
        match ticket.stage {
            // In a room it is the room that has the desk.
            Stage::Storing { .. } | Stage::Closing(_) | Stage::Talking | Stage::Handing(_) | Stage::Leaving(_) => {}
            Stage::Offered(_) | Stage::Pairing(_) => out.push(Effect::Stands { ticket: ticket.id }),
            Stage::Waiting => {
                out.push(Effect::Stands { ticket: ticket.id });
                if !was_here {
                    self.reconsider(slot);
                    self.seek_counsellor(slot, out);
                }
            }
        }
    }

    pub(super) fn desk_gone(&mut self, ticket: TicketId, out: &mut Out) {
        let Some(slot) = self.slot_of(ticket).filter(|&slot| !self.tickets[slot].stage.talks()) else { return };
        let ticket = &self.tickets[slot];
        if ticket.here || ticket.away_until().is_none() {
            let grace_s = self.lines[ticket.line as usize].rules.grace_s;
            self.pass_over(slot, Some(self.now.plus_s(grace_s)), out);
        }
    }

    pub(super) fn desk_unseen(&mut self, ticket: TicketId, out: &mut Out) {
        if let Some(slot) = self.slot_of(ticket).filter(|&slot| !self.tickets[slot].stage.talks()) {
            self.pass_over(slot, None, out);
        }
    }

    /// Nobody is at its desk: its place is held until then, or for as long as nothing is known of the desk.
    fn pass_over(&mut self, slot: u32, until: Option<Mono>, out: &mut Out) {
        let ticket = &mut self.tickets[slot];
        ticket.here = false;
        ticket.more().away_until = until;
        match ticket.stage {
            Stage::Storing { .. }
            | Stage::Pairing(_)
            | Stage::Closing(_)
            | Stage::Talking
            | Stage::Handing(_)
            | Stage::Leaving(_) => {}
            Stage::Waiting => self.reconsider(slot),
            Stage::Offered(counsellor) => {
                self.withdraw(slot, counsellor, WithdrawnReason::Gone, out);
                self.wait(slot, out);
                self.seek_tickets(counsellor, None, out);
            }
        }
    }

    pub(super) fn cancel(&mut self, id: TicketId, asker: Option<Asker>, out: &mut Out) {
        let Some(slot) = self.slot_of(id) else {
            return out.reject(Party::Desk(id), ErrorCode::NotWaiting, None);
        };
        match self.tickets[slot].stage {
            Stage::Storing { .. } => self.set_stage(slot, Stage::Storing { cancelled: true }),
            Stage::Waiting => self.close(slot, CloseCause::Cancelled, out),
            Stage::Offered(counsellor) => {
                if let Some(asker) = asker {
                    self.given_up.count(asker, self.now);
                }
                self.withdraw(slot, counsellor, WithdrawnReason::Cancelled, out);
                self.set_stage(slot, Stage::Waiting);
                self.close(slot, CloseCause::Cancelled, out);
                self.seek_tickets(counsellor, None, out);
            }
            Stage::Pairing(_) | Stage::Talking | Stage::Handing(_) | Stage::Leaving(_) => {
                out.reject(Party::Desk(id), ErrorCode::NotWaiting, None);
            }
            // It is ending already, and the desk will be told.
            Stage::Closing(_) => {}
        }
    }
}
