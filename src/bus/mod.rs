//! How this node speaks with the others: a link to each, over PostgreSQL or Redis, sealed.
//!
//! What a link promises (order, once, no gap or a break told to both) is pure and tested in
//! [`crate::cluster::link`]. Here is what moves it: a thread of its own owns every link, the two
//! engines that carry messages, and the key they are sealed with. Nobody waits for it and it waits
//! for nobody: [`Bus`] puts orders into a queue, and what happens is handed out as [`Event`]s.
//!
//! Messages go by PostgreSQL, which is always there, unless there is a Redis that has been good for
//! a while and the other node hears by it too. A word that Redis did not take, or that nobody heard
//! there, goes by PostgreSQL at once; so the loss of Redis is a pause of parts of a second and not a
//! break.
//!
//! - `config`: what a bus is made of, and why it does not start
//! - `event`: what it tells its owner; `counts`: what is counted, for the metrics
//! - `thread`: the thread everything happens on
//! - `links`: all links, and what goes by which engine, without a socket; `peer`: one other node
//! - `engine`: what the thread and an engine say to each other; `postgres`, `redis`: the two
//! - `seal`: messages sealed; `channel`: the names of the channels

mod channel;
mod config;
mod counts;
mod engine;
mod event;
mod links;
mod peer;
mod postgres;
#[cfg(feature = "redis")]
mod redis;
mod seal;
#[cfg(test)]
mod tests;
mod thread;

pub use config::{BusFault, Config};
pub use counts::{Counts, Directions, ROUND_TRIP_BOUNDS_MS, RoundTrips};
pub use event::Event;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::cluster::Engine;
use crate::cluster::link::{Parcel, SessionName, text_len};
use crate::ids::NodeId;
use links::Order;
use thread::{Ask, Ends, Thread};

/// Longest text of a hint's body, in bytes: a hint goes in one message of either engine.
pub const HINT_MAX: usize = 5_400;

/// A handle on this node's way to the others. Cheap to clone; every method but [`Bus::stop`] returns
/// at once. With the last of them the bus ends.
#[derive(Clone)]
pub struct Bus {
    /// None for a node that has no others.
    asks: Option<mpsc::UnboundedSender<Ask>>,
    newest_epoch: Arc<AtomicU64>,
}

impl Bus {
    /// For a node that has no others: no thread, no links, and nothing comes back.
    #[must_use]
    pub fn alone() -> Self {
        Self { asks: None, newest_epoch: Arc::default() }
    }

    /// Starts a bus and waits, at most for some seconds, until this node hears by PostgreSQL: from
    /// then on nobody can speak to it in vain. A Redis that is not there is a warning in the log, and
    /// used once it is.
    ///
    /// `events` is called on the bus's own thread, one event after the other, and must return soon:
    /// nothing is sent or heard meanwhile. It may give orders to the bus; it must not panic, as the
    /// process would end with it.
    ///
    /// # Errors
    ///
    /// A URL is none, or PostgreSQL does not let us listen.
    pub async fn start(config: Config, events: impl FnMut(Event) + Send + 'static) -> Result<Self, BusFault> {
        let Ends { asks, newest_epoch, started } = Thread::start(config, events)?;
        started.await.unwrap_or_else(|_| Err(BusFault::Unreachable("the thread has ended".into())))?;
        Ok(Self { asks: Some(asks), newest_epoch })
    }

    /// A look found this node, which hears by `engine` (`NODE.ENGINE`); said again, only the engine
    /// may have changed. A link to it is opened. Not for one that was said to be [`Self::gone`].
    pub fn there(&self, node: NodeId, engine: Engine) {
        self.order(Order::There(node, engine));
    }

    /// The records say that this node is gone: its link ends with one [`Event::Gone`], and it is not
    /// heard again. Nothing if it was not [`Self::there`].
    pub fn gone(&self, node: NodeId) {
        self.order(Order::Gone(node));
    }

    /// Sends a parcel. Between [`Event::Opened`] and its answer it is kept, and comes behind the
    /// announcement; without a session it is not sent, and [`Event::Unsent`] says so. Toward one node
    /// there are at most 8,192 parcels or 8 MiB, kept ones too; one more breaks the link.
    pub fn send(&self, to: NodeId, parcel: Parcel) {
        self.order(Order::Send(to, parcel));
    }

    /// The answer to [`Event::Opened`], once for each: all this node holds that the other must know.
    /// What was sent since comes behind it. One for a session that is over by now changes nothing.
    pub fn announce(&self, to: NodeId, session: SessionName, parcels: Vec<Parcel>) {
        self.order(Order::Announce(to, session, parcels));
    }

    /// A hint to every node but this one; it may be lost or doubled. One whose body is longer than
    /// [`HINT_MAX`] is a bug of the caller: it is not sent, and the log says so.
    pub fn tell_all(&self, kind: &'static str, body: Value) {
        let bytes = text_len(&body);
        if bytes > HINT_MAX {
            log::error!("a hint {kind} of {bytes} bytes is not sent; at most {HINT_MAX}");
        } else {
            self.order(Order::TellAll(kind, body));
        }
    }

    /// Sends this node itself a word, by what it hears by now; [`Event::HeardMyself`] when it came.
    pub fn say_to_myself(&self, count: u64) {
        self.order(Order::SayToMyself(count));
    }

    /// A look found this epoch on file ([`crate::cluster::Epochs::found`]).
    pub fn epoch_on_file(&self, epoch: u64) {
        self.order(Order::OnFile(epoch));
    }

    /// The newest epoch that was heard of or found, for the statement that takes the lease.
    #[must_use]
    pub fn newest_epoch(&self) -> u64 {
        self.newest_epoch.load(Ordering::Relaxed)
    }

    /// What was counted up to now; nothing once it has ended.
    pub async fn counts(&self) -> Counts {
        self.ask(Ask::Counts).await.unwrap_or_default()
    }

    /// Ends, once the others have acknowledged all that was sent, or after 2 s. No event comes meanwhile,
    /// and what any clone is told changes nothing.
    pub async fn stop(&self) {
        // If it has ended already, it has stopped.
        let _ = self.ask(Ask::Stop).await;
    }

    async fn ask<T>(&self, ask: impl FnOnce(oneshot::Sender<T>) -> Ask) -> Option<T> {
        let (tell, told) = oneshot::channel();
        self.asks.as_ref()?.send(ask(tell)).ok()?;
        told.await.ok()
    }

    fn order(&self, order: Order) {
        if let Some(asks) = &self.asks {
            // One that has ended does nothing.
            let _ = asks.send(Ask::Order(order));
        }
    }
}
