//! The actor of a room's socket: one room, one person.

use std::time::Duration;

use actix::prelude::*;

use super::door::{Door, Enter, Entering};
use super::room::{ToRoom, take};
use super::socket::{Peer, Wire};
use crate::app::App;
use crate::ids::{MemberId, SessionId};
use crate::protocol::{ClientFrame, CloseCode, ErrorCode, Sender, ServerFrame};

/// A seat is on disk and told within so long, or the socket is better tried again.
const SEATED_WITHIN: Duration = Duration::from_secs(10);

/// Who sits at a room's socket.
pub(super) struct Entrant {
    app: App,
    door: Door,
    who: Entering,
    session: SessionId,
    /// The seat, once the room has given it.
    seat: Option<MemberId>,
}

/// What an entrant is told by the room.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) enum EntrantNews {
    /// This is your seat; the frame that says so comes by itself.
    Seated(MemberId),
}

impl Entrant {
    pub(super) fn new(app: App, door: Door, who: Entering, session: SessionId) -> Self {
        Self { app, door, who, session, seat: None }
    }
}

impl Peer for Entrant {
    type News = EntrantNews;

    fn opened(&mut self, wire: &mut Wire<'_, Self>) {
        wire.say(&ServerFrame::Welcome {
            session: self.session,
            heartbeat_s: self.app.settings.heartbeat_s,
            node: self.app.settings.node.clone(),
            lines: None,
        });
        let enter = Enter { who: self.who.clone(), outbox: wire.outbox(), socket: wire.address() };
        if self.door.to.try_send(ToRoom::Enter(Box::new(enter))).is_err() {
            // It stopped between the gate's look and now, or is overwhelmed.
            return wire.close(CloseCode::Overloaded);
        }
        wire.later(SEATED_WITHIN, |entrant, wire| {
            if entrant.seat.is_none() {
                wire.close(CloseCode::Overloaded);
            }
        });
    }

    fn heard(&mut self, frame: ClientFrame, wire: &mut Wire<'_, Self>) {
        let re = frame.re();
        if !frame.senders().contains(&Sender::Room) {
            return wire.refuse(ErrorCode::NotAllowed, "this frame is not for the socket of a room", re);
        }
        match (frame.talks_in(), self.seat) {
            (Some(room), _) if room != self.door.room => {
                wire.refuse(ErrorCode::NoSuchRoom, "this socket is of another room; open one for that room", re);
            }
            (Some(_), Some(seat)) => take(&self.door.to, seat, frame, &self.app.clock),
            (Some(_), None) => wire.refuse(ErrorCode::NotAllowed, "you have no seat yet; wait for `seated`", re),
            (None, _) => wire.refuse(ErrorCode::NotAllowed, "this frame is for guests", re),
        }
    }

    fn told(&mut self, news: EntrantNews, _: &mut Wire<'_, Self>) {
        match news {
            EntrantNews::Seated(seat) => self.seat = Some(seat),
        }
    }

    fn gone(&mut self, generation: u64) {
        self.door.to.do_send(ToRoom::EntrantGone { turn: generation });
    }
}
