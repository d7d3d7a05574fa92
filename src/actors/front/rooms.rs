//! The rooms that live at this node, and the way into each.

use std::collections::HashMap;

use actix::prelude::*;

use crate::actors::admin_feed::Shows;
use crate::actors::messages::{Handed, RoomHandle, ToRoom};
use crate::actors::room::{Registrar, Room, Started};
use crate::dispatch::Opening;
use crate::feeds::Listed;
use crate::ids::RoomId;
use crate::services::Services;

/// The rooms of this node.
pub(super) struct Rooms {
    services: Services,
    feed: Recipient<Shows>,
    known: HashMap<RoomId, WayIn>,
}

/// The way into a room.
struct WayIn {
    handle: RoomHandle,
    /// Its end is on file; who comes back may still learn of it.
    is_over: bool,
}

impl Rooms {
    pub(super) fn new(services: Services, feed: Recipient<Shows>) -> Self {
        Self { services, feed, known: HashMap::new() }
    }

    /// Starts the actor of a room on this thread. It reports to `front`.
    pub(super) fn open(&mut self, opening: Opening, thread: &ArbiterHandle, front: Recipient<Handed>) {
        let (room, opened_at, held) = (opening.room, opening.opened_at, opening.held.clone());
        let (core, purpose) = opening.begin(self.services.clock.now());
        let started = Started { core, room, opened_at, purpose, held, registrar: Registrar::Front(front) };
        let (services, feed) = (self.services.clone(), self.feed.clone());
        let to = Room::start_in_arbiter(thread, move |_| Room::new(started, services, feed));
        self.known.insert(room, WayIn { handle: RoomHandle::here(room, to.recipient()), is_over: false });
    }

    pub(super) fn tell(&self, room: RoomId, message: ToRoom) {
        if let Some(way) = self.known.get(&room) {
            way.handle.tell(message);
        }
    }

    /// Tells all of them.
    pub(super) fn tell_all(&self, message: impl Fn() -> ToRoom) {
        self.known.values().for_each(|way| way.handle.tell(message()));
    }

    /// The way into it, also after its end.
    pub(super) fn way_to(&self, room: RoomId) -> Option<RoomHandle> {
        Some(self.known.get(&room)?.handle.clone())
    }

    /// The way into it while it is open.
    pub(super) fn way_into_open(&self, room: RoomId) -> Option<RoomHandle> {
        let way = self.known.get(&room).filter(|way| !way.is_over)?;
        Some(way.handle.clone())
    }

    /// How many are open.
    pub(super) fn open_count(&self) -> u32 {
        u32::try_from(self.known.values().filter(|way| !way.is_over).count()).unwrap_or(u32::MAX)
    }

    /// Its end is on file.
    pub(super) fn over(&mut self, room: RoomId) {
        if let Some(way) = self.known.get_mut(&room) {
            way.is_over = true;
        }
        self.feed.do_send(Shows::Changed(Listed::RoomDropped(room)));
    }

    /// Its actor is no more.
    pub(super) fn gone(&mut self, room: RoomId) {
        self.known.remove(&room);
        self.feed.do_send(Shows::Changed(Listed::RoomDropped(room)));
    }
}
