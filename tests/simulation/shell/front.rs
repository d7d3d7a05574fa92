//! The front of the node: what goes between its sockets and rooms and the matchmaker.

use std::collections::BTreeSet;

use anteroom::dispatch::{DeskNews, FromFront, Input, SocketId, ToFront};
use anteroom::front::Known;
use anteroom::ids::{RoomId, TicketId};
use anteroom::room::Event as RoomEvent;

use super::Node;
use super::room::RoomActor;
use crate::hub::{Actor, Hub, MS, S, SocketNo, Timer};
use crate::mail::{Mail, News};
use crate::plan::Broken;

pub struct Front {
    /// The term it speaks with.
    term: u64,
    known: Known,
    /// The rooms to which it knows the way.
    ways: BTreeSet<RoomId>,
}

impl Front {
    pub fn new(term: u64) -> Self {
        Self { term, known: Known::default(), ways: BTreeSet::new() }
    }

    fn say(&self, parcel: FromFront, hub: &mut Hub) {
        let is_all = matches!(parcel, FromFront::Announced);
        hub.send(Actor::Matchmaker, Mail::happens(self.term, Input::From { node: hub.node(), parcel }));
        if is_all {
            hub.send(Actor::Matchmaker, Mail::happens(self.term, Input::Match));
            let wait = hub.dice.below(3 * S);
            hub.timer(wait, Timer::Away(self.term));
        }
    }
}

impl Node {
    pub fn front(&mut self, mail: Mail, hub: &mut Hub) {
        match mail {
            Mail::Handed(parcel) => {
                if let FromFront::RoomGone { room } = &parcel {
                    self.front.ways.remove(room);
                }
                self.front.known.said(&parcel);
                self.front.say(parcel, hub);
            }
            // An older term's words are not believed any more.
            Mail::Parcels(term, parcels) if term == self.front.term => {
                for parcel in parcels {
                    self.front.known.told(&parcel);
                    self.take(parcel, hub);
                }
            }
            Mail::Parcels(..) => {}
            Mail::NewTerm => self.announce(hub),
            other => unreachable!("not for the front: {other:?}"),
        }
    }

    fn announce(&mut self, hub: &mut Hub) {
        self.front.term = hub.term;
        self.front.known.withdraw().into_iter().for_each(|parcel| self.take(parcel, hub));
        let all = self.front.known.announce();
        let again = all.iter().position(|parcel| matches!(parcel, FromFront::Announced)).map_or(0, |at| at + 1);
        let said = if hub.is_broken(Broken::NoSecondSay) { again } else { all.len() };
        all.into_iter().take(said).for_each(|parcel| self.front.say(parcel, hub));
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
                self.front.ways.insert(room);
                self.actors.insert(room, RoomActor::new(*opening, hub));
            }
            ToFront::HandOver(row) => hub.send(Actor::Room(row.room), Mail::room(RoomEvent::HandOver(row))),
            ToFront::Continued { before, next } => {
                let next = RoomEvent::Happens(anteroom::room::Input::Continued { next: Some(next) });
                hub.send(Actor::Room(before), Mail::room(next));
            }
            // Remembered by `known`, and announced again.
            ToFront::Turn { .. } => {}
            ToFront::Take { .. } | ToFront::HandOn { .. } | ToFront::Home { .. } => unreachable!("there is one node"),
            // Nobody watches.
            ToFront::Follow(_) | ToFront::Unfollow(_) => {}
        }
    }

    fn tell_desk(&self, to: SocketNo, news: DeskNews, hub: &mut Hub) {
        if let Some(seat) = news.seat().filter(|seat| !self.front.ways.contains(&seat.room)) {
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
