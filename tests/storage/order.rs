//! Two writers on one PostgreSQL: what they hold, in which order, and for how long.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use anteroom::ids::{AccountId, SessionId};
use anteroom::journal::{Journal, Keeper, LogInRow, Write, Written};
use anteroom::network::Network;
use anteroom::protocol::Intent;
use anteroom::storage::history::audit::{Actor, NewEntry};
use anteroom::storage::people::accounts::{self, AccountRole, NewAccount};
use anteroom::storage::people::places::repair_rooms_open;
use anteroom::storage::people::sessions::{self, Made, NewSession, Proof};
use anteroom::storage::{Database, connect};
use anteroom::time::Wall;
use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::bed::Bed;

const PATIENCE: Duration = Duration::from_secs(60);
/// So many rows two groups take in opposite orders: without one order both have their first long before
/// either asks for its last.
const ACCOUNTS: usize = 20;
const ROUNDS: usize = 5;
/// Sessions of this database that wait for a lock.
pub const WAITING: &str = "(SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND pid IN
                         (SELECT pid FROM pg_stat_activity WHERE datname = current_database()))";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    setting: String,
}

pub fn count(database: &Database, of: &str) -> i64 {
    let found: Count = sql_query(format!("SELECT {of} AS count")).get_result(&mut connect(database).unwrap()).unwrap();
    found.count
}

pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    let give_up = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < give_up, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Another database of the same server.
fn beside(database: &Database) -> (Database, String) {
    let Database::Postgres(url) = database else { panic!("not a PostgreSQL") };
    let (server, name) = url.rsplit_once('/').unwrap();
    (format!("{server}/postgres").parse().unwrap(), name.to_owned())
}

/// Holds the journal's thread until what is returned goes.
pub fn hold(bed: &Bed) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (reached, at_it) = mpsc::channel();
    let nothing = Write::TouchSessions { sessions: Vec::new() };
    bed.journal.submit(Keeper::Anybody, nothing, move |_| {
        reached.send(()).unwrap();
        let _ = held.recv();
    });
    at_it.recv().unwrap();
    release
}

#[test]
fn two_groups_that_want_the_same_rows_in_two_orders_do_not_wait_for_each_other() {
    let bed = Bed::postgres();
    let other = bed.with_journal(Journal::start(&bed.store, bed.clock.clone(), bed.node, |_| ()).unwrap());
    let accounts: Vec<AccountId> = (0..ACCOUNTS).map(|_| AccountId(bed.clock.new_id())).collect();
    for (nth, id) in accounts.iter().enumerate() {
        let new = NewAccount { id: *id, ..bed.account(&format!("c{nth}"), AccountRole::Counsellor) };
        bed.read(|conn| accounts::create(conn, &new, "TEST", bed.now()));
    }
    for _ in 0..ROUNDS {
        let (answer, answers) = mpsc::channel();
        let held = [hold(&bed), hold(&other)];
        let intend = |bed: &Bed, account: &AccountId| {
            let write = Write::SetIntent {
                account: *account,
                intent: Intent::Open,
                reason: None,
                capacity: None,
                at: bed.now(),
            };
            let answer = answer.clone();
            bed.journal.submit(Keeper::Term(bed.term), write, move |written| answer.send(written).unwrap());
        };
        accounts.iter().for_each(|account| intend(&bed, account));
        accounts.iter().rev().for_each(|account| intend(&other, account));
        drop((held, answer));
        assert!(answers.iter().all(|written| written == Ok(Written::Done)));
    }
    let (admin, name) = beside(bed.store.database());
    other.journal.close();
    bed.journal.close();
    drop((bed, other));
    // A session tells what it counted when it ends.
    let sessions = format!("(SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '{name}')");
    until("all sessions end", || count(&admin, &sessions) == 0);
    assert_eq!(count(&admin, &format!("(SELECT deadlocks FROM pg_stat_database WHERE datname = '{name}')")), 0);
}

