//! Lines as admins make, edit and delete them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{edit_line, field, line, office};
use crate::support::people::text;
use crate::support::{Counsellor, Desk, new_id, until};

fn tax() -> Value {
    json!({"topic": "TAX", "language": "ko", "name": "세금", "name_en": "Tax", "prefix": "t", "order": 9})
}

#[tokio::test]
async fn a_line_is_made_edited_taken_out_of_use_deleted_and_made_again() {
    let (server, admin) = office("GRACE_S = 30").await;
    let made = admin.post("/api/v1/lines", &tax()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!(
        (&made["prefix"], &made["accept_s"], &made["hours"], &made["open"], &made["version"]),
        (&json!("T"), &json!(20), &json!(null), &json!(true), &json!(1))
    );
    assert!(admin.read("/api/v1/codes?group=TOPIC").await.to_string().contains("세금"), "its topic is a code now");
    admin.post("/api/v1/lines", &tax()).await.is_problem(409, "LINE_EXISTS");

    let edit = json!({"name": "세무", "prefix": "TX", "accept_s": 0, "wait_s_max": 60, "waiting_max": 0, "grace_s": 1,
        "wrap_up_s": 2, "misses_max": 0, "widen_s": 3, "retry_s": 4, "unstaffed_s": 5, "order": 0, "hours": {}});
    let edited = edit_line(&admin, "TAX", edit.clone()).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    for (name, value) in edit.as_object().unwrap() {
        assert_eq!(edited.json()[name], *value, "{name}");
    }
    let path = format!("/api/v1/lines/{}", text(&made, "id"));
    admin.patch(&path, &json!({"version": 1, "name": "late"})).await.is_problem(409, "EDITED");

    edit_line(&admin, "TAX", json!({"in_use": false})).await;
    assert!(!admin.read("/api/v1/lines").await.to_string().contains("TAX"));
    assert_eq!(line(&admin, "TAX").await["in_use"], false);
    let stale = admin.request(Method::DELETE, &path).json(&json!({"version": 1}));
    admin.ask(stale).await.is_problem(409, "EDITED");
    assert_eq!(admin.delete(&path).await.status, 204);
    assert!(!admin.read("/api/v1/lines?all=true").await.to_string().contains("TAX"));
    admin.delete(&path).await.is_problem(404, "NOT_FOUND");
    admin.patch(&path, &json!({"version": 4})).await.is_problem(404, "NOT_FOUND");

    let mut without_order = tax();
    without_order.as_object_mut().unwrap().remove("order");
    let again = admin.post("/api/v1/lines", &without_order).await;
    assert_eq!(again.status, 201, "{}", again.text);
    assert_eq!(again.json()["order"], 4, "after the three there are");
    assert_eq!((&again.json()["id"], &again.json()["version"]), (&made["id"], &json!(5)), "its history is its own");
    assert_eq!((&again.json()["accept_s"], &again.json()["in_use"]), (&json!(20), &json!(true)));
    let audit = admin.read(&format!("/api/v1/audits?subject={}", text(&made, "id"))).await;
    assert_eq!(audit["items"].as_array().unwrap().len(), 5);
    server.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_line_is_named() {
    let (server, admin) = office("GRACE_S = 30").await;
    let with = |name: &str, value: Value| {
        let mut body = tax();
        body[name] = value;
        body
    };
    let overlapping = json!({"mon": [["09:00", "12:00"], ["11:59", "13:00"]]});
    for (name, value, status) in [
        ("topic", json!("tax"), 422),
        ("topic", json!("T".repeat(41)), 422),
        ("language", json!("fr"), 422),
        ("name", json!(""), 422),
        ("name_en", json!("x".repeat(61)), 422),
        ("prefix", json!(""), 422),
        ("prefix", json!("ABCD"), 422),
        ("prefix", json!("7"), 422),
        ("hours", json!({"someday": []}), 422),
        ("hours", json!({"mon": [["18:00", "09:00"]]}), 422),
        ("hours", overlapping, 422),
        ("accept_s", json!(601), 422),
        ("accept_s", json!(-1), 400),
        ("wait_s_max", json!(0), 422),
        ("waiting_max", json!(100_001), 422),
        ("grace_s", json!(3601), 422),
        ("wrap_up_s", json!(3601), 422),
        ("misses_max", json!(101), 422),
        ("widen_s", json!(86_401), 422),
        ("retry_s", json!(0), 422),
        ("unstaffed_s", json!(86_401), 422),
        ("order", json!(10_000), 422),
        ("colour", json!("red"), 400),
    ] {
        let refused = admin.post("/api/v1/lines", &with(name, value.clone())).await;
        assert_eq!((refused.status, field(&refused).as_str()), (status, name), "{name} {value}");
        if !matches!(name, "topic" | "language") {
            let refused = edit_line(&admin, "GENERAL", json!({name: value.clone()})).await;
            assert_eq!((refused.status, field(&refused).as_str()), (status, name), "{name} {value}");
        }
    }
    for name in ["topic", "language"] {
        assert_eq!(field(&edit_line(&admin, "GENERAL", json!({name: "TAX"})).await), name, "it stays what it is");
    }
    for name in ["topic", "language", "name", "name_en", "prefix"] {
        let mut body = tax();
        body.as_object_mut().unwrap().remove(name);
        assert_eq!(field(&admin.post("/api/v1/lines", &body).await), name);
    }
    let refused = admin.patch(&format!("/api/v1/lines/{}", new_id()), &json!({"version": 1})).await;
    refused.is_problem(404, "NOT_FOUND");
    assert_eq!(line(&admin, "GENERAL").await["version"], 1, "nothing was changed");
    server.finish().await;
}

#[tokio::test]
async fn no_two_lines_in_use_call_by_the_same_prefix() {
    let (server, admin) = office("GRACE_S = 30").await;
    let mut twin = tax();
    twin["prefix"] = json!("a");
    let refused = admin.post("/api/v1/lines", &twin).await.is_problem(409, "PREFIX_TAKEN");
    assert!(refused["detail"].as_str().unwrap().contains("일반 상담"), "{refused}");
    twin["in_use"] = json!(false);
    assert_eq!(admin.post("/api/v1/lines", &twin).await.status, 201);
    edit_line(&admin, "TAX", json!({"in_use": true})).await.is_problem(409, "PREFIX_TAKEN");
    assert_eq!(edit_line(&admin, "TAX", json!({"in_use": true, "prefix": "T"})).await.status, 200);
    edit_line(&admin, "TAX", json!({"prefix": "A"})).await.is_problem(409, "PREFIX_TAKEN");
    server.finish().await;
}

#[tokio::test]
async fn a_line_in_which_somebody_waits_or_talks_is_not_deleted() {
    let (server, admin) = office("GRACE_S = 30").await;
    let general = line(&admin, "GENERAL").await;
    let path = format!("/api/v1/lines/{}", text(&general, "id"));
    let desk_made = admin.post("/api/v1/desks", &json!({"name": "x", "line": general["id"]})).await.json();
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let refused = admin.delete(&path).await.is_problem(409, "IN_USE");
    assert!(refused["detail"].as_str().unwrap().starts_with("1 wait and 0 talk"), "{refused}");
    let mut kim = Counsellor::open_at(&server, "kim").await;
    kim.takes_next().await;
    desk.seated().await;
    admin.delete(&path).await.is_problem(409, "IN_USE");
    desk.end();
    kim.expect("ended").await;
    assert_eq!(admin.delete(&path).await.status, 204);
    let state = kim.expect_where("state", |state| state["lines"] == json!([])).await;
    assert_eq!(state["intent"], "OPEN");
    assert_eq!(
        server.records().count(
            "ACCOUNT_LINE L JOIN ACCOUNT A ON A.ACCOUNT_ID = L.ACCOUNT_ID \
        WHERE A.LOGIN = 'kim'"
        ),
        0
    );
    let desk_now = admin.read(&format!("/api/v1/desks/{}", text(&desk_made, "id"))).await;
    assert!(desk_now["line"].is_null(), "{desk_now}");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn lines_and_codes_are_for_admins_to_change() {
    let (server, admin) = office("GRACE_S = 30").await;
    let path = format!("/api/v1/lines/{}", text(&line(&admin, "GENERAL").await, "id"));
    let (kim, mina, nobody) = (server.http().as_user("kim").await, server.http().as_user("mina").await, server.http());
    for (who, status, code) in
        [(&nobody, 401, "NOT_LOGGED_IN"), (&kim, 403, "NOT_ALLOWED"), (&mina, 403, "NOT_ALLOWED")]
    {
        who.post("/api/v1/lines", &tax()).await.is_problem(status, code);
        who.patch(&path, &json!({"version": 1})).await.is_problem(status, code);
        who.delete(&path).await.is_problem(status, code);
        who.post("/api/v1/codes", &json!({})).await.is_problem(status, code);
        who.patch("/api/v1/codes/1", &json!({"version": 1})).await.is_problem(status, code);
        who.delete("/api/v1/codes/1").await.is_problem(status, code);
    }
    for (who, status, code) in [(&nobody, 401, "NOT_LOGGED_IN"), (&kim, 403, "NOT_ALLOWED")] {
        for path in ["/api/v1/lines?all=true", "/api/v1/codes?all=true", "/api/v1/desks"] {
            who.get(path).await.expect("an answer").is_problem(status, code);
        }
    }
    mina.read("/api/v1/lines?all=true").await;
    server.finish().await;
}

/// Another node's edit is known here within seconds: here, somebody else's hand in the records.
#[tokio::test]
async fn what_was_edited_elsewhere_is_known_soon() {
    let (server, admin) = office("GRACE_S = 30").await;
    server.records().execute("UPDATE LINE SET NAME = '안내', VERSION = VERSION + 1 WHERE TOPIC = 'GENERAL'");
    until("the new name is shown", || async {
        let mut desk = Desk::at(&server).await;
        let welcome = desk.all("welcome").remove(0);
        desk.settled().await;
        welcome.to_string().contains("안내").then_some(())
    })
    .await;
    drop(admin);
    server.finish().await;
}
