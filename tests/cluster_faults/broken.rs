//! The harness must be able to fail: nodes that are broken on purpose turn the ledger red, and good ones do not.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::bed::office;
use crate::support::Desk;
use crate::support::cluster::{By, Cluster, GONE};
use crate::support::ledger::{Holds, must};

/// A new term answers at once what is said again to it; this is for a busy machine.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
/// And so long one waits for an answer that does not come.
const NOT_ANSWERED_WITHIN: Duration = Duration::from_secs(3);

fn good() -> PathBuf {
    env!("CARGO_BIN_EXE_anteroom").into()
}

/// Whoever matches stands still before it has answered a desk of another node. The next answers.
async fn what_nobody_answered_is_said_again(program: &Path, within: Duration) -> Holds {
    let mut cluster = Cluster::open(office().program(program), By::Postgres, GONE).await;
    let matches = cluster.matchmaker().await;
    let gone = cluster.incarnation(matches);
    let mut desk = Desk::at(&cluster.nodes[(matches + 1) % 3].server).await;
    cluster.nodes[matches].server.signal("STOP");
    desk.request("GENERAL");
    cluster.in_other_hands(&gone, Instant::now()).await;
    let waits = desk.hears(within, "waiting", |_| true).await;
    cluster.nodes[matches].server.signal("CONT");
    must(waits.is_some(), "I4", || "who asked as a term ended was never told how they stand".into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn good_nodes_say_again_what_nobody_answered() {
    let found = what_nobody_answered_is_said_again(&good(), ANSWERED_WITHIN).await;
    found.unwrap_or_else(|broken| panic!("{broken}"));
}

/// The program's name breaks it. A release has no such names.
#[cfg(debug_assertions)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_say_nothing_again_turn_the_ledger_red() {
    let names = tempfile::tempdir().expect("a temporary directory");
    let named = names.path().join("no-second-say");
    std::os::unix::fs::symlink(good(), &named).expect("a link");
    let found = what_nobody_answered_is_said_again(&named, NOT_ANSWERED_WITHIN).await;
    assert_eq!(found.map_err(|broken| broken.rule), Err("I4"), "asked once, and never again");
}
