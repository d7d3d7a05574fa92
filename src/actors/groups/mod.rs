//! The registry of group rooms: which are open on this node, and the way into each. It decides
//! nothing: rooms are opened, edited and ended on file first, and it is told.
//!
//! - `elsewhere`: rooms that do not live here: found by the records, and taken if nobody has them

mod elsewhere;

use std::collections::HashMap;
use std::time::Duration;

use actix::prelude::*;
use log::{error, info, warn};

use super::admin_feed::Shows;
use super::drained::Drained;
use super::messages::{Drain, GroupEdited, GroupEnded, GroupOpened, GroupOver, RoomHandle, RoomsGone, ToRoom};
use super::room::{Registrar, Room, Started};
use crate::feeds::Listed;
use crate::found::FoundGroup;
use crate::ids::{AccountId, MemberId, RoomId};
use crate::protocol::SeatState;
use crate::room::{Ender, GROUP_GRACE_S, GroupAbout, Input, NewSeat, Purpose, Room as Core, RoomRules, Said};
use crate::services::Services;
use crate::storage::talk::groups::{self, Description, Group, OpenGroup};
use crate::storage::talk::rooms::Seat;
use crate::time::{Mono, Now, Wall};

/// What another node has done to a room is known here after so long.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Knows the group rooms of this node.
pub struct Groups {
    services: Services,
    me: Recipient<GroupOver>,
    feed: Recipient<Shows>,
    rooms: HashMap<RoomId, Open>,
    /// How many edits of this node were heard of.
    edits_heard: u64,
    drained: Drained,
}

/// A room that is open here.
struct Open {
    to: RoomHandle,
    /// What it was told last that it is called and says of itself.
    told: Description,
}

impl Open {
    /// To whoever is asked for it next, and takes it.
    fn give_away(&self) {
        self.to.tell(ToRoom::Input(Input::HandOn { to: None }));
    }
}

impl Groups {
    /// A registry that knows what was `found` on file.
    pub(super) fn new(services: Services, feed: Recipient<Shows>, found: Vec<FoundGroup>, ctx: &Context<Self>) -> Self {
        let (rooms, drained) = Default::default();
        let mut this = Self { services, me: ctx.address().recipient(), feed, rooms, edits_heard: 0, drained };
        info!(rooms = found.len(); "group rooms taken up from the records");
        this.take_up(found);
        this
    }

    /// Rooms that are this node's from here on.
    fn take_up(&mut self, found: Vec<FoundGroup>) {
        let here = Arbiter::current();
        for FoundGroup { open: OpenGroup { group, seats, left_at }, recent } in found {
            let empty_since = left_at.unwrap_or(group.room.opened_at);
            self.start_room(group, &seats, recent, empty_since, &here);
        }
    }

    /// Starts the actor of a room, unless it lives here already: that it was opened may be heard after it was asked
    /// for. Who sat in it before is waited for as after a drop.
    fn start_room(
        &mut self,
        group: Group,
        seats: &[Seat],
        recent: Vec<Said>,
        empty_since: Wall,
        thread: &ArbiterHandle,
    ) {
        let Group { room, about, .. } = group;
        if self.rooms.contains_key(&room.id) {
            return;
        }
        let told = Description { title: room.title.clone(), info: about.info.clone(), picture: about.picture.clone() };
        let now = self.services.clock.now();
        let rules = RoomRules { grace_s: GROUP_GRACE_S, messages_max: self.services.settings.messages_per_10s_max };
        let taken = seats.iter().filter(|seat| seat.state != SeatState::Left);
        let held: Vec<(AccountId, MemberId)> = taken.filter_map(|seat| Some((seat.account?, seat.member))).collect();
        let seats = seats.iter().map(returning).collect();
        let core =
            Core::new(room.id, None, rules, seats, room.last_seq, recent, now).empty_since(moment(empty_since, now));
        let purpose = Purpose::Group(GroupAbout {
            creator: (about.creator, about.creator_name),
            title: room.title.unwrap_or_default(),
            info: about.info,
            picture: about.picture,
        });
        let registrar = Registrar::Groups(self.me.clone());
        let started = Started { core, room: room.id, opened_at: room.opened_at, purpose, held, registrar };
        let (services, feed) = (self.services.clone(), self.feed.clone());
        let to = Room::start_in_arbiter(thread, move |_| Room::new(started, services, feed));
        let open = Open { to: RoomHandle::here(room.id, to.recipient()), told };
        if self.drained.is_draining() {
            open.give_away();
        }
        self.rooms.insert(room.id, open);
    }
}

/// The seat of somebody who was there before a start: held, or known by name.
fn returning(seat: &Seat) -> NewSeat {
    NewSeat {
        member: seat.member,
        role: seat.role,
        name: seat.name.clone(),
        picture: seat.picture.clone(),
        seen: seat.last_seen_seq,
        state: if seat.state == SeatState::Left { SeatState::Left } else { SeatState::Away },
        watching: false,
    }
}

