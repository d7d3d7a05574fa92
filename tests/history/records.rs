//! Consultations as staff see them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::http::Answer;
use crate::support::people::talking;
use crate::support::{Desk, Http, Office, Server, until_within};
use crate::support::{PATIENCE, new_id};

fn items(page: &Value) -> Vec<Value> {
    page["items"].as_array().cloned().unwrap_or_else(|| panic!("no items in {page}"))
}

async fn patch(http: &Http, path: &str, body: Value) -> Answer {
    http.ask(http.request(Method::PATCH, path).json(&body)).await
}

/// Two people who have talked, and ended it with a word.
async fn talked(server: &Server, login: &str) -> (String, String) {
    let (mut desk, kim) = talking(server, login).await;
    desk.said("환불을 요청합니다").await;
    kim.send(json!({"type": "end", "room": desk.room, "reason": "해결됨"}));
    desk.expect("ended").await;
    (desk.ticket.clone(), desk.room.clone())
}

#[tokio::test]
async fn what_happened_is_told_with_names_and_the_reason_of_the_end() {
    let server = Office::new().admin().counsellor("kim").open().await;
    let (ticket, room) = talked(&server, "kim").await;
    let admin = server.http().as_user("admin").await;
    let whole = admin.read(&format!("/api/v1/consultations/{ticket}")).await;
    let told = whole["timeline"].as_array().cloned().unwrap_or_default();
    let kinds: Vec<&str> = told.iter().filter_map(|moment| moment["kind"].as_str()).collect();
    assert_eq!(kinds, ["REQUESTED", "OFFERED", "MATCHED", "ROOM_ENDED", "ENDED"], "{told:?}");
    assert_eq!((&told[1]["by_name"], &told[2]["by_name"]), (&json!("kim"), &json!("kim")));
    assert_eq!((&told[3]["detail"]["note"], &told[3]["detail"]["room"]), (&json!("해결됨"), &json!(room)));
    assert!(told.windows(2).all(|two| two[0]["at"].as_str() <= two[1]["at"].as_str()), "{told:?}");
    let read = admin.read(&format!("/api/v1/audits?action=CONSULTATION_READ&subject={ticket}")).await;
    assert_eq!(items(&read).len(), 1, "{read}");
    server.finish().await;
}

#[tokio::test]
async fn an_emptied_memo_is_taken_away_and_its_words_stay_in_the_timeline() {
    let server = Office::new().admin().counsellor("kim").open().await;
    let (ticket, _) = talked(&server, "kim").await;
    let path = format!("/api/v1/consultations/{ticket}");
    let kim = server.http().as_user("kim").await;
    assert_eq!(patch(&kim, &path, json!({"version": 1, "memo": "처음 메모"})).await.json()["memo"], "처음 메모");
    let emptied = patch(&kim, &path, json!({"version": 2, "memo": " \n "})).await;
    assert_eq!((emptied.status, &emptied.json()["memo"]), (200, &Value::Null), "{}", emptied.text);
    let whole = kim.read(&path).await;
    let last = whole["timeline"].as_array().and_then(|told| told.last()).cloned().unwrap_or_default();
    assert_eq!(last["detail"]["memo"], json!({"from": "처음 메모", "to": null}), "{whole}");
    // What is never there without words is refused still.
    let problem = patch(&kim, &path, json!({"version": 3, "result_code": ""})).await.is_problem(422, "OUT_OF_BOUNDS");
    assert_eq!(problem["errors"][0]["code"], "EMPTY");
    server.finish().await;
}

#[tokio::test]
async fn an_edit_needs_the_version_that_was_read_and_keeps_the_earlier_words() {
    let server = Office::new().admin().counsellor("kim").counsellor("lee").open().await;
    let (ticket, _) = talked(&server, "kim").await;
    let path = format!("/api/v1/consultations/{ticket}");
    let (admin, kim, lee) =
        (server.http().as_user("admin").await, server.http().as_user("kim").await, server.http().as_user("lee").await);
    let edited = patch(&kim, &path, json!({"version": 1, "result_code": "RESOLVED", "memo": "처음 메모"})).await;
    assert_eq!((edited.status, &edited.json()["version"]), (200, &json!(2)), "{}", edited.text);
    patch(&admin, &path, json!({"version": 1, "memo": "다른 메모"})).await.is_problem(409, "EDITED");
    assert_eq!(patch(&admin, &path, json!({"version": 2, "memo": "다른 메모"})).await.status, 200);
    patch(&lee, &path, json!({"version": 3, "memo": "x"})).await.is_problem(404, "NOT_FOUND");
    patch(&kim, &path, json!({"version": 3})).await.is_problem(400, "BAD_REQUEST");
    let problem =
        patch(&kim, &path, json!({"version": 3, "result_code": "NONE"})).await.is_problem(422, "OUT_OF_BOUNDS");
    assert_eq!(problem["errors"][0]["field"], "result_code");
    let whole = admin.read(&path).await;
    assert_eq!((&whole["memo"], &whole["version"]), (&json!("다른 메모"), &json!(3)));
    let edits: Vec<&Value> =
        whole["timeline"].as_array().into_iter().flatten().filter(|moment| moment["kind"] == "EDITED").collect();
    assert_eq!(edits.len(), 2);
    assert_eq!(edits[1]["detail"]["memo"], json!({"from": "처음 메모", "to": "다른 메모"}));
    assert_eq!((&edits[0]["by_name"], &edits[1]["by_name"]), (&json!("kim"), &json!("admin")));
    let waiting = Desk::waiting_for(&server, "GENERAL").await;
    let path = format!("/api/v1/consultations/{}", waiting.ticket);
    patch(&admin, &path, json!({"version": 1, "memo": "x"})).await.is_problem(409, "NOT_ENDED");
    server.finish().await;
}

