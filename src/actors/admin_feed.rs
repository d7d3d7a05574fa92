//! The actor round [`Live`]: what feeds the admin room list. A scope that changes ends the stream, see
//! [`crate::sockets::Sockets::send_back`].

use std::collections::HashMap;

use actix::prelude::*;
use futures_util::future::join_all;
use tokio::sync::mpsc;

use super::messages::Look;
use crate::feeds::{GATHER, Listed, Live, LiveViewer, RoomSummary, WatchEvent};
use crate::ids::{AccountId, LineId, RoomId};
use crate::storage::people::scope::Scope;

/// Events a viewer may fall behind before it is dropped; it comes back for a fresh snapshot.
const BEHIND_MAX: usize = 4_096;

/// Feeds the admin room list.
#[derive(Default)]
pub struct AdminFeed {
    live: Live<Viewer>,
    /// How to look at each room.
    looks: HashMap<RoomId, Recipient<Look>>,
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
}

impl Actor for AdminFeed {
    type Context = Context<Self>;
}

impl AdminFeed {
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
            events
        }))
    }
}

impl Handler<Shows> for AdminFeed {
    type Result = ();

    fn handle(&mut self, shows: Shows, ctx: &mut Context<Self>) {
        let listed = match shows {
            Shows::Room(summary, look) => {
                self.looks.insert(summary.room, look);
                Listed::Room(summary)
            }
            Shows::Changed(listed) => {
                if let Listed::RoomDropped(room) = &listed {
                    self.looks.remove(room);
                }
                listed
            }
        };
        if self.live.show(listed) {
            ctx.run_later(GATHER, |feed, ctx| {
                feed.live.gathered();
                ctx.spawn(feed.look_again().map(|(), feed, _| feed.live.flush()));
            });
        }
    }
}
