//! The server's process: the pure core, and round it what the real actors do with its effects, in
//! as few lines as possible. No rule of matching is decided here.

mod restart;
mod room;
mod rooms;
mod sockets;
mod staff;
mod supervisor;
mod transfers;
mod visits;

use std::collections::{BTreeMap, BTreeSet};

use anteroom::ids::{AccountId, LineId, OfferId, RoomId, TicketId};
use anteroom::matching::{Effect, Input, Lobby, Party};
use anteroom::protocol::ServerFrame;
use anteroom::time::Mono;

pub use rooms::RoomEntry;
pub use sockets::Socket;
pub use staff::Staff;
pub use visits::Visit;

use super::hub::{Actor, Event, Hub, MS, S, SocketNo, Timer};
use super::mail::{Filing, Mail, News};
use super::store::{Answers, Reply, Write};
use room::RoomActor;

/// The process.
pub struct Node {
    pub is_up: bool,
    pub lobby: Lobby,
    pub visits: BTreeMap<TicketId, Visit>,
    desk_at: BTreeMap<SocketNo, TicketId>,
    by_key: BTreeMap<String, TicketId>,
    pub staff: BTreeMap<AccountId, Staff>,
    pub rooms: BTreeMap<RoomId, RoomEntry>,
    pub room_of: BTreeMap<TicketId, RoomId>,
    pub actors: BTreeMap<RoomId, RoomActor>,
    /// Talks that are being handed over, by the room they are in.
    transfers: BTreeMap<TicketId, RoomId>,
    pub sockets: BTreeMap<SocketNo, Socket>,
    timer: Option<Mono>,
    changed: BTreeSet<AccountId>,
    dirty: BTreeSet<LineId>,
    /// Seats handed out.
    turns: u64,
    tell_armed: bool,
    pub journal_ok: bool,
    /// Who has ever turned which ticket down, by word or by silence: for the check of R2.
    pub declined: BTreeSet<(TicketId, AccountId)>,
}

impl Node {
    pub fn new() -> Self {
        Self {
            is_up: false,
            lobby: Lobby::new(),
            visits: BTreeMap::new(),
            desk_at: BTreeMap::new(),
            by_key: BTreeMap::new(),
            staff: BTreeMap::new(),
            rooms: BTreeMap::new(),
            room_of: BTreeMap::new(),
            actors: BTreeMap::new(),
            transfers: BTreeMap::new(),
            sockets: BTreeMap::new(),
            timer: None,
            changed: BTreeSet::new(),
            dirty: BTreeSet::new(),
            turns: 0,
            tell_armed: false,
            journal_ok: true,
            declined: BTreeSet::new(),
        }
    }

    /// An actor takes one message.
    pub fn turn(&mut self, actor: Actor, hub: &mut Hub) {
        let disk_wait =
            matches!(actor, Actor::Room(room) if self.actors.get(&room).is_some_and(|room| room.is_reading));
        if disk_wait {
            return hub.later(MS, Event::Turn(actor));
        }
        let Some(mailbox) = hub.mail.get_mut(&actor) else { return };
        let Some(mail) = mailbox.pop_front() else { return };
        if mailbox.is_empty() {
            hub.mail.remove(&actor);
        } else {
            hub.turn(actor);
        }
        hub.note(|| format!("  {actor:?} takes {mail:?}"));
        match actor {
            Actor::Matchmaker => self.matchmaker(mail, hub),
            Actor::Room(room) => self.room(room, mail, hub),
            Actor::Socket(socket) => self.socket(socket, mail, hub),
        }
    }

