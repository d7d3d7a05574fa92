//! Who may come into a room, and who does not even learn that there is one.

use serde_json::json;

use super::{office, watched};
use crate::support::office::PASSWORD;
use crate::support::people::talking;
use crate::support::{Office, Server, Supervisor, new_id};

async fn refused(server: &Server, login: &str, room: &str) -> Option<u16> {
    let session = server.http().log_in(login, PASSWORD).await;
    Supervisor::refused(server, &session, room).await
}

#[tokio::test]
async fn a_room_is_not_there_for_whom_it_does_not_concern() {
    let office: Office = office().line("FINANCE").account("money", "MANAGER", &["FINANCE"], 1);
    let server = office.counsellor("lee").open().await;
    let (desk, kim) = talking(&server, "kim").await;
    assert_eq!(refused(&server, "money", &desk.room).await, Some(404), "a manager of other lines");
    assert_eq!(refused(&server, "lee", &desk.room).await, Some(404), "a counsellor who is not in it");
    assert_eq!(refused(&server, "boss", &new_id()).await, Some(404), "no such room");
    assert_eq!(refused(&server, "boss", "nonsense").await, Some(400));
    assert_eq!(Supervisor::refused(&server, &kim.session, &desk.room).await, Some(409), "their own room");
    assert_eq!(Supervisor::refused(&server, "nobody", &desk.room).await, Some(401));
    assert_eq!(server.records().count("ROOM_MEMBER WHERE ROLE = 'MANAGER'"), 0);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_room_that_is_over_has_no_door() {
    let server = office().open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.end();
    desk.expect("ended").await;
    kim.expect_where("state", |state| state["activity"] == "IDLE").await;
    assert_eq!(refused(&server, "boss", &desk.room).await, Some(409));
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_socket_of_a_room_takes_the_frames_of_that_room_and_no_others() {
    let server = office().open().await;
    let (desk, _kim, mut boss) = watched(&server).await;
    for frame in [
        json!({"type": "open"}),
        json!({"type": "pause"}),
        json!({"type": "accept", "offer": new_id()}),
        json!({"type": "decline", "offer": new_id()}),
        json!({"type": "transfer", "room": boss.room, "line": "GENERAL"}),
        json!({"type": "cancel_transfer", "room": boss.room}),
        json!({"type": "wrap_up", "room": boss.room, "result_code": "RESOLVED"}),
        json!({"type": "request", "client_id": new_id(), "topic": "GENERAL"}),
        json!({"type": "cancel"}),
        json!({"type": "rate", "room": boss.room, "score": 1}),
        json!({"type": "resume", "token": desk.token}),
    ] {
        boss.send(frame);
        boss.expect_error("NOT_ALLOWED").await;
    }
    for frame in [
        json!({"type": "whisper", "room": new_id(), "client_id": "a", "body": "x"}),
        json!({"type": "leave", "room": new_id()}),
        json!({"type": "replay", "room": new_id(), "after": 0}),
    ] {
        boss.send(frame);
        boss.expect_error("NO_SUCH_ROOM").await;
    }
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn desks_and_counsellors_do_not_join_and_leave() {
    let server = office().open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    for frame in [json!({"type": "join", "room": desk.room}), json!({"type": "leave", "room": desk.room})] {
        desk.send(frame.clone());
        desk.expect_error("NOT_ALLOWED").await;
        kim.send(frame);
        kim.expect_error("NOT_ALLOWED").await;
    }
    kim.send(json!({"type": "whisper", "room": new_id(), "client_id": "a", "body": "x"}));
    kim.expect_error("NO_SUCH_ROOM").await;
    server.check().await;
    server.finish().await;
}
