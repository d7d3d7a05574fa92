//! The sockets of this node that have seats in rooms at others, and the way to each.

use std::collections::HashMap;

use actix::prelude::*;

use crate::actors::messages::{Enter, News, ParticipantNews, ToNode, ToRoom, ToSocket};
use crate::front::{FarAct, FarSeats};
use crate::ids::{NodeId, RoomId, SocketId};
use crate::room::Spoken;
use crate::sockets::Outbox;

/// The sockets of this node that have seats in rooms at others.
#[derive(Default)]
pub(super) struct FarRooms {
    pub(super) seats: FarSeats,
    pub(super) sockets: HashMap<SocketId, FarSocket>,
    /// The way to other nodes; `None` while there are none.
    pub(super) links: Option<Recipient<ToNode>>,
}

/// The way to one of them.
pub(super) struct FarSocket {
    outbox: Outbox,
    /// To who sits there, if it is a socket of a room.
    pub(super) news: Option<Recipient<News<ParticipantNews>>>,
}

impl FarRooms {
    /// This socket of a desk or a counsellor is gone.
    pub(super) fn left(&mut self, socket: SocketId) {
        self.seats.left(socket);
        self.sockets.remove(&socket);
    }

    fn know(&mut self, outbox: &Outbox, news: Option<Recipient<News<ParticipantNews>>>) -> SocketId {
        let socket = SocketId(outbox.generation());
        self.sockets.insert(socket, FarSocket { outbox: outbox.clone(), news });
        socket
    }

    /// What a socket of this node has for a room at another.
    pub(super) fn told(&mut self, room: RoomId, home: NodeId, message: ToRoom, acts: &mut Vec<FarAct>) {
        match message {
            ToRoom::Look { member, epoch, to: ToSocket::Near(outbox) } => {
                let from = self.know(&outbox, None);
                self.seats.look(room, from, member, epoch, acts);
            }
            ToRoom::Attach { member, epoch, to: ToSocket::Near(outbox), after } => {
                let from = self.know(&outbox, None);
                self.seats.attach(room, from, (member, epoch), after, acts);
            }
            ToRoom::Detach { member, epoch } => self.seats.detach(room, member, epoch, acts),
            ToRoom::Enter(enter) => {
                let Enter { who, back, to, news } = *enter;
                if let ToSocket::Near(outbox) = to {
                    let from = self.know(&outbox, news);
                    self.seats.enter((room, home), from, who, back, acts);
                }
            }
            ToRoom::ParticipantGone { at } => {
                self.seats.gone(room, at.socket, acts);
                self.sockets.remove(&at.socket);
            }
            ToRoom::Input(input) => self.seats.says(room, Spoken::Input(input), acts),
            ToRoom::End { by, note } => self.seats.says(room, Spoken::End { by, note }, acts),
            // Sockets of this node are near, and what else a room is told it is told at its home.
            ToRoom::Look { .. }
            | ToRoom::Attach { .. }
            | ToRoom::Said { .. }
            | ToRoom::Described { .. }
            | ToRoom::HandOver(_)
            | ToRoom::NodeBroken(_)
            | ToRoom::NodeNamed(_)
            | ToRoom::NodeGone(_) => {}
        }
    }

    /// To those of these sockets that are there. Gives back who reads too slowly and was shut for it.
    pub(super) fn pass(&self, to: &[SocketId], pass: impl Fn(&Outbox)) -> Vec<SocketId> {
        let sockets = to.iter().filter_map(|socket| Some((*socket, self.sockets.get(socket)?)));
        let shut = sockets.filter(|(_, there)| {
            pass(&there.outbox);
            there.outbox.is_shut()
        });
        shut.map(|(socket, _)| socket).collect()
    }
}
