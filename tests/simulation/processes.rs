//! Two to four processes over one store: what goes wrong among them, and what must hold of all together.

use std::collections::BTreeSet;

use anteroom::dispatch::{NodeSocket, SocketId};

use crate::hub::{Down, Event, MS, S, SocketNo};
use crate::plan::Fault;
use crate::records::Status;
use crate::shell::Node;
use crate::world::World;
use anteroom::protocol::CloseCode;

/// After a fault everything is in other hands, and everybody has been told, within so long: a look or two, until a
/// node is gone, a new term, until whoever was not announced is away, a link that finds itself broken, two comparisons.
const AFTERMATH: u64 = 30 * S;

impl World {
    /// Whoever matches, if somebody does.
    pub fn matching(&self) -> Option<&Node> {
        self.nodes.iter().find(|node| node.is_up && node.is_matching())
    }

    /// No wrap-up is left: each has its time.
    pub fn is_written_up(&self) -> bool {
        self.hub.store.on_file.tickets.values().all(|file| file.status != Status::WrapUp)
    }

    pub fn go_wrong_among(&mut self, fault: Fault) {
        let until = |so_long| self.hub.now + so_long;
        let ends = match fault {
            Fault::KillOne(place) => self.kill_one(place, true),
            Fault::LoseHost(place) => self.kill_one(place, false),
            Fault::PauseOne(place, so_long) => {
                let until = until(so_long);
                let process = &mut self.hub.processes[place];
                process.paused_until = process.paused_until.max(until);
                until
            }
            Fault::CutOff(place, so_long) => {
                let until = until(so_long);
                let process = &mut self.hub.processes[place];
                process.deaf_until = process.deaf_until.max(until);
                until
            }
            Fault::CutFromStore(place, so_long) => {
                let until = until(so_long);
                let journal = &mut self.hub.store.journals[place];
                journal.fails_until = journal.fails_until.max(until);
                until
            }
            Fault::Part(one, other, so_long) => {
                let until = until(so_long);
                self.hub.apart.insert((one.min(other), one.max(other)), until);
                until
            }
            Fault::StoreDown(so_long) => {
                let until = until(so_long);
                let journals = &mut self.hub.store.journals;
                journals.iter_mut().for_each(|journal| journal.fails_until = journal.fails_until.max(until));
                until
            }
            Fault::Outlaw(place) => {
                self.hub.here = place;
                let node = self.hub.node();
                self.hub.store.on_file.nodes.outlaw(node);
                self.hub.now
            }
            other => unreachable!("of one process: {other:?}"),
        };
        self.hub.steady_since = self.hub.steady_since.max(ends + AFTERMATH);
        if let Fault::PauseOne(place, _) | Fault::CutFromStore(place, _) | Fault::Outlaw(place) = fault {
            let process = &mut self.hub.processes[place];
            process.doubtful_until = process.doubtful_until.max(ends + AFTERMATH);
        }
        if let Fault::StoreDown(_) = fault {
            // Whoever was found gone before it learns of it after it.
            let doubtful = self.hub.processes.iter_mut().filter(|process| process.doubtful_until > self.hub.now);
            doubtful.for_each(|process| process.doubtful_until = process.doubtful_until.max(ends + AFTERMATH));
        }
    }

    /// A process dies with all its memory and connections, and another begins in its place. When that is.
    fn kill_one(&mut self, place: usize, lock_goes: bool) -> u64 {
        self.hub.here = place;
        if !self.nodes[place].is_up {
            return self.hub.now;
        }
        let store = &mut self.hub.store;
        store.journals[place].die(false, &mut self.hub.dice, &mut store.on_file);
        self.check_records();
        let node = self.hub.node();
        if lock_goes {
            self.hub.store.on_file.nodes.locks.remove(&node);
        }
        self.hub.begin_process();
        self.hub.me_mut().doubtful_until = 0;
        self.nodes[place] = Node::down(&self.hub);
        for socket in self.sockets_at(place) {
            let client = self.hub.dice.below(3 * S);
            self.hub.break_wire(socket, 0, client);
        }
        let down = self.hub.dice.between(100 * MS, 12 * S);
        self.hub.later(down, Event::Boot);
        self.hub.now + down
    }

    fn sockets_at(&self, place: usize) -> Vec<SocketNo> {
        let open = self.hub.wires.iter().filter(|(_, wire)| wire.process == place && !wire.is_dead);
        open.map(|(no, _)| *no).collect()
    }

    /// Whoever was found gone closes all its sockets, forgets everything without a write, and begins anew.
    pub fn begin_anew_who_is_gone(&mut self) {
        for place in 0..self.nodes.len() {
            if self.nodes[place].joined.as_ref().is_none_or(|joined| !joined.is_gone) {
                continue;
            }
            self.hub.here = place;
            self.hub.note(|| format!("{place} begins anew"));
            assert!(self.hub.now < self.hub.me().doubtful_until, "a node that beats was found gone: {place}");
            for socket in self.sockets_at(place) {
                self.hub.down(socket, Down::Close(CloseCode::Draining));
            }
            // What its journal has begun may still come to the disk, where nothing of it counts any more.
            let store = &mut self.hub.store;
            store.journals[place].die(false, &mut self.hub.dice, &mut store.on_file);
            self.check_records();
            let node = self.hub.node();
            self.hub.store.on_file.nodes.locks.remove(&node);
            self.hub.begin_process();
            self.nodes[place] = Node::start(&mut self.hub);
            self.hub.steady_since = self.hub.steady_since.max(self.hub.now + AFTERMATH);
        }
    }

    /// I1, of several processes, once nothing has gone wrong for long: nobody is kept who is not there.
    pub fn check_books_among(&self) {
        let Some(node) = self.matching() else { return };
        if self.hub.now < self.hub.steady_since {
            return;
        }
        let there: BTreeSet<(usize, SocketNo)> = self
            .nodes
            .iter()
            .enumerate()
            .flat_map(|(place, node)| node.sockets.keys().map(move |socket| (place, *socket)))
            .collect();
        for NodeSocket { node, socket: SocketId(socket) } in node.dispatch.sockets() {
            let place = self.hub.place_of(node);
            let is_there = place.is_some_and(|place| there.contains(&(place, socket)));
            // The word that it is gone may be on its way.
            let is_open = self.hub.wires.get(&socket).is_some_and(|wire| !wire.is_dead);
            assert!(is_there || !is_open || place.is_some(), "I1: socket {socket} of {node:?} is kept and gone");
        }
    }
}
