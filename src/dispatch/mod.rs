//! PURE. Everything between the lobby and the sockets that decides or remembers: who is where, what
//! they are told, what is put on file and what follows when it is.
//!
//! One entry: [`Dispatch::step`]. No clock, no address, no IO: people are known by their node and the
//! number of their socket there, rooms by their ids and the node they live at; moments come in as
//! arguments, and what must happen outside goes out as [`Effect`]s, to be done in their order. What is
//! asked and not done stands in `questions`.
//!
//! - `input`: what can happen, and what must follow; `parcels`: what goes between here and the fronts
//!   of the nodes; `news`, `shown`: what people are told
//! - `rows`: what is put on file; `answers`: what a room is told of that
//! - `visits`: desks, from asking to a seat; `places`: what they are told while they wait;
//!   `askers`: how much one place may ask
//! - `staff`: counsellors and their offers; `wrap_ups`: what they write up when a room is over;
//!   `log_outs`: who logs out is paused; `colleagues`: to whom a talk may be handed over
//! - `matches`: a match on its way to the referee and back; `rooms`: opening rooms, coming back to
//!   them, their end; `transfers`: a talk is handed over; `moves`: a ticket goes to another line
//! - `driving`: the lobby makes a step, and what it asks for is done
//! - `lines`: the lines as they are on file; `line_news`: what people see of them; `trend`: how they
//!   did in the last day
//! - `restart`: what was found on file lives again; `taken`: a room of a node that is gone, as another opens it;
//!   `announced`: who is at which node; `turn`: which of a person's sockets is the newer; `term`: another matches
//! - `nodes`: which live, are out of sight, or gone; `homes`: who takes the rooms of those; `draining`: who is handed
//!   those of a node on its way out; `comparison`, `put_right`: what the records say of what is known here; `past`:
//!   what is on file about a visit that is over
//! - `check`: what must always hold; `defects`: how it can be broken on purpose

mod announced;
mod answers;
mod askers;
mod check;
mod colleagues;
mod comparison;
mod defects;
mod draining;
mod driving;
mod homes;
mod input;
mod line_news;
mod lines;
mod log_outs;
mod matches;
mod moves;
mod news;
mod nodes;
mod parcels;
mod past;
mod places;
mod put_right;
mod questions;
mod restart;
mod rooms;
mod rows;
mod shown;
mod staff;
mod taken;
mod term;
#[cfg(test)]
mod tests;
mod transfers;
mod trend;
mod turn;
mod visits;
mod wrap_ups;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

pub use crate::room::{HandOverRow, Talk};
pub use askers::{Asker, Limits};
pub use colleagues::Colleague;
pub use comparison::{Comparison, KeptRoom};
pub use defects::Defect;
pub use input::{
    Ask, DeskWish, Effect, Input, Later, Noted, Opening, Outside, PendingWrite, Profile, Proposal, Receiver, Wish,
};
pub use lines::{Line, ResultCode};
pub use moves::MoveOutcome;
pub use news::{CounsellorNews, DeskNews, Held, Seat};
pub use parcels::{FromFront, NodeSocket, SocketId, ToFront};
pub use past::Past;
pub use put_right::{PutRight, RoomOnFile};
pub use questions::{Counts, LineFigures};
pub use restart::{FoundRoom, FoundTicket, FoundWrapUp, NewTerm, StartRecords};
pub(crate) use rooms::matched_frame;
pub use rows::{
    EventKind, EventRow, Keeper, MatchRow, SeatRow, TicketEnd, TicketRow, Write, WriteFailed, Written, request_key,
};
pub use shown::{Call, CounsellorShown, OfficeLine, Shown, TicketEvent, TicketStage, WaitingTicket};
pub use transfers::{TransferRefused, Wished};
pub use trend::{LineTrend, TARGET_S, TREND_MINUTES_MAX};
pub use turn::Turn;

use crate::ids::{AccountId, LineId, NodeId, RoomId, TicketId};
use crate::matching::{self, Lobby};
use crate::protocol::ErrorCode;
use crate::time::{Mono, Now, Wall};
use announced::Unnamed;
use askers::Askers;
use homes::Taking;
use lines::{Lines, Results};
use nodes::Nodes;
use put_right::Differs;
use rooms::RoomEntry;
use staff::Staff;
use transfers::Handing;
use trend::Trend;
use visits::Visit;

/// What the operator set, and which node this is.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// This run of the server: a room lives here whose people are at no node.
    pub node: NodeId,
    /// How much one place may ask.
    pub limits: Limits,
    /// Most messages from one seat in ten seconds.
    pub messages_per_10s_max: u32,
    /// The office's time zone: opening hours and the day a ticket's number counts in.
    pub zone: chrono_tz::Tz,
}

