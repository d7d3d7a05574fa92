//! One node alone is cut off from Redis, or from PostgreSQL: dropped, held up, or its words are swallowed.

use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::rngs::StdRng;

use super::bed::{Day, times};
use crate::support::cluster::By;
use crate::support::{seed, until};

/// Longer than Redis has to answer, and shorter than a link may be silent.
const HELD_UP: Duration = Duration::from_millis(600);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_cut_off_from_redis_goes_on_by_postgres_and_nobody_is_gone() {
    let mut random = StdRng::seed_from_u64(seed());
    let mut day = Day::begin_patiently(By::Redis).await;
    let cuts = times("ANTEROOM_NODE_CUTS", 10);
    let before = day.incarnations();
    for nth in 0..cuts {
        day.some_moment(&mut random).await;
        let node = day.strikes(nth % 2 == 0, &mut random).await;
        let redis = day.cluster.nodes[node].redis.as_ref().expect("a way to Redis");
        match nth % 3 {
            0 => redis.cut_all(),
            1 => redis.stall(),
            _ => redis.swallow(),
        }
        // Everybody's next word is on file, by whichever way.
        day.all_talk_on().await;
        if nth % 3 != 0 {
            until("it hears by PostgreSQL", || day.hears_by(node, "POSTGRES")).await;
            day.all_talk_on().await;
            let redis = day.cluster.nodes[node].redis.as_ref().expect("a way to Redis");
            redis.cut_all();
            redis.restore();
        }
        until("it hears by Redis again", || day.hears_by(node, "REDIS")).await;
        day.crowd.is_content();
    }
    assert_eq!(day.incarnations(), before, "Redis is nobody's death");
    day.end(&format!("{cuts} cuts of Redis")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_loses_a_word_or_a_place_when_nodes_are_cut_off_from_postgres() {
    let mut random = StdRng::seed_from_u64(seed());
    let mut day = Day::begin(By::Redis).await;
    let cuts = times("ANTEROOM_NODE_CUTS", 10);
    for nth in 0..cuts {
        day.some_moment(&mut random).await;
        let node = day.strikes(nth % 2 == 0, &mut random).await;
        let gone = day.cluster.incarnation(node);
        let cut = Instant::now();
        let postgres = &day.cluster.nodes[node].postgres;
        match nth % 5 {
            0 | 2 => postgres.cut_all(),
            3 => {
                postgres.stall();
                // How long the fault lasts.
                tokio::time::sleep(HELD_UP).await;
                postgres.restore();
            }
            _ => {
                // For so long that it is gone, and its people come back when it finds out.
                postgres.swallow();
                day.crowd.door_goes(node);
                day.is_taken_over(&gone, cut).await;
                let postgres = &day.cluster.nodes[node].postgres;
                postgres.cut_all();
                postgres.restore();
            }
        }
        day.all_back(cut).await;
        day.cluster.together().await;
        day.all_talk_on().await;
    }
    day.end(&format!("{cuts} cuts of PostgreSQL")).await;
}
