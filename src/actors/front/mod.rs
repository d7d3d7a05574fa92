//! The front: the sockets and the rooms of this node, and the way to each. It decides nothing: what comes from
//! them goes to whoever matches as parcels, and what comes from there is told or done here.
//!
//! - `rooms`: the rooms that live at this node; `take`: those of another, taken over (`wanted`: which);
//!   `followers`: who follows a waiting ticket
//! - `between`: rooms and sockets at two nodes; `far_rooms`: those sockets, and the way to each
//! - `others`: among several nodes, where whoever matches is, and what they have not answered; `terms`: who that
//!   is changes
//! - `questions`: what is asked of it over HTTP

mod between;
mod far_rooms;
mod followers;
mod others;
mod questions;
mod rooms;
mod take;
mod terms;
#[cfg(test)]
mod tests;
mod wanted;

use std::collections::HashMap;

use actix::prelude::*;

use super::admin_feed::Shows;
use super::drained::Drained;
use super::matchmaker::WayToMatchmaker;
use super::messages::{
    CounsellorNews, DeskHandle, DeskNews, ForGroups, Handed, Happens, News, Parcels, SocketHandle, ToRoom,
};
use crate::dispatch::{self, DeskWish, FromFront, Input, Past, SocketId, ToFront, Wish};
use crate::ids::TicketId;
use crate::room;
use crate::services::Services;
use crate::storage::talk::tickets;
use far_rooms::FarRooms;
use followers::Followers;
use others::Others;
use rooms::Rooms;
use wanted::{Taking, Wanted};

/// Knows the sockets and the rooms of this node.
pub struct Front {
    services: Services,
    matchmaker: WayToMatchmaker,
    /// Of a node of a cluster.
    others: Option<Others>,
    /// The sockets that are open and have asked, arrived or come back.
    desks: HashMap<SocketId, DeskHandle>,
    counsellors: HashMap<SocketId, Recipient<News<CounsellorNews>>>,
    rooms: Rooms,
    far: FarRooms,
    taking: Taking,
    /// The way to the group rooms of this node: those that are taken over, and who comes into them from another.
    groups: Recipient<ForGroups>,
    followers: Followers,
    drained: Drained,
    /// Hears in a test what whoever matches would.
    #[cfg(test)]
    hears: Option<Recipient<Happens>>,
}

impl Front {
    pub(super) fn new(
        services: Services,
        matchmaker: WayToMatchmaker,
        feed: Recipient<Shows>,
        groups: Recipient<ForGroups>,
    ) -> Self {
        Self {
            rooms: Rooms::new(services.clone(), feed),
            others: services.joined.clone().map(Others::new),
            services,
            matchmaker,
            desks: HashMap::new(),
            counsellors: HashMap::new(),
            far: FarRooms::default(),
            taking: Taking::default(),
            groups,
            followers: Followers::default(),
            drained: Drained::default(),
            #[cfg(test)]
            hears: None,
        }
    }

    /// Gives whoever matches what is so here.
    fn hand_on(&mut self, parcel: FromFront) {
        self.note(&parcel);
        #[cfg(test)]
        if let Some(hears) = &self.hears {
            return hears.do_send(Happens(Input::From { node: self.services.settings.node, parcel }));
        }
        match &mut self.others {
            None => self.matchmaker.do_send(Happens(Input::From { node: self.services.settings.node, parcel })),
            Some(others) => others.say(parcel, &self.matchmaker),
        }
    }

    /// What of a parcel from here is remembered here.
    fn note(&mut self, parcel: &FromFront) {
        match parcel {
            FromFront::Desk { from, what: DeskWish::Gone } => {
                self.desks.remove(from);
                self.far.left(*from);
            }
            FromFront::Wish { from, what: Wish::Gone, .. } => {
                self.counsellors.remove(from);
                self.far.left(*from);
            }
            FromFront::RoomOver { room, .. } => self.rooms.over(*room),
            FromFront::RoomGone { room } | FromFront::HandedOn { room, .. } => self.rooms.gone(*room),
            _ => {}
        }
        self.drained.look(self.rooms.open_count() as usize);
    }

    /// One parcel that comes by itself.
    fn hear_one(&mut self, parcel: ToFront, ctx: &mut Context<Self>) {
        let mut wanted = Wanted::default();
        self.hear(parcel, &mut wanted, ctx);
        self.take_over(wanted, ctx);
    }

