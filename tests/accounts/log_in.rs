//! Logging in, with and without a second factor.

use serde_json::json;

use super::{audits, code, office, second_factor, try_log_in};
use crate::support::office::PASSWORD;
use crate::support::{Counsellor, Desk, Office, until};

#[tokio::test]
async fn whoever_logs_in_is_told_who_they_are() {
    let server = Office::new().account("boss", "ADMIN", &[], 1).counsellor_of("kim", &["GENERAL"], 3).open().await;
    let me = server.http().as_user("kim").await.read("/api/v1/session").await["account"].clone();
    assert_eq!(
        me,
        json!({
            "id": me["id"], "login": "kim", "name": "kim", "email": null, "role": "COUNSELLOR", "power": "COUNSELLOR",
            "language": "ko", "lines": ["GENERAL"], "capacity": 3, "second_factor": false,
            "second_factor_required": false,
        })
    );
    let boss = server.http().as_user("boss").await;
    let me = boss.read("/api/v1/session").await["account"].clone();
    assert_eq!(
        (&me["role"], &me["power"], &me["second_factor_required"]),
        (&json!("ADMIN"), &json!("MANAGER"), &json!(true)),
        "an admin without a second factor is a manager: {me}"
    );
    let kim = super::account(&boss, "kim").await;
    boss.post(&super::path(&kim, "/suspend"), &super::from(&kim, json!({"reason": "x"})))
        .await
        .is_problem(403, "SECOND_FACTOR_MISSING");
    second_factor(&boss).await;
    let me = boss.read("/api/v1/session").await["account"].clone();
    assert_eq!((&me["power"], &me["second_factor"]), (&json!("ADMIN"), &json!(true)));
    let suspended = boss.post(&super::path(&kim, "/suspend"), &super::from(&kim, json!({"reason": "x"}))).await;
    assert_eq!(suspended.status, 200, "{}", suspended.text);
    server.finish().await;
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_each_code_counts_once() {
    let server = office().counsellor("kim").open().await;
    let kim = server.http().as_user("kim").await;
    let elsewhere = server.http().as_user("kim").await;
    let (secret, recovery) = second_factor(&kim).await;
    assert_eq!(recovery.len(), 10);
    elsewhere.get("/api/v1/session").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    assert_eq!(kim.get("/api/v1/session").await.expect("an answer").status, 200, "this log-in stays");

    let plain = json!({"login": "kim", "password": PASSWORD});
    let with = |code: &str| json!({"login": "kim", "password": PASSWORD, "code": code});
    try_log_in(&server, plain).await.is_problem(401, "SECOND_FACTOR_NEEDED");
    try_log_in(&server, with("abc")).await.is_problem(401, "SECOND_FACTOR_NEEDED");
    try_log_in(&server, with(&code(&secret, 20))).await.is_problem(401, "SECOND_FACTOR_NEEDED");
    let wrong_password = json!({"login": "kim", "password": "wrong", "code": code(&secret, 0)});
    try_log_in(&server, wrong_password).await.is_problem(401, "BAD_LOGIN");

    let now = code(&secret, 0);
    let wide: String = now.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).expect("a digit")).collect();
    let typed = format!("{}\u{3000}{}", &wide[..9], &wide[9..]);
    assert_eq!(try_log_in(&server, with(&typed)).await.status, 200, "as a Korean keyboard may write it");
    try_log_in(&server, with(&now)).await.is_problem(401, "SECOND_FACTOR_NEEDED");
    try_log_in(&server, with(&code(&secret, -1))).await.is_problem(401, "SECOND_FACTOR_NEEDED");
    assert_eq!(try_log_in(&server, with(&code(&secret, 1))).await.status, 200, "a clock that is a little fast");

    let typed = recovery[0].to_uppercase().replace('-', " ");
    assert_eq!(try_log_in(&server, with(&typed)).await.status, 200);
    try_log_in(&server, with(&recovery[0])).await.is_problem(401, "SECOND_FACTOR_NEEDED");
    assert_eq!(try_log_in(&server, with(&recovery[1])).await.status, 200);
    server.finish().await;
}

