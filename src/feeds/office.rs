//! The office as everybody may see it: which lines are open, how many wait, and whose number was called. Whoever
//! matches posts what changes; nobody is asked.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::dispatch::{Call, OfficeLine};
use crate::ids::{DeskId, RoomId};
use crate::network::Network;
use crate::time::{Mono, Wall};

/// The whole is told at most this often.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// Calls that whoever comes later is told too.
pub const CALLS_KEPT: usize = 10;
/// Calls that are known when they are heard again: by a hint that was late, or from the records.
const HEARD_MAX: usize = 4 * CALLS_KEPT;
/// Most viewers of a node. Each costs a connection and a copy of what is told.
pub const VIEWERS_MAX: usize = 1_000;

/// The office.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct OfficeView {
    /// The organisation's name; null until it was given one.
    name: Option<String>,
    /// IANA name of the zone that opening hours are in.
    time_zone: String,
    /// This node takes no more requests: it is about to restart.
    draining: bool,
    /// The lines that may be asked for, in their order.
    lines: Vec<OfficeLine>,
}

/// What a viewer is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum OfficeEvent {
    /// Everything, at once and whenever it changes. SSE event `office`.
    Office(Arc<OfficeView>),
    /// A number is called. SSE event `called`.
    Called(Arc<Called>),
}

/// A number that is called. There is nothing in it that names a person. SSE event `called`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Called {
    /// The ticket's number for people.
    number: String,
    /// The topic's code.
    line: String,
    /// The topic's name.
    line_name: String,
    /// Where; null at the public desk.
    desk: Option<CalledDesk>,
    /// When.
    at: Wall,
}

/// The registered desk that a number is called to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct CalledDesk {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Option<String>,
}

/// What registered desks are called. One that is not in it is told without a name.
pub type DeskNames = HashMap<DeskId, CalledDesk>;

/// The lines as whoever matches shows them to the other nodes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficePosted {
    /// The lines that may be asked for, in their order.
    pub lines: Vec<OfficeLine>,
    /// The last call, by the room of its match. A call is a hint, which may be lost: whoever does not know this one
    /// reads the last calls from the records.
    pub last_call: Option<RoomId>,
}

/// Somebody who looks at the office, as the outside knows them.
pub trait OfficeViewer {
    /// Tells them. `false` if they fell too far behind, or are gone: they are told nothing more.
    fn tell(&mut self, event: &OfficeEvent) -> bool;
    /// Whether they have gone away.
    fn is_gone(&self) -> bool;
}

/// What must be done for it.
#[derive(Debug, PartialEq, Eq)]
pub enum Due {
    /// Say [`Office::tell_all`] after so long.
    Tell(Duration),
    /// Look up what these desks are called, and say [`Office::named`].
    Name(Vec<DeskId>),
}

/// The office, and who looks at it.
pub struct Office<V> {
    /// Most viewers from one network.
    viewers_per_network_max: usize,
    now: OfficeView,
    /// As the viewers were told.
    told: Arc<OfficeView>,
    told_at: Mono,
    tell_armed: bool,
    viewers: Vec<(Network, V)>,
    /// The last calls, told.
    called: VecDeque<Arc<Called>>,
    /// The rooms of the last calls, with their moments, whether told or not: what is heard again is no news.
    heard: VecDeque<(RoomId, Wall)>,
    /// Calls whose desks have no name yet, in their order; and those whose names are looked up just now.
    unnamed: VecDeque<Call>,
    naming: VecDeque<Call>,
}

impl<V: OfficeViewer> Office<V> {
    /// An office in this zone, without lines until they are posted.
    #[must_use]
    pub fn new(time_zone: String, viewers_per_network_max: usize) -> Self {
        let now = OfficeView { time_zone, ..OfficeView::default() };
        Self {
            viewers_per_network_max,
            told: Arc::new(now.clone()),
            now,
            told_at: Mono(0),
            tell_armed: false,
            viewers: Vec::new(),
            called: VecDeque::new(),
            heard: VecDeque::new(),
            unnamed: VecDeque::new(),
            naming: VecDeque::new(),
        }
    }

    /// The office as it is now.
    #[must_use]
    pub fn view(&self) -> &OfficeView {
        &self.now
    }

    /// The organisation's name as it is on file.
    pub fn called_by(&mut self, name: Option<String>, now: Mono) -> Option<Due> {
        self.now.name = name;
        self.changed(now)
    }

    /// The lines as they are now.
    pub fn lines(&mut self, lines: Vec<OfficeLine>, now: Mono) -> Option<Due> {
        self.now.lines = lines;
        self.changed(now)
    }

    /// It takes no more requests. Nobody is told anything after that.
    pub fn drain(&mut self, now: Mono) {
        self.now.draining = true;
        self.tell_all(now);
        self.viewers.clear();
    }

