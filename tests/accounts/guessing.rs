//! Strangers who guess, crowds that log in together, and what a browser is known by.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::{office, try_log_in};
use crate::support::http::Answer;
use crate::support::mail::mail_to;
use crate::support::office::PASSWORD;
use crate::support::people::talking;
use crate::support::{Counsellor, Office, Server};

/// The value of the cookie of this name that an answer sets.
pub fn set_cookie(answer: &Answer, name: &str) -> Option<String> {
    let all = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let value = all.filter_map(|cookie| cookie.split(';').next()?.split_once('=')).find(|(set, _)| *set == name);
    value.map(|(_, value)| value.to_owned())
}

/// A try to log in as kim from this address, with this cookie.
pub async fn knock(server: &Server, from: &str, cookie: Option<&str>, password: &str) -> Answer {
    let http = server.http();
    let mut request = http.request(Method::POST, "/api/v1/session").header("x-forwarded-for", from);
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie).header("origin", server.url(""));
    }
    http.ask(request.json(&json!({"login": "kim", "password": password}))).await
}

#[tokio::test]
async fn strangers_who_guess_get_few_answers_and_keep_the_owner_out_of_nothing() {
    const GUESSES: usize = 300;
    let server = office().flag("--trusted-proxy").flag("127.0.0.1").counsellor("kim").counsellor("lee").open().await;
    server.records().execute(
        "UPDATE ACCOUNT SET EMAIL = 'kim@example.org', EMAIL_VERIFIED_YN = 'Y', LANGUAGE = 'en' WHERE LOGIN = 'kim'",
    );
    let first = knock(&server, "192.0.2.1", None, PASSWORD).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let browser = format!("anteroom_device={}", set_cookie(&first, "anteroom_device").expect("a known browser"));
    let (mut desk, mut lee) = talking(&server, "lee").await;

    // Ten times the three a second of one stranger for ten seconds, all together, from as many networks.
    let guesses = (0..GUESSES).map(|nth| {
        let from = format!("10.{}.{}.7", nth / 250, nth % 250);
        let server = &server;
        async move { knock(server, &from, None, &format!("guess {nth}")).await.status }
    });
    let owner = async {
        for nth in 0..12 {
            let known_network = knock(&server, "192.0.2.1", None, PASSWORD).await;
            assert_eq!(known_network.status, 200, "{nth}: {}", known_network.text);
            let from = format!("198.51.100.{nth}");
            let known_browser = knock(&server, &from, Some(&browser), PASSWORD).await;
            assert_eq!(known_browser.status, 200, "{nth}: {}", known_browser.text);
            desk.said(&format!("still here {nth}")).await;
            lee.expect_where("message", |message| message["seq"] == nth + 1).await;
        }
    };
    let (statuses, ()) = tokio::join!(join_all(guesses), owner);
    let told = statuses.iter().filter(|status| **status == 401).count();
    assert!((90..=110).contains(&told), "{told} guesses were answered");
    assert!(statuses.iter().all(|status| [401, 429, 503].contains(status)), "{statuses:?}");

    // The other side of it: at a new place even the right password waits, as long as they guess …
    let new_place = knock(&server, "203.0.113.9", None, PASSWORD).await;
    new_place.is_problem(429, "TOO_MANY");
    let wait_s: u32 = new_place.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait_s), "{wait_s}");
    // … unless its owner shows by mail who they are.
    server.http().post("/api/v1/password/reset", &json!({"login": "kim"})).await;
    let link = mail_to(&server, "kim@example.org", 0).await.token("/reset");
    let set = server.http().put("/api/v1/password", &json!({"token": link, "password": "a new password"})).await;
    assert_eq!(set.status, 204, "{}", set.text);
    let browser = format!("anteroom_device={}", set_cookie(&set, "anteroom_device").expect("a known browser"));
    assert_eq!(knock(&server, "203.0.113.9", Some(&browser), "a new password").await.status, 200);
    server.finish().await;
}

