//! Who is asked, and what becomes of an offer (R3, R4, R6, R7, R14).

use serde_json::{Value, json};

use crate::support::{Counsellor, Desk, Office, until};

#[tokio::test]
async fn r3_the_first_tier_is_asked_before_the_one_idle_longest() {
    let office = Office::new().rules("WIDEN_S = 600");
    let server = office.counsellor_of("backup", &["GENERAL:1"], 1).counsellor("kim").open().await;
    let mut backup = Counsellor::open_at(&server, "backup").await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let desk = Desk::waiting_for(&server, "GENERAL").await;
    assert_eq!(kim.rung().await["ticket"], *desk.ticket);
    backup.decided().await;
    assert!(backup.all("offer").is_empty());
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r3_the_second_tier_is_asked_after_a_while() {
    let office = Office::new().rules("WIDEN_S = 1");
    let server = office.counsellor_of("backup", &["GENERAL:1"], 1).open().await;
    let mut backup = Counsellor::open_at(&server, "backup").await;
    let desk = Desk::waiting_for(&server, "GENERAL").await;
    backup.decided().await;
    assert!(backup.all("offer").is_empty(), "not at once");
    let offer = backup.rung().await;
    assert_eq!(offer["ticket"], *desk.ticket);
    assert!(offer["waited_s"].as_u64() >= Some(1), "{offer}");
    server.finish().await;
}

#[tokio::test]
async fn r3_the_one_idle_longest_is_asked_first() {
    let server = Office::new().counsellor("kim").counsellor("lee").open().await;
    let mut lee = Counsellor::open_at(&server, "lee").await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let first = Desk::waiting_for(&server, "GENERAL").await;
    assert_eq!(lee.rung().await["ticket"], *first.ticket);
    let second = Desk::waiting_for(&server, "GENERAL").await;
    assert_eq!(kim.rung().await["ticket"], *second.ticket);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r4_whoever_becomes_free_gets_the_earliest_over_all_their_lines() {
    let office = Office::new().line("TAX").line("VISA");
    let server = office.counsellor_of("kim", &["GENERAL", "TAX"], 1).open().await;
    let mut others = Desk::waiting_for(&server, "VISA").await;
    let mut first = Desk::waiting_for(&server, "TAX").await;
    let mut second = Desk::waiting_for(&server, "GENERAL").await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let offer = kim.rung().await;
    assert_eq!((&offer["ticket"], &offer["line"]), (&json!(first.ticket), &json!("TAX")));
    kim.accept(&offer);
    kim.seated().await;
    first.seated().await;
    first.end();
    let offer = kim.rung().await;
    assert_eq!((&offer["ticket"], &offer["line"]), (&json!(second.ticket), &json!("GENERAL")));
    kim.accept(&offer);
    second.seated().await;
    others.settled().await;
    assert!(others.all("matched").is_empty(), "kim does not serve this line");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r4_a_counsellor_may_open_some_of_their_lines_only() {
    let office = Office::new().line("TAX");
    let server = office.counsellor_of("kim", &["GENERAL", "TAX"], 1).open().await;
    let _tax = Desk::waiting_for(&server, "TAX").await;
    let general = Desk::waiting_for(&server, "GENERAL").await;
    let mut kim = Counsellor::at(&server, "kim").await;
    kim.send(json!({"type": "open", "lines": ["VISA"]}));
    kim.expect_error("UNKNOWN_LINE").await;
    kim.send(json!({"type": "open", "lines": ["GENERAL"], "capacity": 1}));
    assert_eq!(kim.rung().await["ticket"], *general.ticket);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r6_a_declined_ticket_keeps_its_place_and_skips_who_declined() {
    let server = Office::new().counsellor("kim").counsellor("lee").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let first = Desk::waiting_for(&server, "GENERAL").await;
    let offer = kim.rung().await;
    let second = Desk::waiting_for(&server, "GENERAL").await;
    kim.decline(&offer);
    assert_eq!(kim.rung().await["ticket"], *second.ticket, "the declined one is skipped");
    let mut lee = Counsellor::open_at(&server, "lee").await;
    assert_eq!(lee.rung().await["ticket"], *first.ticket, "and kept its place");
    kim.accept(&offer);
    assert_eq!(kim.expect_error("NO_SUCH_OFFER").await["re"], offer["offer"]);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r6_an_offer_nobody_answers_goes_to_the_next() {
    let server = Office::new().rules("ACCEPT_S = 1").counsellor("kim").counsellor("lee").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut lee = Counsellor::open_at(&server, "lee").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let offer = kim.rung().await;
    assert_eq!(offer["accept_within_s"], 1);
    let withdrawn = kim.expect("withdrawn").await;
    assert_eq!((&withdrawn["offer"], &withdrawn["reason"]), (&offer["offer"], &json!("EXPIRED")));
    lee.takes_next().await;
    desk.seated().await;
    kim.accept(&offer);
    assert_eq!(kim.expect_error("NO_SUCH_OFFER").await["re"], offer["offer"]);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r6_who_misses_too_many_in_a_row_is_paused() {
    let rules = "ACCEPT_S = 1, RETRY_S = 1, MISSES_MAX = 2";
    let server = Office::new().rules(rules).counsellor("kim").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    for _ in 0..2 {
        kim.rung().await;
        assert_eq!(kim.expect("withdrawn").await["reason"], "EXPIRED");
    }
    let state = kim.expect_where("state", |state| state["intent"] == "PAUSED").await;
    assert_eq!(state["reason"], "MISSED");
    until("that is on file", || async {
        let paused = server.records().count("ACCOUNT WHERE INTENT = 'PAUSED' AND INTENT_REASON = 'MISSED'");
        (paused == 1).then_some(())
    })
    .await;
    kim.open().await;
    kim.takes_next().await;
    desk.seated().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r7_a_lone_counsellor_who_declined_is_asked_again() {
    let server = Office::new().rules("RETRY_S = 1").counsellor("kim").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let offer = kim.rung().await;
    kim.decline(&offer);
    let again = kim.rung().await;
    assert_eq!(again["ticket"], offer["ticket"]);
    assert_ne!(again["offer"], offer["offer"]);
    assert!(again["waited_s"].as_u64() >= Some(1), "not in the same breath: {again}");
    kim.accept(&again);
    desk.seated().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r6_a_desk_that_gives_up_stops_the_ringing() {
    let server = Office::new().counsellor("kim").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let offer = kim.rung().await;
    desk.send(json!({"type": "cancel"}));
    let closed = desk.expect("closed").await;
    assert_eq!((&closed["ticket"], &closed["reason"]), (&offer["ticket"], &json!("CANCELLED")));
    desk.expect_close(1000).await;
    assert_eq!(kim.expect("withdrawn").await["reason"], "CANCELLED");
    kim.accept(&offer);
    kim.expect_error("NO_SUCH_OFFER").await;
    assert_eq!(server.records().ticket(&desk.ticket).status, "CANCELLED");
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r6_a_counsellor_who_pauses_gives_the_offer_back() {
    let server = Office::new().counsellor("kim").counsellor("lee").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut lee = Counsellor::open_at(&server, "lee").await;
    let desk = Desk::waiting_for(&server, "GENERAL").await;
    kim.rung().await;
    kim.send(json!({"type": "pause", "reason": "MEAL"}));
    assert_eq!(kim.expect("withdrawn").await["reason"], "GONE");
    let state = kim.expect_where("state", |state| state["intent"] == "PAUSED").await;
    assert_eq!(state["reason"], "MEAL");
    assert_eq!(lee.rung().await["ticket"], *desk.ticket);
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn a_line_that_does_not_ask_assigns() {
    let server = Office::new().rules("ACCEPT_S = 0").counsellor("kim").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let offer = kim.rung().await;
    assert_eq!(offer["accept_within_s"], 0);
    assert_eq!(kim.seated().await["ticket"], offer["ticket"]);
    desk.seated().await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn r14_a_match_says_why() {
    let server = Office::new().counsellor("kim").counsellor("lee").open().await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let mut lee = Counsellor::open_at(&server, "lee").await;
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let offer = kim.rung().await;
    kim.decline(&offer);
    lee.takes_next().await;
    desk.seated().await;
    let why = server.records().ticket(&desk.ticket).explanation.expect("an explanation on file");
    let why: Value = serde_json::from_str(&why).expect("JSON");
    assert_eq!((&why["rule"], &why["tier"], &why["ahead"]), (&json!("R3"), &json!(0), &json!(0)), "{why}");
    assert!(why["waited_s"].is_u64() && why["idle_s"].is_u64(), "{why}");
    let kims = server.records().text("ACCOUNT_ID", "ACCOUNT WHERE LOGIN = 'kim'");
    assert_eq!(why["passed_over"], json!([kims]), "{why}");
    server.check().await;
    server.finish().await;
}
