//! What the admin room list shows: a snapshot, then what changes, a few times a second. What is rehearsed is not in
//! it: whoever runs a centre by this list must see real people only. Each viewer is told of what they may see, and
//! of nothing else; what they may see stays the same for as long as they look.
//!
//! A room says once that it changed, and no more until it is looked at. It is looked at before viewers are
//! told: so a message that nobody watches wakes nobody here.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use super::live_list::{CounsellorChange, LiveSnapshot, LiveTicket, RoomChange, TicketChange, WatchEvent};
use super::room_summary::RoomSummary;
use crate::dispatch::{CounsellorShown, WaitingTicket};
use crate::ids::{AccountId, LineId, RoomId, TicketId};
use crate::room::Purpose;

/// Changes are gathered for so long; several of one thing become one.
pub const GATHER: Duration = Duration::from_millis(200);

/// Somebody who looks at the list, as the outside knows them.
pub trait LiveViewer {
    /// Whose eyes these are.
    fn account(&self) -> AccountId;
    /// Whether they see all there is.
    fn sees_all(&self) -> bool;
    /// Whether they see what is of this line.
    fn sees_line(&self, line: LineId) -> bool;
    /// Whether they see a talk of this line, which this account counsels.
    fn sees_talk(&self, counsellor: AccountId, line: LineId) -> bool;
    /// Tells them. `false` if they fell too far behind, or are gone: they are told nothing more.
    fn tell(&mut self, event: &WatchEvent) -> bool;
}

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

/// The list, and who looks at it.
pub struct Live<V> {
    rooms: HashMap<RoomId, Room>,
    tickets: HashMap<TicketId, WaitingTicket>,
    counsellors: BTreeMap<AccountId, CounsellorShown>,
    viewers: Vec<Viewer<V>>,
    /// What changed and was not told, in the order of ids.
    changed: BTreeSet<Changed>,
    is_gathering: bool,
}

/// A room as it was when last looked at.
struct Room {
    summary: RoomSummary,
    /// It has changed since, and nobody has looked.
    is_stale: bool,
}

struct Viewer<V> {
    who: V,
    /// What they have been shown and not yet seen go; kept for those who do not see all.
    shown: HashSet<Changed>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Changed {
    Room(RoomId),
    Ticket(TicketId),
    Counsellor(AccountId),
}

impl<V> Default for Live<V> {
    fn default() -> Self {
        Self {
            rooms: HashMap::new(),
            tickets: HashMap::new(),
            counsellors: BTreeMap::new(),
            viewers: Vec::new(),
            changed: BTreeSet::new(),
            is_gathering: false,
        }
    }
}

impl<V: LiveViewer> Live<V> {
    /// Something is to be shown. `true`: after [`GATHER`], look at the rooms that are [`Self::stale`], then
    /// [`Self::flush`].
    #[must_use]
    pub fn show(&mut self, what: Listed) -> bool {
        let changed = match what {
            Listed::Room(summary) => {
                let room = summary.room;
                self.rooms.insert(room, Room { summary: *summary, is_stale: false });
                Changed::Room(room)
            }
            Listed::RoomChanged(room) => {
                let Some(entry) = self.rooms.get_mut(&room) else { return false };
                entry.is_stale = true;
                Changed::Room(room)
            }
            Listed::RoomDropped(room) => {
                if self.rooms.remove(&room).is_none() {
                    return false;
                }
                Changed::Room(room)
            }
            Listed::Ticket(ticket, Some(shown)) => {
                self.tickets.insert(ticket, shown);
                Changed::Ticket(ticket)
            }
            Listed::Ticket(ticket, None) => {
                if self.tickets.remove(&ticket).is_none() {
                    return false;
                }
                Changed::Ticket(ticket)
            }
            Listed::Counsellor(shown) => {
                let account = shown.account;
                self.counsellors.insert(account, shown);
                Changed::Counsellor(account)
            }
        };
        if self.viewers.is_empty() {
            return false;
        }
        self.changed.insert(changed);
        !std::mem::replace(&mut self.is_gathering, true)
    }

    /// What was gathered is to be told. Before that the rooms of [`Self::stale`] are looked at.
    pub fn gathered(&mut self) {
        self.is_gathering = false;
    }

    /// The rooms to look at, each for [`Self::looked`]. A change from here on is told anew.
    pub fn stale(&mut self) -> Vec<RoomId> {
        let stale = self.rooms.iter_mut().filter(|(_, room)| room.is_stale);
        stale
            .map(|(id, room)| {
                room.is_stale = false;
                *id
            })
            .collect()
    }

    /// How a room looked. One that does not answer is gone, and is dropped by its own word.
    pub fn looked(&mut self, summary: RoomSummary) {
        if let Some(entry) = self.rooms.get_mut(&summary.room) {
            entry.summary = summary;
        }
    }

