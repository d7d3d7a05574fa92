//! What staff say among themselves: on file before it is heard, and never for the desk.

use serde_json::{Value, json};

use super::{every_byte, numbers, office, watched};
use crate::support::supervisor::whisper;
use crate::support::{Server, Supervisor};

const SECRET: &str = "ask for the order number";

async fn whispers_in_timeline(server: &Server, session: &str, ticket: &str) -> Vec<Value> {
    let record = server.http().with_bearer(session).read(&format!("/api/v1/consultations/{ticket}")).await;
    let moments = record["timeline"].as_array().expect("a timeline").iter();
    moments.filter(|moment| moment["kind"] == "WHISPER").cloned().collect()
}

#[tokio::test]
async fn a_whisper_reaches_the_counsellor_and_the_other_supervisors_and_never_the_desk() {
    let server = office().account("chief", "MANAGER", &[], 1).open().await;
    let (mut desk, mut kim, mut boss) = watched(&server).await;
    let mut chief = Supervisor::at(&server, "chief", &desk.room).await;
    desk.said("good day").await;
    let receipt = boss.whispered(SECRET).await;
    for hearer in [&mut *kim, &mut *chief] {
        let heard = hearer.expect("whisper").await;
        assert_eq!((&heard["id"], &heard["client_id"]), (&receipt["id"], &receipt["client_id"]));
        assert_eq!(heard["from"], json!({"name": "boss", "role": "MANAGER"}));
        assert_eq!((&heard["body"], &heard["mine"], &heard["at"]), (&json!(SECRET), &json!(false), &receipt["at"]));
    }
    let asked = whisper(&kim, &kim.room, "may I give a discount?");
    kim.expect_where("whispered", |receipt| receipt["client_id"] == *asked).await;
    for hearer in [&mut *boss, &mut *chief] {
        let heard = hearer.expect("whisper").await;
        assert_eq!(heard["from"], json!({"name": "kim", "role": "COUNSELLOR"}));
    }
    // Nobody can tell from the numbers that something was said.
    assert_eq!(kim.said("good day to you").await, 2);
    desk.expect("message").await;
    desk.said("thank you").await;
    boss.expect_where("message", |message| message["seq"] == 3).await;
    assert_eq!(numbers(&boss), [1, 2, 3]);
    desk.end();
    desk.expect("ended").await;
    let told = every_byte(&desk);
    assert!(!told.contains("whisper") && !told.contains(SECRET) && !told.contains("boss"), "{told}");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_whisper_said_twice_is_one_whisper_and_a_key_is_for_one_only() {
    let server = office().open().await;
    let (_desk, mut kim, mut boss) = watched(&server).await;
    let first = boss.whispered(SECRET).await;
    let again = json!({"type": "whisper", "room": boss.room, "client_id": first["client_id"], "body": SECRET});
    boss.send(again.clone());
    assert_eq!(boss.expect("whispered").await, first);
    // Also when the receipt went down with the socket.
    boss.come_back(&server).await;
    boss.send(again);
    assert_eq!(boss.expect("whispered").await["id"], first["id"]);
    boss.send(json!({"type": "whisper", "room": boss.room, "client_id": first["client_id"], "body": "other"}));
    assert_eq!(boss.expect_error("CLIENT_ID_REUSED").await["re"], first["client_id"]);
    kim.expect("whisper").await;
    kim.decided().await;
    assert!(!kim.has("whisper"), "once");
    assert_eq!(server.records().count("WHISPER"), 1);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn whispers_survive_the_death_of_the_server_and_come_back_with_who_comes_back() {
    let mut server = office().open().await;
    let (mut desk, mut kim, mut boss) = watched(&server).await;
    let receipt = boss.whispered(SECRET).await;
    kim.expect("whisper").await;
    server.kill9();
    server.restart().await;
    let state = kim.come_back(&server).await;
    assert_eq!(state["rooms"][0]["room"], *kim.room);
    let heard = kim.expect("whisper").await;
    assert_eq!((&heard["id"], &heard["mine"]), (&receipt["id"], &json!(false)));
    boss.come_back(&server).await;
    let heard = boss.expect("whisper").await;
    assert_eq!((&heard["id"], &heard["body"]), (&receipt["id"], &json!(SECRET)));
    boss.send(json!({"type": "whisper", "room": boss.room, "client_id": new_key(), "body": "again here"}));
    assert_eq!(kim.expect_where("whisper", |heard| heard["body"] == "again here").await["mine"], false);
    desk.vanish();
    desk.come_back(&server, Some(0)).await;
    desk.seated().await;
    desk.said("I am back").await;
    assert!(!every_byte(&desk).contains("whisper"));
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn whispers_stand_in_the_timeline_for_staff_and_in_no_message_list_search_or_record_of_others() {
    let server = office().rules("WRAP_UP_S = 0").account("other", "MANAGER", &["GENERAL"], 1).open().await;
    let (mut desk, mut kim, mut boss) = watched(&server).await;
    desk.said("good day").await;
    boss.whispered(SECRET).await;
    kim.expect("whisper").await;
    desk.end();
    kim.expect("ended").await;
    let other = server.http().log_in("other", crate::support::office::PASSWORD).await;
    for session in [&kim.session, &other] {
        let whispers = whispers_in_timeline(&server, session, &desk.ticket).await;
        assert_eq!(whispers.len(), 1);
        assert_eq!((&whispers[0]["by_name"], &whispers[0]["detail"]["body"]), (&json!("boss"), &json!(SECRET)));
    }
    let http = server.http().with_bearer(&other);
    let messages = http.read(&format!("/api/v1/rooms/{}/messages", desk.room)).await;
    assert!(!messages.to_string().contains(SECRET), "{messages}");
    let found = http.read("/api/v1/consultations?q=order%20number").await;
    assert_eq!(found["items"], json!([]), "a search does not find what was whispered");
    assert_eq!(server.records().count("MESSAGE"), 1);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn whispers_count_as_messages_do_and_are_bounded_like_them() {
    let server = office().option("--messages-per-10s-max", "5").open().await;
    let (mut desk, _kim, mut boss) = watched(&server).await;
    for (body, named) in [(json!(" "), "body"), (json!("x".repeat(2_001)), "at most 2000"), (json!(7), "body")] {
        boss.send(json!({"type": "whisper", "room": boss.room, "client_id": new_key(), "body": body}));
        let error = boss.expect_error("BAD_FRAME").await;
        assert!(error["detail"].as_str().is_some_and(|detail| detail.contains(named)), "{error}");
    }
    desk.send(json!({"type": "whisper", "room": desk.room, "client_id": new_key(), "body": "psst"}));
    desk.expect_error("NOT_ALLOWED").await;
    for n in 0..6 {
        boss.whisper(&format!("{n}"));
    }
    boss.expect_close(4009).await;
    assert_eq!(server.records().count("WHISPER"), 5);
    server.check().await;
    server.finish().await;
}

fn new_key() -> String {
    crate::support::new_id()
}
