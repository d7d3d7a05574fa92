//! What is counted, for the metrics `anteroom_cluster_…`.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::cluster::Engine;
use crate::cluster::link::{self, Why};

/// What was counted since the bus started; numbers that go up unless said otherwise.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Sessions that are over, by the reason.
    pub broken: BTreeMap<&'static str, u64>,
    /// Parcels and hints by kind: given to be sent, and arrived. Those of announcements too.
    pub parcels: BTreeMap<&'static str, Directions>,
    /// Messages given to an engine: those of links, in which parcels share one, and hints.
    pub messages: u64,
    /// Parcels sent again.
    pub resent: u64,
    /// Messages that nobody of this cluster has sealed.
    pub forged: u64,
    /// Envelopes and parcels that were read and mean nothing here: of another version, for somebody
    /// else, of a session or an epoch that is over, come twice.
    pub passed_over: u64,
    /// Messages let go because an engine, or we, could not keep up; links send again what was in them.
    pub dropped: u64,
    /// Parcels toward others that are not acknowledged or wait, now.
    pub unacknowledged: u64,
    /// By which engine this node hears, now.
    pub hears_by: Option<Engine>,
    /// From sending to the acknowledgement, which may wait for 50 ms to share a message.
    pub round_trips: RoundTrips,
}

/// How many went each way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Directions {
    /// From here.
    pub sent: u64,
    /// To here.
    pub arrived: u64,
}

/// Upper bounds of the buckets of [`RoundTrips`], in milliseconds; what took longer is in none.
pub const ROUND_TRIP_BOUNDS_MS: [u64; 10] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/// A histogram.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RoundTrips {
    /// How many took at most the bound of the same place in [`ROUND_TRIP_BOUNDS_MS`], and longer than
    /// the one before.
    pub buckets: [u64; ROUND_TRIP_BOUNDS_MS.len()],
    /// All of them.
    pub count: u64,
    /// All of them together.
    pub sum: Duration,
}

impl Counts {
    /// Of this kind.
    pub(super) fn parcel(&mut self, kind: &'static str) -> &mut Directions {
        self.parcels.entry(kind).or_default()
    }

    /// Adds what a link has counted.
    pub(super) const fn keep(&mut self, of: link::Counts) {
        self.resent += of.resent;
        self.passed_over += of.doubled + of.foreign + of.stale + of.unknown + of.old_epoch + of.beyond;
    }
}

impl RoundTrips {
    /// One took so long.
    pub(super) fn add(&mut self, took: Duration) {
        let within = |bound: &u64| took <= Duration::from_millis(*bound);
        if let Some(bucket) = ROUND_TRIP_BOUNDS_MS.iter().position(within) {
            self.buckets[bucket] += 1;
        }
        self.count += 1;
        self.sum += took;
    }
}

/// A reason as the metrics name it.
pub(super) const fn name(why: Why) -> &'static str {
    match why {
        Why::Silent => "silent",
        Why::Unacknowledged => "unacknowledged",
        Why::Full => "full",
        Why::Told => "told",
        Why::Replaced => "replaced",
        Why::Unreadable => "unreadable",
    }
}
