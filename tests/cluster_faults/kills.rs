//! Nodes die without a word.

use std::time::Instant;

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::bed::{Day, times};
use crate::support::cluster::By;
use crate::support::seed;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_loses_a_word_or_a_place_when_nodes_are_killed_one_after_the_other() {
    let mut random = StdRng::seed_from_u64(seed());
    let mut day = Day::begin(By::Redis).await;
    let kills = times("ANTEROOM_NODE_KILLS", 20);
    for nth in 0..kills {
        day.some_moment(&mut random).await;
        let node = day.strikes(nth % 2 == 0, &mut random).await;
        let gone = day.cluster.incarnation(node);
        day.crowd.door_goes(node);
        let killed = Instant::now();
        day.cluster.nodes[node].server.kill9();
        day.is_taken_over(&gone, killed).await;
        day.all_back(killed).await;
        day.cluster.nodes[node].server.restart().await;
        day.cluster.together().await;
    }
    day.end(&format!("{kills} kills")).await;
}
