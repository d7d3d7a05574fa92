//! Somebody who supervises a room by sockets of it: comes and goes, opens a second one, joins and watches again,
//! speaks and whispers. They have no wire of their own; what the room would send them is checked as it is sent.

use anteroom::ids::{AccountId, MemberId, MessageId, RoomId, WhisperId};
use anteroom::protocol::{MessageKind, Role, SeatState, ServerFrame};
use anteroom::room::{Answer, Enter, Entering, Event, Host, Input, Say, Whisper};

use super::Node;
use super::room::At;
use crate::hub::{Hub, MS, S, Timer, Who};

/// Who supervises.
pub struct Boss {
    account: AccountId,
    /// The newest socket that is open, by its number.
    socket: Option<u64>,
    /// Those before it, which are yet to stop.
    older: Vec<u64>,
    /// The seat, once the newest socket was told.
    seat: Option<MemberId>,
    /// Up to where nothing is missing.
    heard: u32,
}

impl Node {
    /// They do something, and will do something else later, as long as the room lives.
    pub fn supervise(&mut self, id: RoomId, hub: &mut Hub) {
        let Some(actor) = self.actors.get_mut(&id) else { return };
        if actor.is_reading {
            return hub.timer(MS, Timer::Supervise(id));
        }
        if let Some(event) = actor.boss.does_something(hub) {
            hub.note(|| format!("SUPERVISOR of {id:?}: {event:?}"));
            actor.step(id, event, hub);
        }
        let next = hub.dice.below(4 * S);
        hub.timer(next, Timer::Supervise(id));
    }
}

impl Boss {
    pub fn new(hub: &mut Hub) -> Self {
        let account = AccountId::from(hub.new_id());
        Self { account, socket: None, older: Vec::new(), seat: None, heard: 0 }
    }

    fn does_something(&mut self, hub: &mut Hub) -> Option<Event<At>> {
        if !self.older.is_empty() && hub.dice.percent(50) {
            return self.older.pop().map(|epoch| Event::Gone { epoch });
        }
        let Some(socket) = self.socket else { return hub.dice.percent(70).then(|| self.comes(hub)) };
        let what = hub.dice.below(10);
        let (from, client_id) = (self.seat, format!("boss {}", hub.dice.below(20)));
        Some(match (what, from) {
            (0, _) => self.comes(hub),
            (1, _) => {
                (self.socket, self.seat) = (None, None);
                Event::Gone { epoch: socket }
            }
            (_, None) => return None,
            (2..=3, Some(member)) => Event::Happens(Input::Join { member }),
            (4, Some(member)) => Event::Happens(Input::Leave { member }),
            (5..=6, Some(from)) => {
                let id = MessageId::from(hub.new_id());
                let (client_id, body, kind) = (id.to_string(), "b".into(), MessageKind::Text);
                Event::Happens(Input::Say(Say { from, client_id, body, kind, id }))
            }
            (_, Some(from)) => {
                let id = WhisperId::from(hub.new_id());
                Event::Happens(Input::Whisper(Whisper { from, client_id, body: "w".into(), id }))
            }
        })
    }

    /// By a new socket; one they had before stops later.
    fn comes(&mut self, hub: &mut Hub) -> Event<At> {
        let member = MemberId::from(hub.new_id());
        let epoch = hub.new_id() as u64;
        self.older.extend(self.socket.replace(epoch));
        self.seat = None;
        let who = Entering {
            account: Some(self.account),
            role: Role::Manager,
            name: String::new(),
            picture: None,
            watching: true,
            audited_as: None,
        };
        Event::Enter(Box::new(Enter { who, back: None, member, epoch, socket: At::Boss(epoch) }))
    }

    pub fn is_answered(&mut self, socket: u64, answer: Answer) {
        if let Answer::Seated(member) = answer
            && self.socket == Some(socket)
        {
            self.seat = Some(member);
        }
    }

    pub fn is_shut(&mut self, socket: u64) {
        if self.socket == Some(socket) {
            (self.socket, self.seat) = (None, None);
            self.older.push(socket);
        }
    }

    /// What is told to everybody: a watcher is not spoken of, and hears what the others hear.
    pub fn overhears(&self, id: RoomId, host: &Host<At>, to: &[At], frame: &ServerFrame) {
        assert!(!matches!(frame, ServerFrame::Whisper { .. }), "I5: a whisper to everybody in {id:?}");
        let (Some(socket), Some(seat)) = (self.socket, self.seat) else { return };
        match frame {
            ServerFrame::Member { who, .. } if who.member == seat => {
                let hidden = host.room().is_watching(seat) && who.state != SeatState::Left;
                assert!(!hidden, "I5: {id:?} was told of a watcher: {frame:?}");
            }
            ServerFrame::Message { from, .. } if *from != seat => {
                assert!(to.contains(&At::Boss(socket)), "R12: the supervisor's newest socket in {id:?} is not there");
            }
            _ => {}
        }
    }

    /// I3: in order, without a gap, and on file.
    pub fn hears(&mut self, id: RoomId, socket: u64, frame: &ServerFrame, hub: &Hub) {
        if self.socket != Some(socket) {
            return;
        }
        match frame {
            ServerFrame::Seated { last_seq, .. } => self.heard = *last_seq,
            ServerFrame::Message { seq, id: message, .. } | ServerFrame::Accepted { seq, id: message, .. } => {
                assert!(*seq <= self.heard + 1, "I3: the supervisor of {id:?} heard {seq} after {}", self.heard);
                self.heard = self.heard.max(*seq);
                let on_file = hub.store.on_file.history(id).any(|said| said.seq == *seq && said.id == *message);
                assert!(on_file, "I3: the supervisor of {id:?} heard {frame:?}, which is not on file");
            }
            _ => {}
        }
    }
}

pub fn no_whisper_to_a_desk(to: Who, frames: &[ServerFrame]) {
    let whispers = frames.iter().any(|frame| matches!(frame, ServerFrame::Whisper { .. }));
    assert!(!(whispers && matches!(to, Who::Visitor(_))), "I5: a desk heard {frames:?}");
}
