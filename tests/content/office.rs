//! The office as a wall shows it: lines, waits, hours, numbers that are called.

use chrono::{DateTime, Datelike, FixedOffset, Utc};
use serde_json::{Value, json};

use super::{field, opened};
use crate::support::people::text;
use crate::support::{Counsellor, Desk, Http, Office, PATIENCE};

/// The line of this topic as everybody sees it.
fn line<'a>(office: &'a Value, topic: &str) -> &'a Value {
    let lines = office["lines"].as_array().expect("lines");
    lines.iter().find(|line| line["topic"] == *topic).unwrap_or_else(|| panic!("no {topic} in {office}"))
}

async fn edit_line(admin: &Http, topic: &str, mut edit: Value) {
    let lines = admin.read("/api/v1/lines?all=true").await;
    let found = lines["items"].as_array().and_then(|all| all.iter().find(|line| line["topic"] == *topic)).cloned();
    let found = found.unwrap_or_else(|| panic!("no line {topic}"));
    edit["version"] = found["version"].clone();
    let edited = admin.patch(&format!("/api/v1/lines/{}", text(&found, "id")), &edit).await;
    assert_eq!(edited.status, 200, "{}", edited.text);
}

#[tokio::test]
async fn everybody_sees_the_lines_as_they_change() {
    let (server, admin) = opened(Office::new()).await;
    let mut wall = server.http().follow("/api/v1/office/stream").await;
    let (first, office) = wall.next().await.expect("the office");
    assert_eq!((first.as_str(), &office["name"], &office["draining"]), ("office", &json!(null), &json!(false)));
    assert_eq!(office["time_zone"], "Asia/Seoul");
    let general = line(&office, "GENERAL");
    let fields: Vec<&str> = general.as_object().expect("a line").keys().map(String::as_str).collect();
    assert_eq!(fields, ["ahead_s", "language", "name", "name_en", "open", "opens_at", "topic", "waiting"]);
    assert_ne!(general["name_en"], general["name"]);
    assert_eq!((&general["open"], &general["waiting"], &general["opens_at"]), (&json!(true), &json!(0), &json!(null)));
    assert_eq!(general["ahead_s"], json!(null), "nobody is on duty");

    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    wall.expect("office", |office| line(office, "GENERAL")["waiting"] == 1).await;
    desk.send(json!({"type": "cancel"}));
    desk.expect("closed").await;
    let _kim = Counsellor::open_at(&server, "kim").await;
    let staffed = |office: &Value| {
        let general = line(office, "GENERAL");
        general["waiting"] == 0 && general["ahead_s"][0] == 0 && general["ahead_s"][1].as_u64() > Some(0)
    };
    let office = wall.expect("office", staffed).await;
    assert_eq!(server.http().read("/api/v1/office").await, office);
    edit_line(&admin, "GENERAL", json!({"name": "종합 상담"})).await;
    wall.expect("office", |office| line(office, "GENERAL")["name"] == "종합 상담").await;
    edit_line(&admin, "FINANCE", json!({"in_use": false})).await;
    wall.expect("office", |office| !office.to_string().contains("FINANCE")).await;
    server.finish().await;
}

#[tokio::test]
async fn a_closed_line_says_when_it_opens() {
    let (server, admin) = opened(Office::new()).await;
    let mut wall = server.http().follow("/api/v1/office/stream").await;
    // Seoul, as the server is by default: tomorrow from half past nine, so closed now.
    let seoul = FixedOffset::east_opt(9 * 3600).expect("nine hours");
    let tomorrow = Utc::now().with_timezone(&seoul).date_naive().succ_opt().expect("a day");
    let hours = json!({tomorrow.weekday().to_string(): [["09:30", "18:00"]]});
    edit_line(&admin, "GENERAL", json!({"hours": hours})).await;
    let office = wall.expect("office", |office| line(office, "GENERAL")["open"] == false).await;
    let opens_at: DateTime<Utc> = text(line(&office, "GENERAL"), "opens_at").parse().expect("a moment");
    let expected = tomorrow.and_hms_opt(9, 30, 0).expect("a time").and_local_timezone(seoul).unwrap();
    assert_eq!(opens_at, expected);
    edit_line(&admin, "GENERAL", json!({"hours": {}})).await;
    let never = |office: &Value| line(office, "GENERAL")["opens_at"].is_null();
    let office = wall.expect("office", never).await;
    assert_eq!(line(&office, "GENERAL")["open"], false);
    edit_line(&admin, "GENERAL", json!({"hours": null})).await;
    wall.expect("office", |office| line(office, "GENERAL")["open"] == true).await;
    server.finish().await;
}

