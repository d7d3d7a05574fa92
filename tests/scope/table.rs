//! Every row of the access table, asked for what is there by those whose it is not: a manager of
//! another line, one whose line is gone, a counsellor of another line, a manager who is one no more,
//! and nobody.

use anteroom::http::gate::access::{Owner, Rule, TABLE};
use reqwest::Method;
use serde_json::{Value, json};

use super::{change, delete_line, exported, items, line};
use crate::support::people::text;
use crate::support::{Counsellor, Desk, Http, Office, Server, Supervisor};

/// Stands in every name and text of what is in the house: nobody else may read it anywhere.
const SECRET: &str = "비밀";

/// What is in the house, all of the line `GENERAL`.
struct House {
    server: Server,
    /// A talk that is over.
    consultation: String,
    /// A room that is open, and whoever talks in it.
    room: String,
    ticket: String,
    desk: String,
    account: String,
    job: String,
    log_in: String,
    token: String,
    reply: String,
    _people: (Desk, Counsellor, Desk),
}

async fn asks(server: &Server) -> Desk {
    let desk = Desk::at(server).await;
    let words = json!({"nickname": format!("{SECRET}별명"), "note": format!("{SECRET}문의")});
    let mut request = json!({"type": "request", "client_id": crate::support::new_id(), "topic": "GENERAL"});
    request["nickname"] = words["nickname"].clone();
    request["note"] = words["note"].clone();
    desk.send(request);
    let mut desk = desk;
    desk.waits().await;
    desk
}

async fn made(who: &Http, path: &str, body: Value) -> Value {
    let answer = who.post(path, &body).await;
    assert_eq!(answer.status, 201, "{path}: {}", answer.text);
    answer.json()
}

async fn house() -> House {
    let office = Office::new().demo().line("TAX").line("GONE").rules("ACCEPT_S = 600");
    let office = office.account("mine", "MANAGER", &["GENERAL"], 1).account("was", "MANAGER", &["GENERAL"], 1);
    let office = office.account("theirs", "MANAGER", &["TAX"], 1).account("none", "MANAGER", &["GONE"], 1);
    let server = office.counsellor("kim").counsellor_of("lee", &["TAX"], 1).open().await;
    let admin = server.http().as_demo_admin().await;
    let mine = server.http().as_user("mine").await;
    delete_line(&admin, "GONE").await;

    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut first = asks(&server).await;
    kim.takes_next().await;
    first.seated().await;
    first.said(&format!("{SECRET}말")).await;
    first.end();
    kim.expect_where("state", |state| state["activity"] == "IDLE").await;
    let edit = json!({"version": 1, "memo": format!("{SECRET}메모")});
    let path = format!("/api/v1/consultations/{}", first.ticket);
    assert_eq!(server.http().with_bearer(&kim.session).patch(&path, &edit).await.status, 200);
    let mut second = asks(&server).await;
    kim.takes_next().await;
    second.seated().await;
    second.said(&format!("{SECRET}말")).await;
    let third = asks(&server).await;

    let general = text(&line(&admin, "GENERAL").await, "id");
    let desk = made(&mine, "/api/v1/desks", json!({"name": format!("{SECRET}창구"), "line": general})).await;
    made(&admin, "/api/v1/desks", json!({"name": format!("{SECRET}현관")})).await;
    let reply = json!({"shortcut": "s", "body": format!("{SECRET}답변")});
    let reply = made(&mine, "/api/v1/canned-replies", reply).await;
    let token = made(&mine, "/api/v1/tokens", json!({"name": format!("{SECRET}토큰")})).await;
    let job = exported(&mine, &json!({"format": "CSV"})).await;
    mine.read(&format!("/api/v1/consultations?q={SECRET}검색")).await;
    server.http().post("/api/v1/session", &json!({"login": format!("{SECRET}번호"), "password": "x"})).await;
    let account = text(&super::account(&admin, "kim").await, "id");
    House {
        consultation: first.ticket.clone(),
        room: second.room.clone(),
        ticket: third.ticket.clone(),
        desk: text(&desk, "id"),
        account,
        job: text(&job, "id"),
        log_in: text(&items(&mine.read("/api/v1/sessions").await)[0], "id"),
        token: text(&token, "id"),
        reply: text(&reply, "id"),
        _people: (second, kim, third),
        server,
    }
}

