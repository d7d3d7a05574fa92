//! What is edited, revoked or guessed at one node is known at the others at once, and not only when they look by
//! themselves, every five seconds.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::pair::Pair;
use crate::support::people::{bearer, text};
use crate::support::socket::handshake;
use crate::support::{Counsellor, Desk, Http, Office, Server, Socket, until, until_within};

/// Of looks that come every five seconds one falls into so long, at most: of three changes that are known one after the
/// other in it, two at least were told.
const BETWEEN_LOOKS: Duration = Duration::from_millis(4_900);

/// The first item of this list with this value.
async fn item(admin: &Http, list: &str, field: &str, value: &str) -> Value {
    let read = admin.read(list).await;
    let found = read["items"].as_array().into_iter().flatten().find(|item| item[field] == *value);
    found.cloned().unwrap_or_else(|| panic!("no {field} {value} in {read}"))
}

/// Edits the account of this login.
async fn edit_account(admin: &Http, login: &str, what: &str, mut change: Value) {
    let account = item(admin, "/api/v1/accounts", "login", login).await;
    change["version"] = account["version"].clone();
    let path = format!("/api/v1/accounts/{}{what}", text(&account, "id"));
    let answer = match what {
        "" => admin.patch(&path, &change).await,
        _ => admin.post(&path, &change).await,
    };
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// Whether a wall at this node shows a line of this topic.
async fn shows(server: &Server, topic: &str) -> bool {
    let office = server.http().read("/api/v1/office").await;
    office["lines"].as_array().into_iter().flatten().any(|line| line["topic"] == *topic)
}

#[tokio::test]
async fn a_line_edited_where_nobody_matches_is_in_force_where_somebody_does() {
    let (one, two) = Pair::two(Office::new().line("FINANCE")).await;
    let admin = two.http().as_demo_admin().await;
    let path =
        format!("/api/v1/lines/{}", text(&item(&admin, "/api/v1/lines?all=true", "topic", "FINANCE").await, "id"));
    let began = Instant::now();
    for in_use in [false, true, false] {
        let version = item(&admin, "/api/v1/lines?all=true", "topic", "FINANCE").await["version"].clone();
        let edited = admin.patch(&path, &json!({"version": version, "in_use": in_use})).await;
        assert_eq!(edited.status, 200, "{}", edited.text);
        until("whoever matches goes by it", || async { (shows(&one, "FINANCE").await == in_use).then_some(()) }).await;
    }
    assert!(began.elapsed() < BETWEEN_LOOKS, "it was looked for, not told: {:?}", began.elapsed());

    let line = json!({"topic": "GARDEN", "language": "ko", "name": "정원", "name_en": "Gardens", "prefix": "G"});
    assert_eq!(admin.post("/api/v1/lines", &line).await.status, 201);
    for server in [&one, &two] {
        let http = server.http();
        until("both have it open", || async {
            let lines = http.read("/api/v1/lines").await;
            let is_it = |line: &&Value| line["topic"] == "GARDEN" && line["open"] == true;
            lines["items"].as_array()?.iter().find(is_it).map(|_| ())
        })
        .await;
        Desk::waiting_for(server, "GARDEN").await;
    }
    one.finish().await;
    two.finish().await;
}

#[tokio::test]
async fn the_organisations_name_and_a_group_room_are_edited_at_any_node() {
    let (one, two) = Pair::two(Office::new().counsellor("kim")).await;
    let (here, there) = (one.http().as_demo_admin().await, two.http().as_demo_admin().await);
    let began = Instant::now();
    for (edits, shown_at, name) in [(&here, &two, "Town hall"), (&there, &one, "Library"), (&here, &two, "Pool")] {
        assert_eq!(edits.put("/api/v1/office", &json!({"name": name})).await.status, 200);
        until("the other shows it", || async {
            (shown_at.http().read("/api/v1/office").await["name"] == name).then_some(())
        })
        .await;
    }
    assert!(began.elapsed() < BETWEEN_LOOKS, "it was looked for, not told: {:?}", began.elapsed());

    let opened = here.post("/api/v1/rooms", &json!({"title": "Evening"})).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    let room = text(&opened.json(), "id");
    let session = one.http().log_in("kim", crate::support::office::PASSWORD).await;
    let url = format!("ws://{}/ws/room?room={room}", one.address());
    let mut kim = Socket::over(handshake(&url, &[bearer(&session)]).await.expect("a socket"), "kim");
    kim.expect("seated").await;
    let began = Instant::now();
    for title in ["Night", "Morning", "Noon"] {
        assert_eq!(there.patch(&format!("/api/v1/rooms/{room}"), &json!({"title": title})).await.status, 200);
        kim.expect_where("room", |told| told["title"] == title).await;
    }
    assert!(began.elapsed() < BETWEEN_LOOKS, "it was looked for, not told: {:?}", began.elapsed());
    one.finish().await;
    two.finish().await;
}

#[tokio::test]
async fn who_is_suspended_at_one_node_loses_what_they_have_open_at_the_other() {
    let (one, two) = Pair::two(Office::new().counsellor("kim").counsellor("lee")).await;
    let (here, there) = (one.http().as_demo_admin().await, two.http().as_demo_admin().await);
    let mut kim = Counsellor::open_at(&one, "kim").await;
    let mut lee = Counsellor::open_at(&two, "lee").await;
    edit_account(&there, "kim", "/suspend", json!({"reason": "on leave"})).await;
    kim.expect_close(4003).await;
    edit_account(&here, "lee", "/suspend", json!({"reason": "on leave"})).await;
    lee.expect_close(4003).await;
    // Whoever matches has heard it too: a visitor is told that nobody is there who could come.
    for server in [&one, &two] {
        let colleagues = server.http().as_demo_admin().await;
        until("nobody is at work", || async {
            let read = colleagues.read("/api/v1/colleagues").await;
            read["items"].as_array()?.iter().all(|colleague| colleague["connected"] == false).then_some(())
        })
        .await;
    }
    one.finish().await;
    two.finish().await;
}

#[tokio::test]
async fn what_somebody_may_know_is_less_at_all_nodes_at_once() {
    let office = Office::new().line("TAX").account("boss", "MANAGER", &["GENERAL", "TAX"], 1);
    let (one, two) = Pair::two(office).await;
    let (boss, admin) = (one.http().as_user("boss").await, two.http().as_demo_admin().await);
    let tax = text(&item(&admin, "/api/v1/lines?all=true", "topic", "TAX").await, "id");
    let general = text(&item(&admin, "/api/v1/lines?all=true", "topic", "GENERAL").await, "id");
    let began = Instant::now();
    for lines in [json!([{"line": tax}]), json!([{"line": general}]), json!([])] {
        let mut list = boss.follow("/api/v1/rooms/stream").await;
        list.expect("snapshot", |_| true).await;
        edit_account(&admin, "boss", "", json!({"lines": lines})).await;
        while list.next().await.is_some() {}
    }
    assert!(began.elapsed() < BETWEEN_LOOKS, "it was looked for, not told: {:?}", began.elapsed());
    one.finish().await;
    two.finish().await;
}

#[tokio::test]
async fn a_desks_key_that_is_changed_at_one_node_ends_its_sockets_at_the_other() {
    let (one, two) = Pair::two(Office::new()).await;
    let (here, there) = (one.http().as_demo_admin().await, two.http().as_demo_admin().await);
    let made = here.post("/api/v1/desks", &json!({"name": "lobby"})).await.json();
    let (id, key) = (text(&made, "id"), text(&made, "key"));
    let mut desk = Desk::registered(&one, &id, &key).await;
    let made = there.post(&format!("/api/v1/desks/{id}/key"), &json!({})).await.json();
    desk.expect_close(4003).await;
    let mut desk = Desk::registered(&two, &id, &text(&made, "key")).await;
    assert_eq!(here.delete(&format!("/api/v1/desks/{id}/key")).await.status, 204);
    desk.expect_close(4003).await;
    one.finish().await;
    two.finish().await;
}

#[tokio::test]
async fn guesses_spread_over_two_nodes_are_as_few_as_at_one() {
    let (one, two) = Pair::two(Office::new().counsellor("kim")).await;
    let mut answered = 0;
    for nth in 0..24 {
        let server = if nth % 2 == 0 { &one } else { &two };
        let guess = json!({"login": "kim", "password": format!("wrong {nth}")});
        answered += u32::from(server.http().post("/api/v1/session", &guess).await.status == 401);
    }
    // One may be on its way as another is answered; nodes that count for themselves would have answered twenty.
    assert!((10..=12).contains(&answered), "{answered} guesses were answered");
    for server in [&one, &two] {
        let right = json!({"login": "kim", "password": crate::support::office::PASSWORD});
        server.http().post("/api/v1/session", &right).await.is_problem(429, "TOO_MANY");
    }
    one.finish().await;
    two.finish().await;
}

#[tokio::test]
async fn a_storm_of_edits_is_a_few_looks_and_the_last_of_them_counts() {
    const EDITS: usize = 100;
    let (one, two) = Pair::two(Office::new()).await;
    let admin = two.http().as_demo_admin().await;
    one.signal("USR1");
    let says_more = || async { one.log().iter().any(|line| line.contains("says more")).then_some(()) };
    until("its log says more", says_more).await;
    let began = Instant::now();
    for nth in 1..=EDITS {
        assert_eq!(admin.put("/api/v1/office", &json!({"name": format!("Office {nth}")})).await.status, 200);
    }
    let took = began.elapsed();
    until_within(Duration::from_secs(5), "the last is shown", || async {
        let shown = one.http().read("/api/v1/office").await;
        (shown["name"] == format!("Office {EDITS}")).then_some(())
    })
    .await;
    let looks = one.log().iter().filter(|line| line.contains("Office: named")).count();
    let at_most = 3 + began.elapsed().as_millis() / 200;
    assert!(looks >= 1 && (looks as u128) <= at_most, "{looks} looks for {EDITS} edits in {took:?}");
    one.finish().await;
    two.finish().await;
}
