//! The way from a room to each of its sockets: near, or by the front of another node.

use std::collections::BTreeMap;
use std::rc::Rc;

use actix::prelude::*;
use bytestring::ByteString;

use crate::actors::messages::{Between, News, ParticipantNews, ToNode, ToSocket};
use crate::ids::{NodeId, RoomId, SocketId};
use crate::protocol::{CloseCode, ServerFrame};
use crate::room::parcels::FromHome;
use crate::room::{Answer, Glance};

/// The way to a socket; and to who sits there, if it is a near socket of the room.
pub(super) struct Socket {
    pub(super) to: ToSocket,
    pub(super) news: Option<Recipient<News<ParticipantNews>>>,
}

/// Everybody's on the room's thread.
pub(super) type SocketRef = Rc<Socket>;

impl Socket {
    pub(super) fn send(&self, room: RoomId, frame: &ServerFrame) {
        match &self.to {
            ToSocket::Near(outbox) => outbox.send(frame),
            ToSocket::Far { at, by } => {
                send(by, at.node, FromHome::frame(room, vec![at.socket], frame, frame.to_json()))
            }
        }
    }

    pub(super) fn send_all(&self, room: RoomId, frames: &[ServerFrame]) {
        match &self.to {
            ToSocket::Near(outbox) => outbox.send_all(frames.iter().map(|frame| frame.to_json().into()).collect()),
            ToSocket::Far { at, by } => {
                FromHome::frames(room, at.socket, frames).into_iter().for_each(|parcel| send(by, at.node, parcel));
            }
        }
    }

    pub(super) fn show(&self, room: RoomId, glance: Glance) {
        match &self.to {
            ToSocket::Near(outbox) => outbox.show(room, glance),
            ToSocket::Far { at, by } => send(by, at.node, FromHome::Show { room, to: at.socket, glance }),
        }
    }

    pub(super) fn answer(&self, room: RoomId, answer: Answer) {
        match &self.to {
            ToSocket::Near(_) => {
                if let Some(news) = &self.news {
                    news.do_send(News(ParticipantNews::Entered(answer)));
                }
            }
            ToSocket::Far { at, by } => send(by, at.node, FromHome::Answer { room, to: at.socket, answer }),
        }
    }

    pub(super) fn shut(&self, room: RoomId, code: CloseCode) {
        match &self.to {
            ToSocket::Near(outbox) => outbox.shut(code),
            ToSocket::Far { at, by } => send(by, at.node, FromHome::Shut { room, to: at.socket, code }),
        }
    }
}

/// The same frame to several: written once, and sent once to each node.
pub(super) fn tell(room: RoomId, to: &[SocketRef], frame: &ServerFrame) {
    let text = ByteString::from(frame.to_json());
    let mut nodes: BTreeMap<NodeId, (&Recipient<ToNode>, Vec<SocketId>)> = BTreeMap::new();
    for socket in to {
        match &socket.to {
            ToSocket::Near(outbox) => outbox.send_written(frame, text.clone()),
            ToSocket::Far { at, by } => nodes.entry(at.node).or_insert_with(|| (by, Vec::new())).1.push(at.socket),
        }
    }
    for (node, (by, sockets)) in nodes {
        send(by, node, FromHome::frame(room, sockets, frame, text.to_string()));
    }
}

fn send(by: &Recipient<ToNode>, node: NodeId, parcel: FromHome) {
    by.do_send(ToNode { node, parcel: Between::FromHome(parcel) });
}
