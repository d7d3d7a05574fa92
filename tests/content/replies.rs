//! Canned replies: one's own and those that all share.

use serde_json::{Value, json};

use super::{field, opened};
use crate::support::people::text;
use crate::support::{Http, Office};

const PATH: &str = "/api/v1/canned-replies";

async fn shortcuts(http: &Http, query: &str) -> Vec<String> {
    let replies = http.read(&format!("{PATH}{query}")).await;
    replies["items"].as_array().expect("items").iter().map(|reply| text(reply, "shortcut")).collect()
}

fn reply(shortcut: &str, shared: bool) -> Value {
    json!({"shortcut": shortcut, "body": "안녕하세요, {visitor} 님", "shared": shared})
}

fn one(made: &Value) -> String {
    format!("{PATH}/{}", text(made, "id"))
}

#[tokio::test]
async fn everybody_has_their_own_replies_and_those_that_all_share() {
    let (server, _) = opened(Office::new()).await;
    let http = server.http();
    let (mina, kim, lee) = (http.as_user("mina").await, http.as_user("kim").await, http.as_user("lee").await);
    let shared = mina.post(PATH, &reply("인사", true)).await;
    assert_eq!(shared.status, 201, "{}", shared.text);
    let shared = shared.json();
    assert_eq!((&shared["shared"], &shared["mine"], &shared["language"]), (&json!(true), &json!(false), &json!("ko")));
    let own = kim.post(PATH, &reply("bye_1", false)).await.json();
    assert_eq!((&own["shared"], &own["mine"], &own["version"]), (&json!(false), &json!(true), &json!(1)));
    assert_eq!(shortcuts(&kim, "").await, ["bye_1", "인사"]);
    assert_eq!(shortcuts(&kim, "?shared=true").await, ["인사"]);
    assert_eq!(shortcuts(&kim, "?shared=false").await, ["bye_1"]);
    assert_eq!(shortcuts(&lee, "").await, ["인사"]);

    let edit = json!({"version": 1, "body": "안녕히 가세요", "language": "en"});
    let edited = kim.patch(&one(&own), &edit).await;
    assert_eq!((edited.status, &edited.json()["version"]), (200, &json!(2)), "{}", edited.text);
    kim.patch(&one(&own), &edit).await.is_problem(409, "EDITED");
    // Somebody else's is not there; a shared one is for managers.
    lee.patch(&one(&own), &edit).await.is_problem(404, "NOT_FOUND");
    mina.delete(&one(&own)).await.is_problem(404, "NOT_FOUND");
    kim.patch(&one(&shared), &edit).await.is_problem(403, "NOT_ALLOWED");
    kim.delete(&one(&shared)).await.is_problem(403, "NOT_ALLOWED");
    kim.post(PATH, &reply("all", true)).await.is_problem(403, "NOT_ALLOWED");
    assert_eq!(mina.patch(&one(&shared), &edit).await.status, 200);
    kim.delete_with(&one(&own), &json!({"version": 1})).await.is_problem(409, "EDITED");
    assert_eq!(kim.delete_with(&one(&own), &json!({"version": 2})).await.status, 204);
    kim.delete(&one(&own)).await.is_problem(404, "NOT_FOUND");
    assert_eq!(mina.delete(&one(&shared)).await.status, 204);
    assert!(shortcuts(&kim, "").await.is_empty());
    server.http().get(PATH).await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    assert_eq!(server.records().count("AUDIT WHERE SUBJECT_KIND = 'CANNED_REPLY'"), 6);
    server.finish().await;
}

