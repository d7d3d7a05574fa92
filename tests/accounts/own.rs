//! One's own account: the second factor, in good and bad order.

use serde_json::json;

use super::{code, office, second_factor, try_log_in};
use crate::support::office::PASSWORD;

const PATH: &str = "/api/v1/session/second-factor";

#[tokio::test]
async fn a_second_factor_is_begun_confirmed_and_taken_away() {
    let server = office().counsellor("kim").open().await;
    let kim = server.http().as_user("kim").await;
    kim.put(PATH, &json!({"code": "123456"})).await.is_problem(409, "NO_SECOND_FACTOR");
    kim.delete_with(PATH, &json!({"password": PASSWORD, "code": "123456"})).await.is_problem(409, "NO_SECOND_FACTOR");
    let wrong = kim.post(PATH, &json!({"password": "wrong"})).await.is_problem(403, "WRONG_PASSWORD");
    assert_eq!(wrong["errors"][0]["field"], "password", "{wrong}");
    kim.post(PATH, &json!({})).await.is_problem(400, "BAD_REQUEST");

    let begun = kim.post(PATH, &json!({"password": PASSWORD})).await.json();
    assert!(begun["url"].as_str().is_some_and(|url| url.starts_with("otpauth://totp/")), "{begun}");
    assert!(begun["qr"].as_str().is_some_and(|qr| qr.contains("<svg")), "{begun}");
    kim.put(PATH, &json!({"code": "12345"})).await.is_problem(403, "WRONG_CODE");
    assert_eq!(try_log_in(&server, json!({"login": "kim", "password": PASSWORD})).await.status, 200, "not confirmed");

    let (secret, recovery) = second_factor(&kim).await;
    kim.put(PATH, &json!({"code": code(&secret, 0)})).await.is_problem(409, "NO_SECOND_FACTOR");
    kim.post(PATH, &json!({"password": PASSWORD})).await.is_problem(409, "SECOND_FACTOR_ON");
    let used = json!({"password": PASSWORD, "code": code(&secret, -1)});
    kim.delete_with(PATH, &used).await.is_problem(403, "WRONG_CODE");
    kim.delete_with(PATH, &json!({"password": "wrong", "code": recovery[0]})).await.is_problem(403, "WRONG_PASSWORD");
    let gone = kim.delete_with(PATH, &json!({"password": PASSWORD, "code": recovery[0]})).await;
    assert_eq!(gone.status, 204, "{}", gone.text);
    assert_eq!(try_log_in(&server, json!({"login": "kim", "password": PASSWORD})).await.status, 200);
    server.finish().await;
}

#[tokio::test]
async fn an_operator_takes_a_lost_second_factor_away() {
    let server = office().counsellor("kim").open().await;
    let kim = server.http().as_user("kim").await;
    second_factor(&kim).await;
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_anteroom"));
    let run = |login: &str| {
        let arguments = ["account", "reset-second-factor", "--login", login];
        crate::support::office::run(program, &arguments, server.data_dir())
    };
    assert_eq!(run("nobody").status.code(), Some(2));
    assert!(run("kim").status.success());
    kim.get("/api/v1/session").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    assert_eq!(try_log_in(&server, json!({"login": "kim", "password": PASSWORD})).await.status, 200);
    let boss = server.http().as_user("boss").await;
    assert_eq!(super::audits(&boss, "SECOND_FACTOR_RESET").await.len(), 1);
    server.finish().await;
}
