//! A storm of log-ins against a real server, and what the talks notice of it.
//!
//! Rooms talk at a steady pace, and each message is timed from `say` to the other side's `message`.
//! Rounds without and with 500 log-ins a second (open loop: a late answer does not slow the next
//! request down) alternate in one run, on one machine. Also printed: how the log-ins were
//! answered, and the server's resident memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anteroom::http::access_control::passwords;
use serde_json::json;

use super::server::{Room, Server, hear, logins, say, staff};

/// Rooms that talk.
const ROOMS: usize = 50;
/// Each room says something so often.
const SAY_EVERY: Duration = Duration::from_millis(250);
/// Log-ins a second in a storm.
const LOG_INS: u32 = 500;
/// How long a round lasts.
const ROUND: Duration = Duration::from_secs(8);
/// Rounds of each kind.
const ROUNDS: usize = 4;
const PASSWORD: &str = "one password for the storm";

pub async fn measure() {
    let folder = tempfile::tempdir().expect("a folder");
    let staff_logins = [logins(ROOMS), vec!["storm".to_owned()]].concat();
    let tokens = staff(folder.path(), &staff_logins, &passwords::hash(PASSWORD).expect("a hash"));
    let server = Server::start(folder.path());
    let mut rooms = Vec::with_capacity(ROOMS);
    for token in &tokens[..ROOMS] {
        rooms.push(server.room(server.counsellor(token).await).await);
    }
    let (mut quiet, mut storm) = (Vec::new(), Vec::new());
    let answers = Arc::new(Mutex::new(BTreeMap::<u16, u32>::new()));
    let (before, mut most) = (server.resident_kib(), 0);
    for _ in 0..ROUNDS {
        quiet.extend(talk(&mut rooms).await);
        let thread = {
            let (url, answers) = (server.url.clone(), answers.clone());
            std::thread::spawn(move || log_in_all(&url, &answers))
        };
        storm.extend(talk(&mut rooms).await);
        most = most.max(server.resident_kib());
        thread.join().expect("the storm ends");
    }
    println!("{ROOMS} rooms, a message each {SAY_EVERY:?}; {ROUNDS} rounds of {ROUND:?} of each kind");
    super::print("without log-ins", &mut quiet);
    super::print(&format!("with {LOG_INS} log-ins/s"), &mut storm);
    println!("log-ins answered: {:?}", answers.lock().expect("counts"));
    println!("resident: {before} KiB before, {most} KiB at most in the storm");
}

/// All rooms talk for a round; how long each message took to the other side.
async fn talk(rooms: &mut [Room]) -> Vec<Duration> {
    let talks = rooms.iter_mut().enumerate().map(|(nth, room)| async move {
        let mut took = Vec::new();
        let offset = SAY_EVERY * u32::try_from(nth).unwrap_or(0) / u32::try_from(ROOMS).unwrap_or(1);
        let begin = tokio::time::Instant::now() + offset;
        let mut ticks = tokio::time::interval_at(begin, SAY_EVERY);
        while begin.elapsed() < ROUND {
            // A pace that does not wait for the answer: what is late is timed from when it was due.
            let due = ticks.tick().await;
            let client_id = uuid::Uuid::now_v7().to_string();
            let frame = json!({"type": "say", "room": room.id, "client_id": client_id, "body": "안녕하세요, 무엇을 도와드릴까요?"});
            say(&mut room.desk, frame).await;
            hear(&mut room.counsellor, "message").await;
            took.push(due.elapsed());
            hear(&mut room.desk, "accepted").await;
        }
        took
    });
    futures_util::future::join_all(talks).await.into_iter().flatten().collect()
}

/// One round of log-ins at their pace, on a thread of its own.
fn log_in_all(url: &str, answers: &Arc<Mutex<BTreeMap<u16, u32>>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / LOG_INS);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
        let (begin, mut under_way) = (Instant::now(), tokio::task::JoinSet::new());
        while begin.elapsed() < ROUND {
            ticks.tick().await;
            let (client, answers, url) = (client.clone(), answers.clone(), format!("{url}/api/v1/session"));
            under_way.spawn(async move {
                let body = json!({"login": "storm", "password": PASSWORD});
                // From all over town: the limit of one address would end the storm at its door.
                let [.., b, c, d] = rand::random::<u32>().to_be_bytes();
                let request = client.post(url).header("x-forwarded-for", format!("10.{b}.{c}.{d}")).json(&body);
                let status = request.send().await.map_or(0, |answer| answer.status().as_u16());
                *answers.lock().expect("counts").entry(status).or_default() += 1;
            });
        }
        under_way.join_all().await;
    });
}