#[tokio::test]
async fn one_code_shown_by_many_at_once_lets_one_in() {
    let server = office().counsellor("kim").open().await;
    let (secret, recovery) = second_factor(&server.http().as_user("kim").await).await;
    for shown in [code(&secret, 0), recovery[0].clone()] {
        let tries = (0..5).map(|_| try_log_in(&server, json!({"login": "kim", "password": PASSWORD, "code": shown})));
        let answers = futures_util::future::join_all(tries).await;
        let let_in = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(let_in, 1, "{shown}: {:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    }
    server.finish().await;
}

#[tokio::test]
async fn unknown_logins_and_wrong_passwords_get_the_same_answer_and_are_on_record() {
    let server = office().counsellor("kim").open().await;
    let without_id = |answer: crate::support::http::Answer| {
        let mut problem = answer.is_problem(401, "BAD_LOGIN");
        problem["request_id"] = json!(null);
        problem
    };
    let unknown = without_id(try_log_in(&server, json!({"login": "nobody", "password": "wrong-secret"})).await);
    let wrong = without_id(try_log_in(&server, json!({"login": "kim", "password": "wrong-secret"})).await);
    assert_eq!(unknown, wrong);
    server.http().log_in("kim", PASSWORD).await;
    let boss = server.http().as_user("boss").await;
    let refused = until("the refusals are on record", || async {
        Some(audits(&boss, "LOG_IN_REFUSED").await).filter(|found| found.len() == 2)
    })
    .await;
    assert_eq!((&refused[0]["detail"]["login"], &refused[0]["subject_kind"]), (&json!("kim"), &json!("ACCOUNT")));
    assert_eq!((&refused[1]["detail"]["login"], &refused[1]["subject_kind"]), (&json!(null), &json!("LOGIN")));
    // Somebody may have typed a password there.
    assert!(!format!("{refused:?}").contains("nobody") && !format!("{refused:?}").contains("wrong-secret"));
    try_log_in(&server, json!({"login": "nobody", "password": "again"})).await.is_problem(401, "BAD_LOGIN");
    let again = until("the third refusal is on record", || async {
        Some(audits(&boss, "LOG_IN_REFUSED").await).filter(|found| found.len() == 3)
    })
    .await;
    assert_eq!(again[0]["subject_id"], refused[1]["subject_id"], "the same login has the same mark");
    let logged_in = audits(&boss, "LOGGED_IN").await;
    assert_eq!((&logged_in[0]["actor_name"], &logged_in[1]["actor_name"]), (&json!("boss"), &json!("kim")));
    server.finish().await;
}

#[tokio::test]
async fn a_log_in_ends_once_and_only_that_one() {
    let server = office().counsellor("kim").open().await;
    let (one, other) = (server.http().as_user("kim").await, server.http().as_user("kim").await);
    assert_eq!(one.delete("/api/v1/session").await.status, 204);
    one.delete("/api/v1/session").await.is_problem(401, "NOT_LOGGED_IN");
    one.get("/api/v1/session").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    assert_eq!(other.get("/api/v1/session").await.expect("an answer").status, 200);
    server.finish().await;
}

#[tokio::test]
async fn a_counsellor_who_logs_out_while_open_begins_paused_and_is_told_so() {
    let mut server = Office::new().counsellor("kim").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    // Another log-in of theirs that is not at work ends without a word.
    let other = server.http().as_user("kim").await;
    assert_eq!(other.delete("/api/v1/session").await.status, 204);
    kim.settled().await;
    assert!(kim.all("state").iter().all(|state| state["reason"] != "LOGGED_OUT"));
    let gone = server.http().with_bearer(&kim.session).delete("/api/v1/session").await;
    assert_eq!(gone.status, 204);
    kim.expect_close(4003).await;
    let on_file = "ACCOUNT WHERE INTENT = 'PAUSED' AND INTENT_REASON = 'LOGGED_OUT'";
    assert_eq!(server.records().count(on_file), 1, "on file before it was answered");
    server.restart().await;
    let mut kim = Counsellor::at(&server, "kim").await;
    let state = kim.all("state").remove(0);
    assert_eq!((&state["intent"], &state["reason"]), (&json!("PAUSED"), &json!("LOGGED_OUT")));
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    desk.settled().await;
    kim.decided().await;
    assert!(kim.all("offer").is_empty());
    server.finish().await;
}
