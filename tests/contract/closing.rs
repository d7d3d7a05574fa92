//! Close codes, and the frames below the frames.

use serde_json::json;

use crate::support::people::talking;
use crate::support::raw::{BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, RSV1, Raw, TEXT};
use crate::support::socket::handshake;
use crate::support::{Desk, Office, Socket};

/// What it is, the frames (kind and flags, payload), the code expected.
type Case<'a> = (&'a str, Vec<(u8, &'a [u8])>, u16);

#[tokio::test]
async fn each_protocol_fault_closes_with_its_code_and_disturbs_nobody() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let big = vec![b' '; 16 * 1024 + 1];
    let half = vec![b'x'; 9 * 1024];
    let cases: [Case<'_>; 10] = [
        ("binary", vec![(FIN | BINARY, b"{}")], 1003),
        ("binary in pieces", vec![(BINARY, b"{"), (FIN | CONTINUATION, b"}")], 1003),
        ("not UTF-8", vec![(FIN | TEXT, &[0xc3, 0x28])], 1007),
        ("not UTF-8, in pieces", vec![(TEXT, &[0xf0, 0x9f]), (FIN | CONTINUATION, &[0x28])], 1007),
        ("over 16 KiB", vec![(FIN | TEXT, &big)], 1009),
        ("over 16 KiB in pieces", vec![(TEXT, &half), (FIN | CONTINUATION, &half)], 1009),
        ("a reserved bit", vec![(FIN | RSV1 | TEXT, b"{}")], 1002),
        ("a reserved kind", vec![(FIN | 0x3, b"{}")], 1002),
        ("a continuation of nothing", vec![(FIN | CONTINUATION, b"{}")], 1002),
        ("a message within a message", vec![(TEXT, b"{"), (FIN | TEXT, b"{}")], 1002),
    ];
    for (what, frames, code) in cases {
        let mut raw = Raw::desk(server.address()).await;
        for (first, payload) in frames {
            raw.send_frame(first, payload).await;
        }
        assert_eq!(raw.close_code().await, Some(code), "{what}");
    }
    desk.said("undisturbed").await;
    kim.expect("message").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn control_frames_are_answered_and_have_bounds() {
    let server = Office::new().open().await;
    let mut raw = Raw::desk(server.address()).await;
    raw.send_frame(FIN | PING, b"are you there").await;
    loop {
        match raw.frame().await {
            Some((PONG, payload)) => break assert_eq!(payload, b"are you there"),
            Some(_) => {}
            None => panic!("no pong"),
        }
    }
    raw.send_frame(FIN | CLOSE, &1000u16.to_be_bytes()).await;
    assert_eq!(raw.close_code().await, Some(1000), "a close is answered with its own code");
    for (what, first, length) in [("a long ping", FIN | PING, 126), ("a ping in pieces", PING, 2)] {
        let mut raw = Raw::desk(server.address()).await;
        raw.send_frame(first, &vec![b'x'; length]).await;
        assert_eq!(raw.close_code().await, Some(1002), "{what}");
    }
    server.finish().await;
}

#[tokio::test]
async fn a_frame_without_a_mask_is_a_protocol_fault() {
    let server = Office::new().open().await;
    let mut raw = Raw::desk(server.address()).await;
    raw.send(&[FIN | TEXT, 2, b'{', b'}']).await;
    assert_eq!(raw.close_code().await, Some(1002));
    server.finish().await;
}

#[tokio::test]
async fn a_message_in_pieces_is_one_message() {
    let server = Office::new().open().await;
    let mut raw = Raw::desk(server.address()).await;
    let request = json!({"type": "request", "client_id": "a", "topic": "GENERAL", "nickname": "민지"}).to_string();
    let pieces: Vec<&[u8]> = request.as_bytes().chunks(5).collect();
    for (nth, piece) in pieces.iter().enumerate() {
        let kind = if nth == 0 { TEXT } else { CONTINUATION };
        raw.send_frame(if nth + 1 == pieces.len() { FIN | kind } else { kind }, piece).await;
        if nth == 2 {
            // A ping may come between.
            raw.send_frame(FIN | PING, b"").await;
        }
    }
    let waiting = raw.heard().await.expect("an answer");
    assert_eq!(waiting["type"], "waiting");
    assert_eq!(server.records().text("NICKNAME", "CONSULTATION").as_deref(), Some("민지"));
    server.finish().await;
}

#[tokio::test]
async fn too_many_frames_close_with_4009() {
    let server = Office::new().option("--messages-per-10s-max", "5").counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    for n in 0..6 {
        desk.say(&format!("message {n}"));
    }
    desk.expect_close(4009).await;
    for _ in 0..5 {
        kim.expect("message").await;
    }
    assert_eq!(kim.expect("member").await["state"], "AWAY");
    assert_eq!(server.records().count("MESSAGE"), 5);
    let mut flood = Desk::at(&server).await;
    for _ in 0..100 {
        flood.send(json!({"type": "cancel"}));
    }
    flood.expect_close(4009).await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_page_that_speaks_another_version_is_told_to_reload() {
    let server = Office::new().open().await;
    let url = format!("ws://{}/ws/desk", server.address());
    let other = handshake(&url, &[("sec-websocket-protocol", "anteroom.v0".into())]).await.expect("a socket");
    Socket::over(other, "an old page").expect_close(4010).await;
    let both = handshake(&url, &[("sec-websocket-protocol", "anteroom.v0, anteroom.v1".into())]).await;
    Socket::over(both.expect("a socket"), "a page of two versions").expect("welcome").await;
    server.finish().await;
}

#[tokio::test]
async fn who_logs_out_loses_the_socket() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let http = server.http();
    let (name, value) = crate::support::people::bearer(&kim.session);
    let answer = http.ask(http.request(reqwest::Method::DELETE, "/api/v1/session").header(name, value)).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    kim.expect_close(4003).await;
    assert_eq!(desk.expect("member").await["state"], "AWAY");
    let url = format!("ws://{}/ws/counsellor", server.address());
    let refused = handshake(&url, &[crate::support::people::bearer(&kim.session)]).await;
    assert_eq!(refused.err(), Some(401));
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_registered_desk_has_two_sockets_at_most() {
    let id = crate::support::new_id();
    let server = Office::new().desk(&id, "key").open().await;
    let mut first = Desk::registered(&server, &id, "key").await;
    let mut second = Desk::registered(&server, &id, "key").await;
    let _third = Desk::registered(&server, &id, "key").await;
    first.expect_close(4001).await;
    second.settled().await;
    let url = format!("ws://{}/ws/desk?desk={id}&key=wrong", server.address());
    assert_eq!(handshake(&url, &[]).await.err(), Some(403));
    server.finish().await;
}
