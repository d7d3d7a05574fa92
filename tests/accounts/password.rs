//! A new password: with the present one, or with a link from a mail.

use std::time::Instant;

use serde_json::json;

use super::{office, try_log_in};
use crate::support::mail::{mail_to, mailed};
use crate::support::office::PASSWORD;
use crate::support::{Counsellor, Server};

/// `kim` with a mail address of their own.
async fn kim_has_mail(language: &str) -> Server {
    let server = office().counsellor("kim").open().await;
    server.records().execute(&format!(
        "UPDATE ACCOUNT SET EMAIL = 'kim@example.org', EMAIL_VERIFIED_YN = 'Y', LANGUAGE = '{language}' \
         WHERE LOGIN = 'kim'"
    ));
    server
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    let server = office().counsellor("kim").open().await;
    let kim = server.http().as_user("kim").await;
    let path = "/api/v1/session/password";
    for (body, status, code, field) in [
        (json!({"password": "a new password"}), 400, "BAD_REQUEST", "current"),
        (json!({"current": PASSWORD, "password": "short"}), 422, "OUT_OF_BOUNDS", "password"),
        (json!({"current": PASSWORD, "password": "x".repeat(201)}), 422, "OUT_OF_BOUNDS", "password"),
        (json!({"current": "wrong", "password": "a new password"}), 403, "WRONG_PASSWORD", "current"),
    ] {
        let problem = kim.put(path, &body).await.is_problem(status, code);
        assert_eq!(problem["errors"][0]["field"], *field, "{problem}");
    }
    assert_eq!(kim.put(path, &json!({"current": PASSWORD, "password": "a new password"})).await.status, 204);
    try_log_in(&server, json!({"login": "kim", "password": PASSWORD})).await.is_problem(401, "BAD_LOGIN");
    server.http().log_in("kim", "a new password").await;
    server.finish().await;
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_with_a_link_that_works_once() {
    let server = kim_has_mail("en").await;
    let http = server.http();
    let mut kim = Counsellor::at(&server, "kim").await;
    for (nth, login) in ["kim", "KIM@example.org"].into_iter().enumerate() {
        assert_eq!(http.post("/api/v1/password/reset", &json!({"login": login})).await.status, 202);
        let mail = mail_to(&server, "kim@example.org", nth).await;
        assert_eq!(mail.subject, "Anteroom: set a new password");
        assert!(mail.body.contains(&server.url("/reset#")), "{mail:?}");
    }
    let (first, second) = (mail_to(&server, "kim@example.org", 0).await, mail_to(&server, "kim@example.org", 1).await);
    let set = |token: String, password: &str| {
        let (http, body) = (http.clone(), json!({"token": token, "password": password}));
        async move { http.put("/api/v1/password", &body).await }
    };
    set("nonsense".into(), "a new password").await.is_problem(409, "BAD_LINK");
    set(first.token("/reset"), "short").await.is_problem(422, "OUT_OF_BOUNDS");
    let since = Instant::now();
    assert_eq!(set(first.token("/reset"), "a new password").await.status, 204);
    kim.expect_close(4003).await;
    assert!(since.elapsed() < std::time::Duration::from_secs(2));
    set(first.token("/reset"), "yet another one").await.is_problem(409, "BAD_LINK");
    set(second.token("/reset"), "yet another one").await.is_problem(409, "BAD_LINK");
    http.with_bearer(&kim.session).get("/api/v1/session").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    http.log_in("kim", "a new password").await;
    server.finish().await;
}

#[tokio::test]
async fn a_link_lasts_an_hour_and_goes_only_where_it_should() {
    let server = office().counsellor("kim").counsellor("lee").open().await;
    server.records().execute(
        "UPDATE ACCOUNT SET EMAIL = LOGIN || '@example.org', EMAIL_VERIFIED_YN = 'Y', LANGUAGE = 'ko' \
         WHERE LOGIN IN ('kim', 'lee')",
    );
    server.records().execute("UPDATE ACCOUNT SET SUSPEND_YN = 'Y' WHERE LOGIN = 'lee'");
    let http = server.http();
    let ask = |login: &'static str| {
        let http = http.clone();
        async move { assert_eq!(http.post("/api/v1/password/reset", &json!({"login": login})).await.status, 202) }
    };
    // Nobody of that name, somebody without an address, somebody who may not log in.
    ask("nobody").await;
    ask("boss").await;
    ask("lee").await;
    ask("kim").await;
    let mail = mail_to(&server, "kim@example.org", 0).await;
    assert_eq!(mail.subject, "Anteroom: 새 비밀번호를 정해 주세요");
    assert!(mail.body.starts_with("안녕하세요."), "{mail:?}");
    assert_eq!(mailed(&server).len(), 1, "{:?}", mailed(&server));
    server.records().execute("UPDATE ACCOUNT_LINK SET EXPIRES_DTTM = '2020-01-01 00:00:00.000000'");
    let body = json!({"token": mail.token("/reset"), "password": "a new password"});
    http.put("/api/v1/password", &body).await.is_problem(409, "BAD_LINK");
    http.post("/api/v1/password/reset", &json!({})).await.is_problem(400, "BAD_REQUEST");
    http.post("/api/v1/password/reset", &json!({"login": "x".repeat(300)})).await.is_problem(422, "OUT_OF_BOUNDS");
    server.finish().await;
}
