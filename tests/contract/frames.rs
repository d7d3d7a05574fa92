//! The exact fields of every frame, and the order in which a visit hears them.

use serde_json::{Value, json};

use crate::support::people::{talking, text};
use crate::support::{Counsellor, Desk, Office, new_id};

/// The frame has these fields, all of them and no other.
#[track_caller]
fn has_fields(frame: &Value, fields: &[&str]) {
    let mut found: Vec<&str> =
        frame.as_object().map(|map| map.keys().map(String::as_str).collect()).unwrap_or_default();
    let mut expected = fields.to_vec();
    expected.extend(frame.get("type").map(|_| "type"));
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected, "{frame}");
}

#[track_caller]
fn is_id(frame: &Value, field: &str) {
    let id = text(frame, field);
    assert!(uuid::Uuid::parse_str(&id).is_ok_and(|id| id.get_version_num() == 7), "`{field}` in {frame}");
}

/// `2026-11-21T05:46:06.346Z`
#[track_caller]
fn is_moment(frame: &Value, field: &str) {
    let moment = text(frame, field);
    assert!(moment.len() == 24 && moment.ends_with('Z'), "`{field}` in {frame}");
    assert!(moment.parse::<chrono::DateTime<chrono::Utc>>().is_ok(), "`{field}` in {frame}");
}

