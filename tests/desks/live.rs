//! An edit is heard at once by those who are there, without a restart.

use chrono::{Datelike, FixedOffset, Utc};
use serde_json::{Value, json};

use super::{edit_line, line, office};
use crate::support::people::{talking, text};
use crate::support::{Counsellor, Desk, Office};

/// The lines a new desk may choose, by topic.
async fn offered(server: &crate::support::Server) -> Vec<Value> {
    let desk = Desk::at(server).await;
    let welcome = desk.all("welcome").remove(0);
    welcome["lines"].as_array().expect("lines").clone()
}

fn topics(lines: &[Value]) -> Vec<String> {
    lines.iter().map(|line| text(line, "topic")).collect()
}

#[tokio::test]
async fn a_new_line_can_be_asked_for_and_one_out_of_use_cannot() {
    let (server, admin) = office("GRACE_S = 30").await;
    let early = Desk::at(&server).await;
    let tax = json!({"topic": "TAX", "language": "ko", "name": "세금", "name_en": "Tax", "prefix": "T", "order": 0});
    assert_eq!(admin.post("/api/v1/lines", &tax).await.status, 201);
    let lines = offered(&server).await;
    assert_eq!(topics(&lines), ["TAX", "GENERAL", "FINANCE", "WELFARE"]);
    assert_eq!((&lines[0]["name"], &lines[0]["open"]), (&json!("세금"), &json!(true)));
    let mut early = early;
    early.request("TAX");
    assert_eq!(early.waits().await["number"], "T-001");

    assert_eq!(edit_line(&admin, "TAX", json!({"in_use": false, "order": 8})).await.status, 200);
    assert_eq!(topics(&offered(&server).await), ["GENERAL", "FINANCE", "WELFARE"]);
    let mut late = Desk::at(&server).await;
    late.request("TAX");
    assert!(!text(&late.expect_error("UNKNOWN_LINE").await, "detail").contains("choose one of: TAX"));
    // What waits in it goes on.
    early.vanish();
    early.come_back(&server, None).await;
    assert_eq!(early.waits().await["line"], "TAX");
    early.send(json!({"type": "cancel"}));
    early.expect("closed").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn what_waits_in_a_line_out_of_use_is_served_also_after_a_restart() {
    let (mut server, admin) = office("GRACE_S = 30").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    assert_eq!(edit_line(&admin, "GENERAL", json!({"in_use": false})).await.status, 200);
    server.restart().await;
    desk.come_back(&server, None).await;
    desk.waits().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    kim.takes_next().await;
    desk.seated().await;
    desk.said("still served").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r8_a_line_with_no_room_refuses_at_once() {
    let (server, admin) = office("WAITING_MAX = 5").await;
    let mut first = Desk::waiting_for(&server, "GENERAL").await;
    edit_line(&admin, "GENERAL", json!({"waiting_max": 0})).await;
    let mut second = Desk::at(&server).await;
    second.request("GENERAL");
    assert_eq!(second.expect("closed").await["reason"], "FULL");
    edit_line(&admin, "GENERAL", json!({"waiting_max": 2})).await;
    Desk::waiting_for(&server, "GENERAL").await;
    first.settled().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r8_a_shorter_wait_holds_for_those_who_wait() {
    let (server, admin) = office("WAIT_S_MAX = 1800").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    edit_line(&admin, "GENERAL", json!({"wait_s_max": 1})).await;
    assert_eq!(desk.expect("closed").await["reason"], "EXPIRED");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r8_hours_open_and_close_at_once_however_often_they_are_edited() {
    let (server, admin) = office("GRACE_S = 30").await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    // Seoul, as the server is by default: tomorrow all day, so closed now.
    let now = Utc::now().with_timezone(&FixedOffset::east_opt(9 * 3600).unwrap());
    let closed = json!({now.weekday().succ().to_string(): [["00:00", "24:00"]]});
    for _ in 0..10 {
        edit_line(&admin, "GENERAL", json!({"hours": null})).await;
        assert_eq!(edit_line(&admin, "GENERAL", json!({"hours": closed})).await.status, 200);
    }
    let open = |state: &Value| state["lines"][0]["open"].as_bool().unwrap();
    kim.expect_where("state", |state| !open(state)).await;
    assert_eq!(line(&admin, "GENERAL").await["open"], false);
    assert_eq!(offered(&server).await[0]["open"], false);
    let mut desk = Desk::at(&server).await;
    desk.request("GENERAL");
    assert_eq!(desk.expect("closed").await["reason"], "CLOSED_HOURS");
    edit_line(&admin, "GENERAL", json!({"hours": null})).await;
    kim.expect_where("state", open).await;
    let mut desk = Desk::at(&server).await;
    desk.request("GENERAL");
    desk.waits().await;
    kim.rung().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_counsellor_hears_the_new_name_and_a_stranger_nothing() {
    let (server, admin) = office("GRACE_S = 30").await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let heard = kim.all("state").len();
    edit_line(&admin, "FINANCE", json!({"name": "돈"})).await;
    kim.settled().await;
    assert_eq!(kim.all("state").len(), heard, "a line of others");
    edit_line(&admin, "GENERAL", json!({"name": "안내", "name_en": "Help"})).await;
    let state = kim.expect_where("state", |state| state["lines"][0]["name"] == "안내").await;
    assert_eq!(state["lines"].as_array().unwrap().len(), 1);
    server.finish().await;
}

/// A room has a wrap-up or none as it was when it opened; its place is free again either way.
#[tokio::test]
async fn r9_a_wrap_up_edited_while_people_talk_loses_no_place() {
    for (before, after) in [(60, 0), (0, 60)] {
        let (server, admin) = office(&format!("WRAP_UP_S = {before}")).await;
        let mut kim = Counsellor::open_at(&server, "kim").await;
        let mut desk = Desk::waiting_for(&server, "GENERAL").await;
        kim.takes_next().await;
        desk.seated().await;
        edit_line(&admin, "GENERAL", json!({"wrap_up_s": after})).await;
        desk.end();
        kim.expect("ended").await;
        let mut next = Desk::waiting_for(&server, "GENERAL").await;
        kim.takes_next().await;
        next.seated().await;
        assert_eq!(server.records().count("ACCOUNT WHERE LOGIN = 'kim' AND ROOMS_OPEN = 1"), 1);
        next.end();
        kim.expect_where("ended", |ended| ended["room"] == *next.room).await;
        if after > 0 {
            kim.expect_where("state", |state| state["activity"] == "WRAP_UP").await;
        }
        server.check().await;
        server.finish().await;
    }
}

#[tokio::test]
async fn r6_the_next_offer_is_as_the_line_says_now() {
    let (server, admin) = office("ACCEPT_S = 20").await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    edit_line(&admin, "GENERAL", json!({"accept_s": 0})).await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    desk.seated().await;
    kim.seated().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn how_a_line_did_is_the_servers_and_the_same_for_all_who_may_see_it() {
    let office = Office::new().line("TAX").line("WELFARE").admin().counsellor("kim");
    let server = office.account("mina", "MANAGER", &["GENERAL"], 1).account("all", "MANAGER", &[], 1).open().await;
    let figures = async |login: &str| {
        let answer = server.http().as_user(login).await.read("/api/v1/lines/stats").await;
        answer["items"].as_array().expect("lines").clone()
    };
    let (desk, mut kim) = talking(&server, "kim").await;
    let waits = Desk::waiting_for(&server, "GENERAL").await;
    let last = |line: &Value, name: &str| line["trend"][name].as_array().and_then(|all| all.last()).cloned();
    let admins = figures("admin").await;
    let general = admins.iter().find(|line| line["topic"] == "GENERAL").expect("a line");
    assert_eq!((last(general, "waiting"), last(general, "talking")), (Some(json!(1)), Some(json!(1))), "{general}");
    assert_eq!((last(general, "held"), last(general, "capacity")), (Some(json!(1.0)), Some(json!(1.0))), "{general}");
    let sums = |line: &Value| {
        let all = |name: &str| line["trend"][name].as_array().unwrap().iter().filter_map(Value::as_u64).sum::<u64>();
        ["matched", "within_target", "missed"].map(all)
    };
    assert_eq!(sums(general), [1, 1, 0], "{general}");
    assert_eq!((&general["service_level"], &general["trend"]["step_s"]), (&json!(1.0), &json!(60)));
    // Whoever looks later, and whoever else looks, sees the same.
    let others = figures("all").await;
    let same = others.iter().find(|line| line["topic"] == "GENERAL").expect("a line");
    assert_eq!(sums(same), sums(general));
    assert_eq!(same["service_level"], general["service_level"]);
    assert_eq!((admins.len(), others.len()), (3, 3));
    let theirs = figures("mina").await;
    assert_eq!(theirs.iter().map(|line| text(line, "topic")).collect::<Vec<_>>(), ["GENERAL"], "their lines alone");
    let admin = server.http().as_user("admin").await;
    let nothing = admin.read("/api/v1/lines/stats?minutes=0").await;
    assert_eq!(nothing["items"][0]["trend"]["from"], Value::Null);
    let refused = admin.get("/api/v1/lines/stats?minutes=1441").await.expect("an answer");
    assert_eq!(refused.is_problem(422, "OUT_OF_BOUNDS")["errors"][0]["field"], "minutes");
    drop(waits);
    desk.end();
    kim.expect("ended").await;
    server.finish().await;
}
