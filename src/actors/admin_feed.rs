//! The actor round [`Live`]: what feeds the admin room list, and shows other nodes what is here. A scope that changes ends the stream, see
//! [`crate::sockets::Sockets::send_back`].

use std::collections::HashMap;

use actix::prelude::*;
use futures_util::future::join_all;
use tokio::sync::mpsc;

use super::messages::Look;
use crate::feeds::{GATHER, ListParcel, Listed, Live, LiveViewer, RoomSummary, WatchEvent};
use crate::ids::{AccountId, LineId, NodeId, RoomId};
use crate::nodes::Joined;
use crate::storage::people::scope::Scope;

/// Events a viewer may fall behind before it is dropped; it comes back for a fresh snapshot.
const BEHIND_MAX: usize = 4_096;

/// Feeds the admin room list.
#[derive(Default)]
pub struct AdminFeed {
    live: Live<Viewer>,
    /// How to look at each room.
    looks: HashMap<RoomId, Recipient<Look>>,
    /// The way to the other nodes.
    joined: Option<Joined>,
}

/// Somebody who looks at the list.
struct Viewer {
    to: mpsc::Sender<WatchEvent>,
    account: AccountId,
    scope: Scope,
}

impl LiveViewer for Viewer {
    fn account(&self) -> AccountId {
        self.account
    }

    fn sees_all(&self) -> bool {
        matches!(self.scope, Scope::All(_))
    }

    fn sees_line(&self, line: LineId) -> bool {
        self.scope.holds_line(Some(line))
    }

    fn sees_talk(&self, counsellor: AccountId, line: LineId) -> bool {
        self.scope.holds(self.account, Some(counsellor), line)
    }

    fn tell(&mut self, event: &WatchEvent) -> bool {
        self.to.try_send(event.clone()).is_ok()
    }

    fn is_gone(&self) -> bool {
        self.to.is_closed()
    }
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
    /// All else.
    Changed(Listed),
    /// The same, by the matchmaker of this node, in the term with this epoch.
    OfTerm { epoch: u64, what: Listed },
    /// Such a term begins: nothing of it is named yet.
    TermBegins(u64),
    /// All of it is named.
    TermNamed(u64),
    /// It is over.
    TermOver(u64),
}

/// What happens among several nodes.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) enum ListElsewhere {
    /// The link to this node is open, for the first time or again.
    Opened(NodeId),
    /// It is broken.
    Broken(NodeId),
    /// This node is gone.
    Gone(NodeId),
    /// This node says something.
    Says(NodeId, ListParcel),
}

impl Actor for AdminFeed {
    type Context = Context<Self>;
}

impl AdminFeed {
    pub(super) fn new(joined: Option<Joined>) -> Self {
        Self { joined, ..Self::default() }
    }

    /// After a while what was gathered is told.
    fn gather(ctx: &mut Context<Self>) {
        ctx.run_later(GATHER, |feed, ctx| {
            feed.live.gathered();
            ctx.spawn(feed.look_again().map(|(), feed, ctx| {
                if feed.live.flush() {
                    Self::gather(ctx);
                }
                feed.send();
            }));
        });
    }

    /// Sends other nodes what is for them.
    fn send(&mut self) {
        let parcels = self.live.parcels();
        if let Some(joined) = &self.joined {
            parcels.into_iter().for_each(|(node, parcel)| joined.send(node, parcel.kind(), &parcel, parcel.epoch()));
        }
    }

    /// Looks at the rooms that have changed, all at once.
    fn look_again(&mut self) -> impl ActorFuture<Self, Output = ()> + use<> {
        let stale = self.live.stale();
        let looks = stale.iter().filter_map(|room| Some(self.looks.get(room)?.send(Look)));
        join_all(looks.collect::<Vec<_>>()).into_actor(self).map(|looked, feed, _| {
            looked.into_iter().flatten().for_each(|summary| feed.live.looked(summary));
        })
    }
}

impl Handler<Subscribe> for AdminFeed {
    type Result = ResponseActFuture<Self, mpsc::Receiver<WatchEvent>>;

    fn handle(&mut self, Subscribe { account, scope }: Subscribe, _: &mut Context<Self>) -> Self::Result {
        Box::pin(self.look_again().map(move |(), feed, _| {
            let (to, events) = mpsc::channel(BEHIND_MAX);
            feed.live.enter(Viewer { to, account, scope });
            feed.send();
            events
        }))
    }
}

impl Handler<Shows> for AdminFeed {
    type Result = ();

    fn handle(&mut self, shows: Shows, ctx: &mut Context<Self>) {
        let gathers = match shows {
            Shows::Room(summary, look) => {
                self.looks.insert(summary.room, look);
                self.live.show(Listed::Room(summary))
            }
            Shows::Changed(what) => {
                if let Listed::RoomDropped(room) = &what {
                    self.looks.remove(room);
                }
                self.live.show(what)
            }
            Shows::OfTerm { epoch, what } => self.live.show_of_term(epoch, what),
            Shows::TermBegins(epoch) => self.live.term_begins(epoch),
            Shows::TermNamed(epoch) => self.live.term_named(epoch),
            Shows::TermOver(epoch) => {
                self.live.term_over(epoch);
                false
            }
        };
        if gathers {
            Self::gather(ctx);
        }
    }
}

impl Handler<ListElsewhere> for AdminFeed {
    type Result = ();

    fn handle(&mut self, happens: ListElsewhere, ctx: &mut Context<Self>) {
        let gathers = match happens {
            ListElsewhere::Opened(node) => {
                self.live.link_opened(node);
                false
            }
            ListElsewhere::Broken(node) => {
                self.live.link_broken(node);
                false
            }
            ListElsewhere::Gone(node) => self.live.node_gone(node),
            ListElsewhere::Says(node, parcel) => self.live.hear(node, parcel),
        };
        if gathers {
            Self::gather(ctx);
        }
        self.send();
    }
}
