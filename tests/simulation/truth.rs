//! What must hold, always and at the end: I1 to I5 of the quality page, read from the records, from
//! the books of the process and from what people were told.

use std::collections::{BTreeMap, BTreeSet};

use anteroom::dispatch::{NodeSocket, SocketId};
use anteroom::ids::{AccountId, OfferId, TicketId};
use anteroom::matching::{Effect, Lobby, Stage};

use crate::hub::{Actor, Process, S};
use crate::records::Status;
use crate::store::Journal;
use crate::visitor::Belief;
use crate::world::World;

/// How long somebody may believe what is not so, once nothing delays what they are told.
const TRUTH_WITHIN: u64 = 5 * S;

impl World {
    /// I2, from the records alone: after every commit.
    pub fn check_records(&self) {
        let on_file = &self.hub.store.on_file;
        let mut taken: BTreeMap<AccountId, u16> = BTreeMap::new();
        for (id, ticket) in &on_file.tickets {
            let open = ticket.rooms.iter().filter(|room| on_file.rooms[room].end.is_none()).count();
            let expected = usize::from(ticket.status == Status::Talking);
            assert_eq!(open, expected, "I2: {id:?} is {:?} and has {open} open rooms", ticket.status);
            if let (Status::Talking | Status::WrapUp, Some(counsellor)) = (ticket.status, ticket.counsellor) {
                *taken.entry(counsellor).or_default() += 1;
            }
        }
        for (id, account) in &on_file.accounts {
            assert_eq!(taken.get(id).copied().unwrap_or(0), account.rooms_open, "I2: the places of {id:?} are counted");
        }
    }

    /// I1, from the books of the process: nobody is kept who is not there.
    pub fn check_books(&self) {
        let Some(node) = self.matching() else { return };
        node.dispatch.check();
        if !self.hub.is_alone() {
            return self.check_books_among();
        }
        for NodeSocket { socket: SocketId(socket), .. } in node.dispatch.sockets() {
            let known = node.sockets.contains_key(&socket) || self.gone_is_on_its_way();
            assert!(known, "I1: socket {socket} is kept and gone");
        }
        for room in node.dispatch.rooms_over() {
            let on_file = &self.hub.store.on_file.rooms[&room];
            assert!(on_file.end.is_some(), "I1: {room:?} is over and not so on file");
        }
    }

    /// The front or the matchmaker has mail: somebody may have gone and it does not know yet.
    fn gone_is_on_its_way(&self) -> bool {
        self.hub.mail.contains_key(&(0, Actor::Front)) || self.hub.mail.contains_key(&(0, Actor::Matchmaker))
    }

    /// I4: who has a good connection to a process that is well knows where they stand.
    pub fn check_beliefs(&mut self) {
        let hub = &self.hub;
        let at = self.nodes.iter().position(|node| node.is_up && node.is_matching());
        let node = &self.nodes[at.unwrap_or_default()];
        let well = |(process, journal): (&Process, &Journal)| !journal.is_failing && hub.now >= process.paused_until;
        let steady = at.is_some()
            && node.dispatch.takes_writes()
            && hub.processes.iter().zip(&hub.store.journals).all(well)
            && self.nodes.iter().all(|node| node.is_up);
        for (me, visitor) in self.visitors.iter_mut().enumerate() {
            let Some(socket) = visitor.socket.filter(|_| steady && !visitor.is_gone) else {
                visitor.wrong_since = None;
                continue;
            };
            let wire_is_well = !hub.wires[&socket].is_dead;
            let truth = visitor.ticket.map(|ticket| {
                if let Some(ahead) = node.dispatch.lobby().ahead(ticket) {
                    Belief::Waiting(ahead)
                } else if let Some((room, true)) = node.dispatch.room_of(ticket) {
                    Belief::InRoom(room)
                } else {
                    let file = hub.store.on_file.tickets.get(&ticket);
                    match file.map_or((Status::Waiting, None), |file| (file.status, file.rooms.last())) {
                        (Status::Over(reason), _) => Belief::Closed(reason),
                        (Status::Done | Status::WrapUp, Some(room)) => Belief::Ended(*room),
                        _ => Belief::Nothing,
                    }
                }
            });
            let wrong = truth.is_some_and(|truth| truth != visitor.belief);
            if !wrong || !wire_is_well {
                visitor.wrong_since = None;
                continue;
            }
            // A place that moves on every second is told every second, and late by one.
            let since = match visitor.wrong_since {
                Some((since, was)) if Some(was) == truth => since,
                _ => hub.now,
            };
            visitor.wrong_since = truth.map(|truth| (since, truth));
            let since = since.max(visitor.since).max(hub.steady_since);
            assert!(
                hub.now < since + TRUTH_WITHIN,
                "I4: visitor {me} believes {:?} for {} s, it is {truth:?}",
                visitor.belief,
                (hub.now - since) / S
            );
        }
        for counsellor in &mut self.staff {
            let well = counsellor.socket.is_some_and(|socket| !hub.wires[&socket].is_dead) && steady;
            let rings: BTreeSet<OfferId> = node.dispatch.rings_at(counsellor.account).map(|(offer, _)| offer).collect();
            if !well || rings == counsellor.offers {
                counsellor.wrong_since = None;
                continue;
            }
            let since = match &counsellor.wrong_since {
                Some((since, was)) if *was == rings => *since,
                _ => hub.now,
            };
            counsellor.wrong_since = Some((since, rings.clone()));
            let since = since.max(counsellor.since).max(hub.steady_since);
            let (account, offers) = (counsellor.account, &counsellor.offers);
            assert!(hub.now < since + TRUTH_WITHIN, "I4: {account:?} hears {offers:?} ring, it is {rings:?}");
        }
    }