/// A match that another server is about to commit while this one counts at its start.
#[test]
fn a_match_that_is_just_being_made_is_not_forgotten_when_places_are_counted() {
    let bed = Bed::postgres();
    let ticket = bed.ticket();
    let database = bed.store.database();
    bed.read(|conn| conn.batch_execute("UPDATE ACCOUNT SET ROOMS_OPEN = 7"));
    let mut other = connect(database).unwrap();
    other
        .batch_execute(&format!(
            "BEGIN; SET idle_in_transaction_session_timeout TO 0;
             UPDATE ACCOUNT SET ROOMS_OPEN = ROOMS_OPEN + 1 WHERE ACCOUNT_ID = '{kim}';
             UPDATE CONSULTATION SET STATUS = 'TALKING', COUNSELLOR_ID = '{kim}', MATCHED_DTTM = REQUESTED_DTTM
              WHERE CONSULTATION_ID = '{ticket}'",
            kim = bed.kim
        ))
        .unwrap();
    std::thread::scope(|scope| {
        let repaired = scope.spawn(|| bed.read(|conn| repair_rooms_open(conn, bed.now())));
        until("it waits for the match", || count(database, WAITING) > 0);
        other.batch_execute("COMMIT").unwrap();
        assert_eq!(repaired.join().unwrap(), 2);
    });
    assert_eq!((bed.taken(bed.kim), bed.taken(bed.lee)), (1, 0));
}

/// A password that is being changed: a log-in with the old one waits for what becomes of that.
#[test]
fn a_log_in_with_a_password_that_is_just_being_changed_does_not_survive_it() {
    let bed = Bed::postgres();
    let mut other = connect(bed.store.database()).unwrap();
    other
        .batch_execute(&format!(
            "SET idle_in_transaction_session_timeout TO 0; BEGIN;
             UPDATE ACCOUNT SET PASSWORD_HASH = 'the new one' WHERE ACCOUNT_ID = '{kim}';
             DELETE FROM ACCOUNT_SESSION WHERE ACCOUNT_ID = '{kim}'",
            kim = bed.kim
        ))
        .unwrap();
    let (id, at) = (SessionId(bed.clock.new_id()), bed.now());
    let row = LogInRow {
        session: NewSession {
            id,
            account: bed.kim,
            token_hash: "t".into(),
            expires_at: Wall(at.0 + 60_000_000),
            made: Made::default(),
        },
        password_hash: "$argon2id$".into(),
        proof: Proof::Nothing,
        network: Network::of([127, 0, 0, 1].into()),
        instead_of: None,
        actor: Actor::system(),
        entry: NewEntry { action: "LOGGED_IN", subject_kind: "ACCOUNT", subject_id: "kim".into(), detail: "".into() },
        at,
    };
    std::thread::scope(|scope| {
        let logs_in = scope.spawn(|| bed.write(Write::LogIn(Box::new(row))));
        until("it waits for the change", || logs_in.is_finished() || count(bed.store.database(), WAITING) > 0);
        other.batch_execute("COMMIT").unwrap();
        assert_eq!(logs_in.join().unwrap(), Written::Stale);
    });
    assert!(!bed.read(|conn| sessions::has_any(conn, bed.kim)));
}

#[test]
fn no_session_waits_or_holds_for_ever() {
    let bed = Bed::postgres();
    for (name, expected) in [
        ("statement_timeout", "5s"),
        ("lock_timeout", "4s"),
        ("idle_in_transaction_session_timeout", "2s"),
        ("tcp_user_timeout", "5000"),
        ("tcp_keepalives_idle", "5"),
        ("tcp_keepalives_interval", "2"),
        ("tcp_keepalives_count", "3"),
    ] {
        let asked = format!("SELECT current_setting('{name}') AS setting");
        let found: Setting = bed.read(|conn| sql_query(&asked).get_result(conn));
        assert_eq!(found.setting, expected, "{name}");
    }
}
