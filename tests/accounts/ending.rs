//! Access that is taken away ends at once: sockets, streams, log-ins.

use std::time::{Duration, Instant};

use anteroom::clock::Clock;
use anteroom::storage::SYSTEM;
use anteroom::storage::people::account_edits::{self, Changes};
use anteroom::storage::people::{accounts, sessions};
use serde_json::{Value, json};

use super::{account, audits, from, office, path};
use crate::support::http::Events;
use crate::support::office::PASSWORD;
use crate::support::people::talking;
use crate::support::{Counsellor, Http, Server};

/// The rule.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Somebody with a socket and the room list open.
struct AtWork {
    socket: Counsellor,
    list: Events,
    http: Http,
}

impl AtWork {
    async fn of(server: &Server, login: &str) -> Self {
        let session = server.http().log_in(login, PASSWORD).await;
        Self::with(server, login, &session).await
    }

    async fn with(server: &Server, login: &str, session: &str) -> Self {
        let http = server.http().with_bearer(session);
        let mut list = http.follow("/api/v1/rooms/stream").await;
        list.expect("snapshot", |_| true).await;
        Self { socket: Counsellor::with_session(server, login, session).await, list, http }
    }

    /// Everything of theirs ends within two seconds of `since`.
    async fn ends(mut self, since: Instant, why: &str) {
        self.socket.expect_close(4003).await;
        while self.list.next().await.is_some() {}
        assert!(since.elapsed() < AT_ONCE, "{why}: took {:?}", since.elapsed());
        self.http.get("/api/v1/session").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
        self.http.get("/api/v1/rooms/stream").await.expect("an answer").is_problem(401, "NOT_LOGGED_IN");
    }
}

#[tokio::test]
async fn whatever_takes_access_away_ends_everything_within_two_seconds() {
    let logins = ["out", "demoted", "suspended", "deleted", "expired", "unfactored"];
    let server = logins.iter().fold(office(), |office, login| office.account(login, "MANAGER", &["GENERAL"], 1));
    let server = server.open().await;
    let boss = server.http().as_user("boss").await;

    let out = AtWork::of(&server, "out").await;
    let since = Instant::now();
    assert_eq!(out.http.delete("/api/v1/session").await.status, 204);
    out.ends(since, "a log-out").await;

    let past = chrono::Utc::now() - chrono::TimeDelta::seconds(1);
    for (login, method, what, body) in [
        ("demoted", "PATCH", "", json!({"role": "COUNSELLOR"})),
        ("suspended", "POST", "/suspend", json!({"reason": "on leave"})),
        ("deleted", "DELETE", "", json!({"reason": "left"})),
        ("expired", "PUT", "/validity", json!({"until": past, "reason": "left"})),
    ] {
        let person = AtWork::of(&server, login).await;
        let on_file = account(&boss, login).await;
        let since = Instant::now();
        let request = boss.request(method.parse().expect("a method"), &path(&on_file, what));
        let answer = boss.ask(request.json(&from(&on_file, body))).await;
        assert_eq!(answer.status, 200, "{login}: {}", answer.text);
        person.ends(since, login).await;
    }

    let session = server.http().log_in("unfactored", PASSWORD).await;
    super::second_factor(&server.http().with_bearer(&session)).await;
    let person = AtWork::with(&server, "unfactored", &session).await;
    let on_file = account(&boss, "unfactored").await;
    let since = Instant::now();
    let answer = boss.delete_with(&path(&on_file, "/second-factor"), &from(&on_file, json!({}))).await;
    assert_eq!((answer.status, &answer.json()["second_factor"]), (200, &json!(false)), "{}", answer.text);
    person.ends(since, "the second factor was reset").await;
    server.finish().await;
}

#[tokio::test]
async fn a_new_password_ends_every_other_log_in() {
    let server = office().account("mo", "MANAGER", &["GENERAL"], 1).open().await;
    let mut here = AtWork::of(&server, "mo").await;
    let elsewhere = AtWork::of(&server, "mo").await;
    // The newest socket of an account is the one that counts; the list does not mind.
    here.socket.expect_close(4001).await;
    let since = Instant::now();
    let body = json!({"current": PASSWORD, "password": "a new password"});
    assert_eq!(here.http.put("/api/v1/session/password", &body).await.status, 204);
    elsewhere.ends(since, "a new password").await;
    assert_eq!(here.http.get("/api/v1/session").await.expect("an answer").status, 200, "this one stays");
    let _desk = crate::support::Desk::waiting_for(&server, "GENERAL").await;
    here.list.expect("ticket", |_| true).await;
    server.http().log_in("mo", "a new password").await;
    server.finish().await;
}

