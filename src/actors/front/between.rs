//! Rooms and sockets at two nodes: what the sockets of this one have for a room at another, and what the rooms of this
//! one are told by sockets at others. What is decided about it is decided in [`crate::front::FarSeats`].

use actix::prelude::*;
use bytestring::ByteString;

use super::Front;
use super::far_rooms::FarRooms;
use crate::actors::messages::{
    Between, Enter, FarWord, ForGroups, FromNode, LinkedBy, News, NodeBroken, NodeGone, NodeOpened, ParticipantNews,
    RoomHandle, ToFarRoom, ToNode, ToRoom, ToSocket,
};
use crate::dispatch::Seat;
use crate::front::FarAct;
use crate::ids::{NodeId, NodeSocket, RoomId, SocketId};
use crate::room::parcels::ToHome;

impl Front {
    /// The way into the room of a seat that this socket is given.
    pub(super) fn way_to(&mut self, seat: &Seat, socket: SocketId, ctx: &Context<Self>) -> Option<RoomHandle> {
        if seat.home == self.services.settings.node || self.far.links.is_none() {
            return self.rooms.way_to(seat.room);
        }
        self.far.seats.lives_at((seat.room, seat.home), socket, seat.epoch);
        Some(RoomHandle::there(seat.room, seat.home, ctx.address().recipient()))
    }

    /// A room in which somebody here has a seat lives there now.
    pub(super) fn room_moved(&mut self, room: RoomId, home: NodeId, ctx: &mut Context<Self>) {
        self.far_does(ctx, |far, acts| far.seats.moved(room, home, acts));
    }

    /// Something happens to seats in rooms elsewhere, and what follows from it is done.
    fn far_does(&mut self, ctx: &mut Context<Self>, happens: impl FnOnce(&mut FarRooms, &mut Vec<FarAct>)) {
        let mut acts = Vec::new();
        happens(&mut self.far, &mut acts);
        while !acts.is_empty() {
            let mut slow = Vec::new();
            for act in acts.drain(..) {
                slow.extend(self.far_act(act, ctx));
            }
            slow.into_iter().for_each(|socket| self.far.seats.shut(socket, &mut acts));
        }
    }

    /// Gives back whose sockets are full, or closing already.
    fn far_act(&mut self, act: FarAct, ctx: &mut Context<Self>) -> Vec<SocketId> {
        let far = &self.far;
        match act {
            FarAct::Send { to, parcel } => self.to_node(to, Between::ToHome(parcel), ctx),
            FarAct::Pass { to, text, passing } => {
                let text = ByteString::from(text);
                return far.pass(&to, |outbox| outbox.pass(text.clone(), passing));
            }
            FarAct::PassAll { to, texts } => {
                let texts: Vec<ByteString> = texts.into_iter().map(ByteString::from).collect();
                return far.pass(&[to], |outbox| outbox.send_all(texts.clone()));
            }
            FarAct::Say { to, frame } => return far.pass(&[to], |outbox| outbox.send(&frame)),
            FarAct::Show { to, room, glance } => {
                return far.pass(&[to], |outbox| outbox.show(room, glance.clone()));
            }
            FarAct::Answer { to, answer } => {
                if let Some(news) = far.sockets.get(&to).and_then(|socket| socket.news.as_ref()) {
                    news.do_send(News(ParticipantNews::Entered(answer)));
                }
            }
            FarAct::Shut { to, code } => drop(far.pass(&[to], |outbox| outbox.shut(code))),
            FarAct::Later { wait, room } => {
                ctx.run_later(wait, move |this, ctx| {
                    this.far_does(ctx, |far, acts| far.seats.is_due(room, acts));
                });
            }
        }
        Vec::new()
    }

    /// Sends it there. A room that was taken by this very node is reached the same way.
    fn to_node(&self, node: NodeId, parcel: Between, ctx: &Context<Self>) {
        if node == self.services.settings.node {
            ctx.address().do_send(FromNode { node, parcel });
        } else if let Some(links) = &self.far.links {
            links.do_send(ToNode { node, parcel });
        }
    }

