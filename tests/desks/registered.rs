//! Desks as staff register and edit them.

use reqwest::Method;
use serde_json::json;

use super::{field, office, register};
use crate::support::people::text;
use crate::support::{Desk, new_id};

#[tokio::test]
async fn a_desk_is_registered_read_edited_deleted_and_restored() {
    let (server, _) = office("GRACE_S = 30").await;
    let mina = server.http().as_user("mina").await;
    let general = text(&super::line(&mina, "GENERAL").await, "id");
    let body = json!({"name": "로비", "place": "1층", "line": general});
    let made = mina.post("/api/v1/desks", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let (made, key) = (made.json(), text(&made.json(), "key"));
    assert_eq!(
        (&made["name"], &made["place"], &made["line"], &made["in_use"], &made["deleted"], &made["version"]),
        (&json!("로비"), &json!("1층"), &json!(general), &json!(true), &json!(false), &json!(1))
    );
    assert!(made["has_key"] == true && made["key_at"].is_string() && made["enrolment_until"].is_null(), "{made}");

    let path = format!("/api/v1/desks/{}", text(&made, "id"));
    let read = mina.read(&path).await;
    assert!(read.get("key").is_none() && !read.to_string().contains(&key), "shown once: {read}");
    assert!(!server.records().text("KEY_HASH", "DESK WHERE NAME = '로비'").unwrap().contains(&key));

    let edited = mina.patch(&path, &json!({"version": 1, "name": "창구", "place": null, "line": null})).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
    let edited = edited.json();
    assert_eq!((&edited["name"], &edited["place"], &edited["version"]), (&json!("창구"), &json!(null), &json!(2)));
    let late = mina.patch(&path, &json!({"version": 1, "name": "too late"})).await;
    assert!(late.is_problem(409, "EDITED")["detail"].as_str().unwrap().contains("version 2"));

    assert_eq!(mina.ask(mina.request(Method::DELETE, &path).json(&json!({"version": 1}))).await.status, 409);
    assert_eq!(mina.delete(&path).await.status, 204);
    // The demo's desk is always there.
    for (listed, count) in [("/api/v1/desks", 1), ("/api/v1/desks?all=true", 2)] {
        assert_eq!(mina.read(listed).await["items"].as_array().unwrap().len(), count);
    }
    assert_eq!(mina.read(&path).await["deleted"], true);
    mina.patch(&path, &json!({"version": 3, "name": "x"})).await.is_problem(409, "DELETED");
    for change in ["key", "enrolment"] {
        mina.post(&format!("{path}/{change}"), &json!({})).await.is_problem(409, "DELETED");
    }
    assert_eq!(mina.post(&format!("{path}/restore"), &json!({})).await.status, 200);
    mina.post(&format!("{path}/restore"), &json!({})).await.is_problem(409, "NOT_DELETED");
    Desk::registered(&server, &text(&made, "id"), &key).await;
    server.finish().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_desk_is_named() {
    let (server, _) = office("GRACE_S = 30").await;
    let mina = server.http().as_user("mina").await;
    for (body, status, at) in [
        (json!({}), 400, "name"),
        (json!({"name": 5}), 400, "name"),
        (json!({"name": "x", "colour": "red"}), 400, "colour"),
        (json!({"name": " "}), 422, "name"),
        (json!({"name": "x".repeat(41)}), 422, "name"),
        (json!({"name": "x", "place": "x".repeat(101)}), 422, "place"),
        (json!({"name": "x", "line": "nonsense"}), 400, "line"),
        (json!({"name": "x", "line": new_id()}), 422, "line"),
    ] {
        let refused = mina.post("/api/v1/desks", &body).await;
        assert_eq!((refused.status, field(&refused).as_str()), (status, at), "{body}");
    }
    let (id, _) = register(&mina, "로비").await;
    let path = format!("/api/v1/desks/{id}");
    for (body, status, at) in [
        (json!({"name": "x"}), 400, "version"),
        (json!({"version": 1, "name": ""}), 422, "name"),
        (json!({"version": 1, "key": "mine"}), 400, "key"),
        (json!({"version": 1, "line": new_id()}), 422, "line"),
        (json!({"version": 1, "in_use": "N"}), 400, "in_use"),
    ] {
        let refused = mina.patch(&path, &body).await;
        assert_eq!((refused.status, field(&refused).as_str()), (status, at), "{body}");
    }
    for nowhere in [format!("/api/v1/desks/{}", new_id()), "/api/v1/desks/nonsense".to_owned()] {
        mina.get(&nowhere).await.expect("an answer").is_problem(404, "NOT_FOUND");
        mina.patch(&nowhere, &json!({"version": 1})).await.is_problem(404, "NOT_FOUND");
        mina.delete(&nowhere).await.is_problem(404, "NOT_FOUND");
    }
    for query in ["limit=0", "limit=201", "after=x", "colour=red", "all=perhaps"] {
        let refused = mina.get(&format!("/api/v1/desks?{query}")).await.expect("an answer");
        assert!(matches!(refused.status, 400 | 422), "{query}: {}", refused.text);
        assert_eq!(field(&refused), query.split('=').next().unwrap());
    }
    server.finish().await;
}

#[tokio::test]
async fn desks_are_paged_and_every_change_is_in_the_audit() {
    let (server, admin) = office("GRACE_S = 30").await;
    let mut made = Vec::new();
    for name in ["a", "b", "c"] {
        made.push(register(&admin, name).await.0);
    }
    let mut found = Vec::new();
    let mut path = "/api/v1/desks?limit=2".to_owned();
    loop {
        let page = admin.read(&path).await;
        found.extend(page["items"].as_array().unwrap().iter().map(|desk| text(desk, "id")));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/desks?limit=2&after={next}");
    }
    made.reverse();
    assert_eq!(found[..3], made);
    assert_eq!(found.len(), 4, "and the demo's");

    let path = format!("/api/v1/desks/{}", made[0]);
    admin.patch(&path, &json!({"version": 1, "in_use": false})).await;
    admin.post(&format!("{path}/key"), &json!({})).await;
    admin.post(&format!("{path}/enrolment"), &json!({})).await;
    admin.delete(&format!("{path}/key")).await;
    admin.delete(&path).await;
    admin.post(&format!("{path}/restore"), &json!({})).await;
    let audit = admin.read(&format!("/api/v1/audits?subject={}", made[0])).await;
    let actions: Vec<&str> =
        audit["items"].as_array().unwrap().iter().filter_map(|one| one["action"].as_str()).collect();
    let expected = [
        "DESK_RESTORED",
        "DESK_DELETED",
        "DESK_KEY_REVOKED",
        "DESK_ENROLMENT_MADE",
        "DESK_KEY_MADE",
        "DESK_EDITED",
        "DESK_REGISTERED",
    ];
    assert_eq!(actions, expected);
    server.finish().await;
}
