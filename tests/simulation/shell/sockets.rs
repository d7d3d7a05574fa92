//! The near end of a socket, and who sits there.

use std::collections::BTreeMap;

use anteroom::dispatch::{
    Ask, CounsellorNews, DeskNews, DeskWish, HELD_MAX, Held, InOrder, Input, Receiver, Seat, SocketId, Wish,
};
use anteroom::ids::{AccountId, MemberId, MessageId, RoomId, SessionId, TicketId};
use anteroom::protocol::{ClientFrame, CloseCode, ErrorCode, MessageKind, RoomBrief, ServerFrame};
use anteroom::room::{self, Ender, Say};

use super::Node;
use super::restart::profile;
use crate::hub::{Actor, Down, Hub, MS, S, SocketNo, Timer};
use crate::mail::{Mail, News};
use crate::plan::Broken;

pub struct Socket {
    peer: Peer,
    /// Rooms in which its peer has a seat.
    rooms: BTreeMap<RoomId, Held>,
    /// What the matchmaker tells, after the ends it follows from.
    order: InOrder<News>,
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
        Self { peer, rooms: BTreeMap::new(), order: InOrder::default(), closing: false }
    }
}

impl Node {
    pub fn socket(&mut self, no: SocketNo, mail: Mail, hub: &mut Hub) {
        let Some(socket) = self.sockets.get_mut(&no).filter(|socket| !socket.closing) else { return };
        match mail {
            Mail::Hello => {
                if let Peer::Counsellor(account) = socket.peer {
                    let (from, session) = (SocketId(no), SessionId::from(u128::from(no)));
                    let what = Input::Arrive { from, profile: profile(hub, account), session };
                    hub.send(Actor::Matchmaker, Mail::happens(what));
                }
            }
            Mail::Heard(frame) => socket.heard(no, frame, hub),
            Mail::Told(news) => {
                // A room that is gone tells nothing more.
                if let News::Counsellor(CounsellorNews::RoomGone { room }) = news {
                    socket.order.ended(room);
                }
                if hub.is_broken(Broken::Disorder) {
                    if let Some(code) = socket.told(no, news, hub) {
                        self.close_socket(no, code, hub);
                    }
                    return;
                }
                socket.order.push(news);
                self.tell_in_order(no, hub);
            }
            Mail::Out(frames) => {
                for frame in frames {
                    if let ServerFrame::Ended { room, .. } = frame {
                        socket.order.ended(room);
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
            let Some(news) = socket.order.next() else { break };
            if let Some(code) = socket.told(no, news, hub) {
                self.close_socket(no, code, hub);
            }
        }
        if let Some(room) = self.sockets.get_mut(&no).and_then(|socket| socket.order.begins_to_wait()) {
            hub.timer(HELD_MAX.as_micros() as u64, Timer::Held(no, room));
        }
    }

    /// What a socket has held back for the end of a room is told without.
    pub fn held_long_enough(&mut self, no: SocketNo, room: RoomId, hub: &mut Hub) {
        if let Some(socket) = self.sockets.get_mut(&no) {
            socket.order.ended(room);
            self.tell_in_order(no, hub);
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
        for (room, Held { seat: Seat { member, turn, .. }, .. }) in socket.rooms {
            hub.send(Actor::Room(room), Mail::Detach { member, turn });
        }
        let from = SocketId(no);
        let gone = match socket.peer {
            Peer::Desk { .. } => Input::FromDesk { from, what: DeskWish::Gone },
            Peer::Counsellor(account) => Input::FromCounsellor { from, account, what: Wish::Gone },
        };
        hub.send(Actor::Matchmaker, Mail::happens(gone));
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
        let (re, from) = (frame.re(), SocketId(no));
        if let Some(room) = frame.talks_in() {
            return match self.rooms.get(&room) {
                Some(held) => take(room, held.seat.member, frame, hub),
                None => refuse(no, ErrorCode::NoSuchRoom, re, hub),
            };
        }
        let what = match (&mut self.peer, frame) {
            (Peer::Desk { stage }, frame @ ClientFrame::Request { .. }) => match asked(stage, from, frame) {
                Some(what) => what,
                None => return refuse(no, ErrorCode::AlreadyRequested, re, hub),
            },
            (Peer::Desk { stage }, ClientFrame::Resume { token, after }) => match (&stage, token.parse::<TicketId>()) {
                (Stage::Fresh, Ok(ticket)) => {
                    *stage = Stage::Asked(None);
                    Input::ComeBack { from, ticket, after, asker: None }
                }
                _ => return refuse(no, ErrorCode::AlreadyRequested, re, hub),
            },
            (Peer::Desk { stage: Stage::Asked(_) }, ClientFrame::Cancel {}) => {
                Input::FromDesk { from, what: DeskWish::Cancel }
            }
            (Peer::Desk { .. }, _) => return refuse(no, ErrorCode::NotWaiting, re, hub),
            (Peer::Counsellor(account), frame) => {
                let what = match frame {
                    ClientFrame::Open { lines, capacity } => Wish::Open { lines, capacity },
                    ClientFrame::Pause { reason } => Wish::Pause { reason },
                    ClientFrame::Accept { offer } => Wish::Accept(offer),
                    ClientFrame::Decline { offer, .. } => Wish::Decline(offer),
                    ClientFrame::WrapUp { room, result_code, memo } => Wish::WrapUp { room, result_code, memo },
                    ClientFrame::Transfer { room, line, counsellor, note } => {
                        let to = line.map(Receiver::Line).or(counsellor.map(Receiver::Colleague));
                        let Some(to) = to else { return };
                        Wish::Transfer { room, to, note }
                    }
                    ClientFrame::CancelTransfer { room } => Wish::CancelTransfer { room },
                    _ => return refuse(no, ErrorCode::NotAllowed, re, hub),
                };
                Input::FromCounsellor { from, account: *account, what }
            }
        };
        hub.send(Actor::Matchmaker, Mail::happens(what));
    }

    /// What follows from news; a code if the socket is to be closed.
    fn told(&mut self, no: SocketNo, news: News, hub: &mut Hub) -> Option<CloseCode> {
        match news {
            News::Desk(news) => self.desk_told(no, news, hub),
            News::Counsellor(news) => self.counsellor_told(no, news, hub),
        }
    }

    fn desk_told(&mut self, no: SocketNo, news: DeskNews, hub: &mut Hub) -> Option<CloseCode> {
        let Peer::Desk { stage } = &mut self.peer else { return None };
        match news {
            DeskNews::Stands(frame) => {
                if matches!(stage, Stage::Seated) {
                    // Its counsellor was lost: back in line (R11).
                    *stage = Stage::Asked(None);
                    self.rooms.clear();
                }
                say(no, frame, hub);
            }
            DeskNews::Seated { seat, frame, after } => {
                *stage = Stage::Seated;
                self.rooms.clear();
                self.sit(no, seat, frame, after, hub);
            }
            DeskNews::RoomOver { rate_for, .. } => {
                if let Some(rate_for) = rate_for {
                    hub.timer(rate_for.as_micros() as u64, Timer::TimeToRate(no));
                }
            }
            DeskNews::WasOver { frame, rate_for, .. } => {
                say(no, frame, hub);
                *stage = Stage::Seated;
                hub.timer(rate_for.as_micros() as u64, Timer::TimeToRate(no));
            }
            DeskNews::Over(frame) => {
                say(no, frame, hub);
                return Some(CloseCode::Done);
            }
            DeskNews::Refused { code, re, ask_again, .. } => {
                if ask_again {
                    *stage = Stage::Fresh;
                }
                refuse(no, code, re, hub);
            }
            DeskNews::Replaced => return Some(CloseCode::Replaced),
        }
        None
    }

    fn counsellor_told(&mut self, no: SocketNo, news: CounsellorNews, hub: &mut Hub) -> Option<CloseCode> {
        match news {
            CounsellorNews::Rooms(held) => {
                for held in held {
                    let room = held.seat.room;
                    let last_seq = hub.cards.get(&room).map(|card| card.last_seq);
                    self.order.begins(room);
                    attach(no, held.seat, last_seq, hub);
                    self.rooms.insert(room, held);
                }
            }
            CounsellorNews::State { intent, reason, activity, capacity, lines } => {
                let rooms = self.briefs(hub);
                say(no, ServerFrame::State { intent, reason, activity, capacity, lines, rooms }, hub);
            }
            CounsellorNews::Frame(frame) => say(no, frame, hub),
            CounsellorNews::Seated { seat, frame } => self.sit(no, seat, frame, None, hub),
            CounsellorNews::RoomOver { room, wrap_up } => {
                if let Some(held) = self.rooms.get_mut(&room) {
                    held.wrap_up = wrap_up;
                }
            }
            CounsellorNews::WrappedUp { room } => {
                if let Some(held) = self.rooms.get_mut(&room) {
                    held.wrap_up = false;
                }
            }
            CounsellorNews::RoomGone { room } => {
                self.rooms.remove(&room);
            }
            CounsellorNews::Replaced => return Some(CloseCode::Replaced),
        }
        None
    }

    fn sit(&mut self, no: SocketNo, seat: Seat, frame: ServerFrame, after: Option<u32>, hub: &mut Hub) {
        // From what it is told here on nothing is missed until the room knows of the socket.
        let told = if let ServerFrame::Matched { last_seq, .. } = frame { last_seq } else { 0 };
        say(no, frame, hub);
        attach(no, seat, after.or(Some(told)), hub);
        self.order.begins(seat.room);
        self.rooms.insert(seat.room, Held { seat, wrap_up: false });
    }

    /// The rooms of a counsellor's `state`: those that are to be written up or have not told of their end.
    fn briefs(&self, hub: &Hub) -> Vec<RoomBrief> {
        let listed = self.rooms.iter().filter(|(room, held)| held.wrap_up || !self.order.is_ended(**room));
        let brief = |(&room, held): (&RoomId, &Held)| {
            let card = hub.cards.get(&room)?;
            let (you, wrap_up) = (held.seat.member, held.wrap_up);
            let (last_seq, members) = (card.last_seq, card.members.clone());
            Some(RoomBrief { room, you, last_seq, members, number: String::new(), line: String::new(), wrap_up })
        };
        listed.filter_map(brief).collect()
    }
}

/// What the matchmaker is told of a request; `None` if another was made on this socket.
fn asked(stage: &mut Stage, from: SocketId, frame: ClientFrame) -> Option<Input> {
    let ClientFrame::Request { client_id, topic, language, nickname, note, priority } = frame else { return None };
    match stage {
        Stage::Fresh => {
            *stage = Stage::Asked(Some(client_id.clone()));
            let (session, priority) = (SessionId::from(u128::from(from.0)), priority.unwrap_or(0));
            let (desk, rehearses, asker) = (None, false, None);
            Some(Input::Ask(Box::new(Ask {
                from,
                session,
                desk,
                rehearses,
                asker,
                client_id,
                topic,
                language,
                nickname,
                note,
                priority,
            })))
        }
        Stage::Asked(Some(known)) if *known == client_id => Some(Input::FromDesk { from, what: DeskWish::Repeat }),
        Stage::Asked(_) | Stage::Seated => None,
    }
}

fn attach(socket: SocketNo, seat: Seat, after: Option<u32>, hub: &mut Hub) {
    let Seat { room, member, turn, .. } = seat;
    hub.send(Actor::Room(room), Mail::Attach { member, turn, socket, after });
}

/// A frame that talks in a room.
fn take(room: RoomId, from: MemberId, frame: ClientFrame, hub: &mut Hub) {
    let member = from;
    let input = match frame {
        ClientFrame::Say { client_id, body, kind, .. } => {
            let (kind, id) = (kind.unwrap_or(MessageKind::Text), MessageId::from(hub.new_id()));
            room::Input::Say(Say { from, client_id, body, kind, id })
        }
        ClientFrame::Typing { on, .. } => room::Input::Typing { member, on },
        ClientFrame::Seen { seq, .. } => room::Input::Seen { member, seq },
        ClientFrame::Replay { after, .. } => room::Input::Replay { member, after },
        ClientFrame::End { .. } => room::Input::End(Ender::Member(member)),
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
