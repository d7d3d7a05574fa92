//! What is missing is not everything: a line that is gone, an empty list, a filter nothing fits.

use serde_json::{Value, json};

use super::{account, change, delete_line, exported, items, line};
use crate::support::office::PASSWORD;
use crate::support::people::{talking, text};
use crate::support::{Counsellor, Desk, Http, Office, Server, new_id};

/// A talk that is over and a ticket that waits, both of `GENERAL`; a manager of `GONE`.
async fn office() -> (Server, Http) {
    let office = Office::new().demo().line("GONE").counsellor("kim").account("boss", "MANAGER", &["GONE"], 1);
    let server = office.open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.end();
    desk.expect("ended").await;
    kim.expect_where("state", |state| state["activity"] == "IDLE").await;
    let admin = server.http().as_demo_admin().await;
    (server, admin)
}

/// Nothing of anybody's is there for them.
async fn sees_nothing(who: &Http, login: &str) {
    for list in ["consultations", "consultations?status=DONE", "rooms", "desks?all=true", "jobs"] {
        let found = who.read(&format!("/api/v1/{list}")).await;
        assert_eq!((items(&found).len(), &found["next"]), (0, &Value::Null), "{login} {list}: {found}");
    }
    let people = who.read("/api/v1/accounts").await;
    let people: Vec<&str> = items(&people).iter().filter_map(|one| one["login"].as_str()).collect();
    assert_eq!(people, [login]);
    let audits = who.read("/api/v1/audits?limit=200").await;
    let me = text(&who.read("/api/v1/session").await["account"], "id");
    assert!(items(&audits).iter().all(|entry| entry["actor"] == *me), "{login}: {audits}");
    for figures in ["stats", "stats?by=line", "stats?by=counsellor"] {
        let figures = who.read(&format!("/api/v1/{figures}")).await;
        let requested: i64 = items(&figures).iter().filter_map(|one| one["requested"].as_i64()).sum();
        assert_eq!(requested, 0, "{login}: {figures}");
    }
    let (first, snapshot) = who.follow("/api/v1/rooms/stream").await.next().await.expect("a snapshot");
    assert_eq!(first, "snapshot");
    let shown = (snapshot["rooms"].clone(), snapshot["tickets"].clone());
    assert_eq!(shown, (json!([]), json!([])), "{login}: {snapshot}");
    let others = snapshot["counsellors"].as_array().into_iter().flatten().any(|one| one["account"] != *me);
    assert!(!others, "{login}: {snapshot}");
    let all = who.post("/api/v1/consultations/export", &json!({"format": "CSV"})).await;
    all.is_problem(403, "NOT_ALLOWED");
}

#[tokio::test]
async fn a_manager_whose_only_line_is_deleted_sees_nothing_and_so_does_one_whose_list_is_empty() {
    let (server, admin) = office().await;
    let _waiting = Desk::waiting_for(&server, "GENERAL").await;
    delete_line(&admin, "GONE").await;
    let boss = server.http().as_user("boss").await;
    sees_nothing(&boss, "boss").await;

    // An empty list says none, whoever sends it; and so does a list that is left out.
    let general = text(&line(&admin, "GENERAL").await, "id");
    let boss_again = change(&admin, "boss", json!({"lines": [{"line": general}]})).await;
    assert_eq!(boss_again["all_lines"], false);
    assert_eq!(items(&boss.read("/api/v1/consultations").await).len(), 2);
    change(&admin, "boss", json!({"lines": []})).await;
    sees_nothing(&boss, "boss").await;
    for (login, lines) in [("empty", json!([])), ("unsaid", Value::Null)] {
        let mut new = json!({"login": login, "name": login, "role": "MANAGER", "password": PASSWORD});
        if !lines.is_null() {
            new["lines"] = lines;
        }
        let made = admin.post("/api/v1/accounts/staff", &new).await;
        assert_eq!(made.status, 201, "{}", made.text);
        sees_nothing(&server.http().as_user(login).await, login).await;
    }
    server.finish().await;
}

