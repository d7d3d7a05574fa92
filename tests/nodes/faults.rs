//! A node is killed, paused, cut off or hangs; the database goes away.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anteroom::clock::Clock;
use anteroom::cluster::Bounds;
use anteroom::cluster::lease::End;
use anteroom::cluster::members::Gone;
use anteroom::nodes::{Event, Term};
use anteroom::storage::nodes::{Waits, connect, members};
use anteroom::storage::{Database, Store};

use super::life::three;
use super::node::{Making, Node, Watch, bounds, records, soon};
use crate::support::{Proxy, postgres};

/// A way to the database that this node has for itself.
async fn beside(database: &Database) -> (Proxy, Database) {
    let Database::Postgres(url) = database else { panic!("a PostgreSQL") };
    let (user, rest) = url.split_once('@').unwrap();
    let (target, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::before(target.parse::<SocketAddr>().unwrap()).await;
    let address = proxy.ws("").trim_start_matches("ws://").to_owned();
    let url = format!("{user}@{address}/{name}").parse().unwrap();
    (proxy, url)
}

/// Which of these matches next, and its term.
fn successor<'a>(nodes: &[(&'a Node, usize)]) -> (&'a Node, Term) {
    let (node, told) = soon("another matches", || {
        nodes.iter().copied().find(|(node, told)| node.was_told(*told, |event| matches!(event, Event::Match(_))))
    });
    (node, node.matches_since(told))
}

