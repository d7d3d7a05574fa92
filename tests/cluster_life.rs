//! Nodes that leave and come back: asked to, one after the other, stopped for too long, or not taken at all.

use std::path::Path;
use std::time::Duration;

use anteroom::storage::Database;
use serde_json::Value;

use crate::support::database::Records;
use crate::support::office::{PASSWORD, run, text};
use crate::support::pair::{Pair, nodes};
use crate::support::{Balancer, Counsellor, Desk, Office, Socket, postgres, until};

#[tokio::test]
async fn a_node_that_is_asked_to_leave_hands_its_room_on_and_who_sits_elsewhere_notices_nothing() {
    let (one, mut two) = Pair::two(Office::new().counsellor("kim")).await;
    let mut desk = Desk::waiting_for(&two, "GENERAL").await;
    let mut kim = Counsellor::open_at(&one, "kim").await;
    kim.takes_next().await;
    desk.seated().await;
    let last = desk.said("is anybody there?").await;
    kim.expect("message").await;
    two.signal("TERM");
    // Said while it is handed on, and answered by whichever home has it.
    for said in 0..20 {
        kim.said(&format!("{said}")).await;
    }
    desk.expect_close(1001).await;
    desk.goes_to(&one);
    desk.come_back(&one, Some(last)).await;
    desk.seated().await;
    for said in 0..20 {
        assert_eq!(desk.expect("message").await["body"], format!("{said}"));
    }
    desk.said("I am back").await;
    kim.expect_where("message", |message| message["body"] == "I am back").await;
    assert_eq!(kim.all("matched").len(), 1, "told once");
    let status = two.ended(Duration::from_secs(30)).await;
    assert!(status.success(), "it left with {status}");
    one.check().await;
    one.finish().await;
}

/// The node at which this socket is.
fn node_of(socket: &Socket) -> Value {
    socket.journal().heard().iter().rev().find(|frame| frame["type"] == "welcome").expect("a welcome")["node"].clone()
}

/// One node after the other is asked to leave, ends, and is started again, behind HAProxy, while people talk and wait.
#[tokio::test]
async fn nobody_loses_a_place_a_seat_or_a_message_while_one_node_after_the_other_is_replaced() {
    let logins = ["kim", "lee", "park"];
    let office = logins.iter().fold(Office::new(), |office, login| office.counsellor(login));
    let cluster = Pair::new();
    let mut servers = vec![cluster.node("one", office).await];
    for name in ["two", "three"] {
        servers.push(cluster.node(name, Office::new()).await);
    }
    until("all three take part", || async {
        let items = nodes(&servers[0]).await;
        (items.iter().filter(|item| item["state"] == "UP").count() == 3).then_some(())
    })
    .await;
    let balancer = Balancer::haproxy(&servers.iter().collect::<Vec<_>>(), &[]).await;
    let mut talks = Vec::new();
    for login in logins {
        let session = servers[0].http().log_in(login, PASSWORD).await;
        let mut counsellor = Counsellor::at_url(&servers[0], login, &session, &balancer.ws("/ws/counsellor")).await;
        counsellor.open().await;
        let mut desk = Desk::at_url(&servers[0], &balancer.ws("/ws/desk")).await;
        desk.request("GENERAL");
        desk.waits().await;
        counsellor.takes_next().await;
        desk.seated().await;
        talks.push((desk, counsellor));
    }
    for round in 0..servers.len() {
        let shown = nodes(&servers[round]).await;
        let me = shown.iter().find(|item| item["me"] == true).expect("itself")["node"].clone();
        let mut last = Vec::new();
        for (desk, counsellor) in &mut talks {
            last.push(desk.said(&format!("before {round}")).await);
            counsellor.expect_where("message", |message| message["body"] == format!("before {round}")).await;
        }
        servers[round].signal("TERM");
        // Whoever comes back sooner may be sent there again, and tries once more.
        let left_out = format!("nodes/n{round} is DOWN");
        until("the balancer leaves it out", || async { balancer.logged().contains(&left_out).then_some(()) }).await;
        for ((desk, counsellor), last) in talks.iter_mut().zip(last) {
            if node_of(desk) == me {
                desk.expect_close(1001).await;
                desk.come_back(&servers[0], Some(last)).await;
                desk.seated().await;
            }
            if node_of(counsellor) == me {
                counsellor.expect_close(1001).await;
                let room = counsellor.room.clone();
                let state = counsellor.come_back(&servers[(round + 1) % servers.len()]).await;
                let has = |state: &Value| {
                    state["rooms"].as_array().is_some_and(|all| all.iter().any(|of| of["room"] == *room))
                };
                if !has(&state) {
                    counsellor.expect_where("state", has).await;
                }
            }
        }
        for (desk, counsellor) in &mut talks {
            let (asked, answered) = (format!("asked {round}"), format!("answered {round}"));
            desk.said(&asked).await;
            counsellor.expect_where("message", |message| message["body"] == asked).await;
            counsellor.said(&answered).await;
            desk.expect_where("message", |message| message["body"] == answered).await;
        }
        let status = servers[round].ended(Duration::from_secs(30)).await;
        assert!(status.success(), "it left with {status}");
        servers[round].restart().await;
    }
    servers[0].check().await;
    for server in servers {
        server.finish().await;
    }
}

