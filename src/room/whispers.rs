//! What staff say among themselves about a talk. It has no place in the sequence, so that nobody
//! else can tell that something was said.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::input::{Effect, Whisper, WhisperStored};
use super::state::{Life, Room, refuse, reused};
use super::{IN_FLIGHT_MAX, WHISPERS_MAX};
use crate::ids::{MemberId, RoomId, WhisperId};
use crate::protocol::{CloseCode, ErrorCode, Role, ServerFrame, Whisperer};
use crate::time::{Now, Wall};

/// A whisper with its sender and its moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whispered {
    pub id: WhisperId,
    /// Who whispered.
    pub from: MemberId,
    /// What they are called, and as what.
    pub whisperer: Whisperer,
    /// The sender's idempotence key.
    pub client_id: String,
    pub body: String,
    #[serde(with = "crate::time::exact")]
    pub at: Wall,
}

impl Whispered {
    fn frame(&self, room: RoomId, to: MemberId) -> ServerFrame {
        ServerFrame::Whisper {
            room,
            id: self.id,
            client_id: self.client_id.clone(),
            from: self.whisperer.clone(),
            mine: self.from == to,
            body: self.body.clone(),
            at: self.at,
        }
    }

    fn is_of(&self, from: MemberId, client_id: &str) -> bool {
        self.from == from && self.client_id == client_id
    }
}

/// The whispers of a room.
#[derive(Debug, Default)]
pub(super) struct Whispers {
    /// The latest on disk, oldest first.
    recent: VecDeque<Whispered>,
    /// On their way to the disk.
    flights: Vec<Whispered>,
}

impl Whispers {
    fn keep(&mut self, whispered: Whispered) {
        if self.recent.len() == WHISPERS_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back(whispered);
    }
}

impl Room {
    /// With the whispers found on file, oldest first.
    #[must_use]
    pub fn with_whispers(mut self, found: Vec<Whispered>) -> Self {
        found.into_iter().for_each(|whispered| self.whispers.keep(whispered));
        self
    }

    /// Whether this member is one of those whispers are for.
    fn hears_whispers(&self, member: MemberId) -> bool {
        let staff = |role| matches!(role, Role::Counsellor | Role::Manager);
        self.ticket.is_some()
            && self.seats.iter().any(|seat| seat.member == member && staff(seat.role) && !seat.is_left())
    }

    pub(super) fn whisper(&mut self, whisper: Whisper, now: Now, effects: &mut Vec<Effect>) {
        let Whisper { from, client_id, body, id } = whisper;
        if !self.hears_whispers(from) {
            let detail = "whispers are for the staff of a consultation; `say` it";
            return refuse(from, client_id, ErrorCode::NotAllowed, detail, effects);
        }
        let (room, messages_max) = (self.id, self.rules.messages_max);
        let Some(seat) = self.seat(from) else { return };
        if !seat.may_talk(now.mono, messages_max) {
            return effects.push(Effect::Shut { member: from, code: CloseCode::TooMany });
        }
        let whisperer = seat.whisperer();
        let known = |whispered: &&Whispered| whispered.is_of(from, &client_id);
        if let Some(flight) = self.whispers.flights.iter().find(known) {
            if flight.body != body {
                reused(from, client_id, effects);
            }
        } else if let Some(earlier) = self.whispers.recent.iter().find(known) {
            if earlier.body == body {
                let Whispered { id, at, .. } = *earlier;
                effects.push(Effect::Send { to: from, frame: ServerFrame::Whispered { room, client_id, id, at } });
            } else {
                reused(from, client_id, effects);
            }
        } else if self.life != Life::Open {
            refuse(from, client_id, ErrorCode::RoomEnded, "the room has ended", effects);
        } else if self.whispers.flights.len() >= IN_FLIGHT_MAX {
            let detail = "too many whispers of this room are on their way to the disk; try again in a moment";
            refuse(from, client_id, ErrorCode::Busy, detail, effects);
        } else {
            let whispered = Whispered { id, from, whisperer, client_id, body, at: now.wall };
            self.whispers.flights.push(whispered.clone());
            effects.push(Effect::StoreWhisper(whispered));
        }
    }

    pub(super) fn whisper_stored(&mut self, id: WhisperId, answer: WhisperStored, effects: &mut Vec<Effect>) {
        let room = self.id;
        let Some(at) = self.whispers.flights.iter().position(|flight| flight.id == id) else { return };
        let whispered = self.whispers.flights.remove(at);
        let (from, client_id) = (whispered.from, whispered.client_id.clone());
        match answer {
            WhisperStored::Done => {
                let at = whispered.at;
                effects.push(Effect::Send { to: from, frame: ServerFrame::Whispered { room, client_id, id, at } });
                let others = self.seats.iter().map(|seat| seat.member).filter(|member| *member != from);
                let others = others.filter(|member| self.hears_whispers(*member));
                effects.extend(others.map(|to| Effect::Send { to, frame: whispered.frame(room, to) }));
                self.whispers.keep(whispered);
            }
            WhisperStored::Before { id, at, same: true } => {
                effects.push(Effect::Send { to: from, frame: ServerFrame::Whispered { room, client_id, id, at } });
            }
            WhisperStored::Before { same: false, .. } => reused(from, client_id, effects),
            WhisperStored::Closed => {
                refuse(from, client_id, ErrorCode::RoomEnded, "the room has ended", effects);
            }
            WhisperStored::Failed => {
                let detail = "the whisper could not be stored; nobody heard it. Try again in a moment";
                refuse(from, client_id, ErrorCode::NotStored, detail, effects);
            }
        }
    }

    /// The whispers so far, to one of those they are for.
    pub(super) fn recall(&self, member: MemberId, effects: &mut Vec<Effect>) {
        if self.hears_whispers(member) && !self.whispers.recent.is_empty() {
            let frames = self.whispers.recent.iter().map(|whispered| whispered.frame(self.id, member)).collect();
            effects.push(Effect::SendAll { to: member, frames });
        }
    }
}
