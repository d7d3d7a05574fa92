//! A talk is handed over: offered to a colleague while it goes on, accepted, and the room ended for
//! it. The ticket stands nowhere meanwhile; it is as if it had been matched, until its room is over
//! on file and it comes back with `Restore`, to be paired with who accepted it.

use super::choice::TICKET_LOOKED;
use super::input::{Effect, NewTicket, Party};
use super::lobby::{Lobby, Out};
use super::ticket::{Stage, Transfer};
use crate::ids::{AccountId, OfferId, TicketId};
use crate::protocol::{ErrorCode, TransferState, WithdrawnReason};

impl Lobby {
    pub(super) fn transfer(&mut self, new: &NewTicket, from: AccountId, to: Option<AccountId>, out: &mut Out) {
        let (line, giver) = (self.line_places.get(&new.line).copied(), self.place_of(from));
        let refused = match self.slot_of(new.ticket) {
            Some(slot) if self.tickets[slot].stage.talks() => Some(ErrorCode::TransferPending),
            // It waits: its talk is over.
            Some(_) => Some(ErrorCode::RoomEnded),
            None if self.suspended => Some(ErrorCode::Busy),
            None if line.is_none() => Some(ErrorCode::UnknownLine),
            None => None,
        };
        if let Some(code) = refused {
            return out.reject(Party::Giver(from, new.ticket), code, None);
        }
        let (Some(line), Some(giver)) = (line, giver) else { return };
        let named = match to.map(|to| self.place_of(to)) {
            Some(None) => return out.push(told(new.ticket, from, TransferState::Nobody)),
            Some(named) => named,
            None => None,
        };
        let slot = self.admit(new, line, Stage::Talking, true);
        self.tickets[slot].more().transfer = Some(Transfer { giver, named });
        // One that was assigned without asking has been accepted by now.
        if self.seek_receiver(slot, TransferState::Nobody, out) && self.rings(slot) {
            out.push(told(new.ticket, from, TransferState::Offered));
        }
    }

    /// A talk that is to be handed over looks for who may take it. False if there is nobody: then
    /// it stays where it is, and its giver is told `otherwise`.
    pub(super) fn seek_receiver(&mut self, slot: u32, otherwise: TransferState, out: &mut Out) -> bool {
        debug_assert_eq!(self.tickets[slot].stage, Stage::Talking);
        match self.choose_receiver(slot).filter(|_| !self.suspended) {
            Some((receiver, tier)) => {
                self.offer(slot, receiver, tier, TICKET_LOOKED, out);
                true
            }
            None => {
                self.give_up(slot, otherwise, out);
                false
            }
        }
    }

    fn choose_receiver(&self, slot: u32) -> Option<(u32, u8)> {
        let ticket = &self.tickets[slot];
        let Some(named) = ticket.transfer()?.named else { return self.choose_counsellor(ticket) };
        let colleague = &self.counsellors[named as usize];
        let may = colleague.is_available() && !ticket.is_skipping(named);
        may.then(|| (named, colleague.tier_in(ticket.line).unwrap_or(0)))
    }

    /// Whether a counsellor may be asked for this ticket at all: they serve its line, or were named.
    pub(super) fn is_for(&self, slot: u32, counsellor: u32) -> bool {
        let ticket = &self.tickets[slot];
        match ticket.transfer().and_then(|transfer| transfer.named) {
            Some(named) => named == counsellor,
            None => self.counsellors[counsellor as usize].tier_in(ticket.line).is_some(),
        }
    }

    /// The one it rang at is passed over from here on: the next, or nobody.
    pub(super) fn receiver_declined(&mut self, slot: u32, out: &mut Out) {
        let named = self.tickets[slot].transfer().is_some_and(|transfer| transfer.named.is_some());
        self.set_stage(slot, Stage::Talking);
        let otherwise = if named { TransferState::Declined } else { TransferState::Nobody };
        self.seek_receiver(slot, otherwise, out);
    }

