//! The room itself.

use super::input::{Effect, EndStored, Ender, Input, NewSeat, RoomRules, Say, SayStored};
use super::log::{Heard, Log, Said, Settled, accepted};
use super::seats::{Place, Seat};
use super::{END_RETRY_S, REPLAY_MAX};
use crate::ids::{MemberId, MessageId, RoomId, TicketId};
use crate::protocol::{CloseCode, EndReason, ErrorCode, Member, Role, SeatState, ServerFrame};
use crate::time::{Mono, Now};

/// How a room lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    /// People talk.
    Open,
    /// The end is on its way to the disk; nothing more is taken.
    Ending { reason: EndReason, by: Option<MemberId> },
    /// Over, on file.
    Over { reason: EndReason, by: Option<MemberId> },
}

/// One room.
#[derive(Debug)]
pub struct Room {
    id: RoomId,
    /// The consultation it belongs to.
    ticket: Option<TicketId>,
    rules: RoomRules,
    seats: Vec<Seat>,
    log: Log,
    life: Life,
    /// Not before this moment is an end by grace tried again.
    end_not_before: Mono,
}

impl Room {
    /// A room whose sockets are about to attach, new or found on file. `recent` are the latest
    /// messages, oldest first, ending at `last_seq`.
    #[must_use]
    pub fn new(
        id: RoomId,
        ticket: Option<TicketId>,
        rules: RoomRules,
        seats: Vec<NewSeat>,
        last_seq: u32,
        recent: Vec<Said>,
        now: Now,
    ) -> Self {
        let held_until = now.mono.plus_s(rules.grace_s);
        Self {
            id,
            ticket,
            rules,
            seats: seats.into_iter().map(|seat| Seat::new(seat, held_until)).collect(),
            log: Log::new(last_seq, recent),
            life: Life::Open,
            end_not_before: Mono(0),
        }
    }

    /// The members as they are shown.
    #[must_use]
    pub fn members(&self) -> Vec<Member> {
        self.seats.iter().map(Seat::shown).collect()
    }

    /// The last sequence number on disk.
    #[must_use]
    pub fn last_seq(&self) -> u32 {
        self.log.last()
    }

