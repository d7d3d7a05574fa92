//! A device becomes a desk by a link that works once.

use serde_json::json;

use super::{field, office, register};
use crate::support::people::text;
use crate::support::socket::handshake;
use crate::support::{Desk, Http};

async fn link(staff: &Http, desk: &str) -> (String, serde_json::Value) {
    let made = staff.post(&format!("/api/v1/desks/{desk}/enrolment"), &json!({})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    let token = text(&made, "url").split_once("/desk#enrol=").map(|(_, token)| token.to_owned());
    (token.unwrap_or_else(|| panic!("no token in {made}")), made)
}

#[tokio::test]
async fn a_device_is_enrolled_once_and_the_key_before_closes() {
    let (server, admin) = office("GRACE_S = 30").await;
    let (id, key) = register(&admin, "로비").await;
    let mut before = Desk::registered(&server, &id, &key).await;
    let (earlier, _) = link(&admin, &id).await;
    let (token, made) = link(&admin, &id).await;
    assert!(text(&made, "url").starts_with(&server.url("/desk#enrol=")), "{made}");
    let qr = text(&made, "qr");
    assert!(qr.contains("<svg") && !qr.contains("<script"), "{qr}");
    let path = format!("/api/v1/desks/{id}");
    assert_eq!(admin.read(&path).await["enrolment_until"], made["expires_at"]);
    assert!(!server.records().text("ENROL_HASH", "DESK WHERE NAME = '로비'").unwrap().contains(&token));

    let device = server.http();
    let enrol = |token: &str| {
        let (device, body) = (device.clone(), json!({"token": token}));
        async move { device.post("/api/v1/desks/enrol", &body).await }
    };
    enrol(&earlier).await.is_problem(403, "NOT_ALLOWED");
    before.settled().await;
    let enrolled = enrol(&token).await;
    assert_eq!(enrolled.status, 200, "{}", enrolled.text);
    let enrolled = enrolled.json();
    assert_eq!((&enrolled["desk"], &enrolled["name"]), (&json!(id), &json!("로비")));
    before.expect_close(4003).await;
    let old = format!("ws://{}/ws/desk?desk={id}&key={key}", server.address());
    assert_eq!(handshake(&old, &[]).await.err(), Some(403));
    Desk::registered(&server, &id, &text(&enrolled, "key")).await;
    enrol(&token).await.is_problem(403, "NOT_ALLOWED");
    let desk = admin.read(&path).await;
    assert!(desk["enrolment_until"].is_null() && desk["has_key"] == true, "{desk}");
    let audit = admin.read(&format!("/api/v1/audits?subject={id}&action=DESK_ENROLLED")).await;
    assert_eq!(audit["items"][0]["actor"], "ANYONE");
    server.finish().await;
}

#[tokio::test]
async fn of_devices_that_enrol_at_once_one_wins() {
    let (server, admin) = office("GRACE_S = 30").await;
    let (id, _) = register(&admin, "로비").await;
    let (token, _) = link(&admin, &id).await;
    let tries: Vec<_> = (0..6)
        .map(|_| {
            let (device, body) = (server.http(), json!({"token": token}));
            tokio::spawn(async move { device.post("/api/v1/desks/enrol", &body).await })
        })
        .collect();
    let mut keys = Vec::new();
    for answer in tries {
        let answer = answer.await.expect("an answer");
        match answer.status {
            200 => keys.push(text(&answer.json(), "key")),
            _ => drop(answer.is_problem(403, "NOT_ALLOWED")),
        }
    }
    assert_eq!(keys.len(), 1, "one of them is the desk");
    Desk::registered(&server, &id, &keys[0]).await;
    server.finish().await;
}

#[tokio::test]
async fn a_link_that_is_too_old_or_of_a_desk_out_of_use_is_refused() {
    let (server, admin) = office("GRACE_S = 30").await;
    let (id, _) = register(&admin, "로비").await;
    let path = format!("/api/v1/desks/{id}");
    let (token, _) = link(&admin, &id).await;
    let device = server.http();
    admin.patch(&path, &json!({"version": 1, "in_use": false})).await;
    device.post("/api/v1/desks/enrol", &json!({"token": token})).await.is_problem(403, "NOT_ALLOWED");
    admin.patch(&path, &json!({"version": 2, "in_use": true})).await;
    server.records().execute("UPDATE DESK SET ENROL_UNTIL = '2026-01-01 00:00:00' WHERE NAME = '로비'");
    device.post("/api/v1/desks/enrol", &json!({"token": token})).await.is_problem(403, "NOT_ALLOWED");
    for (body, status, at) in [
        (json!({}), 400, "token"),
        (json!({"token": ""}), 422, "token"),
        (json!({"token": "x".repeat(513)}), 422, "token"),
        (json!({"token": "x", "desk": id}), 400, "desk"),
    ] {
        let refused = device.post("/api/v1/desks/enrol", &body).await;
        assert_eq!((refused.status, field(&refused).as_str()), (status, at), "{body}");
    }
    server.finish().await;
}
