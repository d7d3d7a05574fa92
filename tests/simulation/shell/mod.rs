//! A process of the server: the real `dispatch` and the real rooms, and round them what the actors do
//! with their effects, in as few lines as possible. Nothing is decided here.
//!
//! - `front`, `sockets`, `room`, `supervisor`: who sits at it; `restart`: what is found on file
//! - among others: `heart`: who is there and who matches; `links`: the way to them; `neighbours`: what both tell;
//!   `between`: rooms and sockets at two nodes; `elsewhere`: rooms that are taken, and the comparison

mod between;
mod elsewhere;
mod front;
mod heart;
mod links;
mod neighbours;
mod restart;
mod room;
mod sockets;
mod supervisor;

use std::collections::{BTreeMap, BTreeSet};

use anteroom::dispatch::{Asker, Dispatch, Effect, FromFront, Input, Keeper, Later, Outside, TicketRow, Wish, Written};
use anteroom::front::Carried;
use anteroom::ids::{AccountId, NodeId, RoomId, TicketId};
use anteroom::matching::{self, Lobby};
use anteroom::room::Event as RoomEvent;
use anteroom::time::Mono;

pub use heart::at_store;
pub use room::At;
pub use sockets::Socket;

use super::hub::{Actor, Event, Hub, MS, SocketNo, Timer};
use super::mail::Mail;
use super::store::{Answers, Decision, Reply, Write};
use super::truth;
use front::Front;
use neighbours::Joined;
use room::RoomActor;

