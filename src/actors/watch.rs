//! The watch behind the admin room list: a snapshot, then what changes, a few times a second. What is rehearsed is
//! not in it: whoever runs a centre by this list must see real people only. Each viewer is told of what is in their
//! scope, and of nothing else; a scope that changes ends the stream, see [`super::Sockets::send_back`].

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::card::Card;
use crate::dispatch::{self, WaitingTicket};
use crate::ids::{AccountId, RoomId, TicketId};
use crate::storage::people::scope::Scope;

/// Changes are gathered for so long; several of one thing become one.
const GATHER: Duration = Duration::from_millis(200);
/// Events a viewer may fall behind before it is dropped; it comes back for a fresh snapshot.
const BEHIND_MAX: usize = 4_096;

/// Feeds the admin room list.
#[derive(Default)]
pub struct Watch {
    rooms: HashMap<RoomId, Arc<Card>>,
    tickets: HashMap<TicketId, WaitingTicket>,
    counsellors: BTreeMap<AccountId, dispatch::CounsellorShown>,
    viewers: Vec<Viewer>,
    /// What changed since the last flush, in the order of ids.
    changed: BTreeMap<Changed, ()>,
    flush_armed: bool,
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

/// What a viewer is told.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum WatchEvent {
    /// Everything, once: `{rooms, tickets, counsellors}`. SSE event `snapshot`.
    Snapshot(Value),
    /// A change: `{op: "put" | "drop", id, item?}`. SSE event `room`, `ticket` or `counsellor`.
    Change {
        /// The SSE event's name.
        #[serde(skip)]
        kind: &'static str,
        /// What happened.
        #[serde(flatten)]
        change: Value,
    },
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

/// A room is open, or its card changed.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct RoomShown(pub(super) Arc<Card>);

/// A room is over.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct RoomDropped(pub(super) RoomId);

/// A ticket waits, or waits no more.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct TicketShown {
    pub(super) ticket: TicketId,
    pub(super) shown: Option<WaitingTicket>,
}

/// A counsellor is as this now.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct CounsellorShown(pub(super) dispatch::CounsellorShown);

impl Actor for Watch {
    type Context = Context<Self>;
}

impl Watch {
    fn change(&mut self, changed: Changed, ctx: &mut Context<Self>) {
        if self.viewers.is_empty() {
            return;
        }
        self.changed.insert(changed, ());
        if !self.flush_armed {
            self.flush_armed = true;
            ctx.run_later(GATHER, |watch, _| watch.flush());
        }
    }

    fn flush(&mut self) {
        self.flush_armed = false;
        let mut viewers = std::mem::take(&mut self.viewers);
        for (changed, ()) in std::mem::take(&mut self.changed) {
            let (kind, id) = changed.named();
            let item = self.item(changed);
            let change = |change| WatchEvent::Change { kind, change };
            let gone = change(json!({ "op": "drop", "id": id }));
            let put = item.map(|item| change(json!({ "op": "put", "id": id, "item": item })));
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
    fn item(&self, changed: Changed) -> Option<Value> {
        match changed {
            Changed::Room(id) => self.rooms.get(&id).map(|card| card.look()),
            Changed::Ticket(id) => self.tickets.get(&id).map(|one| ticket(id, one)),
            Changed::Counsellor(id) => self.counsellors.get(&id).map(|shown| json!(shown)),
        }
    }

    /// Whether the thing, which is there, is for this viewer to know. Group rooms are all staff's.
    fn is_for(&self, viewer: &Viewer, changed: Changed) -> bool {
        let Viewer { account, scope, .. } = viewer;
        match changed {
            Changed::Room(id) => self.rooms.get(&id).is_some_and(|card| match card.talk() {
                Some(talk) => scope.holds(*account, Some(talk.counsellor.0), talk.line_id),
                None => true,
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
    fn snapshot(&self, viewer: &mut Viewer) -> Value {
        let mut shown = |changed: Changed| {
            let item = self.item(changed).filter(|_| self.is_for(viewer, changed));
            if item.is_some() {
                viewer.note(changed, true);
            }
            item
        };
        json!({
            "rooms": self.rooms.keys().filter_map(|id| shown(Changed::Room(*id))).collect::<Vec<_>>(),
            "tickets": self.tickets.keys().filter_map(|id| shown(Changed::Ticket(*id))).collect::<Vec<_>>(),
            "counsellors": self.counsellors.keys().filter_map(|id| shown(Changed::Counsellor(*id))).collect::<Vec<_>>(),
        })
    }
}

impl Changed {
    /// The name of its events, and its id.
    fn named(self) -> (&'static str, String) {
        match self {
            Self::Room(id) => ("room", id.to_string()),
            Self::Ticket(id) => ("ticket", id.to_string()),
            Self::Counsellor(id) => ("counsellor", id.to_string()),
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
        let is_shown = matches!(event, WatchEvent::Change { change, .. } if change["op"] == "put");
        self.note(changed, is_shown);
        self.to.try_send(event.clone()).is_ok()
    }
}

fn ticket(id: TicketId, shown: &WaitingTicket) -> Value {
    let mut item = json!(shown);
    item["ticket"] = json!(id);
    item
}

impl Handler<Subscribe> for Watch {
    type Result = MessageResult<Subscribe>;

    fn handle(&mut self, Subscribe { account, scope }: Subscribe, _: &mut Context<Self>) -> Self::Result {
        // What changed so far is in the snapshot; others still wait for it.
        self.flush();
        let (to, events) = mpsc::channel(BEHIND_MAX);
        let mut viewer = Viewer { to, account, scope, shown: HashSet::new() };
        let snapshot = self.snapshot(&mut viewer);
        if viewer.to.try_send(WatchEvent::Snapshot(snapshot)).is_ok() {
            self.viewers.push(viewer);
        }
        MessageResult(events)
    }
}

impl Handler<RoomShown> for Watch {
    type Result = ();
    fn handle(&mut self, RoomShown(card): RoomShown, ctx: &mut Context<Self>) {
        if !card.is_over() && !card.is_test() {
            let room = card.room;
            self.rooms.insert(room, card);
            self.change(Changed::Room(room), ctx);
        }
    }
}

impl Handler<RoomDropped> for Watch {
    type Result = ();
    fn handle(&mut self, RoomDropped(room): RoomDropped, ctx: &mut Context<Self>) {
        if self.rooms.remove(&room).is_some() {
            self.change(Changed::Room(room), ctx);
        }
    }
}

impl Handler<TicketShown> for Watch {
    type Result = ();
    fn handle(&mut self, TicketShown { ticket, shown }: TicketShown, ctx: &mut Context<Self>) {
        let (is_shown, before) = match shown {
            Some(shown) => (true, self.tickets.insert(ticket, shown)),
            None => (false, self.tickets.remove(&ticket)),
        };
        if is_shown || before.is_some() {
            self.change(Changed::Ticket(ticket), ctx);
        }
    }
}

impl Handler<CounsellorShown> for Watch {
    type Result = ();
    fn handle(&mut self, CounsellorShown(shown): CounsellorShown, ctx: &mut Context<Self>) {
        let account = shown.account;
        self.counsellors.insert(account, shown);
        self.change(Changed::Counsellor(account), ctx);
    }
}
