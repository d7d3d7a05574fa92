//! People in rooms: what is said is accepted once, in one order, for all and nobody else.

use serde_json::{Value, json};

use crate::support::people::talking;
use crate::support::{Counsellor, Desk, Office, Server, new_id};

fn numbers(frames: &[Value]) -> Vec<u64> {
    frames.iter().filter_map(|frame| frame["seq"].as_u64()).collect()
}

#[tokio::test]
async fn what_both_say_at_once_has_one_order_without_a_gap() {
    let server = Office::new().option("--messages-per-10s-max", "1000").counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    for n in 0..30 {
        desk.say(&format!("desk {n}"));
        kim.say(&format!("kim {n}"));
    }
    for _ in 0..30 {
        desk.expect("accepted").await;
        kim.expect("accepted").await;
        desk.expect("message").await;
        kim.expect("message").await;
    }
    for person in [desk.journal(), kim.journal()] {
        let heard = person.heard();
        let said: Vec<Value> =
            heard.into_iter().filter(|f| f["type"] == "accepted" || f["type"] == "message").collect();
        assert_eq!(numbers(&said), (1..=60).collect::<Vec<_>>(), "receipts and messages in one order");
    }
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_message_said_twice_is_one_message() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let say = json!({"type": "say", "room": desk.room, "client_id": new_id(), "body": "once"});
    desk.send(say.clone());
    let first = desk.expect("accepted").await;
    desk.send(say.clone());
    assert_eq!(desk.expect("accepted").await, first, "the same receipt again");
    let mut other = say.clone();
    other["body"] = json!("something else");
    desk.send(other);
    assert_eq!(desk.expect_error("CLIENT_ID_REUSED").await["re"], say["client_id"]);
    // Even when the receipt went down with the socket.
    desk.vanish();
    desk.come_back(&server, Some(1)).await;
    desk.seated().await;
    desk.send(say);
    assert_eq!(desk.expect("accepted").await["id"], first["id"]);
    kim.expect("message").await;
    assert_eq!(server.records().count("MESSAGE"), 1);
    server.check().await;
    assert_eq!(kim.all("message").len(), 1);
    server.finish().await;
}

#[tokio::test]
async fn typing_and_seen_reach_the_other_and_nobody_stores_typing() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.send(json!({"type": "typing", "room": desk.room, "on": true}));
    let typing = kim.expect("typing").await;
    assert_eq!((&typing["from"], &typing["on"]), (&json!(desk.you), &json!(true)));
    desk.said("read this").await;
    kim.send(json!({"type": "seen", "room": kim.room, "seq": 1}));
    let seen = desk.expect("seen").await;
    assert_eq!((&seen["from"], &seen["seq"]), (&json!(kim.you), &json!(1)));
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_replay_gives_exactly_what_came_after() {
    let server = Office::new().option("--messages-per-10s-max", "1000").counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    // More than a room keeps in memory, so that the oldest come from the disk.
    for n in 0..100 {
        desk.said(&format!("message {n}")).await;
    }
    for n in 0..100 {
        assert_eq!(kim.expect("message").await["seq"], n + 1);
    }
    for after in [0, 20, 60, 99] {
        kim.send(json!({"type": "replay", "room": kim.room, "after": after}));
        for seq in after + 1..=100 {
            let message = kim.expect("message").await;
            assert_eq!(message["seq"], seq);
            assert_eq!(message["body"], format!("message {}", seq - 1));
        }
    }
    kim.send(json!({"type": "replay", "room": kim.room, "after": 100}));
    kim.said("nothing came").await;
    assert!(!kim.has("message"));
    server.check().await;
    server.finish().await;
}

/// What is no longer in memory comes from the disk, and the end after it.
#[tokio::test]
async fn the_end_does_not_overtake_what_was_said_before_it() {
    const SAID: u32 = 100;
    let server = Office::new().option("--messages-per-10s-max", "1000").counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.vanish();
    assert_eq!(kim.expect("member").await["state"], "AWAY");
    for n in 1..=SAID {
        kim.said(&format!("message {n}")).await;
    }
    kim.end();
    kim.expect("ended").await;
    desk.come_back(&server, Some(0)).await;
    desk.seated().await;
    let mut heard = Vec::new();
    loop {
        let frame = desk.next().await.expect("a frame");
        match frame["type"].as_str() {
            Some("message") => heard.push(frame["seq"].as_u64()),
            Some("ended") => break,
            _ => {}
        }
    }
    assert_eq!(heard, (1..=u64::from(SAID)).map(Some).collect::<Vec<_>>());
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn what_cannot_be_replayed_says_from_where_it_can() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.said("only this").await;
    kim.send(json!({"type": "replay", "room": kim.room, "after": 7}));
    let error = kim.expect_error("RESYNC").await;
    assert_eq!((&error["re"], &error["seq"]), (&json!(kim.room), &json!(1)), "{error}");
    desk.vanish();
    desk.come_back(&server, Some(50)).await;
    desk.seated().await;
    assert_eq!(desk.expect_error("RESYNC").await["seq"], 1);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn after_the_end_nothing_more_is_said_and_the_desk_may_rate_once() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.said("thank you").await;
    desk.end();
    for ended in [desk.expect("ended").await, kim.expect("ended").await] {
        assert_eq!((&ended["reason"], &ended["by"]), (&json!("DONE"), &json!(desk.you)));
    }
    let late = kim.say("too late");
    assert_eq!(kim.expect_error("ROOM_ENDED").await["re"], *late);
    desk.send(json!({"type": "rate", "room": desk.room, "score": 5, "comment": "kind"}));
    assert_eq!(desk.expect("rated").await["score"], 5);
    desk.expect_close(1000).await;
    let ticket = server.records().ticket(&desk.ticket);
    assert_eq!((ticket.rating, ticket.status.as_str()), (Some(5), "DONE"));
    assert_eq!(server.records().count("MESSAGE"), 1);
    server.check().await;
    server.finish().await;
}

