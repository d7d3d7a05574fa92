//! One's own figures of today.

use serde_json::{Value, json};

use super::opened;
use crate::support::{Counsellor, Desk, Office, Server, until};

/// Asks until the records, which are written a moment behind, say what is expected.
async fn mine(server: &Server, login: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let http = server.http().as_user(login).await;
    until("the figures do not come", || async {
        let figures = http.read("/api/v1/stats/mine").await;
        fits(&figures).then_some(figures)
    })
    .await
}

#[tokio::test]
async fn own_figures_are_those_of_the_log() {
    let (server, _) = opened(Office::new().rules("WRAP_UP_S = 60")).await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    for score in [5, 2] {
        let mut desk = Desk::waiting_for(&server, "GENERAL").await;
        kim.takes_next().await;
        desk.seated().await;
        desk.end();
        desk.expect("ended").await;
        desk.send(json!({"type": "rate", "room": desk.room, "score": score}));
        kim.expect_where("state", |state| state["activity"] == "WRAP_UP").await;
        kim.send(json!({"type": "wrap_up", "room": kim.room, "result_code": "RESOLVED"}));
        kim.expect_where("state", |state| state["activity"] == "IDLE").await;
    }
    let mut desk = Desk::waiting_for(&server, "GENERAL").await;
    let offer = kim.rung().await;
    kim.decline(&offer);
    kim.expect_where("state", |state| state["activity"] == "IDLE").await;
    desk.send(json!({"type": "cancel"}));
    desk.expect("closed").await;
    let rated = |figures: &Value| figures["rating_mean"] == 3.5 && figures["declined"] == 1;
    let figures = mine(&server, "kim", rated).await;
    assert_eq!((&figures["talks"], &figures["offers"], &figures["missed"]), (&json!(2), &json!(3), &json!(0)));
    let seoul = chrono::Utc::now().with_timezone(&chrono::FixedOffset::east_opt(9 * 3600).expect("nine hours"));
    assert_eq!(figures["day"], seoul.format("%Y-%m-%d").to_string());

    // Of the log itself, with times that can be told apart; one of them of another day.
    server.records().execute(
        "UPDATE CONSULTATION SET MATCHED_DTTM = REQUESTED_DTTM, \
           ENDED_DTTM = CASE RATING WHEN 5 THEN datetime(REQUESTED_DTTM, '+100 seconds') \
             ELSE datetime(REQUESTED_DTTM, '+301 seconds') END, \
           WRAPPED_UP_DTTM = CASE RATING WHEN 5 THEN datetime(REQUESTED_DTTM, '+130 seconds') \
             ELSE datetime(REQUESTED_DTTM, '+311 seconds') END WHERE RATING IS NOT NULL;",
    );
    let figures = mine(&server, "kim", |_| true).await;
    let near = |name: &str, expected: f64| {
        let value = figures[name].as_f64().unwrap_or(f64::NAN);
        assert!((value - expected).abs() <= 1.0, "{name} is {value}, not {expected}");
    };
    near("talk_s_mean", 200.5);
    near("wrap_up_s_mean", 20.0);
    server.records().execute(
        "UPDATE CONSULTATION SET REQUESTED_DTTM = datetime(REQUESTED_DTTM, '-1 days'), \
           MATCHED_DTTM = datetime(MATCHED_DTTM, '-1 days') WHERE RATING = 2;",
    );
    let figures = mine(&server, "kim", |_| true).await;
    assert_eq!((&figures["talks"], &figures["rating_mean"]), (&json!(1), &json!(5.0)));
    let nobody = mine(&server, "lee", |_| true).await;
    assert_eq!((&nobody["talks"], &nobody["talk_s_mean"], &nobody["offers"]), (&json!(0), &json!(null), &json!(0)));
    server.finish().await;
}

#[tokio::test]
async fn an_offer_that_is_not_answered_is_missed() {
    let (server, _) = opened(Office::new().rules("ACCEPT_S = 1")).await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let _desk = Desk::waiting_for(&server, "GENERAL").await;
    kim.rung().await;
    kim.expect_where("withdrawn", |withdrawn| withdrawn["reason"] == "EXPIRED").await;
    let figures = mine(&server, "kim", |figures| figures["missed"] == 1).await;
    assert_eq!((&figures["offers"], &figures["talks"]), (&json!(1), &json!(0)));
    server.http().get("/api/v1/stats/mine").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    server.finish().await;
}
