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
        ("email", json!("no address"), 422),
        ("colour", json!("red"), 400),
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

/// The part of a link after `#`.
fn token_of(answer: &Value) -> Value {
    let link = text(answer, "link");
    json!(link.split_once('#').expect("a link with a token").1)
}

#[tokio::test]
async fn somebody_chooses_their_first_password_with_the_link_they_were_handed() {
    let server = Office::new().demo().open().await;
    let admin = server.http().as_demo_admin().await;
    let made = admin.post(PATH, &json!({"login": "park", "name": "박상담"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!((&made["login"], &made["approved"]), (&json!("park"), &json!(true)));
    assert!(text(&made, "link").starts_with(&server.url("/reset#")) && text(&made, "qr").contains("<svg"), "{made}");
    let read = admin.read(&format!("/api/v1/accounts/{}", text(&made, "id"))).await;
    assert!(read.get("link").is_none() && read.get("qr").is_none(), "shown once: {read}");
    let audits = admin.read("/api/v1/audits?action=ACCOUNT_MADE").await;
    assert_eq!(audits["items"][0]["detail"]["link"], true, "{audits}");
    assert!(!audits.to_string().contains(token_of(&made).as_str().unwrap()), "the token is in no record");

    let chosen = json!({"token": token_of(&made), "password": "one that park chose"});
    let http = server.http();
    assert_eq!(http.put("/api/v1/password", &chosen).await.status, 204);
    http.put("/api/v1/password", &chosen).await.is_problem(409, "BAD_LINK");
    let session = http.log_in("park", "one that park chose").await;
    Counsellor::with_session(&server, "park", &session).await.open().await;
    let with_password = admin.post(PATH, &somebody("lee")).await.json();
    assert!(with_password.get("link").is_none() && with_password.get("qr").is_none(), "{with_password}");
    server.finish().await;
}

#[tokio::test]
async fn who_forgot_the_password_is_handed_a_link_by_an_admin() {
    let server = Office::new().demo().account("mina", "MANAGER", &[], 1).open().await;
    let admin = server.http().as_demo_admin().await;
    let made = admin.post(PATH, &somebody("park")).await.json();
    let of = format!("/api/v1/accounts/{}", text(&made, "id"));
    let path = format!("{of}/password-link");
    let wanted = json!({"version": made["version"]});
    let http = server.http();
    http.post(&path, &wanted).await.is_problem(401, "NOT_LOGGED_IN");
    server.http().as_user("mina").await.post(&path, &wanted).await.is_problem(403, "NOT_ALLOWED");
    let first = admin.post(&path, &wanted).await;
    assert_eq!(first.status, 201, "{}", first.text);
    admin.post(&path, &wanted).await.is_problem(409, "EDITED");
    let second = admin.post(&path, &json!({"version": first.json()["version"]})).await.json();
    // Until the link is used all stays as it is.
    http.log_in("park", "a first password").await;
    let choose = |link: &Value| json!({"token": token_of(link), "password": "a second password"});
    http.put("/api/v1/password", &choose(&first.json())).await.is_problem(409, "BAD_LINK");
    assert_eq!(http.put("/api/v1/password", &choose(&second)).await.status, 204);
    http.log_in("park", "a second password").await;
    let gone =
        admin.delete_with(&of, &json!({"version": admin.read(&of).await["version"], "reason": "left"})).await.json();
    admin.post(&path, &json!({"version": gone["version"]})).await.is_problem(409, "DELETED");
    assert_eq!(server.records().count("AUDIT WHERE ACTION = 'PASSWORD_LINK_MADE'"), 2);
    server.finish().await;
}

#[tokio::test]
async fn without_a_mail_server_people_are_told_and_an_admin_lets_them_in_as_they_are() {
    let server = Office::new().demo().account("mina", "MANAGER", &[], 1).open().await;
    let admin = server.http().as_demo_admin().await;
    assert_eq!(admin.read("/api/v1/session").await["mail"], false);
    let person = json!({"login": "park", "email": "park@example.org", "name": "박", "password": "a first password"});
    let asked = server.http().post("/api/v1/accounts", &person).await;
    assert_eq!((asked.status, &asked.json()["mail"]), (202, &json!(false)), "{}", asked.text);
    let forgot = server.http().post("/api/v1/password/reset", &json!({"login": "park"})).await;
    assert_eq!((forgot.status, forgot.json()), (202, json!({"mail": false})));
    let pending = admin.read("/api/v1/accounts?state=PENDING").await["items"][0].clone();
    let path = format!("/api/v1/accounts/{}/approve", text(&pending, "id"));
    let approval = |unverified: bool| json!({"version": pending["version"], "unverified": unverified});
    admin.post(&path, &approval(false)).await.is_problem(409, "NOT_VERIFIED");
    server.http().as_user("mina").await.post(&path, &approval(true)).await.is_problem(403, "NOT_ALLOWED");
    let approved = admin.post(&path, &approval(true)).await;
    assert_eq!(approved.status, 200, "{}", approved.text);
    assert_eq!(approved.json()["email_verified"], false, "nobody showed that it is theirs");
    let audits = admin.read("/api/v1/audits?action=ACCOUNT_APPROVED").await;
    assert_eq!(audits["items"][0]["detail"]["unverified"], true, "{audits}");
    server.http().log_in("park", "a first password").await;
    server.finish().await;
}
