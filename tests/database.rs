//! The database freezes, is taken away, comes back without its last commits, is another server's. Nobody
//! is told what is not so, and all is well again by itself where it can be.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::office::PASSWORD;
use crate::support::people::talking;
use crate::support::{Desk, Office, Server, alone, postgres, until};

/// No read may take longer, whatever the database does; and a second for a busy machine.
const READ_WITHIN: Duration = Duration::from_secs(6);

async fn readiness(server: &Server) -> Value {
    server.http().get("/readyz").await.expect("an answer").json()
}

async fn until_ready(server: &Server) {
    until("it is ready again", || async { (readiness(server).await["status"] == "ready").then_some(()) }).await;
}

fn url(database: &anteroom::storage::Database) -> String {
    let anteroom::storage::Database::Postgres(url) = database else { panic!("not a PostgreSQL") };
    url.clone()
}

#[tokio::test]
async fn a_database_that_freezes_holds_nobody_up_and_goes_on_where_it_stood() {
    let _alone = alone().await;
    let postgres = postgres::Server::start();
    let office = Office::new().option("--database-url", &url(&postgres.fresh_database()));
    let mut server = office.counsellor("kim").account("boss", "MANAGER", &["GENERAL"], 1).open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let boss = server.http().as_user("boss").await;
    desk.said("before").await;
    kim.expect("message").await;

    postgres.freeze();
    let first = desk.say("while it hangs");
    let read = async {
        let began = Instant::now();
        let answer = boss.get("/api/v1/consultations").await.expect("an answer");
        assert!(began.elapsed() < READ_WITHIN, "a read took {:?}", began.elapsed());
        answer.is_problem(503, "DATABASE_UNAVAILABLE");
    };
    let told = async {
        until("it says stalled", || async {
            let now = readiness(&server).await;
            (now["database"] == "stalled" && now["journal"] == "stalled").then_some(())
        })
        .await;
    };
    tokio::join!(read, told);
    assert_eq!(server.http().read("/healthz").await["status"], "alive");
    // Whoever comes now is told, though what was under way is not known yet.
    let second = desk.say("and this?");
    assert_eq!(desk.expect_error("NOT_STORED").await["re"], *second);
    assert!(!kim.has("message"));

    postgres.thaw();
    desk.expect_where("accepted", |accepted| accepted["client_id"] == *first).await;
    assert_eq!(kim.expect("message").await["body"], "while it hangs");
    until_ready(&server).await;
    desk.said("after").await;
    server.check().await;

    // Nor does it keep the server from leaving.
    postgres.freeze();
    desk.say("on its way");
    server.signal("TERM");
    let status = server.ended(Duration::from_secs(30)).await;
    assert_eq!(status.code(), Some(1), "it left with {status}");
    postgres.thaw();
}

#[tokio::test]
async fn a_database_file_that_is_taken_away_is_noticed_and_nothing_is_accepted_until_it_is_back() {
    let server = Office::new().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.said("before").await;
    kim.expect("message").await;
    let mut quickest = Duration::MAX;
    for name in ["anteroom.db", "anteroom.db-wal"] {
        let [file, aside] = [name, "aside"].map(|name| server.data_dir().join(name));
        std::fs::rename(&file, &aside).expect("it is taken away");
        let gone = Instant::now();
        until("it is unready", || async { (readiness(&server).await["journal"] == "failed").then_some(()) }).await;
        quickest = quickest.min(gone.elapsed());
        assert_eq!(readiness(&server).await["database"], "missing");
        let say = json!({"type": "say", "room": desk.room, "client_id": name, "body": "is this on file?"});
        desk.send(say.clone());
        assert_eq!(desk.expect_error("NOT_STORED").await["re"], name);
        let log_in = json!({"login": "kim", "password": PASSWORD});
        server.http().post("/api/v1/session", &log_in).await.is_problem(503, "DATABASE_UNAVAILABLE");
        // Another file of that name is not it.
        std::fs::write(&file, "").expect("a file");
        assert_eq!(readiness(&server).await["database"], "missing");
        std::fs::rename(&aside, &file).expect("it is back");
        until_ready(&server).await;
        desk.send(say);
        desk.expect_where("accepted", |accepted| accepted["client_id"] == name).await;
        kim.expect("message").await;
    }
    // The quicker of the two, as a busy machine may hold one of them up.
    assert!(quickest < Duration::from_secs(1), "noticed after {quickest:?}");
    server.check().await;
    server.finish().await;
}

