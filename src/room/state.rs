//! The room itself.

use super::input::{Effect, Glance, Input, NewSeat, RoomRules, Say, SayStored};
use super::log::{Heard, Log, Said, Settled, accepted};
use super::seats::{Place, Seat};
use super::whispers::Whispers;
use super::{EMPTY_S, FORMER_MAX, REPLAY_MAX};
use crate::ids::{MemberId, MessageId, NodeId, RoomId, TicketId};
use crate::protocol::{CloseCode, EndReason, ErrorCode, Member, Role, SeatState, ServerFrame};
use crate::time::{Mono, Now};

/// How a room lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    /// People talk.
    Open,
    /// The end is on its way to the disk; nothing more is taken.
    Ending { reason: EndReason, by: Option<MemberId> },
    /// That another node keeps it is on its way to the disk, behind all that was taken; nothing more is.
    Handing { to: Option<NodeId> },
    /// Over, on file.
    Over { reason: EndReason, by: Option<MemberId> },
    /// Another node has it, and knows how it goes on.
    Elsewhere,
}

#[derive(Debug)]
pub struct Room {
    pub(super) id: RoomId,
    /// The consultation it belongs to.
    pub(super) ticket: Option<TicketId>,
    pub(super) rules: RoomRules,
    pub(super) seats: Vec<Seat>,
    /// Who had a seat in the rooms this one continues: they are known by name, and are not there.
    former: Vec<Member>,
    /// New seats on their way to the disk.
    pub(super) sitting: Vec<NewSeat>,
    log: Log,
    pub(super) whispers: Whispers,
    pub(super) life: Life,
    /// Not before this moment is an end by grace tried again.
    pub(super) end_not_before: Mono,
    /// When somebody last sat here, or was about to.
    sat_until: Mono,
    /// Where the talk goes on that was handed over.
    pub(super) next_room: Option<RoomId>,
    /// Until when supervisors wait to be told of it.
    pub(super) next_until: Option<Mono>,
}

/// What a room still knows of who had a seat in the rooms it continues, oldest first: the newest
/// [`FORMER_MAX`], who have left.
#[must_use]
pub fn kept_former(mut former: Vec<Member>) -> Vec<Member> {
    former.drain(..former.len().saturating_sub(FORMER_MAX));
    former.iter_mut().for_each(|member| member.state = SeatState::Left);
    former
}

