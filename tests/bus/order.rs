//! What a link promises, over either engine.

use anteroom::cluster::Engine;
use anteroom::cluster::link::{PARCEL_MAX, Unsent, Why};
use serde_json::{Value, json};

use super::bed::{Bed, Node, parcel};
use super::on_both;

on_both!(
    parcels_arrive_in_order_once_without_a_gap_among_three,
    an_announcement_replaces_and_what_is_said_meanwhile_comes_behind,
    a_hundred_thousand_things_are_announced,
    a_parcel_that_is_too_large_is_refused_by_name_and_the_link_stays,
    a_gone_node_is_heard_no_more,
    a_hint_is_heard_by_every_other_and_a_word_to_oneself_comes_back,
    what_waits_is_sent_before_a_bus_stops,
);

async fn parcels_arrive_in_order_once_without_a_gap_among_three(bed: Bed) {
    let nodes: [Node; 3] = bed.nodes().await;
    let pairs = || nodes.iter().flat_map(|one| nodes.iter().filter(|two| two.id != one.id).map(move |two| (one, two)));
    pairs().for_each(|(one, two)| one.say(two, 0..2_000));
    for (one, two) in pairs() {
        two.hears_all(one, 2_000).await;
    }
    let counts = nodes[0].bus.counts().await;
    let said = counts.parcels["say"];
    assert_eq!((said.sent, said.arrived, counts.forged, counts.dropped), (4_000, 4_000, 0, 0));
    assert!(counts.round_trips.count > 0 && counts.hears_by == Some(bed.engine), "{counts:?}");
    assert!(nodes.iter().all(|node| node.breaks().is_empty()));
}

/// Breaks the link from `one` to `two` by more than may wait.
async fn overfill(one: &Node, two: &Node) {
    let large = Value::from("x".repeat(PARCEL_MAX - 10));
    for _ in 0..12 {
        one.bus.send(two.id, parcel("put", json!([0, large])));
    }
    let full = one.until("the break", |seen| seen.breaks.iter().find(|(node, _)| *node == two.id).map(|(_, why)| *why));
    assert_eq!(full.await, Why::Full);
}

async fn an_announcement_replaces_and_what_is_said_meanwhile_comes_behind(bed: Bed) {
    let (one, two) = (bed.node().await, bed.node().await);
    one.with(|seen| seen.holds = [(1, Value::Null), (2, Value::Null)].into());
    bed.link(&[&one, &two]).await;
    assert_eq!(two.with(|seen| seen.things(one.id)), Some(vec![1, 2]));
    one.change(&two, 3);
    two.until("what changes", |seen| (seen.things(one.id)? == [1, 2, 3]).then_some(())).await;

    one.with(|seen| seen.is_slow = true);
    overfill(&one, &two).await;
    two.until("the break", |seen| seen.breaks.first().copied()).await;
    let (node, session) = one.until("the opening", |seen| seen.owes.pop()).await;
    // Gathered before the changes, given after them.
    let announcement = [1, 2].map(|number| parcel("thing", json!([number, null]))).to_vec();
    one.change(&two, 2);
    one.change(&two, 4);
    one.bus.announce(node, session, announcement);
    two.until("what is so", |seen| (seen.things(one.id)? == [1, 4]).then_some(())).await;
}

async fn a_hundred_thousand_things_are_announced(bed: Bed) {
    let (one, two) = (bed.node().await, bed.node().await);
    let things = (0..100_000).map(|number| (number, Value::from("a socket, in so many bytes as one has: 60 or so")));
    one.with(|seen| seen.holds = things.collect());
    bed.link(&[&one, &two]).await;
    assert_eq!(two.with(|seen| seen.things(one.id)).map(|things| things.len()), Some(100_000));
    assert!(one.breaks().is_empty() && two.breaks().is_empty());
}

async fn a_parcel_that_is_too_large_is_refused_by_name_and_the_link_stays(bed: Bed) {
    let [one, two]: [Node; 2] = bed.nodes().await;
    one.bus.send(two.id, parcel("put", Value::from("x".repeat(2 * PARCEL_MAX))));
    let refused = one.until("the refusal", |seen| seen.unsent.first().copied()).await;
    assert_eq!(refused, ("put", Unsent::TooLarge));
    // One that just fits comes in parts.
    let largest = Value::from("x".repeat(PARCEL_MAX - 10));
    one.bus.send(two.id, parcel("put", json!([5, largest])));
    two.until("the largest", |seen| (seen.told(one.id)?.get(&5)? == &largest).then_some(())).await;
    assert!(one.breaks().is_empty());
}

async fn a_gone_node_is_heard_no_more(bed: Bed) {
    let [one, two, three]: [Node; 3] = bed.nodes().await;
    one.bus.gone(two.id);
    one.bus.gone(two.id);
    one.until("the end", |seen| (!seen.gone.is_empty()).then_some(())).await;
    // What comes after these has overtaken nothing of them.
    two.say(&one, 0..10);
    two.bus.tell_all("news", json!("of a gone one"));
    three.say(&one, 0..10);
    one.hears_all(&three, 10).await;
    one.say(&two, [0]);
    one.until("the refusal", |seen| (seen.unsent.first() == Some(&("say", Unsent::NotOpen))).then_some(())).await;
    one.with(|seen| {
        assert_eq!((seen.gone.as_slice(), seen.hints.as_slice()), ([two.id].as_slice(), [].as_slice()));
        assert!(seen.said(two.id).is_empty() && seen.breaks.is_empty());
    });
}

async fn a_hint_is_heard_by_every_other_and_a_word_to_oneself_comes_back(bed: Bed) {
    let nodes: [Node; 3] = bed.nodes().await;
    for number in 0..20 {
        nodes[0].bus.tell_all("news", json!(number));
    }
    nodes[0].bus.tell_all("news", Value::from("x".repeat(8_000)));
    nodes[0].bus.say_to_myself(7);
    for other in &nodes[1..] {
        other.until("the hints", |seen| (seen.hints.len() == 20).then_some(())).await;
        other.with(|seen| assert!(seen.hints.iter().map(|(_, number)| number.as_u64()).eq((0..20).map(Some))));
    }
    nodes[0].until("the word", |seen| (seen.myself == [7]).then_some(())).await;
    assert!(nodes[0].with(|seen| seen.hints.is_empty()), "nobody hears their own");
    assert_eq!(nodes[1].bus.counts().await.parcels["news"].arrived, 20);
}

async fn what_waits_is_sent_before_a_bus_stops(bed: Bed) {
    let [one, two]: [Node; 2] = bed.nodes().await;
    one.say(&two, 0..500);
    one.bus.stop().await;
    two.hears_all(&one, 500).await;
    one.say(&two, [500]);
    assert_eq!(one.bus.counts().await.parcels.len(), 0, "it has ended");
}
