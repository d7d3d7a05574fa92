//! What others may know of a room without asking it: written by the room alone, read by whoever
//! shows it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use crate::ids::{AccountId, MemberId, RoomId, TicketId};
use crate::protocol::{Member, RoomBrief};
use crate::time::Wall;

/// A room at a glance.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) room: RoomId,
    pub(super) ticket: TicketId,
    /// The ticket's number for people, `A-017`.
    pub(super) number: String,
    /// The topic's code.
    pub(super) line: String,
    /// Of a test line: nobody is shown it.
    pub(super) test: bool,
    pub(super) language: String,
    pub(super) opened_at: Wall,
    pub(super) counsellor: (AccountId, String),
    live: Mutex<Live>,
}

#[derive(Debug)]
struct Live {
    members: Vec<Member>,
    last_seq: u32,
    over: bool,
}

/// What stays the same for the life of a room.
pub(super) struct Fixed {
    pub(super) room: RoomId,
    pub(super) ticket: TicketId,
    pub(super) number: String,
    pub(super) line: String,
    pub(super) test: bool,
    pub(super) language: String,
    pub(super) opened_at: Wall,
    pub(super) counsellor: (AccountId, String),
}

impl Card {
    pub(super) fn new(fixed: Fixed, members: Vec<Member>, last_seq: u32) -> Self {
        let Fixed { room, ticket, number, line, test, language, opened_at, counsellor } = fixed;
        let live = Mutex::new(Live { members, last_seq, over: false });
        Self { room, ticket, number, line, test, language, opened_at, counsellor, live }
    }

    /// Called by the room alone.
    pub(super) fn update(&self, members: Vec<Member>, last_seq: u32, over: bool) {
        *self.live() = Live { members, last_seq, over };
    }

    /// Called by the room alone, for every message.
    pub(super) fn said(&self, last_seq: u32) {
        self.live().last_seq = last_seq;
    }

    pub(super) fn members(&self) -> Vec<Member> {
        self.live().members.clone()
    }

    pub(super) fn last_seq(&self) -> u32 {
        self.live().last_seq
    }

    pub(super) fn is_over(&self) -> bool {
        self.live().over
    }

    /// For a counsellor's `state`.
    pub(super) fn brief(&self, you: MemberId, wrap_up: bool) -> RoomBrief {
        let live = self.live();
        RoomBrief {
            room: self.room,
            you,
            last_seq: live.last_seq,
            members: live.members.clone(),
            number: self.number.clone(),
            line: self.line.clone(),
            wrap_up,
        }
    }

    /// For the admin room list.
    pub(super) fn shown(&self) -> Value {
        let live = self.live();
        json!({
            "room": self.room, "consultation": self.ticket, "number": self.number, "line": self.line,
            "language": self.language, "kind": "CONSULTATION", "status": "OPEN", "opened_at": self.opened_at,
            "last_seq": live.last_seq, "members": live.members,
            "counsellor": { "account": self.counsellor.0, "name": self.counsellor.1 },
        })
    }

    /// A member list or a number cannot be left half written, so a poisoned lock is as good as any.
    fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