    fn hear(&mut self, parcel: ToFront, wanted: &mut Wanted, ctx: &mut Context<Self>) {
        if let Some(others) = &mut self.others {
            others.told(&parcel);
        }
        match parcel {
            ToFront::Desk { to, news } => self.tell_desk(to, news, ctx),
            ToFront::Counsellor { to, news } => self.tell_counsellor(to, news, ctx),
            ToFront::LookUp { ticket, to } => self.look_up(ticket, to, ctx),
            ToFront::Open(opening) => {
                let desk = opening.beside.and_then(|socket| self.desks.get(&socket));
                let thread = desk.map_or_else(Arbiter::current, |desk| desk.thread.clone());
                self.rooms.open(*opening, &thread, ctx.address().recipient());
            }
            ToFront::Take { room, from } => wanted.add(room, from),
            ToFront::HandOn { room, to } => {
                self.rooms.tell(room, ToRoom::Input(room::Input::HandOn { to: Some(to) }));
            }
            ToFront::Home { room, home } => self.room_moved(room, home, ctx),
            ToFront::HandOver(row) => self.rooms.tell(row.room, ToRoom::HandOver(row)),
            ToFront::Continued { before, next } => {
                self.rooms.tell(before, ToRoom::Input(room::Input::Continued { next: Some(next) }));
            }
            // Remembered above, where there are several nodes.
            ToFront::Turn { .. } => {}
            ToFront::Follow(event) => self.followers.tell(&event),
            ToFront::Unfollow(ticket) => self.followers.forget(ticket),
        }
    }

    fn tell_desk(&mut self, to: SocketId, news: dispatch::DeskNews, ctx: &mut Context<Self>) {
        if !self.desks.contains_key(&to) {
            return;
        }
        let room = news.seat().and_then(|seat| self.way_to(seat, to, ctx));
        // The room was left behind between the two: the record says how it ended.
        if let (Some(seat), None) = (news.seat(), &room) {
            return self.look_up(seat.ticket, to, ctx);
        }
        if let Some(desk) = self.desks.get(&to) {
            desk.to.do_send(News(DeskNews::Told { news: Box::new(news), room }));
        }
    }

    fn tell_counsellor(&mut self, to: SocketId, news: dispatch::CounsellorNews, ctx: &Context<Self>) {
        let Some(counsellor) = self.counsellors.get(&to).cloned() else { return };
        let rooms = news.held().iter().filter_map(|held| self.way_to(&held.seat, to, ctx)).collect();
        counsellor.do_send(News(CounsellorNews { news, rooms }));
    }

    /// Tells a desk what is on file about a visit that is not in memory.
    fn look_up(&self, ticket: TicketId, to: SocketId, ctx: &mut Context<Self>) {
        let store = self.services.store.clone();
        let read = async move { store.answer(move |conn| tickets::visit(conn, ticket)).await };
        ctx.spawn(read.into_actor(self).map(move |read, this, ctx| {
            let past = match read {
                Ok(visit) => visit.map_or(Past::Unknown, Past::from),
                Err(_) => Past::Unreadable,
            };
            if past == Past::Live && this.others.is_some() {
                return this.ask_again(to, ctx);
            }
            let news = past.news(ticket, this.services.clock.now().wall);
            this.hear_one(ToFront::Desk { to, news }, ctx);
        }));
    }
}

impl Actor for Front {
    type Context = Context<Self>;
}

impl Handler<Handed> for Front {
    type Result = ();

    fn handle(&mut self, Handed { parcel, at }: Handed, ctx: &mut Context<Self>) {
        match at {
            Some(SocketHandle::Desk(socket, handle)) => drop(self.desks.insert(socket, handle)),
            Some(SocketHandle::Counsellor(socket, handle)) => drop(self.counsellors.insert(socket, handle)),
            None => {}
        }
        let asks = match &parcel {
            FromFront::Ask(ask) if self.others.is_some() && self.drained.is_draining() => {
                return self.refuse_while_draining(ask, ctx);
            }
            FromFront::Ask(ask) if self.others.is_some() => Some(ask.clone()),
            _ => None,
        };
        self.hand_on(parcel);
        if let Some(ask) = asks {
            self.wait_for_an_answer(&ask, ctx);
        }
    }
}

impl Handler<Parcels> for Front {
    type Result = ();

    fn handle(&mut self, Parcels(parcels): Parcels, ctx: &mut Context<Self>) {
        let mut wanted = Wanted::default();
        parcels.into_iter().for_each(|parcel| self.hear(parcel, &mut wanted, ctx));
        self.take_over(wanted, ctx);
    }
}
