//! What came of it.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use serde_json::json;

use super::day::Day;
use super::figures::{Measure, Second, Summary, millis};
use super::ledger::Broken;
use super::records::Checked;
use super::target::Used;
use super::witness::Astray;

/// What came of a run.
pub struct Report {
    /// By measure.
    pub measures: Vec<(Measure, Summary)>,
    /// By the second.
    pub seconds: Vec<Second>,
    /// Breaches, the first of them.
    pub broken: Vec<Broken>,
    broken_count: u64,
    checks: Checks,
    counts: Counted,
    server: Option<Used>,
    asked: serde_json::Value,
}

/// What the tellings were held against.
#[derive(Clone, Copy, Debug)]
pub enum Checks {
    /// Against the records of our own server.
    Records(Checked),
    /// Of another, against each other.
    Heard(Astray),
}

#[derive(Serialize)]
struct Counted {
    desks_came: u64,
    desks_served: u64,
    desks_unserved: u64,
    messages_accepted: u64,
    sockets_cut: u64,
    sockets_turned_away: u64,
    frames_refused: u64,
}

impl Report {
    /// Of a day that is over.
    pub fn new(day: &Day, server: Option<Used>, seconds: Vec<Second>, checks: Checks) -> Self {
        let (broken_count, broken) = day.ledger.broken();
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let counts = Counted {
            desks_came: of(&day.counts.came),
            desks_served: of(&day.counts.served),
            desks_unserved: of(&day.counts.unserved),
            messages_accepted: of(&day.counts.said),
            sockets_cut: of(&day.counts.cut),
            sockets_turned_away: of(&day.counts.turned_away),
            frames_refused: of(&day.counts.refused),
        };
        let options = &day.options;
        let asked = json!({
            "peer": options.peer,
            "counsellors": options.counsellors,
            "capacity": options.capacity,
            "desks_per_s": options.desks_per_s,
            "duration_s": options.duration_s,
            "talk_s": options.talk_s,
            "messages": options.messages,
            "drops_percent": options.drops_percent,
            "storm_at_s": options.storm_at_s,
            "storm_percent": options.storm_percent,
            "slow_percent": options.slow_percent,
            "seed": options.seed,
        });
        let measures = Measure::ALL.map(|measure| (measure, day.figures.over_all(measure))).to_vec();
        Self { measures, seconds, broken, broken_count, checks, counts, server, asked }
    }

    /// For people.
    pub fn print(&self) {
        let Counted { desks_came, desks_served, desks_unserved, messages_accepted, .. } = self.counts;
        println!("{desks_came} desks came, {desks_served} were served to the end, {desks_unserved} were not taken");
        println!(
            "{messages_accepted} messages accepted; {} sockets cut, {} turned away or lost, {} frames refused",
            self.counts.sockets_cut, self.counts.sockets_turned_away, self.counts.frames_refused
        );
        println!("{:>10} {:>9} {:>9} {:>9} {:>9} {:>9}", "ms", "count", "p50", "p99", "p99.9", "max");
        for (measure, took) in &self.measures {
            println!(
                "{:>10} {:>9} {:>9} {:>9} {:>9} {:>9}",
                measure.name(),
                took.count,
                millis(took.p50_us),
                millis(took.p99_us),
                millis(took.p999_us),
                millis(took.max_us)
            );
        }
        if let Some(Used { resident_kib, cpu_s }) = self.server {
            println!("server: {:.1} MiB resident, {cpu_s:.1} s of processor time", resident_kib as f64 / 1024.0);
            if let Some(slope) = self.memory_slope() {
                println!(
                    "server: its memory grew by {slope:.1} KiB a minute in the second half of the time desks came"
                );
            }
        }
        self.print_ledger();
    }

    /// KiB a minute that the server's memory grew in the second half of the time desks came, by least
    /// squares; nothing where that is shorter than a minute, or the server not our own.
    fn memory_slope(&self) -> Option<f64> {
        let end = self.asked["duration_s"].as_f64()?;
        let late = self.seconds.iter().filter(|second| (end / 2.0..end).contains(&second.at_s));
        let points: Vec<(f64, f64)> =
            late.filter_map(|second| Some((second.at_s / 60.0, second.server?.resident_kib as f64))).collect();
        (end >= 120.0 && points.len() > 1).then(|| slope(&points))
    }

    fn print_ledger(&self) {
        match self.checks {
            Checks::Records(Checked { rooms, messages, tickets }) => {
                println!("ledger: {rooms} rooms, {messages} messages and {tickets} tickets held against the records");
            }
            Checks::Heard(Astray { said, lost, late, twice, reordered, strange }) => {
                println!(
                    "heard: of {said} messages {lost} lost, {twice} twice, {reordered} out of order; {late} late, {strange} never said"
                );
                println!(
                    "not checked, as nothing is on file: what is left of people who have gone, and what a restart keeps"
                );
            }
        }
        if self.broken_count == 0 {
            println!(
                "ledger: {} hold",
                if matches!(self.checks, Checks::Records(_)) { "I1 to I5" } else { "I2 to I5" }
            );
        }
        for Broken { rule, what } in &self.broken {
            println!("ledger: {rule} is broken: {what}");
        }
        if self.broken_count > self.broken.len() as u64 {
            println!("ledger: {} breaches in all", self.broken_count);
        }
    }

    /// For programs.
    pub fn json(&self) -> String {
        let measures: serde_json::Map<_, _> =
            self.measures.iter().map(|(measure, took)| (measure.name().to_owned(), json!(took))).collect();
        let (checked, heard) = match self.checks {
            Checks::Records(checked) => (Some(checked), None),
            Checks::Heard(astray) => (None, Some(astray)),
        };
        let report = json!({
            "asked": self.asked,
            "counts": self.counts,
            "measures": measures,
            "server": self.server,
            "memory_slope_kib_per_min": self.memory_slope(),
            "ledger": { "checked": checked, "heard": heard, "breaches": self.broken_count, "broken": self.broken },
            "seconds": self.seconds,
        });
        format!("{report:#}\n")
    }
}

/// Of the line that fits best.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let along: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let across: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    if across == 0.0 { 0.0 } else { along / across }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_is_that_of_the_line_through_the_points() {
        assert!((slope(&[(0.0, 5.0), (1.0, 7.0), (2.0, 9.0)]) - 2.0).abs() < 1e-9);
        assert!(slope(&[(1.0, 5.0), (1.0, 7.0)]).abs() < 1e-9);
    }
}
