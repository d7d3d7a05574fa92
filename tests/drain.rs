//! The server is asked to leave while people talk.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::crowd::Crowd;
use crate::support::people::talking;
use crate::support::socket::handshake;
use crate::support::{Desk, Office, alone, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_a_busy_server_is_asked_to_leave() {
    let _alone = alone().await;
    let mut server = Office::new()
        .rules("GRACE_S = 40")
        .counsellor("kim")
        .crowd(19)
        .option("--sockets-per-address-max", "2000")
        .option("--messages-per-10s-max", "10000")
        .open()
        .await;
    let logins: Vec<String> = std::iter::once("kim".to_owned()).chain((0..19).map(|n| format!("c{n}"))).collect();
    let mut crowd = Crowd::gather(&server, 80, &logins).await;
    crowd.all_back(Duration::from_secs(60)).await;
    until("people talk", || async { (crowd.figures().1 > 50).then_some(()) }).await;
    crowd.server_goes();
    let asked = Instant::now();
    let status = server.sigterm().await;
    assert!(status.success(), "it left with {status}");
    let took = asked.elapsed();
    assert!(took < Duration::from_secs(30), "it took {took:?}");
    let before = crowd.figures().0;
    server.restart().await;
    crowd.server_is_back();
    crowd.all_back(Duration::from_secs(30)).await;
    crowd.is_content();
    until("people talk again", || async { (crowd.figures().0 > before + 50).then_some(()) }).await;
    crowd.calm_down().await;
    server.check().await;
    println!("left within {took:?} under load");
    crowd.leave().await;
    server.finish().await;
}

#[tokio::test]
async fn a_draining_server_is_unready_sends_everybody_away_and_takes_nobody_new() {
    let mut server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    // A full wave of sockets, so that the drain takes a moment and can be looked at.
    let mut more = Vec::new();
    for _ in 0..60 {
        more.push(Desk::waiting_for(&server, "GENERAL").await);
    }
    desk.said("before").await;
    kim.expect("message").await;
    server.signal("TERM");
    let http = server.http();
    until("it is unready", || async {
        let answer = http.get("/readyz").await.ok()?;
        (answer.status == 503 && answer.json()["draining"] == true && !answer.header("retry-after").is_empty())
            .then_some(())
    })
    .await;
    assert_eq!(http.get("/healthz").await.map(|answer| answer.status).ok(), Some(200), "alive all the same");
    let url = format!("ws://{}/ws/desk", server.address());
    assert_eq!(handshake(&url, &[]).await.err(), Some(503), "no new sockets");
    desk.expect_close(1001).await;
    kim.expect_close(1001).await;
    for desk in &mut more {
        desk.expect_close(1001).await;
    }
    let status = server.ended(Duration::from_secs(30)).await;
    assert!(status.success(), "it left with {status}");
    server.restart().await;
    desk.come_back(&server, Some(0)).await;
    desk.seated().await;
    assert_eq!(desk.expect("message").await["body"], "before");
    let state = kim.come_back(&server).await;
    assert_eq!(state["rooms"][0]["room"], *kim.room);
    for (ahead, desk) in more.iter_mut().enumerate() {
        desk.come_back(&server, None).await;
        assert_eq!(desk.waits().await["ahead"], ahead);
    }
    kim.send(json!({"type": "replay", "room": kim.room, "after": 0}));
    kim.expect("message").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn no_signal_but_the_two_that_ask_for_it_ends_a_server() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    for signal in ["HUP", "USR2", "ALRM", "VTALRM", "PROF", "XCPU", "XFSZ", "PIPE", "16", "29", "30", "40"] {
        server.signal(signal);
        desk.said(signal).await;
        assert_eq!(kim.expect("message").await["body"], signal);
    }
    let says = |words: &'static str| server.log().iter().filter(|line| line.contains(words)).count();
    until("it says what was read again", || async { (says("read files again") == 1).then_some(()) }).await;
    assert_eq!(says(" DEBUG "), 0, "{:?}", server.log());
    server.signal("USR1");
    until("it says more", || async { (says("says more for 600 s") == 1 && says(" DEBUG ") > 0).then_some(()) }).await;
    server.signal("USR1");
    until("it says what it said before", || async { (says("what it said before") == 1).then_some(()) }).await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_second_signal_within_the_drain_ends_it_at_once() {
    for (first, second) in [("TERM", "INT"), ("QUIT", "TERM")] {
        let mut server = Office::new().counsellor("kim").open().await;
        // A full wave of sockets, so that the drain takes its five seconds.
        let mut desks = Vec::new();
        for _ in 0..60 {
            desks.push(Desk::waiting_for(&server, "GENERAL").await);
        }
        server.signal(first);
        desks[0].expect_close(1001).await;
        let asked = Instant::now();
        server.signal(second);
        let status = server.ended(Duration::from_secs(30)).await;
        assert_eq!(status.code(), Some(130), "{first}, {second}: it left with {status}");
        assert!(asked.elapsed() < Duration::from_secs(2), "it took {:?}", asked.elapsed());
        server.restart().await;
        server.check().await;
        server.finish().await;
    }
}
