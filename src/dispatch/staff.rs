//! Counsellors: who is there, what they want, what rings.

use std::collections::BTreeMap;
use std::time::Duration;

use super::input::{Later, Noted, Profile, Wish};
use super::news::{CounsellorNews, Held};
use super::parcels::NodeSocket;
use super::rows::{EventKind, Write};
use super::shown::{CounsellorShown, Shown};
use super::transfers::Wished;
use super::turn::{Arrivals, Turn};
use super::{Defect, Dispatch, Out, Served};
use crate::ids::{AccountId, LineId, OfferId, RoomId, SessionId, TicketId};
use crate::matching;
use crate::protocol::{Activity, ErrorCode, Intent, LineLoad, ServerFrame, WithdrawnReason};
use crate::time::Mono;

/// One counsellor, known since start or since their first socket.
pub(super) struct Staff {
    pub(super) socket: Option<NodeSocket>,
    pub(super) arrivals: Arrivals,
    /// The log-in, or API token, of the newest socket.
    pub(super) session: Option<SessionId>,
    pub(super) name: String,
    pub(super) picture: Option<String>,
    pub(super) lines: Served,
    pub(super) intent: Intent,
    pub(super) reason: Option<String>,
    pub(super) offers: BTreeMap<OfferId, Ringing>,
    /// Rooms that are over and not yet written up; each takes a place of the capacity.
    pub(super) wrap_ups: BTreeMap<RoomId, LineId>,
    /// The queues last told, so that only changes are told.
    pub(super) told_queue: Vec<LineLoad>,
    /// The version of the account that name, picture and lines are from.
    version: i32,
    /// Test data: nobody is shown it.
    pub(super) test: bool,
}

/// An offer as it rings.
pub(super) struct Ringing {
    pub(super) ticket: TicketId,
    until: Option<Mono>,
}

impl Staff {
    pub(super) fn tell(&self, news: CounsellorNews, out: &mut Out<'_>) {
        if let Some(to) = self.socket {
            out.counsellor(to, news);
        }
    }
}

impl Dispatch {
    /// Makes a counsellor known, or better known.
    pub(super) fn know(&mut self, profile: Profile, out: &mut Out<'_>) {
        let Profile { account, name, picture, lines, capacity, intent, reason, version, test } = profile;
        // Read before an edit that we have heard of since.
        if self.staff.get(&account).is_some_and(|known| version < known.version) {
            return;
        }
        let staff = self.staff.entry(account).or_insert_with(|| Staff {
            socket: None,
            arrivals: Arrivals::default(),
            session: None,
            name: String::new(),
            picture: None,
            lines: Vec::new(),
            intent,
            reason,
            offers: BTreeMap::new(),
            wrap_ups: BTreeMap::new(),
            told_queue: Vec::new(),
            version,
            test,
        });
        (staff.name, staff.picture, staff.lines, staff.version) = (name, picture, lines.clone(), version);
        let open = staff.intent == Intent::Open;
        self.step_lobby(matching::Input::Profile { counsellor: account, lines, capacity, open }, out);
    }

    /// A counsellor was edited: the lobby hears at once. Fewer places than rooms is fine: the rooms
    /// go on.
    pub(super) fn edited(&mut self, profile: Profile, has_access: bool, out: &mut Out<'_>) {
        let account = profile.account;
        let is_known = self.staff.contains_key(&account);
        if !is_known && (profile.lines.is_empty() || !has_access) {
            return;
        }
        // Heard of before. What they have since wished for themselves, as their capacity, is newer than this.
        let is_old = |known: &Staff| known.version == profile.version && known.lines == profile.lines;
        if has_access && self.staff.get(&account).is_some_and(is_old) {
            return;
        }
        if has_access {
            return self.know(profile, out);
        }
        if self.staff.get(&account).is_some_and(|staff| staff.intent == Intent::Open) {
            self.intend(account, Intent::Paused, None, None, out);
        }
        self.know(Profile { lines: Vec::new(), ..profile }, out);
    }