/// Pairs desks and counsellors, and knows who is where.
pub struct Dispatch {
    settings: Settings,
    lobby: Lobby,
    lines: Lines,
    /// How the lines did in the last day.
    trend: Trend,
    results: Results,
    /// Tickets that are not in a room, by ticket. The lobby holds their order, we hold the people.
    visits: HashMap<TicketId, Visit>,
    askers: Askers,
    /// Which visit a desk's socket belongs to.
    desk_at: HashMap<NodeSocket, TicketId>,
    /// Live visits by request key: a request repeated on another socket is the same ticket (R1).
    by_key: HashMap<String, TicketId>,
    staff: BTreeMap<AccountId, Staff>,
    rooms: HashMap<RoomId, RoomEntry>,
    /// The room of a ticket that has one.
    room_of: HashMap<TicketId, RoomId>,
    /// The open rooms of each counsellor.
    rooms_of: HashMap<AccountId, BTreeSet<RoomId>>,
    /// Talks that are being handed over, as long as the lobby has them.
    transfers: HashMap<TicketId, Handing>,
    /// Why the lobby refused what was wished about a transfer; taken by whoever asked.
    refused: Option<ErrorCode>,
    /// Counsellors to be told their state, once for all that has come in by then.
    changed: BTreeSet<AccountId>,
    tell_armed: bool,
    journal_ok: bool,
    draining: bool,
    /// Another matches: nothing is decided here any more.
    is_term_lost: bool,
    /// The nodes are asked who is there: nothing is matched yet.
    is_gathering: bool,
    /// Open rooms that live at a node which has not named them, with what they are opened with if it does not.
    unnamed: BTreeMap<RoomId, Unnamed>,
    nodes: Nodes,
    /// Rooms without a home, with who is to take them.
    taking: BTreeMap<RoomId, Taking>,
    /// What the last comparison with the records found.
    differed: BTreeSet<Differs>,
    matches: u64,
    /// Each seat and turn handed out, see [`Seat::epoch`] and [`Turn`].
    epoch: u64,
    #[cfg(debug_assertions)]
    defect: Option<Defect>,
}

/// What a step brings along and leaves behind.
struct Out<'a> {
    now: Now,
    outside: &'a mut dyn Outside,
    effects: &'a mut Vec<Effect>,
}

impl Out<'_> {
    fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Has the front of a node do something.
    fn parcel(&mut self, to: NodeId, parcel: ToFront) {
        self.push(Effect::Parcel { to, parcel });
    }

    fn desk(&mut self, to: NodeSocket, news: DeskNews) {
        self.parcel(to.node, ToFront::Desk { to: to.socket, news });
    }

    fn counsellor(&mut self, to: NodeSocket, news: CounsellorNews) {
        self.parcel(to.node, ToFront::Counsellor { to: to.socket, news });
    }

    /// Has a desk told what is on file about a visit that is not in memory.
    fn look_up(&mut self, ticket: TicketId, to: NodeSocket) {
        self.parcel(to.node, ToFront::LookUp { ticket, to: to.socket });
    }

    fn note(&mut self, what: Noted) {
        self.push(Effect::Noted(what));
    }

    fn show(&mut self, what: Shown) {
        self.push(Effect::Show(what));
    }

    fn later(&mut self, wait: Duration, what: Later) {
        self.push(Effect::Later { wait, what });
    }

    /// Puts something on file and hears of it in [`Input::Filed`].
    fn file(&mut self, write: Write, what: PendingWrite) {
        self.push(Effect::Store { write, what: Some(what) });
    }

    /// Puts something on file for which nobody waits.
    fn file_quietly(&mut self, write: Write) {
        self.push(Effect::Store { write, what: None });
    }

    /// Puts on file what happened between a ticket and a counsellor: a line of the record is not
    /// worth holding up a match.
    fn file_event(&mut self, kind: EventKind, ticket: TicketId, by: AccountId, detail: serde_json::Value) {
        let what = EventRow { ticket, kind, by: by.to_string(), detail };
        self.file_quietly(Write::Happened { what: Box::new(what), at: self.now.wall });
    }
}

impl Dispatch {
    /// Nobody is here yet, at `now`.
    #[must_use]
    pub fn new(settings: Settings, now: Wall) -> Self {
        Self {
            settings,
            lobby: Lobby::new(),
            lines: Lines::new(settings.zone),
            trend: Trend::new(now),
            results: Results::default(),
            visits: HashMap::new(),
            askers: Askers::new(settings.limits),
            desk_at: HashMap::new(),
            by_key: HashMap::new(),
            staff: BTreeMap::new(),
            rooms: HashMap::new(),
            room_of: HashMap::new(),
            rooms_of: HashMap::new(),
            transfers: HashMap::new(),
            refused: None,
            changed: BTreeSet::new(),
            tell_armed: false,
            journal_ok: true,
            draining: false,
            is_term_lost: false,
            is_gathering: false,
            unnamed: BTreeMap::new(),
            nodes: Nodes::default(),
            taking: BTreeMap::new(),
            differed: BTreeSet::new(),
            matches: 0,
            epoch: 0,
            #[cfg(debug_assertions)]
            defect: None,
        }
    }

