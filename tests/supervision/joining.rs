//! A manager becomes a member, says something, and watches again.

use serde_json::json;

use super::{office, watched};
use crate::support::{Supervisor, until};

#[tokio::test]
async fn who_joins_is_seen_and_heard_by_all_and_who_leaves_watches_on() {
    let server = office().open().await;
    let (mut desk, mut kim, mut boss) = watched(&server).await;
    desk.said("I want to speak to the manager").await;
    let seated = boss.joins().await;
    assert_eq!(seated["members"].as_array().map(Vec::len), Some(3), "{seated}");
    for person in [&mut *desk, &mut *kim] {
        let member = person.expect("member").await;
        assert_eq!((&member["member"], &member["state"]), (&json!(boss.you), &json!("JOINED")));
        assert_eq!((&member["role"], &member["name"]), (&json!("MANAGER"), &json!("boss")));
    }
    assert_eq!(boss.said("here I am").await, 2);
    for person in [&mut *desk, &mut *kim] {
        assert_eq!(person.expect_where("message", |message| message["seq"] == 2).await["from"], *boss.you);
    }
    boss.leaves().await;
    for person in [&mut *desk, &mut *kim] {
        person.expect_where("member", |member| member["state"] == "LEFT").await;
    }
    boss.say("one more thing");
    boss.expect_error("NOT_ALLOWED").await;
    kim.said("back to us").await;
    boss.expect_where("message", |message| message["body"] == "back to us").await;
    // Whoever comes back meanwhile can still tell who said what.
    desk.vanish();
    desk.come_back(&server, Some(0)).await;
    let matched = desk.seated().await;
    let members = matched["members"].as_array().expect("members");
    let left = members.iter().find(|member| member["member"] == *boss.you).expect("who spoke is known");
    assert_eq!((&left["state"], &left["name"]), (&json!("LEFT"), &json!("boss")));
    assert_eq!(server.records().count("AUDIT WHERE ACTION = 'ROOM_JOINED'"), 1);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_joined_supervisor_who_drops_is_away_then_left_and_the_talk_goes_on() {
    let server = office().rules("GRACE_S = 2").open().await;
    let (mut desk, mut kim, mut boss) = watched(&server).await;
    boss.joins().await;
    desk.expect("member").await;
    boss.vanish();
    assert_eq!(desk.expect("member").await["state"], "AWAY");
    let seated = boss.come_back(&server).await;
    assert_eq!(seated["watching"], false, "the seat was held");
    assert_eq!(desk.expect("member").await["state"], "BACK");
    boss.vanish();
    desk.expect_where("member", |member| member["state"] == "LEFT").await;
    desk.said("still us").await;
    kim.expect("message").await;
    let seated = boss.come_back(&server).await;
    assert_eq!(seated["watching"], true, "a new seat begins with watching");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_joined_supervisor_ends_the_room_as_an_admin_does() {
    let server = office().open().await;
    let (mut desk, mut kim, mut boss) = watched(&server).await;
    boss.joins().await;
    boss.end();
    let you = boss.you.clone();
    for person in [&mut *desk, &mut *kim, &mut *boss] {
        let ended = person.expect("ended").await;
        assert_eq!((&ended["reason"], &ended["by"]), (&json!("ADMIN"), &json!(you)));
    }
    until("the end is audited", || async {
        (server.records().count("AUDIT WHERE ACTION = 'ROOM_ENDED'") == 1).then_some(())
    })
    .await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn joining_and_leaving_twice_is_doing_it_once() {
    let server = office().open().await;
    let (mut desk, _kim, mut boss) = watched(&server).await;
    boss.leaves().await;
    boss.joins().await;
    boss.joins().await;
    desk.expect("member").await;
    desk.said("who was that?").await;
    assert!(!desk.has("member"), "told once");
    let mut too_long = json!({"type": "join", "room": boss.room, "nickname": "x".repeat(21)});
    boss.send(too_long.clone());
    let error = boss.expect_error("BAD_FRAME").await;
    assert!(error["detail"].as_str().is_some_and(|detail| detail.contains("at most 20")), "{error}");
    too_long["room"] = json!(crate::support::new_id());
    too_long["nickname"] = json!("x");
    boss.send(too_long);
    boss.expect_error("NO_SUCH_ROOM").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_supervisor_is_told_where_a_talk_goes_on_that_is_handed_over() {
    let server = office().counsellor("lee").open().await;
    let (mut desk, kim, mut boss) = watched(&server).await;
    let mut lee = crate::support::Counsellor::open_at(&server, "lee").await;
    boss.joins().await;
    boss.said("I will send you to lee").await;
    boss.whispered("lee knows this").await;
    kim.send(json!({"type": "transfer", "room": kim.room, "line": "GENERAL"}));
    lee.takes_next().await;
    let ended = boss.expect("ended").await;
    assert_eq!((&ended["reason"], &ended["next_room"]), (&json!("TRANSFERRED"), &json!(lee.room)));
    let of_desk = desk.expect("ended").await;
    assert!(of_desk.get("next_room").is_none(), "{of_desk}");
    let next = lee.room.clone();
    let seated = boss.goes_to(&server, &next).await;
    assert_eq!((&seated["watching"], &seated["last_seq"]), (&json!(true), &json!(1)));
    desk.seated().await;
    lee.said("hello").await;
    assert_eq!(boss.expect("message").await["seq"], 2);
    assert!(!lee.has("whisper"), "what was whispered was for kim");
    let of_lee = server.http().with_bearer(&lee.session).read(&format!("/api/v1/consultations/{}", desk.ticket)).await;
    assert!(!of_lee.to_string().contains("lee knows this"), "{of_lee}");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn two_supervisors_who_joined_see_each_other() {
    let server = office().account("chief", "MANAGER", &[], 1).open().await;
    let (mut desk, _kim, mut boss) = watched(&server).await;
    let mut chief = Supervisor::at(&server, "chief", &desk.room).await;
    boss.joins().await;
    chief.expect("member").await;
    chief.joins().await;
    assert_eq!(boss.expect("member").await["name"], "chief");
    chief.said("all together").await;
    assert_eq!(boss.expect("message").await["from"], *chief.you);
    assert_eq!(desk.expect("message").await["from"], *chief.you);
    server.check().await;
    server.finish().await;
}
