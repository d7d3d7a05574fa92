//! Accounts that an admin makes for somebody.

use serde_json::{Value, json};

use crate::support::people::text;
use crate::support::{Counsellor, Desk, Office};

const PATH: &str = "/api/v1/accounts/staff";

fn somebody(login: &str) -> Value {
    json!({"login": login, "name": "박상담", "password": "a first password"})
}

#[tokio::test]
async fn an_admin_makes_an_account_that_works_at_once() {
    let server = Office::new().demo().account("mina", "MANAGER", &[], 1).open().await;
    let admin = server.http().as_demo_admin().await;
    let lines = server.http().read("/api/v1/lines").await;
    let line = text(&lines["items"][0], "id");
    let mut new = somebody("park");
    new["lines"] = json!([{"line": line}]);
    let made = admin.post(PATH, &new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!(
        (&made["login"], &made["role"], &made["approved"]),
        (&json!("park"), &json!("COUNSELLOR"), &json!(true))
    );
    assert!(!made.to_string().contains("password"));
    admin.post(PATH, &new).await.is_problem(409, "LOGIN_TAKEN");

    let session = server.http().log_in("park", "a first password").await;
    let mut park = Counsellor::with_session(&server, "park", &session).await;
    park.open().await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    park.takes_next().await;
    desk.seated().await;
    let noted = format!("AUDIT WHERE ACTION = 'ACCOUNT_MADE' AND SUBJECT_ID = '{}'", text(&made, "id"));
    assert_eq!(server.records().count(&noted), 1);
    server.http().as_user("mina").await.post(PATH, &somebody("lee")).await.is_problem(403, "NOT_ALLOWED");
    let token = admin.post("/api/v1/tokens", &json!({"name": "a program"})).await.json();
    let program = server.http().with_bearer(&text(&token, "token"));
    program.post(PATH, &somebody("lee")).await.is_problem(403, "STEP_UP");
    server.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_new_account_is_named() {
    let server = Office::new().demo().open().await;
    let admin = server.http().as_demo_admin().await;
    for (name, value, status) in [
        ("login", json!("two words"), 422),
        ("login", json!(""), 422),
        ("name", json!(" "), 422),
        ("password", json!("short"), 422),
        ("language", json!("fr"), 422),
        ("role", json!("KING"), 422),
        ("capacity", json!(0), 422),
        ("lines", json!([{"line": crate::support::new_id()}]), 422),
        ("email", json!("park@example.org"), 400),
    ] {
        let mut body = somebody("park");
        body[name] = value.clone();
        let refused = admin.post(PATH, &body).await;
        assert_eq!(refused.status, status, "{name} {value}: {}", refused.text);
        assert_eq!(refused.json()["errors"][0]["field"], *name, "{}", refused.text);
    }
    assert_eq!(server.records().count("ACCOUNT WHERE LOGIN = 'park'"), 0);
    server.finish().await;
}
