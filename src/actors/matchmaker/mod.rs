//! The matchmaker: the shell round [`crate::matching::Lobby`]. It knows who is where, gives the
//! lobby what happens, and does what the lobby asks for. No rule of matching is decided here.
//!
//! - `messages`: what it is told and asked
//! - `visits`: desks, from asking to a seat; `places`: what they are told while they wait
//! - `askers`: how much one place may ask
//! - `staff`: counsellors and their offers; `wrap_ups`: what they write up when a room is over
//! - `log_outs`: who logs out is paused
//! - `matches`: a match on its way to the referee and back
//! - `transfers`: a talk is handed over; `colleagues`: to whom it may be
//! - `moves`: a waiting ticket goes to another line
//! - `rooms`: opening rooms, coming back to them, their end
//! - `lines`: the lines as they are; `edits`: how they and the codes change on file; `board`: what
//!   people see of them: hours, places, queues; `trend`: how they did in the last day
//! - `restart`: what is found on file at start

mod askers;
mod board;
mod colleagues;
mod edits;
mod lines;
mod log_outs;
mod matches;
mod messages;
mod moves;
mod places;
mod restart;
mod rooms;
mod staff;
mod transfers;
mod trend;
mod visits;
mod wrap_ups;

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use actix::prelude::*;
use log::{info, warn};

pub(in crate::actors) use askers::Asker;
pub use board::Board;
pub use colleagues::{Colleague, ColleaguesNow};
pub use log_outs::LoggedOut;
pub(in crate::actors) use messages::{
    Arrive, Ask, ComeBack, DeskHandle, Filed, Filing, FindRoom, FromCounsellor, FromDesk, Handle, Held, NotTransferred,
    Proposal, RoomGone, RoomOver, Wish,
};
pub use messages::{
    CodesEdited, Counts, CountsNow, Drain, EndRoom, FOLLOWERS_MAX, FollowTicket, JournalHealth, LineFigures, LineStats,
    LinesEdited, LinesNow, MoveRoom, Receiver, StaffEdited, TicketEvent, TransferRefused,
};
pub use moves::{MoveOutcome, MoveTicket};
pub use restart::Found;
pub use staff::Profile as StaffProfile;
pub use trend::{LineTrend, TREND_MINUTES_MAX};

use crate::app::App;
use crate::ids::{AccountId, LineId, OfferId, RoomId, TicketId};
use crate::journal::{Write, WriteFailed};
use crate::matching::{Effect, Input, Lobby, Party};
use crate::protocol::{ErrorCode, WithdrawnReason};
use crate::storage::events::{EventKind, Happening};
use crate::time::Mono;
use askers::{Askers, Limits};
use edits::Results;
use lines::Lines;
use rooms::RoomEntry;
use staff::Staff;
use transfers::Handing;
use trend::Trend;
use visits::Visit;

/// After a write failed that the journal did not report as ill health, matching goes on after so
/// long.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(500);

/// How often it is looked how the lines stand, for their trend.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// Pairs desks and counsellors.
pub struct Matchmaker {
    app: App,
    lobby: Lobby,
    lines: Lines,
    /// How the lines did in the last day.
    trend: Trend,
    results: Results,
    /// Tickets that are not in a room, by ticket. The lobby holds their order, we hold the people.
    visits: HashMap<TicketId, Visit>,
    askers: Askers,
    /// Which visit a desk's socket belongs to, by the socket's generation.
    desk_at: HashMap<u64, TicketId>,
    /// Live visits by request key: a request repeated on another socket is the same ticket (R1).
    by_key: HashMap<String, TicketId>,
    staff: HashMap<AccountId, Staff>,
    rooms: HashMap<RoomId, RoomEntry>,
    /// The room of a ticket that has one.
    room_of: HashMap<TicketId, RoomId>,
    /// The open rooms of each counsellor.
    rooms_of: HashMap<AccountId, BTreeSet<RoomId>>,
    /// Talks that are being handed over, as long as the lobby has them.
    transfers: HashMap<TicketId, Handing>,
    /// Why the lobby refused what was wished about a transfer; taken by whoever asked.
    refused: Option<ErrorCode>,
    timer: Option<(Mono, SpawnHandle)>,
    /// Counsellors to be told their state, once for all that has come in by then.
    changed: BTreeSet<AccountId>,
    tell_armed: bool,
    journal_ok: bool,
    draining: bool,
    matches: u64,
    /// Seats handed out, see [`crate::actors::room::Seat`].
    turns: u64,
}

