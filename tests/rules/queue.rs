//! One ticket a visit (R1), a place that survives everything (R2), the newest socket (R12), an
//! honest estimate (R13).

use serde_json::json;

use crate::support::people::{talking, text};
use crate::support::{Counsellor, Desk, Office, new_id};

#[tokio::test]
async fn two_people_talk_and_part() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    assert_eq!(desk.said("hello").await, 1);
    assert_eq!(kim.expect("message").await["body"], "hello");
    assert_eq!(kim.said("how can I help?").await, 2);
    desk.expect("message").await;
    kim.end();
    assert_eq!(desk.expect("ended").await["reason"], "DONE");
    kim.expect("ended").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r1_a_request_said_twice_is_one_ticket() {
    let server = Office::new().open().await;
    let mut desk = Desk::at(&server).await;
    let client_id = desk.request("GENERAL");
    let first = desk.waits().await;
    desk.send(json!({"type": "request", "client_id": client_id, "topic": "GENERAL"}));
    assert_eq!(desk.waits().await["ticket"], first["ticket"], "on the same socket");
    let mut old = desk.another_tab(&server).await;
    desk.send(json!({"type": "request", "client_id": client_id, "topic": "GENERAL"}));
    let again = desk.waits().await;
    assert_eq!((&again["ticket"], &again["number"]), (&first["ticket"], &first["number"]), "on another socket");
    old.expect_close(4001).await;
    assert_eq!(server.records().count("CONSULTATION"), 1);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r1_a_visit_has_one_ticket() {
    let server = Office::new().open().await;
    let mut desk = Desk::at(&server).await;
    let client_id = desk.request("GENERAL");
    desk.waits().await;
    let another = desk.request("GENERAL");
    assert_eq!(desk.expect_error("ALREADY_REQUESTED").await["re"], *another);
    desk.send(json!({"type": "request", "client_id": client_id, "topic": "GENERAL", "note": "in a hurry"}));
    assert_eq!(desk.expect_error("CLIENT_ID_REUSED").await["re"], *client_id);
    assert_eq!(server.records().count("CONSULTATION"), 1);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r2_people_are_served_in_the_order_they_asked_though_one_dropped() {
    let server = Office::new().counsellor("kim").open().await;
    let mut desks = Vec::new();
    for ahead in 0..3 {
        let mut desk = Desk::at(&server).await;
        desk.request("GENERAL");
        assert_eq!(desk.waits().await["ahead"], ahead);
        desks.push(desk);
    }
    desks[0].vanish();
    desks[0].come_back(&server, None).await;
    assert_eq!(desks[0].waits().await["ahead"], 0);
    let mut kim = Counsellor::open_at(&server, "kim").await;
    for nth in 0..3 {
        let offer = kim.rung().await;
        assert_eq!(offer["ticket"], *desks[nth].ticket);
        kim.accept(&offer);
        kim.seated().await;
        desks[nth].seated().await;
        for (ahead, behind) in desks[nth + 1..].iter_mut().enumerate() {
            behind.expect_where("waiting", |waiting| waiting["ahead"] == ahead).await;
        }
        kim.end();
        desks[nth].expect("ended").await;
    }
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r2_a_place_survives_the_server() {
    let mut server = Office::new().counsellor("kim").open().await;
    let mut first = Desk::at(&server).await;
    first.request("GENERAL");
    let before = first.waits().await;
    let mut second = Desk::waiting_for(&server, "GENERAL").await;
    server.kill9();
    first.ended().await;
    second.ended().await;
    server.restart().await;
    // The one behind comes back sooner.
    second.come_back(&server, None).await;
    assert_eq!(second.waits().await["ahead"], 1, "those who are away for a moment still stand before others");
    first.come_back(&server, None).await;
    let after = first.waits().await;
    for field in ["ticket", "number", "requested_at", "line"] {
        assert_eq!(before[field], after[field], "{field}");
    }
    assert_eq!(after["ahead"], 0);
    let mut kim = Counsellor::open_at(&server, "kim").await;
    assert_eq!(kim.rung().await["ticket"], *first.ticket);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r2_priority_counts_as_waiting_and_is_for_registered_desks() {
    let id = new_id();
    let server = Office::new().counsellor("kim").desk(&id, "a-key").open().await;
    let mut earlier = Desk::at(&server).await;
    let client_id = new_id();
    earlier.send(json!({"type": "request", "client_id": client_id, "topic": "GENERAL", "priority": 1}));
    assert_eq!(earlier.expect_error("NOT_ALLOWED").await["re"], *client_id);
    earlier.request("GENERAL");
    earlier.waits().await;
    let mut urgent = Desk::registered(&server, &id, "a-key").await;
    urgent.send(json!({"type": "request", "client_id": new_id(), "topic": "GENERAL", "priority": 1}));
    assert_eq!(urgent.waits().await["ahead"], 0);
    assert_eq!(earlier.waits().await["ahead"], 1, "the others are told that they stand further back");
    let mut kim = Counsellor::open_at(&server, "kim").await;
    assert_eq!(kim.rung().await["ticket"], *urgent.ticket);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r12_the_newest_tab_wins_at_a_desk() {
    let server = Office::new().counsellor("kim").open().await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let mut old = desk.another_tab(&server).await;
    desk.resume(None);
    let ticket = desk.ticket.clone();
    assert_eq!(desk.waits().await["ticket"], *ticket);
    old.expect_close(4001).await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    kim.takes_next().await;
    desk.seated().await;
    let mut old = desk.another_tab(&server).await;
    desk.resume(Some(0));
    desk.seated().await;
    old.expect_close(4001).await;
    kim.said("once").await;
    assert_eq!(desk.expect("message").await["body"], "once");
    server.check().await;
    assert_eq!(desk.all("message").len(), 1, "nothing twice");
    server.finish().await;
}

#[tokio::test]
async fn r12_the_newest_tab_wins_at_a_counsellor_and_it_rings_there() {
    let server = Office::new().counsellor("kim").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let offer = kim.rung().await;
    let mut old = kim.another_tab(&server).await;
    old.expect_close(4001).await;
    let again = kim.rung().await;
    assert_eq!(again["offer"], offer["offer"]);
    // What an old tab still says is no longer heard.
    old.send(json!({"type": "decline", "offer": offer["offer"]}));
    kim.accept(&again);
    let matched = kim.seated().await;
    assert_eq!(text(&matched, "ticket"), desk.ticket);
    desk.seated().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r13_the_wait_is_a_range_once_somebody_can_serve_and_is_recorded() {
    let server = Office::new().counsellor("kim").open().await;
    let mut nobody_there = Desk::at(&server).await;
    nobody_there.request("GENERAL");
    let waiting = nobody_there.waits().await;
    assert!(waiting.as_object().is_some_and(|fields| fields.contains_key("eta_s")), "{waiting}");
    assert!(waiting["eta_s"].is_null(), "{waiting}");
    let ticket = server.records().ticket(&nobody_there.ticket);
    assert_eq!((ticket.predicted_low_s, ticket.predicted_high_s), (None, None));
    let mut kim = Counsellor::open_at(&server, "kim").await;
    kim.takes_next().await;
    let mut behind = Desk::at(&server).await;
    behind.request("GENERAL");
    let waiting = behind.waits().await;
    let range = waiting["eta_s"].as_array().cloned().unwrap_or_default();
    let [low, high] = range[..].iter().filter_map(serde_json::Value::as_i64).collect::<Vec<_>>()[..] else {
        panic!("not a range: {waiting}");
    };
    assert!(0 <= low && low <= high && high > 0, "{waiting}");
    let ticket = server.records().ticket(&behind.ticket);
    assert_eq!(
        (ticket.predicted_low_s.map(i64::from), ticket.predicted_high_s.map(i64::from)),
        (Some(low), Some(high))
    );
    server.check().await;
    server.finish().await;
}