    /// What a socket of another node has for a room of this one.
    fn heard_at_home(&self, node: NodeId, parcel: ToHome, ctx: &Context<Self>) {
        let at = |socket| NodeSocket { node, socket };
        let by = || ctx.address().recipient();
        let to = |socket| ToSocket::Far { at: at(socket), by: by() };
        let Some(room) = parcel.room() else { return self.tell_rooms(ToRoom::NodeNamed, node) };
        let what = match parcel {
            ToHome::Look { from, member, epoch, .. } => ToRoom::Look { member, epoch, to: to(from) },
            ToHome::Attach { from, member, epoch, after, .. } => ToRoom::Attach { member, epoch, to: to(from), after },
            ToHome::Detach { member, epoch, .. } => ToRoom::Detach { member, epoch },
            ToHome::Enter { from, who, back, .. } => {
                ToRoom::Enter(Box::new(Enter { who, back, to: to(from), news: None }))
            }
            ToHome::Gone { from, .. } => ToRoom::ParticipantGone { at: at(from) },
            ToHome::Say { from, what, again, .. } => ToRoom::Said { at: at(from), by: by(), what, again },
            // Of no room.
            ToHome::Named => return,
        };
        match self.rooms.way_to(room) {
            Some(way) => way.tell(what),
            None => self.groups.do_send(ForGroups::Room { room, node, what, by: by() }),
        }
    }

    /// Every room of this node hears it of another.
    fn tell_rooms(&self, what: fn(NodeId) -> ToRoom, node: NodeId) {
        self.rooms.tell_all(|| what(node));
        self.groups.do_send(ForGroups::Every { what, node });
    }
}

impl Handler<LinkedBy> for Front {
    type Result = ();
    fn handle(&mut self, LinkedBy(links): LinkedBy, _: &mut Context<Self>) {
        self.far.links = Some(links);
    }
}

impl Handler<ToFarRoom> for Front {
    type Result = ();
    fn handle(&mut self, ToFarRoom { room, home, what }: ToFarRoom, ctx: &mut Context<Self>) {
        match what {
            FarWord::Room(message) => self.far_does(ctx, |far, acts| far.told(room, home, message, acts)),
            FarWord::Forgotten(socket) => self.far.seats.forget(room, socket),
        }
    }
}

impl Handler<ToNode> for Front {
    type Result = ();
    /// From a room of this node, to a socket of another.
    fn handle(&mut self, ToNode { node, parcel }: ToNode, ctx: &mut Context<Self>) {
        self.to_node(node, parcel, ctx);
    }
}

impl Handler<FromNode> for Front {
    type Result = ();
    fn handle(&mut self, FromNode { node, parcel }: FromNode, ctx: &mut Context<Self>) {
        match parcel {
            Between::ToHome(parcel) => self.heard_at_home(node, parcel, ctx),
            Between::FromHome(parcel) => self.far_does(ctx, |far, acts| far.seats.came(node, parcel, acts)),
        }
    }
}

impl Handler<NodeBroken> for Front {
    type Result = ();
    fn handle(&mut self, NodeBroken(node): NodeBroken, _: &mut Context<Self>) {
        if let Some(others) = &mut self.others {
            others.broke(node);
        }
        self.far.seats.broke(node);
        self.tell_rooms(ToRoom::NodeBroken, node);
    }
}

impl Handler<NodeOpened> for Front {
    type Result = ();
    fn handle(&mut self, NodeOpened(node): NodeOpened, ctx: &mut Context<Self>) {
        self.far_does(ctx, |far, acts| far.seats.opened(node, acts));
    }
}

impl Handler<NodeGone> for Front {
    type Result = ();
    fn handle(&mut self, NodeGone(node): NodeGone, ctx: &mut Context<Self>) {
        if let Some(others) = &mut self.others {
            others.broke(node);
        }
        self.far_does(ctx, |far, acts| far.seats.home_gone(node, acts));
        self.tell_rooms(ToRoom::NodeGone, node);
    }
}
