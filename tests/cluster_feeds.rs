//! Whoever looks on sees the same at every node: the live list of staff, each of what is theirs, and the office on the
//! walls.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use crate::support::http::Events;
use crate::support::pair::{Pair, standing};
use crate::support::people::text;
use crate::support::{Counsellor, Desk, Office, PATIENCE, Server, until};

/// A live list as somebody at a node sees it.
struct List {
    events: Events,
    /// What is in it: a word and the id, or of counsellors the name.
    sees: BTreeSet<String>,
}

impl List {
    async fn of(server: &Server, login: &str) -> Self {
        let http = server.http();
        let http = if login == "admin" { http.as_demo_admin().await } else { http.as_user(login).await };
        let mut this = Self { events: http.follow("/api/v1/rooms/stream").await, sees: BTreeSet::new() };
        this.hear().await;
        this
    }

    async fn hear(&mut self) {
        let (name, data) = self.events.next().await.expect("the stream goes on");
        if name != "snapshot" {
            return self.see(&name, &data["item"], text(&data, "id"), data["op"] == "put");
        }
        for (name, id) in [("room", "room"), ("ticket", "ticket"), ("counsellor", "account")] {
            let items = data[format!("{name}s")].as_array().expect("a list");
            items.iter().for_each(|item| self.see(name, item, text(item, id), true));
        }
    }

    /// Every counsellor is in the list; those are seen who are connected.
    fn see(&mut self, name: &str, item: &Value, id: String, is_there: bool) {
        let (is_there, seen) = match name {
            "counsellor" => (is_there && item["connected"] == true, text(item, "name")),
            _ => (is_there, id),
        };
        let seen = format!("{name} {seen}");
        if is_there {
            self.sees.insert(seen);
        } else {
            self.sees.remove(&seen);
        }
    }

    /// Until this is all that is seen.
    async fn shows(&mut self, all: &[&str]) {
        let all: BTreeSet<String> = all.iter().map(|&one| one.to_owned()).collect();
        let give_up = Instant::now() + PATIENCE;
        while self.sees != all {
            let heard = timeout_at(give_up, self.hear()).await;
            assert!(heard.is_ok(), "not {all:?} but {:?}", self.sees);
        }
    }
}

/// How many parcels of this kind a node has sent.
async fn sent(server: &Server, kind: &str) -> u64 {
    let metrics = server.http().get("/metrics").await.expect("an answer").text;
    let name = format!("anteroom_cluster_parcels_total{{kind=\"{kind}\",direction=\"sent\"}} ");
    metrics.lines().find_map(|line| line.strip_prefix(&name)?.parse().ok()).unwrap_or(0)
}

#[tokio::test]
async fn who_looks_at_either_node_sees_the_same_and_goes_on_when_the_one_that_matches_is_killed() {
    let office = Office::new().line("TAX").counsellor_of("kim", &["GENERAL"], 2).counsellor_of("lee", &["TAX"], 1);
    let office = office.account("tax", "MANAGER", &["TAX"], 1);
    let (mut one, two) = Pair::two(office).await;
    let mut lists = [List::of(&one, "admin").await, List::of(&two, "admin").await];
    let mut of_tax = List::of(&two, "tax").await;
    let mut desk = Desk::waiting_for(&two, "GENERAL").await;
    let at_tax = Desk::waiting_for(&one, "TAX").await;
    let (general, tax) = (format!("ticket {}", desk.ticket), format!("ticket {}", at_tax.ticket));
    for list in &mut lists {
        list.shows(&[&general, &tax]).await;
    }
    of_tax.shows(&[&tax]).await;

    // Kim sits at the one node, the desk at the other: the room lives there.
    let mut kim = Counsellor::open_at(&one, "kim").await;
    let room = text(&kim.takes_next().await, "room");
    desk.seated().await;
    desk.said("is anybody there?").await;
    let room = format!("room {room}");
    for list in &mut lists {
        list.shows(&[&room, &tax, "counsellor kim"]).await;
    }
    let mut late = List::of(&one, "admin").await;
    late.shows(&[&room, &tax, "counsellor kim"]).await;
    let _lee = Counsellor::at(&two, "lee").await;
    of_tax.shows(&[&tax, "counsellor lee"]).await;

    // Whoever waits is in the list throughout, and who was at the node that is gone is not connected until they are back.
    one.kill9();
    until("the other matches", || async { (standing(&two).await.1 == "here").then_some(()) }).await;
    let [_, list] = &mut lists;
    list.shows(&[&room, &tax, "counsellor lee"]).await;
    let next = Desk::waiting_for(&two, "TAX").await;
    let next = format!("ticket {}", next.ticket);
    list.shows(&[&room, &tax, &next, "counsellor lee"]).await;
    of_tax.shows(&[&tax, &next, "counsellor lee"]).await;
    two.finish().await;
}

