//! Nodes over the store: each its members and its lease, driven as a server will drive them. They may be
//! killed, lost with their host, paused, cut off; and what must hold of them all.

use super::dice::Dice;
use super::store::{Statement, Store};
use crate::cluster::lease::{self, TakeAnswer};
use crate::cluster::members::{self, Effect, Found, Me, State, Wires};
use crate::cluster::{Bounds, Engine, Epochs, Fault, Lease, Members};
use crate::ids::{NodeId, TermId};
use crate::time::Mono;

/// A look as the world saw it come in; nothing if it failed, or a beat or the connection did.
struct SeenLook {
    connection: u64,
    begun: Mono,
    answered: Mono,
    found: Option<Found>,
}

struct Node {
    id: NodeId,
    members: Members,
    lease: Lease,
    epochs: Epochs,
    /// Nothing reaches it before.
    paused_until: Mono,
    /// No statement of it comes through before.
    cut_until: Mono,
    /// Its matchmaker does not answer before.
    hangs_until: Mono,
    round_begun: Mono,
    /// The round whose answers count.
    round: Option<u64>,
    connection: u64,
    connecting: bool,
    looks: Vec<SeenLook>,
    clock_off: bool,
    drains: bool,
}

enum What {
    Members(members::Input),
    Lease(lease::Input),
    /// A statement reaches the store.
    Reaches(Statement),
    /// The connection is made anew.
    Connects,
    /// The matchmaker decides something, if it may.
    Decides,
}

struct Event {
    at: Mono,
    node: NodeId,
    what: What,
}

pub(super) struct Nodes {
    pub now: Mono,
    pub store: Store,
    /// By place; a place is empty when its node is dead.
    nodes: Vec<Option<Node>>,
    events: Vec<Event>,
    dice: Dice,
    ids: u128,
    /// The store answers nothing before; it fails at once, or lets everybody wait.
    pub away_until: Mono,
    pub away_hangs: bool,
    /// A statement takes up to so long each way.
    pub slow_max_ms: u64,
    /// Whether what a term writes is guarded.
    pub guarded: bool,
    fault: Option<Fault>,
    pub gone: u64,
    pub terms: u64,
    pub fenced: u64,
}

const WIRES: Wires = Wires { min: 1, max: 1 };
/// A matchmaker decides something so often.
const DECIDES_US: u64 = 400_000;

impl Nodes {
    pub(super) fn new(seed: u64, places: usize, guarded: bool, fault: Option<Fault>) -> Self {
        let mut nodes = Self {
            now: Mono(1_000_000),
            store: Store::default(),
            nodes: Vec::new(),
            events: Vec::new(),
            dice: Dice(seed),
            ids: 0,
            away_until: Mono(0),
            away_hangs: false,
            slow_max_ms: 10,
            guarded,
            fault,
            gone: 0,
            terms: 0,
            fenced: 0,
        };
        nodes.nodes.resize_with(places, || None);
        (0..places).for_each(|place| nodes.start(place));
        nodes
    }

    /// A node starts at this place, an incarnation of its own with the place's name.
    pub(super) fn start(&mut self, place: usize) {
        if self.nodes[place].is_some() {
            return;
        }
        self.ids += 1;
        let id = NodeId::from(self.ids);
        let me = Me { node: id, name: format!("node {place}"), version: "1".into(), wires: WIRES };
        let mut members = Members::new(me, Engine::Postgres, Bounds::default());
        if let Some(fault) = self.fault {
            members = members.broken(fault);
        }
        self.nodes[place] = Some(Node {
            id,
            members,
            lease: Lease::new(id, Bounds::default()),
            epochs: Epochs::new(),
            paused_until: self.now,
            cut_until: self.now,
            hangs_until: self.now,
            round_begun: self.now,
            round: None,
            connection: 0,
            connecting: true,
            looks: Vec::new(),
            clock_off: false,
            drains: false,
        });
        let wait = self.dice.below(500_000);
        self.post(wait, id, What::Connects);
        self.post(wait, id, What::Decides);
    }

