//! The thread that owns who is there and who matches. It runs no statement and waits for nothing but its queue
//! and its deadlines.
//!
//! - `hears`: what either of the two is told of what comes in; `effects`: what follows

mod effects;
mod hears;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::announcers::Announcers;
use super::beater::Beater;
use super::changer::{Change, Changer};
use super::cluster::{Cluster, Shared};
use super::event::Event;
use super::hand::Hands;
use super::said::Said;
use super::term::Term;
use crate::bus::Bus;
use crate::clock::Clock;
use crate::cluster::members::{Me, State};
use crate::cluster::{Bounds, Engine, Lease, Members, lease, members};
use crate::ids::{NodeId, TermId};
use crate::storage::Database;
use crate::time::Mono;

/// What a heart is made of.
#[derive(Clone)]
pub struct Config {
    /// This incarnation, and what it is.
    pub me: Me,
    /// How often it beats, and when a node is gone.
    pub bounds: Bounds,
    /// The PostgreSQL that all nodes share.
    pub database: Database,
    /// What time it is.
    pub clock: Clock,
}

/// How often rows of nodes that are gone for a day are looked for.
const FORGET_EVERY_S: u32 = 3_600;

/// One incarnation's heart. Dropped, it stops where it stands, as if the process were killed: who goes in peace
/// tells [`members::Input::Leave`] and waits for [`Event::Left`] first.
pub struct Heartbeat {
    said: Sender<Said>,
    thread: Option<JoinHandle<()>>,
}

/// The way to a heart that has not begun to beat: what a bus hears before is not lost.
pub(super) struct Ear {
    pub(super) cluster: Cluster,
    ear: Receiver<Said>,
}

impl Ear {
    pub(super) fn new(me: Me) -> Self {
        let (said, ear) = channel();
        Self { cluster: Cluster { shared: Arc::new(Shared::new(me)), said }, ear }
    }
}

impl Heartbeat {
    /// Begins to beat. `tell` is called on the heart's thread, one event after the other, and must return soon:
    /// nothing beats meanwhile. It may tell the cluster something.
    ///
    /// # Errors
    ///
    /// The system gives no thread.
    pub fn start(config: Config, bus: Bus, tell: impl FnMut(Event) + Send + 'static) -> io::Result<(Self, Cluster)> {
        Self::start_with(Ear::new(config.me.clone()), config, bus, tell)
    }

    pub(super) fn start_with(
        ear: Ear,
        config: Config,
        bus: Bus,
        tell: impl FnMut(Event) + Send + 'static,
    ) -> io::Result<(Self, Cluster)> {
        let Ear { cluster, ear } = ear;
        let heart = Heart::new(config, bus, &cluster, ear, Box::new(tell));
        let thread = std::thread::Builder::new().name("heart".into()).spawn(move || heart.run())?;
        Ok((Self { said: cluster.said.clone(), thread: Some(thread) }, cluster))
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        let _ = self.said.send(Said::Stop);
        // An event's own thread cannot wait for itself.
        let thread = self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id());
        if thread.is_some_and(|thread| thread.join().is_err()) {
            log::error!("the heart's thread panicked");
        }
    }
}

/// Something that stands on file under a term until its writes are answered.
#[derive(Clone, Copy)]
struct Emptying {
    term: TermId,
    /// Not later.
    at: Mono,
}

struct Heart {
    clock: Clock,
    bounds: Bounds,
    bus: Bus,
    tell: Box<dyn FnMut(Event) + Send>,
    ear: Receiver<Said>,
    shared: Arc<Shared>,
    members: Members,
    lease: Lease,
    hands: Hands,
    beater: Beater,
    changer: Changer,
    announcers: Announcers,
    engine: Engine,
    /// The term that this node holds.
    term: Option<Term>,
    /// Who was last said to match.
    matchmaker: Option<NodeId>,
    /// Beats of the lease without an answer.
    lease_beats: VecDeque<u64>,
    /// The lease was seen free then, and is being taken.
    noticed: Mono,
    emptying: Option<Emptying>,
    clock_off: bool,
    forget_at: Mono,
    /// Who is there has changed since it was shown.
    is_stale: bool,
    over: bool,
}

