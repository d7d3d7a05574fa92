//! Counsellors: who is there, what they want, what rings.

use std::collections::BTreeMap;

use actix::prelude::*;
use log::{error, info};

use super::{Arrive, Filing, FromCounsellor, Handle, Held, Matchmaker, Served, StaffEdited, Wish};
use crate::actors::CounsellorPass;
use crate::actors::counsellor::{Counsellor, CounsellorNews};
use crate::actors::watch::CounsellorShown;
use crate::broken::{Way, is_broken};
use crate::ids::{AccountId, LineId, OfferId, RoomId, SessionId, TicketId};
use crate::journal::Write;
use crate::matching::Input;
use crate::protocol::{Activity, ErrorCode, Intent, LineLoad, ServerFrame, WithdrawnReason};
use crate::storage::events::EventKind;
use crate::time::Mono;

/// One counsellor, known since start or since their first socket.
pub(super) struct Staff {
    pub(super) socket: Option<Handle<Counsellor>>,
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
    ticket: TicketId,
    until: Option<Mono>,
}

/// What is on record about a counsellor.
#[derive(Clone, Debug)]
pub struct Profile {
    /// The account.
    pub account: AccountId,
    /// The name others see.
    pub name: String,
    /// Where the picture lies.
    pub picture: Option<String>,
    /// The lines served, with tiers.
    pub lines: Vec<(LineId, u8)>,
    /// Rooms at once.
    pub capacity: u16,
    /// What they want.
    pub intent: Intent,
    /// Why they paused.
    pub reason: Option<String>,
    /// The account's version.
    pub version: i32,
    /// It is test data.
    pub test: bool,
}

impl Staff {
    pub(super) fn tell(&self, news: CounsellorNews) {
        if let Some(socket) = &self.socket {
            socket.tell(news);
        }
    }
}

