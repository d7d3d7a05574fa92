//! What is asked at a node that does not match, or where a room does not live, is answered by whoever knows.

use serde_json::{Value, json};

use crate::support::pair::{Pair, standing};
use crate::support::{Counsellor, Desk, Office, until};

fn office() -> Office {
    let office = Office::new().line("FINANCE").account("boss", "MANAGER", &[], 1);
    office.counsellor_of("kim", &["GENERAL"], 2).counsellor_of("lee", &["FINANCE"], 2)
}

/// The item of this list whose field is this.
fn item<'a>(list: &'a Value, field: &str, value: &str) -> &'a Value {
    let items = list["items"].as_array().expect("a list");
    items.iter().find(|item| item[field] == value).unwrap_or_else(|| panic!("no {field} {value} in {list}"))
}

#[tokio::test]
async fn figures_and_colleagues_are_the_same_wherever_they_are_asked() {
    let (one, two) = Pair::two(office()).await;
    let _waits = Desk::waiting_for(&two, "FINANCE").await;
    let _kim = Counsellor::open_at(&one, "kim").await;
    for server in [&one, &two] {
        let boss = server.http().as_user("boss").await;
        let stats = boss.read("/api/v1/lines/stats").await;
        assert_eq!(item(&stats, "topic", "FINANCE")["waiting"], 1);
        let colleagues = boss.read("/api/v1/colleagues").await;
        assert_eq!(item(&colleagues, "name", "kim")["connected"], true);
        assert_eq!(item(&colleagues, "name", "lee")["connected"], false);
    }
    one.finish().await;
    two.finish().await;
}

#[tokio::test]
async fn a_manager_moves_tickets_and_talks_and_ends_rooms_from_a_node_that_has_none_of_them() {
    let (one, two) = Pair::two(office()).await;
    let mut desk = Desk::waiting_for(&one, "GENERAL").await;
    let boss = two.http().as_user("boss").await;
    let line = format!("/api/v1/tickets/{}/line", desk.ticket);
    boss.post(&line, &json!({"topic": "GENERAL", "reason": "r"})).await.is_problem(422, "OUT_OF_BOUNDS");
    assert_eq!(boss.post(&line, &json!({"topic": "FINANCE", "reason": "money"})).await.status, 204);
    assert_eq!(desk.waits().await["line"], "FINANCE");
    let mut lee = Counsellor::open_at(&one, "lee").await;
    lee.takes_next().await;
    desk.seated().await;
    desk.said("a word").await;
    desk.said("another").await;

    let hand_over = format!("/api/v1/rooms/{}/move", lee.room);
    let to_nobody = boss.post(&hand_over, &json!({"line": "GENERAL", "reason": "no money"})).await;
    to_nobody.is_problem(409, "NOBODY");
    let mut kim = Counsellor::open_at(&two, "kim").await;
    assert_eq!(boss.post(&hand_over, &json!({"line": "GENERAL", "reason": "no money"})).await.status, 202);
    let offer = kim.rung().await;
    assert_eq!(offer["transfer"]["messages"], 2, "{offer}");
    kim.accept(&offer);
    kim.seated().await;
    desk.seated().await;

    let end = format!("/api/v1/rooms/{}/end", kim.room);
    assert_eq!(boss.post(&end, &json!({"reason": "enough"})).await.status, 204);
    assert_eq!(desk.expect_where("ended", |ended| ended["room"] == *kim.room).await["reason"], "ADMIN");
    boss.post(&end, &json!({"reason": "enough"})).await.is_problem(409, "ROOM_ENDED");
    two.check().await;
    one.finish().await;
    two.finish().await;
}

#[tokio::test]
async fn who_follows_a_ticket_hears_of_it_from_whoever_matches_and_from_who_matches_next() {
    let (mut one, two) = Pair::two(office()).await;
    let mut desk = Desk::waiting_for(&two, "GENERAL").await;
    let mut follows = two.http().follow(&format!("/api/v1/tickets/{}/stream", desk.ticket)).await;
    let (name, place) = follows.next().await.expect("a place");
    assert_eq!((name.as_str(), &place["ahead"]), ("position", &json!(0)));
    one.kill9();
    until("the other matches", || async { (standing(&two).await.1 == "here").then_some(()) }).await;
    let mut kim = Counsellor::open_at(&two, "kim").await;
    kim.takes_next().await;
    desk.seated().await;
    loop {
        let (name, _) = follows.next().await.expect("told before the stream ends");
        if name == "matched" {
            break;
        }
    }
    two.finish().await;
}

#[tokio::test]
async fn what_nobody_answers_is_refused_with_a_word_of_when_to_ask_again() {
    let (one, two) = Pair::two(office()).await;
    let boss = two.http().as_user("boss").await;
    one.signal("STOP");
    let refused = boss.get("/api/v1/lines/stats").await.expect("an answer");
    assert_eq!(refused.header("retry-after"), "1");
    refused.is_problem(503, "BUSY");
    until("the other matches and answers", || async {
        let answer = boss.get("/api/v1/lines/stats").await.expect("an answer");
        (answer.status == 200).then_some(())
    })
    .await;
    drop(one);
    two.finish().await;
}
