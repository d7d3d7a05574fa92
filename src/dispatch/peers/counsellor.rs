//! Somebody who counsels, at one socket.

use std::collections::BTreeMap;

use super::in_order::{HELD_MAX, InOrder};
use super::{Act, Due, Near, refuse};
use crate::dispatch::input::{Input, Profile, Receiver, Wish};
use crate::dispatch::news::{CounsellorNews, Held, Seat};
use crate::ids::{AccountId, RoomId, SessionId};
use crate::protocol::{ClientFrame, CloseCode, ErrorCode, Sender, ServerFrame};

/// A counsellor at a socket.
pub struct Counsellor {
    account: AccountId,
    /// The rooms with a seat of theirs, until the room is gone.
    rooms: BTreeMap<RoomId, Held>,
    /// What the dispatch tells, after the ends it follows from.
    order: InOrder<CounsellorNews>,
    /// The state last told: only a change is told, or an answer.
    told: Option<ServerFrame>,
    /// The whispers in their rooms are to be told after the next state.
    recalls: bool,
}

impl Counsellor {
    /// Somebody with this account.
    #[must_use]
    pub fn new(account: AccountId) -> Self {
        Self { account, rooms: BTreeMap::new(), order: InOrder::default(), told: None, recalls: false }
    }

    /// The socket is open. `profile` is what is on record, and `session` what they came with.
    pub fn opened(profile: Profile, session: SessionId, near: &dyn Near, acts: &mut Vec<Act>) {
        acts.push(Act::Introduce(Input::Arrive { from: near.socket(), profile, session }));
    }

    /// A frame came in.
    pub fn heard(&mut self, frame: ClientFrame, near: &dyn Near, acts: &mut Vec<Act>) {
        let re = frame.re();
        if !frame.senders().contains(&Sender::Counsellor) {
            return refuse(ErrorCode::NotAllowed, "this frame is not for counsellors", re, acts);
        }
        if let Some(room) = frame.talks_in() {
            // A refusal that does not say whether such a room exists.
            return match self.rooms.get(&room) {
                Some(held) => acts.push(Act::Talk { seat: held.seat, frame }),
                None => refuse(ErrorCode::NoSuchRoom, "you have no seat in such a room", re, acts),
            };
        }
        let what = match frame {
            ClientFrame::Open { lines, capacity } => Wish::Open { lines, capacity },
            ClientFrame::Pause { reason } => Wish::Pause { reason },
            ClientFrame::Accept { offer } => Wish::Accept(offer),
            ClientFrame::Decline { offer, .. } => Wish::Decline(offer),
            ClientFrame::WrapUp { room, result_code, memo } => Wish::WrapUp { room, result_code, memo },
            ClientFrame::Transfer { room, line, counsellor, note } => {
                let to = line.map(Receiver::Line).or(counsellor.map(Receiver::Colleague));
                // Exactly one is named: the frame was read so.
                let Some(to) = to else { return };
                Wish::Transfer { room, to, note }
            }
            ClientFrame::CancelTransfer { room } => Wish::CancelTransfer { room },
            // The others were taken above: they talk in a room, or are refused.
            _ => return,
        };
        // The `state` that follows is the answer, also if it says nothing new.
        self.told = None;
        acts.push(self.says(what, near));
    }

    /// The dispatch has news.
    pub fn told(&mut self, news: CounsellorNews, near: &dyn Near, acts: &mut Vec<Act>) {
        // A room that is gone tells nothing more.
        if let CounsellorNews::RoomGone { room } = news {
            self.order.ended(room);
        }
        self.order.push(news);
        self.go_on(near, acts);
    }

    /// A room has told of its end here.
    pub fn ended(&mut self, room: RoomId, near: &dyn Near, acts: &mut Vec<Act>) {
        self.order.ended(room);
        self.go_on(near, acts);
    }

    /// What was to be done later is due.
    pub fn is_due(&mut self, due: Due, near: &dyn Near, acts: &mut Vec<Act>) {
        if let Due::Held(room) = due {
            self.ended(room, near, acts);
        }
    }

    /// The socket is gone.
    pub fn gone(&self, near: &dyn Near, acts: &mut Vec<Act>) {
        acts.extend(self.rooms.values().map(|held| Act::Detach(held.seat)));
        acts.push(self.says(Wish::Gone, near));
    }

    fn says(&self, what: Wish, near: &dyn Near) -> Act {
        Act::Happens(Input::FromCounsellor { from: near.socket(), account: self.account, what })
    }

    /// Takes what may be told by now.
    fn go_on(&mut self, near: &dyn Near, acts: &mut Vec<Act>) {
        while let Some(news) = self.order.next() {
            self.take(news, near, acts);
        }
        if let Some(room) = self.order.begins_to_wait() {
            acts.push(Act::Later { wait: HELD_MAX, due: Due::Held(room) });
        }
    }

    fn take(&mut self, news: CounsellorNews, near: &dyn Near, acts: &mut Vec<Act>) {
        match news {
            CounsellorNews::Rooms(held) => {
                self.recalls = !held.is_empty();
                for held in held {
                    // What is said from here on is not in the `state` that follows.
                    self.sit(held, near.last_seq(held.seat.room), acts);
                }
            }
            CounsellorNews::State { intent, reason, activity, capacity, lines } => {
                // By what was told here: the room itself may be further than this socket.
                let listed = self.rooms.iter().filter(|(room, held)| held.wrap_up || !self.order.is_ended(**room));
                let brief = |(room, held): (&RoomId, &Held)| near.brief(*room, held.seat.member, held.wrap_up);
                let rooms = listed.filter_map(brief).collect();
                let state = ServerFrame::State { intent, reason, activity, capacity, lines, rooms };
                if self.told.as_ref() != Some(&state) {
                    acts.push(Act::Say(state.clone()));
                    self.told = Some(state);
                }
                if std::mem::take(&mut self.recalls) {
                    acts.extend(self.rooms.values().map(|held| Act::Recall(held.seat)));
                }
            }
            CounsellorNews::Frame(frame) => acts.push(Act::Say(frame)),
            CounsellorNews::Seated { seat, frame } => {
                let told = if let ServerFrame::Matched { last_seq, .. } = frame { last_seq } else { 0 };
                acts.push(Act::Say(frame));
                self.sit(Held { seat, wrap_up: false }, told, acts);
            }
            CounsellorNews::RoomOver { room, wrap_up } => self.writes_up(room, wrap_up),
            CounsellorNews::WrappedUp { room } => self.writes_up(room, false),
            CounsellorNews::RoomGone { room } => {
                if self.rooms.remove(&room).is_some() {
                    acts.push(Act::Forget(room));
                }
            }
            CounsellorNews::Replaced => acts.push(Act::Close(CloseCode::Replaced)),
        }
    }

    fn sit(&mut self, held: Held, told: u32, acts: &mut Vec<Act>) {
        let seat: Seat = held.seat;
        acts.push(Act::Attach { seat, after: Some(told) });
        self.order.begins(seat.room);
        self.rooms.insert(seat.room, held);
    }

    fn writes_up(&mut self, room: RoomId, wrap_up: bool) {
        if let Some(held) = self.rooms.get_mut(&room) {
            held.wrap_up = wrap_up;
        }
    }
}
