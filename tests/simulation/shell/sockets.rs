//! The near end of a socket: what the real `Desk` and `Counsellor` want done.

use anteroom::dispatch::{Asker, Seat, SocketId};
use anteroom::front::{Act, Counsellor, Desk, DeskPass, Due, Follows, Near, Passing, Token};
use anteroom::ids::{AccountId, DeskId, RoomId, SessionId, TicketId};
use anteroom::protocol::{ClientFrame, CloseCode, ErrorCode, ServerFrame};
use anteroom::room::{Event, Glance, Spoken};
use anteroom::time::Mono;

use super::restart::profile;
use super::{At, Node};
use crate::hub::{Actor, Down, Hub, MS, S, SocketNo, Timer, Who};
use crate::mail::{FarWord, Mail, News};
use crate::plan::Broken;

pub struct Socket {
    peer: Peer,
    pub closing: bool,
}

enum Peer {
    Desk(Desk),
    Counsellor(AccountId, Counsellor),
}

/// What somebody at this socket may look at.
struct NearBy<'a>(SocketNo, &'a Hub);

impl Near for NearBy<'_> {
    fn socket(&self) -> SocketId {
        SocketId(self.0)
    }

    fn now(&self) -> Mono {
        self.1.clock().mono
    }

    fn new_id(&self) -> uuid::Uuid {
        uuid::Uuid::from_u128(self.1.new_id())
    }

    fn read_token(&self, token: &str) -> Result<Token, (ErrorCode, String)> {
        let ticket: TicketId = token.parse().map_err(|_| (ErrorCode::BadToken, String::new()))?;
        Ok(Token { ticket, session: session(self.0), desk: desk_of(self.1.wires[&self.0].who) })
    }
}

/// Every visitor has a registered desk of their own.
fn desk_of(who: Who) -> Option<DeskId> {
    match who {
        Who::Visitor(me) => Some(DeskId::from(me as u128)),
        Who::Staff(_) => None,
    }
}

fn session(no: SocketNo) -> SessionId {
    SessionId::from(u128::from(no))
}

impl Socket {
    pub fn new(no: SocketNo, who: Who, hub: &Hub) -> Self {
        let peer = match who {
            Who::Visitor(_) => {
                let desk = desk_of(who);
                let pass = DeskPass { desk, rehearses: false, asker: desk.map(Asker::Desk) };
                Peer::Desk(Desk::new(pass, session(no)))
            }
            Who::Staff(me) => {
                let account = hub.plan.staff[me].account;
                Peer::Counsellor(account, Counsellor::new(account))
            }
        };
        Self { peer, closing: false }
    }

    fn opened(&mut self, near: &NearBy<'_>, acts: &mut Vec<Act>) {
        match &mut self.peer {
            Peer::Desk(desk) => desk.opened(near, acts),
            Peer::Counsellor(account, _) => {
                Counsellor::opened(profile(near.1, *account), session(near.0), near, acts);
            }
        }
    }

    fn heard(&mut self, frame: ClientFrame, near: &NearBy<'_>, acts: &mut Vec<Act>) {
        match &mut self.peer {
            Peer::Desk(desk) => desk.heard(frame, near, acts),
            Peer::Counsellor(_, counsellor) => counsellor.heard(frame, near, acts),
        }
    }

    fn told(&mut self, news: News, near: &NearBy<'_>, acts: &mut Vec<Act>) {
        let follows = match &news {
            News::Desk(news) => news.follows(),
            News::Counsellor(news) => news.follows(),
        };
        if let Some(room) = follows.filter(|_| near.1.is_broken(Broken::Disorder)) {
            self.ended(room, near, acts);
        }
        match (&mut self.peer, news) {
            (Peer::Desk(desk), News::Desk(news)) => desk.told(news, near, acts),
            (Peer::Counsellor(_, counsellor), News::Counsellor(news)) => counsellor.told(news, acts),
            (_, news) => unreachable!("for somebody else: {news:?}"),
        }
    }

    fn ended(&mut self, room: RoomId, near: &NearBy<'_>, acts: &mut Vec<Act>) {
        match &mut self.peer {
            Peer::Desk(desk) => desk.ended(room, near, acts),
            Peer::Counsellor(_, counsellor) => counsellor.ended(room, acts),
        }
    }

