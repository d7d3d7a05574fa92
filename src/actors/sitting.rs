//! Carries out what whoever sits at a socket wants done; the same for desks and counsellors.

use std::collections::BTreeMap;

use actix::prelude::*;
use log::warn;
use uuid::Uuid;

use super::messages::{Handed, RoomHandle, SocketHandle, ToRoom, ToSocket};
use super::socket::{Peer, Wire};
use crate::dispatch::{Seat, SocketId};
use crate::front::{Act, Due, Near, Token};
use crate::ids::{MemberId, RoomId};
use crate::protocol::{ErrorCode, ServerFrame};
use crate::room::Input as RoomInput;
use crate::services::Services;
use crate::storage::Store;
use crate::storage::talk::rooms;
use crate::time::Mono;
use crate::tokens::TokenFault;

/// Whom somebody at a socket reaches.
pub(super) struct Around {
    pub(super) services: Services,
    front: Recipient<Handed>,
    /// The rooms in which they have a seat, or are about to.
    rooms: BTreeMap<RoomId, RoomHandle>,
}

impl Around {
    pub(super) fn new(services: Services, front: Recipient<Handed>) -> Self {
        Self { services, front, rooms: BTreeMap::new() }
    }

    /// They have, or are about to have, seats in these rooms.
    pub(super) fn know(&mut self, rooms: impl IntoIterator<Item = RoomHandle>) {
        self.rooms.extend(rooms.into_iter().map(|handle| (handle.room, handle)));
    }

    fn forget(&mut self, room: RoomId, socket: SocketId) {
        if let Some(handle) = self.rooms.remove(&room) {
            handle.forget(socket);
        }
    }

    fn tell(&self, seat: &Seat, message: impl FnOnce(MemberId, u64) -> ToRoom) {
        if let Some(handle) = self.rooms.get(&seat.room) {
            handle.tell(message(seat.member, seat.epoch));
        }
    }
}

/// Somebody at a socket whose decisions are made in [`crate::front`].
pub(super) trait Sitter: Peer {
    /// Whom they reach.
    fn around(&mut self) -> &mut Around;
    /// The way to this socket.
    fn handle(wire: &Wire<'_, Self>) -> SocketHandle;
    /// What was to be done later is due.
    fn is_due(&mut self, due: Due, wire: &mut Wire<'_, Self>);
    /// How a room ended, as the record says it.
    fn end_read(&mut self, room: RoomId, ended: Option<ServerFrame>, wire: &mut Wire<'_, Self>);
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
    pub(super) services: &'a Services,
    pub(super) socket: SocketId,
}

impl Near for NearBy<'_> {
    fn socket(&self) -> SocketId {
        self.socket
    }

    fn now(&self) -> Mono {
        self.services.clock.now().mono
    }

    fn new_id(&self) -> Uuid {
        self.services.clock.new_id()
    }

    fn read_token(&self, token: &str) -> Result<Token, (ErrorCode, String)> {
        match self.services.tokens.read(token, self.services.clock.now().wall) {
            Ok(claims) => Ok(Token { ticket: claims.ticket, session: claims.session, desk: claims.desk }),
            Err(fault @ TokenFault::Forged) => Err((ErrorCode::BadToken, fault.to_string())),
            Err(fault @ TokenFault::Expired) => Err((ErrorCode::TokenExpired, fault.to_string())),
        }
    }
}

/// Does it all, in its order.
pub(super) fn perform<P: Sitter>(peer: &mut P, acts: Vec<Act>, wire: &mut Wire<'_, P>) {
    for act in acts {
        let around = peer.around();
        match perform_apart(act, around) {
            Some(Act::Say(frame)) => wire.say(&frame),
            Some(Act::Close(code)) => wire.close(code),
            Some(Act::Introduce(what)) => around.front.do_send(Handed::at(P::handle(wire), what)),
            Some(Act::Look(seat)) => {
                around.tell(&seat, |member, epoch| ToRoom::Look { member, epoch, to: ToSocket::Near(wire.outbox()) });
            }
            Some(Act::Attach { seat, after }) => {
                let to = ToSocket::Near(wire.outbox());
                around.tell(&seat, |member, epoch| ToRoom::Attach { member, epoch, to, after });
            }
            Some(Act::ReadEnd(room)) => {
                let ended = read_end(around.services.store.clone(), room);
                wire.when(ended, move |peer, ended, wire| peer.end_read(room, ended, wire));
            }
            Some(Act::Forget(room)) => around.forget(room, SocketId(wire.generation())),
            Some(Act::Rate { room, member, score, comment }) => {
                peer.rate(Score { room, member, score, comment }, wire);
            }
            Some(Act::Later { wait, due }) => wire.later(wait, move |peer, wire| peer.is_due(due, wire)),
            Some(_) | None => {}
        }
    }
}

/// How a room ended; nothing if it goes on, or the records do not say.
async fn read_end(store: Store, room: RoomId) -> Option<ServerFrame> {
    let read = store.answer(move |conn| rooms::by_id(conn, room)).await;
    let read = read.inspect_err(|error| warn!(room:%, error:%; "it could not be read how a room ended")).ok()??;
    let (reason, by) = (read.end_reason?, read.ended_by);
    Some(ServerFrame::Ended { room, reason, by, next_room: None })
}

/// Does what needs no socket; gives back what does.
pub(super) fn perform_apart(act: Act, around: &mut Around) -> Option<Act> {
    match act {
        Act::Parcel(parcel) => around.front.do_send(Handed::new(parcel)),
        Act::Detach(seat) => around.tell(&seat, |member, epoch| ToRoom::Detach { member, epoch }),
        Act::Recall(seat) => around.tell(&seat, |member, _| ToRoom::Input(RoomInput::Recall { member })),
        Act::Talk { seat, frame } => {
            if let Some(handle) = around.rooms.get(&seat.room) {
                handle.say(seat.member, frame, &around.services.clock);
            }
        }
        needs_socket => return Some(needs_socket),
    }
    None
}
