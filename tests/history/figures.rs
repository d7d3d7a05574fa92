//! The statistics.

use serde_json::{Value, json};

use crate::support::people::talking;
use crate::support::{Desk, Office, PATIENCE, until_within};

#[tokio::test]
async fn figures_are_of_what_is_over_and_of_what_one_may_know() {
    let server = Office::new().line("TAX").admin().counsellor("kim").counsellor("lee").open().await;
    let (desk, mut kim) = talking(&server, "kim").await;
    desk.end();
    kim.expect("ended").await;
    let mut gone = Desk::waiting_for(&server, "TAX").await;
    gone.send(json!({"type": "cancel"}));
    gone.expect("closed").await;
    let admin = server.http().as_user("admin").await;
    let whole: Value = until_within(PATIENCE, "the figures do not come", || async {
        let figures = admin.read("/api/v1/stats").await;
        (figures["items"][0]["open"] == 0).then_some(figures)
    })
    .await;
    let of = &whole["items"][0];
    assert_eq!(of["requested"], 2);
    assert_eq!((&of["matched"], &of["abandoned"], &of["within_target"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!((&of["service_level"], &whole["target_s"]), (&json!(1.0), &json!(60)));
    let by_line = admin.read("/api/v1/stats?by=line,hour").await;
    let lines: Vec<&str> =
        by_line["items"].as_array().into_iter().flatten().filter_map(|of| of["line"].as_str()).collect();
    assert!(lines.contains(&"TAX") && lines.contains(&"GENERAL"), "{by_line}");
    let by_counsellor = admin.read("/api/v1/stats?by=counsellor&line=GENERAL").await;
    assert_eq!(by_counsellor["items"][0]["counsellor_name"], "kim");
    let (kim, lee) = (server.http().as_user("kim").await, server.http().as_user("lee").await);
    assert_eq!(kim.read("/api/v1/stats").await["items"][0]["matched"], 1);
    assert_eq!(lee.read("/api/v1/stats").await["items"][0]["matched"], 0);
    let others = format!("/api/v1/stats?counsellor={}", crate::support::new_id());
    lee.get(&others).await.expect("an answer").is_problem(403, "NOT_ALLOWED");
    for (query, field) in [
        ("by=colour", "by"),
        ("by=hour&from=2025-01-01T00:00:00Z&to=2026-06-01T00:00:00Z", "from"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to"),
    ] {
        let answer = admin.get(&format!("/api/v1/stats?{query}")).await.expect("an answer");
        let problem = answer.is_problem(422, "OUT_OF_BOUNDS");
        assert_eq!(problem["errors"][0]["field"], *field, "{problem}");
    }
    server.finish().await;
}

#[tokio::test]
async fn who_waits_and_who_talks_is_counted_and_so_are_their_waits_afterwards() {
    let server = Office::new().admin().counsellor("kim").open().await;
    let admin = server.http().as_user("admin").await;
    let figures = async || admin.read("/api/v1/stats").await["items"][0].clone();
    let (desk, mut kim) = talking(&server, "kim").await;
    let mut waits = Desk::waiting_for(&server, "GENERAL").await;
    let now = figures().await;
    assert_eq!((&now["requested"], &now["open"], &now["matched"]), (&json!(2), &json!(2), &json!(0)), "{now}");
    assert_eq!((&now["wait_p50_s"], &now["service_level"]), (&Value::Null, &Value::Null), "{now}");
    let by_line = admin.read("/api/v1/stats?by=line,hour&line=GENERAL").await;
    assert_eq!(by_line["items"][0]["open"], 2, "{by_line}");
    assert_eq!(server.http().as_user("kim").await.read("/api/v1/stats").await["items"][0]["open"], 1);
    desk.end();
    kim.expect("ended").await;
    waits.send(json!({"type": "cancel"}));
    waits.expect("closed").await;
    let done = until_within(PATIENCE, "the figures do not come", || async {
        let figures = figures().await;
        assert_eq!(figures["requested"], 2, "whatever becomes of them: {figures}");
        (figures["open"] == 0).then_some(figures)
    })
    .await;
    // Nobody waited for a whole second: what was told before was the middle of a class of ten.
    assert_eq!(
        (&done["matched"], &done["wait_p50_s"], &done["wait_p90_s"]),
        (&json!(1), &json!(0), &json!(0)),
        "{done}"
    );
    server.finish().await;
}
