//! Test data made and taken away.

use serde_json::json;

use super::{opened, settled, tables, told};
use crate::support::people::{talking, text};
use crate::support::{Desk, Http, Office, Server, until};

/// Somebody real talked and the figures know of it.
async fn somebody_talked(server: &Server, admin: &Http) {
    let (mut desk, mut kim) = talking(server, "kim").await;
    desk.said("안녕하세요").await;
    desk.end();
    kim.expect("ended").await;
    until("the figures know of it", || async {
        let stats = admin.read("/api/v1/stats").await;
        (stats["items"][0]["talk_s_mean"].is_number()).then_some(())
    })
    .await;
    drop((desk, kim));
    until("they have gone, and everybody is told", || async {
        let (colleagues, office) = (admin.read("/api/v1/colleagues").await, admin.read("/api/v1/office").await);
        let is_empty = !colleagues.to_string().contains(r#""connected":true"#);
        (is_empty && office["lines"][0]["ahead_s"].is_null()).then_some(())
    })
    .await;
}

async fn made_and_taken_away(office: Office, count: u32) {
    let (server, admin) = opened(office).await;
    somebody_talked(&server, &admin).await;
    let (before, tables_before) = (told(&server, &admin).await, tables(&server));

    let wanted = json!({"consultations": count, "days": 30, "language": "ko"});
    let asked = admin.post("/api/v1/test-data", &wanted).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    assert_eq!(asked.json()["job"]["kind"], "TEST_DATA");
    let counts = settled(&admin).await;
    assert_eq!(
        (&counts["lines"], &counts["accounts"], &counts["consultations"]),
        (&json!(1), &json!(4), &json!(count))
    );
    assert!(counts["messages"].as_u64() > Some(u64::from(count)), "{counts}");
    assert_eq!(told(&server, &admin).await, before, "nobody is told of test data who did not ask for it");
    let mut desk = Desk::at(&server).await;
    assert!(!desk.all("welcome")[0].to_string().contains("TEST"), "{:?}", desk.all("welcome"));
    desk.request("TEST");
    desk.expect_error("UNKNOWN_LINE").await;

    let found = admin.read("/api/v1/consultations?test=true&limit=200").await;
    let items = found["items"].as_array().expect("items");
    let marked: Vec<_> = items.iter().filter(|item| item["test"] == true).collect();
    assert_eq!(marked.len(), (count as usize).min(199), "all but the one that is real");
    let whole = admin.read(&format!("/api/v1/consultations/{}", text(marked[0], "id"))).await;
    assert_eq!(whole["test"], true, "{whole}");
    let lines = admin.read("/api/v1/lines?all=true").await;
    let line = lines["items"].as_array().and_then(|all| all.iter().find(|line| line["test"] == true)).expect("a line");
    let path = format!("/api/v1/lines/{}", text(line, "id"));
    admin.patch(&path, &json!({"version": 1, "in_use": false})).await.is_problem(409, "TEST_DATA");
    let accounts = admin.read("/api/v1/accounts?limit=200").await;
    let account = accounts["items"].as_array().and_then(|all| all.iter().find(|one| one["test"] == true));
    let path = format!("/api/v1/accounts/{}", text(account.expect("an account"), "id"));
    admin.patch(&path, &json!({"version": 1, "name": "x"})).await.is_problem(409, "TEST_DATA");

    let removed = admin.delete("/api/v1/test-data").await;
    assert_eq!(removed.status, 202, "{}", removed.text);
    let counts = settled(&admin).await;
    for name in ["lines", "accounts", "consultations", "messages"] {
        assert_eq!(counts[name], 0, "{counts}");
    }
    assert_eq!(tables(&server), tables_before, "every table has what it had");
    assert_eq!(told(&server, &admin).await, before);
    drop(desk);
    server.finish().await;
}

#[tokio::test]
async fn test_data_is_made_and_taken_away_and_nobody_else_notices() {
    made_and_taken_away(Office::new(), 500).await;
}

#[tokio::test]
async fn test_data_is_made_and_taken_away_on_postgres() {
    made_and_taken_away(Office::new().on_postgres(), 120).await;
}

#[tokio::test]
async fn only_admins_make_it_and_only_within_bounds() {
    let (server, admin) = opened(Office::new()).await;
    let lee = server.http().as_user("lee").await;
    let fine = json!({"consultations": 5, "days": 3, "language": "en"});
    assert_eq!(lee.post("/api/v1/test-data", &fine).await.status, 403);
    assert_eq!(lee.delete("/api/v1/test-data").await.status, 403);
    for (field, value) in [
        ("consultations", json!(0)),
        ("consultations", json!(5_001)),
        ("days", json!(0)),
        ("days", json!(91)),
        ("language", json!("fr")),
    ] {
        let mut wanted = fine.clone();
        wanted[field] = value;
        let problem = admin.post("/api/v1/test-data", &wanted).await.is_problem(422, "OUT_OF_BOUNDS");
        assert_eq!(problem["errors"][0]["field"], *field, "{problem}");
    }
    let counts = settled(&lee).await;
    assert_eq!((&counts["consultations"], &counts["lines"]), (&json!(0), &json!(0)));
    server.finish().await;
}

#[tokio::test]
async fn what_was_being_made_when_the_server_was_killed_is_made_whole_and_none_of_it_twice() {
    let (mut server, admin) = opened(Office::new()).await;
    let wanted = json!({"consultations": 2_000, "days": 90, "language": "en"});
    assert_eq!(admin.post("/api/v1/test-data", &wanted).await.status, 202);
    until("some are made", || async {
        let now = admin.read("/api/v1/test-data").await;
        (now["consultations"].as_i64() > Some(0)).then_some(())
    })
    .await;
    server.restart().await;
    let counts = settled(&admin).await;
    assert_eq!((&counts["consultations"], &counts["lines"]), (&json!(2_000), &json!(1)));
    server.finish().await;
}
