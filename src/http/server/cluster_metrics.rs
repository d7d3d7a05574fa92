//! What `/metrics` shows of a node among others: `anteroom_cluster_…`. The heart and the bus count it themselves, so
//! it is written as it is. A node alone shows who it is, and noughts.

use std::fmt::Write as _;

use crate::bus::{Counts, ROUND_TRIP_BOUNDS_MS};
use crate::cluster::Engine;
use crate::dispatch::PutRight;
use crate::nodes::ClusterFigures;

/// The lines, behind those of the registry.
pub(super) struct Lines(String);

/// Of a node that has no others.
pub(super) fn alone() -> String {
    text(&ClusterFigures { members: 1, matchmaker: 1, ..ClusterFigures::default() }, &Counts::default())
}

/// Of this node, as of now.
pub(super) fn text(figures: &ClusterFigures, counts: &Counts) -> String {
    let mut lines = Lines(String::new());
    lines.gauge("members", "Nodes that are there", figures.members);
    lines.gauge("matchmaker", "1 if this node matches", figures.matchmaker);
    lines.gauge("epoch", "The newest term on file, counted", figures.epoch);
    lines.counter("terms_total", "Terms of this node", figures.terms_total);
    lines.counter("gone_total", "Nodes that this one has declared gone", figures.gone_total);
    lines.counter("fenced_total", "Terms that a fenced write ended", figures.fenced_total);
    lines.counter("rooms_taken_total", "Rooms that were another's or nobody's before", figures.rooms_taken_total);
    lines.begin("put_right_total", "How often the records differed from what was known, and were followed", "counter");
    for (what, count) in PutRight::ALL.iter().zip(figures.put_right_total) {
        lines.line("put_right_total", &format!("{{what=\"{}\"}}", what.name()), count);
    }
    lines.begin("link_broken_total", "Sessions with other nodes that broke", "counter");
    for (why, count) in &counts.broken {
        lines.line("link_broken_total", &format!("{{why=\"{why}\"}}"), count);
    }
    lines.begin("parcels_total", "Parcels and hints", "counter");
    for (kind, directions) in &counts.parcels {
        for (direction, count) in [("sent", directions.sent), ("arrived", directions.arrived)] {
            lines.line("parcels_total", &format!("{{kind=\"{kind}\",direction=\"{direction}\"}}"), count);
        }
    }
    lines.counter("messages_total", "Messages to other nodes: parcels share one, an idle link beats", counts.messages);
    lines.counter("resent_total", "Parcels sent again", counts.resent);
    lines.gauge("unacknowledged", "Parcels that are not acknowledged", counts.unacknowledged);
    lines.round_trips(counts);
    let by_redis = u8::from(counts.hears_by == Some(Engine::Redis));
    lines.gauge("engine_redis", "1 if this node hears by Redis", by_redis);
    lines.gauge("notify_queue_usage", "How much of PostgreSQL's room for notices is taken", figures.notify_queue_usage);
    lines.gauge("clock_off_seconds", "By how much the clock is ahead of the database's", figures.clock_off_seconds);
    lines.gauge("takeover_seconds", "How long the last taking of the lease took", figures.takeover_seconds);
    lines.0
}

impl Lines {
    fn begin(&mut self, name: &str, help: &str, kind: &str) {
        // A string takes everything.
        let _ = writeln!(self.0, "# HELP anteroom_cluster_{name} {help}\n# TYPE anteroom_cluster_{name} {kind}");
    }

    fn line(&mut self, name: &str, labels: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "anteroom_cluster_{name}{labels} {value}");
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl std::fmt::Display) {
        self.begin(name, help, "gauge");
        self.line(name, "", value);
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.begin(name, help, "counter");
        self.line(name, "", value);
    }

    fn round_trips(&mut self, counts: &Counts) {
        self.begin("rtt_seconds", "From sending to the acknowledgement", "histogram");
        let mut within = 0;
        for (bound, count) in ROUND_TRIP_BOUNDS_MS.iter().zip(counts.round_trips.buckets) {
            within += count;
            let bound = *bound as f64 / 1e3;
            self.line("rtt_seconds_bucket", &format!("{{le=\"{bound}\"}}"), within);
        }
        self.line("rtt_seconds_bucket", "{le=\"+Inf\"}", counts.round_trips.count);
        self.line("rtt_seconds_sum", "", counts.round_trips.sum.as_secs_f64());
        self.line("rtt_seconds_count", "", counts.round_trips.count);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::bus::{Directions, RoundTrips};

    #[test]
    fn each_figure_has_its_line() {
        let mut counts = Counts { hears_by: Some(Engine::Redis), messages: 9, resent: 3, ..Counts::default() };
        counts.broken.insert("silent", 2);
        counts.parcels.insert("ask", Directions { sent: 5, arrived: 7 });
        let mut buckets = [0; ROUND_TRIP_BOUNDS_MS.len()];
        (buckets[0], buckets[2]) = (1, 2);
        counts.round_trips = RoundTrips { buckets, count: 4, sum: Duration::from_millis(2_500) };
        let (members, clock_off_seconds, put_right_total) = (3, -0.5, [0, 2, 0, 0]);
        let figures = ClusterFigures { members, clock_off_seconds, put_right_total, ..ClusterFigures::default() };
        let text = text(&figures, &counts);
        for line in [
            "members 3",
            "clock_off_seconds -0.5",
            "rooms_taken_total 0",
            "put_right_total{what=\"ticket_taken\"} 0",
            "put_right_total{what=\"room_taken\"} 2",
            "link_broken_total{why=\"silent\"} 2",
            "parcels_total{kind=\"ask\",direction=\"arrived\"} 7",
            "messages_total 9",
            "resent_total 3",
            "engine_redis 1",
            "rtt_seconds_bucket{le=\"0.001\"} 1",
            "rtt_seconds_bucket{le=\"0.005\"} 3",
            "rtt_seconds_bucket{le=\"+Inf\"} 4",
            "rtt_seconds_sum 2.5",
        ] {
            let line = format!("anteroom_cluster_{line}");
            assert!(text.lines().any(|found| found == line), "no `{line}` in\n{text}");
        }
    }
}
