//! One room: what the real host of it wants done.

use std::collections::BTreeMap;

use anteroom::dispatch::{FromFront, Keeper, Opening};
use anteroom::front::Carried;
use anteroom::ids::{NodeId, NodeSocket, RoomId, SocketId};
use anteroom::protocol::{CloseCode, ServerFrame};
use anteroom::room::parcels::FromHome;
use anteroom::room::{Deed, Event, FarSockets, Glance, Host, Input, Left, Said, Spoken};
use anteroom::time::Mono;

use super::between::to_node;
use super::supervisor::Boss;
use super::{Node, submit};
use crate::hub::{Actor, Hub, MS, S, SocketNo, Timer};
use crate::mail::Mail;
use crate::plan::Broken;
use crate::store::{Reply, Write};

/// How long a room stays after its end.
const LINGER: u64 = 90 * S;

/// Who is at a room: somebody with a wire here or at another node, or the supervisor, by the number of their socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    Wire(SocketNo),
    Far(NodeSocket),
    Boss(u64),
}

pub struct RoomActor {
    pub host: Host<At>,
    far: FarSockets,
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
        let far = FarSockets::default();
        let mut actor = Self { host, far, timer: None, is_reading: false, boss: Boss::new(hub) };
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
                to.iter().for_each(|to| match to {
                    At::Far(_) => {}
                    to => self.send(id, *to, vec![frame.clone()], hub),
                });
                tell_far(id, &to, &frame, hub);
            }
            Deed::SendAll { to: At::Far(to), frames } => {
                for parcel in FromHome::frames(id, to.socket, &frames) {
                    to_node(to.node, Carried::FromHome(parcel), hub);
                }
            }
            Deed::SendAll { to, frames } => self.send(id, to, frames, hub),
            Deed::Show { to, glance } => show(id, to, glance, hub),
            Deed::Answer { to: At::Boss(socket), answer } => self.boss.is_answered(socket, answer),
            Deed::Shut { to, code } => self.shut(id, to, code, hub),
            Deed::Answer { .. } => {
                unreachable!("for who has another kind of socket")
            }
            Deed::Store { write, what } => {
                let write = (Keeper::Home(hub.node()), Write::Room(id, write));
                submit(hub, write, what.map_or(Reply::OfRoom(id), |what| Reply::Room(id, what)));
            }
            Deed::Read { after, upto } => {
                self.is_reading = true;
                let takes = hub.dice.below(20 * MS);
                hub.timer(takes, Timer::DiskRead { room: id, after, upto });
            }
            Deed::HandedOn { .. } | Deed::Stays => unreachable!("nobody drains here"),
            Deed::Stop => self.give_up(id, hub),
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

    /// Another node has the room. Who has a near socket of it comes back, and finds it there.
    fn give_up(&mut self, id: RoomId, hub: &mut Hub) {
        assert!(!hub.is_alone(), "there is one process at a time, and it keeps all rooms");
        let left: Vec<At> = self.host.left_behind().copied().collect();
        left.into_iter().for_each(|to| self.shut(id, to, CloseCode::Draining, hub));
        hub.timer(0, Timer::RoomStops(id));
    }

    fn shut(&mut self, id: RoomId, to: At, code: CloseCode, hub: &mut Hub) {
        match to {
            At::Wire(socket) => hub.send(Actor::Socket(socket), Mail::Shut(code)),
            At::Far(to) => {
                to_node(to.node, Carried::FromHome(FromHome::Shut { room: id, to: to.socket, code }), hub);
            }
            At::Boss(socket) => self.boss.is_shut(socket),
        }
    }

    fn send(&mut self, id: RoomId, to: At, frames: Vec<ServerFrame>, hub: &mut Hub) {
        match to {
            At::Far(to) => {
                for frame in frames {
                    tell_far(id, &[At::Far(to)], &frame, hub);
                }
            }
            At::Wire(socket) => {
                let who = hub.wires[&socket].who;
                super::supervisor::no_whisper_to_a_desk(who, &frames);
                hub.send(Actor::Socket(socket), Mail::Out(frames));
            }
            At::Boss(socket) => frames.iter().for_each(|frame| self.boss.hears(id, socket, frame, hub)),
        }
    }

    /// These sockets of another node are there no more.
    fn left(&mut self, id: RoomId, left: Vec<Left>, hub: &mut Hub) {
        for left in left {
            let event = match left {
                Left::Seat { member, epoch } => Event::Detach { member, epoch },
                Left::Door { epoch } => Event::Gone { epoch },
            };
            self.step(id, event, hub);
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

/// How it looks, for who sits there.
fn show(id: RoomId, to: At, glance: Glance, hub: &mut Hub) {
    match to {
        At::Wire(socket) => hub.send(Actor::Socket(socket), Mail::Looks(id, glance)),
        At::Far(to) => {
            to_node(to.node, Carried::FromHome(FromHome::Show { room: id, to: to.socket, glance }), hub);
        }
        At::Boss(_) => unreachable!("a supervisor has no state"),
    }
}

/// The same frame to all who are at other nodes: once to each node.
fn tell_far(id: RoomId, to: &[At], frame: &ServerFrame, hub: &mut Hub) {
    let mut nodes: BTreeMap<NodeId, Vec<SocketId>> = BTreeMap::new();
    for to in to {
        if let At::Far(NodeSocket { node, socket }) = to {
            nodes.entry(*node).or_default().push(*socket);
        }
    }
    for (node, sockets) in nodes {
        to_node(node, Carried::FromHome(FromHome::frame(id, sockets, frame, frame.to_json())), hub);
    }
}

impl Node {
    pub fn room(&mut self, id: RoomId, mail: Mail, hub: &mut Hub) {
        let Some(actor) = self.actors.get_mut(&id) else { return };
        match mail {
            Mail::Look { member, epoch, to } => {
                if let Some(glance) = actor.host.look(member, epoch) {
                    show(id, to, glance, hub);
                }
            }
            Mail::Room(event) => {
                match &*event {
                    Event::Attach { member, epoch, socket: At::Far(at), .. } => {
                        actor.far.attached(*at, *member, *epoch);
                    }
                    Event::Detach { member, epoch } => actor.far.detached(*member, *epoch),
                    _ => {}
                }
                actor.step(id, *event, hub);
            }
            Mail::Said(at, _) if !actor.far.is_sure(at) => {
                to_node(at.node, Carried::FromHome(FromHome::NotHere { room: id }), hub);
            }
            Mail::Said(_, Spoken::Input(input)) => actor.step(id, Event::Happens(input), hub),
            Mail::Said(_, Spoken::End { by, note }) => actor.step(id, Event::End { by, note }, hub),
            Mail::Broken(node) => actor.far.broke(node),
            Mail::Named(node) => {
                let left = actor.far.named(node);
                actor.left(id, left, hub);
            }
            Mail::NodeGone(node) => {
                let left = actor.far.node_gone(node);
                actor.left(id, left, hub);
            }
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
