//! The front of the node: what goes between its sockets and rooms and the matchmaker.

use anteroom::dispatch::{DeskNews, FromFront, Input, SocketId, ToFront};
use anteroom::ids::TicketId;
use anteroom::room::Event as RoomEvent;

use super::Node;
use super::room::RoomActor;
use crate::hub::{Actor, Hub, MS, SocketNo, Timer};
use crate::mail::{Mail, News};

impl Node {
    pub fn front(&mut self, mail: Mail, hub: &mut Hub) {
        match mail {
            Mail::Handed(parcel) => {
                if let FromFront::RoomGone { room } = &parcel {
                    self.ways.remove(room);
                }
                hub.send(Actor::Matchmaker, Mail::happens(Input::From { node: hub.node(), parcel }));
            }
            Mail::Parcels(parcels) => parcels.into_iter().for_each(|parcel| self.take(parcel, hub)),
            other => unreachable!("not for the front: {other:?}"),
        }
    }

    fn take(&mut self, parcel: ToFront, hub: &mut Hub) {
        match parcel {
            ToFront::Desk { to: SocketId(to), news } => self.tell_desk(to, news, hub),
            ToFront::Counsellor { to: SocketId(to), news } => {
                hub.send(Actor::Socket(to), Mail::Told(News::Counsellor(news)));
            }
            ToFront::LookUp { ticket, to: SocketId(to) } => look_up(ticket, to, hub),
            ToFront::Open(opening) => {
                let room = opening.room;
                self.ways.insert(room);
                self.actors.insert(room, RoomActor::new(*opening, hub));
            }
            ToFront::HandOver(row) => hub.send(Actor::Room(row.room), Mail::room(RoomEvent::HandOver(row))),
            ToFront::Continued { before, next } => {
                let next = RoomEvent::Happens(anteroom::room::Input::Continued { next: Some(next) });
                hub.send(Actor::Room(before), Mail::room(next));
            }
            // Nobody watches.
            ToFront::Follow(_) => {}
        }
    }

    fn tell_desk(&self, to: SocketNo, news: DeskNews, hub: &mut Hub) {
        if let DeskNews::Seated { seat, .. } | DeskNews::Back { seat, .. } = &news
            && !self.ways.contains(&seat.room)
        {
            return look_up(seat.ticket, to, hub);
        }
        hub.send(Actor::Socket(to), Mail::Told(News::Desk(news)));
    }

    pub fn looked_up(&mut self, ticket: TicketId, to: SocketNo, hub: &mut Hub) {
        let news = hub.store.on_file.past(ticket).news(ticket, hub.clock().wall);
        self.tell_desk(to, news, hub);
    }
}

/// The records are read beside the front, which goes on meanwhile.
fn look_up(ticket: TicketId, to: SocketNo, hub: &mut Hub) {
    let takes = hub.dice.below(20 * MS);
    hub.timer(takes, Timer::LookUp(ticket, to));
}