    /// A process is killed: its lock is gone at once. With its host, the lock stays for long.
    pub(super) fn kill(&mut self, place: usize, with_host: bool) {
        if let Some(node) = self.nodes[place].take()
            && !with_host
        {
            self.store.locks.remove(&node.id);
        }
    }

    pub(super) fn pause(&mut self, place: usize, ms: u64) {
        let until = Mono(self.now.0 + ms * 1_000);
        self.with(place, |node| node.paused_until = until);
    }

    pub(super) fn cut(&mut self, place: usize, ms: u64) {
        let until = Mono(self.now.0 + ms * 1_000);
        self.with(place, |node| node.cut_until = until);
    }

    pub(super) fn hang(&mut self, place: usize, ms: u64) {
        let until = Mono(self.now.0 + ms * 1_000);
        self.with(place, |node| node.hangs_until = until);
    }

    fn with(&mut self, place: usize, change: impl FnOnce(&mut Node)) {
        if let Some(node) = &mut self.nodes[place] {
            change(node);
        }
    }

    pub(super) fn tell_lease(&mut self, place: usize, input: lease::Input) -> Result<(), String> {
        let Some(node) = &mut self.nodes[place] else { return Ok(()) };
        match input {
            lease::Input::ClockOff(off) => node.clock_off = off,
            lease::Input::Drain => {
                node.drains = true;
                self.step_members(place, members::Input::Drain)?;
            }
            _ => {}
        }
        self.step_lease(place, input)
    }

    /// The store restarts, for so long, and all sessions with their locks are gone.
    pub(super) fn restart_store(&mut self, away_ms: u64, lost_ms: Option<u64>) -> Result<(), String> {
        self.away_until = Mono(self.now.0 + away_ms * 1_000);
        self.away_hangs = false;
        match lost_ms {
            Some(lost_ms) => self.store.fail_over(self.now, lost_ms),
            None => self.store.locks.clear(),
        }
        for place in 0..self.nodes.len() {
            self.step_members(place, members::Input::Disconnected)?;
            let wait = self.dice.below(1_500_000);
            self.connect_again(place, wait);
        }
        Ok(())
    }

    fn connect_again(&mut self, place: usize, wait: u64) {
        let Some(node) = &mut self.nodes[place] else { return };
        let (id, now) = (node.id, self.now);
        node.looks.push(SeenLook { connection: node.connection, begun: now, answered: now, found: None });
        node.round = None;
        node.connection += 1;
        if !std::mem::replace(&mut node.connecting, true) {
            self.post(wait, id, What::Connects);
        }
    }

    fn post(&mut self, wait_us: u64, node: NodeId, what: What) {
        self.events.push(Event { at: Mono(self.now.0 + wait_us), node, what });
    }

    fn place_of(&self, id: NodeId) -> Option<usize> {
        self.nodes.iter().position(|node| node.as_ref().is_some_and(|node| node.id == id))
    }

    /// When an event happens: what is meant for a paused node waits.
    fn moment(&self, event: &Event) -> Mono {
        let reaches = matches!(event.what, What::Reaches(_));
        let paused = self.place_of(event.node).and_then(|place| self.nodes[place].as_ref());
        paused.filter(|_| !reaches).map_or(event.at, |node| event.at.max(node.paused_until))
    }

    pub(super) fn run(&mut self, ms: u64) -> Result<(), String> {
        let (end, mut at_once) = (Mono(self.now.0 + ms * 1_000), 0);
        loop {
            let events = self.events.iter().map(|event| self.moment(event)).enumerate();
            let event = events.min_by_key(|(_, at)| *at).map(|(nth, at)| (at, nth));
            let timers = (0..self.nodes.len()).filter_map(|place| Some((self.deadline(place)?, place)));
            let timer = timers.min();
            let next = event.map(|it| it.0).into_iter().chain(timer.map(|it| it.0)).min();
            let Some(next) = next.filter(|next| *next <= end) else {
                self.now = end;
                return Ok(());
            };
            at_once = if next > self.now { 0 } else { at_once + 1 };
            if at_once > 1_000 {
                return Err(format!("somebody wants to be woken again and again: {event:?}, {timer:?}"));
            }
            self.now = self.now.max(next);
            self.store.remember(self.now);
            match (event, timer) {
                (_, Some((at, place))) if at == next => {
                    self.step_members(place, members::Input::Tick)?;
                    self.step_lease(place, lease::Input::Tick)?;
                }
                (Some((_, nth)), _) => {
                    let event = self.events.swap_remove(nth);
                    self.happen(event)?;
                }
                _ => {}
            }
        }
    }