    /// The line is no more: nobody serves it.
    pub(super) fn dismiss(&mut self, line: LineId, out: &mut Out<'_>) {
        let serving = self.staff.iter_mut().filter(|(_, staff)| staff.lines.iter().any(|(served, _)| *served == line));
        let left: Vec<(AccountId, Served, bool)> = serving
            .map(|(account, staff)| {
                staff.lines.retain(|(served, _)| *served != line);
                (*account, staff.lines.clone(), staff.intent == Intent::Open)
            })
            .collect();
        for (counsellor, lines, open) in left {
            let Some(view) = self.lobby.counsellor(counsellor) else { continue };
            self.step_lobby(matching::Input::Profile { counsellor, lines, capacity: view.capacity, open }, out);
            self.tell_queue(counsellor, out);
        }
    }

    /// Their newest socket is this one: one that they had before is shut. Seats handed out to it from here on are
    /// newer than any before.
    pub(super) fn sit_down(
        &mut self,
        from: NodeSocket,
        turn: Turn,
        mut profile: Profile,
        session: SessionId,
        out: &mut Out<'_>,
    ) {
        let account = profile.account;
        // What we know of a counsellor's wishes is newer than what a socket read from the database
        // on its way in.
        if let Some(view) = self.lobby.counsellor(account) {
            profile.capacity = view.capacity;
        }
        self.know(profile, out);
        self.epoch += 1;
        let Some(staff) = self.staff.get_mut(&account) else { return };
        staff.session = Some(session);
        staff.arrivals.came(from, turn);
        if let Some(older) = staff.socket.replace(from).filter(|older| *older != from) {
            out.counsellor(older, CounsellorNews::Replaced);
        }
    }

    pub(super) fn arrive(&mut self, from: NodeSocket, profile: Profile, session: SessionId, out: &mut Out<'_>) {
        let account = profile.account;
        if self.staff.get(&account).is_some_and(|staff| staff.arrivals.was_replaced(from)) {
            return out.counsellor(from, CounsellorNews::Replaced);
        }
        let turn = self.next_turn(from, out);
        self.sit_down(from, turn, profile, session, out);
        let mut held = self.held_by(account);
        self.hold_back(from.node, &mut held);
        let Some(staff) = self.staff.get_mut(&account) else { return };
        staff.tell(CounsellorNews::Rooms(held), out);
        staff.told_queue = Vec::new();
        let ringing: Vec<OfferId> = staff.offers.keys().copied().collect();
        self.tell_state(account, out);
        for offer in ringing {
            self.ring_again(account, offer, out);
        }
        self.step_lobby(matching::Input::CounsellorHere { counsellor: account }, out);
        self.tell_queue(account, out);
    }

    pub(super) fn hear_counsellor(&mut self, from: NodeSocket, counsellor: AccountId, what: Wish, out: &mut Out<'_>) {
        let newest = self.staff.get(&counsellor).and_then(|staff| staff.socket);
        // Compare and delete: the late stop of an old socket never removes the new one, and what an
        // old socket still says is no longer the counsellor's word.
        let late_stop = what == Wish::Gone && self.is_broken(Defect::LateStop);
        if newest != Some(from) && !late_stop {
            return;
        }
        match what {
            Wish::Open { lines, capacity } => self.open(counsellor, lines, capacity, out),
            Wish::Pause { reason } => {
                self.intend(counsellor, Intent::Paused, reason, None, out);
                self.step_lobby(matching::Input::Pause { counsellor }, out);
            }
            Wish::Accept(offer) => self.step_lobby(matching::Input::Accept { counsellor, offer }, out),
            Wish::Decline(offer) => {
                // Whoever declines knows that it rings no more: nothing is withdrawn from them.
                let rang = self.staff.get_mut(&counsellor).and_then(|staff| staff.offers.remove(&offer));
                if let Some(Ringing { ticket, .. }) = rang {
                    out.file_event(EventKind::Declined, ticket, counsellor, serde_json::json!({}));
                }
                self.step_lobby(matching::Input::Decline { counsellor, offer }, out);
            }
            Wish::WrapUp { room, result_code, memo } => self.write_up(counsellor, room, result_code, memo, out),
            Wish::Transfer { room, to, note, messages } => {
                self.wish_transfer(counsellor, Wished { room, to, by: counsellor, note, messages }, out);
            }
            Wish::CancelTransfer { room } => self.wish_cancel(counsellor, room, out),
            Wish::Gone => self.leaves_socket(counsellor, out),
        }
    }