    /// Whether its end is on file.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.life, Life::Over { .. })
    }

    /// When [`Input::Tick`] is due: the end of the desk's grace; while the desk is here, of the
    /// counsellor's.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Mono> {
        if self.life != Life::Open {
            return None;
        }
        let grace = |role| {
            let away = self.seats.iter().filter(|seat| seat.role == role).filter_map(|seat| match seat.place {
                Place::Away { until, .. } => Some(until),
                Place::Here | Place::Left => None,
            });
            away.min()
        };
        grace(Role::Desk).or_else(|| grace(Role::Counsellor)).map(|until| until.max(self.end_not_before))
    }

    /// One thing has happened.
    pub fn step(&mut self, now: Now, input: Input, effects: &mut Vec<Effect>) {
        match input {
            Input::Attach { member, after } => self.attach(member, after, effects),
            Input::Detach { member } => self.detach(member, now, effects),
            Input::Say(say) => self.say(say, now, effects),
            Input::SayStored { id, answer } => self.say_stored(id, answer, effects),
            Input::Typing { member, on } => self.typing(member, on, effects),
            Input::Seen { member, seq } => self.seen(member, seq, effects),
            Input::Replay { member, after } => self.replay(member, after, effects),
            Input::End(ender) => self.end(ender, effects),
            Input::EndStored(answer) => self.end_stored(answer, now, effects),
            Input::Tick => self.tick(now, effects),
        }
        debug_assert!(self.seats.len() <= super::SEATS_MAX, "seats are bounded where they are made");
    }

    fn seat(&mut self, member: MemberId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.member == member)
    }

    fn attach(&mut self, member: MemberId, after: Option<u32>, effects: &mut Vec<Effect>) {
        let Some(seat) = self.seat(member) else { return };
        let was_away = matches!(seat.place, Place::Away { was_here: true, .. });
        if seat.place != Place::Left {
            seat.place = Place::Here;
        }
        if was_away {
            let who = seat.shown_as(SeatState::Back);
            effects.push(Effect::Tell { except: Some(member), frame: ServerFrame::Member { room: self.id, who } });
            effects.push(Effect::StoreSeat { member, state: SeatState::Joined });
        }
        if let Some(after) = after {
            self.replay(member, after, effects);
        }
        if let Life::Over { reason, by } = self.life {
            effects.push(Effect::Send { to: member, frame: ServerFrame::Ended { room: self.id, reason, by } });
        }
        effects.push(Effect::Changed);
    }

    fn detach(&mut self, member: MemberId, now: Now, effects: &mut Vec<Effect>) {
        let until = now.mono.plus_s(self.rules.grace_s);
        let room = self.id;
        let over = self.is_over();
        let Some(seat) = self.seat(member) else { return };
        if !seat.is_here() {
            return;
        }
        seat.place = Place::Away { until, was_here: true };
        if !over {
            let who = seat.shown_as(SeatState::Away);
            effects.push(Effect::Tell { except: Some(member), frame: ServerFrame::Member { room, who } });
            effects.push(Effect::StoreSeat { member, state: SeatState::Away });
        }
        effects.push(Effect::Changed);
    }

    fn say(&mut self, say: Say, now: Now, effects: &mut Vec<Effect>) {
        let (from, client_id) = (say.from, say.client_id.clone());
        let messages_max = self.rules.messages_max;
        let Some(seat) = self.seat(from) else { return };
        if !seat.may_talk(now.mono, messages_max) {
            effects.push(Effect::Shut { member: from, code: CloseCode::TooMany });
            return;
        }
        if self.life != Life::Open {
            // A repeated `say` whose receipt was lost is still answered truthfully after the end.
            match self.log.known(&say) {
                Some(said) => effects.push(Effect::Send { to: from, frame: said.accepted(self.id) }),
                None => refuse(from, client_id, ErrorCode::RoomEnded, "the room has ended", effects),
            }
            return;
        }
        match self.log.hear(say, now.wall) {
            Heard::Store(said) => effects.push(Effect::StoreSay(said)),
            Heard::Held | Heard::Repeated => {}
            Heard::Known(said) => effects.push(Effect::Send { to: from, frame: said.accepted(self.id) }),
            Heard::Reused => reused(from, client_id, effects),
            Heard::Busy => {
                let detail = "too many messages of this room are on their way to the disk; say it again in a moment";
                refuse(from, client_id, ErrorCode::Busy, detail, effects);
            }
        }
    }

    fn say_stored(&mut self, id: MessageId, answer: SayStored, effects: &mut Vec<Effect>) {
        let closed = answer == SayStored::Closed;
        match self.log.settle(id, answer) {
            Settled::Told(said) => {
                effects.push(Effect::Send { to: said.from, frame: said.accepted(self.id) });
                effects.push(Effect::Tell { except: Some(said.from), frame: said.message(self.id) });
            }
            Settled::Known { from, client_id, seq, id, at } => {
                effects.push(Effect::Send { to: from, frame: accepted(self.id, &client_id, seq, id, at) });
            }
            Settled::Reused { from, client_id } => reused(from, client_id, effects),
            Settled::Lost { from, client_id } if closed => {
                refuse(from, client_id, ErrorCode::RoomEnded, "the room has ended", effects);
            }
            Settled::Lost { from, client_id } => {
                let detail = "the message could not be stored; it was not sent. Say it again in a moment";
                refuse(from, client_id, ErrorCode::NotStored, detail, effects);
            }
            Settled::Nothing => {}
        }
        effects.extend(self.log.held().into_iter().map(Effect::StoreSay));
    }

    fn typing(&self, member: MemberId, on: bool, effects: &mut Vec<Effect>) {
        if self.life == Life::Open {
            let frame = ServerFrame::Typing { room: self.id, from: member, on };
            effects.push(Effect::Tell { except: Some(member), frame });
        }
    }

    fn seen(&mut self, member: MemberId, seq: u32, effects: &mut Vec<Effect>) {
        let room = self.id;
        let seq = seq.min(self.log.last());
        let Some(seat) = self.seat(member) else { return };
        if seq > seat.seen {
            seat.seen = seq;
            let frame = ServerFrame::Seen { room, from: member, seq };
            effects.push(Effect::Tell { except: Some(member), frame });
            effects.push(Effect::StoreSeen { member, seq });
        }
    }

    fn replay(&self, member: MemberId, after: u32, effects: &mut Vec<Effect>) {
        let last = self.log.last();
        let oldest = last.saturating_sub(REPLAY_MAX) + 1;
        if after > last || after + 1 < oldest {
            let detail = format!("after {after} is out of reach; messages {oldest} to {last} can be had");
            let frame = ServerFrame::Error {
                code: ErrorCode::Resync,
                detail,
                re: Some(self.id.to_string()),
                seq: Some(oldest),
            };
            effects.push(Effect::Send { to: member, frame });
            return;
        }
        match self.log.since(after) {
            Some(missed) if missed.is_empty() => {}
            Some(missed) => effects.push(Effect::Catch { to: member, missed }),
            None => effects.push(Effect::CatchFromDisk { to: member, after, upto: last }),
        }
    }

    fn end(&mut self, ender: Ender, effects: &mut Vec<Effect>) {
        let (reason, by) = match ender {
            Ender::Member(member) => (EndReason::Done, Some(member)),
            Ender::Admin => (EndReason::Admin, None),
            Ender::Transfer => (EndReason::Transferred, None),
        };
        match self.life {
            Life::Open => self.close(reason, by, effects),
            _ if ender == Ender::Transfer => effects.push(Effect::NotTransferred),
            Life::Ending { .. } => {}
            Life::Over { reason, by: ended_by } => {
                if let Some(to) = by {
                    let frame = ServerFrame::Ended { room: self.id, reason, by: ended_by };
                    effects.push(Effect::Send { to, frame });
                }
            }
        }
    }

    fn close(&mut self, reason: EndReason, by: Option<MemberId>, effects: &mut Vec<Effect>) {
        self.life = Life::Ending { reason, by };
        effects.push(match reason {
            EndReason::CounsellorLost => Effect::StoreReturn,
            EndReason::Transferred => Effect::StoreTransfer,
            _ => Effect::StoreEnd { reason, by },
        });
    }

    fn end_stored(&mut self, answer: EndStored, now: Now, effects: &mut Vec<Effect>) {
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
        let frame = ServerFrame::Ended { room: self.id, reason, by };
        effects.push(Effect::Tell { except: None, frame });
        effects.push(Effect::Changed);
        let waits_again = matches!(reason, EndReason::CounsellorLost | EndReason::Transferred);
        let returns = waits_again && answer == EndStored::Done;
        effects.push(Effect::Over { room: self.id, ticket: self.ticket, reason, returns });
    }

    /// R11: whoever stayed away longer than the grace time is lost. A ticket goes back to its line
    /// only for a desk that is here: an absent one is waited for until its own grace is over, so
    /// that nobody haunts a line for two graces on end.
    fn tick(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if self.life != Life::Open || now.mono < self.end_not_before {
            return;
        }
        let lost = |role: fn(Role) -> bool| self.seats.iter().any(|seat| role(seat.role) && seat.is_lost(now.mono));
        let desk_is_here = self.seats.iter().any(|seat| seat.role == Role::Desk && seat.is_here());
        let reason = match (lost(|role| role == Role::Desk), lost(|role| role == Role::Counsellor)) {
            (true, true) => EndReason::Expired,
            (true, false) => EndReason::DeskLeft,
            (false, true) if desk_is_here => EndReason::CounsellorLost,
            (false, _) => return,
        };
        self.close(reason, None, effects);
    }
}

/// To one member: nothing was done, and why.
fn refuse(to: MemberId, re: String, code: ErrorCode, detail: &str, effects: &mut Vec<Effect>) {
    let frame = ServerFrame::Error { code, detail: detail.to_owned(), re: Some(re), seq: None };
    effects.push(Effect::Send { to, frame });
}

fn reused(to: MemberId, client_id: String, effects: &mut Vec<Effect>) {
    let detail = "this client_id was used for another message; give every message its own";
    refuse(to, client_id, ErrorCode::ClientIdReused, detail, effects);
}
