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
//! - `event`: what it tells its owner
//! - `counts`: what is counted, for the metrics

mod config;
mod counts;
mod event;

pub use config::{BusFault, Config};
pub use counts::{Counts, ROUND_TRIP_BOUNDS_MS, RoundTrips};
pub use event::Event;

use serde_json::Value;

use crate::cluster::Engine;
use crate::cluster::link::{Parcel, SessionName};
use crate::ids::NodeId;

/// Longest text of a hint's body, in bytes: a hint goes in one message of either engine.
pub const HINT_MAX: usize = 5_400;

/// A handle on this node's way to the others. Cheap to clone; every method returns at once.
#[derive(Clone)]
pub struct Bus {}

impl Bus {
    /// For a node that has no others: no thread, no links, and nothing comes back.
    #[must_use]
    pub fn alone() -> Self {
        Self {}
    }

    /// Starts a bus and waits, at most for some seconds, until this node hears by PostgreSQL: from
    /// then on nobody can speak to it in vain. A Redis that is not there is a warning in the log, and
    /// used once it is.
    ///
    /// `events` is called on the bus's own thread, one event after the other, and must return soon:
    /// nothing is sent or heard meanwhile. It may give orders to the bus.
    ///
    /// # Errors
    ///
    /// A URL is none, or PostgreSQL does not let us listen.
    pub async fn start(_config: Config, _events: impl FnMut(Event) + Send + 'static) -> Result<Self, BusFault> {
        Err(BusFault::Thread(std::io::ErrorKind::Unsupported.into()))
    }

    /// A look found this node, which hears by `engine` (`NODE.ENGINE`); said again, only the engine
    /// may have changed. A link to it is opened. Not for this node itself, and not for one that was
    /// said to be [`Self::gone`].
    pub fn there(&self, _node: NodeId, _engine: Engine) {}

    /// The records say that this node is gone: its link ends with one [`Event::Gone`], and it is not
    /// heard again. Nothing if it was not [`Self::there`].
    pub fn gone(&self, _node: NodeId) {}

    /// Sends a parcel. Between [`Event::Opened`] and its answer it is kept, and comes behind the
    /// announcement; without a session it is not sent, and [`Event::Unsent`] says so. Toward one node
    /// there are at most 8,192 parcels or 8 MiB, kept ones too; one more breaks the link.
    pub fn send(&self, _to: NodeId, _parcel: Parcel) {}

    /// The answer to [`Event::Opened`], once for each: all this node holds that the other must know.
    /// What was sent since comes behind it. One for a session that is over by now changes nothing.
    pub fn announce(&self, _to: NodeId, _session: SessionName, _parcels: Vec<Parcel>) {}

    /// A hint to every node but this one; it may be lost or doubled. One whose body is longer than
    /// [`HINT_MAX`] is not sent, which the log says.
    pub fn tell_all(&self, _kind: &'static str, _body: Value) {}

    /// Sends this node itself a word, by what it hears by now; [`Event::HeardMyself`] when it came.
    pub fn say_to_myself(&self, _count: u64) {}

    /// A look found this epoch on file ([`crate::cluster::Epochs::found`]).
    pub fn found(&self, _epoch: u64) {}

    /// The newest epoch that was heard of or found, for the statement that takes the lease.
    #[must_use]
    pub fn newest_epoch(&self) -> u64 {
        0
    }

    /// What was counted up to now.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts::default()
    }

    /// Hands over to the engines what is queued, and ends: within 2 s, also if they do not take it.
    /// No event comes afterwards, and what any clone is told changes nothing.
    pub async fn stop(&self) {}
}