    /// Nobody is at their newest socket any more.
    pub(super) fn leaves_socket(&mut self, counsellor: AccountId, out: &mut Out<'_>) {
        if let Some(staff) = self.staff.get_mut(&counsellor) {
            staff.socket = None;
        }
        self.step_lobby(matching::Input::CounsellorGone { counsellor }, out);
        self.show_counsellor(counsellor, out);
    }

    fn open(&mut self, counsellor: AccountId, topics: Option<Vec<String>>, capacity: Option<u16>, out: &mut Out<'_>) {
        let Some(staff) = self.staff.get(&counsellor) else { return };
        let served: Vec<LineId> = staff.lines.iter().map(|(line, _)| *line).collect();
        let lines = match topics {
            None => None,
            Some(topics) => {
                if let Some(unknown) =
                    topics.iter().find(|topic| !served.iter().any(|line| self.lines.topic(*line) == **topic))
                {
                    let detail = format!("you do not serve the line `{unknown}`; name only lines of yours");
                    return self.refuse_counsellor(counsellor, ErrorCode::UnknownLine, &detail, None, out);
                }
                Some(served.into_iter().filter(|line| topics.contains(&self.lines.topic(*line))).collect())
            }
        };
        self.intend(counsellor, Intent::Open, None, capacity, out);
        self.step_lobby(matching::Input::Open { counsellor, lines, capacity }, out);
    }

    /// What a counsellor wants is durable: it survives a drop and a restart.
    pub(super) fn intend(
        &mut self,
        account: AccountId,
        intent: Intent,
        reason: Option<String>,
        capacity: Option<u16>,
        out: &mut Out<'_>,
    ) {
        let Some(staff) = self.staff.get_mut(&account) else { return };
        (staff.intent, staff.reason) = (intent, reason.clone());
        self.changed.insert(account);
        out.file_quietly(Write::SetIntent { account, intent, reason, capacity, at: out.now.wall });
    }

    /// R6: missed too many in a row.
    pub(super) fn bench(&mut self, counsellor: AccountId, out: &mut Out<'_>) {
        out.note(Noted::Benched { account: counsellor });
        self.intend(counsellor, Intent::Paused, Some("MISSED".into()), None, out);
    }

    pub(super) fn ring(
        &mut self,
        offer: OfferId,
        ticket: TicketId,
        counsellor: AccountId,
        accept_within_s: u32,
        out: &mut Out<'_>,
    ) {
        let until = (accept_within_s > 0).then(|| out.now.mono.plus_s(accept_within_s));
        if let Some(staff) = self.staff.get_mut(&counsellor) {
            staff.offers.insert(offer, Ringing { ticket, until });
        }
        self.ring_again(counsellor, offer, out);
        self.show_ticket(ticket, out);
    }

    fn ring_again(&self, counsellor: AccountId, offer: OfferId, out: &mut Out<'_>) {
        let Some(staff) = self.staff.get(&counsellor) else { return };
        let Some(Ringing { ticket, until }) = staff.offers.get(&offer) else { return };
        let handing = self.transfers.get(ticket).filter(|handing| self.room_of.get(ticket) == Some(&handing.room));
        let Some(visit) = self.visits.get(ticket).or_else(|| self.visit_in_room(*ticket)) else { return };
        let now = out.now;
        let waited_us = now.wall.0.saturating_sub(visit.row.requested_at.0).max(0);
        let frame = ServerFrame::Offer {
            offer,
            ticket: *ticket,
            number: visit.number.clone(),
            line: self.lines.topic(handing.map_or(visit.row.line, |handing| handing.line)),
            nickname: visit.row.nickname.clone(),
            note: visit.row.note.clone(),
            waited_s: u32::try_from(waited_us / 1_000_000).unwrap_or(u32::MAX),
            // Rounded up: an offer that still rings has at least a second to show.
            accept_within_s: until.map_or(0, |until| until.seconds_since(Mono(now.mono.0 + 1)) + 1),
            transfer: handing.and_then(|handing| self.handed_over(handing)),
        };
        staff.tell(CounsellorNews::Frame(frame), out);
    }

