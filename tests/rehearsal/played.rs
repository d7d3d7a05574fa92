//! A consultation the server plays with itself.

use std::time::Duration;

use serde_json::{Value, json};

use super::{begun, opened, rehearsed, settled, tables, told};
use crate::support::{Counsellor, Desk, Office};

/// Every step, and how it went.
fn steps(rehearsal: &Value) -> Vec<(&str, &str)> {
    let all = rehearsal["steps"].as_array().expect("steps");
    all.iter()
        .map(|step| (step["step"].as_str().unwrap_or_default(), step["state"].as_str().unwrap_or_default()))
        .collect()
}

const ALL: [&str; 12] =
    ["CONNECT", "ASK", "OFFER", "ACCEPT", "TALK", "CUT", "RESUME", "END", "RATE", "WRAP_UP", "RECORD", "CLEAN"];

async fn played(office: Office) {
    // The real line is closed on every day, and the public desk is off: a rehearsal needs neither.
    let closed = "HOURS = '{\"mon\": [[\"00:00\", \"00:01\"]]}'";
    let (server, admin) = opened(office.rules(closed).option("--public-desk", "off")).await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut wall = server.http().follow("/api/v1/office/stream").await;
    wall.expect("office", |office| office["lines"][0]["ahead_s"].is_array()).await;
    let (before, tables_before) = (told(&server, &admin).await, tables(&server));

    let lee = server.http().as_user("lee").await;
    let id = begun(&lee).await;
    let whole = rehearsed(&lee, &id).await;
    assert_eq!(whole["state"], "DONE", "{whole:#}");
    assert_eq!(steps(&whole), ALL.map(|step| (step, "DONE")), "{whole:#}");
    assert!(whole["steps"].as_array().into_iter().flatten().all(|step| step["ms"].is_u64()), "{whole:#}");

    assert_eq!(told(&server, &admin).await, before, "nobody is told of it");
    assert!(kim.hears(Duration::from_millis(300), "offer", |_| true).await.is_none(), "it rings at nobody's");
    let mut records = server.records();
    assert_eq!(records.count("API_TOKEN"), 0, "its token is gone");
    assert_eq!(records.count("CONSULTATION WHERE STATUS <> 'DONE'"), 0);
    assert_eq!(settled(&admin).await["consultations"], 1, "its record is marked");

    // Again, with what is there.
    let again = begun(&admin).await;
    assert_eq!(rehearsed(&admin, &again).await["state"], "DONE");
    assert_eq!(settled(&admin).await["accounts"], 1);
    assert_eq!(admin.delete("/api/v1/test-data").await.status, 202);
    assert_eq!(settled(&admin).await["consultations"], 0);
    assert_eq!(tables(&server), tables_before);
    assert_eq!(told(&server, &admin).await, before);
    server.finish().await;
}

#[tokio::test]
async fn every_step_of_a_consultation_works_and_nobody_notices() {
    played(Office::new()).await;
}

#[tokio::test]
async fn every_step_of_a_consultation_works_on_postgres() {
    played(Office::new().on_postgres()).await;
}

#[tokio::test]
async fn there_is_one_rehearsal_at_a_time_and_no_test_data_is_touched_meanwhile() {
    let (server, admin) = opened(Office::new()).await;
    let nothing = json!({});
    let both = [admin.post("/api/v1/rehearsals", &nothing), admin.post("/api/v1/rehearsals", &nothing)];
    let [first, second] = both;
    let (first, second) = tokio::join!(first, second);
    let (one, other) = if first.status == 202 { (first, second) } else { (second, first) };
    assert_eq!(one.status, 202, "{}", one.text);
    other.is_problem(409, "REHEARSAL_RUNS");
    let id = one.json()["id"].as_str().expect("an id").to_owned();
    admin.delete("/api/v1/test-data").await.is_problem(409, "REHEARSAL_RUNS");
    assert_eq!(rehearsed(&admin, &id).await["state"], "DONE");
    settled(&admin).await;

    let wanted = json!({"consultations": 3_000, "days": 90, "language": "en"});
    assert_eq!(admin.post("/api/v1/test-data", &wanted).await.status, 202);
    admin.post("/api/v1/rehearsals", &nothing).await.is_problem(409, "TEST_DATA_RUNS");
    admin.delete("/api/v1/test-data").await.is_problem(409, "TEST_DATA_RUNS");
    server.finish().await;
}

#[tokio::test]
async fn a_step_that_fails_says_what_to_do_and_leaves_nothing_open() {
    let no_results = "UPDATE COMMON_CODE SET USE_YN = 'N' WHERE CODE_GROUP = 'RESULT'";
    let (server, admin) = opened(Office::new().sql(no_results)).await;
    let id = begun(&admin).await;
    let whole = rehearsed(&admin, &id).await;
    assert_eq!(whole["state"], "FAILED", "{whole:#}");
    let expected = ALL.map(|step| match step {
        "WRAP_UP" => (step, "FAILED"),
        "RECORD" => (step, "WAITING"),
        _ => (step, "DONE"),
    });
    assert_eq!(steps(&whole), expected, "{whole:#}");
    assert!(whole["error"].as_str().is_some_and(|error| error.contains("codes")), "{whole:#}");
    let mut records = server.records();
    assert_eq!(records.count("API_TOKEN"), 0);
    assert_eq!(records.count("ROOM WHERE STATUS = 'OPEN'"), 0);
    server.finish().await;
}

#[tokio::test]
async fn a_rehearsal_does_not_outlive_its_server() {
    let (mut server, admin) = opened(Office::new()).await;
    let mut killed = None;
    for _ in 0..8 {
        let id = begun(&admin).await;
        let now = admin.read(&format!("/api/v1/rehearsals/{id}")).await;
        if now["state"] == "RUNNING" {
            server.kill9();
            if server.records().count(&format!("JOB WHERE JOB_ID = '{id}' AND STATE = 'RUNNING'")) == 1 {
                killed = Some(id);
                break;
            }
            server.restart().await;
        } else {
            settled(&admin).await;
        }
    }
    let id = killed.expect("a rehearsal killed in its midst");
    server.restart().await;
    let whole = admin.read(&format!("/api/v1/rehearsals/{id}")).await;
    assert_eq!(whole["state"], "FAILED", "{whole:#}");
    assert!(whole["error"].as_str().is_some_and(|error| error.contains("rehearse again")), "{whole:#}");
    assert!(steps(&whole).iter().all(|(_, state)| *state != "RUNNING"), "{whole:#}");
    let mut records = server.records();
    assert_eq!(records.count("CONSULTATION WHERE STATUS IN ('WAITING', 'TALKING', 'WRAP_UP')"), 0);
    assert_eq!(records.count("ROOM WHERE STATUS = 'OPEN'") + records.count("API_TOKEN"), 0);
    let again = begun(&admin).await;
    assert_eq!(rehearsed(&admin, &again).await["state"], "DONE");
    server.finish().await;
}

#[tokio::test]
async fn nobody_gets_in_with_a_guess_at_the_key() {
    let (server, admin) = opened(Office::new()).await;
    let id = begun(&admin).await;
    let url = format!("ws://{}/ws/desk?desk={id}&key=guess", server.address());
    let headers = [("sec-websocket-protocol", "anteroom.v1".to_owned())];
    let refused = crate::support::socket::handshake(&url, &headers).await.err();
    assert_eq!(refused, Some(403));
    let mut desk = Desk::at(&server).await;
    desk.request("TEST");
    desk.expect_error("UNKNOWN_LINE").await;
    rehearsed(&admin, &id).await;
    server.finish().await;
}