impl House {
    /// What is there for a row with an id.
    fn id(&self, path: &str) -> &str {
        let things = [
            ("consultations", &self.consultation),
            ("rooms", &self.room),
            ("tickets", &self.ticket),
            ("desks", &self.desk),
            ("accounts", &self.account),
            ("jobs", &self.job),
            ("sessions", &self.log_in),
            ("tokens", &self.token),
            ("canned-replies", &self.reply),
        ];
        let noun = path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default();
        let found = things.into_iter().find(|(name, _)| *name == noun);
        found.unwrap_or_else(|| panic!("put a thing for {path} into the house: the table says it is somebody's")).1
    }
}

/// A change that would be carried out for whoever may.
fn body(rule: &Rule) -> Value {
    let path = rule.path.trim_start_matches("/api/v1/");
    match (rule.method, path) {
        ("PATCH", "accounts/{id}" | "desks/{id}") => json!({"version": 1, "name": "x"}),
        ("PATCH", "consultations/{id}") => json!({"version": 2, "memo": "x"}),
        ("PATCH", "rooms/{id}") => json!({"title": "x"}),
        ("PATCH", "canned-replies/{id}") => json!({"version": 1, "body": "x"}),
        ("POST", "rooms/{id}/move") => json!({"line": "TAX", "reason": "x"}),
        ("POST", "tickets/{id}/line") => json!({"topic": "TAX", "reason": "x"}),
        (_, "accounts/{id}/suspend" | "accounts/{id}/validity") | ("DELETE", "accounts/{id}") => {
            json!({"version": 1, "reason": "x"})
        }
        (_, path) if path.starts_with("accounts/") => json!({"version": 1}),
        _ => json!({}),
    }
}

/// A way to hear of it: by the route's words, or not at all.
async fn asked(http: &Http, rule: &Rule, id: &str) -> crate::support::http::Answer {
    let path = rule.path.replace("{id}", id);
    let method = Method::from_bytes(rule.method.as_bytes()).expect("a method");
    let request = http.request(method, &path);
    if rule.method == "GET" { http.ask(request).await } else { http.ask(request.json(&body(rule))).await }
}

fn is_somebodys(rule: &&Rule) -> bool {
    matches!(rule.whose, Owner::Lines | Owner::Own) && !rule.path.starts_with("/ws/")
}

#[tokio::test]
async fn what_is_somebodys_is_for_nobody_else() {
    let house = house().await;
    let http = house.server.http();
    let admin = http.as_demo_admin().await;
    let was = http.as_user("was").await;
    let kept = exported(&was, &json!({"format": "XLSX"})).await;
    let kept = format!("/api/v1/jobs/{}/file", text(&kept, "id"));
    assert_eq!(was.get(&kept).await.expect("an answer").status, 200, "as long as they are the line's manager");
    change(&admin, "was", json!({"role": "COUNSELLOR", "lines": []})).await;
    let was = http.as_user("was").await;
    was.get(&kept).await.expect("an answer").is_problem(404, "NOT_FOUND");
    assert_eq!(was.read(kept.trim_end_matches("/file")).await["file"], json!(null), "nor is it said to be there");
    assert_eq!(items(&was.read("/api/v1/jobs").await)[0]["file"], json!(null));

    let mine = http.as_user("mine").await;
    let strangers = [
        ("a manager of another line", http.as_user("theirs").await),
        ("a manager whose line is gone", http.as_user("none").await),
        ("a counsellor of another line", http.as_user("lee").await),
        ("a manager who is one no more", was),
        ("nobody", http.clone()),
    ];
    for rule in TABLE.iter().filter(is_somebodys).filter(|rule| rule.path.contains("{id}")) {
        let id = house.id(rule.path);
        if rule.method == "GET" && !rule.path.ends_with("timeline") {
            let answer = asked(&mine, rule, id).await;
            assert_eq!(answer.status, 200, "{} for whose it is: {}", rule.path, answer.text);
        }
        for (who, stranger) in &strangers {
            let answer = asked(stranger, rule, id).await;
            let said = format!("{} {} for {who}: {}", rule.method, rule.path, answer.text);
            assert!([401, 403, 404].contains(&answer.status), "{} {said}", answer.status);
            assert!(!answer.text.contains(SECRET), "{said}");
        }
    }
    // Nothing came of it.
    for (path, field, expected) in [
        (format!("desks/{}", house.desk), "version", json!(1)),
        (format!("rooms/{}", house.room), "status", json!("OPEN")),
        (format!("consultations/{}", house.ticket), "line", json!("GENERAL")),
        (format!("consultations/{}", house.consultation), "version", json!(2)),
        (format!("accounts/{}", house.account), "name", json!("kim")),
    ] {
        assert_eq!(mine.read(&format!("/api/v1/{path}")).await[field], expected, "{path}");
    }
    for login in ["theirs", "none", "lee", "was"] {
        let session = http.log_in(login, crate::support::office::PASSWORD).await;
        assert_eq!(Supervisor::refused(&house.server, &session, &house.room).await, Some(404), "{login}");
    }
    house.server.finish().await;
}

