//! Notices as managers write them and everybody reads them.

use reqwest::Method;
use serde_json::{Value, json};

use super::{field, opened};
use crate::support::people::text;
use crate::support::{Http, Office};

async fn titles(http: &Http, query: &str) -> Vec<String> {
    let posts = http.read(&format!("/api/v1/posts?kind=NOTICE{query}")).await;
    posts["items"].as_array().expect("items").iter().map(|post| text(post, "title")).collect()
}

fn notice(title: &str) -> Value {
    json!({"language": "ko", "title": title, "body": "점심시간 12–13시"})
}

#[tokio::test]
async fn a_notice_is_made_edited_and_deleted_and_everybody_reads_it() {
    let (server, _) = opened(Office::new()).await;
    let (mina, anybody) = (server.http().as_user("mina").await, server.http());
    let made = mina.post("/api/v1/posts", &notice("  안내 ")).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!((&made["title"], &made["kind"], &made["order"]), (&json!("안내"), &json!("NOTICE"), &json!(0)));
    assert_eq!((&made["from"], &made["until"], &made["version"]), (&json!(null), &json!(null), &json!(1)));
    let path = format!("/api/v1/posts/{}", text(&made, "id"));
    assert_eq!(mina.post("/api/v1/posts", &notice("둘째")).await.json()["order"], 1);
    let english = json!({"language": "en", "title": "Closed", "body": "Monday", "order": 0});
    assert_eq!(mina.post("/api/v1/posts", &english).await.status, 201);
    assert_eq!(titles(&anybody, "&language=ko").await, ["안내", "둘째"]);
    assert_eq!(titles(&anybody, "&language=en").await, ["Closed"]);
    assert_eq!(titles(&anybody, "").await.len(), 3);

    let edit = json!({"version": 1, "title": "새 안내", "order": 5});
    let edited = mina.patch(&path, &edit).await;
    assert_eq!((edited.status, &edited.json()["version"]), (200, &json!(2)), "{}", edited.text);
    assert_eq!(edited.json()["body"], "점심시간 12–13시", "what is left out stays");
    mina.patch(&path, &edit).await.is_problem(409, "EDITED");
    assert_eq!(titles(&anybody, "&language=ko").await, ["둘째", "새 안내"]);
    let stale = mina.request(Method::DELETE, &path).json(&json!({"version": 1}));
    mina.ask(stale).await.is_problem(409, "EDITED");
    assert_eq!(mina.delete(&path).await.status, 204);
    mina.delete(&path).await.is_problem(404, "NOT_FOUND");
    mina.patch(&path, &json!({"version": 3})).await.is_problem(404, "NOT_FOUND");
    assert_eq!(titles(&mina, "&language=ko&all=true").await, ["둘째"]);
    for act in ["POST_MADE", "POST_EDITED", "POST_DELETED"] {
        assert!(server.records().count(&format!("AUDIT WHERE ACTION = '{act}'")) > 0, "{act}");
    }
    server.finish().await;
}

#[tokio::test]
async fn a_notice_is_shown_in_its_time_and_managers_see_the_others_too() {
    let (server, _) = opened(Office::new()).await;
    let (mina, anybody) = (server.http().as_user("mina").await, server.http());
    for (title, from, until) in [
        ("over", json!("2020-01-01T00:00:00Z"), json!("2020-01-02T00:00:00Z")),
        ("now", json!("2020-01-01T00:00:00Z"), json!("2120-01-01T00:00:00Z")),
        ("later", json!("2120-01-01T00:00:00Z"), json!(null)),
    ] {
        let mut new = notice(title);
        (new["from"], new["until"]) = (from, until);
        assert_eq!(mina.post("/api/v1/posts", &new).await.status, 201, "{title}");
    }
    assert_eq!(titles(&anybody, "").await, ["now"]);
    assert_eq!(titles(&mina, "&all=true").await, ["over", "now", "later"]);
    anybody.get("/api/v1/posts?all=true").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    let kim = server.http().as_user("kim").await;
    kim.get("/api/v1/posts?all=true").await.expect("an answer").is_problem(403, "NOT_ALLOWED");
    kim.post("/api/v1/posts", &notice("mine")).await.is_problem(403, "NOT_ALLOWED");
    let later = mina.read("/api/v1/posts?all=true").await["items"][2].clone();
    let shown = json!({"version": 1, "from": null});
    assert_eq!(mina.patch(&format!("/api/v1/posts/{}", text(&later, "id")), &shown).await.status, 200);
    assert_eq!(titles(&anybody, "").await, ["now", "later"]);
    server.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_notice_is_named() {
    let (server, admin) = opened(Office::new()).await;
    for (name, value, status) in [
        ("kind", json!("NEWS"), 422),
        ("language", json!("xx"), 422),
        ("title", json!(" "), 422),
        ("title", json!("가".repeat(81)), 422),
        ("body", json!(""), 422),
        ("body", json!("x".repeat(2_001)), 422),
        ("body", json!("\u{0}"), 422),
        ("order", json!(10_000), 422),
        ("order", json!("first"), 400),
        ("from", json!("tomorrow"), 400),
        ("until", json!("2020-01-01T00:00:00Z"), 422),
        ("colour", json!("red"), 400),
    ] {
        let mut body = notice("x");
        body["from"] = json!("2020-01-01T00:00:00Z");
        body[name] = value.clone();
        let refused = admin.post("/api/v1/posts", &body).await;
        assert_eq!((refused.status, field(&refused).as_str()), (status, name), "{name} {value}");
    }
    let bound = json!({"language": "ko", "title": "가".repeat(80), "body": "나".repeat(2_000)});
    let made = admin.post("/api/v1/posts", &bound).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let path = format!("/api/v1/posts/{}", text(&made.json(), "id"));
    for (body, status, at) in [
        (json!({"title": "x"}), 400, "version"),
        (json!({"version": 1, "kind": "NOTICE"}), 400, "kind"),
        (json!({"version": 1, "language": "xx"}), 422, "language"),
        (json!({"version": 1, "from": "2120-01-01T00:00:00Z", "until": "2120-01-01T00:00:00Z"}), 422, "until"),
    ] {
        let refused = admin.patch(&path, &body).await;
        assert_eq!((refused.status, field(&refused).as_str()), (status, at), "{body}");
    }
    assert_eq!(field(&admin.get("/api/v1/posts?kind=NEWS").await.expect("an answer")), "kind");
    for n in 1..100 {
        assert_eq!(admin.post("/api/v1/posts", &notice(&n.to_string())).await.status, 201, "{n}");
    }
    admin.post("/api/v1/posts", &notice("one more")).await.is_problem(409, "TOO_MANY_POSTS");
    server.finish().await;
}
