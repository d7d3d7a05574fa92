//! What a node has told whoever matches of its people and rooms, and what it was told of them: announced again, all
//! of it, to a new term, with what nobody has answered.

use std::collections::{BTreeMap, BTreeSet};

use crate::dispatch::{Asker, CounsellorNews, DeskNews, DeskWish, FromFront, Profile, SocketId, ToFront, Turn, Wish};
use crate::ids::{OfferId, RoomId, SessionId, TicketId};
use crate::protocol::{ServerFrame, WithdrawnReason};

/// The people and the rooms of a node, as whoever matches knows them.
#[derive(Debug, Default)]
pub struct Known {
    desks: BTreeMap<SocketId, AtDesk>,
    staff: BTreeMap<SocketId, AtWork>,
    /// Its rooms; with what was said of the end of those that are over, or where they were handed on.
    rooms: BTreeMap<RoomId, Option<FromFront>>,
}

/// A desk with a ticket.
#[derive(Debug)]
struct AtDesk {
    ticket: TicketId,
    asker: Option<Asker>,
    /// What it was given as it arrived.
    turn: Option<Turn>,
    /// The last `seq` it had before it was given a seat.
    after: Option<u32>,
    /// Where it was told that it has a seat.
    seat: Option<RoomId>,
    /// What it said and was not answered: that it asks, or is back, and that it gives up.
    begun: Option<FromFront>,
    cancels: bool,
}

/// A counsellor at a socket.
#[derive(Debug)]
struct AtWork {
    profile: Profile,
    session: SessionId,
    /// What they were given as they arrived.
    turn: Option<Turn>,
    /// Where they were told that they have a seat.
    seats: BTreeSet<RoomId>,
    /// What rings there.
    rings: BTreeSet<OfferId>,
    /// What they said and were not answered: that they want work, or none; and what they wrote up.
    wants: Option<Wish>,
    wrote_up: BTreeMap<RoomId, Wish>,
}

impl Known {
    /// This was said to whoever matches.
    pub fn said(&mut self, parcel: &FromFront) {
        match parcel {
            FromFront::Ask(ask) => self.begins(ask.from, ask.ticket, ask.asker, Some(0), parcel),
            FromFront::Back { from, ticket, after, asker } => self.begins(*from, *ticket, *asker, *after, parcel),
            FromFront::Desk { from, what: DeskWish::Gone } => drop(self.desks.remove(from)),
            FromFront::Desk { from, what: DeskWish::Cancel } => {
                if let Some(desk) = self.desks.get_mut(from) {
                    desk.cancels = true;
                }
            }
            FromFront::Arrive { from, profile, session } => {
                let (profile, session) = (profile.clone(), *session);
                let (turn, seats, rings, wants, wrote_up) = Default::default();
                self.staff.insert(*from, AtWork { profile, session, turn, seats, rings, wants, wrote_up });
            }
            FromFront::Wish { from, what: Wish::Gone, .. } => drop(self.staff.remove(from)),
            FromFront::Wish { from, what, .. } => {
                if let Some(staff) = self.staff.get_mut(from) {
                    staff.says(what);
                }
            }
            FromFront::RoomOver { room, .. } | FromFront::HandedOn { room, .. } => {
                if let Some(over) = self.rooms.get_mut(room) {
                    *over = Some(parcel.clone());
                }
            }
            FromFront::RoomGone { room } => drop(self.rooms.remove(room)),
            // One that was taken over, or is announced again.
            FromFront::HereRoom { room } => drop(self.rooms.entry(*room).or_default()),
            FromFront::Desk { what: DeskWish::Repeat, .. }
            | FromFront::NotTransferred { .. }
            | FromFront::NotTaken { .. }
            | FromFront::HereDesk { .. }
            | FromFront::HereCounsellor { .. }
            | FromFront::Announced => {}
        }
    }

    fn begins(
        &mut self,
        from: SocketId,
        ticket: TicketId,
        asker: Option<Asker>,
        after: Option<u32>,
        begun: &FromFront,
    ) {
        // Said once more, it is as old as it was.
        let before = self.desks.get(&from).filter(|desk| desk.ticket == ticket);
        let (turn, cancels) = before.map(|desk| (desk.turn, desk.cancels)).unwrap_or_default();
        let (seat, begun) = (None, Some(begun.clone()));
        self.desks.insert(from, AtDesk { ticket, asker, turn, after, seat, begun, cancels });
    }

    /// This was told by whoever matches.
    pub fn told(&mut self, parcel: &ToFront) {
        match parcel {
            ToFront::Desk { to, news } => self.told_desk(*to, news),
            ToFront::Counsellor { to, news: CounsellorNews::Replaced } => drop(self.staff.remove(to)),
            ToFront::Counsellor { to, news } => {
                if let Some(staff) = self.staff.get_mut(to) {
                    staff.hears(news);
                }
            }
            ToFront::Turn { to, turn } => self.told_turn(*to, *turn),
            ToFront::Open(opening) => {
                self.rooms.entry(opening.room).or_default();
            }
            ToFront::LookUp { .. }
            | ToFront::Take { .. }
            | ToFront::HandOn { .. }
            | ToFront::Home { .. }
            | ToFront::HandOver(_)
            | ToFront::Continued { .. }
            | ToFront::Follow(_)
            | ToFront::Unfollow(_) => {}
        }
    }

    /// One told late, under a term that is over, is none.
    fn told_turn(&mut self, to: SocketId, turn: Turn) {
        let desk = self.desks.get_mut(&to).map(|desk| &mut desk.turn);
        let given = desk.or_else(|| self.staff.get_mut(&to).map(|staff| &mut staff.turn));
        if let Some(given) = given {
            *given = (*given).max(Some(turn));
        }
    }

