//! What happened in a group room, for staff to read when it is over, too.

use serde_json::{Value, json};

use super::{link_of, office, opened_by};
use crate::support::people::talking;

async fn told(http: &crate::support::Http, room: &str, limit: u32) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = http.read(&format!("/api/v1/rooms/{room}/timeline?limit={limit}{after}")).await;
        all.extend(page["items"].as_array().cloned().unwrap_or_default());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn who_came_and_went_and_what_was_said_is_read_and_the_reading_is_audited() {
    let server = office().admin().open().await;
    let made = opened_by(&server, "kim").await;
    let (room, _) = link_of(&made);
    let mut kim = crate::support::Supervisor::at(&server, "kim", &room).await;
    let mut lee = crate::support::Supervisor::at(&server, "lee", &room).await;
    kim.said("안녕하세요").await;
    lee.said("반갑습니다").await;
    lee.send(json!({"type": "leave", "room": room}));
    kim.expect_where("member", |member| member["state"] == "LEFT").await;
    kim.send(json!({"type": "end", "room": room, "reason": "끝"}));
    kim.expect("ended").await;

    let boss = server.http().as_user("boss").await;
    let all = told(&boss, &room, 200).await;
    let seen: Vec<(&str, &str)> = all
        .iter()
        .map(|moment| (moment["kind"].as_str().unwrap_or_default(), moment["by_name"].as_str().unwrap_or_default()))
        .collect();
    let expected =
        [("OPENED", "kim"), ("JOINED", "kim"), ("JOINED", "lee"), ("SAID", "kim"), ("SAID", "lee"), ("LEFT", "lee")];
    assert_eq!(seen[..6], expected, "{all:?}");
    assert!(seen[6..].contains(&("ENDED", "kim")), "{all:?}");
    assert_eq!((&all[3]["detail"]["body"], &all[3]["detail"]["seq"]), (&json!("안녕하세요"), &json!(1)));
    assert_eq!(told(&boss, &room, 1).await, all, "page by page, the same");
    let read = server.records().count(&format!("AUDIT WHERE ACTION = 'ROOM_TIMELINE_READ' AND SUBJECT_ID = '{room}'"));
    assert!(read >= 1);
    let (desk, _kim) = talking(&server, "kim").await;
    let answer = boss.get(&format!("/api/v1/rooms/{}/timeline", desk.room)).await.expect("an answer");
    answer.is_problem(404, "NOT_FOUND");
    server.finish().await;
}