/// A failover to a standby that lacks what was accepted last. That is lost; but nobody goes on talking to a
/// room that cannot store a word any more.
#[tokio::test]
async fn a_database_that_lost_its_last_commits_is_believed_and_people_are_told() {
    let _alone = alone().await;
    let primary = postgres::Server::start();
    let url = url(&primary.fresh_database());
    let name = url.rsplit('/').next().expect("a name").to_owned();
    let standby = primary.replica();
    let both = format!(
        "postgres://anteroom@127.0.0.1:{},127.0.0.1:{}/{name}?target_session_attrs=read-write",
        primary.port(),
        standby.port()
    );
    let mut server = Office::new().counsellor("kim").option("--database-url", &both).open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    desk.said("kept").await;
    kim.expect("message").await;
    let on_standby = standby.database(&name);
    until("the standby has it", || async {
        let mut there = crate::support::database::Records::open(&on_standby);
        (there.count("MESSAGE") == 1).then_some(())
    })
    .await;
    standby.execute("postgres", "ALTER SYSTEM SET primary_conninfo = ''");
    standby.execute("postgres", "SELECT pg_reload_conf()");
    until("the standby hears no more", || async {
        let mut there = crate::support::database::Records::open(&on_standby);
        (there.count("pg_stat_wal_receiver") == 0).then_some(())
    })
    .await;
    assert_eq!(desk.said("lost").await, 2);
    let late = Desk::waiting_for(&server, "GENERAL").await;
    primary.kill();
    standby.execute("postgres", "SELECT pg_promote(false)");
    // The next word is what finds the old connection gone.
    desk.say("is anybody there?");
    desk.expect_close(1001).await;
    kim.expect_close(1001).await;
    server.ready().await;
    desk.come_back(&server, Some(2)).await;
    assert_eq!(desk.seated().await["last_seq"], 1, "what is on file");
    assert_eq!(desk.expect_error("RESYNC").await["seq"], 1, "and their page is told to read again");
    kim.come_back(&server).await;
    assert_eq!(desk.said("again").await, 2, "the number that could never be stored");
    kim.expect_where("message", |message| message["body"] == "again").await;
    // A ticket that is on no record is one no more.
    let again = Desk::at(&server).await;
    again.send(json!({"type": "resume", "token": late.token}));
    let mut again = again;
    again.expect_error("BAD_TOKEN").await;
    assert!(server.sigterm().await.success());
}

#[tokio::test]
async fn a_second_server_on_one_postgres_is_refused_and_disturbs_nobody() {
    let server = Office::new().on_postgres().counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let waits = Desk::waiting_for(&server, "GENERAL").await;
    let other = tempfile::tempdir().expect("a directory");
    let refused = std::process::Command::new(env!("CARGO_BIN_EXE_anteroom"))
        .args(["serve", "--listen", "127.0.0.1:0", "--database-url", &url(&server.database()), "--data-dir"])
        .arg(other.path())
        .output()
        .expect("the program runs");
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2), "{told}");
    assert!(told.lines().count() == 1 && told.contains("served already"), "{told}");
    // Nobody was moved, closed or sent away by the one that was refused.
    desk.said("undisturbed").await;
    kim.expect("message").await;
    assert!(waits.journal().is_live() && !waits.has("closed"));
    server.check().await;
    server.finish().await;
}

/// Another server has the lease, and then a room: whatever this one still believes, it decides nothing and says nothing.
#[tokio::test]
async fn a_server_that_is_told_that_another_decides_matches_no_more_and_leaves_the_room() {
    let server =
        Office::new().counsellor("kim").option("--database-url", &url(&postgres::fresh_database())).open().await;
    let (mut desk, kim) = talking(&server, "kim").await;
    let another = "01a22e5b-0000-7000-8000-000000000001";
    server.records().execute(&format!("UPDATE LEASE SET NODE_ID = '{another}', TERM_ID = '{another}'"));
    kim.send(json!({"type": "pause", "reason": "MEAL"}));
    until("nobody is matched any more", || async {
        let mut next = Desk::at(&server).await;
        next.request("GENERAL");
        next.hears(Duration::from_secs(1), "error", |error| error["code"] == "BUSY").await
    })
    .await;
    assert_eq!(server.records().count("ACCOUNT WHERE INTENT = 'PAUSED' AND LOGIN = 'kim'"), 0);
    assert_eq!(server.records().count("CONSULTATION"), 1, "nobody was put on file");

    desk.said("the room is still its own").await;
    server.records().execute(&format!("UPDATE ROOM SET KEEPER_ID = '{another}'"));
    desk.say("and now?");
    let has_left = |line: &String| line.contains("another server has the room");
    until("it leaves the room", || async { server.log().iter().any(has_left).then_some(()) }).await;
    assert!(!desk.has("accepted") && !desk.has("error") && !desk.has("ended"), "without a word");
    assert_eq!(server.records().count("MESSAGE"), 1);
}
