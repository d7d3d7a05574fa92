//! The front of a node: what goes between its sockets and rooms and whoever matches.

use std::collections::{BTreeMap, BTreeSet};

use anteroom::cluster::link::SessionName;
use anteroom::dispatch::{DeskNews, DeskWish, FromFront, Input, SocketId, ToFront, Wish};
use anteroom::front::{Carried, FarSeats, Known};
use anteroom::ids::{NodeId, RoomId, TicketId};
use anteroom::protocol::ErrorCode;
use anteroom::room::Event as RoomEvent;

use super::Node;
use crate::hub::{Actor, Hub, MS, S, SocketNo, Timer};
use crate::mail::{Mail, News};
use crate::plan::Broken;

/// Who asks while nobody matches waits so long for somebody who does.
const ASK_WAIT: u64 = 10 * S;

pub struct Front {
    /// The term it speaks with, of a process that is alone.
    term: u64,
    known: Known,
    /// The rooms to which it knows the way, and whether they are over.
    pub ways: BTreeMap<RoomId, bool>,
    /// Among others: who matches, and whether they were told all that is here.
    at: Option<NodeId>,
    /// Who has been told all that is here.
    told: Option<NodeId>,
    /// Sockets that have asked, arrived or come back.
    sockets: BTreeSet<SocketId>,
    pub far: FarSeats,
    pub taking: BTreeSet<(RoomId, NodeId)>,
    /// By which keys sockets have asked.
    keys: BTreeMap<SocketId, String>,
}

impl Front {
    pub fn new(term: u64) -> Self {
        let (known, ways, sockets, far, taking, keys) = Default::default();
        Self { term, known, ways, at: None, told: None, sockets, far, taking, keys }
    }

    fn say_here(&self, parcel: FromFront, hub: &mut Hub) {
        let is_all = matches!(parcel, FromFront::Announced);
        let term = if hub.is_alone() { self.term } else { hub.term() };
        hub.send(Actor::Matchmaker, Mail::happens(term, Input::From { node: hub.node(), parcel }));
        if is_all && hub.is_alone() {
            hub.send(Actor::Matchmaker, Mail::happens(self.term, Input::Match));
            let wait = hub.dice.below(3 * S);
            hub.timer(wait, Timer::Away(self.term));
        }
    }

    /// What of a parcel from here is remembered here.
    fn note(&mut self, parcel: &FromFront) {
        match parcel {
            FromFront::Ask(ask) => drop(self.sockets.insert(ask.from)),
            FromFront::Back { from, .. } | FromFront::Arrive { from, .. } => drop(self.sockets.insert(*from)),
            FromFront::Desk { from, what: DeskWish::Gone } | FromFront::Wish { from, what: Wish::Gone, .. } => {
                self.sockets.remove(from);
                self.far.left(*from);
            }
            FromFront::RoomOver { room, .. } => {
                if let Some(over) = self.ways.get_mut(room) {
                    *over = true;
                }
            }
            FromFront::RoomGone { room } => drop(self.ways.remove(room)),
            _ => {}
        }
    }
}

impl Node {
    pub fn front(&mut self, mail: Mail, hub: &mut Hub) {
        match mail {
            Mail::Handed(parcel) => {
                let asks = if let FromFront::Ask(ask) = &parcel { Some(ask.clone()) } else { None };
                self.hand_on(parcel, hub);
                if let Some(ask) = asks.filter(|_| !hub.is_alone()) {
                    self.front.keys.insert(ask.from, ask.client_id);
                    hub.timer(ASK_WAIT, Timer::Unanswered(ask.from));
                }
            }
            // An older term's words are not believed any more; those that came by a link were sifted there.
            Mail::Parcels(term, parcels) if !hub.is_alone() || term == self.front.term => {
                for parcel in parcels {
                    self.hear_one(parcel, hub);
                }
            }
            Mail::Parcels(..) => {}
            Mail::NewTerm => {
                self.front.term = hub.term();
                self.announce(hub);
            }
            Mail::Matches(at) => self.front.at = at,
            Mail::Announce(at) => {
                (self.front.at, self.front.told) = (Some(at), Some(at));
                self.announce(hub);
            }
            Mail::Opened(node, session) => self.link_opened(node, session, hub),
            Mail::Broken(node) => {
                self.front.told.take_if(|told| *told == node);
                self.front.far.broke(node);
                self.tell_rooms(&Mail::Broken(node), hub);
            }
            Mail::NodeGone(node) => self.tell_rooms(&Mail::NodeGone(node), hub),
            Mail::ToFar(room, what) => self.hears_far_word(room, what, hub),
            Mail::FromNode(node, parcel) => self.hears_node(node, *parcel, hub),
            Mail::Took { room, from, opening } => self.took(room, from, opening.map(|opening| *opening), hub),
            other => unreachable!("not for the front: {other:?}"),
        }
    }

