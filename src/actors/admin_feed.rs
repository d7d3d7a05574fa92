//! What feeds the admin room list: a snapshot, then what changes, a few times a second. What is rehearsed is not in
//! it: whoever runs a centre by this list must see real people only. Each viewer is told of what is in their scope,
//! and of nothing else; a scope that changes ends the stream, see [`crate::sockets::Sockets::send_back`].
//!
//! A room says once that it changed, and no more until it is looked at. It is looked at before viewers are
//! told: so a message that nobody watches wakes nobody here.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use actix::prelude::*;
use futures_util::future::join_all;
use tokio::sync::mpsc;

use super::live_list::{CounsellorChange, LiveSnapshot, LiveTicket, RoomChange, TicketChange, WatchEvent};
use super::messages::Look;
use super::room_summary::RoomSummary;
use crate::dispatch::{self, WaitingTicket};
use crate::ids::{AccountId, RoomId, TicketId};
use crate::room::Purpose;
use crate::storage::people::scope::Scope;

/// Changes are gathered for so long; several of one thing become one.
const GATHER: Duration = Duration::from_millis(200);
/// Events a viewer may fall behind before it is dropped; it comes back for a fresh snapshot.
const BEHIND_MAX: usize = 4_096;

/// Feeds the admin room list.
#[derive(Default)]
pub struct AdminFeed {
    rooms: HashMap<RoomId, Room>,
    tickets: HashMap<TicketId, WaitingTicket>,
    counsellors: BTreeMap<AccountId, dispatch::CounsellorShown>,
    viewers: Vec<Viewer>,
    /// What changed since the last flush, in the order of ids.
    changed: BTreeSet<Changed>,
    flush_armed: bool,
}

/// A room as it was when last looked at.
struct Room {
    summary: RoomSummary,
    look: Recipient<Look>,
    /// It has changed since, and nobody has looked.
    is_stale: bool,
}

/// Somebody who looks at the list.
struct Viewer {
    to: mpsc::Sender<WatchEvent>,
    account: AccountId,
    scope: Scope,
    /// What they have been shown and not yet seen go; kept for those who do not see all.
    shown: HashSet<Changed>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Changed {
    Room(RoomId),
    Ticket(TicketId),
    Counsellor(AccountId),
}

/// Start viewing. The receiver ends when the viewer fell too far behind (reconnect for a fresh
/// snapshot) or the node drains.
#[derive(Message)]
#[rtype(result = "mpsc::Receiver<WatchEvent>")]
pub struct Subscribe {
    /// Who looks.
    pub account: AccountId,
    /// Of what they may know.
    pub scope: Scope,
}

/// Something is to be shown, or no more.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) enum Shows {
    /// A room is open; how to look at it.
    Room(Box<RoomSummary>, Recipient<Look>),
    /// A room has changed since it was looked at.
    RoomChanged(RoomId),
    /// A room is over.
    RoomDropped(RoomId),
    /// A ticket waits, or waits no more.
    Ticket(TicketId, Option<WaitingTicket>),
    /// A counsellor is as this now.
    Counsellor(dispatch::CounsellorShown),
}

impl Actor for AdminFeed {
    type Context = Context<Self>;
}

impl AdminFeed {
    fn change(&mut self, changed: Changed, ctx: &mut Context<Self>) {
        if self.viewers.is_empty() {
            return;
        }
        self.changed.insert(changed);
        if !self.flush_armed {
            self.flush_armed = true;
            ctx.run_later(GATHER, |feed, ctx| {
                feed.flush_armed = false;
                let looked = feed.look_again();
                ctx.spawn(looked.map(|(), feed, _| feed.flush()));
            });
        }
    }

    /// Looks at the rooms that have changed, all at once.
    fn look_again(&mut self) -> impl ActorFuture<Self, Output = ()> + use<> {
        let stale = self.rooms.values_mut().filter(|room| room.is_stale);
        let looks = stale.map(|room| {
            // Before it looks: a change from then on is told anew.
            room.is_stale = false;
            room.look.send(Look)
        });
        join_all(looks.collect::<Vec<_>>()).into_actor(self).map(|looked, feed, _| {
            // Whoever does not answer is gone, and is dropped.
            for summary in looked.into_iter().flatten() {
                if let Some(entry) = feed.rooms.get_mut(&summary.room) {
                    entry.summary = summary;
                }
            }
        })
    }

