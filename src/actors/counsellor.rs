//! The actor of a counsellor's socket.

use std::collections::BTreeMap;

use actix::prelude::*;

use super::CounsellorPass;
use super::Receiver;
use super::in_order::{Follows, HELD_MAX, InOrder};
use super::matchmaker::{Arrive, FromCounsellor, Handle, Held, Wish};
use super::room::Seat;
use super::socket::{Peer, Wire};
use crate::app::App;
use crate::ids::RoomId;
use crate::protocol::{Activity, ClientFrame, CloseCode, ErrorCode, Intent, LineInfo, Sender, ServerFrame};

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

/// What a counsellor is told by the matchmaker.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) enum CounsellorNews {
    /// The seats they hold, on arrival.
    Rooms(Vec<Held>),
    /// How they stand.
    State { intent: Intent, reason: Option<String>, activity: Activity, capacity: u16, lines: Vec<LineInfo> },
    /// A frame: an offer, its end, the queues, a refusal.
    Frame(ServerFrame),
    /// A new seat, with its `matched`.
    Seated { seat: Seat, frame: ServerFrame },
    /// A room is over; `wrap_up` if it waits to be written up.
    RoomOver { room: RoomId, wrap_up: bool },
    /// A room's wrap-up is done, or its time is over.
    WrappedUp { room: RoomId },
    /// A room is gone.
    RoomGone { room: RoomId },
    /// A newer socket of the same account took over.
    Replaced,
}

impl Follows for CounsellorNews {
    fn follows(&self) -> Option<RoomId> {
        if let Self::RoomOver { room, .. } = self { Some(*room) } else { None }
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
        let (account, generation) = (self.pass.account, wire.generation());
        self.app.matchmaker.do_send(FromCounsellor { account, generation, what });
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
        let from = Handle { to: wire.address(), outbox: wire.outbox() };
        self.app.matchmaker.do_send(Arrive { from, pass: self.pass.clone() });
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
        if let CounsellorNews::RoomGone { room } = news {
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
        self.app.matchmaker.do_send(FromCounsellor { account: self.pass.account, generation, what: Wish::Gone });
    }
}

impl Counsellor {
    fn take(&mut self, news: CounsellorNews, wire: &mut Wire<'_, Self>) {
        match news {
            CounsellorNews::Rooms(held) => {
                self.recalls = !held.is_empty();
                for held in held {
                    self.order.begins(held.seat.room);
                    // What is said from here on is not in the `state` that follows.
                    held.seat.attach(wire.outbox(), Some(held.seat.card.last_seq()));
                    self.rooms.insert(held.seat.room, held);
                }
            }
            CounsellorNews::State { intent, reason, activity, capacity, lines } => {
                // By what was told here: the room itself may be further than this socket.
                let listed = self.rooms.values().filter(|held| held.wrap_up || !self.order.is_ended(held.seat.room));
                let rooms = listed.filter_map(|held| held.seat.card.brief(held.seat.member, held.wrap_up)).collect();
                let state = ServerFrame::State { intent, reason, activity, capacity, lines, rooms };
                if self.told.as_ref() != Some(&state) {
                    wire.say(&state);
                    self.told = Some(state);
                }
                if std::mem::take(&mut self.recalls) {
                    self.rooms.values().for_each(|held| held.seat.recall());
                }
            }
            CounsellorNews::Frame(frame) => wire.say(&frame),
            CounsellorNews::Seated { seat, frame } => {
                wire.say(&frame);
                let told = if let ServerFrame::Matched { last_seq, .. } = frame { last_seq } else { 0 };
                seat.attach(wire.outbox(), Some(told));
                self.order.begins(seat.room);
                self.rooms.insert(seat.room, Held { seat, wrap_up: false });
            }
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
            CounsellorNews::Replaced => wire.close(CloseCode::Replaced),
        }
    }
}
