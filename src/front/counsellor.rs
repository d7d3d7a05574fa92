//! Somebody who counsels, at one socket.

use std::collections::BTreeMap;

use super::acts::{Act, Due, Near, Passing, at_the_latest, refuse};
use super::in_order::InOrder;
use crate::dispatch::{CounsellorNews, FromFront, Held, Profile, Receiver, Wish};
use crate::ids::{AccountId, RoomId, SessionId};
use crate::protocol::{ClientFrame, CloseCode, ErrorCode, RoomBrief, Sender, ServerFrame};
use crate::room::Glance;

/// A counsellor at a socket.
pub struct Counsellor {
    account: AccountId,
    /// The rooms with a seat of theirs, until the room is gone.
    rooms: BTreeMap<RoomId, Talk>,
    /// What the dispatch tells, after the ends it follows from.
    order: InOrder<CounsellorNews>,
    /// The state last told: only a change is told, or an answer.
    told: Option<ServerFrame>,
}

/// A room with a seat of theirs, as this socket knows it: by what the room has told it.
struct Talk {
    held: Held,
    looks: Option<Glance>,
    /// The socket has taken the seat; before that it is asked how the room looks.
    is_attached: bool,
}

impl Talk {
    /// For a state; `None` until the room has told how it looks.
    fn brief(&self) -> Option<RoomBrief> {
        let Held { seat, wrap_up, ref number, ref line } = self.held;
        let Glance { ref members, last_seq } = *self.looks.as_ref()?;
        let (room, you, members) = (seat.room, seat.member, members.clone());
        Some(RoomBrief { room, you, last_seq, members, number: number.clone(), line: line.clone(), wrap_up })
    }

    fn last_seq(&self) -> u32 {
        self.looks.as_ref().map_or(0, |looks| looks.last_seq)
    }
}

impl Counsellor {
    /// Somebody with this account.
    #[must_use]
    pub fn new(account: AccountId) -> Self {
        Self { account, rooms: BTreeMap::new(), order: InOrder::default(), told: None }
    }

    /// The socket is open. `profile` is what is on record, and `session` what they came with.
    pub fn opened(profile: Profile, session: SessionId, near: &dyn Near, acts: &mut Vec<Act>) {
        acts.push(Act::Introduce(FromFront::Arrive { from: near.socket(), profile, session }));
    }

