//! Somebody must be left who runs accounts.

use serde_json::{Value, json};

use super::{account, from, office, path};
use crate::support::{Http, Office, Server};

/// Two admins who can log in; the demo's own is deleted.
async fn two_admins() -> (Server, Http) {
    let server = office().account("chief", "ADMIN", &[], 1).open().await;
    let boss = server.http().as_user("boss").await;
    let demo = account(&boss, "admin").await;
    let gone = boss.delete_with(&path(&demo, ""), &from(&demo, json!({"reason": "demo"}))).await;
    assert_eq!(gone.status, 200, "{}", gone.text);
    (server, boss)
}

#[tokio::test]
async fn the_last_admin_stays() {
    let (server, boss) = two_admins().await;
    let chief = account(&boss, "chief").await;
    let suspended = boss.post(&path(&chief, "/suspend"), &from(&chief, json!({"reason": "on leave"}))).await.json();
    let me = account(&boss, "boss").await;
    let soon = chrono::Utc::now() + chrono::TimeDelta::days(30);
    for (method, what, body) in [
        ("POST", "/suspend", json!({"reason": "x"})),
        ("DELETE", "", json!({"reason": "x"})),
        ("PATCH", "", json!({"role": "MANAGER"})),
        ("PUT", "/validity", json!({"until": soon, "reason": "x"})),
        ("PUT", "/validity", json!({"from": soon, "reason": "x"})),
    ] {
        let request = boss.request(method.parse().expect("a method"), &path(&me, what)).json(&from(&me, body));
        boss.ask(request).await.is_problem(409, "LAST_ADMIN");
    }
    assert_eq!(account(&boss, "boss").await, me, "nothing was changed");
    // One who is back makes room for the other.
    assert_eq!(boss.post(&path(&chief, "/resume"), &from(&suspended, json!({}))).await.status, 200);
    let lowered = boss.patch(&path(&me, ""), &from(&me, json!({"role": "MANAGER"}))).await;
    assert_eq!(lowered.status, 200, "{}", lowered.text);
    server.finish().await;
}

#[tokio::test]
async fn two_who_take_each_other_away_at_once_do_not_both_succeed() {
    for round in 0..4 {
        let (server, boss) = two_admins().await;
        let chief = server.http().as_user("chief").await;
        let (one, other) = (account(&boss, "boss").await, account(&boss, "chief").await);
        let body = |of: &Value| from(of, json!({"reason": "a quarrel"}));
        let (first, second) = (path(&other, "/suspend"), path(&one, "/suspend"));
        let (by_boss, by_chief) = (body(&other), body(&one));
        let (a, b) = tokio::join!(boss.post(&first, &by_boss), chief.post(&second, &by_chief));
        let mut answers = [a.status, b.status];
        answers.sort_unstable();
        // The slower one finds itself suspended, or the other the last.
        assert!(
            answers[0] == 200 && matches!(answers[1], 401 | 409),
            "round {round}: {answers:?} {} {}",
            a.text,
            b.text
        );
        let left = if a.status == 200 { "boss" } else { "chief" };
        server.http().as_user(left).await;
        server.finish().await;
    }
}

#[tokio::test]
async fn an_admin_whose_end_is_set_does_not_count_as_the_one_who_stays() {
    let (server, boss) = two_admins().await;
    let (me, chief) = (account(&boss, "boss").await, account(&boss, "chief").await);
    let soon = chrono::Utc::now() + chrono::TimeDelta::days(30);
    let until = |of: &Value| from(of, json!({"until": soon, "reason": "contract"}));
    assert_eq!(boss.put(&path(&chief, "/validity"), &until(&chief)).await.status, 200);
    boss.put(&path(&me, "/validity"), &until(&me)).await.is_problem(409, "LAST_ADMIN");
    server.finish().await;
}

#[tokio::test]
async fn an_admin_without_a_second_factor_changes_nobodys_access() {
    let server = Office::new().account("boss", "ADMIN", &[], 1).account("chief", "ADMIN", &[], 1).open().await;
    let boss = server.http().as_user("boss").await;
    let chief = account(&boss, "chief").await;
    for (method, what, body) in [
        ("POST", "/suspend", json!({"reason": "x"})),
        ("POST", "/resume", json!({})),
        ("POST", "/approve", json!({})),
        ("POST", "/restore", json!({})),
        ("DELETE", "", json!({"reason": "x"})),
        ("DELETE", "/second-factor", json!({})),
    ] {
        let request = boss.request(method.parse().expect("a method"), &path(&chief, what)).json(&from(&chief, body));
        boss.ask(request).await.is_problem(403, "SECOND_FACTOR_MISSING");
    }
    boss.patch(&path(&chief, ""), &from(&chief, json!({"name": "x"}))).await.is_problem(403, "NOT_ALLOWED");
    server.finish().await;
}
