//! The near end of a socket, and who sits there.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anteroom::ids::{AccountId, MemberId, MessageId, RoomId, TicketId};
use anteroom::protocol::{ClientFrame, CloseCode, ErrorCode, MessageKind, ServerFrame};
use anteroom::room::{Ender, Input, Say};

use super::Node;
use crate::hub::{Actor, Down, Hub, MS, S, SocketNo, Timer};
use crate::mail::{DeskWish, Mail, News, Seat, Wish};
use crate::plan::Broken;

pub struct Socket {
    peer: Peer,
    /// Rooms in which its peer has a seat.
    rooms: BTreeMap<RoomId, Seat>,
    /// Those that have not told of their end here.
    unended: BTreeSet<RoomId>,
    /// What the matchmaker tells, after the ends it follows from.
    held: VecDeque<News>,
    pub closing: bool,
}

enum Peer {
    /// What was asked on this socket, if anything.
    Desk {
        stage: Stage,
    },
    Counsellor(AccountId),
}

enum Stage {
    Fresh,
    Asked(Option<String>),
    Seated,
}

impl Socket {
    pub fn desk() -> Self {
        Self::of(Peer::Desk { stage: Stage::Fresh })
    }

    pub fn counsellor(account: AccountId) -> Self {
        Self::of(Peer::Counsellor(account))
    }

    fn of(peer: Peer) -> Self {
        Self { peer, rooms: BTreeMap::new(), unended: BTreeSet::new(), held: VecDeque::new(), closing: false }
    }
}

impl Node {
    pub fn socket(&mut self, no: SocketNo, mail: Mail, hub: &mut Hub) {
        let Some(socket) = self.sockets.get_mut(&no).filter(|socket| !socket.closing) else { return };
        match mail {
            Mail::Hello => {
                if let Peer::Counsellor(account) = socket.peer {
                    hub.send(Actor::Matchmaker, Mail::Arrive { from: no, account });
                }
            }
            Mail::Heard(frame) => socket.heard(no, frame, hub),
            Mail::News(news) => {
                if let News::RoomGone(room) = news {
                    socket.unended.remove(&room);
                }
                socket.held.push_back(news);
                self.tell_in_order(no, hub);
            }
            Mail::Out(frames) => {
                for frame in frames {
                    if let ServerFrame::Ended { room, .. } = frame {
                        socket.unended.remove(&room);
                    }
                    hub.down(no, Down::Frame(frame));
                }
                self.tell_in_order(no, hub);
            }
            Mail::Shut(code) => self.close_socket(no, code, hub),
            Mail::PeerGone => {
                socket.closing = true;
                stop_soon(no, hub);
            }
            other => unreachable!("not for a socket: {other:?}"),
        }
    }

    /// Tells what follows from nothing that has not been told here.
    fn tell_in_order(&mut self, no: SocketNo, hub: &mut Hub) {
        loop {
            let Some(socket) = self.sockets.get_mut(&no).filter(|socket| !socket.closing) else { return };
            let waits_for = match socket.held.front() {
                Some(News::DeskRoomOver { room, .. } | News::RoomOver { room, .. }) => Some(*room),
                Some(_) => None,
                None => return,
            };
            if waits_for.is_some_and(|room| socket.unended.contains(&room)) && !hub.is_broken(Broken::Disorder) {
                return;
            }
            let Some(news) = socket.held.pop_front() else { return };
            if let Some(code) = socket.told(no, news, hub) {
                self.close_socket(no, code, hub);
            }
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
        for (room, Seat { member, turn, .. }) in socket.rooms {
            hub.send(Actor::Room(room), Mail::Detach { member, turn });
        }
        hub.send(
            Actor::Matchmaker,
            match socket.peer {
                Peer::Desk { .. } => Mail::FromDesk { from: no, what: DeskWish::Gone },
                Peer::Counsellor(account) => Mail::FromCounsellor { from: no, account, what: Wish::Gone },
            },
        );
    }
}

/// A socket that closes stops when its thread comes to it.
fn stop_soon(no: SocketNo, hub: &mut Hub) {
    let late = if hub.dice.percent(10) { 2 * S } else { 20 * MS };
    let wait = hub.dice.below(late);
    hub.timer(wait, Timer::SocketStops(no));
}

impl Socket {
    fn heard(&mut self, no: SocketNo, frame: ClientFrame, hub: &mut Hub) {
        let re = frame.re();
        if let Some(room) = frame.talks_in() {
            return match self.rooms.get(&room) {
                Some(seat) => take(room, seat.member, frame, hub),
                None => refuse(no, ErrorCode::NoSuchRoom, re, hub),
            };
        }
        let mail = match (&mut self.peer, frame) {
            (Peer::Desk { stage }, ClientFrame::Request { client_id, topic, priority, .. }) => match stage {
                Stage::Fresh => {
                    *stage = Stage::Asked(Some(client_id.clone()));
                    Mail::Ask { from: no, client_id, topic, priority: priority.unwrap_or(0) }
                }
                Stage::Asked(Some(known)) if *known == client_id => Mail::FromDesk { from: no, what: DeskWish::Repeat },
                Stage::Asked(_) | Stage::Seated => return refuse(no, ErrorCode::AlreadyRequested, re, hub),
            },
            (Peer::Desk { stage }, ClientFrame::Resume { token, after }) => match (&stage, token.parse::<TicketId>()) {
                (Stage::Fresh, Ok(ticket)) => {
                    *stage = Stage::Asked(None);
                    Mail::ComeBack { from: no, ticket, after }
                }
                _ => return refuse(no, ErrorCode::AlreadyRequested, re, hub),
            },
            (Peer::Desk { stage: Stage::Asked(_) }, ClientFrame::Cancel {}) => {
                Mail::FromDesk { from: no, what: DeskWish::Cancel }
            }
            (Peer::Desk { .. }, _) => return refuse(no, ErrorCode::NotWaiting, re, hub),
            (Peer::Counsellor(account), frame) => {
                let what = match frame {
                    ClientFrame::Open { lines, capacity } => {
                        Wish::Open { lines: lines.map(|l| hub.lines(&l)), capacity }
                    }
                    ClientFrame::Pause { .. } => Wish::Pause,
                    ClientFrame::Accept { offer } => Wish::Accept(offer),
                    ClientFrame::Decline { offer, .. } => Wish::Decline(offer),
                    ClientFrame::WrapUp { room, .. } => Wish::WrapUp(room),
                    ClientFrame::Transfer { room, line, counsellor: to, .. } => {
                        let line = line.and_then(|topic| hub.lines(&[topic]).first().copied());
                        Wish::Transfer { room, line, to }
                    }
                    ClientFrame::CancelTransfer { room } => Wish::CancelTransfer(room),
                    _ => return refuse(no, ErrorCode::NotAllowed, re, hub),
                };
                Mail::FromCounsellor { from: no, account: *account, what }
            }
        };
        hub.send(Actor::Matchmaker, mail);
    }

