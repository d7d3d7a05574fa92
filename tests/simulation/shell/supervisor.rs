//! Somebody who supervises a room: comes and goes, joins and watches again, speaks and whispers. They
//! have no wire of their own; what the room would send them is checked as it is sent.

use anteroom::dispatch::Written;
use anteroom::ids::{MemberId, MessageId, RoomId, WhisperId};
use anteroom::protocol::{MessageKind, Role, SeatState, ServerFrame};
use anteroom::room::{Input, NewSeat, Say, Whisper};

use super::room::RoomActor;
use super::{Node, submit};
use crate::hub::{Hub, MS, S, Timer};
use crate::store::{Answer, Reply, Supervised, Write};

/// Who supervises.
pub struct Boss {
    pub member: MemberId,
    /// Its seat is on disk, and was told.
    is_seated: bool,
    is_here: bool,
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
        let input = match &actor.boss {
            None => actor.somebody_comes(hub),
            Some(boss) if !boss.is_seated => None,
            Some(boss) => boss.does_something(hub),
        };
        if let (Some(Input::Attach { .. } | Input::Detach { .. }), Some(boss)) = (&input, actor.boss.as_mut()) {
            boss.is_here = !boss.is_here;
        }
        if let Some(input) = input {
            hub.note(|| format!("SUPERVISOR of {id:?}: {input:?}"));
            actor.step(id, input, hub);
        }
        let next = hub.dice.below(4 * S);
        hub.timer(next, Timer::Supervise(id));
    }
}

impl Boss {
    fn does_something(&self, hub: &mut Hub) -> Option<Input> {
        let Self { member, heard, .. } = *self;
        if !self.is_here {
            return hub.dice.percent(70).then_some(Input::Attach { member, after: Some(heard) });
        }
        let client_id = format!("boss {}", hub.dice.below(20));
        let from = member;
        Some(match hub.dice.below(8) {
            0..=1 => Input::Join { member },
            2 => Input::Leave { member },
            3..=4 => {
                let id = MessageId::from(hub.new_id());
                Input::Say(Say { from, client_id: id.to_string(), body: "b".into(), kind: MessageKind::Text, id })
            }
            5..=6 => Input::Whisper(Whisper { from, client_id, body: "w".into(), id: WhisperId::from(hub.new_id()) }),
            _ => Input::Detach { member },
        })
    }
}

impl RoomActor {
    fn somebody_comes(&mut self, hub: &mut Hub) -> Option<Input> {
        if self.core.is_over() {
            return None;
        }
        let member = MemberId::from(hub.new_id());
        self.boss = Some(Boss { member, is_seated: false, is_here: false, heard: 0 });
        let (role, name, picture, state) = (Role::Manager, String::new(), None, SeatState::Joined);
        Some(Input::Sit(NewSeat { member, role, name, picture, seen: 0, state, watching: true }))
    }

    pub fn boss_is_seated(&mut self) {
        let last = self.core.last_seq();
        if let Some(boss) = self.boss.as_mut().filter(|boss| !boss.is_seated) {
            (boss.is_seated, boss.is_here, boss.heard) = (true, true, last);
        }
    }

    pub fn store_for_boss(&self, id: RoomId, what: Supervised, hub: &mut Hub) {
        submit(hub, Write::Supervise(id), Reply::Supervise(id, what));
    }

    /// What is told to everybody.
    pub fn boss_overhears(&mut self, id: RoomId, except: Option<MemberId>, frame: &ServerFrame, hub: &Hub) {
        assert!(!matches!(frame, ServerFrame::Whisper { .. }), "I5: a whisper to everybody in {id:?}");
        let Some(boss) = self.boss.as_mut() else { return };
        if let ServerFrame::Member { who, .. } = frame
            && who.member == boss.member
        {
            let hidden = self.core.is_watching(boss.member) && who.state != SeatState::Left;
            assert!(!hidden, "I5: {id:?} was told of a watcher: {frame:?}");
        }
        if boss.is_here && except != Some(boss.member) {
            boss.hears(id, frame, hub);
        }
    }

    /// What is sent to one.
    pub fn boss_is_sent(&mut self, to: MemberId, frames: &[ServerFrame], hub: &Hub) {
        let is_desk = self.core.members().iter().any(|seat| seat.member == to && seat.role == Role::Desk);
        for frame in frames {
            assert!(!(is_desk && matches!(frame, ServerFrame::Whisper { .. })), "I5: a desk heard {frame:?}");
            if let (ServerFrame::Message { room, .. } | ServerFrame::Accepted { room, .. }, Some(boss)) =
                (frame, self.boss.as_mut().filter(|boss| boss.member == to && boss.is_here))
            {
                boss.hears(*room, frame, hub);
            }
        }
    }
}

impl Boss {
    /// I3: in order, without a gap, and on file.
    fn hears(&mut self, id: RoomId, frame: &ServerFrame, hub: &Hub) {
        let (ServerFrame::Message { seq, id: message, .. } | ServerFrame::Accepted { seq, id: message, .. }) = frame
        else {
            return;
        };
        assert!(*seq <= self.heard + 1, "I3: the supervisor of {id:?} heard {seq} after {}", self.heard);
        self.heard = self.heard.max(*seq);
        let on_file = hub.store.on_file.history(id).any(|said| said.seq == *seq && said.id == *message);
        assert!(on_file, "I3: the supervisor of {id:?} heard {frame:?}, which is not on file");
    }
}

pub fn stored(what: Supervised, answer: &Answer) -> Input {
    match what {
        Supervised::Sit(member) => Input::SitStored { member, answer: Written::sat(answer) },
        Supervised::Show(member) => Input::ShowStored { member, answer: Written::sat(answer) },
        Supervised::Whisper(id) => Written::whispered(id, answer),
    }
}
