//! A talk is handed over, and a waiting ticket goes to another line: nobody is dropped on the way.

use serde_json::{Value, json};

use crate::support::people::talking;
use crate::support::{Counsellor, Desk, Http, Office, Server, until};

/// The account of a colleague, as anybody of staff may know it.
async fn id_of(server: &Server, asked_by: &Counsellor, name: &str) -> Value {
    let http = server.http().with_bearer(&asked_by.session);
    let all = http.read("/api/v1/colleagues").await;
    let items = all["items"].as_array().expect("items");
    items.iter().find(|item| item["name"] == name).unwrap_or_else(|| panic!("no {name} in {all}"))["id"].clone()
}

fn hands_over(giver: &Counsellor, to: (&str, &Value), note: &str) {
    let mut frame = json!({"type": "transfer", "room": giver.room, "note": note});
    frame[to.0] = to.1.clone();
    giver.send(frame);
}

/// Until the giver is told this state.
async fn told(giver: &mut Counsellor, state: &str) -> Value {
    giver.expect_where("transfer", |transfer| transfer["state"] == state).await
}

/// A desk that talks with kim, and lee, a colleague who is free.
async fn with_a_colleague(server: &Server) -> (Desk, Counsellor, Counsellor, Value) {
    let (desk, kim) = talking(server, "kim").await;
    let lee = Counsellor::open_at(server, "lee").await;
    let id = id_of(server, &kim, "lee").await;
    (desk, kim, lee, id)
}

/// Everything that was said, as a replay from the beginning gives it.
async fn replayed(person: &mut Counsellor, messages: usize) -> Vec<String> {
    person.send(json!({"type": "replay", "room": person.room, "after": 0}));
    let mut all = Vec::new();
    for seq in 1..=messages {
        let message = person.expect("message").await;
        assert_eq!(message["seq"], seq);
        all.push(message["body"].as_str().expect("a body").to_owned());
    }
    all
}

async fn timeline(http: &Http, ticket: &str) -> Vec<Value> {
    let record = http.read(&format!("/api/v1/consultations/{ticket}")).await;
    record["timeline"].as_array().unwrap_or_else(|| panic!("no timeline in {record}")).clone()
}

