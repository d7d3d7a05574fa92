//! Desks, lines and codes as staff run them, and what live sockets hear of it.

mod codes;
mod enrolment;
mod keys;
mod lines;
mod live;
mod registered;

use serde_json::{Value, json};

use crate::support::http::Answer;
use crate::support::people::text;
use crate::support::{Http, Office, Server};

/// A server with the demo's admin, a manager and a counsellor of `GENERAL`.
async fn office(rules: &str) -> (Server, Http) {
    let office = Office::new().demo().rules(rules).account("mina", "MANAGER", &[], 1);
    let server = office.counsellor("kim").open().await;
    let admin = server.http().as_demo_admin().await;
    (server, admin)
}

/// A desk of this name: its id and its key.
async fn register(staff: &Http, name: &str) -> (String, String) {
    let made = staff.post("/api/v1/desks", &json!({"name": name})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    (text(&made.json(), "id"), text(&made.json(), "key"))
}

/// The line of this topic with its settings.
async fn line(staff: &Http, topic: &str) -> Value {
    let lines = staff.read("/api/v1/lines?all=true").await;
    let found = lines["items"].as_array().into_iter().flatten().find(|line| line["topic"] == *topic);
    found.cloned().unwrap_or_else(|| panic!("no line {topic} in {lines}"))
}

/// Edits the line of this topic as it stands.
async fn edit_line(staff: &Http, topic: &str, mut edit: Value) -> Answer {
    let line = line(staff, topic).await;
    edit["version"] = line["version"].clone();
    staff.patch(&format!("/api/v1/lines/{}", text(&line, "id")), &edit).await
}

/// The field a refusal names.
#[track_caller]
fn field(answer: &Answer) -> String {
    answer.json()["errors"][0]["field"].as_str().unwrap_or_else(|| panic!("no field in {}", answer.text)).to_owned()
}
