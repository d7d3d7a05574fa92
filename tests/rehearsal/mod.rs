//! Trying things out: test data that counts nowhere, and a consultation the server plays with
//! itself.

mod data;
mod played;

use std::time::Duration;

use serde_json::Value;

use crate::support::people::text;
use crate::support::{Http, Office, Server, until, until_within};

/// A server with a real counsellor, and its admin.
async fn opened(office: Office) -> (Server, Http) {
    let server = office.demo().counsellor("kim").account("lee", "MANAGER", &[], 1).open().await;
    let admin = server.http().as_demo_admin().await;
    (server, admin)
}

/// What everybody is told who does not ask for test data; as it was sent.
async fn told(server: &Server, admin: &Http) -> Vec<String> {
    let kim = server.http().as_user("kim").await;
    let mut told = Vec::new();
    for path in ["/api/v1/office", "/api/v1/lines", "/api/v1/codes?group=TOPIC"] {
        told.push(server.http().ask(server.http().request(reqwest::Method::GET, path)).await.text);
    }
    for path in [
        "/api/v1/stats?by=line,counsellor,day",
        "/api/v1/stats?by=hour",
        "/api/v1/consultations",
        "/api/v1/consultations?q=%EC%95%88%EB%85%95",
        "/api/v1/consultations?status=DONE&limit=1",
        "/api/v1/rooms",
        "/api/v1/colleagues",
    ] {
        told.push(admin.ask(admin.request(reqwest::Method::GET, path)).await.text);
    }
    told.push(kim.ask(kim.request(reqwest::Method::GET, "/api/v1/stats/mine")).await.text);
    told.push(lines_now(admin).await.to_string());
    told
}

/// How the lines are doing. Their trend has one more value a minute, whatever happens: its sums are told
/// instead, and no mean of a minute that may not be over.
async fn lines_now(admin: &Http) -> Value {
    let mut lines = admin.read("/api/v1/lines/stats").await;
    for line in lines["items"].as_array_mut().expect("lines") {
        let trend = line["trend"].take();
        let sum = |name: &str| -> u64 { trend[name].as_array().expect(name).iter().filter_map(Value::as_u64).sum() };
        line["trend"] = ["waiting", "talking", "matched", "within_target", "missed"].map(sum).to_vec().into();
    }
    lines
}

/// Rows of every table but those that tell of it: the audit and the jobs.
fn tables(server: &Server) -> Vec<(&'static str, i64)> {
    let mut records = server.records();
    [
        "ACCOUNT",
        "ACCOUNT_LINE",
        "ACCOUNT_LINK",
        "API_TOKEN",
        "CANNED_REPLY",
        "COMMON_CODE",
        "CONSULTATION",
        "CONSULTATION_DUE",
        "CONSULTATION_EVENT",
        "CONSULTATION_TERMS",
        "DESK",
        "INSTALLATION",
        "LINE",
        "MAIL",
        "MEDIA",
        "MESSAGE",
        "MOVED_NUMBER",
        "POST",
        "RECOVERY_CODE",
        "ROOM",
        "ROOM_MEMBER",
        "STAT_HOUR",
        "WHISPER",
    ]
    .map(|table| (table, records.count(table)))
    .to_vec()
}

/// The counts, once nothing goes on any more.
async fn settled(admin: &Http) -> Value {
    until_within(Duration::from_secs(120), "test data is made or taken away", || async {
        let now = admin.read("/api/v1/test-data").await;
        (now["running"].is_null() && now["rehearsal"].is_null()).then_some(now)
    })
    .await
}

/// A rehearsal to its end.
async fn rehearsed(http: &Http, id: &str) -> Value {
    let path = format!("/api/v1/rehearsals/{id}");
    until("the rehearsal is over", || async {
        let now = http.read(&path).await;
        (now["state"] != "RUNNING").then_some(now)
    })
    .await
}

async fn begun(http: &Http) -> String {
    let answer = http.post("/api/v1/rehearsals", &serde_json::json!({})).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    text(&answer.json(), "id")
}
