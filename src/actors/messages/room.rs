//! To a room, and to who comes into one by a socket of its own.

use actix::prelude::*;

use super::news::News;
use crate::clock::Clock;
use crate::feeds::RoomSummary;
use crate::ids::{MemberId, RoomId};
use crate::journal::HandOverRow;
use crate::protocol::ClientFrame;
use crate::room::{Answer, Back, Ender, Entering, Input, Spoken};
use crate::sockets::Outbox;

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
    /// A group room has another name from here on; on file already.
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
    /// By the room: what came of coming in. The frame that says so of a seat comes by itself.
    Entered(Answer),
    /// Whether the picture a guest wants to be shown by is on file; `None`: that could not be read.
    Looked { who: Entering, there: Option<bool> },
}
