//! A real server process, measured at its sockets from outside.
//!
//! `cargo bench --bench sockets`, all of it, or `-- PART …`:
//! - `idle`: memory of a counsellor's socket to which nothing happens
//! - `positions`: places that change for ten thousand waiting desks
//! - `resume`: a desk that comes back to a talk in which fifty messages were said
//! - `log-ins`: what talks notice of a storm of log-ins
//!
//! `ANTEROOM_SOCKETS`, default 10,000, is how many sockets the first three open at most; they are measured
//! at a hundredth and a tenth of it, too. `positions` and `resume` need as many file descriptors in this
//! process and in the server. Linux only: it reads /proc. With `ANTEROOM_FIGURES=FILE` what grows with the
//! population is added to the file, a line of JSON each, for `bench/sockets.mjs`.

mod idle;
mod log_ins;
mod positions;
mod resume;
mod server;

use std::io::Write as _;
use std::time::Duration;

const PARTS: [&str; 4] = ["idle", "positions", "resume", "log-ins"];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    match words.first().map(String::as_str) {
        // The processes `idle` starts of this program.
        Some("serve-shared") => return idle::serve_shared(&words[1..]),
        Some("sit") => return runtime().block_on(idle::sit(&words[1..])),
        _ => {}
    }
    if let Some(unknown) = words.iter().find(|part| !PARTS.contains(&part.as_str())) {
        panic!("there is no part {unknown}; there is {}", PARTS.join(", "));
    }
    let sockets: usize = std::env::var("ANTEROOM_SOCKETS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    for part in PARTS.iter().filter(|part| words.is_empty() || words.iter().any(|one| one == *part)) {
        match *part {
            "idle" => idle::measure(sockets),
            "positions" => ladder(sockets).for_each(|desks| runtime().block_on(positions::measure(desks))),
            // Two sockets a room.
            "resume" => ladder(sockets / 2).for_each(|rooms| runtime().block_on(resume::measure(rooms))),
            _ => runtime().block_on(log_ins::measure()),
        }
    }
}

/// A hundredth, a tenth, and all.
fn ladder(most: usize) -> impl Iterator<Item = usize> {
    [100, 10, 1].map(|part| most / part).into_iter().filter(|rung| *rung > 0)
}

/// Adds one figure at one population to the file that was asked for, if one was.
fn figure(what: &str, population: usize, value: f64) {
    let Some(file) = std::env::var_os("ANTEROOM_FIGURES") else { return };
    let line = serde_json::json!({ "what": what, "population": population, "value": value });
    let file = std::fs::OpenOptions::new().create(true).append(true).open(file);
    writeln!(file.expect("the file for figures"), "{line}").expect("the figure is written");
}

/// At this share of what was timed, which is in order.
fn at(took: &[Duration], share: f64) -> Duration {
    took[((took.len() - 1) as f64 * share) as usize]
}

/// What was timed, from least to most.
fn print(what: &str, took: &mut [Duration]) {
    took.sort_unstable();
    let at = |share| at(took, share);
    println!(
        "{what}: {} times, p50 {:?}, p99 {:?}, p99.9 {:?}, max {:?}",
        took.len(),
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    );
}