    /// At the end: everybody has gone home and nothing of them is left.
    pub fn check_rest(&self) {
        for (id, file) in &self.hub.store.on_file.tickets {
            let over = matches!(file.status, Status::Done | Status::Over(_));
            assert!(over, "I1: {id:?} is {:?} for ever", file.status);
        }
        let stages = self.matching().map(|node| node.dispatch.lobby().stages());
        assert_eq!(stages, Some(anteroom::matching::Stages::default()), "I1: the lobby is empty");
        for (me, visitor) in self.visitors.iter().enumerate() {
            let was_told = matches!(visitor.belief, Belief::Ended(_) | Belief::Closed(_)) || visitor.vanished;
            assert!(was_told, "I4: visitor {me} was never told an outcome");
            let saw_the_end = matches!(visitor.belief, Belief::Ended(room) if visitor.ledger.room == Some(room));
            visitor.ledger.audit(&format!("visitor {me}"), saw_the_end, &self.hub);
        }
        for (me, counsellor) in self.staff.iter().enumerate() {
            for talk in counsellor.rooms.values() {
                talk.ledger.audit(&format!("counsellor {me}"), false, &self.hub);
            }
        }
        for account in self.hub.store.on_file.accounts.values() {
            assert_eq!(account.rooms_open, 0, "I1: a counsellor is occupied by nobody");
        }
        self.check_books();
    }
}

/// R2: whoever was offered to somebody had nobody before them who could have been. Tickets that
/// came back in this very step may have done so after the offer: they are passed by, and so are
/// those that began at the very same microsecond, who are widened (R3) in the order of their ids.
/// A step that comes late lets what was due happen in the order of its moments, not of R2.
pub fn check_order(
    lobby: &Lobby,
    effects: &[Effect],
    is_in_time: bool,
    declined: &mut BTreeSet<(TicketId, AccountId)>,
) {
    let mut came_back = BTreeSet::new();
    for effect in effects {
        if let Effect::Withdraw { ticket, counsellor, .. } = effect {
            declined.insert((*ticket, *counsellor));
            came_back.insert(*ticket);
        }
    }
    for effect in effects.iter().filter(|_| is_in_time) {
        let Effect::Offer { ticket, counsellor, .. } = effect else { continue };
        let Some(offered) = lobby.ticket(*ticket) else { continue };
        // It stands nowhere: nobody is before it.
        if matches!(offered.stage, Stage::Handing(_)) {
            continue;
        }
        let before = lobby.positions(offered.line).map(|(other, _)| other).take_while(|other| other != ticket);
        for other in before.filter(|other| !came_back.contains(other)) {
            let Some(view) = lobby.ticket(other) else { continue };
            let could = view.stage == Stage::Waiting && view.here && view.since < offered.since;
            let never_asked = !declined.contains(&(other, *counsellor));
            assert!(!(could && never_asked), "R2: {ticket:?} was offered to {counsellor:?} before {other:?}");
        }
    }
}
