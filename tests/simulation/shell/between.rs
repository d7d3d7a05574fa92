//! Rooms and sockets at two nodes, as the front has them: what the real `FarSeats` wants done.

use anteroom::front::{Carried, FarAct};
use anteroom::ids::{NodeId, NodeSocket, RoomId, SocketId};
use anteroom::protocol::ServerFrame;
use anteroom::room::Event;
use anteroom::room::parcels::{FromHome, ToHome};

use super::{At, Node};
use crate::hub::{Actor, Hub, Timer};
use crate::mail::{FarWord, Mail};

impl Node {
    /// What a socket of this node has for a room at another.
    pub fn hears_far_word(&mut self, room: RoomId, what: FarWord, hub: &mut Hub) {
        let (mut acts, far) = (Vec::new(), &mut self.front.far);
        match what {
            FarWord::Look { from, member, epoch } => far.look(room, from, member, epoch, &mut acts),
            FarWord::Attach { from, member, epoch, after } => {
                far.attach(room, from, (member, epoch), after, &mut acts);
            }
            FarWord::Detach { member, epoch } => far.detach(room, member, epoch, &mut acts),
            FarWord::Says(what) => far.says(room, what, &mut acts),
            FarWord::Forgotten(socket) => far.forget(room, socket),
        }
        self.far_acts(acts, hub);
    }

    pub fn far_acts(&mut self, acts: Vec<FarAct>, hub: &mut Hub) {
        for act in acts {
            hub.note(|| format!("      ~> {act:?}"));
            match act {
                FarAct::Send { to, parcel } => to_node(to, Carried::ToHome(parcel), hub),
                FarAct::Pass { to, text, passing } => {
                    for SocketId(to) in to {
                        hub.send(Actor::Socket(to), Mail::Passed(frame(&text), passing));
                    }
                }
                FarAct::PassAll { to: SocketId(to), texts } => {
                    let frames = texts.iter().map(|text| frame(text)).collect();
                    hub.send(Actor::Socket(to), Mail::Out(frames));
                }
                FarAct::Say { to: SocketId(to), frame } => hub.send(Actor::Socket(to), Mail::Out(vec![frame])),
                FarAct::Show { to: SocketId(to), room, glance } => {
                    hub.send(Actor::Socket(to), Mail::Looks(room, glance));
                }
                FarAct::Shut { to: SocketId(to), code } => hub.send(Actor::Socket(to), Mail::Shut(code)),
                FarAct::Later { wait, room } => hub.timer(wait.as_micros() as u64, Timer::Far(room)),
                FarAct::Answer { .. } => unreachable!("nobody here comes in by a socket of a room elsewhere"),
            }
        }
    }

    pub fn far_is_due(&mut self, room: RoomId, hub: &mut Hub) {
        let mut acts = Vec::new();
        self.front.far.is_due(room, &mut acts);
        self.far_acts(acts, hub);
    }

    /// Between a room and a socket at two nodes.
    pub fn hears_node(&mut self, node: NodeId, parcel: Carried, hub: &mut Hub) {
        match parcel {
            Carried::ToHome(parcel) => self.heard_at_home(node, parcel, hub),
            Carried::FromHome(parcel) => {
                let mut acts = Vec::new();
                self.front.far.came(node, parcel, &mut acts);
                self.far_acts(acts, hub);
            }
            other => unreachable!("not between a room and a socket: {other:?}"),
        }
    }

    fn heard_at_home(&self, node: NodeId, parcel: ToHome, hub: &mut Hub) {
        let at = |socket| At::Far(NodeSocket { node, socket });
        let Some(room) = parcel.room() else { return self.tell_rooms(&Mail::Named(node), hub) };
        if !self.front.ways.contains_key(&room) {
            return to_node(node, Carried::FromHome(FromHome::NotHere { room }), hub);
        }
        let mail = match parcel {
            ToHome::Look { from, member, epoch, .. } => Mail::Look { member, epoch, to: at(from) },
            ToHome::Attach { from, member, epoch, after, .. } => {
                Mail::room(Event::Attach { member, epoch, socket: at(from), after })
            }
            ToHome::Detach { member, epoch, .. } => Mail::room(Event::Detach { member, epoch }),
            ToHome::Say { from, what, .. } => Mail::Said(NodeSocket { node, socket: from }, what),
            ToHome::Enter { .. } | ToHome::Gone { .. } | ToHome::Named => {
                unreachable!("nobody here comes in by a socket of a room elsewhere")
            }
        };
        hub.send(Actor::Room(room), mail);
    }

    pub fn tell_rooms(&self, mail: &Mail, hub: &mut Hub) {
        self.front.ways.keys().for_each(|room| hub.send(Actor::Room(*room), mail.clone()));
    }
}

/// By the neighbours, who have the links; to this very node, by the front.
pub fn to_node(node: NodeId, parcel: Carried, hub: &mut Hub) {
    if node == hub.node() {
        hub.send(Actor::Front, Mail::FromNode(node, Box::new(parcel)));
    } else {
        hub.send(Actor::Neighbours, Mail::ToNode(node, Box::new(parcel)));
    }
}

fn frame(text: &str) -> ServerFrame {
    match serde_json::from_str(text) {
        Ok(frame) => frame,
        Err(fault) => panic!("a frame that cannot be read, {fault}: {text}"),
    }
}
