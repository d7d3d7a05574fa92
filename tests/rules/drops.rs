//! What a dropped socket costs, and what it does not (R10, R11).

use serde_json::json;

use crate::support::http::Events;
use crate::support::people::talking;
use crate::support::{Counsellor, Desk, Office, Server, until};

/// The admin's room list, which shows when the server has noticed that somebody is away.
async fn watching(server: &Server) -> Events {
    let admin = server.http().as_user("admin").await;
    let mut list = admin.follow("/api/v1/rooms/stream").await;
    list.expect("snapshot", |_| true).await;
    list
}

#[tokio::test]
async fn r10_a_desk_that_is_away_is_passed_over_and_offered_when_it_returns() {
    let server = Office::new().admin().counsellor("kim").counsellor("lee").open().await;
    let mut list = watching(&server).await;
    let mut first = Desk::waiting_for(&server, "GENERAL").await;
    let mut second = Desk::waiting_for(&server, "GENERAL").await;
    first.vanish();
    list.expect("ticket", |ticket| ticket["item"]["here"] == false).await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let offer = kim.rung().await;
    assert_eq!(offer["ticket"], *second.ticket, "the one who is away is passed over");
    kim.accept(&offer);
    second.seated().await;
    let mut lee = Counsellor::open_at(&server, "lee").await;
    lee.decided().await;
    assert!(lee.all("offer").is_empty(), "nobody is there to talk to");
    first.come_back(&server, None).await;
    let waiting = first.waits().await;
    assert_eq!(waiting["ahead"], 0);
    assert_eq!(lee.rung().await["ticket"], *first.ticket);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r10_a_desk_that_stays_away_loses_its_place_and_is_told_so() {
    let server = Office::new().rules("GRACE_S = 1").open().await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    desk.vanish();
    until("its place is given up", || async {
        (server.records().ticket(&desk.ticket).status == "ABANDONED").then_some(())
    })
    .await;
    desk.come_back(&server, None).await;
    let closed = desk.expect("closed").await;
    assert_eq!((&closed["ticket"], &closed["reason"]), (&json!(desk.ticket), &json!("EXPIRED")));
    assert!(closed["next"].is_string(), "what else to do: {closed}");
    desk.expect_close(1000).await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r10_a_desk_that_drops_while_it_rings_is_not_matched() {
    let server = Office::new().counsellor("kim").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    kim.rung().await;
    desk.vanish();
    assert_eq!(kim.expect("withdrawn").await["reason"], "GONE");
    desk.come_back(&server, None).await;
    desk.waits().await;
    kim.takes_next().await;
    desk.seated().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r11_a_counsellor_who_drops_during_an_offer_gives_it_back_at_once() {
    let server = Office::new().rules("ACCEPT_S = 600").counsellor("kim").counsellor("lee").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut lee = Counsellor::open_at(&server, "lee").await;
    let desk = Desk::waiting_for(&server, "GENERAL").await;
    kim.rung().await;
    kim.vanish();
    assert_eq!(lee.rung().await["ticket"], *desk.ticket);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r11_a_counsellor_who_drops_in_a_room_takes_the_seat_back() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    kim.said("before").await;
    desk.expect("message").await;
    kim.vanish();
    let away = desk.expect("member").await;
    assert_eq!((&away["state"], &away["member"]), (&json!("AWAY"), &json!(kim.you)));
    desk.said("while you were away").await;
    let state = kim.come_back(&server).await;
    assert_eq!(state["rooms"][0]["room"], *kim.room);
    assert_eq!((&state["rooms"][0]["you"], &state["rooms"][0]["last_seq"]), (&json!(kim.you), &json!(2)));
    assert_eq!((&state["intent"], &state["activity"]), (&json!("OPEN"), &json!("TALKING")));
    assert_eq!(desk.expect("member").await["state"], "BACK");
    kim.send(json!({"type": "replay", "room": kim.room, "after": 1}));
    assert_eq!(kim.expect("message").await["body"], "while you were away");
    kim.said("here I am").await;
    assert_eq!(desk.expect("message").await["seq"], 3);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r11_a_desk_that_drops_in_a_room_gets_exactly_what_it_missed() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    kim.said("one").await;
    desk.expect("message").await;
    desk.vanish();
    assert_eq!(kim.expect("member").await["state"], "AWAY");
    kim.said("two").await;
    kim.said("three").await;
    let room = desk.room.clone();
    desk.come_back(&server, Some(1)).await;
    let matched = desk.seated().await;
    assert_eq!((&matched["room"], &matched["last_seq"]), (&json!(room), &json!(3)));
    for body in ["two", "three"] {
        assert_eq!(desk.expect("message").await["body"], body);
    }
    assert_eq!(kim.expect("member").await["state"], "BACK");
    server.check().await;
    assert_eq!(desk.all("message").len(), 2, "exactly what it missed");
    server.finish().await;
}

#[tokio::test]
async fn r11_a_page_that_is_closed_properly_may_come_back_too() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.close();
    desk.ended().await;
    assert_eq!(kim.expect("member").await["state"], "AWAY");
    desk.come_back(&server, None).await;
    desk.seated().await;
    assert_eq!(kim.expect("member").await["state"], "BACK");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r11_a_desk_whose_counsellor_is_lost_goes_back_to_its_place_with_the_conversation() {
    let server = Office::new().rules("GRACE_S = 1").counsellor("kim").counsellor("lee").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desk = Desk::at(&server).await;
    desk.request("GENERAL");
    let asked = desk.waits().await;
    kim.takes_next().await;
    desk.seated().await;
    desk.said("my question").await;
    kim.said("let me see").await;
    let old_room = desk.room.clone();
    kim.vanish();
    assert_eq!(desk.expect("member").await["state"], "AWAY");
    let ended = desk.expect("ended").await;
    assert_eq!((&ended["room"], &ended["reason"]), (&json!(old_room), &json!("COUNSELLOR_LOST")));
    let again = desk.waits().await;
    for field in ["ticket", "number", "requested_at"] {
        assert_eq!(again[field], asked[field], "{field}");
    }
    // Somebody who asked later does not come first.
    let _later = Desk::waiting_for(&server, "GENERAL").await;
    let mut lee = Counsellor::open_at(&server, "lee").await;
    let matched = lee.takes_next().await;
    assert_eq!((&matched["ticket"], &matched["last_seq"]), (&asked["ticket"], &json!(2)));
    desk.seated().await;
    assert_ne!(desk.room, old_room);
    lee.send(json!({"type": "replay", "room": lee.room, "after": 0}));
    let question = lee.expect("message").await;
    assert_eq!((&question["body"], &question["from"]), (&json!("my question"), &json!(desk.you)));
    assert_eq!(lee.expect("message").await["body"], "let me see");
    assert_eq!(lee.said("now it is me").await, 3, "the numbers go on");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r11_a_room_whose_desk_stays_away_ends() {
    let server = Office::new().rules("GRACE_S = 1").counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.vanish();
    assert_eq!(kim.expect("ended").await["reason"], "DESK_LEFT");
    kim.expect_where("state", |state| state["activity"] == "IDLE").await;
    desk.come_back(&server, Some(0)).await;
    assert_eq!(desk.expect("ended").await["reason"], "DESK_LEFT", "it is told how its visit ended");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn i1_nothing_is_left_of_people_who_have_gone() {
    let server = Office::new().rules("GRACE_S = 1").counsellor("kim").counsellor("lee").open().await;
    let (desk, kim) = talking(&server, "kim").await;
    let lee = Counsellor::at(&server, "lee").await;
    let waiting = Desk::waiting_for(&server, "GENERAL").await;
    drop((desk, kim, lee, waiting));
    server.ledger().nothing_is_left(&mut server.records()).await;
    server.check().await;
    server.finish().await;
}