    /// Gives whoever matches what is so here.
    pub fn hand_on(&mut self, parcel: FromFront, hub: &mut Hub) {
        self.front.note(&parcel);
        self.front.known.said(&parcel);
        if hub.is_alone() {
            self.front.say_here(parcel, hub);
        } else {
            self.say(parcel, hub);
        }
    }

    /// To whoever was told all that is here.
    fn say(&mut self, parcel: FromFront, hub: &mut Hub) {
        match self.front.told {
            Some(at) if at == hub.node() && self.matches => self.front.say_here(parcel, hub),
            Some(at) if at != hub.node() => self.send(at, &Carried::FromFront(parcel), None, hub),
            _ => {}
        }
    }

    fn announce(&mut self, hub: &mut Hub) {
        if hub.is_alone() {
            let withdrawn = self.front.known.withdraw();
            withdrawn.into_iter().for_each(|parcel| self.take(parcel, hub));
            return self.say_all(hub);
        }
        let withdrawn = self.front.known.withdraw();
        self.say_all(hub);
        withdrawn.into_iter().for_each(|parcel| self.hear_one(parcel, hub));
    }

    fn say_all(&mut self, hub: &mut Hub) {
        let all = self.all_here(hub);
        match self.front.told.filter(|told| *told != hub.node()) {
            Some(told) => {
                let all: Vec<Carried> = all.into_iter().map(Carried::FromFront).collect();
                self.send_together(told, &all, None, hub);
            }
            None if hub.is_alone() => all.into_iter().for_each(|parcel| self.front.say_here(parcel, hub)),
            None => all.into_iter().for_each(|parcel| self.say(parcel, hub)),
        }
    }

    /// Who is here, and behind it what nobody has answered.
    fn all_here(&self, hub: &Hub) -> Vec<FromFront> {
        let mut all = self.front.known.announce();
        if hub.is_broken(Broken::NoSecondSay)
            && let Some(end) = all.iter().position(|parcel| *parcel == FromFront::Announced)
        {
            all.truncate(end + 1);
        }
        all
    }

    /// A session begins with all that is here, if the other matches.
    fn link_opened(&mut self, node: NodeId, session: SessionName, hub: &mut Hub) {
        let mut all = Vec::new();
        if self.front.at == Some(node) {
            self.front.told = Some(node);
            all = self.all_here(hub);
        }
        self.announce_on(node, session, all.into_iter().map(Carried::FromFront).collect(), hub);
        if self.front.at == Some(node) {
            let withdrawn = self.front.known.withdraw();
            withdrawn.into_iter().for_each(|parcel| self.hear_one(parcel, hub));
        }
        let mut acts = Vec::new();
        self.front.far.opened(node, &mut acts);
        self.far_acts(acts, hub);
    }

    fn hear_one(&mut self, parcel: ToFront, hub: &mut Hub) {
        self.front.known.told(&parcel);
        self.take(parcel, hub);
    }