    fn matchmaker(&mut self, mail: Mail, hub: &mut Hub) {
        match mail {
            Mail::Ask { from, client_id, topic, priority } => self.ask(from, client_id, &topic, priority, hub),
            Mail::ComeBack { from, ticket, after } => self.come_back(ticket, from, after, hub),
            Mail::FromDesk { from, what } => self.desk_wishes(from, what, hub),
            Mail::Arrive { from, account } => self.arrive(from, account, hub),
            Mail::FromCounsellor { from, account, what } => self.counsellor_wishes(from, account, what, hub),
            Mail::Filed { what, answer } => match what {
                Filing::Ticket(ticket) => self.ticket_filed(ticket, answer, hub),
                Filing::Refusal(ticket, reason) => self.close_visit(ticket, reason, hub),
                Filing::Close(ticket, cause) => self.close_filed(ticket, cause, answer, hub),
                Filing::Match(proposal) => self.match_filed(&proposal, answer, hub),
                Filing::Move(ticket, line) => self.move_filed(ticket, line, answer, hub),
                Filing::WrapUp { account, room, asked } => self.wrap_up_filed(account, room, asked, answer, hub),
            },
            Mail::Health(true) => self.go_on(hub),
            Mail::Health(false) => {
                if self.journal_ok {
                    self.journal_ok = false;
                    self.step(Input::Suspend, hub);
                }
            }
            Mail::RoomOver { room, returns, handed_over } => self.room_over(room, returns, handed_over, hub),
            Mail::NotTransferred(room) => self.not_transferred(room, hub),
            Mail::Move { ticket, line } => self.move_ticket(ticket, line, hub),
            Mail::RoomGone(room) => self.room_gone(room, hub),
            other => unreachable!("not for the matchmaker: {other:?}"),
        }
    }

    pub fn wake(&mut self, timer: Timer, hub: &mut Hub) {
        match timer {
            Timer::Lobby(at) if self.timer == Some(at) => {
                self.timer = None;
                self.step(Input::Tick, hub);
            }
            Timer::Lobby(_) => {}
            Timer::TellQueues => self.tell_queues(hub),
            Timer::GoOn => {
                if !hub.store.is_failing {
                    self.go_on(hub);
                }
            }
            Timer::WrapUp(account, room) => self.end_wrap_up(account, room, hub),
            Timer::LookUp(ticket, socket) => Self::tell_what_is_on_file(ticket, socket, hub),
            Timer::Room(room, at) => self.room_wakes(room, at, hub),
            Timer::DiskRead { room, to, after, upto } => self.disk_read(room, to, after, upto, hub),
            Timer::Supervise(room) => self.supervise(room, hub),
            Timer::RoomStops(room) => {
                self.actors.remove(&room);
                hub.send(Actor::Matchmaker, Mail::RoomGone(room));
            }
            Timer::TimeToRate(socket) => self.close_socket(socket, anteroom::protocol::CloseCode::Done, hub),
            Timer::SocketStops(socket) => self.socket_stops(socket, hub),
        }
    }

    /// One step of the lobby, and all that follows from it.
    fn step(&mut self, input: Input, hub: &mut Hub) {
        let mut effects = Vec::new();
        hub.note(|| format!("    lobby: {input:?}"));
        let now = hub.clock();
        let is_in_time = self.lobby.next_deadline().is_none_or(|due| due >= now.mono);
        self.lobby.step(now, input, &mut || OfferId::from(hub.new_id()), &mut effects);
        effects.iter().for_each(|effect| hub.note(|| format!("      -> {effect:?}")));
        self.lobby.check();
        self.check_order(&effects, is_in_time);
        for effect in effects {
            self.perform(effect, hub);
        }
        self.tell_changed(hub);
        let due = self.lobby.next_deadline();
        if self.timer != due {
            self.timer = due;
            if let Some(at) = due {
                hub.wake(at, Timer::Lobby(at));
            }
        }
    }