#[tokio::test]
async fn without_viewers_nothing_is_shown_to_other_nodes() {
    let (one, two) = Pair::two(Office::new().counsellor("kim")).await;
    let mut kim = Counsellor::open_at(&one, "kim").await;
    let mut desk = Desk::waiting_for(&two, "GENERAL").await;
    let room = format!("room {}", text(&kim.takes_next().await, "room"));
    desk.seated().await;
    desk.said("is anybody there?").await;
    kim.expect("message").await;
    for server in [&one, &two] {
        assert_eq!((sent(server, "watch").await, sent(server, "shown").await), (0, 0));
    }
    // One looks, and sees all of it; once they have gone, what changes next is the last that is shown.
    let mut list = List::of(&one, "admin").await;
    list.shows(&[&room, "counsellor kim"]).await;
    assert!(sent(&one, "watch").await == 1 && sent(&two, "shown").await > 0);
    drop(list);
    let mut at = 0;
    until("it is found that nobody looks", || {
        at += 1;
        desk.say(&format!("number {at}"));
        async { (sent(&one, "watch").await == 2).then_some(()) }
    })
    .await;
    let shown = sent(&two, "shown").await;
    desk.said("and nobody is told of this").await;
    let mut other = List::of(&two, "admin").await;
    other.shows(&[&room, "counsellor kim"]).await;
    assert_eq!(sent(&two, "shown").await, shown);
    two.finish().await;
    one.finish().await;
}

#[tokio::test]
async fn a_wall_at_a_node_that_does_not_match_shows_who_waits_and_whose_number_is_called() {
    let (mut one, two) = Pair::two(Office::new().counsellor_of("kim", &["GENERAL"], 2)).await;
    let waiting = |count: u64| {
        move |office: &Value| {
            let general = |line: &&Value| line["topic"] == "GENERAL";
            office["lines"]
                .as_array()
                .and_then(|lines| lines.iter().find(general))
                .is_some_and(|g| g["waiting"] == count)
        }
    };
    let mut wall = two.http().follow("/api/v1/office/stream").await;
    wall.expect("office", waiting(0)).await;
    let mut desk = Desk::waiting_for(&one, "GENERAL").await;
    wall.expect("office", waiting(1)).await;
    let mut kim = Counsellor::open_at(&one, "kim").await;
    kim.takes_next().await;
    desk.seated().await;
    let called = wall.expect("called", |_| true).await;
    assert_eq!((&called["number"], &called["line"]), (&json!("A-001"), &json!("GENERAL")));
    wall.expect("office", waiting(0)).await;

    // The other matches now, and calls what is next; who comes to look hears both, in order.
    one.kill9();
    until("the other matches", || async { (standing(&two).await.1 == "here").then_some(()) }).await;
    let mut next = Desk::waiting_for(&two, "GENERAL").await;
    wall.expect("office", waiting(1)).await;
    let mut kim = Counsellor::open_at(&two, "kim").await;
    kim.takes_next().await;
    next.seated().await;
    assert_eq!(wall.expect("called", |_| true).await["number"], "A-002");
    let mut late = two.http().follow("/api/v1/office/stream").await;
    for number in ["A-001", "A-002"] {
        assert_eq!(late.expect("called", |_| true).await["number"], *number);
    }
    two.finish().await;
}

#[tokio::test]
async fn the_last_numbers_are_shown_by_who_joins_and_after_a_restart() {
    let cluster = Pair::new();
    let one = cluster.node("one", Office::new().counsellor_of("kim", &["GENERAL"], 3)).await;
    let mut kim = Counsellor::open_at(&one, "kim").await;
    for _ in 0..3 {
        let mut desk = Desk::waiting_for(&one, "GENERAL").await;
        kim.takes_next().await;
        desk.seated().await;
    }
    let heard = async |server: &Server| {
        let mut wall = server.http().follow("/api/v1/office/stream").await;
        for number in ["A-001", "A-002", "A-003"] {
            assert_eq!(wall.expect("called", |_| true).await["number"], *number);
        }
    };
    heard(&one).await;
    let mut two = cluster.node("two", Office::new()).await;
    heard(&two).await;
    two.restart().await;
    heard(&two).await;
    two.finish().await;
    one.finish().await;
}
