//! One room: what the real host of it wants done.

use anteroom::dispatch::{FromFront, Keeper, Opening};
use anteroom::ids::RoomId;
use anteroom::protocol::ServerFrame;
use anteroom::room::{Deed, Event, Host, Input, Said};
use anteroom::time::Mono;

use super::supervisor::Boss;
use super::{Node, submit};
use crate::hub::{Actor, Hub, MS, S, SocketNo, Timer};
use crate::mail::Mail;
use crate::plan::Broken;
use crate::store::{Reply, Write};

/// How long a room stays after its end.
const LINGER: u64 = 90 * S;

/// Who is at a room: somebody with a wire, or the supervisor, by the number of their socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Wire(SocketNo),
    Boss(u64),
}

pub struct RoomActor {
    pub host: Host<At>,
    timer: Option<Mono>,
    /// Nothing is taken from the mailbox until the disk has answered.
    pub is_reading: bool,
    /// Who supervises it, if somebody does.
    pub boss: Boss,
}

impl RoomActor {
    pub fn new(opening: Opening, hub: &mut Hub) -> Self {
        let (id, held) = (opening.room, opening.held.clone());
        let (core, purpose) = opening.begin(hub.clock());
        let host = Host::new(core, purpose, held);
        let host = if hub.is_broken(Broken::LateStop) { host.broken() } else { host };
        let mut actor = Self { host, timer: None, is_reading: false, boss: Boss::new(hub) };
        if hub.dice.percent(40) {
            let comes = hub.dice.below(8 * S);
            hub.timer(comes, Timer::Supervise(id));
        }
        actor.arm(id, hub);
        actor
    }

    pub fn step(&mut self, id: RoomId, event: Event<At>, hub: &mut Hub) {
        let mut deeds = Vec::new();
        self.host.step(hub.clock(), event, &mut deeds);
        for deed in deeds {
            hub.note(|| format!("      => {deed:?}"));
            self.perform(id, deed, hub);
        }
        self.arm(id, hub);
    }

    fn perform(&mut self, id: RoomId, deed: Deed<At>, hub: &mut Hub) {
        match deed {
            Deed::Send { to, frame } | Deed::Seat { to, frame, .. } => self.send(id, to, vec![frame], hub),
            Deed::Tell { to, frame } => {
                self.boss.overhears(id, &self.host, &to, &frame);
                to.into_iter().for_each(|to| self.send(id, to, vec![frame.clone()], hub));
            }
            Deed::SendAll { to, frames } => self.send(id, to, frames, hub),
            Deed::Show { to: At::Wire(socket), glance } => hub.send(Actor::Socket(socket), Mail::Looks(id, glance)),
            Deed::Answer { to: At::Boss(socket), answer } => self.boss.is_answered(socket, answer),
            Deed::Shut { to: At::Wire(socket), code } => hub.send(Actor::Socket(socket), Mail::Shut(code)),
            Deed::Shut { to: At::Boss(socket), .. } => self.boss.is_shut(socket),
            Deed::Show { to: At::Boss(_), .. } | Deed::Answer { to: At::Wire(_), .. } => {
                unreachable!("for who has another kind of socket")
            }
            Deed::Store { write, what } => {
                let write = (Keeper::Home(hub.node()), Write::Room(id, write));
                submit(hub, write, what.map_or(Reply::OfRoom, |what| Reply::Room(id, what)));
            }
            Deed::Read { after, upto } => {
                self.is_reading = true;
                let takes = hub.dice.below(20 * MS);
                hub.timer(takes, Timer::DiskRead { room: id, after, upto });
            }
            Deed::HandedOn { .. } | Deed::Stays => {
                unreachable!("there is one process at a time, and nobody to hand on to")
            }
            Deed::Stop => unreachable!("there is one process at a time, and it keeps all rooms"),
            Deed::NotTransferred => {
                hub.send(Actor::Front, Mail::Handed(FromFront::NotTransferred { room: id }));
            }
            Deed::Over { returns, handed_over, members, .. } => {
                let over = FromFront::RoomOver { room: id, returns, handed_over, members };
                hub.send(Actor::Front, Mail::Handed(over));
                hub.timer(LINGER, Timer::RoomStops(id));
            }
            // Nobody watches.
            Deed::Changed => {}
        }
    }

    fn send(&mut self, id: RoomId, to: At, frames: Vec<ServerFrame>, hub: &mut Hub) {
        match to {
            At::Wire(socket) => {
                let who = hub.wires[&socket].who;
                super::supervisor::no_whisper_to_a_desk(who, &frames);
                hub.send(Actor::Socket(socket), Mail::Out(frames));
            }
            At::Boss(socket) => frames.iter().for_each(|frame| self.boss.hears(id, socket, frame, hub)),
        }
    }

    fn arm(&mut self, id: RoomId, hub: &mut Hub) {
        let due = self.host.room().next_deadline();
        if self.timer != due {
            self.timer = due;
            if let Some(at) = due {
                hub.wake(at, Timer::Room(id, at));
            }
        }
    }
}

impl Node {
    pub fn room(&mut self, id: RoomId, mail: Mail, hub: &mut Hub) {
        let Some(actor) = self.actors.get_mut(&id) else { return };
        match mail {
            Mail::Look { member, epoch, socket } => {
                if let Some(glance) = actor.host.look(member, epoch) {
                    hub.send(Actor::Socket(socket), Mail::Looks(id, glance));
                }
            }
            Mail::Room(event) => actor.step(id, *event, hub),
            other => unreachable!("not for a room: {other:?}"),
        }
    }

    pub fn room_wakes(&mut self, id: RoomId, at: Mono, hub: &mut Hub) {
        let Some(actor) = self.actors.get_mut(&id).filter(|actor| actor.timer == Some(at)) else { return };
        if actor.is_reading {
            return hub.timer(MS, Timer::Room(id, at));
        }
        actor.timer = None;
        actor.step(id, Event::Happens(Input::Tick), hub);
    }

    pub fn disk_read(&mut self, id: RoomId, after: u32, upto: u32, hub: &mut Hub) {
        let Some(actor) = self.actors.get_mut(&id) else { return };
        actor.is_reading = false;
        let history = hub.store.on_file.history(id);
        let missed: Vec<Said> = history.filter(|said| said.seq > after && said.seq <= upto).cloned().collect();
        actor.step(id, Event::Read(Some(missed)), hub);
    }
}