/// Comes back within the time to rate and rates.
async fn rates_again(server: &Server, desk: &mut Desk, score: u8) {
    desk.vanish();
    desk.come_back(server, None).await;
    desk.expect("ended").await;
    desk.send(json!({"type": "rate", "room": desk.room, "score": score}));
}

#[tokio::test]
async fn a_desk_that_did_not_hear_that_it_has_rated_says_it_again_also_after_a_restart() {
    let mut server = Office::new().counsellor("kim").open().await;
    let (mut desk, kim) = talking(&server, "kim").await;
    desk.end();
    desk.expect("ended").await;
    rates_again(&server, &mut desk, 4).await;
    assert_eq!(desk.expect("rated").await["room"], *desk.room);
    desk.expect_close(1000).await;
    rates_again(&server, &mut desk, 4).await;
    assert_eq!(desk.expect("rated").await["score"], 4);
    rates_again(&server, &mut desk, 1).await;
    assert_eq!(desk.expect_error("NOTHING_TO_RATE").await["re"], *desk.room);
    drop(kim);
    server.restart().await;
    rates_again(&server, &mut desk, 1).await;
    desk.expect_error("NOTHING_TO_RATE").await;
    desk.send(json!({"type": "rate", "room": desk.room, "score": 4}));
    assert_eq!(desk.expect("rated").await["score"], 4);
    desk.expect_close(1000).await;
    assert_eq!(server.records().ticket(&desk.ticket).rating, Some(4));
    server.finish().await;
}

#[tokio::test]
async fn once_the_time_to_rate_is_over_a_resumed_socket_is_told_the_end_and_closed() {
    let mut server = Office::new().counsellor("kim").open().await;
    let (mut desk, kim) = talking(&server, "kim").await;
    desk.end();
    desk.expect("ended").await;
    desk.vanish();
    drop(kim);
    server.kill9();
    server.records().execute("UPDATE ROOM SET CLOSED_DTTM = datetime(CLOSED_DTTM, '-61 seconds')");
    server.restart().await;
    desk.come_back(&server, None).await;
    assert_eq!(desk.expect("ended").await["reason"], "DONE");
    desk.expect_close(1000).await;
    server.finish().await;
}

#[tokio::test]
async fn a_room_that_has_not_ended_cannot_be_rated() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, _kim) = talking(&server, "kim").await;
    desk.send(json!({"type": "rate", "room": desk.room, "score": 5}));
    assert_eq!(desk.expect_error("NOTHING_TO_RATE").await["re"], *desk.room);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn the_wrap_up_frees_the_counsellor() {
    let server = Office::new().rules("WRAP_UP_S = 600").counsellor("kim").open().await;
    let (desk, mut kim) = talking(&server, "kim").await;
    let mut next = Desk::waiting_for(&server, "GENERAL").await;
    kim.send(json!({"type": "wrap_up", "room": kim.room, "result_code": "RESOLVED"}));
    kim.expect_error("NOTHING_TO_WRAP_UP").await;
    desk.end();
    let state = kim.expect_where("state", |state| state["activity"] == "WRAP_UP").await;
    assert_eq!((&state["rooms"][0]["room"], &state["rooms"][0]["wrap_up"]), (&json!(kim.room), &json!(true)));
    kim.decided().await;
    assert!(kim.all("offer").len() == 1, "no new offer while writing up");
    kim.send(json!({"type": "wrap_up", "room": kim.room, "result_code": "RESOLVED", "memo": "all well"}));
    let offer = kim.rung().await;
    assert_eq!(offer["ticket"], *next.ticket);
    kim.accept(&offer);
    next.seated().await;
    let done = server.records().ticket(&desk.ticket);
    assert_eq!((done.status.as_str(), done.result_code.as_deref()), ("DONE", Some("RESOLVED")));
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn the_time_to_wrap_up_ends_by_itself() {
    let server = Office::new().rules("WRAP_UP_S = 1").counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let mut next = Desk::waiting_for(&server, "GENERAL").await;
    desk.end();
    desk.expect("ended").await;
    kim.takes_next().await;
    next.seated().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn several_rooms_at_once_stay_apart() {
    let server = Office::new().counsellor_of("kim", &["GENERAL"], 3).open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desks = Vec::new();
    for _ in 0..3 {
        let mut desk = Desk::waiting_for(&server, "GENERAL").await;
        kim.takes_next().await;
        desk.seated().await;
        desks.push(desk);
    }
    for round in 1..=3 {
        for desk in &mut desks {
            let body = format!("{round} from {}", desk.ticket);
            assert_eq!(desk.said(&body).await, 2 * round - 1);
            kim.expect_where("message", |message| message["body"] == *body).await;
            let answer = format!("{round} to {}", desk.ticket);
            kim.room.clone_from(&desk.room);
            assert_eq!(kim.said(&answer).await, 2 * round);
            assert_eq!(desk.expect("message").await["body"], *answer);
        }
    }
    desks[1].end();
    desks[1].expect("ended").await;
    desks[0].said("we go on").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn an_admin_may_end_a_room() {
    let server = Office::new().admin().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let admin = server.http().as_user("admin").await;
    let path = format!("/api/v1/rooms/{}/end", desk.room);
    assert_eq!(admin.post(&path, &json!({})).await.status, 204);
    assert_eq!(desk.expect("ended").await["reason"], "ADMIN");
    assert_eq!(kim.expect("ended").await["reason"], "ADMIN");
    admin.post(&path, &json!({})).await.is_problem(409, "ROOM_ENDED");
    server.check().await;
    server.finish().await;
}