impl Matchmaker {
    /// A matchmaker that knows what was `found` on file.
    pub(crate) fn new(app: App, found: Found, ctx: &mut Context<Self>) -> Self {
        let limits = Limits {
            asks_per_min_max: app.settings.asks_per_min_max,
            waiting_max: app.settings.waiting_per_address_max,
        };
        let mut this = Self {
            askers: Askers::new(limits),
            lines: Lines::new(&found.lines, app.settings.zone),
            trend: Trend::new(app.clock.now().wall),
            app,
            results: Results::default(),
            lobby: Lobby::new(),
            visits: HashMap::new(),
            desk_at: HashMap::new(),
            by_key: HashMap::new(),
            staff: HashMap::new(),
            rooms: HashMap::new(),
            room_of: HashMap::new(),
            rooms_of: HashMap::new(),
            transfers: HashMap::new(),
            refused: None,
            timer: None,
            changed: BTreeSet::new(),
            tell_armed: false,
            journal_ok: true,
            draining: false,
            matches: 0,
            turns: 0,
        };
        this.take_up(found, ctx);
        this
    }

    /// One step of the lobby, and all that follows from it.
    fn step(&mut self, input: Input, ctx: &mut Context<Self>) {
        let mut effects = Vec::new();
        let clock = self.app.clock.clone();
        self.lobby.step(clock.now(), input, &mut || OfferId(clock.new_id()), &mut effects);
        for effect in effects {
            self.perform(effect, ctx);
        }
        self.tell_changed(ctx);
        self.arm(ctx);
    }

    fn perform(&mut self, effect: Effect, ctx: &mut Context<Self>) {
        match effect {
            Effect::Store { ticket } => self.store_ticket(ticket, ctx),
            Effect::Refuse { ticket, reason } => self.store_refusal(ticket, reason, ctx),
            Effect::Stands { ticket } => self.tell_place(ticket),
            Effect::Offer { offer, ticket, counsellor, accept_within_s, .. } => {
                self.note(EventKind::Offered, ticket, counsellor);
                self.ring(offer, ticket, counsellor, accept_within_s);
            }
            Effect::Withdraw { offer, ticket, counsellor, reason } => {
                let missed = reason == WithdrawnReason::Expired;
                self.note(if missed { EventKind::Missed } else { EventKind::Withdrawn }, ticket, counsellor);
                self.stop_ringing(offer, counsellor, reason);
                self.show_ticket(ticket);
            }
            Effect::Pair { ticket, counsellor, offer, why } => self.propose(ticket, counsellor, offer, &why, ctx),
            Effect::Close { ticket, cause } => self.store_close(ticket, cause, ctx),
            Effect::Transfer { ticket, from, state, to } => self.tell_transfer(ticket, from, state, to),
            Effect::HandOver { ticket, line, to, offer } => self.end_for(ticket, line, to, offer),
            Effect::Counsellor { counsellor } => {
                self.changed.insert(counsellor);
            }
            Effect::Benched { counsellor } => self.bench(counsellor),
            Effect::LineChanged { line } => self.line_changed(line, ctx),
            Effect::Rejected { to, code, re } => self.reject(to, code, re),
        }
    }

    fn reject(&mut self, to: Party, code: ErrorCode, re: Option<OfferId>) {
        let detail = match code {
            ErrorCode::NoSuchOffer => "the offer is not, or no longer, yours to answer",
            ErrorCode::NotWaiting => "there is no waiting ticket to cancel; it was matched or is over",
            ErrorCode::Busy => "the disk takes nothing at the moment; the offer stands, try again",
            _ => "this cannot be done now",
        };
        match to {
            Party::Desk(ticket) => self.refuse_desk(ticket, code, detail),
            Party::Counsellor(account) => self.refuse_counsellor(account, code, detail, re.map(|id| id.to_string())),
            Party::Giver(..) => self.refused = Some(code),
        }
    }

