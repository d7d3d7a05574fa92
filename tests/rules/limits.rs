//! No desk waits for ever without being told (R8); capacity is never exceeded (R9).

use serde_json::json;

use crate::support::{Counsellor, Desk, Office, Server};

/// Asks, and is refused or closed for `reason` and told what else to do.
async fn is_closed(server: &Server, reason: &str) -> Desk {
    let mut desk = Desk::at(server).await;
    desk.request("GENERAL");
    let closed = desk.expect("closed").await;
    assert_eq!(closed["reason"], *reason);
    assert!(closed["next"].as_str().is_some_and(|next| !next.is_empty()), "what else to do: {closed}");
    desk.expect_close(1000).await;
    desk
}

#[tokio::test]
async fn r8_a_full_line_says_so() {
    let server = Office::new().rules("WAITING_MAX = 1").counsellor("kim").open().await;
    let mut waiting = Desk::waiting_for(&server, "GENERAL").await;
    is_closed(&server, "FULL").await;
    assert_eq!(server.records().count("CONSULTATION WHERE STATUS = 'REFUSED' AND END_REASON = 'FULL'"), 1);
    let mut kim = Counsellor::open_at(&server, "kim").await;
    kim.takes_next().await;
    waiting.seated().await;
    Desk::waiting_for(&server, "GENERAL").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r8_a_line_outside_its_hours_says_so() {
    let server = Office::new().rules("HOURS = '{}'").counsellor("kim").open().await;
    let _kim = Counsellor::open_at(&server, "kim").await;
    let desk = is_closed(&server, "CLOSED_HOURS").await;
    assert_eq!(desk.all("welcome")[0]["lines"][0]["open"], false);
    let lines = server.http().read("/api/v1/lines").await;
    assert_eq!(lines["items"][0]["open"], false);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r8_waiting_too_long_ends() {
    let server = Office::new().rules("WAIT_S_MAX = 1, WIDEN_S = 600");
    // Somebody is on duty, but not for this ticket yet.
    let server = server.counsellor_of("backup", &["GENERAL:1"], 1).open().await;
    let _backup = Counsellor::open_at(&server, "backup").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let closed = desk.expect("closed").await;
    assert_eq!((&closed["ticket"], &closed["reason"]), (&json!(desk.ticket), &json!("EXPIRED")));
    assert!(closed["next"].is_string(), "{closed}");
    desk.expect_close(1000).await;
    assert_eq!(server.records().ticket(&desk.ticket).status, "EXPIRED");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r8_a_line_with_nobody_on_duty_says_so() {
    let server = Office::new().rules("UNSTAFFED_S = 1").counsellor("kim").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    kim.send(json!({"type": "pause"}));
    kim.expect_where("state", |state| state["intent"] == "PAUSED").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let closed = desk.expect("closed").await;
    assert_eq!(closed["reason"], "UNSTAFFED");
    assert!(closed["next"].is_string(), "{closed}");
    desk.expect_close(1000).await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r8_a_topic_nobody_knows_is_named_and_another_may_be_asked_for() {
    let server = Office::new().open().await;
    let mut desk = Desk::at(&server).await;
    let client_id = desk.request("SPACE_TRAVEL");
    let error = desk.expect_error("UNKNOWN_LINE").await;
    assert_eq!(error["re"], *client_id);
    assert!(error["detail"].as_str().is_some_and(|detail| detail.contains("GENERAL")), "{error}");
    desk.request("GENERAL");
    desk.waits().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r9_capacity_is_never_exceeded() {
    let server = Office::new().counsellor_of("kim", &["GENERAL"], 2).open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desks = Vec::new();
    for _ in 0..2 {
        let mut desk = Desk::waiting_for(&server, "GENERAL").await;
        kim.takes_next().await;
        desk.seated().await;
        desks.push(desk);
    }
    let mut third = Desk::waiting_for(&server, "GENERAL").await;
    kim.decided().await;
    assert!(!kim.has("offer"), "both places are taken");
    assert_eq!(server.records().count("ACCOUNT WHERE ROOMS_OPEN = 2"), 1);
    desks[0].end();
    kim.takes_next().await;
    third.seated().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r9_a_counsellor_may_take_more_at_once_from_now_on() {
    let server = Office::new().counsellor("kim").open().await;
    let mut kim = Counsellor::at(&server, "kim").await;
    kim.send(json!({"type": "open", "capacity": 2}));
    kim.expect_where("state", |state| state["capacity"] == 2).await;
    for _ in 0..2 {
        let mut desk = Desk::waiting_for(&server, "GENERAL").await;
        kim.takes_next().await;
        desk.seated().await;
    }
    server.check().await;
    server.finish().await;
}