    fn take(&mut self, parcel: ToFront, hub: &mut Hub) {
        match parcel {
            ToFront::Desk { to: SocketId(to), news } => self.tell_desk(to, news, hub),
            ToFront::Counsellor { to: SocketId(to), news } => {
                if !hub.is_alone() && !self.front.sockets.contains(&SocketId(to)) {
                    return;
                }
                for held in news.held() {
                    if held.seat.home != hub.node() {
                        let seat = held.seat;
                        self.front.far.lives_at((seat.room, seat.home), SocketId(to), seat.epoch);
                    }
                }
                hub.send(Actor::Socket(to), Mail::Told(News::Counsellor(news)));
            }
            ToFront::LookUp { ticket, to: SocketId(to) } => look_up(ticket, to, hub),
            ToFront::Open(opening) => self.opens(*opening, hub),
            ToFront::HandOver(row) => hub.send(Actor::Room(row.room), Mail::room(RoomEvent::HandOver(row))),
            ToFront::Continued { before, next } => {
                let next = RoomEvent::Happens(anteroom::room::Input::Continued { next: Some(next) });
                hub.send(Actor::Room(before), Mail::room(next));
            }
            // Remembered by `known`, and announced again.
            ToFront::Turn { .. } => {}
            ToFront::HandOn { .. } => unreachable!("nobody drains here"),
            ToFront::Take { room, from: Some(from) } => self.take_over(room, from, hub),
            ToFront::Take { from: None, .. } => unreachable!("every room has a keeper here"),
            ToFront::Home { room, home } => {
                let mut acts = Vec::new();
                self.front.far.moved(room, home, &mut acts);
                self.far_acts(acts, hub);
            }
            // Nobody watches.
            ToFront::Follow(_) | ToFront::Unfollow(_) => {}
        }
    }

    /// Who asked while nobody matches is told to ask again.
    pub fn unanswered(&mut self, to: SocketId, hub: &mut Hub) {
        let key = self.front.keys.get(&to).cloned();
        if let Some(key) = key.filter(|key| self.front.at.is_none() && self.front.known.asks(to, key)) {
            let (code, re, detail) = (ErrorCode::Busy, Some(key), "nobody matches at the moment".to_owned());
            let news = DeskNews::Refused { code, detail, re, ask_again: true, wait_s: None };
            self.hear_one(ToFront::Desk { to, news }, hub);
        }
    }

    fn tell_desk(&mut self, to: SocketNo, news: DeskNews, hub: &mut Hub) {
        if !hub.is_alone() && !self.front.sockets.contains(&SocketId(to)) {
            return;
        }
        match news.seat() {
            Some(seat) if seat.home != hub.node() => {
                self.front.far.lives_at((seat.room, seat.home), SocketId(to), seat.epoch);
            }
            // The room was left behind between the two: the record says how it ended.
            Some(seat) if !self.front.ways.contains_key(&seat.room) => return look_up(seat.ticket, to, hub),
            _ => {}
        }
        hub.send(Actor::Socket(to), Mail::Told(News::Desk(news)));
    }

    pub fn looked_up(&mut self, ticket: TicketId, to: SocketNo, hub: &mut Hub) {
        let past = if hub.is_alone() || hub.reaches_store() {
            hub.store.on_file.past(ticket)
        } else {
            anteroom::dispatch::Past::Unreadable
        };
        if past == anteroom::dispatch::Past::Live && !hub.is_alone() {
            return hub.timer(250 * MS, Timer::AskAgain(to));
        }
        let news = past.news(ticket, hub.clock().wall);
        match hub.is_alone() {
            true => self.tell_desk(to, news, hub),
            false => self.hear_one(ToFront::Desk { to: SocketId(to), news }, hub),
        }
    }
}

impl Node {
    /// A desk whose visit goes on, and nobody knew where.
    pub fn asks_again(&mut self, to: SocketNo, hub: &mut Hub) {
        if let Some(back) = self.front.known.back(SocketId(to)) {
            self.hand_on(back, hub);
        }
    }
}

/// The records are read beside the front, which goes on meanwhile.
fn look_up(ticket: TicketId, to: SocketNo, hub: &mut Hub) {
    let takes = hub.dice.below(20 * MS);
    hub.timer(takes, Timer::LookUp(ticket, to));
}
