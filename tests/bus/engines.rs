//! What happens when an engine or the network goes away: a pause where the other engine is left, a break
//! told to both ends where none is.

use std::time::{Duration, Instant};

use anteroom::cluster::Engine;
use anteroom::cluster::link::Why;

use super::bed::{Bed, Node};
use super::on_both;
use crate::support::Proxy;
use crate::support::postgres::Server;

on_both!(a_hearer_that_stops_breaks_the_link_at_both_ends);

/// How many parcels a second each says to each, in the tests that count them.
const RATE: u64 = 500;

/// Each says numbers to the other at [`RATE`], until `what` has come about and both have heard all.
async fn while_they_speak(one: &Node, two: &Node, what: impl Future<Output = ()>) {
    let mut count = 0;
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    let speaks = async {
        loop {
            ticks.tick().await;
            let next = count + RATE / 100;
            one.say(two, count..next);
            two.say(one, count..next);
            count = next;
        }
    };
    tokio::select! {
        () = speaks => unreachable!("they speak for ever"),
        () = what => {}
    }
    two.hears_all(one, count).await;
    one.hears_all(two, count).await;
    assert_eq!((one.breaks(), two.breaks()), (vec![], vec![]), "a pause, and no break");
}

/// Until it has heard so many more.
async fn hears_more(node: &Node, from: &Node, more: usize) {
    let before = node.with(|seen| seen.said(from.id).len());
    node.until("more", |seen| (seen.said(from.id).len() >= before + more).then_some(())).await;
}

async fn a_hearer_that_stops_breaks_the_link_at_both_ends(bed: Bed) {
    let postgres = Proxy::before(bed.postgres_address()).await;
    let redis = match &bed.redis {
        Some(redis) => Some(Proxy::before(redis.address()).await),
        None => None,
    };
    let (one, two) = (bed.node().await, bed.node_by(Some(&postgres), redis.as_ref()).await);
    bed.link(&[&one, &two]).await;
    let networks = || [Some(&postgres), redis.as_ref()].into_iter().flatten();
    networks().for_each(Proxy::swallow);
    one.say(&two, 0..10);
    for (node, other) in [(&one, &two), (&two, &one)] {
        let why = node.until("the break", |seen| seen.breaks.first().copied()).await;
        assert!(why.0 == other.id && matches!(why.1, Why::Silent | Why::Unacknowledged), "{why:?}");
    }
    networks().for_each(Proxy::cut_all);
    networks().for_each(Proxy::restore);
    bed.link(&[&one, &two]).await;
    two.say(&one, 0..10);
    one.hears_all(&two, 10).await;
    assert!(two.with(|seen| seen.said(one.id).is_empty()), "nothing of the old session arrives");
    assert!(one.bus.counts().await.broken.values().sum::<u64>() > 0);
}

#[tokio::test]
async fn redis_killed_under_a_thousand_parcels_a_second_loses_none_and_comes_back() {
    let bed = Bed::new(Engine::Redis);
    let [one, two]: [Node; 2] = bed.nodes().await;
    while_they_speak(&one, &two, async {
        hears_more(&two, &one, 200).await;
        bed.redis().kill();
        one.hears_by(Engine::Postgres).await;
        two.hears_by(Engine::Postgres).await;
        hears_more(&two, &one, 200).await;
        hears_more(&one, &two, 200).await;
        bed.redis().start_again();
        one.hears_by(Engine::Redis).await;
        two.hears_by(Engine::Redis).await;
        hears_more(&two, &one, 200).await;
    })
    .await;
}

#[tokio::test]
async fn one_node_cut_off_from_redis_alone_is_spoken_to_by_postgresql_within_a_second() {
    let bed = Bed::new(Engine::Redis);
    let network = Proxy::before(bed.redis().address()).await;
    let (one, two) = (bed.node().await, bed.node_by(None, Some(&network)).await);
    bed.link(&[&one, &two]).await;
    while_they_speak(&one, &two, async {
        hears_more(&two, &one, 100).await;
        // Redis goes on to count it as a hearer, and it hears nothing.
        network.swallow();
        let since = Instant::now();
        hears_more(&two, &one, 200).await;
        let took = since.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?}, and a fifth of a second is their own");
        network.cut_all();
        network.restore();
        two.hears_by(Engine::Redis).await;
    })
    .await;
}

#[tokio::test]
async fn postgresql_restarted_is_a_pause() {
    let server = Server::start();
    let bed = Bed::on(Engine::Postgres, server.fresh_database());
    let [one, two]: [Node; 2] = bed.nodes().await;
    while_they_speak(&one, &two, async {
        hears_more(&two, &one, 200).await;
        server.kill();
        server.start_again();
        hears_more(&two, &one, 500).await;
        hears_more(&one, &two, 500).await;
    })
    .await;
}

#[tokio::test]
async fn by_redis_the_loss_of_postgresql_is_not_noticed() {
    let server = Server::start();
    let bed = Bed::on(Engine::Redis, server.fresh_database());
    let [one, two]: [Node; 2] = bed.nodes().await;
    while_they_speak(&one, &two, async {
        server.kill();
        hears_more(&two, &one, 500).await;
        hears_more(&one, &two, 500).await;
        server.start_again();
    })
    .await;
}

#[tokio::test]
async fn a_change_of_engine_in_mid_flight_is_a_pause() {
    let bed = Bed::new(Engine::Redis);
    let [one, two]: [Node; 2] = bed.nodes().await;
    while_they_speak(&one, &two, async {
        for by in [Engine::Postgres, Engine::Redis].repeat(5) {
            one.bus.there(two.id, by);
            hears_more(&two, &one, 100).await;
            two.bus.there(one.id, by);
            hears_more(&one, &two, 100).await;
        }
    })
    .await;
}

#[tokio::test]
async fn without_a_redis_a_node_starts_and_uses_it_once_it_is_there() {
    let bed = Bed::new(Engine::Redis);
    bed.redis().kill();
    let (one, two) = (bed.starts(None, None).await, bed.starts(None, None).await);
    bed.link(&[&one, &two]).await;
    assert_eq!(one.bus.counts().await.hears_by, Some(Engine::Postgres));
    bed.redis().start_again();
    one.hears_by(Engine::Redis).await;
    two.hears_by(Engine::Redis).await;
}