#[tokio::test]
async fn a_browser_is_known_to_its_own_accounts_alone_and_cannot_be_made_up() {
    let server = office().flag("--trusted-proxy").flag("127.0.0.1").counsellor("kim").counsellor("lee").open().await;
    let lees = try_log_in(&server, json!({"login": "lee", "password": PASSWORD})).await;
    let lees = set_cookie(&lees, "anteroom_device").expect("a known browser");
    for nth in 0..100 {
        knock(&server, &format!("10.0.1.{nth}"), None, "wrong").await.is_problem(401, "BAD_LOGIN");
    }
    let signed = lees.split_once('.').expect("a signature").1;
    for made_up in [lees.clone(), format!("e30.{signed}"), "nonsense".into()] {
        let cookie = format!("anteroom_device={made_up}");
        knock(&server, "10.0.2.1", Some(&cookie), PASSWORD).await.is_problem(429, "TOO_MANY");
    }
    server.finish().await;
}

#[tokio::test]
async fn a_crowd_of_log_ins_waits_and_is_let_in() {
    let server = office().counsellor("kim").counsellor("lee").open().await;
    let (mut desk, mut lee) = talking(&server, "lee").await;
    let since = Instant::now();
    let crowd = join_all((0..500).map(|_| async {
        let asked = Instant::now();
        let answer = try_log_in(&server, json!({"login": "kim", "password": PASSWORD})).await;
        (answer, asked.elapsed())
    }));
    let talk = async {
        for nth in 1..=10 {
            desk.said("one moment").await;
            lee.expect_where("message", |message| message["seq"] == nth).await;
        }
    };
    let (crowd, ()) = tokio::join!(crowd, talk);
    let took = since.elapsed();
    let refused = crowd.iter().filter(|(answer, _)| answer.status != 200).count();
    // Only where this machine cannot do it in time is anybody refused, in words.
    assert!(refused == 0 || took > Duration::from_secs(12), "{refused} of 500 were refused within {took:?}");
    for (answer, waited) in &crowd {
        assert!([200, 503].contains(&answer.status), "{}", answer.text);
        assert!(answer.status == 200 || !answer.header("retry-after").is_empty());
        assert!(*waited < Duration::from_secs(20), "one waited {waited:?}");
    }
    server.http().log_in("kim", PASSWORD).await;
    server.finish().await;
}

#[tokio::test]
async fn a_log_in_ends_the_one_this_browser_had() {
    let server = office().counsellor("kim").counsellor("lee").open().await;
    let http = server.http();
    let older = http.log_in("kim", PASSWORD).await;
    let elsewhere = http.log_in("kim", PASSWORD).await;
    let mut socket = Counsellor::with_session(&server, "kim", &older).await;
    let again = |cookie: String, origin: String| {
        let request = http.request(Method::POST, "/api/v1/session").header("cookie", cookie).header("origin", origin);
        http.ask(request.json(&json!({"login": "lee", "password": PASSWORD})))
    };
    let cookie = format!("anteroom_session={older}");
    again(cookie.clone(), "https://evil.example".into()).await.is_problem(403, "ORIGIN_NOT_ALLOWED");
    let newer = again(cookie, server.url("")).await;
    assert_eq!(newer.status, 200, "{}", newer.text);
    socket.expect_close(4003).await;
    http.with_bearer(&older).get("/api/v1/session").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    let now = http.with_bearer(&newer.session()).read("/api/v1/session").await;
    assert_eq!(now["account"]["login"], "lee", "{now}");
    assert_eq!(http.with_bearer(&elsewhere).get("/api/v1/session").await.expect("an answer").status, 200);
    server.finish().await;
}

