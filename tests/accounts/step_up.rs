//! Acts on credentials, roles, standing and tokens: by whoever has just shown who they are, and by no
//! token. What is changed ends what stood on it, and its owner hears of it.

use serde_json::{Value, json};

use super::{account, audits, from, grow_old, office, path, second_factor, token_of};
use crate::support::mail::{Mail, mail_to, mailed};
use crate::support::office::PASSWORD;
use crate::support::{Counsellor, Http, Server, until};

const PROOF: &str = "/api/v1/session/proof";
const NEW_PASSWORD: &str = "a new password";

async fn is_out(http: &Http, why: &str) {
    let answer = http.get("/api/v1/session").await.expect("an answer");
    assert_eq!(answer.status, 401, "{why}: {}", answer.text);
}

#[tokio::test]
async fn an_old_log_in_proves_itself_again_and_is_good_for_ten_minutes() {
    let server = office().counsellor("kim").open().await;
    let kim = server.http().as_user("kim").await;
    let change = json!({"current": PASSWORD, "password": NEW_PASSWORD});
    grow_old(&server, "kim");
    kim.put("/api/v1/session/password", &change).await.is_problem(403, "STEP_UP");
    assert_eq!(kim.get("/api/v1/tokens").await.expect("an answer").status, 200, "to look needs no proof");
    let wrong = kim.post(PROOF, &json!({"password": "wrong"})).await.is_problem(403, "WRONG_PASSWORD");
    assert_eq!(wrong["errors"][0]["field"], "password", "{wrong}");
    kim.put("/api/v1/session/password", &change).await.is_problem(403, "STEP_UP");
    assert_eq!(kim.post(PROOF, &json!({"password": PASSWORD})).await.status, 204);
    assert_eq!(kim.put("/api/v1/session/password", &change).await.status, 204);
    grow_old(&server, "kim");
    kim.post("/api/v1/tokens", &json!({"name": "x"})).await.is_problem(403, "STEP_UP");
    server.http().post(PROOF, &json!({"password": PASSWORD})).await.is_problem(401, "NOT_LOGGED_IN");
    let boss = server.http().as_user("boss").await;
    assert_eq!(audits(&boss, "LOG_IN_PROVEN").await.len(), 1);
    server.finish().await;
}

#[tokio::test]
async fn the_proof_takes_the_second_factor_where_there_is_one() {
    let server = office().counsellor("kim").open().await;
    let kim = server.http().as_user("kim").await;
    let (_, recovery) = second_factor(&kim).await;
    grow_old(&server, "kim");
    let with = |code: &str| json!({"password": PASSWORD, "code": code});
    kim.post(PROOF, &json!({"password": PASSWORD})).await.is_problem(401, "SECOND_FACTOR_NEEDED");
    kim.post(PROOF, &with("000000")).await.is_problem(403, "WRONG_CODE");
    kim.post("/api/v1/tokens", &json!({"name": "x"})).await.is_problem(403, "STEP_UP");
    assert_eq!(kim.post(PROOF, &with(&recovery[0])).await.status, 204);
    let token = token_of(&kim, &["read"]).await;
    grow_old(&server, "kim");
    kim.post(PROOF, &with(&recovery[0])).await.is_problem(403, "WRONG_CODE");
    let robot = server.http().with_bearer(&token);
    robot.post(PROOF, &with(&recovery[1])).await.is_problem(403, "SCOPE_MISSING");
    server.finish().await;
}

#[tokio::test]
async fn an_admins_token_takes_no_account_over() {
    let server = office().counsellor("kim").open().await;
    let boss = server.http().as_user("boss").await;
    let robot = server.http().with_bearer(&token_of(&boss, &["read", "write", "admin"]).await);
    let kim = account(&robot, "kim").await;
    for (method, what, body) in [
        ("PATCH", "", json!({"email": "evil@example.org"})),
        ("PATCH", "", json!({"role": "ADMIN"})),
        ("DELETE", "/second-factor", json!({})),
        ("POST", "/suspend", json!({"reason": "x"})),
        ("DELETE", "", json!({"reason": "x"})),
        ("PUT", "/validity", json!({"reason": "x"})),
    ] {
        let request = robot.request(method.parse().expect("a method"), &path(&kim, what));
        robot.ask(request.json(&from(&kim, body))).await.is_problem(403, "STEP_UP");
    }
    robot.post(PROOF, &json!({"password": PASSWORD})).await.is_problem(409, "NOT_A_LOG_IN");
    let renamed = robot.patch(&path(&kim, ""), &from(&kim, json!({"name": "Kim"}))).await;
    assert_eq!(renamed.status, 200, "who somebody is called is no credential: {}", renamed.text);
    server.finish().await;
}

