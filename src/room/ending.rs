//! How a room ends: by a member, by staff, by somebody who is lost, by being handed over. The end is on
//! disk before anybody is told.

use super::input::{Effect, EndStored, Ender};
use super::seats::Seat;
use super::state::{Life, Room, refuse};
use super::{END_RETRY_S, NEXT_ROOM_S};
use crate::ids::{MemberId, RoomId};
use crate::protocol::{EndReason, ErrorCode, Role, ServerFrame};
use crate::time::Now;

impl Room {
    pub(super) fn end(&mut self, ender: Ender, effects: &mut Vec<Effect>) {
        let (reason, by) = match ender {
            Ender::Member(member) | Ender::Creator(member) => match self.may_end(ender, member, effects) {
                Some(reason) => (reason, Some(member)),
                None => return,
            },
            Ender::Outside => (EndReason::Done, None),
            Ender::Admin => (EndReason::Admin, None),
            Ender::Transfer => (EndReason::Transferred, None),
        };
        match self.life {
            Life::Open => self.close(reason, by, effects),
            _ if ender == Ender::Transfer => effects.push(Effect::NotTransferred),
            Life::Ending { .. } | Life::Handing { .. } | Life::Elsewhere => {}
            Life::Over { .. } => effects.extend(by.and_then(|to| self.ended_for(to, false))),
        }
    }

    /// As what this member may end the room, if they may.
    fn may_end(&mut self, ender: Ender, member: MemberId, effects: &mut Vec<Effect>) -> Option<EndReason> {
        let (re, is_consultation) = (self.id.to_string(), self.ticket.is_some());
        match self.speaker(member, &re, effects)?.role {
            Role::Manager if is_consultation => Some(EndReason::Admin),
            Role::Manager => Some(EndReason::Done),
            Role::Desk | Role::Counsellor if is_consultation || ender == Ender::Creator(member) => {
                Some(EndReason::Done)
            }
            Role::Guest | Role::Desk | Role::Counsellor => {
                let detail = "who opened the room and managers end it for the others; `leave` it";
                refuse(member, re, ErrorCode::NotAllowed, detail, effects);
                None
            }
        }
    }

    /// How the room ended, for one member, if it has. Where it goes on is for supervisors.
    pub(super) fn ended_for(&self, to: MemberId, is_supervisor: bool) -> Option<Effect> {
        let Life::Over { reason, by } = self.life else { return None };
        let next_room = self.next_room.filter(|_| is_supervisor);
        Some(Effect::Send { to, frame: ServerFrame::Ended { room: self.id, reason, by, next_room } })
    }

    fn close(&mut self, reason: EndReason, by: Option<MemberId>, effects: &mut Vec<Effect>) {
        self.life = Life::Ending { reason, by };
        effects.push(match reason {
            EndReason::CounsellorLost => Effect::StoreReturn,
            EndReason::Transferred => Effect::StoreTransfer,
            _ => Effect::StoreEnd { reason, by },
        });
    }

    pub(super) fn end_stored(&mut self, answer: EndStored, now: Now, effects: &mut Vec<Effect>) {
        let Life::Ending { reason, by } = self.life else { return };
        if answer == EndStored::Failed {
            self.life = Life::Open;
            self.end_not_before = now.mono.plus_s(END_RETRY_S);
            if reason == EndReason::Transferred {
                effects.push(Effect::NotTransferred);
            }
            if let Some(to) = by {
                let detail = "the end could not be stored; the room goes on. End it again in a moment";
                refuse(to, self.id.to_string(), ErrorCode::NotStored, detail, effects);
            }
            return;
        }
        self.life = Life::Over { reason, by };
        if reason == EndReason::Transferred && answer == EndStored::Done {
            // The room it goes on in is not there yet; supervisors are told with it.
            self.next_until = Some(now.mono.plus_s(NEXT_ROOM_S));
            let members = self.seats.iter().filter(|seat| seat.is_here() && seat.role != Role::Manager);
            effects.extend(members.filter_map(|seat| self.ended_for(seat.member, false)));
        } else {
            let frame = ServerFrame::Ended { room: self.id, reason, by, next_room: None };
            effects.push(Effect::Tell { except: None, frame });
        }
        effects.push(Effect::Changed);
        let waits_again = matches!(reason, EndReason::CounsellorLost | EndReason::Transferred);
        let returns = waits_again && answer == EndStored::Done;
        effects.push(Effect::Over { room: self.id, ticket: self.ticket, reason, by, returns });
    }

    /// The talk goes on there, or nobody knows where: what supervisors were waiting for.
    pub(super) fn continued(&mut self, next: Option<RoomId>, effects: &mut Vec<Effect>) {
        if self.next_until.take().is_some() {
            self.next_room = next;
            let waiting = self.seats.iter().filter(|seat| seat.is_here() && seat.role == Role::Manager);
            effects.extend(waiting.filter_map(|seat| self.ended_for(seat.member, true)));
        }
    }

    /// R11: whoever stayed away longer than the grace time is lost. A ticket goes back to its line
    /// only for a desk that is here: an absent one is waited for until its own grace is over, so
    /// that nobody haunts a line for two graces on end.
    pub(super) fn tick(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if self.next_until.is_some_and(|until| until <= now.mono) {
            self.continued(None, effects);
        }
        if self.life != Life::Open {
            return;
        }
        self.give_up_lost(now.mono, effects);
        if now.mono < self.end_not_before {
            return;
        }
        if self.expires_at().is_some_and(|at| at <= now.mono) {
            return self.close(EndReason::Expired, None, effects);
        }
        let lost = |role| self.essential(role).any(|seat| seat.is_lost(now.mono));
        let desk_is_here = self.essential(Role::Desk).any(Seat::is_here);
        let reason = match (lost(Role::Desk), lost(Role::Counsellor)) {
            (true, true) => EndReason::Expired,
            (true, false) => EndReason::DeskLeft,
            (false, true) if desk_is_here => EndReason::CounsellorLost,
            (false, _) => return,
        };
        self.close(reason, None, effects);
    }
}
