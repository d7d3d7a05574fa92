//! Counsellors: who is there, what they want, what rings, what they write up.

use std::collections::{BTreeMap, BTreeSet};

use anteroom::ids::{AccountId, LineId, OfferId, RoomId, TicketId};
use anteroom::matching::Input;
use anteroom::protocol::{Activity, ErrorCode, Intent, ServerFrame};

use super::{Node, file, submit};
use crate::hub::{Actor, Hub, S, SocketNo, Timer};
use crate::mail::{Filing, Mail, News, Seat, Wish};
use crate::plan::Broken;
use crate::store::{Answer, Reply, Write};

pub struct Staff {
    pub socket: Option<SocketNo>,
    pub lines: Vec<(LineId, u8)>,
    pub open: bool,
    /// What rings, and within how many seconds it must be answered.
    pub offers: BTreeMap<OfferId, (TicketId, u32)>,
    /// Rooms that are over and not yet written up.
    pub wrap_ups: BTreeSet<RoomId>,
}

impl Staff {
    pub fn tell(&self, news: News, hub: &mut Hub) {
        if let Some(socket) = self.socket {
            hub.send(Actor::Socket(socket), Mail::News(news));
        }
    }
}

impl Node {
    /// Makes a counsellor known, or better known, as they are on file.
    pub fn know(&mut self, counsellor: AccountId, hub: &mut Hub) {
        let file = hub.store.on_file.accounts[&counsellor].clone();
        // What we know of a counsellor's wishes is newer than what is on file.
        let capacity = self.lobby.counsellor(counsellor).map_or(file.capacity, |view| view.capacity);
        let staff = self.staff.entry(counsellor).or_insert_with(|| Staff {
            socket: None,
            lines: Vec::new(),
            open: file.open,
            offers: BTreeMap::new(),
            wrap_ups: BTreeSet::new(),
        });
        staff.lines.clone_from(&file.lines);
        let open = staff.open;
        self.step(Input::Profile { counsellor, lines: file.lines, capacity, open }, hub);
    }

    pub fn arrive(&mut self, from: SocketNo, account: AccountId, hub: &mut Hub) {
        self.know(account, hub);
        let held = self.held_by(account);
        let Some(staff) = self.staff.get_mut(&account) else { return };
        if let Some(older) = staff.socket.replace(from) {
            hub.send(Actor::Socket(older), Mail::News(News::Replaced));
        }
        staff.tell(News::Rooms(held), hub);
        let ringing: Vec<OfferId> = staff.offers.keys().copied().collect();
        self.tell_state(account, hub);
        for offer in ringing {
            self.ring_again(account, offer, hub);
        }
        self.step(Input::CounsellorHere { counsellor: account }, hub);
    }

    pub fn counsellor_wishes(&mut self, from: SocketNo, counsellor: AccountId, what: Wish, hub: &mut Hub) {
        let newest = self.staff.get(&counsellor).and_then(|staff| staff.socket);
        // Compare and delete: what an old socket says is no longer the counsellor's word.
        let late_stop = matches!(what, Wish::Gone) && hub.is_broken(Broken::LateStop);
        if newest != Some(from) && !late_stop {
            return;
        }
        match what {
            Wish::Open { lines, capacity } => {
                self.intend(counsellor, true, capacity, hub);
                self.step(Input::Open { counsellor, lines, capacity }, hub);
            }
            Wish::Pause => {
                self.intend(counsellor, false, None, hub);
                self.step(Input::Pause { counsellor }, hub);
            }
            Wish::Accept(offer) => self.step(Input::Accept { counsellor, offer }, hub),
            Wish::Decline(offer) => {
                let turned_down = self.staff.get_mut(&counsellor).and_then(|staff| staff.offers.remove(&offer));
                self.declined.extend(turned_down.map(|(ticket, _)| (ticket, counsellor)));
                self.step(Input::Decline { counsellor, offer }, hub);
            }
            Wish::WrapUp(room) => {
                let what = Filing::WrapUp { account: counsellor, room, asked: true };
                file(hub, Write::WrapUp { room, counsellor }, what);
            }
            Wish::Transfer { room, line, to } => self.wish_transfer(counsellor, room, line, to, hub),
            Wish::CancelTransfer(room) => self.wish_cancel(counsellor, room, hub),
            Wish::Gone => {
                if let Some(staff) = self.staff.get_mut(&counsellor) {
                    staff.socket = None;
                }
                self.step(Input::CounsellorGone { counsellor }, hub);
            }
        }
    }