    /// What follows from news; a code if the socket is to be closed.
    fn told(&mut self, no: SocketNo, news: News, hub: &mut Hub) -> Option<CloseCode> {
        match news {
            News::Stands(frame) => {
                if let Peer::Desk { stage: stage @ Stage::Seated } = &mut self.peer {
                    // Its counsellor was lost: back in line (R11).
                    *stage = Stage::Asked(None);
                    self.rooms.clear();
                }
                say(no, frame, hub);
            }
            News::Seated { room, seat, frame, after } => {
                // From what it is told here on nothing is missed until the room knows of the socket.
                let told = match &frame {
                    ServerFrame::Matched { last_seq, .. } => Some(*last_seq),
                    _ => None,
                };
                say(no, frame, hub);
                attach(no, room, seat, after.or(told), hub);
                if let Peer::Desk { stage } = &mut self.peer {
                    *stage = Stage::Seated;
                    self.rooms.clear();
                }
                self.unended.insert(room);
                self.rooms.insert(room, seat);
            }
            News::DeskRoomOver { may_rate, .. } => {
                if may_rate {
                    hub.timer(60 * S, Timer::TimeToRate(no));
                }
            }
            News::Over(frame) => {
                if let Some(frame) = frame {
                    say(no, frame, hub);
                }
                return Some(CloseCode::Done);
            }
            News::Refused { code, re, ask_again } => {
                if let Peer::Desk { stage } = &mut self.peer
                    && ask_again
                {
                    *stage = Stage::Fresh;
                }
                refuse(no, code, re, hub);
            }
            News::Replaced => return Some(CloseCode::Replaced),
            News::Rooms(held) => {
                for (room, seat) in held {
                    let last_seq = hub.cards.get(&room).map(|card| card.last_seq);
                    attach(no, room, seat, last_seq, hub);
                    self.unended.insert(room);
                    self.rooms.insert(room, seat);
                }
            }
            News::State { intent, activity, capacity } => {
                let rooms = hub.briefs(&self.rooms, &self.unended);
                let lines = Vec::new();
                say(no, ServerFrame::State { intent, reason: None, activity, capacity, lines, rooms }, hub);
            }
            News::Frame(frame) => say(no, frame, hub),
            News::RoomOver { room, wrap_up } => {
                if let Some(held) = self.rooms.get_mut(&room) {
                    held.wrap_up = wrap_up;
                }
            }
            News::RoomGone(room) => {
                self.rooms.remove(&room);
            }
        }
        None
    }
}

fn attach(socket: SocketNo, room: RoomId, seat: Seat, after: Option<u32>, hub: &mut Hub) {
    let Seat { member, turn, .. } = seat;
    hub.send(Actor::Room(room), Mail::Attach { member, turn, socket, after });
}

/// A frame that talks in a room.
fn take(room: RoomId, from: MemberId, frame: ClientFrame, hub: &mut Hub) {
    let member = from;
    let input = match frame {
        ClientFrame::Say { client_id, body, kind, .. } => {
            let (kind, id) = (kind.unwrap_or(MessageKind::Text), MessageId::from(hub.new_id()));
            Input::Say(Say { from, client_id, body, kind, id })
        }
        ClientFrame::Typing { on, .. } => Input::Typing { member, on },
        ClientFrame::Seen { seq, .. } => Input::Seen { member, seq },
        ClientFrame::Replay { after, .. } => Input::Replay { member, after },
        ClientFrame::End { .. } => Input::End(Ender::Member(member)),
        _ => return,
    };
    hub.send(Actor::Room(room), Mail::Room(input));
}

fn say(no: SocketNo, frame: ServerFrame, hub: &mut Hub) {
    hub.down(no, Down::Frame(frame));
}

fn refuse(no: SocketNo, code: ErrorCode, re: Option<String>, hub: &mut Hub) {
    say(no, ServerFrame::refusal(code, "", re), hub);
}
