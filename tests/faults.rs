//! The disk, the network and the clients misbehave; people who do not are not disturbed.

use std::time::{Duration, Instant};

use rlimit::Resource;
use serde_json::json;

use crate::support::people::talking;
use crate::support::raw::{FIN, PING, Raw, TEXT};
use crate::support::{Counsellor, Desk, Office, Proxy, Server, alone, until};

/// From now on the server's disk takes nothing, or takes everything again.
fn disk_takes(server: &Server, anything: bool) {
    let limit = if anything { rlimit::INFINITY } else { 0 };
    let pid = i32::try_from(server.pid()).expect("a process id");
    rlimit::prlimit(pid, Resource::FSIZE, Some((limit, rlimit::INFINITY)), None).expect("the limit is set");
}

async fn is_ready(server: &Server) -> Option<bool> {
    Some(server.http().get("/readyz").await.ok()?.status == 200)
}

#[tokio::test]
async fn a_full_disk_is_said_and_the_server_recovers_by_itself() {
    let server = Office::new().counsellor("kim").counsellor("lee").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let mut lee = Counsellor::open_at(&server, "lee").await;
    let mut next = Desk::waiting_for(&server, "GENERAL").await;
    let offer = lee.rung().await;
    desk.said("before").await;
    kim.expect("message").await;
    disk_takes(&server, false);
    let say = json!({"type": "say", "room": desk.room, "client_id": "lost?", "body": "is anybody there?"});
    desk.send(say.clone());
    assert_eq!(desk.expect_error("NOT_STORED").await["re"], "lost?");
    let mut late = Desk::at(&server).await;
    let client_id = late.request("GENERAL");
    assert_eq!(late.expect_error("NOT_STORED").await["re"], *client_id);
    lee.accept(&offer);
    let refused = lee.expect("error").await;
    assert!(refused["code"] == "BUSY" || refused["code"] == "NO_SUCH_OFFER", "{refused}");
    next.send(json!({"type": "cancel"}));
    next.expect_error("NOT_STORED").await;
    until("it is unready", || async { (!is_ready(&server).await?).then_some(()) }).await;
    assert_eq!(server.http().read("/healthz").await["status"], "alive");
    desk.end();
    assert_eq!(desk.expect_error("NOT_STORED").await["re"], *desk.room, "the room goes on");
    assert!(!kim.has("message") && !kim.has("ended") && !lee.has("matched"));

    disk_takes(&server, true);
    until("it is ready again", || async { is_ready(&server).await?.then_some(()) }).await;
    desk.send(say);
    assert_eq!(desk.expect_where("accepted", |accepted| accepted["client_id"] == "lost?").await["seq"], 2);
    assert_eq!(kim.expect("message").await["body"], "is anybody there?");
    late.request("GENERAL");
    late.waits().await;
    // The offer may have rung again meanwhile.
    let offer = lee.journal().heard().into_iter().rfind(|frame| frame["type"] == "offer").expect("an offer");
    lee.accept(&offer);
    lee.seated().await;
    next.seated().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn while_another_program_holds_the_database_nothing_is_accepted() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let mut other = server.records();
    other.execute("BEGIN IMMEDIATE");
    let say = json!({"type": "say", "room": desk.room, "client_id": "a", "body": "hello"});
    desk.send(say.clone());
    desk.expect_error("NOT_STORED").await;
    assert!(!desk.has("accepted") && !kim.has("message"));
    until("it is unready", || async { (!is_ready(&server).await?).then_some(()) }).await;
    other.execute("ROLLBACK");
    until("it is ready again", || async { is_ready(&server).await?.then_some(()) }).await;
    desk.send(say);
    desk.expect("accepted").await;
    kim.expect("message").await;
    // A lock that is let go of soon is only waited for.
    other.execute("BEGIN IMMEDIATE");
    let client_id = desk.say("patience");
    desk.settled().await;
    assert!(!desk.has("accepted"));
    other.execute("ROLLBACK");
    desk.expect_where("accepted", |accepted| accepted["client_id"] == *client_id).await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_peer_that_is_gone_without_a_word_is_noticed() {
    let server = Office::new().option("--heartbeat-s", "1").counsellor("kim").open().await;
    let proxy = Proxy::before(server.address()).await;
    let session = server.http().log_in("kim", crate::support::office::PASSWORD).await;
    let mut kim = Counsellor::at_url(&server, "kim", &session, &proxy.ws("/ws/counsellor")).await;
    kim.open().await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    kim.takes_next().await;
    desk.seated().await;
    proxy.swallow();
    let began = Instant::now();
    assert_eq!(desk.expect("member").await["state"], "AWAY");
    let noticed = began.elapsed();
    // 2.5 heartbeats, and a second for a busy machine.
    assert!(noticed < Duration::from_millis(3_500), "noticed after {noticed:?}");
    desk.said("are you there?").await;
    proxy.restore();
    let state = kim.come_back(&server).await;
    assert_eq!(state["rooms"][0]["room"], *kim.room, "the seat was held");
    assert_eq!(desk.expect("member").await["state"], "BACK");
    kim.send(json!({"type": "replay", "room": kim.room, "after": 0}));
    assert_eq!(kim.expect("message").await["body"], "are you there?");
    // Somebody who does answer pings stays.
    assert!(desk.journal().is_live());
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_network_that_is_cut_for_all_costs_nobody_anything() {
    let server = Office::new().counsellor("kim").open().await;
    let proxy = Proxy::before(server.address()).await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desk = Desk::at_url(&server, &proxy.ws("/ws/desk")).await;
    desk.request("GENERAL");
    desk.waits().await;
    kim.takes_next().await;
    desk.seated().await;
    for round in 0..5 {
        proxy.cut_all();
        assert_eq!(desk.ended().await, None);
        kim.expect_where("member", |member| member["state"] == "AWAY").await;
        kim.said(&format!("round {round}")).await;
        desk.come_back(&server, Some(round)).await;
        desk.seated().await;
        assert_eq!(desk.expect("message").await["body"], *format!("round {round}"));
        kim.expect_where("member", |member| member["state"] == "BACK").await;
    }
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_network_that_stalls_delivers_later_and_once() {
    let server = Office::new().counsellor("kim").open().await;
    let proxy = Proxy::before(server.address()).await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desk = Desk::at_url(&server, &proxy.ws("/ws/desk")).await;
    desk.request("GENERAL");
    desk.waits().await;
    kim.takes_next().await;
    desk.seated().await;
    proxy.stall();
    for n in 0..20 {
        kim.said(&format!("while it stalls {n}")).await;
    }
    desk.say("into the stall");
    assert!(!desk.has("message"));
    proxy.restore();
    for n in 0..20 {
        assert_eq!(desk.expect("message").await["body"], *format!("while it stalls {n}"));
    }
    desk.expect("accepted").await;
    assert_eq!(kim.expect("message").await["body"], "into the stall");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn floods_of_pings_and_of_empty_frames_are_closed() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let mut pings = Raw::desk(server.address()).await;
    let mut empties = Raw::desk(server.address()).await;
    for _ in 0..400 {
        pings.send_frame(FIN | PING, b"").await;
        empties.send_frame(FIN | TEXT, b"").await;
    }
    assert_eq!(pings.close_code().await, Some(4009));
    assert_eq!(empties.close_code().await, Some(4009));
    desk.said("undisturbed").await;
    kim.expect("message").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn slow_heads_hold_nobody_up_and_are_given_up() {
    const SLOW: usize = 200;
    let server = Office::new().counsellor("kim").open().await;
    let mut slow = Vec::new();
    for _ in 0..SLOW {
        let mut raw = Raw::to(server.address()).await;
        raw.send(b"GET /ws/desk HTTP/1.1\r\nHost: off").await;
        slow.push(raw);
    }
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.said("undisturbed").await;
    kim.expect("message").await;
    for mut raw in slow {
        let answer = raw.head().await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    }
    server.check().await;
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_stop_reading_are_closed_and_cost_little() {
    const STALLED: usize = 50;
    let _alone = alone().await;
    let server = Office::new()
        .rules("ACCEPT_S = 0")
        .counsellor_of("kim", &["GENERAL"], STALLED as u16)
        .option("--messages-per-10s-max", "10000")
        .open()
        .await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut stalled = Vec::new();
    for nth in 0..STALLED {
        let mut raw = Raw::narrow_desk(server.address()).await;
        raw.say(&json!({"type": "request", "client_id": format!("r{nth}"), "topic": "GENERAL"})).await;
        kim.seated().await;
        stalled.push((raw, kim.room.clone()));
    }
    let body = "가".repeat(2_000);
    for (_, room) in &stalled {
        kim.room.clone_from(room);
        for _ in 0..20 {
            kim.said(&body).await;
        }
    }
    let before = server.resident_kib() / 1024;
    // Each asks for 120 KiB again and again, and reads none of it.
    for (raw, room) in &mut stalled {
        for _ in 0..100 {
            raw.say(&json!({"type": "replay", "room": room, "after": 0})).await;
        }
    }
    let mut most = before;
    for _ in 0..STALLED {
        kim.expect_within(Duration::from_secs(60), "member", |member| member["state"] == "AWAY").await;
        most = most.max(server.resident_kib() / 1024);
    }
    let slowest = Instant::now();
    kim.settled().await;
    assert!(slowest.elapsed() < Duration::from_secs(1), "kim was held up for {:?}", slowest.elapsed());
    println!("{before} MiB before, {most} MiB at most with {STALLED} readers that do not read");
    assert!(most < before + 3 * STALLED as u64, "{before} MiB became {most} MiB");
    drop(stalled);
    server.check().await;
    server.finish().await;
}
