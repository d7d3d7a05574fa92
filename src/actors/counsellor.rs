//! The actor of a counsellor's socket.

use std::collections::BTreeMap;

use actix::prelude::*;

use super::CounsellorPass;
use super::matchmaker::{CounsellorHappens, Happens};
use super::room::{Seat, Way};
use super::socket::{Peer, Wire};
use crate::app::App;
use crate::dispatch::{self, Follows, HELD_MAX, InOrder, Input, Profile, Receiver, SocketId, Wish};
use crate::ids::RoomId;
use crate::protocol::{ClientFrame, CloseCode, ErrorCode, Sender, ServerFrame};

/// Who sits at a counsellor's socket.
pub(super) struct Counsellor {
    app: App,
    pass: CounsellorPass,
    /// The rooms with a seat of theirs, until the room is gone.
    rooms: BTreeMap<RoomId, Held>,
    /// What the matchmaker tells, after the ends it follows from.
    order: InOrder<CounsellorNews>,
    /// The state last told: only a change is told, or an answer.
    told: Option<ServerFrame>,
    /// The whispers in their rooms are to be told after the next state.
    recalls: bool,
}

/// What a counsellor is told by the matchmaker; with each seat comes the way to its room.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct CounsellorNews {
    pub(super) news: dispatch::CounsellorNews,
    pub(super) ways: Vec<Way>,
}

/// A seat of theirs, and whether it only waits for the wrap-up.
struct Held {
    seat: Seat,
    wrap_up: bool,
}

impl Follows for CounsellorNews {
    fn follows(&self) -> Option<RoomId> {
        self.news.follows()
    }
}

impl Counsellor {
    pub(super) fn new(app: App, pass: CounsellorPass) -> Self {
        Self { app, pass, rooms: BTreeMap::new(), order: InOrder::default(), told: None, recalls: false }
    }

    /// Takes what may be told by now.
    fn go_on(&mut self, wire: &mut Wire<'_, Self>) {
        while let Some(news) = self.order.next() {
            self.take(news, wire);
        }
        if let Some(room) = self.order.begins_to_wait() {
            wire.later(HELD_MAX, move |counsellor, wire| counsellor.ended(room, wire));
        }
    }

    /// The `state` that follows is the answer, also if it says nothing new.
    fn wish(&mut self, what: Wish, wire: &Wire<'_, Self>) {
        self.told = None;
        self.say(what, wire.generation());
    }

    fn say(&self, what: Wish, generation: u64) {
        let (account, from) = (self.pass.account, SocketId(generation));
        self.app.matchmaker.do_send(Happens(Input::FromCounsellor { from, account, what }));
    }

    /// The seat in `room`, or a refusal that does not say whether such a room exists.
    fn seat(&self, room: RoomId, re: Option<String>, wire: &mut Wire<'_, Self>) -> Option<&Seat> {
        let seat = self.rooms.get(&room).map(|held| &held.seat);
        if seat.is_none() {
            wire.refuse(ErrorCode::NoSuchRoom, "you have no seat in such a room", re);
        }
        seat
    }
}

impl Peer for Counsellor {
    type News = CounsellorNews;

    fn opened(&mut self, wire: &mut Wire<'_, Self>) {
        wire.say(&ServerFrame::Welcome {
            session: self.pass.session,
            heartbeat_s: self.app.settings.heartbeat_s,
            node: self.app.settings.node.clone(),
            lines: None,
        });
        let super::CounsellorPass { account, session, name, picture, lines, capacity, .. } = self.pass.clone();
        let super::CounsellorPass { intent, reason, version, test, .. } = self.pass.clone();
        let profile = Profile { account, name, picture, lines, capacity, intent, reason, version, test };
        let (socket, handle) = (SocketId(wire.generation()), wire.address().recipient());
        let what = Input::Arrive { from: socket, profile, session };
        self.app.matchmaker.do_send(CounsellorHappens { socket, handle, what });
    }