/// A moment on the wall as one for deadlines.
fn moment(at: Wall, now: Now) -> Mono {
    Mono(now.mono.0.saturating_sub(u64::try_from(now.wall.0 - at.0).unwrap_or(0)))
}

impl Groups {
    /// Reads every few seconds how the rooms that are open here are described on file, and which are over: another node
    /// may have edited or ended them. What was read before an edit of ours was heard of is not believed.
    fn watch_records(ctx: &mut Context<Self>) {
        ctx.run_interval(LOOK_EVERY, |this, ctx| {
            if this.rooms.is_empty() {
                return;
            }
            let (store, ids) = (this.services.store.clone(), this.rooms.keys().copied().collect::<Vec<_>>());
            let (asked, heard) = (ids.clone(), this.edits_heard);
            let read = async move { store.answer(move |conn| groups::descriptions(conn, asked)).await };
            ctx.spawn(read.into_actor(this).map(move |read, this, _| match read {
                Ok(found) if heard == this.edits_heard => this.compare(&ids, found),
                Ok(_) => {}
                Err(error) => warn!(error:% = error; "group rooms were not read again; they stay as they are"),
            }));
        });
    }

    /// What was `found` open of the rooms that were asked for is told to those that do not know it; the others are over.
    fn compare(&mut self, asked: &[RoomId], found: Vec<(RoomId, Description)>) {
        let mut found: HashMap<RoomId, Description> = found.into_iter().collect();
        for room in asked {
            match found.remove(room) {
                Some(described) => self.describe(*room, described),
                None => self.end(*room),
            }
        }
    }

    /// Tells the room what it is called and says of itself, if it was told otherwise.
    fn describe(&mut self, room: RoomId, described: Description) {
        if let Some(open) = self.rooms.get_mut(&room).filter(|open| open.told != described) {
            open.told = described.clone();
            let Description { title, info, picture } = described;
            open.to.tell(ToRoom::Described { title: title.unwrap_or_default(), info, picture });
        }
    }

    /// It was ended on file. A room that knows it already stays as it is.
    fn end(&self, room: RoomId) {
        if let Some(open) = self.rooms.get(&room) {
            open.to.tell(ToRoom::End { by: Ender::Outside, note: None });
        }
    }
}

impl Actor for Groups {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Context<Self>) {
        Self::watch_records(ctx);
        if self.services.store.is_shared() {
            Self::watch_orphans(ctx);
        }
    }
}

impl Handler<GroupOpened> for Groups {
    type Result = ();
    fn handle(&mut self, GroupOpened { group, thread }: GroupOpened, _: &mut Context<Self>) {
        let opened_at = group.room.opened_at;
        self.start_room(group, &[], Vec::new(), opened_at, &thread);
    }
}

impl Handler<GroupEdited> for Groups {
    type Result = ();

    /// Reads it again, one after the other: two edits may be told here in the other order.
    fn handle(&mut self, GroupEdited(room): GroupEdited, ctx: &mut Context<Self>) {
        self.edits_heard += 1;
        if !self.rooms.contains_key(&room) {
            return;
        }
        let store = self.services.store.clone();
        let read = async move { store.answer(move |conn| groups::descriptions(conn, vec![room])).await };
        ctx.wait(read.into_actor(self).map(move |read, this, _| match read {
            Ok(found) => found.into_iter().for_each(|(room, described)| this.describe(room, described)),
            Err(error) => error!(room:% = room, error:% = error; "an edited room could not be read"),
        }));
    }
}

impl Handler<GroupEnded> for Groups {
    type Result = ();
    fn handle(&mut self, GroupEnded(room): GroupEnded, _: &mut Context<Self>) {
        self.end(room);
    }
}

impl Handler<GroupOver> for Groups {
    type Result = ();
    fn handle(&mut self, GroupOver(room): GroupOver, _: &mut Context<Self>) {
        self.rooms.remove(&room);
        self.drained.look(self.rooms.len());
        self.feed.do_send(Shows::Changed(Listed::RoomDropped(room)));
    }
}

impl Handler<Drain> for Groups {
    type Result = ();
    /// Rooms are nobody's then, and are opened where they are asked for next. A node alone keeps them to its end.
    fn handle(&mut self, _: Drain, _: &mut Context<Self>) {
        if self.services.store.is_shared() {
            self.drained.begin();
            self.rooms.values().for_each(Open::give_away);
        }
    }
}

impl Handler<RoomsGone> for Groups {
    type Result = ResponseFuture<()>;
    fn handle(&mut self, _: RoomsGone, _: &mut Context<Self>) -> Self::Result {
        Box::pin(self.drained.wait(self.rooms.len()))
    }
}