    fn told_desk(&mut self, to: SocketId, news: &DeskNews) {
        let Some(desk) = self.desks.get_mut(&to) else { return };
        match news {
            DeskNews::Stands(ServerFrame::Waiting { ticket, .. }) => {
                // An earlier request may have been the same.
                (desk.ticket, desk.seat, desk.begun) = (*ticket, None, None);
            }
            DeskNews::Seated { seat, .. } | DeskNews::Back { seat, .. } => {
                (desk.ticket, desk.seat, desk.begun) = (seat.ticket, Some(seat.room), None);
                desk.cancels = false;
            }
            DeskNews::Refused { ask_again: false, .. } => desk.cancels = false,
            // It waits again, and will be told where.
            DeskNews::Stands(_) | DeskNews::RoomOver { rate_for: None, .. } => {}
            // Nothing of it is known to whoever matches any more.
            DeskNews::RoomOver { rate_for: Some(_), .. }
            | DeskNews::Refused { ask_again: true, .. }
            | DeskNews::WasOver { .. }
            | DeskNews::Over(_)
            | DeskNews::Replaced => drop(self.desks.remove(&to)),
        }
    }

    /// Whether this socket asked by this key and was not answered.
    #[must_use]
    pub fn asks(&self, from: SocketId, client_id: &str) -> bool {
        let begun = self.desks.get(&from).and_then(|desk| desk.begun.as_ref());
        matches!(begun, Some(FromFront::Ask(ask)) if ask.client_id == client_id)
    }

    /// What a desk that is still here says once more, as nobody knew yet where its visit stands.
    #[must_use]
    pub fn back(&self, from: SocketId) -> Option<FromFront> {
        let AtDesk { ticket, after, asker, .. } = *self.desks.get(&from)?;
        Some(FromFront::Back { from, ticket, after, asker })
    }

    /// What rings here rang under a term, or over a link, that is over: it is withdrawn, and rings again if it still
    /// does. To be told before anything of the new one.
    pub fn withdraw(&mut self) -> Vec<ToFront> {
        let mut withdrawn = Vec::new();
        for (&to, staff) in &mut self.staff {
            for offer in std::mem::take(&mut staff.rings) {
                let news = CounsellorNews::Frame(ServerFrame::Withdrawn { offer, reason: WithdrawnReason::Gone });
                withdrawn.push(ToFront::Counsellor { to, news });
            }
        }
        withdrawn
    }

    /// All that is here, for a new term; and behind it what was said before and nobody has answered.
    #[must_use]
    pub fn announce(&self) -> Vec<FromFront> {
        let mut all: Vec<FromFront> = Vec::new();
        all.extend(self.rooms.iter().map(|(room, over)| over.clone().unwrap_or(FromFront::HereRoom { room: *room })));
        for (&from, desk) in self.desks.iter().filter(|(_, desk)| desk.begun.is_none()) {
            let AtDesk { ticket, asker, turn, after, seat, .. } = *desk;
            all.push(FromFront::HereDesk { from, ticket, seat, after, asker, turn });
        }
        for (&from, staff) in &self.staff {
            let (profile, session, turn) = (staff.profile.clone(), staff.session, staff.turn);
            let seats = staff.seats.iter().copied().collect();
            all.push(FromFront::HereCounsellor { from, profile, session, seats, turn });
        }
        all.push(FromFront::Announced);
        for (&from, desk) in &self.desks {
            all.extend(desk.begun.clone());
            all.extend(desk.cancels.then_some(FromFront::Desk { from, what: DeskWish::Cancel }));
        }
        for (&from, staff) in &self.staff {
            let said = staff.wants.iter().chain(staff.wrote_up.values());
            let account = staff.profile.account;
            all.extend(said.map(|what| FromFront::Wish { from, account, what: what.clone() }));
        }
        all
    }
}

impl AtWork {
    fn says(&mut self, what: &Wish) {
        match what {
            Wish::Open { .. } | Wish::Pause { .. } => self.wants = Some(what.clone()),
            Wish::Accept(offer) | Wish::Decline(offer) => drop(self.rings.remove(offer)),
            Wish::WrapUp { room, .. } => drop(self.wrote_up.insert(*room, what.clone())),
            // What of it was not on file ends with the term, as does what was declined.
            Wish::Transfer { .. } | Wish::CancelTransfer { .. } | Wish::Gone => {}
        }
    }

    fn hears(&mut self, news: &CounsellorNews) {
        match news {
            CounsellorNews::Rooms(held) => self.seats.extend(held.iter().map(|held| held.seat.room)),
            CounsellorNews::Seated { held, .. } => drop(self.seats.insert(held.seat.room)),
            CounsellorNews::RoomGone { room } | CounsellorNews::RoomOver { room, wrap_up: false } => {
                self.seats.remove(room);
            }
            CounsellorNews::State { .. } => self.wants = None,
            CounsellorNews::WrappedUp { room } => drop(self.wrote_up.remove(room)),
            CounsellorNews::Frame(ServerFrame::Offer { offer, .. }) => drop(self.rings.insert(*offer)),
            CounsellorNews::Frame(ServerFrame::Withdrawn { offer, .. }) => drop(self.rings.remove(offer)),
            CounsellorNews::Frame(ServerFrame::Error { re: Some(re), .. }) => {
                self.wrote_up.retain(|room, _| room.to_string() != *re);
            }
            CounsellorNews::Frame(_) | CounsellorNews::RoomOver { .. } | CounsellorNews::Replaced => {}
        }
    }
}
