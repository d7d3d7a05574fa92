//! Requests: logging in, lists, streams, and every refusal in the form of the contract.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::office::PASSWORD;
use crate::support::people::{bearer, talking};
use crate::support::socket::handshake;
use crate::support::{Counsellor, Desk, Http, Office, new_id};

fn items(page: &Value) -> Vec<Value> {
    page["items"].as_array().cloned().unwrap_or_else(|| panic!("no items in {page}"))
}

#[tokio::test]
async fn logging_in_and_out() {
    let server = Office::new().counsellor("kim").open().await;
    let http = server.http();
    http.get("/api/v1/session").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    let answer = http.post("/api/v1/session", &json!({"login": "kim", "password": PASSWORD})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let account = &answer.json()["account"];
    assert_eq!((&account["login"], &account["role"]), (&json!("kim"), &json!("COUNSELLOR")));
    assert!(!answer.text.contains("password") && !answer.text.contains("argon2"), "{}", answer.text);
    let cookie = answer.header("set-cookie").to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "not under TLS: {cookie}");
    let pair = cookie.split(';').next().unwrap_or_default().to_owned();
    let with_cookie = |method| http.request(method, "/api/v1/session").header("cookie", &pair);
    assert_eq!(http.ask(with_cookie(Method::GET)).await.json()["account"]["login"], "kim");
    let out = with_cookie(Method::DELETE).header("origin", server.url(""));
    assert_eq!(http.ask(out).await.status, 204);
    http.ask(with_cookie(Method::GET)).await.is_problem(401, "NOT_LOGGED_IN");
    server.finish().await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_look_the_same_and_too_many_must_pause() {
    let server = Office::new().counsellor("kim").open().await;
    let http = server.http();
    let try_in = |login: &'static str| {
        let http = http.clone();
        async move { http.post("/api/v1/session", &json!({"login": login, "password": "not the password"})).await }
    };
    let mut told = Vec::new();
    for login in ["kim", "nobody"] {
        let mut problem = try_in(login).await.is_problem(401, "BAD_LOGIN");
        problem["request_id"] = Value::Null;
        told.push(problem);
    }
    assert_eq!(told[0], told[1]);
    let mut refused = None;
    for _ in 0..20 {
        let answer = try_in("kim").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("a pause after too many failures");
    refused.is_problem(429, "TOO_MANY");
    assert!(refused.header("retry-after").parse::<u32>().is_ok_and(|s| s > 0), "{:?}", refused.headers);
    server.finish().await;
}

#[tokio::test]
async fn the_cookie_is_for_our_own_pages() {
    let server = Office::new().admin().counsellor("kim").open().await;
    let http = server.http();
    let cookie = format!("anteroom_session={}", http.log_in("admin", PASSWORD).await);
    let path = format!("/api/v1/rooms/{}/end", new_id());
    let end = |origin: Option<&str>| {
        let request = http.request(Method::POST, &path).header("cookie", &cookie).json(&json!({}));
        http.ask(match origin {
            Some(origin) => request.header("origin", origin),
            None => request,
        })
    };
    end(None).await.is_problem(403, "ORIGIN_NOT_ALLOWED");
    end(Some("https://evil.example")).await.is_problem(403, "ORIGIN_NOT_ALLOWED");
    end(Some("null")).await.is_problem(403, "ORIGIN_NOT_ALLOWED");
    end(Some(&server.url(""))).await.is_problem(404, "NOT_FOUND");
    let cookie = format!("anteroom_session={}", http.log_in("kim", PASSWORD).await);
    let url = format!("ws://{}/ws/counsellor", server.address());
    let with_origin = |origin: String| [("cookie", cookie.clone()), ("origin", origin)];
    assert_eq!(handshake(&url, &with_origin("https://evil.example".into())).await.err(), Some(403));
    assert!(handshake(&url, &with_origin(server.url(""))).await.is_ok());
    assert_eq!(handshake(&url, &[]).await.err(), Some(401));
    server.finish().await;
}

#[tokio::test]
async fn every_refusal_is_a_problem_in_words() {
    let server = Office::new().admin().counsellor("kim").open().await;
    let (http, admin) = (server.http(), server.http().as_user("admin").await);
    let kim = server.http().as_user("kim").await;
    http.get("/api/v1/nowhere").await.expect("an answer").is_problem(404, "NOT_FOUND");
    let answer = http.delete("/api/v1/lines").await;
    answer.is_problem(405, "METHOD_NOT_ALLOWED");
    assert_eq!(answer.header("allow"), "GET, POST");
    let text = http.request(Method::POST, "/api/v1/session").header("content-type", "text/plain").body("hello");
    http.ask(text).await.is_problem(415, "UNSUPPORTED_MEDIA_TYPE");
    let json = |body: String| {
        http.request(Method::POST, "/api/v1/session").header("content-type", "application/json").body(body)
    };
    http.ask(json("{".into())).await.is_problem(400, "BAD_REQUEST");
    for (body, field) in [
        (r#"{"login":"kim"}"#, "password"),
        (r#"{"login":"kim","password":"x","colour":"red"}"#, "colour"),
        (r#"{"login":7,"password":"x"}"#, "login"),
    ] {
        let problem = http.ask(json(body.into())).await.is_problem(400, "BAD_REQUEST");
        assert_eq!(problem["errors"][0]["field"], *field, "{problem}");
    }
    let long = json!({"login": "x".repeat(101), "password": "x"}).to_string();
    let problem = http.ask(json(long)).await.is_problem(422, "OUT_OF_BOUNDS");
    assert_eq!(problem["errors"][0]["field"], "login", "{problem}");
    http.ask(json(format!("\"{}\"", "x".repeat(70_000)))).await.is_problem(413, "TOO_LARGE");
    for (query, status, code, field) in [
        ("limit=0", 422, "OUT_OF_BOUNDS", "limit"),
        ("limit=201", 422, "OUT_OF_BOUNDS", "limit"),
        ("limit=many", 400, "BAD_REQUEST", "limit"),
        ("after=nonsense", 400, "BAD_REQUEST", "after"),
        ("colour=red", 400, "BAD_REQUEST", "colour"),
        ("status=DANCING", 422, "OUT_OF_BOUNDS", "status"),
    ] {
        for path in ["/api/v1/rooms", "/api/v1/consultations"] {
            let answer = admin.get(&format!("{path}?{query}")).await.expect("an answer");
            let problem = answer.is_problem(status, code);
            assert_eq!(problem["errors"][0]["field"], *field, "{path}?{query}: {problem}");
        }
    }
    let id = new_id();
    for path in [
        "rooms",
        "rooms/stream",
        "consultations",
        "lines/stats",
        &format!("rooms/{id}"),
        &format!("consultations/{id}"),
    ] {
        http.get(&format!("/api/v1/{path}")).await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    }
    kim.get("/api/v1/rooms/stream").await.expect("an answer").is_problem(403, "NOT_ALLOWED");
    kim.post(&format!("/api/v1/rooms/{id}/end"), &json!({})).await.is_problem(403, "NOT_ALLOWED");
    for path in [format!("rooms/{id}"), format!("rooms/{id}/members"), format!("rooms/{id}/messages"), "rooms/x".into()]
    {
        admin.get(&format!("/api/v1/{path}")).await.expect("an answer").is_problem(404, "NOT_FOUND");
    }
    server.finish().await;
}

#[tokio::test]
async fn a_room_is_read_by_those_who_sat_in_it_and_by_those_above() {
    let server = Office::new().admin().counsellor("kim").counsellor("lee").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    for n in 1..=5 {
        desk.said(&format!("message {n}")).await;
    }
    kim.said("six").await;
    let path = format!("/api/v1/rooms/{}", desk.room);
    let (admin, as_kim, as_lee) =
        (server.http().as_user("admin").await, server.http().as_user("kim").await, server.http().as_user("lee").await);
    for http in [&admin, &as_kim] {
        let room = http.read(&path).await;
        assert_eq!((&room["id"], &room["status"], &room["last_seq"]), (&json!(desk.room), &json!("OPEN"), &json!(6)));
        assert_eq!(room["consultation"], *desk.ticket);
        let members = items(&http.read(&format!("{path}/members")).await);
        let role = |role: &str| members.iter().find(|member| member["role"] == *role).cloned().unwrap_or_default();
        assert_eq!((&role("DESK")["member"], &role("COUNSELLOR")["member"]), (&json!(desk.you), &json!(kim.you)));
        let (mut after, mut bodies) = (json!(0), Vec::new());
        while !after.is_null() {
            let page = http.read(&format!("{path}/messages?limit=4&after={after}")).await;
            bodies.extend(items(&page).iter().map(|message| message["body"].clone()));
            after = page["next"].clone();
        }
        assert_eq!(bodies.len(), 6, "{bodies:?}");
        assert_eq!((&bodies[0], &bodies[5]), (&json!("message 1"), &json!("six")));
        assert_eq!(items(&http.read("/api/v1/rooms?status=OPEN").await).len(), 1);
    }
    for path in [path.clone(), format!("{path}/members"), format!("{path}/messages")] {
        as_lee.get(&path).await.expect("an answer").is_problem(404, "NOT_FOUND");
    }
    assert!(items(&as_lee.read("/api/v1/rooms").await).is_empty());
    desk.end();
    kim.expect("ended").await;
    let room = admin.read(&path).await;
    assert_eq!(
        (&room["status"], &room["end_reason"], &room["ended_by"]),
        (&json!("ENDED"), &json!("DONE"), &json!(desk.you))
    );
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn the_history_is_paged_without_gap_or_overlap() {
    let server = Office::new().admin().counsellor("kim").counsellor("lee").open().await;
    let mut tickets = Vec::new();
    for _ in 0..7 {
        let mut desk = Desk::waiting_for(&server, "GENERAL").await;
        desk.send(json!({"type": "cancel"}));
        desk.expect("closed").await;
        tickets.push(desk.ticket.clone());
    }
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.said("for the record").await;
    desk.end();
    kim.expect("ended").await;
    tickets.push(desk.ticket.clone());
    let admin = server.http().as_user("admin").await;
    let (mut found, mut query) = (Vec::new(), "limit=3".to_owned());
    loop {
        let page = admin.read(&format!("/api/v1/consultations?{query}")).await;
        assert!(items(&page).len() <= 3);
        found.extend(items(&page).iter().filter_map(|one| one["id"].as_str().map(str::to_owned)));
        match page["next"].as_str() {
            Some(next) => query = format!("limit=3&after={next}"),
            None => break,
        }
    }
    tickets.reverse();
    assert_eq!(found, tickets, "all of them, the newest first");
    assert_eq!(items(&admin.read("/api/v1/consultations?status=CANCELLED").await).len(), 7);
    let whole = admin.read(&format!("/api/v1/consultations/{}", desk.ticket)).await;
    assert_eq!((&whole["status"], &whole["messages"][0]["body"]), (&json!("DONE"), &json!("for the record")));
    assert_eq!((&whole["rooms"][0]["id"], &whole["explanation"]["rule"]), (&json!(desk.room), &json!("R3")));
    let as_kim = server.http().as_user("kim").await;
    assert_eq!(items(&as_kim.read("/api/v1/consultations").await).len(), 1, "their own");
    let as_lee = server.http().as_user("lee").await;
    assert!(items(&as_lee.read("/api/v1/consultations").await).is_empty());
    let path = format!("/api/v1/consultations/{}", desk.ticket);
    as_lee.get(&path).await.expect("an answer").is_problem(404, "NOT_FOUND");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn lines_figures_and_codes() {
    let server = Office::new().line("TAX").counsellor("kim").open().await;
    let _waiting = Desk::waiting_for(&server, "TAX").await;
    let _kim = Counsellor::open_at(&server, "kim").await;
    let http = server.http();
    let lines = items(&http.read("/api/v1/lines").await);
    assert_eq!((lines.len(), &lines[0]["topic"], &lines[0]["open"]), (2, &json!("GENERAL"), &json!(true)));
    assert!(lines[0].get("accept_s").is_none(), "settings are for staff: {}", lines[0]);
    let staff = server.http().as_user("kim").await;
    let settings = items(&staff.read("/api/v1/lines").await).remove(0);
    let defaults = [
        ("accept_s", 20),
        ("wait_s_max", 1800),
        ("waiting_max", 500),
        ("grace_s", 30),
        ("wrap_up_s", 0),
        ("misses_max", 3),
        ("widen_s", 60),
        ("retry_s", 30),
    ];
    for (name, value) in defaults {
        assert_eq!(settings[name], value, "{name}");
    }
    let stats = items(&staff.read("/api/v1/lines/stats").await);
    let of = |topic: &str| stats.iter().find(|line| line["topic"] == *topic).cloned().unwrap_or_default();
    assert_eq!((&of("TAX")["waiting"], &of("TAX")["open"]), (&json!(1), &json!(0)));
    assert_eq!((&of("GENERAL")["waiting"], &of("GENERAL")["open"]), (&json!(0), &json!(1)));
    let codes = items(&http.read("/api/v1/codes?group=RESULT").await);
    assert!(codes.iter().any(|code| code["code"] == "RESOLVED" && code["value_en"] == "Resolved"), "{codes:?}");
    server.finish().await;
}

#[tokio::test]
async fn the_room_list_shows_what_happens_as_it_happens() {
    let server = Office::new().admin().counsellor("kim").open().await;
    let admin = server.http().as_user("admin").await;
    let mut list = admin.follow("/api/v1/rooms/stream").await;
    let (first, snapshot) = list.next().await.expect("a snapshot");
    assert_eq!((first.as_str(), &snapshot["rooms"], &snapshot["tickets"]), ("snapshot", &json!([]), &json!([])));
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let id = desk.ticket.clone();
    list.expect("ticket", |change| change["op"] == "put" && change["id"] == *id).await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    list.expect("counsellor", |change| change["item"]["intent"] == "OPEN").await;
    kim.takes_next().await;
    desk.seated().await;
    let room = desk.room.clone();
    let shown = list.expect("room", |change| change["op"] == "put" && change["id"] == *room).await;
    assert_eq!(shown["item"]["members"].as_array().map(Vec::len), Some(2), "{shown}");
    let mut late = admin.follow("/api/v1/rooms/stream").await;
    let snapshot = late.expect("snapshot", |_| true).await;
    assert_eq!((&snapshot["rooms"][0]["room"], &snapshot["tickets"]), (&json!(room), &json!([])));
    desk.end();
    list.expect("room", |change| change["op"] == "drop" && change["id"] == *room).await;
    drop((list, late));
    server.finish().await;
}

#[tokio::test]
async fn a_waiting_ticket_can_be_followed() {
    let server = Office::new().counsellor("kim").open().await;
    let mut first = Desk::waiting_for(&server, "GENERAL").await;
    let mut second = Desk::waiting_for(&server, "GENERAL").await;
    let http = server.http();
    let mut of_first = http.follow(&format!("/api/v1/tickets/{}/stream", first.ticket)).await;
    let mut of_second = http.follow(&format!("/api/v1/tickets/{}/stream", second.ticket)).await;
    let (name, position) = of_second.next().await.expect("a position");
    assert_eq!((name.as_str(), &position["ahead"], &position["number"]), ("position", &json!(1), &json!("A-002")));
    let mut kim = Counsellor::open_at(&server, "kim").await;
    kim.takes_next().await;
    first.seated().await;
    of_first.expect("matched", |_| true).await;
    assert!(of_first.next().await.is_none(), "the last event");
    of_second.expect("position", |position| position["ahead"] == 0).await;
    second.send(json!({"type": "cancel"}));
    second.expect("closed").await;
    of_second.expect("closed", |closed| closed["reason"] == "CANCELLED").await;
    let gone = format!("/api/v1/tickets/{}/stream", first.ticket);
    http.get(&gone).await.expect("an answer").is_problem(404, "NOT_FOUND");
    server.finish().await;
}

#[tokio::test]
async fn those_who_watch_the_server_are_answered() {
    let server = Office::new().counsellor("kim").open().await;
    let (_desk, _kim) = talking(&server, "kim").await;
    let http = server.http();
    assert_eq!(http.read("/healthz").await["status"], "alive");
    let ready = http.read("/readyz").await;
    assert_eq!(
        (&ready["database"], &ready["journal"], &ready["draining"]),
        (&json!("ok"), &json!("ok"), &json!(false))
    );
    let metrics = http.get("/metrics").await.expect("an answer");
    assert!(metrics.header("content-type").starts_with("text/plain"));
    for line in
        ["anteroom_rooms_open 1", "anteroom_sockets_open 2", "anteroom_matches_total 1", "anteroom_journal_healthy 1"]
    {
        assert!(metrics.text.lines().any(|found| found == line), "no `{line}` in\n{}", metrics.text);
    }
    for path in ["/healthz", "/api/v1/lines", "/api/v1/nowhere", "/desk"] {
        let answer = http.get(path).await.expect("an answer");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    }
    server.finish().await;
}

#[tokio::test]
async fn sockets_have_their_bounds_and_the_public_desk_can_be_off() {
    let server = Office::new().counsellor("kim").option("--sockets-per-address-max", "2").open().await;
    let url = format!("ws://{}/ws/desk", server.address());
    let (first, _second) = (Desk::at(&server).await, Desk::at(&server).await);
    assert_eq!(handshake(&url, &[]).await.err(), Some(429));
    drop(first);
    crate::support::until("there is room again", || async { handshake(&url, &[]).await.ok().map(|_| ()) }).await;
    server.finish().await;
    let server = Office::new().counsellor("kim").option("--public-desk", "off").open().await;
    let url = format!("ws://{}/ws/desk", server.address());
    assert_eq!(handshake(&url, &[]).await.err(), Some(403));
    let session = Http::new(server.address()).log_in("kim", PASSWORD).await;
    assert!(handshake(&format!("ws://{}/ws/counsellor", server.address()), &[bearer(&session)]).await.is_ok());
    server.finish().await;
}