    /// Somebody comes to look: they are told all there is, and the last calls. `None` if there are
    /// [`VIEWERS_MAX`], or as many from this network as may be.
    pub fn enter(&mut self, network: Network, mut viewer: V) -> Option<Option<Due>> {
        self.viewers.retain(|(_, viewer)| !viewer.is_gone());
        let from_there = self.viewers.iter().filter(|(from, _)| *from == network).count();
        if self.viewers.len() >= VIEWERS_MAX || from_there >= self.viewers_per_network_max {
            return None;
        }
        let office = OfficeEvent::Office(Arc::new(self.now.clone()));
        let called = self.called.iter().cloned().map(OfficeEvent::Called);
        if std::iter::once(office).chain(called).all(|event| viewer.tell(&event)) {
            self.viewers.push((network, viewer));
        }
        Some(self.name_desks())
    }

    /// A number is called. It is told with what its desk is called, of all that came meanwhile together. With nobody
    /// there to be told it waits. One that was heard already is not told again.
    pub fn call(&mut self, call: Call) -> Option<Due> {
        self.call_all([call])
    }

    /// The last calls on file, oldest first: those that were not heard are told, but for any that is older than all
    /// that were.
    pub fn calls_on_file(&mut self, calls: Vec<Call>) -> Option<Due> {
        let oldest = self.heard.iter().map(|(_, at)| *at).min();
        self.call_all(calls.into_iter().filter(|call| oldest.is_none_or(|oldest| call.at >= oldest)))
    }

    /// Whether this call was heard, or is none.
    pub fn has_heard(&self, call: Option<RoomId>) -> bool {
        call.is_none_or(|call| self.heard.iter().any(|(heard, _)| *heard == call))
    }

    /// The lines as other nodes are shown them.
    pub fn posted(&self) -> OfficePosted {
        OfficePosted { lines: self.now.lines.clone(), last_call: self.heard.back().map(|(room, _)| *room) }
    }

    fn call_all(&mut self, calls: impl IntoIterator<Item = Call>) -> Option<Due> {
        self.viewers.retain(|(_, viewer)| !viewer.is_gone());
        for call in calls {
            if !self.has_heard(Some(call.room)) {
                self.heard.push_back((call.room, call.at));
                self.unnamed.push_back(call);
            }
        }
        self.heard.drain(..self.heard.len().saturating_sub(HEARD_MAX));
        self.forget_calls();
        self.name_desks()
    }

    /// The names that were looked up.
    pub fn named(&mut self, names: &DeskNames) -> Option<Due> {
        let calls = std::mem::take(&mut self.naming);
        self.tell_calls(calls, names);
        self.name_desks()
    }

    /// Tells what changed.
    pub fn tell_all(&mut self, now: Mono) {
        self.tell_armed = false;
        if self.now != *self.told {
            self.told = Arc::new(self.now.clone());
            self.told_at = now;
            self.tell(&OfficeEvent::Office(self.told.clone()));
        }
    }

    /// Tells what changed: at once if a second was quiet, else when it is over.
    fn changed(&mut self, now: Mono) -> Option<Due> {
        if self.tell_armed || self.now == *self.told {
            return None;
        }
        let quiet = Duration::from_micros(now.0.saturating_sub(self.told_at.0));
        let wait = TELL_EVERY.saturating_sub(quiet);
        if wait.is_zero() {
            self.tell_all(now);
            return None;
        }
        self.tell_armed = true;
        Some(Due::Tell(wait))
    }

    fn tell(&mut self, event: &OfficeEvent) {
        self.viewers.retain_mut(|(_, viewer)| viewer.tell(event));
    }

    fn name_desks(&mut self) -> Option<Due> {
        if !self.naming.is_empty() || self.unnamed.is_empty() || self.viewers.is_empty() {
            return None;
        }
        let calls = std::mem::take(&mut self.unnamed);
        let wanted: Vec<DeskId> = calls.iter().filter_map(|call| call.desk).collect();
        if wanted.is_empty() {
            self.tell_calls(calls, &DeskNames::new());
            return None;
        }
        self.naming = calls;
        Some(Due::Name(wanted))
    }

    fn tell_calls(&mut self, calls: VecDeque<Call>, names: &DeskNames) {
        for Call { number, line, line_name, desk, at, .. } in calls {
            let desk = desk.and_then(|desk| names.get(&desk).cloned());
            let called = Arc::new(Called { number, line, line_name, desk, at });
            self.called.push_back(called.clone());
            self.tell(&OfficeEvent::Called(called));
        }
        self.forget_calls();
    }

    /// Whoever comes next is told [`CALLS_KEPT`] calls, named or not.
    fn forget_calls(&mut self) {
        while self.called.len() + self.unnamed.len() > CALLS_KEPT && self.called.pop_front().is_some() {}
        if self.viewers.is_empty() {
            let surplus = self.unnamed.len().saturating_sub(CALLS_KEPT);
            self.unnamed.drain(..surplus);
        }
    }
}