#[tokio::test]
async fn no_list_holds_what_is_somebody_elses() {
    let house = house().await;
    let http = house.server.http();
    let (mine, theirs, none) = (http.as_user("mine").await, http.as_user("theirs").await, http.as_user("none").await);
    let others = [("theirs", &theirs), ("none", &none), ("lee", &http.as_user("lee").await), ("nobody", &http)];
    let lists = TABLE.iter().filter(is_somebodys).filter(|rule| rule.method == "GET" && !rule.path.contains("{id}"));
    for rule in lists.filter(|rule| rule.path != "/api/v1/rooms/stream") {
        for (who, other) in &others {
            let answer = other.get(rule.path).await.expect("an answer");
            let said = format!("{} for {who}: {} {}", rule.path, answer.status, answer.text);
            assert!([200, 401, 403].contains(&answer.status), "{said}");
            assert!(!answer.text.contains(SECRET), "{said}");
            for id in [&house.consultation, &house.room, &house.ticket, &house.desk, &house.account, &house.job] {
                assert!(!answer.text.contains(id.as_str()), "{id} in {said}");
            }
        }
    }
    for (who, other) in [("theirs", &theirs), ("none", &none)] {
        let snapshot = other.follow("/api/v1/rooms/stream").await.expect("snapshot", |_| true).await.to_string();
        assert!(!snapshot.contains(SECRET) && !snapshot.contains(&house.account), "{who}: {snapshot}");
    }
    // They are lists that could have held it.
    for (path, held) in [
        ("consultations", &house.consultation),
        ("rooms", &house.room),
        ("desks", &house.desk),
        ("accounts", &house.account),
        ("jobs", &house.job),
        ("tokens", &house.token),
        ("canned-replies", &house.reply),
        ("audits?limit=200", &house.consultation),
    ] {
        let found = mine.read(&format!("/api/v1/{path}")).await;
        assert!(found.to_string().contains(held.as_str()), "{path}: {found}");
    }
    let snapshot = mine.follow("/api/v1/rooms/stream").await.expect("snapshot", |_| true).await;
    assert!(snapshot["rooms"][0]["room"] == *house.room && snapshot["tickets"][0]["ticket"] == *house.ticket);
    let audits = mine.read("/api/v1/audits?limit=200").await;
    assert!(
        !audits.to_string().contains(&format!("{SECRET}번호")),
        "what was typed as a login is for admins: {audits}"
    );
    assert!(items(&audits).iter().any(|entry| entry["action"] == "CONSULTATIONS_SEARCHED"), "one's own searches");
    house.server.finish().await;
}

#[tokio::test]
async fn a_desk_is_of_its_line_and_one_without_is_of_the_whole_office() {
    let house = house().await;
    let http = house.server.http();
    let (mine, admin) = (http.as_user("mine").await, http.as_demo_admin().await);
    let tax = text(&line(&admin, "TAX").await, "id");
    for body in [json!({"name": "x"}), json!({"name": "x", "line": tax})] {
        let refused = mine.post("/api/v1/desks", &body).await.is_problem(422, "OUT_OF_BOUNDS");
        assert_eq!(refused["errors"][0]["field"], "line", "{refused}");
    }
    let path = format!("/api/v1/desks/{}", house.desk);
    for line in [json!(null), json!(tax)] {
        let refused = mine.patch(&path, &json!({"version": 1, "line": line})).await;
        assert_eq!(refused.is_problem(422, "OUT_OF_BOUNDS")["errors"][0]["field"], "line");
    }
    let open = admin.read("/api/v1/desks").await;
    let open = items(&open).iter().find(|desk| desk["line"].is_null()).expect("a desk of the whole office");
    let open = format!("/api/v1/desks/{}", text(open, "id"));
    mine.get(&open).await.expect("an answer").is_problem(404, "NOT_FOUND");
    mine.post(&format!("{open}/key"), &json!({})).await.is_problem(404, "NOT_FOUND");
    assert_eq!(mine.post(&format!("{path}/key"), &json!({})).await.status, 201);
    assert_eq!(admin.post(&format!("{open}/key"), &json!({})).await.status, 201);
    house.server.finish().await;
}