#[tokio::test]
async fn a_token_ends_with_the_password_a_reset_a_suspension_and_a_deletion() {
    let logins = ["changed", "reset", "suspended", "deleted"];
    let server = logins.iter().fold(office(), |office, login| office.counsellor(login)).open().await;
    server.records().execute(
        "UPDATE ACCOUNT SET EMAIL = 'reset@example.org', EMAIL_VERIFIED_YN = 'Y', LANGUAGE = 'en' WHERE LOGIN = 'reset'",
    );
    let boss = server.http().as_user("boss").await;
    let mut robots = Vec::new();
    for login in logins {
        let http = server.http().as_user(login).await;
        let robot = server.http().with_bearer(&token_of(&http, &["read", "write"]).await);
        robot.read("/api/v1/session").await;
        robots.push((http, robot));
    }
    let body = json!({"current": PASSWORD, "password": NEW_PASSWORD});
    assert_eq!(robots[0].0.put("/api/v1/session/password", &body).await.status, 204);
    server.http().post("/api/v1/password/reset", &json!({"login": "reset"})).await;
    let mail = until("the link is mailed", || async {
        mailed(&server).into_iter().find(|mail| mail.body.contains("/reset#"))
    })
    .await;
    let body = json!({"token": mail.token("/reset"), "password": NEW_PASSWORD});
    assert_eq!(server.http().put("/api/v1/password", &body).await.status, 204);
    let suspended = account(&boss, "suspended").await;
    let body = from(&suspended, json!({"reason": "x"}));
    assert_eq!(boss.post(&path(&suspended, "/suspend"), &body).await.status, 200);
    let deleted = account(&boss, "deleted").await;
    assert_eq!(boss.delete_with(&path(&deleted, ""), &from(&deleted, json!({"reason": "x"}))).await.status, 200);
    for ((_, robot), why) in robots.iter().zip(logins) {
        is_out(robot, why).await;
    }
    // What was taken away does not come back with the access.
    let suspended = account(&boss, "suspended").await;
    assert_eq!(boss.post(&path(&suspended, "/resume"), &from(&suspended, json!({}))).await.status, 200);
    is_out(&robots[2].1, "resumed").await;
    server.finish().await;
}

#[tokio::test]
async fn log_ins_are_listed_and_ended() {
    let server = office().counsellor("kim").counsellor("lee").open().await;
    let http = server.http();
    let (here, there) = (http.log_in("kim", PASSWORD).await, http.log_in("kim", PASSWORD).await);
    let (kim, lee) = (http.with_bearer(&here), http.as_user("lee").await);
    let robot = http.with_bearer(&token_of(&kim, &["read"]).await);
    let mut socket = Counsellor::with_session(&server, "kim", &there).await;
    let listed = kim.read("/api/v1/sessions").await;
    let items = listed["items"].as_array().expect("items").clone();
    let current: Vec<bool> = items.iter().map(|item| item["current"] == true).collect();
    assert_eq!((current, &listed["next"]), (vec![false, true], &Value::Null), "the newest first: {listed}");
    assert_eq!(items[0]["address"], "127.0.0.1", "{listed}");
    for field in ["id", "made_at", "last_used_at"] {
        assert!(items[0][field].is_string(), "no {field} in {listed}");
    }
    let first = kim.read("/api/v1/sessions?limit=1").await;
    let next = first["next"].as_str().expect("a second page");
    assert_eq!(kim.read(&format!("/api/v1/sessions?limit=1&after={next}")).await["items"][0]["id"], items[1]["id"]);

    let other = format!("/api/v1/sessions/{}", items[0]["id"].as_str().expect("an id"));
    lee.delete(&other).await.is_problem(404, "NOT_FOUND");
    robot.delete(&other).await.is_problem(403, "STEP_UP");
    assert_eq!(kim.delete(&other).await.status, 204);
    socket.expect_close(4003).await;
    is_out(&http.with_bearer(&there), "ended").await;
    kim.delete(&other).await.is_problem(404, "NOT_FOUND");

    let others = [http.log_in("kim", PASSWORD).await, http.log_in("kim", PASSWORD).await];
    let ended = kim.delete("/api/v1/sessions").await;
    assert_eq!((ended.status, ended.json()), (200, json!({"ended": 2})));
    for other in others {
        is_out(&http.with_bearer(&other), "one of the others").await;
    }
    assert_eq!(kim.read("/api/v1/sessions").await["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(robot.read("/api/v1/session").await["account"]["login"], "kim", "programs go on");
    server.finish().await;
}

async fn heard(server: &Server, to: &str, nth: usize, subject: &str) -> Mail {
    let mail = mail_to(server, to, nth).await;
    assert_eq!(mail.subject, format!("Anteroom: {subject}"), "{mail:?}");
    assert!(!mail.body.contains("evil") && !mail.body.contains("kim"), "what somebody wrote: {mail:?}");
    mail
}

#[tokio::test]
async fn the_owner_is_mailed_what_was_changed_and_nothing_that_anybody_wrote() {
    let server = office().counsellor("kim").open().await;
    server.records().execute(
        "UPDATE ACCOUNT SET EMAIL = 'owner@example.org', EMAIL_VERIFIED_YN = 'Y', LANGUAGE = 'en' WHERE LOGIN = 'kim'",
    );
    let (kim, boss) = (server.http().as_user("kim").await, server.http().as_user("boss").await);
    let to = "owner@example.org";
    token_of(&kim, &["read"]).await;
    heard(&server, to, 0, "a new API token").await;
    let (_, recovery) = second_factor(&kim).await;
    heard(&server, to, 1, "a second factor was set up").await;
    let body = json!({"password": PASSWORD, "code": recovery[0]});
    assert_eq!(kim.delete_with("/api/v1/session/second-factor", &body).await.status, 204);
    heard(&server, to, 2, "the second factor was taken away").await;
    let body = json!({"current": PASSWORD, "password": NEW_PASSWORD});
    assert_eq!(kim.put("/api/v1/session/password", &body).await.status, 204);
    heard(&server, to, 3, "your password was changed").await;
    let on_file = account(&boss, "kim").await;
    let body = from(&on_file, json!({"email": "evil@example.org"}));
    assert_eq!(boss.patch(&path(&on_file, ""), &body).await.status, 200);
    heard(&server, to, 4, "your e-mail address was changed").await;
    let mail = mail_to(&server, "evil@example.org", 0).await;
    assert!(mail.body.contains("/verify#"), "the new address is asked to show itself: {mail:?}");
    server.finish().await;
}