    fn passed(&mut self, passing: Passing, near: &NearBy<'_>, acts: &mut Vec<Act>) {
        match &mut self.peer {
            Peer::Desk(desk) => desk.passed(passing, near, acts),
            Peer::Counsellor(_, counsellor) => counsellor.passed(passing, acts),
        }
    }

    fn looks(&mut self, room: RoomId, glance: Glance, acts: &mut Vec<Act>) {
        match &mut self.peer {
            Peer::Desk(desk) => desk.looks(room, glance, acts),
            Peer::Counsellor(_, counsellor) => counsellor.looks(room, glance, acts),
        }
    }

    fn end_read(&mut self, room: RoomId, ended: Option<ServerFrame>, near: &NearBy<'_>, acts: &mut Vec<Act>) {
        match &mut self.peer {
            Peer::Desk(desk) => desk.end_read(room, ended, near, acts),
            Peer::Counsellor(_, counsellor) => counsellor.end_read(room, ended, acts),
        }
    }

    fn is_due(&mut self, due: Due, near: &NearBy<'_>, acts: &mut Vec<Act>) {
        match &mut self.peer {
            Peer::Desk(desk) => desk.is_due(due, near, acts),
            Peer::Counsellor(_, counsellor) => counsellor.is_due(due, acts),
        }
    }
}

impl Node {
    pub fn socket(&mut self, no: SocketNo, mail: Mail, hub: &mut Hub) {
        match mail {
            Mail::Hello => self.at(no, hub, Socket::opened),
            Mail::Heard(frame) => self.at(no, hub, |socket, near, acts| socket.heard(frame, near, acts)),
            Mail::Told(news) => self.at(no, hub, |socket, near, acts| socket.told(news, near, acts)),
            Mail::Out(frames) => self.at(no, hub, |socket, near, acts| {
                for frame in frames {
                    let passing = Passing::of(&frame);
                    acts.push(Act::Say(frame));
                    if let Some(passing) = passing {
                        socket.passed(passing, near, acts);
                    }
                }
            }),
            Mail::Passed(frame, passing) => self.at(no, hub, |socket, near, acts| {
                acts.push(Act::Say(frame));
                if let Some(passing) = passing {
                    socket.passed(passing, near, acts);
                }
            }),
            Mail::Looks(room, glance) => self.at(no, hub, |socket, _, acts| socket.looks(room, glance, acts)),
            Mail::Shut(code) => self.close_socket(no, code, hub),
            Mail::PeerGone => {
                if let Some(socket) = self.sockets.get_mut(&no).filter(|socket| !socket.closing) {
                    socket.closing = true;
                    stop_soon(no, hub);
                }
            }
            other => unreachable!("not for a socket: {other:?}"),
        }
    }

    pub fn socket_is_due(&mut self, no: SocketNo, due: Due, hub: &mut Hub) {
        self.at(no, hub, |socket, near, acts| socket.is_due(due, near, acts));
    }

    /// How a room ended is read beside, if the records answer.
    pub fn end_is_read(&mut self, no: SocketNo, room: RoomId, hub: &mut Hub) {
        let answers = hub.is_alone() || hub.reaches_store();
        let file = hub.store.on_file.rooms.get(&room).filter(|_| answers);
        let reason = file.and_then(|file| file.end);
        let ended = reason.map(|reason| ServerFrame::Ended { room, reason, by: None, next_room: None });
        self.at(no, hub, |socket, near, acts| socket.end_read(room, ended, near, acts));
    }

