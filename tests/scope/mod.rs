//! Whose a thing is: what is missing is never taken for everything, and every row of the access
//! table is asked for what is there by people whose it is not.

mod none;
mod stream;
mod table;

use serde_json::{Value, json};

use crate::support::people::text;
use crate::support::{Http, until};

/// The line of this topic.
async fn line(admin: &Http, topic: &str) -> Value {
    let lines = admin.read("/api/v1/lines?all=true").await;
    let found = lines["items"].as_array().into_iter().flatten().find(|line| line["topic"] == *topic);
    found.cloned().unwrap_or_else(|| panic!("no line {topic} in {lines}"))
}

/// Takes a line away, with everybody's serving of it.
async fn delete_line(admin: &Http, topic: &str) {
    let line = line(admin, topic).await;
    let answer = admin.delete_with(&format!("/api/v1/lines/{}", text(&line, "id")), &json!({})).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// The account with this login.
async fn account(admin: &Http, login: &str) -> Value {
    let found = admin.read(&format!("/api/v1/accounts?q={login}")).await;
    let found = found["items"].as_array().into_iter().flatten().find(|one| one["login"] == *login);
    found.cloned().unwrap_or_else(|| panic!("no account {login}"))
}

/// Changes the account from the version on file.
async fn change(admin: &Http, login: &str, mut change: Value) -> Value {
    let account = account(admin, login).await;
    change["version"] = account["version"].clone();
    let answer = admin.patch(&format!("/api/v1/accounts/{}", text(&account, "id")), &change).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// An export, once it is over: its job.
async fn exported(who: &Http, wish: &Value) -> Value {
    let asked = who.post("/api/v1/consultations/export", wish).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let path = format!("/api/v1/jobs/{}", text(&asked.json()["job"], "id"));
    until("the export is over", || async { Some(who.read(&path).await).filter(|job| job["state"] == "DONE") }).await
}

fn items(page: &Value) -> &Vec<Value> {
    page["items"].as_array().unwrap_or_else(|| panic!("no items in {page}"))
}