    /// The one timer: when the lobby next wants to be woken.
    fn arm(&mut self, ctx: &mut Context<Self>) {
        let due = self.lobby.next_deadline();
        if self.timer.map(|(at, _)| at) == due {
            return;
        }
        if let Some((_, timer)) = self.timer.take() {
            ctx.cancel_future(timer);
        }
        if let Some(at) = due {
            let wait = Duration::from_micros(at.0.saturating_sub(self.app.clock.now().mono.0));
            let timer = ctx.run_later(wait, |this, ctx| {
                this.timer = None;
                this.step(Input::Tick, ctx);
            });
            self.timer = Some((at, timer));
        }
    }

    /// Puts something on file and hears of it in [`Filed`].
    fn file(&self, write: Write, what: Filing, ctx: &Context<Self>) {
        let me = ctx.address();
        self.app.journal.submit(write, move |answer| me.do_send(Filed { what, answer }));
    }

    /// Puts on file what happened between a ticket and a counsellor. Nobody waits for it: a line
    /// of the record is not worth holding up a match.
    fn note(&self, kind: EventKind, ticket: TicketId, counsellor: AccountId) {
        let what = Happening { ticket, kind, by: counsellor.to_string(), detail: serde_json::json!({}) };
        let write = Write::Happened { what: Box::new(what), at: self.app.clock.now().wall };
        self.app.journal.submit(write, move |answer| {
            if let Err(failed) = answer {
                warn!(ticket:% = ticket, error:% = failed; "what became of an offer was not recorded");
            }
        });
    }

    /// A write did not reach the disk: no new matches until it can.
    fn hold_matching(&mut self, failed: &WriteFailed, ctx: &mut Context<Self>) {
        warn!(error:% = failed; "a match or a ticket could not be stored; matching waits for the disk");
        self.step(Input::Suspend, ctx);
        self.journal_ok = false;
        ctx.run_later(PAUSE_AFTER_FAILURE, |this, ctx| {
            if this.app.journal.health().failing.is_none() {
                this.go_on(ctx);
            }
        });
    }

    fn go_on(&mut self, ctx: &mut Context<Self>) {
        self.journal_ok = true;
        if !self.draining {
            self.step(Input::Resume, ctx);
        }
    }
}

impl Actor for Matchmaker {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        self.arm(ctx);
        self.watch_hours(ctx);
        self.watch_records(ctx);
        ctx.run_interval(LOOK_EVERY, |this, _| this.keep_trend());
    }
}

impl Handler<Filed> for Matchmaker {
    type Result = ();

    fn handle(&mut self, filed: Filed, ctx: &mut Context<Self>) {
        match filed.what {
            Filing::Ticket(ticket) => self.ticket_filed(ticket, filed.answer, ctx),
            Filing::Refusal(ticket, reason) => self.refusal_filed(ticket, reason, &filed.answer),
            Filing::Close(ticket, cause) => self.close_filed(ticket, cause, filed.answer, ctx),
            Filing::Match(proposal) => self.match_filed(&proposal, filed.answer, ctx),
            Filing::Move { ticket, line, told } => self.move_filed(ticket, line, told, &filed.answer, ctx),
            Filing::WrapUp { account, room, generation } => {
                self.wrap_up_filed(account, room, generation, &filed.answer, ctx);
            }
        }
    }
}

impl Handler<JournalHealth> for Matchmaker {
    type Result = ();

    fn handle(&mut self, JournalHealth(ok): JournalHealth, ctx: &mut Context<Self>) {
        if ok {
            info!("the disk takes writes again; matching goes on");
            self.go_on(ctx);
        } else if self.journal_ok {
            warn!("the disk refuses writes; matching waits");
            self.journal_ok = false;
            self.step(Input::Suspend, ctx);
        }
    }
}

impl Handler<Drain> for Matchmaker {
    type Result = ();

    fn handle(&mut self, _: Drain, ctx: &mut Context<Self>) {
        self.draining = true;
        self.step(Input::Suspend, ctx);
    }
}

impl Handler<Counts> for Matchmaker {
    type Result = CountsNow;

    fn handle(&mut self, _: Counts, _: &mut Context<Self>) -> CountsNow {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        CountsNow {
            waiting: count(self.visits.len()),
            offers: count(self.staff.values().map(|staff| staff.offers.len()).sum()),
            counsellors: count(self.staff.values().filter(|staff| staff.socket.is_some()).count()),
            rooms: count(self.rooms.values().filter(|entry| entry.is_open()).count()),
            matches: self.matches,
        }
    }
}

/// The lines a counsellor's tiers name, by id.
type Served = Vec<(LineId, u8)>;
