//! From signing up to logging in.

use serde_json::{Value, json};

use super::{account, from, office, path, try_log_in};
use crate::support::mail::{mail_to, mailed};
use crate::support::office::PASSWORD;
use crate::support::{Server, until};

fn person(login: &str, email: &str) -> Value {
    json!({"login": login, "email": email, "name": "박상담", "password": PASSWORD, "language": "ko"})
}

async fn sign_up(server: &Server, body: &Value) -> crate::support::http::Answer {
    server.http().post("/api/v1/accounts", body).await
}

#[tokio::test]
async fn somebody_signs_up_shows_their_address_is_approved_and_logs_in() {
    let server = office().open().await;
    let boss = server.http().as_user("boss").await;
    let made = sign_up(&server, &person("park", "Park@Example.org")).await;
    assert_eq!(made.status, 202, "{}", made.text);
    let pending = account(&boss, "park").await;
    assert_eq!((&pending["id"], &pending["email"]), (&made.json()["account"]["id"], &json!("park@example.org")));
    assert_eq!((&pending["role"], &pending["approved"]), (&json!("COUNSELLOR"), &json!(false)));
    try_log_in(&server, json!({"login": "park", "password": PASSWORD})).await.is_problem(401, "BAD_LOGIN");
    boss.post(&path(&pending, "/approve"), &from(&pending, json!({}))).await.is_problem(409, "NOT_VERIFIED");

    let mail = mail_to(&server, "park@example.org", 0).await;
    assert!(mail.body.contains(&server.url("/verify#")), "{mail:?}");
    let link = json!({"token": mail.token("/verify")});
    let verified = server.http().post("/api/v1/accounts/verify", &link).await;
    assert_eq!(verified.json(), json!({"account": {"login": "park", "approved": false}}));
    server.http().post("/api/v1/accounts/verify", &link).await.is_problem(409, "BAD_LINK");

    let line = boss.read("/api/v1/lines").await["items"][0]["id"].clone();
    let pending = account(&boss, "park").await;
    let approval = json!({"lines": [{"line": line, "tier": 1}], "capacity": 2});
    let approved = boss.post(&path(&pending, "/approve"), &from(&pending, approval)).await;
    assert_eq!(approved.status, 200, "{}", approved.text);
    let approved = approved.json();
    assert_eq!((&approved["approved"], &approved["capacity"]), (&json!(true), &json!(2)));
    assert_eq!(approved["approved_by"], account(&boss, "boss").await["id"]);
    assert!(approved["approved_at"].is_string(), "{approved}");
    assert_eq!(approved["lines"], json!([{"line": line, "topic": "GENERAL", "tier": 1}]));
    boss.post(&path(&pending, "/approve"), &from(&approved, json!({}))).await.is_problem(409, "ALREADY_APPROVED");
    assert_eq!(mail_to(&server, "park@example.org", 1).await.subject, "Anteroom: 계정이 승인되었습니다");
    let park = server.http().as_user("park").await;
    assert_eq!(park.read("/api/v1/session").await["account"]["name"], "박상담");
    assert_eq!(park.read(&path(&approved, "")).await["login"], "park", "one's own");
    server.finish().await;
}

#[tokio::test]
async fn an_address_in_use_is_told_to_its_owner_alone() {
    let server = office().counsellor("kim").open().await;
    server.records().execute(
        "UPDATE ACCOUNT SET EMAIL = 'kim@example.org', EMAIL_VERIFIED_YN = 'Y', LANGUAGE = 'en' WHERE LOGIN = 'kim'",
    );
    let free = sign_up(&server, &person("free", "free@example.org")).await;
    let in_use = sign_up(&server, &person("used", "KIM@example.org")).await;
    assert_eq!((free.status, in_use.status), (202, 202));
    assert_eq!(free.json()["account"].as_object().map(serde_json::Map::len), Some(1));
    assert_eq!(in_use.json()["account"].as_object().map(serde_json::Map::len), Some(1));
    // A second try tells no more than the first.
    sign_up(&server, &person("free", "free@example.org")).await.is_problem(409, "LOGIN_TAKEN");
    sign_up(&server, &person("used", "kim@example.org")).await.is_problem(409, "LOGIN_TAKEN");
    let mail = mail_to(&server, "kim@example.org", 0).await;
    assert_eq!(mail.subject, "Anteroom: you have an account already");
    assert!(!mail.body.contains("/verify#"), "{mail:?}");
    mail_to(&server, "free@example.org", 0).await;
    assert_eq!(mailed(&server).len(), 2);
    server.finish().await;
}

