//! The live room list shows each what is theirs, as it changes hands.

use serde_json::json;

use super::{change, line};
use crate::support::people::text;
use crate::support::{Desk, Office};

#[tokio::test]
async fn the_room_list_follows_the_lines_of_who_looks() {
    let office = Office::new().demo().line("TAX").account("general", "MANAGER", &["GENERAL"], 1);
    let office = office.account("tax", "MANAGER", &["TAX"], 1).counsellor("kim").counsellor_of("lee", &["TAX"], 1);
    let server = office.open().await;
    let (general, tax) = (server.http().as_user("general").await, server.http().as_user("tax").await);
    let admin = server.http().as_demo_admin().await;
    let mut theirs = general.follow("/api/v1/rooms/stream").await;
    let mut others = tax.follow("/api/v1/rooms/stream").await;
    for events in [&mut theirs, &mut others] {
        events.expect("snapshot", |_| true).await;
    }
    let desk = Desk::waiting_for(&server, "GENERAL").await;
    let put = |ticket: &str| {
        let ticket = ticket.to_owned();
        move |change: &serde_json::Value| change["op"] == "put" && change["id"] == *ticket
    };
    theirs.expect("ticket", put(&desk.ticket)).await;

    // What is sent to another line is gone for the one manager and new for the other, who has heard
    // nothing of it before.
    let moved = general
        .post(&format!("/api/v1/tickets/{}/line", desk.ticket), &json!({"topic": "TAX", "reason": "money"}))
        .await;
    assert_eq!(moved.status, 204, "{}", moved.text);
    theirs.expect("ticket", |change| change["op"] == "drop" && change["id"] == *desk.ticket).await;
    let (name, first) = others.next().await.expect("an event");
    assert!(name == "ticket" && put(&desk.ticket)(&first), "the first they hear: {name} {first}");

    // Other lines: the stream ends, and the next one begins with what is theirs now.
    let tax_line = text(&line(&admin, "TAX").await, "id");
    change(&admin, "general", json!({"lines": [{"line": tax_line}]})).await;
    while theirs.next().await.is_some() {}
    let snapshot = general.follow("/api/v1/rooms/stream").await.expect("snapshot", |_| true).await;
    assert_eq!(snapshot["tickets"][0]["ticket"], *desk.ticket, "{snapshot}");
    change(&admin, "tax", json!({"lines": []})).await;
    while others.next().await.is_some() {}
    let snapshot = tax.follow("/api/v1/rooms/stream").await.expect("snapshot", |_| true).await;
    assert_eq!(snapshot["tickets"], json!([]), "{snapshot}");
    server.finish().await;
}
