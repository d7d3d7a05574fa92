//! The server's process: the real `dispatch` and the real rooms, and round them what the actors do
//! with their effects, in as few lines as possible. Nothing is decided here.

mod front;
mod restart;
mod room;
mod sockets;
mod supervisor;

use std::collections::{BTreeMap, BTreeSet};

use anteroom::dispatch::{Asker, Dispatch, Effect, FromFront, Input, Keeper, Later, Outside, TicketRow, Wish, Written};
use anteroom::ids::{AccountId, RoomId, TicketId};
use anteroom::matching::{self, Lobby};
use anteroom::room::Event as RoomEvent;
use anteroom::time::Mono;

pub use room::At;
pub use sockets::Socket;

use super::hub::{Actor, Event, Hub, MS, SocketNo, Timer};
use super::mail::Mail;
use super::store::{Answers, Decision, Reply, Write};
use super::truth;
use front::Front;
use room::RoomActor;

/// The process.
pub struct Node {
    pub is_up: bool,
    pub dispatch: Dispatch,
    front: Front,
    pub actors: BTreeMap<RoomId, RoomActor>,
    pub sockets: BTreeMap<SocketNo, Socket>,
    timer: Option<Mono>,
    /// Who has ever turned which ticket down, by word or by silence: for the check of R2.
    declined: BTreeSet<(TicketId, AccountId)>,
}

/// What the dispatch may look at.
struct Around<'a> {
    hub: &'a mut Hub,
    declined: &'a mut BTreeSet<(TicketId, AccountId)>,
}

impl Outside for Around<'_> {
    fn new_id(&mut self) -> uuid::Uuid {
        uuid::Uuid::from_u128(self.hub.new_id())
    }

    fn token(&self, row: &TicketRow) -> String {
        row.ticket.to_string()
    }

    fn name(&self, asker: Asker) -> matching::Asker {
        matching::Asker(match asker {
            Asker::Desk(desk) => desk.0.as_u128() as u64,
            Asker::Network(_) => u64::MAX,
        })
    }

    fn stepped(&mut self, lobby: &Lobby, was_due: Option<Mono>, effects: &[matching::Effect]) {
        effects.iter().for_each(|effect| self.hub.note(|| format!("      -> {effect:?}")));
        lobby.check();
        let is_in_time = was_due.is_none_or(|due| due >= self.hub.clock().mono);
        truth::check_order(lobby, effects, is_in_time, self.declined);
    }
}

impl Node {
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
            Actor::Front => self.front(mail, hub),
            Actor::Room(room) => self.room(room, mail, hub),
            Actor::Socket(socket) => self.socket(socket, mail, hub),
        }
    }

    fn matchmaker(&mut self, mail: Mail, hub: &mut Hub) {
        match mail {
            // What was meant for another term is heard by nobody.
            Mail::Happens(term, what) if term == hub.term => self.happens(*what, hub),
            Mail::Happens(..) => {}
            Mail::Move { ticket, topic } => {
                if let Ok(line) = self.dispatch.line_for(ticket, &topic) {
                    let by = Keeper::Term(hub.term_id());
                    submit(hub, (by, Write::MoveTicket(ticket, line)), Reply::Moved(hub.term, ticket, line));
                }
            }
            other => unreachable!("not for the matchmaker: {other:?}"),
        }
    }

    pub fn wake(&mut self, timer: Timer, hub: &mut Hub) {
        match timer {
            Timer::Lobby(at) if self.timer == Some(at) => {
                self.timer = None;
                self.happens(Input::Tick, hub);
            }
            Timer::Lobby(_) => {}
            Timer::Later(term, what) => {
                if term == hub.term && !(what == Later::GoOn && hub.store.is_failing) {
                    self.happens(Input::Later(what), hub);
                }
            }
            Timer::Away(term) => {
                if term == hub.term {
                    self.happens(Input::Away, hub);
                }
            }
            Timer::LookUp(ticket, socket) => self.looked_up(ticket, socket, hub),
            Timer::Room(room, at) => self.room_wakes(room, at, hub),
            Timer::DiskRead { room, after, upto } => self.disk_read(room, after, upto, hub),
            Timer::Supervise(room) => self.supervise(room, hub),
            Timer::RoomStops(room) => {
                self.actors.remove(&room);
                hub.send(Actor::Front, Mail::Handed(FromFront::RoomGone { room }));
            }
            Timer::Socket(socket, due) => self.socket_is_due(socket, due, hub),
            Timer::SocketStops(socket) => self.socket_stops(socket, hub),
        }
    }

    /// One step, and all that follows from it.
    pub fn happens(&mut self, what: Input, hub: &mut Hub) {
        let turned_down = match &what {
            Input::From { parcel: FromFront::Wish { account, what: Wish::Decline(offer), .. }, .. } => {
                let rings = self.dispatch.rings_at(*account).find(|(rings, _)| rings == offer);
                rings.map(|(_, ticket)| (*account, *offer, (ticket, *account)))
            }
            _ => None,
        };
        self.declined.extend(turned_down.map(|(_, _, who)| who));
        let (mut effects, now) = (Vec::new(), hub.clock());
        let mut around = Around { hub, declined: &mut self.declined };
        self.dispatch.step(now, what, &mut around, &mut effects);
        // What an old socket says is not the counsellor's word.
        if let Some((account, offer, who)) = turned_down
            && self.dispatch.rings_at(account).any(|(rings, _)| rings == offer)
        {
            self.declined.remove(&who);
        }
        self.perform(effects, hub);
    }

    fn perform(&mut self, effects: Vec<Effect>, hub: &mut Hub) {
        let mut parcels = Vec::new();
        for effect in effects {
            match effect {
                Effect::Parcel { parcel, .. } => parcels.push(parcel),
                effect => perform_one(effect, hub),
            }
        }
        if !parcels.is_empty() {
            hub.send(Actor::Front, Mail::Parcels(hub.term, parcels));
        }
        let due = self.dispatch.next_deadline();
        if self.timer != due {
            self.timer = due;
            if let Some(at) = due {
                hub.wake(at, Timer::Lobby(at));
            }
        }
    }
}

