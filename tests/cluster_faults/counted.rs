//! How much nodes say to each other: for a match, for a message, and while nothing happens.

use std::time::{Duration, Instant};

use super::bed::office;
use crate::support::cluster::{By, Cluster, GONE};
use crate::support::{Counsellor, Desk, until};

/// Matches that are counted together, so that what is told once a second is shared by them as it would be.
const MATCHES: usize = 10;
const A_MATCH_MAX: f64 = 12.0;
const A_MESSAGE_MAX: f64 = 3.0;
/// What is told to everybody, and may be lost.
const HINTS: [&str; 2] = ["figures", "call"];
/// Messages each way.
const MESSAGES: usize = 20;
/// For so long an idle cluster is listened to.
const IDLE: Duration = Duration::from_secs(6);

async fn parcels(cluster: &Cluster) -> f64 {
    let sent = |name: &str| name.starts_with("anteroom_cluster_parcels_total{") && name.contains("\"sent\"");
    // Hints are none: words to everybody, on no link.
    let is_hint = |name: &str| HINTS.iter().any(|hint| name.contains(&format!("\"{hint}\"")));
    cluster.counted(|name| sent(name) && !is_hint(name)).await
}

/// Until no more parcels are sent: for longer than what is told once a second may be late.
async fn settled(cluster: &Cluster) -> f64 {
    unchanged(Duration::from_millis(1_500), || parcels(cluster)).await
}

/// Until a count has stayed as it is for so long.
async fn unchanged<F: Future<Output = f64>>(so_long: Duration, count: impl Fn() -> F) -> f64 {
    let last = std::cell::Cell::new((count().await, Instant::now()));
    until("a count stays as it is", || async {
        let now = count().await;
        if now > last.get().0 {
            last.set((now, Instant::now()));
        }
        (last.get().1.elapsed() > so_long).then_some(now)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_match_between_three_nodes_takes_at_most_twelve_parcels_and_a_message_three() {
    let office = office().counsellor_of("lee", &["GENERAL"], u16::try_from(MATCHES).expect("a few"));
    let mut cluster = Cluster::open(office, By::Redis, 5 * GONE).await;
    let matches = cluster.matchmaker().await;
    let (at_desk, at_work) = ((matches + 1) % 3, (matches + 2) % 3);
    let mut lee = Counsellor::open_at(&cluster.nodes[at_work].server, "lee").await;
    let before = settled(&cluster).await;
    let mut desks = Vec::new();
    for _ in 0..MATCHES {
        let mut desk = Desk::waiting_for(&cluster.nodes[at_desk].server, "GENERAL").await;
        lee.takes_next().await;
        desk.seated().await;
        desks.push(desk);
    }
    let matched = settled(&cluster).await;
    let (a_match, desk) = ((matched - before) / MATCHES as f64, desks.last_mut().expect("somebody"));
    for _ in 0..MESSAGES {
        desk.said("is anybody there?").await;
        lee.expect("message").await;
        lee.said("yes").await;
        desk.expect("message").await;
    }
    let a_message = (settled(&cluster).await - matched) / (2 * MESSAGES) as f64;
    println!("{a_match:.1} parcels a match, {a_message:.1} a message");
    assert!(a_match <= A_MATCH_MAX, "{a_match} parcels a match");
    assert!(a_message <= A_MESSAGE_MAX, "{a_message} parcels a message");
    cluster.check().await;
    cluster.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_idle_nodes_send_no_more_than_the_beats_of_their_links_six_a_second() {
    let cluster = Cluster::open(office(), By::Redis, 5 * GONE).await;
    // How much each node has is hinted twice, two seconds apart, after the last change.
    let hints = || cluster.counted(|name| name.contains("\"figures\"") && name.contains("\"sent\""));
    unchanged(Duration::from_millis(4_500), hints).await;
    let messages = || cluster.counted(|name| name == "anteroom_cluster_messages_total");
    let (before, began) = (messages().await, Instant::now());
    until("some seconds pass", || async { (began.elapsed() > IDLE).then_some(()) }).await;
    let (said, passed) = (messages().await - before, began.elapsed().as_secs_f64());
    println!("{:.1} messages a second", said / passed);
    // A beat of each of the six ends may fall into either end of that time.
    assert!(said <= 6.0 * passed + 6.0, "{said} messages in {passed:.1} s");
    assert!(said > 0.0, "nobody beats");
    cluster.finish().await;
}