    /// Accepted: the receiver's place is kept while the room is ended for them.
    pub(super) fn hand_over(&mut self, slot: u32, receiver: u32, offer: OfferId, out: &mut Out) {
        self.set_stage(slot, Stage::Leaving(receiver));
        let ticket = &self.tickets[slot];
        let (id, line, to) = (ticket.id, self.lines[ticket.line as usize].id, self.counsellors[receiver as usize].id);
        let Some(from) = self.giver_of(slot) else { return };
        out.push(Effect::Transfer { ticket: id, from, state: TransferState::Accepted, to: Some(to) });
        out.push(Effect::HandOver { ticket: id, line, to, offer });
    }

    /// The room is over for it and the ticket is on file as waiting: it is paired at once with who
    /// accepted it. If they are gone by now it waits like any other, at its old moment.
    pub(super) fn handed_over(&mut self, slot: u32, receiver: u32, new: &NewTicket, here: bool, out: &mut Out) {
        let line = self.tickets[slot].line;
        debug_assert_eq!(self.lines[line as usize].id, new.line, "the line that was asked for went on file");
        let away_until = (!here).then(|| self.now.plus_s(self.lines[line as usize].rules.grace_s));
        let ticket = &mut self.tickets[slot];
        // The time it talked is not time it waited.
        (ticket.here, ticket.since) = (here, new.since.min(self.now));
        let more = ticket.more();
        (more.transfer, more.away_until) = (None, away_until);
        self.allow_time(slot);
        if self.counsellors[receiver as usize].connected {
            self.tickets[slot].more().untold = true;
            self.pair(slot, receiver, out);
            return self.take_place(slot);
        }
        self.withdraw(slot, receiver, WithdrawnReason::Gone, out);
        self.set_stage(slot, Stage::Waiting);
        self.stand(slot, false, out);
    }

    pub(super) fn cancel_transfer(&mut self, id: TicketId, from: AccountId, out: &mut Out) {
        let slot = self.slot_of(id).filter(|&slot| self.rings(slot));
        let Some(slot) = slot.filter(|&slot| self.giver_of(slot) == Some(from)) else {
            return out.reject(Party::Giver(from, id), ErrorCode::NoSuchTransfer, None);
        };
        self.call_off(slot, out);
    }

    pub(super) fn transfer_failed(&mut self, id: TicketId, out: &mut Out) {
        if let Some(slot) = self.slot_of(id).filter(|&slot| self.tickets[slot].stage.talks()) {
            self.call_off(slot, out);
        }
    }

    /// Nobody gets it: it stops ringing, and who would have taken it is free for another.
    fn call_off(&mut self, slot: u32, out: &mut Out) {
        let receiver = match self.tickets[slot].stage {
            Stage::Handing(receiver) | Stage::Leaving(receiver) => Some(receiver),
            _ => None,
        };
        if let Some(receiver) = receiver {
            self.withdraw(slot, receiver, WithdrawnReason::Cancelled, out);
        }
        self.give_up(slot, TransferState::Cancelled, out);
        if let Some(receiver) = receiver {
            self.seek_tickets(receiver, None, out);
        }
    }

    /// The transfer is over and the talk is where it was: the giver is told how it came out.
    fn give_up(&mut self, slot: u32, state: TransferState, out: &mut Out) {
        let (ticket, giver) = (self.tickets[slot].id, self.giver_of(slot));
        self.forget(slot);
        out.effects.extend(giver.map(|giver| told(ticket, giver, state)));
    }

    /// Whether it is being handed over and nobody has answered yet.
    fn rings(&self, slot: u32) -> bool {
        matches!(self.tickets[slot].stage, Stage::Handing(_))
    }

    fn giver_of(&self, slot: u32) -> Option<AccountId> {
        self.tickets[slot].transfer().map(|transfer| self.counsellors[transfer.giver as usize].id)
    }
}

fn told(ticket: TicketId, from: AccountId, state: TransferState) -> Effect {
    Effect::Transfer { ticket, from, state, to: None }
}
