//! How supervision ends: access that is taken away, a drain, a restart.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{office, watched};
use crate::support::Supervisor;

#[tokio::test]
async fn access_that_ends_closes_the_socket_of_a_room_within_two_seconds() {
    let server = office().admin().open().await;
    let (mut desk, _kim, mut boss) = watched(&server).await;
    let since = Instant::now();
    assert_eq!(server.http().with_bearer(&boss.session).delete("/api/v1/session").await.status, 204);
    boss.expect_close(4003).await;
    assert!(since.elapsed() < Duration::from_secs(2), "took {:?}", since.elapsed());
    let mut again = Supervisor::at(&server, "boss", &desk.room).await;
    let since = Instant::now();
    server.records().execute("UPDATE ACCOUNT SET SUSPEND_YN = 'Y' WHERE LOGIN = 'boss'");
    again.expect_close(4003).await;
    assert!(since.elapsed() < Duration::from_secs(3), "another node's word counts: took {:?}", since.elapsed());
    desk.said("nobody watches").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_server_that_leaves_says_so_to_supervisors_and_has_them_back() {
    let mut server = office().open().await;
    let (mut desk, _kim, mut boss) = watched(&server).await;
    desk.said("before").await;
    server.signal("TERM");
    boss.expect_close(1001).await;
    assert!(server.ended(Duration::from_secs(30)).await.success());
    server.restart().await;
    let seated = boss.come_back(&server).await;
    assert_eq!((&seated["watching"], &seated["last_seq"]), (&json!(true), &json!(1)));
    boss.send(json!({"type": "replay", "room": boss.room, "after": 0}));
    assert_eq!(boss.expect("message").await["body"], "before");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn after_a_restart_the_seat_of_who_had_joined_is_held_and_a_watchers_is_not() {
    let mut server = office().rules("GRACE_S = 4").account("chief", "MANAGER", &[], 1).open().await;
    let (mut desk, mut kim, mut boss) = watched(&server).await;
    let mut chief = Supervisor::at(&server, "chief", &desk.room).await;
    boss.joins().await;
    let (theirs, watched_from) = (boss.you.clone(), chief.you.clone());
    server.kill9();
    server.restart().await;
    desk.vanish();
    desk.come_back(&server, Some(0)).await;
    let matched = desk.seated().await;
    let members = matched["members"].as_array().expect("members");
    let held = members.iter().find(|member| member["member"] == *theirs).expect("the seat is held");
    assert_eq!(held["state"], "AWAY");
    kim.come_back(&server).await;
    let seated = chief.come_back(&server).await;
    assert_ne!(seated["you"], *watched_from);
    let seated = boss.come_back(&server).await;
    assert_eq!((&seated["you"], &seated["watching"]), (&json!(theirs), &json!(false)));
    desk.expect_where("member", |member| member["state"] == "BACK").await;
    assert_eq!(boss.said("sorry, that was us").await, 1);
    boss.vanish();
    desk.expect_where("member", |member| member["member"] == *theirs && member["state"] == "LEFT").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_manager_whose_lines_change_passes_the_gate_again() {
    let server = office().line("FINANCE").demo().open().await;
    let (mut desk, _kim, mut boss) = watched(&server).await;
    let admin = server.http().as_demo_admin().await;
    let lines = admin.read("/api/v1/lines").await;
    let finance = lines["items"].as_array().and_then(|all| all.iter().find(|line| line["topic"] == "FINANCE"));
    let finance = finance.expect("the line")["id"].clone();
    let accounts = admin.read("/api/v1/accounts?limit=200").await;
    let account = accounts["items"].as_array().and_then(|all| all.iter().find(|one| one["login"] == "boss"));
    let account = account.expect("the account").clone();
    let path = format!("/api/v1/accounts/{}", account["id"].as_str().expect("an id"));
    let edit = json!({"version": account["version"], "lines": [{"line": finance, "tier": 0}]});
    let answer = admin.patch(&path, &edit).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    boss.expect_close(1013).await;
    assert_eq!(Supervisor::refused(&server, &boss.session, &desk.room).await, Some(404));
    desk.said("nobody watches").await;
    server.check().await;
    server.finish().await;
}
