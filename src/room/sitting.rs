//! Who comes and goes while a room lives. A seat is on disk before anybody is told of it.
//!
//! A watcher has a seat like anybody else, because not a byte of a room reaches somebody without
//! one; it is the others who are told nothing of it.

use super::input::{Effect, NewSeat, SeatStored};
use super::seats::{Place, Seat};
use super::state::{Life, Room, refuse};
use super::{LEFT_MAX, SEATS_MAX};
use crate::ids::MemberId;
use crate::protocol::{ErrorCode, Role, SeatState, ServerFrame, looks_like};
use crate::time::{Mono, Now};

impl Room {
    /// Seats that are taken, or about to be.
    pub(super) fn taken(&self) -> usize {
        self.seats.iter().filter(|seat| !seat.is_left()).count() + self.sitting.len()
    }

    pub(super) fn sit(&mut self, seat: NewSeat, effects: &mut Vec<Effect>) {
        let member = seat.member;
        if self.life != Life::Open {
            effects.push(Effect::NotSeated { member, code: ErrorCode::RoomEnded, detail: "the room has ended" });
        } else if self.taken() >= SEATS_MAX {
            let detail = "all 50 seats of the room are taken; come again when somebody has left";
            effects.push(Effect::NotSeated { member, code: ErrorCode::Full, detail });
        } else if self.is_name_taken(&seat) {
            let detail = "somebody in the room is called so; give another `nickname`";
            effects.push(Effect::NotSeated { member, code: ErrorCode::NameTaken, detail });
        } else {
            self.sitting.push(seat.clone());
            effects.push(Effect::StoreSit(seat));
        }
    }

    /// Whether a guest would be taken for somebody who is here, or about to be. Staff come in under
    /// the name of their account, whatever guests call themselves.
    fn is_name_taken(&self, new: &NewSeat) -> bool {
        let here = self.seats.iter().filter(|seat| !seat.is_left() && !seat.watching).map(|seat| seat.name.as_str());
        let mut names = here.chain(self.sitting.iter().map(|seat| seat.name.as_str()));
        new.role == Role::Guest && names.any(|name| looks_like(name, &new.name))
    }

    pub(super) fn sit_stored(&mut self, member: MemberId, answer: SeatStored, now: Now, effects: &mut Vec<Effect>) {
        let Some(at) = self.sitting.iter().position(|seat| seat.member == member) else { return };
        let new = self.sitting.remove(at);
        let refused = match answer {
            SeatStored::Done => None,
            SeatStored::Closed => Some((ErrorCode::RoomEnded, "the room has ended")),
            SeatStored::Failed => Some((ErrorCode::NotStored, "your seat could not be stored; come again in a moment")),
        };
        if let Some((code, detail)) = refused {
            return effects.push(Effect::NotSeated { member, code, detail });
        }
        let watching = new.watching;
        let mut seat = Seat::new(new, now.mono.plus_s(self.rules.grace_s));
        seat.place = Place::Here;
        if !watching {
            let frame = ServerFrame::Member { room: self.id, who: seat.shown() };
            effects.push(Effect::Tell { except: Some(member), frame });
        }
        self.seats.push(seat);
        effects.push(Effect::Seated { member, watching });
        self.recall(member, effects);
        effects.push(Effect::Changed);
    }

    /// To be seen, or to watch again. Who is so already is told so.
    pub(super) fn show(&mut self, member: MemberId, watching: bool, effects: &mut Vec<Effect>) {
        let (re, is_open) = (self.id.to_string(), self.life == Life::Open);
        let Some(seat) = self.seat(member).filter(|seat| !seat.is_left()) else { return };
        if !is_open {
            refuse(member, re, ErrorCode::RoomEnded, "the room has ended", effects);
        } else if seat.role != Role::Manager {
            refuse(member, re, ErrorCode::NotAllowed, "this is for supervisors; you are a member already", effects);
        } else if seat.turning.is_none() && seat.watching == watching {
            effects.push(Effect::Seated { member, watching });
        } else if seat.turning.is_none() {
            seat.turning = Some(watching);
            effects.push(Effect::StoreShow { member, watching });
        } else if seat.turning != Some(watching) {
            let detail = "what you asked for before is on its way to the disk; ask again in a moment";
            refuse(member, re, ErrorCode::Busy, detail, effects);
        }
    }

    pub(super) fn show_stored(&mut self, member: MemberId, answer: SeatStored, effects: &mut Vec<Effect>) {
        let room = self.id;
        let Some(seat) = self.seat(member) else { return };
        let Some(watching) = seat.turning.take() else { return };
        match answer {
            SeatStored::Done => {
                seat.watching = watching;
                seat.was_shown = true;
                let who = seat.shown();
                effects.push(Effect::Tell { except: Some(member), frame: ServerFrame::Member { room, who } });
                effects.push(Effect::Seated { member, watching });
                effects.push(Effect::Changed);
            }
            SeatStored::Closed => {
                refuse(member, room.to_string(), ErrorCode::RoomEnded, "the room has ended", effects);
            }
            SeatStored::Failed => {
                let detail = "it could not be stored and nothing has changed; ask again in a moment";
                refuse(member, room.to_string(), ErrorCode::NotStored, detail, effects);
            }
        }
    }

    /// A supervisor of a consultation watches again. Any other seat is given up, unless the room
    /// depends on it.
    pub(super) fn leave(&mut self, member: MemberId, effects: &mut Vec<Effect>) {
        let Some(seat) = self.seats.iter().find(|seat| seat.member == member && !seat.is_left()) else { return };
        if self.ticket.is_some() && seat.role == Role::Manager {
            return self.show(member, true, effects);
        }
        if self.depends_on(seat) {
            let detail = "the talk depends on you; `end` it";
            return refuse(member, self.id.to_string(), ErrorCode::NotAllowed, detail, effects);
        }
        if self.life == Life::Open {
            self.give_up(member, effects);
        } else {
            effects.push(Effect::Gone { member });
        }
    }

    /// Whoever stayed away longer than the grace time and may be missed: a watcher silently.
    pub(super) fn give_up_lost(&mut self, now: Mono, effects: &mut Vec<Effect>) {
        let lost = self.seats.iter().filter(|seat| seat.is_lost(now) && !self.depends_on(seat));
        let lost: Vec<MemberId> = lost.map(|seat| seat.member).collect();
        lost.into_iter().for_each(|member| self.give_up(member, effects));
    }

    fn give_up(&mut self, member: MemberId, effects: &mut Vec<Effect>) {
        let room = self.id;
        let Some(seat) = self.seat(member) else { return };
        seat.place = Place::Left;
        let was_shown = seat.was_shown;
        if !seat.watching {
            let who = seat.shown();
            effects.push(Effect::Tell { except: Some(member), frame: ServerFrame::Member { room, who } });
        }
        effects.push(Effect::StoreSeat { member, state: SeatState::Left });
        effects.push(Effect::Gone { member });
        effects.push(Effect::Changed);
        if !was_shown {
            self.seats.retain(|seat| seat.member != member);
        } else if self.seats.iter().filter(|seat| seat.is_left()).count() > LEFT_MAX
            && let Some(oldest) = self.seats.iter().position(Seat::is_left)
        {
            self.seats.remove(oldest);
        }
    }
}
