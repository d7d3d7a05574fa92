//! All that the live list knows: the rooms that live here, what whoever matches has said, here or elsewhere, and the
//! rooms of other nodes.
//!
//! What came from elsewhere stays while the link there is broken, and is replaced by what is named when it is open
//! again: who looks at the list sees no gap for a second without a link. The rooms of a node that is gone go with it,
//! as nobody is in them until another has taken them. What waits and who counsels stays until the next term has named
//! all of it: no place in a line is lost with the term.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::portion::{ListItem, Portion};
use super::room_summary::RoomSummary;
use crate::cluster::Told;
use crate::dispatch::{CounsellorShown, WaitingTicket};
use crate::ids::{AccountId, NodeId, RoomId, TicketId};

/// What the list is told: something is to be shown as this, or no more.
#[derive(Debug)]
pub enum Listed {
    /// A room is open.
    Room(Box<RoomSummary>),
    /// A room has changed since it was looked at.
    RoomChanged(RoomId),
    /// A room is over.
    RoomDropped(RoomId),
    /// A ticket waits, or waits no more.
    Ticket(TicketId, Option<WaitingTicket>),
    /// A counsellor is as this now.
    Counsellor(CounsellorShown),
}

/// What the list is a list of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Thing {
    Room(RoomId),
    Ticket(TicketId),
    Counsellor(AccountId),
}

/// All of them, as they were told last.
#[derive(Default)]
pub(super) struct Things {
    rooms: HashMap<RoomId, Room>,
    elsewhere: BTreeMap<NodeId, Told<RoomId, RoomSummary>>,
    term: OfTerm,
}

/// A room that lives here, as it was when last looked at.
struct Room {
    summary: RoomSummary,
    /// It has changed since, and nobody has looked.
    is_stale: bool,
}

/// What whoever matches has said.
#[derive(Default)]
struct OfTerm {
    /// Of which term. A node alone has one, without a number.
    epoch: u64,
    /// It is this node's.
    is_here: bool,
    /// All of it has been named.
    is_whole: bool,
    tickets: Told<TicketId, WaitingTicket>,
    counsellors: Told<AccountId, CounsellorShown>,
}

impl OfTerm {
    fn begin(&mut self, epoch: u64, is_here: bool) {
        (self.epoch, self.is_here, self.is_whole) = (epoch, is_here, false);
        self.tickets.begin();
        self.counsellors.begin();
    }

    /// What was not named is given back.
    fn end(&mut self) -> Vec<Thing> {
        self.is_whole = true;
        let tickets = self.tickets.end().into_iter().map(|(ticket, _)| Thing::Ticket(ticket));
        let counsellors = self.counsellors.end().into_iter().map(|(account, _)| Thing::Counsellor(account));
        tickets.chain(counsellors).collect()
    }
}

impl Things {
    /// Something of this node, or of the term. What it is, if that may be another than before.
    pub(super) fn put(&mut self, what: Listed) -> Option<Thing> {
        Some(match what {
            Listed::Room(summary) => {
                let room = summary.room;
                self.rooms.insert(room, Room { summary: *summary, is_stale: false });
                Thing::Room(room)
            }
            Listed::RoomChanged(room) => {
                self.rooms.get_mut(&room)?.is_stale = true;
                Thing::Room(room)
            }
            Listed::RoomDropped(room) => {
                self.rooms.remove(&room)?;
                Thing::Room(room)
            }
            Listed::Ticket(ticket, Some(shown)) => {
                self.term.tickets.put(ticket, shown);
                Thing::Ticket(ticket)
            }
            Listed::Ticket(ticket, None) => {
                self.term.tickets.take(&ticket)?;
                Thing::Ticket(ticket)
            }
            Listed::Counsellor(shown) => {
                let account = shown.account;
                self.term.counsellors.put(account, shown);
                Thing::Counsellor(account)
            }
        })
    }

    /// The rooms to look at. A change from here on makes them stale anew.
    pub(super) fn stale(&mut self) -> Vec<RoomId> {
        let stale = self.rooms.iter_mut().filter(|(_, room)| room.is_stale);
        stale
            .map(|(id, room)| {
                room.is_stale = false;
                *id
            })
            .collect()
    }

    /// How a room of this node looked.
    pub(super) fn looked(&mut self, summary: RoomSummary) {
        if let Some(entry) = self.rooms.get_mut(&summary.room) {
            entry.summary = summary;
        }
    }

    /// Whether it has changed since it was looked at.
    pub(super) fn is_stale(&self, thing: Thing) -> bool {
        matches!(thing, Thing::Room(id) if self.rooms.get(&id).is_some_and(|room| room.is_stale))
    }

    /// The room, as the node has it where it lives. One that moves may be at two for a moment.
    pub(super) fn room(&self, id: RoomId) -> Option<&RoomSummary> {
        let here = self.rooms.get(&id).map(|room| &room.summary);
        here.or_else(|| self.elsewhere.values().find_map(|rooms| rooms.get(&id)))
    }

    pub(super) fn ticket(&self, id: TicketId) -> Option<&WaitingTicket> {
        self.term.tickets.get(&id)
    }

    pub(super) fn counsellor(&self, id: AccountId) -> Option<&CounsellorShown> {
        self.term.counsellors.get(&id)
    }