#[tokio::test]
async fn a_colleague_who_accepts_goes_on_with_everything_that_was_said() {
    let server = Office::new().rules("WRAP_UP_S = 600").admin().counsellor("kim").counsellor("lee").open().await;
    let (mut desk, mut kim, mut lee, id) = with_a_colleague(&server).await;
    desk.said("my question").await;
    kim.said("let me ask lee").await;
    let old_room = desk.room.clone();
    hands_over(&kim, ("counsellor", &id), "knows this better");
    assert_eq!(told(&mut kim, "OFFERED").await["counsellor"], id);
    let offer = lee.rung().await;
    assert_eq!(offer["transfer"], json!({"from": "kim", "note": "knows this better", "messages": 2}));
    assert_eq!(offer["ticket"], *desk.ticket);
    desk.said("while it rings").await;
    lee.accept(&offer);
    assert_eq!(told(&mut kim, "ACCEPTED").await["room"], *old_room);
    for ended in [kim.expect("ended").await, desk.expect("ended").await] {
        assert_eq!((&ended["room"], &ended["reason"]), (&json!(old_room), &json!("TRANSFERRED")));
    }
    let matched = desk.seated().await;
    assert_eq!((&matched["ticket"], &matched["last_seq"]), (&offer["ticket"], &json!(3)));
    assert_ne!(desk.room, old_room);
    assert_eq!(lee.seated().await["room"], *desk.room);
    assert_eq!(replayed(&mut lee, 3).await, ["my question", "let me ask lee", "while it rings"]);
    assert_eq!(lee.said("here I am").await, 4);
    desk.expect_where("message", |message| message["seq"] == 4).await;
    // The giver writes up their part; the record is the other's.
    kim.expect_where("state", |state| state["activity"] == "WRAP_UP").await;
    kim.send(json!({"type": "wrap_up", "room": old_room, "result_code": "TRANSFERRED", "memo": "asked lee"}));
    kim.expect_where("state", |state| state["activity"] == "IDLE").await;
    desk.end();
    lee.expect("ended").await;
    let http = server.http().as_user("admin").await;
    let story = timeline(&http, &desk.ticket).await;
    let of_kind = |kind: &str| story.iter().find(|moment| moment["kind"] == kind).unwrap_or_else(|| panic!("{kind}"));
    let transferred = of_kind("TRANSFERRED");
    assert_eq!(transferred["by_name"], "kim");
    assert_eq!(transferred["detail"]["counsellor_name"], "lee");
    assert_eq!(transferred["detail"]["from_name"], "kim");
    assert_eq!(transferred["detail"]["note"], "knows this better");
    assert_eq!(of_kind("TRANSFER_ASKED")["by_name"], "kim");
    assert_eq!(of_kind("WROTE_UP")["detail"]["memo"], "asked lee");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_colleague_who_declines_or_does_not_answer_leaves_the_talk_where_it_is() {
    let server = Office::new().rules("ACCEPT_S = 2").counsellor("kim").counsellor("lee").open().await;
    let (mut desk, mut kim, mut lee, id) = with_a_colleague(&server).await;
    hands_over(&kim, ("counsellor", &id), "please");
    let offer = lee.rung().await;
    lee.decline(&offer);
    told(&mut kim, "DECLINED").await;
    hands_over(&kim, ("counsellor", &id), "please");
    lee.rung().await;
    told(&mut kim, "DECLINED").await;
    assert_eq!(lee.expect("withdrawn").await["reason"], "EXPIRED");
    kim.said("still me").await;
    assert_eq!(desk.expect("message").await["body"], "still me");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_line_asks_its_people_one_after_the_other() {
    let office = Office::new().line("FINANCE").counsellor("kim");
    let office = office.counsellor_of("lee", &["FINANCE"], 1).counsellor_of("park", &["FINANCE:1"], 1);
    let server = office.rules_of("FINANCE", "WIDEN_S = 0").admin().open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let mut lee = Counsellor::open_at(&server, "lee").await;
    let mut park = Counsellor::open_at(&server, "park").await;
    hands_over(&kim, ("line", &json!("FINANCE")), "money");
    let offer = lee.rung().await;
    assert_eq!(offer["line"], "FINANCE");
    lee.decline(&offer);
    let offer = park.rung().await;
    park.accept(&offer);
    told(&mut kim, "ACCEPTED").await;
    desk.seated().await;
    park.seated().await;
    let http = server.http().as_user("admin").await;
    let record = http.read(&format!("/api/v1/consultations/{}", desk.ticket)).await;
    let lines = http.read("/api/v1/lines").await;
    let finance = lines["items"].as_array().and_then(|all| all.iter().find(|line| line["topic"] == "FINANCE"));
    assert_eq!(record["line_id"], finance.expect("the line")["id"], "{record}");
    // The number it had is not given again in the line that gave it.
    let mut next = Desk::at(&server).await;
    next.request("GENERAL");
    assert!(next.waits().await["number"].as_str().is_some_and(|number| number.ends_with("-002")));
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_line_in_which_nobody_is_free_says_so_and_the_talk_goes_on() {
    let server = Office::new().line("FINANCE").counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    hands_over(&kim, ("line", &json!("FINANCE")), "money");
    let nobody = told(&mut kim, "NOBODY").await;
    assert_eq!(nobody["line"], "FINANCE");
    assert!(nobody["detail"].is_string());
    hands_over(&kim, ("line", &json!("GENERAL")), "anybody but me");
    told(&mut kim, "NOBODY").await;
    kim.said("still me").await;
    desk.expect("message").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_receiver_whose_socket_drops_after_they_accepted_leaves_nobody_behind() {
    let server = Office::new().rules("GRACE_S = 1").counsellor("kim").counsellor("lee").open().await;
    let (mut desk, mut kim, mut lee, id) = with_a_colleague(&server).await;
    desk.said("do not forget me").await;
    let (ticket, requested_at) = (desk.ticket.clone(), server.records().ticket(&desk.ticket).requested);
    hands_over(&kim, ("counsellor", &id), "please");
    let offer = lee.rung().await;
    lee.accept(&offer);
    told(&mut kim, "ACCEPTED").await;
    lee.vanish();
    // Whether the drop is seen before the new room is there or after: somebody is found.
    assert_eq!(kim.takes_next().await["ticket"], *ticket);
    let room = kim.room.clone();
    desk.expect_where("matched", |matched| matched["room"] == *room).await;
    assert_eq!(replayed(&mut kim, 1).await, ["do not forget me"]);
    assert_eq!(server.records().ticket(&ticket).requested, requested_at);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_receiver_who_is_gone_for_good_leaves_the_ticket_first_in_its_line() {
    let server = Office::new().rules("GRACE_S = 1").counsellor("kim").counsellor("lee").open().await;
    let (mut desk, mut kim, mut lee, id) = with_a_colleague(&server).await;
    let ticket = desk.ticket.clone();
    kim.send(json!({"type": "pause"}));
    kim.expect_where("state", |state| state["intent"] == "PAUSED").await;
    hands_over(&kim, ("counsellor", &id), "please");
    let offer = lee.rung().await;
    lee.accept(&offer);
    told(&mut kim, "ACCEPTED").await;
    lee.vanish();
    let stands = desk.waits().await;
    assert_eq!((&stands["ticket"], &stands["ahead"]), (&json!(ticket), &json!(0)));
    kim.open().await;
    assert_eq!(kim.takes_next().await["ticket"], *ticket);
    desk.seated().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_desk_that_drops_during_the_hand_over_comes_back_into_the_new_room_with_everything() {
    let server = Office::new().counsellor("kim").counsellor("lee").open().await;
    let (mut desk, mut kim, mut lee, id) = with_a_colleague(&server).await;
    desk.said("one").await;
    kim.said("two").await;
    hands_over(&kim, ("counsellor", &id), "please");
    let offer = lee.rung().await;
    desk.vanish();
    assert_eq!(kim.expect("member").await["state"], "AWAY");
    kim.said("three").await;
    lee.accept(&offer);
    lee.seated().await;
    desk.come_back(&server, Some(1)).await;
    assert_eq!(desk.seated().await["room"], *lee.room);
    for seq in 2..=3 {
        assert_eq!(desk.expect("message").await["seq"], seq);
    }
    lee.said("four").await;
    assert_eq!(desk.expect("message").await["seq"], 4);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn what_is_said_while_the_room_ends_is_on_file_or_visibly_refused() {
    let server =
        Office::new().option("--messages-per-10s-max", "1000").counsellor("kim").counsellor("lee").open().await;
    let (mut desk, kim, mut lee, id) = with_a_colleague(&server).await;
    hands_over(&kim, ("counsellor", &id), "please");
    let offer = lee.rung().await;
    let room = desk.room.clone();
    let mut said: Vec<String> = (0..20).map(|n| desk.say(&format!("before {n}"))).collect();
    lee.accept(&offer);
    said.extend((0..20).map(|n| desk.say(&format!("after {n}"))));
    desk.seated().await;
    desk.settled().await;
    let heard = desk.journal().heard();
    let of_room = |kind: &str| heard.iter().filter(|frame| frame["type"] == kind).count();
    // What comes once the next room is there is refused by another code: its author has no seat in the old one.
    let is_refused = |frame: &Value| ["ROOM_ENDED", "NO_SUCH_ROOM"].map(Into::into).contains(&frame["code"]);
    for id in said {
        let answers = heard.iter().filter(|frame| match frame["type"].as_str() {
            Some("accepted") => frame["client_id"] == *id,
            Some("error") => frame["re"] == *id && is_refused(frame),
            _ => false,
        });
        assert_eq!(answers.count(), 1, "each has one answer");
    }
    let on_file = server.records().count(&format!("MESSAGE WHERE ROOM_ID = '{room}'"));
    assert_eq!(on_file, i64::try_from(of_room("accepted")).expect("few"));
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn the_giver_may_keep_the_talk_until_somebody_has_accepted() {
    let server = Office::new().rules("ACCEPT_S = 600").counsellor("kim").counsellor("lee").open().await;
    let (mut desk, mut kim, mut lee, id) = with_a_colleague(&server).await;
    let cancel = json!({"type": "cancel_transfer", "room": kim.room});
    kim.send(cancel.clone());
    assert_eq!(kim.expect_error("NO_SUCH_TRANSFER").await["re"], *kim.room);
    hands_over(&kim, ("counsellor", &id), "please");
    let offer = lee.rung().await;
    hands_over(&kim, ("line", &json!("GENERAL")), "or anybody");
    kim.expect_error("TRANSFER_PENDING").await;
    kim.send(cancel);
    told(&mut kim, "CANCELLED").await;
    assert_eq!(lee.expect("withdrawn").await["reason"], "CANCELLED");
    lee.accept(&offer);
    lee.expect_error("NO_SUCH_OFFER").await;
    desk.said("still with kim").await;
    kim.expect("message").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_room_that_ends_while_it_rings_is_not_handed_over() {
    let server = Office::new().rules("ACCEPT_S = 600").counsellor("kim").counsellor("lee").open().await;
    let (mut desk, mut kim, mut lee, id) = with_a_colleague(&server).await;
    hands_over(&kim, ("counsellor", &id), "please");
    lee.rung().await;
    desk.end();
    assert_eq!(desk.expect("ended").await["reason"], "DONE");
    told(&mut kim, "CANCELLED").await;
    assert_eq!(lee.expect("withdrawn").await["reason"], "CANCELLED");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn what_cannot_be_handed_over_says_what_is_wrong() {
    let server = Office::new().counsellor("kim").counsellor("lee").counsellor("park").open().await;
    let (mut desk, mut kim, mut lee, id) = with_a_colleague(&server).await;
    let room = kim.room.clone();
    let own = id_of(&server, &kim, "kim").await;
    let stranger = json!(crate::support::new_id());
    let long = json!("x".repeat(501));
    for (frame, code, named) in [
        (json!({"room": room}), "BAD_FRAME", "counsellor"),
        (json!({"room": room, "line": "GENERAL", "counsellor": id}), "BAD_FRAME", "exactly one"),
        (json!({"room": room, "line": "NOWHERE"}), "UNKNOWN_LINE", "GENERAL"),
        (json!({"room": room, "counsellor": own}), "BAD_FRAME", "counsellor"),
        (json!({"room": room, "counsellor": stranger}), "BAD_FRAME", "counsellor"),
        (json!({"room": room, "line": "GENERAL", "note": long}), "BAD_FRAME", "note"),
        (json!({"room": crate::support::new_id(), "line": "GENERAL"}), "NO_SUCH_ROOM", "seat"),
    ] {
        let mut frame = frame;
        frame["type"] = json!("transfer");
        kim.send(frame);
        let error = kim.expect_error(code).await;
        assert!(error["detail"].as_str().is_some_and(|detail| detail.contains(named)), "{error}");
    }
    lee.send(json!({"type": "transfer", "room": room, "line": "GENERAL"}));
    lee.expect_error("NO_SUCH_ROOM").await;
    desk.send(json!({"type": "transfer", "room": room, "line": "GENERAL"}));
    desk.expect_error("NOT_ALLOWED").await;
    kim.said("the talk goes on").await;
    desk.expect("message").await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn colleagues_are_shown_as_they_are() {
    let server = Office::new().counsellor_of("kim", &["GENERAL"], 3).counsellor("lee").open().await;
    let (_desk, kim) = talking(&server, "kim").await;
    let http = server.http().with_bearer(&kim.session);
    let all = http.read("/api/v1/colleagues").await;
    let shown: Vec<Value> = all["items"].as_array().expect("items").clone();
    assert_eq!(shown.len(), 2);
    let fields = |item: &Value| {
        [&item["name"], &item["intent"], &item["activity"], &item["connected"], &item["free"]].map(Value::clone)
    };
    assert_eq!(fields(&shown[0]), [json!("kim"), json!("OPEN"), json!("TALKING"), json!(true), json!(2)]);
    assert_eq!(fields(&shown[1])[3..], [json!(false), json!(1)]);
    assert_eq!(shown[0]["lines"], json!(["GENERAL"]));
    server.finish().await;
}

#[tokio::test]
async fn a_manager_moves_a_talk_to_a_colleague() {
    let office = Office::new().line("FINANCE").account("boss", "MANAGER", &["GENERAL"], 1);
    let office = office.account("other", "MANAGER", &["FINANCE"], 1).admin();
    let server = office.counsellor("kim").counsellor("lee").open().await;
    let (mut desk, mut kim, mut lee, id) = with_a_colleague(&server).await;
    let boss = server.http().as_user("boss").await;
    let path = format!("/api/v1/rooms/{}/move", kim.room);
    let other = server.http().as_user("other").await;
    other.post(&path, &json!({"counsellor": id, "reason": "not mine"})).await.is_problem(404, "NOT_FOUND");
    for (body, named) in [
        (json!({"reason": "nobody named"}), "line"),
        (json!({"line": "GENERAL", "counsellor": id, "reason": "both"}), "line"),
        (json!({"line": "NOWHERE", "reason": "r"}), "line"),
        (json!({"counsellor": id, "reason": "x".repeat(201)}), "reason"),
        (json!({"counsellor": id, "reason": " "}), "reason"),
    ] {
        let problem = boss.post(&path, &body).await.is_problem(422, "OUT_OF_BOUNDS");
        assert_eq!(problem["errors"][0]["field"], named, "{problem}");
    }
    boss.post(&path, &json!({"line": "FINANCE", "reason": "money"})).await.is_problem(409, "NOBODY");
    let asked = boss.post(&path, &json!({"counsellor": id, "reason": "kim goes home"})).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let offer = lee.rung().await;
    assert_eq!(offer["transfer"]["note"], "kim goes home");
    boss.post(&path, &json!({"counsellor": id, "reason": "again"})).await.is_problem(409, "TRANSFER_PENDING");
    lee.accept(&offer);
    assert_eq!(kim.expect("ended").await["reason"], "TRANSFERRED");
    desk.seated().await;
    lee.seated().await;
    boss.post(&path, &json!({"counsellor": id, "reason": "too late"})).await.is_problem(409, "ROOM_ENDED");
    let admin = server.http().as_user("admin").await;
    let audits = admin.read("/api/v1/audits").await;
    let moved = audits["items"].as_array().and_then(|all| all.iter().find(|act| act["action"] == "ROOM_MOVED"));
    assert_eq!(moved.expect("the act")["detail"]["reason"], "kim goes home");
    let story = timeline(&admin, &desk.ticket).await;
    let transferred = story.iter().find(|moment| moment["kind"] == "TRANSFERRED").expect("the moment");
    assert_eq!((&transferred["by_name"], &transferred["detail"]["from_name"]), (&json!("boss"), &json!("kim")));
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_manager_sends_a_waiting_ticket_to_another_line_at_its_own_moment() {
    let office = Office::new().line("FINANCE").rules("ACCEPT_S = 600").admin().account("boss", "MANAGER", &[], 1);
    let office = office.account("other", "MANAGER", &["FINANCE"], 1);
    let server = office.counsellor("kim").counsellor_of("lee", &["FINANCE"], 1).open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut first = Desk::at(&server).await;
    first.request("GENERAL");
    let asked = first.waits().await;
    kim.rung().await;
    let second = Desk::waiting_for(&server, "FINANCE").await;
    let boss = server.http().as_user("boss").await;
    let path = format!("/api/v1/tickets/{}/line", first.ticket);
    let other = server.http().as_user("other").await;
    other.post(&path, &json!({"topic": "FINANCE", "reason": "not mine"})).await.is_problem(404, "NOT_FOUND");
    for (topic, reason, field) in [("NOWHERE", "r", "topic"), ("GENERAL", "r", "topic"), ("FINANCE", " ", "reason")] {
        let problem =
            boss.post(&path, &json!({"topic": topic, "reason": reason})).await.is_problem(422, "OUT_OF_BOUNDS");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    let moved = boss.post(&path, &json!({"topic": "FINANCE", "reason": "it is about money"})).await;
    assert_eq!(moved.status, 204, "{}", moved.text);
    assert_eq!(kim.expect("withdrawn").await["reason"], "GONE");
    let stands = first.waits().await;
    assert_eq!((&stands["line"], &stands["ahead"]), (&json!("FINANCE"), &json!(0)));
    assert_eq!((&stands["number"], &stands["requested_at"]), (&asked["number"], &asked["requested_at"]));
    // A retried request is still this ticket.
    let mut lee = Counsellor::open_at(&server, "lee").await;
    let offer = lee.rung().await;
    assert_eq!(offer["ticket"], *first.ticket, "it came before {}", second.ticket);
    // The line that gave the number goes on counting.
    let mut third = Desk::at(&server).await;
    third.request("GENERAL");
    assert_ne!(third.waits().await["number"], asked["number"]);
    lee.accept(&offer);
    first.seated().await;
    boss.post(&path, &json!({"topic": "GENERAL", "reason": "too late"})).await.is_problem(409, "NOT_WAITING");
    let admin = server.http().as_user("admin").await;
    let audits = admin.read("/api/v1/audits").await;
    let act = audits["items"].as_array().and_then(|all| all.iter().find(|act| act["action"] == "TICKET_MOVED"));
    assert_eq!(act.expect("the act")["detail"]["reason"], "it is about money");
    let story = timeline(&admin, &first.ticket).await;
    assert!(story.iter().any(|moment| moment["kind"] == "MOVED" && moment["by_name"] == "boss"));
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_moved_ticket_and_a_handed_over_talk_outlive_the_process() {
    let server = Office::new().line("FINANCE").account("boss", "MANAGER", &[], 1).admin();
    let mut server = server.counsellor("kim").counsellor_of("lee", &["FINANCE"], 1).open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let mut lee = Counsellor::open_at(&server, "lee").await;
    desk.said("one").await;
    hands_over(&kim, ("line", &json!("FINANCE")), "money");
    let offer = lee.rung().await;
    lee.accept(&offer);
    told(&mut kim, "ACCEPTED").await;
    desk.seated().await;
    lee.seated().await;
    kim.send(json!({"type": "pause"}));
    let mut waits = Desk::waiting_for(&server, "GENERAL").await;
    let boss = server.http().as_user("boss").await;
    let path = format!("/api/v1/tickets/{}/line", waits.ticket);
    assert_eq!(boss.post(&path, &json!({"topic": "FINANCE", "reason": "money"})).await.status, 204);
    server.kill9();
    server.restart().await;
    desk.come_back(&server, Some(1)).await;
    assert_eq!(desk.seated().await["room"], *lee.room);
    waits.come_back(&server, None).await;
    assert_eq!(waits.waits().await["line"], "FINANCE");
    until("the room is there", || async { (server.records().count("ROOM WHERE STATUS = 'OPEN'") == 1).then_some(()) })
        .await;
    server.check().await;
    server.finish().await;
}