    /// What a counsellor wants is durable.
    pub fn intend(&mut self, account: AccountId, open: bool, capacity: Option<u16>, hub: &mut Hub) {
        let Some(staff) = self.staff.get_mut(&account) else { return };
        staff.open = open;
        self.changed.insert(account);
        submit(hub, Write::SetIntent { account, open, capacity }, Reply::Nobody);
    }

    pub fn ring(&mut self, offer: OfferId, ticket: TicketId, counsellor: AccountId, within_s: u32, hub: &mut Hub) {
        if let Some(staff) = self.staff.get_mut(&counsellor) {
            staff.offers.insert(offer, (ticket, within_s));
        }
        self.ring_again(counsellor, offer, hub);
    }

    fn ring_again(&self, counsellor: AccountId, offer: OfferId, hub: &mut Hub) {
        let Some(staff) = self.staff.get(&counsellor) else { return };
        let Some(&(ticket, accept_within_s)) = staff.offers.get(&offer) else { return };
        let Some(visit) = self.visits.get(&ticket).or_else(|| self.visit_in_room(ticket)) else { return };
        let frame = ServerFrame::Offer {
            offer,
            ticket,
            number: visit.number.clone(),
            line: String::new(),
            nickname: None,
            note: None,
            waited_s: 0,
            accept_within_s,
            transfer: None,
        };
        staff.tell(News::Frame(frame), hub);
    }

    pub fn wrap_up_filed(
        &mut self,
        account: AccountId,
        room: RoomId,
        asked: bool,
        answer: Result<Answer, ()>,
        hub: &mut Hub,
    ) {
        let re = Some(room.to_string());
        match answer {
            Ok(Answer::Done) => self.wrapped_up(account, room, hub),
            Ok(_) if !asked => self.wrapped_up(account, room, hub),
            Ok(_) => self.refuse_counsellor(account, ErrorCode::NothingToWrapUp, re, hub),
            Err(()) if asked => self.refuse_counsellor(account, ErrorCode::NotStored, re, hub),
            Err(()) => hub.timer(5 * S, Timer::WrapUp(account, room)),
        }
    }

    /// The time for the wrap-up is over: the place is free.
    pub fn end_wrap_up(&mut self, counsellor: AccountId, room: RoomId, hub: &mut Hub) {
        if self.staff.get(&counsellor).is_some_and(|staff| staff.wrap_ups.contains(&room)) {
            let what = Filing::WrapUp { account: counsellor, room, asked: false };
            file(hub, Write::WrapUp { room, counsellor }, what);
        }
    }

    fn wrapped_up(&mut self, counsellor: AccountId, room: RoomId, hub: &mut Hub) {
        let Some(staff) = self.staff.get_mut(&counsellor) else { return };
        let waited = staff.wrap_ups.remove(&room);
        staff.tell(News::RoomOver { room, wrap_up: false }, hub);
        self.changed.insert(counsellor);
        if waited && let Some(line) = hub.line_of_room(room) {
            self.step(Input::Released { counsellor, line }, hub);
        } else {
            self.tell_changed(hub);
        }
    }

    pub fn refuse_counsellor(&self, account: AccountId, code: ErrorCode, re: Option<String>, hub: &mut Hub) {
        if let Some(staff) = self.staff.get(&account) {
            staff.tell(News::Frame(ServerFrame::refusal(code, "", re)), hub);
        }
    }

    pub fn tell_changed(&mut self, hub: &mut Hub) {
        for account in std::mem::take(&mut self.changed) {
            self.tell_state(account, hub);
        }
    }

    fn tell_state(&self, account: AccountId, hub: &mut Hub) {
        let (Some(staff), Some(view)) = (self.staff.get(&account), self.lobby.counsellor(account)) else { return };
        let intent = if staff.open { Intent::Open } else { Intent::Paused };
        let activity = if staff.offers.is_empty() { Activity::Idle } else { Activity::Offered };
        staff.tell(News::State { intent, activity, capacity: view.capacity }, hub);
    }

    /// The counsellor's seats: open rooms, and those that wait for a wrap-up.
    fn held_by(&mut self, account: AccountId) -> Vec<(RoomId, Seat)> {
        self.turns += 1;
        let turn = self.turns;
        let wrap_ups = self.staff.get(&account).map(|staff| &staff.wrap_ups);
        let theirs = self.rooms.iter().filter(|(_, entry)| entry.account == account);
        theirs
            .filter_map(|(room, entry)| {
                let wrap_up = wrap_ups.is_some_and(|wrap_ups| wrap_ups.contains(room));
                let seat = Seat { member: entry.counsellor_seat, turn, wrap_up };
                (wrap_up || !entry.over).then_some((*room, seat))
            })
            .collect()
    }
}
