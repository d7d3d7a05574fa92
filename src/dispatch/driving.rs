//! The lobby makes a step, and what it asks for is done; and when it may match at all.

use std::time::Duration;

use super::input::{Later, Noted};
use super::rows::{EventKind, WriteFailed};
use super::{Dispatch, Out};
use crate::ids::OfferId;
use crate::matching::{self, Party};
use crate::protocol::{ErrorCode, WithdrawnReason};

/// After a write failed that the journal did not report as ill health, matching goes on after so
/// long.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(500);

impl Dispatch {
    /// One step of the lobby, and all that follows from it.
    pub(super) fn step_lobby(&mut self, input: matching::Input, out: &mut Out<'_>) {
        let (mut effects, was_due) = (Vec::new(), self.lobby.next_deadline());
        let outside = &mut *out.outside;
        self.lobby.step(out.now, input, &mut || OfferId(outside.new_id()), &mut effects);
        outside.stepped(&self.lobby, was_due, &effects);
        for effect in effects {
            self.perform(effect, out);
        }
        self.tell_changed(out);
    }

    fn perform(&mut self, effect: matching::Effect, out: &mut Out<'_>) {
        use matching::Effect;
        match effect {
            Effect::Store { ticket } => self.store_ticket(ticket, out),
            Effect::Refuse { ticket, reason } => self.store_refusal(ticket, reason, out),
            Effect::Stands { ticket } => self.tell_place(ticket, out),
            Effect::Offer { offer, ticket, counsellor, accept_within_s, .. } => {
                out.file_event(EventKind::Offered, ticket, counsellor, serde_json::json!({}));
                self.ring(offer, ticket, counsellor, accept_within_s, out);
            }
            Effect::Withdraw { offer, ticket, counsellor, reason } => {
                let missed = reason == WithdrawnReason::Expired;
                let kind = if missed { EventKind::Missed } else { EventKind::Withdrawn };
                out.file_event(kind, ticket, counsellor, serde_json::json!({}));
                self.stop_ringing(offer, counsellor, reason, out);
                self.show_ticket(ticket, out);
            }
            Effect::Pair { ticket, counsellor, offer, why } => self.propose(ticket, counsellor, offer, &why, out),
            Effect::Close { ticket, cause } => Self::store_close(ticket, cause, out),
            Effect::Transfer { ticket, from, state, to } => self.tell_transfer(ticket, from, state, to, out),
            Effect::HandOver { ticket, line, to, offer } => self.end_for(ticket, line, to, offer, out),
            Effect::Counsellor { counsellor } => {
                self.changed.insert(counsellor);
            }
            Effect::Benched { counsellor } => self.bench(counsellor, out),
            Effect::LineChanged { line } => self.line_changed(line, out),
            Effect::Rejected { to, code, re } => self.reject(to, code, re, out),
        }
    }

    fn reject(&mut self, to: Party, code: ErrorCode, re: Option<OfferId>, out: &mut Out<'_>) {
        let detail = match code {
            ErrorCode::NoSuchOffer => "the offer is not, or no longer, yours to answer",
            ErrorCode::NotWaiting => "there is no waiting ticket to cancel; it was matched or is over",
            ErrorCode::Busy => "the disk takes nothing at the moment; the offer stands, try again",
            _ => "this cannot be done now",
        };
        match to {
            Party::Desk(ticket) => self.refuse_desk(ticket, code, detail, out),
            Party::Counsellor(account) => {
                self.refuse_counsellor(account, code, detail, re.map(|id| id.to_string()), out);
            }
            Party::Giver(..) => self.refused = Some(code),
        }
    }

    /// A write did not reach the disk: no new matches until it can.
    pub(super) fn hold_matching(&mut self, failed: WriteFailed, out: &mut Out<'_>) {
        out.note(Noted::Holds(failed));
        self.step_lobby(matching::Input::Suspend, out);
        self.journal_ok = false;
        out.later(PAUSE_AFTER_FAILURE, Later::GoOn);
    }

    pub(super) fn health(&mut self, ok: bool, out: &mut Out<'_>) {
        if ok {
            out.note(Noted::Health(true));
            self.go_on(out);
        } else if self.journal_ok {
            out.note(Noted::Health(false));
            self.journal_ok = false;
            self.step_lobby(matching::Input::Suspend, out);
        }
    }

    pub(super) fn go_on(&mut self, out: &mut Out<'_>) {
        self.journal_ok = true;
        if !self.draining && !self.is_gathering {
            self.step_lobby(matching::Input::Resume, out);
        }
    }
}