#[tokio::test]
async fn that_a_manager_runs_every_line_is_said_and_falls_with_the_role() {
    let (server, admin) = office().await;
    let boss = server.http().as_user("boss").await;
    let may = change(&admin, "boss", json!({"all_lines": true, "lines": []})).await;
    assert_eq!((&may["all_lines"], &may["lines"]), (&json!(true), &json!([])));
    assert_eq!(items(&boss.read("/api/v1/consultations").await).len(), 1);
    assert_eq!(boss.read("/api/v1/session").await["account"]["all_lines"], true);
    let me = account(&boss, "boss").await;
    let path = format!("/api/v1/accounts/{}", text(&me, "id"));
    let less = boss.patch(&path, &json!({"version": me["version"], "all_lines": false})).await;
    less.is_problem(403, "NOT_ALLOWED");

    change(&admin, "boss", json!({"role": "COUNSELLOR"})).await;
    let once_more = change(&admin, "boss", json!({"role": "MANAGER"})).await;
    assert_eq!(once_more["all_lines"], false, "they are one of all no more, should they be one again");
    let kim = account(&admin, "kim").await;
    let path = format!("/api/v1/accounts/{}", text(&kim, "id"));
    let counsellor = admin.patch(&path, &json!({"version": kim["version"], "all_lines": true})).await;
    assert_eq!(counsellor.is_problem(422, "OUT_OF_BOUNDS")["errors"][0]["field"], "all_lines");
    server.finish().await;
}

#[tokio::test]
async fn a_filter_that_nothing_fits_finds_nothing() {
    let (server, admin) = office().await;
    let unknown = new_id();
    for list in [
        "consultations?line=NOWHERE".to_owned(),
        "consultations?result=NOTHING".to_owned(),
        format!("consultations?line_id={unknown}"),
        format!("consultations?counsellor={unknown}"),
        format!("consultations?desk={unknown}"),
        "accounts?line=NOWHERE".to_owned(),
        format!("accounts?line={unknown}"),
        "accounts?q=nobody-is-called-so".to_owned(),
        format!("audits?actor={unknown}"),
        "audits?actor=".to_owned(),
        format!("audits?subject={unknown}"),
        "audits?action=NOTHING".to_owned(),
        "codes?group=NOTHING".to_owned(),
    ] {
        let found = admin.read(&format!("/api/v1/{list}")).await;
        assert_eq!(items(&found).len(), 0, "{list}: {found}");
    }
    for figures in ["stats?line=NOWHERE".to_owned(), format!("stats?counsellor={unknown}")] {
        let figures = admin.read(&format!("/api/v1/{figures}")).await;
        assert!(items(&figures).iter().all(|one| one["requested"] == 0), "{figures}");
    }
    for wish in [json!({"format": "CSV", "line": "NOWHERE"}), json!({"format": "CSV", "counsellor": unknown})] {
        assert_eq!(exported(&admin, &wish).await["done"], 0, "{wish}");
    }
    let mut kim = Counsellor::at(&server, "kim").await;
    kim.send(json!({"type": "open", "lines": []}));
    let refused = kim.expect_error("BAD_FRAME").await;
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("lines")), "{refused}");
    server.finish().await;
}

#[tokio::test]
async fn a_counsellor_who_chose_a_line_that_is_deleted_is_not_rung_for_the_others() {
    let office = Office::new().demo().line("GONE").counsellor_of("kim", &["GENERAL", "GONE"], 1);
    let server = office.counsellor("lee").open().await;
    let admin = server.http().as_demo_admin().await;
    let mut kim = Counsellor::at(&server, "kim").await;
    kim.send(json!({"type": "open", "lines": ["GONE"]}));
    kim.expect_where("state", |state| state["intent"] == "OPEN").await;
    delete_line(&admin, "GONE").await;
    let state = kim.expect_where("state", |state| state["lines"].as_array().is_some_and(Vec::is_empty)).await;
    assert_eq!(state["intent"], "OPEN");
    let mut lee = Counsellor::open_at(&server, "lee").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    lee.takes_next().await;
    desk.seated().await;
    assert!(!kim.has("offer"), "they did not choose this line");
    server.finish().await;
}