impl Matchmaker {
    /// Makes a counsellor known, or better known.
    pub(super) fn know(&mut self, profile: Profile, ctx: &mut Context<Self>) {
        let Profile { account, name, picture, lines, capacity, intent, reason, version, test } = profile;
        // Read before an edit that we have heard of since.
        if self.staff.get(&account).is_some_and(|known| version < known.version) {
            return;
        }
        let staff = self.staff.entry(account).or_insert_with(|| Staff {
            socket: None,
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
        self.step(Input::Profile { counsellor: account, lines, capacity, open }, ctx);
    }

    /// A counsellor was edited: the lobby hears at once. Fewer places than rooms is fine: the rooms
    /// go on.
    fn edited(&mut self, StaffEdited { profile, has_access }: StaffEdited, ctx: &mut Context<Self>) {
        let account = profile.account;
        let is_known = self.staff.contains_key(&account);
        if !is_known && (profile.lines.is_empty() || !has_access) {
            return;
        }
        if has_access {
            return self.know(profile, ctx);
        }
        if self.staff.get(&account).is_some_and(|staff| staff.intent == Intent::Open) {
            self.intend(account, Intent::Paused, None, None);
        }
        self.know(Profile { lines: Vec::new(), ..profile }, ctx);
    }

    /// The line is no more: nobody serves it.
    pub(super) fn dismiss(&mut self, line: LineId, ctx: &mut Context<Self>) {
        let serving = self.staff.iter_mut().filter(|(_, staff)| staff.lines.iter().any(|(served, _)| *served == line));
        let left: Vec<(AccountId, Served, bool)> = serving
            .map(|(account, staff)| {
                staff.lines.retain(|(served, _)| *served != line);
                (*account, staff.lines.clone(), staff.intent == Intent::Open)
            })
            .collect();
        for (counsellor, lines, open) in left {
            let Some(view) = self.lobby.counsellor(counsellor) else { continue };
            self.step(Input::Profile { counsellor, lines, capacity: view.capacity, open }, ctx);
            self.tell_queue(counsellor);
        }
    }

    fn arrive(&mut self, Arrive { from, pass }: Arrive, ctx: &mut Context<Self>) {
        let CounsellorPass { account, name, picture, lines, mut capacity, intent, reason, version, test, session } =
            pass;
        // What we know of a counsellor's wishes is newer than what a socket read from the database
        // on its way in.
        if let Some(view) = self.lobby.counsellor(account) {
            capacity = view.capacity;
        }
        self.know(Profile { account, name, picture, lines, capacity, intent, reason, version, test }, ctx);
        self.turns += 1;
        let held = self.held_by(account);
        let Some(staff) = self.staff.get_mut(&account) else { return };
        staff.session = Some(session);
        if let Some(older) = staff.socket.replace(from) {
            older.tell(CounsellorNews::Replaced);
        }
        staff.tell(CounsellorNews::Rooms(held));
        staff.told_queue = Vec::new();
        let ringing: Vec<OfferId> = staff.offers.keys().copied().collect();
        self.tell_state(account);
        for offer in ringing {
            self.ring_again(account, offer);
        }
        self.step(Input::CounsellorHere { counsellor: account }, ctx);
        self.tell_queue(account);
    }

    fn hear_counsellor(&mut self, message: FromCounsellor, ctx: &mut Context<Self>) {
        let FromCounsellor { account: counsellor, generation, what } = message;
        let newest = self.staff.get(&counsellor).and_then(|staff| staff.socket.as_ref()).map(Handle::generation);
        // Compare and delete: the late stop of an old socket never removes the new one, and what an
        // old socket still says is no longer the counsellor's word.
        let late_stop = matches!(what, Wish::Gone) && is_broken(Way::LateStop);
        if newest != Some(generation) && !late_stop {
            return;
        }
        match what {
            Wish::Open { lines, capacity } => self.open(counsellor, lines, capacity, ctx),
            Wish::Pause { reason } => {
                self.intend(counsellor, Intent::Paused, reason, None);
                self.step(Input::Pause { counsellor }, ctx);
            }
            Wish::Accept(offer) => self.step(Input::Accept { counsellor, offer }, ctx),
            Wish::Decline(offer) => {
                // Whoever declines knows that it rings no more: nothing is withdrawn from them.
                let rang = self.staff.get_mut(&counsellor).and_then(|staff| staff.offers.remove(&offer));
                if let Some(Ringing { ticket, .. }) = rang {
                    self.note(EventKind::Declined, ticket, counsellor);
                }
                self.step(Input::Decline { counsellor, offer }, ctx);
            }
            Wish::WrapUp { room, result_code, memo } => {
                if let Err(detail) = self.results.check(&result_code) {
                    let re = Some(room.to_string());
                    return self.refuse_counsellor(counsellor, ErrorCode::BadFrame, &detail, re);
                }
                let (result_code, at) = (Some(result_code), self.app.clock.now().wall);
                let what = Filing::WrapUp { account: counsellor, room, generation: Some(generation) };
                self.file(Write::WrapUp { room, counsellor, result_code, memo, at }, what, ctx);
            }
            Wish::Transfer { room, to, note } => self.wish_transfer(counsellor, room, to, note, ctx),
            Wish::CancelTransfer { room } => self.wish_cancel(counsellor, room, ctx),
            Wish::Gone => {
                if let Some(staff) = self.staff.get_mut(&counsellor) {
                    staff.socket = None;
                }
                self.step(Input::CounsellorGone { counsellor }, ctx);
                self.show_counsellor(counsellor);
            }
        }
    }

    fn open(
        &mut self,
        counsellor: AccountId,
        topics: Option<Vec<String>>,
        capacity: Option<u16>,
        ctx: &mut Context<Self>,
    ) {
        let Some(staff) = self.staff.get(&counsellor) else { return };
        let served: Vec<LineId> = staff.lines.iter().map(|(line, _)| *line).collect();
        let lines = match topics {
            None => None,
            Some(topics) => {
                if let Some(unknown) =
                    topics.iter().find(|topic| !served.iter().any(|line| self.lines.topic(*line) == **topic))
                {
                    let detail = format!("you do not serve the line `{unknown}`; name only lines of yours");
                    return self.refuse_counsellor(counsellor, ErrorCode::UnknownLine, &detail, None);
                }
                Some(served.into_iter().filter(|line| topics.contains(&self.lines.topic(*line))).collect())
            }
        };
        self.intend(counsellor, Intent::Open, None, capacity);
        self.step(Input::Open { counsellor, lines, capacity }, ctx);
    }

    /// What a counsellor wants is durable: it survives a drop and a restart.
    fn intend(&mut self, account: AccountId, intent: Intent, reason: Option<String>, capacity: Option<u16>) {
        let Some(staff) = self.staff.get_mut(&account) else { return };
        (staff.intent, staff.reason) = (intent, reason.clone());
        self.changed.insert(account);
        let at = self.app.clock.now().wall;
        self.app.journal.submit(Write::SetIntent { account, intent, reason, capacity, at }, move |answer| {
            if let Err(failed) = answer {
                error!(account:% = account, error:% = failed; "what a counsellor wants was not recorded");
            }
        });
    }

    /// R6: missed too many in a row.
    pub(super) fn bench(&mut self, counsellor: AccountId) {
        info!(account:% = counsellor; "a counsellor missed too many offers and is paused");
        self.intend(counsellor, Intent::Paused, Some("MISSED".into()), None);
    }

    pub(super) fn ring(&mut self, offer: OfferId, ticket: TicketId, counsellor: AccountId, accept_within_s: u32) {
        let until = (accept_within_s > 0).then(|| self.app.clock.now().mono.plus_s(accept_within_s));
        if let Some(staff) = self.staff.get_mut(&counsellor) {
            staff.offers.insert(offer, Ringing { ticket, until });
        }
        self.ring_again(counsellor, offer);
        self.show_ticket(ticket);
    }

    fn ring_again(&self, counsellor: AccountId, offer: OfferId) {
        let Some(staff) = self.staff.get(&counsellor) else { return };
        let Some(Ringing { ticket, until }) = staff.offers.get(&offer) else { return };
        let handing = self.transfers.get(ticket).filter(|handing| self.room_of.get(ticket) == Some(&handing.room));
        let Some(visit) = self.visits.get(ticket).or_else(|| self.visit_in_room(*ticket)) else { return };
        let now = self.app.clock.now();
        let waited_us = now.wall.0.saturating_sub(visit.row.requested_at.0).max(0);
        staff.tell(CounsellorNews::Frame(ServerFrame::Offer {
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
        }));
    }

    pub(super) fn stop_ringing(&mut self, offer: OfferId, counsellor: AccountId, reason: WithdrawnReason) {
        let Some(staff) = self.staff.get_mut(&counsellor) else { return };
        staff.offers.remove(&offer);
        staff.tell(CounsellorNews::Frame(ServerFrame::Withdrawn { offer, reason }));
    }

    pub(super) fn refuse_counsellor(&self, account: AccountId, code: ErrorCode, detail: &str, re: Option<String>) {
        if let Some(staff) = self.staff.get(&account) {
            staff.tell(CounsellorNews::Frame(ServerFrame::refusal(code, detail, re)));
        }
    }

    /// Has every counsellor told whose state changed, once what has come in by now is done: a match
    /// is several changes, and in a crowd many come together.
    pub(super) fn tell_changed(&mut self, ctx: &mut Context<Self>) {
        if !self.changed.is_empty() && !std::mem::replace(&mut self.tell_armed, true) {
            ctx.notify(TellChanged);
        }
    }

    fn tell_state(&self, account: AccountId) {
        let (Some(staff), Some(view)) = (self.staff.get(&account), self.lobby.counsellor(account)) else { return };
        staff.tell(CounsellorNews::State {
            intent: staff.intent,
            reason: staff.reason.clone(),
            activity: self.activity(account, staff),
            capacity: view.capacity,
            lines: view.lines.iter().filter_map(|line| self.lines.info(*line)).collect(),
        });
        self.show_counsellor(account);
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

    pub(super) fn show_counsellor(&self, account: AccountId) {
        let (Some(staff), Some(view)) = (self.staff.get(&account), self.lobby.counsellor(account)) else { return };
        if staff.test {
            return;
        }
        self.app.watch.do_send(CounsellorShown {
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
        });
    }

    /// The counsellor's seats: open rooms, and those that wait for a wrap-up.
    fn held_by(&self, account: AccountId) -> Vec<Held> {
        let wrap_ups = self.staff.get(&account).map(|staff| &staff.wrap_ups);
        let open = self.rooms_of.get(&account).into_iter().flatten().map(|room| (room, false));
        let over = wrap_ups.into_iter().flat_map(BTreeMap::keys).map(|room| (room, true));
        let held = |(room, wrap_up)| Some(Held { seat: self.rooms.get(room)?.counsellor.in_turn(self.turns), wrap_up });
        open.chain(over).filter_map(held).collect()
    }
}

/// What came in is done; see [`Matchmaker::tell_changed`].
#[derive(Message)]
#[rtype(result = "()")]
struct TellChanged;

impl Handler<TellChanged> for Matchmaker {
    type Result = ();
    fn handle(&mut self, _: TellChanged, _: &mut Context<Self>) {
        self.tell_armed = false;
        for account in std::mem::take(&mut self.changed) {
            self.tell_state(account);
        }
    }
}

impl Handler<Arrive> for Matchmaker {
    type Result = ();
    fn handle(&mut self, message: Arrive, ctx: &mut Context<Self>) {
        self.arrive(message, ctx);
    }
}

impl Handler<StaffEdited> for Matchmaker {
    type Result = ();
    fn handle(&mut self, message: StaffEdited, ctx: &mut Context<Self>) {
        self.edited(message, ctx);
    }
}

impl Handler<FromCounsellor> for Matchmaker {
    type Result = ();
    fn handle(&mut self, message: FromCounsellor, ctx: &mut Context<Self>) {
        self.hear_counsellor(message, ctx);
    }
}