    /// Everything.
    pub(super) fn all(&self) -> BTreeSet<Thing> {
        let elsewhere = self.elsewhere.values().flat_map(|rooms| rooms.iter()).map(|(id, _)| Thing::Room(*id));
        self.rooms_here().chain(elsewhere).chain(self.of_term()).collect()
    }

    pub(super) fn rooms_here(&self) -> impl Iterator<Item = Thing> {
        self.rooms.keys().map(|id| Thing::Room(*id))
    }

    pub(super) fn of_term(&self) -> impl Iterator<Item = Thing> {
        let tickets = self.term.tickets.iter().map(|(id, _)| Thing::Ticket(*id));
        tickets.chain(self.term.counsellors.iter().map(|(id, _)| Thing::Counsellor(*id)))
    }

    /// What this node has of it, for another. A counsellor is never dropped but with a term.
    pub(super) fn item(&self, thing: Thing) -> Option<ListItem> {
        Some(match thing {
            Thing::Room(id) => match self.rooms.get(&id) {
                Some(room) => ListItem::Room(Box::new(room.summary.clone())),
                None => ListItem::NoRoom(id),
            },
            Thing::Ticket(ticket) => match self.ticket(ticket) {
                Some(shown) => ListItem::Ticket { ticket, line: shown.line_id, shown: Box::new(shown.clone()) },
                None => ListItem::NoTicket(ticket),
            },
            Thing::Counsellor(account) => {
                let shown = self.counsellor(account)?;
                ListItem::Counsellor { serves: shown.serves.clone(), shown: Box::new(shown.clone()) }
            }
        })
    }
}

/// The term, and what other nodes tell.
impl Things {
    /// The term in which this node matches, if it does.
    pub(super) fn term_here(&self) -> Option<u64> {
        self.term.is_here.then_some(self.term.epoch)
    }

    /// Whether this is the term that is listened to.
    pub(super) fn is_term(&self, epoch: u64) -> bool {
        self.term.epoch == epoch
    }

    /// Whether all of the term has been named.
    pub(super) fn is_term_whole(&self) -> bool {
        self.term.is_whole
    }

    /// This node matches from here on.
    pub(super) fn term_begins(&mut self, epoch: u64) {
        self.term.begin(epoch, true);
    }

    /// All that is of this term has been named. What was not is gone.
    pub(super) fn term_named(&mut self, epoch: u64) -> Vec<Thing> {
        if self.is_term(epoch) { self.term.end() } else { Vec::new() }
    }

    /// This node matches no more.
    pub(super) fn term_over(&mut self, epoch: u64) {
        if self.is_term(epoch) {
            self.term.is_here = false;
        }
    }

    /// What another node shows. What of it may be another than before.
    pub(super) fn hear(&mut self, node: NodeId, portion: Portion) -> Vec<Thing> {
        let Portion { term, begins, is_whole, items } = portion;
        match term {
            // An older word than what this node knows of its own.
            Some(epoch) if self.term_here().is_some_and(|mine| epoch <= mine) => return Vec::new(),
            Some(epoch) if begins => self.term.begin(epoch, false),
            Some(epoch) if !self.is_term(epoch) => return Vec::new(),
            Some(_) => {}
            None if begins => self.elsewhere.entry(node).or_default().begin(),
            None => {}
        }
        let mut changed: Vec<Thing> =
            items.into_iter().filter_map(|item| self.hear_item(node, term.is_some(), item)).collect();
        if is_whole {
            changed.extend(match term {
                Some(_) => self.term.end(),
                None => self.rooms_named(node),
            });
        }
        changed
    }

    /// Nothing of what the portion is not about is believed.
    fn hear_item(&mut self, node: NodeId, of_term: bool, item: ListItem) -> Option<Thing> {
        Some(match item {
            ListItem::Room(summary) if !of_term => {
                let room = summary.room;
                self.elsewhere.entry(node).or_default().put(room, *summary);
                Thing::Room(room)
            }
            ListItem::NoRoom(room) if !of_term => {
                self.elsewhere.get_mut(&node)?.take(&room)?;
                Thing::Room(room)
            }
            ListItem::Ticket { ticket, line, shown } if of_term => {
                self.put(Listed::Ticket(ticket, Some(WaitingTicket { line_id: line, ..*shown })))?
            }
            ListItem::NoTicket(ticket) if of_term => self.put(Listed::Ticket(ticket, None))?,
            ListItem::Counsellor { serves, shown } if of_term => {
                self.put(Listed::Counsellor(CounsellorShown { serves, ..*shown }))?
            }
            _ => return None,
        })
    }

    fn rooms_named(&mut self, node: NodeId) -> Vec<Thing> {
        let rooms = self.elsewhere.get_mut(&node);
        rooms.into_iter().flat_map(Told::end).map(|(room, _)| Thing::Room(room)).collect()
    }

    /// This node is gone, with its rooms.
    pub(super) fn node_gone(&mut self, node: NodeId) -> Vec<Thing> {
        let rooms = self.elsewhere.remove(&node);
        rooms.iter().flat_map(Told::iter).map(|(room, _)| Thing::Room(*room)).collect()
    }

    /// Nobody looks any more: what others have shown is not kept.
    pub(super) fn forget_others(&mut self) {
        self.elsewhere.clear();
        if self.term_here().is_none() && self.term.epoch > 0 {
            self.term = OfTerm { epoch: self.term.epoch, ..OfTerm::default() };
        }
    }
}