/// The members of a room that begins with these seats, as [`Room::members`] has them.
#[must_use]
pub fn first_members(seats: &[NewSeat], former: &[Member]) -> Vec<Member> {
    let seats = seats.iter().map(|seat| Seat::new(seat.clone(), Mono(0)));
    seats.filter(|seat| seat.was_shown).map(|seat| seat.shown()).chain(former.iter().cloned()).collect()
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
            former: Vec::new(),
            sitting: Vec::new(),
            log: Log::new(last_seq, recent),
            whispers: Whispers::default(),
            life: Life::Open,
            end_not_before: Mono(0),
            sat_until: now.mono,
            next_room: None,
            next_until: None,
        }
    }

    /// Found on file: nobody has sat in it since then.
    #[must_use]
    pub fn empty_since(mut self, at: Mono) -> Self {
        self.sat_until = at;
        self
    }

    /// Continues rooms in which these had a seat, oldest first; see [`kept_former`].
    #[must_use]
    pub fn with_former(mut self, former: Vec<Member>) -> Self {
        self.former = kept_former(former);
        self
    }

    /// The members as they are shown, and after them who had a seat in earlier rooms: whoever only watched is none.
    #[must_use]
    pub fn members(&self) -> Vec<Member> {
        let seated = self.seats.iter().filter(|seat| seat.was_shown).map(Seat::shown);
        seated.chain(self.former.iter().cloned()).collect()
    }

    /// As its members see it now.
    #[must_use]
    pub fn glance(&self) -> Glance {
        Glance { members: self.members(), last_seq: self.last_seq() }
    }

    /// The last sequence number on disk.
    #[must_use]
    pub fn last_seq(&self) -> u32 {
        self.log.last()
    }

    /// Whether this seat watches.
    #[must_use]
    pub fn is_watching(&self, member: MemberId) -> bool {
        self.seats.iter().any(|seat| seat.member == member && seat.watching)
    }

    /// Whether somebody has this seat, or it is held for them.
    #[must_use]
    pub fn holds(&self, member: MemberId) -> bool {
        self.seats.iter().any(|seat| seat.member == member && !seat.is_left())
    }

    /// Whether its end is on file.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.life, Life::Over { .. })
    }

    /// Whether another node has it: nothing happens here any more.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.life == Life::Elsewhere
    }

    /// Whether it is being handed on: whoever comes is to come again, where it is next or here.
    #[must_use]
    pub fn is_handing(&self) -> bool {
        matches!(self.life, Life::Handing { .. })
    }

    /// When [`Input::Tick`] is due: the end of the desk's grace; while the desk is here, of the
    /// counsellor's; and of whoever the talk does not depend on; for a group room in which nobody
    /// sits, its end.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Mono> {
        if self.life != Life::Open {
            return self.next_until.filter(|_| !self.is_elsewhere());
        }
        let grace = |role| self.essential(role).filter_map(Seat::held_until).min();
        let ends = grace(Role::Desk).or_else(|| grace(Role::Counsellor)).map(|until| until.max(self.end_not_before));
        let leaves = self.seats.iter().filter(|seat| !self.depends_on(seat)).filter_map(Seat::held_until).min();
        let expires = self.expires_at().map(|at| at.max(self.end_not_before));
        [ends, leaves, expires].into_iter().flatten().min()
    }

    /// When a group room ends because nobody sits in it.
    pub(super) fn expires_at(&self) -> Option<Mono> {
        (self.ticket.is_none() && self.taken() == 0).then(|| self.sat_until.plus_s(EMPTY_S))
    }

    /// Whether the room ends if this seat is lost: the two of a consultation.
    pub(super) fn depends_on(&self, seat: &Seat) -> bool {
        self.ticket.is_some() && matches!(seat.role, Role::Desk | Role::Counsellor)
    }

    /// The seats of this role that the room depends on.
    pub(super) fn essential(&self, role: Role) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(move |seat| seat.role == role && self.depends_on(seat))
    }

    /// One thing has happened.
    pub fn step(&mut self, now: Now, input: Input, effects: &mut Vec<Effect>) {
        if self.is_elsewhere() || (self.is_handing() && !input.comes_in_spite_of_handing()) {
            return;
        }
        if self.taken() > 0 {
            self.sat_until = now.mono;
        }
        let before = effects.len();
        match input {
            Input::Attach { member, after } => self.attach(member, after, effects),
            Input::Detach { member } => self.detach(member, now, effects),
            Input::Say(say) => self.say(say, now, effects),
            Input::SayStored { id, answer } => self.say_stored(id, answer, effects),
            Input::Typing { member, on } => self.typing(member, on, effects),
            Input::Seen { member, seq } => self.seen(member, seq, effects),
            Input::Replay { member, after } => self.replay(member, after, effects),
            Input::Sit(seat) => self.sit(seat, effects),
            Input::SitStored { member, answer } => self.sit_stored(member, answer, now, effects),
            Input::Join { member } => self.show(member, false, effects),
            Input::ShowStored { member, answer } => self.show_stored(member, answer, effects),
            Input::Leave { member } => self.leave(member, effects),
            Input::Whisper(whisper) => self.whisper(whisper, now, effects),
            Input::WhisperStored { id, answer } => self.whisper_stored(id, answer, effects),
            Input::Recall { member } => self.recall(member, effects),
            Input::Continued { next } => self.continued(next, effects),
            Input::End(ender) => self.end(ender, effects),
            Input::EndStored(answer) => self.end_stored(answer, now, effects),
            Input::HandOn { to } => self.hand_on(to, effects),
            Input::HandedOn { done } => self.handed_on(done, effects),
            Input::Fenced => {
                self.life = Life::Elsewhere;
                effects.push(Effect::Stop);
            }
            Input::Tick => self.tick(now, effects),
        }
        if effects[before..].contains(&Effect::Changed) {
            let counsellors = self.essential(Role::Counsellor).filter(|seat| seat.is_here());
            let glances = counsellors.map(|seat| Effect::Glance { to: seat.member, glance: self.glance() });
            effects.splice(before..before, glances.collect::<Vec<_>>());
        }
        debug_assert!(self.taken() <= super::SEATS_MAX, "seats are bounded where they are made");
    }

    /// What is on its way to the disk gets there before; how it ends, if that is on its way, is said here.
    fn hand_on(&mut self, to: Option<NodeId>, effects: &mut Vec<Effect>) {
        if self.life == Life::Open {
            self.life = Life::Handing { to };
            effects.push(Effect::StoreHandOn { to });
        }
    }

    fn handed_on(&mut self, done: bool, effects: &mut Vec<Effect>) {
        let Life::Handing { to } = self.life else { return };
        if done {
            self.life = Life::Elsewhere;
            effects.push(Effect::HandedOn { to });
        } else {
            self.life = Life::Open;
            effects.push(Effect::Stays);
        }
    }

    pub(super) fn seat(&mut self, member: MemberId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.member == member)
    }

    /// The seat of somebody who may speak to the others. A watcher is told how to.
    pub(super) fn speaker(&mut self, member: MemberId, re: &str, effects: &mut Vec<Effect>) -> Option<&mut Seat> {
        let seat = self.seats.iter_mut().find(|seat| seat.member == member && !seat.is_left())?;
        if seat.watching {
            refuse(member, re.to_owned(), ErrorCode::NotAllowed, "you watch this room; `join` it first", effects);
            return None;
        }
        Some(seat)
    }

    fn attach(&mut self, member: MemberId, after: Option<u32>, effects: &mut Vec<Effect>) {
        let room = self.id;
        let Some(seat) = self.seat(member) else { return };
        let was_away = matches!(seat.place, Place::Away { was_here: true, .. });
        if seat.place != Place::Left {
            seat.place = Place::Here;
        }
        let is_supervisor = seat.role == Role::Manager;
        if was_away {
            if !seat.watching {
                let who = seat.shown_as(SeatState::Back);
                effects.push(Effect::Tell { except: Some(member), frame: ServerFrame::Member { room, who } });
            }
            effects.push(Effect::StoreSeat { member, state: SeatState::Joined });
        }
        if let Some(after) = after {
            self.replay(member, after, effects);
        }
        // A supervisor who is to be told where the talk goes on waits for that.
        if !(is_supervisor && self.next_until.is_some()) {
            effects.extend(self.ended_for(member, is_supervisor));
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
            if !seat.watching {
                let who = seat.shown_as(SeatState::Away);
                effects.push(Effect::Tell { except: Some(member), frame: ServerFrame::Member { room, who } });
            }
            effects.push(Effect::StoreSeat { member, state: SeatState::Away });
        }
        effects.push(Effect::Changed);
    }

    /// What this member says next was said before, and is no message more than they may say.
    pub fn says_again(&mut self, member: MemberId) {
        if let Some(seat) = self.seat(member) {
            seat.says_again();
        }
    }

    fn say(&mut self, say: Say, now: Now, effects: &mut Vec<Effect>) {
        let (from, client_id) = (say.from, say.client_id.clone());
        let messages_max = self.rules.messages_max;
        let Some(seat) = self.speaker(from, &client_id, effects) else { return };
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

    fn typing(&mut self, member: MemberId, on: bool, effects: &mut Vec<Effect>) {
        let re = self.id.to_string();
        if self.speaker(member, &re, effects).is_some() && self.life == Life::Open {
            let frame = ServerFrame::Typing { room: self.id, from: member, on };
            effects.push(Effect::Tell { except: Some(member), frame });
        }
    }

    fn seen(&mut self, member: MemberId, seq: u32, effects: &mut Vec<Effect>) {
        let room = self.id;
        let seq = seq.min(self.log.last());
        let Some(seat) = self.speaker(member, &room.to_string(), effects) else { return };
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
                wait_s: None,
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
}

/// To one member: nothing was done, and why.
pub(super) fn refuse(to: MemberId, re: String, code: ErrorCode, detail: &str, effects: &mut Vec<Effect>) {
    let frame = ServerFrame::refusal(code, detail, Some(re));
    effects.push(Effect::Send { to, frame });
}

pub(super) fn reused(to: MemberId, client_id: String, effects: &mut Vec<Effect>) {
    let detail = "this client_id was used for another message; give every message its own";
    refuse(to, client_id, ErrorCode::ClientIdReused, detail, effects);
}