    fn perform(&mut self, effect: Effect, hub: &mut Hub) {
        match effect {
            Effect::Store { ticket } => {
                if let Some(visit) = self.visits.get(&ticket) {
                    file(hub, Write::OpenTicket(visit.row.clone()), Filing::Ticket(ticket));
                }
            }
            Effect::Refuse { ticket, reason } => {
                if let Some(visit) = self.visits.get(&ticket) {
                    file(hub, Write::RefuseTicket(visit.row.clone(), reason), Filing::Refusal(ticket, reason));
                }
            }
            Effect::Stands { ticket } => self.tell_place(ticket, hub),
            Effect::Offer { offer, ticket, counsellor, accept_within_s, .. } => {
                self.ring(offer, ticket, counsellor, accept_within_s, hub);
            }
            Effect::Withdraw { offer, counsellor, reason, .. } => {
                if let Some(staff) = self.staff.get_mut(&counsellor) {
                    staff.offers.remove(&offer);
                    staff.tell(News::Frame(ServerFrame::Withdrawn { offer, reason }), hub);
                }
            }
            Effect::Pair { ticket, counsellor, offer, .. } => self.propose(ticket, counsellor, offer, hub),
            Effect::Close { ticket, cause } => {
                let reason = visits::reason_of(cause);
                file(hub, Write::CloseTicket(ticket, reason), Filing::Close(ticket, cause));
            }
            Effect::Transfer { ticket, from, state, .. } => self.tell_transfer(ticket, from, state, hub),
            Effect::HandOver { ticket, line, to, offer } => {
                if let Some(staff) = self.staff.get_mut(&to) {
                    staff.offers.remove(&offer);
                }
                if let Some(&room) = self.transfers.get(&ticket) {
                    hub.send(Actor::Room(room), Mail::HandOver(line));
                }
            }
            Effect::Counsellor { counsellor } => {
                self.changed.insert(counsellor);
            }
            Effect::Benched { counsellor } => self.intend(counsellor, false, None, hub),
            Effect::LineChanged { line } => {
                self.dirty.insert(line);
                if !std::mem::replace(&mut self.tell_armed, true) {
                    hub.timer(S, Timer::TellQueues);
                }
            }
            Effect::Rejected { to: Party::Desk(ticket), code, .. } => self.refuse_desk(ticket, code, hub),
            Effect::Rejected { to: Party::Giver(account, ticket), code, .. } => {
                let re = self.room_of.get(&ticket).map(ToString::to_string);
                self.refuse_counsellor(account, code, re, hub);
            }
            Effect::Rejected { to: Party::Counsellor(account), code, re } => {
                self.refuse_counsellor(account, code, re.map(|offer| offer.to_string()), hub);
            }
        }
    }

    fn go_on(&mut self, hub: &mut Hub) {
        self.journal_ok = true;
        self.step(Input::Resume, hub);
    }

    /// Places are told at most once a second, and only on change.
    fn tell_queues(&mut self, hub: &mut Hub) {
        self.tell_armed = false;
        for line in std::mem::take(&mut self.dirty) {
            let places: Vec<(TicketId, u32)> = self.lobby.positions(line).collect();
            for (ticket, ahead) in places {
                if self.visits.get(&ticket).and_then(|visit| visit.told_ahead).is_some_and(|told| told != ahead) {
                    self.tell_ahead(ticket, ahead, hub);
                }
            }
        }
    }
}

/// Puts something on file; the answer comes back as [`Mail::Filed`].
fn file(hub: &mut Hub, write: Write, what: Filing) {
    submit(hub, write, Reply::Matchmaker(what));
}

fn submit(hub: &mut Hub, write: Write, reply: Reply) {
    if hub.store.submit(write, reply) {
        begin_group(hub);
    }
}

/// The journal takes what is queued and sets off for the disk.
pub fn begin_group(hub: &mut Hub) {
    let (begun, early) = hub.store.begin();
    answer(hub, early);
    if begun {
        let takes = hub.dice.below(hub.plan.commit);
        hub.later(takes, Event::Commit);
    }
}

/// The group has reached the disk, or not.
pub fn finish_group(hub: &mut Hub) {
    let was_failing = hub.store.is_failing;
    let now = hub.now;
    let answers = hub.store.finish(now);
    if hub.store.is_failing && !was_failing {
        hub.send(Actor::Matchmaker, Mail::Health(false));
        hub.later(500 * MS, Event::Probe);
    }
    answer(hub, answers);
    begin_group(hub);
}

/// A small write of the journal's own: does the disk take it again?
pub fn probe(hub: &mut Hub) {
    if hub.now < hub.store.fails_until {
        return hub.later(500 * MS, Event::Probe);
    }
    hub.store.is_failing = false;
    hub.send(Actor::Matchmaker, Mail::Health(true));
}

fn answer(hub: &mut Hub, answers: Answers) {
    for (reply, answer) in answers {
        let Some(to) = reply.to() else { continue };
        let mail = match reply {
            Reply::Matchmaker(what) => Mail::Filed { what, answer },
            Reply::Say(_, id) => room::say_stored(id, answer),
            Reply::Supervise(_, what) => supervisor::stored(what, answer),
            Reply::End(_) | Reply::Nobody => room::end_stored(answer),
        };
        hub.send(to, mail);
    }
}
