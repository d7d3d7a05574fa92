//! What who sits at a socket wants done, done; the same for desks and counsellors.

use std::collections::BTreeMap;

use super::matchmaker::Happens;
use super::room::{ToRoom, Way, take};
use super::socket::{Peer, Wire};
use crate::app::App;
use crate::dispatch::{Act, Due, Input, Near, Seat, SocketId, Token};
use crate::ids::{MemberId, RoomId};
use crate::protocol::{ErrorCode, RoomBrief};
use crate::room::Input as RoomInput;
use crate::time::Mono;
use crate::tokens::TokenFault;

/// The ways into the rooms in which they have a seat, or are about to.
pub(super) type Ways = BTreeMap<RoomId, Way>;

/// Somebody at a socket whose decisions are made in [`crate::dispatch`].
pub(super) trait Sitter: Peer {
    /// What they are given, and the ways they know.
    fn around(&mut self) -> (&App, &mut Ways);
    /// Tells the matchmaker something, and how to reach this socket.
    fn introduce(&self, what: Input, wire: &Wire<'_, Self>);
    /// What was to be done later is due.
    fn is_due(&mut self, due: Due, wire: &mut Wire<'_, Self>);
    /// Puts a score on file.
    fn rate(&self, _score: Score, _wire: &Wire<'_, Self>) {}
}

/// A score as it comes from a desk.
pub(super) struct Score {
    pub(super) room: RoomId,
    pub(super) member: MemberId,
    pub(super) score: u8,
    pub(super) comment: Option<String>,
}

/// What they may look at.
pub(super) struct NearBy<'a> {
    pub(super) app: &'a App,
    pub(super) ways: &'a Ways,
    pub(super) socket: SocketId,
}

impl Near for NearBy<'_> {
    fn socket(&self) -> SocketId {
        self.socket
    }

    fn now(&self) -> Mono {
        self.app.clock.now().mono
    }

    fn read_token(&self, token: &str) -> Result<Token, (ErrorCode, String)> {
        match self.app.tokens.read(token, self.app.clock.now().wall) {
            Ok(claims) => Ok(Token { ticket: claims.ticket, session: claims.session, desk: claims.desk }),
            Err(fault @ TokenFault::Forged) => Err((ErrorCode::BadToken, fault.to_string())),
            Err(fault @ TokenFault::Expired) => Err((ErrorCode::TokenExpired, fault.to_string())),
        }
    }

    fn last_seq(&self, room: RoomId) -> u32 {
        self.ways.get(&room).map_or(0, |way| way.card.last_seq())
    }

    fn brief(&self, room: RoomId, you: MemberId, wrap_up: bool) -> Option<RoomBrief> {
        self.ways.get(&room)?.card.brief(you, wrap_up)
    }
}

/// Does it all, in its order.
pub(super) fn perform<P: Sitter>(peer: &mut P, acts: Vec<Act>, wire: &mut Wire<'_, P>) {
    for act in acts {
        let (app, ways) = peer.around();
        match perform_apart(act, app, ways) {
            Some(Act::Say(frame)) => wire.say(&frame),
            Some(Act::Close(code)) => wire.close(code),
            Some(Act::Introduce(what)) => peer.introduce(what, wire),
            Some(Act::Attach { seat, after }) => {
                let Seat { room, member, turn, .. } = seat;
                if let Some(way) = ways.get(&room) {
                    way.to.do_send(ToRoom::Attach { member, turn, outbox: wire.outbox(), after });
                }
            }
            Some(Act::Rate { room, member, score, comment }) => {
                peer.rate(Score { room, member, score, comment }, wire);
            }
            Some(Act::Later { wait, due }) => wire.later(wait, move |peer, wire| peer.is_due(due, wire)),
            Some(_) | None => {}
        }
    }
}

/// Does what needs no socket; gives back what does.
pub(super) fn perform_apart(act: Act, app: &App, ways: &mut Ways) -> Option<Act> {
    let to = |seat: &Seat| ways.get(&seat.room).map(|way| &way.to);
    match act {
        Act::Happens(what) => app.matchmaker.do_send(Happens(what)),
        Act::Detach(seat) => {
            if let Some(room) = to(&seat) {
                room.do_send(ToRoom::Detach { member: seat.member, turn: seat.turn });
            }
        }
        Act::Recall(seat) => {
            if let Some(room) = to(&seat) {
                room.do_send(ToRoom::Input(RoomInput::Recall { member: seat.member }));
            }
        }
        Act::Talk { seat, frame } => {
            if let Some(room) = to(&seat) {
                take(room, seat.member, frame, &app.clock);
            }
        }
        Act::Forget(room) => drop(ways.remove(&room)),
        needs_socket => return Some(needs_socket),
    }
    None
}