/// The process.
pub struct Node {
    pub is_up: bool,
    /// The matchmaker is here, and this is what it knows.
    pub matches: bool,
    pub dispatch: Dispatch,
    /// Among others.
    pub joined: Option<Joined>,
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
        let key = (hub.here, actor);
        let Some(mailbox) = hub.mail.get_mut(&key) else { return };
        let Some(mail) = mailbox.pop_front() else { return };
        if mailbox.is_empty() {
            hub.mail.remove(&key);
        } else {
            hub.turn(actor);
        }
        let here = hub.here;
        hub.note(|| format!("  {here} {actor:?} takes {mail:?}"));
        match actor {
            Actor::Matchmaker => self.matchmaker(mail, hub),
            Actor::Front => self.front(mail, hub),
            Actor::Neighbours => self.neighbours(mail, hub),
            Actor::Room(room) => self.room(room, mail, hub),
            Actor::Socket(socket) => self.socket(socket, mail, hub),
        }
    }

    fn matchmaker(&mut self, mail: Mail, hub: &mut Hub) {
        match mail {
            // What was meant for another term is heard by nobody.
            Mail::Happens(term, what) if term == hub.term() && self.matches => {
                if !hub.is_alone() && matches!(*what, Input::Match) {
                    self.others_are_heard();
                    return self.follow(hub);
                }
                self.follow(hub);
                self.happens(*what, hub);
            }
            Mail::Happens(..) => {}
            Mail::Move { .. } if !self.matches => {}
            Mail::Move { ticket, topic } => {
                if let Ok(line) = self.dispatch.line_for(ticket, &topic) {
                    let by = Keeper::Term(hub.term_id());
                    submit(hub, (by, Write::MoveTicket(ticket, line)), Reply::Moved(hub.term(), ticket, line));
                }
            }
            other => unreachable!("not for the matchmaker: {other:?}"),
        }
    }

    pub fn wake(&mut self, timer: Timer, hub: &mut Hub) {
        match timer {
            Timer::Lobby(at) if self.timer == Some(at) => {
                self.timer = None;
                self.follow(hub);
                self.happens(Input::Tick, hub);
            }
            Timer::Lobby(_) => {}
            Timer::Later(term, what) => {
                if self.matches && term == hub.term() && !(what == Later::GoOn && hub.journal().is_failing) {
                    self.follow(hub);
                    self.happens(Input::Later(what), hub);
                }
            }
            Timer::Away(term) => {
                if term == hub.term() {
                    self.happens(Input::Away, hub);
                }
            }
            Timer::LookUp(ticket, socket) => self.looked_up(ticket, socket, hub),
            Timer::ReadEnd(socket, room) => self.end_is_read(socket, room, hub),
            Timer::AskAgain(socket) => self.asks_again(socket, hub),
            Timer::Room(room, at) => self.room_wakes(room, at, hub),
            Timer::DiskRead { room, after, upto } => self.disk_read(room, after, upto, hub),
            Timer::Supervise(room) => self.supervise(room, hub),
            Timer::RoomStops(room) => {
                self.actors.remove(&room);
                hub.send(Actor::Front, Mail::Handed(FromFront::RoomGone { room }));
            }
            Timer::Socket(socket, due) => self.socket_is_due(socket, due, hub),
            Timer::SocketStops(socket) => self.socket_stops(socket, hub),
            timer => self.wake_among_others(timer, hub),
        }
    }

    fn wake_among_others(&mut self, timer: Timer, hub: &mut Hub) {
        match timer {
            Timer::Heart(at) => self.heart(hub, |heart, hub| heart.wakes(at, hub)),
            Timer::Connect => self.heart(hub, heart::Heart::connects),
            Timer::Links(at) => self.links_wake(at, hub),
            Timer::Claim(term) => self.claims(term, hub),
            Timer::ReadTerm(term) => self.reads_term(term, hub),
            Timer::OpenTerm(term) => self.opens_term(term, hub),
            Timer::Compare(term) => self.compares(term, hub),
            Timer::Take(room, from) => self.takes(room, from, hub),
            Timer::Far(room) => self.far_is_due(room, hub),
            Timer::Unanswered(socket) => self.unanswered(socket, hub),
            other => unreachable!("of every process: {other:?}"),
        }
    }

    /// A matchmaker among others looks at the lease before each step.
    fn follow(&mut self, hub: &mut Hub) {
        if let Some(input) = self.follow_the_lease(hub) {
            self.happens(input, hub);
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
        let mut far: BTreeMap<NodeId, Vec<Carried>> = BTreeMap::new();
        for effect in effects {
            match effect {
                Effect::Parcel { to, parcel } if to == hub.node() => parcels.push(parcel),
                Effect::Parcel { to, parcel } => far.entry(to).or_default().push(Carried::ToFront(parcel)),
                Effect::TermLost if !hub.is_alone() => {
                    let term = hub.term_id();
                    self.heart(hub, |heart, hub| {
                        heart.tell_lease(anteroom::cluster::lease::Input::Fenced(term), hub);
                    });
                }
                effect => perform_one(effect, hub),
            }
        }
        if !parcels.is_empty() {
            hub.send(Actor::Front, Mail::Parcels(hub.term(), parcels));
        }
        // Under the epoch of the term.
        let epoch = self.joined.as_ref().and_then(Joined::epoch);
        far.iter().for_each(|(to, parcels)| self.send_together(*to, parcels, epoch, hub));
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
            let reply = what.map_or(Reply::Nobody(hub.term()), |what| Reply::Matchmaker(hub.term(), what));
            submit(hub, write, reply);
        }
        Effect::Later { what: Later::TellChanged, .. } => {
            hub.send(Actor::Matchmaker, Mail::happens(hub.term(), Input::Later(Later::TellChanged)));
        }
        // Lines are open at all hours here.
        Effect::Later { what: Later::Hours, .. } => {}
        Effect::Later { wait, what } => hub.timer(wait.as_micros() as u64, Timer::Later(hub.term(), what)),
        Effect::Noted(noted) => hub.note(|| format!("      {noted:?}")),
        Effect::TermLost => unreachable!("there is one process at a time, and it holds the lease"),
        Effect::ReadRooms(rooms) => elsewhere::read_rooms(rooms, hub),
        Effect::Parcel { .. } => unreachable!("gone to the front"),
        // Nobody watches.
        Effect::Show(_) | Effect::Posted(_) | Effect::Wrote(_) => {}
    }
}

