//! Who comes into a room by a socket of its own comes in from any node, wherever the room lives.

use serde_json::json;

use crate::groups::people::Person;
use crate::groups::{link_of, opened_by};
use crate::support::pair::Pair;
use crate::support::supervisor::Supervisor;
use crate::support::{Counsellor, Desk, Office, until};

#[tokio::test]
async fn a_supervisor_watches_whispers_and_joins_in_a_talk_at_another_node_and_after_that_was_killed() {
    let (mut one, two) = Pair::two(Office::new().counsellor("kim").account("boss", "MANAGER", &[], 1)).await;
    let mut desk = Desk::waiting_for(&one, "GENERAL").await;
    let mut kim = Counsellor::open_at(&two, "kim").await;
    kim.takes_next().await;
    desk.seated().await;
    // The room lives where its desk is.
    let mut boss = Supervisor::at(&two, "boss", &kim.room).await;
    desk.said("is anybody there?").await;
    assert_eq!(boss.expect("message").await["body"], "is anybody there?");
    boss.whispered("ask for the number").await;
    assert_eq!(kim.expect("whisper").await["body"], "ask for the number");
    assert_eq!(desk.all("whisper"), Vec::<serde_json::Value>::new());
    boss.joins().await;
    let last = boss.said("I listen, too").await;
    desk.expect_where("message", |message| message["body"] == "I listen, too").await;

    one.kill9();
    boss.expect_close(1001).await;
    desk.goes_to(&two);
    desk.come_back(&two, Some(last)).await;
    until("the room is open to whoever comes in", || async {
        Supervisor::refused(&two, &boss.session, &boss.room).await.is_none().then_some(())
    })
    .await;
    let seated = boss.another_tab(&two).await.1;
    assert_eq!(seated["watching"], false, "{seated}");
    desk.said("are you still there?").await;
    boss.expect_where("message", |message| message["body"] == "are you still there?").await;
    boss.whispered("say yes").await;
    kim.expect_where("whisper", |whisper| whisper["body"] == "say yes").await;
    kim.said("yes").await;
    desk.expect_where("message", |message| message["body"] == "yes").await;
    two.check().await;
    two.finish().await;
}

#[tokio::test]
async fn people_of_two_nodes_talk_in_a_group_room_and_go_on_when_its_node_is_killed() {
    let (mut one, two) = Pair::two(Office::new().counsellor("kim")).await;
    let link = link_of(&opened_by(&one, "kim").await);
    let mut kim = Person::staff(&one, "kim", &link.0).await;
    let mut mina = Person::guest(&two, &link, "mina").await;
    let first = mina.said("from the other node").await;
    assert_eq!(kim.heard_up_to(first).await, [(first, "from the other node".into())]);
    let last = kim.said("heard").await;
    mina.heard_up_to(last).await;
    // Two of one name are one too many, whichever nodes they come from.
    let mut other = Person::at_the_door(&one, &link).await;
    other.join(json!({"nickname": "mina"}));
    other.expect_error("NAME_TAKEN").await;

    one.kill9();
    mina.expect_close(1001).await;
    let seat = mina.you.clone();
    mina.come_back(u32::try_from(last).expect("a few messages")).await;
    assert_eq!(mina.you, seat, "the seat was held");
    let mut kim = Person::staff(&two, "kim", &link.0).await;
    let next = mina.said("are you still there?").await;
    assert_eq!(next, last + 1);
    kim.heard_up_to(next).await;
    let next = kim.said("I am").await;
    mina.heard_up_to(next).await;
    two.finish().await;
}
