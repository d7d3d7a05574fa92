//! Staff open rooms, share, edit and end them.

use serde_json::json;

use super::{invitation, link_of, office, opened_by};
use crate::support::new_id;
use crate::support::people::talking;

#[tokio::test]
async fn a_room_is_there_for_all_staff_with_its_link() {
    let server = office().open().await;
    let kim = server.http().as_user("kim").await;
    let wish = json!({"title": " 저녁 모임 ", "info": "함께 이야기해요", "language": "en"});
    let made = kim.post("/api/v1/rooms", &wish).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!(
        (&made["kind"], &made["title"], &made["status"]),
        (&json!("GROUP"), &json!("저녁 모임"), &json!("OPEN"))
    );
    assert_eq!((&made["info"], &made["picture"], &made["language"]), (&wish["info"], &json!(null), &json!("en")));
    assert_eq!((&made["creator"]["name"], &made["members"], &made["last_seq"]), (&json!("kim"), &json!(0), &json!(0)));
    assert!(made["qr"].as_str().is_some_and(|qr| qr.contains("<svg")));
    let (room, key) = link_of(&made);
    assert_eq!(made["link"], *format!("{}/room#{room}.{key}", server.url("")));

    let lee = server.http().as_user("lee").await;
    let listed = lee.read("/api/v1/rooms?kind=GROUP").await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    for field in ["id", "kind", "title", "info", "picture", "creator", "opened_at", "members", "last_seq", "link"] {
        assert_eq!(listed["items"][0][field], made[field], "{field}");
    }
    assert_eq!(lee.read("/api/v1/rooms").await["items"], json!([]), "the list of one's own rooms is as it was");
    assert_eq!(lee.read(&format!("/api/v1/rooms/{room}")).await, made);
    assert_eq!(lee.read(&format!("/api/v1/rooms/{room}/members")).await["items"], json!([]));
    assert_eq!(lee.read(&format!("/api/v1/rooms/{room}/messages")).await["items"], json!([]));
    server.finish().await;
}

#[tokio::test]
async fn what_is_out_of_bounds_is_named() {
    let server = office().open().await;
    let kim = server.http().as_user("kim").await;
    for (wish, status, field) in [
        (json!({}), 400, "title"),
        (json!({"title": "a", "colour": 1}), 400, "colour"),
        (json!({"title": "  "}), 422, "title"),
        (json!({"title": "가".repeat(61)}), 422, "title"),
        (json!({"title": "a", "info": "b".repeat(501)}), 422, "info"),
        (json!({"title": "a", "picture": new_id()}), 422, "picture"),
        (json!({"title": "a", "picture": "https://example.org/a.png"}), 422, "picture"),
        (json!({"title": "a", "language": "xx"}), 422, "language"),
    ] {
        let refused = kim.post("/api/v1/rooms", &wish).await;
        assert_eq!(refused.status, status, "{wish}: {}", refused.text);
        assert_eq!(refused.json()["errors"][0]["field"], *field, "{wish}: {}", refused.text);
    }
    let longest = json!({"title": "가".repeat(60), "info": "나".repeat(500)});
    assert_eq!(kim.post("/api/v1/rooms", &longest).await.status, 201);
    let listed = kim.get("/api/v1/rooms?kind=CONSULTATION").await.unwrap();
    assert_eq!(listed.is_problem(422, "OUT_OF_BOUNDS")["errors"][0]["field"], "kind");
    assert_eq!(server.records().count("ROOM"), 1, "nothing was left behind");
    server.finish().await;
}

