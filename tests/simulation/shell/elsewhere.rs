//! Rooms and the records, among several processes: a room of a node that is gone is taken, and what is on file is
//! compared with what whoever matches knows.

use anteroom::dispatch::{Comparison, FromFront, Input, KeptRoom, Opening, RoomOnFile};
use anteroom::ids::{NodeId, RoomId};
use anteroom::protocol::EndReason;

use super::neighbours::COMPARE_EVERY;
use super::room::RoomActor;
use super::{Node, restart};
use crate::hub::{Actor, Hub, MS, S, Timer};
use crate::mail::Mail;
use crate::records::Status;

impl Node {
    /// Takes a room, unless it is here or being taken.
    pub fn take_over(&mut self, room: RoomId, from: NodeId, hub: &mut Hub) {
        if self.front.ways.get(&room) == Some(&false) {
            self.hand_on(FromFront::HereRoom { room }, hub);
        } else if self.front.taking.insert((room, from)) {
            let takes = hub.dice.below(20 * MS);
            hub.timer(takes, Timer::Take(room, from));
        }
    }

    /// By compare and set, as the records do it; then what is this node's is read.
    pub fn takes(&mut self, room: RoomId, from: NodeId, hub: &mut Hub) {
        if !hub.reaches_store() {
            return hub.timer(S, Timer::Take(room, from));
        }
        let me = hub.node();
        let file = hub.store.on_file.rooms.get_mut(&room).filter(|file| file.end.is_none());
        let is_mine = file.is_some_and(|file| {
            if file.keeper == from {
                file.keeper = me;
            }
            file.keeper == me
        });
        let opening = is_mine.then(|| Box::new(opening(room, hub)));
        hub.send(Actor::Front, Mail::Took { room, from, opening });
    }

    pub fn took(&mut self, room: RoomId, from: NodeId, opening: Option<Opening>, hub: &mut Hub) {
        self.front.taking.remove(&(room, from));
        let Some(opening) = opening else { return self.hand_on(FromFront::NotTaken { room }, hub) };
        if !self.front.ways.contains_key(&room) {
            self.opens(opening, hub);
        }
        self.hand_on(FromFront::HereRoom { room }, hub);
    }

    pub fn opens(&mut self, opening: Opening, hub: &mut Hub) {
        let room = opening.room;
        self.front.ways.insert(room, false);
        self.actors.insert(room, RoomActor::new(opening, hub));
    }

    /// The matchmaker of this term looks at the records, and will again.
    pub fn compares(&mut self, no: u64, hub: &mut Hub) {
        if !self.matches || hub.term() != no {
            return;
        }
        if hub.reaches_store() {
            let found = comparison(hub);
            hub.send(Actor::Matchmaker, Mail::happens(no, Input::Compared(found)));
        }
        hub.timer(COMPARE_EVERY, Timer::Compare(no));
    }
}

fn opening(room: RoomId, hub: &Hub) -> Opening {
    // Nothing of what was said is read.
    let found = anteroom::dispatch::FoundRoom { recent: Vec::new(), ..restart::found_room(hub, room) };
    let plan = hub.plan.lines.iter().find(|plan| plan.id == found.ticket.row.line);
    let Some(plan) = plan else { panic!("a ticket of no line: {found:?}") };
    found.opening(&restart::line(plan), restart::MESSAGES_MAX)
}

fn comparison(hub: &Hub) -> Comparison {
    let on_file = &hub.store.on_file;
    let open = on_file.rooms.iter().filter(|(_, file)| file.end.is_none());
    let kept = |(room, file): (&RoomId, &crate::records::RoomFile)| KeptRoom {
        room: *room,
        ticket: Some(file.ticket),
        keeper: Some(file.keeper),
    };
    let nobodys = on_file.tickets.values().filter(|file| file.status == Status::Waiting && file.keeper.is_none());
    let unkept = nobodys.map(|file| (restart::ticket(hub, file), restart::waits_since(hub, file)));
    Comparison { unkept: unkept.collect(), rooms: open.map(kept).collect() }
}

/// What is on file about these rooms.
pub fn read_rooms(rooms: Vec<RoomId>, hub: &mut Hub) {
    if !hub.reaches_store() {
        return;
    }
    let read = rooms.into_iter().filter_map(|room| {
        let file = hub.store.on_file.rooms.get(&room)?;
        let Some(reason) = file.end else {
            return Some(RoomOnFile::Open(Box::new(restart::found_room(hub, room))));
        };
        let ticket = &hub.store.on_file.tickets[&file.ticket];
        let waits = ticket.status == Status::Waiting;
        let handed_over = (waits && reason == EndReason::Transferred).then_some(ticket.row.line);
        let returns = handed_over.is_some() || (waits && reason == EndReason::CounsellorLost);
        Some(RoomOnFile::Over { room, returns, handed_over, members: Vec::new() })
    });
    let read = read.collect();
    hub.send(Actor::Matchmaker, Mail::happens(hub.term(), Input::RoomsRead(read)));
}
