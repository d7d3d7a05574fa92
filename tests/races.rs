//! Accept against cancel against expiry against drop, over real sockets: one winner each, and the
//! losers are told why.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use tokio::sync::Mutex;

use crate::support::{Counsellor, Desk, Office, Server, alone, seed};

/// Pairs that race side by side, and races each of them runs.
const PAIRS: usize = 8;
const RACES: usize = 400;

/// What each side of an offer does, after a moment.
#[derive(Clone, Copy, Debug)]
enum Move {
    Accept,
    Decline,
    /// Lets it ring out.
    Nothing,
    Vanish,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_offer_has_one_winner_whoever_is_quicker() {
    let _alone = alone().await;
    let seed = seed();
    let mut office = Office::new()
        // One line a pair, so that every race is between two people.
        .rules("ACCEPT_S = 1, MISSES_MAX = 0, RETRY_S = 1, GRACE_S = 1, WIDEN_S = 0")
        .option("--sockets-per-address-max", "2000")
        .option("--messages-per-10s-max", "10000")
        // Every desk from a network of its own: who gives up twice while it rings is not rung for (R15).
        .option("--trusted-proxy", "127.0.0.1");
    for pair in 0..PAIRS {
        office = office.line(&format!("L{pair}"));
    }
    for pair in 0..PAIRS {
        office = office.counsellor_of(&format!("kim{pair}"), &[&format!("L{pair}")], 1);
    }
    let server = Arc::new(office.open().await);
    let outcomes = Arc::new(Mutex::new(BTreeMap::<String, u32>::new()));
    let mut pairs = Vec::new();
    for pair in 0..PAIRS {
        let (server, outcomes) = (server.clone(), outcomes.clone());
        pairs.push(tokio::spawn(async move {
            let mut random = StdRng::seed_from_u64(seed ^ pair as u64);
            let mut kim = Counsellor::open_at(&server, &format!("kim{pair}")).await;
            for nth in 0..RACES {
                let from = format!("10.{pair}.{}.{}", nth / 256, nth % 256);
                let mut desk = Desk::from_address(&server, &from).await;
                desk.request(&format!("L{pair}"));
                desk.waits().await;
                let outcome = race(&server, &mut kim, desk, &mut random).await;
                *outcomes.lock().await.entry(outcome).or_default() += 1;
            }
        }));
    }
    for pair in pairs {
        pair.await.unwrap_or_else(|broken| panic!("a pair broke down: {broken}"));
    }
    let outcomes = outcomes.lock().await.clone();
    println!("{} races: {outcomes:#?}", PAIRS * RACES);
    assert_eq!(outcomes.values().sum::<u32>() as usize, PAIRS * RACES);
    for expected in ["MATCHED", "CANCELLED"] {
        assert!(outcomes.contains_key(expected), "nobody ever won by being {expected}");
    }
    server.check().await;
    if let Ok(server) = Arc::try_unwrap(server) {
        server.finish().await;
    }
}

/// One desk, one offer, two moves at nearly the same moment. What became of the ticket, in the
/// words both sides were told.
async fn race(server: &Server, kim: &mut Counsellor, mut desk: Desk, random: &mut StdRng) -> String {
    let ticket = desk.ticket.clone();
    let offer = kim.expect_where("offer", |offer| offer["ticket"] == *ticket).await;
    // Now and then at the moment the offer rings out.
    let late = if random.random_ratio(1, 20) { Duration::from_millis(990) } else { Duration::ZERO };
    tokio::time::sleep(late + Duration::from_micros(random.random_range(0..2_000))).await;
    let of_kim = match random.random_range(0..20) {
        0..13 => Move::Accept,
        13..16 => Move::Decline,
        16..18 => Move::Vanish,
        _ => Move::Nothing,
    };
    // The desk gives up, or its wire is cut.
    let cancels = random.random_ratio(9, 10);
    let desk_first = random.random_bool(0.5);
    let act = |kim: &Counsellor| match of_kim {
        Move::Accept => kim.accept(&offer),
        Move::Decline => kim.decline(&offer),
        Move::Vanish => kim.vanish(),
        Move::Nothing => {}
    };
    if !desk_first {
        act(kim);
        tokio::time::sleep(Duration::from_micros(random.random_range(0..1_500))).await;
    }
    if cancels {
        desk.send(json!({"type": "cancel"}));
    } else {
        desk.vanish();
    }
    if desk_first {
        tokio::time::sleep(Duration::from_micros(random.random_range(0..1_500))).await;
        act(kim);
    }
    if matches!(of_kim, Move::Vanish) {
        kim.come_back(server).await;
    }
    let outcome =
        if cancels { by_cancel(kim, &mut desk, &offer, of_kim).await } else { by_drop(server, &mut desk).await };
    if outcome == "MATCHED" {
        kim.room.clone_from(&desk.room);
        if desk.journal().is_live() {
            desk.end();
        } else {
            kim.end();
        }
        let room = kim.room.clone();
        kim.expect_where("ended", |ended| ended["room"] == *room).await;
    }
    // Idle again before the next race.
    kim.decided().await;
    outcome
}

/// The desk gave up: either the ticket is closed, or it was too late and it is told so.
async fn by_cancel(kim: &mut Counsellor, desk: &mut Desk, offer: &serde_json::Value, of_kim: Move) -> String {
    let first = loop {
        let frame = desk.next().await.expect("a desk that gave up is told how it ends");
        if ["closed", "matched"].iter().any(|kind| frame["type"] == *kind) {
            break frame;
        }
    };
    if first["type"] == "matched" {
        desk.seated().await;
        // It was too late: the loser is told.
        desk.expect_error("NOT_WAITING").await;
        assert!(matches!(of_kim, Move::Accept), "nobody accepted: {first}");
        kim.expect_where("matched", |matched| matched["room"] == first["room"]).await;
        return "MATCHED".into();
    }
    assert_eq!(first["reason"], "CANCELLED");
    if matches!(of_kim, Move::Accept) {
        // Either it was withdrawn first, or the answer came too late; both are said.
        let id = offer["offer"].clone();
        kim.expect_where("withdrawn", |withdrawn| withdrawn["offer"] == id).await;
        kim.expect_where("error", |error| error["re"] == id && error["code"] == "NO_SUCH_OFFER").await;
    }
    "CANCELLED".into()
}

/// The desk's wire was cut: on its return it has its room, its place, or is told of its end.
async fn by_drop(server: &Server, desk: &mut Desk) -> String {
    desk.come_back(server, Some(0)).await;
    let first = loop {
        let frame = desk.next().await.expect("a desk that comes back is told how it stands");
        if ["closed", "matched", "waiting", "ended"].iter().any(|kind| frame["type"] == *kind) {
            break frame;
        }
    };
    if first["type"] == "matched" {
        desk.seated().await;
        return "MATCHED".into();
    }
    if first["type"] == "waiting" {
        desk.send(json!({"type": "cancel"}));
        loop {
            let frame = desk.next().await.expect("it is told how it ends");
            match frame["type"].as_str() {
                Some("closed") => return "CANCELLED".into(),
                Some("matched") => {
                    desk.seated().await;
                    return "MATCHED".into();
                }
                _ => {}
            }
        }
    }
    format!("AWAY, THEN {}", first["reason"].as_str().unwrap_or_default())
}
