//! The watch behind the admin room list: a snapshot, then what changes, a few times a second. What
//! is rehearsed is not in it: whoever runs a centre by this list must not see people who are none.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::card::Card;
use crate::ids::{AccountId, DeskId, RoomId, TicketId};
use crate::protocol::{Activity, Intent};
use crate::time::Wall;

/// Changes are gathered for so long; several of one thing become one.
const GATHER: Duration = Duration::from_millis(200);
/// Events a viewer may fall behind before it is dropped; it comes back for a fresh snapshot.
const BEHIND_MAX: usize = 4_096;

/// Feeds the admin room list.
#[derive(Default)]
pub struct Watch {
    rooms: HashMap<RoomId, Arc<Card>>,
    tickets: HashMap<TicketId, WaitingTicket>,
    counsellors: BTreeMap<AccountId, CounsellorShown>,
    viewers: Vec<mpsc::Sender<WatchEvent>>,
    /// What changed since the last flush, in the order of ids.
    changed: BTreeMap<Changed, ()>,
    flush_armed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
pub struct Subscribe;

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

impl TicketShown {
    pub(super) fn gone(ticket: TicketId) -> Self {
        Self { ticket, shown: None }
    }
}

/// A waiting ticket as the list shows it. Its place follows from `requested_at` and `priority`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct WaitingTicket {
    pub(super) number: String,
    pub(super) line: String,
    pub(super) language: String,
    pub(super) nickname: Option<String>,
    pub(super) desk: Option<DeskId>,
    pub(super) requested_at: Wall,
    pub(super) priority: u8,
    pub(super) here: bool,
    pub(super) stage: &'static str,
}

/// A counsellor as the list shows them.
#[derive(Clone, Debug, PartialEq, Serialize, Message)]
#[rtype(result = "()")]
pub(super) struct CounsellorShown {
    pub(super) account: AccountId,
    pub(super) name: String,
    pub(super) connected: bool,
    pub(super) intent: Intent,
    pub(super) reason: Option<String>,
    pub(super) activity: Activity,
    pub(super) capacity: u16,
    pub(super) held: u32,
    pub(super) lines: Vec<String>,
}

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
        for (changed, ()) in std::mem::take(&mut self.changed) {
            let (kind, id, item) = match changed {
                Changed::Room(id) => ("room", id.to_string(), self.rooms.get(&id).map(|card| card.look())),
                Changed::Ticket(id) => ("ticket", id.to_string(), self.tickets.get(&id).map(|one| ticket(id, one))),
                Changed::Counsellor(id) => {
                    ("counsellor", id.to_string(), self.counsellors.get(&id).map(|shown| json!(shown)))
                }
            };
            let change = match item {
                Some(item) => json!({ "op": "put", "id": id, "item": item }),
                None => json!({ "op": "drop", "id": id }),
            };
            let event = WatchEvent::Change { kind, change };
            self.viewers.retain(|viewer| viewer.try_send(event.clone()).is_ok());
        }
    }

    fn snapshot(&self) -> Value {
        json!({
            "rooms": self.rooms.values().map(|card| card.look()).collect::<Vec<_>>(),
            "tickets": self.tickets.iter().map(|(id, shown)| ticket(*id, shown)).collect::<Vec<_>>(),
            "counsellors": self.counsellors.values().collect::<Vec<_>>(),
        })
    }
}

fn ticket(id: TicketId, shown: &WaitingTicket) -> Value {
    let mut item = json!(shown);
    item["ticket"] = json!(id);
    item
}

impl Handler<Subscribe> for Watch {
    type Result = MessageResult<Subscribe>;

    fn handle(&mut self, _: Subscribe, _: &mut Context<Self>) -> Self::Result {
        // What changed so far is in the snapshot; others still wait for it.
        self.flush();
        let (viewer, events) = mpsc::channel(BEHIND_MAX);
        if viewer.try_send(WatchEvent::Snapshot(self.snapshot())).is_ok() {
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
    fn handle(&mut self, shown: CounsellorShown, ctx: &mut Context<Self>) {
        let account = shown.account;
        self.counsellors.insert(account, shown);
        self.change(Changed::Counsellor(account), ctx);
    }
}
