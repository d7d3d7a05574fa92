//! How a connection becomes a socket, and what it is before and after.

use std::time::Instant;

use serde_json::json;

use crate::support::raw::{FIN, Raw, TEXT, frame};
use crate::support::{Office, PATIENCE, new_id};

/// The head of a request to upgrade.
fn head(path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: office\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: anteroom.v1\r\n\r\n"
    )
}

#[tokio::test]
async fn what_is_sent_behind_the_handshake_without_waiting_for_its_answer_is_heard() {
    let server = Office::new().counsellor("kim").open().await;
    let mut raw = Raw::to(server.address()).await;
    let ask = json!({"type": "request", "client_id": new_id(), "topic": "GENERAL"}).to_string();
    let (first, second) = ask.split_at(20);
    let mut bytes = head("/ws/desk").into_bytes();
    bytes.extend(frame(TEXT, first.as_bytes()));
    bytes.extend(frame(FIN, second.as_bytes()));
    raw.send(&bytes).await;
    let answer = raw.head().await;
    assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
    let (welcome, waiting) = (raw.heard().await.expect("a frame"), raw.heard().await.expect("a frame"));
    assert_eq!((&welcome["type"], &waiting["type"]), (&json!("welcome"), &json!("waiting")));
    server.finish().await;
}

#[tokio::test]
async fn who_asks_for_a_socket_where_there_is_none_gets_the_answer_of_that_place() {
    let server = Office::new().open().await;
    for (path, status, body) in [
        ("/api/v1/lines", "200 OK", "GENERAL"),
        ("/healthz", "200 OK", "alive"),
        ("/api/v1/nowhere", "404 Not Found", "NOT_FOUND"),
        ("/ws/counsellor", "401 Unauthorized", "NOT_LOGGED_IN"),
    ] {
        let mut raw = Raw::to(server.address()).await;
        raw.send(head(path).as_bytes()).await;
        let answer = raw.head().await.to_ascii_lowercase();
        let status = format!("http/1.1 {status}").to_ascii_lowercase();
        assert!(answer.starts_with(&status) && answer.contains("x-request-id"), "{path}: {answer}");
        assert!(answer.contains("connection: close"), "{path}: {answer}");
        let rest = raw.rest().await;
        assert!(rest.contains(body), "{path}: {rest}");
    }
    server.finish().await;
}

#[tokio::test]
async fn a_socket_is_a_connection_until_it_is_gone() {
    let server = Office::new().open().await;
    let http = server.http();
    let open = async || {
        let metrics = http.get("/metrics").await.expect("an answer").text;
        let line = metrics.lines().find_map(|line| line.strip_prefix("anteroom_connections_open "));
        line.and_then(|count| count.parse::<u32>().ok()).expect("a count")
    };
    // A connection over which the server was waited for may still be on its way out: it is never more.
    let before = open().await;
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.push(Raw::desk(server.address()).await);
    }
    assert!(open().await > 10, "ten sockets, and the connection that asks");
    drop(sockets);
    let until = Instant::now() + PATIENCE;
    while open().await > before {
        assert!(Instant::now() < until, "connections are left of sockets that are gone");
    }
    server.finish().await;
}
