//! One seed from beginning to end: a storm, and then a calm in which everything must come right.

use crate::counsellor::Counsellor;
use crate::dice::Dice;
use crate::hub::{Actor, Down, Event, Hub, MS, S, SocketNo, Up, Who};
use crate::mail::Mail;
use crate::plan::{Broken, Fault};
use crate::shell::{Node, Socket, answer, at_store, finish_group, probe};
use crate::store::Decision;
use crate::visitor::Visitor;

/// How long it stays calm. Enough for every wait, grace, wrap-up and lingering room.
const CALM: u64 = 900 * S;
/// A half-open peer is noticed after this.
const SILENCE: u64 = 25 * S;

pub struct World {
    pub hub: Hub,
    /// By the place of their process.
    pub nodes: Vec<Node>,
    pub visitors: Vec<Visitor>,
    pub staff: Vec<Counsellor>,
    /// What a process that was replaced while it was paused will still write.
    late: Vec<Decision>,
    is_done: bool,
}

impl World {
    pub fn new(seed: u64, processes: usize, broken: Option<Broken>, traced: bool) -> Self {
        let mut hub = Hub::new(Dice::new(seed), processes, broken, traced);
        let plans = hub.plan.visitors.iter().enumerate();
        let visitors: Vec<Visitor> = plans.map(|(me, plan)| Visitor::new(me, plan.says)).collect();
        let staff = hub.plan.staff.iter().enumerate().map(|(me, plan)| Counsellor::new(me, plan.account)).collect();
        let arrivals: Vec<(u64, Who)> =
            hub.plan.visitors.iter().enumerate().map(|(me, plan)| (plan.arrives_at, Who::Visitor(me))).collect();
        arrivals.into_iter().for_each(|(at, who)| hub.at(at, Event::Think(who)));
        for me in 0..hub.plan.staff.len() {
            let at = hub.dice.below(5 * S);
            hub.at(at, Event::Think(Who::Staff(me)));
        }
        hub.plan.faults.clone().into_iter().for_each(|(at, fault)| hub.at(at, Event::Fault(fault)));
        hub.at(S, Event::Look);
        let nodes = (0..processes).map(|place| {
            hub.here = place;
            hub.begin_process();
            Node::start(&mut hub)
        });
        let nodes = nodes.collect();
        Self { hub, nodes, visitors, staff, late: Vec::new(), is_done: false }
    }

