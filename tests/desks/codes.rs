//! Codes as admins edit them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{edit_line, field, office};
use crate::support::people::text;
use crate::support::{Counsellor, Desk, Http};

/// A code as managers see it.
async fn code(staff: &Http, group: &str, name: &str) -> Option<Value> {
    let codes = staff.read(&format!("/api/v1/codes?group={group}&all=true")).await;
    codes["items"].as_array()?.iter().find(|code| code["code"] == *name).cloned()
}

async fn path(staff: &Http, group: &str, name: &str) -> String {
    let code = code(staff, group, name).await.unwrap_or_else(|| panic!("no {group} {name}"));
    format!("/api/v1/codes/{}", code["seq"])
}

fn referred() -> Value {
    json!({"group": "RESULT", "code": "REFERRED", "value": "안내", "value_en": "Referred", "order": 0})
}

#[tokio::test]
async fn a_code_is_made_edited_deleted_and_made_again() {
    let (server, admin) = office("GRACE_S = 30").await;
    let made = admin.post("/api/v1/codes", &referred()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!((&made["in_use"], &made["deleted"], &made["version"]), (&json!(true), &json!(false), &json!(1)));
    admin.post("/api/v1/codes", &referred()).await.is_problem(409, "CODE_EXISTS");
    let path = format!("/api/v1/codes/{}", made["seq"]);
    let edit = json!({"version": 1, "value": "소개", "value_en": "Sent on", "order": 7, "in_use": false});
    let edited = admin.patch(&path, &edit).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    assert_eq!((&edited.json()["value"], &edited.json()["version"]), (&json!("소개"), &json!(2)));
    admin.patch(&path, &edit).await.is_problem(409, "EDITED");
    let shown = server.http().read("/api/v1/codes?group=RESULT").await;
    let first = &shown["items"][0];
    assert_eq!(first.as_object().unwrap().len(), 5, "group, code, value, value_en, order: {first}");
    assert!(!shown.to_string().contains("REFERRED"));
    let stale = admin.request(Method::DELETE, &path).json(&json!({"version": 1}));
    admin.ask(stale).await.is_problem(409, "EDITED");
    assert_eq!(admin.delete(&path).await.status, 204);
    admin.delete(&path).await.is_problem(404, "NOT_FOUND");
    admin.patch(&path, &edit).await.is_problem(404, "NOT_FOUND");
    assert_eq!(code(&admin, "RESULT", "REFERRED").await.unwrap()["deleted"], true);
    let again = admin.post("/api/v1/codes", &referred()).await.json();
    assert_eq!((&again["seq"], &again["version"], &again["value"]), (&made["seq"], &json!(4), &json!("안내")));
    let all = admin.read("/api/v1/codes?all=true").await;
    assert!(all.to_string().contains("PAUSE_REASON") && all.to_string().contains("TOPIC"));
    server.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_code_is_named() {
    let (server, admin) = office("GRACE_S = 30").await;
    for (name, value, status) in [
        ("group", json!("COLOUR"), 422),
        ("group", json!(""), 422),
        ("code", json!("referred"), 422),
        ("code", json!("R".repeat(41)), 422),
        ("code", json!("가"), 422),
        ("value", json!(" "), 422),
        ("value_en", json!("x".repeat(61)), 422),
        ("order", json!(-1), 422),
        ("order", json!("first"), 400),
        ("seq", json!(1), 400),
    ] {
        let mut body = referred();
        body[name] = value.clone();
        let refused = admin.post("/api/v1/codes", &body).await;
        assert_eq!((refused.status, field(&refused).as_str()), (status, name), "{name} {value}");
    }
    let korean = json!({"group": "LANGUAGE", "code": "KO", "value": "x", "value_en": "x"});
    assert_eq!(field(&admin.post("/api/v1/codes", &korean).await), "code");
    let resolved = path(&admin, "RESULT", "RESOLVED").await;
    for (body, status, at) in [
        (json!({"value": "x"}), 400, "version"),
        (json!({"version": 1, "code": "X"}), 400, "code"),
        (json!({"version": 1, "value": ""}), 422, "value"),
        (json!({"version": 1, "order": 10_000}), 422, "order"),
    ] {
        let refused = admin.patch(&resolved, &body).await;
        assert_eq!((refused.status, field(&refused).as_str()), (status, at), "{body}");
    }
    for nowhere in ["/api/v1/codes/999999", "/api/v1/codes/first"] {
        admin.patch(nowhere, &json!({"version": 1})).await.is_problem(404, "NOT_FOUND");
        admin.delete(nowhere).await.is_problem(404, "NOT_FOUND");
    }
    server.finish().await;
}

#[tokio::test]
async fn a_code_that_is_carried_is_not_deleted() {
    let (server, admin) = office("WRAP_UP_S = 60").await;
    for (group, name, user) in
        [("TOPIC", "GENERAL", "일반 상담"), ("LANGUAGE", "ko", "program"), ("PAUSE_REASON", "MISSED", "program")]
    {
        let refused = admin.delete(&path(&admin, group, name).await).await.is_problem(409, "IN_USE");
        assert!(text(&refused, "detail").contains(user), "{refused}");
    }
    let french = json!({"group": "LANGUAGE", "code": "fr", "value": "프랑스어", "value_en": "French"});
    assert_eq!(admin.post("/api/v1/codes", &french).await.status, 201);
    let line = json!({"topic": "GENERAL", "language": "fr", "name": "x", "name_en": "Aide", "prefix": "F"});
    assert_eq!(admin.post("/api/v1/lines", &line).await.status, 201);
    let refused = admin.delete(&path(&admin, "LANGUAGE", "fr").await).await.is_problem(409, "IN_USE");
    assert!(text(&refused, "detail").contains("the lines x"), "{refused}");

    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    kim.takes_next().await;
    desk.seated().await;
    desk.end();
    kim.expect_where("state", |state| state["activity"] == "WRAP_UP").await;
    kim.send(json!({"type": "wrap_up", "room": kim.room, "result_code": "OTHER"}));
    kim.expect_where("state", |state| state["activity"] == "IDLE").await;
    let other = path(&admin, "RESULT", "OTHER").await;
    let refused = admin.delete(&other).await.is_problem(409, "IN_USE");
    assert!(text(&refused, "detail").contains("GENERAL"), "{refused}");
    assert_eq!(admin.patch(&other, &json!({"version": 1, "in_use": false})).await.status, 200);
    assert_eq!(admin.delete(&path(&admin, "RESULT", "FOLLOW_UP").await).await.status, 204);
    server.finish().await;
}

#[tokio::test]
async fn a_wrap_up_carries_a_result_in_use_and_hears_of_edits_at_once() {
    let (server, admin) = office("WRAP_UP_S = 60").await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    kim.takes_next().await;
    desk.seated().await;
    desk.end();
    kim.expect_where("state", |state| state["activity"] == "WRAP_UP").await;
    let wrap_up = |code: &str| json!({"type": "wrap_up", "room": kim.room, "result_code": code});
    let (unknown, referred_up, resolved) = (wrap_up("NONSENSE"), wrap_up("REFERRED"), wrap_up("RESOLVED"));
    kim.send(unknown);
    let error = kim.expect_error("BAD_FRAME").await;
    assert_eq!(error["re"], *kim.room);
    let detail = text(&error, "detail");
    assert!(detail.contains("`result_code`") && detail.contains("RESOLVED"), "{detail}");
    let path = path(&admin, "RESULT", "RESOLVED").await;
    assert_eq!(admin.patch(&path, &json!({"version": 1, "in_use": false})).await.status, 200);
    kim.send(resolved);
    kim.expect_error("BAD_FRAME").await;
    assert_eq!(admin.post("/api/v1/codes", &referred()).await.status, 201);
    kim.send(referred_up);
    kim.expect_where("state", |state| state["activity"] == "IDLE").await;
    assert_eq!(server.records().ticket(&desk.ticket).result_code.as_deref(), Some("REFERRED"));
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_topic_or_language_out_of_use_takes_no_new_line() {
    let (server, admin) = office("GRACE_S = 30").await;
    let line = json!({"topic": "GENERAL", "language": "en", "name": "x", "name_en": "Help", "prefix": "E"});
    for (group, name, at) in [("TOPIC", "GENERAL", "topic"), ("LANGUAGE", "en", "language")] {
        let path = path(&admin, group, name).await;
        admin.patch(&path, &json!({"version": 1, "in_use": false})).await;
        let refused = admin.post("/api/v1/lines", &line).await;
        assert_eq!((refused.status, field(&refused).as_str()), (422, at), "{}", refused.text);
        admin.patch(&path, &json!({"version": 2, "in_use": true})).await;
    }
    assert_eq!(admin.post("/api/v1/lines", &line).await.status, 201);
    // A line keeps its topic and language whatever becomes of the codes.
    let path = path(&admin, "LANGUAGE", "en").await;
    admin.patch(&path, &json!({"version": 3, "in_use": false})).await;
    assert_eq!(edit_line(&admin, "FINANCE", json!({"name": "돈"})).await.status, 200);
    server.finish().await;
}
