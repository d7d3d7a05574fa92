//! What counsellors do: sign in, open, pause, drop, end a room (R4, R11).

use super::counsellor::{Counsellor, Served};
use super::lobby::{Lobby, Out};
use crate::ids::{AccountId, LineId};
use crate::protocol::CAPACITY_MAX;
use crate::time::Mono;

impl Lobby {
    pub(super) fn profile(&mut self, id: AccountId, lines: &[(LineId, u8)], capacity: u16, open: bool, out: &mut Out) {
        let place = *self.counsellor_places.entry(id).or_insert_with(|| {
            self.counsellors.push(Counsellor::new(id));
            (self.counsellors.len() - 1) as u32
        });
        let mut served: Vec<Served> = Vec::with_capacity(lines.len());
        for (line, tier) in lines {
            let Some(&line) = self.line_places.get(line) else { continue };
            if served.iter().all(|other| other.line != line) {
                served.push(Served { line, tier: *tier });
            }
        }
        for &Served { line, tier } in &served {
            // A new highest tier is one more moment to wait for (R3).
            if self.lines[line as usize].know_tier(tier) {
                self.arm_all(line);
            }
        }
        self.reshape(place, out, |counsellor, now| {
            counsellor.lines = served;
            counsellor.capacity = capacity.clamp(1, CAPACITY_MAX);
            counsellor.want_work(open, now);
        });
    }

    pub(super) fn open(&mut self, id: AccountId, lines: Option<&[LineId]>, capacity: Option<u16>, out: &mut Out) {
        let Some(place) = self.place_of(id) else { return };
        let places = |lines: &[LineId]| lines.iter().filter_map(|line| self.line_places.get(line).copied()).collect();
        let selected: Option<Vec<u32>> = lines.map(places);
        self.reshape(place, out, |counsellor, now| {
            counsellor.selected = selected;
            if let Some(capacity) = capacity {
                counsellor.capacity = capacity.clamp(1, CAPACITY_MAX);
            }
            counsellor.misses = 0;
            counsellor.want_work(true, now);
        });
    }

    pub(super) fn pause(&mut self, id: AccountId, out: &mut Out) {
        let Some(place) = self.place_of(id) else { return };
        if self.counsellors[place as usize].open {
            self.reshape(place, out, |counsellor, now| counsellor.want_work(false, now));
        }
    }

    pub(super) fn counsellor_here(&mut self, id: AccountId, out: &mut Out) {
        let Some(place) = self.place_of(id) else { return };
        if !std::mem::replace(&mut self.counsellors[place as usize].connected, true) {
            self.touch_counsellor(place);
            self.refresh(place);
            self.seek_tickets(place, None, out);
        }
    }

    pub(super) fn counsellor_gone(&mut self, id: AccountId, out: &mut Out) {
        let Some(place) = self.place_of(id) else { return };
        if std::mem::replace(&mut self.counsellors[place as usize].connected, false) {
            self.touch_counsellor(place);
            self.refresh(place);
            let back = self.give_back(place, |_, _| true, out);
            self.seek_in_order(back, out);
        }
    }

    pub(super) fn occupied(&mut self, id: AccountId, out: &mut Out) {
        let Some(place) = self.place_of(id) else { return };
        let counsellor = &mut self.counsellors[place as usize];
        counsellor.held = counsellor.held.saturating_add(1);
        self.touch_counsellor(place);
        let back = self.shed(place, out);
        self.refresh(place);
        self.seek_in_order(back, out);
    }

    pub(super) fn released(&mut self, id: AccountId, out: &mut Out) {
        let Some(place) = self.place_of(id) else { return };
        let counsellor = &mut self.counsellors[place as usize];
        // One room too many reported over is a fault of the books outside, not a place more.
        if counsellor.held == 0 {
            return;
        }
        counsellor.held -= 1;
        counsellor.idle_since = self.now;
        self.touch_counsellor(place);
        self.refresh(place);
        self.seek_tickets(place, None, out);
    }

    /// Changes who a counsellor is or what they want: offers they no longer want or have no place
    /// for go back, and both sides look again.
    fn reshape(&mut self, place: u32, out: &mut Out, change: impl FnOnce(&mut Counsellor, Mono)) {
        self.count_as(place, false, None);
        let counsellor = &mut self.counsellors[place as usize];
        change(counsellor, self.now);
        counsellor.choose();
        self.shape += 1;
        self.touch_counsellor(place);
        let mut back = self.give_back(
            place,
            |lobby, offer| {
                let counsellor = &lobby.counsellors[place as usize];
                !counsellor.is_present() || !lobby.is_for(offer.ticket, place)
            },
            out,
        );
        back.extend(self.shed(place, out));
        self.refresh(place);
        self.seek_in_order(back, out);
        self.seek_tickets(place, None, out);
    }

    /// Takes back the newest offers as long as there are more than places (R9).
    fn shed(&mut self, place: u32, out: &mut Out) -> Vec<u32> {
        let counsellor = &self.counsellors[place as usize];
        let over = counsellor.used().saturating_sub(u32::from(counsellor.capacity)) as usize;
        let newest: Vec<u32> = counsellor.ringing().rev().take(over).map(|offer| offer.ticket).collect();
        self.give_back(place, |_, offer| newest.contains(&offer.ticket), out)
    }
}

impl Counsellor {
    fn want_work(&mut self, open: bool, now: Mono) {
        if open && !self.open {
            self.idle_since = now;
            self.misses = 0;
        }
        self.open = open;
    }
}
