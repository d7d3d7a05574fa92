//! A page cannot see pings: what it hears while nothing happens.

use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::header::ACCEPT_ENCODING;

use crate::support::people::talking;
use crate::support::socket::Entry;
use crate::support::{Desk, Office};

#[tokio::test]
async fn a_quiet_socket_beats_a_heartbeat_after_what_was_said_last() {
    let server = Office::new().option("--heartbeat-s", "1").counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    for _ in 0..2 {
        desk.expect("beat").await;
        kim.expect("beat").await;
    }
    // Whatever else is said puts the next one off.
    kim.said("one more word").await;
    desk.expect("message").await;
    desk.expect("beat").await;
    let heard = desk.journal().entries();
    let (at, kinds): (Vec<Instant>, Vec<String>) = heard
        .into_iter()
        .filter_map(|(at, entry)| match entry {
            Entry::Heard(frame) => Some((at, frame["type"].as_str()?.to_owned())),
            _ => None,
        })
        .unzip();
    for nth in (1..kinds.len()).filter(|nth| kinds[*nth] == "beat") {
        let quiet = at[nth] - at[nth - 1];
        // A busy machine may be late; being early would be a fault.
        assert!(quiet > Duration::from_millis(900), "a beat {quiet:?} after `{}`", kinds[nth - 1]);
    }
    assert!(kinds.iter().any(|kind| kind == "beat"), "{kinds:?}");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn every_stream_beats_and_nothing_on_its_way_is_asked_to_hold_it_back() {
    let server = Office::new().option("--heartbeat-s", "1").admin().open().await;
    let waiting = Desk::waiting_for(&server, "GENERAL").await;
    let admin = server.http().as_user("admin").await;
    for path in ["/api/v1/rooms/stream", "/api/v1/office/stream", &format!("/api/v1/tickets/{}/stream", waiting.ticket)]
    {
        let request = || admin.request(Method::GET, path).header(ACCEPT_ENCODING, "br, gzip");
        let answer = admin.begin(request()).await;
        assert_eq!((answer.status, answer.header("x-accel-buffering")), (200, "no"), "{path}");
        assert_eq!(answer.header("content-type"), "text/event-stream", "{path}");
        assert!(["", "identity"].contains(&answer.header("content-encoding")), "{path}: it is compressed");
        let mut events = admin.follow(path).await;
        let first = events.next().await.expect("an event");
        assert_ne!(first.0, "beat", "{path}: first comes how things are");
        let data = events.expect("beat", |_| true).await;
        assert_eq!(data, serde_json::json!({}), "{path}");
    }
    server.finish().await;
}