    fn deadline(&self, place: usize) -> Option<Mono> {
        let node = self.nodes[place].as_ref()?;
        let due = [node.members.next_deadline(self.now), node.lease.next_deadline()].into_iter().flatten().min()?;
        Some(due.max(self.now).max(node.paused_until))
    }

    fn happen(&mut self, event: Event) -> Result<(), String> {
        if let What::Reaches(statement) = event.what {
            return self.reach(event.node, statement);
        }
        let Some(place) = self.place_of(event.node) else { return Ok(()) };
        match event.what {
            What::Members(input) => self.step_members(place, input),
            What::Lease(input) => self.step_lease(place, input),
            What::Connects => self.connect(place),
            What::Decides => {
                let id = event.node;
                if let Some((term, _)) = self.decides(place) {
                    // Between the look at the lease and the write it may be held up.
                    let held_up = if self.dice.percent(10) { self.dice.below(9_000_000) } else { 1_000 };
                    self.post(held_up, id, What::Reaches(Statement::Write(term)));
                }
                self.post(DECIDES_US, id, What::Decides);
                Ok(())
            }
            What::Reaches(_) => Ok(()),
        }
    }

    fn decides(&self, place: usize) -> Option<(TermId, u64)> {
        let node = self.nodes[place].as_ref()?;
        if node.lease.may_match(self.now) { node.lease.holds(self.now) } else { None }
    }

    fn connect(&mut self, place: usize) -> Result<(), String> {
        let Some(node) = &self.nodes[place] else { return Ok(()) };
        let id = node.id;
        if self.now < self.away_until || self.now < node.cut_until {
            self.post(300_000, id, What::Connects);
            return Ok(());
        }
        if node.members.state().is_some() {
            self.store.locks.insert(id);
        }
        self.with(place, |node| node.connecting = false);
        self.step_members(place, members::Input::Connected)
    }

    /// Sends a statement; it is under way for some time, and so is its answer.
    fn send(&mut self, node: NodeId, statement: Statement) {
        let wait = 500 + self.dice.below(self.slow_max_ms * 1_000);
        self.post(wait, node, What::Reaches(statement));
    }

    fn reach(&mut self, by: NodeId, statement: Statement) -> Result<(), String> {
        let cut = self.place_of(by).and_then(|place| self.nodes[place].as_ref()).map(|node| node.cut_until);
        let is_away = self.now < self.away_until;
        let hangs = cut.is_some_and(|until| self.now < until) || (is_away && self.away_hangs);
        let wait = 500 + self.dice.below(self.slow_max_ms * 1_000);
        // Whoever is dead may still have something under way; nobody hears the answer.
        let input = if hangs {
            None
        } else if is_away {
            failed(&statement)
        } else {
            self.execute(by, &statement)?
        };
        // What may wait on another connection is always answered in the end, and be it by nothing.
        let is_take = matches!(statement, Statement::Take { .. });
        if let Some(what) = input.or_else(|| is_take.then(|| failed(&statement)).flatten()) {
            self.post(wait, by, what);
        }
        Ok(())
    }