    /// Lets everything happen, and panics where an invariant is broken.
    pub fn run(&mut self) {
        while !self.is_done
            && let Some(event) = self.hub.next()
        {
            if self.hub.now > self.hub.plan.calm_at + CALM {
                panic!("it never comes to rest");
            }
            self.happen(event);
        }
        self.check_rest();
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Turn(actor) => self.nodes[self.hub.here].turn(actor, &mut self.hub),
            Event::Timer(timer) => self.nodes[self.hub.here].wake(timer, &mut self.hub),
            Event::Message(envelopes) => self.nodes[self.hub.here].hears_message(envelopes, &mut self.hub),
            Event::AtStore(statement) => at_store(statement, &mut self.hub),
            Event::FromStore(found) => {
                self.nodes[self.hub.here].heart(&mut self.hub, |heart, hub| heart.answered(found, hub));
            }
            Event::Answered(answers) => answer(&mut self.hub, answers),
            Event::Commit => {
                finish_group(&mut self.hub);
                self.check_records();
            }
            Event::Probe => probe(&mut self.hub),
            Event::PeerGone(socket) => {
                if self.nodes[self.hub.here].sockets.contains_key(&socket) {
                    self.hub.send(Actor::Socket(socket), Mail::PeerGone);
                }
            }
            Event::Up(socket, up) => self.arrives(socket, up),
            Event::Down(socket, down) => self.is_told(socket, down),
            Event::Lost(socket) => match self.hub.wires[&socket].who {
                Who::Visitor(me) => self.visitors[me].lost(socket, &self.hub),
                Who::Staff(me) => self.staff[me].lost(socket, &mut self.hub),
            },
            Event::Think(Who::Visitor(me)) => self.visitors[me].think(&mut self.hub),
            Event::Think(Who::Staff(me)) => self.staff[me].think(&mut self.hub),
            Event::Fault(fault) => self.go_wrong(fault),
            Event::Boot => self.nodes[self.hub.here] = Node::start(&mut self.hub),
            Event::LateWrites => self.late_writes(),
            Event::Look => self.look(),
        }
        self.begin_anew_who_is_gone();
    }

    /// Something from a client reaches the server.
    fn arrives(&mut self, socket: SocketNo, up: Up) {
        if self.hub.wires[&socket].is_dead {
            return;
        }
        let wire = &self.hub.wires[&socket];
        self.hub.here = wire.process;
        let node = &mut self.nodes[self.hub.here];
        if !node.is_up || wire.incarnation != self.hub.me().incarnation {
            return self.hub.break_wire(socket, 0, 10 * MS);
        }
        match up {
            Up::Hello => {
                let near = Socket::new(socket, self.hub.wires[&socket].who, &self.hub);
                node.sockets.insert(socket, near);
                self.hub.send(Actor::Socket(socket), Mail::Hello);
            }
            // What comes after the near end has stopped falls on deaf ears.
            _ if !node.sockets.contains_key(&socket) => {}
            Up::Frame(frame) => self.hub.send(Actor::Socket(socket), Mail::Heard(frame)),
            Up::Bye => self.hub.send(Actor::Socket(socket), Mail::PeerGone),
        }
    }

    fn is_told(&mut self, socket: SocketNo, down: Down) {
        let wire = &self.hub.wires[&socket];
        let who = wire.who;
        if wire.is_dead {
            return;
        }
        self.hub.note(|| format!("{who:?} is told on {socket}: {down:?}"));
        if let Down::Close(_) = down
            && let Some(wire) = self.hub.wires.get_mut(&socket)
        {
            wire.is_dead = true;
        }
        match who {
            Who::Visitor(me) => self.visitors[me].hear(socket, down, &mut self.hub),
            Who::Staff(me) => self.staff[me].hear(socket, down, &mut self.hub),
        }
    }

    fn socket_of(&self, who: Who) -> Option<SocketNo> {
        match who {
            Who::Visitor(me) => self.visitors[me].socket,
            Who::Staff(me) => self.staff[me].socket,
        }
    }

    fn go_wrong(&mut self, fault: Fault) {
        // A process, or a term, that dies with nothing on its way to the disk teaches little.
        let dies = matches!(fault, Fault::Kill | Fault::Supersede | Fault::NewTerm);
        if dies && self.hub.store.is_at_rest() && self.hub.dice.percent(98) && !self.hub.is_calm() {
            return self.hub.later(10 * MS, Event::Fault(fault));
        }
        self.hub.note(|| format!("FAULT {fault:?}"));
        self.hub.steady_since = self.hub.now.max(if self.hub.is_alone() { 0 } else { self.hub.steady_since });
        match fault {
            Fault::Cut(who) => {
                if let Some(socket) = self.socket_of(who) {
                    let (server, client) = (self.hub.dice.below(2 * S), self.hub.dice.below(2 * S));
                    self.hub.break_wire(socket, server, client);
                }
            }
            Fault::HalfOpen(who) => {
                if let Some(socket) = self.socket_of(who) {
                    let client = self.hub.dice.below(SILENCE);
                    self.hub.break_wire(socket, SILENCE, client);
                }
            }
            Fault::Away(who, so_long) => {
                let back = self.hub.now + so_long;
                match who {
                    Who::Visitor(me) => self.visitors[me].away_until = back,
                    Who::Staff(me) => self.staff[me].away_until = back,
                }
                self.go_wrong(Fault::Cut(who));
            }
            Fault::SecondSocket(Who::Visitor(me)) => {
                if self.visitors[me].ticket.is_some() && !self.visitors[me].is_gone {
                    self.visitors[me].dial(&mut self.hub);
                }
            }
            Fault::SecondSocket(Who::Staff(me)) => self.staff[me].dial(&mut self.hub),
            Fault::Kill => self.kill(false),
            Fault::Supersede => self.kill(true),
            Fault::NewTerm => self.new_term(),
            Fault::Pause(so_long) => {
                let until = self.hub.now + so_long;
                self.hub.me_mut().paused_until = until.max(self.hub.me().paused_until);
                self.hub.steady_since = self.hub.me().paused_until;
            }
            Fault::DiskFails(so_long) => {
                let until = self.hub.now + so_long;
                let fails_until = until.max(self.hub.journal().fails_until);
                self.hub.journal().fails_until = fails_until;
                self.hub.steady_since = fails_until + S;
            }
            Fault::RefuseOne => self.hub.journal().refuse_next = true,
            Fault::Jump(seconds) => self.hub.jump(seconds),
            Fault::Move(visitor, line) => {
                let place = self.nodes.iter().position(|node| node.is_up && node.matches);
                if let (Some(ticket), Some(place)) = (self.visitors[visitor].ticket, place) {
                    let topic = self.hub.plan.lines[line].topic.clone();
                    self.hub.here = place;
                    self.hub.send(Actor::Matchmaker, Mail::Move { ticket, topic });
                }
            }
            among => self.go_wrong_among(among),
        }
    }

    /// Another term begins. What the one before had sent off to the disk is there, or is refused as no longer its
    /// own to decide; what was answered, it heard no more.
    fn new_term(&mut self) {
        if !self.nodes[0].is_up {
            return;
        }
        if self.hub.dice.percent(50) {
            self.hub.next_term();
            finish_group(&mut self.hub);
        }
        self.nodes[0].begin_term(&mut self.hub);
        self.hub.steady_since = self.hub.now + 3 * S;
    }

    /// The process is gone with all its memory, and all connections with it.
    fn kill(&mut self, only_paused: bool) {
        if !self.nodes[0].is_up {
            return;
        }
        let late = self.hub.store.journals[0].die(only_paused, &mut self.hub.dice, &mut self.hub.store.on_file);
        self.check_records();
        self.hub.begin_process();
        self.nodes[0] = Node::down(&self.hub);
        let open: Vec<SocketNo> = self.hub.wires.iter().filter(|(_, wire)| !wire.is_dead).map(|(no, _)| *no).collect();
        for socket in open {
            let client = self.hub.dice.below(3 * S);
            self.hub.break_wire(socket, 0, client);
        }
        let down = self.hub.dice.between(100 * MS, 4 * S);
        self.hub.later(down, Event::Boot);
        if only_paused {
            self.late = late;
            let wakes = down + self.hub.dice.below(20 * S);
            self.hub.later(wakes, Event::LateWrites);
        }
    }

    /// R9: what a replaced process still writes meets the referee: nothing of it is that process' to decide any
    /// more, and the one that replaced it goes on as if nothing had happened.
    fn late_writes(&mut self) {
        let late = std::mem::take(&mut self.late);
        if self.nodes[0].is_up && !late.is_empty() {
            self.hub.note(|| format!("LATE {late:?}"));
            late.into_iter().for_each(|write| self.hub.store.apply_late(write));
            self.check_records();
        }
    }

    fn look(&mut self) {
        self.check_books();
        self.check_beliefs();
        if self.hub.is_calm() {
            let all_gone = self.visitors.iter().all(|visitor| visitor.is_gone);
            let at_rest = self.matching().is_some_and(|node| node.dispatch.is_at_rest());
            let nothing_left = at_rest && self.nodes.iter().all(|node| node.is_up && node.sockets.is_empty());
            if all_gone || self.hub.plan.staff_goes_home {
                self.staff.iter_mut().filter(|staff| !staff.is_home).for_each(|staff| staff.go_home(&mut self.hub));
            }
            if all_gone && nothing_left && self.hub.store.is_at_rest() {
                self.is_done = !self.hub.is_alone() && self.is_written_up();
                if self.is_done || self.hub.is_alone() {
                    return;
                }
            }
        }
        self.hub.later(S, Event::Look);
    }
}
