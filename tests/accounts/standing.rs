//! Approval, suspension, deletion, validity: each a fact of its own.

use serde_json::json;

use super::{account, audits, from, office, path, try_log_in};
use crate::support::new_id;
use crate::support::office::PASSWORD;

#[tokio::test]
async fn who_is_deleted_can_still_be_seen_to_have_been_approved() {
    let server = office().open().await;
    server
        .http()
        .post(
            "/api/v1/accounts",
            &json!({
                "login": "park", "email": "park@example.org", "name": "Park", "password": PASSWORD,
            }),
        )
        .await;
    server.records().execute("UPDATE ACCOUNT SET EMAIL_VERIFIED_YN = 'Y'");
    let boss = server.http().as_user("boss").await;
    let park = account(&boss, "park").await;
    let approved = boss.post(&path(&park, "/approve"), &from(&park, json!({}))).await.json();
    let deleted = boss.delete_with(&path(&park, ""), &from(&approved, json!({"reason": "moved away"}))).await.json();
    assert_eq!((&deleted["deleted"], &deleted["delete_reason"]), (&json!(true), &json!("moved away")));
    for field in ["approved", "approved_at", "approved_by"] {
        assert_eq!(deleted[field], approved[field], "{field}");
    }
    try_log_in(&server, json!({"login": "park", "password": PASSWORD})).await.is_problem(401, "BAD_LOGIN");
    boss.delete_with(&path(&park, ""), &from(&deleted, json!({"reason": "x"})))
        .await
        .is_problem(409, "ALREADY_DELETED");
    let restored = boss.post(&path(&park, "/restore"), &from(&deleted, json!({}))).await.json();
    assert_eq!((&restored["deleted"], &restored["delete_reason"]), (&json!(false), &json!(null)));
    assert_eq!(restored["approved_at"], approved["approved_at"]);
    boss.post(&path(&park, "/restore"), &from(&restored, json!({}))).await.is_problem(409, "NOT_DELETED");
    server.http().log_in("park", PASSWORD).await;
    for action in ["ACCOUNT_APPROVED", "ACCOUNT_DELETED", "ACCOUNT_RESTORED"] {
        let found = audits(&boss, action).await;
        assert_eq!((&found[0]["subject_id"], &found[0]["actor_name"]), (&park["id"], &json!("boss")), "{action}");
    }
    server.finish().await;
}

#[tokio::test]
async fn an_edit_of_what_somebody_else_edited_meanwhile_is_refused() {
    let server = office().counsellor("kim").open().await;
    let boss = server.http().as_user("boss").await;
    let read = account(&boss, "kim").await;
    let edited = boss.patch(&path(&read, ""), &from(&read, json!({"name": "Kim"}))).await.json();
    for (method, what, body) in [
        ("PATCH", "", json!({"name": "Lim"})),
        ("POST", "/suspend", json!({"reason": "x"})),
        ("POST", "/resume", json!({})),
        ("POST", "/approve", json!({})),
        ("POST", "/restore", json!({})),
        ("PUT", "/validity", json!({"reason": "x"})),
        ("DELETE", "", json!({"reason": "x"})),
        ("DELETE", "/second-factor", json!({})),
    ] {
        let request = boss.request(method.parse().expect("a method"), &path(&read, what));
        let problem = boss.ask(request.json(&from(&read, body.clone()))).await.is_problem(409, "EDITED");
        let present = edited["version"].to_string();
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains(&present)), "{problem}");
        let mut without = body;
        without["colour"] = json!("red");
        let request = boss.request(method.parse().expect("a method"), &path(&read, what));
        boss.ask(request.json(&without)).await.is_problem(400, "BAD_REQUEST");
        let nobody = format!("/api/v1/accounts/{}{what}", new_id());
        let request = boss.request(method.parse().expect("a method"), &nobody);
        without.as_object_mut().expect("an object").remove("colour");
        boss.ask(request.json(&from(&read, without))).await.is_problem(404, "NOT_FOUND");
    }
    assert_eq!(account(&boss, "kim").await, edited, "nothing of it was done");
    server.finish().await;
}

#[tokio::test]
async fn a_validity_has_an_order_a_reason_and_bounds_that_can_be_taken_away() {
    let server = office().counsellor("kim").open().await;
    let boss = server.http().as_user("boss").await;
    let mut kim = account(&boss, "kim").await;
    let validity = path(&kim, "/validity");
    for (body, status, code, field) in [
        (json!({}), 400, "BAD_REQUEST", "reason"),
        (json!({"reason": " "}), 422, "OUT_OF_BOUNDS", "reason"),
        (json!({"reason": "x".repeat(501)}), 422, "OUT_OF_BOUNDS", "reason"),
        (json!({"reason": "x", "until": "tomorrow"}), 400, "BAD_REQUEST", "until"),
        (
            json!({"reason": "x", "from": "2030-01-02T00:00:00Z", "until": "2030-01-02T00:00:00Z"}),
            422,
            "OUT_OF_BOUNDS",
            "until",
        ),
        (json!({"reason": "x", "until": "+12345-01-01T00:00:00Z"}), 422, "OUT_OF_BOUNDS", "until"),
        (json!({"reason": "x", "from": "1970-01-01T00:00:00Z"}), 422, "OUT_OF_BOUNDS", "from"),
    ] {
        let problem = boss.put(&validity, &from(&kim, body.clone())).await.is_problem(status, code);
        assert_eq!(problem["errors"][0]["field"], *field, "{body}: {problem}");
    }
    kim = boss
        .put(
            &validity,
            &from(
                &kim,
                json!({
                    "from": "2020-01-01T09:00:00+09:00", "until": "2090-01-01T00:00:00Z", "reason": "contract",
                }),
            ),
        )
        .await
        .json();
    assert_eq!(
        (&kim["valid_from"], &kim["valid_until"], &kim["valid_reason"]),
        (&json!("2020-01-01T00:00:00.000Z"), &json!("2090-01-01T00:00:00.000Z"), &json!("contract"))
    );
    kim = boss.put(&validity, &from(&kim, json!({"from": null, "reason": "no longer matters"}))).await.json();
    assert_eq!((&kim["valid_from"], &kim["valid_until"]), (&json!(null), &json!("2090-01-01T00:00:00.000Z")));
    server.http().log_in("kim", PASSWORD).await;
    let later = json!({"from": "2089-01-01T00:00:00Z", "reason": "comes back later"});
    assert_eq!(boss.put(&validity, &from(&kim, later)).await.status, 200);
    try_log_in(&server, json!({"login": "kim", "password": PASSWORD})).await.is_problem(401, "BAD_LOGIN");
    server.finish().await;
}