#[tokio::test]
async fn a_cookie_counts_under_its_own_name_alone() {
    let server = office().counsellor("kim").counsellor("lee").open().await;
    let http = server.http();
    let (kim, lee) = (http.log_in("kim", PASSWORD).await, http.log_in("lee", PASSWORD).await);
    let who =
        async |cookie: String| http.ask(http.request(Method::GET, "/api/v1/session").header("cookie", cookie)).await;
    who(format!("anteroom%5Fsession={lee}")).await.is_problem(401, "NOT_LOGGED_IN");
    let both = who(format!("anteroom%5Fsession={lee}; anteroom_session={kim}")).await;
    assert_eq!(both.json()["account"]["login"], "kim", "{}", both.text);
    // The check of the origin and the log-in see the same cookie: here neither sees one.
    let evil = http.request(Method::DELETE, "/api/v1/session").header("origin", "https://evil.example");
    let evil = evil.header("cookie", format!("%61nteroom_session={kim}"));
    http.ask(evil).await.is_problem(401, "NOT_LOGGED_IN");
    assert_eq!(who(format!("anteroom_session={kim}")).await.status, 200, "still there");
    server.finish().await;
}

#[tokio::test]
async fn under_https_cookies_are_this_hosts_and_browsers_stay_with_https() {
    let server = Office::new().flag("--public-url").flag("https://desk.example.org").counsellor("kim").open().await;
    let http = server.http();
    let answer = try_log_in(&server, json!({"login": "kim", "password": PASSWORD})).await;
    let session = set_cookie(&answer, "__Host-anteroom_session").expect("the log-in");
    assert!(
        set_cookie(&answer, "__Host-anteroom_device").is_some() && set_cookie(&answer, "anteroom_session").is_none()
    );
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().expect("text");
        assert!(["HttpOnly", "Secure", "Path=/"].iter().all(|word| cookie.contains(word)), "{cookie}");
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    let who = async |name: &str| {
        let cookie = format!("{name}={session}");
        http.ask(http.request(Method::GET, "/api/v1/session").header("cookie", cookie)).await.status
    };
    assert_eq!((who("__Host-anteroom_session").await, who("anteroom_session").await), (200, 401));
    let page = http.get("/account").await.expect("a page");
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000");
    let host = format!("wss://{}", server.address());
    let policy = page.header("content-security-policy").to_owned();
    let (_, sources) = policy.split_once("connect-src ").expect("a connect-src");
    assert_eq!(sources, format!("'self' wss://desk.example.org {host}"), "own origins only");
    server.finish().await;
}

#[tokio::test]
async fn a_password_that_is_tried_first_is_refused_wherever_one_is_set() {
    let server = office().counsellor("kim").open().await;
    server
        .records()
        .execute("UPDATE ACCOUNT SET EMAIL = 'kim@example.org', EMAIL_VERIFIED_YN = 'Y' WHERE LOGIN = 'kim'");
    let (http, kim, boss) = (server.http(), server.http().as_user("kim").await, server.http().as_user("boss").await);
    http.post("/api/v1/password/reset", &json!({"login": "kim"})).await;
    let link = mail_to(&server, "kim@example.org", 0).await.token("/reset");
    for (password, code) in [("password1", "COMMON"), ("Qwertyuiop", "COMMON"), ("abcabcabc", "REPEATED")] {
        let person = json!({"login": "new", "name": "New", "password": password});
        let with_mail = json!({"login": "new", "name": "New", "password": password, "email": "new@example.org"});
        for answer in [
            kim.put("/api/v1/session/password", &json!({"current": PASSWORD, "password": password})).await,
            boss.post("/api/v1/accounts/staff", &person).await,
            http.post("/api/v1/accounts", &with_mail).await,
            http.put("/api/v1/password", &json!({"token": link, "password": password})).await,
            http.post("/api/v1/setup", &json!({"token": "x", "login": "new", "name": "New", "password": password}))
                .await,
        ] {
            let problem = answer.is_problem(422, "OUT_OF_BOUNDS");
            assert_eq!(
                (&problem["errors"][0]["field"], &problem["errors"][0]["code"]),
                (&json!("password"), &json!(code))
            );
        }
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_anteroom"));
        let made = std::process::Command::new(program)
            .args(["account", "create", "--login", "new", "--role", "ADMIN", "--name", "New", "--data-dir"])
            .arg(server.data_dir())
            .env("ANTEROOM_PASSWORD", password)
            .output()
            .expect("the program runs");
        assert_eq!(made.status.code(), Some(2), "{made:?}");
    }
    server.finish().await;
}