    /// Tells what changed, but for rooms that have changed again since they were looked at.
    pub fn flush(&mut self) {
        let is_stale = |changed: &Changed| matches!(changed, Changed::Room(id) if self.rooms.get(id).is_some_and(|room| room.is_stale));
        let (later, now) = std::mem::take(&mut self.changed).into_iter().partition::<BTreeSet<_>, _>(is_stale);
        self.changed = later;
        let mut viewers = std::mem::take(&mut self.viewers);
        for changed in now {
            let (put, gone) = (self.put(changed), changed.dropped());
            viewers.retain_mut(|viewer| match &put {
                Some(put) if self.is_for(&viewer.who, changed) => viewer.tell(changed, put),
                _ if viewer.knows(changed) => viewer.tell(changed, &gone),
                _ => true,
            });
        }
        self.viewers = viewers;
    }

    /// Somebody comes to look, and is told everything that is for them. What changed so far is told to the others
    /// first, as it is in there. The rooms of [`Self::stale`] were looked at.
    pub fn enter(&mut self, who: V) {
        self.flush();
        let mut viewer = Viewer { who, shown: HashSet::new() };
        let snapshot = WatchEvent::Snapshot(self.snapshot(&mut viewer));
        if viewer.who.tell(&snapshot) {
            self.viewers.push(viewer);
        }
    }

    /// The thing as the list shows it; `None` once it is gone.
    fn put(&self, changed: Changed) -> Option<WatchEvent> {
        match changed {
            Changed::Room(id) => self.rooms.get(&id).map(|room| {
                let item = Box::new(room.summary.shown());
                WatchEvent::Room(RoomChange::Put { id, item })
            }),
            Changed::Ticket(id) => self.tickets.get(&id).map(|shown| {
                let item = Box::new(LiveTicket { ticket: id, shown: shown.clone() });
                WatchEvent::Ticket(TicketChange::Put { id, item })
            }),
            Changed::Counsellor(id) => self.counsellors.get(&id).map(|shown| {
                let item = Box::new(shown.clone());
                WatchEvent::Counsellor(CounsellorChange::Put { id, item })
            }),
        }
    }

    /// Whether the thing, which is there, is for them to know. Group rooms are all staff's.
    fn is_for(&self, who: &V, changed: Changed) -> bool {
        match changed {
            Changed::Room(id) => self.rooms.get(&id).is_some_and(|room| match &room.summary.purpose {
                Purpose::Talk { talk, .. } => who.sees_talk(talk.counsellor.0, talk.line_id),
                Purpose::Group(_) => true,
            }),
            Changed::Ticket(id) => self.tickets.get(&id).is_some_and(|shown| who.sees_line(shown.line_id)),
            Changed::Counsellor(id) => self.counsellors.get(&id).is_some_and(|shown| {
                id == who.account() || who.sees_all() || shown.serves.iter().any(|line| who.sees_line(*line))
            }),
        }
    }

    /// Everything that is for this viewer, who has been shown it then.
    fn snapshot(&self, viewer: &mut Viewer<V>) -> LiveSnapshot {
        let rooms = self.rooms.keys().map(|id| Changed::Room(*id));
        let tickets = self.tickets.keys().map(|id| Changed::Ticket(*id));
        let counsellors = self.counsellors.keys().map(|id| Changed::Counsellor(*id));
        let mut snapshot = LiveSnapshot::default();
        for changed in rooms.chain(tickets).chain(counsellors) {
            if self.is_for(&viewer.who, changed)
                && let Some(put) = self.put(changed)
            {
                viewer.note(changed, true);
                snapshot.add(put);
            }
        }
        snapshot
    }
}

impl Changed {
    /// That it is gone.
    fn dropped(self) -> WatchEvent {
        match self {
            Self::Room(id) => WatchEvent::Room(RoomChange::Drop { id }),
            Self::Ticket(id) => WatchEvent::Ticket(TicketChange::Drop { id }),
            Self::Counsellor(id) => WatchEvent::Counsellor(CounsellorChange::Drop { id }),
        }
    }
}

impl<V: LiveViewer> Viewer<V> {
    /// Whether they were shown the thing. Who sees all was shown all.
    fn knows(&self, changed: Changed) -> bool {
        self.who.sees_all() || self.shown.contains(&changed)
    }

    fn note(&mut self, changed: Changed, is_shown: bool) {
        if self.who.sees_all() {
            return;
        }
        if is_shown {
            self.shown.insert(changed);
        } else {
            self.shown.remove(&changed);
        }
    }

    fn tell(&mut self, changed: Changed, event: &WatchEvent) -> bool {
        self.note(changed, event.is_put());
        self.who.tell(event)
    }
}
