//! How fast nodes speak with each other, by each engine: `cargo bench --bench bus`.
//!
//! `BENCH_POSTGRES=postgres://USER@HOST:PORT/NAME` and `BENCH_REDIS=redis://HOST:PORT` name the engines; without a
//! Redis it measures PostgreSQL alone. All nodes are in this process, so both ends of a way are timed by one clock.
//! Parcels are 300 bytes, as those of a message are.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use anteroom::bus::{Bus, Config, Event};
use anteroom::clock::Clock;
use anteroom::cluster::link::Parcel;
use anteroom::cluster::{Bounds, Engine};
use anteroom::ids::NodeId;
use serde_json::json;
use tokio::runtime::Builder;

const KINDS: &[&str] = &["say"];
const BYTES: usize = 300;
/// At so many a second the way is timed …
const PACE: Duration = Duration::from_millis(5);
const TIMED: usize = 1_000;
/// … and so many are sent as fast as they go, at most so many on their way toward one node.
const MANY: usize = 20_000;
const ON_THEIR_WAY: usize = 2_000;

/// A node, and what it has heard.
struct Node {
    id: NodeId,
    bus: Bus,
    heard: Arc<Heard>,
}

#[derive(Default)]
struct Heard {
    parcels: AtomicUsize,
    opened: AtomicUsize,
    by_redis: AtomicUsize,
    took: Mutex<Vec<Duration>>,
}

fn main() {
    let Ok(postgres) = std::env::var("BENCH_POSTGRES") else {
        return println!("BENCH_POSTGRES names no PostgreSQL; nothing is measured");
    };
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let redis = std::env::var("BENCH_REDIS").ok();
    for engine in [Some(Engine::Postgres), redis.as_ref().map(|_| Engine::Redis)].into_iter().flatten() {
        let redis = redis.clone().filter(|_| engine == Engine::Redis);
        runtime.block_on(measure(engine, &postgres, redis.as_deref()));
    }
}

async fn measure(engine: Engine, postgres: &str, redis: Option<&str>) {
    for hearers in [1, 3, 10] {
        let began = Instant::now();
        let mut nodes = Vec::new();
        for _ in 0..=hearers {
            nodes.push(Node::start(postgres, redis, began).await);
        }
        let (speaker, hearers) = nodes.split_first().expect("one who speaks");
        for hearer in hearers {
            speaker.bus.there(hearer.id, engine);
            hearer.bus.there(speaker.id, engine);
        }
        let wanted = hearers.len();
        until(|| speaker.heard.opened.load(Ordering::Acquire) == wanted).await;
        if engine == Engine::Redis {
            until(|| nodes.iter().all(|node| node.heard.by_redis.load(Ordering::Acquire) > 0)).await;
        }
        if wanted == 1 {
            time_the_way(engine, speaker, &hearers[0], began).await;
        }
        count(engine, speaker, hearers).await;
        for node in &nodes {
            node.bus.stop().await;
        }
    }
}

async fn time_the_way(engine: Engine, speaker: &Node, hearer: &Node, began: Instant) {
    let mut pace = tokio::time::interval(PACE);
    for _ in 0..TIMED {
        pace.tick().await;
        speaker.say(hearer, began.elapsed());
    }
    until(|| hearer.heard.parcels.load(Ordering::Acquire) == TIMED).await;
    let mut took = std::mem::take(&mut *hearer.heard.took.lock().expect("whole"));
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    println!("{engine:?}: one way at 200 a second: p50 {:?}, p99 {:?}, max {:?}", at(0.5), at(0.99), at(1.0));
}

async fn count(engine: Engine, speaker: &Node, hearers: &[Node]) {
    let (from, total) = (Instant::now(), MANY / hearers.len() * hearers.len());
    let counts = || hearers.iter().map(|hearer| hearer.heard.parcels.load(Ordering::Acquire));
    let before: usize = counts().sum();
    for nth in 0..total {
        speaker.say(&hearers[nth % hearers.len()], Duration::ZERO);
        if nth % 100 == 99 {
            until(|| nth - (counts().sum::<usize>() - before) < ON_THEIR_WAY).await;
        }
    }
    until(|| counts().sum::<usize>() - before == total).await;
    let (a_second, sent) = (total as f64 / from.elapsed().as_secs_f64(), speaker.bus.counts().await);
    println!("{engine:?}: to {} hearers: {a_second:.0} parcels a second ({} sent again)", hearers.len(), sent.resent);
}

/// Looks again and again, a millisecond apart: what is timed is timed where it is heard.
async fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

impl Node {
    async fn start(postgres: &str, redis: Option<&str>, began: Instant) -> Self {
        let (heard, own) = (Arc::<Heard>::default(), Arc::<OnceLock<Bus>>::default());
        let id = NodeId(uuid::Uuid::now_v7());
        let config = Config {
            me: id,
            database: postgres.to_owned(),
            redis: redis.map(str::to_owned),
            signing_key: vec![7; 32],
            bounds: Bounds::default(),
            kinds: KINDS,
            clock: Clock::system(),
        };
        let (hears, answers) = (heard.clone(), own.clone());
        let bus = Bus::start(config, move |event| match event {
            Event::Opened { node, session } => {
                if let Some(bus) = answers.get() {
                    bus.announce(node, session, Vec::new());
                }
                hears.opened.fetch_add(1, Ordering::Release);
            }
            Event::Arrived { body, .. } => {
                if let Some(sent) = body[0].as_u64().filter(|sent| *sent > 0) {
                    let took = began.elapsed().saturating_sub(Duration::from_nanos(sent));
                    hears.took.lock().expect("whole").push(took);
                }
                hears.parcels.fetch_add(1, Ordering::Release);
            }
            Event::By(Engine::Redis) => drop(hears.by_redis.fetch_add(1, Ordering::Release)),
            _ => {}
        });
        let bus = bus.await.expect("a bus");
        assert!(own.set(bus.clone()).is_ok());
        Self { id, bus, heard }
    }

    fn say(&self, to: &Self, at: Duration) {
        let at = u64::try_from(at.as_nanos()).expect("less than 500 years");
        self.bus.send(to.id, Parcel { kind: "say", body: json!([at, "x".repeat(BYTES)]), epoch: None });
    }
}
