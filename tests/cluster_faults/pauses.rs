//! Nodes stand still for longer than a node may, and go on as if nothing had been.

use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::bed::{Day, GRACE, times};
use crate::support::cluster::By;
use crate::support::seed;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_loses_a_word_or_a_place_when_nodes_stand_still_and_go_on() {
    let mut random = StdRng::seed_from_u64(seed());
    let mut day = Day::begin(By::Postgres).await;
    let pauses = times("ANTEROOM_NODE_PAUSES", 5);
    let lasts = Duration::from_secs(times("ANTEROOM_PAUSE_S", 0).into());
    for nth in 0..pauses {
        day.some_moment(&mut random).await;
        let node = day.strikes(nth % 2 == 0, &mut random).await;
        let gone = day.cluster.incarnation(node);
        day.crowd.door_goes(node);
        let stopped = Instant::now();
        day.cluster.nodes[node].server.signal("STOP");
        day.is_taken_over(&gone, stopped).await;
        // Some wait until it goes on; whoever would lose their place by that comes back elsewhere, and leaves an old
        // socket behind.
        if nth % 2 == 1 || lasts >= GRACE {
            day.crowd.door_is_silent(node);
        }
        // How long it lasts, and not a wait: it is over for the others already.
        tokio::time::sleep(lasts.saturating_sub(stopped.elapsed())).await;
        day.cluster.nodes[node].server.signal("CONT");
        day.all_back(stopped).await;
        day.cluster.together().await;
    }
    day.end(&format!("{pauses} pauses")).await;
}