    fn execute(&mut self, by: NodeId, statement: &Statement) -> Result<Option<What>, String> {
        use members::Input;
        let store = &mut self.store;
        Ok(Some(match statement {
            Statement::Insert(who) => What::Members(Input::Inserted { no: store.insert(who) }),
            Statement::Beat { round, state, engine } => {
                What::Members(Input::Beaten { round: *round, changed: Some(store.beat(by, *state, *engine)) })
            }
            Statement::Look { round } => What::Members(Input::Looked { round: *round, found: Some(store.look()) }),
            Statement::Declare { node, seen_beat } => {
                let changed = store.declare(*node, *seen_beat);
                if changed {
                    self.check_gone(by, *node)?;
                    self.gone += 1;
                }
                What::Members(Input::Declared { node: *node, changed })
            }
            Statement::Take { seen, seen_beat, term, newest_epoch } => {
                self.check_take(by, *seen, *seen_beat)?;
                let taken = self.store.take(by, *seen, *seen_beat, *term, *newest_epoch);
                self.terms += u64::from(taken.is_some());
                let lost = self.dice.percent(10);
                let answer = match taken {
                    _ if lost => TakeAnswer::Unknown,
                    Some(epoch) => TakeAnswer::Taken(epoch),
                    None => TakeAnswer::NotMine,
                };
                What::Lease(lease::Input::Took { term: *term, answer })
            }
            Statement::LeaseBeat { term, count } => {
                let changed = Some(store.beat_lease(*term));
                What::Lease(lease::Input::Beaten { count: *count, changed })
            }
            Statement::Empty(term) => {
                store.empty(*term);
                return Ok(None);
            }
            Statement::Write(term) => {
                let is_term = store.is_term(*term);
                if self.guarded && !is_term {
                    self.fenced += 1;
                    What::Lease(lease::Input::Fenced(*term))
                } else if is_term {
                    return Ok(None);
                } else {
                    return Err(format!("{term} writes, and is over"));
                }
            }
        }))
    }

    /// Who takes a lease that is not empty, and whose holder is there, takes it from nobody who decides.
    fn check_take(&self, by: NodeId, seen: Option<TermId>, seen_beat: u64) -> Result<(), String> {
        let lease = self.store.lease();
        let Some((holder, term)) = lease.holder.filter(|_| lease.beat == seen_beat) else { return Ok(()) };
        let is_there = self.store.there().iter().any(|row| row.who.node == holder);
        let decides = self.place_of(holder).and_then(|place| self.decides(place));
        if is_there && seen == Some(term) && decides.is_some_and(|(decides, _)| decides == term) {
            return Err(format!("{holder} decides while {by} takes the lease"));
        }
        Ok(())
    }

    /// Counts again, from the looks as they came in, whether `by` may have found `node` gone.
    fn check_gone(&self, by: NodeId, node: NodeId) -> Result<(), String> {
        // Whoever declares and dies before it arrives has left no looks behind.
        let Some(observer) = self.place_of(by).and_then(|place| self.nodes[place].as_ref()) else { return Ok(()) };
        let row = |look: &SeenLook| {
            let rows = look.found.as_ref()?;
            rows.nodes.iter().find(|row| row.who.node == node).map(|row| (row.beat, row.held))
        };
        let Some(last) = observer.looks.iter().rev().find(|look| row(look).is_some()) else {
            return Err(format!("{by} declares {node} gone and never saw it"));
        };
        let (beat, _) = row(last).unwrap_or_default();
        let (mut since, mut unheld_since, mut later, mut unheld) = (last.begun, None, last, true);
        for look in observer.looks.iter().rev().skip_while(|look| !std::ptr::eq(*look, last)) {
            let close = std::ptr::eq(later, look) || later.answered.0 - look.begun.0 <= 2_000_000;
            let Some((_, held)) = row(look).filter(|(seen, _)| close && *seen == beat) else { break };
            since = look.begun;
            unheld &= !held;
            if unheld {
                unheld_since = Some(look.begun);
            }
            later = look;
        }
        let saw_held = |look: &SeenLook| look.connection == last.connection && row(look).is_some_and(|(_, held)| held);
        let held_before = observer.looks.iter().any(saw_held);
        let still = last.begun.0 - since.0;
        let unheld = unheld_since.filter(|_| held_before).map_or(0, |since| last.begun.0 - since.0);
        if still >= 6_000_000 || unheld >= 2_000_000 {
            return Ok(());
        }
        Err(format!("{by} declares {node} gone after {still} µs of looks, {unheld} without its lock"))
    }

