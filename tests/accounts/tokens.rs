//! API tokens.

use serde_json::json;

use super::office;
use crate::support::{Counsellor, until};

#[tokio::test]
async fn a_program_acts_with_a_token_until_it_is_revoked() {
    let server = office().counsellor("kim").counsellor("lee").open().await;
    let kim = server.http().as_user("kim").await;
    let made = kim.post("/api/v1/tokens", &json!({"name": "robot"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    let token = made["token"].as_str().expect("a token").to_owned();
    assert!(token.starts_with("ant_"), "{token}");
    assert_eq!((&made["name"], &made["scopes"]), (&json!("robot"), &json!(["read", "write"])));
    let end: chrono::DateTime<chrono::Utc> = made["expires_at"].as_str().expect("an end").parse().expect("a moment");
    assert_eq!((end - chrono::Utc::now()).num_days(), 364, "a year, less a moment: {end}");

    let robot = server.http().with_bearer(&token);
    assert_eq!(robot.read("/api/v1/session").await["account"]["login"], "kim");
    let mut socket = Counsellor::with_session(&server, "kim", &token).await;
    let listed = kim.read("/api/v1/tokens").await["items"][0].clone();
    assert_eq!((&listed["id"], &listed["name"]), (&made["id"], &json!("robot")));
    assert!(listed.get("token").is_none(), "{listed}");
    assert_eq!(listed["scopes"], json!(["read", "write"]), "{listed}");
    for (method, path) in [("DELETE", "/api/v1/session"), ("POST", "/api/v1/tokens")] {
        let method = method.parse().expect("a method");
        let answer = robot.ask(robot.request(method, path).json(&json!({"name": "another"}))).await;
        assert!(answer.status == 403 || answer.status == 400 || answer.status == 409, "{path}: {}", answer.text);
    }
    robot.delete("/api/v1/session").await.is_problem(409, "NOT_A_LOG_IN");

    let id = made["id"].as_str().expect("an id");
    let lee = server.http().as_user("lee").await;
    lee.delete(&format!("/api/v1/tokens/{id}")).await.is_problem(404, "NOT_FOUND");
    assert_eq!(kim.delete(&format!("/api/v1/tokens/{id}")).await.status, 204);
    socket.expect_close(4003).await;
    robot.get("/api/v1/session").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    assert_eq!(Counsellor::refused(&server, &token).await, Some(401));
    kim.delete(&format!("/api/v1/tokens/{id}")).await.is_problem(404, "NOT_FOUND");
    server.finish().await;
}

#[tokio::test]
async fn a_token_ends_at_its_moment_and_what_it_opened_with_it() {
    let server = office().counsellor("kim").open().await;
    let kim = server.http().as_user("kim").await;
    let end = chrono::Utc::now() + chrono::TimeDelta::milliseconds(1_500);
    let made = kim.post("/api/v1/tokens", &json!({"name": "for a moment", "expires_at": end})).await.json();
    let token = made["token"].as_str().expect("a token").to_owned();
    let mut socket = Counsellor::with_session(&server, "kim", &token).await;
    socket.expect_close(4003).await;
    let late = chrono::Utc::now() - end;
    assert!((0..2_000).contains(&late.num_milliseconds()), "{late}");
    let robot = server.http().with_bearer(&token);
    robot.get("/api/v1/session").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    server.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_token_is_said() {
    let server = office().counsellor("kim").open().await;
    let kim = server.http().as_user("kim").await;
    let in_two_years = chrono::Utc::now() + chrono::TimeDelta::days(730);
    for (body, status, code, field) in [
        (json!({}), 400, "BAD_REQUEST", "name"),
        (json!({"name": " "}), 422, "OUT_OF_BOUNDS", "name"),
        (json!({"name": "x".repeat(101)}), 422, "OUT_OF_BOUNDS", "name"),
        (json!({"name": "x", "expires_at": "2020-01-01T00:00:00Z"}), 422, "OUT_OF_BOUNDS", "expires_at"),
        (json!({"name": "x", "expires_at": in_two_years}), 422, "OUT_OF_BOUNDS", "expires_at"),
        (json!({"name": "x", "scopes": []}), 422, "OUT_OF_BOUNDS", "scopes"),
        (json!({"name": "x", "scopes": ["read", "all"]}), 422, "OUT_OF_BOUNDS", "scopes"),
        (json!({"name": "x", "scopes": "read"}), 400, "BAD_REQUEST", "scopes"),
        (json!({"name": "x", "expires_at": "soon"}), 400, "BAD_REQUEST", "expires_at"),
        (json!({"name": "x", "colour": "red"}), 400, "BAD_REQUEST", "colour"),
    ] {
        let problem = kim.post("/api/v1/tokens", &body).await.is_problem(status, code);
        assert_eq!(problem["errors"][0]["field"], *field, "{problem}");
    }
    for _ in 0..50 {
        assert_eq!(kim.post("/api/v1/tokens", &json!({"name": "x"})).await.status, 201);
    }
    kim.post("/api/v1/tokens", &json!({"name": "x"})).await.is_problem(409, "TOO_MANY_TOKENS");
    server.http().post("/api/v1/tokens", &json!({"name": "x"})).await.is_problem(401, "NOT_LOGGED_IN");
    let nobody = server.http().with_bearer("ant_nonsense");
    nobody.get("/api/v1/session").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    until("the tokens are listed", || async {
        (kim.read("/api/v1/tokens").await["items"].as_array().map(Vec::len) == Some(50)).then_some(())
    })
    .await;
    server.finish().await;
}
