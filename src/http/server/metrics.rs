//! What `/metrics` shows: the requests, and a few numbers read at the moment of asking.

use std::sync::atomic::Ordering;

use actix_web_prom::{PrometheusMetrics, PrometheusMetricsBuilder};
use prometheus::{IntCounter, IntCounterVec, IntGauge, Opts, TextEncoder};

use crate::actors::CountsNow;
use crate::app::App;

/// The first word of every name.
const NAMESPACE: &str = "anteroom";

/// Why something was refused before a route saw it: the labels of one counter, all there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is no HTTP.
    Malformed,
    /// A method nobody knows.
    Method,
    /// The server has all the connections it can serve; told in words.
    Overloaded,
    /// And all it can take to tell so: closed as it came.
    Server,
    /// Its network has all the connections it may have: closed as it came.
    Network,
}

impl Refused {
    fn label(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Method => "method",
            Self::Overloaded => "overloaded",
            Self::Server => "server",
            Self::Network => "network",
        }
    }
}

/// The registry and what is set on asking. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    requests: PrometheusMetrics,
    waiting: IntGauge,
    offers: IntGauge,
    counsellors: IntGauge,
    rooms: IntGauge,
    matches: IntCounter,
    sockets: IntGauge,
    connections: IntGauge,
    journal_healthy: IntGauge,
    journal_queued: IntGauge,
    draining: IntGauge,
    refused: IntCounterVec,
}

impl Metrics {
    /// A fresh registry. Fails only if two metrics had one name.
    pub fn new() -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        // Paths that somebody made up must not become labels.
        let requests = PrometheusMetricsBuilder::new(NAMESPACE).mask_unmatched_patterns("UNKNOWN").build()?;
        let gauge = |name: &str, help: &str| -> Result<IntGauge, prometheus::Error> {
            let gauge = IntGauge::with_opts(Opts::new(name, help).namespace(NAMESPACE))?;
            requests.registry.register(Box::new(gauge.clone()))?;
            Ok(gauge)
        };
        let matches = IntCounter::with_opts(Opts::new("matches_total", "Matches since start").namespace(NAMESPACE))?;
        requests.registry.register(Box::new(matches.clone()))?;
        let about = Opts::new("refused_total", "Requests and connections refused before a route saw them");
        let refused = IntCounterVec::new(about.namespace(NAMESPACE), &["reason"])?;
        requests.registry.register(Box::new(refused.clone()))?;
        Ok(Self {
            refused,
            waiting: gauge("tickets_waiting", "Tickets waiting")?,
            offers: gauge("offers_outstanding", "Offers that are neither answered nor expired")?,
            counsellors: gauge("counsellors_connected", "Counsellors with a socket")?,
            rooms: gauge("rooms_open", "Open rooms on this node")?,
            sockets: gauge("sockets_open", "Open WebSockets")?,
            connections: gauge("connections_open", "Open TCP connections")?,
            journal_healthy: gauge("journal_healthy", "1 while the journal commits")?,
            journal_queued: gauge("journal_queued", "Writes waiting for the journal")?,
            draining: gauge("draining", "1 while the node is on its way out")?,
            matches,
            requests,
        })
    }

    /// Counts one more that was refused.
    pub fn refused(&self, why: Refused) {
        self.refused.with_label_values(&[why.label()]).inc();
    }

    /// Counts and times the requests of a scope.
    pub fn middleware(&self) -> PrometheusMetrics {
        self.requests.clone()
    }

    /// Everything, as of now.
    pub fn text(&self, app: &App, connections: usize, counts: CountsNow) -> Result<String, prometheus::Error> {
        self.waiting.set(counts.waiting.into());
        self.offers.set(counts.offers.into());
        self.counsellors.set(counts.counsellors.into());
        self.rooms.set(counts.rooms.into());
        self.matches.inc_by(counts.matches.saturating_sub(self.matches.get()));
        self.sockets.set(count(app.sockets.count()));
        self.connections.set(count(connections));
        let journal = app.journal.health();
        self.journal_healthy.set(journal.failing.is_none().into());
        self.journal_queued.set(count(journal.queued));
        self.draining.set(app.draining.load(Ordering::Relaxed).into());
        TextEncoder::new().encode_to_string(&self.requests.registry.gather())
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
