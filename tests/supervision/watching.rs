//! A watcher hears everything, and nobody notices.

use serde_json::json;

use super::{every_byte, numbers, office, watched};
use crate::support::people::talking;
use crate::support::{Supervisor, until};

#[tokio::test]
async fn a_watcher_hears_everything_in_order_and_nobody_notices() {
    let server = office().open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.said("before anybody watched").await;
    let mut boss = Supervisor::at(&server, "boss", &desk.room).await;
    let seated = boss.all("seated").remove(0);
    assert_eq!((&seated["kind"], &seated["watching"]), (&json!("CONSULTATION"), &json!(true)));
    assert_eq!(seated["last_seq"], 1);
    assert_eq!(seated["members"].as_array().map(Vec::len), Some(2), "not among the members: {seated}");
    boss.send(json!({"type": "replay", "room": boss.room, "after": 0}));
    assert_eq!(boss.expect("message").await["body"], "before anybody watched");
    for n in 0..5 {
        desk.said(&format!("desk {n}")).await;
        kim.said(&format!("kim {n}")).await;
    }
    desk.send(json!({"type": "typing", "room": desk.room, "on": true}));
    assert_eq!(boss.expect("typing").await["from"], *desk.you);
    kim.send(json!({"type": "seen", "room": kim.room, "seq": 3}));
    assert_eq!(boss.expect("seen").await["from"], *kim.you);
    boss.expect_where("message", |message| message["seq"] == 11).await;
    assert_eq!(numbers(&boss), (1..=11).collect::<Vec<_>>());
    // Comes, drops, comes back, and goes for good.
    boss.come_back(&server).await;
    let you = boss.you.clone();
    boss.close();
    desk.end();
    desk.expect("ended").await;
    kim.expect("ended").await;
    for (who, told) in [("the desk", every_byte(&desk)), ("the counsellor", every_byte(&kim))] {
        assert!(!told.contains("boss") && !told.contains(&you) && !told.contains("MANAGER"), "{who}: {told}");
    }
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_watcher_is_told_to_join_before_they_speak_and_the_sequence_does_not_move() {
    let server = office().open().await;
    let (mut desk, _kim, mut boss) = watched(&server).await;
    let client_id = boss.say("hello");
    let error = boss.expect_error("NOT_ALLOWED").await;
    assert_eq!(error["re"], *client_id);
    assert!(error["detail"].as_str().is_some_and(|detail| detail.contains("`join`")), "{error}");
    for frame in [
        json!({"type": "typing", "room": boss.room, "on": true}),
        json!({"type": "seen", "room": boss.room, "seq": 1}),
        json!({"type": "end", "room": boss.room}),
    ] {
        boss.send(frame);
        assert_eq!(boss.expect_error("NOT_ALLOWED").await["re"], *boss.room);
    }
    assert_eq!(desk.said("the first").await, 1);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn watching_is_on_file_and_audited_and_only_managers_see_that_somebody_watches() {
    let server = office().open().await;
    let (_desk, kim, boss) = watched(&server).await;
    assert_eq!(server.records().count("ROOM_MEMBER WHERE ROLE = 'MANAGER' AND WATCHING_YN = 'Y'"), 1);
    assert_eq!(server.records().count("AUDIT WHERE ACTION = 'ROOM_WATCHED'"), 1);
    let subject = server.records().text("SUBJECT_ID", "AUDIT WHERE ACTION = 'ROOM_WATCHED'");
    assert_eq!(subject.as_deref(), Some(boss.room.as_str()));
    let path = format!("/api/v1/rooms/{}/members", boss.room);
    let seen_by_manager = server.http().with_bearer(&boss.session).read(&path).await;
    let watching = |items: &serde_json::Value| items["items"].to_string().contains("\"watching\":true");
    assert!(watching(&seen_by_manager), "{seen_by_manager}");
    let seen_by_counsellor = server.http().with_bearer(&kim.session).read(&path).await;
    assert_eq!(seen_by_counsellor["items"].as_array().map(Vec::len), Some(2), "{seen_by_counsellor}");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_watcher_who_drops_mid_talk_is_silently_gone_and_the_talk_goes_on() {
    let server = office().rules("GRACE_S = 1").open().await;
    let (mut desk, mut kim, boss) = watched(&server).await;
    boss.vanish();
    until("the seat is given up", || async {
        let left = server.records().count("ROOM_MEMBER WHERE ROLE = 'MANAGER' AND SEAT_STATE = 'LEFT'");
        (left == 1).then_some(())
    })
    .await;
    desk.said("still here?").await;
    assert_eq!(kim.expect("message").await["body"], "still here?");
    assert!(!desk.has("member") && !kim.has("member"));
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_second_socket_takes_over_from_the_first_in_the_same_seat() {
    let server = office().open().await;
    let (mut desk, _kim, mut boss) = watched(&server).await;
    let you = boss.you.clone();
    let (mut older, seated) = boss.another_tab(&server).await;
    older.expect_close(4001).await;
    assert_eq!(seated["you"], *you);
    desk.said("to the newer one").await;
    boss.expect("message").await;
    assert_eq!(server.records().count("ROOM_MEMBER WHERE ROLE = 'MANAGER'"), 1);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn two_supervisors_watch_one_talk_and_do_not_see_each_other() {
    let server = office().account("chief", "MANAGER", &[], 1).open().await;
    let (mut desk, _kim, mut boss) = watched(&server).await;
    let mut chief = Supervisor::at(&server, "chief", &desk.room).await;
    desk.said("to all of you").await;
    for supervisor in [&mut boss, &mut chief] {
        assert_eq!(supervisor.expect("message").await["body"], "to all of you");
    }
    assert!(!every_byte(&boss).contains("chief") && !every_byte(&chief).contains("boss"));
    server.check().await;
    server.finish().await;
}