#[tokio::test]
async fn a_link_that_has_expired_makes_room_for_another_sign_up() {
    let server = office().open().await;
    sign_up(&server, &person("park", "typo@example.org")).await;
    let first = mail_to(&server, "typo@example.org", 0).await;
    sign_up(&server, &person("park", "park@example.org")).await.is_problem(409, "LOGIN_TAKEN");
    server.records().execute("UPDATE ACCOUNT_LINK SET EXPIRES_DTTM = '2020-01-01 00:00:00.000000'");
    let stale = json!({"token": first.token("/verify")});
    server.http().post("/api/v1/accounts/verify", &stale).await.is_problem(409, "BAD_LINK");
    assert_eq!(sign_up(&server, &person("park", "park@example.org")).await.status, 202);
    let second = json!({"token": mail_to(&server, "park@example.org", 0).await.token("/verify")});
    assert_eq!(server.http().post("/api/v1/accounts/verify", &second).await.status, 200);
    server.records().execute("UPDATE ACCOUNT_LINK SET EXPIRES_DTTM = '2020-01-01 00:00:00.000000'");
    sign_up(&server, &person("park", "other@example.org")).await.is_problem(409, "LOGIN_TAKEN");
    server.finish().await;
}

#[tokio::test]
async fn one_login_asked_for_by_many_at_once_is_given_once() {
    let server = office().open().await;
    let tries: Vec<Value> = (0..6).map(|n| person("park", &format!("park{n}@example.org"))).collect();
    let answers = futures_util::future::join_all(tries.iter().map(|body| sign_up(&server, body))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [202, 409, 409, 409, 409, 409]);
    until("one mail", || async { (mailed(&server).len() == 1).then_some(()) }).await;
    server.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_sign_up_is_said() {
    let server = office().counsellor("kim").open().await;
    let with = |field: &str, value: Value| {
        let mut body = person("park", "park@example.org");
        body[field] = value;
        body
    };
    for (field, value, status) in [
        ("login", json!(""), 422),
        ("login", json!("x".repeat(101)), 422),
        ("login", json!("a b"), 422),
        ("login", json!("a\u{0}b"), 422),
        ("email", json!("park"), 422),
        ("email", json!("park@"), 422),
        ("email", json!("a@example.org, b@example.org"), 422),
        ("email", json!(format!("{}@example.org", "x".repeat(300))), 422),
        ("name", json!("  "), 422),
        ("name", json!("x".repeat(200)), 422),
        ("password", json!("short"), 422),
        ("password", json!("x".repeat(201)), 422),
        ("language", json!("fr"), 422),
        ("role", json!("ADMIN"), 400),
        ("approved", json!(true), 400),
    ] {
        let answer = sign_up(&server, &with(field, value.clone())).await;
        let code = if status == 422 { "OUT_OF_BOUNDS" } else { "BAD_REQUEST" };
        let problem = answer.is_problem(status, code);
        assert_eq!(problem["errors"][0]["field"], *field, "{field} {value}: {problem}");
    }
    sign_up(&server, &with("login", json!("kim"))).await.is_problem(409, "LOGIN_TAKEN");
    server.http().post("/api/v1/accounts/verify", &json!({})).await.is_problem(400, "BAD_REQUEST");
    server.http().post("/api/v1/accounts/verify", &json!({"token": "x"})).await.is_problem(409, "BAD_LINK");
    assert!(mailed(&server).is_empty());
    server.finish().await;
}
