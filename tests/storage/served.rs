//! One server a PostgreSQL: refused beside another, held through what sessions go through, given up when
//! another has it.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anteroom::storage::engine::installation;
use anteroom::storage::{AnyConnection, Database, ServeLock, Store, StoreError, connect};
use diesel::connection::SimpleConnection;
use diesel::sql_types::Integer;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use crate::support::postgres;

/// What must come true by itself.
const SOON: Duration = Duration::from_secs(30);
/// For so long another may have the lock in these tests; a real server waits thirty seconds.
const PATIENCE: Duration = Duration::from_millis(500);
const THE_LOCK: &str = "locktype = 'advisory' AND granted AND classid = 1095652421 AND objid = 1397051990
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

#[derive(QueryableByName)]
struct Pid {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

fn holders(conn: &mut AnyConnection) -> Vec<i32> {
    let found: Vec<Pid> = sql_query(format!("SELECT pid FROM pg_locks WHERE {THE_LOCK}")).load(conn).unwrap();
    found.into_iter().map(|found| found.pid).collect()
}

fn soon<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + SOON;
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < give_up, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn may_write(store: &Store) -> Result<(), StoreError> {
    store.in_turn(|conn| installation::put(conn, "TRIED", "yes", anteroom::time::Wall(0)))
}

fn refused(database: &Database) -> String {
    ServeLock::take(database, PATIENCE).map(drop).expect_err("a refusal").to_string()
}

#[test]
fn a_second_server_on_the_same_records_is_refused_in_one_line() {
    let database = postgres::fresh_database();
    let first = ServeLock::take(&database, PATIENCE).unwrap();
    let told = refused(&database);
    assert!(told.contains("served already") && told.contains("127.0.0.1") && !told.contains('\n'), "{told}");
    ServeLock::take(&postgres::fresh_database(), PATIENCE).expect("another database of the same server is free");
    drop(first);
    ServeLock::take(&database, PATIENCE).expect("free again");
}

#[test]
fn nodes_share_the_records_and_a_server_that_is_alone_is_refused_beside_them_as_they_are_beside_it() {
    let database = postgres::fresh_database();
    let node = ServeLock::share(&database, PATIENCE).unwrap();
    let other = ServeLock::share(&database, PATIENCE).expect("another node");
    assert!(refused(&database).contains("served already"));
    drop(node);
    assert!(refused(&database).contains("served already"), "one node is left");
    drop(other);
    let alone = ServeLock::take(&database, PATIENCE).expect("nobody is left");
    let told = ServeLock::share(&database, PATIENCE).map(drop).expect_err("a refusal").to_string();
    assert!(told.contains("served already") && !told.contains('\n'), "{told}");
    drop(alone);
}

#[test]
fn a_lock_that_went_with_its_session_is_had_again_and_nothing_is_written_meanwhile() {
    let database = postgres::fresh_database();
    let lock = ServeLock::take(&database, PATIENCE).unwrap();
    let store = Store::open(&database).unwrap().served_under(&lock);
    let mut hand = connect(&database).unwrap();
    may_write(&store).unwrap();
    let [first] = holders(&mut hand)[..] else { panic!("one has it") };
    hand.batch_execute(&format!("SELECT pg_terminate_backend({first})")).unwrap();
    let second = soon("it is had again", || holders(&mut hand).first().copied().filter(|pid| *pid != first));
    soon("writing goes on", || may_write(&store).ok());
    assert_ne!(first, second);
}

#[tokio::test]
async fn who_finds_the_lock_with_another_writes_nothing_and_must_end() {
    let database = postgres::fresh_database();
    let lock = ServeLock::take(&database, PATIENCE).unwrap();
    let store = Store::open(&database).unwrap().served_under(&lock);
    let mut other = connect(&database).unwrap();
    // The other asks before the first has noticed, and gets it as the session ends.
    other.batch_execute("SET lock_timeout TO 0; SET statement_timeout TO 0").unwrap();
    let [ours] = holders(&mut other)[..] else { panic!("one has it") };
    let taking =
        std::thread::spawn(move || other.batch_execute("SELECT pg_advisory_lock(4705791317375275606)").map(|()| other));
    let mut hand = connect(&database).unwrap();
    let waiting = format!("SELECT pid FROM pg_locks WHERE {}", THE_LOCK.replace("granted", "NOT granted"));
    soon("the other waits for it", || sql_query(&waiting).load::<Pid>(&mut hand).unwrap().first().map(drop));
    hand.batch_execute(&format!("SELECT pg_terminate_backend({ours})")).unwrap();
    let _other = taking.join().unwrap().expect("the other has it");
    let told = lock.lost().await;
    assert!(told.contains("served already") && told.contains("another anteroom"), "{told}");
    assert!(matches!(may_write(&store), Err(StoreError::Unavailable(_))), "nothing is written");
    assert_eq!(store.out_of_reach(), Some("taken"));
}

/// A way to PostgreSQL on which our end can break without the other being told, as when a router goes.
struct Relay {
    url: Database,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Relay {
    fn to(database: &Database) -> Self {
        let Database::Postgres(url) = database else { panic!("not a PostgreSQL") };
        let (user, rest) = url.split_once('@').unwrap();
        let (target, name) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("{user}@{}/{name}", listener.local_addr().unwrap()).parse().unwrap();
        let (target, open) = (target.to_owned(), Arc::new(Mutex::new(Vec::new())));
        let ours = open.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect(&target).unwrap());
                ours.lock().unwrap().push(client.try_clone().unwrap());
                let back = (server.try_clone().unwrap(), client.try_clone().unwrap());
                std::thread::spawn(move || pass(client, server));
                std::thread::spawn(move || pass(back.0, back.1));
            }
        });
        Self { url, open }
    }

    fn breaks(&self) {
        for client in self.open.lock().unwrap().drain(..) {
            client.shutdown(Shutdown::Both).unwrap();
        }
    }
}

/// Passes bytes on. The end of the one is not told to the other, which stays open with the thread.
fn pass(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    loop {
        std::thread::park();
    }
}

#[test]
fn a_dead_session_of_one_s_own_is_ended_by_whoever_it_was() {
    let database = postgres::fresh_database();
    let relay = Relay::to(&database);
    let lock = ServeLock::take(&relay.url, PATIENCE).unwrap();
    let store = Store::open(&database).unwrap().served_under(&lock);
    let mut hand = connect(&database).unwrap();
    let [dead] = holders(&mut hand)[..] else { panic!("one has it") };
    relay.breaks();
    // PostgreSQL still believes in the old session, which has the lock.
    let alive = soon("it is had again", || holders(&mut hand).first().copied().filter(|pid| *pid != dead));
    assert_ne!(alive, dead);
    soon("writing goes on", || may_write(&store).ok());
}