#[tokio::test]
async fn a_shortcut_means_one_reply() {
    let (server, _) = opened(Office::new()).await;
    let (mina, kim) = (server.http().as_user("mina").await, server.http().as_user("kim").await);
    let own = kim.post(PATH, &reply("hello", false)).await.json();
    kim.post(PATH, &reply("hello", false)).await.is_problem(409, "SHORTCUT_TAKEN");
    // What somebody else has of their own is in nobody's way.
    let shared = mina.post(PATH, &reply("hello", true)).await;
    assert_eq!(shared.status, 201, "{}", shared.text);
    mina.post(PATH, &reply("hello", true)).await.is_problem(409, "SHORTCUT_TAKEN");
    mina.post(PATH, &reply("hello", false)).await.is_problem(409, "SHORTCUT_TAKEN");
    let seen = kim.read(PATH).await;
    assert_eq!((seen["items"].as_array().map(Vec::len), &seen["items"][0]["mine"]), (Some(1), &json!(true)), "{seen}");
    let other = kim.post(PATH, &reply("other", false)).await.json();
    let rename = json!({"version": 1, "shortcut": "hello"});
    kim.patch(&one(&other), &rename).await.is_problem(409, "SHORTCUT_TAKEN");
    assert_eq!(kim.patch(&one(&own), &json!({"version": 1, "shortcut": "hi"})).await.status, 200);
    assert_eq!(shortcuts(&kim, "").await, ["hello", "hi", "other"]);
    assert_eq!(kim.delete(&one(&own)).await.status, 204);
    assert_eq!(kim.post(PATH, &reply("hi", false)).await.status, 201, "free again");
    server.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_reply_is_named() {
    let (server, admin) = opened(Office::new()).await;
    for (name, value, status) in [
        ("shortcut", json!(""), 422),
        ("shortcut", json!("a b"), 422),
        ("shortcut", json!("/hi"), 422),
        ("shortcut", json!("가".repeat(31)), 422),
        ("body", json!(" "), 422),
        ("body", json!("x".repeat(2_001)), 422),
        ("language", json!("xx"), 422),
        ("shared", json!("yes"), 400),
        ("mine", json!(true), 400),
    ] {
        let mut body = reply("x", false);
        body[name] = value.clone();
        let refused = admin.post(PATH, &body).await;
        assert_eq!((refused.status, field(&refused).as_str()), (status, name), "{name} {value}");
    }
    let bound = json!({"shortcut": "가".repeat(30), "body": "나".repeat(2_000), "language": "en"});
    let made = admin.post(PATH, &bound).await;
    assert_eq!(made.status, 201, "{}", made.text);
    for (body, status, at) in [
        (json!({"body": "x"}), 400, "version"),
        (json!({"version": 1, "shared": true}), 400, "shared"),
        (json!({"version": 1, "shortcut": "no!"}), 422, "shortcut"),
        (json!({"version": 1, "language": "xx"}), 422, "language"),
    ] {
        let refused = admin.patch(&one(&made.json()), &body).await;
        assert_eq!((refused.status, field(&refused).as_str()), (status, at), "{body}");
    }
    server.finish().await;
}

#[tokio::test]
async fn there_are_only_so_many_replies() {
    let (server, admin) = opened(Office::new()).await;
    let owner = text(&admin.read("/api/v1/session").await["account"], "id");
    let put = |start: &str, count: usize, owner: &str| {
        let rows: Vec<String> = (0..count)
            .map(|n| {
                format!(
                    "('{}', {owner}, '{start}{n}', 'x', 'ko', CURRENT_TIMESTAMP, 'TEST', CURRENT_TIMESTAMP, 'TEST')",
                    crate::support::new_id()
                )
            })
            .collect();
        server.records().execute(&format!(
            "INSERT INTO CANNED_REPLY (REPLY_ID, ACCOUNT_ID, SHORTCUT, BODY, LANGUAGE, REG_DTTM, REG_ID, MOD_DTTM, \
             MOD_ID) VALUES {};",
            rows.join(", ")
        ));
    };
    put("own", 199, &format!("'{owner}'"));
    put("shared", 499, "NULL");
    for (shared, last) in [(false, "last"), (true, "final")] {
        assert_eq!(admin.post(PATH, &reply(last, shared)).await.status, 201);
        admin.post(PATH, &reply("more", shared)).await.is_problem(409, "TOO_MANY_REPLIES");
    }
    server.finish().await;
}