    fn heard(&mut self, frame: ClientFrame, wire: &mut Wire<'_, Self>) {
        let re = frame.re();
        if !frame.senders().contains(&Sender::Counsellor) {
            return wire.refuse(ErrorCode::NotAllowed, "this frame is not for counsellors", re);
        }
        if let Some(room) = frame.talks_in() {
            if let Some(seat) = self.seat(room, re, wire) {
                seat.take(frame, &self.app.clock);
            }
            return;
        }
        match frame {
            ClientFrame::Open { lines, capacity } => self.wish(Wish::Open { lines, capacity }, wire),
            ClientFrame::Pause { reason } => self.wish(Wish::Pause { reason }, wire),
            ClientFrame::Accept { offer } => self.wish(Wish::Accept(offer), wire),
            ClientFrame::Decline { offer, .. } => self.wish(Wish::Decline(offer), wire),
            ClientFrame::WrapUp { room, result_code, memo } => {
                self.wish(Wish::WrapUp { room, result_code, memo }, wire);
            }
            ClientFrame::Transfer { room, line, counsellor, note } => {
                let to = line.map(Receiver::Line).or(counsellor.map(Receiver::Colleague));
                // Exactly one is named: the frame was read so.
                if let Some(to) = to {
                    self.wish(Wish::Transfer { room, to, note }, wire);
                }
            }
            ClientFrame::CancelTransfer { room } => self.wish(Wish::CancelTransfer { room }, wire),
            // The others were taken above: they talk in a room, or are refused.
            _ => {}
        }
    }

    fn told(&mut self, news: CounsellorNews, wire: &mut Wire<'_, Self>) {
        // A room that is gone tells nothing more.
        if let dispatch::CounsellorNews::RoomGone { room } = news.news {
            self.order.ended(room);
        }
        self.order.push(news);
        self.go_on(wire);
    }

    fn ended(&mut self, room: RoomId, wire: &mut Wire<'_, Self>) {
        self.order.ended(room);
        self.go_on(wire);
    }

    fn gone(&mut self, generation: u64) {
        for held in self.rooms.values() {
            held.seat.detach();
        }
        self.say(Wish::Gone, generation);
    }
}

impl Counsellor {
    fn take(&mut self, CounsellorNews { news, ways }: CounsellorNews, wire: &mut Wire<'_, Self>) {
        match news {
            dispatch::CounsellorNews::Rooms(held) => {
                self.recalls = !held.is_empty();
                for (dispatch::Held { seat, wrap_up }, way) in held.into_iter().zip(ways) {
                    let (room, seat) = (seat.room, Seat { seat, way });
                    self.order.begins(room);
                    // What is said from here on is not in the `state` that follows.
                    seat.attach(wire.outbox(), Some(seat.way.card.last_seq()));
                    self.rooms.insert(room, Held { seat, wrap_up });
                }
            }
            dispatch::CounsellorNews::State { intent, reason, activity, capacity, lines } => {
                // By what was told here: the room itself may be further than this socket.
                let listed = self.rooms.iter().filter(|(room, held)| held.wrap_up || !self.order.is_ended(**room));
                let brief = |held: &Held| held.seat.way.card.brief(held.seat.seat.member, held.wrap_up);
                let rooms = listed.filter_map(|(_, held)| brief(held)).collect();
                let state = ServerFrame::State { intent, reason, activity, capacity, lines, rooms };
                if self.told.as_ref() != Some(&state) {
                    wire.say(&state);
                    self.told = Some(state);
                }
                if std::mem::take(&mut self.recalls) {
                    self.rooms.values().for_each(|held| held.seat.recall());
                }
            }
            dispatch::CounsellorNews::Frame(frame) => wire.say(&frame),
            dispatch::CounsellorNews::Seated { seat, frame } => {
                let Some(way) = ways.into_iter().next() else { return };
                let (room, seat) = (seat.room, Seat { seat, way });
                wire.say(&frame);
                let told = if let ServerFrame::Matched { last_seq, .. } = frame { last_seq } else { 0 };
                seat.attach(wire.outbox(), Some(told));
                self.order.begins(room);
                self.rooms.insert(room, Held { seat, wrap_up: false });
            }
            dispatch::CounsellorNews::RoomOver { room, wrap_up } => {
                if let Some(held) = self.rooms.get_mut(&room) {
                    held.wrap_up = wrap_up;
                }
            }
            dispatch::CounsellorNews::WrappedUp { room } => {
                if let Some(held) = self.rooms.get_mut(&room) {
                    held.wrap_up = false;
                }
            }
            dispatch::CounsellorNews::RoomGone { room } => {
                self.rooms.remove(&room);
            }
            dispatch::CounsellorNews::Replaced => wire.close(CloseCode::Replaced),
        }
    }
}