fn perform_one(effect: Effect, hub: &mut Hub) {
    match effect {
        Effect::Store { write, what } => {
            let write = (write.keeper(hub.term_id()), Write::Dispatch(write));
            let reply = what.map_or(Reply::Nobody(hub.term), |what| Reply::Matchmaker(hub.term, what));
            submit(hub, write, reply);
        }
        Effect::Later { what: Later::TellChanged, .. } => {
            hub.send(Actor::Matchmaker, Mail::happens(hub.term, Input::Later(Later::TellChanged)));
        }
        // Lines are open at all hours here.
        Effect::Later { what: Later::Hours, .. } => {}
        Effect::Later { wait, what } => hub.timer(wait.as_micros() as u64, Timer::Later(hub.term, what)),
        Effect::Noted(noted) => hub.note(|| format!("      {noted:?}")),
        Effect::TermLost => unreachable!("there is one process at a time, and it holds the lease"),
        Effect::ReadRooms(_) => unreachable!("one node compares nothing"),
        Effect::Parcel { .. } => unreachable!("gone to the front"),
        // Nobody watches.
        Effect::Show(_) | Effect::Posted(_) | Effect::Wrote(_) => {}
    }
}

fn submit(hub: &mut Hub, write: Decision, reply: Reply) {
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
        hub.send(Actor::Matchmaker, Mail::happens(hub.term, Input::Health(false)));
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
    hub.send(Actor::Matchmaker, Mail::happens(hub.term, Input::Health(true)));
}

fn answer(hub: &mut Hub, answers: Answers) {
    for (reply, answer) in answers {
        let is_of_now = reply.term().is_none_or(|term| term == hub.term);
        assert!(!is_of_now || answer != Ok(Written::Fenced), "R9: whoever matches, or has a room, may not: {reply:?}");
        let (to, mail) = match reply {
            Reply::Matchmaker(term, what) => (Actor::Matchmaker, Mail::happens(term, Input::Filed { what, answer })),
            Reply::Moved(term, ticket, line) if answer == Ok(Written::Done) => {
                (Actor::Matchmaker, Mail::happens(term, Input::Moved { ticket, line }))
            }
            Reply::Room(room, what) => {
                (Actor::Room(room), Mail::room(RoomEvent::Happens(Written::of_room(what, answer).0)))
            }
            Reply::Moved(..) | Reply::Nobody(_) | Reply::OfRoom => continue,
        };
        hub.send(to, mail);
    }
}
