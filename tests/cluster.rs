//! Several real servers on one PostgreSQL match as one.

use serde_json::{Value, json};

use crate::support::pair::{Pair, nodes, standing};
use crate::support::{Counsellor, Desk, Office, until};

#[tokio::test]
async fn a_server_alone_is_one_node_that_matches() {
    let server = Office::new().demo().counsellor("kim").open().await;
    let items = nodes(&server).await;
    let [node] = &items[..] else { panic!("not one: {items:?}") };
    assert_eq!((&node["state"], &node["engine"]), (&json!("UP"), &Value::Null));
    assert_eq!((&node["matchmaker"], &node["me"], &node["rooms"]), (&json!(true), &json!(true), &json!(0)));
    assert_eq!(standing(&server).await, ("alone".into(), "here".into()));
    let metrics = server.http().get("/metrics").await.expect("an answer").text;
    assert!(metrics.contains("\nanteroom_cluster_members 1\n"), "{metrics}");
    let kim = server.http().as_user("kim").await;
    kim.get("/api/v1/nodes").await.expect("an answer").is_problem(403, "NOT_ALLOWED");
    server.finish().await;
}

#[tokio::test]
async fn each_of_two_nodes_shows_both_and_one_of_them_matches() {
    let (one, two) = Pair::two(Office::new()).await;
    assert_eq!(standing(&one).await, ("ok".into(), "here".into()));
    assert_eq!(standing(&two).await, ("ok".into(), "there".into()));
    for (server, me) in [(&one, "one"), (&two, "two")] {
        let admin = server.http().as_demo_admin().await;
        let shown = |item: &Value| json!([item["name"], item["state"], item["matchmaker"], item["me"]]);
        until("both are shown", || async {
            let answer = admin.read("/api/v1/nodes").await;
            let items: Vec<Value> = answer["items"].as_array()?.iter().map(shown).collect();
            (items == [json!(["one", "UP", true, me == "one"]), json!(["two", "UP", false, me == "two"])]).then_some(())
        })
        .await;
    }
    one.finish().await;
    until("the other matches", || async { (standing(&two).await.1 == "here").then_some(()) }).await;
    until("it is the only one", || async { (nodes(&two).await.len() == 1).then_some(()) }).await;
    two.finish().await;
}

#[tokio::test]
async fn people_at_a_node_that_does_not_match_are_matched_by_the_one_that_does() {
    let (one, two) = Pair::two(Office::new().counsellor("kim")).await;
    let mut desk = Desk::waiting_for(&two, "GENERAL").await;
    let mut kim = Counsellor::open_at(&two, "kim").await;
    kim.takes_next().await;
    desk.seated().await;
    desk.said("is anybody there?").await;
    assert_eq!(kim.expect("message").await["body"], "is anybody there?");
    kim.said("yes").await;
    desk.expect_where("message", |message| message["body"] == "yes").await;
    let rooms_of = |metrics: &str| metrics.lines().any(|line| line == "anteroom_rooms_open 1");
    for (server, has_room) in [(&one, false), (&two, true)] {
        let metrics = server.http().get("/metrics").await.expect("an answer").text;
        assert_eq!(rooms_of(&metrics), has_room, "{metrics}");
    }
    two.check().await;
    two.finish().await;
    one.finish().await;
}

#[tokio::test]
async fn the_node_that_matches_is_killed_and_whoever_waits_keeps_their_place() {
    let (mut one, two) = Pair::two(Office::new().counsellor("kim")).await;
    let mut first = Desk::waiting_for(&two, "GENERAL").await;
    let second = Desk::waiting_for(&two, "GENERAL").await;
    one.kill9();
    until("the other matches", || async { (standing(&two).await.1 == "here").then_some(()) }).await;
    let mut kim = Counsellor::open_at(&two, "kim").await;
    let taken = kim.takes_next().await;
    assert_eq!(taken["ticket"], *first.ticket, "not {}", second.ticket);
    first.seated().await;
    two.check().await;
    two.finish().await;
}

#[tokio::test]
async fn two_at_different_nodes_talk_and_go_on_when_the_node_of_their_room_is_killed() {
    let (one, mut two) = Pair::two(Office::new().counsellor("kim")).await;
    let mut desk = Desk::waiting_for(&two, "GENERAL").await;
    let mut kim = Counsellor::open_at(&one, "kim").await;
    kim.takes_next().await;
    desk.seated().await;
    desk.said("is anybody there?").await;
    assert_eq!(kim.expect("message").await["body"], "is anybody there?");
    let last = kim.said("yes").await;
    desk.expect_where("message", |message| message["body"] == "yes").await;
    two.kill9();
    // Nobody takes the room before its node is gone; then it lives where the counsellor is.
    desk.goes_to(&one);
    desk.come_back(&one, Some(last)).await;
    kim.said("are you still there?").await;
    desk.expect_where("message", |message| message["body"] == "are you still there?").await;
    desk.said("I am").await;
    kim.expect_where("message", |message| message["body"] == "I am").await;
    one.check().await;
    one.finish().await;
}
