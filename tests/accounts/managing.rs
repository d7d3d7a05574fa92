//! Who sees and changes whom, and that the matchmaker hears of it.

use serde_json::{Value, json};

use super::{account, audits, from, office, path};
use crate::support::office::PASSWORD;
use crate::support::{Counsellor, Desk, Http, Server};

/// Managers of one line, of another and of none; a counsellor of each line and one of both.
async fn house() -> Server {
    office()
        .account("general", "MANAGER", &["GENERAL"], 1)
        .account("everything", "MANAGER", &[], 1)
        .counsellor("kim")
        .counsellor_of("both", &["GENERAL", "FINANCE"], 1)
        .counsellor_of("fin", &["FINANCE"], 1)
        .line("FINANCE")
        .open()
        .await
}

async fn logins(who: &Http, query: &str) -> Vec<String> {
    let (mut logins, mut after) = (Vec::new(), String::new());
    loop {
        let page = who.read(&format!("/api/v1/accounts?limit=2{query}{after}")).await;
        let items = page["items"].as_array().expect("items").clone();
        assert!(items.len() <= 2);
        logins.extend(items.iter().filter_map(|one| one["login"].as_str().map(str::to_owned)));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    logins.sort();
    logins
}

async fn line(who: &Http, topic: &str) -> Value {
    let lines = who.read("/api/v1/lines").await;
    let lines = lines["items"].as_array().expect("lines").clone();
    lines.iter().find(|line| line["topic"] == *topic).map(|line| line["id"].clone()).expect("the line")
}

#[tokio::test]
async fn a_manager_sees_who_serves_their_lines_and_who_waits_for_approval() {
    let server = house().await;
    let http = server.http();
    http.post(
        "/api/v1/accounts",
        &json!({
            "login": "new", "email": "new@example.org", "name": "New", "password": PASSWORD,
        }),
    )
    .await;
    let (boss, general) = (http.as_user("boss").await, http.as_user("general").await);
    let everything = http.as_user("everything").await;
    let all = ["admin", "boss", "both", "counsellor1", "counsellor2", "everything", "fin", "general", "kim", "new"];
    assert_eq!(logins(&boss, "").await, all);
    assert_eq!(logins(&everything, "").await, all);
    assert_eq!(logins(&general, "").await, ["both", "counsellor1", "counsellor2", "general", "kim", "new"]);
    assert_eq!(logins(&general, "&line=FINANCE").await, ["both", "counsellor1", "counsellor2"]);
    let finance = line(&boss, "FINANCE").await;
    let finance = finance.as_str().expect("an id");
    assert_eq!(logins(&boss, &format!("&line={finance}")).await, ["both", "counsellor1", "counsellor2", "fin"]);
    assert_eq!(logins(&boss, "&role=MANAGER").await, ["everything", "general"]);
    assert_eq!(logins(&boss, "&state=PENDING").await, ["new"]);
    assert_eq!(logins(&boss, "&q=EW%40exam").await, ["new"]);
    assert_eq!(logins(&boss, "&q=100%25").await, Vec::<String>::new());
    assert_eq!(logins(&boss, "&q=_").await, Vec::<String>::new(), "a letter, not a pattern");
    let fin = account(&boss, "fin").await;
    let suspended = boss.post(&path(&fin, "/suspend"), &from(&fin, json!({"reason": "x"}))).await;
    assert_eq!(suspended.status, 200);
    assert_eq!(logins(&boss, "&state=SUSPENDED").await, ["fin"]);
    assert!(!logins(&boss, "&state=ACTIVE").await.contains(&"fin".to_owned()));
    assert_eq!(logins(&boss, "&state=DELETED").await, Vec::<String>::new());

    general.get(&path(&fin, "")).await.expect("an answer").is_problem(404, "NOT_FOUND");
    general.patch(&path(&fin, ""), &from(&fin, json!({"name": "x"}))).await.is_problem(404, "NOT_FOUND");
    let kim = account(&general, "kim").await;
    assert_eq!(general.read(&path(&kim, "")).await, kim);
    let as_kim = http.as_user("kim").await;
    assert_eq!(as_kim.read(&path(&kim, "")).await, kim, "oneself");
    as_kim.get(&path(&fin, "")).await.expect("an answer").is_problem(404, "NOT_FOUND");
    as_kim.get("/api/v1/accounts").await.expect("an answer").is_problem(403, "NOT_ALLOWED");
    http.get("/api/v1/accounts").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    assert_eq!(audits(&boss, "ACCOUNT_READ").await[0]["subject_id"], kim["id"]);
    for (query, status, code, field) in [
        ("state=HAPPY", 422, "OUT_OF_BOUNDS", "state"),
        ("role=KING", 422, "OUT_OF_BOUNDS", "role"),
        ("limit=0", 422, "OUT_OF_BOUNDS", "limit"),
        ("after=x", 400, "BAD_REQUEST", "after"),
        ("colour=red", 400, "BAD_REQUEST", "colour"),
    ] {
        let answer = boss.get(&format!("/api/v1/accounts?{query}")).await.expect("an answer");
        let problem = answer.is_problem(status, code);
        assert_eq!(problem["errors"][0]["field"], *field, "{query}: {problem}");
    }
    server.finish().await;
}

#[tokio::test]
async fn a_manager_changes_counsellors_of_theirs_and_nobody_else() {
    let server = house().await;
    let http = server.http();
    let (boss, general) = (http.as_user("boss").await, http.as_user("general").await);
    let everything = http.as_user("everything").await;
    let (line_a, line_b) = (line(&boss, "GENERAL").await, line(&boss, "FINANCE").await);
    let serves = |line: &Value, tier: u8| json!({"line": line, "tier": tier});
    let both = account(&general, "both").await;
    let at = path(&both, "");

    let changed = general.patch(&at, &from(&both, json!({"name": "Both", "capacity": 7}))).await.json();
    assert_eq!((&changed["name"], &changed["capacity"]), (&json!("Both"), &json!(7)));
    let wanted = json!({"lines": [serves(&line_a, 2), serves(&line_b, 0)]});
    let changed = general.patch(&at, &from(&changed, wanted)).await.json();
    assert_eq!(changed["lines"].as_array().map(Vec::len), Some(2), "{changed}");
    let not_theirs = json!({"lines": [serves(&line_a, 2), serves(&line_b, 1)]});
    general.patch(&at, &from(&changed, not_theirs)).await.is_problem(403, "NOT_ALLOWED");
    general.patch(&at, &from(&changed, json!({"lines": []}))).await.is_problem(403, "NOT_ALLOWED");
    general.patch(&at, &from(&changed, json!({"role": "MANAGER"}))).await.is_problem(403, "NOT_ALLOWED");
    general.patch(&at, &from(&changed, json!({"email": "mine@example.org"}))).await.is_problem(403, "NOT_ALLOWED");
    general
        .post(&path(&both, "/suspend"), &from(&changed, json!({"reason": "x"})))
        .await
        .is_problem(403, "NOT_ALLOWED");
    let until = json!({"until": "2090-01-01T00:00:00Z", "reason": "contract"});
    let changed = general.put(&path(&both, "/validity"), &from(&changed, until.clone())).await;
    assert_eq!(changed.status, 200, "{}", changed.text);

    let me = account(&general, "general").await;
    assert_eq!(general.patch(&path(&me, ""), &from(&me, json!({"name": "Me"}))).await.status, 200);
    let me = account(&general, "general").await;
    general.patch(&path(&me, ""), &from(&me, json!({"lines": []}))).await.is_problem(403, "NOT_ALLOWED");
    general.put(&path(&me, "/validity"), &from(&me, until.clone())).await.is_problem(403, "NOT_ALLOWED");
    for other in ["boss", "general"] {
        let other = account(&everything, other).await;
        let answer = everything.patch(&path(&other, ""), &from(&other, json!({"name": "x"}))).await;
        answer.is_problem(403, "NOT_ALLOWED");
        let answer = everything.put(&path(&other, "/validity"), &from(&other, until.clone())).await;
        answer.is_problem(403, "NOT_ALLOWED");
    }
    for (body, field) in [
        (json!({"capacity": 0}), "capacity"),
        (json!({"capacity": 51}), "capacity"),
        (json!({"name": ""}), "name"),
        (json!({"language": "fr"}), "language"),
        (json!({"email": "x"}), "email"),
        (json!({"role": "KING"}), "role"),
        (json!({"lines": [serves(&json!(crate::support::new_id()), 0)]}), "lines"),
        (json!({"lines": [serves(&line_a, 0), serves(&line_a, 1)]}), "lines"),
    ] {
        let kim = account(&boss, "kim").await;
        let problem = boss.patch(&path(&kim, ""), &from(&kim, body)).await.is_problem(422, "OUT_OF_BOUNDS");
        assert_eq!(problem["errors"][0]["field"], *field, "{problem}");
    }
    server.finish().await;
}

#[tokio::test]
async fn the_matchmaker_hears_at_once_whom_it_may_ask() {
    let server = office().counsellor("kim").line("TAX").open().await;
    let boss = server.http().as_user("boss").await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut first = Desk::waiting_for(&server, "GENERAL").await;
    kim.takes_next().await;
    first.seated().await;
    let mut second = Desk::waiting_for(&server, "GENERAL").await;
    assert!(!kim.has("offer"), "one at a time");

    let mut on_file = account(&boss, "kim").await;
    on_file = boss.patch(&path(&on_file, ""), &from(&on_file, json!({"capacity": 2, "name": "Kim 2"}))).await.json();
    kim.takes_next().await;
    let matched = second.seated().await;
    assert!(matched.to_string().contains("Kim 2"), "{matched}");

    // Fewer places than rooms: the rooms go on, nothing new rings.
    on_file = boss.patch(&path(&on_file, ""), &from(&on_file, json!({"capacity": 1}))).await.json();
    kim.expect_where("state", |state| state["capacity"] == 1).await;
    first.said("still here").await;
    let tax = line(&boss, "TAX").await;
    let wanted = json!({"capacity": 3, "lines": [{"line": tax}]});
    boss.patch(&path(&on_file, ""), &from(&on_file, wanted)).await.json();
    kim.expect_where("state", |state| state["lines"][0]["topic"] == "TAX" && state["capacity"] == 3).await;
    let _general = Desk::waiting_for(&server, "GENERAL").await;
    let mut third = Desk::waiting_for(&server, "TAX").await;
    let offer = kim.rung().await;
    assert_eq!(offer["ticket"], *third.ticket, "{offer}");
    kim.accept(&offer);
    third.seated().await;
    server.check().await;
    server.finish().await;
}