#[tokio::test]
async fn a_number_is_called_without_a_name_and_later_viewers_hear_the_last_ten() {
    let key = "lobby-key";
    let id = crate::support::new_id();
    let (mut server, _) = opened(Office::new().desk(&id, key).sql("UPDATE DESK SET PLACE = '1층 로비'")).await;
    let mut wall = server.http().follow("/api/v1/office/stream").await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desk = Desk::registered(&server, &id, key).await;
    let client_id = crate::support::new_id();
    desk.send(json!({"type": "request", "client_id": client_id, "topic": "GENERAL", "nickname": "홍길동"}));
    desk.waits().await;
    kim.takes_next().await;
    desk.seated().await;
    let called = wall.expect("called", |_| true).await;
    let fields: Vec<&str> = called.as_object().expect("a call").keys().map(String::as_str).collect();
    assert_eq!(fields, ["at", "desk", "line", "line_name", "number"]);
    assert!(!called.to_string().contains("홍길동"));
    assert_eq!((&called["number"], &called["line"]), (&json!("A-001"), &json!("GENERAL")));
    assert_eq!(called["desk"], json!({"name": "lobby", "place": "1층 로비"}));
    desk.end();
    kim.expect("ended").await;
    drop(wall);

    let mut numbers = Vec::new();
    for _ in 0..10 {
        let mut desk = Desk::at(&server).await;
        desk.request("GENERAL");
        numbers.push(text(&desk.waits().await, "number"));
        kim.takes_next().await;
        desk.seated().await;
        desk.end();
        kim.expect("ended").await;
    }
    let mut late = server.http().follow("/api/v1/office/stream").await;
    assert_eq!(late.next().await.expect("the office").0, "office");
    let mut heard = Vec::new();
    while heard.len() < 10 {
        let called = late.expect("called", |_| true).await;
        assert_eq!(called["desk"], json!(null), "the public desk has no name");
        heard.push(text(&called, "number"));
    }
    assert_eq!(heard, numbers, "the last ten, in order");
    server.signal("TERM");
    late.expect("office", |office| office["draining"] == true).await;
    while late.next().await.is_some() {}
    assert!(server.ended(PATIENCE).await.success());
}

#[tokio::test]
async fn the_organisation_has_the_name_it_was_given() {
    let (mut server, admin) = opened(Office::new()).await;
    let mut wall = server.http().follow("/api/v1/office/stream").await;
    let named = admin.put("/api/v1/office", &json!({"name": " 한마음 상담센터 "})).await;
    assert_eq!((named.status, &named.json()["name"]), (200, &json!("한마음 상담센터")), "{}", named.text);
    wall.expect("office", |office| office["name"] == "한마음 상담센터").await;
    for (body, status) in [
        (json!({"name": " "}), 422),
        (json!({"name": "가".repeat(61)}), 422),
        (json!({"name": null}), 400),
        (json!({}), 400),
    ] {
        let refused = admin.put("/api/v1/office", &body).await;
        assert_eq!((refused.status, field(&refused).as_str()), (status, "name"), "{body}");
    }
    let mina = server.http().as_user("mina").await;
    mina.put("/api/v1/office", &json!({"name": "x"})).await.is_problem(403, "NOT_ALLOWED");
    assert_eq!(server.records().count("AUDIT WHERE ACTION = 'OFFICE_RENAMED'"), 1);
    assert_eq!(admin.put("/api/v1/office", &json!({"name": "가".repeat(60)})).await.status, 200);
    server.restart().await;
    assert_eq!(server.http().read("/api/v1/office").await["name"], "가".repeat(60));
    server.finish().await;
}

#[tokio::test]
async fn only_so_many_of_one_address_may_watch() {
    let (server, _) = opened(Office::new().option("--sockets-per-address-max", "2")).await;
    let http = server.http();
    let first = http.follow("/api/v1/office/stream").await;
    let _second = http.follow("/api/v1/office/stream").await;
    let third = http.get("/api/v1/office/stream").await.expect("an answer");
    assert_eq!(third.is_problem(503, "TOO_MANY_VIEWERS")["status"], 503);
    drop(first);
    crate::support::until("a place is not free again", || async {
        let answer = http.begin(http.request(reqwest::Method::GET, "/api/v1/office/stream")).await;
        (answer.status == 200).then_some(())
    })
    .await;
    server.finish().await;
}

#[tokio::test]
async fn who_is_logged_in_is_told_the_offices_zone() {
    let (server, _) = opened(Office::new().option("--time-zone", "Europe/Paris")).await;
    let kim = server.http().as_user("kim").await;
    assert_eq!(kim.read("/api/v1/session").await["time_zone"], "Europe/Paris");
    assert_eq!(server.http().read("/api/v1/office").await["time_zone"], "Europe/Paris");
    server.finish().await;
}