    fn step_members(&mut self, place: usize, input: members::Input) -> Result<(), String> {
        let now = self.now;
        let Some(node) = &mut self.nodes[place] else { return Ok(()) };
        match &input {
            members::Input::Looked { found, round } if node.round == Some(*round) => {
                node.looks.push(SeenLook {
                    connection: node.connection,
                    begun: node.round_begun,
                    answered: now,
                    found: found.clone(),
                });
            }
            members::Input::Beaten { changed: None, round } if node.round == Some(*round) => {
                node.looks.push(SeenLook { connection: node.connection, begun: now, answered: now, found: None });
            }
            _ => {}
        }
        if node.looks.len() > 60 {
            node.looks.drain(..20);
        }
        let mut effects = Vec::new();
        node.members.step(now, input, &mut effects);
        let id = node.id;
        for effect in effects {
            if self.place_of(id) != Some(place) {
                return Err("something follows the end of an incarnation".into());
            }
            self.perform(place, id, effect)?;
        }
        Ok(())
    }

    fn perform(&mut self, place: usize, id: NodeId, effect: Effect) -> Result<(), String> {
        match effect {
            Effect::Insert => {
                let Some(node) = &self.nodes[place] else { return Ok(()) };
                let me = Me { node: node.id, name: format!("node {place}"), version: "1".into(), wires: WIRES };
                self.send(id, Statement::Insert(me));
            }
            Effect::Beat { round, state, engine } => {
                let now = self.now;
                self.with(place, |node| (node.round_begun, node.round) = (now, Some(round)));
                self.send(id, Statement::Beat { round, state, engine });
                self.step_lease(place, lease::Input::Round)?;
            }
            Effect::Look { round } => self.send(id, Statement::Look { round }),
            Effect::DeclareGone { node, seen_beat } => self.send(id, Statement::Declare { node, seen_beat }),
            Effect::Reconnect => {
                self.store.locks.remove(&id);
                let wait = self.dice.below(300_000);
                self.connect_again(place, wait);
            }
            Effect::There(row) => {
                self.post(20_000, id, What::Members(members::Input::Linked { node: row.who.node, good: true }));
            }
            Effect::Gone(node) => {
                if self.store.there().iter().any(|row| row.who.node == node) && self.place_of(node).is_some() {
                    return Err(format!("{node} is said to be gone before the records say so"));
                }
                self.step_lease(place, lease::Input::Lost(node))?;
            }
            Effect::Looked { look, lease: row, holder_is_there } => {
                let mut newest_epoch = 0;
                self.with(place, |node| {
                    node.epochs.found(row.epoch);
                    newest_epoch = node.epochs.newest();
                });
                self.step_lease(place, lease::Input::Look(lease::Looked { look, row, holder_is_there, newest_epoch }))?;
            }
            Effect::Deaf(deaf) => self.step_lease(place, lease::Input::Deaf(deaf))?,
            Effect::SelfGone(_) => {
                self.nodes[place] = None;
                self.store.locks.remove(&id);
                self.start(place);
            }
            Effect::Left => self.nodes[place] = None,
            Effect::Refused(row) => return Err(format!("refused by {row:?}")),
            Effect::SayToMyself { count } => {
                self.post(5_000, id, What::Members(members::Input::HeardMyself { count }));
            }
            Effect::Changed(_) | Effect::Up => {}
        }
        Ok(())
    }