    /// Something happened. What must follow is added to `effects`, in its order.
    pub fn step(&mut self, now: Now, input: Input, outside: &mut dyn Outside, effects: &mut Vec<Effect>) {
        let out = &mut Out { now, outside, effects };
        if self.is_term_lost {
            return Self::refuse_after_term(input, out);
        }
        match input {
            // Its people are elsewhere by now, its rooms another's.
            Input::From { node, .. } if self.nodes.is_gone(node) => {}
            Input::From { node, parcel } => self.hear_front(node, parcel, out),
            Input::StaffEdited { profile, has_access } => self.edited(profile, has_access, out),
            Input::Filed { what, answer } => self.filed(what, answer, out),
            Input::Moved { ticket, line } => self.moved(ticket, line, out),
            Input::Lines(lines) => self.take_lines(lines, out),
            Input::Results(codes) => codes.into_iter().for_each(|code| self.results.put(code)),
            Input::Health(ok) => self.health(ok, out),
            Input::Drain => {
                self.draining = true;
                self.step_lobby(matching::Input::Suspend, out);
            }
            Input::Look => self.keep_trend(out.now),
            Input::NodeUp(node) => self.node_is_up(node, out),
            Input::NodeDraining(node) => self.node_drains(node, out),
            Input::NodeLost(node) => self.node_is_lost(node, out),
            Input::NodeGone(node) => self.node_is_gone(node, out),
            Input::Compared(found) => self.compare(found, out),
            Input::RoomsRead(rooms) => self.rooms_are_read(rooms, out),
            Input::Match => self.begin_matching(out),
            Input::Suspend => self.gather(out),
            Input::Away => self.unseen_are_away(out),
            Input::TermLost => self.lose_term(out),
            Input::Tick => self.step_lobby(matching::Input::Tick, out),
            Input::Later(what) => self.is_due(what, out),
        }
    }

    /// Something happened at a node.
    fn hear_front(&mut self, node: NodeId, parcel: FromFront, out: &mut Out<'_>) {
        let at = |socket| NodeSocket { node, socket };
        match parcel {
            FromFront::Ask(ask) => self.ask(at(ask.from), *ask, out),
            FromFront::Back { from, ticket, after, asker } => {
                self.counts_for(ticket, asker);
                self.come_back(ticket, at(from), after, out);
            }
            FromFront::Desk { from, what } => self.hear_desk(at(from), what, out),
            FromFront::Arrive { from, profile, session } => self.arrive(at(from), profile, session, out),
            FromFront::Wish { from, account, what } => self.hear_counsellor(at(from), account, what, out),
            FromFront::RoomOver { room, returns, handed_over, members } => {
                self.nodes.named(node, room);
                self.room_over(room, returns, handed_over, members, out);
            }
            FromFront::NotTransferred { room } => self.not_transferred(room, out),
            // Where it is open another has it, and the records say who: a home that is none any more has left it.
            FromFront::RoomGone { room } if self.is_open(room) || self.lives_elsewhere(room, node) => {}
            FromFront::RoomGone { room } => self.room_gone(room, out),
            FromFront::HereRoom { room } => self.room_is_here(node, room, out),
            FromFront::NotTaken { room } => self.not_taken(node, room),
            FromFront::HandedOn { room, to } => self.room_handed_on(node, room, to, out),
            FromFront::HereDesk { from, ticket, seat, after, asker, turn } => {
                self.counts_for(ticket, asker);
                self.desk_is_here(at(from), ticket, seat, after, turn, out);
            }
            FromFront::HereCounsellor { from, profile, session, seats, turn } => {
                self.counsellor_is_here(at(from), profile, session, &seats, turn, out);
            }
            FromFront::Announced => self.is_announced(node, out),
        }
    }

    /// When [`Input::Tick`] is due.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Mono> {
        self.lobby.next_deadline().filter(|_| !self.is_term_lost)
    }

    fn is_due(&mut self, what: Later, out: &mut Out<'_>) {
        match what {
            Later::WrapUp(counsellor, room) => self.end_wrap_up(counsellor, room, out),
            Later::TellQueues => self.tell_queues(out),
            Later::TellChanged => self.tell_states(out),
            Later::Hours => self.watch_hours(out),
            Later::GoOn => self.go_on(out),
        }
    }

    fn filed(&mut self, what: PendingWrite, answer: Result<Written, WriteFailed>, out: &mut Out<'_>) {
        if answer == Ok(Written::Fenced) {
            return self.lose_term(out);
        }
        match what {
            PendingWrite::Ticket(ticket) => self.ticket_filed(ticket, answer, out),
            PendingWrite::Refusal(ticket, reason) => self.refusal_filed(ticket, reason, answer, out),
            PendingWrite::Close(ticket, cause) => self.close_filed(ticket, cause, &answer, out),
            PendingWrite::Match(proposal) => self.match_filed(&proposal, answer, out),
            PendingWrite::WrapUp { account, room, asked } => self.wrap_up_filed(account, room, asked, &answer, out),
        }
    }
}

/// The lines a counsellor's tiers name, by id.
type Served = Vec<(LineId, u8)>;