    /// Something happens at a socket that is open, and what follows from it.
    fn at(&mut self, no: SocketNo, hub: &mut Hub, happens: impl FnOnce(&mut Socket, &NearBy<'_>, &mut Vec<Act>)) {
        let Some(socket) = self.sockets.get_mut(&no).filter(|socket| !socket.closing) else { return };
        let mut acts = Vec::new();
        happens(socket, &NearBy(no, hub), &mut acts);
        acts.into_iter().for_each(|act| self.act(no, act, hub));
    }

    fn act(&mut self, no: SocketNo, act: Act, hub: &mut Hub) {
        match act {
            Act::Say(frame) => hub.down(no, Down::Frame(frame)),
            Act::Close(code) => self.close_socket(no, code, hub),
            Act::Parcel(parcel) | Act::Introduce(parcel) => hub.send(Actor::Front, Mail::Handed(parcel)),
            Act::Look(seat) => {
                let Seat { room, member, epoch, .. } = seat;
                match far_from(seat, hub) {
                    true => to_far(room, FarWord::Look { from: SocketId(no), member, epoch }, hub),
                    false => hub.send(Actor::Room(room), Mail::Look { member, epoch, to: At::Wire(no) }),
                }
            }
            Act::Attach { seat, after } => {
                let Seat { room, member, epoch, .. } = seat;
                if far_from(seat, hub) {
                    return to_far(room, FarWord::Attach { from: SocketId(no), member, epoch, after }, hub);
                }
                hub.send(Actor::Room(room), Mail::room(Event::Attach { member, epoch, socket: At::Wire(no), after }));
            }
            Act::Detach(seat) => {
                let Seat { room, member, epoch, .. } = seat;
                match far_from(seat, hub) {
                    true => to_far(room, FarWord::Detach { member, epoch }, hub),
                    false => hub.send(Actor::Room(room), Mail::room(Event::Detach { member, epoch })),
                }
            }
            Act::Recall(seat) => says(seat, Spoken::Input(anteroom::room::Input::Recall { member: seat.member }), hub),
            Act::Talk { seat, frame } => {
                let spoken = Spoken::by(seat.member, frame, &mut || uuid::Uuid::from_u128(hub.new_id()));
                spoken.into_iter().for_each(|what| says(seat, what, hub));
            }
            Act::Later { wait, due } => hub.timer(wait.as_micros() as u64, Timer::Socket(no, due)),
            Act::Forget(room) if !hub.is_alone() => to_far(room, FarWord::Forgotten(SocketId(no)), hub),
            Act::ReadEnd(room) => {
                let takes = hub.dice.below(20 * MS);
                hub.timer(takes, Timer::ReadEnd(no, room));
            }
            // Nobody rates here.
            Act::Rate { .. } | Act::Forget(_) => {}
        }
    }

    pub fn close_socket(&mut self, no: SocketNo, code: CloseCode, hub: &mut Hub) {
        let Some(socket) = self.sockets.get_mut(&no).filter(|socket| !socket.closing) else { return };
        socket.closing = true;
        hub.down(no, Down::Close(code));
        stop_soon(no, hub);
    }

    /// The only place where membership is cleaned up.
    pub fn socket_stops(&mut self, no: SocketNo, hub: &mut Hub) {
        let Some(socket) = self.sockets.remove(&no) else { return };
        let (near, mut acts) = (NearBy(no, hub), Vec::new());
        match &socket.peer {
            Peer::Desk(desk) => desk.gone(&near, &mut acts),
            Peer::Counsellor(_, counsellor) => counsellor.gone(&near, &mut acts),
        }
        acts.into_iter().for_each(|act| self.act(no, act, hub));
    }
}

/// Whether the room of this seat lives elsewhere.
fn far_from(seat: Seat, hub: &Hub) -> bool {
    seat.home != hub.node() && !hub.is_alone()
}

fn to_far(room: RoomId, what: FarWord, hub: &mut Hub) {
    hub.send(Actor::Front, Mail::ToFar(room, what));
}

fn says(seat: Seat, what: Spoken, hub: &mut Hub) {
    let event = match what {
        what if far_from(seat, hub) => return to_far(seat.room, FarWord::Says(what), hub),
        Spoken::Input(input) => Event::Happens(input),
        Spoken::End { by, note } => Event::End { by, note },
    };
    hub.send(Actor::Room(seat.room), Mail::room(event));
}

/// A socket that closes stops when its thread comes to it.
fn stop_soon(no: SocketNo, hub: &mut Hub) {
    let late = if hub.dice.percent(10) { 2 * S } else { 20 * MS };
    let wait = hub.dice.below(late);
    hub.timer(wait, Timer::SocketStops(no));
}
