//! What the admin room list shows: a snapshot, then what changes, a few times a second. What is rehearsed is not in
//! it: whoever runs a centre by this list must see real people only. Each viewer is told of what they may see, and
//! of nothing else; what they may see stays the same for as long as they look.
//!
//! A room says once that it changed, and no more until it is looked at. It is looked at before viewers are
//! told: so a message that nobody watches wakes nobody here.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use super::live_list::{CounsellorChange, LiveSnapshot, LiveTicket, RoomChange, TicketChange, WatchEvent};
use super::onlookers::Onlookers;
use super::portion::ListParcel;
use super::room_summary::RoomSummary;
use super::things::{Listed, Thing, Things};
use crate::ids::{AccountId, LineId, NodeId, RoomId};
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
    /// Whether they have gone away.
    fn is_gone(&self) -> bool;
}

/// The list, and who looks at it: here, and from other nodes.
pub struct Live<V> {
    pub(super) things: Things,
    viewers: Vec<Viewer<V>>,
    /// What changed and was not told, in the order of ids.
    changed: BTreeSet<Thing>,
    is_gathering: bool,
    pub(super) onlookers: Onlookers,
    /// The nodes there is a link to.
    pub(super) links: BTreeSet<NodeId>,
    /// They were asked to show what they have.
    is_watching: bool,
    /// What they are to be sent, in order.
    pub(super) parcels: Vec<(NodeId, ListParcel)>,
}

struct Viewer<V> {
    who: V,
    /// What they have been shown and not yet seen go; kept for those who do not see all.
    shown: HashSet<Thing>,
}

impl<V> Default for Live<V> {
    fn default() -> Self {
        Self {
            things: Things::default(),
            viewers: Vec::new(),
            changed: BTreeSet::new(),
            is_gathering: false,
            onlookers: Onlookers::default(),
            links: BTreeSet::new(),
            is_watching: false,
            parcels: Vec::new(),
        }
    }
}

impl<V: LiveViewer> Live<V> {
    /// Something of this node is to be shown. `true`: after [`GATHER`], look at the rooms that are [`Self::stale`], then
    /// [`Self::flush`].
    #[must_use]
    pub fn show(&mut self, what: Listed) -> bool {
        let Some(thing) = self.things.put(what) else { return false };
        self.onlookers.changed(thing);
        self.gather([thing])
    }

    /// These may be others than before. `true`: see [`Self::show`].
    pub(super) fn gather(&mut self, things: impl IntoIterator<Item = Thing>) -> bool {
        if !self.viewers.is_empty() {
            self.changed.extend(things);
        }
        let is_for_somebody = !self.changed.is_empty() || !self.onlookers.is_empty();
        is_for_somebody && !std::mem::replace(&mut self.is_gathering, true)
    }

    /// What was gathered is to be told. Before that the rooms of [`Self::stale`] are looked at.
    pub fn gathered(&mut self) {
        self.is_gathering = false;
    }

    /// The rooms to look at, each for [`Self::looked`]. A change from here on is told anew.
    pub fn stale(&mut self) -> Vec<RoomId> {
        self.things.stale()
    }

    /// How a room looked. One that does not answer is gone, and is dropped by its own word.
    pub fn looked(&mut self, summary: RoomSummary) {
        self.things.looked(summary);
    }

    /// Tells what changed, but for rooms that have changed again since they were looked at. `true`: there is more to be
    /// shown to other nodes, see [`Self::show`].
    pub fn flush(&mut self) -> bool {
        self.tell_viewers();
        let portions = self.onlookers.portions(&self.things);
        self.parcels.extend(portions.into_iter().map(|(node, portion)| (node, ListParcel::Shown(portion))));
        self.onlookers.are_owed(&self.things) && self.gather([])
    }

    fn tell_viewers(&mut self) {
        let is_stale = |thing: &Thing| self.things.is_stale(*thing);
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
        self.look_away();
    }

    /// Somebody comes to look, and is told everything that is for them. What changed so far is told to the others
    /// first, as it is in there. The rooms of [`Self::stale`] were looked at. With the first who comes the other nodes
    /// are asked for what they have, which is told as it comes.
    pub fn enter(&mut self, who: V) {
        self.tell_viewers();
        let mut viewer = Viewer { who, shown: HashSet::new() };
        let snapshot = WatchEvent::Snapshot(self.snapshot(&mut viewer));
        if !viewer.who.tell(&snapshot) {
            return;
        }
        self.viewers.push(viewer);
        if !std::mem::replace(&mut self.is_watching, true) {
            self.parcels.extend(self.links.iter().map(|node| (*node, ListParcel::Watch)));
        }
    }

    /// Whether what other nodes have is asked for.
    pub(super) fn is_watching(&self) -> bool {
        self.is_watching
    }

    /// With nobody left to look, the other nodes are told so, and what they have shown is not kept.
    pub(super) fn look_away(&mut self) {
        self.viewers.retain(|viewer| !viewer.who.is_gone());
        if self.viewers.is_empty() && std::mem::take(&mut self.is_watching) {
            self.parcels.extend(self.links.iter().map(|node| (*node, ListParcel::LookAway)));
            self.things.forget_others();
            self.changed.clear();
        }
    }

    /// The thing as the list shows it; `None` once it is gone.
    fn put(&self, changed: Thing) -> Option<WatchEvent> {
        match changed {
            Thing::Room(id) => self.things.room(id).map(|room| {
                let item = Box::new(room.shown());
                WatchEvent::Room(RoomChange::Put { id, item })
            }),
            Thing::Ticket(id) => self.things.ticket(id).map(|shown| {
                let item = Box::new(LiveTicket { ticket: id, shown: shown.clone() });
                WatchEvent::Ticket(TicketChange::Put { id, item })
            }),
            Thing::Counsellor(id) => self.things.counsellor(id).map(|shown| {
                let item = Box::new(shown.clone());
                WatchEvent::Counsellor(CounsellorChange::Put { id, item })
            }),
        }
    }

    /// Whether the thing, which is there, is for them to know. Group rooms are all staff's.
    fn is_for(&self, who: &V, changed: Thing) -> bool {
        match changed {
            Thing::Room(id) => self.things.room(id).is_some_and(|room| match &room.purpose {
                Purpose::Talk { talk, .. } => who.sees_talk(talk.counsellor.0, talk.line_id),
                Purpose::Group(_) => true,
            }),
            Thing::Ticket(id) => self.things.ticket(id).is_some_and(|shown| who.sees_line(shown.line_id)),
            Thing::Counsellor(id) => self.things.counsellor(id).is_some_and(|shown| {
                id == who.account() || who.sees_all() || shown.serves.iter().any(|line| who.sees_line(*line))
            }),
        }
    }

    /// Everything that is for this viewer, who has been shown it then.
    fn snapshot(&self, viewer: &mut Viewer<V>) -> LiveSnapshot {
        let mut snapshot = LiveSnapshot::default();
        for changed in self.things.all() {
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

impl Thing {
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
    fn knows(&self, changed: Thing) -> bool {
        self.who.sees_all() || self.shown.contains(&changed)
    }

    fn note(&mut self, changed: Thing, is_shown: bool) {
        if self.who.sees_all() {
            return;
        }
        if is_shown {
            self.shown.insert(changed);
        } else {
            self.shown.remove(&changed);
        }
    }

    fn tell(&mut self, changed: Thing, event: &WatchEvent) -> bool {
        self.note(changed, event.is_put());
        self.who.tell(event)
    }
}