#[tokio::test]
async fn a_manager_knows_of_their_lines_alone() {
    let office = Office::new().line("TAX").admin().counsellor("kim");
    let office = office.account("mine", "MANAGER", &["GENERAL"], 1).account("theirs", "MANAGER", &["TAX"], 1);
    let server = office.account("all", "MANAGER", &[], 1).open().await;
    let (ticket, room) = talked(&server, "kim").await;
    for (login, knows) in [("mine", true), ("theirs", false), ("all", true), ("admin", true), ("kim", true)] {
        let http = server.http().as_user(login).await;
        let found = items(&http.read("/api/v1/consultations").await);
        assert_eq!(found.iter().any(|one| one["id"] == *ticket), knows, "{login}");
        let found = items(&http.read("/api/v1/consultations?status=DONE&q=환불").await);
        assert_eq!(found.iter().any(|one| one["id"] == *ticket), knows, "{login} searches");
        if login != "kim" {
            let found = items(&http.read("/api/v1/rooms").await);
            assert_eq!(found.iter().any(|one| one["id"] == *room), knows, "{login} lists rooms");
        }
        for path in [
            format!("consultations/{ticket}"),
            format!("rooms/{room}"),
            format!("rooms/{room}/members"),
            format!("rooms/{room}/messages"),
        ] {
            let answer = http.get(&format!("/api/v1/{path}")).await.expect("an answer");
            assert_eq!(answer.status, if knows { 200 } else { 404 }, "{login} {path}: {}", answer.text);
        }
    }
    let theirs = server.http().as_user("theirs").await;
    theirs.post(&format!("/api/v1/rooms/{room}/end"), &json!({})).await.is_problem(404, "NOT_FOUND");
    let mine = server.http().as_user("mine").await;
    mine.post(&format!("/api/v1/rooms/{room}/end"), &json!({})).await.is_problem(409, "ROOM_ENDED");
    server.finish().await;
}

#[tokio::test]
async fn a_search_finds_by_text_and_is_audited() {
    let server = Office::new().admin().counsellor("kim").open().await;
    let (ticket, _) = talked(&server, "kim").await;
    let admin = server.http().as_user("admin").await;
    // Found at once, indexed or not, and still when it surely is.
    let stats = || async {
        let figures = admin.read("/api/v1/stats").await;
        (figures["items"][0]["requested"] == 1).then_some(())
    };
    let path = "/api/v1/consultations?q=환불을";
    assert_eq!(items(&admin.read(path).await).len(), 1);
    until_within(PATIENCE, "it is not indexed", stats).await;
    assert_eq!(items(&admin.read(path).await)[0]["id"], *ticket);
    assert!(items(&admin.read("/api/v1/consultations?q=배송").await).is_empty());
    let searched = items(&admin.read("/api/v1/audits?action=CONSULTATIONS_SEARCHED").await);
    assert_eq!(searched.len(), 3);
    assert_eq!(searched[0]["detail"]["q"], "배송");
    for (query, field) in [
        ("q=가", "q"),
        ("rating=6", "rating"),
        ("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to"),
        ("status=NONE", "status"),
    ] {
        let answer = admin.get(&format!("/api/v1/consultations?{query}")).await.expect("an answer");
        let problem = answer.is_problem(422, "OUT_OF_BOUNDS");
        assert_eq!(problem["errors"][0]["field"], *field, "{problem}");
    }
    let nobody = format!("/api/v1/consultations?line_id={}&desk={}&waited_over_s=10", new_id(), new_id());
    assert!(items(&admin.read(&nobody).await).is_empty());
    server.finish().await;
}