fn submit(hub: &mut Hub, write: Decision, reply: Reply) {
    if hub.journal().submit(write, reply) {
        begin_group(hub);
    }
}

/// The journal takes what is queued and sets off for the disk.
pub fn begin_group(hub: &mut Hub) {
    let here = hub.here;
    let (begun, early) = hub.store.journals[here].begin(&mut hub.store.on_file);
    answer(hub, early);
    if begun {
        let takes = hub.dice.below(hub.plan.commit);
        hub.later(takes, Event::Commit);
    }
}

/// The group has reached the disk, or not.
pub fn finish_group(hub: &mut Hub) {
    let (now, here) = (hub.now, hub.here);
    let was_failing = hub.journal().is_failing;
    let answers = hub.store.journals[here].finish(now, &mut hub.store.on_file);
    if hub.journal().is_failing && !was_failing {
        hub.send(Actor::Matchmaker, Mail::happens(hub.term(), Input::Health(false)));
        hub.later(500 * MS, Event::Probe);
    }
    if hub.is_alone() {
        answer(hub, answers);
    } else {
        let at = hub.me().answered_at.max(hub.now + hub.dice.below(5 * MS));
        hub.me_mut().answered_at = at;
        hub.at(at, Event::Answered(answers));
    }
    begin_group(hub);
}

/// A small write of the journal's own: does the disk take it again?
pub fn probe(hub: &mut Hub) {
    if !hub.reaches_store() {
        return hub.later(500 * MS, Event::Probe);
    }
    hub.journal().is_failing = false;
    hub.send(Actor::Matchmaker, Mail::happens(hub.term(), Input::Health(true)));
}

/// Whoever waits for it hears what came of a write.
pub fn answer(hub: &mut Hub, answers: Answers) {
    for (reply, answer) in answers {
        let is_of_now = hub.is_alone() && reply.term().is_none_or(|term| term == hub.term());
        assert!(!is_of_now || answer != Ok(Written::Fenced), "R9: whoever matches, or has a room, may not: {reply:?}");
        assert!(answer != Ok(Written::Fenced) || !is_keeper(hub, &reply), "R9: a keeper may not decide: {reply:?}");
        let (to, mail) = match reply {
            Reply::Matchmaker(term, what) => (Actor::Matchmaker, Mail::happens(term, Input::Filed { what, answer })),
            Reply::Moved(term, ticket, line) if answer == Ok(Written::Done) => {
                (Actor::Matchmaker, Mail::happens(term, Input::Moved { ticket, line }))
            }
            Reply::Room(room, what) => {
                (Actor::Room(room), Mail::room(RoomEvent::Happens(Written::of_room(what, answer).0)))
            }
            Reply::OfRoom(room) if answer == Ok(Written::Fenced) => {
                (Actor::Room(room), Mail::room(RoomEvent::Happens(anteroom::room::Input::Fenced)))
            }
            Reply::Nobody(term) if answer == Ok(Written::Fenced) && !hub.is_alone() => {
                (Actor::Matchmaker, Mail::happens(term, Input::TermLost))
            }
            Reply::Moved(..) | Reply::Nobody(_) | Reply::OfRoom(_) => continue,
        };
        hub.send(to, mail);
    }
}

/// Whether what was written is the writer's to decide, as the records stand.
fn is_keeper(hub: &Hub, reply: &Reply) -> bool {
    let on_file = &hub.store.on_file;
    match reply {
        Reply::Room(room, _) | Reply::OfRoom(room) => {
            on_file.rooms.get(room).is_some_and(|file| file.keeper == hub.node())
        }
        of_term => {
            let term = of_term.term().map(|term| anteroom::ids::TermId::from(u128::from(term)));
            term.is_some() && on_file.nodes.term() == term
        }
    }
}
