//! One place cannot fill a line, nor have counsellors rung for nothing (R15).

use anteroom::storage::history::ask_counts::KEPT_MAX;
use serde_json::json;

use crate::support::{Counsellor, Desk, Office, until};

/// Asks, and is told to wait; the seconds.
async fn is_told_to_wait(desk: &mut Desk) -> u64 {
    let client_id = desk.request("GENERAL");
    let error = desk.expect_error("BUSY").await;
    assert_eq!(error["re"], *client_id);
    error["wait_s"].as_u64().unwrap_or_else(|| panic!("no seconds: {error}"))
}

async fn gives_up(desk: &mut Desk) {
    desk.send(json!({"type": "cancel"}));
    desk.expect("closed").await;
    desk.expect_close(1000).await;
}

#[tokio::test]
async fn one_network_asks_so_often_a_minute_and_others_go_on() {
    const KIOSK: &str = "00000000-0000-7000-8000-0000000000d1";
    let office = Office::new().option("--asks-per-min-max", "3").option("--trusted-proxy", "127.0.0.1");
    let server = office.desk(KIOSK, "key").open().await;
    for _ in 0..3 {
        gives_up(&mut Desk::waiting_for(&server, "GENERAL").await).await;
    }
    let mut fourth = Desk::at(&server).await;
    let wait_s = is_told_to_wait(&mut fourth).await;
    assert!((1..=60).contains(&wait_s), "{wait_s}");
    let mut neighbour = Desk::from_address(&server, "2001:db8:1:2::7").await;
    neighbour.request("GENERAL");
    neighbour.waits().await;
    let mut kiosk = Desk::registered(&server, KIOSK, "key").await;
    kiosk.request("GENERAL");
    kiosk.waits().await;
    assert_eq!(server.records().count("CONSULTATION"), 5, "what was refused is on no record");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn so_many_of_one_network_wait_and_the_next_may_ask_on_the_same_socket_later() {
    let office = Office::new().option("--waiting-per-address-max", "2").option("--trusted-proxy", "127.0.0.1");
    let server = office.open().await;
    let mut desks = Vec::new();
    for host in 1..=3 {
        let mut desk = Desk::from_address(&server, &format!("2001:db8:1:2::{host}")).await;
        if host < 3 {
            desk.request("GENERAL");
            desk.waits().await;
        }
        desks.push(desk);
    }
    assert!(is_told_to_wait(&mut desks[2]).await > 0);
    gives_up(&mut desks[0]).await;
    desks[2].request("GENERAL");
    desks[2].waits().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r15_who_gives_up_twice_while_it_rings_waits_and_others_ring() {
    let server = Office::new().counsellor("kim").option("--trusted-proxy", "127.0.0.1").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    for _ in 0..2 {
        let mut desk = Desk::waiting_for(&server, "GENERAL").await;
        kim.rung().await;
        gives_up(&mut desk).await;
        assert_eq!(kim.expect("withdrawn").await["reason"], "CANCELLED");
    }
    let mut third = Desk::waiting_for(&server, "GENERAL").await;
    third.settled().await;
    let mut neighbour = Desk::from_address(&server, "192.0.2.7").await;
    neighbour.request("GENERAL");
    neighbour.waits().await;
    assert_eq!(kim.rung().await["ticket"], *neighbour.ticket, "the third keeps its place and does not ring yet");
    assert_eq!(kim.all("offer").len(), 3);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn who_asks_and_gives_up_or_is_refused_without_end_leaves_a_count() {
    const BEYOND: i64 = 5;
    let many = i64::from(KEPT_MAX) + BEYOND;
    let server = Office::new().line("TAX").counsellor("kim").admin().rules("WAITING_MAX = 1").open().await;
    let mut patient = Desk::waiting_for(&server, "GENERAL").await;
    for _ in 0..many {
        let mut refused = Desk::at(&server).await;
        refused.request("GENERAL");
        assert_eq!(refused.expect("closed").await["reason"], "FULL");
        gives_up(&mut Desk::waiting_for(&server, "TAX").await).await;
    }
    let on_file = server.records().count("CONSULTATION");
    assert_eq!(on_file, 2 * i64::from(KEPT_MAX) + 1, "a hundred of each, and the one that waits");
    let admin = server.http().as_user("admin").await;
    until("the figures have all of them", || async {
        let stats = admin.read("/api/v1/stats?by=line").await;
        let of = |line: &str, name: &str| {
            let items = stats["items"].as_array().expect("items");
            items.iter().find(|item| item["line"] == line).and_then(|item| item[name].as_i64()).unwrap_or(0)
        };
        let full = (of("GENERAL", "requested"), of("GENERAL", "refused"), of("GENERAL", "open"));
        let given_up = (of("TAX", "requested"), of("TAX", "abandoned"));
        (full == (many + 1, many, 1) && given_up == (many, many)).then_some(())
    })
    .await;
    // Whoever waited meanwhile is served.
    let mut kim = Counsellor::open_at(&server, "kim").await;
    kim.takes_next().await;
    patient.seated().await;
    server.check().await;
    server.finish().await;
}