#[tokio::test]
async fn a_node_whose_words_do_not_go_with_the_others_ends_and_says_why() {
    const STRANGER: &str = "
        INSERT INTO NODE (NODE_ID, NAME, VERSION, WIRE_MIN, WIRE_MAX, ENGINE, STATE, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID)
        VALUES ('00000000-0000-7000-8000-000000000001', 'north', '9.9.9', 98, 99, 'POSTGRES', 'UP', now(), 'SYSTEM', now(),
                'SYSTEM')";
    let (database, program) = (postgres::fresh_database(), Path::new(env!("CARGO_BIN_EXE_anteroom")));
    let Database::Postgres(url) = &database else { panic!("not PostgreSQL") };
    let office = Office::new();
    let migrated = run(program, &["migrate", "--database-url", url], &office.data_dir());
    assert!(migrated.status.success(), "{}", text(&migrated));
    Records::open(&database).execute(STRANGER);
    let options = ["--listen", "127.0.0.1:0", "--database-url", url, "--cluster", "on"];
    let output = run(program, &[&["serve"], &options[..]].concat(), &office.data_dir());
    let said = String::from_utf8_lossy(&output.stderr);
    let why: Vec<&str> = said.lines().filter(|line| line.starts_with("anteroom: ")).collect();
    assert_eq!((output.status.code(), why.len()), (Some(2), 1), "{said}");
    assert!(["does not join", "north", "9.9.9", "98 to 99"].iter().all(|word| why[0].contains(word)), "{why:?}");
}

#[tokio::test]
async fn a_node_that_was_stopped_for_too_long_begins_anew_in_the_same_process() {
    let (one, two) = Pair::two(Office::new().counsellor("kim")).await;
    let mut desk = Desk::waiting_for(&two, "GENERAL").await;
    let (before, pid) = (nodes(&two).await, two.pid());
    let id = |items: &[Value]| items.iter().find(|item| item["name"] == "two").map(|item| item["node"].clone());
    two.signal("STOP");
    until("it is gone", || async { (nodes(&one).await.len() == 1).then_some(()) }).await;
    two.signal("CONT");
    desk.expect_close(1001).await;
    until("it takes part as another", || async {
        let items = nodes(&one).await;
        (id(&items).is_some() && id(&items) != id(&before)).then_some(())
    })
    .await;
    two.ready().await;
    assert_eq!(two.pid(), pid);
    desk.come_back(&two, None).await;
    desk.waits().await;
    let mut kim = Counsellor::open_at(&two, "kim").await;
    assert_eq!(kim.takes_next().await["ticket"], *desk.ticket, "it has kept its place");
    desk.seated().await;
    two.check().await;
    two.finish().await;
    one.finish().await;
}