#[tokio::test]
async fn a_whole_visit_in_the_fields_of_the_contract() {
    let server = Office::new().option("--heartbeat-s", "7").counsellor("kim").open().await;
    let mut desk = Desk::at(&server).await;
    let welcome = desk.all("welcome").remove(0);
    has_fields(&welcome, &["session", "heartbeat_s", "node", "lines"]);
    is_id(&welcome, "session");
    assert_eq!(welcome["heartbeat_s"], 7);
    let line = json!({"topic": "GENERAL", "language": "ko", "name": "일반 상담", "name_en": "General", "open": true});
    assert_eq!(welcome["lines"], json!([line]));

    let asked = json!({"type": "request", "client_id": new_id(), "topic": "GENERAL", "language": "ko",
        "nickname": "민지", "note": "first time"});
    desk.send(asked);
    let waiting = desk.waits().await;
    has_fields(&waiting, &["ticket", "number", "line", "requested_at", "ahead", "eta_s", "resume"]);
    is_id(&waiting, "ticket");
    is_moment(&waiting, "requested_at");
    assert_eq!(
        (&waiting["number"], &waiting["line"], &waiting["ahead"]),
        (&json!("A-001"), &json!("GENERAL"), &json!(0))
    );

    let mut kim = Counsellor::open_at(&server, "kim").await;
    let welcome = kim.all("welcome").remove(0);
    has_fields(&welcome, &["session", "heartbeat_s", "node"]);
    let state = kim.all("state").remove(0);
    has_fields(&state, &["intent", "activity", "capacity", "lines", "rooms"]);
    assert_eq!((&state["intent"], &state["activity"], &state["rooms"]), (&json!("PAUSED"), &json!("IDLE"), &json!([])));
    has_fields(&state["lines"][0], &["topic", "language", "name", "name_en", "open"]);

    let offer = kim.rung().await;
    let fields = ["offer", "ticket", "number", "line", "nickname", "note", "waited_s", "accept_within_s"];
    has_fields(&offer, &fields);
    is_id(&offer, "offer");
    assert_eq!((&offer["nickname"], &offer["note"]), (&json!("민지"), &json!("first time")));
    assert_eq!((&offer["accept_within_s"], &offer["ticket"]), (&json!(20), &waiting["ticket"]));

    kim.accept(&offer);
    let (theirs, ours) = (desk.seated().await, kim.seated().await);
    has_fields(&theirs, &["room", "consultation", "ticket", "you", "members", "last_seq", "resume"]);
    has_fields(&ours, &["room", "consultation", "ticket", "you", "members", "last_seq"]);
    assert_eq!(theirs["room"], ours["room"]);
    assert_ne!(theirs["you"], ours["you"]);
    for matched in [&theirs, &ours] {
        for id in ["room", "consultation", "ticket", "you"] {
            is_id(matched, id);
        }
        let members = matched["members"].as_array().cloned().unwrap_or_default();
        let member = |role: &str| members.iter().find(|member| member["role"] == *role).cloned().unwrap_or_default();
        for (role, name, you) in [("DESK", "민지", &theirs), ("COUNSELLOR", "kim", &ours)] {
            let member = member(role);
            let mut bare = member.clone();
            if let Some(fields) = bare.as_object_mut() {
                fields.remove("picture");
            }
            let expected = json!({"member": you["you"], "role": role, "name": name, "state": "JOINED"});
            assert_eq!(bare, expected, "{matched}");
        }
    }

    desk.say("안녕하세요");
    let accepted = desk.expect("accepted").await;
    has_fields(&accepted, &["room", "client_id", "seq", "id", "at"]);
    is_moment(&accepted, "at");
    let message = kim.expect("message").await;
    has_fields(&message, &["room", "seq", "id", "client_id", "from", "kind", "body", "at"]);
    assert_eq!((&message["kind"], &message["body"]), (&json!("TEXT"), &json!("안녕하세요")));
    for field in ["room", "seq", "id", "client_id", "at"] {
        assert_eq!(message[field], accepted[field], "{field}");
    }

    kim.send(json!({"type": "typing", "room": kim.room, "on": true}));
    has_fields(&desk.expect("typing").await, &["room", "from", "on"]);
    kim.send(json!({"type": "seen", "room": kim.room, "seq": 1}));
    has_fields(&desk.expect("seen").await, &["room", "from", "seq"]);
    kim.vanish();
    let away = desk.expect("member").await;
    has_fields(&away, &["room", "member", "role", "name", "state"]);
    let state = kim.come_back(&server).await;
    has_fields(&state["rooms"][0], &["room", "you", "last_seq", "members", "number", "line", "wrap_up"]);

    desk.end();
    has_fields(&kim.expect("ended").await, &["room", "reason", "by"]);
    let queue = kim.expect("queue").await;
    has_fields(&queue["lines"][0], &["line", "language", "waiting", "longest_s", "open", "talking"]);
    kim.send(json!({"type": "accept", "offer": offer["offer"]}));
    let error = kim.expect("error").await;
    has_fields(&error, &["code", "detail", "re"]);
    assert_eq!(error["re"], offer["offer"]);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn text_is_kept_in_nfc() {
    let server = Office::new().counsellor("kim").open().await;
    let (desk, mut kim) = talking(&server, "kim").await;
    desk.say("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}");
    assert_eq!(kim.expect("message").await["body"], "한글");
    server.finish().await;
}

#[tokio::test]
async fn what_cannot_be_seen_is_no_message_and_no_name() {
    let server = Office::new().counsellor("kim").open().await;
    for nickname in ["\u{3164}", "\u{200B}\u{2060}", "Kim\u{202E}nimda", "Kim\nLee", "Kim\u{85}Lee"] {
        let mut desk = Desk::at(&server).await;
        desk.send(json!({"type": "request", "client_id": "1", "topic": "GENERAL", "nickname": nickname}));
        let error = desk.expect("error").await;
        assert_eq!((&error["code"], &error["re"]), (&json!("BAD_FRAME"), &json!("1")), "{nickname:?}: {error}");
    }
    let (mut desk, mut kim) = talking(&server, "kim").await;
    for body in ["\u{3164}", "\u{FFA0}", "\u{200B}", "\u{2060}\n\u{AD}", "\u{E0041}", "\u{FE0F}"] {
        desk.say(body);
        assert_eq!(desk.expect("error").await["code"], "BAD_FRAME", "{body:?}");
    }
    for (body, kept) in [
        ("👩\u{200D}👩\u{200D}👧 1\u{FE0F}\u{20E3}", "👩\u{200D}👩\u{200D}👧 1\u{FE0F}\u{20E3}"),
        ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ("a\u{200B}b\u{202E}c", "abc"),
        ("one\u{2028}two", "one\ntwo"),
    ] {
        desk.say(body);
        assert_eq!(kim.expect("message").await["body"], kept);
    }
    server.finish().await;
}

/// What browsers make of any message a page lets pass fits a frame: 2,000 of the widest characters,
/// and 2,000 of those that JSON writes with a backslash.
#[tokio::test]
async fn the_longest_message_fits_a_frame() {
    let server = Office::new().counsellor("kim").open().await;
    let (desk, mut kim) = talking(&server, "kim").await;
    for letter in ["𠀀", "\"", "\\", "가", "\n."] {
        let body: String = letter.chars().cycle().take(2_000).collect();
        desk.say(&body);
        assert_eq!(kim.expect("message").await["body"], body.as_str(), "{letter:?}");
    }
    server.finish().await;
}

#[tokio::test]
async fn the_numbers_of_the_day_count_up() {
    let server = Office::new().line("TAX").open().await;
    for expected in ["A-001", "A-002", "A-003"] {
        let mut desk = Desk::at(&server).await;
        desk.request("GENERAL");
        assert_eq!(desk.waits().await["number"], *expected);
    }
    let mut desk = Desk::at(&server).await;
    desk.request("TAX");
    assert_eq!(desk.waits().await["number"], "T-001");
    server.finish().await;
}
