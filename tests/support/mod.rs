//! People, faults and records for the acceptance tests.
//!
//! - `office`: what is on file before the server starts; `server`: the real process
//! - `pair`: two of them that match as one
//! - `socket`: one WebSocket that keeps every frame in order; `people`: a desk, a counsellor;
//!   `supervisor`: a manager at a room
//! - `http`: requests as programs and browsers make them; `raw`: bytes nobody should send
//! - `proxy`: a network that can be cut, stalled, swallowed and made long, and is counted
//! - `program`: what Debian's packages bring, started and ended; `postgres`, `pgbouncer`, `redis`: real
//!   ones; `balancer`: HAProxy and nginx in front of servers, with the files of `deploy/`
//! - `cluster`: three servers as one, each by networks of its own; `crowd`: a busy day at one or at all of them
//! - `mail`: what was mailed: to the folder, and to a mail server
//! - `settings`: what parts are started with; `database`: the records themselves; `ledger`: all journals against the records
//!
//! Nothing here waits by sleeping: everything waits for a frame or for a condition, with a
//! generous deadline, so a slow machine makes a test slow and not red.

pub mod balancer;
pub mod cluster;
pub mod crowd;
pub mod database;
pub mod http;
pub mod ledger;
pub mod mail;
pub mod office;
pub mod pair;
pub mod people;
pub mod pgbouncer;
pub mod postgres;
pub mod program;
pub mod proxy;
pub mod raw;
pub mod redis;
pub mod server;
pub mod settings;
pub mod socket;
pub mod supervisor;

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, MutexGuard};

pub use balancer::Balancer;
pub use cluster::{By, Cluster};
pub use http::Http;
pub use ledger::Ledger;
pub use office::Office;
pub use people::{Counsellor, Desk};
pub use proxy::Proxy;
pub use redis::Redis;
pub use server::Server;
pub use socket::Socket;
pub use supervisor::Supervisor;

/// How long anything may take before a test gives up on it.
pub const PATIENCE: Duration = Duration::from_secs(60);

static HEAVY: Mutex<()> = Mutex::const_new(());

/// Held by tests that need the machine for themselves.
pub async fn alone() -> MutexGuard<'static, ()> {
    HEAVY.lock().await
}

/// Asks again and again until the answer is there. For what the server tells nobody by itself.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    until_within(PATIENCE, what, &mut ask).await
}

/// The same with a deadline of its own.
pub async fn until_within<T, F: Future<Output = Option<T>>>(
    patience: Duration,
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let give_up = Instant::now() + patience;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < give_up, "in vain for {patience:?}: {what}");
        // The pace of asking, not a wait: the condition decides.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A fresh id as clients make them.
pub fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Randomness that can be had again: the seed is printed, and `ANTEROOM_SEED` sets it.
pub fn seed() -> u64 {
    let seed = std::env::var("ANTEROOM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("ANTEROOM_SEED={seed}");
    seed
}