#[tokio::test]
async fn an_end_of_validity_that_comes_while_people_work_ends_access_by_itself() {
    let server = office().account("mo", "MANAGER", &["GENERAL"], 1).open().await;
    let boss = server.http().as_user("boss").await;
    let person = AtWork::of(&server, "mo").await;
    let end = Instant::now() + Duration::from_millis(2_500);
    let until = chrono::Utc::now() + chrono::TimeDelta::milliseconds(2_500);
    let on_file = account(&boss, "mo").await;
    let body = from(&on_file, json!({"until": until, "reason": "contract"}));
    assert_eq!(boss.put(&path(&on_file, "/validity"), &body).await.status, 200);
    assert_eq!(person.http.get("/api/v1/session").await.expect("an answer").status, 200, "not before its moment");
    person.ends(end, "the end of validity").await;
    assert!(Instant::now() > end, "not before its moment");
    let on_file = account(&boss, "mo").await;
    assert_eq!((&on_file["valid_reason"], &on_file["deleted"]), (&json!("contract"), &json!(false)));
    let expired = boss.read("/api/v1/accounts?state=EXPIRED").await;
    assert_eq!(expired["items"][0]["login"], "mo", "{expired}");
    // The person whose time is up asks for an extension, and gets it.
    let body = from(&on_file, json!({"until": null, "reason": "extended"}));
    assert_eq!(boss.put(&path(&on_file, "/validity"), &body).await.status, 200);
    server.http().log_in("mo", PASSWORD).await;
    assert_eq!(audits(&boss, "ACCESS_ENDED").await.len(), 1, "ended by the server");
    server.finish().await;
}

#[tokio::test]
async fn access_that_is_taken_away_on_file_alone_ends_here_too() {
    let server = office().on_postgres().account("mo", "MANAGER", &["GENERAL"], 1).open().await;
    let person = AtWork::of(&server, "mo").await;
    let (store, at) = (server.store(), Clock::system().now().wall);
    // On file alone, as by another node: nobody tells this server.
    let suspended = store.in_turn(|conn| {
        conn.write(|conn| {
            let mo = accounts::by_login(conn, "mo")?.expect("an account");
            account_edits::set(conn, mo.id, &Changes::suspended("on leave"), SYSTEM, at)?;
            sessions::delete_of(conn, mo.id, None)
        })
    });
    let since = Instant::now();
    assert!(suspended.expect("it is on file") > 0);
    person.ends(since, "a suspension on file").await;
    server.finish().await;
}

#[tokio::test]
async fn a_suspended_counsellor_rings_no_more_and_their_visitor_gets_another() {
    let server = office().rules("GRACE_S = 1, ACCEPT_S = 60").counsellor("kim").counsellor("lee").open().await;
    let boss = server.http().as_user("boss").await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.said("hello").await;
    let on_file = account(&boss, "kim").await;
    assert_eq!(boss.post(&path(&on_file, "/suspend"), &from(&on_file, json!({"reason": "x"}))).await.status, 200);
    kim.expect_close(4003).await;
    // As when a socket is lost: the ticket returns to its place, and somebody else takes it.
    let mut lee = Counsellor::open_at(&server, "lee").await;
    lee.takes_next().await;
    desk.expect_where("matched", |matched| matched["last_seq"] == 1).await;

    let on_file = account(&boss, "kim").await;
    assert_eq!(boss.post(&path(&on_file, "/resume"), &from(&on_file, json!({}))).await.status, 200);
    let mut kim = Counsellor::at(&server, "kim").await;
    let state: Vec<Value> = kim.all("state");
    assert_eq!(state[0]["intent"], "PAUSED", "whoever comes back says when they are ready: {state:?}");
    kim.open().await;
    server.finish().await;
}