#[tokio::test]
async fn who_opened_it_and_managers_edit_it_and_nobody_else() {
    let server = office().open().await;
    let [kim, lee, boss] =
        [server.http().as_user("kim").await, server.http().as_user("lee").await, server.http().as_user("boss").await];
    let path = format!("/api/v1/rooms/{}", opened_by(&server, "kim").await["id"].as_str().unwrap());
    lee.patch(&path, &json!({"title": "mine"})).await.is_problem(403, "NOT_ALLOWED");
    let edited = kim.patch(&path, &json!({"info": "new"})).await.json();
    assert_eq!((&edited["title"], &edited["info"]), (&json!("Evening"), &json!("new")));
    let edited = boss.patch(&path, &json!({"title": "Morning", "info": null})).await.json();
    assert_eq!((&edited["title"], &edited["info"]), (&json!("Morning"), &json!(null)));
    kim.patch(&path, &json!({"title": ""})).await.is_problem(422, "OUT_OF_BOUNDS");
    kim.patch(&format!("/api/v1/rooms/{}", new_id()), &json!({"title": "a"})).await.is_problem(404, "NOT_FOUND");
    server.finish().await;
}

#[tokio::test]
async fn a_link_opens_its_own_room_until_that_is_over() {
    let server = office().open().await;
    let (anybody, kim) = (server.http(), server.http().as_user("kim").await);
    let (room, key) = link_of(&opened_by(&server, "kim").await);
    let (other, other_key) = link_of(&opened_by(&server, "lee").await);
    let door = invitation(&anybody, &room, &key).await;
    assert_eq!(door.status, 200, "{}", door.text);
    let door = door.json();
    assert_eq!((&door["title"], &door["members"], &door["full"]), (&json!("Evening"), &json!(0), &json!(false)));
    assert_eq!(door.get("link"), None, "a guest is not handed what staff see");
    for (room, key) in [(&room, &other_key), (&room, &String::new()), (&room, &"x".repeat(43)), (&new_id(), &key)] {
        invitation(&anybody, room, key).await.is_problem(404, "NOT_FOUND");
    }
    let path = format!("/api/v1/rooms/{room}");
    let lee = server.http().as_user("lee").await;
    lee.delete(&path).await.is_problem(403, "NOT_ALLOWED");
    assert_eq!(kim.delete(&path).await.status, 204);
    kim.delete(&path).await.is_problem(409, "ROOM_ENDED");
    kim.patch(&path, &json!({"title": "a"})).await.is_problem(409, "ROOM_ENDED");
    invitation(&anybody, &room, &key).await.is_problem(404, "NOT_FOUND");
    assert_eq!(invitation(&anybody, &other, &other_key).await.status, 200);
    let ended = lee.read(&path).await;
    assert_eq!((&ended["status"], &ended["end_reason"], ended.get("link")), (&json!("ENDED"), &json!("DONE"), None));
    let left: Vec<_> = lee.read("/api/v1/rooms?kind=GROUP").await["items"].as_array().unwrap().clone();
    assert_eq!(left.iter().map(|room| &room["id"]).collect::<Vec<_>>(), [&json!(other)]);
    let boss = server.http().as_user("boss").await;
    assert_eq!(boss.delete(&format!("/api/v1/rooms/{other}")).await.status, 204, "a manager ends any");
    server.finish().await;
}

#[tokio::test]
async fn the_talks_of_others_stay_as_they_are() {
    let server = office().open().await;
    let (mut desk, kim) = talking(&server, "kim").await;
    let mine = server.http().with_bearer(&kim.session);
    let path = format!("/api/v1/rooms/{}", desk.room);
    mine.delete(&path).await.is_problem(403, "NOT_ALLOWED");
    server.http().as_user("lee").await.delete(&path).await.is_problem(404, "NOT_FOUND");
    mine.patch(&path, &json!({"title": "a"})).await.is_problem(404, "NOT_FOUND");
    for field in ["link", "info", "members", "creator", "qr"] {
        assert_eq!(mine.read(&path).await.get(field), None, "{field}");
    }
    assert_eq!(server.http().as_user("boss").await.delete(&path).await.status, 204);
    assert_eq!(desk.expect("ended").await["reason"], "ADMIN");
    server.check().await;
    server.finish().await;
}
