//! Every second the head of a line of waiting desks gives up, so every other desk's place changes:
//! what that costs the server, and how late each desk hears of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::{Notify, mpsc};

use super::server::{Server, ask, hear, say, staff};

/// Seconds that are measured, one change of every place in each.
const CHANGES: usize = 20;

pub async fn measure(count: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    staff(folder.path(), &[], "");
    let server = Server::start(folder.path());
    let (heard, mut ears) = mpsc::unbounded_channel();
    let started = Instant::now();
    // When the head last gave up, in microseconds since `started`.
    let changed_at = Arc::new(AtomicU64::new(0));
    let leave: Vec<Arc<Notify>> = (0..CHANGES).map(|_| Arc::new(Notify::new())).collect();
    for n in 0..count {
        let mut socket = server.desk().await;
        ask(&mut socket).await;
        let mut ahead = hear(&mut socket, "waiting").await["ahead"].as_u64().expect("a place");
        let (heard, changed_at, leave) = (heard.clone(), changed_at.clone(), leave.get(n).cloned());
        tokio::spawn(async move {
            loop {
                let leaves = async {
                    match &leave {
                        Some(leave) => leave.notified().await,
                        None => std::future::pending().await,
                    }
                };
                let frame = tokio::select! {
                    () = leaves => {
                        say(&mut socket, json!({"type": "cancel"})).await;
                        // A socket that goes at once may take the frame with it.
                        hear(&mut socket, "closed").await;
                        return;
                    }
                    frame = hear(&mut socket, "waiting") => frame,
                };
                let place = frame["ahead"].as_u64().expect("a place");
                if place < ahead {
                    ahead = place;
                    let now = started.elapsed().as_micros() as u64;
                    let _ = heard.send(now - changed_at.load(Ordering::Relaxed));
                }
            }
        });
    }
    println!("positions: {count} desks wait");
    let (cpu, from) = (server.cpu_s(), Instant::now());
    let mut late = Vec::with_capacity(count * CHANGES);
    for (change, head) in leave.iter().enumerate() {
        changed_at.store(started.elapsed().as_micros() as u64, Ordering::Relaxed);
        let next = tokio::time::Instant::now() + Duration::from_secs(1);
        head.notify_one();
        for _ in 0..count - change - 1 {
            late.push(Duration::from_micros(ears.recv().await.expect("all hear")));
        }
        tokio::time::sleep_until(next).await;
    }
    let (cpu, took) = (server.cpu_s() - cpu, from.elapsed().as_secs_f64());
    let told = late.len();
    println!(
        "positions: {CHANGES} changes of the places of {count} desks in {took:.1} s, server {:.1} % of a core",
        100.0 * cpu / took
    );
    super::print("positions: a desk hears of a change after", &mut late);
    super::figure("processor time of a place told, µs", count, 1e6 * cpu / told as f64);
}
