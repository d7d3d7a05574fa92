//! The process dies without a word, again and again, while people ask and talk.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::crowd::Crowd;
use crate::support::{Office, alone, seed};

const DESKS: usize = 200;
const COUNSELLORS: usize = 50;
/// How often the server is killed, unless `ANTEROOM_KILLS` says otherwise.
const KILLS: u32 = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_loses_a_word_or_a_place_when_the_server_is_killed_again_and_again() {
    let _alone = alone().await;
    let kills = std::env::var("ANTEROOM_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let mut random = StdRng::seed_from_u64(seed());
    let mut server = Office::new()
        .rules("GRACE_S = 12")
        .counsellor("kim")
        .crowd(COUNSELLORS - 1)
        .option("--sockets-per-address-max", "2000")
        .option("--messages-per-10s-max", "10000")
        .open()
        .await;
    let logins: Vec<String> =
        std::iter::once("kim".to_owned()).chain((0..COUNSELLORS - 1).map(|n| format!("c{n}"))).collect();
    let mut crowd = Crowd::gather(&server, DESKS, &logins).await;
    crowd.all_back(Duration::from_secs(60)).await;
    let (mut slowest_start, mut slowest_return) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..kills {
        // The moment of death is what is random here; nothing is waited for.
        tokio::time::sleep(Duration::from_millis(random.random_range(100..1_000))).await;
        crowd.server_goes();
        server.kill9();
        let ready = server.restart().await;
        assert!(ready < Duration::from_secs(5), "ready again only after {ready:?}");
        slowest_start = slowest_start.max(ready);
        let back = Instant::now();
        crowd.server_is_back();
        crowd.all_back(Duration::from_secs(30)).await;
        slowest_return = slowest_return.max(back.elapsed());
        crowd.is_content();
    }
    crowd.calm_down().await;
    server.check().await;
    let (accepted, ended) = crowd.figures();
    println!(
        "{kills} kills, {accepted} messages, {ended} consultations; slowest start {slowest_start:?}, \
         slowest return of all {slowest_return:?}"
    );
    assert!(accepted > 0 && ended > 0, "nobody talked");
    crowd.leave().await;
    // The grace ends the rooms of people who have gone.
    server.ledger().nothing_is_left(&mut server.records()).await;
    server.check().await;
    server.finish().await;
}
