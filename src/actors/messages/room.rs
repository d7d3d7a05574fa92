//! To a room, and to who comes into one by a socket of its own.

use actix::prelude::*;

use super::news::News;
use crate::actors::room_summary::RoomSummary;
use crate::clock::Clock;
use crate::ids::{AccountId, MemberId, RoomId};
use crate::journal::HandOverRow;
use crate::protocol::{ClientFrame, Role};
use crate::room::{Ender, Input, Spoken};
use crate::sockets::Outbox;
use crate::storage::history::audit::Actor;

/// The way into a room that is open on this node.
#[derive(Clone)]
pub struct RoomHandle {
    pub(in crate::actors) room: RoomId,
    pub(in crate::actors) to: Recipient<ToRoom>,
}

impl RoomHandle {
    /// Gives the room what a member of it says.
    pub(in crate::actors) fn say(&self, member: MemberId, frame: ClientFrame, clock: &Clock) {
        match Spoken::by(member, frame, &mut || clock.new_id()) {
            Some(Spoken::Input(input)) => self.to.do_send(ToRoom::Input(input)),
            Some(Spoken::End { by, note }) => self.to.do_send(ToRoom::End { by, note }),
            None => {}
        }
    }
}

/// Everything a room is told.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) enum ToRoom {
    /// A socket is about to take a seat: it is told how the room looks.
    Look {
        member: MemberId,
        epoch: u64,
        outbox: Outbox,
    },
    /// A socket takes a seat.
    Attach {
        member: MemberId,
        epoch: u64,
        outbox: Outbox,
        after: Option<u32>,
    },
    /// A socket is gone that had, or was about to take, a seat.
    Detach {
        member: MemberId,
        epoch: u64,
    },
    /// Somebody comes in by a socket of the room.
    Enter(Box<Enter>),
    /// Such a socket is gone.
    ParticipantGone {
        epoch: u64,
    },
    /// A group room is called otherwise from here on; on file already.
    Described {
        title: String,
        info: Option<String>,
        picture: Option<String>,
    },
    /// Somebody ends it, and may say why.
    End {
        by: Ender,
        note: Option<String>,
    },
    /// Somebody else takes the talk: end it for them.
    HandOver(Box<HandOverRow>),
    Input(Input),
}

/// How a room looks now, for who is not in it; the next change is told to the admin feed.
#[derive(Message)]
#[rtype(result = "RoomSummary")]
pub(in crate::actors) struct Look;

/// Who comes in; checked by the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entering {
    /// The account, for staff: one account has one seat in a room.
    pub account: Option<AccountId>,
    /// What they will be in the room.
    pub role: Role,
    /// The name others see.
    pub name: String,
    /// Where the picture lies.
    pub picture: Option<String>,
    /// Whether they only watch, to begin with.
    pub watching: bool,
    /// As whom the audit names them, if it is to.
    pub audited_as: Option<Actor>,
}

/// A seat somebody comes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::actors) struct Back {
    pub(in crate::actors) member: MemberId,
    /// The last `seq` they have; without it nothing is replayed.
    pub(in crate::actors) after: Option<u32>,
}

/// Somebody at a room, with their socket.
pub(in crate::actors) struct Enter {
    pub(in crate::actors) who: Entering,
    /// A guest's seat, by their token. Staff have theirs by their account.
    pub(in crate::actors) back: Option<Back>,
    pub(in crate::actors) outbox: Outbox,
    /// Who sits at the socket, to be told which seat it has.
    pub(in crate::actors) socket: Recipient<News<ParticipantNews>>,
}

/// What a participant is told.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) enum ParticipantNews {
    /// By the room: this is your seat; the frame that says so comes by itself.
    Seated(MemberId),
    /// By the room: the seat is no longer held.
    NotHeld,
    /// By the room: somebody there is called so already; this says what to do.
    NameTaken(&'static str),
    /// Whether the picture a guest wants to be shown by is on file; `None`: that could not be read.
    Looked { who: Entering, there: Option<bool> },
}
