//! A desk's key: it opens tickets and nothing else, and once taken away it opens nothing at all.

use anteroom::http::gate::access::{Access, TABLE};
use anteroom::protocol::{ClientFrame, Sender};
use reqwest::Method;
use serde_json::json;

use super::{office, register};
use crate::support::people::{bearer, text};
use crate::support::socket::handshake;
use crate::support::{Counsellor, Desk, Server, new_id, until};

fn url(server: &Server, id: &str, key: &str) -> String {
    format!("ws://{}/ws/desk?desk={id}&key={key}", server.address())
}

#[tokio::test]
async fn r10_a_key_taken_away_while_a_ticket_waits_leaves_the_place_for_its_grace() {
    let (server, admin) = office("GRACE_S = 2").await;
    let (id, key) = register(&admin, "로비").await;
    let mut desk = Desk::registered(&server, &id, &key).await;
    desk.request("GENERAL");
    desk.waits().await;
    assert_eq!(admin.delete(&format!("/api/v1/desks/{id}/key")).await.status, 204);
    desk.expect_close(4003).await;
    assert_eq!(handshake(&url(&server, &id, &key), &[]).await.err(), Some(403));
    assert_eq!(handshake(&url(&server, &id, ""), &[]).await.err(), Some(403), "no key is not an empty key");
    assert_eq!(server.records().ticket(&desk.ticket).status, "WAITING");
    until("the grace is over", || async {
        (server.records().ticket(&desk.ticket).status == "ABANDONED").then_some(())
    })
    .await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r10_a_desk_with_a_new_key_takes_its_place_back() {
    let (server, admin) = office("GRACE_S = 60").await;
    let (id, key) = register(&admin, "로비").await;
    let mut desk = Desk::registered(&server, &id, &key).await;
    desk.request("GENERAL");
    desk.waits().await;
    let ticket = desk.ticket.clone();
    let made = admin.post(&format!("/api/v1/desks/{id}/key"), &json!({})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    desk.expect_close(4003).await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    kim.decided().await;
    assert!(!kim.has("offer"), "an absent desk is passed over");
    let mut again = Desk::registered(&server, &id, &text(&made.json(), "key")).await;
    again.token = desk.token.clone();
    again.resume(None);
    again.waits().await;
    assert_eq!(again.ticket, ticket);
    assert_eq!(kim.rung().await["ticket"], *ticket);
    server.finish().await;
}

#[tokio::test]
async fn a_desk_out_of_use_or_deleted_is_closed_at_once_and_not_let_in() {
    let (server, admin) = office("GRACE_S = 30").await;
    let (id, key) = register(&admin, "로비").await;
    let path = format!("/api/v1/desks/{id}");
    let mut other = Desk::at(&server).await;
    let mut desk = Desk::registered(&server, &id, &key).await;
    let renamed = admin.patch(&path, &json!({"version": 1, "name": "창구"})).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text);
    desk.settled().await;
    admin.patch(&path, &json!({"version": 2, "in_use": false})).await;
    desk.expect_close(4003).await;
    assert_eq!(handshake(&url(&server, &id, &key), &[]).await.err(), Some(403));
    admin.patch(&path, &json!({"version": 3, "in_use": true})).await;
    let mut desk = Desk::registered(&server, &id, &key).await;
    admin.delete(&path).await;
    desk.expect_close(4003).await;
    assert_eq!(handshake(&url(&server, &id, &key), &[]).await.err(), Some(403));
    other.settled().await;
    server.finish().await;
}

/// As another node does it: nothing tells this one.
#[tokio::test]
async fn a_desk_that_lost_its_key_elsewhere_is_closed_and_others_are_not() {
    let (server, admin) = office("GRACE_S = 30").await;
    let mut other = Desk::at(&server).await;
    let lost = ["KEY_HASH = ''", "KEY_HASH = 'another'", "USE_YN = 'N'", "DEL_YN = 'Y'"];
    let mut open = Vec::new();
    for (nth, how) in lost.into_iter().enumerate() {
        let (id, key) = register(&admin, &format!("창구 {nth}")).await;
        open.push((how, Desk::registered(&server, &id, &key).await, id));
    }
    let (kept, key) = register(&admin, "로비").await;
    let mut stays = Desk::registered(&server, &kept, &key).await;
    for (how, _, id) in &open {
        server.records().execute(&format!("UPDATE DESK SET {how} WHERE DESK_ID = '{id}'"));
    }
    server.records().execute(&format!("UPDATE DESK SET NAME = '입구', VERSION = 2 WHERE DESK_ID = '{kept}'"));
    for (_, desk, _) in &mut open {
        desk.expect_close(4003).await;
    }
    stays.settled().await;
    other.settled().await;
    server.finish().await;
}

#[tokio::test]
async fn a_desk_that_comes_back_again_and_again_keeps_its_live_sockets() {
    let (server, admin) = office("GRACE_S = 30").await;
    let (id, key) = register(&admin, "로비").await;
    let mut desk = Desk::registered(&server, &id, &key).await;
    desk.request("GENERAL");
    desk.waits().await;
    for _ in 0..5 {
        // A second visitor's tab that comes and goes beside the one that waits.
        let tab = Desk::registered(&server, &id, &key).await;
        tab.close();
        let mut tab = tab;
        tab.ended().await;
    }
    desk.settled().await;
    server.finish().await;
}

#[tokio::test]
async fn a_key_opens_no_route() {
    let (server, admin) = office("GRACE_S = 30").await;
    let (id, key) = register(&admin, "로비").await;
    let kiosk = server.http();
    let mut tried = 0;
    let closed = TABLE.iter().filter(|rule| rule.who != Access::Anyone).map(|rule| (rule.method, rule.path));
    let more = [("GET", "/api/v1/lines?all=true"), ("GET", "/api/v1/codes?all=true")];
    for (method, path) in closed.chain(more) {
        let path = path.replace("{id}", &id).replace("{seq}", "1").replace("{file}", "x");
        let query = format!("{path}{}desk={id}&key={key}", if path.contains('?') { "&" } else { "?" });
        let method: Method = method.parse().expect("a method");
        for (path, headers) in [
            (&path, [("authorization", format!("Bearer {key}"))].to_vec()),
            (&path, [("cookie", format!("anteroom_session={key}")), ("origin", server.url(""))].to_vec()),
            (&query, vec![]),
        ] {
            let mut request = kiosk.request(method.clone(), path);
            for (name, value) in headers {
                request = request.header(name, value);
            }
            if method != Method::GET {
                request = request.json(&json!({}));
            }
            let answer = kiosk.ask(request).await;
            // A list that all may see refuses the strange fields of the third way.
            let expected = if answer.status == 400 { path.contains("all=true") } else { answer.status == 401 };
            assert!(expected, "{method} {path}: {} {}", answer.status, answer.text);
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried} tries");
    let counsellor = format!("ws://{}/ws/counsellor", server.address());
    assert_eq!(handshake(&counsellor, &[bearer(&key)]).await.err(), Some(401));
    server.finish().await;
}

#[tokio::test]
async fn a_key_sends_no_frame_of_a_counsellors() {
    let (server, admin) = office("GRACE_S = 30").await;
    let (id, key) = register(&admin, "로비").await;
    let mut desk = Desk::registered(&server, &id, &key).await;
    for frame in [
        json!({"type": "open"}),
        json!({"type": "pause"}),
        json!({"type": "accept", "offer": new_id()}),
        json!({"type": "decline", "offer": new_id()}),
        json!({"type": "wrap_up", "room": new_id(), "result_code": "RESOLVED"}),
    ] {
        assert_eq!(ClientFrame::parse(&frame.to_string()).expect("a frame").senders(), [Sender::Counsellor]);
        desk.send(frame);
        desk.expect_error("NOT_ALLOWED").await;
    }
    for frame in [
        json!({"type": "say", "room": new_id(), "client_id": "x", "body": "x"}),
        json!({"type": "typing", "room": new_id(), "on": true}),
        json!({"type": "seen", "room": new_id(), "seq": 1}),
        json!({"type": "replay", "room": new_id(), "after": 0}),
        json!({"type": "end", "room": new_id()}),
        json!({"type": "rate", "room": new_id(), "score": 5}),
    ] {
        desk.send(frame);
        desk.expect_error("NO_SUCH_ROOM").await;
    }
    desk.request("GENERAL");
    desk.waits().await;
    server.finish().await;
}
