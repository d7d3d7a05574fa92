//! What must always hold. For tests: nobody is kept who is not there, and the lobby's books and ours
//! agree.

use std::collections::HashSet;

use super::Dispatch;

impl Dispatch {
    /// Panics where the books do not agree.
    pub fn check(&self) {
        self.lobby.check();
        for (ticket, visit) in &self.visits {
            if let Some(view) = self.lobby.ticket(*ticket) {
                assert_eq!(view.here, visit.socket.is_some(), "I1: whether the desk of {ticket:?} is here");
            }
            if let Some(socket) = visit.socket {
                assert_eq!(visit.arrivals.newest(), Some(socket), "R12: the newest socket of {ticket:?}");
                assert_eq!(self.desk_at.get(&socket), Some(ticket), "I1: whose socket {socket:?} is");
            }
            assert!(!self.room_of.contains_key(ticket), "I2: {ticket:?} waits and is in a room");
        }
        for (account, staff) in &self.staff {
            let is_newest = staff.socket.is_none_or(|at| staff.arrivals.newest() == Some(at));
            assert!(is_newest, "R12: the newest socket of {account:?}");
            let Some(view) = self.lobby.counsellor(*account) else { continue };
            assert_eq!(view.connected, staff.socket.is_some(), "I1: whether {account:?} is here");
            let open = self.rooms.values().filter(|entry| entry.account == *account && entry.is_open()).count();
            let listed = self.rooms_of.get(account).map_or(0, |rooms| rooms.len());
            assert_eq!(listed, open, "I1: the open rooms of {account:?}");
            assert_eq!(view.held as usize, open + staff.wrap_ups.len(), "I1: the rooms that {account:?} holds");
            assert_eq!(view.offers as usize, staff.offers.len(), "I1: what rings at {account:?}");
        }
        for (ticket, room) in &self.room_of {
            let of = self.rooms.get(room).map(|entry| (entry.ticket, entry.visit.is_some()));
            assert_eq!(of, Some((*ticket, true)), "I1: the room of {ticket:?}");
        }
        let gone = self.sockets().find(|at| self.nodes.is_gone(at.node));
        assert_eq!(gone, None, "I1: a socket is kept of a node that is gone");
        for room in self.taking.keys() {
            assert!(self.is_open(*room), "I1: somebody is asked to take {room:?}, which is over");
            assert!(!self.unnamed.contains_key(room), "I1: {room:?} is taken, and opened by its home");
        }
        for (ticket, handing) in &self.transfers {
            let room = self.room_of.get(ticket);
            assert_eq!(room, Some(&handing.room), "I1: {ticket:?} is handed over out of a room it is not in");
        }
        let live: HashSet<_> = self.visits.keys().chain(self.room_of.keys()).collect();
        for (key, ticket) in &self.by_key {
            assert!(live.contains(ticket), "R1: {key} is kept for {ticket:?}, which is over");
        }
        for ticket in self.desk_at.values() {
            assert!(live.contains(ticket), "I1: a socket is kept for {ticket:?}, which is over");
        }
    }
}
