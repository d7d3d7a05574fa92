//! The harness must be able to fail: three servers that are broken on purpose must each turn the
//! ledger red, and the good one must not.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anteroom::clock::Clock;
use anteroom::ids::{AccountId, MemberId, NodeId, RoomId, SessionId, TicketId};
use anteroom::journal::{Journal, Keeper, MatchRow, SeatRow, Write, Written};
use anteroom::protocol::Role;
use anteroom::storage::people::accounts;
use anteroom::storage::talk::alone;
use rlimit::Resource;

use crate::support::ledger::{Holds, must};
use crate::support::people::talking;
use crate::support::{Counsellor, Desk, Office, Server};

/// How often a desk changes tabs.
const CHANGES: u32 = 20;
/// A free counsellor is asked at once; this is for a busy machine.
const RINGS_WITHIN: Duration = Duration::from_secs(10);

fn good() -> PathBuf {
    env!("CARGO_BIN_EXE_anteroom").into()
}

/// The disk fails at the moment of the commit. Whoever was told `accepted` must find it on file.
async fn says_only_what_is_on_file(program: &Path) -> Holds {
    let server = Office::new().program(program).counsellor("kim").open().await;
    let (mut desk, kim) = talking(&server, "kim").await;
    let disk = |limit| {
        let pid = i32::try_from(server.pid()).expect("a process id");
        rlimit::prlimit(pid, Resource::FSIZE, Some((limit, rlimit::INFINITY)), None).expect("the limit is set");
    };
    // What is still on its way from the match would fail first, and the disk be known to be bad.
    desk.said("all before this is on file").await;
    disk(0);
    let client_id = desk.say("is this on file?");
    loop {
        let frame = desk.next().await.expect("an answer");
        if frame["client_id"] == *client_id || frame["re"] == *client_id {
            break;
        }
    }
    disk(rlimit::INFINITY);
    drop(kim);
    server.ledger().check(&mut server.records()).await
}

/// Whoever else decides in the same term has matched the ticket a moment before this server's counsellor accepts it.
async fn matches_once_whoever_proposes(program: &Path) -> Holds {
    let office = Office::new().program(program).rules("ACCEPT_S = 60");
    let server = office.counsellor("kim").counsellor("lee").open().await;
    let desk = Desk::waiting_for(&server, "GENERAL").await;
    let mut kim = Counsellor::open_at(&server, "kim").await;
    let offer = kim.rung().await;
    matched_by_another(&server, &desk.ticket, "lee").await;
    kim.accept(&offer);
    loop {
        let frame = kim.next().await.expect("an answer");
        if ["matched", "withdrawn", "error"].iter().any(|kind| frame["type"] == **kind) {
            break;
        }
    }
    let rooms = server.records().count(&format!("ROOM WHERE CONSULTATION_ID = '{}'", desk.ticket));
    must(rooms == 1, "I2", || format!("{} has {rooms} rooms", desk.ticket))
}

/// Puts a match on file as the program does, by another journal.
async fn matched_by_another(server: &Server, ticket: &str, login: &str) {
    let (store, clock) = (server.store(), Clock::system());
    let counsellor = store.run(|conn| accounts::by_login(conn, login)).expect("it answers").expect("an account").id;
    let seat = |role, account: Option<AccountId>| SeatRow {
        member: MemberId(clock.new_id()),
        role,
        account,
        session: account.is_none().then(|| SessionId(clock.new_id())),
        name: "another's".into(),
    };
    let row = MatchRow {
        ticket: TicketId(ticket.parse().expect("an id")),
        room: RoomId(clock.new_id()),
        home: NodeId(clock.new_id()),
        counsellor,
        seats: [seat(Role::Desk, None), seat(Role::Counsellor, Some(counsellor))],
        at: clock.now().wall,
        explanation: "{}".into(),
    };
    let journal = Journal::start(&store, clock.clone(), NodeId(clock.new_id()), |_| ()).expect("a journal");
    let term = store.run(alone::term).expect("it answers").expect("somebody matches");
    let matched = journal.write(Keeper::Term(term), Write::Match(Box::new(row))).await;
    assert!(matches!(matched, Ok(Written::Matched { .. })), "{matched:?}");
}

/// People change tabs: the older one's stop may come after the newer one has sat down, and must
/// not take its place away. In a room that is a race, so it is run again and again; at the
/// matchmaker the stop is always the later one.
async fn keeps_the_newest_socket(program: &Path) -> Holds {
    let server = Office::new().program(program).counsellor_of("kim", &["GENERAL"], 2).open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    for change in 0..CHANGES {
        let mut old = desk.another_tab(&server).await;
        desk.resume(Some(change));
        desk.seated().await;
        old.expect_close(4001).await;
        kim.said(&format!("message {change}")).await;
        server.ledger().check(&mut server.records()).await?;
    }
    kim.another_tab(&server).await.expect_close(4001).await;
    let next = Desk::waiting_for(&server, "GENERAL").await;
    let rings = kim.hears(RINGS_WITHIN, "offer", |offer| offer["ticket"] == *next.ticket).await;
    must(rings.is_some(), "R5", || format!("kim is there and free, and {} waits", next.ticket))
}

#[tokio::test]
async fn the_good_server_says_only_what_is_on_file() {
    says_only_what_is_on_file(&good()).await.unwrap_or_else(|broken| panic!("{broken}"));
}

#[tokio::test]
async fn r9_the_good_server_matches_once_whoever_proposes() {
    matches_once_whoever_proposes(&good()).await.unwrap_or_else(|broken| panic!("{broken}"));
}

#[tokio::test]
async fn r12_the_good_server_keeps_the_newest_socket() {
    keeps_the_newest_socket(&good()).await.unwrap_or_else(|broken| panic!("{broken}"));
}

/// The program is the one that is tested everywhere else; its name breaks it. A release has no such names.
#[cfg(debug_assertions)]
#[tokio::test]
async fn three_broken_servers_turn_the_ledger_red() {
    let names = tempfile::tempdir().expect("a temporary directory");
    let broken = |way: &str| {
        let named = names.path().join(way);
        std::os::unix::fs::symlink(good(), &named).expect("a link");
        named
    };
    let found = says_only_what_is_on_file(&broken("early-ack")).await;
    assert_eq!(found.map_err(|broken| broken.rule), Err("I3"), "acknowledged before the commit");
    let found = matches_once_whoever_proposes(&broken("unconditional-match")).await;
    assert_eq!(found.map_err(|broken| broken.rule), Err("I2"), "matched without the condition");
    let found = keeps_the_newest_socket(&broken("late-stop")).await;
    let rule = found.map_err(|broken| broken.rule);
    assert!(rule == Err("I3") || rule == Err("R5"), "cleaned up without comparing: {rule:?}");
}