    fn step_lease(&mut self, place: usize, input: lease::Input) -> Result<(), String> {
        let now = self.now;
        let Some(node) = &mut self.nodes[place] else { return Ok(()) };
        let (id, hangs) = (node.id, node.hangs_until);
        let mut effects = Vec::new();
        let mut ids = self.ids;
        node.lease.step(
            now,
            input,
            &mut || {
                ids += 1;
                TermId::from(ids)
            },
            &mut effects,
        );
        self.ids = ids;
        for effect in effects {
            match effect {
                lease::Effect::Take { seen, seen_beat, term, newest_epoch } => {
                    self.send(id, Statement::Take { seen, seen_beat, term, newest_epoch });
                }
                lease::Effect::Beat { term, count } => self.send(id, Statement::LeaseBeat { term, count }),
                lease::Effect::Empty(term) => self.send(id, Statement::Empty(term)),
                lease::Effect::Ping => {
                    let wait = 1_000 + hangs.0.saturating_sub(now.0);
                    self.post(wait, id, What::Lease(lease::Input::Answered));
                }
                lease::Effect::Begin { term, .. } => {
                    let others = self.nodes.iter().flatten().map(|node| node.id).filter(|other| *other != id);
                    let up: Vec<NodeId> = others.collect();
                    self.post(20_000, id, What::Lease(lease::Input::Claimed { term, up: up.clone() }));
                    for (nth, node) in (1..).zip(up) {
                        self.post(30_000 * nth, id, What::Lease(lease::Input::Announced(node)));
                    }
                }
                lease::Effect::Match(_)
                | lease::Effect::Away(_)
                | lease::Effect::Suspend(_)
                | lease::Effect::Resume(_)
                | lease::Effect::End { .. } => {}
            }
        }
        Ok(())
    }

    /// All is well from now on, for long enough: a node starts where all others are dead or drain.
    pub(super) fn heal(&mut self) -> Result<(), String> {
        self.away_until = self.now;
        self.slow_max_ms = 10;
        let now = self.now;
        for node in self.nodes.iter_mut().flatten() {
            (node.paused_until, node.cut_until, node.hangs_until) = (now, now, now);
        }
        let healthy = |node: &Option<Node>| node.as_ref().is_some_and(|node| !node.drains);
        if !self.nodes.iter().any(healthy) {
            self.kill(0, false);
            self.start(0);
        }
        // A connection that hung is given up after 2 s and made anew; then stillness, a round, and 3 s if
        // only clocks that are off are left.
        self.run(2_500 + 6_000 + 2_000 + 3_000 + 1_500)
    }

    /// Some time after all is well.
    pub(super) fn check_healed(&self) -> Result<(), String> {
        let deciding: Vec<_> = (0..self.nodes.len()).filter_map(|place| self.decides(place)).collect();
        let on_file = self.store.lease();
        if deciding.len() != 1 || on_file.holder.map(|(_, term)| term) != Some(deciding[0].0) {
            return Err(format!("{deciding:?} decide, on file is {on_file:?}"));
        }
        let there: Vec<NodeId> = self.store.there().iter().map(|row| row.who.node).collect();
        for node in self.nodes.iter().flatten() {
            if !there.contains(&node.id) || (!node.drains && !node.members.is_ready(self.now)) {
                return Err(format!("{} lives and is {:?}", node.id, node.members.state()));
            }
        }
        if there.len() != self.nodes.iter().flatten().count() {
            return Err(format!("somebody dead is still there: {there:?}"));
        }
        Ok(())
    }

    /// Where it is decided who is matched.
    pub(super) fn matchmaker(&self) -> Option<usize> {
        (0..self.nodes.len()).find(|place| self.decides(*place).is_some())
    }

    /// The states that are on file.
    pub(super) fn states(&self) -> Vec<State> {
        self.store.there().iter().map(|row| row.state).collect()
    }
}

/// What a statement is answered if the store fails it.
fn failed(statement: &Statement) -> Option<What> {
    Some(match statement {
        Statement::Beat { round, .. } => What::Members(members::Input::Beaten { round: *round, changed: None }),
        Statement::Look { round } => What::Members(members::Input::Looked { round: *round, found: None }),
        Statement::LeaseBeat { count, .. } => What::Lease(lease::Input::Beaten { count: *count, changed: None }),
        Statement::Take { term, .. } => What::Lease(lease::Input::Took { term: *term, answer: TakeAnswer::Unknown }),
        Statement::Insert(_) | Statement::Declare { .. } | Statement::Empty(_) | Statement::Write(_) => return None,
    })
}