impl Heart {
    fn new(
        config: Config,
        bus: Bus,
        cluster: &Cluster,
        ear: Receiver<Said>,
        tell: Box<dyn FnMut(Event) + Send>,
    ) -> Self {
        let Config { me, bounds, database, clock } = config;
        let (to_beater, to_changer) = (cluster.said.clone(), cluster.said.clone());
        let beaten = Arc::new(move |number, answer| to_beater.send(Said::Beater(number, answer)).is_ok());
        let changed = Arc::new(move |number, outcome| drop(to_changer.send(Said::Changer(number, outcome))));
        Self {
            bounds,
            bus,
            tell,
            ear,
            shared: cluster.shared.clone(),
            lease: Lease::new(me.node, bounds),
            members: Members::new(me, Engine::Postgres, bounds),
            hands: Hands::default(),
            beater: Beater::new(database.clone(), bounds, clock.clone(), beaten),
            changer: Changer::new(database, bounds, changed),
            clock,
            announcers: Announcers::default(),
            engine: Engine::Postgres,
            term: None,
            matchmaker: None,
            lease_beats: VecDeque::new(),
            noticed: Mono::default(),
            emptying: None,
            clock_off: false,
            forget_at: Mono::default(),
            is_stale: true,
            over: false,
        }
    }

    fn run(mut self) {
        while !self.over {
            let now = self.clock.now().mono;
            let said = match self.deadline(now) {
                Some(at) => self.ear.recv_timeout(Duration::from_micros(at.0.saturating_sub(now.0))),
                None => self.ear.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let now = self.clock.now().mono;
            match said {
                Ok(said) => self.hear(now, said),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if !self.over {
                self.tend(now);
            }
            if !self.over {
                self.show();
            }
        }
        self.end();
    }

    fn deadline(&self, now: Mono) -> Option<Mono> {
        let forget = matches!(self.members.state(), Some(State::Up)).then_some(self.forget_at);
        let of_others = [self.beater.deadline(), self.changer.deadline(), self.emptying.map(|it| it.at), forget];
        let pure = [self.members.next_deadline(now), self.lease.next_deadline()];
        pure.into_iter().chain(of_others).flatten().min()
    }

    fn hear(&mut self, now: Mono, said: Said) {
        match said {
            Said::Told(input) => self.told(now, input),
            Said::Bus(heard) => self.heard_bus(now, heard),
            Said::Beater(number, answer) => {
                if self.beater.is_present(number) {
                    self.answered(now, answer);
                }
            }
            Said::Changer(number, outcome) => {
                if self.changer.answered(now, number) {
                    self.changed(now, outcome);
                }
            }
            Said::Stop => self.over = true,
        }
    }

    /// What comes due.
    fn tend(&mut self, now: Mono) {
        self.step_members(now, members::Input::Tick);
        self.step_lease(now, lease::Input::Tick);
        self.beater.tend(now, &self.hands);
        for outcome in self.changer.tend(now) {
            self.changed(now, outcome);
        }
        if self.emptying.is_some_and(|emptying| now >= emptying.at) {
            self.empty(now);
        }
        if self.members.state() == Some(State::Up) && now >= self.forget_at {
            self.forget_at = now.plus_s(FORGET_EVERY_S);
            self.changer.order(now, Change::Forget, &self.hands);
        }
    }

    /// The lease goes that this node has given up.
    pub(super) fn empty(&mut self, now: Mono) {
        if let Some(Emptying { term, .. }) = self.emptying.take() {
            self.changer.order(now, Change::Empty(term), &self.hands);
        }
    }
}