    /// Tells what changed, but for rooms that have changed again since they were looked at.
    fn flush(&mut self) {
        let is_stale = |changed: &Changed| matches!(changed, Changed::Room(id) if self.rooms.get(id).is_some_and(|room| room.is_stale));
        let (later, now) = std::mem::take(&mut self.changed).into_iter().partition::<BTreeSet<_>, _>(is_stale);
        self.changed = later;
        let mut viewers = std::mem::take(&mut self.viewers);
        for changed in now {
            let (put, gone) = (self.put(changed), changed.dropped());
            viewers.retain_mut(|viewer| {
                let event = match &put {
                    Some(put) if self.is_for(viewer, changed) => put,
                    _ if viewer.knows(changed) => &gone,
                    _ => return true,
                };
                viewer.tell(changed, event)
            });
        }
        self.viewers = viewers;
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

    /// Whether the thing, which is there, is for this viewer to know. Group rooms are all staff's.
    fn is_for(&self, viewer: &Viewer, changed: Changed) -> bool {
        let Viewer { account, scope, .. } = viewer;
        match changed {
            Changed::Room(id) => self.rooms.get(&id).is_some_and(|room| match &room.summary.purpose {
                Purpose::Talk { talk, .. } => scope.holds(*account, Some(talk.counsellor.0), talk.line_id),
                Purpose::Group(_) => true,
            }),
            Changed::Ticket(id) => self.tickets.get(&id).is_some_and(|shown| scope.holds_line(Some(shown.line_id))),
            Changed::Counsellor(id) => self.counsellors.get(&id).is_some_and(|shown| {
                id == *account
                    || matches!(scope, Scope::All(_))
                    || shown.serves.iter().any(|line| scope.holds_line(Some(*line)))
            }),
        }
    }

    /// Everything that is for this viewer, who has been shown it then.
    fn snapshot(&self, viewer: &mut Viewer) -> LiveSnapshot {
        let rooms = self.rooms.keys().map(|id| Changed::Room(*id));
        let tickets = self.tickets.keys().map(|id| Changed::Ticket(*id));
        let counsellors = self.counsellors.keys().map(|id| Changed::Counsellor(*id));
        let mut snapshot = LiveSnapshot::default();
        for changed in rooms.chain(tickets).chain(counsellors) {
            if self.is_for(viewer, changed)
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

impl Viewer {
    /// Whether they were shown the thing. Who sees all was shown all.
    fn knows(&self, changed: Changed) -> bool {
        matches!(self.scope, Scope::All(_)) || self.shown.contains(&changed)
    }

    fn note(&mut self, changed: Changed, is_shown: bool) {
        if matches!(self.scope, Scope::All(_)) {
            return;
        }
        if is_shown {
            self.shown.insert(changed);
        } else {
            self.shown.remove(&changed);
        }
    }

    /// `false` if they fell too far behind, or are gone.
    fn tell(&mut self, changed: Changed, event: &WatchEvent) -> bool {
        self.note(changed, event.is_put());
        self.to.try_send(event.clone()).is_ok()
    }
}

impl Handler<Subscribe> for AdminFeed {
    type Result = ResponseActFuture<Self, mpsc::Receiver<WatchEvent>>;

    fn handle(&mut self, Subscribe { account, scope }: Subscribe, _: &mut Context<Self>) -> Self::Result {
        Box::pin(self.look_again().map(move |(), feed, _| {
            // What changed so far is in the snapshot; others still wait for it.
            feed.flush();
            let (to, events) = mpsc::channel(BEHIND_MAX);
            let mut viewer = Viewer { to, account, scope, shown: HashSet::new() };
            let snapshot = feed.snapshot(&mut viewer);
            if viewer.to.try_send(WatchEvent::Snapshot(snapshot)).is_ok() {
                feed.viewers.push(viewer);
            }
            events
        }))
    }
}

impl Handler<Shows> for AdminFeed {
    type Result = ();

    fn handle(&mut self, shows: Shows, ctx: &mut Context<Self>) {
        match shows {
            Shows::Room(summary, look) => {
                let room = summary.room;
                self.rooms.insert(room, Room { summary: *summary, look, is_stale: false });
                self.change(Changed::Room(room), ctx);
            }
            Shows::RoomChanged(room) => {
                if let Some(entry) = self.rooms.get_mut(&room) {
                    entry.is_stale = true;
                    self.change(Changed::Room(room), ctx);
                }
            }
            Shows::RoomDropped(room) => {
                if self.rooms.remove(&room).is_some() {
                    self.change(Changed::Room(room), ctx);
                }
            }
            Shows::Ticket(ticket, shown) => {
                let (is_shown, before) = match shown {
                    Some(shown) => (true, self.tickets.insert(ticket, shown)),
                    None => (false, self.tickets.remove(&ticket)),
                };
                if is_shown || before.is_some() {
                    self.change(Changed::Ticket(ticket), ctx);
                }
            }
            Shows::Counsellor(shown) => {
                let account = shown.account;
                self.counsellors.insert(account, shown);
                self.change(Changed::Counsellor(account), ctx);
            }
        }
    }
}