    /// A frame came in.
    pub fn heard(&mut self, frame: ClientFrame, near: &dyn Near, acts: &mut Vec<Act>) {
        let re = frame.re();
        if !frame.senders().contains(&Sender::Counsellor) {
            return refuse(ErrorCode::NotAllowed, "this frame is not for counsellors", re, acts);
        }
        if let Some(room) = frame.talks_in() {
            // A refusal that does not say whether such a room exists.
            return match self.rooms.get(&room).filter(|talk| talk.is_attached) {
                Some(talk) => acts.push(Act::Talk { seat: talk.held.seat, frame }),
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
                let messages = self.rooms.get(&room).map_or(0, Talk::last_seq);
                Wish::Transfer { room, to, note, messages }
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
    pub fn told(&mut self, news: CounsellorNews, acts: &mut Vec<Act>) {
        match news {
            // A room that is gone tells nothing more: how it ended is on file.
            CounsellorNews::RoomGone { room } if !self.order.is_ended(room) => acts.push(Act::ReadEnd(room)),
            // The newer socket hears all there is: nothing here is worth waiting for.
            CounsellorNews::Replaced => return acts.push(Act::Close(CloseCode::Replaced)),
            _ => {}
        }
        self.order.push(news);
        self.go_on(acts);
    }

    /// A frame of a room passes this socket.
    pub fn passed(&mut self, passing: Passing, acts: &mut Vec<Act>) {
        match passing {
            Passing::Ended(room) => self.ended(room, acts),
            Passing::Said { room, seq } => {
                if let Some(looks) = self.rooms.get_mut(&room).and_then(|talk| talk.looks.as_mut()) {
                    looks.last_seq = looks.last_seq.max(seq);
                }
            }
        }
    }

    /// A room tells how it looks, asked or because that has changed.
    pub fn looks(&mut self, room: RoomId, glance: Glance, acts: &mut Vec<Act>) {
        if let Some(talk) = self.rooms.get_mut(&room) {
            talk.looks = Some(glance);
            self.order.seen(room);
            self.go_on(acts);
        }
    }

    /// A room has told of its end here.
    pub fn ended(&mut self, room: RoomId, acts: &mut Vec<Act>) {
        self.order.ended(room);
        self.go_on(acts);
    }

    /// What the record says of the end of a room that has not told of it here: `ended`, or nothing that could be told.
    /// A room that they were not told of ends without a word.
    pub fn end_read(&mut self, room: RoomId, ended: Option<ServerFrame>, acts: &mut Vec<Act>) {
        let is_known = self.rooms.get(&room).is_some_and(|talk| talk.looks.is_some());
        if is_known && !self.order.is_ended(room) {
            acts.extend(ended.map(Act::Say));
        }
        self.ended(room, acts);
    }

    /// What was to be done later is due.
    pub fn is_due(&mut self, due: Due, acts: &mut Vec<Act>) {
        match due {
            Due::Held(room) if !self.order.is_ended(room) => acts.push(Act::ReadEnd(room)),
            Due::Held(_) => {}
            Due::Unseen(room) => {
                self.order.seen(room);
                self.go_on(acts);
            }
            Due::Ask | Due::TimeToRate => {}
        }
    }

    /// The socket is gone.
    pub fn gone(&self, near: &dyn Near, acts: &mut Vec<Act>) {
        acts.extend(self.rooms.values().map(|talk| Act::Detach(talk.held.seat)));
        acts.push(self.says(Wish::Gone, near));
    }

    fn says(&self, what: Wish, near: &dyn Near) -> Act {
        Act::Parcel(FromFront::Wish { from: near.socket(), account: self.account, what })
    }

    /// Takes what may be told by now.
    fn go_on(&mut self, acts: &mut Vec<Act>) {
        while let Some(news) = self.order.next() {
            self.take(news, acts);
        }
        at_the_latest(self.order.begins_to_wait(), acts);
    }

    fn take(&mut self, news: CounsellorNews, acts: &mut Vec<Act>) {
        match news {
            CounsellorNews::Rooms(held) => {
                for held in held {
                    let seat = held.seat;
                    self.order.begins(seat.room);
                    self.order.asked(seat.room);
                    self.rooms.insert(seat.room, Talk { held, looks: None, is_attached: false });
                    acts.push(Act::Look(seat));
                }
            }
            CounsellorNews::State { intent, reason, activity, capacity, lines } => {
                // By what was told here: the room itself may be further than this socket.
                let listed = self.rooms.iter().filter(|(room, talk)| talk.held.wrap_up || !self.order.is_ended(**room));
                let rooms = listed.filter_map(|(_, talk)| talk.brief()).collect();
                let state = ServerFrame::State { intent, reason, activity, capacity, lines, rooms };
                if self.told.as_ref() != Some(&state) {
                    acts.push(Act::Say(state.clone()));
                    self.told = Some(state);
                }
                self.attach(acts);
            }
            CounsellorNews::Frame(frame) => acts.push(Act::Say(frame)),
            CounsellorNews::Seated { held, frame } => self.sit(held, frame, acts),
            CounsellorNews::RoomOver { room, wrap_up } => self.writes_up(room, wrap_up),
            CounsellorNews::WrappedUp { room } => self.writes_up(room, false),
            CounsellorNews::RoomGone { room } => {
                if self.rooms.remove(&room).is_some() {
                    acts.push(Act::Forget(room));
                }
            }
            // Taken as it was told.
            CounsellorNews::Replaced => {}
        }
    }

    /// Takes a new seat, of which `matched` says how its room looks.
    fn sit(&mut self, held: Held, matched: ServerFrame, acts: &mut Vec<Act>) {
        let seat = held.seat;
        if let ServerFrame::Matched { ref members, last_seq, .. } = matched {
            let looks = Some(Glance { members: members.clone(), last_seq });
            acts.push(Act::Say(matched));
            acts.push(Act::Attach { seat, after: Some(last_seq) });
            self.order.begins(seat.room);
            self.rooms.insert(seat.room, Talk { held, looks, is_attached: true });
        }
    }

    /// Takes the seats that the state just told lists: what is said from there on is missed by nobody, and
    /// comes after it.
    fn attach(&mut self, acts: &mut Vec<Act>) {
        let waiting = |talk: &&mut Talk| talk.looks.is_some() && !talk.is_attached;
        for talk in self.rooms.values_mut().filter(waiting) {
            talk.is_attached = true;
            let seat = talk.held.seat;
            acts.push(Act::Attach { seat, after: Some(talk.last_seq()) });
            acts.push(Act::Recall(seat));
        }
    }

    fn writes_up(&mut self, room: RoomId, wrap_up: bool) {
        if let Some(talk) = self.rooms.get_mut(&room) {
            talk.held.wrap_up = wrap_up;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dispatch::Seat;
    use crate::protocol::{Activity, EndReason, Intent};

    const ROOM: RoomId = RoomId(uuid::Uuid::from_u128(1));

    fn seated() -> Counsellor {
        let seat = Seat { room: ROOM, home: 2.into(), ticket: 3.into(), member: 4.into(), epoch: 5 };
        let held = Held { seat, wrap_up: false, number: "A-001".into(), line: "GENERAL".into() };
        let (room, ticket, you) = (ROOM, seat.ticket, seat.member);
        let (members, last_seq, resume) = (Vec::new(), 0, None);
        let frame = ServerFrame::Matched { room, consultation: ticket, ticket, you, members, last_seq, resume };
        let mut counsellor = Counsellor::new(7.into());
        counsellor.told(CounsellorNews::Seated { held, frame }, &mut Vec::new());
        counsellor
    }

    fn state() -> CounsellorNews {
        let (intent, activity) = (Intent::Open, Activity::Idle);
        CounsellorNews::State { intent, reason: None, activity, capacity: 1, lines: Vec::new() }
    }

    fn ended() -> ServerFrame {
        ServerFrame::Ended { room: ROOM, reason: EndReason::Done, by: None, next_room: None }
    }

    fn said(acts: &[Act]) -> Vec<&ServerFrame> {
        acts.iter().filter_map(|act| if let Act::Say(frame) = act { Some(frame) } else { None }).collect()
    }

    #[test]
    fn a_room_that_is_gone_without_a_word_has_ended_as_the_record_says_before_a_state_is_told_without_it() {
        let (mut counsellor, mut acts) = (seated(), Vec::new());
        counsellor.told(CounsellorNews::RoomGone { room: ROOM }, &mut acts);
        counsellor.told(state(), &mut acts);
        assert!(matches!(acts[0], Act::ReadEnd(ROOM)) && said(&acts).is_empty(), "{acts:?}");
        let mut acts = Vec::new();
        counsellor.end_read(ROOM, Some(ended()), &mut acts);
        let frames = said(&acts);
        assert!(matches!(frames[..], [end, ServerFrame::State { .. }] if *end == ended()), "{frames:?}");
    }

    #[test]
    fn a_room_that_tells_of_its_end_itself_tells_it_once() {
        let mut counsellor = seated();
        counsellor.told(CounsellorNews::RoomOver { room: ROOM, wrap_up: false }, &mut Vec::new());
        counsellor.passed(Passing::Ended(ROOM), &mut Vec::new());
        let mut acts = Vec::new();
        counsellor.is_due(Due::Held(ROOM), &mut acts);
        counsellor.end_read(ROOM, Some(ended()), &mut acts);
        counsellor.told(CounsellorNews::RoomGone { room: ROOM }, &mut acts);
        assert!(said(&acts).is_empty() && !acts.iter().any(|act| matches!(act, Act::ReadEnd(_))), "{acts:?}");
    }

    #[test]
    fn what_waits_for_a_word_that_does_not_come_goes_on_though_the_records_say_nothing() {
        let (mut counsellor, mut acts) = (seated(), Vec::new());
        counsellor.told(CounsellorNews::RoomOver { room: ROOM, wrap_up: false }, &mut Vec::new());
        counsellor.told(state(), &mut Vec::new());
        counsellor.is_due(Due::Held(ROOM), &mut acts);
        assert!(matches!(acts[..], [Act::ReadEnd(ROOM)]), "{acts:?}");
        counsellor.end_read(ROOM, None, &mut acts);
        assert!(matches!(said(&acts)[..], [ServerFrame::State { .. }]), "{acts:?}");
    }
}
