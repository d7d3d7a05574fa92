//! Reads on a real streaming replica: lagging, stopped and back, and nobody misses their own write.

use std::time::{Duration, Instant};

use anteroom::clock::Clock;
use anteroom::ids::{AccountId, LineId};
use anteroom::storage::centre::lines::{self, Line};
use anteroom::storage::{AnyConnection, Database, Store, connect};
use diesel::connection::SimpleConnection;

use crate::support::postgres;

/// A primary, its replica, and a store over both.
struct Pair {
    primary: postgres::Server,
    replica: postgres::Server,
    store: Store,
    clock: Clock,
    /// A connection to the replica itself, to hold it up.
    hand: AnyConnection,
}

const WRITER: u128 = 1;
const OTHER: u128 = 2;

impl Pair {
    fn start() -> Self {
        let primary = postgres::Server::start();
        let replica = primary.replica();
        let database = primary.fresh_database();
        let store = Store::open(&database).expect("the primary opens");
        let there = on(&replica, &database);
        let hand = soon("the replica has the database", || connect(&there).ok());
        let store = store.with_replica(&there).expect("the replica is one");
        let mut pair = Self { primary, replica, store, clock: Clock::system(), hand };
        pair.caught_up();
        // From here on it is known where the primary was.
        pair.sees(OTHER, "GENERAL");
        pair
    }

    /// A line that was not there, written by `WRITER`.
    fn write(&self, topic: &str) {
        let line = Line::with_defaults(LineId(self.clock.new_id()), topic, "ko", "이름", "name", "Z");
        let at = self.clock.now().wall;
        assert!(self.store.run(|conn| lines::insert(conn, &line, at)).expect("the primary writes"));
        self.store.wrote(AccountId::from(WRITER));
    }

    fn sees(&self, reader: u128, topic: &str) -> bool {
        let found = self.store.recent(AccountId::from(reader), lines::all).expect("reads go on");
        found.iter().any(|line| line.topic == topic)
    }

    /// The replica replays nothing from here on.
    fn hold_up(&mut self) {
        self.hand.batch_execute("SELECT pg_wal_replay_pause()").expect("the replica hears");
        // A division by nought is the shortest way to ask for one word through a bare connection.
        let paused = "SELECT 1 / (pg_get_wal_replay_pause_state() = 'paused')::int";
        soon("the replica pauses", || self.hand.batch_execute(paused).ok());
    }

    /// Until the replica itself has everything.
    fn caught_up(&mut self) {
        self.write(&format!("MARK{}", self.clock.new_id().simple()));
        let all = self.store.run(lines::all).expect("the primary reads").len();
        soon("the replica catches up", || (lines::all(&mut self.hand).ok()?.len() == all).then_some(()));
    }
}

#[test]
fn whoever_wrote_sees_it_at_once_while_the_replica_lags_and_others_soon_after() {
    let mut pair = Pair::start();
    pair.hold_up();
    pair.write("LATE");
    for _ in 0..20 {
        assert!(pair.sees(WRITER, "LATE"), "one's own write is missed");
    }
    assert!(!pair.sees(OTHER, "LATE"), "this read was meant for the replica, which does not have it yet");
    pair.hand.batch_execute("SELECT pg_wal_replay_resume()").expect("the replica goes on");
    soon("the others see it", || pair.sees(OTHER, "LATE").then_some(()));
    assert!(pair.sees(WRITER, "LATE"));
}

#[test]
fn reads_go_on_while_the_replica_is_stopped_and_use_it_again_when_it_is_back() {
    let mut pair = Pair::start();
    pair.replica.kill();
    let began = Instant::now();
    for number in 0..5 {
        pair.write(&format!("ALONE{number}"));
        assert!(pair.sees(WRITER, &format!("ALONE{number}")));
        assert!(pair.sees(OTHER, &format!("ALONE{number}")), "the primary answers everybody meanwhile");
    }
    assert!(began.elapsed() < Duration::from_secs(10), "reads waited for the replica: {:?}", began.elapsed());
    pair.replica.start_again();
    let there = on(&pair.replica, pair.store.database());
    pair.hand = soon("the replica is back", || connect(&there).ok());
    pair.caught_up();
    // It is used again: what is held up there is not seen.
    soon("reads go to the replica again", || {
        pair.hold_up();
        pair.write(&format!("AGAIN{}", pair.clock.new_id().simple()));
        let held_up =
            pair.store.run(lines::all).ok()?.len() > pair.store.recent(AccountId::from(OTHER), lines::all).ok()?.len();
        pair.hand.batch_execute("SELECT pg_wal_replay_resume()").ok()?;
        held_up.then_some(())
    });
    drop(pair.primary);
}

#[test]
fn a_server_that_is_no_replica_is_refused_at_start() {
    let database = postgres::fresh_database();
    let refused = Store::open(&database).expect("it opens").with_replica(&database).err().expect("a refusal");
    assert!(refused.to_string().contains("--replica-url"), "{refused}");
    let file: Database = "sqlite:somewhere.db".parse().expect("a path");
    assert!(Store::open(&database).expect("it opens").with_replica(&file).is_err());
}

/// The same database on another server.
fn on(server: &postgres::Server, database: &Database) -> Database {
    let Database::Postgres(url) = database else { panic!("not a PostgreSQL") };
    server.database(url.rsplit('/').next().expect("a name"))
}

/// What comes true within a minute.
fn soon<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let patience = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < patience, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