fn was_gone(node: &Node) -> Gone {
    node.heard("it finds itself gone", |event| match event {
        Event::SelfGone(why) => Some(*why),
        _ => None,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_one_is_gone_by_its_lock_long_before_its_beat_is_missed() {
    let (database, clock) = (records(), Clock::system());
    let slow = Bounds::new(Duration::from_millis(100), Duration::from_secs(6)).unwrap();
    let making = |name| Making { bounds: slow, ..Making::new(name, &database, &clock) };
    let mut first = making("a").join().await;
    let term = first.matches_since(0);
    let [second, third] = [making("b").join().await, making("c").join().await];
    [&second, &third].into_iter().for_each(Node::is_up);
    soon("all see all", || [&second, &third].iter().all(|node| node.cluster.others_up().len() == 2).then_some(()));
    let nodes = [(&second, second.told()), (&third, third.told())];
    let watch = Watch::over(&[&first, &second, &third]);
    let killed = Instant::now();
    first.kill().await;
    let (next, its) = successor(&nodes);
    assert!(killed.elapsed() < slow.gone(), "by the lock, in a third of that: {:?}", killed.elapsed());
    assert!(killed.elapsed() >= slow.unheld() - slow.beat() * 2, "not before a third of it: {:?}", killed.elapsed());
    assert_eq!((term.epoch, its.epoch), (1, 2));
    [&second, &third].iter().for_each(|node| node.sees_gone(first.id));
    let declared: u64 = [&second, &third].iter().map(|node| node.cluster.figures().gone_total).sum();
    assert_eq!(declared, 1, "one statement did it");
    assert!(next.cluster.figures().takeover_seconds > 0.0);
    assert!(!term.may_match(clock.now().mono));
    watch.held();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_was_paused_finds_itself_gone_and_never_do_two_match() {
    let (database, clock) = (records(), Clock::system());
    let [first, second, third] = three(&database, &clock).await;
    let term = first.matches_since(0);
    let nodes = [(&second, second.told()), (&third, third.told())];
    let watch = Watch::over(&[&first, &second, &third]);
    // It stands still at its next event: the matchmaker's ping, at the latest with the next beat.
    let gate = first.gate();
    let paused = gate.lock().unwrap();
    let (next, its) = successor(&nodes);
    assert_eq!(its.epoch, 2);
    [&second, &third].iter().for_each(|node| node.sees_gone(first.id));
    assert!(next.may_match() && !first.may_match(), "though nobody could tell it");
    drop(paused);
    assert_eq!(was_gone(&first), Gone::Declared);
    assert!(!term.may_match(clock.now().mono));
    watch.held();

    // It joins anew, as another.
    let again = Making::new("a", &database, &clock).join().await;
    again.is_up();
    assert_ne!(again.id, first.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_is_cut_off_stops_by_itself_before_another_begins() {
    let (database, clock) = (records(), Clock::system());
    let (proxy, its_way) = beside(&database).await;
    let first = Making::new("a", &its_way, &clock).join().await;
    let term = first.matches_since(0);
    let second = Making::new("b", &database, &clock).join().await;
    second.is_up();
    let watch = Watch::over(&[&first, &second]);

    // Cut and back at once: a new connection, and nothing else.
    let (told, told_second) = (first.told(), second.told());
    let beats = |database: &Database| {
        let mut conn = connect(database, Waits::to_write(bounds())).unwrap();
        members::look(&mut conn).unwrap().nodes.iter().find(|row| row.who.node == first.id).map(|row| row.beat)
    };
    let before = beats(&database).expect("it is there");
    proxy.cut_all();
    soon("it beats on", || beats(&database).filter(|beat| *beat > before + 10));
    assert!(!first.was_told(told, |event| matches!(event, Event::End { .. } | Event::SelfGone(_))));
    assert!(!second.was_told(told_second, |event| matches!(event, Event::Gone(_))));

    // The network swallows what is said: its session stays, so it is gone by its beat alone.
    proxy.swallow();
    first.heard_since(told, "it suspends itself", |event| {
        matches!(event, Event::Suspend(suspended) if *suspended == term.id).then_some(())
    });
    assert!(!first.may_match() && !first.cluster.is_ready(clock.now().mono));
    second.sees_gone(first.id);
    assert_eq!(second.matches_since(told_second).epoch, 2);
    proxy.cut_all();
    proxy.restore();
    assert_eq!(was_gone(&first), Gone::Declared);
    watch.held();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_away_for_long_is_nobodys_death_and_the_term_goes_on() {
    let server = postgres::Server::start();
    let (database, clock) = (server.fresh_database(), Clock::system());
    Store::open(&database).expect("our tables");
    let nodes = three(&database, &clock).await;
    let term = nodes[0].matches_since(0);
    let told = nodes.each_ref().map(Node::told);
    server.kill();
    let killed = clock.now().mono;
    nodes[0].heard_since(told[0], "it suspends itself", |event| matches!(event, Event::Suspend(_)).then_some(()));
    let away = u64::try_from(bounds().gone().as_micros()).unwrap();
    soon("longer than a node may stand still", || (clock.now().mono.0 > killed.0 + away).then_some(()));
    server.start_again();
    nodes[0]
        .heard_since(told[0], "it goes on", |event| matches!(event, Event::Resume(id) if *id == term.id).then_some(()));
    for node in &nodes {
        soon("it is ready", || node.cluster.is_ready(clock.now().mono).then_some(()));
    }
    // Each has had the time in which somebody would be declared.
    let back = clock.now().mono;
    soon("the time of a death passes", || (clock.now().mono.0 > back.0 + away).then_some(()));
    for (node, told) in nodes.iter().zip(told) {
        let died = |event: &Event| matches!(event, Event::Gone(_) | Event::SelfGone(_) | Event::End { .. });
        assert!(!node.was_told(told, died), "nobody is gone, and no term is over");
    }
    assert!(nodes[0].may_match() && term.may_match(clock.now().mono));
    assert_eq!(nodes[1].cluster.figures().epoch, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matchmaker_that_hangs_loses_the_lease_and_its_node_stays() {
    let (database, clock) = (records(), Clock::system());
    let [first, second, third] = three(&database, &clock).await;
    let term = first.matches_since(0);
    let nodes = [(&second, second.told()), (&third, third.told())];
    let watch = Watch::over(&[&first, &second, &third]);
    first.hang(true);
    let (next, its) = successor(&nodes);
    assert_eq!(its.epoch, 2);
    assert!(!next.was_told(0, |event| matches!(event, Event::Gone(_))), "the node itself beats");
    first.hang(false);
    let why = first.heard("its term is over", |event| match event {
        Event::End { term: ended, why } if *ended == term.id => Some(*why),
        _ => None,
    });
    assert_eq!(why, End::Taken);
    watch.held();
}
