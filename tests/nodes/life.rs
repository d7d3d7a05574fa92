//! Nodes come, match, hand on and go.

use anteroom::clock::Clock;
use anteroom::cluster::lease::End;
use anteroom::cluster::members::{Gone, State, Wires};
use anteroom::nodes::{Event, Input, Matchmaker};
use anteroom::storage::nodes::{Waits, connect, members};

use super::node::{Making, Node, bounds, records, soon};

/// Three that are up; the first to start matches.
pub async fn three(database: &anteroom::storage::Database, clock: &Clock) -> [Node; 3] {
    let first = Making::new("a", database, clock).join().await;
    first.matches_since(0);
    let others = ["b", "c"].map(|name| Making::new(name, database, clock));
    let [second, third] = others;
    let nodes = [first, second.join().await, third.join().await];
    nodes.iter().for_each(Node::is_up);
    for node in &nodes {
        soon("all three are seen up", || (node.cluster.others_up().len() == 2).then_some(()));
    }
    nodes
}

#[tokio::test(flavor = "multi_thread")]
async fn three_come_up_and_each_sees_the_others_and_the_one_that_matches() {
    let (database, clock) = (records(), Clock::system());
    let nodes = three(&database, &clock).await;
    for node in &nodes {
        let seen = soon("who matches", || {
            let seen = node.cluster.nodes();
            seen.iter().any(|seen| seen.matchmaker).then_some(seen)
        });
        assert_eq!(seen.iter().map(|seen| seen.name.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert!(seen.iter().all(|seen| seen.me == (seen.node == node.id)));
        assert!(seen.iter().all(|seen| seen.matchmaker == (seen.node == nodes[0].id) && seen.state == State::Up));
        assert!(soon("it is ready", || node.cluster.is_ready(clock.now().mono).then_some(true)));
        let figures = node.cluster.figures();
        assert_eq!((figures.members, figures.epoch), (3, 1));
        assert_eq!((figures.matchmaker, figures.terms_total), if node.id == nodes[0].id { (1, 1) } else { (0, 0) });
        assert!(figures.clock_off_seconds.abs() < 5.0, "one machine, one clock: {figures:?}");
    }
    assert!(matches!(nodes[0].cluster.matchmaker(), Matchmaker::Here(term) if term.may_match(clock.now().mono)));
    assert!(matches!(nodes[1].cluster.matchmaker(), Matchmaker::There(node) if node == nodes[0].id));
    assert!(!nodes[1].may_match() && !nodes[2].may_match());

    // Figures that nodes tell each other, for admins.
    nodes[1].cluster.tell(Input::Figures { node: nodes[0].id, sockets: 7, rooms: 2 });
    let shown = soon("figures are shown", || {
        let shown = nodes[1].cluster.nodes().into_iter().find(|shown| shown.node == nodes[0].id)?;
        shown.sockets.is_some().then_some(shown)
    });
    let json = serde_json::to_value(&shown).unwrap();
    assert_eq!(json["state"], "UP");
    assert_eq!((&json["engine"], &json["sockets"], &json["rooms"]), (&"POSTGRES".into(), &7.into(), &2.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_drains_hands_the_lease_on_behind_its_writes_and_leaves_in_peace() {
    let (database, clock) = (records(), Clock::system());
    let [first, second, third] = three(&database, &clock).await;
    let (told_second, told_third) = (second.told(), third.told());
    first.cluster.tell(Input::Drain);
    let ended = first.heard("its term ends", |event| match event {
        Event::End { term, why } => Some((*term, *why)),
        _ => None,
    });
    assert_eq!(ended.1, End::Drained);
    assert!(!first.may_match());
    let mut conn = connect(&database, Waits::to_write(bounds())).unwrap();
    let held = members::look(&mut conn).unwrap().lease.holder;
    assert_eq!(held, Some((first.id, ended.0)), "its writes are not answered yet");
    first.cluster.tell(Input::Written(ended.0));
    let next = soon("another has it", || {
        let (holder, _) = members::look(&mut conn).unwrap().lease.holder?;
        (holder != first.id).then_some(holder)
    });
    let (successor, told) = if next == second.id { (&second, told_second) } else { (&third, told_third) };
    assert_eq!(successor.matches_since(told).epoch, 2);
    assert!(!successor.was_told(told, |event| matches!(event, Event::Gone(_))), "it drains, and is there");
    let draining = |shown: &anteroom::nodes::NodeView| shown.node == first.id && shown.state == State::Draining;
    soon("it is seen to drain", || successor.cluster.nodes().iter().any(draining).then_some(()));
    assert!(!first.cluster.is_ready(clock.now().mono));

    first.cluster.tell(Input::Leave);
    first.heard("it has left", |event| matches!(event, Event::Left).then_some(()));
    successor.sees_gone(first.id);
    assert_eq!(members::look(&mut conn).unwrap().nodes.len(), 2);
    assert_eq!(first.cluster.state(), Some(State::Gone));
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_commits_are_lost_is_over_at_once_and_another_matches() {
    let (database, clock) = (records(), Clock::system());
    let [first, second, third] = three(&database, &clock).await;
    let term = first.matches_since(0);
    first.cluster.tell(Input::CommitsLost);
    first.heard("it is over", |event| matches!(event, Event::SelfGone(Gone::CommitsLost)).then_some(()));
    assert!(!term.may_match(clock.now().mono) && !first.cluster.is_ready(clock.now().mono));
    [&second, &third].into_iter().for_each(|node| node.sees_gone(first.id));
    soon("another matches", || (second.may_match() || third.may_match()).then_some(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_talks_other_words_does_not_join() {
    let (database, clock) = (records(), Clock::system());
    let first = Making::new("a", &database, &clock).join().await;
    first.matches_since(0);
    let told = first.told();
    let wires = Wires { min: 2, max: 3 };
    let stranger = Making { wires, ..Making::new("b", &database, &clock) }.join().await;
    let by = stranger.heard("it is refused", |event| match event {
        Event::Refused { by, .. } => Some(by.who.node),
        _ => None,
    });
    assert_eq!(by, first.id);
    stranger.heard("it has left", |event| matches!(event, Event::Left).then_some(()));
    let mut conn = connect(&database, Waits::to_write(bounds())).unwrap();
    assert_eq!(members::look(&mut conn).unwrap().nodes.len(), 1, "it was never on file");
    assert!(!first.was_told(told, |event| matches!(event, Event::There(_) | Event::End { .. })));

    // One whose words overlap does, and both use the older.
    let next = Making { wires: Wires { min: 1, max: 2 }, ..Making::new("c", &database, &clock) }.join().await;
    next.is_up();
    assert_eq!((first.cluster.wire(), next.cluster.wire()), (1, 1));
}
