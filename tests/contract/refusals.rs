//! What is refused with an `error`: nothing is done, nobody else hears of it, the socket stays.

use serde_json::{Value, json};

use crate::support::people::talking;
use crate::support::{Counsellor, Desk, Office, Socket, new_id};

/// Sends something that must be refused with `BAD_FRAME`, whose detail names the fault.
async fn is_bad(socket: &mut Socket, frame: &str, named: &str) {
    socket.send_raw(tokio_tungstenite::tungstenite::Message::text(frame.to_owned()));
    let error = socket.expect_error("BAD_FRAME").await;
    let detail = error["detail"].as_str().unwrap_or_default();
    assert!(detail.contains(named), "{frame}: {error} does not name `{named}`");
}

#[tokio::test]
async fn a_frame_that_is_not_of_the_contract_is_named_and_does_nothing() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let room = desk.room.clone();
    let say = |body: &str| json!({"type": "say", "room": room, "client_id": new_id(), "body": body}).to_string();
    let long_id = json!({"type": "say", "room": room, "client_id": "x".repeat(65), "body": "a"}).to_string();
    let extra = json!({"type": "say", "room": room, "client_id": "c", "body": "a", "colour": "red"}).to_string();
    let ask = |field: &str, value: Value| {
        let mut frame = json!({"type": "request", "client_id": new_id(), "topic": "GENERAL"});
        frame[field] = value;
        frame.to_string()
    };
    let cases = [
        ("nonsense".to_owned(), "JSON object"),
        ("[]".to_owned(), "JSON object"),
        ("7".to_owned(), "JSON object"),
        ("{}".to_owned(), "type"),
        (r#"{"type":7}"#.to_owned(), "type"),
        (r#"{"type":"dance"}"#.to_owned(), "dance"),
        (r#"{"type":"say"}"#.to_owned(), "room"),
        (r#"{"type":"cancel","why":1}"#.to_owned(), "why"),
        (extra, "colour"),
        (say(""), "body"),
        (say("  \n "), "body"),
        (say(&"가".repeat(2_001)), "2000"),
        (say("a\u{0}b"), "body"),
        (long_id, "client_id"),
        (ask("topic", json!(5)), "topic"),
        (ask("nickname", json!("x".repeat(41))), "nickname"),
        (ask("note", json!("x".repeat(501))), "note"),
        (ask("priority", json!(10)), "priority"),
        (ask("priority", json!(-1)), "priority"),
        (r#"{"type":"resume"}"#.to_owned(), "token"),
        (r#"{"type":"typing","room":"not-an-id","on":true}"#.to_owned(), "room"),
        (format!(r#"{{"type":"typing","room":"{room}","on":"yes"}}"#), "on"),
        (format!(r#"{{"type":"seen","room":"{room}","seq":-1}}"#), "seq"),
        (format!(r#"{{"type":"rate","room":"{room}","score":6}}"#), "score"),
        (format!(r#"{{"type":"rate","room":"{room}","score":0}}"#), "score"),
    ];
    for (frame, named) in &cases {
        is_bad(&mut desk, frame, named).await;
    }
    for (frame, named) in [(r#"{"type":"open","capacity":0}"#, "capacity"), (r#"{"type":"open","lines":[]}"#, "lines")]
    {
        is_bad(&mut kim, frame, named).await;
    }
    // The longest that is allowed is.
    desk.said(&"가".repeat(2_000)).await;
    kim.expect("message").await;
    assert_eq!(server.records().count("MESSAGE"), 1);
    server.check().await;
    assert_eq!((kim.all("message").len(), kim.all("typing").len()), (1, 0), "nobody else was disturbed");
    server.finish().await;
}

#[tokio::test]
async fn somebody_elses_room_is_as_good_as_none() {
    let server = Office::new().counsellor("kim").counsellor("lee").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.said("for kim alone").await;
    let mut lee = Counsellor::open_at(&server, "lee").await;
    let mut stranger = Desk::waiting_for(&server, "GENERAL").await;
    let room = desk.room.clone();
    for frame in [
        json!({"type": "say", "room": room, "client_id": "x", "body": "hello"}),
        json!({"type": "typing", "room": room, "on": true}),
        json!({"type": "seen", "room": room, "seq": 1}),
        json!({"type": "replay", "room": room, "after": 0}),
        json!({"type": "end", "room": room}),
    ] {
        lee.send(frame.clone());
        let by_lee = lee.expect_error("NO_SUCH_ROOM").await;
        stranger.send(frame.clone());
        stranger.expect_error("NO_SUCH_ROOM").await;
        // The same words as for a room that never was.
        let mut nowhere = frame;
        nowhere["room"] = json!(new_id());
        lee.send(nowhere);
        assert_eq!(lee.expect_error("NO_SUCH_ROOM").await["detail"], by_lee["detail"]);
    }
    stranger.send(json!({"type": "rate", "room": room, "score": 1}));
    stranger.expect_error("NO_SUCH_ROOM").await;
    lee.send(json!({"type": "wrap_up", "room": room, "result_code": "RESOLVED"}));
    lee.expect_error("NOTHING_TO_WRAP_UP").await;
    desk.said("still here").await;
    kim.expect("message").await;
    server.check().await;
    assert!(kim.all("typing").is_empty() && kim.all("ended").is_empty());
    assert_eq!(server.records().count("MESSAGE"), 2);
    server.finish().await;
}

#[tokio::test]
async fn somebody_elses_offer_cannot_be_answered() {
    let server = Office::new().counsellor("kim").counsellor("lee").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut lee = Counsellor::open_at(&server, "lee").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let offer = kim.rung().await;
    lee.accept(&offer);
    assert_eq!(lee.expect_error("NO_SUCH_OFFER").await["re"], offer["offer"]);
    lee.decline(&offer);
    lee.expect_error("NO_SUCH_OFFER").await;
    kim.accept(&offer);
    kim.seated().await;
    desk.seated().await;
    kim.accept(&offer);
    kim.expect_error("NO_SUCH_OFFER").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_frame_of_the_other_role_is_not_allowed() {
    let server = Office::new().counsellor("kim").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    for frame in [
        json!({"type": "request", "client_id": "x", "topic": "GENERAL"}),
        json!({"type": "cancel"}),
        json!({"type": "resume", "token": "x"}),
        json!({"type": "rate", "room": new_id(), "score": 5}),
    ] {
        kim.send(frame);
        kim.expect_error("NOT_ALLOWED").await;
    }
    let mut desk = Desk::at(&server).await;
    for frame in [
        json!({"type": "open"}),
        json!({"type": "pause"}),
        json!({"type": "accept", "offer": new_id()}),
        json!({"type": "decline", "offer": new_id()}),
        json!({"type": "wrap_up", "room": new_id(), "result_code": "RESOLVED"}),
    ] {
        desk.send(frame);
        desk.expect_error("NOT_ALLOWED").await;
    }
    assert_eq!(server.records().count("CONSULTATION"), 0);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn before_a_request_there_is_nothing_to_cancel_or_to_say() {
    let server = Office::new().open().await;
    let mut desk = Desk::at(&server).await;
    desk.send(json!({"type": "cancel"}));
    desk.expect_error("NOT_WAITING").await;
    desk.send(json!({"type": "say", "room": new_id(), "client_id": "a", "body": "b"}));
    assert_eq!(desk.expect_error("NO_SUCH_ROOM").await["re"], "a");
    desk.request("GENERAL");
    desk.waits().await;
    server.finish().await;
}

#[tokio::test]
async fn a_token_that_is_not_ours_brings_nothing_back() {
    let (mine, yours) = (new_id(), new_id());
    let server = Office::new().desk(&mine, "my-key").desk(&yours, "your-key").open().await;
    let mut desk = Desk::registered(&server, &mine, "my-key").await;
    desk.request("GENERAL");
    desk.waits().await;
    let (body, signature) = desk.token.split_once('.').expect("a body and a signature");
    let flipped = if body.starts_with('A') { "B" } else { "A" };
    let forged = format!("{flipped}{}.{signature}", &body[1..]);
    let mut thief = Desk::registered(&server, &mine, "my-key").await;
    for token in ["", "x", "a.b", "a.b.c", &forged, signature] {
        thief.send(json!({"type": "resume", "token": token}));
        let error = thief.expect("error").await;
        assert!(error["code"] == "BAD_TOKEN" || (token.is_empty() && error["code"] == "BAD_FRAME"), "{error}");
    }
    for mut thief in [Desk::registered(&server, &yours, "your-key").await, Desk::at(&server).await] {
        thief.token.clone_from(&desk.token);
        thief.resume(None);
        thief.expect_error("BAD_TOKEN").await;
    }
    desk.settled().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_token_of_a_visit_that_is_over_says_how_it_ended() {
    let server = Office::new().open().await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    desk.send(json!({"type": "cancel"}));
    desk.expect("closed").await;
    desk.come_back(&server, None).await;
    assert_eq!(desk.expect("closed").await["reason"], "CANCELLED");
    desk.expect_close(1000).await;
    server.finish().await;
}