    pub(super) fn stop_ringing(
        &mut self,
        offer: OfferId,
        counsellor: AccountId,
        reason: WithdrawnReason,
        out: &mut Out<'_>,
    ) {
        let Some(staff) = self.staff.get_mut(&counsellor) else { return };
        staff.offers.remove(&offer);
        staff.tell(CounsellorNews::Frame(ServerFrame::Withdrawn { offer, reason }), out);
    }

    pub(super) fn refuse_counsellor(
        &self,
        account: AccountId,
        code: ErrorCode,
        detail: &str,
        re: Option<String>,
        out: &mut Out<'_>,
    ) {
        if let Some(staff) = self.staff.get(&account) {
            staff.tell(CounsellorNews::Frame(ServerFrame::refusal(code, detail, re)), out);
        }
    }

    /// Has every counsellor told whose state changed, once what has come in by now is done: a match
    /// is several changes, and in a crowd many come together.
    pub(super) fn tell_changed(&mut self, out: &mut Out<'_>) {
        if !self.changed.is_empty() && !std::mem::replace(&mut self.tell_armed, true) {
            out.later(Duration::ZERO, Later::TellChanged);
        }
    }

    pub(super) fn tell_states(&mut self, out: &mut Out<'_>) {
        self.tell_armed = false;
        for account in std::mem::take(&mut self.changed) {
            self.tell_state(account, out);
        }
    }

    pub(super) fn tell_state(&self, account: AccountId, out: &mut Out<'_>) {
        let (Some(staff), Some(view)) = (self.staff.get(&account), self.lobby.counsellor(account)) else { return };
        let state = CounsellorNews::State {
            intent: staff.intent,
            reason: staff.reason.clone(),
            activity: self.activity(account, staff),
            capacity: view.capacity,
            lines: view.lines.iter().filter_map(|line| self.lines.info(*line)).collect(),
        };
        // It would lack a room that goes on. With their seat there they are told.
        if !self.waits_for_a_home(account) {
            staff.tell(state, out);
        }
        self.show_counsellor(account, out);
    }

    pub(super) fn activity(&self, account: AccountId, staff: &Staff) -> Activity {
        if !staff.offers.is_empty() {
            Activity::Offered
        } else if self.rooms_of.get(&account).is_some_and(|rooms| !rooms.is_empty()) {
            Activity::Talking
        } else if !staff.wrap_ups.is_empty() {
            Activity::WrapUp
        } else {
            Activity::Idle
        }
    }

    pub(super) fn show_counsellor(&self, account: AccountId, out: &mut Out<'_>) {
        let (Some(staff), Some(view)) = (self.staff.get(&account), self.lobby.counsellor(account)) else { return };
        if staff.test {
            return;
        }
        out.show(Shown::Counsellor(CounsellorShown {
            account,
            name: staff.name.clone(),
            connected: staff.socket.is_some(),
            intent: staff.intent,
            reason: staff.reason.clone(),
            activity: self.activity(account, staff),
            capacity: view.capacity,
            held: view.held,
            lines: view.lines.iter().map(|line| self.lines.topic(*line)).collect(),
            serves: staff.lines.iter().map(|(line, _)| *line).collect(),
        }));
    }

    /// The counsellor's seats: open rooms, and those that wait for a wrap-up.
    pub(super) fn held_by(&self, account: AccountId) -> Vec<Held> {
        let wrap_ups = self.staff.get(&account).map(|staff| &staff.wrap_ups);
        let open = self.rooms_of.get(&account).into_iter().flatten().map(|room| (room, false));
        let over = wrap_ups.into_iter().flat_map(BTreeMap::keys).map(|room| (room, true));
        let held = |(room, wrap_up)| Some(self.rooms.get(room)?.held(*room, self.epoch, wrap_up));
        open.chain(over).filter_map(held).collect()
    }
}
